package engine_test

import (
	"encoding/json"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine"
	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/rulebook"
)

// placing is a request of A. Officer at three on the day.
func placing(home care.ID, children ...care.ID) engine.PlaceRequest {
	return engine.PlaceRequest{Home: home, Children: children, On: today, At: three(), By: "A. Officer"}
}

// approvalOf is a sign-off an hour before three.
func approvalOf(rule, role string) care.SignOff {
	return care.SignOff{Rule: rule, Name: "N. Head", Role: role, At: three().Add(-time.Hour).UTC(), Ref: "REF-1"}
}

// place places and is sure of it.
func place(t testing.TB, eng *engine.Engine, req engine.PlaceRequest) *engine.Placed {
	t.Helper()
	placed, err := eng.Place(t.Context(), req)
	require.NoError(t, err)
	return placed
}

// refusedOf is the error of a placement that is refused, which writes nothing.
func refusedOf[E error](t testing.TB, eng *engine.Engine, req engine.PlaceRequest) (refused E) {
	t.Helper()
	before := head(t, eng)
	_, err := eng.Place(t.Context(), req)
	require.ErrorIs(t, err, engine.ErrRefused)
	require.ErrorAs(t, err, &refused)
	require.Equal(t, before, head(t, eng))
	return refused
}

// livesIn is the home of the stay that a child has now; empty for none.
func livesIn(t testing.TB, eng *engine.Engine, child care.ID) (homes []string) {
	t.Helper()
	for _, row := range strings.Split(strings.TrimSpace(export(t, eng, engine.Placements)), "\n")[1:] {
		cells := strings.Split(row, ",")
		if cells[1] == string(child) && cells[5] == "" {
			homes = append(homes, cells[2])
		}
	}
	return homes
}

// The first home of the shortlist, with nothing outstanding: the officer names it,
// and the child lives there.
func TestTheFirstHomeOfTheShortlistIsTaken(t *testing.T) {
	onEveryStore(t, func(t *testing.T, eng *engine.Engine) {
		settle(t, eng)
		res := shortlist(t, eng, engine.Request{Children: []care.ID{"C-AMY"}, Counts: true})
		first := res.Candidates[0]
		require.Empty(t, first.SignOffs())
		number := head(t, eng).Number
		req := placing(first.Home, "C-AMY")
		req.Type, req.ExpectedEnd = "U6", today+90
		placed := place(t, eng, req)
		require.Equal(t, number+1, placed.Journal)
		require.Equal(t, number, placed.Judged)
		require.Equal(t, 1, placed.Rank)
		require.Equal(t, care.PlaceDecision, placed.Kind)
		require.Equal(t, []string{string(first.Home)}, livesIn(t, eng, "C-AMY"))
		require.Contains(t, export(t, eng, engine.Placements), ",C-AMY,"+string(first.Home)+",2026-11-22,2027-02-20,,,U6,")

		again, err := eng.Decision(t.Context(), placed.ID)
		require.NoError(t, err)
		require.Equal(t, placed.Decision, again)
		require.Equal(t, jsonOf(t, res), resultOf(t, again), "the record has the shortlist as match gives it")
	})
}

func jsonOf(t testing.TB, res *engine.Result) string {
	t.Helper()
	var out strings.Builder
	require.NoError(t, res.WriteJSON(&out))
	return out.String()
}

func resultOf(t testing.TB, d *care.Decision) string {
	t.Helper()
	text, err := d.Result.Unpack()
	require.NoError(t, err)
	return string(text)
}

