package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/user"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/stablehomes/stablehomes/engine"
)

// importSchema names the JSON that import writes.
const importSchema = "stablehomes/import/1"

var importKinds = []engine.Kind{engine.Homes, engine.Children, engine.Placements, engine.Postcodes, engine.Schools, engine.Vacancies, engine.SSDA903, engine.Referrals}

func (p *program) importCommand() *cli.Command {
	return &cli.Command{
		Name:  "import",
		Usage: "take files in: homes, children, placements, postcodes, schools, vacancies, ssda903, referral",
		UsageText: "stablehomes import [flags] KIND FILE …\n" +
			"stablehomes import homes homes.csv   (with the demo's files, county/homes.csv)\n" +
			"stablehomes import children county/children.csv\n" +
			"stablehomes import --dry-run --rejects bad.csv placements county/placements.csv   (checks, and writes nothing to the store)\n" +
			"stablehomes import placements county/placements.csv\n" +
			"stablehomes import postcodes county/postcodes.csv   (the directory that places postcodes, such as ONSPD.csv.gz; once)\n" +
			"stablehomes import --on 2026-11-22 vacancies county/vacancies.csv   (how many places each home says are free, CSV or XLSX)\n" +
			"stablehomes import schools FILE   (Get Information About Schools; places children at their school)\n" +
			"stablehomes import --authority Leeds ssda903 DIR   (the tables of a return as CSV, or a file of XML)\n" +
			"stablehomes import referral FILE   (the Placements Data Standard v2, JSON or CSV, of children who are here)",
		Description: "A row that cannot be used is named with its row, column, reason and a hint; the good rows go in.\n" +
			"Homes need the columns id, kind, postcode (or lat and lng) and beds (or places); children id, dob and authority\n" +
			"(or --authority); placements id, child, home and start. stablehomes demo --files DIR writes an example of each.\n" +
			"The first import makes the store. A row whose id is stored already changes that record. \"-\" reads standard input.",
		Flags: []cli.Flag{
			&cli.BoolFlag{Name: "dry-run", Usage: "read and check everything, write nothing"},
			&cli.BoolFlag{Name: "strict", Usage: "write nothing at all if any row is rejected"},
			&cli.StringFlag{Name: "rejects", Usage: "write the rejected rows as they were to `FILE`, to be mended and imported again"},
			&cli.StringFlag{Name: "authority", Usage: "authority, by `GSS` code or name: that of children whose row names none, that made the return (required for ssda903), or whose numbers the ids of referrals are"},
			&cli.StringFlag{Name: "on", Usage: "`DAY` that a vacancy list speaks for (default today)"},
			&cli.StringFlag{Name: "map", Usage: "`FILE.toml` that says which column of a vacancy list is which; remembered for lists under the same header"},
			&cli.StringFlag{Name: "by", Usage: "`NAME` for the journal (default your login name)"},
		},
		Action: p.importFiles,
	}
}

// importing is one import as the command line runs it.
type importing struct {
	*program
	c        *cli.Context
	rejects  *rejectFiles // nil where nobody asked for them
	listed   []reject     // for --json
	progress func(int)
}

// reject is a rejected row in JSON.
type reject struct {
	File   string `json:"file"`
	Row    int    `json:"row"`
	Column string `json:"column,omitempty"`
	Value  string `json:"value,omitempty"`
	Why    string `json:"why"`
	Hint   string `json:"hint,omitempty"`
}

func (p *program) importFiles(c *cli.Context) (err error) {
	kind, names, err := importArguments(c)
	if err != nil {
		return err
	}
	if c.IsSet("authority") {
		if _, err := authority(c); err != nil {
			return err
		}
	}
	imp := engine.Import{
		Kind: kind, Authority: c.String("authority"), DryRun: c.Bool("dry-run"), Strict: c.Bool("strict"), By: byWhom(c), At: p.now,
	}
	if err := forVacancies(c, &imp); err != nil {
		return err
	}
	var found returnFiles
	if kind == engine.SSDA903 {
		if names, found, err = p.returnNames(c, names); err != nil {
			return err
		}
	}
	files, closeFiles, err := p.openFiles(c.Context, names)
	if err != nil {
		return err
	}
	defer closeFiles()
	found.mark(files)
	i := &importing{program: p, c: c, listed: []reject{}}
	if name := c.String("rejects"); name != "" {
		if kind == engine.Postcodes {
			return usage("--rejects is for homes, children and placements; a postcode directory is mended at its source")
		}
		if err := mayWrite("rejects", name); err != nil {
			return err
		}
		if err := notAnInput(name, files); err != nil {
			return err
		}
		i.rejects = &rejectFiles{name: name}
		defer func() { err = errors.Join(err, i.rejects.Close()) }()
	}
	eng, err := p.openToImport(c)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, eng.Close()) }()
	var finish func(error)
	i.progress, finish = p.progressBar(c, "rows of "+string(kind))
	imp.Files, imp.Reject, imp.Progress = files, i.reject, i.progress
	rep, err := eng.Import(c.Context, imp)
	finish(err)
	return i.finish(rep, err)
}

// openToImport opens the store for an import. A dry run changes nothing, so it
// creates no store either: without one it is checked against an empty one.
func (p *program) openToImport(c *cli.Context) (*engine.Engine, error) {
	if !c.Bool("dry-run") {
		return p.open(c)
	}
	eng, err := p.open(c, engine.ReadOnly())
	if errors.Is(err, engine.ErrNoStore) {
		return engine.InMemory(), nil
	}
	return eng, err
}

