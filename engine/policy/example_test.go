package policy_test

import (
	"fmt"

	"github.com/stablehomes/stablehomes/engine/policy"
)

// A region keeps one file: what holds for all, and what Leeds has set for the
// children it is responsible for.
func ExampleParse() {
	set, err := policy.Parse(`
proposed_ban = "enforce"

[weights]
near-family = 20

[authority.E08000035.weights]
near-family = 30
`)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("Leeds:", set.For("E08000035").Weights.NearFamily)
	fmt.Println("Bradford:", set.For("E08000032").Weights.NearFamily)

	_, err = policy.Parse("[weights]\nnear-familly = 20\n")
	fmt.Println(err)
	// Output:
	// Leeds: 30
	// Bradford: 20
	// policy, line 2: weights.near-familly: there is no such key
}