func TestABarredHomeIsRefusedWithTheRuleAndTheNearestFix(t *testing.T) {
	eng := engine.InMemory()
	defer eng.Close()
	settle(t, eng)
	barred := refusedOf[*engine.BarredError](t, eng, placing("H-BOYS", "C-AMY"))
	require.Equal(t, "statement-of-purpose", barred.Findings[0].Rule)
	both := refusedOf[*engine.BarredError](t, eng, placing("H-BOYS", "C-AMY", "C-BEN"))
	require.ErrorContains(t, both, "H-BOYS is barred to C-AMY by statement-of-purpose: its statement of purpose is for boys only")
	require.ErrorContains(t, both, "H-BOYS is barred to C-BEN by statement-of-purpose: its statement of purpose is for ages 10 to 17; 8 on the day", "each for a reason of their own")
	closed := refusedOf[*engine.BarredError](t, eng, placing("H-ELM", "C-AMY"))
	require.Contains(t, closed.Error(), "3 December 2026")
}

// Outside the area a nominated officer approves, and the home that is nearer asks
// for a reason: both are told at once.
func TestWhatIsMissingIsToldAtOnce(t *testing.T) {
	eng := engine.InMemory()
	defer eng.Close()
	settle(t, eng)
	req := placing("H-OAK", "C-AMY")
	missing := refusedOf[*engine.SignOffError](t, eng, req)
	require.Len(t, missing.Missing, 1)
	require.Equal(t, engine.NeededSignOff{
		Rule: "out-of-area", Home: "H-OAK", Child: "C-AMY", Role: "nominated officer", What: "a nominated officer approves it before the child moves", ByDay: today,
	}, missing.Missing[0])
	require.Contains(t, refusedOf[*engine.ReasonError](t, eng, req).Error(), "H-ROSE")

	req.SignOffs, req.Why = []care.SignOff{approvalOf("out-of-area", "Nominated Officer")}, "her mother moves to Bradford next week"
	placed := place(t, eng, req)
	require.Equal(t, req.SignOffs, placed.SignOffs)
	require.Equal(t, req.Why, placed.Why)
	require.Greater(t, placed.Rank, 1)
	require.Empty(t, placed.Breaches)
}

func TestASignOffThatDoesNotCountSaysWhy(t *testing.T) {
	eng := engine.InMemory()
	defer eng.Close()
	settle(t, eng)
	good := approvalOf("out-of-area", "nominated officer")
	for why, spoil := range map[string]func(*care.SignOff){
		"it was given as director of children's services, and the rule asks for the nominated officer": func(s *care.SignOff) { s.Role = "director of children's services" },
		"it was given by the person who places":                                                        func(s *care.SignOff) { s.Name = "a officer" },
		"it is dated later than now":                                                                   func(s *care.SignOff) { s.At = three().Add(time.Second).UTC() },
		"the rule asks for none here":                                                                  func(s *care.SignOff) { s.Rule = "pets" },
	} {
		req := placing("H-OAK", "C-AMY")
		bad := good
		spoil(&bad)
		req.SignOffs, req.Why = []care.SignOff{bad}, "near her mother"
		refused := refusedOf[*engine.SignOffError](t, eng, req)
		require.Equal(t, []engine.WrongSignOff{{SignOff: bad, Why: why}}, refused.Wrong)
		require.Len(t, refused.Missing, 1, "and the one that is needed is still missing")
		require.Contains(t, refused.Error(), why)
	}
}

// A retry after a lost answer does nothing twice, and gives the answer.
func TestARetryAfterALostAnswerDoesNothingTwice(t *testing.T) {
	onEveryStore(t, func(t *testing.T, eng *engine.Engine) {
		settle(t, eng)
		req := placing("H-ROSE", "C-AMY")
		req.Op = "op-1"
		first := place(t, eng, req)
		after := head(t, eng)
		bring(t, eng, engine.Children, childrenHeader+childRow("C-NEW", "2014-03-09", "F", leeds, "", "", ""))
		second := place(t, eng, req)
		require.Equal(t, first, second)
		require.Equal(t, after.Number+1, head(t, eng).Number, "only the import came after")
		require.Equal(t, []string{"H-ROSE"}, livesIn(t, eng, "C-AMY"))

		_, err := eng.Hold(t.Context(), engine.HoldRequest{Home: "H-ROSE", Children: []care.ID{"C-NEW"}, On: today, At: three(), Until: three().Add(time.Hour), By: "B", Op: "op-1"})
		var other *engine.InvalidRequestError
		require.ErrorAs(t, err, &other, "the id belongs to another command")
	})
}

