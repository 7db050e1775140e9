package cli_test

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAFlagOfOneValueIsGivenOnce(t *testing.T) {
	ownCounty(t)
	for _, line := range []string{
		"hold --child C-104 --home H-00315 --home H-00053 --until 2h --by 'A. Officer'",
		"hold --child C-104 --home=H-00315 -home H-00053 --until 2h --by 'A. Officer'",
		"explain --child C-104 --home H-00315 --home H-00315",
		"end --child C-110 --child C-111 --by 'A. Officer'",
		"match --child C-104 --on 2026-11-22 --on 2026-11-23",
		"--policy a.toml --policy b.toml match --child C-104",
	} {
		run(t, line).is(t, 2, "is given twice; it takes one value")
	}
	require.NotContains(t, run(t, "audit log").is(t, 0).out, "A. Officer", "nothing was done")
	for _, line := range []string{
		"match --child C-106 --child C-107 --on 2026-11-22 --limit 1",
		"match --json --child C-104 --on 2026-11-22 --json --limit 1",
		"--db stablehomes.db match --db stablehomes.db --child C-104 --on 2026-11-22 --limit 1",
	} {
		run(t, line).is(t, 0)
	}
	run(t, "hold --child C-104 --home H-00315 --until 2h --by --by").is(t, 0) // a name, if an odd one
}

func TestAPositionOfTonightsChildLiesInTheKingdom(t *testing.T) {
	tonight := "match --dob 2014-03-09 --sex F --authority Leeds --on 2026-11-22 --limit 1 --db " + countyStore(t) + " --from "
	run(t, tonight+"53.81,-1.54").is(t, 0)
	run(t, tonight+"'53.81, -1.54'").is(t, 0)
	run(t, strings.TrimSpace(tonight)+"=-1.54,53.81").is(t, 2, "--from: -1.54,53.81 is outside the United Kingdom (lat and lng swapped?)")
	run(t, tonight+"0,0").is(t, 2, "outside the United Kingdom")
	run(t, tonight+"53.81,-1.54,3").is(t, 2, "a postcode such as LS7 3AB, or a position as 53.81,-1.54")
}

func TestWhatChangesRecordsMakesNoStore(t *testing.T) {
	away(t)
	for _, line := range []string{
		"hold --child C-104 --home H-1 --until 2h --by A", "accept --hold HOLD-1 --by A", "release --hold HOLD-1 --by A", "decline --hold HOLD-1 --by A --why full",
		"place --child C-104 --home H-1 --by A", "move --child C-104 --home H-1 --by A", "end --child C-104 --by A", "record-fact --child C-104 --home H-1 --by A",
		"child erase --child C-104 --by A --why 'made twice' --created-in-error",
	} {
		run(t, line).is(t, 1, "there is no store")
	}
	require.NoDirExists(t, "stablehomes.db")
}

func TestAFileOfAnotherMakingIsNotReplaced(t *testing.T) {
	ownCounty(t)
	const list = "home,free\nH-1,2\n"
	keep(t, "vacancies.csv", list)
	run(t, "backup --plain vacancies.csv").is(t, 1, "vacancies.csv is there already and is no backup", "name another file")
	keep(t, "letter.html", "<p>Dear all</p>\n")
	run(t, "match --child C-104 --report letter.html").is(t, 1, "is no page of this program")
	require.Equal(t, "<p>Dear all</p>\n", read(t, "letter.html"))
	content, err := os.ReadFile("vacancies.csv")
	require.NoError(t, err)
	require.Equal(t, list, string(content))
	for range 2 { // the second replaces the first
		run(t, "backup --plain county.backup").is(t, 0)
		run(t, "match --child C-104 --report record.html").is(t, 0)
	}
	keep(t, "empty", "")
	run(t, "backup --plain empty").is(t, 0)
}
