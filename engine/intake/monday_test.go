package intake

import (
	"bytes"
	"maps"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine/care"
)

// office is what a placement team has taken in so far.
type office struct {
	homes      map[care.ID]care.Home
	children   map[care.ID]care.Child
	placements map[care.ID]care.Placement
	warnings   Warnings
	refused    []*InvalidError
	rejects    bytes.Buffer
}

func newOffice() *office {
	return &office{homes: map[care.ID]care.Home{}, children: map[care.ID]care.Child{}, placements: map[care.ID]care.Placement{}}
}

func (o *office) options(name string) Options {
	return Options{File: name, Resolver: atlas{}, Authority: leeds, Warnings: &o.warnings}
}

// take reads a file and keeps what keep has nothing against.
func take[T any](t *testing.T, o *office, from readFunc[T], name, src string, keep func(Item[T]) *InvalidError) {
	t.Helper()
	rejects := NewRejects(&o.rejects)
	o.rejects.Reset()
	o.refused = nil
	for item, err := range from(t.Context(), strings.NewReader(src), o.options(name)) {
		require.NoError(t, err)
		refused := item.Invalid
		if refused == nil {
			refused = keep(item)
		}
		if refused != nil {
			o.refused = append(o.refused, refused)
			require.NoError(t, rejects.Add(refused))
		}
	}
}

func (o *office) takeHomes(t *testing.T, src string) {
	t.Helper()
	take(t, o, Homes, "homes.csv", src, func(i Item[care.Home]) *InvalidError {
		o.homes[i.Value.ID] = i.Value
		return nil
	})
}

func (o *office) takeChildren(t *testing.T, src string) {
	t.Helper()
	take(t, o, Children, "children.csv", src, func(i Item[care.Child]) *InvalidError {
		o.children[i.Value.ID] = i.Value
		return nil
	})
}

func (o *office) takePlacements(t *testing.T, src string) {
	t.Helper()
	take(t, o, Placements, "placements.csv", src, func(i Item[care.Placement]) *InvalidError {
		p := i.Value
		if _, ok := o.children[p.Child]; !ok {
			return i.Reject("child", string(p.Child), "no child "+string(p.Child)+" is known", "import the children first")
		}
		if _, ok := o.homes[p.Home]; !ok {
			return i.Reject("home", string(p.Home), "no home "+string(p.Home)+" is known", "import the homes first")
		}
		o.placements[p.ID] = p
		return nil
	})
}

// A council's three files on a Monday: a home and a placement are wrong, are
// mended in the rejects, and are in by noon; the first file again changes nothing.
func TestAMondayMorningWithThreeFiles(t *testing.T) {
	o := newOffice()
	o.takeHomes(t, "id,kind,postcode,places\nH-1,Foster,LS6 2AB,2\nH-2,Foster,LS6 2A,1\n")
	require.Len(t, o.refused, 1)
	require.EqualError(t, o.refused[0], `homes.csv, row 3, postcode: the postcode directory has no position for "LS6 2A" (check the postcode, or give lat and lng)`)
	mended := strings.Replace(o.rejects.String(), "LS6 2A,", "LS6 2AB,", 1)

	o.takeChildren(t, "id,dob,sex\nC-1,09/03/2015,F\nC-2,01/06/2012,M\n")
	require.Empty(t, o.refused)
	require.Equal(t, leeds, o.children["C-2"].Authority)

	placements := "id,child,home,start\nP-1,C-1,H-1,01/02/2026\nP-2,C-2,H-2,01/03/2026\nP-3,C-9,H-1,01/03/2026\n"
	o.takePlacements(t, placements)
	require.Equal(t, []string{
		"placements.csv, row 3, home: no home H-2 is known (import the homes first)",
		"placements.csv, row 4, child: no child C-9 is known (import the children first)",
	}, sentences(haul[care.Placement]{rejected: o.refused}))
	require.Len(t, o.placements, 1)
	mendedPlacements := strings.Replace(o.rejects.String(), "C-9", "C-2", 1)

	o.takeHomes(t, mended)
	require.Empty(t, o.refused)
	o.takePlacements(t, mendedPlacements)
	require.Empty(t, o.refused)
	require.Len(t, o.homes, 2)
	require.Len(t, o.placements, 3)
	require.Empty(t, o.warnings.All())

	were := maps.Clone(o.placements)
	o.takePlacements(t, placements)
	require.Len(t, o.refused, 1, "the row that was mended elsewhere")
	require.Equal(t, were, o.placements)
}
