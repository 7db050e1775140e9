// Package formula keeps a spreadsheet from running what somebody wrote. A cell of a
// CSV file that begins like a formula is written behind an apostrophe, as
// spreadsheets themselves show text; reading takes off what writing put on. It is
// one rule for every file that goes out, the shortlist too.
package formula

import "strings"

// marks begin what a spreadsheet runs as a formula.
const marks = "=+-@\t\r"

// Runs says whether the cell, or what stands behind its apostrophes, would be run as
// a formula.
func Runs(cell string) bool {
	cell = strings.TrimLeft(cell, "'")
	return cell != "" && strings.IndexByte(marks, cell[0]) >= 0
}

// Guard puts an apostrophe before a cell that would be run. One that has apostrophes
// already gets one more, so that [Unguard] always takes off one.
func Guard(cell string) string {
	if Runs(cell) {
		return "'" + cell
	}
	return cell
}

// Unguard takes off what [Guard] puts on. A cell that was never guarded, such as
// 'tis, stays as it is.
func Unguard(cell string) string {
	if len(cell) > 1 && cell[0] == '\'' && Runs(cell) {
		return cell[1:]
	}
	return cell
}
