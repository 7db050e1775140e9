package gazetteer

import (
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestWhoAdjoinsWhom(t *testing.T) {
	for _, c := range []struct {
		name, a, b string
		adjoin     bool
	}{
		{"Leeds and Bradford share a land boundary", "E08000035", "E08000032", true},
		{"Leeds and Barnsley do not meet", "E08000035", "E08000038", false},
		{"Leeds is not at a distance from itself, nor adjoining", "E08000035", "E08000035", false},
		{"Newcastle and Gateshead meet along the Tyne", "E08000021", "E08000037", true},
		{"Plymouth and Cornwall meet along the Tamar", "E06000026", "E06000052", true},
		{"Thurrock and Kent meet along the Thames", "E06000034", "E10000016", true},
		{"Rutland and Peterborough miss each other by 55 metres", "E06000017", "E06000031", false},
		{"Hartlepool and Redcar face each other over the Tees mouth", "E06000001", "E06000003", false},
		{"Hull and North Lincolnshire face each other over the Humber", "E06000010", "E06000013", false},
		{"Portsmouth and the Isle of Wight have the Solent between them", "E06000044", "E06000046", false},
		{"Herefordshire and Monmouthshire share a land boundary", "E06000019", "W06000021", true},
		{"Herefordshire and Powys share a land boundary", "E06000019", "W06000023", true},
		{"Gloucestershire and Monmouthshire share a land boundary", "E10000013", "W06000021", true},
		{"Cheshire West and Flintshire share a land boundary", "E06000050", "W06000005", true},
		{"South Gloucestershire and Monmouthshire have the Severn estuary", "E06000025", "W06000021", false},
		{"Wirral and Flintshire have the Dee estuary", "E08000015", "W06000005", false},
		{"Northumberland and the Scottish Borders: another Act", "E06000057", "S12000026", false},
		{"Cumberland and Dumfries: another Act", "E06000063", "S12000006", false},
		{"Welsh councils between themselves are not known", "W06000021", "W06000023", false},
		{"a former code counts as the present one", "E08000019", "E08000018", true},
		{"a code nobody has", "E08000099", "E08000035", false},
		{"no code", "", "", false},
	} {
		require.Equal(t, c.adjoin, Adjoin(c.a, c.b), c.name)
		require.Equal(t, c.adjoin, Adjoin(c.b, c.a), "%s, the other way", c.name)
		require.Equal(t, c.adjoin, CodeOf(c.a).Adjoins(CodeOf(c.b)), "%s, by Code", c.name)
	}
}

// 359 land pairs, 22 river pairs and 7 Welsh ones, each seen from both sides.
func TestBoundariesAreSymmetricAndCounted(t *testing.T) {
	ends := 0
	for a := range Code(255) {
		require.False(t, a.Adjoins(a))
		for b := range Code(255) {
			require.Equal(t, a.Adjoins(b), b.Adjoins(a), "%d %d", a, b)
			if a.Adjoins(b) {
				ends++
			}
		}
	}
	require.Equal(t, 2*(359+22+7), ends)
}

func TestOnlyIslandsHaveNoNeighbour(t *testing.T) {
	var alone []string
	for _, a := range Authorities() {
		if len(Neighbours(a.GSS)) == 0 {
			alone = append(alone, a.Name)
		}
	}
	require.Equal(t, []string{"Isle of Wight", "Isles of Scilly"}, alone)
}

func TestNeighboursAreThoseThatAdjoin(t *testing.T) {
	require.Equal(t, []string{"E06000051", "E10000013", "E10000034", "W06000021", "W06000023"}, Neighbours("E06000019"))
	require.Equal(t, Neighbours("E08000039"), Neighbours("E08000019"), "Sheffield by either code")
	require.Empty(t, Neighbours("E08000099"))
	for _, a := range Authorities() {
		var want []string
		for _, gss := range tables().gss {
			if Adjoin(a.GSS, gss) {
				want = append(want, gss)
			}
		}
		require.ElementsMatch(t, want, Neighbours(a.GSS), a.Name)
		require.IsIncreasing(t, append([]string{""}, Neighbours(a.GSS)...))
	}
}

// Adjoining knows former codes too: a home may be recorded under one.
func TestAdjoiningListsEveryCodePresentOrFormer(t *testing.T) {
	all := slices.Sorted(maps.Keys(tables().codes))
	former := 0
	for _, gss := range append(all, "E08000099", "W06000015", "S12000026", "") {
		var want []string
		for _, other := range all {
			if Adjoin(gss, other) {
				want = append(want, other)
				if CodeOf(other).GSS() != other {
					former++
				}
			}
		}
		require.Equal(t, want, Adjoining(gss), gss)
		require.Subset(t, Adjoining(gss), Neighbours(gss), gss)
	}
	require.Positive(t, former, "no former code adjoins anybody")
}

func TestAdjoiningOfSomeAuthorities(t *testing.T) {
	require.Equal(t, []string{"E06000051", "E10000013", "E10000034", "W06000021", "W06000023"}, Adjoining("E06000019"), "Herefordshire, and two councils in Wales")
	require.Contains(t, Adjoining("E08000018"), "E08000039", "Rotherham adjoins Sheffield")
	require.Contains(t, Adjoining("E08000018"), "E08000019", "by its former code as well")
	require.Equal(t, Adjoining("E08000039"), Adjoining("E08000019"), "Sheffield by either code")
	require.NotContains(t, Adjoining("E08000039"), "E08000019", "and it does not adjoin itself")
	require.Contains(t, Adjoining("W06000021"), "E06000019", "Monmouthshire adjoins Herefordshire")
	require.Nil(t, Adjoining("E06000046"), "the Isle of Wight")
	Adjoining("E06000019")[0] = "scribbled over"
	require.Equal(t, "E06000051", Adjoining("E06000019")[0])
}

// From anywhere on the mainland every other mainland authority can be reached over boundaries.
func TestTheMainlandHangsTogether(t *testing.T) {
	seen := map[string]bool{}
	next := []string{"E08000035"}
	for len(next) > 0 {
		gss := next[0]
		next = next[1:]
		if !seen[gss] {
			seen[gss] = true
			next = append(next, Neighbours(gss)...)
		}
	}
	require.Len(t, seen, 151+4, "all but two islands, and four Welsh councils")
}
