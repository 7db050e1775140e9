package cli_test

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// notAnExample is what only a synopsis has: something optional, an ellipsis, or
// the name of a value in the place of one.
var notAnExample = regexp.MustCompile(`[\[…]|(^|[ "=])(ID|NAME|DIR|FILE|KIND|SHELL|WHEN|DAY|INSTANT|WORDS|CODE|KEY|PROOF|N|GSS|HOME=CHILD,CHILD|RULE=NAME,ROLE,TIME,REF)($|[ "])`)

// examples are the command lines in the help of a command that can be typed as
// they stand.
func (c command) examples() (all []string) {
	_, text, _ := strings.Cut(c.help, "USAGE:\n")
	text, _, _ = strings.Cut(text, "\n\n")
	for line := range strings.Lines(text) {
		line, _, _ = strings.Cut(strings.TrimSpace(line), "   (")
		if strings.HasPrefix(line, "stablehomes ") && !notAnExample.MatchString(line) {
			all = append(all, line)
		}
	}
	return all
}

// asked asks for the help of the command of an example before its flags are used,
// which are read all the same.
func asked(t testing.TB, c command, example string) []string {
	t.Helper()
	args, err := words(example)
	require.NoError(t, err)
	if at := slices.Index(args, ">"); at >= 0 {
		args = args[:at]
	}
	name := c.path[len(c.path)-1]
	at := slices.Index(args, name)
	require.Positive(t, at, "%s: an example of another command", example)
	return slices.Insert(args[1:], at, "--help")
}

func TestEveryCommandHasAnExampleThatCanBeRead(t *testing.T) {
	single(t)
	for _, c := range everyCommand(t)[1:] {
		if len(c.subs) > 0 {
			continue
		}
		all := c.examples()
		require.NotEmpty(t, all, "%s: its help has no example", strings.Join(c.path, " "))
		for _, example := range all {
			o := runArgs(t, t.Context(), nil, asked(t, c, example))
			if strings.Contains(o.err, "No help topic for") { // the flags were read; of an argument there is no help
				continue
			}
			o.is(t, 0)
			require.Contains(t, o.out, "stablehomes "+strings.Join(c.path, " ")+" - ", example)
		}
	}
}

// The test of the examples can fail.
func TestAnExampleWithAFlagThatThereIsNotIsFound(t *testing.T) {
	c := command{path: []string{"due"}, help: "USAGE:\n   stablehomes due [--on DAY]\n   stablehomes due --child ID\n   stablehomes due --chidl C-104   (never)\n\nOPTIONS:\n"}
	require.Equal(t, []string{"stablehomes due --chidl C-104"}, c.examples())
	runArgs(t, t.Context(), nil, asked(t, c, c.examples()[0])).is(t, 2, "-chidl")
}

// notTried are examples that are for something else than the county of the demo.
var notTried = map[string]string{
	"stablehomes fixtures --report": "draws a whole country",
	"stablehomes demo":              "is tried elsewhere",
}

// ended are the examples that end with another code than 0.
var ended = map[string]int{
	"stablehomes import --on 2026-11-22 vacancies county/vacancies.csv": 4, // as the README says
}

// onItsDay puts an example on the day of the county, whatever day it is.
func onItsDay(t testing.TB, c command, example string) []string {
	t.Helper()
	args, err := words(example)
	require.NoError(t, err)
	at := slices.Index(args, c.path[len(c.path)-1]) + 1
	for _, f := range []struct{ flag, value string }{{"--at", "2026-11-22T17:00:00Z"}, {"--on", "2026-11-22"}} {
		if slices.Contains(c.flags, f.flag) && !slices.Contains(args, f.flag) && !(f.flag == "--on" && slices.Contains([]string{"import", "rules", "export"}, c.path[0])) {
			args = slices.Insert(args, at, f.flag, f.value)
		}
	}
	return args
}

// TestTheExamplesWorkAsWritten tries the examples in the order of the help, and those
// of a decision, which is the one that the README comes to, in a store that has it.
func TestTheExamplesWorkAsWritten(t *testing.T) {
	single(t)
	away(t)
	var all []command
	for _, c := range everyCommand(t)[1:] {
		if len(c.subs) == 0 {
			all = append(all, c)
		}
	}
	for _, c := range all {
		for _, example := range c.examples() {
			if notTried[example] == "" && !strings.Contains(example, "D-5") && !strings.Contains(example, "head.txt proof.json") {
				tryExample(t, c, example)
			}
		}
	}
	require.NoError(t, os.RemoveAll("stablehomes.db"))
	for _, kind := range []string{"homes", "children", "placements"} {
		run(t, fmt.Sprintf("import --quiet %s county/%s.csv", kind, kind)).is(t, 0)
	}
	tried := 0
	for _, c := range all {
		if slices.Contains([]string{"hold", "place"}, c.path[0]) {
			for _, example := range c.examples() {
				if strings.Contains(example, "HOLD-17") && !strings.Contains(example, "5d") {
					tryExample(t, c, example)
				}
			}
		}
		for _, example := range c.examples() {
			if strings.Contains(example, "D-5") {
				tryExample(t, c, example)
				tried++
			}
		}
	}
	require.Positive(t, tried)
	require.NoError(t, os.Remove("head.txt"))
	run(t, "audit head --out head.txt").is(t, 0)
	run(t, "audit check-proof --head head.txt proof.json").is(t, 0)
}

func tryExample(t *testing.T, c command, example string) {
	t.Helper()
	args, file, err := redirected(onItsDay(t, c, example))
	require.NoError(t, err)
	if at := slices.Index(args, "homes.csv"); at >= 0 && c.path[0] == "import" {
		args[at] = "county/homes.csv" // a file of one's own
	}
	switch example {
	case "stablehomes audit verify --head head.txt": // which stands before audit head
		run(t, "audit head --out head.txt").is(t, 0)
	case "stablehomes audit head --out head.txt":
		require.NoError(t, os.RemoveAll("head.txt"))
	}
	o := runArgs(t, t.Context(), nil, args[1:])
	require.Equal(t, ended[example], o.code, "%s\n%s", example, o.err)
	if file != "" {
		keep(t, file, o.out)
	}
}
