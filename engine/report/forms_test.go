package report_test

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/jedib0t/go-pretty/v6/text"
	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/match"
	"github.com/stablehomes/stablehomes/engine/report"
	"github.com/stablehomes/stablehomes/fixtures"
)

func TestATextIsLegibleWhoeverWroteIt(t *testing.T) {
	for text, want := range map[string]string{
		"": "", "Ann\nBen": "Ann\nBen", "a\tb": "a b", "Zoë “ok”": "Zoë “ok”",
		"\x1b]0;owned\a\x1b[2J": "]0;owned[2J", "a\u009b2Jb": "a2Jb", "\u202etxt.exe\u202c": "txt.exe", "\u2066x\u2069": "x",
		"a\x00b\x7f\r": "ab", "\xff": "\ufffd", "\x1b[31mred\x1b[0m": "[31mred[0m",
	} {
		require.Equal(t, want, report.Visible(text), "%q", text)
	}
}

// written is what a writer writes.
func written(t testing.TB, write func(io.Writer) error) string {
	t.Helper()
	var out bytes.Buffer
	require.NoError(t, write(&out))
	return out.String()
}

func textOf(t testing.TB, res *match.Result, s report.Style) string {
	t.Helper()
	return written(t, func(w io.Writer) error { return report.Text(w, res, s) })
}

func explanationOf(t testing.TB, e *match.Explanation, s report.Style) string {
	t.Helper()
	return written(t, func(w io.Writer) error { return report.Explanation(w, e, s) })
}

// eachForm runs a check on every form of every request and explanation.
func eachForm(t *testing.T, town *town, check func(t *testing.T, head *match.Head, form, text string)) {
	for _, r := range requests() {
		res := town.run(t, r.req)
		forms := map[string]func(io.Writer) error{
			"text": func(w io.Writer) error { return report.Text(w, res, report.Style{}) },
			"csv":  func(w io.Writer) error { return report.CSV(w, res) },
			"json": func(w io.Writer) error { return report.JSON(w, res) },
		}
		for form, write := range forms {
			t.Run(r.name+" as "+form, func(t *testing.T) { check(t, &res.Head, form, written(t, write)) })
		}
	}
	for _, p := range pairs {
		e := town.explain(t, p.req, p.home)
		t.Run("explain "+p.name+" as text", func(t *testing.T) { check(t, &e.Head, "text", explanationOf(t, e, report.Style{})) })
		t.Run("explain "+p.name+" as json", func(t *testing.T) {
			check(t, &e.Head, "json", written(t, func(w io.Writer) error { return report.ExplainJSON(w, e) }))
		})
	}
}

func TestTheChildsWordsComeBeforeAnyHome(t *testing.T) {
	eachForm(t, newTown(), func(t *testing.T, head *match.Head, form, text string) {
		require.NotEmpty(t, head.Wishes)
		home := strings.Index(text, "H-")
		for _, wish := range head.Wishes {
			said := strings.Index(text, wish.Words)
			require.GreaterOrEqual(t, said, 0, "%s does not have %q", form, wish.Words)
			require.True(t, home < 0 || said < home, "a home comes before %q", wish.Words)
		}
		if form == "text" {
			require.True(t, strings.HasPrefix(text, string(head.Wishes[0].Child)+" says: “"+head.Wishes[0].Words+"”\n"), text)
		}
	})
}

func TestAChildWhoHasSaidNothingIsNotQuoted(t *testing.T) {
	town := newTown()
	town.children[0].Wishes = ""
	res := town.run(t, only("C-AMY"))
	require.NotContains(t, textOf(t, res, report.Style{}), "says")
	require.True(t, strings.HasPrefix(textOf(t, res, report.Style{}), "Homes for C-AMY from 22 November 2026, best first. 7 homes were considered.\n"))
	require.Contains(t, written(t, func(w io.Writer) error { return report.JSON(w, res) }), `"wishes":[]`)
}

