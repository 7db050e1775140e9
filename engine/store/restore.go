package store

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/stablehomes/stablehomes/engine/durable"
)

// ErrNotEmpty says that a directory is not empty, so nothing is restored into it.
var ErrNotEmpty = errors.New("the directory is not empty")

// restoringSuffix is put behind the name of a store until it is complete.
const restoringSuffix = ".restoring"

// Restore makes a new store of a backup, with the key in the options, if any.
// The backup is read twice, so that nothing is begun with one that is damaged; the
// store appears whole, checked, or not at all.
//
// Errors: [ErrNotEmpty]; [ErrBadBackup]; [ErrFull]; [ErrDamaged] if what was
// backed up did not agree; that of ctx; and of the file system.
func Restore(ctx context.Context, dir string, o Options, open func() (io.Reader, error)) (Backed, error) {
	if err := mayRestore(dir); err != nil {
		return Backed{}, err
	}
	r, err := open()
	if err != nil {
		return Backed{}, err
	}
	backed, err := ReadBackup(ctx, r, nil, nil)
	if err != nil {
		return Backed{}, err
	}
	draft := filepath.Clean(dir) + restoringSuffix
	if err := os.RemoveAll(draft); err != nil { // of a restoring that was killed
		return Backed{}, err
	}
	if err := restoreTo(ctx, draft, o, open, backed); err != nil {
		return Backed{}, errors.Join(err, os.RemoveAll(draft))
	}
	if err := os.Remove(dir); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return Backed{}, errors.Join(err, os.RemoveAll(draft))
	}
	if err := os.Rename(draft, dir); err != nil {
		return Backed{}, err
	}
	return backed, durable.SyncDir(filepath.Dir(filepath.Clean(dir)))
}

// mayRestore is an [ErrNotEmpty] unless the directory is empty or not there.
func mayRestore(dir string) error {
	entries, err := os.ReadDir(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	case len(entries) > 0:
		return &DirError{Dir: dir, Kind: ErrNotEmpty, Why: "name one that is not there yet; nothing was touched"}
	}
	return nil
}

// restoreTo writes the backup into a directory of its own and checks it.
func restoreTo(ctx context.Context, dir string, o Options, open func() (io.Reader, error), want Backed) (err error) {
	o.Create, o.ReadOnly = true, false
	s, err := Open(ctx, dir, o)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	r, err := open()
	if err != nil {
		return err
	}
	w := &restoring{ctx: ctx, store: s}
	got, err := ReadBackup(ctx, r, w.pair, func(f BackupFile) error { return w.file(dir, f) })
	if err == nil {
		err = w.commit()
	}
	if err == nil && got != want {
		err = fmt.Errorf("%w: it changed while it was read", ErrBadBackup)
	}
	if err == nil {
		err = s.Check(ctx)
	}
	if err == nil {
		err = s.agree(ctx, dir, want.Head)
	}
	if err == nil {
		err = s.catchUp(ctx, s.head)
	}
	return err
}

// restoring gathers pairs until they fill a commit.
type restoring struct {
	ctx   context.Context
	store *Store
	ops   []Op
	size  int
}

func (w *restoring) pair(key, value []byte) error {
	op := Op{Key: key, Value: value}
	size, limits := len(key)+len(value)+OpBytes, w.store.Limits()
	if len(w.ops) == limits.Ops || w.size+size > limits.Bytes {
		if err := w.commit(); err != nil {
			return err
		}
	}
	w.ops, w.size = append(w.ops, op), w.size+size
	return nil
}

func (w *restoring) commit() error {
	if err := w.store.space.room(w.store.dir); err != nil {
		return err
	}
	if len(w.ops) == 0 {
		return nil
	}
	_, err := w.store.kv.Commit(w.ctx, nil, w.ops)
	w.ops, w.size = nil, 0
	return err
}

// file writes one that lies beside the store.
func (w *restoring) file(dir string, f BackupFile) (err error) {
	out, err := os.OpenFile(filepath.Join(dir, f.Name), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, f.Content)
	if err == nil {
		err = out.Sync()
	}
	return errors.Join(err, out.Close())
}
