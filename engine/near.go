package engine

import (
	"cmp"
	"errors"
	"fmt"
	"iter"
	"slices"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/spelling"
	"github.com/stablehomes/stablehomes/engine/store"
)

// nearIDs is how many ids are suggested for one that is not there.
const nearIDs = 3

// subjects are the words for what a request can name.
var subjects = map[store.Kind]string{
	store.ChildKind: "child", store.HomeKind: "home", store.GroupKind: "sibling group", store.DecisionKind: "decision",
	store.HoldsKind: "hold", store.PlacementKind: "placement",
}

// suggest turns a record that is not there into an [UnknownError] with ids near
// it. Any other error stays as it is.
func (r *reader) suggest(err error) error {
	var missing *store.NotFoundError
	if !errors.As(err, &missing) || subjects[missing.Kind] == "" {
		return err
	}
	near, scanErr := nearest(missing.Name, r.IDs(missing.Kind))
	if scanErr != nil {
		return errors.Join(err, scanErr)
	}
	unknown := &UnknownError{Kind: subjects[missing.Kind], ID: care.ID(missing.Name), Near: near}
	if missing.Kind == store.HoldsKind {
		if unknown.Ended, scanErr = r.howEnded(unknown.ID); scanErr != nil {
			return errors.Join(err, scanErr)
		}
	}
	return unknown
}

// howEnded is the last entry of the journal that let beds of a hold go, in words;
// empty for a hold that there never was.
func (r *reader) howEnded(hold care.ID) (string, error) {
	says := ""
	for entry, err := range r.Journal(1) {
		if err != nil {
			return "", err
		}
		if slices.ContainsFunc(entry.Changed, func(c store.Changed) bool {
			return c.Deleted() && c.Key.Kind() == store.HoldsKind && c.Key.ID() == hold
		}) {
			says = fmt.Sprintf("%s, by %s at %s (journal entry %d)", entry.Command, entry.Who, care.InstantWords(entry.When), entry.Number)
		}
	}
	return says, nil
}

// guess is a name that was perhaps meant, and how many letters it is off.
type guess struct {
	id  care.ID
	off int
}

// nearest lists the ids that are at most a third of their letters off, without
// regard to case, the nearest first.
func nearest(name string, ids iter.Seq2[care.ID, error]) ([]care.ID, error) {
	var best []guess
	for id, err := range ids {
		if err != nil {
			return nil, err
		}
		g := guess{id, spelling.Distance(name, string(id))}
		if !spelling.Near(name, g.off) {
			continue
		}
		best = append(best, g)
		slices.SortFunc(best, func(a, b guess) int { return cmp.Or(cmp.Compare(a.off, b.off), cmp.Compare(a.id, b.id)) })
		best = best[:min(len(best), nearIDs)]
	}
	var near []care.ID
	for _, g := range best {
		near = append(near, g.id)
	}
	return near, nil
}