func TestAChildWhoLivesSomewhereIsMovedNotPlaced(t *testing.T) {
	eng := engine.InMemory()
	defer eng.Close()
	settle(t, eng)
	lives := refusedOf[*engine.LivesError](t, eng, reasoned(placing("H-ASH", "C-EVE")))
	require.Equal(t, care.ID("P-1"), lives.Placement)
	require.Contains(t, lives.Error(), "move the child")
	lives = refusedOf[*engine.LivesError](t, eng, reasoned(placing("H-ROSE", "C-EVE")))
	require.Contains(t, lives.Error(), "lives there already")
}

func reasoned(req engine.PlaceRequest) engine.PlaceRequest {
	req.Why = "it is what she asked for"
	return req
}

// A move ends the one and begins the other in one change.
func TestAMoveEndsAndBeginsInOneChange(t *testing.T) {
	onEveryStore(t, func(t *testing.T, eng *engine.Engine) {
		settle(t, eng)
		number := head(t, eng).Number
		req := engine.MoveRequest{PlaceRequest: reasoned(placing("H-ASH", "C-EVE")), EndedEarly: care.Yes, Reason: "CARPL"}
		moved, err := eng.Move(t.Context(), req)
		require.NoError(t, err)
		require.Equal(t, care.MoveDecision, moved.Kind)
		require.Equal(t, []care.ID{"P-1"}, moved.Ended)
		require.Equal(t, number+1, head(t, eng).Number)
		require.Equal(t, []string{"H-ASH"}, livesIn(t, eng, "C-EVE"))
		require.Contains(t, export(t, eng, engine.Placements), "P-1,C-EVE,H-ROSE,2026-10-01,2027-04-01,2026-11-22,yes,U6,CARPL")

		_, err = eng.Move(t.Context(), engine.MoveRequest{PlaceRequest: reasoned(placing("H-ROSE", "C-AMY"))})
		var lives *engine.LivesError
		require.ErrorAs(t, err, &lives)
		require.Contains(t, lives.Error(), "has no placement")
		_, err = eng.Move(t.Context(), engine.MoveRequest{PlaceRequest: reasoned(placing("H-ASH", "C-EVE"))})
		require.ErrorAs(t, err, &lives)
		require.Contains(t, lives.Error(), "nobody is to go anywhere else")
	})
}

func TestAReasonCodeThatSSDA903DoesNotHaveIsRefused(t *testing.T) {
	eng := engine.InMemory()
	defer eng.Close()
	settle(t, eng)
	_, err := eng.Move(t.Context(), engine.MoveRequest{PlaceRequest: reasoned(placing("H-ASH", "C-EVE")), Reason: "BORED"})
	var field *care.FieldError
	require.ErrorAs(t, err, &field)
	require.Equal(t, "reason", field.Field)
}

func errorsAs[E error](err error, target *E) bool { return errors.As(err, target) }

// findingsOf are what the rules said of the first home of a decision.
func findingsOf(t testing.TB, placed *engine.Placed) []rulebook.Finding {
	t.Helper()
	text, err := placed.Findings.Unpack()
	require.NoError(t, err)
	var chosen []engine.Candidate
	require.NoError(t, json.Unmarshal(text, &chosen))
	require.NotEmpty(t, chosen[0].Findings)
	return chosen[0].Findings
}

