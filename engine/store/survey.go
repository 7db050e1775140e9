package store

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Survey is what can be told of a store without opening it.
type Survey struct {
	Head      Head        // the end of the journal, by HEAD; a program that writes may be ahead of it
	Proper    bool        // HEAD says that it was closed properly; it does not while a program writes
	Encrypted bool        // a key is needed to open it
	Mode      fs.FileMode // permissions of the directory; of no meaning on Windows

	Bytes  uint64 // of all files in the directory
	Free   uint64 // bytes that are free to this user on its disk
	Needed uint64 // bytes that have to be free, or changes are an [ErrFull]
	Known  bool   // the system tells Free and Needed
}

// Look surveys a directory by the names and sizes of its files and by HEAD. It changes
// nothing, takes no lock and needs no key, so it answers also while another program
// has the store open. Errors are a [*DirError] of kind [ErrNoStore], [ErrDamaged] or
// [ErrLost], or come from the file system.
func Look(dir string) (Survey, error) { return survey(dir, diskSpace) }

func survey(dir string, disk space) (s Survey, err error) {
	l, err := inspect(dir)
	if err != nil {
		return s, err
	}
	if err := l.refuse(false); err != nil {
		return s, err
	}
	m, err := readHead(dir)
	if err != nil {
		return s, err
	}
	info, err := os.Stat(dir)
	if err != nil {
		return s, fmt.Errorf("look at the store: %w", err)
	}
	s = Survey{Head: m.head, Proper: m.clean, Encrypted: m.key != keyMark{}, Mode: info.Mode().Perm()}
	s.Free, s.Needed, s.Known = disk(dir)
	s.Needed = needed(s.Needed)
	if s.Bytes, err = bytesIn(dir); err != nil {
		return s, fmt.Errorf("look at the store: %w", err)
	}
	return s, l.refuseEmpty(m)
}

// bytesIn adds up the files of a directory, and of those in it. A file that goes
// while it is looked at counts for nothing.
func bytesIn(dir string) (sum uint64, err error) {
	err = filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		info, err := d.Info()
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err == nil {
			sum += uint64(info.Size())
		}
		return err
	})
	return sum, err
}
