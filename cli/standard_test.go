package cli_test

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// aReferral is of a child of the county who waits for a home, and of one who is
// not there.
const (
	goodReferral = `{"PlacementAvailability": {"childId": "C-104", "neededBy": "Today", "preferredLocation": "Leeds"},
 "PlacementRequirements": {"homeAdaptation": true, "smell": 3}, "Risks": {"riskOther": "follows her cousin", "riskMissing": "Risk Present"},
 "QualityAssurance": {"referralOfficerName": "Q. Quill", "referralDate": "2026-11-20"}}` + "\n"
	strayReferral = `{"childId": "C-999"}` + "\n"
	oddReferral   = `{"childId": "C-105", "pets": "maybe"}` + "\n"
)

func TestReferralsComeInAndAreSaidOutLoud(t *testing.T) {
	ownCounty(t)
	keep(t, "referral.json", goodReferral+strayReferral+oddReferral)
	run(t, "import --strict referral referral.json").is(t, 4, "nothing written because of --strict")
	rep := reported(t, run(t, "import --dry-run --json referral referral.json").is(t, 4))
	require.Equal(t, [4]int{3, 1, 0, 2}, [4]int{rep.Rows, rep.New, rep.Unchanged, rep.Rejected})
	require.Equal(t, "pets", rep.Rejects[1].Column)
	require.Contains(t, rep.Rejects[1].Hint, "one of Yes - must, Yes - can, No, Not Known")
	run(t, "import --rejects bad.json referral referral.json").is(t, 4,
		"referral.json, row 4, childId: there is no such child in the store", `referral.json, row 5, pets: "maybe" is no option of the standard`,
		`the key "PlacementRequirements.smell" is not in the standard and is left out`, "C-104: homeAdaptation is true, and none was recorded",
		"referral: 3 rows read: 1 new, 0 changed, 0 as they were, 2 rejected.")
	require.Equal(t, strayReferral+oddReferral, read(t, "bad.json"))
	keep(t, "mended.json", strings.NewReplacer("C-999", "C-106", "maybe", "No").Replace(read(t, "bad.json")))
	run(t, "import referral mended.json").is(t, 0, "2 rows read: 1 new, 0 changed, 1 as they were")
	run(t, "check ").is(t, 0)
}

func TestWhatAReferralSaysBesideIsShownToTheOfficerAndNotToAProvider(t *testing.T) {
	ownCounty(t)
	keep(t, "referral.json", goodReferral)
	run(t, "import referral referral.json").is(t, 0)
	match := "match" + onTheDay + " --limit 1 --child C-104"
	for _, line := range []string{match, "explain" + onTheDay + " --child C-104 --home H-00053"} {
		require.Contains(t, run(t, line).is(t, 0).out, "The referral of C-104 also says (no rule judges it): another risk to the child, “follows her cousin”\n")
	}
	require.Contains(t, run(t, match+" --json").is(t, 0).out, `"referral":[{"child":"C-104","field":"preferredLocation","words":"Leeds"},{"child":"C-104","field":"riskOther","words":"follows her cousin"}]`)
	for audience, shown := range map[string]bool{"provider": false, "panel": true, "record": true} {
		run(t, match+" --report "+audience+".html --audience "+audience).is(t, 0)
		page := read(t, audience+".html")
		require.Equal(t, shown, strings.Contains(page, "follows her cousin"), audience)
		require.NotContains(t, page, "Q. Quill", "who wrote the referral is nobody's business there")
	}
	require.Contains(t, read(t, "provider.html"), "recorded: told before a place is accepted")
}

func TestTheStandardGoesOutAndComesInTheSame(t *testing.T) {
	ownCounty(t)
	keep(t, "referral.json", goodReferral)
	run(t, "import referral referral.json").is(t, 0)
	o := run(t, "export referral").is(t, 0, "note: C-104: the standard asks for these and they are not recorded: placementOfficerName, placementDate, costDate\n")
	keep(t, "out.json", o.out)
	run(t, "import referral out.json").is(t, 0, "1 row read: 0 new, 0 changed, 1 as they were")
	o = run(t, "export --quiet --csv --child C-105 --child C-104 referral").is(t, 0)
	require.Empty(t, o.err)
	keep(t, "out.csv", o.out)
	require.True(t, strings.HasPrefix(o.out, "childId,neededBy,siblingCount,preferredLocation,communicationNeeds,"), o.out)
	run(t, "import referral out.csv").is(t, 0, "2 rows read: 0 new, 0 changed, 2 as they were")

	o = run(t, "export --on 2026-11-22 standard").is(t, 0)
	var all []struct {
		PlacementAvailability, ActualPlacement map[string]any
	}
	require.NoError(t, json.Unmarshal([]byte(o.out), &all))
	require.Greater(t, len(all), 40, "every placement of the county that began")
	for _, p := range all {
		require.Len(t, p.ActualPlacement, 7)
	}
	bounded := run(t, "export --on 2026-11-22 --from 2026-11-01 --to 2026-11-22 --csv standard").is(t, 0).out
	require.Less(t, strings.Count(bounded, "\n"), len(all))
}

func TestTheStandardIsAskedForInFull(t *testing.T) {
	dir := away(t)
	for line, want := range map[string]string{
		"import referral":                                   "import what file? stablehomes import referral FILE",
		"import --on 2026-11-22 referral x":                 "--on is for vacancies, not for referral",
		"import --authority Leads referral x":               "did you mean Leeds?",
		"import standard x":                                 `there is no import of "standard"`,
		"export --child C-1 homes":                          "--child is for export referral and export standard",
		"export --csv children":                             "--csv is for export referral",
		"export --from 2026-01-01 referral":                 "--from is for export standard",
		"export --on 2026-01-01 placements":                 "--on is for export standard",
		"export --from 2026-02-02 --to 2026-02-01 standard": "--from 2026-02-02 is later than --to 2026-02-01",
		"export --to tomorrow standard":                     "--to: ",
		"export --authority Leeds referral":                 "--authority and --out are for export ssda903",
		"export referral --csv":                             "flags come before arguments",
		"export standard more":                              "more",
		"export agreed":                                     "export what? stablehomes export homes, children, placements, referral, standard or ssda903",
		"export --child C-1 --out x standard":               "--authority and --out are for export ssda903",
		"export --child C-1 --authority Leeds ssda903 ":     "--child is for export referral",
	} {
		run(t, line).is(t, 2, want)
	}
	run(t, "export referral").is(t, 1, "there is no store")
	require.Empty(t, listed(t, dir), "a read command creates nothing")
	keep(t, "cut.json", "[\n{\"childId\": ")
	run(t, "import referral cut.json").is(t, 1, "cut.json: ends within the object that begins on line 2")
	run(t, "export --child C-1 referral").is(t, 1, `child "C-1" is not in the store`)
	info, err := os.Stat("cut.json")
	require.NoError(t, err)
	require.NotZero(t, info.Size())
}
