package engine

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"iter"
	"slices"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/match"
	"github.com/stablehomes/stablehomes/engine/policy"
	"github.com/stablehomes/stablehomes/engine/rulebook"
	"github.com/stablehomes/stablehomes/engine/store"
)

// assessment is what a decision rests on: the request answered in full and the
// chosen homes judged, all on one revision of the store.
type assessment struct {
	head     store.Head
	asked    care.Asked
	beds     []Bed
	record   *match.Record
	chosen   []match.Candidate // judged for their children, in the order of beds
	rulebook []rulebook.Standing
	held     []care.ID // homes in which a child of the request has a bed held, in order

	// The forms that are kept and compared with a replay, to the byte.
	result, findings, excluded []byte

	drafted  care.Decision // what of the record needs no more than this
	policies []byte        // the text of those it was judged by
}

// assess answers the request and judges the chosen homes. It judges every home.
func (e *Engine) assess(ctx context.Context, v *store.View, asked care.Asked, beds []Bed, policies *policy.Set) (*assessment, error) {
	r := &wholeReader{reader: reader{View: v, engine: e}, watched: asked.Children}
	a := &assessment{head: v.Head(), asked: asked, beds: beds}
	req := requestOf(&asked)
	var homes []care.ID
	for i := range beds {
		homes = append(homes, beds[i].Home)
	}
	var err error
	if a.record, err = match.RunRecord(ctx, r, req, homes, policies); err != nil {
		return nil, err
	}
	a.record.Journal = a.head.Number
	if a.chosen, err = match.Judge(ctx, r, req, beds, policies); err != nil {
		return nil, err
	}
	if a.rulebook, err = rulebook.On(asked.On); err != nil {
		return nil, err
	}
	a.held = r.held
	return a, a.write()
}

// requestOf is the request as it is put to a match.
func requestOf(asked *care.Asked) Request {
	req := Request{Children: asked.Children, On: asked.On, At: asked.At, Emergency: asked.Emergency, Within: asked.Within, Kinds: asked.Kinds}
	if asked.Group != "" {
		req.Children, req.Group = nil, asked.Group
	}
	return req
}

// write puts what was found into the forms that are kept.
func (a *assessment) write() error {
	var out bytes.Buffer
	if err := a.record.WriteJSON(&out); err != nil {
		return err
	}
	a.result = out.Bytes()
	var err error
	if a.findings, err = plainJSON(a.chosen); err != nil {
		return err
	}
	a.excluded, err = plainJSON(a.record.Excluded)
	return err
}

// plainJSON writes one line, with the characters of people's words as they are.
func plainJSON(v any) ([]byte, error) {
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	err := enc.Encode(v)
	return out.Bytes(), err
}

// draft works out, beside the writers and once, all of the record that hangs on the
// assessment alone. To pack the excluded homes of a large store takes longer than
// everything that a decision does while others wait.
func (a *assessment) draft(policies *policy.Set) error {
	hash, err := rulebookHash(a.rulebook)
	if err != nil {
		return err
	}
	a.policies = []byte(policies.Text())
	a.drafted = care.Decision{
		Asked: a.asked, Judged: a.head.Number, Rules: a.ruleStates(), Rulebook: hash, Policies: hashOf(a.policies),
		Result: care.Pack(a.result), Findings: care.Pack(a.findings), Excluded: a.exclusions(), Rank: a.rank(),
	}
	return nil
}

// mostExcluded is how many packed bytes of excluded homes a record keeps: they
// share one commit with everything else.
var mostExcluded = 512 << 10 // tests make it small

// exclusions is what a record keeps of the homes that were passed over.
func (a *assessment) exclusions() care.Excluded {
	x := care.Excluded{SHA256: a.excludedHash()}
	for _, by := range a.record.Excluded {
		x.Counts = append(x.Counts, care.RuleCount{Rule: by.Rule, N: len(by.Homes)})
	}
	if packed, fits := care.PackWithin(a.excluded, mostExcluded); fits {
		x.List = packed
	}
	return x
}

// excludedHash identifies the homes that were passed over, whether or not a record
// has room for them.
func (a *assessment) excludedHash() []byte {
	sum := sha256.Sum256(a.excluded)
	return sum[:]
}

// ruleStates lists the rulebook as it stood.
func (a *assessment) ruleStates() []care.RuleState {
	var all []care.RuleState
	for _, s := range a.rulebook {
		all = append(all, care.RuleState{ID: s.ID, State: string(s.State), Since: s.Since})
	}
	return all
}

// rulebookHash identifies the rulebook of a day by its words: the titles,
// citations and amendments of its rules, and the days from which they hold.
func rulebookHash(standing []rulebook.Standing) (string, error) {
	text, err := plainJSON(standing)
	if err != nil {
		return "", err
	}
	return hashOf(text), nil
}

func hashOf(text []byte) string {
	sum := sha256.Sum256(text)
	return "sha256:" + hex.EncodeToString(sum[:])
}

// wholeReader lends a view to a match whose answer is to be had again: the index
// is built from the homes of the view itself, so that a search for splits takes
// the same way each time. On the way it notes where the children have beds held.
type wholeReader struct {
	reader
	spans   *match.Spans
	watched []care.ID
	held    []care.ID
}

// Spans is the index of the homes of the view, built for it.
func (r *wholeReader) Spans(ctx context.Context) (*match.Spans, error) {
	if r.spans == nil {
		ix, err := build(ctx, r.View)
		if err != nil {
			return nil, err
		}
		r.spans = ix.spans
	}
	return r.spans, nil
}

// Households yields every home as it stands.
func (r *wholeReader) Households(ctx context.Context) iter.Seq2[*care.Household, error] {
	r.held = nil
	return func(yield func(*care.Household, error) bool) {
		for h, err := range r.reader.Households(ctx) {
			if err == nil && holdsAny(&h.Occupancy, r.watched) {
				r.held = append(r.held, h.Home.ID)
			}
			if !yield(h, err) {
				return
			}
		}
	}
}

// holdsAny says whether one of the children has a bed held in the home.
func holdsAny(o *care.Occupancy, children []care.ID) bool {
	for i := range o.Holds {
		for _, id := range o.Holds[i].Children {
			if slices.Contains(children, id) {
				return true
			}
		}
	}
	return false
}

// rank is the place of the choice: of one home among all that may be offered, of
// several among the splits; 0 where it is not among them.
func (a *assessment) rank() int {
	if len(a.beds) == 1 {
		return a.record.Ranks[a.beds[0].Home]
	}
	return 1 + slices.IndexFunc(a.record.Splits, func(s match.Split) bool {
		return len(s.Homes) == len(a.beds) && !slices.ContainsFunc(a.beds, func(b Bed) bool {
			return !slices.ContainsFunc(s.Homes, func(h match.SplitHome) bool {
				return h.Home == b.Home && slices.Equal(h.Children, b.Children)
			})
		})
	})
}
