package intake

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine/care"
)

// homeCell reads one home with one more column.
func homeCell(t *testing.T, column, cell string) care.Home {
	t.Helper()
	return one(t, Homes, "id\tkind\tpostcode\tplaces\t"+column, "H-1\tfoster\tLS6 2AB\t3\t"+cell)
}

// childCell reads one child with one more column.
func childCell(t *testing.T, column, cell string) care.Child {
	t.Helper()
	return one(t, Children, "id\tdob\tauthority\t"+column, "C-1\t2015-03-09\tLeeds\t"+cell)
}

// refused is why a cell is rejected.
func refused[T any](t *testing.T, from readFunc[T], header, row string) string {
	t.Helper()
	h := haulIn(from, file(header, row), opts())
	require.NoError(t, h.err)
	require.Empty(t, h.good)
	require.Len(t, h.rejected, 1)
	return h.rejected[0].Error()
}

func TestEachKindOfFileHasTheseColumns(t *testing.T) {
	h, c, p := homes(), children(), placements()
	require.ElementsMatch(t, strings.Fields(`id kind urn provider provider_code authority approved_by postcode lat lng beds places age_min age_max
		sexes durations early_permanence exemption_children bedrooms siblings_may_share adaptations skills languages faiths cultures ethnicities
		pets smoking supports_risks own_children adults_sex fostering_since registered_from registered_until registration_applied_on
		registration_refused_on temporary_from extended_until status restriction_from closed_dates weekly_cost vacancy_confirmed_on beds_shut listed_from garden transport`), h.names())
	require.ElementsMatch(t, strings.Fields(`id dob dob_lowest uasc sex authority group home_postcode home_lat home_lng contacts no_contact school
		school_postcode school_lat school_lng year_group ehcp needed_by plan adoption_considered legal_status need alongside kept_together kept_apart
		adaptations needs communication languages faith culture ethnicity pets allergies respiratory suitability_foster suitability_residential
		suitability_supported risks_to_child risks_to_others exclusion_zones away_from secure_order liberty_order connected_homes wishes wishes_for`), c.names())
	require.ElementsMatch(t, strings.Fields(`id child home start expected_end end ended_early type reason`), p.names())
}

func TestBlankIsUnknownAndNoneIsAnAnswer(t *testing.T) {
	require.Nil(t, homeCell(t, "pets", "").Pets)
	for _, none := range []string{"none", "None", "no", " NONE ;"} {
		require.Equal(t, care.List{}, homeCell(t, "pets", none).Pets, none)
	}
	for _, unknown := range []string{"unknown", "Not known", "not specified", ";"} {
		require.Nil(t, homeCell(t, "pets", unknown).Pets, unknown)
	}
	require.Equal(t, care.List{"guide-dog", "cat"}, homeCell(t, "pets", " Guide Dog ; ; cat;").Pets)
	require.Equal(t, []care.Day{}, homeCell(t, "own_children", "none").OwnChildren)
	require.Equal(t, []care.Day{care.Date(2010, 5, 1), care.Date(2012, 6, 30)}, homeCell(t, "own children", "01/05/2010; 2012-06-30").OwnChildren)
	require.Equal(t, []int{}, homeCell(t, "bedrooms", "none").Bedrooms)
	require.Equal(t, []int{1, 2}, homeCell(t, "bedrooms", "1;2.0").Bedrooms)
	require.Equal(t, []care.DayRange{}, homeCell(t, "closed_dates", "none").Closed)
	require.Equal(t, care.End{}, homeCell(t, "registered_until", "").RegisteredUntil)
	require.Equal(t, care.Never(), homeCell(t, "registered_until", "none").RegisteredUntil)
	require.Equal(t, care.EndOn(care.Date(2027, 1, 1)), homeCell(t, "restriction_from", "1/1/2027").RestrictedFrom)
	require.Contains(t, refused(t, Homes, "id\tkind\tpostcode\tbeds\tpets", "H\tfoster\tLS6 2AB\t1\tdog;none"), `pets: "none" stands among other entries`)
}

