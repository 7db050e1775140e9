package cli_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// warned is a policy under which the ban that was only proposed warns.
const warned = "proposed_ban = \"warn\"\n"

func TestGlobalFlagsStandBeforeTheCommandAndAfterIt(t *testing.T) {
	db := countyStore(t)
	away(t)
	want := run(t, "match --db "+db+" --json --child C-104"+onTheDay).is(t, 0)
	for _, line := range []string{
		"--db " + db + " --json match --child C-104",
		"--db=" + db + " match --json --child C-104",
		"--json match --child C-104 --db " + db,
		"--db nowhere match --json --child C-104 --db " + db, // the nearer one counts
		"--no-color --quiet --json --db " + db + " match --child C-104",
		"match --child C-104 --json --quiet --no-color --db " + db,
	} {
		require.Equal(t, want.out, run(t, line+onTheDay).is(t, 0).out, line)
	}
}

func TestTheStoreIsFoundByFlagThenEnvironmentThenDefault(t *testing.T) {
	files, db := countyFiles(t), countyStore(t)
	dir := away(t)
	t.Setenv("STABLEHOMES_DB", db)
	run(t, "match --child C-104"+onTheDay).is(t, 0)
	run(t, "match --child C-104 --db flagged"+onTheDay).is(t, 1, "flagged: there is no store")
	run(t, "--db flagged match --child C-104"+onTheDay).is(t, 1, "flagged: there is no store")
	require.Empty(t, listed(t, dir))
	t.Setenv("STABLEHOMES_DB", "")
	run(t, "match --child C-104"+onTheDay).is(t, 1, "stablehomes.db: there is no store")
	run(t, "import homes "+files+"/homes.csv").is(t, 0)
	require.Equal(t, []string{"stablehomes.db"}, listed(t, dir))
}

func TestThePolicyIsFoundByFlagThenEnvironment(t *testing.T) {
	away(t)
	keep(t, "warn.toml", warned)
	keep(t, "enforce.toml", "proposed_ban = \"enforce\"\n")
	line := boyOf15 + " --limit 1 --db " + countyStore(t)
	run(t, line).is(t, 3)
	o := run(t, line+" --policy warn.toml").is(t, 0)
	require.Contains(t, o.out, "note")
	best := candidates(t, run(t, line+" --json --policy warn.toml"))[0]
	require.True(t, slices.ContainsFunc(best.Findings, func(f finding) bool {
		return f.Rule == "under-16-unregulated" && f.Verdict == "warning"
	}))
	require.Equal(t, o.out, run(t, "--policy warn.toml "+line).is(t, 0).out)
	t.Setenv("STABLEHOMES_POLICY", "warn.toml")
	require.Equal(t, o.out, run(t, line).is(t, 0).out)
	run(t, line+" --policy enforce.toml").is(t, 3)
	run(t, "--policy enforce.toml "+line).is(t, 3)
}

func TestAPolicyThatCannotBeReadIsNamed(t *testing.T) {
	dir := away(t)
	keep(t, "typo.toml", "proposed_ban = \"warn\"\nwieghts = 3\n")
	keep(t, "broken.toml", "[weights\nschool = 25\n")
	line := "match --db " + countyStore(t) + " --child C-104 --policy "
	run(t, line+"typo.toml").is(t, 1, "typo.toml: policy, line 2: wieghts")
	run(t, line+"broken.toml").is(t, 1, "broken.toml: policy, line")
	run(t, line+"nowhere.toml").is(t, 1, "read the policy", "nowhere.toml")
	run(t, line+dir).is(t, 1, "read the policy", dir)
	t.Setenv("STABLEHOMES_POLICY", "nowhere.toml")
	run(t, "match --db "+countyStore(t)+" --child C-104").is(t, 1, "nowhere.toml")
}

func TestEveryPolicyIsOnlyForThoseWhoChoseIt(t *testing.T) {
	away(t)
	keep(t, "one.toml", "[authority.E08000035]\nproposed_ban = \"warn\"\n")
	line := " --limit 1 --policy one.toml --db " + countyStore(t)
	run(t, boyOf15+line).is(t, 0)
	run(t, strings.Replace(boyOf15, "Leeds", "Bradford", 1)+line).is(t, 3)
}

func TestJSONCarriesItsSchemaAndNothingElse(t *testing.T) {
	single(t)
	files, db := countyFiles(t), countyStore(t)
	away(t)
	for line, schema := range map[string]string{
		"match --child C-104 --db " + db + onTheDay:                      "stablehomes/match/1",
		"explain --child C-104 --home H-00001 --db " + db + onTheDay:     "stablehomes/explain/1",
		"home list --db " + db + onTheDay:                                "stablehomes/home-list/1",
		"home show --home H-00053 --db " + db + onTheDay:                 "stablehomes/home-show/1",
		"child list --db " + db + onTheDay:                               "stablehomes/child-list/1",
		"child show --child C-104 --db " + db + onTheDay:                 "stablehomes/child-show/1",
		"doctor --db " + db:                                              "stablehomes/doctor/1",
		"import homes " + files + "/homes.csv":                           "stablehomes/import/1",
		"import --dry-run --db " + db + " homes " + files + "/homes.csv": "stablehomes/import/1",
	} {
		o := run(t, "--json "+line).is(t, 0)
		var head struct{ Schema string }
		in := json.NewDecoder(strings.NewReader(o.out))
		require.NoError(t, in.Decode(&head), line)
		require.Equal(t, schema, head.Schema, line)
		require.False(t, in.More(), "%s: more than one value", line)
		require.Equal(t, 1, strings.Count(o.out, "\n"), line)
		require.Empty(t, o.err, line)
	}
}

func TestQuietIsSilentUnlessSomethingIsWrong(t *testing.T) {
	files, db := countyFiles(t), countyStore(t)
	away(t)
	for _, line := range []string{
		"import --quiet homes " + files + "/homes.csv",
		"--quiet import postcodes " + files + "/postcodes.csv",
		"--quiet export homes",
		`home set --quiet --home H-00001 --by "A. Officer" languages=urdu`,
		"demo --quiet --files again",
		"--quiet fixtures --homes 100 --out england",
		"match --quiet --child C-104 --db " + db + onTheDay,
		"doctor --quiet --db " + db,
	} {
		require.Empty(t, run(t, line).is(t, 0).err, line)
	}
	keep(t, "bad.csv", homesHeader+"H-1,castle,E08000035,53.81,-1.54,2\n")
	o := run(t, "import --quiet homes bad.csv").is(t, 4, "bad.csv, row 2, kind:")
	require.NotContains(t, o.err, "imported")
	run(t, "--quiet match").is(t, 2, "say for whom")
}

func TestWithoutQuietAnImportSaysWhatItDid(t *testing.T) {
	files := countyFiles(t)
	away(t)
	first := run(t, "import homes "+files+"/homes.csv").is(t, 0, "398 rows read: 398 new, 0 changed, 0 as they were, 0 rejected.")
	require.Empty(t, first.out)
	run(t, "import homes "+files+"/homes.csv").is(t, 0, "0 new, 0 changed, 398 as they were")
	run(t, "import postcodes "+files+"/postcodes.csv").is(t, 0, "40 new", "1 without a grid reference, 0 in Northern Ireland, 0 given twice")
}

func TestNothingIsColouredOffATerminal(t *testing.T) {
	for _, line := range []string{
		"match --child C-104 --why-not --counts", "match --child C-104 --why-not --json", "explain --child C-104 --home H-00001",
		"match --no-color --child C-104",
	} {
		o := ask(t, line)
		require.NotContains(t, o.out+o.err, "\x1b", line)
	}
}
