package main

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"
)

// Plot is lines between logarithmic axes.
type Plot struct {
	Title        string
	XName, YName string
	Lines        []Line
}

// Line is a named row of dots, in order of X.
type Line struct {
	Name string
	Dots []Dot
}

// Dot is a number of homes and a time in seconds, both above 0.
type Dot struct{ X, Y float64 }

// ErrTooFew is that a line has fewer than two dots.
var ErrTooFew = errors.New("a plot needs two numbers of homes or more")

// The drawing, in pixels.
const (
	width, height           = 720, 420
	left, right, top, below = 84, 150, 64, 64
)

// style is readable on light and on dark; the colours of the lines are told apart by
// those who see no red or green.
const style = `
  svg { font: 13px system-ui, sans-serif; background: #ffffff; --ink: #1f2328; --faint: #d0d7de; --soft: #59636e; --line0: #b35900; --line1: #0969da; }
  @media (prefers-color-scheme: dark) {
    svg { background: #0d1117; --ink: #f0f6fc; --faint: #3d444d; --soft: #9198a1; --line0: #f0a35e; --line1: #58a6ff; }
  }
  text { fill: var(--ink); } .soft { fill: var(--soft); } .title { font-size: 16px; font-weight: 600; }
  .grid { stroke: var(--faint); stroke-width: 1; }
  .line0 { stroke: var(--line0); } .line1 { stroke: var(--line1); } polyline { fill: none; stroke-width: 2.5; }
  .dot0 { fill: var(--line0); } .dot1 { fill: var(--line1); }
`

// axis maps the powers of ten that hold all values to pixels.
type axis struct{ low, high, from, to float64 }

func newAxis(values []float64, from, to float64) axis {
	a := axis{low: math.Inf(1), high: math.Inf(-1), from: from, to: to}
	for _, v := range values {
		a.low, a.high = min(a.low, math.Floor(math.Log10(v))), max(a.high, math.Ceil(math.Log10(v)))
	}
	if a.high == a.low {
		a.high++
	}
	return a
}

// at is the pixel of a value.
func (a axis) at(v float64) float64 {
	return a.from + (a.to-a.from)*(math.Log10(v)-a.low)/(a.high-a.low)
}

// ticks are the powers of ten on the axis.
func (a axis) ticks() []float64 {
	var all []float64
	for e := a.low; e <= a.high; e++ {
		all = append(all, math.Pow(10, e))
	}
	return all
}

// WriteSVG draws the plot. Errors wrap [ErrTooFew], or are those of the writer.
func (p *Plot) WriteSVG(w io.Writer) error {
	var xs, ys []float64
	for _, l := range p.Lines {
		if len(l.Dots) < 2 {
			return fmt.Errorf("%s: %w", l.Name, ErrTooFew)
		}
		for _, d := range l.Dots {
			xs, ys = append(xs, d.X), append(ys, d.Y)
		}
	}
	x, y := newAxis(xs, left, width-right), newAxis(ys, height-below, top)
	var s strings.Builder
	p.frame(&s, x, y)
	for i, l := range p.Lines {
		l.draw(&s, i, x, y)
	}
	s.WriteString("</svg>\n")
	_, err := io.WriteString(w, s.String())
	return err
}

// frame draws everything but the lines.
func (p *Plot) frame(s *strings.Builder, x, y axis) {
	fmt.Fprintf(s, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" role="img" aria-labelledby="title">`+"\n", width, height, width, height)
	fmt.Fprintf(s, "<title id=\"title\">%s</title>\n<style>%s</style>\n", escaped(p.Title), style)
	fmt.Fprintf(s, `<text class="title" x="%d" y="30">%s</text>`+"\n", left, escaped(p.Title))
	for _, v := range x.ticks() {
		fmt.Fprintf(s, `<line class="grid" x1="%.1f" y1="%d" x2="%.1f" y2="%d"/>`+"\n", x.at(v), top, x.at(v), height-below)
		fmt.Fprintf(s, `<text class="soft" x="%.1f" y="%d" text-anchor="middle">%s</text>`+"\n", x.at(v), height-below+20, homesWords(v))
	}
	for _, v := range y.ticks() {
		fmt.Fprintf(s, `<line class="grid" x1="%d" y1="%.1f" x2="%d" y2="%.1f"/>`+"\n", left, y.at(v), width-right, y.at(v))
		fmt.Fprintf(s, `<text class="soft" x="%d" y="%.1f" text-anchor="end">%s</text>`+"\n", left-10, y.at(v)+4, timeWords(v))
	}
	middle := float64(top+height-below) / 2
	fmt.Fprintf(s, `<text x="%d" y="%d" text-anchor="middle">%s</text>`+"\n", (left+width-right)/2, height-16, escaped(p.XName))
	fmt.Fprintf(s, `<text x="20" y="%.1f" text-anchor="middle" transform="rotate(-90 20 %.1f)">%s</text>`+"\n", middle, middle, escaped(p.YName))
}

// draw draws a line, its dots with their values, and its name at its end.
func (l *Line) draw(s *strings.Builder, i int, x, y axis) {
	var points []string
	for _, d := range l.Dots {
		points = append(points, fmt.Sprintf("%.1f,%.1f", x.at(d.X), y.at(d.Y)))
	}
	fmt.Fprintf(s, `<polyline class="line%d" points="%s"/>`+"\n", i, strings.Join(points, " "))
	for _, d := range l.Dots {
		fmt.Fprintf(s, `<circle class="dot%d" cx="%.1f" cy="%.1f" r="4"/>`+"\n", i, x.at(d.X), y.at(d.Y))
		fmt.Fprintf(s, `<text x="%.1f" y="%.1f" text-anchor="middle">%s</text>`+"\n", x.at(d.X), y.at(d.Y)-10, timeWords(d.Y))
	}
	end := l.Dots[len(l.Dots)-1]
	fmt.Fprintf(s, `<text class="dot%d" x="%.1f" y="%.1f">%s</text>`+"\n", i, x.at(end.X)+12, y.at(end.Y)+5, escaped(l.Name))
}

func escaped(text string) string {
	var s strings.Builder
	_ = xml.EscapeText(&s, []byte(text)) // a Builder takes everything
	return s.String()
}

// homesWords is a number of homes as it is read: 10 k, 1 M.
func homesWords(n float64) string { return inUnits(n, []unit{{1e6, " M"}, {1e3, " k"}, {1, ""}}) }

// timeWords is a time in seconds as it is read, to two figures: 0.52 ms, 20 s.
func timeWords(seconds float64) string {
	return inUnits(seconds, []unit{{1, " s"}, {1e-3, " ms"}, {1e-6, " µs"}, {1e-9, " ns"}})
}

type unit struct {
	is   float64
	word string
}

// inUnits writes a value in the largest unit of which it is at least one, or in the
// smallest.
func inUnits(v float64, units []unit) string {
	u := units[len(units)-1]
	for _, larger := range units {
		if v >= larger.is*0.995 { // which rounds to one
			u = larger
			break
		}
	}
	n := v / u.is
	if n >= 9.95 {
		return fmt.Sprintf("%.0f%s", n, u.word)
	}
	return fmt.Sprintf("%.2g%s", n, u.word)
}