func TestATermOfApprovalThatIsBlankAnyOrNoneIsNoRestriction(t *testing.T) {
	for _, any := range []string{"", "any", "None", " ANY "} {
		h := one(t, Homes, "id,kind,postcode,beds,places,age_min,age_max,sexes,durations",
			strings.Join([]string{"H-1,foster,LS6 2AB,2", any, any, any, any, any}, ","))
		require.Equal(t, care.Number{}, h.Places)
		require.Equal(t, care.Number{}, h.AgeMin)
		require.Equal(t, care.Number{}, h.AgeMax)
		require.Nil(t, h.Sexes)
		require.Nil(t, h.Durations)
	}
	require.Equal(t, []care.Sex{care.Female}, homeCell(t, "sexes", "girls").Sexes)
	require.Equal(t, []care.Duration{care.Short, care.Respite}, homeCell(t, "durations", "Short term; short breaks").Durations)
	require.Contains(t, refused(t, Homes, "id,kind,postcode,beds,sexes", "H,foster,LS6 2AB,1,unknown"), `sexes: "unknown" is not a word it knows`)
}

func TestBedsBlankAreThePlaces(t *testing.T) {
	h := one(t, Homes, "id,kind,postcode,beds,places", "H-1,foster,LS6 2AB,,3.0")
	require.Equal(t, 3, h.Beds)
	require.Equal(t, care.Num(3), h.Places)
	h = one(t, Homes, "id,kind,postcode,beds,places", "H-1,foster,LS6 2AB,0,3")
	require.Equal(t, 0, h.Beds)
}

func TestAnswersInEverySpelling(t *testing.T) {
	for want, spellings := range map[care.Answer][]string{
		care.Yes:     {"yes", "Y", "TRUE", "1"},
		care.No:      {"no", "N", "false", "0"},
		care.Unknown: {"", "unknown", "Not known", "not specified"},
	} {
		for _, s := range spellings {
			require.Equal(t, want, homeCell(t, "smoking", s).Smoking, s)
		}
	}
	require.Contains(t, refused(t, Homes, "id,kind,postcode,beds,smoking", "H,foster,LS6 2AB,1,outside"), `smoking: "outside" is neither yes nor no`)
}

func TestWordsInCouncilsOwnSpelling(t *testing.T) {
	for cell, want := range map[string]care.Kind{"Fostering": care.Foster, "Children's home": care.ChildrensHome, "children’s home": care.ChildrensHome,
		"CHILDRENS_HOME": care.ChildrensHome, "kinship": care.ConnectedPerson, "Connected Person": care.ConnectedPerson} {
		require.Equal(t, want, one(t, Homes, "id,kind,postcode,beds", "H,"+cell+",LS6 2AB,1").Kind, cell)
	}
	require.Equal(t, care.Approved, homeCell(t, "status", "Active").Status)
	for cell, want := range map[string]care.Sex{"1": care.Male, "2": care.Female, "m": care.Male, "Girl": care.Female, "female": care.Female, "not known": ""} {
		require.Equal(t, want, childCell(t, "sex", cell).Sex, cell)
	}
	for cell, want := range map[string]care.YearGroup{"Year 9": "9", "Y10": "10", "13": "13", "Reception": "R", "nursery": "N", "r": "R"} {
		require.Equal(t, want, childCell(t, "year group", cell).YearGroup, cell)
	}
	require.Equal(t, "C2", childCell(t, "legal_status", "c2").Legal)
	require.Equal(t, care.List{"drugs", "missing"}, childCell(t, "risks_to_child", "Drug and alcohol use;Going missing").RisksToChild)
	require.Contains(t, refused(t, Children, "id,dob,authority,risks_to_child", "C,2015-01-01,Leeds,fire"), `risks_to_child: "fire" is not a word it knows`)
	require.Equal(t, "church-of-england", childCell(t, "faith", "Church of  England").Faith)
	require.Empty(t, childCell(t, "faith", "Not known").Faith)
}

// standardColumns say which column takes the answers of a field of the
// Placements Data Standard.
var standardColumns = map[string]string{
	"neededBy": "needed_by", "livingCompanions": "alongside", "pets": "pets", "fosterCareSuitability": "suitability_foster",
	"residentialCareSuitability": "suitability_residential", "supportedAccommodationSuitability": "suitability_supported",
}

