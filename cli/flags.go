package cli

import (
	"fmt"
	"os"
	"strings"

	"github.com/urfave/cli/v2"
	"golang.org/x/term"

	"github.com/stablehomes/stablehomes/engine"
	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/policy"
	"github.com/stablehomes/stablehomes/engine/report"
)

// defaultDB is where the store is when nobody says.
const defaultDB = "./stablehomes.db"

// globalFlags are accepted before the command and after it. Only those of the
// program itself carry the environment and the defaults, so that a flag after
// the command is not overruled by a default.
func globalFlags(root bool) []cli.Flag {
	db := &cli.StringFlag{Name: "db", Usage: "`DIR` of the store (or $STABLEHOMES_DB; default " + defaultDB + ")"}
	file := &cli.StringFlag{Name: "policy", Usage: "`FILE` with the authority's policy (or $STABLEHOMES_POLICY)"}
	key := &cli.StringFlag{Name: "key-file", Usage: "`FILE` with the key of an encrypted store (or $STABLEHOMES_KEY_FILE)"}
	flags := []cli.Flag{
		db, file, key,
		&cli.BoolFlag{Name: "json", Usage: "write JSON, for programs"},
		&cli.BoolFlag{Name: "no-color", Usage: "never colour what is shown"},
		&cli.BoolFlag{Name: "quiet", Usage: "no progress and no summary on standard error"},
	}
	if root {
		db.EnvVars, file.EnvVars, key.EnvVars = []string{"STABLEHOMES_DB"}, []string{"STABLEHOMES_POLICY"}, []string{"STABLEHOMES_KEY_FILE"}
		return flags
	}
	for _, f := range flags {
		switch f := f.(type) {
		case *cli.StringFlag:
			f.Category = "Global"
		case *cli.BoolFlag:
			f.Category = "Global"
		}
	}
	return flags
}

// text is a global flag's value, from after the command or before it.
func text(c *cli.Context, name string) string {
	for _, level := range c.Lineage() {
		if s := level.String(name); s != "" {
			return s
		}
	}
	return ""
}

func isSet(c *cli.Context, name string) bool {
	for _, level := range c.Lineage() {
		if level.Bool(name) {
			return true
		}
	}
	return false
}

func dbOf(c *cli.Context) string {
	if dir := text(c, "db"); dir != "" {
		return dir
	}
	return defaultDB
}

// open opens the store that the flags name, under the policy and with the key
// that they name.
func (p *program) open(c *cli.Context, opts ...engine.Option) (*engine.Engine, error) {
	if file := text(c, "policy"); file != "" {
		set, err := readPolicy(file)
		if err != nil {
			return nil, err
		}
		opts = append(opts, engine.WithPolicy(set))
	}
	key, err := keyOf(c)
	if err != nil {
		return nil, err
	}
	eng, err := engine.Open(c.Context, dbOf(c), append(opts, engine.WithKey(key))...)
	return eng, hintAtKey(err)
}

// readPolicy reads a policy file; its errors name the file.
func readPolicy(file string) (*policy.Set, error) {
	content, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("read the policy: %w", err)
	}
	set, err := policy.Parse(string(content))
	if err != nil {
		return nil, fmt.Errorf("%s: %w (stablehomes policy show prints every key with its range)", file, err)
	}
	if err := engine.CheckPolicy(set); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return set, nil
}

// onDay is the day of --on, or another where it is not given.
func onDay(c *cli.Context, otherwise care.Day) (care.Day, error) { return dayOf(c, "on", otherwise) }

// dayOf is the day of a flag, or another where it is not given.
func dayOf(c *cli.Context, name string, otherwise care.Day) (care.Day, error) {
	if !c.IsSet(name) {
		return otherwise, nil
	}
	day, err := care.ParseDay(c.String(name))
	if err != nil {
		return 0, usage("--%s: %v", name, err)
	}
	return day, nil
}

// noArguments refuses what stands behind the flags of a command that takes none.
func noArguments(c *cli.Context) error {
	if c.NArg() == 0 {
		return nil
	}
	return stray(c, c.Args().First())
}

// stray explains an argument that has no place. The commonest causes are a flag
// after the arguments and "--flag false".
func stray(c *cli.Context, arg string) error {
	name := strings.TrimPrefix(c.Command.HelpName, c.App.Name+" ") // of a command under another, both
	if strings.HasPrefix(arg, "-") && arg != "-" {
		return usage("flags come before arguments: stablehomes %s %s … then the arguments", name, arg)
	}
	return usage("%s takes no argument %q; a yes-or-no flag is written --flag or --flag=false, and any other value stands behind its flag", name, arg)
}

// style is how text is set for whoever reads standard output.
func (p *program) style(c *cli.Context) report.Style {
	width, isTerminal := terminal(p.stdout)
	colour := isTerminal && !isSet(c, "no-color") && os.Getenv("NO_COLOR") == "" && !dumb()
	return report.Style{Colour: colour, Width: width}
}

// dumb says whether the terminal knows no escape sequences, neither colours nor
// lines that are written over.
func dumb() bool { return os.Getenv("TERM") == "dumb" }

// terminal says whether a stream is a terminal, and how wide.
func terminal(stream any) (width int, is bool) {
	f, ok := stream.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return 0, false
	}
	width, _, err := term.GetSize(int(f.Fd()))
	if err != nil {
		return 0, true
	}
	return width, true
}

// choice is a flag that may stand alone or carry a word: --why-not, or
// --why-not=all.
type choice struct{ word string }

// alone is the word of a choice that carries none.
const alone = "true"

// Set takes the word.
func (v *choice) Set(word string) error {
	v.word = word
	return nil
}

// String is the word; empty when the flag is not there.
func (v *choice) String() string { return v.word }

// IsBoolFlag lets the flag stand alone.
func (v *choice) IsBoolFlag() bool { return true }
