package report_test

import (
	"encoding/json"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/report"
	"github.com/stablehomes/stablehomes/fixtures"
)

// drafts are notices of every sort: one to be sent with something enclosed, one
// with a caution, one withheld, one late.
func drafts() *care.Notices {
	return &care.Notices{
		Decision: "D-17", Drafted: fixtures.Today, Citation: "reg 13",
		Notices: []care.Notice{
			{To: care.ToAreaAuthority, Name: "Bradford", Child: "C-AMY", Home: "H-OAK", By: fixtures.Today, Enclosed: []string{"the care plan"}, Letter: []string{"This is written notice.", "[Name], for Leeds"}},
			{To: care.ToChild, Child: "C-AMY", Home: "H-OAK", By: fixtures.Today, Letter: []string{"Dear [name],", "You told us: “I want a <b>dog</b>.\x1b[2J”"}},
			{To: care.ToParents, Child: "C-AMY", Home: "H-OAK", By: fixtures.Today, Caution: "consider whether to withhold this", Letter: []string{"Dear [name],"}},
			{To: care.ToContactOrder, Child: "C-AMY", Home: "H-OAK", By: fixtures.Today, Withheld: "a threat to the carers"},
			{To: care.ToGP, Child: "C-AMY", Home: "H-OAK", By: fixtures.Today - 1, Late: true, Letter: []string{"Dear [name],"}},
		},
		IRO: []string{"Decision D-17, chosen by A. Officer."}, Gaps: []string{},
	}
}

func TestNoticesReadAsAgreed(t *testing.T) {
	n := drafts()
	golden(t, "notices.text", []byte(written(t, func(w io.Writer) error { return report.Notices(w, n, report.Style{}) })))
	golden(t, "notices.json", []byte(written(t, func(w io.Writer) error { return report.NoticesJSON(w, n) })))
	golden(t, "notices.html", []byte(written(t, func(w io.Writer) error { return report.NoticesHTML(w, n) })))
	require.Equal(t, drafts(), n, "writing changes nothing")
}

func TestALetterStandsOnASheetOfItsOwn(t *testing.T) {
	root := parse(t, written(t, func(w io.Writer) error { return report.NoticesHTML(w, drafts()) }))
	requireAllowed(t, root)
	requireTables(t, root)
	var titles []string
	for _, s := range root.all("section") {
		require.Equal(t, "letter", s.attr["class"])
		titles = append(titles, s.all("h2")[0].text)
	}
	require.Equal(t, []string{
		"Notice to area authority: Bradford about C-AMY", "Notice to child about C-AMY", "Notice to parents about C-AMY", "Notice to GP about C-AMY",
		"Note to the independent reviewing officer", "Gaps, and the support that would close them",
	}, titles)
	require.Contains(t, root.text, "withheld: a threat to the carers")
	require.Contains(t, root.text, "send; consider whether to withhold this")
	require.Contains(t, root.text, "send, though its day has passed")
	require.Contains(t, root.text, "I want a <b>dog</b>.")
	for _, letter := range root.all("section") {
		require.NotContains(t, letter.text, "consider whether", "a caution is no part of the letter")
	}
}

func TestNoticesAsTextAreDrawnNowhereElse(t *testing.T) {
	text := written(t, func(w io.Writer) error { return report.Notices(w, drafts(), report.Style{Width: 80}) })
	require.NotContains(t, text, "\x1b")
	for _, line := range strings.Split(text, "\n") {
		require.LessOrEqual(t, len([]rune(line)), 80, line)
	}
	require.Contains(t, text, "Enclosed: the care plan")
	require.Contains(t, text, "No gap is known.")
	require.NotContains(t, text, "== Notice to those")
}

func TestNoticesInJSONHaveTheirSchema(t *testing.T) {
	var read struct {
		Schema  string
		Notices []struct{ To, Withheld string }
		Gaps    []string
	}
	require.NoError(t, json.Unmarshal([]byte(written(t, func(w io.Writer) error { return report.NoticesJSON(w, drafts()) })), &read))
	require.Equal(t, report.NoticesSchema, read.Schema)
	require.Len(t, read.Notices, 5)
	require.Equal(t, "a threat to the carers", read.Notices[3].Withheld)
	require.NotNil(t, read.Gaps)
}
