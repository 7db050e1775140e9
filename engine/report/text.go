package report

import (
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/gazetteer"
	"github.com/stablehomes/stablehomes/engine/match"
	"github.com/stablehomes/stablehomes/engine/rulebook"
	"github.com/stablehomes/stablehomes/engine/scoring"
)

// Style is how a text is set.
type Style struct {
	Colour bool // only ever on a terminal
	Width  int  // columns to fill; 0 is 100
}

const usualWidth = 100

func (s Style) width() int {
	if s.Width == 0 {
		return usualWidth
	}
	return max(s.Width, 60)
}

// paint colours a word; what it says does not rest on the colour.
func (s Style) paint(c text.Color, word string) string {
	if !s.Colour {
		return word
	}
	return text.Colors{c}.Sprint(word)
}

// Text writes a result for people: the children's words, the shortlist, and what
// was asked for besides.
func Text(w io.Writer, res *match.Result, s Style) error {
	var out strings.Builder
	writeWishes(&out, &res.Head)
	writeReferral(&out, &res.Head)
	if len(res.Candidates) == 0 {
		fmt.Fprintf(&out, "No home fits %s from %s. %s considered.\n", children(&res.Head), res.On.Words(), homes(res.Considered))
	} else {
		fmt.Fprintf(&out, "Homes for %s from %s, best first. %s considered.\n", children(&res.Head), res.On.Words(), homes(res.Considered))
		out.WriteString(shortlist(res, s) + "\n")
	}
	if res.NotReady > 0 {
		fmt.Fprintf(&out, "%s left out because a sign-off is outstanding; without --ready they are listed.\n", homes(res.NotReady))
	}
	writeCounts(&out, res.Counts)
	writeSplits(&out, res, s)
	writeFootnotes(&out, &res.Head)
	if len(res.WhyNot) > 0 {
		title := "Why not"
		if len(res.Candidates) == 0 {
			title = "The nearest misses, and what would open them"
		}
		fmt.Fprintf(&out, "\n%s:\n%s\n", title, whyNot(res.WhyNot, res.Children, s))
	}
	writeAlone(&out, res.Alone)
	writeOpenings(&out, res.Openings)
	return write(w, out.String(), s)
}

// writeFootnotes says what the result did not know, and where the policy is not
// the default one.
func writeFootnotes(out *strings.Builder, head *match.Head) {
	if len(head.Unknown) > 0 {
		fmt.Fprintf(out, "Not recorded of the children: %s.\n", strings.Join(head.Unknown, "; "))
	}
	if len(head.Departures) > 0 {
		fmt.Fprintf(out, "Your policy departs from the default: %s.\n", strings.Join(head.Departures, "; "))
	}
}

func writeAlone(out *strings.Builder, alone map[string]int) {
	var all []string
	for _, r := range rulebook.Rules() {
		if n := alone[r.ID]; n > 0 {
			all = append(all, fmt.Sprintf("%s %d", r.ID, n))
		}
	}
	if len(all) > 0 {
		fmt.Fprintf(out, "Kept out by one rule alone: %s.\n", strings.Join(all, ", "))
	}
}

func writeOpenings(out *strings.Builder, openings []match.Opening) {
	if len(openings) == 0 {
		return
	}
	out.WriteString("\nSingle changes, and how many homes each would open:\n")
	for _, o := range openings {
		fmt.Fprintf(out, "  %d  %s\n", o.Opens, o.Change)
	}
}

// write leaves out what would draw on a terminal rather than be read: a child's
// words, or a name in an imported file, may hold control characters.
func write(w io.Writer, text string, s Style) error {
	_, err := io.WriteString(w, visible(text, s.Colour))
	return err
}

// colours are the sequences that paint writes.
var colours = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile("\x1b\\[(0|31|33)m") })

// Visible is a text as it may be written to a terminal, whoever wrote it: without
// what would not be read but change how other text is. Control characters, by which
// a cell of a file could rename the window or clear the screen, and those that turn
// the direction of writing are left out; a tab becomes a space and line ends stay.
func Visible(text string) string { return visible(text, false) }

// visible is [Visible], which leaves colours in where there is colour.
func visible(text string, colour bool) string {
	if !colour {
		return strings.Map(printable, text)
	}
	var out strings.Builder
	last := 0
	for _, at := range colours().FindAllStringIndex(text, -1) {
		out.WriteString(strings.Map(printable, text[last:at[0]]) + text[at[0]:at[1]])
		last = at[1]
	}
	return out.String() + strings.Map(printable, text[last:])
}

// printable is a character that is read, or -1. Bytes that are no text become the
// character that stands for such.
func printable(r rune) rune {
	switch {
	case r == '\t':
		return ' '
	case r != '\n' && unicode.IsControl(r), r >= '\u202a' && r <= '\u202e', r >= '\u2066' && r <= '\u2069':
		return -1
	}
	return r
}

