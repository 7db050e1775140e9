package store

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"

	"github.com/stablehomes/stablehomes/engine/durable"
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
	// AsItIs, beside ReadOnly, changes no file and makes none: a store that was not
	// closed properly is an [ErrUnclean] and stays as it is. Where readers cannot
	// share a store, on Windows, it has no effect.
	AsItIs bool
	// Key encrypts everything that is written of a person, [KeySize] bytes that
	// nobody can do without afterwards. A store is created with a key or
	// without one and stays so; only with that key does it open.
	Key []byte
	// Logger is told what goes wrong in the storage engine, never what is
	// stored. Without one nothing is logged.
	Logger *slog.Logger
}

// Open opens the store in a directory. Errors are a [*DirError] of kind
// [ErrNoStore], [ErrInUse], [ErrDamaged], [ErrLost], [ErrUnclean], [ErrKeyNeeded] or
// [ErrWrongKey]; a [*FullError]; or come from the file system. After a proper
// close every file of records is compared with its checksum; after an unclean
// one everything is checked, as [Store.Check] does.
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
		if o.AsItIs {
			return nil, l.wrong(ErrUnclean, "a program that wrote to it was ended in the middle, or FILES is missing; whatever opens it next compares everything in it and puts it in order")
		}
	}
	return openAlone(ctx, dir, o)
}

// openShared opens a store that was closed properly beside other readers. It
// returns neither a store nor an error if the store has to be put in order.
func openShared(ctx context.Context, dir string, o Options) (*Store, error) {
	lock, err := lockToRead(dir, o.AsItIs)
	if err != nil {
		return nil, err
	}
	s, err := sharedStore(ctx, dir, o)
	if s == nil || err != nil {
		if lock != nil {
			err = errors.Join(err, lock.Unlock())
		}
		return nil, err
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
	if err := errors.Join(m.key.fits(dir, o.Key), l.refuse(false), l.refuseEmpty(m)); err != nil {
		return nil, err
	}
	f, err := l.compare(m)
	if err != nil || !f.clean || len(l.empty) > 0 {
		return nil, err
	}
	kv, err := o.openData(dir, true)
	if err != nil {
		return nil, err
	}
	s := newStore(kv)
	s.readOnly, s.dir, s.vouched = true, dir, f.notes
	if err := s.agree(ctx, dir, m.head); err != nil {
		return nil, errors.Join(err, kv.Close())
	}
	return s, nil
}

// openData opens the records with the key that is theirs.
func (o *Options) openData(dir string, readOnly bool) (*onBadger, error) {
	key, err := o.recordsKey()
	if err != nil {
		return nil, err
	}
	return openBadger(filepath.Join(dir, dataName), key, readOnly, o.Logger)
}

// recordsKey is nil where the store is not encrypted.
func (o *Options) recordsKey() ([]byte, error) {
	if len(o.Key) == 0 {
		return nil, nil
	}
	return DeriveKey(o.Key, purposeRecords)
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
	opening, err := openLocked(dir, o)
	if err != nil {
		return nil, errors.Join(err, lock.Unlock())
	}
	s, err := opening.store(ctx)
	if err != nil {
		return nil, errors.Join(err, opening.giveUp(), lock.Unlock())
	}
	s.lock, s.readOnly = lock, o.ReadOnly
	if !o.ReadOnly {
		if err := s.FinishErasing(ctx); err != nil {
			return nil, errors.Join(err, s.Close())
		}
	}
	return s, nil
}

// opening is a store on its way to being open for this program alone.
type opening struct {
	dir  string
	head *headFile
	was  Head      // what HEAD said before it was marked unclean
	data dataState // the files as they were found
	kv   *onBadger
}

// openLocked looks again, now that nobody else can change the files, and opens
// them.
func openLocked(dir string, o Options) (*opening, error) {
	l, err := inspect(dir)
	if err != nil {
		return nil, err
	}
	if err := errors.Join(l.refuse(o.Create), space(diskSpace).roomToStart(dir)); err != nil {
		return nil, err
	}
	if !l.head {
		key, err := markOf(o.Key)
		if err != nil {
			return nil, err
		}
		if err := createHead(dir, key); err != nil {
			return nil, err
		}
	}
	head, err := openHead(dir)
	if err != nil {
		return nil, err
	}
	opening := &opening{dir: dir, head: head, was: head.last.head}
	if err := opening.ready(&l, o); err != nil {
		return nil, errors.Join(err, head.close())
	}
	return opening, nil
}

// ready puts the files into a state that Badger opens without losing any, and
// opens them. HEAD is marked unclean before the first byte of a record changes.
func (p *opening) ready(l *layout, o Options) error {
	if err := errors.Join(p.head.last.key.fits(p.dir, o.Key), l.refuseEmpty(p.head.last)); err != nil {
		return err
	}
	if err := endAside(p.dir, false); err != nil {
		return err
	}
	var err error
	if p.data, err = l.compare(p.head.last); err != nil {
		return err
	}
	if err := l.clearEmpty(); err != nil {
		return err
	}
	key, err := o.recordsKey()
	if err != nil {
		return err
	}
	if !p.data.clean {
		if p.data.notes, err = inspectTables(p.dir, key, p.data.notes); err != nil {
			return errors.Join(err, endAside(p.dir, false))
		}
	}
	if err := p.head.write(p.was, false, true); err != nil {
		return err
	}
	if p.kv, err = o.openData(p.dir, false); err != nil {
		return errors.Join(err, endAside(p.dir, false))
	}
	if err := durable.SyncDir(p.dir); err != nil { // the name data/ may be new
		return errors.Join(err, p.kv.Close())
	}
	return nil
}

// store checks what was opened.
func (p *opening) store(ctx context.Context) (*Store, error) {
	s := newStore(p.kv)
	err := s.agree(ctx, p.dir, p.was)
	if err == nil && !p.data.clean {
		err = s.Check(ctx)
	}
	if err == nil {
		err = s.catchUp(ctx, p.head)
	}
	if err == nil && !p.data.clean {
		err = p.vouch()
	}
	if err != nil {
		return nil, err
	}
	s.dir, s.head, s.vouched, s.space = p.dir, p.head, p.data.notes, diskSpace
	return s, nil
}

// giveUp closes what is refused. HEAD keeps saying that the store was not closed
// properly.
func (p *opening) giveUp() error {
	return errors.Join(p.kv.Close(), endAside(p.dir, false), p.head.close())
}

// vouch lists the tables that were found and have now been checked, and ends with
// those that were set aside.
func (p *opening) vouch() error {
	if err := endAside(p.dir, true); err != nil {
		return err
	}
	if err := replace(p.dir, filesName, p.data.notes.encode()); err != nil {
		return fmt.Errorf("write FILES: %w", err)
	}
	return nil
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
