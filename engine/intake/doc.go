// Package intake is how councils' files come in and go out: homes, children and
// placements as CSV, vacancy lists as workbooks too.
//
// # Reading
//
// [Homes], [Children] and [Placements] stream a file. Each row becomes one
// [Item]: a valid value, or an [*InvalidError] that names file, row and column,
// says what is wrong and what would be right, and keeps the row verbatim. A bad
// row never stops the good ones. Only a fault of the whole file, a [*FileError],
// ends the stream.
//
// The number of a row is the number of the physical line of the file on which
// it starts, with the header on line 1; that is the number a spreadsheet shows,
// as long as no cell before it holds a line end.
//
// Understood without being told: gzip, a byte-order mark, Windows-1252, CRLF,
// and commas, semicolons or tabs between cells. Column names are matched without
// regard to case, spaces, underscores and hyphens. UTF-16, workbooks, unless they
// are vacancy lists, and binary files are refused in one sentence.
//
// A row with too few or too many cells, one longer than [MaxRecord], and one with
// a quotation mark that never closes cost their own physical line; reading resumes
// on the next one. Only wishes, the long texts of referrals, and columns that are
// not known, may hold line ends: a line end elsewhere is taken for a stray quotation
// mark, so that it cannot swallow the rows up to the next one. Memory stays bounded by a few times
// MaxRecord, plus some 40 bytes for each id that was seen, whatever the file holds.
//
// # Schools and vacancy lists
//
// [Schools] reads the download of Get Information About Schools. [Vacancies] reads
// the lists that providers send round, XLSX or CSV, and guesses which column is
// which, unless it is told. Of a cell that is not understood it says which, and
// never guesses on: a number is one only beside words that say whom the places are
// for, and any other word beside it rejects its row.
//
// A workbook is read sheet by sheet, as its cells are stored; what is hidden is left
// out and said to be, and a workbook that is damaged anywhere is a [*FileError]. A
// header is one row: names that stand over several columns, with others in the row
// below, are not understood, and the rows under them are rejected. Where a header
// comes again with other columns, the rows below it are read by those.
//
// A day without a year is, of places, the next such day within half a year or one
// that has been within three months, which is now; of a confirmation, the last.
//
// # Cells
//
// A blank cell is not recorded. In a list, entries stand between semicolons, a
// semicolon or backslash within an entry has a backslash before it, and "none"
// is recorded and empty. In a term of approval (sexes, durations, ages, approved
// number) blank, "any" and "none" are no restriction. Wherever a postcode is
// taken, "53.81,-1.55" and "LS6 2AB 53.81,-1.55" are taken too; a position that
// is given wins over that of the postcode.
//
// # Writing
//
// [WriteHomes], [WriteChildren] and [WritePlacements] use the same table of
// columns. What they write reads back equal, field for field, or they refuse
// with [ErrUnwritable]; the one exception is a postcode stored without a
// position, which gets its position when it is read. Cells that a spreadsheet
// would run as a formula are written behind an apostrophe, which reading takes
// off again.
//
// # Returns
//
// [SSDA903] reads the return of children looked after, a table of CSV or the whole
// as XML, and [WriteSSDA903] writes the tables of which something is kept. A code
// that was none in the days of its episode costs its row; a postcode that cannot
// be placed does not. PL_LA, PL_LOCATION and PL_DISTANCE are compared with what
// the postcodes say, and not kept.
//
// # Referrals
//
// [Referrals] reads the Placements Data Standard v2, JSON or CSV, and
// [WriteReferrals] and [WriteReferralsCSV] write it; [StandardFields] is the one
// table that all of them go by. Of JSON each object is a row: it is cut from the
// file by its brackets, at most [MaxRecord] long, and read as the row of a table. A
// [Referral] is entered into the record of its child: what the child's own fields can
// hold goes there, and they give it back; the rest is kept word for word. What a
// referral says is not known changes nothing. What is written and read back, and
// entered, changes nothing either.
//
// # Not guaranteed
//
// Whether the child and home of a placement exist is for the caller to check;
// [Row.Reject] makes its refusals look the same. A value that the caller alone
// refuses still counts as seen when ids are compared within the file.
package intake
