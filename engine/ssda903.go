package engine

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/intake"
	"github.com/stablehomes/stablehomes/engine/store"
)

// TableReport says what became of the rows of one table of an SSDA903 return.
// Rows = New + Updated + Unchanged + Rejected + NotKept, unless the import was
// refused: then New and Updated are 0.
type TableReport struct {
	Table     string `json:"table"`
	Rows      int    `json:"rows"`
	New       int    `json:"new"`
	Updated   int    `json:"updated"`
	Unchanged int    `json:"unchanged"`
	Rejected  int    `json:"rejected"`
	NotKept   int    `json:"not_kept"`
}

// table is the report of a table, which is begun if it has none.
func (n *tally) table(name string) *TableReport {
	for i := range n.tables {
		if n.tables[i].Table == name {
			return &n.tables[i]
		}
	}
	n.tables = append(n.tables, TableReport{Table: name})
	return &n.tables[len(n.tables)-1]
}

// addTables adds what a chunk did to each table, in the order of the tables.
func (r *Report) addTables(tables []TableReport) {
	all := tally{tables: r.Tables}
	for _, t := range tables {
		sum := all.table(t.Table)
		sum.Rows += t.Rows
		sum.New += t.New
		sum.Updated += t.Updated
		sum.Unchanged += t.Unchanged
		sum.Rejected += t.Rejected
		sum.NotKept += t.NotKept
		r.NotKept += t.NotKept
	}
	order := intake.ReturnTables()
	slices.SortFunc(all.tables, func(a, b TableReport) int {
		return slices.Index(order, a.Table) - slices.Index(order, b.Table)
	})
	r.Tables = all.tables
}

// refuse says that nothing was written.
func (r *Report) refuse() {
	r.New, r.Updated, r.Refused = 0, 0, true
	for i := range r.Tables {
		r.Tables[i].New, r.Tables[i].Updated = 0, 0
	}
}

// importReturn takes in the files of a return, children before what is said of
// them.
func (e *Engine) importReturn(ctx context.Context, imp *Import, report *Report) error {
	if imp.Authority == "" {
		return &InvalidRequestError{Why: "say whose return it is: give the authority that made it"}
	}
	if len(imp.Files) == 0 {
		return &InvalidRequestError{Why: "a return has at least one file"}
	}
	files, left, err := inOrder(imp.Files)
	if err != nil {
		return err
	}
	imp.Files = files
	err = run(ctx, e, imp, report, intakeOf[intake.Return]{rows: intake.SSDA903, fold: (&returning{unwritten: map[care.ID]care.Child{}}).decide})
	report.Warnings = append(report.Warnings, left...)
	return err
}

// sniffed is how much of a file tells its table, in bytes.
const sniffed = 64 << 10

// inOrder sorts the files by their tables. Those that are none of a return are
// left out with a warning if they were only found, and refused if they were named.
// One that cannot be read is refused in either case: it may be a table.
func inOrder(files []File) (sorted []File, left []Warning, err error) {
	type placed struct {
		File
		order int
	}
	var all []placed
	for _, f := range files {
		start, again, err := beginning(f.Source)
		if err != nil {
			return nil, nil, err
		}
		f.Source = again
		order, err := intake.SniffReturn(f.Name, start)
		var fault *FileError
		switch {
		case err == nil:
			all = append(all, placed{f, order})
		case f.Found && errors.Is(err, intake.ErrNoTable) && errors.As(err, &fault):
			left = append(left, Warning{File: f.Name, Count: 1, Says: "the file " + fault.Why + " and is left out"})
		default:
			return nil, nil, err
		}
	}
	if len(all) == 0 {
		return nil, nil, &FileError{File: files[0].Name, Why: "is no part of an SSDA903 return, nor is any other file here", Hint: "the CSV of its tables, or XML"}
	}
	slices.SortStableFunc(all, func(a, b placed) int { return a.order - b.order })
	for _, p := range all {
		sorted = append(sorted, p.File)
	}
	return sorted, left, nil
}

// beginning reads the first bytes of a file and gives back the whole of it.
func beginning(src io.Reader) (start []byte, whole io.Reader, err error) {
	start = make([]byte, sniffed)
	n, err := io.ReadFull(src, start)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, nil, err
	}
	start = start[:n]
	if s, ok := src.(io.Seeker); ok {
		if _, err := s.Seek(0, io.SeekStart); err == nil {
			return start, src, nil
		}
	}
	return start, io.MultiReader(bytes.NewReader(start), src), nil
}

