package gazetteer

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestFindAuthorityByWhatPeopleWrite(t *testing.T) {
	for written, name := range map[string]string{
		"E08000035":                              "Leeds",
		" e08000035 ":                            "Leeds",
		"383":                                    "Leeds",
		"leeds":                                  "Leeds",
		"LEEDS CITY COUNCIL":                     "Leeds",
		"Kingston upon Hull, City of":            "Kingston upon Hull, City of",
		"Hull":                                   "Kingston upon Hull, City of",
		"Hull City Council":                      "Kingston upon Hull, City of",
		"bristol":                                "Bristol, City of",
		"Herefordshire Council":                  "Herefordshire, County of",
		"St Helens":                              "St. Helens",
		"st.helens metropolitan borough council": "St. Helens",
		"Bath & North East Somerset":             "Bath and North East Somerset",
		"Stoke on Trent":                         "Stoke-on-Trent",
		"Southend":                               "Southend-on-Sea",
		"Durham County Council":                  "County Durham",
		"County Durham":                          "County Durham",
		"Northumberland County Council":          "Northumberland",
		"Kent County Council":                    "Kent",
		"London Borough of Camden":               "Camden",
		"Royal Borough of Greenwich":             "Greenwich",
		"City of London":                         "City of London",
		"Westminster City Council":               "Westminster",
		"City of York Council":                   "York",
		"Royal Borough of Windsor & Maidenhead":  "Windsor and Maidenhead",
		"Kingston–upon–Thames":                   "Kingston upon Thames",
		"King ston\u00a0upon Thames":             "Kingston upon Thames",
		"Bournemouth, Christchurch & Poole":      "Bournemouth, Christchurch and Poole",
		"BCP Council":                            "Bournemouth, Christchurch and Poole",
		"Derby":                                  "Derby",
		"Derbyshire":                             "Derbyshire",
		"Nottingham City Council":                "Nottingham",
		"Nottinghamshire County Council":         "Nottinghamshire",
	} {
		a, ok := FindAuthority(written)
		require.True(t, ok, written)
		require.Equal(t, name, a.Name, written)
	}
}

func TestFindAuthorityDoesNotGuess(t *testing.T) {
	for _, written := range []string{
		"", " ", "&", "and", "council", "38", "E0800003", "Lee", "Kingston", "Richmond", "Newcastle", "Sussex", "Yorkshire",
		"Cumbria", "Northamptonshire", "E10000006", "Leicester County Council", "Powys", "W06000023", "W06000021",
		"Leeds\u0435", "Léeds", "Le\u0301eds", "Leeds\u0345", "Leeds\xff", "Leeds Leeds", strings.Repeat("Leeds ", 40), strings.Repeat("-", 1000) + "Leedsx",
	} {
		_, ok := FindAuthority(written)
		require.False(t, ok, "%q", written)
	}
}

// Every authority is found by its own code and name however it is typed, and by nobody else's.
func TestEveryNameMeansOneAuthority(t *testing.T) {
	for _, a := range Authorities() {
		for _, written := range []string{
			a.GSS, a.DfE, a.Name, strings.ToUpper(a.Name), strings.ToLower(a.Name), "  " + a.Name + ".",
			strings.ReplaceAll(a.Name, " ", ""), strings.ReplaceAll(a.Name, " ", "-"), strings.ReplaceAll(a.Name, "and", "&"),
			a.Name + " Council",
		} {
			got, ok := FindAuthority(written)
			require.True(t, ok, written)
			require.Equal(t, a.GSS, got.GSS, written)
		}
	}
}

func TestANameForTwoIsRefused(t *testing.T) {
	n, err := tables().names()
	require.NoError(t, err)
	err = n.enter(1, Authority{GSS: "E06000099", DfE: "999", Name: "Leeds"}, alias{})
	require.ErrorContains(t, err, "does not mean one authority")
	err = n.enter(1, Authority{GSS: "E06000099", DfE: "", Name: "Newtown"}, alias{})
	require.ErrorContains(t, err, "does not mean one authority")
	two := atlas{
		authorities: []Authority{{GSS: "E06000001", DfE: "805", Name: "A"}, {GSS: "E06000002", DfE: "806", Name: "A"}},
		aliases:     make([]alias, 2), codes: map[string]Code{"E06000001": 1, "E06000002": 2},
	}
	_, err = two.names()
	require.EqualError(t, err, `gazetteer: authorities.csv: "A" does not mean one authority`)
}

func FuzzFindAuthority(f *testing.F) {
	f.Add("Leeds")
	f.Add("&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&")
	f.Add("\xff\xfe")
	f.Add("Leeds\u0345") // in capitals a letter, as it stands none
	f.Fuzz(func(t *testing.T, s string) {
		a, ok := FindAuthority(s)
		if again, found := FindAuthority(" " + strings.ToUpper(s)); ok && (!found || again != a) {
			t.Fatalf("%q means %v and in capitals %v", s, a, again)
		}
		if !ok && a != (Authority{}) {
			t.Fatalf("%q finds nothing and yet %v", s, a)
		}
	})
}
