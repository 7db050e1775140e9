package cli_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"filippo.io/age"
	"github.com/stretchr/testify/require"
)

// keyFile writes a key that only its owner may read.
func keyFile(t testing.TB, name, digits string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	require.NoError(t, os.WriteFile(path, []byte(digits), 0o600))
	return path
}

var aKey = strings.Repeat("0f", 32) + "\n"

// officerWithIdentity is somebody a backup can be for: the recipient, and the file
// with the identity.
func officerWithIdentity(t testing.TB) (recipient, file string) {
	t.Helper()
	id, err := age.GenerateX25519Identity()
	require.NoError(t, err)
	return id.Recipient().String(), keyFile(t, "identity", id.String()+"\n")
}

// answerOf is what a store answers, byte for byte.
func answerOf(t testing.TB, db, flags string) string {
	t.Helper()
	return run(t, "match --db "+db+" --json --child C-104"+onTheDay+" "+flags).is(t, 0).out
}

func TestAStoreIsBackedUpAndRestored(t *testing.T) {
	db := countyStore(t)
	away(t)
	o := run(t, "backup --db "+db+" county.backup").is(t, 0)
	require.Contains(t, o.out, db+" -> county.backup: ")
	require.Contains(t, o.out, "the backup is in clear")
	require.NoFileExists(t, "county.backup.new")
	o = run(t, "restore --db restored county.backup").is(t, 0)
	require.Contains(t, o.out, "county.backup -> restored: ")
	require.Equal(t, answerOf(t, db, ""), answerOf(t, "restored", ""))
	require.Equal(t, run(t, "export --db "+db+" children").is(t, 0).out, run(t, "export --db restored children").is(t, 0).out)

	run(t, "restore --db restored county.backup").is(t, 1, "the directory is not empty", "nothing was touched")
	run(t, "restore --db elsewhere nowhere.backup").is(t, 1, "nowhere.backup")
	require.NoDirExists(t, "elsewhere")
}

func TestABackupSaysWhatIsInIt(t *testing.T) {
	db := countyStore(t)
	away(t)
	var made, restored map[string]any
	require.NoError(t, json.Unmarshal([]byte(run(t, "backup --json --db "+db+" b").is(t, 0).out), &made))
	require.NoError(t, json.Unmarshal([]byte(run(t, "restore --json --db r b").is(t, 0).out), &restored))
	require.Equal(t, "stablehomes/backup/1", made["schema"])
	require.Equal(t, "stablehomes/restore/1", restored["schema"])
	require.Positive(t, made["journal"])
	for _, same := range []string{"journal", "root", "keys", "encrypted", "file"} {
		require.Equal(t, made[same], restored[same], same)
	}
}

func TestABackupForAnOfficerOpensWithTheirIdentityOnly(t *testing.T) {
	db := countyStore(t)
	recipient, identity := officerWithIdentity(t)
	other, stranger := officerWithIdentity(t)
	away(t)
	keep(t, "recipients", "# those who may restore\n"+other+"\n"+recipient+"\n")
	for _, flags := range []string{"--recipient " + recipient, "--recipient " + other + " --recipient " + recipient, "--recipients-file recipients"} {
		o := run(t, "backup --db "+db+" "+flags+" county.age").is(t, 0)
		require.Contains(t, o.out, "the backup is encrypted")
		content, err := os.ReadFile("county.age")
		require.NoError(t, err)
		require.False(t, bytes.Contains(content, []byte("C-104")))
		run(t, "restore --db r county.age").is(t, 1, "the backup is encrypted", "--identity-file FILE")
		run(t, "restore --db r --identity-file "+identity+" county.age").is(t, 0)
		require.NoError(t, os.RemoveAll("r"))
	}
	run(t, "backup --db "+db+" --recipient "+recipient+" county.age").is(t, 0)
	run(t, "restore --db r --identity-file "+stranger+" county.age").is(t, 1, "it is for other recipients")
	run(t, "backup --db "+db+" --recipient somebody x").is(t, 2, "it is no age recipient")
	run(t, "backup --db "+db+" --recipients-file county.age x").is(t, 1, "county.age")
	run(t, "restore --db r --identity-file recipients county.age").is(t, 1, "is no age identity")
	require.NoDirExists(t, "r")
	require.NoFileExists(t, "x")
}

