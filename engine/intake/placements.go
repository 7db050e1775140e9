package intake

import "github.com/stablehomes/stablehomes/engine/care"

// placements is the table of placements, in the order in which it is written.
func placements() table[care.Placement] {
	type p = care.Placement
	return table[p]{
		kind: "placements",
		columns: called([]column[p]{
			field("id", id(), func(p *p) *care.ID { return &p.ID }),
			field("child", id(), func(p *p) *care.ID { return &p.Child }),
			field("home", id(), func(p *p) *care.ID { return &p.Home }),
			field("start", day(), func(p *p) *care.Day { return &p.Start }),
			field("expected_end", day(), func(p *p) *care.Day { return &p.ExpectedEnd }),
			field("end", day(), func(p *p) *care.Day { return &p.End }),
			field("ended_early", answer(), func(p *p) *care.Answer { return &p.EndedEarly }),
			field("type", word[string]("type"), func(p *p) *string { return &p.Type }),
			field("reason", word[string]("reason"), func(p *p) *string { return &p.Reason }),
		}, placementNames()),
		needs: []need{{"id"}, {"child"}, {"home"}, {"start"}},
		id:    func(p *p) care.ID { return p.ID },
		check: (*p).Validate,
	}
}
