package store

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
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

var crashFlag = flag.Int("crash", 0, "how often a writing program is killed; 0 takes 25, or 5 in short tests")

// crashDirEnv makes the test binary a program that writes to a store until it
// is killed. crashKeyEnv makes it an encrypted one.
const (
	crashDirEnv = "STABLEHOMES_TEST_CRASH_DIR"
	crashKeyEnv = "STABLEHOMES_TEST_CRASH_KEY"
)

// crashBeds is how many beds the home has that every writer is after.
const crashBeds = 2

// crashChild prints the operation of each change once it is acknowledged. Eight
// writers share its commits: some import homes, some hold and let go the beds of
// one home.
func crashChild(dir string) {
	ctx, o := context.Background(), Options{Create: true}
	if os.Getenv(crashKeyEnv) != "" {
		o.Key = someKey(7)
	}
	s, err := Open(ctx, dir, o)
	if err != nil {
		fmt.Println("error", err)
		return
	}
	born := time.Now().UnixNano()
	for writer := range 8 {
		go func() {
			for i := 0; ; i++ {
				op := fmt.Sprintf("%d-%d-%d", born, writer, i)
				decide := change("import homes", putHomes(crashHomes(i, 5)...))
				if writer%2 == 0 {
					decide = change("hold", holdOrLetGo(care.ID("hold-"+op)))
				}
				if _, err := s.Do(ctx, op, decide); err != nil && !errors.Is(err, errTaken) {
					fmt.Println("error", err)
					return
				} else if err == nil {
					fmt.Println(op)
				}
			}
		}()
	}
	select {}
}

var errTaken = errors.New("every bed is taken")

// holdOrLetGo takes a bed of the home that everybody is after. Where there is
// none it is refused, or one is let go instead.
func holdOrLetGo(id care.ID) func(v *View, c *Change) error {
	return func(v *View, c *Change) error {
		o, err := c.Occupancy(v, "H-wanted")
		switch {
		case err != nil:
			return err
		case len(o.Holds) < crashBeds:
			o.Holds = append(o.Holds, care.Hold{ID: id, Children: []care.ID{"C-1"}, Until: noon, By: "A. Officer"})
		case id[len(id)-1]%2 == 0:
			return errTaken
		default:
			o.Holds = o.Holds[1:]
		}
		return nil
	}
}

// crashHomes differ in each change, so that each is an entry, and overwrite one
// another, so that there is history.
func crashHomes(i, n int) []care.Home {
	homes := make([]care.Home, n)
	for j := range homes {
		homes[j] = home(care.ID(fmt.Sprintf("H-%03d", (i*37+j)%500)), 1)
		homes[j].Provider = strings.Repeat("x", i%100) + strconv.FormatInt(time.Now().UnixNano(), 10)
	}
	return homes
}

func crashes() int {
	switch {
	case *crashFlag > 0:
		return *crashFlag
	case testing.Short():
		return 5
	}
	return 25
}

// crashesAStore is how often one store is killed at most before the next one is begun:
// every opening reads all of its past. Every other store is encrypted.
const crashesAStore = 25

func TestCrashLosesNothingThatWasAcknowledged(t *testing.T) {
	seed := max(*seedFlag, 1)
	r := rand.New(rand.NewPCG(seed, 0))
	acknowledged, kills := 0, min(crashesAStore, (crashes()+1)/2) // of two stores at least
	for round := 0; round < crashes(); {
		dir, key := t.TempDir(), someKey(7)
		if round/kills%2 == 0 {
			key = nil
		}
		upTo := uint64(0)
		for range min(kills, crashes()-round) {
			ops := runAndKill(t, dir, len(key) > 0, time.Duration(r.IntN(60_000))*time.Microsecond)
			acknowledged += len(ops)
			m, err := readHead(dir)
			require.NoError(t, err)
			require.False(t, m.clean, "a kill is not a proper close")
			upTo = reopen(t, dir, key, ops, upTo, fmt.Sprintf("-seed=%d, kill %d", seed, round))
			round++
		}
		require.NoError(t, os.RemoveAll(dir))
	}
	t.Logf("-seed=%d: %d kills, %d changes acknowledged, all of them there", seed, crashes(), acknowledged)
	require.Greater(t, acknowledged, crashes())
}

// reopen looks for every operation that was acknowledged, and at the beds after
// entries that came since: each of them, or one in so many of a long journal.
func reopen(t *testing.T, dir string, key []byte, ops []string, since uint64, where string) uint64 {
	s, err := Open(t.Context(), dir, Options{Key: key})
	require.NoError(t, err, where)
	v, err := s.View(t.Context())
	require.NoError(t, err)
	for _, op := range ops {
		_, done, err := v.receipt(op)
		require.NoError(t, err, where)
		require.True(t, done, "%s: operation %s was acknowledged and is not there", where, op)
	}
	for n := since; n <= v.Head().Number; n += 1 + v.Head().Number/500 {
		then, err := v.AsOf(n)
		require.NoError(t, err)
		o, err := then.Occupancy("H-wanted")
		require.NoError(t, err, where)
		require.LessOrEqual(t, len(o.Holds), crashBeds, "%s: a bed is held twice at entry %d", where, n)
	}
	head := v.Head().Number
	require.NoError(t, v.Close())
	checkAndClose(t, s)
	return head
}

// runAndKill lets the child work for a while and kills it without warning. It
// returns the operations that the child acknowledged.
func runAndKill(t *testing.T, dir string, encrypted bool, after time.Duration) (ops []string) {
	child := exec.Command(os.Args[0])
	child.Env = append(os.Environ(), crashDirEnv+"="+dir)
	if encrypted {
		child.Env = append(child.Env, crashKeyEnv+"=yes")
	}
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
	said := first + string(rest)
	for line := range strings.Lines(said) {
		if op, whole := strings.CutSuffix(line, "\n"); whole {
			require.NotContains(t, op, "error")
			ops = append(ops, op)
		}
	}
	return ops
}

func TestCrashCopyOfAnOpenStoreOpens(t *testing.T) {
	dir := t.TempDir()
	s := create(t, dir)
	for i := range 30 {
		do(t, s, putHomes(crashHomes(i, 50)...))
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
		do(t, s, putHomes(crashHomes(i, 50)...))
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
	const part = 1000
	dir, whole := t.TempDir(), t.TempDir()
	s := create(t, dir)
	importHomes(t, s, homes[:3500], part)
	require.NoError(t, os.CopyFS(whole, os.DirFS(dir)))
	checkAndClose(t, s)

	s, err := Open(t.Context(), whole, Options{})
	require.NoError(t, err)
	importHomes(t, s, homes, part)
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