// returning takes in the rows of a return.
type returning struct {
	// unwritten are the children as they would have been left while nothing is
	// written: the rows of later chunks and tables speak of them.
	unwritten map[care.ID]care.Child
}

// touched is the children that a chunk of rows speaks of, as they are after the
// rows so far.
type touched struct {
	*returning
	view     *store.View
	at       time.Time
	gss      string
	children map[care.ID]*care.Child
	changed  []care.ID // in order of the first change
	listed   map[care.ID]bool
	row      *intake.Row // that is being taken
	warnings []warned
}

// warn says something about the row that is being taken.
func (t *touched) warn(about, says string, args ...any) {
	t.warnings = append(t.warnings, warned{t.row.File, t.row.Number, about, fmt.Sprintf(says, args...)})
}

// what became of a row.
type became int

const (
	fresh became = iota
	updated
	unchanged
	notKept
)

func (r *returning) decide(t *taking[intake.Return], v *store.View, chunk []intake.Item[intake.Return], n *tally) (*store.Change, error) {
	if t.write { // the second reading of a strict import makes them
		clear(r.unwritten)
	}
	all := &touched{returning: r, view: v, at: t.At, gss: t.Authority, children: map[care.ID]*care.Child{}, listed: map[care.ID]bool{}}
	for i := range chunk {
		row := &chunk[i]
		table := n.table(row.Table)
		table.Rows++
		bad := row.Invalid
		if bad == nil {
			all.row = &row.Row
			did, no, err := all.take(&row.Value)
			if err != nil {
				return nil, err
			}
			if no.why == "" {
				n.count(table, did)
				continue
			}
			bad = row.Reject(no.column, no.value, no.why, no.hint)
		}
		table.Rejected++
		n.rejects = append(n.rejects, bad)
	}
	n.warnings = all.warnings
	change := &store.Change{Who: t.By, Command: t.command, When: t.At}
	put := make([]care.Child, 0, len(all.changed))
	for _, id := range all.changed {
		put = append(put, *all.children[id])
		if !t.write {
			r.unwritten[id] = *all.children[id]
		}
	}
	return change, change.PutChildren(v, put...)
}

func (n *tally) count(table *TableReport, did became) {
	switch did {
	case fresh:
		n.fresh++
		table.New++
	case updated:
		n.updated++
		table.Updated++
	case unchanged:
		n.unchanged++
		table.Unchanged++
	case notKept:
		table.NotKept++
	}
}

// child is the child as it stands; nil for one that nobody knows.
func (t *touched) child(id care.ID) (*care.Child, error) {
	if c, ok := t.children[id]; ok {
		return c, nil
	}
	c, ok := t.unwritten[id]
	if !ok {
		var err error
		switch c, err = t.view.Child(id); {
		case errors.Is(err, store.ErrNotFound):
			return nil, nil
		case err != nil:
			return nil, err
		}
	}
	t.children[id] = &c
	return &c, nil
}

// take puts a row into the child it speaks of.
func (t *touched) take(row *intake.Return) (became, refusal, error) {
	old, err := t.child(row.Child)
	if err != nil {
		return 0, refusal{}, err
	}
	if old == nil && row.Table != intake.HeaderTable {
		return 0, refusal{"CHILD", string(row.Child), "there is no such child", "import the Header table with it, in which every child has a row"}, nil
	}
	if old != nil && row.DOB != 0 && row.DOB != old.DOB {
		return 0, refusal{"DOB", row.DOB.String(), "is not the child's date of birth, " + old.DOB.String(), "see which of the two is right; a file of children corrects the record"}, nil
	}
	if !row.Kept() {
		return notKept, refusal{}, nil
	}
	next := care.Child{ID: row.Child, Authority: t.gss}
	if old != nil {
		next = *old
	}
	did, no, odd := unchanged, refusal{}, len(t.warnings)
	if row.Table == intake.EpisodesTable {
		did, no = t.takeEpisode(&next, row)
	} else {
		t.takeHeader(&next, row)
	}
	if no.why == "" {
		no, err = t.check(&next)
	}
	if no.why != "" || err != nil {
		t.warnings = t.warnings[:odd]
		return 0, no, err
	}
	return t.put(old, &next, did), refusal{}, nil
}

