package cli_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine"
)

// ownCounty moves to an empty directory with a store of its own, which may be
// written to.
func ownCounty(t *testing.T) string {
	t.Helper()
	files := countyFiles(t)
	dir := away(t)
	for _, kind := range []string{"homes", "children", "placements", "postcodes"} {
		run(t, "import "+kind+" "+files+"/"+kind+".csv").is(t, 0)
	}
	return dir
}

// logged is the JSON of audit log, by the names that others rely on.
func logged(t testing.TB, line string) []struct {
	Number             uint64
	When, Who, Command string
	Changed            []struct {
		Kind    string
		IDs     []string
		SHA256  string
		Deleted bool
	}
} {
	t.Helper()
	var log struct {
		Schema  string
		Entries []struct {
			Number             uint64
			When, Who, Command string
			Changed            []struct {
				Kind    string
				IDs     []string
				SHA256  string
				Deleted bool
			}
		}
	}
	o := run(t, line).is(t, 0)
	require.NoError(t, json.Unmarshal([]byte(o.out), &log), o.out)
	require.Equal(t, "stablehomes/audit-log/1", log.Schema)
	require.NotNil(t, log.Entries, "an empty list is one")
	return log.Entries
}

func TestTheLogOfTheJournal(t *testing.T) {
	ownCounty(t)
	o := run(t, "audit log").is(t, 0)
	for _, says := range []string{"import homes", "import children", "import placements", "import postcodes", "home: 398", "meta postcodes"} {
		require.Contains(t, o.out, says)
	}
	all := logged(t, "audit log --json")
	require.Len(t, all, 4)
	require.Equal(t, uint64(1), all[0].Number)
	require.Len(t, all[0].Changed, 398)
	require.Equal(t, "home", all[0].Changed[0].Kind)
	require.Len(t, all[0].Changed[0].SHA256, 64)

	require.Equal(t, uint64(4), logged(t, "audit log --json --limit 1")[0].Number)
	require.Equal(t, uint64(2), logged(t, "audit log --json --limit 1 --since 2")[0].Number)
	require.Empty(t, logged(t, "audit log --json --since 5"))
	require.Equal(t, "No entry of the journal.\n", run(t, "audit log --since 5").is(t, 0).out)
	require.Len(t, logged(t, "audit log --json --child C-104"), 1, "who lives nowhere was imported, and no more")
	require.NotEmpty(t, logged(t, "audit log --json --home H-00001"))
	run(t, "audit log --child C-14").is(t, 1, "did you mean C-104")
	run(t, "audit log --home H-1").is(t, 1, `home "H-1" is not in the store`)
}

func TestAHeadIsNotedSignedAndVerified(t *testing.T) {
	ownCounty(t)
	o := run(t, "audit keygen --out key --name leeds").is(t, 0)
	verifier := strings.TrimSpace(o.out)
	require.True(t, strings.HasPrefix(verifier, "leeds+"))
	info, err := os.Stat("key")
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	require.True(t, strings.HasPrefix(read(t, "key"), "PRIVATE+KEY+leeds+"))

	o = run(t, "audit head --out first --signing-key-file key").is(t, 0)
	require.Contains(t, o.out, "The journal ends at entry 4.")
	require.True(t, strings.HasPrefix(read(t, "first"), "stablehomes journal\n4\n"))
	plain := run(t, "audit head").is(t, 0).out
	require.True(t, strings.HasPrefix(read(t, "first"), plain), "signed or not, it is the same head")
	keep(t, "plain", plain)

	require.Contains(t, run(t, "audit verify").is(t, 0).out, "The journal of 4 entries agrees with its root")
	o = run(t, "audit verify --head first --verifier "+verifier).is(t, 0)
	require.Contains(t, o.out, "goes on from the head noted at entry 4")
	require.Contains(t, o.out, "carries the signature asked for (leeds)")
	require.Contains(t, run(t, "audit verify --head first").is(t, 0).out, "without --verifier that was not checked")
	require.Contains(t, run(t, "audit verify --head plain").is(t, 0).out, "is not signed")

	keep(t, "more.csv", homesHeader+"H-NEW,foster,E08000035,53.81,-1.54,2\n")
	run(t, "import homes more.csv").is(t, 0)
	var told struct {
		Schema   string
		Journal  uint64
		Count    int
		Findings []engine.Finding
		Noted    struct {
			Number    uint64
			SignedBy  []string `json:"signed_by"`
			Signature bool     `json:"signature_verified"`
		}
	}
	o = run(t, "audit verify --json --head first --verifier "+verifier).is(t, 0)
	require.NoError(t, json.Unmarshal([]byte(o.out), &told))
	require.Equal(t, "stablehomes/audit-verify/1", told.Schema)
	require.Equal(t, []uint64{5, 4}, []uint64{told.Journal, told.Noted.Number})
	require.True(t, told.Noted.Signature)
	require.Equal(t, []string{"leeds"}, told.Noted.SignedBy)
	require.NotNil(t, told.Findings)
}

