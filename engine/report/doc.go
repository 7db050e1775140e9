// Package report is how a result is read: as a table for people, as JSON for
// programs, as CSV for a spreadsheet, and as a page to print: the matching record.
//
// Every form begins with the child's own words. Nothing here judges or sorts: a
// report shows what package match found. Outside the team a home is shown by
// its id, its authority and its postcode sector, never by an address.
//
// A page is one file that needs nothing else: no script, no network, no font of its
// own. It is written for an [Audience]. For the panel there are no addresses and no
// map; only for the child's file are there postcodes; for providers there is an
// anonymised profile instead. What is told of distances ("2.3 miles from mother") is
// told to the panel too, to a tenth of a mile: whoever has many of them could work out
// roughly where somebody lives.
package report
