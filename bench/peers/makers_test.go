package peers

import (
	"context"
	"flag"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine/index"
)

var (
	sizes = flag.String("sizes", "", "numbers of homes, with commas between")
	seed  = flag.Uint64("seed", 1, "of worlds and queries")
)

// queries is how many queries an engine is timed with.
const queries = 200

// numbers are those of -sizes, or the ones given where it is not.
func numbers(t testing.TB, otherwise ...int) []int {
	if *sizes == "" {
		return otherwise
	}
	var all []int
	for _, field := range strings.Split(*sizes, ",") {
		n, err := strconv.Atoi(field)
		require.NoError(t, err, "-sizes")
		all = append(all, n)
	}
	return all
}

// maker is an engine that is not open yet.
type maker struct {
	name string
	open func(context.Context, *World) (Engine, error)
}

// made makes a maker of what opens one type of engine.
func made[E Engine](name string, open func(context.Context, *World) (E, error)) maker {
	return maker{name, func(ctx context.Context, w *World) (Engine, error) { return open(ctx, w) }}
}

const scanned = "scan"

// makers are the engines there are, ours first; PostGIS where
// STABLEHOMES_PEERS_DSN says how to reach it.
func makers() []maker {
	all := []maker{
		made("stablehomes", func(_ context.Context, w *World) (*Index, error) { return OpenIndex(w), nil }),
		made(scanned, func(_ context.Context, w *World) (*scan, error) { return &scan{w.Homes}, nil }),
		made("sqlite-rtree", OpenRTree),
		made("sqlite-bands", OpenBands),
	}
	if dsn := os.Getenv("STABLEHOMES_PEERS_DSN"); dsn != "" {
		all = append(all, made("postgis", func(ctx context.Context, w *World) (*PostGIS, error) { return OpenPostGIS(ctx, w, dsn) }))
	}
	return all
}

// mustOpen fills the engine, and closes it when the test ends.
func (m *maker) mustOpen(t testing.TB, w *World) Engine {
	e, err := m.open(t.Context(), w)
	require.NoError(t, err, m.name)
	t.Cleanup(func() { require.NoError(t, e.Close(), m.name) })
	return e
}

// agree asks every engine every query; each must say what the scan says, which is
// returned.
func agree(t testing.TB, w *World, engines map[string]Engine, qs []Query) [][]index.Found {
	t.Helper()
	answers := make([][]index.Found, len(qs))
	for i := range qs {
		want, err := (&scan{w.Homes}).Best(t.Context(), &qs[i])
		require.NoError(t, err)
		answers[i] = want
		for name, e := range engines {
			found, err := e.Best(t.Context(), &qs[i])
			require.NoError(t, err, name)
			require.Len(t, found, len(want), "%s, query %d of seed %d: %+v", name, i, *seed, qs[i])
			for k := range want {
				require.Equal(t, want[k], found[k], "%s, place %d, query %d of seed %d: %+v", name, k, i, *seed, qs[i])
			}
		}
	}
	return answers
}

func openAll(t testing.TB, w *World) map[string]Engine {
	all := map[string]Engine{}
	for _, m := range makers() {
		all[m.name] = m.mustOpen(t, w)
	}
	return all
}
