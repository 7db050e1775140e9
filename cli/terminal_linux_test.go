package cli_test

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"strings"
	"syscall"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/cli"
)

// screen is a terminal with nobody before it.
type screen struct {
	tty  *os.File
	seen chan string // all that was shown, once the terminal is closed
}

// newScreen opens a pseudo-terminal that is so many columns wide.
func newScreen(t *testing.T, columns uint16) *screen {
	t.Helper()
	control, err := os.OpenFile("/dev/ptmx", os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Skip("this machine has no pseudo-terminals: ", err)
	}
	var number, unlock uint32
	ioctl(t, control, syscall.TIOCSPTLCK, unsafe.Pointer(&unlock))
	ioctl(t, control, syscall.TIOCGPTN, unsafe.Pointer(&number))
	size := [4]uint16{40, columns}
	ioctl(t, control, syscall.TIOCSWINSZ, unsafe.Pointer(&size))
	tty, err := os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		control.Close()
		t.Skip("this machine has no pseudo-terminals: ", err)
	}
	s := &screen{tty, make(chan string, 1)}
	go func() {
		var all bytes.Buffer
		_, _ = io.Copy(&all, control) // ends with an error once the terminal is closed
		control.Close()
		s.seen <- strings.ReplaceAll(all.String(), "\r\n", "\n")
	}()
	return s
}

func ioctl(t *testing.T, f *os.File, request uintptr, arg unsafe.Pointer) {
	t.Helper()
	_, _, errno := syscall.Syscall(syscall.SYS_IOCTL, f.Fd(), request, uintptr(arg))
	require.Zero(t, errno)
}

// shown closes the terminal and gives all that it has shown.
func (s *screen) shown(t *testing.T) string {
	t.Helper()
	require.NoError(t, s.tty.Close())
	return <-s.seen
}

// onScreen runs a command whose standard output is a terminal.
func onScreen(t *testing.T, columns uint16, line string) string {
	t.Helper()
	args, err := words("stablehomes " + line + " --db " + countyStore(t) + onTheDay)
	require.NoError(t, err)
	s := newScreen(t, columns)
	var errs bytes.Buffer
	code := cli.Run(t.Context(), args, strings.NewReader(""), s.tty, &errs)
	shown := s.shown(t)
	require.Equal(t, 0, code, "%s\n%s", &errs, shown)
	require.Empty(t, errs.String())
	return shown
}

// plain takes the colours off.
var plain = strings.NewReplacer("\x1b[31m", "", "\x1b[33m", "", "\x1b[0m", "")

func TestOnATerminalWhatMattersIsColoured(t *testing.T) {
	const line = "match --child C-104 --why-not"
	coloured := onScreen(t, 120, line)
	require.Contains(t, coloured, "\x1b[31m", "what bars is red")
	without := onScreen(t, 120, line+" --no-color")
	require.NotContains(t, without, "\x1b")
	require.Equal(t, without, plain.Replace(coloured), "colour is all that differs")
	require.Equal(t, without, onScreen(t, 120, "--no-color "+line)) // before the command too
	t.Setenv("NO_COLOR", "1")
	require.Equal(t, without, onScreen(t, 120, line))
	t.Setenv("NO_COLOR", "")
	require.Equal(t, coloured, onScreen(t, 120, line), "an empty NO_COLOR is none")
}

func TestJSONAndCSVAreNeverColoured(t *testing.T) {
	for _, form := range []string{"--json", "--csv"} {
		line := "match --child C-104 --limit 3 --why-not " + form
		require.Equal(t, ask(t, line).out, onScreen(t, 120, line))
	}
	require.NotContains(t, onScreen(t, 120, "explain --json --child C-104 --home H-00001"), "\x1b")
	require.NotContains(t, onScreen(t, 120, "explain --no-color --child C-104 --home H-00001"), "\x1b")
}

func TestATableFitsItsTerminal(t *testing.T) {
	tables := map[uint16]int{}
	for _, columns := range []uint16{100, 160} {
		for _, row := range strings.Split(onScreen(t, columns, "match --child C-104 --limit 3 --no-color"), "\n") {
			if strings.HasPrefix(row, "│") || strings.HasPrefix(row, "├") {
				tables[columns] = max(tables[columns], len([]rune(row)))
			}
		}
		require.LessOrEqual(t, tables[columns], int(columns))
	}
	require.Greater(t, tables[160], tables[100], "a wide terminal is used")
}

