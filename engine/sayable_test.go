package engine_test

import (
	"bytes"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine"
	"github.com/stablehomes/stablehomes/engine/care"
)

// saying is every command with one text of it given, in a town where it would do
// something. The hold is HOLD-4, in H-ROSE.
func saying(t *testing.T, eng *engine.Engine, words string) map[string]error {
	ctx := t.Context()
	hold := keeping("H-OAK", "C-AMY")
	hold.By = words
	placed := placing("H-OAK", "C-AMY")
	placed.Why = words
	moved := engine.MoveRequest{PlaceRequest: reasoned(placing("H-ASH", "C-EVE"))}
	moved.By = words
	fact := atNight("H-OAK", "C-AMY")
	fact.By = words
	signed := placing("H-OAK", "C-AMY")
	signed.SignOffs = []care.SignOff{{Rule: "out-of-area", Name: "N. Head", Role: "nominated officer", At: three(), Ref: words}}
	erasing, reason := forgetting("C-CAT"), forgetting("C-CAT")
	erasing.By, reason.Why = words, words
	answer := engine.AnswerRequest{Hold: "HOLD-4", By: "A. Officer", Why: words, At: three()}
	brought := engine.AnswerRequest{Hold: "HOLD-4", By: words, Why: "full", At: three()}
	tonight := asking("C-AMY")
	tonight.On, tonight.Children, tonight.Tonight = today, nil, &care.Child{ID: "C-TONIGHT", DOB: care.Date(2014, 3, 9), Authority: leeds, Wishes: words + "\x00"}
	home := care.Home{ID: "H-NEW", Kind: care.Foster, Authority: leeds, Where: care.Location{Point: care.At(53.8, -1.5)}, Beds: 1, Provider: words}
	all := map[string]error{}
	note := func(name string) func(any, error) { return func(_ any, err error) { all[name] = err } }
	done := func(name string, err error) { all[name] = err }
	h, err := eng.Hold(ctx, hold)
	note("hold")(h, err)
	a, err := eng.Accept(ctx, answer)
	note("accept")(a, err)
	f, err := eng.Decline(ctx, answer)
	note("decline")(f, err)
	f, err = eng.Decline(ctx, brought)
	note("decline by")(f, err)
	f, err = eng.Release(ctx, engine.ReleaseRequest{Hold: "HOLD-4", By: words, At: three()})
	note("release by")(f, err)
	f, err = eng.Release(ctx, engine.ReleaseRequest{Hold: "HOLD-4", By: "A. Officer", Why: words, At: three()})
	note("release")(f, err)
	e, err := eng.End(ctx, engine.EndRequest{Child: "C-EVE", On: today, By: words, At: three()})
	note("end")(e, err)
	p, err := eng.Place(ctx, placed)
	note("place")(p, err)
	p, err = eng.Place(ctx, signed)
	note("sign-off")(p, err)
	p, err = eng.Move(ctx, moved)
	note("move")(p, err)
	p, err = eng.RecordFact(ctx, fact)
	note("record-fact")(p, err)
	p, err = eng.SignOffLate(ctx, engine.LateSignOffs{Decision: "D-1", By: words, At: three(), SignOffs: []care.SignOff{approvalOf("pets", "IRO")}})
	note("late sign-off")(p, err)
	x, err := eng.EraseChild(ctx, erasing)
	note("erase by")(x, err)
	x, err = eng.EraseChild(ctx, reason)
	note("erase")(x, err)
	_, err = eng.Match(ctx, tonight)
	done("match for tonight", err)
	_, err = eng.Import(ctx, engine.Import{Kind: engine.Homes, Files: []engine.File{text("homes.csv", homesCSV)}, By: words, At: three()})
	done("import", err)
	done("add", eng.Add(ctx, engine.Records{Homes: []care.Home{home}, By: "A", At: three()}))
	done("add by", eng.Add(ctx, engine.Records{By: words, At: three()}))
	return all
}

// One byte of Windows-1252 in a name, or an escape that a terminal would obey, stops
// the command and not the store.
func TestANameThatIsNoTextStopsTheCommandAndNotTheStore(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "db")
	eng := open(t, dir)
	settle(t, eng)
	held(t, eng, keeping("H-ROSE", "C-BEN"))
	before := head(t, eng)
	for _, words := range []string{"Ren\xe9e", "A. Officer\n 9  hold HOLD-9 until", "A. Officer\x1b[1A\x1b[2K", "A.\tOfficer"} {
		for name, err := range saying(t, eng, words) {
			var request *engine.InvalidRequestError
			var field *care.FieldError
			switch name {
			case "sign-off", "match for tonight", "add", "add by":
				require.ErrorAs(t, err, &field, "%s %q", name, words)
			default:
				require.ErrorAs(t, err, &request, "%s %q", name, words)
			}
			require.Equal(t, before, head(t, eng), "%s %q", name, words)
		}
	}
	require.NotEmpty(t, shortlist(t, eng, asking("C-AMY")).Candidates)
	req := keeping("H-OAK", "C-AMY")
	req.By = "Renée O’Hara"
	held(t, eng, req)
	require.NotEmpty(t, numbers(t, eng, engine.AuditQuery{}))
	require.NoError(t, eng.Close())
	require.Empty(t, checked(t, dir))
}

func TestAFileOfWindows1252IsStillTakenIn(t *testing.T) {
	onEveryStore(t, func(t *testing.T, eng *engine.Engine) {
		settle(t, eng)
		_, rejected := bring(t, eng, engine.Children, childrenHeader+childRow("C-NEW", "2014-03-09", "F", leeds, "", "near Ren\xe9e", ""))
		require.Empty(t, rejected)
		require.Contains(t, export(t, eng, engine.Children), "near Renée")
	})
}

func TestAnInstantThatNobodyCouldReadAgainIsRefused(t *testing.T) {
	onEveryStore(t, func(t *testing.T, eng *engine.Engine) {
		settle(t, eng)
		before := head(t, eng)
		far := time.Date(12_026, 11, 22, 15, 0, 0, 0, time.UTC)
		hold := keeping("H-OAK", "C-AMY")
		hold.At, hold.On, hold.Until = far, care.DayOf(far), far.Add(time.Hour)
		_, err := eng.Hold(t.Context(), hold)
		require.ErrorContains(t, err, "the year 12026")
		fact := atNight("H-OAK", "C-AMY")
		fact.MovedAt = fact.MovedAt.AddDate(-2027, 0, 0)
		_, err = eng.RecordFact(t.Context(), fact)
		require.ErrorContains(t, err, "is outside 1900 to 2200")
		_, err = eng.Import(t.Context(), engine.Import{Kind: engine.Homes, Files: []engine.File{text("homes.csv", homesCSV)}, By: "A", At: far})
		require.ErrorContains(t, err, "the year 12026")
		hold = keeping("H-OAK", "C-AMY")
		hold.On = care.DayOf(far)
		_, err = eng.Hold(t.Context(), hold)
		require.ErrorContains(t, err, "the year of 12026-11-22 is outside")
		place := placing("H-OAK", "C-AMY")
		place.On = care.DayOf(far)
		_, err = eng.Place(t.Context(), place)
		require.ErrorContains(t, err, "the year of 12026-11-22 is outside")
		_, err = eng.End(t.Context(), engine.EndRequest{Child: "C-BEN", On: care.DayOf(far), By: "A", At: three()})
		require.ErrorContains(t, err, "the year of 12026-11-22 is outside")
		require.Equal(t, before, head(t, eng))
		var out bytes.Buffer
		require.NoError(t, eng.Export(t.Context(), engine.Homes, &out))
	})
}
