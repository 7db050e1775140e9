package engine

import (
	"cmp"
	"context"
	"io"
	"time"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/gazetteer"
	"github.com/stablehomes/stablehomes/engine/intake"
)

// Kind is a kind of file that comes in and goes out.
type Kind string

// The kinds of file.
const (
	Homes      Kind = "homes"
	Children   Kind = "children"
	Placements Kind = "placements"
	Postcodes  Kind = "postcodes" // comes in only
	Schools    Kind = "schools"   // comes in only
	Vacancies  Kind = "vacancies" // comes in only: it changes homes
	SSDA903    Kind = "ssda903"   // the return of children looked after; goes out by [Engine.ExportReturn]
	// Referrals to the Placements Data Standard v2, which change children; they go
	// out by [Engine.ExportStandard].
	Referrals Kind = "referral"
	// Standard is referrals with the placements that were agreed; it goes out only,
	// in the same way.
	Standard Kind = "standard"
)

// File is a file to import.
type File struct {
	Name   string // in messages
	Source io.Reader
	// Found says that the file was found in a directory rather than named. Of a
	// return, one that is none of its tables is then left out with a warning.
	Found bool
}

// Rejected is a row that was not imported, and why.
type Rejected = intake.InvalidError

// FileError says why a file as a whole cannot be read.
type FileError = intake.FileError

// Import asks for files of one kind to be taken in.
type Import struct {
	Kind  Kind
	Files []File
	// Authority is the responsible authority of children whose row names none, by
	// GSS code, DfE code or name. For SSDA903 it is required: it made the return. Of
	// referrals it says whose numbers their ids are.
	Authority string

	// On is the day that a vacancy list speaks for; the day of At where it is 0.
	On care.Day
	// Columns say which column of a vacancy list is which. Sheets that lack one of
	// them, and all where it is nil, are read as before, or by a guess.
	Columns *VacancyColumns

	DryRun bool // read and check everything, and write nothing
	Strict bool // write nothing at all if any row of any file is rejected; needs files that can be read twice

	By string    // who imports, for the journal
	At time.Time // when, for the journal

	Reject   func(*Rejected) error // called for each rejected row, in order; its error ends the import
	Progress func(rows int)        // called now and then with the rows read so far
}

// Report says what became of an import. Rows = New + Updated + Unchanged +
// Rejected, for postcodes + Skipped, for SSDA903 + NotKept; where a strict import
// was Refused, New and Updated are 0 and the rows that would have been either are
// in Rows alone. Of referrals, New are those that are a child's first.
type Report struct {
	Kind      Kind     `json:"kind"`
	Rows      int      `json:"rows"`
	New       int      `json:"new"`
	Updated   int      `json:"updated"`
	Unchanged int      `json:"unchanged"`
	Rejected  int      `json:"rejected"`
	Skipped   *Skipped `json:"skipped,omitempty"`
	// NotKept counts the rows of those tables of a return of which nothing is
	// kept, and Tables the rows of each of its tables.
	NotKept int           `json:"not_kept,omitempty"`
	Tables  []TableReport `json:"tables,omitempty"`
	// Ended counts the postcodes that Royal Mail has ended, of those taken in: what
	// was written before has a position still.
	Ended    int       `json:"ended,omitempty"`
	Warnings []Warning `json:"warnings"`
	// Columns say how the sheets of a vacancy list were read.
	Columns []ColumnsRead `json:"columns,omitempty"`
	DryRun  bool          `json:"dry_run,omitempty"`
	// Refused says that a strict import wrote nothing because rows were
	// rejected.
	Refused bool   `json:"refused,omitempty"`
	Journal uint64 `json:"journal"` // number of the newest journal entry afterwards
}

// Skipped counts the rows of a postcode directory that have no use here.
type Skipped struct {
	NoGrid        int `json:"no_grid_reference"`
	NorthernIrish int `json:"northern_ireland"`
	Duplicates    int `json:"duplicates"`
}

// Warning is something worth a look that stopped nothing.
type Warning struct {
	File  string `json:"file,omitempty"`
	Row   int    `json:"row,omitempty"` // the first row it was seen on
	Count int    `json:"count"`
	Says  string `json:"says"`
}

