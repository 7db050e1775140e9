package cli_test

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// requirePage checks that a page is whole and says some things.
func requirePage(t testing.TB, page string, says ...string) {
	t.Helper()
	require.True(t, strings.HasPrefix(page, "<!DOCTYPE html>\n<html lang=\"en-GB\">"), page[:min(len(page), 60)])
	dec := xml.NewDecoder(strings.NewReader(page))
	for {
		_, err := dec.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		require.NoError(t, err)
	}
	for _, s := range says {
		require.Contains(t, page, s)
	}
}

// The officer prints the record of the shortlist for the panel, and the profile for
// the providers.
func TestAnOfficerPrintsTheMatchingRecord(t *testing.T) {
	away(t)
	o := ask(t, "match --child C-104 --limit 3 --report record.html").is(t, 0, "record.html is written")
	require.Contains(t, o.out, "Homes for C-104", "the shortlist is told as ever")
	requirePage(t, read(t, "record.html"), "Matching record: C-104", "I want to stay at my school", "Why not the others", "For the panel")
	if info, err := os.Stat("record.html"); err == nil {
		require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	}
	again := ask(t, "match --child C-104 --limit 3 --counts --why-not --quiet --report record.html --json").is(t, 0)
	require.Empty(t, again.err)
	require.True(t, json.Valid([]byte(again.out)))

	ask(t, "match --child C-104 --report profile.html --audience provider").is(t, 0)
	profile := read(t, "profile.html")
	requirePage(t, profile, "This profile is anonymised.")
	require.NotContains(t, profile, "C-104")
	require.NotContains(t, profile, "netball")
	require.NotContains(t, profile, "H-")
	ask(t, "match --group G-07 --report file.html --audience record").is(t, 0)
	requirePage(t, read(t, "file.html"), "For the child", "born ")
	require.Equal(t, []string{"file.html", "profile.html", "record.html"}, listed(t, "."))
}

func TestAMatchingRecordOfAChildForTonight(t *testing.T) {
	away(t)
	ask(t, "match --dob 2014-03-09 --sex F --authority Leeds --from 53.81,-1.54 --emergency --limit 2 --report tonight.html").is(t, 0)
	requirePage(t, read(t, "tonight.html"), "No words of <strong>tonight</strong> are recorded.", "girl, 12 on the day")
}

func TestWhereNothingFitsTheRecordSaysSo(t *testing.T) {
	away(t)
	ask(t, "match --dob 2005-09-01 --sex M --authority Leeds --from 53.81,-1.54 --report none.html").is(t, 3)
	requirePage(t, read(t, "none.html"), "No home could be offered.", "Homes that may not be offered")
}

func TestAReportThatCannotBeIsRefused(t *testing.T) {
	away(t)
	ask(t, "match --child C-104 --audience panel").is(t, 2, "ask for the page too")
	ask(t, "match --child C-104 --report x.html --audience public").is(t, 2, "provider, panel or record")
	ask(t, `match --child C-104 --report ""`).is(t, 2, "names no file")
	ask(t, "match --child C-104 --report none/x.html").is(t, 2, "--report none/x.html: there is no directory none")
	ask(t, "match --child C-104 --report x.pdf").is(t, 2, "what is written is HTML, so let the name end in .html")
	run(t, "decision show --html=x.docx D-4").is(t, 2, "--html x.docx: what is written is HTML")
	run(t, "decision show --html --json D-4").is(t, 2, "give one")
	run(t, "decision show --html= D-4").is(t, 2, "names no file")
	run(t, "decision show --audience panel D-4").is(t, 2, "ask for the page too")
	run(t, "notices").is(t, 2, "which decision?")
	run(t, "notices D-4").is(t, 2, "takes no argument")
	run(t, `notices --decision D-4 --withhold parents`).is(t, 2, "the reason is missing")
	run(t, `notices --decision D-4 --withhold press=x`).is(t, 2, "area-authority, child, parents")
	run(t, `notices --decision D-4 --withhold parents/=x`).is(t, 2, "which child?")
	run(t, `notices --decision D-4 --on soon`).is(t, 2, "--on")
	run(t, `notices --decision D-4`).is(t, 1, "there is no store")
	require.Empty(t, listed(t, "."))
}

// From the decision to the letters.
func TestADecisionIsPrintedAndItsLettersDrafted(t *testing.T) {
	db := aCounty(t)
	homes, signOffs := first(t, db, "C-104")
	run(t, "place --db "+db+onTheDay+` --child C-104 --home `+homes[0]+` --by "A. Officer"`+strings.Join(signOffs, "")).is(t, 0)
	dir := away(t)

	page := run(t, "decision show --db "+db+" --html D-4").is(t, 0).out
	requirePage(t, page, "Record of decision D-4: C-104", "What was decided", "A. Officer", homes[0])
	o := run(t, "decision show --db "+db+" --html=d.html D-4").is(t, 0, "d.html is written")
	require.Empty(t, o.out)
	require.Equal(t, page, read(t, "d.html"))
	profile := run(t, "decision show --db "+db+" --html --audience provider D-4").is(t, 0).out
	requirePage(t, profile, "This profile is anonymised.")
	require.NotContains(t, profile, "C-104")

	line := "notices --db " + db + " --decision D-4 --on 2026-11-22"
	letters := run(t, line+` --withhold "parents=a threat, assessed by T. Manager"`).is(t, 0).out
	require.Contains(t, letters, "Notices of decision D-4, drafted on 22 November 2026")
	require.Contains(t, letters, "withheld: a threat")
	require.NotContains(t, letters, "== Notice to parents")
	require.Contains(t, letters, "== Note to the independent reviewing officer")
	var read struct {
		Schema  string
		Notices []struct{ To string }
	}
	require.NoError(t, json.Unmarshal([]byte(run(t, line+" --json").is(t, 0).out), &read))
	require.Equal(t, "stablehomes/notices/1", read.Schema)
	require.NotEmpty(t, read.Notices)
	requirePage(t, run(t, line+" --html").is(t, 0).out, "Notice to child about C-104")
	run(t, line+" --quiet --html=l.html").is(t, 0)
	require.Equal(t, []string{"d.html", "l.html"}, listed(t, dir))
	run(t, "notices --db "+db+" --decision D-5").is(t, 1, "did you mean D-4?")
	run(t, line+` --withhold "parents/C-1=x"`).is(t, 2, "not a child of decision D-4")
	require.NoFileExists(t, filepath.Join(dir, "stablehomes.db"))
}
