package engine_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"
	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine"
	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/store"
)

// What many officers see of one home must be what they would have seen had they
// come one after another. The model below is that home; porcupine looks for an
// order of the commands that it explains.

const (
	modelBeds     = 2
	modelChildren = 5
	modelWriters  = 16
)

// bed is what a child has in the home.
type bed struct {
	hold  care.ID
	lives bool
}

// house is the home as the model sees it, by child.
type house [modelChildren]bed

// asked is a command, answered what the officer was told.
type asked struct {
	verb  string
	child int
	hold  care.ID
}

type answered struct {
	says string
	hold care.ID // that is in the way
}

// others counts who else lives in the home and who else has a bed there, and names
// the first of their holds.
func (h *house) others(child int) (lives, has int, first care.ID) {
	for i, b := range h {
		if i == child {
			continue
		}
		if b.lives {
			lives++
		}
		if b.lives || b.hold != "" {
			has++
		}
		if b.hold != "" && (first == "" || b.hold < first) {
			first = b.hold
		}
	}
	return lives, has, first
}

// room is what is told of the beds for a child; "had" is that there is one.
func (h *house) room(child int) answered {
	switch lives, has, first := h.others(child); {
	case lives >= modelBeds:
		return answered{says: "full"}
	case has >= modelBeds:
		return answered{"taken", first}
	}
	return answered{says: "had"}
}

// after is the answer that the model gives, and the home afterwards.
func (h house) after(in asked) (answered, house) {
	b := &h[in.child]
	switch in.verb {
	case "hold":
		if b.hold == in.hold { // held for longer
			break
		}
		if b.hold != "" {
			return answered{"held", b.hold}, h
		}
		if room := h.room(in.child); room.says != "had" {
			return room, h
		}
		if b.lives {
			return answered{says: "lives"}, h
		}
		b.hold = in.hold
	case "release":
		if b.hold != in.hold {
			return answered{says: "gone"}, h
		}
		b.hold = ""
	case "place":
		if b.lives {
			return answered{says: "lives"}, h
		}
		if room := h.room(in.child); room.says != "had" {
			return room, h
		}
		*b = bed{lives: true}
	case "end":
		if !b.lives {
			return answered{says: "nowhere"}, h
		}
		b.lives = false
	}
	return answered{says: "had"}, h
}

// oneHome lets a command that lost to others too often stand anywhere: it did
// nothing.
var oneHome = porcupine.Model{
	Init: func() any { return house{} },
	Step: func(state, input, output any) (bool, any) {
		if output.(answered).says == "conflict" {
			return true, state
		}
		h := state.(house)
		want, next := h.after(input.(asked))
		return want == output.(answered), next
	},
	DescribeOperation: func(input, output any) string { return fmt.Sprintf("%+v: %+v", input, output) },
}

// tell runs a command and says what the officer was told.
func tell(eng *engine.Engine, in asked) answered {
	ctx := context.Background()
	var err error
	switch child := waiter(in.child); in.verb {
	case "hold":
		_, err = eng.Hold(ctx, engine.HoldRequest{ID: in.hold, Children: []care.ID{child}, Home: "H-ONE", On: today, At: three(), Until: three().Add(time.Hour), By: "A. Officer"})
	case "release":
		_, err = eng.Release(ctx, engine.ReleaseRequest{Hold: in.hold, By: "A. Officer", At: three()})
	case "place":
		_, err = eng.Place(ctx, engine.PlaceRequest{Children: []care.ID{child}, Home: "H-ONE", On: today, At: three(), Why: "the only home", By: "A. Officer"})
	case "end":
		_, err = eng.End(ctx, engine.EndRequest{Child: child, On: today, By: "A. Officer", At: three()})
	}
	return heard(err)
}

func heard(err error) answered {
	var taken *engine.TakenError
	var held *engine.HeldError
	var barred *engine.BarredError
	var lives *engine.LivesError
	var unknown *engine.UnknownError
	switch {
	case err == nil:
		return answered{says: "had"}
	case errors.As(err, &taken):
		return answered{"taken", taken.Hold}
	case errors.As(err, &held):
		return answered{"held", held.Hold}
	case errors.As(err, &barred):
		return answered{says: "full"}
	case errors.As(err, &lives) && lives.Placement == "":
		return answered{says: "nowhere"}
	case errors.As(err, &lives):
		return answered{says: "lives"}
	case errors.As(err, &unknown):
		return answered{says: "gone"}
	case errors.Is(err, store.ErrConflict):
		return answered{says: "conflict"}
	}
	return answered{says: err.Error()}
}

