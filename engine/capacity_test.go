package engine_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine"
	"github.com/stablehomes/stablehomes/engine/care"
)

// queue are children who wait for a home, none the sibling of another.
func queue(n int) string {
	rows := childrenHeader
	for i := range n {
		rows += childRow(string(waiter(i)), "2014-03-09", "F", leeds, "", "", "none")
	}
	return rows
}

func waiter(i int) care.ID { return care.ID(fmt.Sprintf("C-%02d", i)) }

// fosterHome is a row for a home that needs no sign-off for any child who waits.
func fosterHome(id, beds string) string {
	return homeRow(id, "foster", leeds, "53.838221", "-1.496441", beds, "0-17", "", approved, "none", "none")
}

func TestOf64WhoAskForTheLastBedOneHasItAndTheOthersAreToldWhoAndUntilWhen(t *testing.T) {
	const writers = 64
	onEveryStore(t, func(t *testing.T, eng *engine.Engine) {
		bring(t, eng, engine.Homes, homesHeader+fosterHome("H-LAST", "1"))
		bring(t, eng, engine.Children, queue(writers))
		until := three().Add(2 * time.Hour).UTC()
		results := make([]error, writers)
		won := make([]*engine.Held, writers)
		var all sync.WaitGroup
		for i := range writers {
			all.Go(func() {
				won[i], results[i] = eng.Hold(context.Background(), engine.HoldRequest{
					Children: []care.ID{waiter(i)}, Home: "H-LAST", On: today, At: three(), Until: until, By: fmt.Sprint("Officer ", i),
				})
			})
		}
		all.Wait()
		winner := -1
		for i, err := range results {
			if err == nil {
				require.Equal(t, -1, winner, "officers %d and %d both have it", winner, i)
				winner = i
			}
		}
		require.GreaterOrEqual(t, winner, 0, "nobody has it")
		for i, err := range results {
			if i != winner {
				taken := refusal[*engine.TakenError](t, err)
				require.Equal(t, fmt.Sprint("Officer ", winner), taken.By)
				require.Equal(t, until, taken.Until.UTC())
				require.Equal(t, won[winner].ID, taken.Hold)
			}
		}
		require.Len(t, entries(t, eng), 3, "two imports and one hold")
	})
}

// act is one command of a random history; do says what came of it.
type act struct {
	at time.Time
	do func(ctx context.Context, eng *engine.Engine) string
}

// outcome is the answer of a command in words that two stores can be compared by.
func outcome(answer any, err error) string {
	if err != nil {
		return "refused: " + err.Error()
	}
	return fmt.Sprintf("%+v", answer)
}

// history draws commands on a few homes and children, as time goes by. Some are
// retries of the one before.
func history(r *rand.Rand, n int) []act {
	var acts []act
	now := three()
	for i := range n {
		now = now.Add(time.Duration(r.IntN(40)) * time.Minute)
		op := ""
		if r.IntN(3) == 0 {
			op = fmt.Sprint("op-", i)
		}
		acts = append(acts, anAct(r, now, op))
		if r.IntN(4) == 0 {
			acts = append(acts, acts[len(acts)-1])
		}
	}
	return acts
}

func anAct(r *rand.Rand, now time.Time, op string) act {
	return act{now, aCommand(r, now, op)}
}

