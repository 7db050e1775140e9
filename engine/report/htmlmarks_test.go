package report

import (
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

var seedFlag = flag.Uint64("seed", 0, "seed of the random tests; 0 draws one")

// Seed is the seed of a random test, which is logged.
func Seed(t *testing.T) uint64 {
	seed := *seedFlag
	if seed == 0 {
		seed = rand.Uint64()
	}
	t.Logf("seed %d", seed)
	return seed
}

func blank() *drawing { return &drawing{taken: map[[2]int][]mark{}} }

// A mark is refused where it would cover another and only there, as comparing it
// with every other finds.
func TestAMarkIsFreeWhereNoOtherIsNear(t *testing.T) {
	seed := Seed(t)
	rng := rand.New(rand.NewPCG(seed, 1))
	for range 20 {
		d, refused := blank(), 0
		width := 30 + rng.Float64()*mapUnits
		for range 300 {
			x, y := rng.Float64()*width, rng.Float64()*width
			clear := true
			for _, m := range d.Marks {
				clear = clear && math.Hypot(m.x-x, m.y-y) >= spacing
			}
			require.Equal(t, clear, d.free(&mark{x: x, y: y}), "seed %d", seed)
			if !d.mark(&spot{}, x, y) {
				refused++
				continue
			}
			m := d.Marks[len(d.Marks)-1]
			require.Equal(t, clear, m.x == x && m.y == y, "seed %d: it stands where it is if it can", seed)
			require.True(t, clear || m.within(), "seed %d", seed)
			require.LessOrEqual(t, max(math.Abs(m.x-x), math.Abs(m.y-y)), mostSteps*markUnits+1e-9, "seed %d", seed)
		}
		require.Equal(t, 300, refused+len(d.Marks))
	}
}

// The work for a mark does not grow with the marks that are there: ten times as many
// homes in one street take ten times as long.
func BenchmarkAStreetOfCarers(b *testing.B) {
	for _, n := range []int{200, 2000, 20_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			for b.Loop() {
				d := blank()
				for range n {
					d.mark(&spot{}, mapUnits/2, mapUnits/2)
				}
				require.Len(b, d.Marks, (2*mostSteps+1)*(2*mostSteps+1))
			}
		})
	}
}
