package gazetteer

import (
	"regexp"
	"slices"
	"testing"

	"github.com/golang/geo/s2"
	"github.com/stretchr/testify/require"
)

func TestAllAuthoritiesAreThere(t *testing.T) {
	all := Authorities()
	require.Len(t, all, 153)
	require.True(t, slices.IsSortedFunc(all, func(a, b Authority) int {
		if a.GSS < b.GSS {
			return -1
		}
		return 1
	}))
	regions, dfe := map[string]int{}, map[string]bool{}
	for _, a := range all {
		require.Regexp(t, regexp.MustCompile(`^E(06|08|09|10)\d{6}$`), a.GSS)
		require.Regexp(t, regexp.MustCompile(`^\d{3}$`), a.DfE)
		require.NotEmpty(t, a.Name)
		require.False(t, dfe[a.DfE], "DfE code %s is one authority's", a.DfE)
		dfe[a.DfE] = true
		regions[a.Region]++
		lat, lng := a.Centre.Lat.Degrees(), a.Centre.Lng.Degrees()
		require.True(t, lat > 49.8 && lat < 55.9 && lng > -6.5 && lng < 1.8, "%s lies in England", a.Name)
	}
	require.Equal(t, map[string]int{
		"North East": 12, "North West": 24, "Yorkshire and The Humber": 15, "East Midlands": 10, "West Midlands": 14,
		"East of England": 11, "London": 33, "South East": 19, "South West": 15,
	}, regions)
}

func TestAuthoritiesBelongsToTheCaller(t *testing.T) {
	Authorities()[0].Name = "scribbled over"
	require.Equal(t, "Hartlepool", Authorities()[0].Name)
}

func TestAuthorityOf(t *testing.T) {
	leeds, ok := AuthorityOf("E08000035")
	require.True(t, ok)
	require.Equal(t, "Leeds", leeds.Name)
	require.Equal(t, "383", leeds.DfE)
	require.Equal(t, "Yorkshire and The Humber", leeds.Region)
	require.Less(t, Miles(leeds.Centre, s2.LatLngFromDegrees(53.8, -1.55)), 3.0)

	for _, unknown := range []string{"", "E08000099", "e08000035", "W06000021", "S12000026", "E07000026", "E92000001"} {
		_, ok := AuthorityOf(unknown)
		require.False(t, ok, unknown)
	}
}

func TestAnAreaIsCalledByItsName(t *testing.T) {
	require.Equal(t, "Leeds", AreaName("E08000035"))
	require.Equal(t, "Barnsley", AreaName("E08000016"), "by its former code")
	require.Equal(t, "W06000015", AreaName("W06000015"), "a code says more than nothing")
	require.Empty(t, AreaName(""))
}

func TestRegion(t *testing.T) {
	require.Equal(t, "London", Region("E09000001"))
	require.Equal(t, "Yorkshire and The Humber", Region("E08000019"), "Sheffield's former code")
	require.Empty(t, Region("W06000021"))
	require.Empty(t, Region(""))
}

// An authority that kept its area and changed its code is found by both.
func TestFormerCodesFindTheSuccessor(t *testing.T) {
	for was, is := range map[string]string{
		"E08000016": "E08000038", // Barnsley
		"E08000019": "E08000039", // Sheffield
		"E10000023": "E06000065", // North Yorkshire
		"E10000027": "E06000066", // Somerset
		"E10000002": "E06000060", // Buckinghamshire
	} {
		a, ok := AuthorityOf(was)
		require.True(t, ok, was)
		require.Equal(t, is, a.GSS)
		require.Equal(t, CodeOf(is), CodeOf(was))
		found, ok := FindAuthority(was)
		require.True(t, ok, was)
		require.Equal(t, is, found.GSS)
		require.False(t, Adjoin(was, is), "an authority does not adjoin itself")
	}
}

// Areas that were divided or merged have no one successor.
func TestDividedCountiesAreNotFound(t *testing.T) {
	for _, was := range []string{"E10000006", "E10000021", "E10000009", "E06000028", "E06000029"} {
		_, ok := AuthorityOf(was)
		require.False(t, ok, was)
	}
}

