package cli_test

import (
	"context"
	"errors"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/cli"
	"github.com/stablehomes/stablehomes/engine"
)

// commandLines are command lines that go wrong before any store is looked at.
var commandLines = []struct {
	name, line, says string
}{
	{"a word that is no command", "frobnicate", `there is no command "frobnicate"; the commands are demo, import, export, match, explain`},
	{"a command misspelt behind a global flag", "--json mach --child C-104", `there is no command "mach"`},
	{"a flag that there is not", "match --chidl C-104", "-chidl"},
	{"a global flag that there is not", "--verbose match", "-verbose"},
	{"a version that is not asked for so", "--version", "-version"},
	{"an argument where none belongs", "match --child C-104 please", `match takes no argument "please"`},
	{"a child's id without its flag", "match C-104", `match takes no argument "C-104"`},
	{"an argument of explain", "explain --child C-104 --home H-00001 now", `explain takes no argument "now"`},
	{"an argument of the demo", "demo quickly", `demo takes no argument "quickly"`},
	{"help asked for as an argument", "match help", `match takes no argument "help"`},
	{"a flag behind the files", "import homes homes.csv --strict", "flags come before arguments: stablehomes import --strict … homes FILE"},
	{"a flag between kind and file", "import homes --dry-run homes.csv", "flags come before arguments: stablehomes import --dry-run … homes FILE"},
	{"a flag behind what is exported", "export homes --quiet", "flags come before arguments: stablehomes export --quiet"},
	{"a flag behind a stray argument", "match -- --ready", "flags come before arguments: stablehomes match --ready"},
	{"a switch that is told false", "match --child C-104 --ready false", `match takes no argument "false"; a yes-or-no flag is written --flag or --flag=false`},
	{"a switch that is told nonsense", "match --child C-104 --ready=maybe", "maybe"},
	{"a flag without its value", "match --child", "-child"},
	{"nobody to match", "match", "say for whom"},
	{"nobody to explain", "explain --home H-00001", "say for whom"},
	{"a child and a group at once", "match --child C-104 --group G-07", "say for whom"},
	{"a child stored and one who is not", "match --child C-104 --dob 2014-03-09", "say for whom"},
	{"a group and where somebody comes from", "match --group G-07 --from 53.8,-1.5", "say for whom"},
	{"tonight without a day of birth", "match --sex F --authority Leeds --from 53.8,-1.5", "--dob is missing"},
	{"tonight without a sex", "match --dob 2014-03-09 --authority Leeds --from 53.8,-1.5", "--sex is missing"},
	{"tonight without an authority", "match --dob 2014-03-09 --sex F --from 53.8,-1.5", "--authority is missing"},
	{"tonight from nowhere", "match --dob 2014-03-09 --sex F --authority Leeds", "--from is missing"},
	{"no home to explain", "explain --child C-104", "which home? --home ID"},
	{"a day the calendar does not have", "match --child C-104 --on 31/02/2026", `--on: "31/02/2026" is not a day of the calendar`},
	{"a day in an American order", "match --child C-104 --on 11/22/2026", "--on:"},
	{"a day in another century", "match --child C-104 --on 0026-11-22", "--on:"},
	{"an instant in words", "match --child C-104 --at tomorrow", "--at tomorrow: an instant is written as 2026-11-22T15:04Z"},
	{"an instant without a zone", "match --child C-104 --at 2026-11-22T15:04:05", "--at"},
	{"no distance at all", "match --child C-104 --within 0", "--within 0: a distance in miles above 0"},
	{"a distance below nothing", "match --child C-104 --within -3", "--within -3"},
	{"a distance in words", "match --child C-104 --within near", "near"},
	{"a distance that is no number", "match --child C-104 --within NaN", "--within NaN"},
	{"a list of none", "match --child C-104 --limit 0", "--limit 0: at least 1"},
	{"a list of less than none", "match --child C-104 --limit -1", "--limit -1"},
	{"a limit in words", "match --child C-104 --limit all", "all"},
	{"a kind of home that there is not", "match --child C-104 --kind castle", "--kind castle: one of foster, connected-person"},
	{"two kinds in one flag", "match --child C-104 --kind foster,secure", "--kind foster,secure"},
	{"why not, but for what", "match --child C-104 --why-not=some", "--why-not=some: it stands alone, or is --why-not=all"},
	{"two forms of output", "match --child C-104 --csv --json", "--json and --csv are two forms of the same"},
	{"two forms of output, one of them before the command", "--json match --child C-104 --csv", "--json and --csv"},
	{"importing nothing", "import", "import what? stablehomes import KIND FILE, where KIND is one of homes, children, placements, postcodes"},
	{"importing no file", "import homes", "import what file? stablehomes import homes FILE"},
	{"importing what there is not", "import horses horses.csv", `there is no import of "horses"; there is homes, children, placements, postcodes`},
	{"exporting nothing", "export", "export what?"},
	{"exporting what only comes in", "export postcodes", "export what?"},
	{"exporting two things", "export homes children", `export takes no argument "children"`},
	{"an authority that there is not", "import --authority Atlantis children children.csv", "--authority Atlantis: no authority is called that"},
	{"an authority misspelt", "import --authority Leads children children.csv", "did you mean Leeds?"},
	{"a country with nowhere to put it", "fixtures --homes 2000", "give --out DIR to write files, or --report"},
	{"a country in files and in figures", "fixtures --out england --report", "one of the two"},
	{"a country of fewer homes than none", "fixtures --out england --homes -1", "--homes -1: from 0"},
	{"a country of more homes than there is room", "fixtures --out england --homes 100000001", "to 100000000"},
	{"the figures of half a country", "fixtures --report --homes 2000", "--report is about the whole country"},
	{"a seed that is no number", "fixtures --out england --seed seven", "seven"},
	{"an argument of fixtures", "fixtures england", `fixtures takes no argument "england"`},
	{"an argument of the doctor", "doctor tonight", `doctor takes no argument "tonight"`},
	{"a year that no day has", "doctor --at 2999-01-01T00:00:00Z", "--at: the year 2999 is outside 1900 to 2200"},
	{"an instant of nothing", "doctor --at=", "--at is empty; give it a value, or leave it out"},
	{"a day of nothing", "due --on=", "--on is empty"},
	{"an authority that is not set", `policy show --authority ""`, "--authority is empty"},
	{"two days that are not set", "rules --diff=", "--diff is empty"},
	{"a key that is not set", `due --key-file ""`, "--key-file names no file"},
	{"a policy that is not set", `--policy= due`, "--policy names no file"},
	{"a store that is not set", `--db "" due`, "--db names no directory"},
	{"a head that is not set", `audit verify --head ""`, "--head names no file"},
	{"a signing key that is not set", `audit head --signing-key-file=`, "--signing-key-file names no file"},
	{"recipients that are not set", `backup --recipients-file "" x.backup`, "--recipients-file names no file"},
	{"the signature of no head", "audit proof --entry 1 --verifier k", "--head FILE is missing"},
	{"a flag that is not there, nearly", "match --chidl C-104", "there is no flag --chidl; did you mean --child?"},
	{"a flag that is not there", "due --xyzzy", "there is no flag --xyzzy\n"},
	{"a flag of the program that is not there", "--jsno due", "there is no flag --jsno; did you mean --json?"},
	{"a command that is nearly one", "mtach --child C-104", "did you mean match?"},
	{"an hour without a day", "doctor --at 15:00", "--at 15:00: an instant is written as"},
	{"a home, and what of it", "home", "home what? stablehomes home list, stablehomes home show, stablehomes home set"},
	{"a kind of home to list that there is not", "home list --kind castle", "--kind castle: one of foster"},
	{"homes in the area of nobody", "home list --authority Leads", "did you mean Leeds?"},
	{"homes on no day", "home list --on 31/02/2026", "--on:"},
	{"a home to list by name", "home list H-1", `home list takes no argument "H-1"`},
	{"a home to show without its id", "home show", "which home? --home ID"},
	{"a child to show without an id", "child show", "which child? --child ID"},
	{"children of no authority", "child list --authority Zzyzx", "no authority is called that"},
	{"a home set to nothing", `home set --home H-1 --by "A. Officer"`, "home set what? COLUMN=VALUE"},
	{"a home set without a sign", `home set --home H-1 --by "A. Officer" beds 2`, `"beds" is not COLUMN=VALUE`},
	{"a home set by nobody", "home set --home H-1 beds=2", "--by NAME is missing"},
	{"no home that is set", `home set --by "A. Officer" beds=2`, "--home ID is missing"},
	{"a flag behind what is set", `child set --child C-1 sex=F --by "A. Officer"`, "flags come before arguments: stablehomes child set --by"},
	{"a home set in a day", `home set --home H-1 --by "A. Officer" --at 2199-01-01T00:00:00Z beds=2`, "is still to come"},
	{"a demo for programs", "demo --json", "demo is for people"},
}

