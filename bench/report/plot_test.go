package main

import (
	"encoding/xml"
	"errors"
	"io"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// drawn is what a browser finds in an SVG.
type drawn struct {
	Title string `xml:"title"`
	Style string `xml:"style"`
	Lines []struct {
		Points string `xml:"points,attr"`
	} `xml:"polyline"`
	Dots []struct {
		X float64 `xml:"cx,attr"`
		Y float64 `xml:"cy,attr"`
	} `xml:"circle"`
	Texts []string `xml:"text"`
}

// requireDrawn reads the SVG as XML and looks at what must hold whatever is drawn.
func requireDrawn(t *testing.T, svg string, lines int) drawn {
	t.Helper()
	var d drawn
	require.NoError(t, xml.Unmarshal([]byte(svg), &d))
	require.Len(t, d.Lines, lines)
	require.NotEmpty(t, d.Title)
	for _, dot := range d.Dots {
		require.True(t, dot.X >= left && dot.X <= width-right && dot.Y >= top && dot.Y <= height-below, "%v is off the plot", dot)
	}
	require.NotContains(t, svg, "NaN")
	require.NotContains(t, svg, "Inf")
	return d
}

func svgOf(t *testing.T, p *Plot) string {
	t.Helper()
	var s strings.Builder
	require.NoError(t, p.WriteSVG(&s))
	return s.String()
}

func TestThePlotShowsHowTheCostGrows(t *testing.T) {
	r, err := Read(strings.NewReader(printed))
	require.NoError(t, err)
	svg := svgOf(t, growth(r))
	require.Equal(t, svg, svgOf(t, growth(r)), "the same each time")
	d := requireDrawn(t, svg, 2)
	require.Len(t, d.Dots, 4)
	for _, words := range []string{"Time of a match by number of homes", "homes in the store", "median time of an answer", "match", "every home judged", "10 k", "100 k", "1.4 ms", "2.4 ms", "833 ms", "8.3 s", "1 s"} {
		require.Contains(t, d.Texts, words)
	}
	require.Contains(t, d.Style, "prefers-color-scheme: dark")
	require.NotContains(t, svg, "href", "nothing is fetched")
	for _, line := range d.Lines {
		points := strings.Fields(line.Points)
		require.Len(t, points, 2)
		require.Less(t, coordinate(t, points[0], 0), coordinate(t, points[1], 0), "more homes are further right")
		require.Greater(t, coordinate(t, points[0], 1), coordinate(t, points[1], 1), "more time is further up")
	}
	require.Less(t, d.Dots[0].Y, d.Dots[2].Y, "judging every home takes longer")
}

func coordinate(t *testing.T, point string, i int) float64 {
	v, err := strconv.ParseFloat(strings.Split(point, ",")[i], 64)
	require.NoError(t, err)
	return v
}

func TestEqualFactorsAreEqualDistances(t *testing.T) {
	x := newAxis([]float64{20_000, 3_000_000}, 100, 400)
	require.Equal(t, []float64{1e4, 1e5, 1e6, 1e7}, x.ticks())
	require.InDelta(t, 100, x.at(1e4), 1e-6)
	require.InDelta(t, 400, x.at(1e7), 1e-6)
	require.InDelta(t, x.at(2e5)-x.at(1e5), x.at(2e6)-x.at(1e6), 1e-6)
	one := newAxis([]float64{10, 10}, 0, 10)
	require.InDelta(t, 0, one.at(10), 1e-6, "an axis has a length even if every value is the same")
}

func TestTheMedianOfSeveralRunsIsPlotted(t *testing.T) {
	again := func(ns string) string {
		return "BenchmarkMatch/homes=10000/request=one-child-2 1 1 ns/op " + ns + " p50-ns\n"
	}
	r, err := Read(strings.NewReader(printed + again("1395334") + again("9000000000")))
	require.NoError(t, err)
	require.Equal(t, Dot{10_000, 1395334e-9}, r.byHomes("Match", map[string]string{"request": "one-child"})[0])
	require.Empty(t, r.byHomes("Match", map[string]string{"request": "no-such"}))
}

func TestAPlotNeedsTwoSizes(t *testing.T) {
	r, err := Read(strings.NewReader("BenchmarkMatch/homes=10000/request=one-child-2 1 1 ns/op 5 p50-ns\nBenchmarkMatch/homes=many/request=one-child 1 5 p50-ns\n"))
	require.NoError(t, err)
	require.ErrorIs(t, growth(r).WriteSVG(io.Discard), ErrTooFew)
}

func TestNamesCannotBreakThePlot(t *testing.T) {
	dots := []Dot{{1, 1}, {2, 2}}
	p := &Plot{Title: "a < b & \"c\"", XName: "</text>", YName: "<script>", Lines: []Line{{Name: "x & y", Dots: dots}}}
	d := requireDrawn(t, svgOf(t, p), 1)
	require.Equal(t, p.Title, d.Title)
	require.Contains(t, d.Texts, "</text>")
	require.Contains(t, d.Texts, "x & y")
}

func TestAPlotThatCannotBeWrittenSaysSo(t *testing.T) {
	p := &Plot{Lines: []Line{{Name: "x", Dots: []Dot{{1, 1}, {2, 2}}}}}
	require.ErrorIs(t, p.WriteSVG(fullDisk{}), errFull)
}

var errFull = errors.New("disk full")

type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, errFull }

func TestNumbersAsTheyAreRead(t *testing.T) {
	for seconds, want := range map[float64]string{
		20: "20 s", 1: "1 s", 0.9996: "1 s", 0.52: "520 ms", 0.00052: "520 µs", 1.44e-3: "1.4 ms", 9.96e-3: "10 ms", 3e-9: "3 ns", 2e-10: "0.2 ns", 4000: "4000 s",
	} {
		require.Equal(t, want, timeWords(seconds))
	}
	for homes, want := range map[float64]string{1: "1", 10: "10", 1000: "1 k", 10_000: "10 k", 1e6: "1 M", 1e7: "10 M"} {
		require.Equal(t, want, homesWords(homes))
	}
}
