package bench_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine"
	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/fixtures"
)

// seed decides which England it is, and which of its children ask.
const seed = 1

// sizes are numbers of homes.
type sizes []int

// String is how the flag is written.
func (s *sizes) String() string {
	return strings.Trim(strings.ReplaceAll(fmt.Sprint([]int(*s)), " ", ","), "[]")
}

// Set reads numbers of homes, comma separated.
func (s *sizes) Set(text string) error {
	*s = nil
	for word := range strings.SplitSeq(text, ",") {
		n, err := strconv.Atoi(word)
		if err != nil || n < 1000 || n > fixtures.MaxHomes {
			return fmt.Errorf("%q: a number of homes from 1000 to %d", word, fixtures.MaxHomes)
		}
		*s = append(*s, n)
	}
	return nil
}

var (
	homesOf   = sizes{10_000, 100_000, 1_000_000}
	storesDir = flag.String("stores", "", "`DIR` that keeps the stores from run to run; a temporary one if empty")
	coldHomes = flag.Int("cold", 50_000, "homes of the cold start")
	mostWhole = flag.Int("oracle", 1_000_000, "most homes at which every home is judged, too: that takes some gigabytes for each million")
)

func init() { flag.Var(&homesOf, "sizes", "numbers of homes, comma separated") }