func aCommand(r *rand.Rand, now time.Time, op string) func(context.Context, *engine.Engine) string {
	home := care.ID(fmt.Sprint("H-", r.IntN(3)))
	child, other := waiter(r.IntN(8)), waiter(r.IntN(8))
	hold := care.ID(fmt.Sprint("hold-", r.IntN(4)))
	today := care.DayOf(now)
	by := fmt.Sprint("Officer ", r.IntN(3))
	switch r.IntN(10) {
	case 0, 1, 2, 3:
		req := engine.HoldRequest{Children: []care.ID{child}, Home: home, On: today + care.Day(r.IntN(3)), At: now, Until: now.Add(time.Duration(1+r.IntN(300)) * time.Minute), By: by, Op: op}
		if r.IntN(2) == 0 {
			req.ID = hold // which is answered and let go of below
		}
		if other != child {
			req.Children = append(req.Children, other)
		}
		return func(ctx context.Context, eng *engine.Engine) string { return outcome(eng.Hold(ctx, req)) }
	case 4:
		req := engine.HoldRequest{
			ID: hold, Beds: []engine.Bed{{Home: "H-0", Children: []care.ID{child}}, {Home: "H-2", Children: []care.ID{other}}},
			On: today, At: now, Until: now.Add(time.Hour), By: by, Op: op,
		}
		return func(ctx context.Context, eng *engine.Engine) string { return outcome(eng.Hold(ctx, req)) }
	case 5:
		req := engine.AnswerRequest{Hold: hold, By: by, At: now, Op: op}
		return func(ctx context.Context, eng *engine.Engine) string { return outcome(eng.Accept(ctx, req)) }
	case 6:
		req := engine.AnswerRequest{Hold: hold, Home: home, By: by, At: now, Why: "full", Op: op}
		return func(ctx context.Context, eng *engine.Engine) string { return outcome(eng.Decline(ctx, req)) }
	case 7:
		req := engine.ReleaseRequest{Hold: hold, By: by, At: now, Op: op}
		return func(ctx context.Context, eng *engine.Engine) string { return outcome(eng.Release(ctx, req)) }
	case 8:
		req := engine.EndRequest{Child: child, On: today, By: by, At: now, Op: op}
		return func(ctx context.Context, eng *engine.Engine) string { return outcome(eng.End(ctx, req)) }
	}
	req := engine.PlaceRequest{Children: []care.ID{child}, Home: home, On: today, At: now, Why: "it is near", By: by, Op: op}
	return func(ctx context.Context, eng *engine.Engine) string {
		placed, err := eng.Place(ctx, req)
		if err != nil {
			return outcome(nil, err)
		}
		return outcome(placed.ID, nil)
	}
}

// crossroads are three homes that a random history fights over.
func crossroads(t testing.TB, eng *engine.Engine) {
	t.Helper()
	bring(t, eng, engine.Homes, homesHeader+fosterHome("H-0", "1")+fosterHome("H-1", "2")+fosterHome("H-2", "3"))
	bring(t, eng, engine.Children, queue(8))
}

// requireNoHomeOverItsBeds counts who is in each home on each day of a week, as it
// looks at an instant.
func requireNoHomeOverItsBeds(t testing.TB, eng *engine.Engine, at time.Time) {
	t.Helper()
	homes, err := engine.HouseholdsOf(context.Background(), eng)
	require.NoError(t, err)
	require.Len(t, homes, 3)
	for i := range homes {
		for day := care.DayOf(at); day < care.DayOf(at)+7; day++ {
			require.LessOrEqual(t, bedsTaken(&homes[i].Occupancy, day, at), homes[i].Home.Beds,
				"%s is over its beds on %s: %+v", homes[i].Home.ID, day, homes[i].Occupancy)
		}
	}
}

// bedsTaken counts one bed for each child who lives in a foster home on a day, and for
// each whose hold has not run out at an instant. Nobody is expected to leave.
func bedsTaken(o *care.Occupancy, day care.Day, at time.Time) int {
	taken := 0
	for _, s := range o.Stays {
		if s.Start <= day && (s.End == 0 || day < s.End) {
			taken++
		}
	}
	for _, h := range o.Holds {
		if h.From <= day && at.Before(h.Until) {
			taken += len(h.Children)
		}
	}
	return taken
}