func TestADamagedBackupIsRefused(t *testing.T) {
	db := countyStore(t)
	away(t)
	run(t, "backup --db "+db+" b").is(t, 0)
	content, err := os.ReadFile("b")
	require.NoError(t, err)
	content[len(content)/2] ^= 1
	keep(t, "flipped", string(content))
	keep(t, "cut", string(content[:len(content)/2]))
	keep(t, "letter", "Dear colleague")
	for _, file := range []string{"flipped", "cut", "letter"} {
		run(t, "restore --db r "+file).is(t, 1, file+": the backup cannot be used")
	}
	require.NoDirExists(t, "r")
}

func TestAnEncryptedStoreIsWorkedWithAsOneInClear(t *testing.T) {
	files, plain := countyFiles(t), countyStore(t)
	recipient, identity := officerWithIdentity(t)
	k, other := keyFile(t, "key", aKey), keyFile(t, "other", strings.Repeat("AB", 32))
	away(t)
	t.Setenv("STABLEHOMES_DB", "sealed")
	run(t, "import --key-file "+k+" homes "+files+"/homes.csv").is(t, 0)
	t.Setenv("STABLEHOMES_KEY_FILE", k)
	run(t, "import children "+files+"/children.csv").is(t, 0)
	homes := run(t, "export homes").is(t, 0).out
	run(t, "export --db "+plain+" homes").is(t, 1, "the store is not encrypted")

	run(t, "export --key-file "+other+" homes").is(t, 1, "the key does not fit")
	run(t, "backup b").is(t, 2, "the store is encrypted and its backup would not be", "--recipient")
	require.NoFileExists(t, "b")
	require.NoFileExists(t, "b.new")
	run(t, "backup --recipient "+recipient+" b").is(t, 0)
	run(t, "backup --plain clear").is(t, 0)
	run(t, "restore --db again --key-file "+other+" --identity-file "+identity+" b").is(t, 0)
	require.Equal(t, homes, run(t, "export --db again --key-file "+other+" homes").is(t, 0).out)

	t.Setenv("STABLEHOMES_KEY_FILE", "")
	run(t, "export homes").is(t, 1, "the store is encrypted", "--key-file FILE, or $STABLEHOMES_KEY_FILE")
	run(t, "restore --db clearly clear").is(t, 0)
	require.Equal(t, homes, run(t, "export --db clearly homes").is(t, 0).out)
	run(t, "export --db clearly --key-file "+k+" homes").is(t, 1, "the store is not encrypted")
}

func TestAKeyFileIsReadWithCare(t *testing.T) {
	db := countyStore(t)
	for what, digits := range map[string]string{"empty": "", "too short": aKey[:40], "too long": aKey[:64] + "00", "no digits": strings.Repeat("x", 64)} {
		o := run(t, "export --db "+db+" --key-file "+keyFile(t, "key", digits)+" homes")
		o.is(t, 1, "is no key: it has to hold 64 hexadecimal digits", "make one with:")
		require.NotContains(t, o.err, "0f0f", "%s: a key is not written anywhere", what)
	}
	run(t, "export --db "+db+" --key-file nowhere homes").is(t, 1, "nowhere", "make one with:")
	if runtime.GOOS == "windows" {
		return
	}
	shared := keyFile(t, "key", aKey)
	for _, mode := range []os.FileMode{0o640, 0o604, 0o622} {
		require.NoError(t, os.Chmod(shared, mode))
		run(t, "export --db "+db+" --key-file "+shared+" homes").is(t, 1, "can be read by others", "chmod 600")
	}
}

func TestBackupAndRestoreTakeOneFile(t *testing.T) {
	for _, command := range []string{"backup", "restore"} {
		run(t, command+" --db "+countyStore(t)).is(t, 2, "which file? stablehomes "+command)
		run(t, command+" --db "+countyStore(t)+" a b").is(t, 2)
		run(t, command+" a --json").is(t, 2, "flags come before arguments")
	}
	run(t, "backup --db nowhere b").is(t, 1, "there is no store")
}