func TestAHeadThatTheStoreDoesNotGoOnFrom(t *testing.T) {
	ownCounty(t)
	run(t, "audit keygen --out key").is(t, 0)
	other := strings.TrimSpace(run(t, "audit keygen --out other").is(t, 0).out)
	keep(t, "more.csv", homesHeader+"H-NEW,foster,E08000035,53.81,-1.54,2\n")
	require.NoError(t, os.CopyFS("backup.db", os.DirFS("stablehomes.db")))
	run(t, "import homes more.csv").is(t, 0)
	run(t, "audit head --out later --signing-key-file key").is(t, 0)

	run(t, "audit verify --db backup.db --head later").is(t, 1, "the end of the journal is lost", "the head was noted at entry 5, the journal ends at entry 4")
	keep(t, "else.csv", homesHeader+"H-ELSE,foster,E08000035,53.81,-1.54,2\n")
	run(t, "import --db backup.db homes else.csv").is(t, 0)
	run(t, "audit verify --db backup.db --head later").is(t, 1, "its past was changed")
	run(t, "audit verify --head later --verifier "+other).is(t, 1, "later: the signature of the head does not hold")
	keep(t, "letter", "Dear all\n")
	run(t, "audit verify --head letter").is(t, 1, "letter: this is not the head of a journal")
	run(t, "audit verify --head nowhere").is(t, 1, "nowhere")
	run(t, "audit verify --verifier "+other).is(t, 2, "--head FILE is missing")
}

func TestFilesThatAreThereAreNeverReplaced(t *testing.T) {
	ownCounty(t)
	keep(t, "kept", "dear to me")
	for _, line := range []string{"audit head --out kept", "audit keygen --out kept", "audit proof --entry 1 --out kept"} {
		run(t, line).is(t, 1, "kept")
		require.Equal(t, "dear to me", read(t, "kept"), line)
	}
}

func TestAProofIsCheckedWithTheHeadAlone(t *testing.T) {
	dir := ownCounty(t)
	o := run(t, `hold --child C-104 --home H-00142 --until 2h --by "A. Officer"`)
	require.Contains(t, []int{0, 6}, o.code)
	verifier := strings.TrimSpace(run(t, "audit keygen --out key").is(t, 0).out)
	run(t, "audit head --out head --signing-key-file key").is(t, 0)
	require.Contains(t, run(t, "audit proof --entry 2 --out proof").is(t, 0).out, "proof shows entry 2 to whoever has the head noted at entry")
	keep(t, "piped", run(t, "audit proof --entry 3 --head head").is(t, 0).out)
	later := filepath.Join(dir, "stablehomes.db")
	require.NoError(t, os.Rename(later, later+".away"))

	o = run(t, "audit check-proof --head head --verifier "+verifier+" proof").is(t, 0)
	require.Contains(t, o.out, "Proven: entry 2 is in the journal that ends with the head noted at entry")
	require.Contains(t, o.out, "carries the signature asked for")
	require.Contains(t, o.out, "import children")
	require.Contains(t, run(t, "audit check-proof --head head piped").is(t, 0).out, "import placements")
	o = run(t, "audit check-proof --json --head head proof").is(t, 0)
	require.True(t, strings.HasPrefix(o.out, `{"schema":"stablehomes/audit-check-proof/1"`))

	keep(t, "forged", strings.Replace(read(t, "proof"), `"entry":2`, `"entry":3`, 1))
	run(t, "audit check-proof --head head forged").is(t, 1, "forged: this is not proven")
	keep(t, "letter", "Dear all\n")
	run(t, "audit check-proof --head head letter").is(t, 1, "letter: this is not proven: it cannot be read")
	keep(t, "blank", "")
	run(t, "audit check-proof --head head blank").is(t, 1, "blank: this is not proven: nothing is in it; audit proof writes one")
	run(t, "audit check-proof --head letter proof").is(t, 1, "letter: this is not the head of a journal")
	run(t, "audit check-proof --head head nowhere").is(t, 1, "nowhere")
	require.NotContains(t, listed(t, dir), "stablehomes.db", "no store is needed, and none is made")
}

