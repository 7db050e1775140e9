package store_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/store"
)

// A hold is decided on one snapshot and recorded with its journal entry, or not
// at all.
func ExampleStore_Do() {
	ctx := context.Background()
	s := store.InMemory()
	defer s.Close()

	until := time.Date(2026, time.November, 23, 17, 0, 0, 0, time.UTC)
	hold := func(v *store.View) (*store.Change, error) {
		c := &store.Change{Who: "A. Officer", Command: "hold", When: until.Add(-24 * time.Hour)}
		o, err := c.Occupancy(v, "H-1")
		if err != nil {
			return nil, err
		}
		if len(o.Holds) > 0 {
			return nil, errors.New("the bed is taken")
		}
		o.Holds = []care.Hold{{ID: "hold-1", Children: []care.ID{"C-104"}, Until: until, By: "A. Officer"}}
		return c, nil
	}
	first, _ := s.Do(ctx, "request-77", hold)
	again, _ := s.Do(ctx, "request-77", hold) // the line broke, so the officer asks again
	_, err := s.Do(ctx, "request-78", hold)
	fmt.Println(first.Number, again == first, err)
	// Output: 1 true the bed is taken
}

// What a record said at an earlier entry stays readable.
func ExampleView_AsOf() {
	ctx := context.Background()
	s := store.InMemory()
	defer s.Close()
	for beds := 1; beds <= 3; beds++ {
		_, err := s.Do(ctx, "", func(*store.View) (*store.Change, error) {
			c := &store.Change{Command: "set"}
			c.PutHomes(care.Home{ID: "H-1", Beds: beds})
			return c, nil
		})
		if err != nil {
			fmt.Println(err)
		}
	}
	now, err := s.View(ctx)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer now.Close()
	then, _ := now.AsOf(2)
	a, _ := now.Home("H-1")
	b, _ := then.Home("H-1")
	fmt.Println(a.Beds, b.Beds)
	// Output: 3 2
}
