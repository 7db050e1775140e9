package intake

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine/care"
)

// theStandard is every field of the Placements Data Standard v2, as it was
// published on 18 July 2025: entity, field, type, cardinality, options.
const theStandard = `PlacementAvailability childId Integer 1..1
PlacementAvailability neededBy Categorical 0..1 Today|in less than 5 days|in more than 5 days
PlacementAvailability siblingCount Integer 0..1
PlacementAvailability preferredLocation String 0..1
PlacementRequirements communicationNeeds Categorical 1..1 Y|N|Not Specified
PlacementRequirements specificCommunicationRequirements Categorical 1..* ESOL|BSL|Makaton|Other|None
PlacementRequirements homeAdaptation Boolean 1..1
PlacementRequirements culturalNeeds Categorical 1..1 Required|Not required|Not Known|Other
PlacementRequirements livingCompanions Categorical 1..1 Solo placement recommended|With other children recommended|Only with other older children|Only with other younger children|No preference
PlacementRequirements pets Categorical 1..1 Yes - must|Yes - can|No|Not Known
PlacementRequirements additionalSupport Categorical 0..1 additional supervision|therapeutic support|a worker for respite|taxis to school|NA|other (please specify)
PlacementRequirements deprivationOfLiberty Boolean 0..1
PlacementRecommendation fosterCareSuitability Categorical 1..1 Preferred|Suitable but not preferred|Unsuitable|Not specified
PlacementRecommendation residentialCareSuitability Categorical 1..1 Preferred|Suitable but not preferred|Unsuitable|Not specified
PlacementRecommendation supportedAccommodationSuitability Categorical 1..1 Preferred|Suitable but not preferred|Unsuitable|Not specified
Risks riskSelfHarm Categorical 1..1 No known risk|Risk Present
Risks riskSexualExploitation Categorical 1..1 No known risk|Risk Present
Risks riskCriminalExploitation Categorical 1..1 No known risk|Risk Present
Risks riskDrugAlcohol Categorical 1..1 No known risk|Risk Present
Risks riskEatingDisorder Categorical 1..1 No known risk|Risk Present
Risks riskMissing Categorical 1..1 No known risk|Risk Present
Risks riskOther String 0..1
Risks riskToOthersPhysical Categorical 1..1 No known risk|Risk Present
Risks riskToOthersSexual Categorical 1..1 No known risk|Risk Present
Risks riskToOthersFire Categorical 1..1 No known risk|Risk Present
Risks riskToOthersAnimals Categorical 1..1 No known risk|Risk Present
Risks riskToOthersCriminal Categorical 1..1 No known risk|Risk Present
Risks riskToOthersOther String 0..1
ActualPlacement totalWeeklyCost Integer 1..1
ActualPlacement placementLocation String 1..1
ActualPlacement preferabilityLocation Boolean 1..1
ActualPlacement educationContinuity Boolean 1..1
ActualPlacement providerURN String 1..1
ActualPlacement siblingsPlacedTogether Integer 1..1
ActualPlacement placementType Categorical 1..1 Residential|Foster|Supported Accommodation
QualityAssurance referralOfficerName String 0..1
QualityAssurance referralDate Date 1..1
QualityAssurance placementOfficerName String 1..1
QualityAssurance placementDate Date 1..1
QualityAssurance costOfficerName String 0..1
QualityAssurance costDate Date 1..1`

func standardLine(entity, name, kind, cardinality string, options []string) string {
	return strings.TrimSpace(strings.Join([]string{entity, name, kind, cardinality, strings.Join(options, "|")}, " "))
}

func TestEveryFieldOfTheStandardHasItsPlace(t *testing.T) {
	var got []string
	names := map[string]bool{}
	for _, f := range StandardFields() {
		got = append(got, standardLine(f.Entity, f.Name, f.Type, f.Cardinality, f.Options))
		require.NotEmpty(t, f.Ours, f.Name)
		require.False(t, names[fold(f.Name)], "%s is found by its name alone", f.Name)
		names[fold(f.Name)] = true
		require.Equal(t, f.Cardinality != "0..1", f.Required(), f.Name)
	}
	require.Equal(t, strings.Split(theStandard, "\n"), got)
}

