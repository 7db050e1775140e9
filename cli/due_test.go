package cli_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestWhatRunsOut(t *testing.T) {
	away(t)
	run(t, "demo --quiet --files county").is(t, 0)
	for _, kind := range []string{"homes", "children", "placements"} {
		run(t, "import --quiet "+kind+" county/"+kind+".csv").is(t, 0)
	}
	o := run(t, "due --on 2026-11-22 --days 400")
	o.is(t, 0)
	require.Contains(t, o.out, "is 18")
	var due struct {
		Schema, On string
		Days       int
		Due        []struct{ Day, Child, Home, Placement, What string }
	}
	j := run(t, "due --json --on 2026-11-22 --days 400")
	j.is(t, 0)
	require.NoError(t, json.Unmarshal([]byte(j.out), &due))
	require.Equal(t, "stablehomes/due/1", due.Schema)
	require.Equal(t, "2026-11-22", due.On)
	require.NotEmpty(t, due.Due)
	for i, d := range due.Due {
		require.NotEmpty(t, d.What)
		require.True(t, i == 0 || due.Due[i-1].Day <= d.Day, "in order of day")
	}
	require.Contains(t, run(t, "due --on 2001-01-01 --days 0").is(t, 0).out, "Nothing runs out")
	run(t, "due --days -1").is(t, 2, "--days")
	run(t, "due --on 31/02/2026").is(t, 2, "--on")
	run(t, "due today").is(t, 2, "takes no argument")
	run(t, "--db nowhere due").is(t, 1, "no store")
}