// placedCounty is a county in which C-104 was placed, and the decision.
func placedCounty(t *testing.T) (decision string) {
	t.Helper()
	ownCounty(t)
	var res struct {
		Candidates []struct{ Home string }
	}
	require.NoError(t, json.Unmarshal([]byte(run(t, "match --json --ready --child C-104"+onTheDay).is(t, 0).out), &res))
	for _, c := range res.Candidates {
		o := run(t, `place --json --child C-104 --home `+c.Home+` --by "A. Officer" --why "the nearest to school"`+onTheDay)
		if o.code != 0 {
			continue
		}
		var placed struct{ Decision string }
		require.NoError(t, json.Unmarshal([]byte(o.out), &placed), o.out)
		require.NotEmpty(t, placed.Decision, o.out)
		return placed.Decision
	}
	t.Fatal("nobody takes C-104")
	return ""
}

func TestADecisionIsProven(t *testing.T) {
	id := placedCounty(t)
	run(t, "audit head --out head").is(t, 0)
	run(t, "audit proof --decision "+id+" --out bare").is(t, 0)
	run(t, "audit proof --decision "+id+" --with-record --out whole").is(t, 0)
	o := run(t, "audit check-proof --head head bare").is(t, 0)
	require.Contains(t, o.out, "It wrote decision "+id+" with the SHA-256 ")
	require.NotContains(t, o.out, "the nearest to school")
	require.NotContains(t, read(t, "bare"), "school")
	o = run(t, "audit check-proof --head head whole").is(t, 0)
	require.Contains(t, o.out, "the nearest to school")
	run(t, "audit proof --decision D-999 --out x").is(t, 1, `decision "D-999" is not in the store`)
}

func TestAuditCommandLinesThatAreOff(t *testing.T) {
	dir := away(t)
	for line, says := range map[string]string{
		"audit":               "audit what? stablehomes audit log, stablehomes audit verify",
		"audit logs":          "there is no audit logs",
		"audit log --limit 0": "--limit 0: at least 1",
		"audit log yesterday": `audit log takes no argument "yesterday"`,
		"audit verify now":    `audit verify takes no argument "now"`,
		"audit head now":      `audit head takes no argument "now"`,
		"audit keygen":        "--out FILE is missing",
		`audit keygen --out k --name "two words"`: "--name two words",
		"audit proof":                               "--decision ID or --entry N",
		"audit proof --decision D-1 --entry 1":      "--decision ID or --entry N",
		"audit proof --entry 1 --with-record":       "--with-record is about a decision",
		"audit check-proof --head head":             "check what?",
		"audit check-proof proof":                   "--head FILE is missing",
		"audit check-proof proof --head head":       "flags come before arguments: stablehomes audit check-proof --head …",
		"audit check-proof --head head one another": `audit check-proof takes no argument "another"`,
	} {
		run(t, line).is(t, 2, says)
	}
	run(t, "audit log").is(t, 1, "there is no store")
	require.Empty(t, listed(t, dir))
}
