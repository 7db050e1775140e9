package engine_test

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/BurntSushi/toml"
	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine"
	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/policy"
	"github.com/stablehomes/stablehomes/engine/rulebook"
	"github.com/stablehomes/stablehomes/engine/scoring"
)

// scenariosDir holds one folder a scenario. Its README says how to write one and
// what each key means.
var scenariosDir = filepath.Join("..", "fixtures", "scenarios")

// scenario is what a scenario.toml says.
type scenario struct {
	Title     string            `toml:"title"`
	Story     string            `toml:"story"`
	Documents []string          `toml:"documents"`
	Requests  []scenarioRequest `toml:"request"`
}

// scenarioRequest is a question with the answer that is expected. Every home of
// homes.csv has its place in exactly one of the five lists.
type scenarioRequest struct {
	Name          string             `toml:"name"`
	Children      []care.ID          `toml:"children"`
	Group         care.ID            `toml:"group"`
	On            care.Day           `toml:"on"`
	At            time.Time          `toml:"at"`
	Emergency     bool               `toml:"emergency"`
	Within        float64            `toml:"within"`
	Kinds         []care.Kind        `toml:"kinds"`
	Ready         bool               `toml:"ready"`
	Limit         int                `toml:"limit"`
	Candidates    []wanted           `toml:"candidate"` // in order
	Barred        []wanted           `toml:"barred"`
	NotConsidered []care.ID          `toml:"not_considered"`
	NotReady      []care.ID          `toml:"not_ready"`
	BeyondLimit   []care.ID          `toml:"beyond_limit"`
	Unknown       []string           `toml:"unknown"` // nil is not checked
	Wishes        map[care.ID]string `toml:"wishes"`  // nil is not checked
	Refused       string             `toml:"refused"` // with it, nothing else is expected
}

// wanted is what is expected of a home. Keys name a rule or a criterion and,
// where the children differ, the child: "adult", or "adult tom". A zero tier,
// score or worst_off is not checked.
type wanted struct {
	Home        care.ID             `toml:"home"`
	Tier        int                 `toml:"tier"`
	Score       float64             `toml:"score"` // with one decimal, or with all six
	WorstOff    care.ID             `toml:"worst_off"`
	Rules       []string            `toml:"rules"`     // all that bar it, in the order of the rulebook
	SignOffs    map[string]string   `toml:"sign_offs"` // all of them, with the role; of a barred home only if given
	Warnings    []string            `toml:"warnings"`  // likewise
	Met         []string            `toml:"met"`
	Silent      []string            `toml:"silent"` // neither a finding nor a reason
	ByDay       map[string]care.Day `toml:"by_day"`
	Says        map[string]string   `toml:"says"` // part of the sentence
	Fix         map[string]string   `toml:"fix"`  // part of the nearest fix
	Missing     map[string]string   `toml:"missing"`
	Values      map[string]float64  `toml:"values"` // with three decimals
	Weights     map[string]int      `toml:"weights"`
	IfConfirmed map[string]float64  `toml:"if_confirmed"`
}

func readScenario(folder fs.FS) (*scenario, error) {
	s := &scenario{}
	meta, err := toml.DecodeFS(folder, "scenario.toml", s)
	if err != nil {
		return nil, err
	}
	if unknown := meta.Undecoded(); len(unknown) > 0 {
		return nil, fmt.Errorf("scenario.toml: there is no such key: %v", unknown)
	}
	if s.Title == "" || s.Story == "" || len(s.Documents) == 0 || len(s.Requests) == 0 {
		return nil, errors.New("scenario.toml: a title, a story, what it documents and a request are needed")
	}
	return s, nil
}

func (r *scenarioRequest) label() string { return cmp.Or(r.Name, r.On.String()) }

// expects lists what the request expects anything of: "rule verdict" for each
// verdict, and the bare names.
func (r *scenarioRequest) expects() map[string]bool {
	all := map[string]bool{}
	note := func(keys []string, v rulebook.Verdict) {
		for _, key := range keys {
			name, _, _ := strings.Cut(key, " ")
			all[name], all[name+" "+v.String()] = true, true
		}
	}
	for _, w := range slices.Concat(r.Candidates, r.Barred) {
		note(w.Met, rulebook.Met)
		note(w.Warnings, rulebook.Warning)
		note(slices.Collect(maps.Keys(w.SignOffs)), rulebook.SignOff)
		note(w.Rules, rulebook.Barred)
		note(slices.Collect(maps.Keys(w.Values)), rulebook.Silent)
	}
	return all
}

// Each scenario is run in an engine of its own, through the door.
func TestScenarios(t *testing.T) {
	for _, name := range scenarioNames(t) {
		t.Run(name, func(t *testing.T) {
			s, ask := openScenario(t, name)
			for _, r := range s.Requests {
				t.Run(r.label(), func(t *testing.T) {
					require.Empty(t, strings.Join(faultsOf(&r, ask(&r)), "\n"), s.Title)
				})
			}
		})
	}
}

