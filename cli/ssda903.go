package cli

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	prettytext "github.com/jedib0t/go-pretty/v6/text"
	"github.com/urfave/cli/v2"

	"github.com/stablehomes/stablehomes/engine"
)

// returnFiles are the names that were found in a directory rather than given.
type returnFiles map[string]bool

// mark tells the engine which files were only found.
func (found returnFiles) mark(files []engine.File) {
	for i := range files {
		files[i].Found = found[files[i].Name]
	}
}

// returnNames puts the files of a directory in its place, and says which of them
// are left unread because they are neither CSV nor XML.
func (p *program) returnNames(c *cli.Context, names []string) (all []string, found returnFiles, err error) {
	if !c.IsSet("authority") {
		return nil, nil, usage("whose return is it? stablehomes import --authority NAME ssda903 %s", strings.Join(names, " "))
	}
	found = returnFiles{}
	for _, name := range names {
		info, err := os.Stat(name)
		if err != nil || !info.IsDir() { // what cannot be opened is said when it is opened
			all = append(all, name)
			continue
		}
		within, err := p.returnsIn(c, name)
		if err != nil {
			return nil, nil, err
		}
		if len(within) == 0 {
			return nil, nil, fmt.Errorf("%s has no CSV and no XML file in it", name)
		}
		for _, f := range within {
			found[f] = true
		}
		all = append(all, within...)
	}
	return all, found, nil
}

// returnsIn lists the files of a directory that a return may be made of, in order
// of name.
func (p *program) returnsIn(c *cli.Context, dir string) (within []string, err error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		name := filepath.Join(dir, e.Name())
		ext := filepath.Ext(strings.TrimSuffix(strings.ToLower(name), ".gz"))
		switch {
		case e.Type().IsRegular() && (ext == ".csv" || ext == ".xml"):
			within = append(within, name)
		case !isSet(c, "quiet"):
			fmt.Fprintf(p.remarks(), "note: %s: is no CSV and no XML file, and is left out\n", name)
		}
	}
	return within, nil
}

// tables says what became of the rows of each table of a return.
func (i *importing) tables(rep engine.Report) {
	if len(rep.Tables) == 0 {
		return
	}
	t := table.NewWriter()
	t.SetStyle(table.StyleLight)
	t.Style().Format.Header = prettytext.FormatDefault
	t.AppendHeader(table.Row{"Table", "Rows", "New", "Changed", "As they were", "Rejected", "Counted only"})
	for _, r := range rep.Tables {
		t.AppendRow(table.Row{r.Table, r.Rows, r.New, r.Updated, r.Unchanged, r.Rejected, r.NotKept})
	}
	fmt.Fprintln(i.remarks(), t.Render())
}

// exportSchema names the JSON that the export of a return writes.
const exportSchema = "stablehomes/export-ssda903/1"

// exportReturn writes the tables of a return into a directory. A file that is
// there already is not overwritten, and what was only begun is removed.
func (p *program) exportReturn(c *cli.Context) (err error) {
	dir := c.String("out")
	switch {
	case dir == "" || !c.IsSet("authority"):
		return usage("export a return where, and whose? stablehomes export --authority NAME --out DIR ssda903")
	case c.NArg() > 1:
		return stray(c, c.Args().Get(1))
	}
	if _, err := authority(c); err != nil {
		return err
	}
	eng, err := p.open(c, engine.ReadOnly())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, eng.Close()) }()
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	out := &tableFiles{dir: dir}
	done, err := eng.ExportReturn(c.Context, c.String("authority"), out.create)
	if err := out.close(err); err != nil {
		return err
	}
	return p.exported(c, done, out)
}

func (p *program) exported(c *cli.Context, done *engine.ExportedReturn, out *tableFiles) error {
	if isSet(c, "json") {
		return json.NewEncoder(p.stdout).Encode(struct {
			Schema string `json:"schema"`
			*engine.ExportedReturn
			Files []string `json:"files"`
		}{exportSchema, done, out.names()})
	}
	if isSet(c, "quiet") {
		return nil
	}
	fmt.Fprintf(p.remarks(), "wrote %d children and %d episodes to %s\n", done.Children, done.Episodes, strings.Join(out.names(), ", "))
	if done.Others > 0 {
		fmt.Fprintf(p.remarks(), "note: %d children of %s came in no return and are left out; export children has them\n", done.Others, done.Authority)
	}
	return nil
}

// tableFiles are the files of a return while they are written.
type tableFiles struct {
	dir   string
	files []*os.File
	bufs  []*bufio.Writer
}

func (t *tableFiles) create(table string) (io.Writer, error) {
	name := filepath.Join(t.dir, strings.ToLower(table)+".csv")
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, rejectsMode)
	if err != nil {
		return nil, keptAsIs(err)
	}
	t.files, t.bufs = append(t.files, f), append(t.bufs, bufio.NewWriter(f))
	return t.bufs[len(t.bufs)-1], nil
}

func (t *tableFiles) names() []string {
	var names []string
	for _, f := range t.files {
		names = append(names, f.Name())
	}
	return names
}

// close ends the files, and removes them where they are not whole.
func (t *tableFiles) close(err error) error {
	for i, f := range t.files {
		err = errors.Join(err, t.bufs[i].Flush(), f.Close())
	}
	if err == nil {
		return nil
	}
	for _, name := range slices.Backward(t.names()) {
		err = errors.Join(err, os.Remove(name))
	}
	return err
}
