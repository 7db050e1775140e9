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

// A child lives where the record has them, however long ago they were expected to
// have left.
func TestWhereAChildLivesIsWhatIsRecorded(t *testing.T) {
	at := func(id care.ID, start, expected, end care.Day) care.Placement {
		return care.Placement{ID: id, Child: "C-1", Home: "H-" + id, Start: start, ExpectedEnd: expected, End: end}
	}
	for _, c := range []struct {
		why     string
		all     []care.Placement
		present []care.ID
		next    care.ID
	}{
		{"nothing recorded", nil, nil, ""},
		{"since today", []care.Placement{at("P-1", today, 0, 0)}, []care.ID{"P-1"}, ""},
		{"from tomorrow", []care.Placement{at("P-1", today+1, 0, 0)}, nil, "P-1"},
		{"until yesterday", []care.Placement{at("P-1", today-90, 0, today)}, nil, ""},
		{"until today", []care.Placement{at("P-1", today-90, 0, today+1)}, []care.ID{"P-1"}, ""},
		{"ended on the day it began", []care.Placement{at("P-1", today, 0, today)}, nil, ""},
		{"expected to end tomorrow", []care.Placement{at("P-1", today-90, today+1, 0)}, []care.ID{"P-1"}, ""},
		{"expected to end today", []care.Placement{at("P-1", today-90, today, 0)}, []care.ID{"P-1"}, ""},
		{"expected to have ended long ago", []care.Placement{at("P-1", today-90, today-60, 0)}, []care.ID{"P-1"}, ""},
		{"two, and the later one counts first", []care.Placement{at("P-1", today-90, 0, 0), at("P-2", today-30, 0, 0)}, []care.ID{"P-2", "P-1"}, ""},
		{"two from one day", []care.Placement{at("P-1", today-90, 0, 0), at("P-2", today-90, 0, 0)}, []care.ID{"P-1", "P-2"}, ""},
		{"one that ended, one that runs and two to come", []care.Placement{
			at("P-1", today+9, 0, 0), at("P-2", today+3, 0, 0), at("P-3", today-9, 0, today+3), at("P-4", today-90, 0, today-9),
		}, []care.ID{"P-3"}, "P-2"},
	} {
		w := care.WhereaboutsOf(c.all, today)
		var present []care.ID
		for _, p := range w.Present {
			present = append(present, p.ID)
		}
		require.Equal(t, c.present, present, c.why)
		require.Equal(t, c.next == "", w.Next == nil, c.why)
		if w.Next != nil {
			require.Equal(t, c.next, w.Next.ID, c.why)
		}
	}
}
