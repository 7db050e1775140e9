package rulebook_test

import (
	"fmt"
	"time"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/policy"
	"github.com/stablehomes/stablehomes/engine/rulebook"
)

// Why may a child of fifteen not go into supported accommodation that Ofsted has
// registered?
func ExampleBook_Findings() {
	on := care.Date(2026, time.November, 23)
	child := care.Child{ID: "C-104", DOB: care.Date(2011, time.May, 2), Authority: "E08000035"}
	flat := care.Home{
		ID: "H-00012", Kind: care.Supported, Authority: "E08000035", Where: care.Location{Point: care.At(53.8, -1.55)}, Beds: 4,
		Status: care.Registered, RegisteredFrom: care.Date(2024, time.March, 1), RegisteredUntil: care.Never(), RestrictedFrom: care.Never(), ConfirmedOn: on,
		Closed: []care.DayRange{},
	}
	weights := policy.Default()
	book, err := rulebook.For(care.Case{
		Children: []care.Child{child}, Siblings: [][]care.Sibling{nil}, On: on, Ask: care.Ask(care.StartOf(on), child.ID),
	}, []*policy.Policy{&weights})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, f := range book.Findings(&care.Household{Home: &flat}) {
		if f.Verdict != rulebook.Met {
			fmt.Println(f.Verdict, f.Rule)
			fmt.Println(f.Says)
			fmt.Println(f.NearestFix)
			fmt.Println(f.Citation)
		}
	}
	// Output:
	// barred under-16-unregulated
	// 15 on the day: a child under 16 may not be placed in supported accommodation
	// lawful from the 16th birthday, 2 May 2027, if the accommodation is then registered
	// Care Planning, Placement and Case Review (England) Regulations 2010, reg 27A (SI 2021/161)
	// warning runs-out
	// C-104 is 16 on 2 May 2027
	//
	// guidance: Care Planning, Placement and Case Review (England) Regulations 2010, Part 3, the duty to plan ahead
}
