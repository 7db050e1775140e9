package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
)

// Schema names the JSON of a report.
const Schema = "stablehomes/benchmarks/1"

// Report is what benchmarks printed.
type Report struct {
	Schema     string            `json:"schema"`
	Machine    map[string]string `json:"machine"` // goos, goarch and cpu, as go test prints them
	Benchmarks []Benchmark       `json:"benchmarks"`
}

// Benchmark is one line of figures.
type Benchmark struct {
	Name       string             `json:"name"`                 // without "Benchmark" and parameters, as "Match"
	Parameters map[string]string  `json:"parameters,omitempty"` // as homes: 10000
	Processors int                `json:"processors"`           // GOMAXPROCS
	Iterations int                `json:"iterations"`
	Figures    map[string]float64 `json:"figures"` // by unit, as "ns/op"
}

// Why a report cannot be made of an input.
var (
	ErrFailed = errors.New("a benchmark failed")
	ErrNone   = errors.New("there are no benchmarks in the input")
)

// maxLine is more than a line of figures has, in bytes.
const maxLine = 1 << 20

// Read reads the output of go test -bench. It reads to the end, whatever it finds.
// Errors wrap [ErrFailed] and [ErrNone] or come from the reader.
func Read(in io.Reader) (*Report, error) {
	r := &Report{Schema: Schema, Machine: map[string]string{}, Benchmarks: []Benchmark{}}
	var failed error
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, maxLine)
	for lines.Scan() {
		line := strings.TrimSpace(lines.Text())
		if line == "FAIL" || strings.HasPrefix(line, "FAIL\t") || strings.HasPrefix(line, "--- FAIL") {
			failed = fmt.Errorf("%w: %s", ErrFailed, line)
		}
		r.take(line)
	}
	switch err := lines.Err(); {
	case err != nil:
		return nil, fmt.Errorf("read benchmarks: %w", err)
	case failed != nil:
		return nil, failed
	case len(r.Benchmarks) == 0:
		return nil, ErrNone
	}
	return r, nil
}

// take keeps what a line says of the machine or of a benchmark.
func (r *Report) take(line string) {
	for _, key := range []string{"goos", "goarch", "cpu"} {
		if value, is := strings.CutPrefix(line, key+": "); is {
			r.Machine[key] = strings.TrimSpace(value)
		}
	}
	if b, is := parse(line); is {
		r.Benchmarks = append(r.Benchmarks, b)
	}
}

// parse reads a line of figures: a name, how often it ran, and pairs of a number and
// its unit.
func parse(line string) (b Benchmark, is bool) {
	words := strings.Fields(line)
	if len(words) < 4 || len(words)%2 != 0 || !strings.HasPrefix(words[0], "Benchmark") {
		return b, false
	}
	var err error
	if b.Iterations, err = strconv.Atoi(words[1]); err != nil || b.Iterations < 1 {
		return b, false
	}
	b.Figures = map[string]float64{}
	for i := 2; i < len(words); i += 2 {
		value, err := strconv.ParseFloat(words[i], 64)
		if err != nil || math.IsNaN(value) || math.IsInf(value, 0) {
			return b, false
		}
		b.Figures[words[i+1]] = value
	}
	b.setName(words[0])
	return b, true
}

// setName takes a full name apart, as BenchmarkMatch/homes=10000/request=one-child-2.
// A part that is no parameter stays with the name.
func (b *Benchmark) setName(full string) {
	full, b.Processors = cutProcessors(strings.TrimPrefix(full, "Benchmark"))
	b.Parameters = map[string]string{}
	var name []string
	for part := range strings.SplitSeq(full, "/") {
		if key, value, is := strings.Cut(part, "="); is && key != "" {
			b.Parameters[key] = value
		} else {
			name = append(name, part)
		}
	}
	b.Name = strings.Join(name, "/")
}

// cutProcessors takes the number of processors off a name; go test writes none for
// one.
func cutProcessors(full string) (string, int) {
	i := strings.LastIndexByte(full, '-')
	if i < 0 {
		return full, 1
	}
	n, err := strconv.Atoi(full[i+1:])
	if err != nil || n < 1 {
		return full, 1
	}
	return full[:i], n
}

// WriteJSON writes the report, indented. Errors are those of the writer.
func (r *Report) WriteJSON(w io.Writer) error {
	out := json.NewEncoder(w)
	out.SetIndent("", "  ")
	return out.Encode(r)
}
