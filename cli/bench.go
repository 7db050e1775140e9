package cli

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/stablehomes/stablehomes/engine"
	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/report"
)

// benchSchema names the JSON of what matches cost.
const benchSchema = "stablehomes/bench/1"

func (p *program) benchCommand() *cli.Command {
	return &cli.Command{
		Name:      "bench",
		Usage:     "what a match costs on this store, and whether it finds what judging every home finds",
		UsageText: "stablehomes bench [--on DAY] [--children N]\nstablehomes bench --on 2026-11-22 --children 5",
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "on", Usage: "first `DAY` of the placements asked for (default today)"},
			&cli.IntFlag{Name: "children", Usage: "ask for at most `N` stored children, those who wait first", Value: 20},
		},
		Action: p.bench,
	}
}

func (p *program) bench(c *cli.Context) error {
	if err := noArguments(c); err != nil {
		return err
	}
	on, err := onDay(c, care.DayOf(p.now))
	if err != nil {
		return err
	}
	if n := c.Int("children"); n < 1 || n > 10_000 {
		return usage("--children %d: from 1 to 10000", n)
	}
	t := &trial{Schema: benchSchema, On: on, Differ: []care.ID{}}
	if err := p.whom(c, t); err != nil {
		return err
	}
	if err := p.try(c, t); err != nil {
		return err
	}
	if isSet(c, "json") {
		err = json.NewEncoder(p.stdout).Encode(t)
	} else {
		err = report.Table(p.stdout, p.style(c), []string{"What", "Figure"}, t.rows())
	}
	if err != nil {
		return err
	}
	return t.verdict()
}

// whom chooses the children that homes are asked for.
func (p *program) whom(c *cli.Context, t *trial) error {
	eng, err := p.open(c, engine.ReadOnly())
	if err != nil {
		return err
	}
	defer eng.Close()
	t.ids, t.Waiting, err = toAsk(c.Context, eng, t.On, c.Int("children"))
	if err == nil && len(t.ids) == 0 {
		err = fmt.Errorf("%s: there is no child in the store to ask for; import children first", dbOf(c))
	}
	t.Children = len(t.ids)
	return err
}

// toAsk lists the first n stored children who wait for a home on a day or, if nobody
// does, the first n of all.
func toAsk(ctx context.Context, eng *engine.Engine, on care.Day, n int) (ids []care.ID, waiting bool, err error) {
	for _, waiting := range []bool{true, false} {
		for c, err := range eng.ListChildren(ctx, engine.ChildQuery{Waiting: waiting, On: on}) {
			if err != nil {
				return nil, false, err
			}
			if ids = append(ids, c.ID); len(ids) == n {
				break
			}
		}
		if len(ids) > 0 {
			return ids, waiting, nil
		}
	}
	return nil, false, nil
}

// try opens the store anew and asks.
func (p *program) try(c *cli.Context, t *trial) error {
	began := time.Now()
	eng, err := p.open(c, engine.ReadOnly())
	if err != nil {
		return err
	}
	defer eng.Close()
	if _, err := eng.Match(c.Context, engine.Request{Children: t.ids[:1], On: t.On}); err != nil {
		return err
	}
	t.Open = since(began)
	advance, finish := p.progressBar(c, "children asked for")
	err = t.run(c.Context, eng, advance)
	finish(err)
	return err
}

// trial is what matches on a store cost. Times are in milliseconds.
type trial struct {
	Schema   string   `json:"schema"`
	On       care.Day `json:"on"`
	Homes    int      `json:"homes_considered"`
	Children int      `json:"children"`     // that homes were asked for
	Waiting  bool     `json:"waiting"`      // they live in no home that is recorded
	Nothing  int      `json:"nothing_fits"` // children for whom nothing fits; to say why, every home is judged

	Open     millis `json:"open_ms"` // opening the store, to the first answer
	Median   millis `json:"match_median_ms"`
	P95      millis `json:"match_p95_ms"`
	Judged   int    `json:"judged_median"` // homes judged one by one
	Most     int    `json:"judged_most"`
	Nodes    int    `json:"nodes_median"` // nodes of the index looked into
	Unpruned millis `json:"every_home_judged_median_ms"`
	Faster   millis `json:"times_faster"`

	Differ []care.ID `json:"differ"` // children whose list is not that of judging every home

	ids []care.ID
}

