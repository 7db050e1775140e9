package engine_test

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine"
	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/rulebook"
	"github.com/stablehomes/stablehomes/engine/scoring"
)

// answer is what the engine says: the shortlist, the same without a word on the
// homes that are not on it, and everything about each home.
type answer struct {
	*engine.Result
	brief     *engine.Result
	err       error
	explained map[care.ID]*engine.Explanation
}

func ask(eng *engine.Engine, homes string, r *scenarioRequest) *answer {
	req := engine.Request{
		Children: r.Children, Group: r.Group, On: r.On, At: r.At, Emergency: r.Emergency, Within: r.Within,
		Kinds: r.Kinds, Ready: r.Ready, Limit: r.Limit, Counts: true, WhyNot: engine.WhyNotAll,
	}
	ctx := context.Background()
	a := &answer{explained: map[care.ID]*engine.Explanation{}}
	if a.Result, a.err = eng.Match(ctx, req); a.err != nil {
		return a
	}
	brief := req
	brief.Counts, brief.WhyNot = false, engine.WhyNotOff
	if a.brief, a.err = eng.Match(ctx, brief); a.err != nil {
		return a
	}
	for row := range strings.Lines(homes[strings.Index(homes, "\n")+1:]) {
		id, _, _ := strings.Cut(row, ",") // the id is the first column
		if a.explained[care.ID(id)], a.err = eng.Explain(ctx, req, care.ID(id)); a.err != nil {
			return a
		}
	}
	return a
}

// faults are the points on which an answer is not the expected one.
type faults []string

func (f *faults) add(format string, args ...any) { *f = append(*f, fmt.Sprintf(format, args...)) }

func (f *faults) same(what string, want, got any) {
	if !reflect.DeepEqual(want, got) {
		f.add("%s: expected %v, the engine says %v", what, want, got)
	}
}

// faultsOf holds an answer against what the request expects.
func faultsOf(r *scenarioRequest, a *answer) faults {
	var f faults
	if a.err != nil || r.Refused != "" {
		if a.err == nil || r.Refused == "" || !strings.Contains(a.err.Error(), r.Refused) {
			f.add("expected to be refused for %q, the engine says %v", r.Refused, a.err)
		}
		return f
	}
	f.account(r, a)
	f.shortened(r, a)
	f.splits(r, a)
	if r.Unknown != nil {
		f.same("unknown", r.Unknown, a.Unknown)
	}
	words := map[care.ID]string{}
	for _, w := range a.Wishes {
		words[w.Child] = w.Words
	}
	if r.Wishes != nil {
		f.same("wishes", r.Wishes, words)
	}
	for _, w := range slices.Concat(r.Candidates, r.Barred) {
		if e := a.explained[w.Home]; e != nil { // else not in homes.csv, which account says
			f.judged(&w, &e.Judged)
		}
	}
	return f
}

// judged holds a home, and all its verdicts, against what is expected of it.
func (f *faults) judged(w *wanted, c *engine.Candidate) {
	f.home(w, c)
	f.exactly(w, c, rulebook.Barred, withoutRole(w.Rules))
	if len(w.Rules) == 0 || w.SignOffs != nil {
		f.exactly(w, c, rulebook.SignOff, w.SignOffs)
	}
	if len(w.Rules) == 0 || w.Warnings != nil {
		f.exactly(w, c, rulebook.Warning, withoutRole(w.Warnings))
	}
}

