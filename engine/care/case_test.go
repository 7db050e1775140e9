package care_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine/care"
)

func TestACaseNamesItsChildrenAndNobodyElse(t *testing.T) {
	c := care.Case{
		Children: []care.Child{{ID: "C-1"}, {ID: "C-2", Group: "G-7"}},
		Siblings: [][]care.Sibling{{{ID: "C-3", Home: "H-1"}}, nil},
	}
	require.True(t, c.Names("C-1"))
	require.True(t, c.Names("C-2"))
	require.False(t, c.Names("C-3"), "a sibling in care elsewhere is not of the case")
	require.False(t, c.Names("G-7"), "nor is the group")
	require.False(t, c.Names(""))
}

func TestAPointKeepsItsDegrees(t *testing.T) {
	ll := leeds.Point.LatLng()
	require.InDelta(t, 53.82, ll.Lat.Degrees(), 1e-9)
	require.InDelta(t, -1.56, ll.Lng.Degrees(), 1e-9)
	require.True(t, ll.IsValid())
}
