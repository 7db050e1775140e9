package cli_test

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// build makes the binary as it is shipped: static, without cgo.
var build = sync.OnceValues(func() (string, error) {
	name := filepath.Join(shared, "stablehomes")
	cmd := exec.Command("go", "build", "-o", name, "./stablehomes")
	cmd.Dir = home
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("go build: %w\n%s", err, out)
	}
	return name, nil
})

// shipped is a command of the shipped program in a process of its own.
func shipped(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	if testing.Short() {
		t.Skip("the binary is not built in a short run")
	}
	name, err := build()
	require.NoError(t, err)
	return exec.CommandContext(t.Context(), name, args...)
}

func TestTheExitCodeReachesTheShell(t *testing.T) {
	away(t)
	for line, code := range map[string]int{
		"--help":                            0,
		"match --child C-104 --ready false": 2,
		"export homes":                      1,
		boyOf15 + " --db " + countyStore(t): 3,
		"match --child C-104" + onTheDay + " --db " + countyStore(t): 0,
	} {
		args, err := words(line)
		require.NoError(t, err)
		cmd := shipped(t, args...)
		var out, errs bytes.Buffer
		cmd.Stdout, cmd.Stderr = &out, &errs
		err = cmd.Run()
		require.Equal(t, code, cmd.ProcessState.ExitCode(), "%s: %v\n%s", line, err, &errs)
		same := run(t, line)
		require.Equal(t, []string{same.out, same.err}, []string{out.String(), errs.String()}, line)
	}
}

func TestStandardInputReachesTheProgram(t *testing.T) {
	away(t)
	cmd := shipped(t, "import", "homes", "-")
	cmd.Stdin = strings.NewReader(homesHeader + goodHome("H-1"))
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s", out)
	require.Contains(t, string(out), "1 new")
}

// endless writes homes until nobody reads them any more, and says when the first
// change of the store must have been made.
func endless(to io.WriteCloser, begun chan<- struct{}) {
	_, err := io.WriteString(to, homesHeader)
	for i := 0; err == nil; i++ {
		if i == 10_000 {
			close(begun)
		}
		_, err = io.WriteString(to, goodHome(fmt.Sprintf("H-%06d", i)))
	}
}

func TestAnImportThatIsInterruptedKeepsWhatItAcknowledged(t *testing.T) {
	away(t)
	cmd := shipped(t, "import", "homes", "-")
	in, err := cmd.StdinPipe()
	require.NoError(t, err)
	var errs bytes.Buffer
	cmd.Stderr = &errs
	require.NoError(t, cmd.Start())
	begun := make(chan struct{})
	go endless(in, begun)
	wait(t, begun)
	require.NoError(t, cmd.Process.Signal(os.Interrupt))
	require.Error(t, cmd.Wait())
	require.Equal(t, 130, cmd.ProcessState.ExitCode(), &errs)
	require.Contains(t, errs.String(), "interrupted; what was acknowledged is kept")
	require.Contains(t, errs.String(), "rows read when it was stopped: ", "more was read than is kept")
	require.NotContains(t, errs.String(), "goroutine ")
	rows := strings.Split(strings.TrimSpace(run(t, "export homes").is(t, 0).out), "\n")[1:]
	require.NotEmpty(t, rows, "the store opens again, with what was acknowledged")
	for i, row := range rows {
		require.True(t, strings.HasPrefix(row, fmt.Sprintf("H-%06d,", i)), "the first so many rows, and no other: %s", row)
	}
	run(t, "import homes "+keep(t, "more.csv", homesHeader+goodHome("H-000000")+goodHome("Z-1"))).is(t, 0, "1 new", "1 as they were")
}

func TestAnInterruptIsHeededWhileNothingComesIn(t *testing.T) {
	away(t)
	cmd := shipped(t, "import", "homes", "-")
	in, err := cmd.StdinPipe()
	require.NoError(t, err)
	defer in.Close()
	require.NoError(t, cmd.Start())
	_, err = io.WriteString(in, homesHeader+goodHome("H-1"))
	require.NoError(t, err)
	require.Eventually(t, func() bool { // the handler is in place before the store is made
		_, err := os.Stat(filepath.Join("stablehomes.db", "HEAD"))
		return err == nil
	}, patience, 5*time.Millisecond)
	require.NoError(t, cmd.Process.Signal(os.Interrupt))
	ended := make(chan struct{})
	go func() {
		_ = cmd.Wait() // the code says it
		close(ended)
	}()
	wait(t, ended)
	require.Equal(t, 130, cmd.ProcessState.ExitCode())
}

func wait(t *testing.T, ended <-chan struct{}) {
	t.Helper()
	select {
	case <-ended:
	case <-time.After(patience):
		t.Fatal("the program does not come to an end")
	}
}

func TestAReaderWhoHasSeenEnough(t *testing.T) {
	away(t)
	args, err := words("match --why-not=all --limit 1000 --csv --child C-104 --db " + countyStore(t) + onTheDay)
	require.NoError(t, err)
	for _, args := range [][]string{args, {"export", "--db", countyStore(t), "homes"}} {
		cmd := shipped(t, args...)
		r, w, err := os.Pipe()
		require.NoError(t, err)
		var errs bytes.Buffer
		cmd.Stdout, cmd.Stderr = w, &errs
		require.NoError(t, cmd.Start())
		require.NoError(t, w.Close())
		_, err = io.ReadFull(r, make([]byte, 10))
		require.NoError(t, err)
		require.NoError(t, r.Close()) // as head does
		_ = cmd.Wait()                // ended by the signal, or done before it came
		require.NotContains(t, errs.String(), "goroutine ")
		require.NotContains(t, errs.String(), "panic")
		status, ok := cmd.ProcessState.Sys().(syscall.WaitStatus)
		require.True(t, ok)
		require.True(t, status.ExitStatus() == 0 || status.Signaled() && status.Signal() == syscall.SIGPIPE, "%v: %s", cmd.ProcessState, &errs)
	}
	run(t, "export --db "+countyStore(t)+" homes").is(t, 0)
}
