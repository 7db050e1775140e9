package report

import (
	"bytes"
	"embed"
	"html/template"
	"io"
	"slices"
	"strings"
	"sync"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/match"
)

// Audience is for whom a matching record is written, which decides what stands in
// it.
type Audience string

// The audiences, from the one that sees least.
const (
	// ProviderAudience sees an anonymised profile of the children: no id, name,
	// date of birth, words of the child, position or postcode, and no home. Of lists
	// it sees the terms of [care.PlainTerm] and how many others there are.
	ProviderAudience Audience = "provider"
	// PanelAudience sees everything but addresses: postcode sectors, and no map. Of
	// distances it sees what the reasons and rules say, to a tenth of a mile, since
	// the points are made of them: whoever puts several of them together could work
	// out roughly where somebody lives.
	PanelAudience Audience = "panel"
	// RecordAudience, the child's file, sees dates of birth, postcodes and a map too.
	RecordAudience Audience = "record"
)

// IsPage says whether a file that begins so may be one of this package's pages; 64
// bytes are enough.
func IsPage(start []byte) bool {
	return bytes.HasPrefix(start, []byte("<!DOCTYPE html>\n<html lang=\"en-GB\">\n<head>\n"))
}

// Audiences lists the audiences, from the one that sees least.
func Audiences() []Audience { return []Audience{ProviderAudience, PanelAudience, RecordAudience} }

// ParseAudience reads the name of an audience; ok is false for any other word.
func ParseAudience(word string) (a Audience, ok bool) {
	a = Audience(word)
	return a, slices.Contains(Audiences(), a)
}

// Sheet is what a matching record is written from.
type Sheet struct {
	Asked  match.Request
	Result *match.Result
	// Scene holds the records behind the result. Without it, as where a record was
	// erased since, no places are told and no needs are compared, and the page says so.
	Scene    *match.Scene
	Audience Audience // PanelAudience where it is empty
}

// HTML writes the matching record of a result as one self-contained page that
// prints on A4: no script, and nothing from a network. The child's words come
// first. For providers it is the profile of the children instead, which needs the
// scene. Every text is escaped; control characters are left out. The error is that
// of writing.
func HTML(w io.Writer, s *Sheet) error {
	sheet := *s
	if sheet.Audience == "" {
		sheet.Audience = PanelAudience
	}
	if sheet.Audience == ProviderAudience {
		return render(w, "profile", profileOf(&sheet))
	}
	p := sheet.page("Matching record")
	p.Sections = slices.Concat(p.Sections, sheet.shortlist(), sheet.followUps(), sheet.basis(standingRules(sheet.Result.On)))
	return render(w, "record", p)
}

// DecisionHTML writes the record of a decision as a page of the same kind: who
// chose what and why comes after what was asked, and before the shortlist as it
// was. The error is that of writing, or of a record that does not unpack.
func DecisionHTML(w io.Writer, d *care.Decision, scene *match.Scene, a Audience) error {
	all, err := unfold(d)
	if err != nil {
		return err
	}
	if a == "" {
		a = PanelAudience
	}
	asked := match.Request{Children: d.Asked.Children, On: d.Asked.On, At: d.Asked.At, Emergency: d.Asked.Emergency, Within: d.Asked.Within, Kinds: d.Asked.Kinds}
	sheet := &Sheet{Asked: asked, Result: all.result, Scene: scene, Audience: a}
	if a == ProviderAudience {
		return render(w, "profile", profileOf(sheet))
	}
	p := sheet.page("Record of decision " + string(d.ID))
	p.Sections = slices.Concat(p.Sections, all.choice(a), sheet.shortlist(), all.followUps(sheet), all.basis(sheet))
	return render(w, "record", p)
}

//go:embed templates
var files embed.FS

// pages are parsed once, when the first is written; one that does not parse is a
// mistake in this package, which its tests find.
var pages = sync.OnceValue(func() *template.Template {
	return template.Must(template.New("").ParseFS(files, "templates/*.html"))
})

// render writes a page whole or not at all.
func render(w io.Writer, name string, data any) error {
	var out strings.Builder
	if err := pages().ExecuteTemplate(&out, name+".html", data); err != nil {
		return err
	}
	_, err := io.WriteString(w, strings.Map(drawn, out.String()))
	return err
}

// drawn leaves out what is not [printable], and the two that have no place in XML.
func drawn(r rune) rune {
	if r == '\ufffe' || r == '\uffff' {
		return -1
	}
	return printable(r)
}

// page is a matching record on its way to the template.
type page struct {
	Title    string
	Handling string // who may see it
	Wishes   []wish
	Sections []section
}

// wish is what a child has said; no words where nothing is recorded.
type wish struct{ Who, Words string }

// section is a part of a page under a heading of its own. Only what is there is
// shown.
type section struct {
	ID    string // unique on the page
	Title string
	Lead  []string // paragraphs
	Map   *drawing
	Homes []homeView
	Grids []grid
}

// handling says who may see a page.
var handling = map[Audience]string{
	PanelAudience:  "For the panel. It is about a child: share it only with those who decide or advise on the placement. Addresses are left out.",
	RecordAudience: "For the child's own file. It holds addresses and dates of birth: it is not to leave the team.",
}

func (s *Sheet) page(title string) *page {
	p := &page{Title: title + ": " + children(&s.Result.Head), Handling: handling[s.Audience]}
	for _, id := range s.Result.Head.Children {
		said := wish{Who: string(id)}
		for _, w := range s.Result.Wishes {
			if w.Child == id {
				said.Words = s.Audience.mayRead(w.Words)
			}
		}
		p.Wishes = append(p.Wishes, said)
	}
	p.Sections = []section{s.askedFor()}
	return p
}
