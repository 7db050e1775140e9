package intake

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine/care"
)

var headingley = care.Location{Postcode: "LS6 2AB", Point: care.At(53.8193, -1.5696)}

func TestAHomeTakesPositionAndAuthorityFromItsPostcode(t *testing.T) {
	h := one(t, Homes, "id,kind,postcode,beds", "H-1,foster,ls62ab,2")
	require.Equal(t, headingley, h.Where)
	require.Equal(t, leeds, h.Authority)
}

func TestAPositionThatIsGivenWins(t *testing.T) {
	h := one(t, Homes, "id,kind,postcode,lat,lng,beds", "H-1,foster,LS6 2AB,53.9,-1.5,2")
	require.Equal(t, care.Location{Postcode: "LS6 2AB", Point: care.At(53.9, -1.5)}, h.Where)
	require.Equal(t, leeds, h.Authority)

	h = one(t, Homes, "id,kind,postcode,lat,lng,beds,authority", "H-1,foster,zz99zz,53.9,-1.5,2,Leeds")
	require.Equal(t, care.Location{Postcode: "ZZ9 9ZZ", Point: care.At(53.9, -1.5)}, h.Where)

	h = one(t, Homes, "id,kind,postcode,lat,lng,beds,authority", "H-1,foster,EX1 1AA,53.9,-1.5,2,Leeds")
	require.Equal(t, care.At(53.9, -1.5), h.Where.Point)
}

func TestWithoutADirectoryARowSaysWhichImportIsMissing(t *testing.T) {
	for name, r := range map[string]Resolver{"none imported": atlas{without: true}, "no resolver": nil} {
		t.Run(name, func(t *testing.T) {
			h := haulIn(Homes, file("id,kind,postcode,beds", "H-1,foster,LS6 2AB,2"), Options{File: "homes.csv", Resolver: r})
			require.Equal(t, []string{"homes.csv, row 2, postcode: postcode \"LS6 2AB\" cannot be placed " +
				"(no postcode directory: run `stablehomes import postcodes FILE`, or give lat and lng)"}, sentences(h))
		})
	}
}

func TestAPostcodeWithoutAGridReferenceIsRejected(t *testing.T) {
	require.Contains(t, refused(t, Homes, "id,kind,postcode,beds", "H-1,foster,EX1 1AA,2"), `the postcode directory has no position for "EX1 1AA"`)
}

func TestPositionsOutsideTheKingdomAreRejected(t *testing.T) {
	for row, says := range map[string]string{
		"H,foster,-1.55,53.81,1,Leeds": "homes.csv, row 2, lat: -1.55,53.81 is outside the United Kingdom (lat and lng swapped?)",
		"H,foster,40.7,-74,1,Leeds":    "homes.csv, row 2, lat: 40.7,-74 is outside the United Kingdom (degrees, latitude 49 to 61 and longitude -9 to 2.5)",
		"H,foster,0,0,1,Leeds":         "homes.csv, row 2, lat: 0,0 is outside the United Kingdom (degrees, latitude 49 to 61 and longitude -9 to 2.5)",
		"H,foster,53.8,,1,Leeds":       "homes.csv, row 2, lng: is empty, and lat is given (give both, or neither)",
		"H,foster,,-1.5,1,Leeds":       "homes.csv, row 2, lat: is empty, and lng is given (give both, or neither)",
		"H,foster,NaN,-1.5,1,Leeds":    `homes.csv, row 2, lat: "NaN" is not a number of degrees (decimal degrees such as 53.81 and -1.55)`,
		"H,foster,1e2,-1.5,1,Leeds":    `homes.csv, row 2, lat: "1e2" is not a number of degrees (decimal degrees such as 53.81 and -1.55)`,
	} {
		require.Equal(t, says, refused(t, Homes, "id,kind,lat,lng,beds,authority", row), row)
	}
}

func TestADisagreementAboutTheAuthorityIsSaidOnce(t *testing.T) {
	h := haulIn(Homes, file("id,kind,postcode,beds,authority", "H-1,foster,S1 2HH,1,Sheffield", "H-2,foster,LS6 2AB,1,Sheffield", "H-3,foster,LS6 2AB,1,373"), opts())
	require.Empty(t, h.rejected)
	require.Equal(t, []string{sheffield, leeds, leeds}, []string{h.good[0].Authority, h.good[1].Authority, h.good[2].Authority})
	require.Equal(t, []Warning{{File: "homes.csv", Row: 3, Count: 2,
		Says: "authority E08000039 is put right: the postcode directory has LS6 2AB in E08000035"}}, h.warnings)
}

func TestContactsByPostcodeOrPosition(t *testing.T) {
	c := childCell(t, "contacts", "Mother:LS6 2AB@8; nan : 53.81, -1.55 ; dad:S1 2HH@0.5;Aunt Sue:LS6 2AB 53.9,-1.5@2")
	require.Equal(t, []care.Contact{
		{Who: "mother", Where: headingley, Visits: 8},
		{Who: "nan", Where: care.Location{Point: care.At(53.81, -1.55)}, Visits: 1},
		{Who: "dad", Where: care.Location{Postcode: "S1 2HH", Point: care.At(53.3811, -1.4701)}, Visits: 0.5},
		{Who: "aunt-sue", Where: care.Location{Postcode: "LS6 2AB", Point: care.At(53.9, -1.5)}, Visits: 2},
	}, c.Contacts)
}

