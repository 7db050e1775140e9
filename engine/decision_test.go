package engine_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine"
	"github.com/stablehomes/stablehomes/engine/care"
)

// decided are the ids of the decisions that can be listed.
func decided(t *testing.T, eng *engine.Engine) []care.ID {
	t.Helper()
	var ids []care.ID
	for d, err := range eng.Decisions(t.Context()) {
		require.NoError(t, err)
		ids = append(ids, d.ID)
	}
	return ids
}

func TestDecisionsAfterAnErasedOneAreStillListed(t *testing.T) {
	onEveryStore(t, func(t *testing.T, eng *engine.Engine) {
		settle(t, eng)
		first := place(t, eng, placing("H-ROSE", "C-AMY"))
		second := place(t, eng, reasoned(placing("H-ASH", "C-BEN")))
		require.Equal(t, []care.ID{first.ID, second.ID}, decided(t, eng))
		erased(t, eng, "C-AMY")
		require.Equal(t, []care.ID{second.ID}, decided(t, eng), "the erased one is passed over")
		_, err := eng.Decision(t.Context(), first.ID)
		require.ErrorIs(t, err, engine.ErrErased)
	})
}

// Children are never placed without the decision on it.
func TestAPlacementWhoseDecisionCannotBeWrittenIsNotMade(t *testing.T) {
	onEveryStore(t, func(t *testing.T, eng *engine.Engine) {
		settle(t, eng)
		before := head(t, eng)
		req := placing("H-ROSE", "C-AMY")
		req.Why = "Ren\xe9e"
		require.Error(t, engine.PlaceUnchecked(t.Context(), eng, req))
		require.Equal(t, before, head(t, eng))
		require.Empty(t, livesIn(t, eng, "C-AMY"))

		moved := record(t, eng, atNight("H-OAK", "C-AMY"))
		late := engine.LateSignOffs{Decision: moved.ID, By: "A. Officer", At: three(), SignOffs: []care.SignOff{approvalOf("out-of-area", "nominated officer")}}
		late.SignOffs[0].Ref = "Ren\xe9e"
		require.Error(t, engine.SignOffUnchecked(t.Context(), eng, late))
	})
}
