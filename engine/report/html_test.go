package report_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/match"
	"github.com/stablehomes/stablehomes/engine/report"
)

// records are the town's as they are stored, for a scene.
type records struct{ *town }

func (r records) Home(id care.ID) (care.Home, error) {
	h, err := r.Household(id)
	if err != nil {
		return care.Home{}, err
	}
	return *h.Home, nil
}

// sheet is what a matching record of a request about the town is written from.
func (t *town) sheet(tb testing.TB, req match.Request, a report.Audience) *report.Sheet {
	tb.Helper()
	req.Counts = true
	if req.WhyNot == match.WhyNotOff {
		req.WhyNot = match.WhyNotNearest
	}
	res := t.run(tb, req)
	scene, err := match.SceneOf(records{t}, res.Head.Children, res.Named(), req.Tonight)
	require.NoError(tb, err)
	scene.Rulebook = "sha256:4d5e"
	return &report.Sheet{Asked: req, Result: res, Scene: scene, Audience: a}
}

func htmlOf(t testing.TB, s *report.Sheet) string {
	t.Helper()
	return written(t, func(w io.Writer) error { return report.HTML(w, s) })
}

// eachPage runs a check on the page of every request, and of every decision, for
// every audience.
func eachPage(t *testing.T, town *town, check func(t *testing.T, a report.Audience, page string)) {
	t.Helper()
	for _, a := range report.Audiences() {
		for _, r := range requests() {
			t.Run(fmt.Sprintf("%s for %s", r.name, a), func(t *testing.T) { check(t, a, htmlOf(t, town.sheet(t, r.req, a))) })
		}
		for name, d := range decisions(t) {
			scene, err := match.SceneOf(records{town}, d.Asked.Children, []care.ID{"H-ASH", "H-OAK", "H-ROSE", "H-TYNE"}, nil)
			require.NoError(t, err)
			for known, scene := range map[string]*match.Scene{"with": scene, "without": nil} {
				t.Run(fmt.Sprintf("%s for %s, %s its records", name, a, known), func(t *testing.T) {
					check(t, a, written(t, func(w io.Writer) error { return report.DecisionHTML(w, d, scene, a) }))
				})
			}
		}
	}
}

func TestAMatchingRecordReadsAsAgreed(t *testing.T) {
	for _, r := range requests() {
		golden(t, r.name+".html", []byte(htmlOf(t, newTown().sheet(t, r.req, report.PanelAudience))))
	}
	one := requests()[0]
	golden(t, one.name+".record.html", []byte(htmlOf(t, newTown().sheet(t, one.req, report.RecordAudience))))
	golden(t, "group.provider.html", []byte(htmlOf(t, newTown().sheet(t, requests()[2].req, report.ProviderAudience))))
	for name, d := range decisions(t) {
		golden(t, name+".html", []byte(written(t, func(w io.Writer) error { return report.DecisionHTML(w, d, nil, "") })))
	}
}

// element is a part of a page.
type element struct {
	name     string
	attr     map[string]string
	text     string // of it and all that is in it
	children []*element
	parent   *element
}

// parse reads a page as strictly as XML is read: every element is closed, every
// attribute quoted, and nothing but the document type is a directive.
func parse(t testing.TB, page string) *element {
	t.Helper()
	dec := xml.NewDecoder(strings.NewReader(page))
	root := &element{}
	at := root
	for {
		token, err := dec.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		require.NoError(t, err)
		switch token := token.(type) {
		case xml.StartElement:
			e := &element{name: token.Name.Local, attr: map[string]string{}, parent: at}
			for _, a := range token.Attr {
				require.NotContains(t, e.attr, a.Name.Local)
				e.attr[a.Name.Local] = a.Value
			}
			at.children = append(at.children, e)
			at = e
		case xml.EndElement:
			at.parent.text += at.text
			at = at.parent
		case xml.CharData:
			at.text += string(token)
		case xml.Directive:
			require.Equal(t, "DOCTYPE html", string(token))
		default:
			require.Fail(t, "a comment or an instruction", "%v", token)
		}
	}
	require.Same(t, root, at)
	return root
}

// all lists the elements of a name in the order of the page.
func (e *element) all(names ...string) []*element {
	var found []*element
	for _, c := range e.children {
		if slices.Contains(names, c.name) {
			found = append(found, c)
		}
		found = append(found, c.all(names...)...)
	}
	return found
}

