package store

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/dgraph-io/badger/v4"
	"github.com/dgraph-io/badger/v4/fb"
	"github.com/dgraph-io/badger/v4/options"
	"github.com/dgraph-io/badger/v4/table"
	"github.com/dgraph-io/ristretto/v2"
	"github.com/dgraph-io/ristretto/v2/z"
)

// asideSuffix is put behind the name of a table that MANIFEST does not name.
const asideSuffix = ".aside"

// inspection looks at the tables of a store that was not closed properly, before
// Badger does.
type inspection struct {
	dir   string // of the tables
	named badger.Manifest
	keys  *badger.KeyRegistry
	index *ristretto.Cache[uint64, *fb.TableIndex] // Badger asks for one where there is a key
}

// inspectTables compares every table with its note or, where it is not vouched
// for, verifies its blocks, and returns the notes. Those that MANIFEST does not
// name are set aside: Badger would delete them, and whether MANIFEST is complete
// shows only when the journal has been compared with HEAD. A compaction that was
// killed leaves such tables too, whole or cut off.
func inspectTables(dir string, key []byte, vouched fileNotes) (fileNotes, error) {
	names, err := dataFiles(dir)
	if err != nil {
		return nil, err
	}
	in, err := newInspection(dir, key)
	if in == nil || err != nil {
		return nil, err
	}
	defer in.index.Close()
	var sound fileNotes
	for _, name := range names {
		id, isTable := table.ParseFileID(name)
		if !isTable {
			if err := in.hasKeyOf(dir, name); err != nil {
				return nil, err
			}
			continue
		}
		m, named := in.named.Tables[id]
		if !named {
			if err := setAside(filepath.Join(in.dir, name)); err != nil {
				return nil, err
			}
			continue
		}
		n, err := in.note(dir, name, m, vouched)
		if err != nil {
			return nil, err
		}
		sound = append(sound, n)
	}
	return sound, nil
}

// logHeader is what a log of Badger's begins with: the number of the key that it is
// encrypted with, 8 bytes with the high one first, and 12 bytes of chance.
const logHeader = 20

// hasKeyOf is an [ErrDamaged] if a log's key is missing from KEYREGISTRY. Badger
// notices too, and leaves goroutines behind.
func (in *inspection) hasKeyOf(dir, name string) error {
	if ext := filepath.Ext(name); ext != ".mem" && ext != ".vlog" {
		return nil
	}
	f, err := os.Open(filepath.Join(in.dir, name))
	if err != nil {
		return err
	}
	defer f.Close()
	header := make([]byte, logHeader)
	switch _, err := io.ReadFull(f, header); {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return nil // Badger sees to one that is cut off
	case err != nil:
		return err
	}
	if _, err := in.keys.DataKey(binary.BigEndian.Uint64(header)); err != nil {
		return fmt.Errorf("%w (%w)", wrongFile(dir, name, "needs a key that data/"+badger.KeyRegistryFileName+" does not have"), err)
	}
	return nil
}

// note is that of a table which was found to be sound.
func (in *inspection) note(dir, name string, m badger.TableManifest, vouched fileNotes) (fileNote, error) {
	if n, known := vouched.of(name); known {
		return n, n.compare(dir)
	}
	if err := in.verify(name, m); err != nil {
		return fileNote{}, fmt.Errorf("%w (%w)", wrongFile(dir, name, "is damaged"), err)
	}
	return takeNote(dir, name)
}

// newInspection is nil where there is no MANIFEST yet.
func newInspection(dir string, key []byte) (*inspection, error) {
	data := filepath.Join(dir, dataName)
	f, err := os.Open(filepath.Join(data, badger.ManifestFilename))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	named, _, err := badger.ReplayManifestFile(f, 0, badgerOptions(data, key, true, nil))
	if err != nil {
		return nil, fmt.Errorf("%w (%w)", wrongFile(dir, badger.ManifestFilename, "is damaged"), err)
	}
	keys, err := readKeys(badger.KeyRegistryOptions{Dir: data, ReadOnly: true, EncryptionKey: key})
	if err != nil {
		return nil, fmt.Errorf("%w (%w)", wrongFile(dir, badger.KeyRegistryFileName, "is damaged"), err)
	}
	index, err := ristretto.NewCache(&ristretto.Config[uint64, *fb.TableIndex]{NumCounters: 100, MaxCost: 16 << 20, BufferItems: 64})
	return &inspection{data, named, keys, index}, err
}

// readKeys reads the keys of the tables. Badger panics at a key that the end of the
// file has cut short.
func readKeys(o badger.KeyRegistryOptions) (keys *badger.KeyRegistry, err error) {
	defer whileReading(&err)
	return badger.OpenKeyRegistry(o)
}

// verify reads every block of a table. Damage makes Badger's own code panic,
// which it would do on a goroutine of its own if it came first.
func (in *inspection) verify(name string, m badger.TableManifest) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = errors.New("its blocks cannot be read")
		}
	}()
	key, err := in.keys.DataKey(m.KeyID)
	if err != nil {
		return err
	}
	file, err := z.OpenMmapFile(filepath.Join(in.dir, name), os.O_RDONLY, 0)
	if err != nil {
		return err
	}
	t, err := table.OpenTable(file, table.Options{
		ReadOnly: true, ChkMode: options.OnBlockRead, BlockSize: 4 << 10,
		Compression: m.Compression, DataKey: key, IndexCache: in.index,
	})
	if err != nil {
		return err
	}
	return errors.Join(t.VerifyChecksum(), t.Close(-1))
}

func setAside(path string) error {
	if err := os.Rename(path, path+asideSuffix); err != nil {
		return fmt.Errorf("set a table aside: %w", err)
	}
	return nil
}

// endAside puts the tables that were set aside back, or removes them once the
// store has been found whole without them.
func endAside(dir string, whole bool) error {
	names, err := dataFiles(dir)
	if err != nil {
		return err
	}
	for _, name := range names {
		path := filepath.Join(dir, dataName, name)
		was, aside := strings.CutSuffix(path, asideSuffix)
		switch {
		case !aside:
			continue
		case whole:
			err = errors.Join(err, os.Remove(path))
		default:
			err = errors.Join(err, putBack(path, was))
		}
	}
	return err
}

// putBack leaves a table of the same number alone, which was written since.
func putBack(path, was string) error {
	if _, err := os.Stat(was); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return os.Rename(path, was)
}
