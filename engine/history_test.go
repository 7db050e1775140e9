package engine_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine"
	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/rulebook"
	"github.com/stablehomes/stablehomes/engine/store"
	"github.com/stablehomes/stablehomes/fixtures"
)

// aHistory is some days of a placement team in a county, drawn at random.
type aHistory struct {
	*rand.Rand
	t      *testing.T
	eng    *engine.Engine
	county *fixtures.World
	at     time.Time
	held   []care.ID
	told   []string // what became of each step
	kinds  map[string]int
}

// live runs so many steps.
func live(t *testing.T, eng *engine.Engine, seed uint64, steps int) *aHistory {
	h := &aHistory{Rand: rand.New(rand.NewPCG(seed, 7)), t: t, eng: eng, county: fixtures.County(seed%5 + 1), at: three().UTC(), kinds: map[string]int{}}
	require.NoError(t, eng.Add(t.Context(), engine.Records{Homes: h.county.Homes, Children: h.county.Children, Placements: h.county.Placements, By: "A", At: h.at}))
	for range steps {
		h.at = h.at.Add(time.Duration(1+h.IntN(300)) * time.Minute)
		h.step()
	}
	return h
}

// step does one thing and notes what became of it.
func (h *aHistory) step() {
	var err error
	name := "settle"
	switch h.IntN(8) {
	case 0:
		name, err = "hold", h.hold()
	case 1:
		name, err = "release", h.release()
	case 2:
		name, err = "end", h.end()
	case 3:
		name, err = "edit", h.edit()
	default:
		name, err = h.settle()
	}
	h.kinds[fmt.Sprintf("%s %t", name, err == nil)]++
	h.told = append(h.told, fmt.Sprintf("%s: %v", name, err))
	var lives *engine.LivesError
	var invalid *engine.InvalidRequestError
	known := err == nil || errors.Is(err, engine.ErrRefused) || errors.As(err, &lives) || errors.As(err, &invalid) || errors.Is(err, engine.ErrUnknown)
	require.True(h.t, known, "%s: %v", name, err)
}

func (h *aHistory) child() care.ID { return h.county.Children[h.IntN(len(h.county.Children))].ID }

func (h *aHistory) home() care.ID { return h.county.Homes[h.IntN(len(h.county.Homes))].ID }

func (h *aHistory) hold() error {
	held, err := h.eng.Hold(h.t.Context(), engine.HoldRequest{
		Children: []care.ID{h.child()}, Home: h.home(), On: care.DayOf(h.at) + care.Day(h.IntN(3)), At: h.at, Until: h.at.Add(time.Duration(1+h.IntN(48)) * time.Hour), By: "H. Holder",
	})
	if err == nil {
		h.held = append(h.held, held.ID)
	}
	return err
}

func (h *aHistory) release() error {
	hold := care.ID("HOLD-0") // that there never was
	if len(h.held) > 0 {
		hold = h.held[h.IntN(len(h.held))]
	}
	_, err := h.eng.Release(h.t.Context(), engine.ReleaseRequest{Hold: hold, By: "H. Holder", At: h.at})
	return err
}

func (h *aHistory) end() error {
	_, err := h.eng.End(h.t.Context(), engine.EndRequest{Child: h.child(), On: care.DayOf(h.at), By: "E. Ender", At: h.at})
	return err
}

// edit changes the beds and the owner of a home.
func (h *aHistory) edit() error {
	home := h.county.Homes[h.IntN(len(h.county.Homes))]
	home.Beds = 1 + h.IntN(4)
	home.ProviderCode = []care.ProviderCode{"PR1", "PR4", ""}[h.IntN(3)]
	return h.eng.Add(h.t.Context(), engine.Records{Homes: []care.Home{home}, By: "A", At: h.at})
}

