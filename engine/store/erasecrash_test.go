package store

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// eraseDirEnv makes the test binary a program that erases a child, and is killed.
const eraseDirEnv = "STABLEHOMES_TEST_ERASE_DIR"

func eraseChild(dir string) {
	s, err := Open(context.Background(), dir, Options{})
	if err != nil {
		fmt.Println("error", err)
		return
	}
	fmt.Println("open")
	if _, err := s.EraseChild(context.Background(), "", "C-ZOE", allowed); err != nil {
		fmt.Println("error", err)
		return
	}
	fmt.Println("erased")
	select {}
}

// TestAKillLeavesAChildWholeOrErased kills a program somewhere between the first
// step of an erasure and the last, and opens the store again.
func TestAKillLeavesAChildWholeOrErased(t *testing.T) {
	seed := max(*seedFlag, 1)
	r := rand.New(rand.NewPCG(seed, 0))
	tally := map[string]int{}
	for round := range min(12, crashes()) {
		dir := t.TempDir()
		s := aLife(t, dir, nil)
		v, err := s.View(t.Context())
		require.NoError(t, err)
		before := v.Head()
		require.NoError(t, v.Close())
		require.NoError(t, s.Close())

		acknowledged := killWhileErasing(t, dir, time.Duration(r.IntN(40_000))*time.Microsecond)
		left := len(traced(t, dir)) > 0
		s, err = Open(t.Context(), dir, Options{})
		require.NoError(t, err, "-seed=%d, kill %d", seed, round)
		v, err = s.View(t.Context())
		require.NoError(t, err)
		require.NoError(t, v.Extends(before))
		switch v.Head().Number {
		case before.Number:
			require.False(t, acknowledged)
			require.NotEmpty(t, traced(t, dir))
			c, err := v.Child("C-ZOE")
			require.NoError(t, err)
			require.Equal(t, unmistakable[0], c.Wishes)
			tally["whole"]++
		default:
			require.Empty(t, traced(t, dir), "-seed=%d, kill %d", seed, round)
			_, err := v.Child("C-ZOE")
			require.ErrorIs(t, err, ErrNotFound)
			require.False(t, acknowledged && left, "it said that no file had it any more")
			if left {
				tally["erased, and cleared by the next opening"]++
			} else {
				tally["erased"]++
			}
		}
		require.NoError(t, v.Close())
		checkAndClose(t, s)
		require.NoError(t, os.RemoveAll(dir))
	}
	t.Logf("-seed=%d: %v", seed, tally)
}

// killWhileErasing says whether the program could still say that it was done.
func killWhileErasing(t *testing.T, dir string, after time.Duration) bool {
	child := exec.Command(os.Args[0])
	child.Env = append(os.Environ(), eraseDirEnv+"="+dir)
	out, err := child.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, child.Start())
	lines := bufio.NewReader(out)
	first, err := lines.ReadString('\n')
	require.NoError(t, err)
	require.Equal(t, "open\n", first)
	time.AfterFunc(after, func() { _ = child.Process.Kill() })
	rest, err := io.ReadAll(lines)
	require.NoError(t, err)
	require.Error(t, child.Wait(), "it was killed")
	require.NotContains(t, string(rest), "error")
	return strings.Contains(string(rest), "erased\n")
}
