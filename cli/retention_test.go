package cli_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestWhoseRecordsNeedNotBeKeptAnyMore(t *testing.T) {
	db := " --db " + countyStore(t)
	o := run(t, "retention due --on 2030-01-01"+db).is(t, 0)
	require.Equal(t, "Every record that is known of has to be kept beyond 1 January 2030.\n", o.out)
	o = run(t, "retention due --on 2089-06-25"+db).is(t, 0)
	require.Contains(t, o.out, "the 75th birthday was on 25 June 2089")
	require.Contains(t, o.out, "C-104")
	require.NotContains(t, run(t, "retention due --on 2089-06-24"+db).is(t, 0).out, "C-104")

	var told struct {
		Schema, On string
		Due        []struct{ Kind, ID, Day, Says, Citation string }
		Unknown    []struct{ ID, Says string }
	}
	require.NoError(t, json.Unmarshal([]byte(run(t, "retention due --json --on 2089-06-25"+db).is(t, 0).out), &told))
	require.Equal(t, "stablehomes/retention-due/1", told.Schema)
	require.Equal(t, "2089-06-25", told.On)
	require.NotEmpty(t, told.Due)
	require.NotNil(t, told.Unknown)
}

func TestACarerOfWhomTheEndIsNotKnownIsNamed(t *testing.T) {
	away(t)
	keep(t, "homes.csv", "id,kind,authority,lat,lng,beds,status\nH-1,foster,E08000035,53.81,-1.54,2,ended\n")
	run(t, "import homes homes.csv").is(t, 0)
	o := run(t, "retention due --on 2026-11-22").is(t, 0)
	require.Contains(t, o.out, "H-1: it is not known whether it has to be kept: the approval is ended, and registered_until does not say since when")
	run(t, "retention").is(t, 2, "retention what? stablehomes retention due")
	run(t, "retention due --on yesterday").is(t, 2, "--on:")
}