// millis is a number with two decimals.
type millis float64

// MarshalJSON writes two decimals.
func (m millis) MarshalJSON() ([]byte, error) { return []byte(m.String()), nil }

// String writes two decimals.
func (m millis) String() string { return strconv.FormatFloat(float64(m), 'f', 2, 64) }

// rounds is how often each child is asked for.
const rounds = 3

// samples are what each answer cost.
type samples struct {
	quick, slow   []millis
	judged, nodes []int
}

// run asks for each child; advance hears how many are done.
func (t *trial) run(ctx context.Context, eng *engine.Engine, advance func(int)) error {
	var s samples
	for i, id := range t.ids {
		if err := t.ask(ctx, eng, id, &s); err != nil {
			return err
		}
		if advance != nil {
			advance(i + 1)
		}
	}
	t.Median, t.P95, t.Unpruned = percentile(s.quick, 50), percentile(s.quick, 95), percentile(s.slow, 50)
	t.Judged, t.Most, t.Nodes = percentile(s.judged, 50), slices.Max(s.judged), percentile(s.nodes, 50)
	t.Faster = t.Unpruned / max(t.Median, 1e-6)
	return nil
}

// ask asks for one child some times, and once more with every home judged.
func (t *trial) ask(ctx context.Context, eng *engine.Engine, id care.ID, s *samples) error {
	req := engine.Request{Children: []care.ID{id}, On: t.On}
	var res *engine.Result
	for range rounds {
		began := time.Now()
		var err error
		if res, err = eng.Match(ctx, req); err != nil {
			return err
		}
		s.quick = append(s.quick, since(began))
	}
	s.judged, s.nodes = append(s.judged, res.Effort.Judged), append(s.nodes, res.Effort.Nodes)
	req.Counts = true // for which every home is judged
	began := time.Now()
	whole, err := eng.Match(ctx, req)
	if err != nil {
		return err
	}
	s.slow = append(s.slow, since(began))
	t.compare(id, res, whole)
	return nil
}

func since(began time.Time) millis { return millis(time.Since(began).Seconds() * 1000) }

// compare notes a child for whom nothing fits, and one whose two lists differ.
func (t *trial) compare(id care.ID, res, whole *engine.Result) {
	t.Homes = whole.Considered
	if len(whole.Candidates) == 0 {
		t.Nothing++
	}
	if !reflect.DeepEqual(res.Candidates, whole.Candidates) {
		t.Differ = append(t.Differ, id)
	}
}

// verdict is an error if a list differs.
func (t *trial) verdict() error {
	if len(t.Differ) == 0 {
		return nil
	}
	return fmt.Errorf("for %d of %d children the list is not the one that judging every home gives, %s first: the program is at fault, and its answers are not to be used",
		len(t.Differ), t.Children, t.Differ[0])
}

func (t *trial) rows() [][]string {
	who := "who wait"
	if !t.Waiting {
		who = "all of whom live somewhere"
	}
	return [][]string{
		{"homes considered", strconv.Itoa(t.Homes)},
		{"children asked for, " + who, strconv.Itoa(t.Children)},
		{"… for whom nothing fits", strconv.Itoa(t.Nothing)},
		{"open the store, to the first answer", t.Open.String() + " ms"},
		{"a match, median", t.Median.String() + " ms"},
		{"a match, 95 of 100 within", t.P95.String() + " ms"},
		{"homes judged, median", strconv.Itoa(t.Judged)},
		{"homes judged, most", strconv.Itoa(t.Most)},
		{"nodes of the index, median", strconv.Itoa(t.Nodes)},
		{"every home judged, median", t.Unpruned.String() + " ms"},
		{"times faster than that", t.Faster.String()},
		{"the same list", fmt.Sprintf("%d of %d", t.Children-len(t.Differ), t.Children)},
	}
}

// percentile is the smallest value that so many of a hundred do not exceed.
func percentile[T cmp.Ordered](values []T, p int) T {
	sorted := slices.Sorted(slices.Values(values))
	return sorted[max(0, (len(sorted)*p+99)/100-1)]
}