func writeWishes(out *strings.Builder, head *match.Head) {
	for _, wish := range head.Wishes {
		fmt.Fprintf(out, "%s says: “%s”\n", wish.Child, wish.Words)
	}
	if len(head.Wishes) > 0 {
		out.WriteString("\n")
	}
}

func children(head *match.Head) string {
	return listIDs(head.Children)
}

func homes(n int) string {
	if n == 1 {
		return "1 home was"
	}
	return strconv.Itoa(n) + " homes were"
}

func writeCounts(out *strings.Builder, c *match.Counts) {
	if c == nil {
		return
	}
	fmt.Fprintf(out, "Eligible: %d; with a sign-off outstanding: %d.", c.Eligible, c.NeedsSignOff)
	var barred []string
	for _, r := range rulebook.Rules() {
		if n := c.Barred[r.ID]; n > 0 {
			barred = append(barred, fmt.Sprintf("%s %d", r.ID, n))
		}
	}
	if len(barred) > 0 {
		fmt.Fprintf(out, " Barred: %s.", strings.Join(barred, ", "))
	}
	out.WriteString("\n")
}

func newTable(s Style, header ...any) table.Writer {
	t := table.NewWriter()
	t.SetStyle(table.StyleLight)
	t.Style().Format.Header = text.FormatDefault
	t.Style().Options.SeparateRows = true
	t.AppendHeader(table.Row(header))
	return t
}

// wrap breaks lines between words and keeps the line ends that are there.
func wrap(cell string, width int) string {
	lines := strings.Split(cell, "\n")
	for i, line := range lines {
		lines[i] = text.WrapSoft(line, width)
	}
	return strings.Join(lines, "\n")
}

// names are the widths of the columns that name a home and where it is: enough
// for "accommodation" and, on a narrow terminal too, for most authorities.
func (s Style) names() (home, where int) {
	if s.width() < usualWidth {
		return 13, 10
	}
	return 14, 14
}

// rest is what is left of the width for the columns of prose, once the borders
// of all columns and the other columns have had theirs.
func (s Style) rest(least, columns int, others ...int) int {
	left := s.width() - 3*columns - 1
	for _, n := range others {
		left -= n
	}
	return max(left, least)
}

// widest is the width of a column, which is at least that of its header.
func widest(header string, cells ...string) int {
	most := text.StringWidthWithoutEscSequences(header)
	for _, cell := range cells {
		most = max(most, text.LongestLineLen(cell))
	}
	return most
}

func shortlist(res *match.Result, s Style) string {
	t := newTable(s, "#", "Home", "Where", "Score", "Why", "Before placing")
	var ranks, scores []string
	for i := range res.Candidates {
		ranks, scores = append(ranks, strconv.Itoa(res.Candidates[i].Rank)), append(scores, scoreCell(&res.Candidates[i]))
	}
	home, where := s.names()
	rest := s.rest(24, 6, widest("#", ranks...), home, where, widest("Score", scores...))
	t.SetColumnConfigs([]table.ColumnConfig{
		{Name: "Home", WidthMax: home, WidthMaxEnforcer: wrap},
		{Name: "Where", WidthMax: where, WidthMaxEnforcer: wrap},
		{Name: "Score", Align: text.AlignRight},
		{Name: "Why", WidthMax: rest * 55 / 100, WidthMaxEnforcer: wrap},
		{Name: "Before placing", WidthMax: rest * 45 / 100, WidthMaxEnforcer: wrap},
	})
	apart := setApart(res.Candidates)
	for i := range res.Candidates {
		c := &res.Candidates[i]
		t.AppendRow(table.Row{c.Rank, homeCell(c), place(c.Authority, c.PostcodeSector), scoreCell(c), whyCell(c, apart), beforeCell(c, s)})
	}
	return t.Render()
}

func homeCell(c *match.Candidate) string {
	lines := []string{string(c.Home), c.Kind.Words()}
	switch c.Tier {
	case 1:
		lines = append(lines, "connected")
	case 2:
		lines = append(lines, "early permanence")
	}
	if len(c.LivesHere) > 0 {
		lines = append(lines, "lives here now")
	}
	if len(c.SiblingsHere) > 0 {
		lines = append(lines, "with "+listIDs(c.SiblingsHere))
	}
	if c.WeeklyCost != nil {
		lines = append(lines, pounds(*c.WeeklyCost)+" a week")
	}
	if len(c.Declines) > 0 {
		lines = append(lines, "has said no: "+declines(c.Declines[:1]))
	}
	return strings.Join(lines, "\n")
}

// declines lists the reasons for which a home has said no, with how often.
func declines(all []care.DeclineCount) string {
	var words []string
	for _, d := range all {
		words = append(words, fmt.Sprintf("%s (%d)", d.Reason, d.Count))
	}
	return strings.Join(words, ", ")
}