func TestTheStandardIsAsItWasPublished(t *testing.T) {
	content, err := os.ReadFile(filepath.Join("..", "..", "..", "shared", "data", "placements_standard_v2.json"))
	if errors.Is(err, fs.ErrNotExist) {
		t.Skip("the file of the standard is not here")
	}
	require.NoError(t, err)
	var published struct {
		Entities []struct {
			Name   string
			Fields []struct {
				Name, Type, Cardinality string
				Options                 []string
			}
		}
	}
	require.NoError(t, json.Unmarshal(content, &published))
	var all []string
	for _, e := range published.Entities {
		for _, f := range e.Fields {
			all = append(all, standardLine(e.Name, f.Name, f.Type, f.Cardinality, f.Options))
		}
	}
	require.Equal(t, strings.Split(theStandard, "\n"), all)
}

// Each answer that the standard allows goes into a child and comes out of it the
// same, but for the one that says that nobody knows.
func TestEachAnswerComesBackInTheWordsOfTheStandard(t *testing.T) {
	samples := map[string][]string{
		typeBoolean: {"true", "false"}, typeInteger: {"0", "3"}, typeDate: {"2026-11-20"}, typeString: {"Ninepin Lane", "O'Hara; \\ \"x\""},
	}
	for i := range standard {
		f := &standard[i]
		answers := append(f.Options, samples[f.Type]...)
		for _, said := range answers {
			c := care.Child{ID: "C-1", DOB: care.Date(2014, 3, 9), Authority: leeds}
			r := Referral{Child: "C-1", said: make([][]string, len(standard))}
			cell := said
			if f.Cardinality == onceOrMore {
				cell = escape(said)
			}
			words, err := f.words(&ground{Resolver: nowhere{}}, cell)
			require.NoError(t, err, f.Name)
			require.Equal(t, said == f.unknown, words == nil, "%s: %s", f.Name, said)
			r.said[i] = words
			changed := r.Enter(&c, func(string) {})
			require.NoError(t, c.Validate(), "%s: %s", f.Name, said)
			require.Equal(t, words != nil && f.Name != "childId", changed, "%s: %s", f.Name, said)
			if f.Name != "childId" {
				require.Equal(t, words, f.get(&c), "%s: %s", f.Name, said)
			}
			require.False(t, r.Enter(&c, func(string) {}), "%s: %s again", f.Name, said)
		}
	}
}

var updateREADME = flag.Bool("update-readme", false, "write the table of the standard's fields into the README")

const (
	standardReadme = "../../README.md"
	standardStart  = "<!-- placements standard: go test ./engine/intake -run README -update-readme -->\n"
	standardEnd    = "<!-- end of placements standard -->\n"
)

// The table of fields in the README is made from the table that files are read by.
func TestTheREADMEHasTheTableOfTheStandard(t *testing.T) {
	content, err := os.ReadFile(standardReadme)
	require.NoError(t, err)
	before, rest, found := strings.Cut(string(content), standardStart)
	require.True(t, found, "the README has no place for the table of the standard")
	table, after, found := strings.Cut(rest, standardEnd)
	require.True(t, found)
	if *updateREADME {
		require.NoError(t, os.WriteFile(standardReadme, []byte(before+standardStart+standardTable()+standardEnd+after), 0o644))
		return
	}
	require.Equal(t, standardTable(), table, "run go test ./engine/intake -run README -update-readme")
}

func standardTable() string {
	var out strings.Builder
	out.WriteString("| field | asked for | here |\n|---|---|---|\n")
	entity := ""
	for _, f := range StandardFields() {
		if f.Entity != entity {
			entity = f.Entity
			fmt.Fprintf(&out, "| **%s** | | |\n", entity)
		}
		fmt.Fprintf(&out, "| `%s` | %s | %s |\n", f.Name, f.Cardinality, f.Ours)
	}
	return out.String()
}
