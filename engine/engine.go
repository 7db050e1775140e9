package engine

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync"

	"github.com/stablehomes/stablehomes/engine/gazetteer"
	"github.com/stablehomes/stablehomes/engine/policy"
	"github.com/stablehomes/stablehomes/engine/store"
)

// Engine is an open store with the law and the policies that judge it. It is
// safe for concurrent use.
type Engine struct {
	store    *store.Store
	policies *policy.Set
	dir      string // empty in memory
	readOnly bool
	sealed   bool // the store was opened with a key
	shelf    shelf

	beside sync.RWMutex // held while the directory of postcodes or of schools and the journal's word of it are replaced

	closing sync.Once

	mu        sync.Mutex             // guards postcodes, schools, replaced and closed
	postcodes *gazetteer.Directory   // opened when first needed; nil before, and where there is none
	schools   *gazetteer.Schools     // read when first needed; nil before, and where there are none
	replaced  []*gazetteer.Directory // older ones, which an import under way may still read
	closed    bool
}

// postcodesName is the file of the postcode directory within the store's.
const postcodesName = "postcodes"

// Open opens the store in a directory and, unless it is to be only read or has to be
// there ([Existing]), creates it where there is none. Errors wrap [ErrNoStore], [ErrInUse], [ErrDamaged],
// [ErrLost], [ErrUnclean], [ErrKeyNeeded], [ErrWrongKey] or [ErrFull], or come from the file
// system.
func Open(ctx context.Context, dir string, opts ...Option) (*Engine, error) {
	o := optionsOf(opts)
	key, err := sealKey(o.key)
	if err != nil {
		return nil, err
	}
	e := &Engine{policies: o.policies, dir: dir, readOnly: o.readOnly, sealed: key != nil, shelf: shelf{disk: spansFile{dir, key}}}
	if o.toMatch {
		e.shelf.readAhead()
	}
	e.store, err = store.Open(ctx, dir, store.Options{Create: !o.readOnly && !o.existing, ReadOnly: o.readOnly, AsItIs: o.asItIs, Key: o.key, Logger: o.logger})
	if err != nil {
		e.shelf.file.reading.Wait()
		return nil, err
	}
	return e, nil
}

// InMemory is an engine whose store lives as long as the process.
func InMemory(opts ...Option) *Engine {
	return &Engine{store: store.InMemory(), policies: optionsOf(opts).policies}
}

func optionsOf(opts []Option) options {
	o := options{policies: policy.Defaults()}
	for _, opt := range opts {
		opt(&o)
	}
	return o
}

// Close waits for the reads and changes that are running and closes the store. What
// needs another one after that, such as an import between two of its changes, fails. It
// must not be called while ranging over what the engine yields, nor from a function that
// it calls: it may wait for itself. Closing twice does nothing more than to wait.
// Errors: those of writing, where the store could not be closed properly; all that was
// acknowledged is there all the same.
func (e *Engine) Close() (err error) {
	e.closing.Do(func() { err = e.close() })
	return err
}

// close does not hold mu while the store waits for what is running, which may want
// a directory.
func (e *Engine) close() error {
	e.mu.Lock()
	e.closed = true
	e.mu.Unlock()
	if e.dir != "" && !e.readOnly {
		_ = e.keepSpans(context.Background()) // the next opening can do without
	}
	err := e.store.Close()
	e.shelf.file.reading.Wait()
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.postcodes != nil {
		e.replaced = append(e.replaced, e.postcodes)
	}
	for _, d := range e.replaced {
		err = errors.Join(err, d.Close())
	}
	return err
}

// directory is the postcode directory, or nil where none has been imported.
func (e *Engine) directory() (*gazetteer.Directory, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.closed {
		return nil, ErrClosed
	}
	if e.postcodes != nil || e.dir == "" {
		return e.postcodes, nil
	}
	d, err := gazetteer.Open(filepath.Join(e.dir, postcodesName))
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	e.postcodes = d
	return d, nil
}

// replaceDirectory puts a new postcode directory in the place of the old one.
func (e *Engine) replaceDirectory(l *gazetteer.Listing) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.closed {
		return ErrClosed
	}
	d, err := e.keep(l)
	if err != nil {
		return err
	}
	if e.postcodes != nil {
		e.replaced = append(e.replaced, e.postcodes)
	}
	e.postcodes = d
	return nil
}

// keep writes the listing to the store's directory, or holds it in memory where
// there is none.
func (e *Engine) keep(l *gazetteer.Listing) (*gazetteer.Directory, error) {
	if e.dir == "" {
		var out bytes.Buffer
		if _, err := l.WriteTo(&out); err != nil {
			return nil, err
		}
		return gazetteer.OpenReader(bytes.NewReader(out.Bytes()), int64(out.Len()))
	}
	path := filepath.Join(e.dir, postcodesName)
	if err := l.WriteFile(path); err != nil {
		return nil, err
	}
	return gazetteer.Open(path)
}