// pounds writes an amount with a comma before each three digits.
func pounds(n int) string {
	digits := strconv.Itoa(n)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return "£" + digits
}

func place(authority, sector string) string {
	return strings.TrimSpace(gazetteer.AreaName(authority) + "\n" + sector)
}

func scoreCell(c *match.Candidate) string {
	cell := points(c.Score)
	if len(c.Children) > 1 {
		worst := c.WorstOff()
		cell += fmt.Sprintf("\n%s %s", worst.ID, points(worst.Score))
	}
	return cell
}

// points rounds for reading; the JSON has every decimal.
func points(m scoring.Millionths) string { return strconv.FormatFloat(m.Float(), 'f', 1, 64) }

// whyReasons is how many reasons the shortlist shows of each home; explain shows
// all.
const whyReasons = 3

// whyCell shows the first reasons that set the homes of a list apart.
func whyCell(c *match.Candidate, apart map[string]bool) string {
	var lines []string
	for _, r := range c.Reasons {
		if len(lines) < whyReasons && apart[r.Criterion] {
			lines = append(lines, r.Says)
		}
	}
	return strings.Join(lines, "\n")
}

// setApart names the criteria that do not give every home of a list the same; of
// a single home, all.
func setApart(list []match.Candidate) map[string]bool {
	apart, first := map[string]bool{}, list[0].Reasons
	for _, c := range list {
		for i, r := range c.Reasons {
			if len(list) == 1 || r.Points != first[i].Points {
				apart[r.Criterion] = true
			}
		}
	}
	return apart
}

// beforeCell lists what is outstanding; what is the same for several children of
// a group is said once.
func beforeCell(c *match.Candidate, s Style) string {
	var lines []string
	add := func(line string) {
		if !slices.Contains(lines, line) {
			lines = append(lines, line)
		}
	}
	for _, f := range c.SignOffs() {
		add(s.paint(text.FgYellow, "sign-off") + " " + f.Rule + ": " + f.Role)
	}
	for _, f := range c.Findings {
		if f.Verdict == rulebook.Warning {
			add("note " + f.Rule + ": " + f.Says)
		}
	}
	if len(lines) == 0 {
		return "nothing outstanding"
	}
	return strings.Join(lines, "\n")
}

func whyNot(misses []match.Exclusion, children []care.ID, s Style) string {
	t := newTable(s, "Home", "Where", "Barred because", "Nearest fix")
	home, where := s.names()
	rest := s.rest(30, 4, home, where)
	t.SetColumnConfigs([]table.ColumnConfig{
		{Name: "Home", WidthMax: home, WidthMaxEnforcer: wrap},
		{Name: "Where", WidthMax: where, WidthMaxEnforcer: wrap},
		{Name: "Barred because", WidthMax: rest * 6 / 10, WidthMaxEnforcer: wrap},
		{Name: "Nearest fix", WidthMax: rest * 4 / 10, WidthMaxEnforcer: wrap},
	})
	for _, m := range misses {
		for i, b := range barriersOf(&m) {
			home, where := string(m.Home)+"\n"+m.Kind.Words(), place(m.Authority, m.PostcodeSector)
			if i > 0 {
				home, where = "", ""
			}
			t.AppendRow(table.Row{home, where, s.paint(text.FgRed, b.Rule) + ": " + b.says(children), b.NearestFix})
		}
	}
	return t.Render()
}

// WhyNot writes why homes are not on a list for these children.
func WhyNot(w io.Writer, misses []match.Exclusion, children []care.ID, s Style) error {
	return write(w, whyNot(misses, children, s)+"\n", s)
}

// Reasons writes how the score of a candidate is made.
func Reasons(w io.Writer, c *match.Candidate, s Style) error {
	return write(w, reasons(c, s)+"\n", s)
}

// Ahead says by what one candidate comes before another for a single child.
func Ahead(first, second *match.Candidate) string {
	if first.Tier != second.Tier {
		return fmt.Sprintf("%s is in tier %d, %s in tier %d; the tier comes before the score.", first.Home, first.Tier, second.Home, second.Tier)
	}
	theirs := map[string]scoring.Millionths{}
	for _, r := range second.Reasons {
		theirs[r.Criterion] = r.Points
	}
	if first.Score == second.Score {
		return fmt.Sprintf("%s and %s have the same score; fewer sign-offs come first, then the smaller id.", first.Home, second.Home)
	}
	var parts []string
	for _, r := range first.Reasons {
		if d := r.Points - theirs[r.Criterion]; d != 0 {
			parts = append(parts, fmt.Sprintf("%s %+.1f", r.Criterion, d.Float()))
		}
	}
	return fmt.Sprintf("%s is %.1f points ahead of %s: %s.", first.Home, (first.Score - second.Score).Float(), second.Home, strings.Join(parts, ", "))
}
