package store

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"

	"github.com/dgraph-io/badger/v4"
	"github.com/gofrs/flock"
)

const (
	lockName = "LOCK"
	dataName = "data"
)

// layout is what a directory holds, by the names and sizes of its files alone.
type layout struct {
	dir      string
	head     bool     // HEAD is there
	manifest bool     // Badger's list of its tables is there
	data     bool     // files that hold records are there
	keys     bool     // Badger's file of keys is there, which holds none where there is no encryption
	records  bool     // files that are opened with those keys are there
	running  bool     // memtables are there, which a proper close removes
	empty    []string // paths of logs of 0 bytes, which a crash leaves and Badger refuses
}

// inspect changes nothing. A directory that is not there is an empty layout.
func inspect(dir string) (layout, error) {
	l := layout{dir: dir}
	if info, err := os.Stat(dir); err == nil && !info.IsDir() {
		return l, fmt.Errorf("look for a store: %s is a file, and a store is a directory: name another", dir)
	}
	_, err := os.Stat(filepath.Join(dir, headName))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return l, fmt.Errorf("look for a store: %w", err)
	}
	l.head = err == nil
	files, err := os.ReadDir(filepath.Join(dir, dataName))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return l, fmt.Errorf("look for a store: %w", err)
	}
	for _, f := range files {
		if err := l.note(f); err != nil {
			return l, err
		}
	}
	return l, nil
}

func (l *layout) note(f fs.DirEntry) error {
	switch name, ext := f.Name(), filepath.Ext(f.Name()); {
	case name == badger.ManifestFilename:
		l.manifest = true
	case name == badger.KeyRegistryFileName:
		l.data, l.keys = true, true
	case name == discardName:
		l.data = true
	case ext == ".sst":
		l.data, l.records = true, true
	case ext == ".mem", ext == ".vlog":
		l.data, l.records = true, true
		l.running = l.running || ext == ".mem"
		info, err := f.Info()
		if err != nil {
			return fmt.Errorf("look at %s: %w", name, err)
		}
		if info.Size() == 0 {
			l.empty = append(l.empty, filepath.Join(l.dir, dataName, name))
		}
	}
	return nil
}

// exists says whether there is any trace of a store.
func (l *layout) exists() bool { return l.head || l.data || l.manifest }

// refuse is why the files must not be opened, or nil. It runs before Badger,
// which would create an empty store in their stead and delete the tables.
func (l *layout) refuse(create bool) error {
	switch {
	case !l.exists() && !create:
		return l.wrong(ErrNoStore, "import homes to begin one, or name another directory")
	case !l.head && (l.data || l.manifest):
		return l.wrong(ErrDamaged, "the records are there but HEAD is missing, so nobody can tell whether they are complete; put HEAD back or restore a backup")
	case l.data && !l.manifest:
		return l.wrong(ErrDamaged, "data/MANIFEST is missing; nothing was touched; put it back or restore a backup")
	case l.records && !l.keys:
		return l.wrong(ErrDamaged, "data/KEYREGISTRY is missing; nothing was touched; put it back or restore a backup")
	}
	return nil
}

// refuseEmpty is for a HEAD that has seen changes over no records at all.
func (l *layout) refuseEmpty(m mark) error {
	if m.head.Number > 0 && !l.manifest {
		return l.wrong(ErrLost, fmt.Sprintf("HEAD has seen %d changes but data/ holds no records; restore a backup", m.head.Number))
	}
	return nil
}

// dataState is what the files of data/ are, compared with FILES.
type dataState struct {
	notes fileNotes // what was vouched for
	clean bool      // every file is as the last proper close left it
}

// compare compares the files with FILES after a proper close and is an
// [ErrDamaged] where one is not as it was written. Without a whole FILES nothing
// is vouched for.
func (l *layout) compare(m mark) (dataState, error) {
	notes, whole, err := readFiles(l.dir)
	if err != nil {
		return dataState{}, err
	}
	names, err := dataFiles(l.dir)
	if err != nil {
		return dataState{}, err
	}
	f := dataState{notes, m.clean && whole && !l.running && notes.covers(names)}
	if f.clean {
		err = notes.compare(l.dir)
	}
	return f, err
}

func (l *layout) wrong(kind error, why string) error {
	return &DirError{Dir: l.dir, Kind: kind, Why: why}
}

// clearEmpty removes logs of 0 bytes: a crash came between creating them and
// writing their first byte. Only the holder of the exclusive lock may do so.
func (l *layout) clearEmpty() error {
	for _, path := range l.empty {
		if err := os.Remove(path); err != nil {
			return fmt.Errorf("remove an empty log: %w", err)
		}
	}
	return nil
}

// lockDir takes the store's lock, shared or not, without waiting for it.
func lockDir(dir string, shared bool) (*flock.Flock, error) {
	lock := flock.New(filepath.Join(dir, lockName))
	try := lock.TryLock
	if shared {
		try = lock.TryRLock
	}
	ok, err := try()
	if err != nil {
		return nil, fmt.Errorf("lock the store: %w", err)
	}
	if !ok {
		return nil, &DirError{Dir: dir, Kind: ErrInUse,
			Why: "another program has it open; wait until that has finished, or close it, and try again"}
	}
	return lock, nil
}

// lockToRead takes the shared lock. Where the directory is to stay as it is, LOCK is
// not made: without one nobody has the store open, and there is nothing to lock.
func lockToRead(dir string, asItIs bool) (*flock.Flock, error) {
	if asItIs {
		if _, err := os.Stat(filepath.Join(dir, lockName)); errors.Is(err, fs.ErrNotExist) {
			return nil, nil
		}
	}
	return lockDir(dir, true)
}

// canShare says whether several programs may read at once here. Badger cannot
// open for reading only on the others.
func canShare() bool { return !slices.Contains([]string{"windows", "plan9"}, runtime.GOOS) }
