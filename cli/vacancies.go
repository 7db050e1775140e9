package cli

import (
	"fmt"
	"os"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/stablehomes/stablehomes/engine"
)

// longestMap is far above any file that says which column is which, in bytes.
const longestMap = 64 << 10

// forVacancies reads the flags that only a vacancy list has, and refuses them for
// other files.
func forVacancies(c *cli.Context, imp *engine.Import) (err error) {
	for _, flag := range []string{"on", "map"} {
		if c.IsSet(flag) && imp.Kind != engine.Vacancies {
			return usage("--%s is for vacancies, not for %s", flag, imp.Kind)
		}
	}
	if imp.On, err = onDay(c, 0); err != nil {
		return err
	}
	if name := c.String("map"); name != "" {
		imp.Columns, err = readMap(name)
	}
	return err
}

func readMap(name string) (*engine.VacancyColumns, error) {
	info, err := os.Stat(name)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() || info.Size() > longestMap {
		return nil, usage("--map %s is no file of columns", name)
	}
	content, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	columns, err := engine.ParseVacancyColumns(string(content))
	if err != nil {
		return nil, usage("--map %s: %v", name, err)
	}
	return columns, nil
}

// columns says how each sheet of a vacancy list was read, in the form in which it
// can be changed.
func (i *importing) columns(rep engine.Report) {
	for _, c := range rep.Columns {
		where := c.File
		if c.Sheet != "" {
			where += fmt.Sprintf(", sheet %q", c.Sheet)
		}
		fmt.Fprintf(i.remarks(), "%s: the columns of row %d, as %s:\n%s", where, c.Row, c.How, indented(c.Columns.Text()))
		if len(c.LeftOut) > 0 {
			fmt.Fprintf(i.remarks(), "  # nothing is taken from: %s\n", strings.Join(c.LeftOut, ", "))
		}
	}
	if len(rep.Columns) > 0 {
		fmt.Fprintln(i.remarks(), "To read them another way, put such lines into FILE.toml and import with --map FILE.toml; that is remembered.")
	}
}

func indented(text string) string {
	return "  " + strings.ReplaceAll(strings.TrimSuffix(text, "\n"), "\n", "\n  ") + "\n"
}
