package engine

import (
	"cmp"
	"errors"
	"iter"
	"slices"
	"strings"

	"github.com/xrash/smetrics"

	"github.com/stablehomes/stablehomes/engine/care"
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
	return &UnknownError{Kind: subjects[missing.Kind], ID: care.ID(missing.Name), Near: near}
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
		g := guess{id, distance(name, string(id))}
		if 3*g.off > len(name) {
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

// distance counts the letters to insert, delete or replace.
func distance(a, b string) int {
	return smetrics.WagnerFischer(strings.ToLower(a), strings.ToLower(b), 1, 1, 1)
}
