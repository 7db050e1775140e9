package cli_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/cli"
)

// reunions is the JSON of reunite, by the names that others rely on.
type reunions struct {
	Schema, On        string
	Groups, Separated *int
	Found             *int
	At                string
	Journal           uint64
	NoHome            []struct {
		Group     string
		KeptApart [][]string `json:"kept_apart"`
	} `json:"no_home"`
	Reunions []reunion
}

type reunion struct {
	Group, Policy    string
	Score, Now, Gain json.Number
	Home             candidate
	Moves            []struct {
		Child, From     string
		Since           string
		Years           *int
		SchoolMilesNow  *float64 `json:"school_miles_now"`
		SchoolMilesThen *float64 `json:"school_miles_then"`
	}
}

// reunite asks the county on its day. A reunion has no instant of its own.
func reunite(t testing.TB, flags string) outcome {
	t.Helper()
	return run(t, "reunite --db "+countyStore(t)+" --on 2026-11-22 "+flags)
}

func reunited(t testing.TB, o outcome) reunions {
	t.Helper()
	var all reunions
	require.NoError(t, json.Unmarshal([]byte(o.is(t, 0).out), &all), o.out)
	require.Equal(t, "stablehomes/reunite/1", all.Schema)
	require.NotNil(t, all.Reunions, "an empty list is one")
	return all
}

func TestSiblingGroupsThatCouldLiveTogetherReadWell(t *testing.T) {
	o := reunite(t, "").is(t, 0)
	require.Empty(t, o.err)
	requireGolden(t, filepath.Join(home, "testdata", "reunite.golden"), o.out)
	require.Equal(t, o.out, reunite(t, "").out, "the same every time")
}

func TestReunionsForProgramsAddUp(t *testing.T) {
	all := reunited(t, reunite(t, "--json"))
	require.Equal(t, "2026-11-22", all.On)
	require.NotEmpty(t, all.At)
	require.Positive(t, all.Journal)
	require.NotEmpty(t, all.Reunions)
	require.NotNil(t, all.NoHome, "an empty list is one")
	groups := map[string]bool{}
	for i, r := range all.Reunions {
		groups[r.Group] = true
		require.Equal(t, millionths(t, r.Score)-millionths(t, r.Now), millionths(t, r.Gain), r.Group)
		require.Equal(t, r.Home.Score, r.Score)
		require.Zero(t, r.Home.Rank, "no shortlist was made")
		require.False(t, r.Home.has("barred"))
		requireSum(t, r.Home, r.Group)
		require.NotEmpty(t, r.Moves)
		require.NotEmpty(t, r.Policy)
		for _, m := range r.Moves {
			require.NotEqual(t, r.Home.Home, m.From, "who lives there does not move")
			require.Equal(t, m.From != "", m.Since != "")
			require.NotNil(t, m.Years)
			require.True(t, slices.ContainsFunc(r.Home.Children, func(c struct {
				ID    string
				Score json.Number
			}) bool {
				return c.ID == m.Child
			}), "%s: %s", r.Group, m.Child)
		}
		require.True(t, i == 0 || millionths(t, all.Reunions[i-1].Gain) >= millionths(t, r.Gain), "the largest gain first")
	}
	require.Equal(t, *all.Separated, len(groups)+len(all.NoHome), "each group that lives apart has a home together, or none")
	require.Greater(t, *all.Groups, *all.Separated)
}

func TestTheTextSaysWhatTheJSONSays(t *testing.T) {
	text, all := reunite(t, "").is(t, 0).out, reunited(t, reunite(t, "--json"))
	require.Contains(t, text, fmt.Sprintf("%d sibling groups looked at; living apart on 22 November 2026: %d", *all.Groups, *all.Separated))
	require.Contains(t, text, fmt.Sprintf("no home takes all together: %d.", len(all.NoHome)))
	for _, r := range all.Reunions {
		for _, word := range []string{r.Group, r.Home.Home} {
			require.Contains(t, text, word)
		}
		for _, m := range r.Moves {
			require.Contains(t, text, m.Child+" from "+m.From)
			if m.SchoolMilesNow != nil && m.SchoolMilesThen != nil {
				require.Contains(t, text, fmt.Sprintf("school %.1f miles away now, %.1f then", *m.SchoolMilesNow, *m.SchoolMilesThen))
			}
		}
	}
}

func TestOnlySoManyReunionsAreShown(t *testing.T) {
	single(t)
	all := reunited(t, reunite(t, "--json"))
	found := len(all.Reunions)
	require.Greater(t, found, 2)
	two := reunited(t, reunite(t, "--json --limit 2"))
	require.Equal(t, all.Reunions[:2], two.Reunions)
	require.Equal(t, all.Separated, two.Separated, "what is not shown was looked at all the same")
	require.Equal(t, []int{found, found}, []int{*all.Found, *two.Found})
	require.Contains(t, reunite(t, "--limit 2").is(t, 0).out, fmt.Sprintf("The first 2 of %d; --limit %d shows all of them.", found, found))
	for _, limit := range []int{found, found + 1} {
		require.Equal(t, reunite(t, "").out, reunite(t, fmt.Sprint("--limit ", limit)).is(t, 0).out)
	}
}

