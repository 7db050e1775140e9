package intake

import (
	"fmt"
	"strings"
	"time"

	"github.com/stablehomes/stablehomes/engine/care"
)

// keptTables are the tables from which something is taken, with how many of
// their columns the return has; the others are derived from it, or stand in
// another table.
var keptTables = []keptTable{{HeaderTable, returnHeader, 7}, {EpisodesTable, returnEpisodes, 13}, {UASCTable, returnUASC, 4}}

type keptTable struct {
	name     string
	build    func() table[Return] // a fresh one, for one file
	standard int
}

// countedTables are the tables of which rows are only counted, with the columns
// that come after CHILD and DOB. SWEpisodes came with the return of 2023-24 and
// DoLo with that of 2024-25.
var countedTables = []struct{ name, columns string }{
	{"Reviews", "REVIEW REVIEW_CODE"},
	{"OC2", "SDQ_SCORE SDQ_REASON CONVICTED HEALTH_CHECK IMMUNISATIONS TEETH_CHECK HEALTH_ASSESSMENT SUBSTANCE_MISUSE INTERVENTION_RECEIVED INTERVENTION_OFFERED"},
	{"OC3", "IN_TOUCH ACTIV ACCOM"},
	{"AD1", "DATE_INT DATE_MATCH FOSTER_CARE NB_ADOPTR SEX_ADOPTR LS_ADOPTR"},
	{"PlacedAdoption", "DATE_PLACED DATE_PLACED_CEASED REASON_PLACED_CEASED"},
	{"PrevPerm", "PREV_PERM LA_PERM DATE_PERM"},
	{"Missing", "MISSING MIS_START MIS_END"},
	{"SWEpisodes", "SW_ID SW_DECOM SW_DEC SW_REASON"},
	{"DoLo", "DOLO_START DOLO_END"},
}

// returnTables are fresh tables, for one file.
func returnTables() []table[Return] {
	var all []table[Return]
	for _, k := range keptTables {
		all = append(all, k.build())
	}
	for _, c := range countedTables {
		t := returnTable(c.name, childNumber(), birthday())
		for _, name := range strings.Fields(c.columns) {
			t.columns = append(t.columns, uncounted(name))
		}
		t.note = func(d *draft[Return]) {
			d.warnings.add(d.file, d.row, "not kept "+c.name, func() string {
				return "the rows of " + c.name + " are counted and nothing of them is kept"
			})
		}
		all = append(all, t)
	}
	return all
}

func returnTable(name string, columns ...column[Return]) table[Return] {
	return table[Return]{
		kind: name, columns: columns,
		needs: []need{{"CHILD"}},
		key:   "CHILD",
		id:    func(*Return) care.ID { return "" },
		check: (*Return).validate,
		finish: func(d *draft[Return]) error {
			d.value.Table = name
			return nil
		},
	}
}

func returnHeader() table[Return] {
	t := returnTable(HeaderTable, childNumber(), sexColumn(), birthday(),
		codeColumn("ETHNIC", func(r *Return) *string { return &r.Ethnic }),
		unkept("UPN"), unkept("MOTHER"), unkept("MC_DOB"),
		field("UASC", answer(), func(r *Return) *care.Answer { return &r.UASC }))
	t.id = func(r *Return) care.ID { return r.Child }
	t.note = noteUnkept
	return t
}

func returnUASC() table[Return] {
	t := returnTable(UASCTable, childNumber(), sexColumn(), birthday(), unkept("DUC"))
	t.id = func(r *Return) care.ID { return r.Child }
	t.finish = func(d *draft[Return]) error {
		d.value.Table, d.value.UASC = UASCTable, care.Yes
		return nil
	}
	t.note = noteUnkept
	return t
}

