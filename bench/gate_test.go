package bench_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine"
)

var update = flag.Bool("update", false, "write testdata/gate.json anew")

const (
	gateHomes = 10_000
	gateFile  = "testdata/gate.json"
	// moreAllocs is by what share allocations may exceed the committed number: the
	// runtime's own are among them.
	moreAllocs = 0.02
	// leastRatio is how many times faster than judging every home an answer has to
	// be, a tenth or less of what it is.
	leastRatio = 10
)

// costs is what the answers to one kind of question cost together. A lower number
// is fine to commit; a higher one needs a reason in the commit that raises it.
type costs struct {
	Requests int
	Judged   int // homes judged one by one
	Nodes    int // nodes of the index looked into
	Allocs   int // allocations
}

// TestGate holds the cost of answers to the committed figures: what a match looks
// at is the same in every run.
func TestGate(t *testing.T) {
	if testing.Short() {
		t.Skip("the gate judges every home, many times")
	}
	eng := engine.InMemory()
	defer eng.Close()
	asked, err := settleEngland(t.Context(), eng, gateHomes)
	require.NoError(t, err)
	was, is := committed(t), map[string]costs{}
	require.False(t, *update && raced(), "allocations are not counted with -race")
	require.True(t, *update || len(was) == len(asked.gated()), "each committed figure has a question that is put")
	for _, q := range asked.gated() {
		t.Run(q.name, func(t *testing.T) {
			for _, req := range q.requests[:min(2, len(q.requests))] {
				require.NoError(t, q.agrees(t.Context(), eng, req))
			}
			is[q.name] = q.cost(t, eng)
			if !*update {
				require.NoError(t, is[q.name].allowed(was[q.name]))
			}
		})
	}
	t.Run("many times faster than judging every home", func(t *testing.T) {
		requireFaster(t, eng, &question{requests: asked.oneChild()})
	})
	if *update && !t.Failed() {
		commit(t, is)
	}
}

// gated are the questions of the gate: those that the index answers at any size.
func (q *questions) gated() []question {
	return slices.DeleteFunc(q.all(), func(q question) bool { return q.nothing || q.scarce })
}

func committed(t *testing.T) (all map[string]costs) {
	content, err := os.ReadFile(filepath.FromSlash(gateFile))
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(content, &all))
	return all
}

func commit(t *testing.T, all map[string]costs) {
	content, err := json.MarshalIndent(all, "", "  ")
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.FromSlash(gateFile), append(content, '\n'), 0o644))
}

// cost puts every request.
func (q *question) cost(t *testing.T, eng *engine.Engine) costs {
	c := costs{Requests: len(q.requests)}
	c.Allocs = int(testing.AllocsPerRun(2, func() {
		c.Judged, c.Nodes = 0, 0
		for _, req := range q.requests {
			res, err := eng.Match(t.Context(), req)
			require.NoError(t, err)
			c.Judged += res.Effort.Judged
			c.Nodes += res.Effort.Nodes
		}
	}))
	if raced() {
		c.Allocs = 0
	}
	return c
}

// raced says whether the race detector watches, which allocates on its own account.
func raced() bool {
	info, ok := debug.ReadBuildInfo()
	return ok && slices.Contains(info.Settings, debug.BuildSetting{Key: "-race", Value: "true"})
}

// allowed refuses what differs from the committed costs.
func (c costs) allowed(was costs) error {
	if float64(c.Allocs) > float64(was.Allocs)*(1+moreAllocs) {
		return fmt.Errorf("%d allocations, and %d are committed", c.Allocs, was.Allocs)
	}
	if c.Requests != was.Requests || c.Judged != was.Judged || c.Nodes != was.Nodes {
		return fmt.Errorf("%+v, and %+v is committed; if this is meant: go test ./bench -run Gate -update", c, was)
	}
	return nil
}

// requireFaster compares time within the run, with much slack.
func requireFaster(t *testing.T, eng *engine.Engine, q *question) {
	var quick samples
	q.pruned(t, eng, &quick)
	var slow []time.Duration
	for _, req := range q.requests[:3] {
		began := time.Now()
		res, err := eng.Match(t.Context(), unpruned(req))
		slow = append(slow, time.Since(began))
		require.NoError(t, err)
		require.NoError(t, q.answered(res))
	}
	require.Greater(t, ratio(median(slow), quick.p50()), float64(leastRatio))
}

// The gate can close.
func TestTheGateRefusesWhatCostsMore(t *testing.T) {
	was := costs{Requests: 4, Judged: 71, Nodes: 402, Allocs: 20_000}
	for name, is := range map[string]costs{
		"one more home":   {4, 72, 402, 20_000},
		"one fewer home":  {4, 70, 402, 20_000},
		"one more node":   {4, 71, 403, 20_000},
		"fewer questions": {3, 71, 402, 20_000},
		"allocations":     {4, 71, 402, 20_401},
	} {
		require.Error(t, is.allowed(was), name)
	}
	require.NoError(t, costs{4, 71, 402, 20_400}.allowed(was))
	require.NoError(t, costs{4, 71, 402, 10_000}.allowed(was))
	require.Error(t, was.allowed(costs{}), "a kind of question of which nothing is committed")
}
