package engine

import (
	"errors"
	"io/fs"
	"time"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/store"
)

// Beside is a directory of postcodes or of schools that was imported.
type Beside struct {
	Count    int       // of postcodes or schools; 0 where there is no directory
	Imported time.Time // when it was imported; zero where the journal does not say. Its edition is not kept
	Err      error     // why it cannot be used; nil if it can, and if there is none
}

// IndexState says what the index of the homes, which a match searches, costs the next
// program that matches. Inside one program it is brought up to date as it goes.
type IndexState struct {
	Kept   bool  // the file is there and is of this store
	Behind int   // how many homes have to be read again
	Anew   bool  // the file is so far behind that every home is read again; Behind is a part of them then
	Err    error // why the file that is there cannot be used
}

// errOtherDirectory says that a file beside the store is not the one of the journal.
var errOtherDirectory = errors.New("it is not the directory that the journal says was imported")

// errDirectoryGone says that a directory was imported and has no file.
var errDirectoryGone = errors.New("the directory that was imported is gone")

// errOtherJournal says that the file of spans is of another store, or of this one as it
// was before a backup was restored.
var errOtherJournal = errors.New("the index is of another journal")

// readyFiles looks at what lies beside the store.
func (e *Engine) readyFiles(r *Readiness, v *reader) error {
	postcodes, err := e.directory()
	there := Beside{Err: err}
	hash := ""
	if postcodes != nil {
		there.Count, hash = postcodes.Len(), postcodes.Hash()
	}
	if r.Postcodes, err = e.readyBeside(v, postcodesMeta, there, hash); err != nil {
		return err
	}
	schools, err := e.allSchools()
	there, hash = Beside{Err: err}, ""
	if schools != nil {
		there.Count, hash = schools.Len(), schools.Hash()
	}
	if r.Schools, err = e.readyBeside(v, schoolsName, there, hash); err != nil {
		return err
	}
	r.Index, err = e.indexState(v)
	return err
}

// readyBeside holds a directory against what the journal says of it.
func (e *Engine) readyBeside(v *reader, meta string, b Beside, hash string) (Beside, error) {
	recorded, err := v.Meta(meta)
	if errors.Is(err, store.ErrNotFound) {
		if b.Err == nil && hash != "" {
			b.Err = errOtherDirectory
		}
		return b, nil
	}
	if err != nil {
		return b, err
	}
	kept, err := v.Kept(store.MetaKind, care.ID(meta))
	if err != nil {
		return b, err
	}
	entry, err := v.Entry(kept.Number)
	if err != nil {
		return b, err
	}
	b.Imported = entry.When
	if b.Err == nil && hash != string(recorded) {
		b.Err = errOtherDirectory
		if hash == "" {
			b.Err = errDirectoryGone
		}
	}
	return b, nil
}

// indexState looks at the file of spans as an opening does, and changes nothing.
func (e *Engine) indexState(v *reader) (s IndexState, err error) {
	if e.dir == "" {
		return IndexState{Kept: true}, nil
	}
	head, err := e.shelf.disk.head()
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return s, nil
	case err != nil:
		return IndexState{Err: err}, nil
	case !isPast(v.View, head):
		return IndexState{Err: errOtherJournal}, nil
	}
	most := int(v.Count(store.HomeKind)) / rebuildShare
	changed, err := changedHomes(v.View, head.Number, most)
	return IndexState{Kept: true, Behind: len(changed), Anew: len(changed) > most}, err
}
