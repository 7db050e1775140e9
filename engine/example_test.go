package engine_test

import (
	"context"
	"fmt"
	"log"
	"strings"

	"github.com/stablehomes/stablehomes/engine"
	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/fixtures"
)

func Example() {
	ctx := context.Background()
	eng := engine.InMemory() // or engine.Open(ctx, "stablehomes.db")
	defer eng.Close()
	county := fixtures.County(1)
	if err := eng.Add(ctx, engine.Records{Homes: county.Homes, Children: county.Children, Placements: county.Placements}); err != nil {
		log.Fatal(err)
	}
	res, err := eng.Match(ctx, engine.Request{Children: []care.ID{"C-104"}, On: fixtures.Today, Limit: 3})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("She says:", res.Wishes[0].Words)
	for _, c := range res.Candidates {
		fmt.Println(c.Rank, c.Home, c.Score, c.Reasons[0].Says)
	}
	// Output:
	// She says: I want to stay at my school, I have just made the netball team. I would love a dog. Please can I see my mum on Sundays, and have my own room.
	// 1 H-00053 85.096104 0.2 miles from mother, 0.7 miles from grandmother
	// 2 H-00315 83.008456 1.6 miles from mother, 1.5 miles from grandmother
	// 3 H-00120 82.339052 0.3 miles from mother, 0.9 miles from grandmother
}

func ExampleEngine_Import() {
	eng := engine.InMemory()
	defer eng.Close()
	const file = "id,kind,authority,lat,lng,beds\n" +
		"H-1,foster,Leeds,53.82,-1.58,2\n" +
		"H-2,foster,Leeds,53.83,-1.54,two\n"
	report, err := eng.Import(context.Background(), engine.Import{
		Kind: engine.Homes, Files: []engine.File{{Name: "homes.csv", Source: strings.NewReader(file)}}, By: "A. Officer",
		Reject: func(r *engine.Rejected) error { fmt.Println(r); return nil },
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(report.New, "new,", report.Rejected, "rejected")
	// Output:
	// homes.csv, row 3, beds: "two" is not a whole number (a whole number such as 3)
	// 1 new, 1 rejected
}
