package bench_test

import (
	"context"
	"fmt"
	"reflect"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine"
)

// unpruned asks the same and has every home judged, which counting needs.
func unpruned(req engine.Request) engine.Request {
	req.Counts = true
	return req
}

// answered refuses an answer that is not what the question is known to have.
func (q *question) answered(res *engine.Result) error {
	switch found := len(res.Candidates); {
	case q.nothing && (found > 0 || len(res.WhyNot) == 0):
		return fmt.Errorf("%d homes fit where none does, and %d near misses are explained", found, len(res.WhyNot))
	case q.scarce && found == 0 && len(res.WhyNot) == 0, !q.nothing && !q.scarce && found == 0:
		return fmt.Errorf("nothing fits")
	}
	return nil
}

// sameAnswer refuses a list that is not that of the oracle, down to the words.
func sameAnswer(got, oracle *engine.Result) error {
	if len(got.Candidates) != len(oracle.Candidates) {
		return fmt.Errorf("a list of %d homes, and the oracle has %d", len(got.Candidates), len(oracle.Candidates))
	}
	for i := range got.Candidates {
		if !reflect.DeepEqual(got.Candidates[i], oracle.Candidates[i]) {
			return fmt.Errorf("in place %d is %+v, and the oracle has %+v", i+1, got.Candidates[i], oracle.Candidates[i])
		}
	}
	if got.Considered != oracle.Considered || !reflect.DeepEqual(got.WhyNot, oracle.WhyNot) || !reflect.DeepEqual(got.Openings, oracle.Openings) {
		return fmt.Errorf("the lists are the same, and what is said of the other homes differs")
	}
	return nil
}

// agree holds some of the answers to those of the oracle: at 10,000 homes all of
// them, at more as many as judge half a million homes, and at least one.
func (q *question) agree(tb testing.TB, eng *engine.Engine, homes int) {
	tb.Helper()
	if homes > *mostWhole {
		return
	}
	for _, req := range q.requests[:min(len(q.requests), max(1, 500_000/homes))] {
		require.NoError(tb, q.agrees(tb.Context(), eng, req), q.name)
	}
}

func (q *question) agrees(ctx context.Context, eng *engine.Engine, req engine.Request) error {
	got, err := eng.Match(ctx, req)
	if err != nil {
		return err
	}
	oracle, err := eng.Match(ctx, unpruned(req))
	if err != nil {
		return err
	}
	if err := q.answered(got); err != nil {
		return err
	}
	return sameAnswer(got, oracle)
}
