package engine

import (
	"cmp"
	"context"
	"slices"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/store"
)

// PutHold has somebody hold beds in a home. Holds are in no file, so a scenario
// states them itself.
func PutHold(ctx context.Context, e *Engine, home care.ID, hold care.Hold) error {
	_, err := e.store.Do(ctx, "", func(v *store.View) (*store.Change, error) {
		if _, err := v.Home(home); err != nil {
			return nil, err
		}
		c := &store.Change{Who: hold.By, Command: "hold"}
		o, err := c.Occupancy(v, home)
		if err != nil {
			return nil, err
		}
		o.Holds = append(o.Holds, hold)
		slices.SortFunc(o.Holds, func(a, b care.Hold) int { return cmp.Compare(a.ID, b.ID) })
		return c, nil
	})
	return err
}