// Import takes files in. Rows that cannot be used are told to Reject and left
// out; the good ones go in, in changes of some thousand rows, each on disk and in
// the journal before the next. Killed halfway, the same import run again ends in
// the same state. Errors: a [*FileError] for a file that cannot be read as a
// whole (what was read before it stays in, but nothing of a vacancy list), [ErrReadOnly], [ErrNotSeekable],
// [*InvalidRequestError], those of writing, and ctx's.
func (e *Engine) Import(ctx context.Context, imp Import) (Report, error) {
	report := Report{Kind: imp.Kind, DryRun: imp.DryRun, Warnings: []Warning{}}
	if err := cmp.Or(sayable("by", imp.By), believable(imp.At)); err != nil {
		return report, err
	}
	if imp.Authority != "" {
		gss, suggestion, ok := Authority(imp.Authority)
		if !ok {
			return report, &InvalidRequestError{Why: unknownAuthority(imp.Authority, suggestion)}
		}
		imp.Authority = gss
	}
	var err error
	switch imp.Kind {
	case Homes:
		err = run(ctx, e, &imp, &report, homesIn)
	case Children:
		err = run(ctx, e, &imp, &report, childrenIn)
	case Placements:
		err = run(ctx, e, &imp, &report, placementsIn)
	case SSDA903:
		err = e.importReturn(ctx, &imp, &report)
	case Referrals:
		err = run(ctx, e, &imp, &report, referralsIn())
	case Postcodes:
		err = e.importPostcodes(ctx, &imp, &report)
	case Vacancies:
		err = e.importVacancies(ctx, &imp, &report)
	case Schools:
		err = e.importSchools(ctx, &imp, &report)
	default:
		return report, &InvalidRequestError{Why: "there is no import of " + string(imp.Kind)}
	}
	if err == nil {
		report.Journal, err = e.Journal(ctx)
	}
	return report, err
}

func unknownAuthority(name, suggestion string) string {
	if suggestion == "" {
		return "no authority is called " + name
	}
	return "no authority is called " + name + "; did you mean " + suggestion + "?"
}

// Journal is the number of the newest journal entry; 0 for an empty store. Errors are
// those of [Engine.AuditHead].
func (e *Engine) Journal(ctx context.Context) (uint64, error) {
	var n uint64
	err := e.read(ctx, func(r *reader) error {
		n = r.Head().Number
		return nil
	})
	return n, err
}

// rewind goes back to the beginning of every file, for a second reading.
func rewind(files []File) error {
	for _, f := range files {
		s, ok := f.Source.(io.Seeker)
		if !ok {
			return ErrNotSeekable
		}
		if _, err := s.Seek(0, io.SeekStart); err != nil {
			return err
		}
	}
	return nil
}

func seekable(files []File) error {
	for _, f := range files {
		if _, ok := f.Source.(io.Seeker); !ok {
			return ErrNotSeekable
		}
	}
	return nil
}

// importPostcodes replaces the postcode directory by the one in the file.
func (e *Engine) importPostcodes(ctx context.Context, imp *Import, report *Report) error {
	if len(imp.Files) != 1 {
		return &InvalidRequestError{Why: "a postcode directory is one file"}
	}
	file := imp.Files[0]
	var rejectErr error
	within := func(bad *gazetteer.InvalidError) string { // an archive has many files
		if bad.File == "" {
			return file.Name
		}
		return file.Name + "/" + bad.File
	}
	listing, sum, err := gazetteer.Build(ctx, file.Source, gazetteer.BuildOptions{
		Progress: imp.Progress,
		Rejected: func(bad *gazetteer.InvalidError) {
			if rejectErr == nil && imp.Reject != nil {
				rejectErr = imp.Reject(&Rejected{File: within(bad), Row: bad.Row, Column: bad.Column, Why: bad.Why, Hint: bad.Hint, Raw: []byte(bad.Line + "\n")})
			}
		},
	})
	report.Rows, report.Rejected = sum.Rows, sum.Rejected
	report.Skipped = &Skipped{NoGrid: sum.NoGrid, NorthernIrish: sum.NorthernIrish, Duplicates: sum.Duplicates}
	report.Ended = sum.Ended
	switch {
	case err != nil && ctx.Err() != nil:
		return ctx.Err()
	case err != nil:
		return &FileError{File: file.Name, Why: err.Error(), Hint: "an ONS Postcode Directory or NSPL with pcd, oseast1m and osnrth1m (or lat and long) and laua, or Code-Point Open: CSV, gzip or the zip as published", Err: err}
	case rejectErr != nil:
		return rejectErr
	}
	report.New = listing.Len()
	if imp.Strict && sum.Rejected > 0 {
		report.New, report.Refused = 0, true
		return nil
	}
	if imp.DryRun {
		return nil
	}
	return e.recordBeside(ctx, imp, report, besideFile{postcodesMeta, listing.Hash(), listing.Len(), func() error { return e.replaceDirectory(listing) }})
}
