package engine_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine"
	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/fixtures"
)

func aHome(id care.ID) care.Home {
	return care.Home{ID: id, Kind: care.Foster, Authority: leeds, Where: care.Location{Point: care.At(53.8, -1.5)}, Beds: 2}
}

func aChild(id care.ID) care.Child {
	return care.Child{ID: id, DOB: care.Date(2014, 1, 1), Authority: leeds}
}

func TestRecordsOfAServiceGoIn(t *testing.T) {
	onEveryStore(t, func(t *testing.T, eng *engine.Engine) {
		county := fixtures.County(2)
		records := engine.Records{Homes: county.Homes, Children: county.Children, Placements: county.Placements, By: "case system", At: three()}
		require.NoError(t, eng.Add(t.Context(), records))
		entries, err := engine.EntriesOf(t.Context(), eng)
		require.NoError(t, err)
		var commands []string
		for _, e := range entries {
			require.Equal(t, "case system", e.Who)
			commands = append(commands, e.Command)
		}
		require.Equal(t, []string{"add homes", "add children", "add placements"}, commands)

		before := head(t, eng)
		require.NoError(t, eng.Add(t.Context(), records))
		require.Equal(t, before, head(t, eng), "again, and nothing is new")

		records.Homes[0].Beds++
		require.NoError(t, eng.Add(t.Context(), records))
		require.Equal(t, before.Number+1, head(t, eng).Number)
	})
}

func TestManyRecordsGoInInSeveralChanges(t *testing.T) {
	eng := engine.InMemory()
	defer eng.Close()
	homes := make([]care.Home, engine.ChunkRows+1)
	for i := range homes {
		homes[i] = aHome(care.ID("H-" + string(rune('A'+i%26)) + string(rune('a'+i/26%26)) + string(rune('a'+i/676))))
	}
	require.NoError(t, eng.Add(t.Context(), engine.Records{Homes: homes}))
	require.EqualValues(t, 2, head(t, eng).Number)
}

func TestABadRecordIsRefusedBeforeAnythingIsWritten(t *testing.T) {
	bed, dob, start := aHome("H-2"), aChild("C-2"), care.Placement{ID: "P-1", Child: "C-1", Home: "H-1"}
	bed.Beds, dob.DOB = -1, 0
	onEveryStore(t, func(t *testing.T, eng *engine.Engine) {
		for field, records := range map[string]engine.Records{
			"beds":  {Homes: []care.Home{aHome("H-1"), bed}, Children: []care.Child{aChild("C-1")}},
			"dob":   {Homes: []care.Home{aHome("H-1")}, Children: []care.Child{aChild("C-1"), dob}},
			"start": {Homes: []care.Home{aHome("H-1")}, Children: []care.Child{aChild("C-1")}, Placements: []care.Placement{start}},
		} {
			err := eng.Add(t.Context(), records)
			var wrong *care.FieldError
			require.ErrorAs(t, err, &wrong)
			require.Equal(t, field, wrong.Field)
			require.Zero(t, head(t, eng).Number, field)
		}
	})
}

func TestAPlacementOfNobodyIsRefused(t *testing.T) {
	onEveryStore(t, func(t *testing.T, eng *engine.Engine) {
		records := engine.Records{
			Homes: []care.Home{aHome("H-1")}, Children: []care.Child{aChild("C-1")},
			Placements: []care.Placement{{ID: "P-1", Child: "C-1", Home: "H-1", Start: today}, {ID: "P-2", Child: "C-2", Home: "H-1", Start: today}},
		}
		err := eng.Add(t.Context(), records)
		var bad *engine.Rejected
		require.ErrorAs(t, err, &bad)
		require.Equal(t, [2]string{"child", "C-2"}, [2]string{bad.Column, bad.Value})
	})
}

func TestNothingIsAddedOnceInterrupted(t *testing.T) {
	onEveryStore(t, func(t *testing.T, eng *engine.Engine) {
		ctx, cancel := contextOf(t)
		cancel()
		require.ErrorIs(t, eng.Add(ctx, engine.Records{Homes: []care.Home{aHome("H-1")}}), context.Canceled)
		require.Zero(t, head(t, eng).Number)
		require.NoError(t, eng.Add(t.Context(), engine.Records{}), "nothing to add is nothing to refuse")
		require.Zero(t, head(t, eng).Number)
	})
}
