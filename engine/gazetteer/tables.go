package gazetteer

import (
	"embed"
	"encoding/csv"
	"fmt"
	"io/fs"
	"strconv"
	"strings"
	"sync"

	"github.com/golang/geo/s2"
)

//go:embed authorities.csv districts.csv borders.csv
var files embed.FS

// atlas is what the three embedded files say, arranged for lookup. English authorities have the
// Codes 1 to 153 in order of GSS; Welsh neighbours follow.
type atlas struct {
	authorities []Authority
	gss         []string        // by Code; "" for 0
	codes       map[string]Code // by GSS, present and former
	aliases     []alias         // of each authority
	districts   map[string]Code // by laua
	borders     [256]codeSet
}

// tables reads the embedded files at first use. They are part of the program: if they do not parse,
// the program was built wrong, and the tests say so.
var tables = sync.OnceValue(func() *atlas { return built(readAtlas(files)) })

// built is what comes without an error.
func built[T any](t T, err error) T {
	if err != nil {
		panic(err)
	}
	return t
}

func readAtlas(dir fs.FS) (*atlas, error) {
	t := &atlas{gss: []string{""}, codes: map[string]Code{}, districts: map[string]Code{}}
	for _, step := range []struct {
		file    string
		columns int
		take    func([][]string) error
	}{
		{"authorities.csv", 10, t.takeAuthorities},
		{"districts.csv", 2, t.takeDistricts},
		{"borders.csv", 5, t.takeBorders},
	} {
		rows, err := readTable(dir, step.file, step.columns)
		if err == nil {
			err = step.take(rows)
		}
		if err != nil {
			return nil, fmt.Errorf("gazetteer: %s: %w", step.file, err)
		}
	}
	return t, nil
}

// readTable returns the rows of a CSV file without its header.
func readTable(dir fs.FS, name string, columns int) ([][]string, error) {
	f, err := dir.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.FieldsPerRecord = columns
	rows, err := r.ReadAll()
	if err != nil {
		return nil, err
	}
	if len(rows) < 2 {
		return nil, fmt.Errorf("no rows")
	}
	return rows[1:], nil
}

// takeAuthorities reads gss, was, dfe, name, also, region, lat, lng, land, river.
func (t *atlas) takeAuthorities(rows [][]string) error {
	for _, row := range rows {
		a, err := newAuthority(row)
		if err != nil {
			return err
		}
		t.authorities = append(t.authorities, a)
		t.aliases = append(t.aliases, alias{was: row[1], names: split(row[4])})
		t.enter(a.GSS, row[1])
	}
	for _, row := range rows { // once every code is known
		for _, other := range append(split(row[8]), split(row[9])...) {
			if err := t.border(row[0], other); err != nil {
				return err
			}
		}
	}
	return nil
}

func newAuthority(row []string) (Authority, error) {
	lat, err := strconv.ParseFloat(row[6], 64)
	if err != nil {
		return Authority{}, err
	}
	lng, err := strconv.ParseFloat(row[7], 64)
	if err != nil {
		return Authority{}, err
	}
	return Authority{GSS: row[0], DfE: row[2], Name: row[3], Region: row[5], Centre: s2.LatLngFromDegrees(lat, lng)}, nil
}

// enter gives the next Code to a GSS code, under its former code too if there is one.
func (t *atlas) enter(gss, was string) Code {
	c := Code(len(t.gss))
	t.gss = append(t.gss, gss)
	t.codes[gss] = c
	if was != "" {
		t.codes[was] = c
	}
	return c
}

func (t *atlas) border(a, b string) error {
	ca, cb := t.codes[a], t.codes[b]
	if ca == 0 || cb == 0 || ca == cb {
		return fmt.Errorf("no boundary between %q and %q", a, b)
	}
	t.borders[ca].add(cb)
	t.borders[cb].add(ca)
	return nil
}

func (t *atlas) takeDistricts(rows [][]string) error {
	for _, row := range rows {
		c, ok := t.codes[row[1]]
		if !ok {
			return fmt.Errorf("district %s in unknown authority %q", row[0], row[1])
		}
		t.districts[row[0]] = c
	}
	return nil
}

// takeBorders reads gss, other, other_name, country, kind. Only Welsh councils over land count as
// adjoining: Scotland has its own Act, and an estuary is not a boundary that people live along.
func (t *atlas) takeBorders(rows [][]string) error {
	for _, row := range rows {
		if row[3] != "Wales" || row[4] != "land" {
			continue
		}
		if t.codes[row[1]] == 0 {
			t.enter(row[1], "")
		}
		if err := t.border(row[0], row[1]); err != nil {
			return err
		}
	}
	return nil
}

func split(list string) []string {
	if list == "" {
		return nil
	}
	return strings.Split(list, ";")
}
