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

func ExampleEngine_Set() {
	ctx := context.Background()
	eng := engine.InMemory()
	defer eng.Close()
	county := fixtures.County(1)
	if err := eng.Add(ctx, engine.Records{Homes: county.Homes}); err != nil {
		log.Fatal(err)
	}
	done, err := eng.Set(ctx, engine.SetRequest{
		Kind: engine.Homes, ID: "H-00053", By: "A. Officer", At: care.StartOf(fixtures.Today),
		Cells: []engine.Cell{{Column: "beds", Value: "3"}, {Column: "vacancy_confirmed_on", Value: "22/11/2026"}},
	})
	if err != nil {
		log.Fatal(err)
	}
	for _, c := range done.Changed {
		fmt.Println(c.Column, "was", c.From, "and is", c.To)
	}
	// Output:
	// beds was 2 and is 3
	// vacancy_confirmed_on was 2026-11-11 and is 2026-11-22
}

func ExampleEngine_ListHomes() {
	ctx := context.Background()
	eng := engine.InMemory()
	defer eng.Close()
	county := fixtures.County(1)
	if err := eng.Add(ctx, engine.Records{Homes: county.Homes, Children: county.Children, Placements: county.Placements}); err != nil {
		log.Fatal(err)
	}
	for home, err := range eng.ListHomes(ctx, engine.HomeQuery{Kinds: []care.Kind{care.Secure}, Free: true, On: fixtures.Today}) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(home.ID, home.AuthorityName, home.Free, "of", home.Beds)
	}
	// Output:
	// H-00392 Leeds 19 of 19
}