// An address must not leave the team. A wish may of course name a street, but
// none here does.
func TestNoFormGivesAwayWhereAHomeIs(t *testing.T) {
	town := newTown()
	eachForm(t, town, func(t *testing.T, _ *match.Head, _, text string) {
		squeezed := strings.Join(strings.Fields(text), "")
		for _, h := range town.homes {
			require.NotContains(t, text, "Secret Street")
			if h.Where.Postcode != "" {
				require.NotContains(t, squeezed, strings.ReplaceAll(h.Where.Postcode, " ", ""))
			}
			for _, degrees := range []float64{h.Where.Point.Lat, h.Where.Point.Lng} {
				require.NotContains(t, text, fmt.Sprintf("%.3f", degrees), "%s", h.ID)
			}
		}
	})
}

func TestAHomeIsShownByItsPostcodeSector(t *testing.T) {
	res := newTown().run(t, only("C-AMY"))
	require.Contains(t, textOf(t, res, report.Style{}), "LS8 1")
	require.Contains(t, written(t, func(w io.Writer) error { return report.CSV(w, res) }), ",LS8 1,")
}

// hostile puts into a child's record what would draw on a terminal.
func hostile() *town {
	town := newTown()
	for i := range town.children {
		c := &town.children[i]
		c.Wishes = "Red \x1b[31malert\x1b[2J\x07 and \u009b2J and back\r over\nme\tall"
		c.Contacts[0].Who = "mother\x1b[2J"
	}
	return town
}

func TestNothingIsColouredUnlessAskedFor(t *testing.T) {
	text.EnableColors() // whatever the environment of the test says
	for name, town := range map[string]*town{"plain": newTown(), "hostile": hostile()} {
		t.Run(name, func(t *testing.T) {
			check := func(out string) {
				t.Helper()
				requireVisible(t, out)
				require.True(t, name == "hostile" || !strings.Contains(out, "[0m"), "what is left of a colour without its first character")
			}
			for _, r := range requests() {
				check(textOf(t, town.run(t, r.req), report.Style{}))
			}
			for _, p := range pairs {
				check(explanationOf(t, town.explain(t, p.req, p.home), report.Style{}))
			}
			e := town.explain(t, only("C-AMY"), "H-ASH")
			check(written(t, func(w io.Writer) error { return report.Reasons(w, &e.Judged, report.Style{}) }))
			res := town.run(t, requests()[1].req)
			check(written(t, func(w io.Writer) error { return report.WhyNot(w, res.WhyNot, res.Children, report.Style{}) }))
		})
	}
}

func requireVisible(t testing.TB, text string) {
	t.Helper()
	require.True(t, utf8.ValidString(text))
	for _, r := range text {
		require.True(t, r == '\n' || r >= ' ' && (r < 0x7f || r > 0x9f), "%U in %q", r, text)
	}
}

var escape = regexp.MustCompile("\x1b\\[[0-9;]*m")

func TestColourAddsNothingButColour(t *testing.T) {
	text.EnableColors() // whatever the environment of the test says
	for _, r := range requests() {
		res := newTown().run(t, r.req)
		coloured := textOf(t, res, report.Style{Colour: true})
		require.Equal(t, textOf(t, res, report.Style{}), escape.ReplaceAllString(coloured, ""), r.name)
	}
	for _, p := range pairs {
		e := newTown().explain(t, p.req, p.home)
		coloured := explanationOf(t, e, report.Style{Colour: true})
		require.Equal(t, explanationOf(t, e, report.Style{}), escape.ReplaceAllString(coloured, ""), p.name)
	}
	barred := newTown().explain(t, only("C-AMY"), "H-ELM")
	require.Contains(t, explanationOf(t, barred, report.Style{Colour: true}), "\x1b[31mbarred\x1b[0m")
}

func TestAChildsWordsCannotDrawOnAColourTerminal(t *testing.T) {
	text.EnableColors()
	out := textOf(t, hostile().run(t, only("C-AMY")), report.Style{Colour: true})
	require.NotContains(t, out, "\x1b[2J")
	require.NotContains(t, out, "\a")
	require.NotContains(t, out, "\r")
	requireVisible(t, escape.ReplaceAllString(out, ""))
	require.Contains(t, out, "back over\nme all”", "what can be read is kept")
}

