package cli_test

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// aCounty is the county in a store of the test's own, which may be changed.
func aCounty(t testing.TB) string {
	t.Helper()
	from, db := countyFiles(t), filepath.Join(t.TempDir(), "db")
	for _, kind := range []string{"homes", "children", "placements"} {
		run(t, "import --db "+db+" "+kind+" "+filepath.Join(from, kind+".csv")).is(t, 0)
	}
	return db
}

// first are the homes of a shortlist, and what the first of them still needs.
func first(t testing.TB, db, child string) (homes []string, signOffs []string) {
	t.Helper()
	var res struct {
		Candidates []struct {
			Home     string
			Findings []struct{ Rule, Verdict, Role string }
		}
	}
	require.NoError(t, json.Unmarshal([]byte(run(t, "match --json --db "+db+onTheDay+" --child "+child).is(t, 0).out), &res))
	for i, c := range res.Candidates {
		homes = append(homes, c.Home)
		for _, f := range c.Findings {
			if i == 0 && f.Verdict == "sign-off" {
				signOffs = append(signOffs, ` --sign-off "`+f.Rule+"=N. Head,"+f.Role+`,2026-11-22T14:10Z,REF-1"`)
			}
		}
	}
	return homes, signOffs
}

// From the shortlist to the record: an officer places the child of the county in
// the first home, reads the decision back and runs it again.
func TestAnOfficerPlacesAChildAndReadsTheDecisionBack(t *testing.T) {
	db := aCounty(t)
	homes, signOffs := first(t, db, "C-104")
	line := "place --db " + db + onTheDay + ` --child C-104 --home ` + homes[0] + ` --by "A. Officer" --op try-1` + strings.Join(signOffs, "")
	placed := run(t, line).is(t, 0)
	require.Contains(t, placed.out, "Decision D-4: placed.\n  C-104 in "+homes[0])
	require.Contains(t, placed.out, "Number 1 of the")
	require.Equal(t, placed.out, run(t, line).is(t, 0).out, "a retry after a lost answer")

	shown := run(t, "decision show --db "+db+" D-4").is(t, 0).out
	require.Contains(t, shown, "C-104 says:")
	require.Contains(t, shown, "The shortlist as it was.")
	require.Contains(t, run(t, "decision show --json --db "+db+" D-4").is(t, 0).out, `{"schema":"stablehomes/decision/1","id":"D-4","kind":"place"`)
	require.Contains(t, run(t, "decision replay --db "+db+" D-4").is(t, 0).out, "identical, byte for byte")
	require.Contains(t, run(t, "decision replay --json --db "+db+" D-4").is(t, 0).out, `{"schema":"stablehomes/decision-replay/1","decision":"D-4","judged":3,"identical":true`)

	run(t, "place --db "+db+onTheDay+` --child C-104 --home `+homes[1]+` --by "A. Officer"`).is(t, 6, "move the child")
	run(t, "move --db "+db+onTheDay+` --child C-104 --home `+homes[0]+` --by "A. Officer" --why x`).is(t, 6, "nobody is to go anywhere else")
	run(t, "decision show --db "+db+" D-5").is(t, 1, "did you mean D-4?")
}

func TestAPlacementThatIsRefusedExitsWithSix(t *testing.T) {
	db := aCounty(t)
	homes, _ := first(t, db, "C-104")
	before := kept(t, db)
	refused := run(t, "place --db "+db+onTheDay+" --child C-104 --home "+homes[len(homes)-1]+` --by "A. Officer"`).is(t, 6, "of the shortlist, after "+homes[0], "say why it was chosen")
	require.Empty(t, refused.out)
	require.Equal(t, before, kept(t, db))
}

