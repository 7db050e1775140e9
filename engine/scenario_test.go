package engine_test

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
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
	Holds     []scenarioHold    `toml:"hold"`
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
	NearestFirst  bool               `toml:"nearest_first"` // the barred are written in the order in which they are told
	Splits        []wantedSplit      `toml:"split"`         // the first of them, in order
	OnlySplits    bool               `toml:"only_splits"`   // there are no others
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
	// SiblingsHere are the brothers and sisters who live there; nil is not checked.
	SiblingsHere []care.ID `toml:"siblings_here"`
}

// scenarioHold is a bed that somebody holds. There is no file of holds.
type scenarioHold struct {
	Home     care.ID   `toml:"home"`
	Children []care.ID `toml:"children"`
	From     care.Day  `toml:"from"`
	Until    time.Time `toml:"until"`
	By       string    `toml:"by"`
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
	for _, w := range slices.Concat(r.Candidates, r.Barred, splitHomes(r.Splits)) {
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
	if testing.Short() {
		t.Skip("takes seconds, and no two goroutines meet in it")
	}
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
	if testing.Short() {
		t.Skip("takes seconds, and no two goroutines meet in it")
	}
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
		"[[request.split]]\nhomes = ['x']":   "no such key",
		"[[request.split]]\n[[request.split.home]]\nhome = 'x'\nalone = true\nmet = ['adult']": "<nil>",
		"[[request.split]]\n[[request.split.home]]\nhome = 'x'\nlonely = true":                 "no such key",
		"[[hold]]\nhome = 'x'\ntill = 'y'":                                                     "no such key",
	} {
		_, err := readScenario(fstest.MapFS{"scenario.toml": {Data: []byte(good + text)}})
		require.Contains(t, fmt.Sprint(err), fault)
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
	for i, h := range s.Holds {
		require.NoError(t, engine.PutHold(context.Background(), eng, h.Home, care.Hold{
			ID: care.ID(fmt.Sprintf("hold-%02d", i)), Children: h.Children, From: h.From, Until: h.Until, By: h.By,
		}), name)
	}
	homes, err := fs.ReadFile(folder, "homes.csv")
	require.NoError(t, err)
	return s, func(r *scenarioRequest) *answer { return ask(eng, string(homes), r) }
}