func TestATableIsNoWiderThanTheTerminal(t *testing.T) {
	for _, width := range []int{0, 80, 100, 160} {
		limit := width
		if width == 0 {
			limit = 100
		}
		s := report.Style{Width: width}
		for _, r := range requests() {
			requireWidth(t, limit, textOf(t, newTown().run(t, r.req), s))
		}
		for _, p := range pairs {
			requireWidth(t, limit, explanationOf(t, newTown().explain(t, p.req, p.home), s))
		}
	}
}

// requireWidth looks at the lines of tables; prose is left to the terminal.
func requireWidth(t *testing.T, width int, out string) {
	t.Helper()
	for _, line := range strings.Split(out, "\n") {
		if strings.HasPrefix(line, "│") || strings.HasPrefix(line, "├") {
			require.LessOrEqual(t, utf8.RuneCountInString(line), width, line)
		}
	}
	require.Contains(t, out, "\n├", "there is a table")
}

func TestATerminalTooNarrowIsTakenForOneOf60(t *testing.T) {
	res := newTown().run(t, only("C-AMY"))
	require.Equal(t, textOf(t, res, report.Style{Width: 60}), textOf(t, res, report.Style{Width: 7}))
}

func TestASpreadsheetRunsNoCell(t *testing.T) {
	town := newTown()
	for i, formula := range []string{"=1+1", "+SUM(A1)", "-2+3", "@cmd", "\tx", "\rx"} {
		town.homes = []care.Home{foster(care.ID(fmt.Sprint("H-", i)), leeds, care.Location{Point: care.At(53.8, -1.5)})}
		res := town.run(t, only("C-AMY"))
		require.Len(t, res.Candidates, 1)
		res.Candidates[0].Home = care.ID(formula)
		res.Candidates[0].Authority = formula
		res.Wishes[0].Child = care.ID(formula)
		rows := readCSV(t, res)
		require.Equal(t, "'"+formula, rows[1][3])
		require.Equal(t, "'"+formula, rows[1][5])
		for _, row := range rows {
			for _, cell := range row {
				require.False(t, cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])), "%q", cell)
			}
		}
	}
}

func readCSV(t *testing.T, res *match.Result) [][]string {
	t.Helper()
	rows, err := csv.NewReader(strings.NewReader(written(t, func(w io.Writer) error { return report.CSV(w, res) }))).ReadAll()
	require.NoError(t, err)
	return rows
}

func TestATableForASpreadsheetHasARowACandidate(t *testing.T) {
	for _, r := range requests() {
		res := newTown().run(t, r.req)
		rows := readCSV(t, res)
		require.Equal(t, "wishes", rows[0][0])
		if len(res.Candidates) == 0 {
			require.Len(t, rows, 2, "the child's words and nothing else")
			require.Equal(t, string(res.Wishes[0].Child)+": "+res.Wishes[0].Words, rows[1][0])
			require.Empty(t, strings.Join(rows[1][1:], ""))
			continue
		}
		require.Len(t, rows, 1+len(res.Candidates), r.name)
		for i, c := range res.Candidates {
			row := rows[1+i]
			require.Equal(t, fmt.Sprint(c.Rank), row[1])
			require.Equal(t, string(c.Home), row[3])
			require.Equal(t, c.Score.String(), row[7])
			for _, f := range c.SignOffs() {
				require.Contains(t, row[9], f.Rule+" ("+f.Role)
				require.Contains(t, row[9], f.Says)
			}
			for _, reason := range c.Reasons {
				require.Contains(t, row[11], reason.Criterion+" "+reason.Points.String()+": "+reason.Says)
			}
			require.Equal(t, c.FreeFrom.String(), row[14])
		}
	}
}

