package store

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"

	"github.com/gofrs/flock"
)

// Options say how a directory is opened. The zero Options open an existing store
// for reading and writing, silently.
type Options struct {
	// Create makes a store where there is none. Without it such a directory is
	// an [ErrNoStore] and stays as it is.
	Create bool
	// ReadOnly lets several programs read at once and refuses every change. A
	// store that was not closed properly is first put in order, which takes it
	// for this program alone.
	ReadOnly bool
	// Logger is told what goes wrong in the storage engine, never what is
	// stored. Without one nothing is logged.
	Logger *slog.Logger
}

// Open opens the store in a directory. Errors are a [*DirError] of kind
// [ErrNoStore], [ErrInUse], [ErrDamaged] or [ErrLost], or come from the file
// system. After an unclean close everything is checked, as [Store.Check] does.
func Open(ctx context.Context, dir string, o Options) (*Store, error) {
	l, err := inspect(dir)
	if err != nil {
		return nil, err
	}
	if err := l.refuse(o.Create); err != nil {
		return nil, err
	}
	if o.ReadOnly && l.head && canShare() {
		if s, err := openShared(ctx, dir, o); s != nil || err != nil {
			return s, err
		}
	}
	return openAlone(ctx, dir, o)
}

// openShared opens a store that was closed properly beside other readers. It
// returns neither a store nor an error if the store has to be put in order.
func openShared(ctx context.Context, dir string, o Options) (*Store, error) {
	lock, err := lockDir(dir, true)
	if err != nil {
		return nil, err
	}
	s, err := sharedStore(ctx, dir, o)
	if s == nil || err != nil {
		return nil, errors.Join(err, lock.Unlock())
	}
	s.lock = lock
	return s, nil
}

func sharedStore(ctx context.Context, dir string, o Options) (*Store, error) {
	l, err := inspect(dir)
	if err != nil {
		return nil, err
	}
	m, err := readHead(dir)
	if err != nil {
		return nil, err
	}
	if err := errors.Join(l.refuse(false), l.refuseEmpty(m)); err != nil {
		return nil, err
	}
	if !m.clean || !l.manifest || l.running || len(l.empty) > 0 {
		return nil, nil
	}
	kv, err := openBadger(filepath.Join(dir, dataName), true, o.Logger)
	if err != nil {
		return nil, err
	}
	s := newStore(kv)
	s.readOnly = true
	if err := s.agree(ctx, dir, m.head); err != nil {
		return nil, errors.Join(err, kv.Close())
	}
	return s, nil
}

// openAlone opens a store that nobody else has open, and creates it if that was
// asked for.
func openAlone(ctx context.Context, dir string, o Options) (*Store, error) {
	if o.Create {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return nil, fmt.Errorf("create the store: %w", err)
		}
	}
	lock, err := lockDir(dir, false)
	if err != nil {
		return nil, err
	}
	head, kv, err := openLocked(dir, o)
	if err != nil {
		return nil, errors.Join(err, lock.Unlock())
	}
	return aloneStore(ctx, dir, o, lock, head, kv)
}

// openLocked looks again, now that nobody else can change the files, and opens
// them. HEAD is marked unclean before the first byte of a record changes.
func openLocked(dir string, o Options) (*openedHead, *onBadger, error) {
	l, err := inspect(dir)
	if err != nil {
		return nil, nil, err
	}
	if err := l.refuse(o.Create); err != nil {
		return nil, nil, err
	}
	if !l.head {
		if err := createHead(dir); err != nil {
			return nil, nil, err
		}
	}
	head, err := openHead(dir)
	if err != nil {
		return nil, nil, err
	}
	found := head.last
	if err := l.ready(head); err != nil {
		return nil, nil, errors.Join(err, head.close())
	}
	kv, err := openBadger(filepath.Join(dir, dataName), false, o.Logger)
	if err != nil {
		return nil, nil, errors.Join(err, head.close())
	}
	if err := syncDir(dir); err != nil { // the name data/ may be new
		return nil, nil, errors.Join(err, kv.Close(), head.close())
	}
	return &openedHead{file: head, found: found}, kv, nil
}

// openedHead is HEAD with what it said before it was marked unclean.
type openedHead struct {
	file  *headFile
	found mark
}

// ready puts the files into a state that Badger opens without losing any.
func (l *layout) ready(head *headFile) error {
	if err := l.refuseEmpty(head.last); err != nil {
		return err
	}
	if err := l.clearEmpty(); err != nil {
		return err
	}
	return head.write(head.last.head, false, true)
}

// aloneStore checks what was opened. If it is refused, HEAD keeps saying that
// the store was not closed properly.
func aloneStore(ctx context.Context, dir string, o Options, lock *flock.Flock, head *openedHead, kv *onBadger) (*Store, error) {
	s := newStore(kv)
	err := s.agree(ctx, dir, head.found.head)
	if err == nil && !head.found.clean {
		err = s.Check(ctx)
	}
	if err == nil {
		err = s.catchUp(ctx, head.file)
	}
	if err != nil {
		return nil, errors.Join(err, kv.Close(), head.file.close(), lock.Unlock())
	}
	s.lock, s.head, s.readOnly = lock, head.file, o.ReadOnly
	return s, nil
}

// agree compares the journal with HEAD. A journal that is ahead was written to
// by a program that was killed before it could say so; one that is behind has
// lost its end.
func (s *Store) agree(ctx context.Context, dir string, want Head) error {
	v, err := s.View(ctx)
	if err != nil {
		return err
	}
	defer v.Close()
	if v.head.Number < want.Number {
		return &DirError{Dir: dir, Kind: ErrLost, Why: fmt.Sprintf(
			"%d changes were acknowledged but only %d are there; do not use it, restore a backup", want.Number, v.head.Number)}
	}
	tree := treeReader{snap: v.snap}
	for _, h := range []Head{want, v.Head()} {
		root, err := tree.root(h.Number)
		if err != nil {
			return err
		}
		if root != h.Root {
			return &DirError{Dir: dir, Kind: ErrDamaged, Why: fmt.Sprintf(
				"the journal up to entry %d is not the one that was written; restore a backup", h.Number)}
		}
	}
	return nil
}

// catchUp lets HEAD name the newest entry, which a killed program may not have
// come to.
func (s *Store) catchUp(ctx context.Context, head *headFile) error {
	v, err := s.View(ctx)
	if err != nil {
		return err
	}
	defer v.Close()
	if v.Head() == head.last.head {
		return nil
	}
	return head.write(v.Head(), false, true)
}