// fight lets officers at the home, each at one of the engines, and notes who asked
// what when and was told what.
func fight(engines []*engine.Engine, seed uint64, commands int) []porcupine.Operation {
	start := time.Now()
	histories := make([][]porcupine.Operation, modelWriters)
	var all sync.WaitGroup
	for w := range modelWriters {
		all.Go(func() {
			r := rand.New(rand.NewPCG(seed, uint64(w)))
			for range commands {
				in := aFight(r)
				call := time.Since(start).Nanoseconds()
				out := tell(engines[w%len(engines)], in)
				histories[w] = append(histories[w], porcupine.Operation{ClientId: w, Input: in, Call: call, Output: out, Return: time.Since(start).Nanoseconds()})
			}
		})
	}
	all.Wait()
	return slices.Concat(histories...)
}

// aFight draws a command. Holds have one of two names for each child, so that
// officers release and prolong each other's.
func aFight(r *rand.Rand) asked {
	child := r.IntN(modelChildren)
	in := asked{verb: []string{"hold", "hold", "release", "release", "place", "end", "end"}[r.IntN(7)], child: child}
	if in.verb == "hold" || in.verb == "release" {
		in.hold = care.ID(fmt.Sprintf("hold-%d-%d", child, r.IntN(2)))
	}
	return in
}

// besieged brings in the home, and the children who want it.
func besieged(t testing.TB, engines ...*engine.Engine) {
	t.Helper()
	bring(t, engines[0], engine.Homes, homesHeader+fosterHome("H-ONE", fmt.Sprint(modelBeds)))
	bring(t, engines[0], engine.Children, queue(modelChildren))
}

func TestWhatManyOfficersSeeOfOneHomeIsInSomeOrder(t *testing.T) {
	for seed := range histories(fewer(3)) {
		t.Run(fmt.Sprint("in memory, several programs, seed=", seed), func(t *testing.T) {
			kv := store.NewMemory()
			linearizable(t, seed, 20, engine.On(kv), engine.On(kv), engine.On(kv), engine.On(kv))
		})
		t.Run(fmt.Sprint("on disk, seed=", seed), func(t *testing.T) {
			linearizable(t, seed, 20, open(t, filepath.Join(t.TempDir(), "db")))
		})
	}
}

func linearizable(t *testing.T, seed uint64, commands int, engines ...*engine.Engine) {
	besieged(t, engines...)
	ops := fight(engines, seed, commands)
	tally := map[string]int{}
	for _, op := range ops {
		tally[op.Input.(asked).verb+" "+op.Output.(answered).says]++
	}
	result, _ := porcupine.CheckOperationsVerbose(oneHome, ops, time.Minute)
	require.Equal(t, porcupine.Ok, result, "no order explains the commands; there were %v", tally)
	for _, seen := range []string{"hold had", "hold taken", "hold held", "release had", "place had", "place taken", "end had"} {
		require.Positive(t, tally[seen], "nobody met %q: %v", seen, tally)
	}
	require.NoError(t, engine.CheckOf(context.Background(), engines[0]))
	for _, eng := range engines {
		require.NoError(t, eng.Close())
	}
}

// careless is an engine that forgets to compare in some of its commits.
type careless struct {
	store.KV
	mu  sync.Mutex // guards the fields below
	r   *rand.Rand
	one int // of so many commits
}

func (c *careless) Commit(ctx context.Context, guards []store.Guard, ops []store.Op) (store.Version, error) {
	c.mu.Lock()
	forgets := c.r.IntN(c.one) == 0
	c.mu.Unlock()
	if forgets {
		time.Sleep(time.Millisecond) // somebody else comes first
		guards = nil
	}
	return c.KV.Commit(ctx, guards, ops)
}

func TestAStoreThatForgetsToCompareIsFoundOut(t *testing.T) {
	if testing.Short() {
		t.Skip("what is looked for is a broken promise, not a race")
	}
	for seed := range uint64(30) {
		kv := &careless{KV: store.NewMemory(), r: rand.New(rand.NewPCG(seed, 9)), one: 100}
		engines := []*engine.Engine{engine.On(kv), engine.On(kv), engine.On(kv), engine.On(kv)}
		besieged(t, engines...)
		ops := fight(engines, seed, 40)
		for _, eng := range engines {
			require.NoError(t, eng.Close())
		}
		result, _ := porcupine.CheckOperationsVerbose(oneHome, ops, time.Minute)
		if result == porcupine.Illegal {
			t.Logf("found out with seed %d", seed)
			return
		}
	}
	t.Fatal("nobody noticed that beds were given away twice")
}
