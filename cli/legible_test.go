package cli_test

import (
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/require"
)

// drawing renames the window, clears the screen, turns the direction of writing, and
// speaks to terminals that know the second set of control characters.
const drawing = "X\x1b]0;owned\a\x1b[2J\u202e\u009b31m"

// requireLegible checks that nothing in what was written would draw.
func requireLegible(t *testing.T, o outcome) {
	t.Helper()
	for _, text := range []string{o.out, o.err} {
		require.NotContains(t, text, "\u202e")
		require.False(t, strings.ContainsFunc(text, func(r rune) bool { return r != '\n' && unicode.IsControl(r) }), "%q", text)
	}
}

func TestWhatFilesHoldDoesNotDrawOnTheTerminal(t *testing.T) {
	away(t)
	for name, content := range map[string]string{
		"a column": "id,kind,authority,lat,lng,beds,co\u009b2Jl\u202e\nH-1,foster,E08000035,53.81,-1.54,2,\n",
		"a cell":   homesHeader + "H-1,cas" + drawing + "tle,E08000035,53.81,-1.54,2\n",
		"an id":    homesHeader + "H" + drawing + ",foster,E08000035,53.81,-1.54,2\n" + "H" + drawing + ",foster,E08000035,53.81,-1.54,2\n",
	} {
		keep(t, "homes.csv", content)
		o := run(t, "import homes homes.csv")
		requireLegible(t, o)
		require.Contains(t, o.err, "homes.csv", name)
	}
	keep(t, "vacancies.csv", "Home"+drawing+",Vacancies\nX"+drawing+",2\n")
	requireLegible(t, run(t, "import vacancies vacancies.csv"))
	keep(t, "p.csv", postcodesHeader+"LS6"+drawing+",1,1,E08000035\n")
	requireLegible(t, run(t, "import postcodes p.csv"))
	keep(t, "header.csv", "CHILD,SEX,DOB,ETHNIC\n7,2,09/03/2014,WBRI\n8"+drawing+",9"+drawing+",09/03/2014,WBRI\n")
	keep(t, "episodes.csv", "CHILD,DECOM,RNE,LS,HOME_POST,PL_DISTANCE\n7,10/06/2023,S,V2,Q\x1b[2J\a,"+drawing+"\n")
	o := run(t, "import --authority Leeds ssda903 header.csv episodes.csv").is(t, 4, "HOME_POST: has control characters")
	requireLegible(t, o)
	keep(t, "policy.toml", "weig"+drawing+"hts = 1\n")
	requireLegible(t, run(t, "--policy policy.toml policy show").is(t, 1, "policy.toml"))
	requireLegible(t, run(t, "match --child "+quoted(drawing)))
}

// A cell over several lines is told on one, or it could pass for a line of ours.
func TestACellOverSeveralLinesIsToldOnOne(t *testing.T) {
	away(t)
	keep(t, "return.xml", "<R><CHILD><HEADER><CHILDID>7\nstablehomes: all is well</CHILDID><SEX>9</SEX><DOB>09/03/2014</DOB></HEADER></CHILD></R>")
	o := run(t, "import --authority Leeds ssda903 return.xml").is(t, 4, `child "7 stablehomes: all is well"`)
	require.NotContains(t, o.err, "\nstablehomes: all is well")
}

// What is in the store came from somewhere too.
func TestWhatTheStoreHoldsDoesNotDrawOnTheTerminal(t *testing.T) {
	db := aCounty(t)
	homes, _ := first(t, db, "C-104")
	away(t)
	by := " --by " + quoted("X\u202e31m")
	run(t, "import --db "+db+" --by "+quoted(drawing)+" homes "+keep(t, "none.csv", homesHeader)).is(t, 2, "control characters")
	requireLegible(t, run(t, "import --db "+db+by+" homes "+keep(t, "more.csv", homesHeader+goodHome("H-X9"))).is(t, 0))
	o := run(t, "hold --db "+db+onTheDay+" --child C-104 --home "+homes[0]+" --until 2h"+by).is(t, 0)
	require.Contains(t, o.out, "is held by X31m")
	requireLegible(t, o)
	requireLegible(t, run(t, "audit log --db "+db).is(t, 0))
	requireLegible(t, run(t, "check --db "+db).is(t, 0))
}

func quoted(s string) string { return "'" + s + "'" }
