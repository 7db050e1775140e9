package cli_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/cli"
)

// step is a command of the README with what is said to come of it, or a file that it
// shows.
type step struct {
	command string
	code    int
	output  []string // empty where the README does not show any
	file    string   // its lines are those of output
}

// unrun are commands that are only checked to be spelled right: they test or
// build, or leave the directory.
var unrun = []string{"go test ./...", "go build ./cli/stablehomes", "go install ./cli/stablehomes"}

var exitComment = regexp.MustCompile(`^# exit (\d+)$`)

// steps are the commands of the blocks that are marked as those of a console, and the
// files of the blocks with a name.
func steps(readme string) ([]step, error) {
	var all []step
	inside, file := false, false
	for _, line := range strings.Split(readme, "\n") {
		name, isFile := strings.CutPrefix(line, "```csv ")
		switch {
		case line == "```console":
			inside = true
		case isFile:
			all, file = append(all, step{file: name}), true
		case strings.HasPrefix(line, "```"):
			inside, file = false, false
		case file:
			all[len(all)-1].output = append(all[len(all)-1].output, line)
		case !inside:
		case strings.HasPrefix(line, "$ "):
			all = append(all, step{command: strings.TrimPrefix(line, "$ ")})
		case len(all) == 0:
			return nil, fmt.Errorf("a console block begins with %q", line)
		default:
			all[len(all)-1].add(line)
		}
	}
	if inside || file {
		return nil, errors.New("the last block does not end")
	}
	return all, nil
}

// add takes a line below a command: a comment, or output.
func (s *step) add(line string) {
	if m := exitComment.FindStringSubmatch(line); m != nil {
		s.code, _ = strconv.Atoi(m[1]) // digits, as matched
		return
	}
	if !strings.HasPrefix(line, "#") {
		s.output = append(s.output, line)
	}
}

// follow runs a step in the working directory and says what differs from what is
// written.
func (s step) follow(t *testing.T) error {
	if slices.Contains(unrun, s.command) {
		return nil
	}
	if s.file != "" {
		return os.WriteFile(s.file, []byte(strings.Join(s.output, "\n")+"\n"), 0o644)
	}
	args, err := words(s.command)
	if err != nil {
		return err
	}
	if len(args) == 2 && args[0] == "mkdir" {
		return os.Mkdir(args[1], 0o755)
	}
	if len(args) == 2 && args[0] == "cd" && filepath.IsLocal(args[1]) {
		t.Chdir(args[1])
		return nil
	}
	args, file, err := redirected(args)
	if err != nil {
		return err
	}
	code, out, err := pipeline(t, args, file)
	switch {
	case err != nil:
		return fmt.Errorf("%s: %w", s.command, err)
	case code != s.code:
		return fmt.Errorf("%s: exit %d, and the README says %d:\n%s", s.command, code, s.code, out)
	case len(s.output) > 0 && !likeLines(s.output, strings.Split(strings.TrimRight(out, "\n"), "\n")):
		return fmt.Errorf("%s: the README shows something else than\n%s", s.command, out)
	}
	return nil
}

// redirected takes "> file" off the end.
func redirected(args []string) (left []string, file string, err error) {
	at := slices.Index(args, ">")
	if at < 0 {
		return args, "", nil
	}
	if at != len(args)-2 {
		return nil, "", fmt.Errorf("> FILE comes last: %s", strings.Join(args, " "))
	}
	return args[:at], args[at+1], nil
}

// pipeline runs commands with pipes between them, and the last of them to a file
// if one is named. What a terminal would show is returned, with the exit code of
// the last.
func pipeline(t *testing.T, args []string, file string) (code int, shown string, err error) {
	var screen bytes.Buffer
	var in io.Reader = strings.NewReader("")
	for {
		at := slices.Index(args, "|")
		last := at < 0
		command := args
		if !last {
			command, args = args[:at], args[at+1:]
		}
		rest, ours := ownCommand(command)
		if !ours {
			return 0, "", errors.New("this is no command that the README can promise")
		}
		var piped bytes.Buffer
		out := io.Writer(&piped)
		if last && file == "" {
			out = &screen
		}
		code = cli.Run(t.Context(), append([]string{"stablehomes"}, rest...), in, out, &screen)
		if last {
			return code, screen.String(), saved(file, piped.Bytes())
		}
		in = &piped
	}
}

func saved(file string, content []byte) error {
	if file == "" {
		return nil
	}
	return os.WriteFile(file, content, 0o644)
}

