package main

import (
	"cmp"
	"slices"
	"strconv"
)

// growth is how the time of a match grows with the number of homes, beside the time
// that judging every home takes.
func growth(r *Report) *Plot {
	return &Plot{
		Title: "Time of a match by number of homes",
		XName: "homes in the store", YName: "median time of an answer",
		Lines: []Line{
			{Name: "every home judged", Dots: r.byHomes("Unpruned", map[string]string{})},
			{Name: "match", Dots: r.byHomes("Match", map[string]string{"request": "one-child"})},
		},
	}
}

// byHomes is the median time of a benchmark in seconds, by the number of homes.
func (r *Report) byHomes(name string, parameters map[string]string) []Dot {
	times := map[int][]float64{}
	for _, b := range r.Benchmarks {
		homes, err := strconv.Atoi(b.Parameters["homes"])
		time, timed := b.Figures["p50-ns"]
		if b.Name == name && b.has(parameters) && timed && err == nil && homes > 0 && time > 0 {
			times[homes] = append(times[homes], time/1e9)
		}
	}
	var dots []Dot
	for homes, all := range times {
		slices.Sort(all)
		dots = append(dots, Dot{float64(homes), all[(len(all)-1)/2]})
	}
	slices.SortFunc(dots, func(a, b Dot) int { return cmp.Compare(a.X, b.X) })
	return dots
}

func (b *Benchmark) has(parameters map[string]string) bool {
	for key, value := range parameters {
		if b.Parameters[key] != value {
			return false
		}
	}
	return true
}