func TestACommandLineThatIsOffExitsTwoAndTouchesNothing(t *testing.T) {
	single(t)
	for _, c := range commandLines {
		t.Run(c.name, func(t *testing.T) {
			dir := away(t)
			run(t, c.line).is(t, 2, c.says)
			require.Empty(t, listed(t, dir))
		})
	}
}

func TestWhoeverAsksForHelpGetsIt(t *testing.T) {
	dir := away(t)
	for line, says := range map[string]string{
		"":               "stablehomes demo",
		"--db elsewhere": "stablehomes demo",
		"--help":         "import",
		"help":           "COMMANDS",
		"match --help":   "--why-not",
		"match -h":       "--why-not",
		"help match":     "stablehomes match --group ID",
		"import --help":  "stablehomes import homes homes.csv",
		"explain --help": "stablehomes explain --child ID --home ID",
		"export --help":  "stablehomes export homes",
		"demo --help":    "--files",
		"fixtures -h":    "stablehomes fixtures --report",
		"doctor --help":  "stablehomes doctor [--at INSTANT]",
	} {
		o := run(t, line).is(t, 0)
		require.Contains(t, o.out, says, line)
		require.Empty(t, o.err, line)
	}
	require.Empty(t, listed(t, dir))
}

func TestEveryFlagSaysWhatItIsFor(t *testing.T) {
	for _, command := range []string{"", "demo", "import", "export", "match", "explain", "fixtures", "doctor"} {
		help := run(t, command+" --help").is(t, 0).out
		_, flags, ok := strings.Cut(help, "OPTIONS:")
		require.True(t, ok, command)
		for _, line := range strings.Split(flags, "\n") {
			if fields := strings.Fields(line); len(fields) > 0 && strings.HasPrefix(fields[0], "--") {
				require.Greater(t, len(fields), 3, "%s: %s", command, line)
			}
		}
	}
}

