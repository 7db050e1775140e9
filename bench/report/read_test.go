package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"
)

// printed is what go test prints of a run.
const printed = `goos: linux
goarch: amd64
pkg: github.com/stablehomes/stablehomes/bench
cpu: Intel(R) Xeon(R) Processor
BenchmarkMatch/homes=10000/request=one-child-2         	     100	   1396879 ns/op	        11.00 judged/op	   1395333 p50-ns	  454128 B/op
BenchmarkMatch/homes=100000/request=one-child-2        	     100	   2396879 ns/op	        12.00 judged/op	   2395333 p50-ns	  454128 B/op
BenchmarkMatch/homes=10000/request=many-needs-2        	      50	   9396879 ns/op	        99.00 judged/op	   9395333 p50-ns	  454128 B/op
BenchmarkUnpruned/homes=10000-2                        	       1	 833407512 ns/op	      9851 judged/op	 833405913 p50-ns	       123.1 x-pruned
BenchmarkUnpruned/homes=100000-2                       	       1	8333407512 ns/op	     98510 judged/op	8333405913 p50-ns	       423.1 x-pruned
PASS
ok  	github.com/stablehomes/stablehomes/bench	184.364s
`

func TestWhatGoTestPrintsIsRead(t *testing.T) {
	r, err := Read(strings.NewReader(printed))
	require.NoError(t, err)
	require.Equal(t, map[string]string{"goos": "linux", "goarch": "amd64", "cpu": "Intel(R) Xeon(R) Processor"}, r.Machine)
	require.Len(t, r.Benchmarks, 5)
	require.Equal(t, Benchmark{
		Name: "Match", Parameters: map[string]string{"homes": "10000", "request": "one-child"}, Processors: 2, Iterations: 100,
		Figures: map[string]float64{"ns/op": 1396879, "judged/op": 11, "p50-ns": 1395333, "B/op": 454128},
	}, r.Benchmarks[0])
	require.InDelta(t, 123.1, r.Benchmarks[3].Figures["x-pruned"], 1e-9)
}

func TestNamesAreTakenApart(t *testing.T) {
	for line, want := range map[string]Benchmark{
		"BenchmarkScan 7 2.5 ns/op":                          {Name: "Scan", Processors: 1, Parameters: map[string]string{}},
		"BenchmarkScan-16 7 2.5 ns/op":                       {Name: "Scan", Processors: 16, Parameters: map[string]string{}},
		"BenchmarkOpen/store/readonly=true-2 7 2.5 ns/op":    {Name: "Open/store", Processors: 2, Parameters: map[string]string{"readonly": "true"}},
		"BenchmarkNear/far-away 7 2.5 ns/op":                 {Name: "Near/far-away", Processors: 1, Parameters: map[string]string{}},
		"BenchmarkMatch/request=one-child 7 2.5 ns/op":       {Name: "Match", Processors: 1, Parameters: map[string]string{"request": "one-child"}},
		"BenchmarkMatch/request=one-child-0 7 2.5 ns/op":     {Name: "Match", Processors: 1, Parameters: map[string]string{"request": "one-child-0"}},
		"BenchmarkMatch/=one 7 2.5 ns/op":                    {Name: "Match/=one", Processors: 1, Parameters: map[string]string{}},
		"BenchmarkMatch/homes=10/homes=20-4   7   2.5 ns/op": {Name: "Match", Processors: 4, Parameters: map[string]string{"homes": "20"}},
	} {
		want.Iterations, want.Figures = 7, map[string]float64{"ns/op": 2.5}
		got, is := parse(line)
		require.True(t, is, line)
		require.Equal(t, want, got, line)
	}
}

func TestLinesThatAreNoBenchmarksArePassedOver(t *testing.T) {
	for _, line := range []string{
		"", "BenchmarkMatch", "BenchmarkMatch/homes=10-2", "BenchmarkMatch 1 5", "BenchmarkMatch x 5 ns/op", "BenchmarkMatch 1 x ns/op",
		"BenchmarkMatch 1 NaN ns/op", "BenchmarkMatch 1 Inf ns/op", "BenchmarkMatch 0 5 ns/op", "BenchmarkMatch -1 5 ns/op",
		"Match 1 5 ns/op", "BenchmarkMatch 1 5 ns/op 6", "    match_test.go:12: BenchmarkMatch 1",
	} {
		_, is := parse(line)
		require.False(t, is, line)
	}
}

func TestAFailureIsNotReportedAsAResult(t *testing.T) {
	for _, failure := range []string{"FAIL", "FAIL\tgithub.com/stablehomes/stablehomes/bench\t1.2s", "--- FAIL: BenchmarkMatch", "    --- FAIL: BenchmarkMatch/homes=10000"} {
		rest := strings.NewReader(printed + failure + "\n" + printed)
		_, err := Read(rest)
		require.ErrorIs(t, err, ErrFailed, failure)
		require.Zero(t, rest.Len(), "it is read to the end, so that it can be passed on")
	}
	_, err := Read(strings.NewReader("PASS\n"))
	require.ErrorIs(t, err, ErrNone)
	broken := errors.New("broken pipe")
	_, err = Read(io.MultiReader(strings.NewReader(printed), iotest.ErrReader(broken)))
	require.ErrorIs(t, err, broken)
	_, err = Read(strings.NewReader(strings.Repeat("x", 2*maxLine)))
	require.Error(t, err, "a line without end")
}

func TestJSONHasEveryFigure(t *testing.T) {
	r, err := Read(strings.NewReader(printed))
	require.NoError(t, err)
	var first, second bytes.Buffer
	require.NoError(t, r.WriteJSON(&first))
	require.NoError(t, r.WriteJSON(&second))
	require.Equal(t, first.String(), second.String())
	var again Report
	require.NoError(t, json.Unmarshal(first.Bytes(), &again))
	require.Equal(t, Schema, again.Schema)
	again.Benchmarks[3].Parameters["homes"] = r.Benchmarks[3].Parameters["homes"]
	require.Equal(t, *r, again)
}

func FuzzRead(f *testing.F) {
	f.Add(printed)
	f.Add("BenchmarkMatch/homes=1e9 1 5 ns/op 6 p50-ns\nBenchmarkUnpruned/homes=0 1 5 p50-ns")
	f.Add("Benchmark=/=-1 1 -0 B/op\ncpu: \n")
	f.Add("BenchmarkMatch/homes=7/request=one-child 1 1e-300 p50-ns\nBenchmarkMatch/homes=8/request=one-child 1 1e300 p50-ns\n" +
		"BenchmarkUnpruned/homes=9 1 1 p50-ns\nBenchmarkUnpruned/homes=9223372036854775807 1 1 p50-ns\n")
	f.Fuzz(func(t *testing.T, text string) {
		r, err := Read(strings.NewReader(text))
		if err != nil {
			return
		}
		var asJSON, asSVG bytes.Buffer
		require.NoError(t, r.WriteJSON(&asJSON))
		require.NoError(t, json.Unmarshal(asJSON.Bytes(), &Report{}))
		if err := growth(r).WriteSVG(&asSVG); err == nil {
			requireDrawn(t, asSVG.String(), 2)
		} else {
			require.ErrorIs(t, err, ErrTooFew)
		}
	})
}