// settle places, moves or records, now and then without what is needed, and holds
// what is recorded against what a match and a look at the home said just before.
func (h *aHistory) settle() (string, error) {
	ask := engine.Request{Children: []care.ID{h.child()}, On: care.DayOf(h.at), At: h.at, Counts: true}
	before := shortlist(h.t, h.eng, ask)
	req := engine.PlaceRequest{Children: ask.Children, On: ask.On, At: h.at, By: "P. Placer", Why: "as drawn", Op: fmt.Sprintf("op-%d", len(h.told)), Home: h.home()}
	if len(before.Candidates) > 0 && h.IntN(4) > 0 {
		req.Home = before.Candidates[h.IntN(len(before.Candidates))].Home
	}
	look, err := h.eng.Explain(h.t.Context(), ask, req.Home)
	require.NoError(h.t, err)
	if h.IntN(5) > 0 {
		for _, f := range look.Judged.SignOffs() {
			req.SignOffs = append(req.SignOffs, care.SignOff{Rule: f.Rule, Name: "N. Head", Role: f.Role, At: h.at.Add(-time.Minute), Ref: "R"})
		}
	}
	name, do := h.verb(req)
	placed, err := do()
	if err != nil {
		return name, err
	}
	require.Equal(h.t, jsonOf(h.t, before), resultOf(h.t, placed.Decision), "the shortlist of the decision is that of the match just before")
	require.Equal(h.t, look.Judged.Findings, findingsOf(h.t, placed))
	if name != "fact" {
		require.Less(h.t, look.Verdict, rulebook.Barred, "what was placed is barred")
		require.Empty(h.t, placed.Breaches)
	}
	again, err := do()
	require.NoError(h.t, err)
	require.Equal(h.t, placed, again, "a retry gives the answer")
	require.Equal(h.t, placed.Journal, head(h.t, h.eng).Number, "and does nothing twice")
	return name, nil
}

func (h *aHistory) verb(req engine.PlaceRequest) (string, func() (*engine.Placed, error)) {
	switch h.IntN(5) {
	case 0, 1:
		return "place", func() (*engine.Placed, error) { return h.eng.Place(h.t.Context(), req) }
	case 2, 3:
		return "move", func() (*engine.Placed, error) {
			return h.eng.Move(h.t.Context(), engine.MoveRequest{PlaceRequest: req})
		}
	}
	return "fact", func() (*engine.Placed, error) {
		return h.eng.RecordFact(h.t.Context(), engine.FactRequest{PlaceRequest: req})
	}
}

// Whatever a team does, what it places was never barred, the record is what the
// match said, every decision replays to the byte, and memory and disk come to the
// same journal.
func TestRandomHistoriesOfATeam(t *testing.T) {
	if testing.Short() {
		t.Skip("one goroutine")
	}
	kinds := map[string]int{}
	for seed := range histories(4) {
		t.Run(fmt.Sprintf("seed=%d", seed), func(t *testing.T) {
			memory, disk := engine.InMemory(), open(t, filepath.Join(t.TempDir(), "db"))
			var heads []store.Head
			var tolds [][]string
			for _, eng := range []*engine.Engine{memory, disk} {
				h := live(t, eng, seed, 60)
				decisions := 0
				for d, err := range eng.Decisions(t.Context()) {
					require.NoError(t, err)
					r := replayed(t, eng, d.ID)
					require.True(t, r.Identical, "%s: %s", d.ID, r.Difference)
					decisions++
				}
				require.Positive(t, decisions)
				require.NoError(t, engine.CheckOf(t.Context(), eng))
				heads, tolds = append(heads, head(t, eng)), append(tolds, h.told)
				require.NoError(t, eng.Close())
				for k, n := range h.kinds {
					kinds[k] += n
				}
			}
			require.Equal(t, tolds[0], tolds[1])
			require.Equal(t, heads[0], heads[1])
		})
	}
	for _, k := range []string{"place true", "place false", "move true", "fact true", "hold true", "hold false", "release true", "end true"} {
		require.True(t, *seedFlag != 0 || kinds[k] > 0, "%s never came to be: %v", k, kinds)
	}
	t.Log(kinds)
}
