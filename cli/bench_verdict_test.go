package cli

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine"
	"github.com/stablehomes/stablehomes/engine/care"
)

func TestAListThatDiffersEndsTheBenchInFailure(t *testing.T) {
	list := func(homes ...care.ID) *engine.Result {
		res := &engine.Result{Considered: 7, Candidates: []engine.Candidate{}}
		for i, id := range homes {
			res.Candidates = append(res.Candidates, engine.Candidate{Rank: i + 1, Home: id})
		}
		return res
	}
	tr := &trial{Children: 3}
	tr.compare("C-1", list("H-1", "H-2"), list("H-1", "H-2"))
	tr.compare("C-2", list(), list())
	require.NoError(t, tr.verdict())
	require.Equal(t, 1, tr.Nothing)
	require.Equal(t, 7, tr.Homes)
	tr.compare("C-3", list("H-2", "H-1"), list("H-1", "H-2"))
	require.Equal(t, []care.ID{"C-3"}, tr.Differ)
	require.ErrorContains(t, tr.verdict(), "for 1 of 3 children")
	require.ErrorContains(t, tr.verdict(), "C-3 first")
	require.Contains(t, tr.rows(), []string{"the same list", "2 of 3"})

	var errs bytes.Buffer
	require.Equal(t, exitFailed, (&program{stderr: &errs}).exit(tr.verdict()))
	require.Contains(t, errs.String(), "not to be used")
}
