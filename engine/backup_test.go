package engine_test

import (
	"bytes"
	"errors"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"filippo.io/age"
	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine"
	"github.com/stablehomes/stablehomes/engine/care"
)

func key(n byte) []byte { return bytes.Repeat([]byte{n}, engine.KeySize) }

// settled is a store on disk, with postcodes, that was closed properly.
func settled(t *testing.T, opts ...engine.Option) (dir string) {
	dir = filepath.Join(t.TempDir(), "db")
	eng := open(t, dir, opts...)
	bring(t, eng, engine.Postcodes, postcodesCSV)
	settle(t, eng)
	require.NoError(t, eng.Close())
	return dir
}

func someone(t *testing.T) *age.X25519Identity {
	id, err := age.GenerateX25519Identity()
	require.NoError(t, err)
	return id
}

// backUp is a backup of the store.
func backUp(t *testing.T, dir string, o engine.BackupOptions, opts ...engine.Option) ([]byte, engine.Backed) {
	eng := open(t, dir, append(opts, engine.ReadOnly())...)
	defer eng.Close()
	var out bytes.Buffer
	b, err := eng.Backup(t.Context(), &out, o)
	require.NoError(t, err)
	require.Equal(t, len(o.Recipients) > 0, b.Encrypted)
	return out.Bytes(), b
}

func TestARestoredStoreAnswersAsTheOldOneDid(t *testing.T) {
	officer := someone(t)
	for name, c := range map[string]struct {
		from, to engine.BackupOptions
		old, new []engine.Option
		restore  engine.RestoreOptions
	}{
		"in clear":                      {},
		"for an officer":                {from: engine.BackupOptions{Recipients: []age.Recipient{officer.Recipient()}}, restore: engine.RestoreOptions{Identities: []age.Identity{officer}}},
		"from clear to encrypted":       {restore: engine.RestoreOptions{Key: key(2)}, new: []engine.Option{engine.WithKey(key(2))}},
		"encrypted, with another key":   {old: []engine.Option{engine.WithKey(key(1))}, from: engine.BackupOptions{Recipients: []age.Recipient{officer.Recipient()}}, restore: engine.RestoreOptions{Identities: []age.Identity{officer}, Key: key(2)}, new: []engine.Option{engine.WithKey(key(2))}},
		"encrypted, in clear on demand": {old: []engine.Option{engine.WithKey(key(1))}, from: engine.BackupOptions{Plain: true}},
	} {
		t.Run(name, func(t *testing.T) {
			dir := settled(t, c.old...)
			backup, backed := backUp(t, dir, c.from, c.old...)
			require.Equal(t, len(c.from.Recipients) == 0, bytes.Contains(backup, []byte("H-ROSE")))
			restored := filepath.Join(t.TempDir(), "restored")
			got, err := engine.Restore(t.Context(), restored, bytes.NewReader(backup), c.restore)
			require.NoError(t, err)
			require.Equal(t, backed, got)

			was, is := open(t, dir, c.old...), open(t, restored, c.new...)
			require.Equal(t, head(t, was), head(t, is))
			require.Equal(t, exports(t, was), exports(t, is))
			require.Equal(t, shortlist(t, was, asking("C-AMY")), shortlist(t, is, asking("C-AMY")))
			place, _, err := is.Locate("LS6 2AB")
			require.NoError(t, err)
			wasPlace, _, err := was.Locate("LS6 2AB")
			require.NoError(t, err)
			require.Equal(t, wasPlace, place)
			require.NoError(t, errors.Join(was.Close(), is.Close()))
		})
	}
}

func TestAnEncryptedStoreIsNotBackedUpInClearByMistake(t *testing.T) {
	dir := settled(t, engine.WithKey(key(1)))
	eng := open(t, dir, engine.WithKey(key(1)))
	defer eng.Close()
	var out bytes.Buffer
	_, err := eng.Backup(t.Context(), &out, engine.BackupOptions{})
	require.ErrorIs(t, err, engine.ErrBackupInClear)
	require.Zero(t, out.Len())
}

func TestABackupIsRestoredByItsRecipientsOnly(t *testing.T) {
	officer, deputy, stranger := someone(t), someone(t), someone(t)
	backup, _ := backUp(t, settled(t), engine.BackupOptions{Recipients: []age.Recipient{officer.Recipient(), deputy.Recipient()}})
	parent := t.TempDir()
	dir := filepath.Join(parent, "db")
	for _, by := range [][]age.Identity{nil, {stranger}} {
		_, err := engine.Restore(t.Context(), dir, bytes.NewReader(backup), engine.RestoreOptions{Identities: by})
		require.ErrorIs(t, err, engine.ErrIdentityNeeded)
	}
	seed := max(*seedFlag, 1)
	t.Logf("-seed=%d", seed)
	r := rand.New(rand.NewPCG(seed, 0))
	for range 200 {
		spoilt := bytes.Clone(backup)
		if r.IntN(3) == 0 {
			spoilt = spoilt[:r.IntN(len(spoilt))]
		} else {
			spoilt[r.IntN(len(spoilt))] ^= 1 << r.IntN(8)
		}
		_, err := engine.Restore(t.Context(), dir, bytes.NewReader(spoilt), engine.RestoreOptions{Identities: []age.Identity{officer}})
		require.True(t, errors.Is(err, engine.ErrBadBackup) || errors.Is(err, engine.ErrIdentityNeeded), "%v", err)
		entries, err := os.ReadDir(parent)
		require.NoError(t, err)
		require.Empty(t, entries)
	}
	for _, by := range []age.Identity{deputy, officer} {
		_, err := engine.Restore(t.Context(), filepath.Join(t.TempDir(), "db"), bytes.NewReader(backup), engine.RestoreOptions{Identities: []age.Identity{stranger, by}})
		require.NoError(t, err)
	}
}