func TestMain(m *testing.M) {
	flag.Parse()
	code, err := runAll(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

func runAll(m *testing.M) (code int, err error) {
	if *storesDir == "" {
		if *storesDir, err = os.MkdirTemp("", "stablehomes-bench-"); err != nil {
			return 0, err
		}
		defer func() { err = errors.Join(err, os.RemoveAll(*storesDir)) }()
	}
	return m.Run(), nil
}

// country is a closed store, and what is asked of it.
type country struct {
	dir   string
	homes int
	questions
}

// england is a synthetic England with the children who live in its homes.
func england(tb testing.TB, homes int) country {
	return stored(tb, fmt.Sprintf("england-%d-%d", seed, homes), homes, settleEngland)
}

// openCountry is the same homes, each empty and open to everybody.
func openCountry(tb testing.TB, homes int) country {
	return stored(tb, fmt.Sprintf("open-%d-%d", seed, homes), homes, settleOpen)
}

// settler brings a country into an engine.
type settler func(ctx context.Context, eng *engine.Engine, homes int) (questions, error)

// stored makes the store if it is not there. The questions are written last: where
// they are, the store is whole.
func stored(tb testing.TB, name string, homes int, settle settler) country {
	tb.Helper()
	dir := filepath.Join(*storesDir, name)
	q, err := readQuestions(dir + ".questions")
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if q, err = makeStore(tb.Context(), dir, homes, settle); err == nil {
			err = q.write(dir + ".questions")
		}
	case err == nil:
		err = refresh(tb.Context(), dir)
	}
	require.NoError(tb, err)
	return country{dir, homes, q}
}

// refresh lets this program write its own index beside a store that another
// version may have kept.
func refresh(ctx context.Context, dir string) error {
	eng, err := engine.Open(ctx, dir)
	if err != nil {
		return err
	}
	return eng.Close()
}

func makeStore(ctx context.Context, dir string, homes int, settle settler) (q questions, err error) {
	if err := os.RemoveAll(dir); err != nil { // of a run that was ended
		return q, err
	}
	eng, err := engine.Open(ctx, dir)
	if err != nil {
		return q, err
	}
	defer func() { err = errors.Join(err, eng.Close()) }()
	return settle(ctx, eng, homes)
}

func settleEngland(ctx context.Context, eng *engine.Engine, homes int) (questions, error) {
	w := fixtures.NewEngland(fixtures.Options{Seed: seed, Homes: homes})
	d := newDraw()
	err := errors.Join(
		addAll(w.Homes(), func(part []care.Home) error { return eng.Add(ctx, engine.Records{Homes: part}) }),
		addAll(w.Children(), func(part []care.Child) error {
			d.look(part)
			return eng.Add(ctx, engine.Records{Children: part})
		}),
		addAll(w.Placements(), func(part []care.Placement) error {
			return errors.Join(d.check(part), eng.Add(ctx, engine.Records{Placements: part}))
		}))
	return d.questions(), err
}

func settleOpen(ctx context.Context, eng *engine.Engine, homes int) (questions, error) {
	d := newDraw()
	for c := range fixtures.NewEngland(fixtures.Options{Seed: seed, Homes: 1000}).Children() {
		d.look([]care.Child{c})
	}
	w := fixtures.NewEngland(fixtures.Options{Seed: seed, Homes: homes})
	return d.questions(), addAll(w.Homes(), func(part []care.Home) error {
		for i := range part {
			part[i] = opened(&part[i])
		}
		return eng.Add(ctx, engine.Records{Homes: part})
	})
}

// opened is an empty foster home that takes every child, where the home is and
// with what its carers can do.
func opened(h *care.Home) care.Home {
	return care.Home{
		ID: h.ID, Kind: care.Foster, ProviderCode: h.ProviderCode, Authority: h.Authority, Where: h.Where, Beds: 5,
		Skills: h.Skills, Languages: h.Languages, Faiths: h.Faiths, Cultures: h.Cultures, Ethnicities: h.Ethnicities,
		Pets: care.List{}, Smoking: care.No, Garden: h.Garden, Transport: h.Transport, OwnChildren: []care.Day{}, Closed: []care.DayRange{},
		Status: care.Approved, RegisteredFrom: fixtures.Today - 900, RegisteredUntil: care.Never(), RestrictedFrom: care.Never(),
		FosteringSince: h.FosteringSince, ConfirmedOn: h.ConfirmedOn, WeeklyCost: h.WeeklyCost,
	}
}

// addAll adds so many at a time that memory stays small.
func addAll[T any](all iter.Seq[T], add func([]T) error) error {
	const atATime = 10_000
	part := make([]T, 0, atATime)
	for value := range all {
		if part = append(part, value); len(part) == atATime {
			if err := add(part); err != nil {
				return err
			}
			part = part[:0]
		}
	}
	return add(part)
}

// open opens a store to read from.
func (c *country) open(tb testing.TB) *engine.Engine { return opening(tb, c.dir, engine.ReadOnly()) }

// fork opens a copy that may be changed.
func (c *country) fork(tb testing.TB) *engine.Engine { return opening(tb, c.copied(tb)) }

func opening(tb testing.TB, dir string, opts ...engine.Option) *engine.Engine {
	tb.Helper()
	eng, err := engine.Open(tb.Context(), dir, opts...)
	require.NoError(tb, err)
	tb.Cleanup(func() { require.NoError(tb, eng.Close()) })
	return eng
}

// copied is a directory with the same store in it. Tables are linked: Badger never
// writes to one again.
func (c *country) copied(tb testing.TB) string {
	tb.Helper()
	dir, err := os.MkdirTemp(*storesDir, "copy-")
	require.NoError(tb, err)
	tb.Cleanup(func() { require.NoError(tb, os.RemoveAll(dir)) })
	require.NoError(tb, filepath.WalkDir(c.dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		to := dir + strings.TrimPrefix(path, c.dir)
		switch {
		case entry.IsDir():
			return os.MkdirAll(to, 0o700)
		case filepath.Ext(path) == ".sst":
			return os.Link(path, to)
		}
		content, err := os.ReadFile(path)
		return errors.Join(err, os.WriteFile(to, content, 0o600))
	}))
	return dir
}

// anySize is more homes than there will be.
const anySize = fixtures.MaxHomes

// atEachSize runs a benchmark on England at each size up to most.
func atEachSize(b *testing.B, most int, bench func(b *testing.B, c country)) {
	if slices.Min(homesOf) > most {
		b.Skipf("at %d homes or fewer", most)
	}
	for _, homes := range homesOf {
		if homes <= most {
			b.Run(fmt.Sprintf("homes=%d", homes), func(b *testing.B) { bench(b, england(b, homes)) })
		}
	}
}