// allowed are the elements that a page is made of, each with the attributes that
// it may have. None of them runs or fetches anything.
var allowed = map[string][]string{
	"html": {"lang"}, "head": nil, "meta": {"charset", "name", "content", "http-equiv"}, "title": {"id"}, "style": nil, "body": nil, "main": nil,
	"section": {"aria-labelledby", "class"}, "h1": nil, "h2": {"id"}, "h3": {"id"}, "p": {"class"}, "strong": nil, "blockquote": nil, "ul": nil, "li": nil, "br": nil,
	"table": nil, "caption": nil, "thead": nil, "tbody": nil, "tr": nil, "th": {"scope"}, "td": nil,
	"svg": {"role", "aria-labelledby", "viewBox", "width", "height", "class"}, "rect": {"class", "x", "y", "width", "height", "stroke"},
	"circle": {"class", "cx", "cy", "r"}, "path": {"class", "d"}, "g": {"transform"}, "text": {"class", "x", "y", "text-anchor"},
}

func requireAllowed(t testing.TB, e *element) {
	t.Helper()
	for _, c := range e.children {
		attrs, known := allowed[c.name]
		require.True(t, known, "element %s", c.name)
		for name := range c.attr {
			require.Contains(t, attrs, name, "attribute of %s", c.name)
		}
		requireAllowed(t, c)
	}
}

func TestAPageIsWellFormedAndFetchesNothing(t *testing.T) {
	eachPage(t, newTown(), func(t *testing.T, _ report.Audience, page string) {
		requireAllowed(t, parse(t, page))
		for _, never := range []string{"<script", "javascript:", "http:", "https:", "url(", "@import", "src=", "href=", "ZgotmplZ"} {
			require.NotContains(t, strings.ToLower(page), strings.ToLower(never))
		}
		require.Contains(t, page, "default-src 'none'")
		require.True(t, report.IsPage([]byte(page)[:64]))
	})
	require.True(t, report.IsPage([]byte(written(t, func(w io.Writer) error { return report.NoticesHTML(w, drafts()) }))[:64]))
	for _, other := range []string{"", "<!DOCTYPE html>", "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<title>A page of somebody else</title>", "PK\x03\x04"} {
		require.False(t, report.IsPage([]byte(other)), other)
	}
}

func TestHeadingsAndTablesAreMarkedUp(t *testing.T) {
	eachPage(t, newTown(), func(t *testing.T, _ report.Audience, page string) {
		root := parse(t, page)
		require.Equal(t, "en-GB", root.all("html")[0].attr["lang"])
		require.Len(t, root.all("h1"), 1)
		require.Len(t, root.all("main"), 1)
		require.Equal(t, root.all("title")[0].text, root.all("h1")[0].text)
		level := 1
		for _, h := range root.all("h1", "h2", "h3") {
			now, _ := strconv.Atoi(h.name[1:])
			require.LessOrEqual(t, now, level+1, "%q skips a level", h.text)
			require.NotEmpty(t, strings.TrimSpace(h.text))
			level = now
		}
		ids := map[string]string{}
		for _, e := range root.all("title", "h2", "h3") {
			if id := e.attr["id"]; id != "" {
				require.NotContains(t, ids, id)
				ids[id] = e.text
			}
		}
		for _, e := range root.all("section", "svg") {
			require.NotEmpty(t, ids[e.attr["aria-labelledby"]], "%s is labelled by nothing", e.name)
		}
		requireTables(t, root)
	})
}

func requireTables(t testing.TB, root *element) {
	t.Helper()
	for _, table := range root.all("table") {
		require.Equal(t, "caption", table.children[0].name)
		require.NotEmpty(t, table.children[0].text)
		columns := table.all("thead")[0].all("th")
		for _, th := range columns {
			require.Equal(t, "col", th.attr["scope"])
			require.NotEmpty(t, th.text)
		}
		rows := table.all("tbody")[0].all("tr")
		require.NotEmpty(t, rows, table.children[0].text)
		for _, tr := range rows {
			require.Len(t, tr.children, len(columns), table.children[0].text)
			require.Equal(t, "th", tr.children[0].name)
			require.Equal(t, "row", tr.children[0].attr["scope"])
			require.NotEmpty(t, tr.children[0].text)
			require.Empty(t, tr.all("th")[1:])
		}
	}
}

func TestTheChildsWordsComeBeforeAnyHomeOnAPage(t *testing.T) {
	eachPage(t, newTown(), func(t *testing.T, a report.Audience, page string) {
		root := parse(t, page)
		if a == report.ProviderAudience {
			require.Empty(t, root.all("blockquote"))
			return
		}
		require.NotEmpty(t, root.all("blockquote"))
		body := root.all("main")[0].text
		words := root.all("blockquote")[0].text
		require.Less(t, strings.Index(body, words), strings.Index(body, "H-"))
	})
}