// account sees to it that no home is passed over in silence, that the order is
// right, and that the shortlist says of a home what explaining it says.
func (f *faults) account(r *scenarioRequest, a *answer) {
	var listed, barred, passedOver, notReady, beyond []care.ID
	for i, c := range a.Candidates {
		listed = append(listed, c.Home)
		f.same("rank", i+1, c.Rank)
		c.Rank = 0
		if !reflect.DeepEqual(c, a.explained[c.Home].Judged) {
			f.add("%s: the shortlist and the explanation disagree", c.Home)
		}
	}
	for _, x := range a.WhyNot {
		barred = append(barred, x.Home)
		if !slices.Contains(homesOf(r.Barred), x.Home) {
			f.add("%s is barred by %s: %s", x.Home, x.Findings[0].Rule, x.Findings[0].Says)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(a.explained)) {
		switch e := a.explained[id]; {
		case slices.Contains(listed, id) || slices.Contains(barred, id):
		case !e.Considered:
			passedOver = append(passedOver, id)
		case r.Ready && e.Verdict == rulebook.SignOff:
			notReady = append(notReady, id)
		default:
			beyond = append(beyond, id)
		}
	}
	f.same("the candidates in order", homesOf(r.Candidates), listed)
	if r.NearestFirst {
		f.same("barred, the nearest miss first", homesOf(r.Barred), barred)
	}
	f.same("barred", sorted(homesOf(r.Barred)), sorted(barred))
	f.same("not considered", sorted(r.NotConsidered), passedOver)
	f.same("left out as not ready", sorted(r.NotReady), notReady)
	f.same("beyond the limit", sorted(r.BeyondLimit), beyond)
	f.counts(r, a)
}

// shortened holds the answer to the same question, without every home counted and
// explained, against the long one. Where no home fits it tells the five nearest
// misses.
func (f *faults) shortened(r *scenarioRequest, a *answer) {
	var nearest []engine.Exclusion
	if len(r.Candidates) == 0 {
		nearest = a.WhyNot[:min(len(a.WhyNot), 5)]
	}
	if !reflect.DeepEqual(a.Candidates, a.brief.Candidates) || !reflect.DeepEqual(a.Splits, a.brief.Splits) {
		f.add("the shortlist or the splits are others where every home is counted")
	}
	if len(nearest)+len(a.brief.WhyNot) > 0 && !reflect.DeepEqual(nearest, a.brief.WhyNot) {
		f.add("the nearest misses: expected %v, the engine says %v", missed(nearest), missed(a.brief.WhyNot))
	}
}

func missed(all []engine.Exclusion) (ids []care.ID) {
	for _, x := range all {
		ids = append(ids, x.Home)
	}
	return ids
}

func sorted(ids []care.ID) []care.ID { return slices.Sorted(slices.Values(ids)) }

func homesOf(all []wanted) (ids []care.ID) {
	for _, w := range all {
		ids = append(ids, w.Home)
	}
	return ids
}

// counts holds the counts against the homes that are named.
func (f *faults) counts(r *scenarioRequest, a *answer) {
	barred := map[string]int{}
	for _, w := range r.Barred {
		first, _, _ := strings.Cut(strings.Join(w.Rules, " "), " ")
		barred[first]++
	}
	f.same("barred, each under its first rule", barred, a.Barred)
	f.same("considered", len(a.explained)-len(r.NotConsidered), a.Considered)
	f.same("eligible", len(r.Candidates)+len(r.NotReady)+len(r.BeyondLimit), a.Eligible)
	f.same("number not ready", len(r.NotReady), a.NotReady)
}

// said is a finding or a reason.
type said struct {
	name, says, role, fix string
	child                 care.ID
	verdict               rulebook.Verdict // Silent for a reason
	day                   care.Day
	missing               []string
	weight                int
	value, ifConfirmed    scoring.Millionths
}

func saidOf(c *engine.Candidate) []said {
	var all []said
	for _, f := range c.Findings {
		all = append(all, said{name: f.Rule, child: f.Child, verdict: f.Verdict, says: f.Says, role: f.Role, fix: f.NearestFix, day: f.ByDay, missing: f.Missing})
	}
	for _, r := range c.Reasons {
		all = append(all, said{name: r.Criterion, child: r.Child, says: r.Says, value: r.Value, weight: r.Weight, missing: r.Missing, ifConfirmed: r.IfConfirmed})
	}
	return all
}

// is says whether a key of a scenario means this one.
func (s said) is(key string) bool {
	name, child, one := strings.Cut(key, " ")
	return s.name == name && (!one || string(s.child) == child)
}

// each holds everything that a key means against the value of that key. A key
// that means nothing is a fault.
func each[V any](f *faults, w *wanted, all []said, want map[string]V, fits func(said, V) (got any, ok bool)) {
	for _, key := range slices.Sorted(maps.Keys(want)) {
		found := false
		for _, s := range all {
			if !s.is(key) {
				continue
			}
			found = true
			if got, ok := fits(s, want[key]); !ok {
				f.add("%s, %s: expected %v, the engine says %v", w.Home, key, want[key], got)
			}
		}
		if !found {
			f.add("%s, %s: expected %v, the engine says nothing of the kind", w.Home, key, want[key])
		}
	}
}

// exactly holds all findings of one verdict against the keys that are expected
// to have it, none more and none less, and their roles.
func (f *faults) exactly(w *wanted, c *engine.Candidate, v rulebook.Verdict, want map[string]string) {
	these := slices.DeleteFunc(saidOf(c), func(s said) bool { return s.verdict != v })
	each(f, w, these, want, func(s said, role string) (any, bool) { return s.role, s.role == role })
	for _, s := range these {
		if !slices.ContainsFunc(slices.Collect(maps.Keys(want)), s.is) {
			f.add("%s: %s, which is not expected, by %s %s: %s", w.Home, v, s.name, s.child, s.says)
		}
	}
}

// withoutRole are keys of a verdict that nobody signs.
func withoutRole(keys []string) map[string]string {
	all := map[string]string{}
	for _, key := range keys {
		all[key] = ""
	}
	return all
}

// home compares what is expected of one home, whatever became of it.
func (f *faults) home(w *wanted, c *engine.Candidate) {
	all := saidOf(c)
	each(f, w, all, w.Says, func(s said, part string) (any, bool) { return s.says, strings.Contains(s.says, part) })
	each(f, w, all, w.Fix, func(s said, part string) (any, bool) { return s.fix, strings.Contains(s.fix, part) })
	each(f, w, all, w.Missing, func(s said, facts string) (any, bool) { return s.missing, strings.Join(s.missing, ", ") == facts })
	each(f, w, all, w.ByDay, func(s said, d care.Day) (any, bool) { return s.day, s.day == d })
	each(f, w, all, w.Weights, func(s said, weight int) (any, bool) { return s.weight, s.weight == weight })
	each(f, w, all, w.IfConfirmed, func(s said, score float64) (any, bool) { return s.ifConfirmed, isScore(score, s.ifConfirmed) })
	each(f, w, all, w.Values, func(s said, v float64) (any, bool) { return s.value, math.Abs(s.value.Float()-v) < 0.00051 }) // three decimals are given
	each(f, w, all, withoutRole(w.Met), func(s said, _ string) (any, bool) { return s.verdict, s.verdict == rulebook.Met })
	for _, s := range all {
		if slices.ContainsFunc(w.Silent, s.is) {
			f.add("%s, %s: expected to say nothing, the engine says %s", w.Home, s.name, s.says)
		}
	}
	if w.SiblingsHere != nil && !slices.Equal(w.SiblingsHere, c.SiblingsHere) {
		f.add("%s, brothers and sisters there: expected %v, the engine says %v", w.Home, w.SiblingsHere, c.SiblingsHere)
	}
	f.same(string(w.Home)+", tier", cmp.Or(w.Tier, c.Tier), c.Tier)
	f.same(string(w.Home)+", worst off", cmp.Or(w.WorstOff, c.WorstOff().ID), c.WorstOff().ID)
	if w.Score != 0 && !isScore(w.Score, c.Score) {
		f.add("%s, score: expected %v, the engine says %s", w.Home, w.Score, c.Score)
	}
}

// isScore says whether a score is the one that is written: to one decimal, or
// exactly.
func isScore(written float64, score scoring.Millionths) bool {
	v := score.Float()
	return math.Round(10*v)/10 == written || math.Abs(v-written) < 0.0000005
}

// A scenario that expects something else than what is so does not pass.
func TestAWrongExpectationIsFound(t *testing.T) {
	s, ask := openScenario(t, "grandmother-25-miles-away")
	a := ask(&s.Requests[0])
	require.Empty(t, faultsOf(&s.Requests[0], a))
	for wrong, spoil := range map[string]func(*scenarioRequest){
		"a home is left out":         func(r *scenarioRequest) { r.Candidates = r.Candidates[:1] },
		"a barred home is left out":  func(r *scenarioRequest) { r.Barred = nil },
		"a home is named twice":      func(r *scenarioRequest) { r.NotConsidered = []care.ID{"grandmother"} },
		"a home is not in the file":  func(r *scenarioRequest) { r.NotReady = []care.ID{"nowhere"} },
		"the order is another":       func(r *scenarioRequest) { slices.Reverse(r.Candidates) },
		"the tier is another":        func(r *scenarioRequest) { r.Candidates[0].Tier = 3 },
		"the score is another":       func(r *scenarioRequest) { r.Candidates[0].Score = 12.3 },
		"another child is worst off": func(r *scenarioRequest) { r.Candidates[0].WorstOff = "tom" },
		"a warning is left out":      func(r *scenarioRequest) { r.Candidates[0].Warnings = nil },
		"a sign-off too many":        func(r *scenarioRequest) { r.Candidates[1].SignOffs = map[string]string{"adult": "nobody"} },
		"met and is not":             func(r *scenarioRequest) { r.Candidates[0].Met = []string{"over-20-miles"} },
		"silent and is not":          func(r *scenarioRequest) { r.Candidates[0].Silent = []string{"near-family"} },
		"says something else":        func(r *scenarioRequest) { r.Candidates[0].Says = map[string]string{"adult": "99 on the day"} },
		"says it of another child":   func(r *scenarioRequest) { r.Candidates[0].Says = map[string]string{"adult tom": ""} },
		"another day":                func(r *scenarioRequest) { r.Candidates[0].ByDay = map[string]care.Day{"out-of-area": 1} },
		"another weight":             func(r *scenarioRequest) { r.Candidates[0].Weights = map[string]int{"in-area": 9} },
		"another score if confirmed": func(r *scenarioRequest) { r.Candidates[0].IfConfirmed = map[string]float64{"stability": 9} },
		"another rule bars it":       func(r *scenarioRequest) { r.Barred[0].Rules = []string{"adult"} },
		"another fix":                func(r *scenarioRequest) { r.Barred[0].Fix = map[string]string{"connected-to": "free from"} },
		"another fact is missing":    func(r *scenarioRequest) { r.Candidates[1].Missing = map[string]string{"approval": "status"} },
		"another fact is unknown":    func(r *scenarioRequest) { r.Unknown = []string{"ben: height"} },
		"other words of the child":   func(r *scenarioRequest) { r.Wishes = map[care.ID]string{"ben": "nothing"} },
		"refused and is not":         func(r *scenarioRequest) { r.Refused = "no such child" },
	} {
		again, _ := openScenario(t, "grandmother-25-miles-away")
		spoil(&again.Requests[0])
		require.NotEmpty(t, faultsOf(&again.Requests[0], a), wrong)
	}
}