// ownCommand says whether a command is ours, and its arguments.
func ownCommand(command []string) (args []string, ours bool) {
	for _, prefix := range [][]string{{"go", "run", "./cli/stablehomes"}, {"stablehomes"}, {"./stablehomes"}} {
		if len(command) >= len(prefix) && slices.Equal(command[:len(prefix)], prefix) {
			return command[len(prefix):], true
		}
	}
	return nil, false
}

// likeLines compares lines but for the space at their ends; a line "…" stands for
// any number of lines.
func likeLines(want, got []string) bool {
	if len(want) == 0 {
		return len(got) == 0
	}
	if strings.TrimSpace(want[0]) == "…" {
		for i := range len(got) + 1 {
			if likeLines(want[1:], got[i:]) {
				return true
			}
		}
		return false
	}
	return len(got) > 0 && strings.TrimRight(want[0], " ") == strings.TrimRight(got[0], " ") && likeLines(want[1:], got[1:])
}

func readme(t *testing.T) string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(home, "..", "README.md"))
	if errors.Is(err, fs.ErrNotExist) {
		t.Skip("there is no README yet")
	}
	require.NoError(t, err)
	return string(content)
}

func TestTheREADMEDoesWhatItSays(t *testing.T) {
	if testing.Short() {
		t.Skip("the README draws a whole country")
	}
	text := readme(t)
	all, err := steps(text)
	require.NoError(t, err)
	require.NotEmpty(t, all, "the README shows how it is used")
	away(t)
	for _, s := range all {
		require.NoError(t, s.follow(t))
	}
}

func TestThePolicyOfTheREADMEIsOne(t *testing.T) {
	_, rest, found := strings.Cut(readme(t), "```toml\n")
	if !found {
		t.Skip("the README shows no policy")
	}
	content, _, _ := strings.Cut(rest, "```")
	away(t)
	keep(t, "policy.toml", content)
	run(t, "match --policy policy.toml --child C-104 --db "+countyStore(t)+onTheDay).is(t, 0)
}

// The check itself can fail, in every way it should.
func TestAREADMEThatDoesNotKeepItsWordIsFound(t *testing.T) {
	for _, c := range []struct{ name, block, wrong string }{
		{"an exit code that is another", "$ stablehomes match\n", "exit 2, and the README says 0"},
		{"an exit code that was promised", "$ stablehomes --help\n# exit 3\n", "exit 0, and the README says 3"},
		{"output that is another", "$ stablehomes match\nall is well\n# exit 2\n", "the README shows something else"},
		{"output that goes on", "$ stablehomes match\nstablehomes: say for whom: --child ID, or --group ID, or --dob, --sex, --authority and --from together\n# exit 2\n", "something else"},
		{"a directory that is there", "$ mkdir .\n", "file exists"},
		{"a program we do not have", "$ stablehouses demo\n", "no command that the README can promise"},
		{"a test command misspelt", "$ go test ./..\n", "no command that the README can promise"},
		{"a pipe into something else", "$ stablehomes --help | wc\n", "no command that the README can promise"},
		{"a quotation mark left open", "$ stablehomes match --from \"LS6\n", "not closed"},
		{"a redirection to nowhere", "$ stablehomes --help >\n", "> FILE comes last"},
		{"a file that cannot be written", "$ stablehomes --help > nowhere/help\n", "nowhere"},
	} {
		t.Run(c.name, func(t *testing.T) {
			away(t)
			all, err := steps("```console\n" + c.block + "```\n")
			require.NoError(t, err)
			require.Len(t, all, 1)
			require.ErrorContains(t, all[0].follow(t), c.wrong)
		})
	}
	for _, text := range []string{"```console\nhello\n```\n", "```console\n$ stablehomes\n", "```csv in.csv\nid\n"} {
		_, err := steps(text)
		require.Error(t, err)
	}
}

func TestAREADMEThatKeepsItsWordPasses(t *testing.T) {
	away(t)
	all, err := steps("```csv in.csv\n" + homesHeader + goodHome("H-1") + "```\n```console\n$ mkdir there\n$ cd there\n```\n" +
		"```csv in.csv\n" + homesHeader + goodHome("H-1") + "```\n" +
		"text\n```console\n$ go test ./...\n$ stablehomes import homes in.csv\n# a comment\n…\n" +
		"$ stablehomes match\nstablehomes: say for whom…\n…\n# exit 2\n" +
		"$ go run ./cli/stablehomes export homes | stablehomes --quiet import homes -\n$ stablehomes export homes > out.csv\n```\n```go\n$ no command\n```\n")
	require.NoError(t, err)
	require.Len(t, all, 9)
	all[6].output[0] = "…"
	for _, s := range all {
		require.NoError(t, s.follow(t))
	}
	require.Contains(t, read(t, "out.csv"), "\nH-1,foster,")
}
