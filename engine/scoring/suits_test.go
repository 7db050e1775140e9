package scoring_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/scoring"
)

func ofKind(k care.Kind) *care.Household {
	return aHome(func(h *care.Home) { h.Kind = k })
}

func TestKindWhereNothingIsRecorded(t *testing.T) {
	for _, kind := range care.Kinds() {
		r := reasonFor(t, placing(aChild()), ofKind(kind), "kind")
		want := 0.5
		if kind.Fostering() {
			want = 1
		}
		requireValue(t, want, r)
		require.Equal(t, kind.Words()+"; no kind of home is recorded as preferred", r.Says)
		require.Equal(t, 15, r.Weight)
	}
}

func TestKindAsRecorded(t *testing.T) {
	const foster, residential, supported = care.Foster, care.ChildrensHome, care.Supported
	for _, s := range []struct {
		name                    string
		inFoster, inRes, inSupp care.Suitability
		kind                    care.Kind
		value                   float64
		says                    string
	}{
		{"foster care preferred", care.Preferred, care.Suitable, "", foster, 1, "foster home, recorded as preferred"},
		{"a connected person is foster care", care.Preferred, "", "", care.ConnectedPerson, 1, "connected person's home, recorded as preferred"},
		{"a children's home suitable", care.Preferred, care.Suitable, "", residential, 0.5, "children's home, recorded as suitable"},
		{"a children's home preferred", "", care.Preferred, "", residential, 1, "children's home, recorded as preferred"},
		{"a residential school is residential", "", care.Preferred, "", care.ResidentialSchool, 1, "residential school, recorded as preferred"},
		{"supported accommodation not recorded beside others", care.Preferred, "", "", supported, 0, "supported accommodation, not among the kinds recorded as suitable"},
		{"supported accommodation suitable", "", "", care.Suitable, supported, 0.5, "supported accommodation, recorded as suitable"},
		{"unregulated is held against the same word", "", "", care.Preferred, care.Unregulated, 1, "unregulated accommodation, recorded as preferred"},
		{"foster care not recorded beside others", "", care.Preferred, "", foster, 0, "foster home, not among the kinds recorded as suitable"},
		{"foster care unsuitable", care.Unsuitable, "", "", foster, 0, "foster home, recorded as unsuitable"},
		{"a hospital has no word of its own", care.Suitable, care.Suitable, care.Suitable, care.Hospital, 0, "hospital, not among the kinds recorded as suitable"},
	} {
		t.Run(s.name, func(t *testing.T) {
			c := aChild(func(c *care.Child) { c.SuitFoster, c.SuitResidential, c.SuitSupported = s.inFoster, s.inRes, s.inSupp })
			r := reasonFor(t, placing(c), ofKind(s.kind), "kind")
			requireValue(t, s.value, r)
			require.Equal(t, s.says, r.Says)
		})
	}
}

func needing(needs ...string) *care.Case {
	return placing(aChild(func(c *care.Child) { c.Needs = needs }))
}

func skilled(skills ...string) *care.Household {
	return aHome(func(h *care.Home) { h.Skills = append(care.List{}, skills...) })
}

func TestNeeds(t *testing.T) {
	for _, s := range []struct {
		name    string
		case_   *care.Case
		home    *care.Household
		value   float64
		says    string
		support []string
	}{
		{"all met", needing("autism", "speech"), skilled("speech", "autism", "sleep"), 1, "skilled for autism, speech", nil},
		{"one of three met, each gap a support line", needing("autism", "attachment-trauma", "sleep"), skilled("sleep"), 1.0 / 3,
			"skilled for sleep; no skill recorded for autism, attachment trauma", []string{"autism", "attachment-trauma"}},
		{"none met by carers who have none", needing("autism"), skilled(), 0, "no skill recorded for autism", []string{"autism"}},
	} {
		t.Run(s.name, func(t *testing.T) {
			r := reasonFor(t, s.case_, s.home, "needs")
			requireValue(t, s.value, r)
			require.Equal(t, s.says, r.Says)
			require.Equal(t, s.support, r.Support)
			require.Empty(t, r.Missing)
			require.Zero(t, r.IfConfirmed)
		})
	}
	requireAbsent(t, needing(), skilled("autism"), "needs")
	requireAbsent(t, placing(aChild(func(c *care.Child) { c.Needs = care.List{} })), skilled(), "needs")
}

// A fact of the home that is not recorded is worth nothing, is named, and the
// reason says what the score would be if it turned out well.
func TestSkillsNotRecorded(t *testing.T) {
	c := needing("autism", "sleep")
	r := reasonFor(t, c, aHome(), "needs")
	requireValue(t, 0, r)
	require.Equal(t, []string{"skills"}, r.Missing)
	require.Equal(t, "the carers' skills are not recorded; needs autism, sleep", r.Says)
	require.Empty(t, r.Support, "whether there is a gap is not known")
	confirmed, _ := weigh(c, skilled("autism", "sleep"))
	require.Equal(t, confirmed.Children[0], r.IfConfirmed)
}

func TestIdentity(t *testing.T) {
	somali := func(c *care.Child) {
		c.Languages, c.Faith, c.Culture, c.Ethnicity = care.List{"somali", "english"}, "muslim", "somali", "black-african"
	}
	recorded := func(h *care.Home) {
		h.Languages, h.Faiths, h.Cultures, h.Ethnicities = care.List{"english"}, care.List{"muslim"}, care.List{}, care.List{"white-british"}
	}
	for _, s := range []struct {
		name    string
		child   func(*care.Child)
		home    func(*care.Home)
		value   float64
		says    string
		missing []string
	}{
		{"two of five", somali, recorded, 0.4, "offers english, muslim; no record of somali, somali, black african", nil},
		{"all that is asked", func(c *care.Child) { c.Faith = "muslim" }, recorded, 1, "offers muslim", nil},
		{"nothing of what is asked", func(c *care.Child) { c.Culture = "irish" }, recorded, 0, "no record of irish", nil},
		{"languages not recorded count nothing and are named once", somali, func(h *care.Home) { recorded(h); h.Languages = nil }, 0.2,
			"offers muslim; no record of somali, english, somali, black african", []string{"languages"}},
		{"nothing recorded", somali, func(*care.Home) {}, 0, "no record of somali, english, muslim, somali, black african",
			[]string{"languages", "faiths", "cultures", "ethnicities"}},
	} {
		t.Run(s.name, func(t *testing.T) {
			r := reasonFor(t, placing(aChild(s.child)), aHome(s.home), "identity")
			requireValue(t, s.value, r)
			require.Equal(t, s.says, r.Says)
			require.Equal(t, s.missing, r.Missing)
		})
	}
	requireAbsent(t, placing(aChild()), aHome(recorded), "identity")
}

func TestIdentityIfConfirmed(t *testing.T) {
	c := placing(aChild(func(c *care.Child) { c.Languages, c.Faith = care.List{"somali", "english"}, "muslim" }))
	unasked := aHome(func(h *care.Home) { h.Languages, h.Faiths = nil, care.List{} })
	r := reasonFor(t, c, unasked, "identity")
	requireValue(t, 0, r)
	best, _ := weigh(c, aHome(func(h *care.Home) { h.Languages, h.Faiths = care.List{"somali", "english"}, care.List{} }))
	require.Equal(t, best.Children[0], r.IfConfirmed, "the faith is known not to be there")
	require.Greater(t, r.IfConfirmed, scoring.Millionths(0))
}