// A request that says too little, or contradicts itself, is told so before the
// store is looked at.
func TestARequestThatSaysTooLittle(t *testing.T) {
	eng := engine.InMemory()
	defer eng.Close()
	settle(t, eng)
	good := placing("H-ROSE", "C-AMY")
	for why, spoil := range map[string]func(*engine.PlaceRequest){
		"by whom":                func(r *engine.PlaceRequest) { r.By = "  " },
		"say where":              func(r *engine.PlaceRequest) { r.Home = "" },
		"one of the three":       func(r *engine.PlaceRequest) { r.Hold = "HOLD-1" },
		"say for whom":           func(r *engine.PlaceRequest) { r.Children = nil },
		"or a sibling group":     func(r *engine.PlaceRequest) { r.Group = "G-1" },
		"do not name them again": func(r *engine.PlaceRequest) { r.Home, r.Hold = "", "HOLD-1" },
		"instant is missing":     func(r *engine.PlaceRequest) { r.At = time.Time{} },
		"day of the placement":   func(r *engine.PlaceRequest) { r.On = 0 },
		"has passed":             func(r *engine.PlaceRequest) { r.On = today - 1 },
		"named twice":            func(r *engine.PlaceRequest) { r.Children = []care.ID{"C-AMY", "C-BEN", "C-AMY"} },
		"not a distance":         func(r *engine.PlaceRequest) { r.Within = math.NaN() },
		"there is no rule": func(r *engine.PlaceRequest) {
			r.SignOffs = []care.SignOff{approvalOf("out-of-town", "nominated officer")}
		},
		"is not a kind of home": func(r *engine.PlaceRequest) { r.Kinds = []care.Kind{"castle"} },
		"list all its children": func(r *engine.PlaceRequest) {
			r.Home, r.Children, r.Beds = "", nil, []engine.Bed{{Home: "H-ASH", Children: []care.ID{"C-BEN"}}, {Home: "H-ASH", Children: []care.ID{"C-CAT"}}}
		},
		"at least one child": func(r *engine.PlaceRequest) {
			r.Home, r.Children, r.Beds = "", nil, []engine.Bed{{Home: "H-ASH", Children: nil}}
		},
		"sibling group G-1 is": func(r *engine.PlaceRequest) {
			r.Home, r.Children, r.Group, r.Beds = "", nil, "G-1", []engine.Bed{{Home: "H-ASH", Children: []care.ID{"C-BEN"}}}
		},
	} {
		req := good
		spoil(&req)
		_, err := eng.Place(t.Context(), req)
		var invalid *engine.InvalidRequestError
		require.ErrorAs(t, err, &invalid, why)
		require.Contains(t, err.Error(), why)
	}
	for _, unknown := range []engine.PlaceRequest{placing("H-ROSIE", "C-AMY"), placing("H-ROSE", "C-AMMY")} {
		_, err := eng.Place(t.Context(), unknown)
		var missing *engine.UnknownError
		require.ErrorAs(t, err, &missing)
		require.NotEmpty(t, missing.Near)
	}
	early := placing("H-ROSE", "C-AMY")
	early.On, early.At = care.Date(2019, time.May, 1), care.StartOf(care.Date(2019, time.May, 1))
	_, err := eng.Place(t.Context(), early)
	var tooEarly *engine.TooEarlyError
	require.ErrorAs(t, err, &tooEarly)
	future := atNight("H-ROSE", "C-AMY")
	future.MovedAt, future.On = time.Time{}, today+1
	_, err = eng.RecordFact(t.Context(), future)
	require.ErrorContains(t, err, "is still to come")
	bad := placing("H-ROSE", "C-AMY")
	bad.SignOffs = []care.SignOff{{Rule: "pets"}}
	_, err = eng.Place(t.Context(), bad)
	var field *care.FieldError
	require.ErrorAs(t, err, &field)
}

// Packing the homes of a country takes longer than a decision may keep others
// waiting.
func TestARecordIsPackedBeforeOthersHaveToWait(t *testing.T) {
	eng := engine.InMemory()
	defer eng.Close()
	settle(t, eng)
	packed, err := engine.PackedBeforeTheLine(t.Context(), eng, placing("H-ROSE", "C-AMY"))
	require.NoError(t, err)
	placed := place(t, eng, placing("H-ROSE", "C-AMY"))
	packed.Chosen[0].Placements = placed.Chosen[0].Placements // which a change begins
	require.Equal(t, placed.Decision, packed)
	require.NotEmpty(t, packed.Excluded.List)
}