// Whoever wants to know what a rule does finds a scenario that shows it, with
// every verdict that it gives in any of them expected by name somewhere. No
// scenario speaks of a rule that is gone, or claims what it does not show.
func TestEveryRuleAndCriterionHasAScenario(t *testing.T) {
	known, documented, given, all := []string{}, []string{}, map[string]string{}, map[string]bool{}
	for _, r := range rulebook.Rules() {
		known = append(known, r.ID)
	}
	for _, c := range scoring.Criteria() {
		known = append(known, c.ID)
	}
	for _, name := range scenarioNames(t) {
		s, ask := openScenario(t, name)
		expected := map[string]bool{}
		for i := range s.Requests {
			maps.Copy(expected, s.Requests[i].expects())
			for home, e := range ask(&s.Requests[i]).explained {
				for _, f := range e.Judged.Findings {
					given[f.Rule+" "+f.Verdict.String()] = fmt.Sprintf("%s, %s, %s", name, s.Requests[i].label(), home)
				}
			}
		}
		for _, d := range s.Documents {
			require.Contains(t, known, d, "%s documents what is neither a rule nor a criterion", name)
			require.True(t, expected[d], "%s documents %s and expects no verdict and no value of it", name, d)
		}
		documented = append(documented, s.Documents...)
		maps.Copy(all, expected)
	}
	for _, id := range known {
		require.Contains(t, documented, id, "no scenario documents it")
	}
	for _, pair := range slices.Sorted(maps.Keys(given)) {
		require.True(t, all[pair], "no scenario expects %s, which the engine gives in %s", pair, given[pair])
	}
}

func TestAScenarioWithAnUnknownKeyIsRefused(t *testing.T) {
	const good = "title = 'A'\nstory = 'B'\ndocuments = ['adult']\n[[request]]\non = '2026-11-23'\n"
	for text, fault := range map[string]string{
		"":                                   "<nil>",
		"nearby = 3":                         "no such key: [request.nearby]",
		"[[request.candidate]]\nhomes = 'x'": "no such key",
		"limit = 'ten'":                      "limit",
	} {
		_, err := readScenario(fstest.MapFS{"scenario.toml": {Data: []byte(good + text)}})
		require.Contains(t, fmt.Sprint(err), fault)
	}
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

// scenarioNames lists every folder.
func scenarioNames(t *testing.T) (names []string) {
	t.Helper()
	entries, err := os.ReadDir(scenariosDir)
	require.NoError(t, err)
	for _, e := range entries {
		if e.IsDir() {
			names = append(names, e.Name())
		}
	}
	require.NotEmpty(t, names)
	return names
}

// openScenario reads a scenario, takes its files into an engine, without a reject
// and without a warning, and returns a way to put its requests.
func openScenario(t *testing.T, name string) (*scenario, func(*scenarioRequest) *answer) {
	t.Helper()
	folder := os.DirFS(filepath.Join(scenariosDir, name))
	s, err := readScenario(folder)
	require.NoError(t, err, name)
	set, err := fs.ReadFile(folder, "policy.toml")
	require.True(t, err == nil || errors.Is(err, fs.ErrNotExist), "%s: %v", name, err)
	policies, err := policy.Parse(string(set))
	require.NoError(t, err, name)
	eng := engine.InMemory(engine.WithPolicy(policies))
	t.Cleanup(func() { require.NoError(t, eng.Close()) })
	for _, kind := range []engine.Kind{engine.Homes, engine.Children, engine.Placements} {
		file, err := fs.ReadFile(folder, string(kind)+".csv")
		if kind == engine.Placements && errors.Is(err, fs.ErrNotExist) {
			continue
		}
		require.NoError(t, err, name)
		report, err := eng.Import(context.Background(), engine.Import{
			Kind: kind, Files: []engine.File{{Name: string(kind), Source: bytes.NewReader(file)}}, By: "a scenario",
			Reject: func(bad *engine.Rejected) error { return bad },
		})
		require.NoError(t, err, name)
		require.Empty(t, report.Warnings, name)
	}
	homes, err := fs.ReadFile(folder, "homes.csv")
	require.NoError(t, err)
	return s, func(r *scenarioRequest) *answer { return ask(eng, string(homes), r) }
}

// answer is what the engine says: the shortlist, and everything about each home.
type answer struct {
	*engine.Result
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
		e := a.explained[w.Home]
		if e == nil {
			continue // not in homes.csv, which account says
		}
		f.home(&w, &e.Judged)
		f.exactly(&w, &e.Judged, rulebook.Barred, withoutRole(w.Rules))
		if len(w.Rules) == 0 || w.SignOffs != nil {
			f.exactly(&w, &e.Judged, rulebook.SignOff, w.SignOffs)
		}
		if len(w.Rules) == 0 || w.Warnings != nil {
			f.exactly(&w, &e.Judged, rulebook.Warning, withoutRole(w.Warnings))
		}
	}
	return f
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
	f.same("barred", sorted(homesOf(r.Barred)), sorted(barred))
	f.same("not considered", sorted(r.NotConsidered), passedOver)
	f.same("left out as not ready", sorted(r.NotReady), notReady)
	f.same("beyond the limit", sorted(r.BeyondLimit), beyond)
	f.counts(r, a)
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
