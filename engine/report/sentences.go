package report

import (
	"io"
	"slices"

	"github.com/jedib0t/go-pretty/v6/table"
)

// leastProse is the least width of columns of sentences, together.
const leastProse = 30

// Sentences writes rows as [Table] does. The columns of these names hold sentences,
// which are broken between words: they share what the others leave of the width.
func Sentences(w io.Writer, s Style, header []string, rows [][]string, prose ...string) error {
	var names table.Row
	var others []int
	for i, name := range header {
		names = append(names, name)
		if slices.Contains(prose, name) {
			continue
		}
		var cells []string
		for _, row := range rows {
			cells = append(cells, Visible(row[i]))
		}
		others = append(others, widest(name, cells...))
	}
	t := newTable(s, names...)
	for _, row := range rows {
		var cells table.Row
		for _, cell := range row {
			cells = append(cells, Visible(cell)) // before it is measured, as what is left out has no width
		}
		t.AppendRow(cells)
	}
	var columns []table.ColumnConfig
	for _, name := range prose {
		columns = append(columns, table.ColumnConfig{Name: name, WidthMax: s.rest(leastProse, len(header), others...) / len(prose), WidthMaxEnforcer: wrap})
	}
	t.SetColumnConfigs(columns)
	return write(w, t.Render()+"\n", s)
}