func importArguments(c *cli.Context) (engine.Kind, []string, error) {
	args := c.Args().Slice()
	for _, arg := range args {
		if strings.HasPrefix(arg, "-") && arg != "-" {
			return "", nil, usage("flags come before arguments: stablehomes import %s … %s FILE", arg, args[0])
		}
	}
	var kinds []string
	for _, k := range importKinds {
		kinds = append(kinds, string(k))
		if len(args) > 1 && engine.Kind(args[0]) == k {
			return k, args[1:], nil
		}
	}
	if len(args) == 1 && slices.Contains(kinds, args[0]) {
		return "", nil, usage("import what file? stablehomes import %s FILE", args[0])
	}
	if len(args) == 0 {
		return "", nil, usage("import what? stablehomes import KIND FILE, where KIND is one of %s", strings.Join(kinds, ", "))
	}
	return "", nil, usage("there is no import of %q; there is %s (stablehomes import KIND FILE)", args[0], strings.Join(kinds, ", "))
}

// openFiles opens every file before anything is read, so that a name that is
// wrong stops nothing halfway.
func (p *program) openFiles(ctx context.Context, names []string) ([]engine.File, func(), error) {
	var files []engine.File
	var open []io.Closer
	closeAll := func() {
		for _, f := range open {
			_ = f.Close() // only read from
		}
	}
	for _, name := range names {
		if name == "-" {
			files = append(files, engine.File{Name: "standard input", Source: awaited(ctx, p.stdin)})
			continue
		}
		f, err := openFile(name)
		if err != nil {
			closeAll()
			return nil, nil, err
		}
		open = append(open, f)
		files = append(files, engine.File{Name: name, Source: f})
	}
	return files, closeAll, nil
}

func openFile(name string) (*os.File, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err == nil && info.IsDir() {
		err = fmt.Errorf("%s is a directory; name a file in it", name)
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// notAnInput refuses to write the rejects over a file that is being imported:
// rows that have been mended are easily imported under the flags of the first
// time.
func notAnInput(rejects string, files []engine.File) error {
	there, err := os.Stat(rejects)
	if err != nil {
		return nil // nothing is there to be overwritten
	}
	for _, f := range files {
		from, ok := f.Source.(*os.File)
		if !ok {
			continue
		}
		if info, err := from.Stat(); err == nil && os.SameFile(info, there) {
			return usage("--rejects %s would overwrite a file that is imported; name another", rejects)
		}
	}
	return nil
}

func byWhom(c *cli.Context) string {
	if by := c.String("by"); by != "" {
		return by
	}
	if u, err := user.Current(); err == nil {
		return u.Username
	}
	return "unknown"
}

// reject names a rejected row and keeps it for whoever asked.
func (i *importing) reject(bad *engine.Rejected) error {
	if isSet(i.c, "json") {
		i.listed = append(i.listed, reject{bad.File, bad.Row, bad.Column, bad.Value, bad.Why, bad.Hint})
	} else {
		fmt.Fprintln(i.remarks(), oneLine(bad.Error()))
	}
	if i.rejects == nil {
		return nil
	}
	return i.rejects.Add(bad)
}

// finish says what became of the import.
func (i *importing) finish(rep engine.Report, err error) error {
	if isSet(i.c, "json") {
		why := ""
		if err != nil {
			why = err.Error()
		}
		if jsonErr := i.writeJSON(rep, why); jsonErr != nil {
			return jsonErr
		}
	} else {
		i.summary(rep, err != nil)
	}
	switch {
	case err != nil:
		return err
	case rep.Rejected > 0:
		return errRejected
	}
	return nil
}

func (i *importing) writeJSON(rep engine.Report, why string) error {
	return json.NewEncoder(i.stdout).Encode(struct {
		Schema string `json:"schema"`
		engine.Report
		Rejects []reject `json:"rejects"`
		Error   string   `json:"error,omitempty"`
	}{importSchema, rep, i.listed, why})
}

// summary counts the rows. What was stopped has read more of them than it kept.
func (i *importing) summary(rep engine.Report, stopped bool) {
	if isSet(i.c, "quiet") {
		return
	}
	i.columns(rep)
	for _, w := range rep.Warnings {
		fmt.Fprintln(i.remarks(), oneLine(warningLine(w)))
	}
	did := "read"
	switch {
	case stopped:
		did = "read when it was stopped"
	case rep.Refused:
		did = "checked, and nothing written because of --strict"
	case rep.DryRun:
		did = "checked, and nothing written"
	}
	fmt.Fprintf(i.remarks(), "%s: %s %s: %d new, %d changed, %d as they were, %d rejected", rep.Kind, counted(rep.Rows, "row", "rows"), did, rep.New, rep.Updated, rep.Unchanged, rep.Rejected)
	if s := rep.Skipped; s != nil {
		fmt.Fprintf(i.remarks(), "; skipped: %d without a grid reference, %d in Northern Ireland, %d given twice", s.NoGrid, s.NorthernIrish, s.Duplicates)
	}
	if rep.Ended > 0 {
		fmt.Fprintf(i.remarks(), "; %d have been ended and are kept", rep.Ended)
	}
	if rep.NotKept > 0 {
		fmt.Fprintf(i.remarks(), ", %d counted only", rep.NotKept)
	}
	fmt.Fprintln(i.remarks(), ".")
	i.tables(rep)
}

// oneLine keeps the cell of a file from passing for a line of the program.
func oneLine(says string) string { return strings.ReplaceAll(says, "\n", " ") }

func warningLine(w engine.Warning) string {
	where := w.File
	if w.Row > 0 {
		where += fmt.Sprintf(", row %d", w.Row)
	}
	if w.Count > 1 {
		return fmt.Sprintf("note: %s: %s (and %d more like it)", where, w.Says, w.Count-1)
	}
	return fmt.Sprintf("note: %s: %s", where, w.Says)
}
