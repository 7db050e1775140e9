package intake

import (
	"bytes"
	"encoding/csv"
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// inWords is a cell as a council writes it, and as it is exported.
type inWords struct{ column, cell, exported string }

var homeSpellings = []inWords{
	{"kind", "Foster", "foster"},
	{"kind", "foster carer", "foster"},
	{"kind", "Family and friends", "connected-person"},
	{"kind", "Residential", "childrens-home"},
	{"kind", "Secure children's home", "secure"},
	{"kind", "Supported lodgings", "supported"},
	{"kind", "unregulated", "unregulated"},
	{"kind", "Residential special school", "residential-school"},
	{"kind", "care home", "care-home"},
	{"kind", "Residential family centre", "family-centre"},
	{"kind", "Mother and baby", "parent-and-child"},
	{"urn", "SC040631", "SC040631"},
	{"urn", " 1234567 ", "1234567"},
	{"provider", "Smith, J & Sons", "Smith, J & Sons"},
	{"provider", `The ""Elms""`, `The ""Elms""`},
	{"provider", "'Allo", "'Allo"},
	{"provider", "'=A1", "'=A1"},
	{"provider", "=A1", "'=A1"},
	{"provider", "-", "'-"},
	{"provider_code", "pr4", "PR4"},
	{"provider_code", "Own provision", "PR1"},
	{"provider_code", "Private", "PR4"},
	{"provider_code", "voluntary", "PR5"},
	{"authority", "leeds", leeds},
	{"authority", "383", leeds},
	{"approved_by", "Sheffield", sheffield},
	{"approved_by", "Sunny Days", "Sunny Days"},
	{"places", "3.0", "3"},
	{"places", "any", ""},
	{"places", "None", ""},
	{"age_min", "0", "0"},
	{"age_min", "any", ""},
	{"age_max", "17.00", "17"},
	{"age_max", "none", ""},
	{"sexes", "Male;Female", "M;F"},
	{"sexes", "mixed", ""},
	{"sexes", "Both", ""},
	{"sexes", "2", "F"},
	{"durations", "Emergency; Long-term", "emergency;long"},
	{"durations", "Any", ""},
	{"early_permanence", "Y", "yes"},
	{"early_permanence", "FALSE", "no"},
	{"exemption_children", "C-1; C-2 ;", "C-1;C-2"},
	{"exemption_children", "-C1", "'-C1"},
	{"bedrooms", "1; 2;1", "1;2;1"},
	{"bedrooms", "None", "none"},
	{"siblings_may_share", "1", "yes"},
	{"adaptations", "Ground floor bedroom; hoist", "ground-floor-bedroom;hoist"},
	{"skills", "Trauma_Informed  Care", "trauma-informed-care"},
	{"skills", "none", "none"},
	{"languages", "English;BSL", "english;bsl"},
	{"faiths", "Church of England", "church-of-england"},
	{"cultures", "Irish Traveller", "irish-traveller"},
	{"ethnicities", "White – British", "white-–-british"},
	{"pets", "no", "none"},
	{"pets", "N/A", "n/a"},
	{"pets", "unknown", ""},
	{"pets", "=dog", "'=dog"},
	{"smoking", "unknown", ""},
	{"smoking", "0", "no"},
	{"supports_risks", "Self-harm; CSE; Going missing", "self-harm;sexual-exploitation;missing"},
	{"supports_risks", "No known risk", "none"},
	{"own_children", "1/2/2010", "2010-02-01"},
	{"own_children", "no", "none"},
	{"adults_sex", "F;F", "F;F"},
	{"adults_sex", "not known", ""},
	{"fostering_since", "3 March 2019", "2019-03-03"},
	{"registered_from", "2021-04-05 00:00:00", "2021-04-05"},
	{"registered_until", "NONE", "none"},
	{"registered_until", "01/01/2030", "2030-01-01"},
	{"registration_applied_on", "5 Apr 2023", "2023-04-05"},
	{"registration_refused_on", "01-02-2024", "2024-02-01"},
	{"temporary_from", "2026-01-05", "2026-01-05"},
	{"extended_until", "5/6/2026", "2026-06-05"},
	{"status", "Active", "approved"},
	{"status", "Open", "registered"},
	{"status", "On hold", "suspended"},
	{"status", "Resigned", "ended"},
	{"status", "not known", ""},
	{"restriction_from", "none", "none"},
	{"closed_dates", "24/12/2026 to 02/01/2027", "2026-12-24..2027-01-02"},
	{"closed_dates", "none", "none"},
	{"weekly_cost", "0612", "612"},
	{"beds_shut", "1.0", "1"},
	{"listed_from", "03/12/2026", "2026-12-03"},
	{"vacancy_confirmed_on", "22/11/2026", "2026-11-22"},
	{"garden", "true", "yes"},
	{"transport", "n", "no"},
}

var childSpellings = []inWords{
	{"dob", "09/03/2015", "2015-03-09"},
	{"dob_lowest", "9/3/2017", "2017-03-09"},
	{"uasc", "1", "yes"},
	{"sex", "Boy", "M"},
	{"sex", "2", "F"},
	{"authority", "Sheffield", sheffield},
	{"authority", "E08000019", sheffield},
	{"group", "G 7", "G 7"},
	{"home_postcode", "s12hh", "S1 2HH"},
	{"contacts", "Mum:LS6 2AB", "mum:LS6 2AB 53.8193,-1.5696@1"},
	{"contacts", "dad:53.5,-1.50@0", "dad:53.5,-1.5@0"},
	{"contacts", "none", ""},
	{"no_contact", "Step Father; uncle", "step-father;uncle"},
	{"no_contact", "none", "none"},
	{"school", "107990", "107990"},
	{"school_postcode", "LS6  2AB", "LS6 2AB"},
	{"year_group", "Yr 10", "10"},
	{"year_group", "Reception", "R"},
	{"ehcp", "Yes", "yes"},
	{"needed_by", "Today", "today"},
	{"needed_by", "in more than 5 days", "later"},
	{"plan", "Long term", "long"},
	{"plan", "short breaks", "respite"},
	{"adoption_considered", "No", "no"},
	{"legal_status", "e1", "E1"},
	{"need", "n1", "N1"},
	{"alongside", "With other children recommended", "with-others"},
	{"alongside", "Only with other younger children", "only-with-younger"},
	{"kept_together", "y", "yes"},
	{"kept_apart", "H-9; C-3", "H-9;C-3"},
	{"adaptations", "Wheelchair access", "wheelchair-access"},
	{"needs", "ADHD;autism", "adhd;autism"},
	{"communication", "Makaton", "makaton"},
	{"communication", "Not Specified", ""},
	{"languages", "Kurdish (Sorani)", "kurdish-(sorani)"},
	{"faith", "Sunni Muslim", "sunni-muslim"},
	{"culture", "not known", ""},
	{"ethnicity", "WBRI", "wbri"},
	{"pets", "Yes - can", "can"},
	{"pets", "No", "no"},
	{"pets", "Not Known", ""},
	{"allergies", "Dogs", "dogs"},
	{"respiratory", "unknown", ""},
	{"suitability_foster", "Preferred", "preferred"},
	{"suitability_residential", "Unsuitable", "unsuitable"},
	{"suitability_supported", "Not specified", ""},
	{"risks_to_child", "Sexual exploitation", "sexual-exploitation"},
	{"risks_to_others", "Fire;Animals", "fire-setting;harm-to-animals"},
	{"exclusion_zones", "LS6 2AB@.5", "LS6 2AB 53.8193,-1.5696@0.5"},
	{"away_from", "LS6 2AB@2;leeds", leeds + ";LS6 2AB 53.8193,-1.5696@2"},
	{"secure_order", "no", "no"},
	{"liberty_order", "TRUE", "yes"},
	{"connected_homes", "H-Aunt;H-Nan", "H-Aunt;H-Nan"},
	{"wishes", "  to stay near Gran ", "  to stay near Gran "},
	{"wishes", "@home", "'@home"},
	{"wishes_for", "School; HOME:H-9", "school;home:H-9"},
}

var placementSpellings = []inWords{
	{"child", " C-1 ", "C-1"},
	{"home", "+H", "'+H"},
	{"start", "31 January 2026", "2026-01-31"},
	{"expected_end", "1/9/2026", "2026-09-01"},
	{"end", "2026-10-01", "2026-10-01"},
	{"ended_early", "Y", "yes"},
	{"type", "z11", "Z11"},
	{"reason", "Carpl", "CARPL"},
}

func TestHowCellsAreWrittenAndHowTheyAreExported(t *testing.T) {
	for _, s := range homeSpellings {
		exportedAs(t, s, Homes, WriteHomes, map[string]string{"id": "H-1", "kind": "foster", "postcode": "LS6 2AB", "beds": "1"})
	}
	for _, s := range childSpellings {
		exportedAs(t, s, Children, WriteChildren, map[string]string{"id": "C-1", "dob": "2015-03-09", "authority": "Leeds"})
	}
	for _, s := range placementSpellings {
		exportedAs(t, s, Placements, WritePlacements, map[string]string{"id": "P-1", "child": "C-1", "home": "H-1", "start": "2026-01-31"})
	}
}

// exportedAs reads the cell in a row that is otherwise in order, exports what was
// read, and looks the cell up there.
func exportedAs[T any](t *testing.T, s inWords, from readFunc[T], to writeFunc[T], row map[string]string) {
	t.Helper()
	row[s.column] = s.cell
	names := slices.Sorted(maps.Keys(row))
	var cells []string
	for _, name := range names {
		cells = append(cells, row[name])
	}
	var in, out bytes.Buffer
	w := csv.NewWriter(&in)
	require.NoError(t, w.WriteAll([][]string{names, cells}))
	h := haulIn(from, &in, opts())
	require.Empty(t, sentences(h), s)
	require.NoError(t, to(&out, seqOf(h.good...)))
	exported, err := csv.NewReader(&out).ReadAll()
	require.NoError(t, err)
	require.Len(t, exported, 2)
	require.Equal(t, s.exported, exported[1][slices.Index(exported[0], s.column)], s)
}

// Every column is spelt at least once above, save those that the row must have
// anyway and those of positions.
func TestEveryColumnIsSpelt(t *testing.T) {
	h, c, p := homes(), children(), placements()
	spelt(t, h.names(), homeSpellings, "id", "postcode", "lat", "lng", "beds")
	spelt(t, c.names(), childSpellings, "id", "home_lat", "home_lng", "school_lat", "school_lng")
	spelt(t, p.names(), placementSpellings, "id")
}

func spelt(t *testing.T, names []string, spellings []inWords, others ...string) {
	t.Helper()
	for _, name := range names {
		known := slices.ContainsFunc(spellings, func(s inWords) bool { return s.column == name })
		require.True(t, known || slices.Contains(others, name), name)
	}
}