// A pupil in year 10 who is expected to leave on 1 December moves on 30 November, on
// that day and later all the same: nobody has recorded that they have left.
func TestAMoveAfterTheExpectedEndIsStillAMove(t *testing.T) {
	eng := engine.InMemory()
	defer eng.Close()
	settle(t, eng)
	bring(t, eng, engine.Children, childrenHeader+strings.Replace(childRow("C-TEN", "2012-03-09", "F", leeds, "", "", "none"), ",7,long,", ",10,long,", 1))
	bring(t, eng, engine.Placements, "id,child,home,start,expected_end\nP-10,C-TEN,H-ROSE,2026-10-01,2026-12-01\n")
	for _, on := range []care.Day{today, care.Date(2026, time.November, 30), care.Date(2026, time.December, 1), care.Date(2027, time.February, 1)} {
		req := reasoned(placing("H-TYNE", "C-TEN"))
		req.On = on
		_, err := eng.Move(t.Context(), engine.MoveRequest{PlaceRequest: req})
		var missing *engine.SignOffError
		require.ErrorAs(t, err, &missing, on)
		require.True(t, slices.ContainsFunc(missing.Missing, func(m engine.NeededSignOff) bool { return m.Rule == "key-stage-4" && m.Child == "C-TEN" }), "%s: %v", on, err)
	}
}

// Which of two open placements a move would end nobody can tell, and the other would
// stay open and keep a bed.
func TestAChildWithTwoOpenPlacementsIsNotMoved(t *testing.T) {
	eng := engine.InMemory()
	defer eng.Close()
	settle(t, eng)
	bring(t, eng, engine.Placements, "id,child,home,start\nP-10,C-AMY,H-ROSE,2026-10-01\nP-11,C-AMY,H-ASH,2026-09-01\n")
	before := head(t, eng)
	ask := reasoned(placing("H-OAK", "C-AMY"))
	ask.SignOffs = []care.SignOff{approvalOf("out-of-area", "nominated officer")}
	for what, try := range map[string]func() error{
		"move":  func() error { _, err := eng.Move(t.Context(), engine.MoveRequest{PlaceRequest: ask}); return err },
		"place": func() error { _, err := eng.Place(t.Context(), ask); return err },
		"fact":  func() error { _, err := eng.RecordFact(t.Context(), atNight("H-OAK", "C-AMY")); return err },
	} {
		var invalid *engine.InvalidRequestError
		require.ErrorAs(t, try(), &invalid, what)
		require.Equal(t, "C-AMY has several placements on 22 November 2026: P-10,P-11; end all but one first", invalid.Why, what)
	}
	require.Equal(t, before, head(t, eng))
	_, err := eng.End(t.Context(), engine.EndRequest{Placement: "P-11", On: today, By: "A. Officer", At: three()})
	require.NoError(t, err)
	_, err = eng.Move(t.Context(), engine.MoveRequest{PlaceRequest: ask})
	require.NoError(t, err)
	require.Equal(t, []string{"H-OAK"}, livesIn(t, eng, "C-AMY"))
}

// What is recorded of the end of a placement stays, where a move says nothing of it.
func TestAMoveKeepsTheReasonThatIsRecorded(t *testing.T) {
	eng := engine.InMemory()
	defer eng.Close()
	settle(t, eng)
	bring(t, eng, engine.Placements, "id,child,home,start,ended_early,reason\nP-10,C-AMY,H-ROSE,2026-10-01,yes,CARPL\n")
	_, err := eng.Move(t.Context(), engine.MoveRequest{PlaceRequest: reasoned(placing("H-ASH", "C-AMY"))})
	require.NoError(t, err)
	require.Contains(t, export(t, eng, engine.Placements), "P-10,C-AMY,H-ROSE,2026-10-01,,2026-11-22,yes,,CARPL")
}
