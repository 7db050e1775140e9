// Package durable puts files on the disk so that neither a crash nor a power cut
// leaves half of one.
package durable

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
)

// draftSuffix is added to the name of a file while it is written. What a crash
// leaves under such a name is overwritten the next time.
const draftSuffix = ".new"

// Replace puts what write writes at path in one step: whoever opens the path finds
// the old file, if there was one, or the new one with this mode, and after a power
// cut too. If anything fails before the new file is in place, the old one stays and the
// draft beside it is removed. The last step, [SyncDir], comes after that: if it fails
// the new file is there, and a power cut may bring the old one back. Only one process
// at a time may replace a path.
func Replace(path string, mode fs.FileMode, write func(w io.Writer) error) error {
	draft := path + draftSuffix
	f, err := os.OpenFile(draft, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, mode)
	if err != nil {
		return err
	}
	if err = errors.Join(fill(f, mode, write), f.Close()); err == nil {
		err = os.Rename(draft, path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(draft))
	}
	return SyncDir(filepath.Dir(path))
}

// fill returns once everything is on the disk.
func fill(f *os.File, mode fs.FileMode, write func(w io.Writer) error) error {
	w := bufio.NewWriterSize(f, 1<<16)
	if err := write(w); err != nil {
		return err
	}
	if err := w.Flush(); err != nil {
		return err
	}
	if err := f.Chmod(mode); err != nil { // a draft that was left has its own, and the umask may have taken from it
		return err
	}
	return f.Sync()
}

// SyncDir makes a new name in a directory outlive a power cut. Windows has no such
// call and does not need one.
func SyncDir(dir string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	d, err := os.Open(dir)
	if err != nil {
		return fmt.Errorf("sync %s: %w", dir, err)
	}
	return errors.Join(d.Sync(), d.Close())
}
