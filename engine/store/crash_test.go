package store

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine/care"
)

// crashDirEnv makes the test binary a program that writes to a store until it
// is killed.
const crashDirEnv = "STABLEHOMES_TEST_CRASH_DIR"

// crashChild prints the number of each change once it is acknowledged.
func crashChild(dir string) {
	s, err := Open(context.Background(), dir, Options{Create: true})
	if err != nil {
		fmt.Println("error", err)
		return
	}
	for i := 0; ; i++ {
		r, err := s.Do(context.Background(), "", change("import homes", putHomes(crashHomes(i)...)))
		if err != nil {
			fmt.Println("error", err)
			return
		}
		fmt.Println(r.Number)
	}
}

// crashHomes differ in each change, so that each is an entry, and overwrite one
// another, so that there is history.
func crashHomes(i int) []care.Home {
	homes := make([]care.Home, 50)
	for j := range homes {
		homes[j] = home(care.ID(fmt.Sprintf("H-%03d", (i*37+j)%500)), 1)
		homes[j].Provider = strings.Repeat("x", i%100) + strconv.FormatInt(time.Now().UnixNano(), 10)
	}
	return homes
}

func TestCrashLosesNothingThatWasAcknowledged(t *testing.T) {
	rounds := 20
	if testing.Short() {
		rounds = 5
	}
	dir, acknowledged := t.TempDir(), uint64(0)
	for round := range rounds {
		last := runAndKill(t, dir, time.Duration(30+17*round)*time.Millisecond)
		acknowledged = max(acknowledged, last)

		m, err := readHead(dir)
		require.NoError(t, err)
		require.False(t, m.clean, "a kill is not a proper close")
		require.GreaterOrEqual(t, m.head.Number, acknowledged, "HEAD comes before the acknowledgement")

		s, err := Open(t.Context(), dir, Options{})
		require.NoError(t, err, "round %d, %d acknowledged", round, acknowledged)
		head := look(t, s).Head()
		require.GreaterOrEqual(t, head.Number, acknowledged)
		checkAndClose(t, s)
		acknowledged = head.Number
	}
	require.Positive(t, acknowledged)
}

// runAndKill lets the child work for a while and kills it without warning. It
// returns the last number that the child acknowledged.
func runAndKill(t *testing.T, dir string, after time.Duration) (last uint64) {
	child := exec.Command(os.Args[0])
	child.Env = append(os.Environ(), crashDirEnv+"="+dir)
	out, err := child.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, child.Start())
	lines := bufio.NewReader(out)
	first, err := lines.ReadString('\n') // it is up and has made a change
	require.NoError(t, err)
	time.AfterFunc(after, func() { _ = child.Process.Kill() })
	rest, err := io.ReadAll(lines)
	require.NoError(t, err)
	require.Error(t, child.Wait(), "it was killed")
	for _, line := range strings.Split(first+string(rest), "\n") {
		if line == "" {
			continue
		}
		n, err := strconv.ParseUint(line, 10, 64)
		require.NoError(t, err, line)
		last = n
	}
	return last
}

func TestCrashCopyOfAnOpenStoreOpens(t *testing.T) {
	dir := t.TempDir()
	s := create(t, dir)
	for i := range 30 {
		do(t, s, putHomes(crashHomes(i)...))
	}
	want := look(t, s).Head()
	copied := t.TempDir()
	require.NoError(t, os.CopyFS(copied, os.DirFS(dir)))
	checkAndClose(t, s)

	again, err := Open(t.Context(), copied, Options{})
	require.NoError(t, err)
	require.Equal(t, want, look(t, again).Head())
	checkAndClose(t, again)
}

// written is the length of a log without the zeroes that it was reserved with.
func written(log []byte) int { return len(bytes.TrimRight(log, "\x00")) }

func TestCrashWithAFlippedBitInTheLogIsNotTakenForAShorterJournal(t *testing.T) {
	dir := t.TempDir()
	s := create(t, dir)
	for i := range 12 {
		do(t, s, putHomes(crashHomes(i)...))
	}
	crashed := t.TempDir()
	require.NoError(t, os.CopyFS(crashed, os.DirFS(dir)))
	checkAndClose(t, s)

	logs, err := filepath.Glob(filepath.Join(crashed, dataName, "*.mem"))
	require.NoError(t, err)
	require.Len(t, logs, 1)
	log, err := os.ReadFile(logs[0])
	require.NoError(t, err)
	parts := 10
	if testing.Short() {
		parts = 3
	}
	for part := range parts {
		copied := t.TempDir()
		require.NoError(t, os.CopyFS(copied, os.DirFS(crashed)))
		spoilt := bytes.Clone(log)
		spoilt[written(log)*part/parts+30] ^= 1 // past the 20 bytes of its header
		require.NoError(t, os.WriteFile(filepath.Join(copied, dataName, filepath.Base(logs[0])), spoilt, 0o600))
		_, err := Open(t.Context(), copied, Options{})
		require.ErrorIs(t, err, ErrLost, "part %d", part)
	}
}

func TestCrashInTheMiddleOfAnImportIsMendedByRunningItAgain(t *testing.T) {
	homes := manyHomes(6000)
	importTo := func(s *Store, homes []care.Home) {
		for part := range slices.Chunk(homes, 1000) {
			_, err := InParts(t.Context(), s, part, func(v *View, part []care.Home) (*Change, error) {
				return change("import homes", putHomes(part...))(v)
			})
			require.NoError(t, err)
		}
	}
	dir, whole := t.TempDir(), t.TempDir()
	s := create(t, dir)
	importTo(s, homes[:3500])
	require.NoError(t, os.CopyFS(whole, os.DirFS(dir)))
	checkAndClose(t, s)

	s, err := Open(t.Context(), whole, Options{})
	require.NoError(t, err)
	importTo(s, homes)
	require.Equal(t, homes, collect(t, look(t, s).Homes()))
	require.Equal(t, uint64(7), look(t, s).Head().Number, "three parts and a half, then the rest of that part and two more")
	checkAndClose(t, s)
}

func TestHistoryOutlivesTheRewritingOfTables(t *testing.T) {
	if testing.Short() {
		t.Skip("writes some 100 MB")
	}
	dir := t.TempDir()
	s := create(t, dir)
	homes := typicalHomes(20_000)
	for round := range 8 {
		for i := range homes {
			homes[i].Beds = round
		}
		for part := range slices.Chunk(homes, 4000) {
			do(t, s, putHomes(part...))
		}
	}
	checkAndClose(t, s)
	s, err := Open(t.Context(), dir, Options{})
	require.NoError(t, err)
	v := look(t, s)
	require.Equal(t, homes, collect(t, v.Homes()))
	then, err := v.AsOf(5)
	require.NoError(t, err)
	for h, err := range then.Homes() {
		require.NoError(t, err)
		require.Zero(t, h.Beds)
	}
	checkAndClose(t, s)
}
