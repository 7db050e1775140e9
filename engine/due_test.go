package engine_test

import (
	"context"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine"
	"github.com/stablehomes/stablehomes/engine/care"
)

// What a placement rests on and that ends is named in good time, and what has
// ended stays on the list while the child lives there.
func TestDueListsWhatRunsOutUnderPlacements(t *testing.T) {
	on := care.Date(2026, 11, 22)
	home := func(id care.ID, change func(*care.Home)) care.Home {
		h := care.Home{ID: id, Kind: care.Foster, Authority: "E08000035", Where: care.Location{Point: care.At(53.8, -1.5)}, Beds: 2,
			Status: care.Approved, RegisteredFrom: on - 900, RegisteredUntil: care.Never(), RestrictedFrom: care.Never(), Closed: []care.DayRange{}}
		change(&h)
		return h
	}
	child := func(id care.ID, dob care.Day) care.Child {
		return care.Child{ID: id, DOB: dob, Authority: "E08000035"}
	}
	eng := engine.InMemory()
	defer eng.Close()
	require.NoError(t, eng.Add(context.Background(), engine.Records{
		Homes: []care.Home{
			home("H-ENDED", func(h *care.Home) { h.RegisteredUntil = care.EndOn(on - 3) }),
			home("H-SOON", func(h *care.Home) { h.RegisteredUntil = care.EndOn(on + 28) }),
			home("H-LATER", func(h *care.Home) { h.RegisteredUntil = care.EndOn(on + 29) }),
			home("H-TERMS", func(h *care.Home) { h.AgeMax = care.Num(5) }),
			home("H-LOCKED", func(h *care.Home) { h.Kind, h.Status = care.Secure, care.Registered }),
			home("H-NAN", func(h *care.Home) {
				h.Kind, h.Status, h.TemporaryFrom, h.RegisteredFrom = care.ConnectedPerson, care.Pending, on-100, 0
			}),
		},
		Children: []care.Child{
			child("C-1", on-3000), child("C-2", care.Date(2010, 11, 29)), child("C-3", care.Date(2008, 11, 22)), child("C-4", on-2000), child("C-5", on-4000), child("C-6", on-4100), child("C-7", on-4200), child("C-8", on-5200),
		},
		Placements: []care.Placement{
			{ID: "P-1", Child: "C-1", Home: "H-ENDED", Start: on - 300},
			{ID: "P-2", Child: "C-2", Home: "H-SOON", Start: on - 300},
			{ID: "P-3", Child: "C-3", Home: "H-LATER", Start: on - 300},
			{ID: "P-4", Child: "C-4", Home: "H-NAN", Start: on - 100},
			{ID: "P-5", Child: "C-5", Home: "H-LATER", Start: on - 300, ExpectedEnd: on - 1},
			{ID: "P-7", Child: "C-7", Home: "H-TERMS", Start: on - 2}, // a Friday: six working days to Friday week
			{ID: "P-8", Child: "C-8", Home: "H-LOCKED", Start: on},
			{ID: "P-6", Child: "C-6", Home: "H-ENDED", Start: on - 300, End: on - 10, ExpectedEnd: on}, // has left, before it was expected
		},
	}))
	due, err := eng.Due(context.Background(), on, care.StartOf(on), 28)
	require.NoError(t, err)
	require.Equal(t, []engine.Due{
		{Day: on - 3, Child: "C-1", Home: "H-ENDED", Placement: "P-1", What: "its approval ends"},
		{Day: on - 1, Child: "C-5", Home: "H-LATER", Placement: "P-5", What: "the placement is expected to end"},
		{Day: on, Child: "C-3", Home: "H-LATER", Placement: "P-3", What: "C-3 is 18"},
		{Day: on + 3, Child: "C-8", Home: "H-LOCKED", Placement: "P-8", What: "the 72 hours without a secure order end"},
		{Day: care.Date(2026, 11, 27), Child: "C-7", Home: "H-TERMS", Placement: "P-7", What: "the 6 working days outside its terms end"},
		{Day: care.Date(2026, 11, 29), Child: "C-2", Home: "H-SOON", Placement: "P-2", What: "C-2 is 16"},
		{Day: on + 12, Child: "C-4", Home: "H-NAN", Placement: "P-4", What: "the temporary approval ends"},
		{Day: on + 28, Child: "C-2", Home: "H-SOON", Placement: "P-2", What: "its approval ends"},
	}, due)
	same, err := eng.Due(context.Background(), on, time.Time{}, 28)
	require.NoError(t, err)
	require.Equal(t, due, same, "without an instant it is the beginning of the day")
	all, err := eng.Due(context.Background(), on, time.Time{}, math.MaxInt)
	require.NoError(t, err)
	require.Greater(t, len(all), len(due))
	_, err = eng.Due(context.Background(), 0, time.Time{}, 28)
	require.ErrorContains(t, err, "the day to look at is missing")
	_, err = eng.RetentionDue(context.Background(), 0)
	require.ErrorContains(t, err, "the day to look at is missing")
	ends := engine.Due{Day: on - 1, Child: "C-5", Home: "H-LATER", Placement: "P-5", What: "the placement is expected to end"}
	for day := on - 2; day <= on+1; day++ {
		due, err = eng.Due(context.Background(), day, time.Time{}, 5)
		require.NoError(t, err)
		require.Contains(t, due, ends, "before the day, on it, and after it while nobody has recorded an end: %s", day)
	}
	due, err = eng.Due(context.Background(), on+1, care.StartOf(on-2), 28)
	require.NoError(t, err)
	require.NotContains(t, due, ends, "asked in advance, it is expected to have ended by then")
	due, err = eng.Due(context.Background(), on-3000, care.StartOf(on), 28)
	require.NoError(t, err)
	require.Equal(t, []engine.Due{}, due, "nobody lived there then")
}
