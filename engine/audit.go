package engine

import (
	"context"
	"encoding/hex"
	"fmt"
	"io"
	"slices"
	"time"

	"golang.org/x/mod/sumdb/note"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/store"
)

// The end of the journal, as it is and as it was noted elsewhere.
type (
	// Head is the end of the journal: the number of its newest entry and the root
	// of the Merkle tree over the entries (RFC 6962). Who has noted a head can tell
	// later that nothing before it was changed or lost.
	Head = store.Head
	// NotedHead is a head that was noted outside the store.
	NotedHead = store.Noted
)

// Errors of a head that was noted elsewhere.
var (
	ErrNotAHead  = store.ErrNotAHead  // the text is not one
	ErrSignature = store.ErrSignature // its signature is missing or not its own
)

// FormatHead is the head as three lines of text.
func FormatHead(h Head) []byte { return store.FormatHead(h) }

// SignHead is the head as a signed note of golang.org/x/mod/sumdb/note. The key
// is one that [note.GenerateKey] of that package makes. The error says that it
// cannot be read as one, or is that of signing.
func SignHead(h Head, key string) ([]byte, error) { return store.SignHead(h, key) }

// ReadHead reads what FormatHead and SignHead write. With a verifier key the
// signature of that key is asked for. Errors: [ErrNotAHead], [ErrSignature], and
// a verifier key that is none.
func ReadHead(text []byte, verifier string) (NotedHead, error) { return store.ReadHead(text, verifier) }

// NewSigningKey makes a key that signs heads and the one that verifies them. The
// name, which must not be empty and has neither spaces nor a plus sign, is part of
// both. Random is where the key comes from: crypto/rand's Reader. The error is of a
// name that no key can have, or that of reading random.
func NewSigningKey(random io.Reader, name string) (signing, verifying string, err error) {
	if signing, verifying, err = note.GenerateKey(random, name); err != nil {
		return "", "", fmt.Errorf("make a key: %w", err)
	}
	if _, err = note.NewSigner(signing); err != nil {
		return "", "", fmt.Errorf("no key can have the name %q: %w", name, err)
	}
	return signing, verifying, nil
}

// AuditExtends checks that the journal goes on from a head that was noted
// elsewhere. It is an [ErrLost] if the journal is shorter than it was then, and
// an [ErrDamaged] if what was there then has been changed.
func (e *Engine) AuditExtends(ctx context.Context, noted Head) error {
	return e.read(ctx, func(r *reader) error { return r.Extends(noted) })
}

// AuditHead is the end of the journal as it is now; number 0 for an empty store.
// Errors: [ErrClosed] and ctx's, and those of reading.
func (e *Engine) AuditHead(ctx context.Context) (Head, error) {
	var head Head
	err := e.read(ctx, func(r *reader) error {
		head = r.Head()
		return nil
	})
	return head, err
}

// AuditQuery says which entries of the journal are asked for.
type AuditQuery struct {
	Since uint64  // from this number on, the oldest first; 0 asks for the newest ones
	Limit int     // at most so many; at least 1
	Child care.ID // only what changed the record, the placements, the stays or the holds of this child
	Home  care.ID // only what changed the record, the stays or the holds of this home
}

// AuditEntry is one entry of the journal: who changed what, when and by which
// command.
type AuditEntry struct {
	Number  uint64        `json:"number"`
	When    time.Time     `json:"when"`
	Who     string        `json:"who"`
	Command string        `json:"command"`
	Op      string        `json:"op,omitempty"`     // operation id
	Policy  string        `json:"policy,omitempty"` // hash of the policy in force
	Changed []AuditChange `json:"changed"`
	Erased  []AuditErased `json:"erased,omitempty"`
}

// AuditChange is one record that an entry changed.
type AuditChange struct {
	Kind    string    `json:"kind"` // home, child, placement, household, lives, group, meta and so on
	IDs     []care.ID `json:"ids"`  // two in an index: of lives the child and the placement, of group the group and the child
	SHA256  string    `json:"sha256,omitempty"`
	Deleted bool      `json:"deleted,omitempty"`
}

