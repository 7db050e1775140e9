package care_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine/care"
)

func TestAHoldCountsUntilTheInstantItRunsOut(t *testing.T) {
	until := time.Date(2026, time.November, 22, 17, 0, 0, 0, time.UTC)
	h := care.Hold{ID: "K-1", Children: []care.ID{"C-104"}, Until: until}
	require.True(t, h.CountsAt(until.Add(-time.Nanosecond)))
	require.False(t, h.CountsAt(until))
	require.False(t, h.CountsAt(until.Add(time.Nanosecond)))
	require.False(t, h.CountsAt(until.In(time.FixedZone("", 5*60*60))), "the zone it is written in makes no difference")
	require.False(t, (&care.Hold{}).CountsAt(until), "a hold without an end never counts")
}

func TestHoldsOfAHouseholdAreKeptInOrder(t *testing.T) {
	until := time.Date(2026, time.November, 22, 17, 0, 0, 0, time.UTC)
	var o care.Occupancy
	for _, id := range []care.ID{"K-3", "K-1", "K-2"} {
		o.PutHold(care.Hold{ID: id, Children: []care.ID{"C-1"}, Until: until})
	}
	require.True(t, slices.IsSortedFunc(o.Holds, func(a, b care.Hold) int { return int(a.ID[2]) - int(b.ID[2]) }))
	require.Equal(t, care.ID("K-2"), o.Hold("K-2").ID)
	require.Nil(t, o.Hold("K-4"))

	o.PutHold(care.Hold{ID: "K-2", Children: []care.ID{"C-2"}, Until: until})
	require.Len(t, o.Holds, 3, "the one of the same id is replaced")
	require.True(t, o.Hold("K-2").Names("C-2"))
	require.False(t, o.Hold("K-2").Names("C-1"))

	o.EndHold("K-1")
	o.EndHold("K-9")
	require.Len(t, o.Holds, 2)
	require.Nil(t, o.Hold("K-1"))
}

func TestHoldsThatHaveRunOutAreEndedWhenNextSeen(t *testing.T) {
	five := time.Date(2026, time.November, 22, 17, 0, 0, 0, time.UTC)
	o := care.Occupancy{Holds: []care.Hold{{ID: "K-1", Until: five}, {ID: "K-2", Until: five.Add(time.Second)}, {ID: "K-3", Until: five.Add(-time.Hour)}}}
	require.Equal(t, []care.ID{"K-1", "K-3"}, o.EndHolds(five))
	require.Equal(t, []care.ID{"K-2"}, []care.ID{o.Holds[0].ID})
	require.Empty(t, o.EndHolds(five), "nothing is ended twice")
}

func TestAHouseholdThatOnlySaidNoIsNotEmpty(t *testing.T) {
	require.True(t, (&care.Occupancy{Home: "H-1"}).Empty())
	require.False(t, (&care.Occupancy{Declines: []care.Decline{{Hold: "K-1"}}}).Empty())
	require.False(t, (&care.Occupancy{Holds: []care.Hold{{}}}).Empty())
	require.False(t, (&care.Occupancy{Stays: []care.Stay{{}}}).Empty())
}

func TestReasonsForANoAreCounted(t *testing.T) {
	no := func(why string) care.Decline { return care.Decline{Hold: "K", Why: why} }
	o := care.Occupancy{Declines: []care.Decline{no("Full"), no("too far"), no("full "), no("Another reason")}}
	require.Equal(t, []care.DeclineCount{{Reason: "Full", Count: 2}, {Reason: "Another reason", Count: 1}, {Reason: "too far", Count: 1}}, o.CountDeclines())
	require.Nil(t, (&care.Occupancy{}).CountDeclines())
}
