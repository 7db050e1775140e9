package engine_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine"
	"github.com/stablehomes/stablehomes/engine/care"
)

func releasing(hold care.ID) engine.ReleaseRequest {
	return engine.ReleaseRequest{Hold: hold, By: "A. Officer", At: three().Add(time.Hour)}
}

func TestBedsThatAreLetGoAreForTheNext(t *testing.T) {
	onEveryStore(t, func(t *testing.T, eng *engine.Engine) {
		settle(t, eng)
		h := held(t, eng, keeping("H-ROSE", "C-BEN"))
		req := releasing(h.ID)
		req.Why = "placed with his aunt"
		freed, err := eng.Release(t.Context(), req)
		require.NoError(t, err)
		require.Equal(t, &engine.Freed{Hold: h.ID, Beds: []engine.Bed{{Home: "H-ROSE", Children: []care.ID{"C-BEN"}}}, Journal: 5}, freed)
		require.Equal(t, "release HOLD-4 in H-ROSE: placed with his aunt", lastEntry(t, eng))
		held(t, eng, keeping("H-ROSE", "C-AMY"))
		require.Empty(t, candidate(t, shortlist(t, eng, asking("C-AMY")), "H-ROSE").Declines, "nobody has said no")
	})
}

func TestAGroupLetsGoOfAllItsHomesOrOfOne(t *testing.T) {
	onEveryStore(t, func(t *testing.T, eng *engine.Engine) {
		settle(t, eng)
		h := held(t, eng, engine.HoldRequest{
			Beds: []engine.Bed{{Home: "H-ASH", Children: []care.ID{"C-BEN"}}, {Home: "H-OAK", Children: []care.ID{"C-CAT"}}, {Home: "H-ROSE", Children: []care.ID{"C-AMY"}}},
			On:   today, At: three(), Until: three().Add(24 * time.Hour), By: "A. Officer",
		})
		one := releasing(h.ID)
		one.Home = "H-OAK"
		freed, err := eng.Release(t.Context(), one)
		require.NoError(t, err)
		require.Equal(t, []engine.Bed{{Home: "H-OAK", Children: []care.ID{"C-CAT"}}}, freed.Beds)
		_, err = eng.Release(t.Context(), one)
		require.ErrorContains(t, err, "hold HOLD-4 is on H-ASH,H-ROSE, not on H-OAK")

		rest, err := eng.Release(t.Context(), releasing(h.ID))
		require.NoError(t, err)
		require.Len(t, rest.Beds, 2)
		_, err = eng.Release(t.Context(), releasing(h.ID))
		var gone *engine.UnknownError
		require.ErrorAs(t, err, &gone)
		require.Equal(t, "hold", gone.Kind)
	})
}

func TestARetriedReleaseLetsNothingElseGo(t *testing.T) {
	onEveryStore(t, func(t *testing.T, eng *engine.Engine) {
		settle(t, eng)
		named := keeping("H-ROSE", "C-BEN")
		named.ID = "ben"
		held(t, eng, named)
		req := releasing("ben")
		req.Op = "op-7"
		first, err := eng.Release(t.Context(), req)
		require.NoError(t, err)
		named.At, named.Until = named.At.Add(time.Hour), named.Until.Add(time.Hour)
		held(t, eng, named) // held anew, under the same name
		again, err := eng.Release(t.Context(), req)
		require.NoError(t, err)
		require.Equal(t, first, again)
		require.NotContains(t, offered(shortlist(t, eng, asking("C-AMY"))), care.ID("H-ROSE"))
	})
}

func TestAHoldThatHasRunOutCanBeTidiedAway(t *testing.T) {
	onEveryStore(t, func(t *testing.T, eng *engine.Engine) {
		settle(t, eng)
		held(t, eng, keeping("H-OAK", "C-AMY"))
		h := held(t, eng, keeping("H-OAK", "C-BEN"))
		req := releasing(h.ID)
		req.At = h.Until
		_, err := eng.Release(t.Context(), req)
		require.NoError(t, err)
		require.Equal(t, "release HOLD-5 in H-OAK; ended, having run out: HOLD-4", lastEntry(t, eng))
	})
}