func TestATerminalWithoutASize(t *testing.T) {
	require.Equal(t, ask(t, "match --child C-104").out, plain.Replace(onScreen(t, 0, "match --child C-104")))
}

func TestProgressIsShownOnATerminalOnly(t *testing.T) {
	files := countyFiles(t)
	for _, quiet := range []string{"", "--quiet "} {
		away(t)
		s := newScreen(t, 100)
		var out bytes.Buffer
		args, err := words("stablehomes import " + quiet + "homes " + files + "/homes.csv")
		require.NoError(t, err)
		code := cli.Run(t.Context(), args, strings.NewReader(""), &out, s.tty)
		shown := s.shown(t)
		require.Equal(t, 0, code, shown)
		require.Empty(t, out.String())
		if quiet != "" {
			require.Empty(t, shown)
			continue
		}
		require.Contains(t, shown, "rows of homes")
		require.Contains(t, shown, "398 rows read: 398 new", "the summary comes below the bar")
	}
}

func TestProgressThatStoppedIsNotDone(t *testing.T) {
	away(t)
	keep(t, "homes.csv", "id,kind\nH-1,foster\n")
	s := newScreen(t, 100)
	code := cli.Run(t.Context(), []string{"stablehomes", "import", "homes", "homes.csv"}, strings.NewReader(""), io.Discard, s.tty)
	shown := s.shown(t)
	require.Equal(t, 1, code, shown)
	require.Contains(t, shown, "stopped!")
	require.NotContains(t, shown, "done!")
}

func TestADumbTerminalGetsNoEscapeSequences(t *testing.T) {
	const line = "match --child C-104 --why-not"
	without := onScreen(t, 120, line+" --no-color")
	t.Setenv("TERM", "dumb")
	require.Equal(t, without, onScreen(t, 120, line))
	files := countyFiles(t)
	away(t)
	s := newScreen(t, 100)
	code := cli.Run(t.Context(), []string{"stablehomes", "import", "homes", files + "/homes.csv"}, strings.NewReader(""), s.tty, s.tty)
	shown := s.shown(t)
	require.Equal(t, 0, code, shown)
	require.Equal(t, "homes: 398 rows read: 398 new, 0 changed, 0 as they were, 0 rejected.\n", shown, "no progress that is written over")
}

// helpOnScreen is the help of a command on a terminal.
func helpOnScreen(t *testing.T, columns uint16, line string) string {
	t.Helper()
	args, err := words("stablehomes " + line + " --help")
	require.NoError(t, err)
	s := newScreen(t, columns)
	code := cli.Run(t.Context(), args, strings.NewReader(""), s.tty, io.Discard)
	shown := s.shown(t)
	require.Equal(t, 0, code, shown)
	return shown
}

func TestHelpFitsItsTerminal(t *testing.T) {
	single(t)
	for _, c := range everyCommand(t) {
		line := strings.Join(c.path, " ")
		for _, columns := range []uint16{40, 80, 200} {
			shown := helpOnScreen(t, columns, line)
			require.Equal(t, strings.Fields(c.help), strings.Fields(shown), "%s: the same words", line)
			for _, row := range strings.Split(shown, "\n") {
				if len(strings.Fields(row)) > 1 { // a word may be longer than a terminal is wide
					require.LessOrEqual(t, len([]rune(row)), int(columns), "%s: %s", line, row)
				}
			}
		}
	}
	require.Equal(t, run(t, "match --help").out, helpOnScreen(t, 0, "match"), "a terminal without a size")
}

func TestPlainTablesFitTheirTerminal(t *testing.T) {
	db := " --db " + countyStore(t)
	for _, line := range []string{"reunite --on 2026-11-22", "audit log", "retention due --on 2099-01-01", "due --on 2026-11-22"} {
		args, err := words("stablehomes " + line + db)
		require.NoError(t, err)
		for _, columns := range []uint16{80, 200} {
			s := newScreen(t, columns)
			code := cli.Run(t.Context(), args, strings.NewReader(""), s.tty, io.Discard)
			shown := s.shown(t)
			require.Equal(t, 0, code, shown)
			for _, row := range strings.Split(shown, "\n") {
				if strings.HasPrefix(row, "│") || strings.HasPrefix(row, "├") {
					require.LessOrEqual(t, len([]rune(row)), int(columns), "%s: %s", line, row)
				}
			}
		}
	}
}
