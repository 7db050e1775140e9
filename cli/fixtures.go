package cli

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"

	"github.com/jedib0t/go-pretty/v6/table"
	prettytext "github.com/jedib0t/go-pretty/v6/text"
	"github.com/urfave/cli/v2"

	"github.com/stablehomes/stablehomes/engine/intake"
	"github.com/stablehomes/stablehomes/fixtures"
)

func (p *program) fixturesCommand() *cli.Command {
	return &cli.Command{
		Name:  "fixtures",
		Usage: "a synthetic England as files to import; or its figures beside the published ones",
		UsageText: "stablehomes fixtures --homes 2000 --seed 7 --out england\n" +
			"stablehomes fixtures --report",
		Description: "Nobody in it is real. The same seed and number of homes give the same files everywhere.\n" +
			"Positions are coordinates, so no postcode directory is needed. Holds have no file; embedders get them from the package.",
		Flags: []cli.Flag{
			&cli.IntFlag{Name: "homes", Usage: "`N` homes; 0, the default, is the whole country"},
			&cli.Uint64Flag{Name: "seed", Usage: "which country: another `N` draws another one", Value: 1},
			&cli.StringFlag{Name: "out", Usage: "write homes.csv, children.csv and placements.csv to `DIR`, which is made if it is not there; no file is overwritten"},
			&cli.BoolFlag{Name: "report", Usage: "published against generated figures of the whole country"},
		},
		Action: p.fixtures,
	}
}

func (p *program) fixtures(c *cli.Context) error {
	homes, report, out := c.Int("homes"), c.Bool("report"), c.String("out")
	switch {
	case c.NArg() > 0:
		return stray(c, c.Args().First())
	case report == (out != ""):
		return usage("give --out DIR to write files, or --report to see the figures: one of the two")
	case homes < 0 || homes > fixtures.MaxHomes:
		return usage("--homes %d: from 0, the whole country, to %d", homes, fixtures.MaxHomes)
	case report && homes != 0:
		return usage("--report is about the whole country; leave out --homes")
	}
	england := fixtures.NewEngland(fixtures.Options{Seed: c.Uint64("seed"), Homes: homes})
	if report {
		return p.fixturesReport(c, england)
	}
	return p.fixturesFiles(c, out, england)
}

// fixturesFiles streams the country to files; it is never held whole.
func (p *program) fixturesFiles(c *cli.Context, dir string, england *fixtures.England) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	for _, f := range []exampleFile{
		{"homes.csv", func(w io.Writer) error { return intake.WriteHomes(w, until(c.Context, england.Homes())) }},
		{"children.csv", func(w io.Writer) error { return intake.WriteChildren(w, until(c.Context, england.Children())) }},
		{"placements.csv", func(w io.Writer) error { return intake.WritePlacements(w, until(c.Context, england.Placements())) }},
	} {
		if err := p.writeExample(c, dir, f); err != nil {
			return err
		}
	}
	return nil
}

// exampleFile is a file that is made up, not kept.
type exampleFile struct {
	name  string
	write func(io.Writer) error
}

// writeExample writes a file that must not be there yet: what is made up never
// overwrites somebody's data. A file that was only begun is removed.
func (p *program) writeExample(c *cli.Context, dir string, f exampleFile) error {
	name := filepath.Join(dir, f.name)
	file, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return keptAsIs(err)
	}
	out := bufio.NewWriterSize(file, 1<<20)
	err = f.write(out)
	if err == nil {
		err = out.Flush()
	}
	if closeErr := file.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		return errors.Join(fmt.Errorf("write %s: %w", name, err), os.Remove(name))
	}
	if !isSet(c, "quiet") {
		fmt.Fprintln(p.remarks(), "wrote", name)
	}
	return nil
}

// until ends a sequence, which has no errors of its own, with the context.
func until[T any](ctx context.Context, values iter.Seq[T]) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for v := range values {
			if !yield(v, ctx.Err()) {
				return
			}
		}
	}
}

// fixturesSchema names the JSON of the report.
const fixturesSchema = "stablehomes/fixtures/1"

func (p *program) fixturesReport(c *cli.Context, england *fixtures.England) error {
	margins := fixtures.Report(england)
	if isSet(c, "json") {
		return json.NewEncoder(p.stdout).Encode(struct {
			Schema  string            `json:"schema"`
			Margins []fixtures.Margin `json:"margins"`
		}{fixturesSchema, margins})
	}
	t := table.NewWriter()
	t.SetStyle(table.StyleLight)
	t.Style().Format.Header = prettytext.FormatDefault
	right := table.ColumnConfig{Align: prettytext.AlignRight}
	var columns []table.ColumnConfig
	for _, name := range []string{"Published", "Generated", "Within"} {
		right.Name = name
		columns = append(columns, right)
	}
	t.SetColumnConfigs(columns)
	t.AppendHeader(table.Row{"Measure", "Published", "Generated", "Within", "Unit", ""})
	for _, m := range margins {
		met := "met"
		if !m.Met() {
			met = "MISSED"
		}
		t.AppendRow(table.Row{m.Measure, figure(m.Published), figure(m.Generated), "±" + figure(m.Tolerance), m.Unit, met})
	}
	_, err := fmt.Fprintln(p.answers(), t.Render())
	return err
}

// figure writes a whole number whole, and any other with one decimal.
func figure(v float64) string {
	if v == float64(int64(v)) {
		return fmt.Sprintf("%d", int64(v))
	}
	return fmt.Sprintf("%.1f", v)
}