func returnEpisodes() table[Return] {
	e := func(at func(*care.Episode) *string) func(*Return) *string {
		return func(r *Return) *string { return at(&r.Episode) }
	}
	t := returnTable(EpisodesTable, childNumber(),
		field("DECOM", returnDay(), func(r *Return) *care.Day { return &r.Episode.Start }),
		codeColumn("RNE", e(func(e *care.Episode) *string { return &e.Began })),
		codeColumn("LS", e(func(e *care.Episode) *string { return &e.Legal })),
		codeColumn("CIN", e(func(e *care.Episode) *string { return &e.Need })),
		codeColumn("PLACE", e(func(e *care.Episode) *string { return &e.Place })),
		codeColumn("PLACE_PROVIDER", e(func(e *care.Episode) *string { return &e.Provider })),
		field("DEC", returnDay(), func(r *Return) *care.Day { return &r.Episode.End }),
		codeColumn("REC", e(func(e *care.Episode) *string { return &e.Ended })),
		codeColumn("REASON_PLACE_CHANGE", e(func(e *care.Episode) *string { return &e.Moved })),
		postColumn("HOME_POST", e(func(e *care.Episode) *string { return &e.HomePost }), func(c *claims) *Place { return &c.home }),
		postColumn("PL_POST", e(func(e *care.Episode) *string { return &e.PlacePost }), func(c *claims) *Place { return &c.place }),
		codeColumn("URN", e(func(e *care.Episode) *string { return &e.URN })),
		claimColumn("PL_LA", func(c *claims) *string { return &c.authority }),
		claimColumn("PL_LOCATION", func(c *claims) *string { return &c.location }),
		claimColumn("PL_DISTANCE", func(c *claims) *string { return &c.distance }),
	)
	t.needs = []need{{"CHILD"}, {"DECOM"}}
	t.key = "DECOM"
	t.id = func(r *Return) care.ID { return r.Child + " from " + care.ID(r.Episode.Start.String()) }
	t.finish = func(d *draft[Return]) error {
		d.value.Table = EpisodesTable
		if p := d.value.claims.home; p.Point.Known() {
			d.value.Home = care.Location{Postcode: p.Postcode, Point: p.Point}
		}
		return nil
	}
	t.note = (&assessment{named: map[string]int{}}).note
	return t
}

// validate refuses a child without an id and codes that are none, or that were
// none at the time.
func (r *Return) validate() error {
	if err := r.Child.Validate("CHILD"); err != nil {
		return err
	}
	if r.Table != EpisodesTable {
		return care.ValidateReturnCode("ETHNIC", r.Ethnic)
	}
	if err := r.Episode.Validate(); err != nil {
		return err
	}
	if name, code, ok := r.Episode.OutOfTime(); ok {
		return inColumn(name, bad("check the code, and the dates of the episode", "%s %s, and the episode began on %s", code.Code, code.Words(), r.Episode.Start.Words()))
	}
	return nil
}

// childNumber is the number of a child, which only its authority knows to be one
// of a kind.
func childNumber() column[Return] {
	return field("CHILD", codec[care.ID]{
		read: func(g *ground, cell string) (care.ID, error) { return care.ID(g.authority + "/" + cell), nil },
		write: func(id care.ID) (string, error) {
			_, number, ok := strings.Cut(string(id), "/")
			if !ok {
				return "", unwritable(id, "does not begin with an authority and a slash")
			}
			return number, nil
		},
	}, func(r *Return) *care.ID { return &r.Child })
}

// sexColumn takes 1 and 2, the codes to 2023-24, and M, F and U, those from
// 2024-25. U is not recorded.
func sexColumn() column[Return] {
	known := word[care.Sex]("sex")
	return field("SEX", codec[care.Sex]{
		read: func(g *ground, cell string) (care.Sex, error) {
			if strings.EqualFold(cell, "U") {
				return "", nil
			}
			return known.read(g, cell)
		},
		write: known.write,
	}, func(r *Return) *care.Sex { return &r.Sex })
}

func birthday() column[Return] {
	return field("DOB", returnDay(), func(r *Return) *care.Day { return &r.DOB })
}

// returnDay is a day as the return writes it, 31/01/2026.
func returnDay() codec[care.Day] {
	return codec[care.Day]{
		read: func(_ *ground, cell string) (care.Day, error) { return readDay(cell) },
		write: func(d care.Day) (string, error) {
			if d == 0 {
				return "", nil
			}
			y, m, day := d.Date()
			return time.Date(y, m, day, 0, 0, 0, 0, time.UTC).Format("02/01/2006"), nil
		},
	}
}

// longestCode is longer than any code and any URN, in bytes.
const longestCode = 40

// codeColumn is a code, in capitals; whether it is one is for validate.
func codeColumn(name string, at func(*Return) *string) column[Return] {
	return field(name, codec[string]{
		read: func(_ *ground, cell string) (string, error) {
			if len(cell) > longestCode {
				return "", bad("a code", "%q is too long for one", clip(cell))
			}
			return strings.ToUpper(cell), nil
		},
		write: func(s string) (string, error) {
			if strings.TrimSpace(s) != s || strings.ToUpper(s) != s || !storable(s) {
				return "", unwritable(s, "is not in capitals")
			}
			return s, nil
		},
	}, at)
}

// unkept is a column of which only is said that it was filled in.
func unkept(name string) column[Return] {
	return column[Return]{
		name: name,
		read: func(d *draft[Return], _ string) error {
			d.value.claims.unkept = append(d.value.claims.unkept, name)
			return nil
		},
		write: func(*Return) (string, error) { return "", nil },
	}
}

// uncounted is a column of a table of which rows are only counted.
func uncounted(name string) column[Return] {
	return column[Return]{
		name:  name,
		read:  func(*draft[Return], string) error { return nil },
		write: func(*Return) (string, error) { return "", fmt.Errorf("%w: %s", ErrUnwritable, name) },
	}
}