// AuditErased is one record whose content an entry took away.
type AuditErased struct {
	Kind string    `json:"kind"`
	IDs  []care.ID `json:"ids"`
	By   uint64    `json:"overwritten_by,omitempty"` // the entry that had overwritten it; absent if it still stood
}

// AuditLog lists entries of the journal in order of number. A child is looked for
// in every record and its history, so that takes about as long as reading them.
// Errors: an [*InvalidRequestError] for a limit below 1, an [*UnknownError], those
// of reading, and ctx's.
func (e *Engine) AuditLog(ctx context.Context, q AuditQuery) ([]AuditEntry, error) {
	if q.Limit < 1 {
		return nil, &InvalidRequestError{Why: "ask for at least one entry"}
	}
	var found []AuditEntry
	err := e.read(ctx, func(r *reader) error {
		numbers, err := q.numbers(ctx, r.View)
		if err != nil {
			return err
		}
		for _, n := range numbers {
			entry, err := r.Entry(n)
			if err != nil {
				return err
			}
			found = append(found, auditEntry(&entry))
		}
		return nil
	})
	return found, err
}

// numbers are those of the entries to list.
func (q *AuditQuery) numbers(ctx context.Context, v *store.View) ([]uint64, error) {
	if q.Child == "" && q.Home == "" {
		return q.run(v.Head().Number), nil
	}
	var about []uint64
	if q.Child != "" {
		var err error
		if about, err = v.EntriesAbout(ctx, q.Child); err != nil {
			return nil, err
		}
	}
	var numbers []uint64
	for entry, err := range v.Journal(1) {
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return nil, err
		}
		ofChild := q.Child == "" || slices.Contains(about, entry.Number) || lists(&entry, q.Child, store.ChildKind, store.LivesKind)
		if ofChild && (q.Home == "" || lists(&entry, q.Home, store.HomeKind, store.HouseholdKind)) {
			numbers = append(numbers, entry.Number)
		}
	}
	if len(numbers) == 0 {
		return nil, q.known(v)
	}
	return q.cut(numbers), nil
}

// known is an error if the child or the home is not in the store.
func (q *AuditQuery) known(v *store.View) error {
	if q.Child != "" {
		if _, err := v.Child(q.Child); err != nil {
			return err
		}
	}
	if q.Home != "" {
		if _, err := v.Home(q.Home); err != nil {
			return err
		}
	}
	return nil
}

// lists says whether a key of the entry is of one of the kinds and begins with the
// id, so that an entry is found although what it recorded has been erased.
func lists(e *store.Entry, id care.ID, kinds ...store.Kind) bool {
	return slices.ContainsFunc(e.Changed, func(c store.Changed) bool {
		return c.Key.ID() == id && slices.Contains(kinds, c.Key.Kind())
	})
}

// run is the part of a journal of so many entries that is asked for.
func (q *AuditQuery) run(last uint64) []uint64 {
	limit := uint64(q.Limit)
	first := q.Since
	if first == 0 {
		first = max(last, limit) - limit + 1
	}
	var numbers []uint64
	for n := first; n <= last && uint64(len(numbers)) < limit; n++ {
		numbers = append(numbers, n)
	}
	return numbers
}

// cut is the part of a list of numbers that is asked for.
func (q *AuditQuery) cut(numbers []uint64) []uint64 {
	if q.Since == 0 {
		return numbers[max(len(numbers), q.Limit)-q.Limit:]
	}
	from, _ := slices.BinarySearch(numbers, q.Since)
	return numbers[from:][:min(len(numbers)-from, q.Limit)]
}

func auditEntry(e *store.Entry) AuditEntry {
	a := AuditEntry{Number: e.Number, When: e.When, Who: e.Who, Command: e.Command, Op: e.Op, Policy: e.Policy, Changed: []AuditChange{}}
	for i := range e.Changed {
		c := &e.Changed[i]
		a.Changed = append(a.Changed, AuditChange{
			Kind: string(c.Key.Kind()), IDs: c.Key.IDs(), SHA256: hex.EncodeToString(c.Hash), Deleted: c.Deleted(),
		})
	}
	for _, gone := range e.Erased {
		a.Erased = append(a.Erased, AuditErased{Kind: string(gone.Key.Kind()), IDs: gone.Key.IDs(), By: gone.By})
	}
	return a
}
