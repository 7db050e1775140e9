package care_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine/care"
)

func fullPlacement() care.Placement {
	return care.Placement{ID: "P-1", Child: "C-104", Home: "H-1", Start: care.Date(2026, 1, 31), ExpectedEnd: care.Date(2026, 7, 1),
		End: care.Date(2026, 5, 1), EndedEarly: care.Yes, Type: "U6", Reason: "CREQB"}
}

func TestPlacementsThatAreGood(t *testing.T) {
	for why, change := range map[string]func(p *care.Placement){
		"an ended one":                       func(*care.Placement) {},
		"one that runs":                      func(p *care.Placement) { p.End, p.EndedEarly, p.Reason = 0, care.Unknown, "" },
		"one without an expected end":        func(p *care.Placement) { p.ExpectedEnd = 0 },
		"one that ended on the day it began": func(p *care.Placement) { p.End = p.Start },
		"one without a code":                 func(p *care.Placement) { p.Type = "" },
	} {
		p := fullPlacement()
		change(&p)
		require.NoError(t, p.Validate(), why)
	}
}

func TestAPlacementIsRefusedForTheCellThatIsWrong(t *testing.T) {
	for _, c := range []struct {
		why, field string
		spoil      func(p *care.Placement)
	}{
		{"no id", "id", func(p *care.Placement) { p.ID = "" }},
		{"neither id nor start", "id", func(p *care.Placement) { p.ID, p.Start = "", 0 }},
		{"no child", "child", func(p *care.Placement) { p.Child = "" }},
		{"no home", "home", func(p *care.Placement) { p.Home = " H-1" }},
		{"no start", "start", func(p *care.Placement) { p.Start = 0 }},
		{"ended before it began", "end", func(p *care.Placement) { p.End = p.Start - 1 }},
		{"expected to end before it began", "expected_end", func(p *care.Placement) { p.ExpectedEnd = p.Start - 1 }},
		{"a type SSDA903 does not have", "type", func(p *care.Placement) { p.Type = "U7" }},
		{"a reason SSDA903 does not have", "reason", func(p *care.Placement) { p.Reason = "BECAUSE" }},
	} {
		p := fullPlacement()
		c.spoil(&p)
		requireWrong(t, p.Validate(), c.field, c.why)
	}
}

func TestAStayIsThePlacementAsTheHomeSeesIt(t *testing.T) {
	p := fullPlacement()
	require.Equal(t, care.Stay{Placement: "P-1", Child: "C-104", Start: p.Start, ExpectedEnd: p.ExpectedEnd, End: p.End, EndedEarly: care.Yes}, p.Stay())
}
