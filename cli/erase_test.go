package cli_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAChildsRecordIsErased(t *testing.T) {
	id := placedCounty(t)
	run(t, "audit head --out head").is(t, 0)
	erase := `child erase --child C-104 --by "B. Manager" --why "entered twice"`
	run(t, erase).is(t, 6, "is kept to the 75th birthday", "only one that was created in error")
	run(t, "match --child C-104").is(t, 0)

	o := run(t, erase+" --created-in-error --op OP-1").is(t, 0)
	require.Contains(t, o.out, "Erased what was recorded of C-104:")
	require.Contains(t, o.out, "Exports, reports and backups made before are not reached from here.")
	require.Equal(t, o.out, run(t, erase+" --created-in-error --op OP-1").is(t, 0).out, "a retry after a lost answer")
	run(t, "match --child C-104").is(t, 1, "is not in the store")
	run(t, "decision show "+id).is(t, 1, "it has been erased")
	run(t, "decision replay "+id).is(t, 1, "it has been erased")
	require.NotContains(t, run(t, "export children").is(t, 0).out, "C-104")
	require.Contains(t, run(t, "check").is(t, 0).out, "of them erased: of those only the hashes are there")
	run(t, "audit verify --head head").is(t, 0)
	log := run(t, "audit log --child C-104").is(t, 0).out
	require.Contains(t, log, "erase child C-104: entered twice")
	require.Contains(t, log, "(the words were erased)")
	require.NotContains(t, log, "the nearest to school")
}

func TestAnErasureForPrograms(t *testing.T) {
	ownCounty(t)
	var told struct {
		Schema, Child string
		Records       int
		Journal       uint64
	}
	o := run(t, `child erase --json --child C-105 --by "B. Manager" --why "entered twice" --created-in-error`).is(t, 0)
	require.NoError(t, json.Unmarshal([]byte(o.out), &told), o.out)
	require.Equal(t, "stablehomes/child-erase/1", told.Schema)
	require.Equal(t, "C-105", told.Child)
	require.Positive(t, told.Records)
	require.Equal(t, uint64(5), told.Journal)
}

func TestAnErasureThatIsAskedForBadly(t *testing.T) {
	dir := away(t)
	for line, says := range map[string]string{
		"child":                   "child what? stablehomes child erase",
		"child vanish":            "there is no child vanish",
		"child erase --child C-1": "--by NAME is missing",
		`child erase --child C-1 --by "B. Manager"`: "--why WORDS is missing",
		`child erase --by "B. Manager" --why x`:     "--child ID is missing",
		`child erase C-1`:                           `child erase takes no argument "C-1"`,
	} {
		run(t, line).is(t, 2, says)
	}
	require.Empty(t, listed(t, dir))
}
