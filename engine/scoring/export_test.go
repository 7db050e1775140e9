package scoring

import "github.com/stablehomes/stablehomes/engine/care"

// EachMost takes [Scale.Most] apart: what each criterion says of the Span, in the
// order of the reasons that [Scale.Explain] gives.
func (s *Scale) EachMost(homes *care.Span, kinds care.KindSet) []Reason {
	var all []Reason
	for i := range s.subjects {
		for _, c := range s.weighed[i] {
			r := Reason{Child: s.subjects[i].ID, Criterion: c.ID, Weight: c.weight, Value: One}
			if c.most != nil {
				r.Value = c.most(&s.subjects[i], homes, kinds)
			}
			all = append(all, r)
		}
	}
	return all
}

// WithoutMost is the scale if a criterion could say nothing of a Span.
func (s *Scale) WithoutMost(criterion string) *Scale {
	less := &Scale{subjects: s.subjects, total: s.total}
	for _, on := range s.weighed {
		var all []weighed
		for _, c := range on {
			if c.ID == criterion {
				silent := *c.Criterion
				silent.most = nil
				c.Criterion = &silent
			}
			all = append(all, c)
		}
		less.weighed = append(less.weighed, all)
	}
	return less
}