// What a rule would have to know is as unknown as what the score would.
func TestTheCSVNamesEachUnknownFactOnce(t *testing.T) {
	town := newTown()
	for i := range town.homes {
		town.homes[i].Skills, town.homes[i].Closed = nil, nil
	}
	res := town.run(t, match.Request{Group: "G-1"})
	require.NotEmpty(t, res.Candidates)
	for _, row := range readCSV(t, res)[1:] {
		facts := strings.Split(row[12], "; ")
		require.Contains(t, facts, "skills")
		require.Contains(t, facts, "closed_dates")
		require.Len(t, facts, len(slices.Compact(slices.Sorted(slices.Values(facts)))), row[12])
	}
}

func TestWhatPutsOneHomeBeforeAnother(t *testing.T) {
	res := newTown().run(t, only("C-AMY"))
	require.GreaterOrEqual(t, len(res.Candidates), 3)
	first, second, third := &res.Candidates[0], &res.Candidates[1], &res.Candidates[2]
	require.Equal(t, 2, first.Tier, "adoption is considered for Amy, and Ash is approved for it")
	require.Equal(t, fmt.Sprintf("%s is in tier 2, %s in tier 3; the tier comes before the score.", first.Home, second.Home), report.Ahead(first, second))

	says := report.Ahead(second, third)
	require.True(t, strings.HasPrefix(says, fmt.Sprintf("%s is %.1f points ahead of %s: ", second.Home, (second.Score-third.Score).Float(), third.Home)), says)
	require.Contains(t, says, "near-family +")
	require.NotContains(t, says, "kind", "both are foster homes")

	same := *second
	same.Home = "H-SAME"
	require.Equal(t, fmt.Sprintf("%s and H-SAME have the same score; fewer sign-offs come first, then the smaller id.", second.Home), report.Ahead(second, &same))
}

func TestTheGroupIsShownWithItsWorstOffChild(t *testing.T) {
	res := newTown().run(t, match.Request{Group: "G-1"})
	best := &res.Candidates[0]
	worst := best.WorstOff()
	require.Less(t, worst.Score, best.Score)
	require.Contains(t, textOf(t, res, report.Style{}), fmt.Sprintf("%s %.1f", worst.ID, worst.Score.Float()))
}

func TestWhatIsOutstandingForSeveralChildrenIsSaidOnce(t *testing.T) {
	res := newTown().run(t, match.Request{Group: "G-1"})
	i := slices.IndexFunc(res.Candidates, func(c match.Candidate) bool { return c.Home == "H-OAK" })
	require.Len(t, res.Candidates[i].SignOffs(), 2, "one for each child")
	res.Candidates = res.Candidates[i : i+1]
	require.Equal(t, 1, strings.Count(textOf(t, res, report.Style{Width: 160}), "sign-off out-of-area: nominated officer"))
}

func TestAnAuthorityWithoutANameIsShownByItsCode(t *testing.T) {
	res := newTown().run(t, only("C-AMY"))
	res.Candidates = res.Candidates[:1]
	res.Candidates[0].Authority, res.Candidates[0].PostcodeSector = "W06000015", ""
	require.Contains(t, textOf(t, res, report.Style{}), "W06000015")
	require.NotContains(t, textOf(t, res, report.Style{}), "Leeds")
}

func TestAHomeTheChildLivesInSaysSo(t *testing.T) {
	res := newTown().run(t, match.Request{Children: []care.ID{"C-EVE"}, Limit: 10})
	require.Contains(t, textOf(t, res, report.Style{Width: 160}), "lives here now")
	require.Contains(t, written(t, func(w io.Writer) error { return report.JSON(w, res) }), `"lives_here":["C-EVE"]`)
}

