package index_test

import (
	"context"
	"fmt"
	"slices"

	"github.com/stablehomes/stablehomes/engine/index"
)

// Homes along a road, each with a number of free beds: the best have most.
func ExampleTree_Best() {
	beds := map[string]uint64{"Ash House": 1, "Beech House": 3, "Cedar House": 2, "Dale House": 3}
	road := index.New(
		func(into *uint64, beds []uint64) { *into = slices.Max(beds) },
		func(*uint64) int { return 0 },
	)
	for id, mile := range map[string]uint64{"Ash House": 4, "Beech House": 1, "Cedar House": 9, "Dale House": 2} {
		road = road.With(index.Item[uint64]{At: mile, ID: id, Sum: beds[id]})
	}
	found, effort, err := road.Best(context.Background(), index.Query[uint64]{
		Bound: func(most *uint64) (uint64, bool) { return *most, *most > 0 },
		Judge: func(id string) (uint64, bool, error) { return beds[id], true, nil },
		Limit: 2,
	})
	fmt.Println(found, effort.Judged, "judged", err)
	// Output: [{Beech House 3} {Dale House 3}] 2 judged <nil>
}
