package store

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine/care"
)

func TestAnEncryptedStoreOpensWithItsKeyOnly(t *testing.T) {
	if testing.Short() {
		t.Skip("one goroutine, and stores opened again and again")
	}
	dir := t.TempDir()
	s, err := Open(t.Context(), dir, Options{Create: true, Key: someKey(1)})
	require.NoError(t, err)
	do(t, s, putHomes(home("H-1", 3)))
	killed := imageOf(t, dir)
	checkAndClose(t, s)
	for name, im := range map[string]image{"closed": imageOf(t, dir), "killed": killed} {
		dir := t.TempDir()
		im.writeTo(t, dir)
		for _, o := range []Options{{}, {ReadOnly: true}, {Create: true}} {
			for what, c := range map[string]struct {
				key  []byte
				kind error
			}{"none": {nil, ErrKeyNeeded}, "another": {someKey(2), ErrWrongKey}, "too short": {someKey(1)[:31], ErrWrongKey}} {
				o.Key = c.key
				_, err := Open(t.Context(), dir, o)
				require.ErrorIs(t, err, c.kind, "%s, key: %s", name, what)
				after := imageOf(t, dir)
				delete(after, "/"+lockName)
				before := imageWithout(im, "/"+lockName)
				require.True(t, before.equal(after), "nothing was touched")
			}
		}
		for _, o := range []Options{{Key: someKey(1)}, {Key: someKey(1), ReadOnly: true}} {
			s, err := Open(t.Context(), dir, o)
			require.NoError(t, err)
			h, err := look(t, s).Home("H-1")
			require.NoError(t, err)
			require.Equal(t, 3, h.Beds)
			checkAndClose(t, s)
		}
	}
}

func imageWithout(im image, name string) image {
	out := image{}
	for n, f := range im {
		if n != name {
			out[n] = f
		}
	}
	return out
}

func TestAStoreInClearTakesNoKey(t *testing.T) {
	dir := closedStore(t, 2)
	_, err := Open(t.Context(), dir, Options{Key: someKey(1)})
	require.ErrorIs(t, err, ErrWrongKey)
	require.ErrorContains(t, err, "not encrypted")
	s, err := Open(t.Context(), dir, Options{})
	require.NoError(t, err)
	checkAndClose(t, s)
}

func TestDerivedKeysDifferByKeyAndPurpose(t *testing.T) {
	seen := map[string]bool{}
	for n := range byte(3) {
		for _, purpose := range []string{purposeRecords, purposeHead, "x"} {
			k, err := DeriveKey(someKey(n), purpose)
			require.NoError(t, err)
			require.Len(t, k, KeySize)
			require.False(t, seen[string(k)])
			seen[string(k)] = true
		}
	}
	_, err := DeriveKey(nil, "x")
	require.ErrorIs(t, err, ErrWrongKey)
}

// namedOutright are records with names that occur in no file by chance: in their ids, and
// in a field or two.
func namedOutright(i int) (care.Home, care.Child, care.Placement) {
	word := func(what string) string { return fmt.Sprintf("%s-Quetzalcoatl%05d", what, i*7919) }
	h, c := home(care.ID(word("home")), 2), child(care.ID(word("child")), care.ID(word("group")))
	h.Provider, h.Where.Postcode = word("provider"), word("postcode")
	p := placement(care.ID(word("placement")), c.ID, h.ID)
	p.Reason = word("reason")
	return h, c, p
}

// filesWith is how many files under a directory hold the word.
func filesWith(t *testing.T, dir, word string) (n int) {
	require.NoError(t, filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		if bytes.Contains(content, []byte(word)) || bytes.Contains([]byte(path), []byte(word)) {
			n++
		}
		return err
	}))
	return n
}

func TestNothingCanBeReadInTheFilesOfAnEncryptedStore(t *testing.T) {
	if testing.Short() {
		t.Skip("one goroutine, and stores opened again and again")
	}
	for name, key := range map[string][]byte{"clear": nil, "encrypted": someKey(9)} {
		dir, killed := t.TempDir(), t.TempDir()
		for round := range 3 { // tables, and their rewriting, and a log
			s, err := Open(t.Context(), dir, Options{Create: true, Key: key})
			require.NoError(t, err)
			for i := range 60 {
				h, c, p := namedOutright(i)
				h.Beds = round
				do(t, s, putHomes(h))
				do(t, s, putChildren(c))
				do(t, s, putPlacements(p))
			}
			copyDir(t, killed, dir)
			checkAndClose(t, s)
		}
		for _, d := range []string{dir, killed} {
			n := filesWith(t, d, "Quetzalcoatl")
			require.Equal(t, key == nil, n > 0, "%s: %d files", name, n)
		}
	}
}