func TestAStoreThatIsNotThereIsNotMadeByAsking(t *testing.T) {
	files := countyFiles(t)
	dir := away(t)
	for _, line := range []string{
		"match --child C-104",
		"match --group G-07",
		"match --dob 2014-03-09 --sex F --authority Leeds --from 53.81,-1.54",
		"explain --child C-104 --home H-00001",
		"export homes", "export children", "export placements",
		"--db nowhere match --child C-104",
		"export --db nowhere/at/all homes",
		"home list", "home list --json", "home show --home H-1", "child list", "child list --json", "child show --child C-1",
	} {
		run(t, line).is(t, 1, "there is no store", "import homes to begin one")
		require.Empty(t, listed(t, dir), line)
	}
	run(t, "import --dry-run homes "+files+"/homes.csv").is(t, 0, "checked, and nothing written")
	require.Empty(t, listed(t, dir))
}

// questions that are understood and cannot be answered as asked.
var questions = []struct {
	name, line string
	code       int
	says       string
}{
	{"a child whose id is a letter short", "match --child C-14", 1, `child "C-14" is not in the store; did you mean C-104`},
	{"a child in small letters", "match --child c-105", 1, "did you mean C-105"},
	{"a child like no other", "match --child somebody", 1, `child "somebody" is not in the store`},
	{"two children, one unknown", "match --child C-106 --child C-999", 1, `child "C-999" is not in the store`},
	{"two ids in one flag", "match --child C-106,C-107", 1, `child "C-106,C-107" is not in the store`},
	{"a sibling group misremembered", "match --group G-70", 1, `sibling group "G-70" is not in the store`},
	{"a home that is not there", "explain --child C-104 --home H-0014", 1, `home "H-0014" is not in the store; did you mean H-00014`},
	{"an unknown child and a known home", "explain --child C-14 --home H-00142", 1, "did you mean C-104"},
	{"the last day of the Covid-19 amendments", "match --child C-104 --on 2020-09-25", 1, "the rulebook speaks for days from 2020-09-26 on"},
	{"explained on a day before the rulebook", "explain --child C-104 --home H-00001 --on 2019-05-01", 1, "2019-05-01 is earlier"},
	{"tonight, born on no day", "match --dob 30/02/2014 --sex F --authority Leeds --from 53.8,-1.5", 2, "--dob:"},
	{"tonight, not born yet", "match --dob 2014 --sex F --authority Leeds --from 53.8,-1.5", 2, "--dob:"},
	{"tonight, neither M nor F", "match --dob 2014-03-09 --sex X --authority Leeds --from 53.8,-1.5", 2, "--sex X: M or F"},
	{"tonight, for an authority misspelt", "match --dob 2014-03-09 --sex F --authority Bradferd --from 53.8,-1.5", 2, "did you mean Bradford?"},
	{"tonight, for no authority", "match --dob 2014-03-09 --sex F --authority Zzyzx --from 53.8,-1.5", 2, "no authority is called that"},
	{"tonight, from a place that is no postcode", "match --dob 2014-03-09 --sex F --authority Leeds --from Headingley", 2, "--from Headingley: a postcode such as LS7 3AB, or a position"},
	{"tonight, from a postcode the directory lacks", `match --dob 2014-03-09 --sex F --authority Leeds --from "ls29 9zz"`, 1, "the postcode directory has no position for LS29 9ZZ"},
	{"tonight, from off the globe", "match --dob 2014-03-09 --sex F --authority Leeds --from 153.8,-1.5", 2, "153.8,-1.5 is outside the United Kingdom"},
	{"explained for tonight, from a postcode the directory lacks", `explain --dob 2014-03-09 --sex F --authority Leeds --from "ls29 9zz" --home H-00001`, 1, "no position for LS29 9ZZ"},
	{"a home to show that is not there", "home show --home H-0014", 1, `home "H-0014" is not in the store; did you mean H-00014`},
	{"a child to show in small letters", "child show --child c-105", 1, "did you mean C-105"},
	{"a sibling group to list, misremembered", "child list --group G-70", 1, `sibling group "G-70" is not in the store`},
	{"the same for programs", "child list --json --group G-70", 1, `sibling group "G-70" is not in the store`},
	{"homes nearer than next door", "match --child C-104 --within 0.0001", 3, ""},
}

