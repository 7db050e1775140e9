package cli

import (
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/stablehomes/stablehomes/engine"
	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/report"
)

// verb is a command as it is declared: what shells complete, the manual page and
// the help texts are made of it, so that none of them can fall behind.
type verb struct {
	path        []string // of names, after that of the program; empty for the program
	usage       string   // a few words
	text        string   // lines that show how it is written, synopses and examples
	description string
	options     []option
	members     []*verb  // the commands under it
	words       []string // what its first argument may be, where that is known
	files       bool     // whether its arguments, or those after the first, are files
}

// option is a flag.
type option struct {
	name     string
	usage    string
	operand  string   // the name of its value; empty where it takes none
	alone    bool     // it may stand without the value: --html, --html=FILE
	repeated bool     // it may be given again
	standard string   // the value it has where it is not given, if that says anything
	env      []string // variables of the environment that stand for it
	words    []string // its values, where they are known
}

// knownWords are the values of flags that are known beforehand.
func knownWords(flag string) []string {
	switch flag {
	case "kind":
		return care.Vocabulary("kind")
	case "audience":
		var all []string
		for _, a := range report.Audiences() {
			all = append(all, string(a))
		}
		return all
	case "sex":
		return []string{"M", "F"}
	case "why-not":
		return []string{"all"}
	}
	return nil
}

// exportKinds are what export writes.
var exportKinds = []engine.Kind{engine.Homes, engine.Children, engine.Placements, engine.Referrals, engine.Standard, engine.SSDA903}

func kindWords(kinds []engine.Kind) []string {
	var all []string
	for _, k := range kinds {
		all = append(all, string(k))
	}
	return all
}

// arguments says what may stand behind the flags of a command.
func (v *verb) arguments() {
	switch strings.Join(v.path, " ") {
	case "import":
		v.words, v.files = kindWords(importKinds), true
	case "export":
		v.words = kindWords(exportKinds)
	case "completion":
		v.words = shellNames()
	case "backup", "restore", "audit check-proof":
		v.files = true
	}
}

// grammar is the whole command line of an app that is set up.
func grammar(app *cli.App) *verb {
	root := &verb{usage: app.Usage, text: app.UsageText, description: app.Description, options: options(app.Flags)}
	for _, c := range app.Commands {
		root.add(c)
	}
	if help := root.member("help"); help != nil {
		for _, m := range root.members {
			if m != help {
				help.words = append(help.words, m.path[0])
			}
		}
	}
	return root
}

func (v *verb) add(c *cli.Command) {
	if c.Hidden {
		return
	}
	m := &verb{path: append(slices.Clone(v.path), c.Name), usage: c.Usage, text: c.UsageText, description: c.Description, options: options(c.Flags)}
	m.arguments()
	v.members = append(v.members, m)
	if c.Name == "help" { // the library's own, of which there is one in a process, and which may be under itself
		return
	}
	for _, sub := range c.Subcommands {
		m.add(sub)
	}
}

func options(flags []cli.Flag) []option {
	var all []option
	for _, f := range flags {
		if o := optionOf(f); o.name != "help" {
			all = append(all, o)
		}
	}
	return append(all, option{name: "help", usage: "show help"})
}

func optionOf(f cli.Flag) option {
	doc, ok := f.(cli.DocGenerationFlag)
	if !ok {
		return option{name: f.Names()[0]}
	}
	o := option{name: f.Names()[0], env: doc.GetEnvVars(), words: knownWords(f.Names()[0])}
	o.operand, o.usage = operandOf(doc.GetUsage())
	switch f := f.(type) {
	case *cli.GenericFlag:
		_, o.alone = f.Value.(*choice)
	case *cli.StringSliceFlag:
		o.repeated = true
	case *cli.IntFlag, *cli.Uint64Flag:
		if s := doc.GetValue(); s != "0" {
			o.standard = s
		}
	case *cli.StringFlag:
		o.standard = f.Value
	}
	if o.operand == "" && doc.TakesValue() {
		o.operand = "VALUE"
	}
	return o
}

// operandOf takes the name of the value, which stands between backquotes, out of
// the words that say what a flag does.
func operandOf(usage string) (operand, says string) {
	before, rest, opened := strings.Cut(usage, "`")
	operand, after, closed := strings.Cut(rest, "`")
	if !opened || !closed {
		return "", usage
	}
	return operand, before + operand + after
}

// written is the flag as it is written: --limit N, --why-not[=all].
func (o option) written() string {
	switch {
	case o.operand == "":
		return "--" + o.name
	case o.alone:
		return "--" + o.name + "[=" + o.operand + "]"
	}
	return "--" + o.name + " " + o.operand
}

// says is what the flag does, and what holds where it is not there.
func (o option) says() string {
	if o.standard == "" {
		return o.usage
	}
	return o.usage + " (default " + o.standard + ")"
}

// isFile says whether the value is the name of a file or a directory.
func (o option) isFile() bool {
	return strings.HasPrefix(o.operand, "FILE") || o.operand == "DIR"
}

func (v *verb) member(name string) *verb {
	for _, m := range v.members {
		if m.path[len(m.path)-1] == name {
			return m
		}
	}
	return nil
}

// option finds a flag by its name.
func (v *verb) option(name string) (option, bool) {
	for _, o := range v.options {
		if o.name == name {
			return o, true
		}
	}
	return option{}, false
}

// name is how the command is called.
func (v *verb) name() string { return strings.Join(append([]string{"stablehomes"}, v.path...), " ") }

// globalNames are the flags that every command has.
var globalNames = func() (names []string) {
	for _, f := range globalFlags(false) {
		names = append(names, f.Names()[0])
	}
	return names
}()