// The night team tells in the morning where they took a child; the sign-off comes
// after breakfast.
func TestTheNightTeamTellsWhatHappened(t *testing.T) {
	db := aCounty(t)
	homes, _ := first(t, db, "C-104")
	last := homes[len(homes)-1]
	told := run(t, "record-fact --json --db "+db+onTheDay+" --child C-104 --home "+last+` --by "A. Officer" --emergency --moved-at 2026-11-22T02:30:00Z`).is(t, 0)
	var fact struct {
		Schema, Decision string
		Beds             []struct {
			Home                 string
			Children, Placements []string
		}
		Outstanding []struct{ Rule, Verdict, Role string }
	}
	require.NoError(t, json.Unmarshal([]byte(told.out), &fact))
	require.Equal(t, "stablehomes/record-fact/1", fact.Schema)
	require.Equal(t, []string{"P-4-1"}, fact.Beds[0].Placements)
	late := "record-fact --db " + db + atThree + ` --decision D-4 --by "A. Officer"`
	for _, b := range fact.Outstanding {
		if b.Role != "" {
			late += ` --sign-off "` + b.Rule + "=N. Head," + b.Role + `,2026-11-22T09:00Z,REF-9"`
		}
	}
	if strings.Contains(late, "--sign-off") {
		require.Contains(t, run(t, late).is(t, 0).out, "late by 6 hours")
	}
	require.Contains(t, run(t, "decision show --db "+db+" D-4").is(t, 0).out, "this is not an approved placement")
	run(t, late+" --home H-1").is(t, 2, "--home tells something new")
	run(t, "record-fact --db "+db+` --decision D-4 --by "A. Officer"`).is(t, 2, "which sign-off?")
	run(t, "end --db "+db+onTheDay+` --child C-104 --by "A. Officer"`)
	moved := run(t, "move --db "+db+onTheDay+" --child C-104 --home "+homes[0]+` --by "A. Officer" --early --reason CARPL --why nearer`)
	require.Contains(t, []int{0, 6}, moved.code)
}

func TestACommandLineThatCannotPlaceSaysWhy(t *testing.T) {
	single(t)
	for line, says := range map[string]string{
		"place --child C-1 --home H-1":                                        "--by NAME is missing",
		"place --by A --child C-1 --home H-1 now":                             `place takes no argument "now"`,
		"place --by A --child C-1 --home H-1 --sign-off pets":                 "--sign-off: sign-off:",
		"place --by A --child C-1 --home H-1 --sign-off pets=N,o,yesterday,R": "is not an instant",
		"place --by A --bed H-1":                                              "--bed H-1: a home and its children",
		"place --by A --bed H-1=,":                                            "--bed H-1=,",
		"place --by A --child C-1 --home H-1 --moved-at noon":                 "--moved-at noon: an instant is written as",
		`place --by A --child C-1 --home H-1 --moved-at ""`:                   "--moved-at is empty",
		"place --by A --child C-1 --home H-1 --moved-at 0001-01-01T00:00:00Z": "--moved-at 0001-01-01T00:00:00Z: an instant is written as",
		"place --by A --child C-1 --home H-1 --at=":                           "--at is empty",
		"place --by A --child C-1 --home H-1 --kind castle":                   "--kind castle: one of",
		"place --by A --child C-1 --home H-1 --on 31/02/2026":                 "--on:",
		"place --by A --child C-1 --home H-1 --expected-end soon":             "--expected-end:",
		"decision":                    "decision what?",
		"decision show":               "which decision?",
		"decision replay D-1 D-2":     `replay takes no argument "D-2"`,
		"decision show D-1 --json":    "flags come before arguments",
		"move --child C-1 --home H-1": "--by NAME is missing",
		"record-fact --decision D-1":  "--by NAME is missing",
	} {
		run(t, line).is(t, 2, says)
	}
	db := aCounty(t)
	for line, says := range map[string]string{
		"":                                   "say where",
		"--home H-1":                         "say for whom",
		"--home H-1 --hold HOLD-1":           "one of the three",
		"--home H-1 --child C-1 --within -2": "not a distance",
	} {
		run(t, "place --db "+db+" --by A "+line).is(t, 2, says)
	}
	run(t, "decision show --db "+filepath.Join(t.TempDir(), "none")+" D-1").is(t, 1, "no store")
}