func TestAQuestionThatCannotBeAnsweredSaysWhy(t *testing.T) {
	single(t)
	for _, q := range questions {
		t.Run(q.name, func(t *testing.T) {
			o := run(t, q.line+" --db "+countyStore(t)+atThree).is(t, q.code, q.says)
			require.Equal(t, q.code == 3, o.out != "", "only an answer is data: %s", o.out)
		})
	}
}

func TestTheFirstDayOfTheRulebookIsJudged(t *testing.T) {
	o := run(t, "match --counts --child C-104 --on 2020-09-26 --at 2026-11-22T15:00:00Z --db "+countyStore(t))
	require.Contains(t, []int{0, 3}, o.code)
	require.Contains(t, o.out, "26 September 2020")
}

// boyOf15 asks on a day before the ban was law, when a home that is not
// registered was still lawful for him; policy bars it all the same.
const boyOf15 = "match --dob 2005-09-01 --sex M --authority Leeds --from 53.81,-1.54 --kind supported --kind unregulated --on 2021-01-15 --at 2026-11-22T15:00:00Z"

func TestWhereNothingFitsTheNearestMissesAreShown(t *testing.T) {
	o := run(t, boyOf15+" --counts --limit 3 --db "+countyStore(t)).is(t, 3)
	require.Empty(t, o.err)
	require.Contains(t, o.out, "No home fits tonight from 15 January 2021.")
	require.Contains(t, o.out, "The nearest misses, and what would open them")
	require.Contains(t, o.out, "under-16-unregulated")
	require.Contains(t, o.out, "Eligible: 0")
}

func TestRowsThatAreRejectedExitFour(t *testing.T) {
	away(t)
	keep(t, "homes.csv", homesHeader+"H-1,foster,E08000035,53.81,-1.54,2\nH-2,castle,E08000035,53.81,-1.54,2\n")
	o := run(t, "import homes homes.csv").is(t, 4, "homes.csv, row 3, kind:", "1 new", "1 rejected")
	require.Empty(t, o.out)
}

func TestAStoreThatAnotherProgramHasOpen(t *testing.T) {
	files := countyFiles(t)
	away(t)
	run(t, "import homes "+files+"/homes.csv").is(t, 0)
	eng := open(t, "stablehomes.db")
	for _, line := range []string{
		"match --child C-104", "explain --child C-104 --home H-00001", "export homes",
		"import homes " + files + "/homes.csv", "import --dry-run homes " + files + "/homes.csv",
	} {
		o := run(t, line).is(t, 5, "in use", "another program has it open; wait until that has finished")
		require.Empty(t, o.out, line)
	}
	require.NoError(t, eng.Close())
	run(t, "export homes").is(t, 0)
}

