package engine_test

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine"
)

// killDirEnv makes the test binary a program that imports into a store until it
// is done or killed, and writes a line for every thousand rows that it has read.
const killDirEnv = "STABLEHOMES_TEST_KILL_DIR"

// The files of the import that is killed: 24,000 rows.
const (
	killHomes      = 12_000
	killChildren   = 6_000
	killPlacements = 6_000
)

// killFiles are written for each kind in the order in which they are imported.
func killFiles() map[engine.Kind]string {
	var children, placements strings.Builder
	children.WriteString("id,dob,authority,group,wishes\n")
	placements.WriteString("id,child,home,start\n")
	for i := range killChildren {
		fmt.Fprintf(&children, "C-%06d,2014-03-%02d,%s,G-%06d,I want to stay at my school.\n", i, 1+i%28, leeds, i/3)
	}
	for i := range killPlacements {
		fmt.Fprintf(&placements, "P-%06d,C-%06d,H-%06d,2026-0%d-01\n", i, i%killChildren, i*7%killHomes, 1+i%9)
	}
	return map[engine.Kind]string{engine.Homes: manyHomes(killHomes, 500), engine.Children: children.String(), engine.Placements: placements.String()}
}

// importAll imports the three files into a store.
func importAll(ctx context.Context, eng *engine.Engine, progress func(int)) error {
	files := killFiles()
	for _, kind := range everyKind {
		report, err := eng.Import(ctx, engine.Import{Kind: kind, Files: []engine.File{text(string(kind)+".csv", files[kind])}, By: "A. Officer", At: three(), Progress: progress})
		if err != nil || report.Rejected > 0 {
			return fmt.Errorf("%+v: %w", report, err)
		}
	}
	return nil
}

// importToBeKilled is the program.
func importToBeKilled(dir string) int {
	eng, err := engine.Open(context.Background(), dir)
	if err == nil {
		err = importAll(context.Background(), eng, func(rows int) { fmt.Println(rows) })
	}
	if err == nil {
		err = eng.Close()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

// killLines is how many lines the program writes: one for every thousand rows
// and one at the end of each file.
const killLines = (killHomes+killChildren+killPlacements)/1000 + 3

// runAndKill starts the program and kills it without warning, a while after it
// has written so many lines. It says whether the program was done before.
func runAndKill(t *testing.T, dir string, lines int, after time.Duration) (done bool) {
	t.Helper()
	program := exec.Command(os.Args[0])
	program.Env = append(os.Environ(), killDirEnv+"="+dir)
	program.Stderr = os.Stderr
	out, err := program.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, program.Start())
	written := bufio.NewScanner(out)
	for range lines {
		require.True(t, written.Scan(), "the program ended by itself")
	}
	timer := time.AfterFunc(after, func() { _ = program.Process.Kill() })
	defer timer.Stop()
	for written.Scan() {
	}
	return program.Wait() == nil
}

func TestAnImportKilledAtAnyMomentCanBeRunAgain(t *testing.T) {
	if testing.Short() {
		t.Skip("what is killed is a program of its own, which the race detector only slows down")
	}
	const moments = 10
	seed := *seedFlag
	if seed == 0 {
		seed = uint64(time.Now().UnixNano())
	}
	t.Logf("-seed=%d", seed)
	dice := rand.New(rand.NewPCG(seed, 0))

	never := filepath.Join(t.TempDir(), "never-killed")
	require.True(t, runAndKill(t, never, killLines, time.Hour))
	eng := open(t, never)
	want, wantHead := exports(t, eng), head(t, eng)
	require.NoError(t, eng.Close())

	unfinished := 0
	for moment := range moments {
		lines := 1 + (moment*(killLines-4)+dice.IntN(killLines-4))/moments
		after := time.Duration(dice.IntN(30_000)) * time.Microsecond
		dir := filepath.Join(t.TempDir(), fmt.Sprint("killed-", moment))
		if !runAndKill(t, dir, lines, after) {
			unfinished++
		}
		eng := open(t, dir) // which checks everything, as it was not closed properly
		t.Logf("killed %v after line %d of %d, at entry %d of %d", after, lines, killLines, head(t, eng).Number, wantHead.Number)
		require.NoError(t, importAll(t.Context(), eng, nil))
		require.Equal(t, wantHead, head(t, eng))
		require.True(t, want == exports(t, eng), "the exports differ")
		require.NoError(t, eng.Close())
		require.NoError(t, os.RemoveAll(dir))
	}
	require.Greater(t, unfinished, moments/2, "most were killed before they were done")
}
