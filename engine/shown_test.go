package engine_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine"
	"github.com/stablehomes/stablehomes/engine/care"
)

func TestEverythingOfAHomeIsShown(t *testing.T) {
	onEveryStore(t, func(t *testing.T, eng *engine.Engine) {
		settle(t, eng)
		ofProvider(t, eng, "H-ROSE", "PR4")
		hold := held(t, eng, keeping("H-ROSE", "C-AMY"))
		no := answering(hold.ID)
		no.Why = "The carers are away."
		_, err := eng.Decline(t.Context(), no)
		require.NoError(t, err)
		again := held(t, eng, keeping("H-ROSE", "C-BEN"))
		shown, err := eng.ShowHome(t.Context(), "H-ROSE", today, three())
		require.NoError(t, err)
		require.Equal(t, engine.Cell{Column: "id", Value: "H-ROSE"}, shown.Record[0])
		require.Contains(t, shown.Record, engine.Cell{Column: "lng", Value: "-1.577219"})
		require.Contains(t, shown.Record, engine.Cell{Column: "adaptations", Value: "none"})
		for _, c := range shown.Record {
			require.NotEmpty(t, c.Value, "%s is blank", c.Column)
		}
		require.Equal(t, []engine.StayShown{{Child: "C-EVE", Placement: "P-1", Start: care.Date(2026, time.October, 1), ExpectedEnd: care.Date(2027, time.April, 1)}}, shown.Lives)
		require.Len(t, shown.Holds, 1)
		require.Equal(t, []any{again.ID, care.Offered, false}, []any{shown.Holds[0].Hold, shown.Holds[0].Offer, shown.Holds[0].RanOut})
		require.Len(t, shown.Declines, 1)
		require.Equal(t, []any{"The carers are away.", []care.ID{"C-AMY"}}, []any{shown.Declines[0].Why, shown.Declines[0].Children})
		require.Equal(t, head(t, eng).Number, shown.Journal)

		later, err := eng.ShowHome(t.Context(), "H-ROSE", today, three().Add(40*24*time.Hour))
		require.NoError(t, err)
		require.True(t, later.Holds[0].RanOut)
	})
}

func TestWhoHasLeftIsNotShownAndWhoIsToComeIs(t *testing.T) {
	eng := engine.InMemory()
	defer eng.Close()
	settle(t, eng)
	for on, want := range map[care.Day]int{today: 0, care.Date(2026, time.September, 30): 1, care.Date(2025, time.January, 1): 1} {
		shown, err := eng.ShowHome(t.Context(), "H-ASH", on, time.Time{})
		require.NoError(t, err)
		require.Len(t, shown.Lives, want, "%s", on)
	}
	_, err := eng.End(t.Context(), leaving("C-EVE"))
	require.NoError(t, err)
	shown, err := eng.ShowHome(t.Context(), "H-ROSE", today, three())
	require.NoError(t, err)
	require.Empty(t, shown.Lives, "the bed is free from that day")
}

func TestEverythingOfAChildIsShown(t *testing.T) {
	onEveryStore(t, func(t *testing.T, eng *engine.Engine) {
		placed := amyPlaced(t, eng)
		eve, err := eng.ShowChild(t.Context(), "C-EVE", today, three())
		require.NoError(t, err)
		require.Equal(t, []engine.PlacementShown{
			{Placement: "P-2", Home: "H-ASH", Start: care.Date(2025, time.January, 10), End: care.Date(2026, time.October, 1), EndedEarly: "yes", Type: "U6", Reason: "CREQO"},
			{Placement: "P-1", Home: "H-ROSE", Start: care.Date(2026, time.October, 1), ExpectedEnd: care.Date(2027, time.April, 1), Type: "U6"},
		}, eve.Placements)
		require.Empty(t, eve.Decisions)
		require.Contains(t, eve.Record, engine.Cell{Column: "wishes", Value: "To stay."})

		hold := held(t, eng, keeping("H-OAK", "C-BEN", "C-CAT"))
		amy, err := eng.ShowChild(t.Context(), "C-AMY", today, three())
		require.NoError(t, err)
		require.Equal(t, []engine.DecisionShown{{Decision: placed.Decision.ID, Kind: care.PlaceDecision, On: placed.Decision.Asked.On, At: placed.Decision.At}}, amy.Decisions)
		require.Len(t, amy.Placements, 1)
		require.Empty(t, amy.Holds)
		cat, err := eng.ShowChild(t.Context(), "C-CAT", today, three())
		require.NoError(t, err)
		require.Len(t, cat.Holds, 1)
		require.Equal(t, []any{hold.ID, care.ID("H-OAK")}, []any{cat.Holds[0].Hold, cat.Holds[0].Home})
		require.Empty(t, cat.Decisions)

		_, err = eng.EraseChild(t.Context(), forgetting("C-AMY"))
		require.NoError(t, err)
		_, err = eng.ShowChild(t.Context(), "C-AMY", today, three())
		require.ErrorIs(t, err, engine.ErrUnknown)
		_, err = eng.ShowChild(t.Context(), "C-EVE", today, three())
		require.NoError(t, err, "a decision that was erased is passed over")
	})
}

func TestARecordThatCannotBeShown(t *testing.T) {
	eng := engine.InMemory()
	defer eng.Close()
	settle(t, eng)
	_, err := eng.ShowHome(t.Context(), "H-RSE", today, three())
	require.Equal(t, []care.ID{"H-ROSE"}, failure[*engine.UnknownError](t, err).Near[:1])
	_, err = eng.ShowChild(t.Context(), "C-AMI", today, three())
	require.ErrorIs(t, err, engine.ErrUnknown)
	_, err = eng.ShowHome(t.Context(), "H-ROSE", 0, three())
	require.ErrorContains(t, err, "the day to look at is missing")
	_, err = eng.ShowChild(t.Context(), "C-AMY", 0, three())
	require.ErrorContains(t, err, "the day to look at is missing")
}

func TestARowAsJSONKeepsTheOrderOfItsColumns(t *testing.T) {
	for want, row := range map[string]engine.Row{
		`{}`: {},
		`{"id":"H-1","beds":"2","provider":"\"Rose\""}`: {{Column: "id", Value: "H-1"}, {Column: "beds", Value: "2"}, {Column: "provider", Value: `"Rose"`}},
	} {
		text, err := json.Marshal(row)
		require.NoError(t, err)
		require.Equal(t, want, string(text))
	}
}