func TestTheSameHistoryIsTheSameInMemoryAndOnDiskAndNeverOverbooks(t *testing.T) {
	const commands = 120
	done := map[string]int{}
	for seed := range histories(fewer(4)) {
		t.Run(fmt.Sprint("seed=", seed), func(t *testing.T) {
			inMemory, onDisk := engine.InMemory(), open(t, filepath.Join(t.TempDir(), "db"))
			crossroads(t, inMemory)
			crossroads(t, onDisk)
			for i, act := range history(rand.New(rand.NewPCG(seed, 7)), commands) {
				require.Equal(t, act.do(t.Context(), inMemory), act.do(t.Context(), onDisk), "command %d", i)
				requireNoHomeOverItsBeds(t, inMemory, act.at)
			}
			require.Greater(t, len(entries(t, inMemory)), commands/8, "too little happened for this to mean anything")
			countVerbs(t, inMemory, done)
			require.Equal(t, head(t, inMemory), head(t, onDisk), "the journals are the same to the byte")
			for _, eng := range []*engine.Engine{inMemory, onDisk} {
				require.NoError(t, engine.CheckOf(context.Background(), eng))
				require.NoError(t, eng.Close())
			}
		})
	}
	requireEveryVerb(t, done)
}

// countVerbs counts the commands that were done, by what they did.
func countVerbs(t testing.TB, eng *engine.Engine, done map[string]int) {
	t.Helper()
	for _, command := range entries(t, eng) {
		verb, _, _ := strings.Cut(command, " ")
		done[verb]++
	}
}

// requireEveryVerb sees that the histories, taken together, had each command done.
func requireEveryVerb(t testing.TB, done map[string]int) {
	t.Helper()
	for _, verb := range []string{"hold", "accept", "decline", "release", "place", "end"} {
		require.True(t, testing.Short() || *seedFlag != 0 || done[verb] > 0, "no %s was done: %v", verb, done)
	}
}

// histories yields the seeds of random histories: the one asked for, or n.
func histories(n uint64) func(yield func(uint64) bool) {
	return func(yield func(uint64) bool) {
		if *seedFlag != 0 {
			yield(*seedFlag)
			return
		}
		for seed := uint64(1); seed <= n; seed++ {
			if !yield(seed) {
				return
			}
		}
	}
}

// fewer is one in a short run.
func fewer(n uint64) uint64 {
	if testing.Short() {
		return 1
	}
	return n
}

func TestARetryDoesNothingTwice(t *testing.T) {
	done := map[string]int{}
	for seed := range histories(fewer(3)) {
		eng := engine.InMemory()
		crossroads(t, eng)
		r := rand.New(rand.NewPCG(seed, 8))
		now := three()
		for i := range 80 {
			now = now.Add(10 * time.Minute)
			act := anAct(r, now, fmt.Sprint("op-", i))
			before := head(t, eng).Number
			first := act.do(t.Context(), eng)
			after := head(t, eng)
			for range 2 {
				again := act.do(t.Context(), eng)
				require.Equal(t, after, head(t, eng), "seed %d, command %d wrote twice", seed, i)
				if after.Number > before {
					require.Equal(t, first, again, "seed %d, command %d: the answer that was lost", seed, i)
				}
			}
		}
		countVerbs(t, eng, done)
		require.NoError(t, engine.CheckOf(context.Background(), eng))
		require.NoError(t, eng.Close())
	}
	requireEveryVerb(t, done)
}

func TestWritersSideBySideNeverOverbook(t *testing.T) {
	onEveryStore(t, func(t *testing.T, eng *engine.Engine) {
		crossroads(t, eng)
		var writers sync.WaitGroup
		for w := range 8 {
			writers.Go(func() {
				r := rand.New(rand.NewPCG(*seedFlag, uint64(w)))
				for range 25 {
					aCommand(r, three(), "")(context.Background(), eng)
				}
			})
		}
		writers.Wait()
		require.Greater(t, len(entries(t, eng)), 2+3, "too little happened for this to mean anything")
		requireNoHomeOverItsBeds(t, eng, three())
	})
}

func TestACommandThatIsCancelledWritesNothing(t *testing.T) {
	onEveryStore(t, func(t *testing.T, eng *engine.Engine) {
		settle(t, eng)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_, err := eng.Hold(ctx, keeping("H-ROSE", "C-BEN"))
		require.True(t, errors.Is(err, context.Canceled), "%v", err)
		require.Len(t, entries(t, eng), 3)
	})
}
