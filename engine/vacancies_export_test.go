package engine

import (
	"context"
	"strings"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/intake"
)

// DecideTwice decides the rows of a vacancy list twice over, as the store does
// where another change was quicker, and lists what each time said and what was
// told outside.
func DecideTwice(ctx context.Context, e *Engine, list string, on care.Day) (first, second []string, told int, err error) {
	imp := &Import{Kind: Vacancies, At: care.StartOf(on), By: "somebody"}
	f := &filling{engine: e, imp: imp, on: on, report: &Report{}}
	t := &taking[listed]{intakeOf: intakeOf[listed]{fold: f.decide}, Engine: e, Import: imp, report: f.report}
	rows, err := f.gather(ctx, strings.NewReader(list), intake.Options{File: "v.csv"})
	if err != nil {
		return nil, nil, 0, err
	}
	v, err := e.store.View(ctx)
	if err != nil {
		return nil, nil, 0, err
	}
	defer v.Close()
	var both [2][]string
	for i := range both {
		var n tally
		if _, err := t.decide(v, rows, &n); err != nil {
			return nil, nil, 0, err
		}
		for _, r := range n.rejects {
			both[i] = append(both[i], r.Error())
		}
		for _, w := range n.warnings {
			both[i] = append(both[i], w.says)
		}
	}
	return both[0], both[1], len(t.warnings.All()), nil
}