func TestPhrasesOfThePlacementsDataStandard(t *testing.T) {
	require.Equal(t, care.OnlyWithOlder, childCell(t, "alongside", "Only with other older children").Alongside)
	require.Equal(t, care.SoloRecommended, childCell(t, "alongside", "Solo placement recommended").Alongside)
	require.Equal(t, care.Suitable, childCell(t, "suitability_foster", "Suitable but not preferred").SuitFoster)
	require.Equal(t, care.PetsMust, childCell(t, "pets", "Yes - must").Pets)
	require.Equal(t, "within-5-days", childCell(t, "needed_by", "in less than 5 days").NeededBy)

	asked := 0
	for line := range strings.Lines(theStandard) {
		parts := strings.SplitN(strings.TrimSpace(line), " ", 5)
		column, ok := standardColumns[parts[1]]
		if !ok {
			continue
		}
		for _, option := range strings.Split(parts[4], "|") {
			childCell(t, column, option)
			asked++
		}
	}
	require.Equal(t, 3+5+4+3*4, asked)
}

func TestEverySynonymLeadsToAWordOfItsVocabulary(t *testing.T) {
	for vocabulary, spellings := range synonyms {
		known := care.Vocabulary(vocabulary)
		require.NotEmpty(t, known, vocabulary)
		for spelling, word := range spellings {
			require.Contains(t, known, word, vocabulary)
			require.Equal(t, term(spelling), spelling, "%s would never be found", spelling)
			require.NotContains(t, known, spelling, vocabulary)
		}
	}
}

func TestTermsMayHoldWhatSeparatesThem(t *testing.T) {
	require.Equal(t, care.List{"a;b", `c\d`, `e\`}, homeCell(t, "skills", `a\;b;c\d;e\`).Skills)
	require.Equal(t, []care.ID{"C;1", `C\2`}, childCell(t, "kept_apart", `C\;1; C\\2`).KeptApart)
	require.Nil(t, childCell(t, "kept_apart", "none").KeptApart)
}

func TestTheWishForAHomeKeepsItsID(t *testing.T) {
	require.Equal(t, care.List{"home:H-Aunt Sue", "own-room", "pets"}, childCell(t, "wishes_for", "Home: H-Aunt Sue; Own room;PETS").WishesFor)
}

func TestClosedDatesInWords(t *testing.T) {
	h := homeCell(t, "closed_dates", "2026-12-20..2027-01-03; 1/2/2027 to 3/2/2027; 2027-05-01")
	require.Equal(t, []care.DayRange{
		{From: care.Date(2026, 12, 20), To: care.Date(2027, 1, 3)},
		{From: care.Date(2027, 2, 1), To: care.Date(2027, 2, 3)},
		{From: care.Date(2027, 5, 1), To: care.Date(2027, 5, 1)},
	}, h.Closed)
	require.Contains(t, refused(t, Homes, "id,kind,postcode,beds,closed_dates", "H,foster,LS6 2AB,1,2027-01-03..2026-12-20"), "closed_dates: 2027-01-03..2026-12-20 does not run forwards")
}

func TestAnAgencyThatApprovesIsKeptByName(t *testing.T) {
	require.Equal(t, leeds, homeCell(t, "approved_by", "383").ApprovedBy)
	require.Equal(t, "Sunny Days Fostering Ltd", homeCell(t, "approved_by", "Sunny Days Fostering Ltd").ApprovedBy)
}

func TestWholeNumbers(t *testing.T) {
	for cell, want := range map[string]int{"3": 3, "3.0": 3, "3.": 3, "0": 0, "-2": -2, "007": 7} {
		n, err := readWhole(cell)
		require.NoError(t, err, cell)
		require.Equal(t, want, n)
	}
	for _, cell := range []string{"", ".", ".0", "3.5", "3,0", "+3", "1e3", "three", "0x3", "99999999999999999999"} {
		_, err := readWhole(cell)
		require.Error(t, err, cell)
	}
}

func TestFormulasAreDisarmedAndComeBack(t *testing.T) {
	for cell, written := range map[string]string{
		"=1+1": "'=1+1", "+44": "'+44", "-": "'-", "@x": "'@x", "\tx": "'\tx", "\rx": "'\rx", "'=x": "''=x",
		"'tis": "'tis", "x=1": "x=1", "": "", "'": "'", "''": "''", "' =1": "' =1",
	} {
		require.Equal(t, written, guard(cell))
		require.Equal(t, cell, unguard(written))
	}
}

func TestOneLetterStandsForAWholeListToo(t *testing.T) {
	for cell, want := range map[string]care.List{"?": nil, "n": {}, "N": {}, "no": {}, "unknown": nil, "x": {"x"}} {
		got, err := terms().read(&ground{}, cell)
		require.NoError(t, err)
		require.Equal(t, want, got, "%q", cell)
	}
	got, err := words("risks").read(&ground{}, "?")
	require.NoError(t, err)
	require.Nil(t, got)
}