func TestReunionsOfOneGroupOrOneAuthority(t *testing.T) {
	all := reunited(t, reunite(t, "--json"))
	group := all.Reunions[0].Group
	one := reunited(t, reunite(t, "--json --group "+group))
	require.Equal(t, []int{1, 1}, []int{*one.Groups, *one.Separated})
	require.NotEmpty(t, one.Reunions)
	for _, r := range one.Reunions {
		require.Equal(t, group, r.Group)
	}
	require.True(t, strings.HasPrefix(reunite(t, "--group "+group).is(t, 0).out, "1 sibling group looked at; living apart on 22 November 2026: 1.\n"))

	leeds := reunited(t, reunite(t, "--json --authority Leeds"))
	require.Less(t, *leeds.Groups, *all.Groups, "other authorities place in the county too")
	require.NotEmpty(t, leeds.Reunions)
	require.Subset(t, all.Reunions, leeds.Reunions)
	require.Equal(t, leeds.Reunions, reunited(t, reunite(t, "--json --authority E08000035")).Reunions, "by name or by code")
	for _, flags := range []string{"--authority Cornwall", "--authority Cornwall --group " + group} {
		none := reunited(t, reunite(t, "--json "+flags))
		require.Equal(t, []int{0, 0, 0}, []int{*none.Groups, *none.Separated, len(none.NoHome)}, flags)
		require.Equal(t, "0 sibling groups looked at; living apart on 22 November 2026: 0.\n", reunite(t, flags).is(t, 0).out)
	}
}

// C-106 and C-107 wait together: nothing parts them, and that is no failure.
func TestAGroupThatLivesInNoTwoHomesIsNotSeparated(t *testing.T) {
	o := reunite(t, "--group G-07").is(t, 0)
	require.Equal(t, "1 sibling group looked at; living apart on 22 November 2026: 0.\n", o.out)
	require.Contains(t, reunite(t, "--json --group G-07").out, `"reunions":[]`)
}

func TestReunitingLooksAtTheDayThatIsAsked(t *testing.T) {
	before := reunited(t, run(t, "reunite --json --on 2020-10-01 --db "+countyStore(t)))
	require.Equal(t, "2020-10-01", before.On)
	require.Zero(t, *before.Separated, "nobody lived there then")
	today := reunited(t, run(t, "reunite --json --db "+countyStore(t)))
	parsed, err := time.Parse(time.DateOnly, today.On)
	require.NoError(t, err)
	require.WithinDuration(t, time.Now(), parsed, 48*time.Hour, "today, where no day is given")
}

func TestReunitingThatIsAskedWrongly(t *testing.T) {
	dir := away(t)
	for _, c := range []struct{ name, line, says string }{
		{"an argument", "reunite G-11", `reunite takes no argument "G-11"`},
		{"a day that there is not", "reunite --on 2026-02-30", "--on"},
		{"no reunions at all", "reunite --limit 0", "--limit 0: at least 1"},
		{"fewer than none", "reunite --limit -3", "--limit -3: at least 1"},
		{"so many", "reunite --limit many", "many"},
		{"an authority misspelt", "reunite --authority Leads", "did you mean Leeds?"},
		{"a flag that there is not", "reunite --child C-104", "child"},
		{"a flag of match", "reunite --ready", "ready"},
	} {
		run(t, c.line).is(t, 2, c.says)
		require.Empty(t, listed(t, dir), c.name)
	}
}

func TestReunitingThatCannotBeAnswered(t *testing.T) {
	dir := away(t)
	db := " --db " + countyStore(t)
	require.Empty(t, run(t, "reunite --group G-99"+db).is(t, 1, `sibling group "G-99" is not in the store; did you mean G-09`).out)
	require.Empty(t, run(t, "reunite --on 2020-09-25"+db).is(t, 1, "the rulebook speaks for days from 2020-09-26 on").out)
	require.Empty(t, run(t, "reunite --policy nowhere.toml"+db).is(t, 1, "nowhere.toml").out)
	for _, line := range []string{"reunite", "reunite --json", "--db nowhere reunite", "reunite --group G-07"} {
		require.Empty(t, run(t, line).is(t, 1, "there is no store").out)
		require.Empty(t, listed(t, dir), line)
	}
	stopped, stop := context.WithCancel(t.Context())
	stop()
	require.Empty(t, runWith(t, stopped, strings.NewReader(""), "reunite"+db).is(t, 130, "interrupted").out)
}

func TestReunitingInAStoreThatIsInUse(t *testing.T) {
	files := countyFiles(t)
	away(t)
	run(t, "import homes "+files+"/homes.csv").is(t, 0)
	require.Contains(t, run(t, "reunite").is(t, 0).out, "0 sibling groups looked at")
	open(t, "stablehomes.db")
	require.Empty(t, run(t, "reunite").is(t, 5, "in use").out)
}

// Another policy weighs otherwise, and nothing but the store is read.
func TestReunitingUnderAPolicy(t *testing.T) {
	dir := away(t)
	db := countyStore(t)
	require.NoError(t, os.WriteFile("policy.toml", []byte("[weights]\nsiblings = 60\n"), 0o600))
	usual, other := reunited(t, reunite(t, "--json")), reunited(t, run(t, "reunite --json --on 2026-11-22 --policy policy.toml --db "+db))
	require.Equal(t, usual.Separated, other.Separated)
	require.NotEqual(t, usual.Reunions, other.Reunions)
	require.Greater(t, millionths(t, other.Reunions[0].Gain), millionths(t, usual.Reunions[0].Gain), "the more brothers and sisters weigh, the more is gained")
	require.Equal(t, []string{"policy.toml"}, listed(t, dir))
}

func TestReunionsThatCannotBeWrittenAreAFailure(t *testing.T) {
	single(t)
	for _, line := range []string{"reunite", "reunite --json", "reunite --limit 1"} {
		args, err := words("stablehomes " + line + " --on 2026-11-22 --db " + countyStore(t))
		require.NoError(t, err)
		whole := len(run(t, strings.Join(args[1:], " ")).is(t, 0).out)
		for _, room := range []int{0, whole / 2, whole - 1} {
			var errs strings.Builder
			require.Equal(t, 1, cli.Run(t.Context(), args, nil, &filling{room}, &errs), line)
			require.Contains(t, errs.String(), errFull.Error(), line)
		}
	}
}
