package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"

	"github.com/stablehomes/stablehomes/engine/care"
)

// NoticesSchema names the JSON of the notices of a decision.
const NoticesSchema = "stablehomes/notices/1"

// NoticesJSON writes notices as one line of JSON.
func NoticesJSON(w io.Writer, n *care.Notices) error {
	return encode(w, struct {
		Schema string `json:"schema"`
		*care.Notices
	}{NoticesSchema, n})
}

// Notices writes for people who is to be told by when, then each letter, what the
// independent reviewing officer is told, and the gaps.
func Notices(w io.Writer, n *care.Notices, s Style) error {
	var out strings.Builder
	lead := fmt.Sprintf("Notices of decision %s, drafted on %s (%s). Nothing has been sent.", n.Decision, n.Drafted.Words(), n.Citation)
	writeParagraph(&out, lead, s)
	out.WriteString(recipients(n, s) + "\n")
	for i := range n.Notices {
		if l := &n.Notices[i]; l.Withheld == "" {
			writeLetter(&out, letterTitle(l), l.Letter, s)
			for _, e := range l.Enclosed {
				fmt.Fprintf(&out, "Enclosed: %s\n", e)
			}
		}
	}
	writeLetter(&out, iroTitle, n.IRO, s)
	writeLetter(&out, gapsTitle, orNoGaps(n.Gaps), s)
	return write(w, out.String(), s)
}

// recipients is who is told, about whom, and by when.
func recipients(n *care.Notices, s Style) string {
	t := newTable(s, "To", "About", "By", "What to do")
	const day = len("22 November 2026")
	rest := s.rest(30, 4, childColumn, day)
	t.SetColumnConfigs([]table.ColumnConfig{
		{Name: "To", WidthMax: rest / 2, WidthMaxEnforcer: wrap},
		{Name: "About", WidthMax: childColumn, WidthMaxEnforcer: wrap},
		{Name: "What to do", WidthMax: rest / 2, WidthMaxEnforcer: wrap},
	})
	for i := range n.Notices {
		l := &n.Notices[i]
		t.AppendRow(table.Row{toWords(l), l.Child, l.By.Words(), doWords(l)})
	}
	return t.Render()
}

// NoticesHTML writes the same as one self-contained page on which each letter
// begins a sheet of its own.
func NoticesHTML(w io.Writer, n *care.Notices) error {
	g := grid{Caption: "Who is told, about whom, and by when", Head: []string{"To", "About", "By", "What to do"}}
	p := &letters{Title: "Notices of decision " + string(n.Decision), Lead: fmt.Sprintf("Drafted on %s (%s). Nothing has been sent. What stands in square brackets is to be filled in.", n.Drafted.Words(), n.Citation)}
	for i := range n.Notices {
		l := &n.Notices[i]
		g.add(toWords(l), string(l.Child), l.By.Words(), doWords(l))
		if l.Withheld != "" {
			continue
		}
		said := l.Letter
		for _, e := range l.Enclosed {
			said = append(said[:len(said):len(said)], "Enclosed: "+e)
		}
		p.add(letterTitle(l), said)
	}
	p.add(iroTitle, n.IRO)
	p.add(gapsTitle, orNoGaps(n.Gaps))
	p.Cover = g
	return render(w, "notices", p)
}

const (
	iroTitle  = "Note to the independent reviewing officer"
	gapsTitle = "Gaps, and the support that would close them"
)

// letters are the notices on their way to the template.
type letters struct {
	Title, Lead string
	Cover       grid
	Letters     []letterView
}

type letterView struct {
	ID, Title string // the ID is unique on the page
	Said      []string
}

func (p *letters) add(title string, said []string) {
	p.Letters = append(p.Letters, letterView{fmt.Sprintf("letter-%d", len(p.Letters)+1), title, said})
}

func toWords(n *care.Notice) string {
	if n.Name != "" {
		return n.To.Words() + ": " + n.Name
	}
	return n.To.Words()
}

func letterTitle(n *care.Notice) string {
	return fmt.Sprintf("Notice to %s about %s", toWords(n), n.Child)
}

// doWords is what is to be done about a notice.
func doWords(n *care.Notice) string {
	do := "send"
	switch {
	case n.Withheld != "":
		return "withheld: " + n.Withheld
	case n.Late:
		do = "send, though its day has passed"
	}
	if n.Caution != "" {
		do += "; " + n.Caution
	}
	return do
}

func orNoGaps(gaps []string) []string {
	if len(gaps) == 0 {
		return []string{"No gap is known."}
	}
	return gaps
}

func writeLetter(out *strings.Builder, title string, said []string, s Style) {
	fmt.Fprintf(out, "\n== %s\n", title)
	for _, p := range said {
		writeParagraph(out, p, s)
	}
}

// writeParagraph breaks lines and leaves no spaces at their ends.
func writeParagraph(out *strings.Builder, p string, s Style) {
	for _, line := range strings.Split(wrap(p, s.width()), "\n") {
		out.WriteString(strings.TrimRight(line, " ") + "\n")
	}
}
