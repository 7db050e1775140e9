package peers

import "math"

// crowd is how many homes that may take a child live in each square of a grid, as a
// database's statistics would say. It tells how far to look first.
type crowd struct {
	edge  float64 // of a square, in miles
	homes map[[2]int]int
}

// firstLook is how many of those homes are looked at first: so many that in five
// queries of six there are [Limit] among them that take the child. Found by trying
// 40 to 130.
const firstLook = 65

// newCrowd makes squares so large that one holds a few homes in the country and
// tens in a town; found by trying.
func newCrowd(homes []Home) *crowd {
	const england = 50_301 // square miles; Office for National Statistics, Standard Area Measurements
	c := &crowd{edge: math.Sqrt(england * 8 / float64(len(homes))), homes: map[[2]int]int{}}
	for i := range homes {
		if _, _, may := homes[i].days(); may {
			c.homes[c.square(homes[i].X, homes[i].Y)]++
		}
	}
	return c
}

func (c *crowd) square(x, y float64) [2]int {
	return [2]int{int(math.Floor(x / c.edge)), int(math.Floor(y / c.edge))}
}

// look is the radius in miles of a circle about the point that would hold firstLook
// homes if they lived as densely as in the nine squares about it.
func (c *crowd) look(x, y float64) float64 {
	at, near := c.square(x, y), 0
	for i := -1; i <= 1; i++ {
		for j := -1; j <= 1; j++ {
			near += c.homes[[2]int{at[0] + i, at[1] + j}]
		}
	}
	return 3 * c.edge * math.Sqrt(firstLook/math.Pi/float64(max(near, 4)))
}

// widen is the radius to try after one that was too small.
func (g *given) widen(radius float64) float64 {
	if n := len(g.homes); n < Limit {
		return radius * min(2, math.Sqrt(1.5*Limit/float64(n+1)))
	}
	// the margin is more than the plane is stretched by over England
	return max(g.enough, radius) * 1.002
}