func TestOfAChildWhoHasSaidNothingThePageSaysSo(t *testing.T) {
	town := newTown()
	town.children[1].Wishes = ""
	body := parse(t, htmlOf(t, town.sheet(t, match.Request{Group: "G-1"}, ""))).text
	require.Contains(t, body, "No words of C-BEN are recorded.")
	require.Contains(t, body, "C-CAT says:")
}

var hexColour = regexp.MustCompile(`#([0-9a-fA-F]{6})\b`)

// Whatever is dark on a page may stand on whatever is light (WCAG 2.2, 1.4.3: at
// least 4.5 to 1).
func TestEveryInkCanBeReadOnEveryPaper(t *testing.T) {
	page := htmlOf(t, newTown().sheet(t, only("C-AMY"), ""))
	var dark, light []float64
	for _, m := range hexColour.FindAllStringSubmatch(page, -1) {
		if l := luminance(t, m[1]); l > 0.5 {
			light = append(light, l)
		} else {
			dark = append(dark, l)
		}
	}
	require.NotEmpty(t, dark)
	require.NotEmpty(t, light)
	require.NotRegexp(t, `(fill|stroke|color|background): *(#[0-9a-fA-F]{3,5}\b|[a-mo-z(])`, page, "every colour has six digits, so that none is passed over")
	for _, d := range dark {
		for _, l := range light {
			require.GreaterOrEqual(t, (l+0.05)/(d+0.05), 4.5)
		}
	}
}

// luminance is that of a colour, as WCAG 2.2 defines it: 0 is black, 1 is white.
func luminance(t testing.TB, hex string) float64 {
	t.Helper()
	sum := 0.0
	for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
		n, err := strconv.ParseUint(hex[2*i:2*i+2], 16, 8)
		require.NoError(t, err)
		v := float64(n) / 255
		if v <= 0.04045 {
			v /= 12.92
		} else {
			v = math.Pow((v+0.055)/1.055, 2.4)
		}
		sum += weight * v
	}
	return sum
}

// The parts of a bar lie side by side and are together as long as the score.
func TestABarIsAsLongAsItsScore(t *testing.T) {
	for _, r := range requests() {
		s := newTown().sheet(t, r.req, "")
		root := parse(t, htmlOf(t, s))
		var bars []*element
		for _, svg := range root.all("svg") {
			if svg.attr["class"] == "" {
				bars = append(bars, svg)
			}
		}
		n := 0
		for _, c := range s.Result.Candidates {
			for _, child := range c.Children {
				length := 0.0
				for _, part := range bars[n].all("rect") {
					if strings.HasPrefix(part.attr["class"], "shade") {
						x, err := strconv.ParseFloat(part.attr["x"], 64)
						require.NoError(t, err)
						require.InDelta(t, length, x, 0.5)
						width, err := strconv.ParseFloat(part.attr["width"], 64)
						require.NoError(t, err)
						length += width
					}
				}
				require.InDelta(t, child.Score.Float()*6, length, 0.5)
				require.Contains(t, bars[n].text, fmt.Sprintf("Score of %s for %s: %.1f of 100", c.Home, child.ID, child.Score.Float()))
				n++
			}
		}
		require.Len(t, bars, n)
	}
}

func TestAPageOfAReadersErrorIsNotWrittenByHalves(t *testing.T) {
	d := decisions(t)["decision-first"]
	d.Findings = d.Findings[:3]
	var out bytes.Buffer
	require.Error(t, report.DecisionHTML(&out, d, nil, ""))
	require.Empty(t, out.String())
	require.ErrorIs(t, report.HTML(&full{}, newTown().sheet(t, only("C-AMY"), "")), errFull)
}

func TestAnAudienceIsOneOfThree(t *testing.T) {
	require.Len(t, report.Audiences(), 3)
	for _, a := range report.Audiences() {
		got, ok := report.ParseAudience(string(a))
		require.True(t, ok)
		require.Equal(t, a, got)
	}
	for _, word := range []string{"", "public", "Panel "} {
		_, ok := report.ParseAudience(word)
		require.False(t, ok, word)
	}
	require.Equal(t, htmlOf(t, newTown().sheet(t, only("C-AMY"), "")), htmlOf(t, newTown().sheet(t, only("C-AMY"), report.PanelAudience)))
}
