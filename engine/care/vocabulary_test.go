package care_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine/care"
)

// columns are those whose words are fixed.
var columns = []string{
	"kind", "provider_code", "sex", "durations", "plan", "status", "alongside", "suitability", "pets", "legal_status", "need",
	"needed_by", "risks_to_child", "risks_to_others", "risks", "year_group", "type", "reason", "cultural_needs", "additional_support", "placement_type",
}

func TestEachVocabularyNamesEachWordOnce(t *testing.T) {
	for _, column := range columns {
		words := care.Vocabulary(column)
		require.NotEmpty(t, words, column)
		sorted := slices.Sorted(slices.Values(words))
		require.Len(t, slices.Compact(sorted), len(words), "%s has a word twice", column)
		require.NotContains(t, words, "", column)
		require.Equal(t, words, care.Vocabulary(column), "the order is fixed")
	}
}

func TestAColumnOfFreeWordsHasNoVocabulary(t *testing.T) {
	require.Nil(t, care.Vocabulary("wishes"))
	require.Nil(t, care.Vocabulary(""))
}

func TestAVocabularyCannotBeChangedByItsReader(t *testing.T) {
	care.Vocabulary("sex")[0] = "X"
	require.Equal(t, []string{"M", "F"}, care.Vocabulary("sex"))
}

func TestWordsOfTheEnginesOwnAreTerms(t *testing.T) {
	for _, column := range []string{"kind", "durations", "plan", "status", "alongside", "suitability", "pets", "needed_by", "risks_to_child", "risks_to_others", "risks"} {
		for _, word := range care.Vocabulary(column) {
			require.Equal(t, care.Term(word), word, column)
		}
	}
}

func TestCodesOfSSDA903(t *testing.T) {
	require.Equal(t, []string{"PR1", "PR2", "PR3", "PR4", "PR5"}, care.Vocabulary("provider_code"))
	require.EqualValues(t, "PR1", care.OwnAuthority)
	require.Equal(t, []string{"N1", "N2", "N3", "N4", "N5", "N6", "N7", "N8"}, care.Vocabulary("need"))
	require.ElementsMatch(t, care.Vocabulary("reason"),
		[]string{"ALLEG", "APPRR", "CARPL", "CHILD", "CLOSE", "CREQB", "CREQO", "CUSTOD", "LAREQ", "OTHER", "PLACE", "STAND"})
	for _, code := range []string{"C1", "C2", "E1", "V2", "V3", "V4", "L1", "L2", "L3", "J1", "J2", "J3"} {
		require.Contains(t, care.Vocabulary("legal_status"), code)
	}
	for _, code := range []string{"U1", "U6", "K1", "K2", "K3", "H5", "P1", "P2", "P3", "R1", "R2", "R3", "R5", "S1", "A3", "A6", "T0", "T4", "Z1", "Z11", "Z14"} {
		require.Contains(t, care.Vocabulary("type"), code)
	}
	require.Len(t, care.Vocabulary("type"), 32)
}

func TestCarersCanDeclareSkillForEveryRisk(t *testing.T) {
	all := append(care.Vocabulary("risks_to_child"), care.Vocabulary("risks_to_others")...)
	slices.Sort(all)
	require.ElementsMatch(t, slices.Compact(all), care.Vocabulary("risks"))
}

func TestEveryKindFallsUnderOneBranchOfTheLaw(t *testing.T) {
	branches := map[care.Kind]string{
		care.Foster: "fostering", care.ConnectedPerson: "fostering", care.ParentAndChild: "fostering",
		care.ChildrensHome: "residential", care.Secure: "residential", care.ResidentialSchool: "residential",
		care.Supported: "other", care.Unregulated: "other", care.CareHome: "other", care.Hospital: "other", care.FamilyCentre: "other",
	}
	require.Len(t, care.Kinds(), len(branches))
	for _, k := range care.Kinds() {
		require.Equal(t, branches[k] == "fostering", k.Fostering(), k)
		require.Equal(t, branches[k] == "residential", k.Residential(), k)
		require.Equal(t, branches[k] == "other", k.OtherArrangement(), k)
		require.Contains(t, care.Vocabulary("kind"), string(k))
	}
	require.Len(t, care.Vocabulary("kind"), len(care.Kinds()))
}

func TestAKindNobodyKnowsIsNone(t *testing.T) {
	for _, k := range []care.Kind{"", "hotel"} {
		require.False(t, k.Fostering() || k.Residential() || k.OtherArrangement() || k.OnlyWhenNamed(), "%q", k)
	}
}

func TestKindsConsideredOnlyWhenNamed(t *testing.T) {
	var named []care.Kind
	for _, k := range care.Kinds() {
		if k.OnlyWhenNamed() {
			named = append(named, k)
		}
	}
	require.ElementsMatch(t, named, []care.Kind{care.Hospital, care.CareHome, care.FamilyCentre, care.Secure, care.ResidentialSchool, care.ParentAndChild})
}

func TestKindsInASentence(t *testing.T) {
	require.Equal(t, "children's home", care.ChildrensHome.Words())
	require.Equal(t, "connected person's home", care.ConnectedPerson.Words())
	require.Equal(t, "parent-and-child foster home", care.ParentAndChild.Words())
	require.Equal(t, "foster home", care.Foster.Words())
	require.Equal(t, "secure children's home", care.Secure.Words())
	require.Equal(t, "unregulated accommodation", care.Unregulated.Words())
	require.Equal(t, "residential family centre", care.FamilyCentre.Words())
	require.Equal(t, "residential school", care.ResidentialSchool.Words())
}

func TestSexesInASentence(t *testing.T) {
	require.Equal(t, "boy", care.Male.Words())
	require.Equal(t, "girl", care.Female.Words())
	require.Equal(t, "child", care.Sex("").Words())
}

func TestOnlyAnApprovedOrRegisteredHomeIsInForce(t *testing.T) {
	for _, word := range care.Vocabulary("status") {
		s := care.Status(word)
		require.Equal(t, s == care.Approved || s == care.Registered, s.InForce(), word)
	}
	require.False(t, care.Status("").InForce(), "a blank status never means yes")
}