func TestDistrictsOfACountyBelongToTheCounty(t *testing.T) {
	for laua, gss := range map[string]string{
		"E08000035": "E08000035", // Leeds is its own
		"E07000008": "E10000003", // Cambridge, in Cambridgeshire
		"E07000106": "E10000016", // Canterbury, in Kent
		"E09000033": "E09000033", // Westminster
		"E08000016": "E08000038", // Barnsley before April 2025
		"E08000019": "E08000039", // Sheffield before April 2025
	} {
		got, ok := District(laua)
		require.True(t, ok, laua)
		require.Equal(t, gss, got)
	}
	for _, laua := range []string{"", "W06000021", "S12000033", "E10000003", "E10000023", "N09000003", "L99999999"} {
		got, ok := District(laua)
		require.False(t, ok, laua)
		require.Empty(t, got)
	}
}

func TestEveryAuthorityHasADistrict(t *testing.T) {
	has := map[Code]bool{}
	for _, c := range tables().districts {
		has[c] = true
	}
	require.Len(t, tables().districts, 296+2)
	for _, a := range Authorities() {
		require.True(t, has[CodeOf(a.GSS)], a.Name)
	}
}

func TestCodesGoThereAndBack(t *testing.T) {
	for i, a := range Authorities() {
		c := CodeOf(a.GSS)
		require.EqualValues(t, i+1, c)
		require.Equal(t, a.GSS, c.GSS())
		got, ok := c.Authority()
		require.True(t, ok)
		require.Equal(t, a, got)
	}
	powys := CodeOf("W06000023")
	require.NotZero(t, powys)
	require.Equal(t, "W06000023", powys.GSS())
	_, ok := powys.Authority()
	require.False(t, ok, "a Welsh council is not an English authority")
	for _, c := range []Code{0, 158, 255} {
		require.Empty(t, c.GSS())
		_, ok := c.Authority()
		require.False(t, ok)
	}
}

func TestLookupsDoNotAllocate(t *testing.T) {
	FindAuthority("Leeds") // tables are read at first use
	for name, look := range map[string]func() bool{
		"AuthorityOf":   func() bool { _, ok := AuthorityOf("E08000035"); return ok },
		"District":      func() bool { _, ok := District("E07000008"); return ok },
		"Adjoin":        func() bool { return Adjoin("E08000035", "E08000032") },
		"FindAuthority": func() bool { _, ok := FindAuthority("kingston-upon-hull, CITY OF"); return ok },
		"Region":        func() bool { return Region("E08000035") != "" },
	} {
		require.True(t, look(), name)
		require.Zero(t, testing.AllocsPerRun(100, func() { look() }), name)
	}
}

// The embedded tables say what the gathered ones say.
func TestTablesAgreeWithTheirSource(t *testing.T) {
	for _, row := range sharedCSV(t, "authorities.csv") {
		a, ok := AuthorityOf(row[0])
		require.True(t, ok, row[0])
		v := floats(t, row[4:6])
		require.Equal(t, Authority{row[0], row[1], row[2], row[3], s2.LatLngFromDegrees(v[0], v[1])}, a)
		for _, other := range append(split(row[6]), split(row[7])...) {
			require.True(t, Adjoin(row[0], other), "%s %s", row[0], other)
		}
	}
	for _, row := range sharedCSV(t, "laua_to_authority.csv") {
		gss, ok := District(row[0])
		require.True(t, ok)
		require.Equal(t, row[2], gss)
	}
}

func BenchmarkAdjoin(b *testing.B) {
	x, y := CodeOf("E08000021"), CodeOf("E08000037")
	for name, adjoin := range map[string]func() bool{
		"gss":  func() bool { return Adjoin("E08000021", "E08000037") },
		"code": func() bool { return x.Adjoins(y) },
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if !adjoin() {
					b.Fatal("Newcastle adjoins Gateshead")
				}
			}
		})
	}
}
