package intake_test

import (
	"context"
	"fmt"
	"os"
	"strings"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/intake"
)

// Good rows go in, and each bad one says what is wrong with it.
func ExamplePlacements() {
	file := strings.NewReader(`ID, Child, Home, Start, End
P-1, C-104, H-12, 03/02/2026,
P-2, C-105, H-12, 31/02/2026,
`)
	for item, err := range intake.Placements(context.Background(), file, intake.Options{File: "placements.csv"}) {
		switch {
		case err != nil:
			fmt.Println(err)
		case item.Invalid != nil:
			fmt.Println(item.Invalid)
		default:
			fmt.Println(item.Value.Child, "lives in", item.Value.Home, "from", item.Value.Start.Words())
		}
	}
	// Output:
	// C-104 lives in H-12 from 3 February 2026
	// placements.csv, row 3, start: "31/02/2026" is not a day of the calendar written as 2006-01-31 or 31/01/2006 (a day such as 2026-01-31 or 31/01/2026)
}

// Rejected rows are written as they stood, under their header, to be mended.
func ExampleRejects() {
	file := strings.NewReader(`id;child;home;start
P-1;C-104;H-12;03/02/2026
P-2;C-105;H-12
`)
	rejects := intake.NewRejects(os.Stdout)
	for item, err := range intake.Placements(context.Background(), file, intake.Options{}) {
		if err == nil && item.Invalid != nil {
			err = rejects.Add(item.Invalid)
		}
		if err != nil {
			fmt.Println(err)
			return
		}
	}
	// Output:
	// id;child;home;start
	// P-2;C-105;H-12
}

// A caller refuses a row in the same form as the reader does.
func ExampleRow_Reject() {
	file := strings.NewReader("id,child,home,start\nP-1,C-104,H-12,03/02/2026\n")
	for item := range intake.Placements(context.Background(), file, intake.Options{File: "placements.csv"}) {
		fmt.Println(item.Reject("home", string(item.Value.Home), "no home H-12 is known", "import the homes first"))
	}
	// Output: placements.csv, row 2, home: no home H-12 is known (import the homes first)
}

// What is worth a look is said once a file and counted.
func ExampleWarnings() {
	var warnings intake.Warnings
	file := strings.NewReader("id,child,home,start,expectd end\nP-1,C-104,H-12,2026-02-03,2027-02-03\n")
	for range intake.Placements(context.Background(), file, intake.Options{Warnings: &warnings}) {
	}
	for _, w := range warnings.All() {
		fmt.Println(w.Says)
	}
	// Output: the column "expectd end" is not known and is left out; did you mean expected_end?
}

// An export has every column and can be imported again.
func ExampleWritePlacements() {
	stay := care.Placement{ID: "P-1", Child: "C-104", Home: "=H", Start: care.Date(2026, 2, 3), Type: "U4"}
	err := intake.WritePlacements(os.Stdout, func(yield func(care.Placement, error) bool) { yield(stay, nil) })
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// id,child,home,start,expected_end,end,ended_early,type,reason
	// P-1,C-104,'=H,2026-02-03,,,,U4,
}