func TestABackupOfMemoryRestoresToDisk(t *testing.T) {
	eng := engine.InMemory()
	settle(t, eng)
	var out bytes.Buffer
	_, err := eng.Backup(t.Context(), &out, engine.BackupOptions{})
	require.NoError(t, err)
	dir := t.TempDir()
	_, err = engine.Restore(t.Context(), dir, bytes.NewReader(out.Bytes()), engine.RestoreOptions{})
	require.NoError(t, err)
	restored := open(t, dir)
	require.Equal(t, exports(t, eng), exports(t, restored))
	require.NoError(t, errors.Join(eng.Close(), restored.Close()))
	_, err = engine.Restore(t.Context(), dir, bytes.NewReader(out.Bytes()), engine.RestoreOptions{})
	require.ErrorIs(t, err, engine.ErrNotEmpty)
}

func TestAnEncryptedStoreMatchesAsOneInClearDoes(t *testing.T) {
	clear, sealed := settled(t), settled(t, engine.WithKey(key(1)))
	for _, opts := range [][]engine.Option{nil, {engine.ReadOnly()}} {
		a, b := open(t, clear, opts...), open(t, sealed, append(opts, engine.WithKey(key(1)))...)
		require.Equal(t, head(t, a), head(t, b))
		require.Equal(t, shortlist(t, a, asking("C-AMY")), shortlist(t, b, asking("C-AMY")))
		require.NoError(t, errors.Join(a.Close(), b.Close()))
	}
	for _, k := range [][]byte{nil, key(2)} {
		_, err := engine.Open(t.Context(), sealed, engine.WithKey(k))
		require.ErrorIs(t, err, map[bool]error{true: engine.ErrKeyNeeded, false: engine.ErrWrongKey}[k == nil])
	}
	_, err := engine.Open(t.Context(), clear, engine.WithKey(key(1)))
	require.ErrorIs(t, err, engine.ErrWrongKey)
	_, err = engine.Open(t.Context(), sealed, engine.WithKey([]byte("short")))
	require.ErrorIs(t, err, engine.ErrWrongKey)
}

// TestNothingOfAPersonCanBeReadInAnEncryptedStore looks through every file, the
// file of spans among them.
func TestNothingOfAPersonCanBeReadInAnEncryptedStore(t *testing.T) {
	names := []string{"C-AMY", "H-ROSE"}
	for _, opts := range [][]engine.Option{nil, {engine.WithKey(key(1))}} {
		dir, found, spans := settled(t, opts...), 0, false
		require.NoError(t, filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || d.Name() == "postcodes" { // which anybody may have
				return err
			}
			spans = spans || d.Name() == "spans"
			content, err := os.ReadFile(path)
			for _, name := range names {
				if bytes.Contains(content, []byte(name)) {
					found++
				}
			}
			return err
		}))
		require.True(t, spans)
		require.Equal(t, opts == nil, found > 0)
	}
}

func TestDamageToTheFilesBesideTheStoreIsNoticedOrDoesNoHarm(t *testing.T) {
	rounds := 100
	if testing.Short() {
		rounds = 10
	}
	seed := max(*seedFlag, 1)
	t.Logf("-seed=%d", seed)
	r := rand.New(rand.NewPCG(seed, 0))
	for _, opts := range [][]engine.Option{nil, {engine.WithKey(key(1))}} {
		dir := settled(t, opts...)
		eng := open(t, dir, append(opts, engine.ReadOnly())...)
		want, wantPlace := shortlist(t, eng, asking("C-AMY")), located(t, eng)
		require.NoError(t, eng.Close())
		for _, name := range []string{"spans", "postcodes"} {
			path := filepath.Join(dir, name)
			whole, err := os.ReadFile(path)
			require.NoError(t, err)
			noticed := 0
			for range rounds {
				spoilt := bytes.Clone(whole)
				if r.IntN(3) == 0 {
					spoilt = spoilt[:r.IntN(len(spoilt))]
				} else {
					spoilt[r.IntN(len(spoilt))] ^= 1 << r.IntN(8)
				}
				require.NoError(t, os.WriteFile(path, spoilt, 0o600))
				eng := open(t, dir, append(opts, engine.ReadOnly())...)
				require.Equal(t, want, shortlist(t, eng, asking("C-AMY")), "the index is built anew")
				place, _, err := eng.Locate("LS6 2AB")
				if err != nil {
					noticed++
				} else {
					require.Equal(t, wantPlace, place)
				}
				require.NoError(t, eng.Close())
			}
			require.Equal(t, name == "postcodes", noticed > 0)
			require.NoError(t, os.WriteFile(path, whole, 0o600))
		}
	}
}

func located(t *testing.T, eng *engine.Engine) care.Location {
	place, _, err := eng.Locate("LS6 2AB")
	require.NoError(t, err)
	return place
}