func TestWhoReadsDoesNotKeepOthersFromReading(t *testing.T) {
	files := countyFiles(t)
	away(t)
	run(t, "import homes "+files+"/homes.csv").is(t, 0)
	open(t, "stablehomes.db", engine.ReadOnly())
	run(t, "export homes").is(t, 0)
	run(t, "import homes "+files+"/homes.csv").is(t, 5, "in use")
}

func TestAStoreThatIsNoDirectory(t *testing.T) {
	away(t)
	keep(t, "stablehomes.db", "a letter")
	keep(t, "homes.csv", homesHeader+"H-1,foster,E08000035,53.81,-1.54,2\n")
	run(t, "match --child C-104").is(t, 1, "stablehomes.db")
	run(t, "import homes homes.csv").is(t, 1, "stablehomes.db")
	require.Equal(t, "a letter", read(t, "stablehomes.db"))
}

func TestAnInterruptedCommandSaysSo(t *testing.T) {
	files := countyFiles(t)
	away(t)
	stopped, stop := context.WithCancel(t.Context())
	stop()
	for _, line := range []string{
		"match --child C-104 --db " + countyStore(t), "export homes --db " + countyStore(t),
		"import homes " + files + "/homes.csv", "import postcodes " + files + "/postcodes.csv", "demo",
		"demo --files county", "fixtures --homes 2000 --out england",
	} {
		runWith(t, stopped, strings.NewReader(""), line).is(t, 130, "interrupted; what was acknowledged is kept")
	}
	require.Empty(t, listed(t, "county"), "a file that was only begun is removed")
	require.Empty(t, listed(t, "england"))
}

// full takes nothing, as a disk that has no room.
type full struct{}

var errFull = errors.New("no space left on device")

func (full) Write([]byte) (int, error) { return 0, errFull }

func TestAnswersThatCannotBeWrittenAreAFailure(t *testing.T) {
	single(t)
	files := countyFiles(t)
	away(t)
	db := " --db " + countyStore(t) + onTheDay
	for _, line := range []string{
		"match --child C-104" + db, "match --json --child C-104" + db, "match --csv --child C-104" + db,
		"explain --child C-104 --home H-00001" + db, "explain --json --child C-104 --home H-00001" + db,
		"doctor --db " + countyStore(t), "doctor --json --db " + countyStore(t),
		"home list" + db, "home list --json" + db, "child list" + db, "home show --home H-00053" + db, "child show --child C-104" + db,
		"export --db " + countyStore(t) + " homes", "import --json homes " + files + "/homes.csv", "demo",
	} {
		args, err := words("stablehomes " + line)
		require.NoError(t, err)
		var errs strings.Builder
		require.Equal(t, 1, cli.Run(t.Context(), args, strings.NewReader(""), full{}, &errs), line)
		require.Contains(t, errs.String(), errFull.Error(), line)
	}
}

// filling takes so many bytes and no more.
type filling struct{ room int }

func (f *filling) Write(b []byte) (int, error) {
	if len(b) > f.room {
		n := f.room
		f.room = 0
		return n, errFull
	}
	f.room -= len(b)
	return len(b), nil
}

func TestAnAnswerThatIsCutShortIsAFailureWhereverThatIs(t *testing.T) {
	single(t)
	db := countyStore(t)
	away(t)
	temporary := t.TempDir()
	t.Setenv("TMPDIR", temporary)
	for _, line := range []string{"demo", "export --db " + db + " homes", "match --csv --child C-104 --db " + db + onTheDay} {
		args, err := words("stablehomes " + line)
		require.NoError(t, err)
		whole := len(run(t, line).is(t, 0).out)
		for _, room := range []int{whole / 2, whole - 1} {
			var errs strings.Builder
			require.Equal(t, 1, cli.Run(t.Context(), args, nil, &filling{room}, &errs), line)
			require.Contains(t, errs.String(), errFull.Error(), line)
			require.Empty(t, listed(t, temporary))
		}
	}
}

func TestNothingIsReadFromStandardInputUnasked(t *testing.T) {
	away(t)
	unread := untouchable{t}
	runWith(t, t.Context(), unread, "match --child C-104 --db "+countyStore(t)+onTheDay).is(t, 0)
	runWith(t, t.Context(), unread, "match").is(t, 2)
	_, err := os.Stat("stablehomes.db")
	require.ErrorIs(t, err, os.ErrNotExist)
}

// untouchable must not be read from.
type untouchable struct{ t *testing.T }

func (r untouchable) Read([]byte) (int, error) {
	r.t.Error("standard input was read from")
	return 0, io.EOF
}