// What was left out and what would help is said as text and on the page.
func TestWhatWasLeftOutAndWhatWouldHelpIsSaid(t *testing.T) {
	s := newTown().sheet(t, only("C-AMY"), "")
	s.Asked.Emergency, s.Asked.Ready, s.Asked.Kinds = true, true, []care.Kind{care.Foster, care.ConnectedPerson}
	res := s.Result
	res.NotReady, res.Openings = 2, []match.Opening{{Change: "a carer who takes girls", Opens: 3}}
	res.Candidates[0].SiblingsHere = []care.ID{"C-BEN"}
	res.Candidates[0].Declines = []care.DeclineCount{{Reason: "full", Count: 2}}
	page := parse(t, htmlOf(t, s))
	for _, says := range []string{"2 homes were left out because a sign-off is outstanding", "a carer who takes girls", "with C-BEN", "full (2)"} {
		require.Contains(t, textOf(t, res, report.Style{Width: 160}), says)
		require.Contains(t, strings.ToLower(page.text), strings.ToLower(says))
	}
	asked := tableOf(t, page, "The request")
	require.Equal(t, []string{"yes"}, asked["Emergency"])
	require.Equal(t, []string{"homes with one outstanding are left out"}, asked["Sign-offs"])
	require.Equal(t, []string{"foster home, connected person's home"}, asked["Kinds of home"])

	res.Candidates = nil
	require.Contains(t, parse(t, htmlOf(t, s)).text, "No home could be offered. 2 homes were left out because a sign-off is outstanding.")
}

// Where a group is split, whoever reads it is told what was not looked at.
func TestWhatIsSaidOfSplitsInText(t *testing.T) {
	res := newTown().run(t, match.Request{Group: "G-1"})
	require.Contains(t, textOf(t, res, report.Style{}), "If they were split instead")
	res.Candidates, res.Unproved = nil, true
	text := textOf(t, res, report.Style{})
	require.Contains(t, text, "No home takes them whole. The best ways to split them;")
	require.Contains(t, text, "There may be better ways to split them")
	res.Splits, res.Unproved = nil, false
	require.Contains(t, textOf(t, res, report.Style{}), "No way to house them in several homes was found either.")
	for i := range match.MaxSplit {
		res.Children = append(res.Children, care.ID(fmt.Sprint("C-", i)))
	}
	require.Contains(t, textOf(t, res, report.Style{}), fmt.Sprintf("groups of up to %d children", match.MaxSplit))
}

// full is a disk without room.
type full struct{ left int }

var errFull = errors.New("no space left")

func (f *full) Write(p []byte) (int, error) {
	if len(p) > f.left {
		return 0, errFull
	}
	f.left -= len(p)
	return len(p), nil
}

func TestAFullDiskIsReported(t *testing.T) {
	res, e := newTown().run(t, requests()[1].req), newTown().explain(t, only("C-AMY"), "H-ASH")
	for name, write := range map[string]func(io.Writer) error{
		"text":        func(w io.Writer) error { return report.Text(w, res, report.Style{}) },
		"csv":         func(w io.Writer) error { return report.CSV(w, res) },
		"json":        func(w io.Writer) error { return report.JSON(w, res) },
		"explanation": func(w io.Writer) error { return report.Explanation(w, e, report.Style{}) },
		"explain":     func(w io.Writer) error { return report.ExplainJSON(w, e) },
		"why not":     func(w io.Writer) error { return report.WhyNot(w, res.WhyNot, res.Children, report.Style{}) },
		"reasons":     func(w io.Writer) error { return report.Reasons(w, &e.Judged, report.Style{}) },
	} {
		require.ErrorIs(t, write(&full{}), errFull, name)
		whole := written(t, write)
		require.ErrorIs(t, write(&full{left: len(whole) - 1}), errFull, "%s short of a byte", name)
		require.NoError(t, write(&full{left: len(whole)}), name)
	}
	long := newTown().run(t, only("C-AMY"))
	long.Wishes[0].Words = strings.Repeat("x", 10_000) // more than the writer of CSV holds back
	require.ErrorIs(t, report.CSV(&full{}, long), errFull)
}

func TestTheDayOfTheFixturesIsTheOneThatIsToldHere(t *testing.T) {
	require.Equal(t, "22 November 2026", fixtures.Today.Words(), "the golden files name it")
}
