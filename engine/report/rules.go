package report

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/rulebook"
)

// The schemas of what is written about the law.
const (
	RulesSchema     = "stablehomes/rules/1"
	RulesDiffSchema = "stablehomes/rules-diff/1"
)

// Rules writes the rulebook as it stood on a day, for people.
func Rules(w io.Writer, on care.Day, s Style) error {
	rules, err := rulebook.On(on)
	if err != nil {
		return err
	}
	t := newTable(s, "Rule", "State", "What it asks", "Source")
	state := len("since 22 September 2021")
	if s.width() < usualWidth {
		state = len("September ")
	}
	var notes []string
	for _, r := range rules {
		t.AppendRow(table.Row{r.ID, wrap(stateCell(r), state), r.Title, r.Citation})
		for _, a := range r.Amendments {
			notes = append(notes, fmt.Sprintf("%s: %s.\n", r.ID, a))
		}
	}
	fit(t, s, ruleColumn+state+13, "What it asks", "Source")
	return write(w, fmt.Sprintf("The rulebook on %s:\n%s\n%s", on.Words(), t.Render(), strings.Join(notes, "")), s)
}

func stateCell(r rulebook.Standing) string {
	if r.Since == 0 {
		return string(r.State)
	}
	return string(r.State) + "\nsince " + r.Since.Words()
}

// RulesJSON writes the rulebook as it stood on a day as one line of JSON.
func RulesJSON(w io.Writer, on care.Day) error {
	rules, err := rulebook.On(on)
	if err != nil {
		return err
	}
	return encode(w, struct {
		Schema string              `json:"schema"`
		On     care.Day            `json:"on"`
		Rules  []rulebook.Standing `json:"rules"`
	}{RulesSchema, on, rules})
}

// RulesDiff writes what changed between two days, for people.
func RulesDiff(w io.Writer, from, to care.Day, s Style) error {
	changes, err := rulebook.Diff(from, to)
	if err != nil {
		return err
	}
	if len(changes) == 0 {
		return write(w, fmt.Sprintf("No rule changed between %s and %s.\n", from.Words(), to.Words()), s)
	}
	t := newTable(s, "Rule", "On "+from.Words(), "On "+to.Words())
	for _, c := range changes {
		t.AppendRow(table.Row{c.ID, c.Before, c.After})
	}
	fit(t, s, 38, "On "+from.Words(), "On "+to.Words())
	return write(w, t.Render()+"\n", s)
}

// RulesDiffJSON writes what changed between two days as one line of JSON.
func RulesDiffJSON(w io.Writer, from, to care.Day) error {
	changes, err := rulebook.Diff(from, to)
	if err != nil {
		return err
	}
	if changes == nil {
		changes = []rulebook.Change{} // a list, as where there are some
	}
	return encode(w, struct {
		Schema  string            `json:"schema"`
		From    care.Day          `json:"from"`
		To      care.Day          `json:"to"`
		Changes []rulebook.Change `json:"changes"`
	}{RulesDiffSchema, from, to, changes})
}

// fit shares what other columns and the borders leave of the width between columns
// of sentences.
func fit(t table.Writer, s Style, others int, columns ...string) {
	var all []table.ColumnConfig
	for _, name := range columns {
		all = append(all, table.ColumnConfig{Name: name, WidthMax: max(s.width()-others, 30) / len(columns), WidthMaxEnforcer: wrap})
	}
	t.SetColumnConfigs(all)
}

// Table writes rows of plain cells under a header. Where s has a width, that of a
// terminal, the widest columns are wrapped to fit it; in a file lines stay whole.
func Table(w io.Writer, s Style, header []string, rows [][]string) error {
	var names table.Row
	for _, h := range header {
		names = append(names, h)
	}
	t := newTable(s, names...)
	shown := make([][]string, len(rows))
	for i, row := range rows {
		var cells table.Row
		for _, cell := range row {
			cell = Visible(cell) // before it is measured, as what is left out has no width
			cells, shown[i] = append(cells, cell), append(shown[i], cell)
		}
		t.AppendRow(cells)
	}
	if s.Width > 0 {
		t.SetColumnConfigs(s.shared(header, shown))
	}
	return write(w, t.Render()+"\n", s)
}

// narrowColumn is how far a column is narrowed at most.
const narrowColumn = 10

// shared gives every column what it wants if it wants little, and wraps the widest
// to one width at which all fit.
func (s Style) shared(header []string, rows [][]string) (all []table.ColumnConfig) {
	var wanted []int
	for i, name := range header {
		cells := []string{}
		for _, row := range rows {
			cells = append(cells, row[i])
		}
		wanted = append(wanted, widest(name, cells...))
	}
	room, most := s.rest(0, len(header)), slices.Max(append(wanted, narrowColumn))
	for ; most > narrowColumn && together(wanted, most) > room; most-- {
	}
	for i, name := range header {
		all = append(all, table.ColumnConfig{Name: name, WidthMax: min(wanted[i], most), WidthMaxEnforcer: wrap})
	}
	return all
}

// together is the width of columns of which none is wider than most.
func together(wanted []int, most int) (sum int) {
	for _, n := range wanted {
		sum += min(n, most)
	}
	return sum
}
