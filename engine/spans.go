package engine

import (
	"context"
	"errors"
	"maps"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/index"
	"github.com/stablehomes/stablehomes/engine/match"
	"github.com/stablehomes/stablehomes/engine/store"
)

// indexed is the index of the homes as of a head of the journal. It does not
// change; the next head has another, which shares most of it.
type indexed struct {
	head  store.Head
	spans *match.Spans
}

// shelf keeps the newest index that anybody has needed. Whoever needs a newer one
// brings it up to date from the journal.
type shelf struct {
	disk   spansFile
	newest atomic.Pointer[indexed]
	mu     sync.Mutex // held while one is brought up to date
	file   fileAhead
}

// fileAhead is the file of spans, read while its reader is busy with other things.
type fileAhead struct {
	mu      sync.Mutex
	reading sync.WaitGroup
	read    func() (*indexed, error) // waits for what is being read; nil if nothing is
}

// readAhead begins to read the file, if the shelf has no index yet.
func (s *shelf) readAhead() {
	if s.disk.dir == "" || s.newest.Load() != nil {
		return
	}
	s.file.mu.Lock()
	defer s.file.mu.Unlock()
	if s.file.read == nil {
		read := sync.OnceValues(s.disk.read)
		s.file.reading.Go(func() { _, _ = read() })
		s.file.read = read
	}
}

// take is what the file holds.
func (s *shelf) take() (*indexed, error) {
	s.file.mu.Lock()
	read := s.file.read
	s.file.read = nil // what is taken is kept by who takes it
	s.file.mu.Unlock()
	if read == nil {
		return s.disk.read()
	}
	return read()
}

// rebuildShare is the share of the homes, one in so many, beyond which it takes
// longer to bring an index up to date than to build it anew.
const rebuildShare = 4

// upTo is the index as of the view, from one that is not newer than the view, or
// nil.
func (s *shelf) upTo(ctx context.Context, v *store.View, from *indexed) (*indexed, error) {
	head := v.Head()
	if from != nil && from.head == head {
		return from, nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if newest := s.newest.Load(); newest != nil && newest.head.Number <= head.Number {
		from = newest
	}
	if from == nil {
		from = s.fromFile(v)
	}
	ix, err := advance(ctx, v, from)
	if err != nil {
		return nil, err
	}
	if newest := s.newest.Load(); newest == nil || newest.head.Number < head.Number {
		s.newest.Store(ix)
	}
	return ix, nil
}

// fromFile is the index that the store's directory keeps, if it is one of the
// store's past.
func (s *shelf) fromFile(v *store.View) *indexed {
	if s.disk.dir == "" {
		return nil
	}
	ix, err := s.take()
	if err != nil || !isPast(v, ix.head) {
		return nil
	}
	return ix
}

// isPast says whether the journal of the view once ended with that head.
func isPast(v *store.View, head store.Head) bool {
	then, err := v.AsOf(head.Number)
	return err == nil && then.Head() == head
}

// advance brings an index up to date with the view, or builds one.
func advance(ctx context.Context, v *store.View, from *indexed) (*indexed, error) {
	head := v.Head()
	if from == nil {
		return build(ctx, v)
	}
	if from.head == head {
		return from, nil
	}
	changed, err := changedHomes(v, from.head.Number, from.spans.Len()/rebuildShare)
	if err != nil {
		return nil, err
	}
	if len(changed) > from.spans.Len()/rebuildShare {
		return build(ctx, v)
	}
	then, err := v.AsOf(from.head.Number)
	if err != nil {
		return nil, err
	}
	var gone []index.Key
	var put []index.Item[care.Span]
	for _, id := range slices.Sorted(maps.Keys(changed)) {
		if changed[id] {
			switch was, err := then.Home(id); {
			case err == nil:
				gone = append(gone, match.SpanKey(&was))
			case !errors.Is(err, store.ErrNotFound):
				return nil, err
			}
		}
		switch h, err := spanItem(v, id); {
		case err == nil:
			put = append(put, h)
		case !errors.Is(err, store.ErrNotFound):
			return nil, err
		}
	}
	return &indexed{head: head, spans: from.spans.Without(gone...).With(put...)}, nil
}

// changedHomes lists the homes that entries after n changed; true where the
// record of the home itself is among the changes. It stops early beyond so many.
func changedHomes(v *store.View, n uint64, enough int) (map[care.ID]bool, error) {
	changed := map[care.ID]bool{}
	for e, err := range v.Journal(n + 1) {
		if err != nil {
			return nil, err
		}
		for i := range e.Changed {
			key := e.Changed[i].Key
			if kind := key.Kind(); kind == store.HomeKind || kind == store.HouseholdKind {
				changed[key.ID()] = changed[key.ID()] || kind == store.HomeKind
			}
		}
		if len(changed) > enough {
			break
		}
	}
	return changed, nil
}

func spanItem(v *store.View, id care.ID) (index.Item[care.Span], error) {
	h, err := v.Home(id)
	if err != nil {
		return index.Item[care.Span]{}, err
	}
	o, err := v.Occupancy(id)
	return match.SpanOf(&h, &o), err
}

// build reads every home.
func build(ctx context.Context, v *store.View) (*indexed, error) {
	var items []index.Item[care.Span]
	for h, err := range v.Households() {
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return nil, err
		}
		items = append(items, match.SpanOf(h.Home, &h.Occupancy))
	}
	return &indexed{head: v.Head(), spans: match.NewSpans().Build(items)}, nil
}

// worthKeeping is how many changed homes make it worth writing the file anew: the
// next opening brings fewer up to date in some milliseconds.
const worthKeeping = 200

// keepSpans writes the file of spans if what is there is missing, damaged, not of
// this store or far behind.
func (e *Engine) keepSpans(ctx context.Context) error {
	v, err := e.store.View(ctx)
	if err != nil {
		return err
	}
	err = e.keepSpansOf(ctx, v)
	return errors.Join(err, v.Close())
}

func (e *Engine) keepSpansOf(ctx context.Context, v *store.View) error {
	head, err := e.shelf.disk.head()
	if err == nil && isPast(v, head) {
		changed, err := changedHomes(v, head.Number, worthKeeping)
		if err != nil || len(changed) <= worthKeeping {
			return err
		}
	}
	ix, err := e.shelf.upTo(ctx, v, nil)
	if err != nil || ix.spans.Len() == 0 {
		return err
	}
	return e.shelf.disk.write(ix)
}