func TestZonesAndPlacesToBeAwayFrom(t *testing.T) {
	c := childCell(t, "exclusion_zones", "LS6 2AB@3; 53.8,-1.5@2")
	require.Equal(t, []care.Circle{{Centre: headingley, Miles: 3}, {Centre: care.Location{Point: care.At(53.8, -1.5)}, Miles: 2}}, c.Exclusion)

	c = childCell(t, "away_from", "LS6 2AB@3; Sheffield ;;none")
	require.Equal(t, []care.Circle{{Centre: headingley, Miles: 3}}, c.AwayFrom)
	require.Equal(t, []string{sheffield}, c.AwayAuthorities)
}

func TestPlacesInListsThatCannotBeRead(t *testing.T) {
	for cell, says := range map[string]string{
		"contacts\tLS6 2AB@4":             `contacts: "LS6 2AB@4" does not say who`,
		"contacts\tmother:LS6 2AB@often":  `contacts: "often" is not a number of visits`,
		"contacts\tmother:LS6 2AB@-1":     "contacts: -1 visits a month to mother",
		"contacts\tmother:LS6 9ZZ":        `contacts: the postcode directory has no position for "LS6 9ZZ"`,
		"contacts\tmother:":               `contacts: "" is not a postcode`,
		"contacts\tmother:53.8,@1":        `contacts: "" is not a number of degrees`,
		"contacts\tmother:here,-1.5":      `contacts: "here" is not a number of degrees`,
		"contacts\tmother:-1.5,53.8@1":    "contacts: -1.5,53.8 is outside the United Kingdom (lat and lng swapped?)",
		"exclusion_zones\tLS6 2AB":        `exclusion_zones: "LS6 2AB" has no @ and no miles`,
		"exclusion_zones\tLS6 2AB@near":   `exclusion_zones: "near" is not a number of miles`,
		"exclusion_zones\tLS6 2AB@0":      "exclusion_zones: a circle of 0 miles",
		"away_from\tLS6 2AB":              `away_from: no authority is called "LS6 2AB"`,
		"away_from\tLeads":                `away_from: no authority is called "Leads" (did you mean Leeds?)`,
		"home_postcode\tsomewhere":        `home_postcode: "somewhere" is not a postcode`,
		"school_postcode\tLS6 9ZZ":        `school_postcode: the postcode directory has no position for "LS6 9ZZ"`,
		"school_lat\t53.8":                "school_lng: is empty, and school_lat is given",
		"kept_apart\tC-1;\tC-2\t":         "has 6 cells",
		"wishes_for\tpets;-":              `wishes_for: "-" has no words`,
		"needed_by\tsoon":                 `needed_by: "soon" is not a word it knows (one of today, within-5-days, later)`,
		"connected_homes\tH-1;H-\u0085-2": "connected_homes: has control characters",
	} {
		column, rest, _ := strings.Cut(cell, "\t")
		require.Contains(t, refused(t, Children, "id\tdob\tauthority\t"+column, "C-1\t2015-03-09\tLeeds\t"+rest), says, cell)
	}
}

func TestChildrenWithoutAnAuthorityTakeTheOneTheFileIsReadFor(t *testing.T) {
	o := opts()
	o.Authority = "leeds"
	h := haulIn(Children, file("id,dob", "C-1,2015-03-09"), o)
	require.NoError(t, h.err)
	require.Equal(t, leeds, h.good[0].Authority)

	h = haulIn(Children, file("id,dob,authority", "C-1,2015-03-09,", "C-2,2015-03-09,Sheffield"), o)
	require.Equal(t, leeds, h.good[0].Authority)
	require.Equal(t, sheffield, h.good[1].Authority)

	h = haulIn(Children, file("id,dob", "C-1,2015-03-09"), opts())
	require.EqualError(t, h.err, "homes.csv: lacks the column authority (the header must name it, also where cells are blank)")

	o.Authority = "Leads"
	h = haulIn(Children, file("id,dob", "C-1,2015-03-09"), o)
	require.EqualError(t, h.err, `homes.csv: is read for an authority that is not known: no authority is called "Leads" (did you mean Leeds?)`)
}

func TestWithoutAResolverNoAuthorityIsKnown(t *testing.T) {
	for _, name := range []string{leeds, "Leeds", "383"} {
		h := haulIn(Homes, file("id,kind,lat,lng,beds,authority", "H-1,foster,53.8,-1.5,2,"+name), Options{})
		require.Equal(t, []string{
			`the file, row 2, authority: no authority is called "` + name + `" (a GSS code such as E08000035, a DfE code or a name)`,
		}, sentences(h))
	}
}

func TestAPostcodeThatHasBeenEndedPlacesAHomeAndIsSaid(t *testing.T) {
	h := haulIn(Homes, file("id,kind,postcode,beds", "H-1,foster,LS1 0AA,2", "H-2,foster,LS6 2AB,2", "H-3,foster,LS1 0AA,1"), Options{File: "homes.csv", Resolver: atlas{}})
	require.Len(t, h.good, 3)
	require.Equal(t, care.At(53.8, -1.55), h.good[0].Where.Point)
	require.Equal(t, []Warning{{File: "homes.csv", Row: 2, Count: 2,
		Says: "postcode LS1 0AA has been ended by Royal Mail; the position it had is used"}}, h.warnings)
}

// The row of a home is the same whether its postcode is placed by the directory
// or by the position that an export has beside it.
func TestAnExportNeedsNoDirectoryToBeReadAgain(t *testing.T) {
	placed := one(t, Homes, "id,kind,postcode,beds", "H-1,foster,LS6 2AB,2")
	got := again(t, WriteHomes, Homes, placed)
	require.Equal(t, []care.Home{placed}, got)

	child := childCell(t, "contacts", "mother:LS6 2AB@4;nan:53.8,-1.5")
	require.Equal(t, []care.Child{child}, again(t, WriteChildren, Children, child))
}
