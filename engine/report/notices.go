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
	fmt.Fprintf(&out, "Notices of decision %s, drafted on %s (%s). Nothing has been sent.\n", n.Decision, n.Drafted.Words(), n.Citation)
	t := newTable(s, "To", "About", "By", "What to do")
	for i := range n.Notices {
		l := &n.Notices[i]
		t.AppendRow(table.Row{toWords(l), l.Child, dueWords(l), doWords(l)})
	}
	fit(t, s, 34, "To", "What to do")
	out.WriteString(t.Render() + "\n")
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

// NoticesHTML writes the same as one self-contained page on which each letter
// begins a sheet of its own.
func NoticesHTML(w io.Writer, n *care.Notices) error {
	g := grid{Caption: "Who is told, about whom, and by when", Head: []string{"To", "About", "By", "What to do"}}
	p := &letters{Title: "Notices of decision " + string(n.Decision), Lead: fmt.Sprintf("Drafted on %s (%s). Nothing has been sent. What stands in square brackets is to be filled in.", n.Drafted.Words(), n.Citation)}
	for i := range n.Notices {
		l := &n.Notices[i]
		g.add(toWords(l), string(l.Child), dueWords(l), doWords(l))
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

func dueWords(n *care.Notice) string {
	if n.Late {
		return n.By.Words() + ", which is past"
	}
	return n.By.Words()
}

func doWords(n *care.Notice) string {
	switch {
	case n.Withheld != "":
		return "withheld: " + n.Withheld
	case n.Caution != "":
		return "send; " + n.Caution
	}
	return "send"
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
		out.WriteString(wrap(p, s.width()) + "\n")
	}
}
