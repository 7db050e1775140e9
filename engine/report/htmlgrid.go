package report

import "strings"

// grid is a table as a page shows it: each row has a heading of its own, and each
// cell may have several lines.
type grid struct {
	Caption string
	Head    []string // of the columns, the first that of the headings of the rows
	Rows    []gridRow
}

type gridRow struct {
	Head  []string
	Cells [][]string
}

// add appends a row; line ends part the lines of a cell.
func (g *grid) add(head string, cells ...string) {
	row := gridRow{Head: strings.Split(head, "\n")}
	for _, c := range cells {
		row.Cells = append(row.Cells, strings.Split(c, "\n"))
	}
	g.Rows = append(g.Rows, row)
}

// addKnown appends a row unless its only cell is empty.
func (g *grid) addKnown(head, cell string) {
	if cell != "" {
		g.add(head, cell)
	}
}

// shown is the grid in a list, or no list where it has no rows.
func (g *grid) shown() []grid {
	if len(g.Rows) == 0 {
		return nil
	}
	return []grid{*g}
}

// sentence begins with a capital letter and ends with a full stop.
func sentence(s string) string {
	if s == "" {
		return ""
	}
	return capital(s) + "."
}

func capital(s string) string {
	for i, r := range s {
		return strings.ToUpper(string(r)) + s[i+len(string(r)):]
	}
	return s
}

// spaced writes a term of a vocabulary as people do.
func spaced(term string) string {
	return strings.ReplaceAll(strings.ReplaceAll(term, "-", " "), "_", " ")
}
