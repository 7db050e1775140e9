package cli_test

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/stablehomes/stablehomes/cli"
	"github.com/stablehomes/stablehomes/engine"
)

var update = flag.Bool("update", false, "write the golden files anew")

var (
	shared string // directory of the county that tests read and never change
	home   string // directory of the tests
)

func TestMain(m *testing.M) {
	flag.Parse()
	for _, name := range []string{"STABLEHOMES_DB", "STABLEHOMES_POLICY", "STABLEHOMES_KEY_FILE", "NO_COLOR"} {
		os.Unsetenv(name) // what the developer has set is not what is tested
	}
	os.Setenv("TERM", "xterm") // and a dumb terminal is tested where it matters
	code, err := runTests(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

func runTests(m *testing.M) (code int, err error) {
	if home, err = os.Getwd(); err != nil {
		return 0, err
	}
	if shared, err = os.MkdirTemp("", "stablehomes-cli-test-"); err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(shared)) }()
	if code = m.Run(); code == 0 {
		err = goleak.Find()
	}
	return code, err
}

// onTheDay fixes the day and the instant of a question: those of the county.
const onTheDay = " --on 2026-11-22" + atThree

// atThree is the instant of a question alone.
const atThree = " --at 2026-11-22T15:00:00Z"

// outcome is what a person sees of a command.
type outcome struct {
	line     string
	code     int
	out, err string
}

// run runs a command line as a shell would split it, with nothing on standard
// input.
func run(t testing.TB, line string) outcome {
	t.Helper()
	return runWith(t, t.Context(), strings.NewReader(""), line)
}

func runWith(t testing.TB, ctx context.Context, stdin io.Reader, line string) outcome {
	t.Helper()
	args, err := words(line)
	require.NoError(t, err)
	return runArgs(t, ctx, stdin, args)
}

func runArgs(t testing.TB, ctx context.Context, stdin io.Reader, args []string) outcome {
	t.Helper()
	var out, errs bytes.Buffer
	code := cli.Run(ctx, append([]string{"stablehomes"}, args...), stdin, &out, &errs)
	o := outcome{strings.Join(args, " "), code, out.String(), errs.String()}
	o.sane(t)
	return o
}

// sane holds whatever was asked.
func (o outcome) sane(t testing.TB) {
	t.Helper()
	require.Contains(t, []int{0, 1, 2, 3, 4, 5, 6, 130}, o.code, o)
	for _, stream := range []string{o.out, o.err} {
		for _, never := range []string{"panic", "goroutine ", "runtime error", "%!", "\x1b"} {
			require.NotContains(t, stream, never, o.line)
		}
	}
	switch o.code {
	case 1, 2, 5, 6, 130:
		require.Contains(t, "\n"+o.err, "\nstablehomes: ", "%s: a failure says so in a sentence", o.line)
	case 0, 3, 4:
		require.NotContains(t, "\n"+o.err, "\nstablehomes: ", "%s: no failure is spoken of", o.line)
	}
	if o.code == 2 {
		require.Empty(t, o.out, "%s: data only on standard output", o.line)
		require.Contains(t, o.err, "See stablehomes --help", o.line)
	}
}

// is checks the exit code and what standard error says.
func (o outcome) is(t testing.TB, code int, says ...string) outcome {
	t.Helper()
	require.Equal(t, code, o.code, "%s\n%s", o.line, o.err)
	for _, s := range says {
		require.Contains(t, o.err, s, o.line)
	}
	return o
}

// words splits a command line as a shell does, but for what a shell expands.
func words(line string) ([]string, error) {
	var all []string
	var word strings.Builder
	begun, quote := false, rune(0)
	for _, r := range line {
		switch {
		case quote != 0 && r == quote:
			quote = 0
		case quote == 0 && (r == '"' || r == '\''):
			quote, begun = r, true
		case quote == 0 && r == ' ':
			if begun {
				all = append(all, word.String())
			}
			word.Reset()
			begun = false
		default:
			word.WriteRune(r)
			begun = true
		}
	}
	if quote != 0 {
		return nil, fmt.Errorf("a quotation mark is not closed: %s", line)
	}
	if begun {
		all = append(all, word.String())
	}
	return all, nil
}

