package engine

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/store"
)

// AuditProofSchema names the JSON of a proof.
const AuditProofSchema = "stablehomes/audit-proof/1"

// ErrNotProven says that a proof does not hold, or is of another journal than
// the head is.
var ErrNotProven = errors.New("this is not proven")

// AuditProof shows that an entry is in the journal that a head ends, to whoever
// has the head and nothing else. It names, by its keys, every record that the
// entry changed; the content of one record it carries only if that was asked for.
type AuditProof struct {
	Schema string       `json:"schema"`
	Entry  uint64       `json:"entry"` // its number
	Bytes  []byte       `json:"bytes"` // of the entry, as the journal keeps it; base64
	Size   uint64       `json:"tree_size"`
	Root   []byte       `json:"root"`             // of the tree of that size
	Path   [][]byte     `json:"path"`             // RFC 6962, section 2.1.1
	Record *ProvenEntry `json:"record,omitempty"` // what the proof is about, where that is one record
}

// ProvenEntry is the record of which a proof speaks.
type ProvenEntry struct {
	Kind   string  `json:"kind"`
	ID     care.ID `json:"id"`
	SHA256 []byte  `json:"sha256"`          // as the entry lists it
	Value  []byte  `json:"value,omitempty"` // the record as it is stored, whose hash that is
}

// ProofRequest asks for a proof about an entry, or about the entry that wrote
// the record of a decision.
type ProofRequest struct {
	Entry      uint64
	Decision   care.ID // instead of Entry
	Within     *Head   // a head that was noted; nil is the head of now
	WithRecord bool    // let the proof carry the record of the decision
}

// AuditProof makes a proof. Errors: [*InvalidRequestError]; [*UnknownError] for a
// decision that is not in the store; [ErrLost] or [ErrDamaged] where the store
// does not go on from the head; [ErrErased] where a record is asked for that was
// erased.
func (e *Engine) AuditProof(ctx context.Context, req ProofRequest) (*AuditProof, error) {
	if (req.Entry == 0) == (req.Decision == "") {
		return nil, &InvalidRequestError{Why: "a proof is about an entry or about a decision"}
	}
	var made *AuditProof
	err := e.read(ctx, func(r *reader) (err error) {
		made, err = prove(r.View, req)
		return err
	})
	return made, err
}

func prove(v *store.View, req ProofRequest) (*AuditProof, error) {
	var about *ProvenEntry
	if req.Decision != "" {
		kept, err := v.Kept(store.DecisionKind, req.Decision)
		if err != nil {
			return nil, err
		}
		about = &ProvenEntry{Kind: string(store.DecisionKind), ID: req.Decision, SHA256: kept.Hash[:]}
		if req.WithRecord {
			if kept.Value == nil {
				return nil, fmt.Errorf("decision %q: %w", req.Decision, ErrErased)
			}
			about.Value = kept.Value
		}
		req.Entry = kept.Number
	}
	size := v.Head().Number
	if req.Within != nil {
		if err := v.Extends(*req.Within); err != nil {
			return nil, err
		}
		size = req.Within.Number
	}
	if req.Entry > size {
		return nil, &InvalidRequestError{Why: fmt.Sprintf("entry %d is not in a journal of %d entries", req.Entry, size)}
	}
	p, err := v.Prove(req.Entry, size)
	if err != nil {
		return nil, err
	}
	made := &AuditProof{Schema: AuditProofSchema, Entry: p.Number, Bytes: p.Entry, Size: p.Head.Number, Root: p.Head.Root[:], Path: [][]byte{}, Record: about}
	for i := range p.Path {
		made.Path = append(made.Path, p.Path[i][:])
	}
	return made, nil
}

// ReadAuditProof reads the JSON of a proof. That it can be read does not say that
// it holds. The error wraps [ErrNotProven].
func ReadAuditProof(text []byte) (*AuditProof, error) {
	p := new(AuditProof)
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	switch err := d.Decode(p); {
	case errors.Is(err, io.EOF):
		return nil, fmt.Errorf("%w: nothing is in it; audit proof writes one", ErrNotProven)
	case err != nil:
		return nil, fmt.Errorf("%w: it cannot be read: %w", ErrNotProven, err)
	}
	if err := d.Decode(&struct{}{}); !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%w: something follows it", ErrNotProven)
	}
	if p.Schema != AuditProofSchema {
		return nil, fmt.Errorf("%w: it is %q and not %q", ErrNotProven, p.Schema, AuditProofSchema)
	}
	return p, nil
}

// Check is the entry that the proof is about, if the proof holds for a head that
// was noted elsewhere. It needs no store. The error wraps [ErrNotProven].
func (p *AuditProof) Check(head Head) (AuditEntry, error) {
	if p.Size != head.Number || !bytes.Equal(p.Root, head.Root[:]) {
		return AuditEntry{}, fmt.Errorf("%w: it is for a journal of %d entries and the head is of another, of %d; ask for a proof for this head", ErrNotProven, p.Size, head.Number)
	}
	proof := store.Proof{Number: p.Entry, Entry: p.Bytes, Head: head}
	for _, h := range p.Path {
		if len(h) != len(store.Hash{}) {
			return AuditEntry{}, fmt.Errorf("%w: a hash of it has %d bytes", ErrNotProven, len(h))
		}
		proof.Path = append(proof.Path, store.Hash(h))
	}
	entry, err := proof.Verify()
	if err == nil && p.Record != nil {
		err = p.Record.check(&entry)
	}
	if err != nil {
		return AuditEntry{}, fmt.Errorf("%w: %w", ErrNotProven, err)
	}
	return auditEntry(&entry), nil
}

// check sees that the entry lists the record so, and that the value, if it is
// there, is the one that is listed.
func (r *ProvenEntry) check(e *store.Entry) error {
	listed, ok := e.Listed(store.KeyOf(store.Kind(r.Kind), r.ID))
	switch {
	case !ok:
		return fmt.Errorf("entry %d did not write %s %q", e.Number, r.Kind, r.ID)
	case !bytes.Equal(listed, r.SHA256):
		return fmt.Errorf("entry %d lists another hash for %s %q", e.Number, r.Kind, r.ID)
	case r.Value == nil:
		return nil
	}
	if sum := store.HashOf(r.Value); !bytes.Equal(sum[:], listed) {
		return fmt.Errorf("the record of %s %q is not the one that entry %d wrote", r.Kind, r.ID, e.Number)
	}
	return nil
}

// Decision reads the record that the proof carries, if it carries one. The hash
// is checked by [AuditProof.Check], not here.
func (p *AuditProof) Decision() (*care.Decision, error) {
	if p.Record == nil || p.Record.Value == nil || p.Record.Kind != string(store.DecisionKind) {
		return nil, nil
	}
	var d care.Decision
	if err := store.ReadRecord(p.Record.Value, &d); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNotProven, err)
	}
	return &d, nil
}
