package store

import "iter"

// past reads records as they stood after journal entry n.
//
// The first overwriting of a key after n kept the value that stood at n, if one
// did; a key that has not been overwritten since still has it. A value whose own
// number is above n was not there yet.
type past struct {
	snap Snapshot
	n    uint64
}

func (p past) get(key Key) (record, bool, error) {
	for k, err := range p.kept(key.wasPrefix()) {
		return k.record, err == nil && k.number <= p.n, err
	}
	rec, found, err := present{p.snap}.get(key)
	return rec, found && rec.number <= p.n, err
}

// kept yields, for each key that was overwritten or deleted after n, the value
// that fell to the first such change.
func (p past) kept(wasPrefix string) iter.Seq2[keyed, error] {
	return func(yield func(keyed, error) bool) {
		last := Key("")
		for pair, err := range p.snap.Scan([]byte(wasPrefix)) {
			if err != nil {
				yield(keyed{}, err)
				return
			}
			key, by, err := parseWas(pair.Key)
			if err == nil && (by <= p.n || key == last) {
				continue
			}
			last = key
			rec := record{}
			if err == nil {
				rec, err = decodeRecord(pair.Value)
			}
			if !yield(keyed{key, rec}, err) || err != nil {
				return
			}
		}
	}
}

// scan merges the keys of now with those of the history. Both come in the order
// of the keys: no id contains the zero byte that ends a key in the history.
func (p past) scan(prefix string) iter.Seq2[keyed, error] {
	return func(yield func(keyed, error) bool) {
		now := pull(present{p.snap}.scan(prefix))
		defer now.stop()
		was := pull(p.kept(wasKind.prefix() + prefix))
		defer was.stop()
		for now.more || was.more {
			fromWas := was.more && (!now.more || was.at.key <= now.at.key)
			both := fromWas && now.more && now.at.key == was.at.key
			k, err := now.at, now.err
			if fromWas {
				k, err = was.at, was.err
			}
			if (err != nil || k.number <= p.n) && !yield(k, err) || err != nil {
				return
			}
			if fromWas {
				was.step()
			}
			if !fromWas || both {
				now.step()
			}
		}
	}
}

// cursor steps through a scan that is read side by side with another.
type cursor struct {
	at   keyed
	err  error // comes with the last step
	more bool  // at or err is there
	next func() (keyed, error, bool)
	stop func()
}

// pull starts at the first key; stop must run.
func pull(scan iter.Seq2[keyed, error]) *cursor {
	c := new(cursor)
	c.next, c.stop = iter.Pull2(scan)
	c.step()
	return c
}

func (c *cursor) step() { c.at, c.err, c.more = c.next() }