func TestACommandLineIsSplitAsAShellDoes(t *testing.T) {
	got, err := words(`match --from "LS7 3AB"  --by='A. Officer' "" x`)
	require.NoError(t, err)
	require.Equal(t, []string{"match", "--from", "LS7 3AB", "--by=A. Officer", "", "x"}, got)
	_, err = words(`match "LS7`)
	require.Error(t, err)
}

var writeCounty = sync.OnceValues(func() (string, error) {
	dir := filepath.Join(shared, "county")
	var errs bytes.Buffer
	if code := cli.Run(context.Background(), []string{"stablehomes", "demo", "--files", dir}, nil, io.Discard, &errs); code != 0 {
		return "", fmt.Errorf("demo --files: exit %d: %s", code, &errs)
	}
	return dir, nil
})

// countyFiles is the directory of the county's files. They are not to be changed.
func countyFiles(t testing.TB) string {
	t.Helper()
	dir, err := writeCounty()
	require.NoError(t, err)
	return dir
}

var storeCounty = sync.OnceValues(func() (string, error) {
	from, err := writeCounty()
	if err != nil {
		return "", err
	}
	db := filepath.Join(shared, "store")
	for _, kind := range []string{"homes", "children", "placements", "postcodes"} {
		var errs bytes.Buffer
		if code := cli.Run(context.Background(), []string{"stablehomes", "import", "--db", db, kind, filepath.Join(from, kind+".csv")}, nil, io.Discard, &errs); code != 0 {
			return "", fmt.Errorf("import %s: exit %d: %s", kind, code, &errs)
		}
	}
	return db, nil
})

// countyStore is the county as it was imported. It is only to be read.
func countyStore(t testing.TB) string {
	t.Helper()
	db, err := storeCounty()
	require.NoError(t, err)
	return db
}

// ask asks the county a question on its day.
func ask(t testing.TB, line string) outcome {
	t.Helper()
	command, rest, _ := strings.Cut(line, " ")
	return run(t, command+" --db "+countyStore(t)+onTheDay+" "+rest)
}

// single leaves out of a short run, as that of the race detector is, a test of commands
// that work in one goroutine: there are many of them, and no race to be found.
func single(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("one goroutine, one after another")
	}
}

// away moves to an empty directory for the length of a test.
func away(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	t.Chdir(dir)
	return dir
}

// keep writes a file into the directory the test is in.
func keep(t testing.TB, name, content string) string {
	t.Helper()
	require.NoError(t, os.WriteFile(name, []byte(content), 0o644))
	return name
}

func read(t testing.TB, name string) string {
	t.Helper()
	content, err := os.ReadFile(name)
	require.NoError(t, err)
	return string(content)
}

// listed names what is in a directory.
func listed(t testing.TB, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	names := []string{}
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

// kept is everything that a store gives back: the three exports and the postcode
// directory.
func kept(t testing.TB, db string) map[string]string {
	t.Helper()
	all := map[string]string{}
	for _, kind := range []string{"homes", "children", "placements"} {
		all[kind] = run(t, "export --db "+db+" "+kind).is(t, 0).out
	}
	if content, err := os.ReadFile(filepath.Join(db, "postcodes")); err == nil {
		all["postcodes"] = string(content)
	}
	return all
}

// newRows are the lines of an export that an earlier one lacks. Nothing that was
// there may be gone or changed.
func newRows(t testing.TB, before, after string) []string {
	t.Helper()
	old, now := strings.SplitAfter(before, "\n"), strings.SplitAfter(after, "\n")
	for _, line := range old {
		require.Contains(t, now, line, "a stored row is gone or changed")
	}
	return slices.DeleteFunc(now, func(line string) bool { return slices.Contains(old, line) })
}

// open holds a store open until the test ends.
func open(t testing.TB, db string, opts ...engine.Option) *engine.Engine {
	t.Helper()
	eng, err := engine.Open(t.Context(), db, opts...)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, eng.Close()) })
	return eng
}

// patience is how long a test waits for another process before it gives up.
const patience = 30 * time.Second
