package store

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/stablehomes/stablehomes/engine/care"
)

// The words of a command that name people, homes and days are a record of their
// own, under the number of the journal entry. The entry itself, which can never
// change, has only their hash, so that they can be erased.

func wordsKey(n uint64) Key { return WordsKind.key(care.ID(strconv.FormatUint(n, 10))) }

// say adds the words to a change that changes something.
func (d *draft) say(words string) error {
	if words == "" {
		return nil
	}
	w := write{key: wordsKey(d.entry.Number), body: words}
	if err := w.prepare(d.entry.Number, d.view.snap, new(bytes.Buffer)); err != nil {
		return err
	}
	if err := d.settle(&w); err != nil {
		return err
	}
	slices.SortFunc(d.entry.Changed, func(a, b Changed) int { return cmp.Compare(a.Key, b.Key) })
	return nil
}

// erasedWords stand for words that were erased.
const erasedWords = "(the words were erased)"

// spell adds to an entry the words that are kept beside it.
func (v *View) spell(e *Entry) error {
	if _, listed := e.Listed(wordsKey(e.Number)); !listed {
		return nil
	}
	rec, found, err := present{v.snap}.get(wordsKey(e.Number))
	words := ""
	switch {
	case err == nil && !found:
		err = damaged("they are missing")
	case err == nil:
		err = rec.read(&words)
	}
	if errors.Is(err, ErrErased) {
		words, err = erasedWords, nil
	}
	if err != nil {
		return fmt.Errorf("words of journal entry %d: %w", e.Number, err)
	}
	e.Command += " " + words
	return nil
}