// check refuses what would make a child that cannot be.
func (t *touched) check(c *care.Child) (refusal, error) {
	var wrong *care.FieldError
	if errors.As(c.Validate(), &wrong) {
		return refusal{strings.ToUpper(wrong.Field), "", wrong.Why, wrong.Hint}, nil
	}
	if born := care.DayOf(t.at); !t.at.IsZero() && c.DOB > born.AddMonths(unbornMonths) {
		return refusal{"DOB", c.DOB.String(), fmt.Sprintf("is more than %d months ahead", unbornMonths), "the date of birth, or the day the child is expected"}, nil
	}
	return refusal{}, nil
}

// put keeps the child as it is after a row.
func (t *touched) put(old, next *care.Child, did became) became {
	switch {
	case old == nil:
		did = fresh
	case reflect.DeepEqual(old, next):
		return unchanged
	case did == unchanged:
		did = updated
	}
	t.children[next.ID] = next
	if !t.listed[next.ID] {
		t.listed[next.ID] = true
		t.changed = append(t.changed, next.ID)
	}
	return did
}

// takeHeader takes what Header or UASC says. What it leaves blank stays as it is. A
// return does not say of which year it is, so one that says something else than is
// recorded may be the older one: that is named.
func (t *touched) takeHeader(c *care.Child, row *intake.Return) {
	if c.DOB == 0 { // any other is refused
		c.DOB = row.DOB
	}
	if row.Sex != "" {
		if c.Sex != "" && c.Sex != row.Sex {
			t.warn("sex changed", "SEX of %s was recorded as %s and is %s now; see which return is right", c.ID, c.Sex, row.Sex)
		}
		c.Sex = row.Sex
	}
	// No says that the child was not unaccompanied in the year of the return; it
	// may have come so before.
	if row.UASC == care.Yes || c.UASC == care.Unknown && row.UASC != care.Unknown {
		c.UASC = row.UASC
	}
	t.takeEthnic(c, row.Ethnic)
}

// takeEthnic takes a code of ETHNIC. One that says nothing, such as "not yet
// obtained", undoes none that does.
func (t *touched) takeEthnic(c *care.Child, code string) {
	if code == "" {
		return
	}
	before := c.History.Ethnic
	was, is := care.EthnicWords(before), care.EthnicWords(code)
	switch {
	case was == "" || code == before:
	case is == "":
		t.warn("ethnicity kept", "ETHNIC of %s was recorded as %s, and %s does not undo that", c.ID, before, code)
		return
	default:
		t.warn("ethnicity changed", "ETHNIC of %s was recorded as %s and is %s now; see which return is right", c.ID, before, code)
	}
	// Words that a file of children gave say more than the code.
	if c.Ethnicity == "" || c.Ethnicity == was {
		c.Ethnicity = is
	}
	c.History.Ethnic = code
}

// takeEpisode adds an episode to the history. The latest one says where the child
// stands; one that was there already says nothing new, so that an older return
// does not undo what was recorded since. Nor does one that has as open what is
// known to have ended: it was made before the end.
func (t *touched) takeEpisode(c *care.Child, row *intake.Return) (became, refusal) {
	e := row.Episode
	if e.Start < c.DOB {
		return 0, refusal{"DECOM", e.Start.String(), "is before the child was born, on " + c.DOB.String(), "check it, and DOB in Header"}
	}
	known := c.History
	before, replaced := c.History.Put(e)
	did := fresh
	switch {
	case replaced && before == e:
		did = unchanged
	case replaced && before.End != 0 && e.End == 0:
		c.History = known
		t.warn("older return", "the episode of %s from %s is recorded as ended on %s and open in this row, as an older return has it; what is recorded stays",
			c.ID, e.Start.Words(), before.End.Words())
		return unchanged, refusal{}
	case replaced:
		did = updated
	}
	if latest, _ := c.History.Latest(); latest.Start != e.Start {
		return did, refusal{}
	}
	if did != unchanged {
		c.Legal, c.NeedCode = cmp.Or(e.Legal, c.Legal), cmp.Or(e.Need, c.NeedCode)
	}
	if row.Home.Known() && row.Home.Postcode != c.Home.Postcode && (did != unchanged || !c.Home.Known()) {
		c.Home = row.Home
	}
	return did, refusal{}
}
