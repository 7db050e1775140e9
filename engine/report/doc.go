// Package report is how a result is read: as a table for people, as JSON for
// programs, as CSV for a spreadsheet.
//
// Every form begins with the child's own words. Nothing here judges or sorts: a
// report shows what package match found. Outside the team a home is shown by
// its id, its authority and its postcode sector, never by an address.
package report
