package store

import (
	"errors"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestTooLittleRoomIsRefusedBeforeAnythingIsWritten(t *testing.T) {
	const gb = 1 << 30
	for name, c := range map[string]struct {
		free, total, needed uint64
		known               bool
	}{
		"a small disk, enough":        {300 << 20, gb, 0, true},
		"a small disk, too little":    {255 << 20, gb, 256 << 20, true},
		"a disk, enough":              {3 * gb, 50 * gb, 0, true},
		"a disk, under 5 %":           {2 * gb, 60 * gb, 3 * gb, true},
		"a large disk, enough":        {4 * gb, 1000 * gb, 0, true},
		"a large disk, too little":    {4*gb - 1, 1000 * gb, 4 * gb, true},
		"a system that does not tell": {0, 0, 0, false},
	} {
		s := create(t, t.TempDir())
		do(t, s, putHomes(home("H-1", 1)))
		atRest(t, s)
		s.space = func(dir string) (uint64, uint64, bool) {
			require.Equal(t, s.dir, dir)
			return c.free, c.total, c.known
		}
		_, err := s.Do(t.Context(), "op-2", change("x", putHomes(home("H-2", 1))))
		if c.needed == 0 {
			require.NoError(t, err, name)
		} else {
			require.ErrorIs(t, err, ErrFull, name)
			var full *FullError
			require.ErrorAs(t, err, &full)
			require.Equal(t, FullError{Dir: s.dir, Free: c.free, Needed: c.needed}, *full)
			require.Equal(t, uint64(1), look(t, s).Head().Number, name)
		}
		_, err = s.Do(t.Context(), "", change("nothing", putHomes(home("H-1", 1))))
		require.NoError(t, err, "what changes nothing needs no room")
		_, err = s.Do(t.Context(), "", func(*View) (*Change, error) { return nil, errDisk })
		require.Equal(t, errDisk, err, "a refusal needs none either")
		atRest(t, s)
		s.space = func(string) (uint64, uint64, bool) { return 2 * gb, gb, true }
		require.NoError(t, second(s.Do(t.Context(), "op-2", change("x", putHomes(home("H-2", 1))))), "once there is room it is made")
		checkAndClose(t, s)
	}
}

// atRest waits until nobody decides or writes: a change is acknowledged before its
// batch is put away.
func atRest(t *testing.T, s *Store) {
	require.Eventually(t, func() bool {
		s.line.mu.Lock()
		defer s.line.mu.Unlock()
		return !s.line.led
	}, 10*time.Second, time.Millisecond)
}

func TestAFullDiskSaysHowMuchIsMissing(t *testing.T) {
	err := &FullError{Dir: "/srv/db", Free: 100<<20 + 5, Needed: 256 << 20}
	require.EqualError(t, err, "/srv/db: the disk is nearly full: 100 MB are free and 256 MB have to be; make room, and ask again: nothing was written")
}

func TestDiskSpaceIsThatOfTheDirectory(t *testing.T) {
	free, total, known := diskSpace(t.TempDir())
	if !known {
		t.Skip("this system does not tell")
	}
	require.Positive(t, total)
	require.LessOrEqual(t, free, total)
	_, _, known = diskSpace(filepath.Join(t.TempDir(), "nowhere"))
	require.False(t, known)
}

// smallDisk is a file system of so many megabytes of its own, if the test may
// make one.
func smallDisk(t *testing.T, megabytes string) string {
	if runtime.GOOS != "linux" || os.Geteuid() != 0 {
		t.Skip("only root on Linux may mount a disk")
	}
	dir := t.TempDir()
	if out, err := exec.Command("mount", "-t", "tmpfs", "-o", "size="+megabytes+"m", "tmpfs", dir).CombinedOutput(); err != nil {
		t.Skipf("no disk can be mounted here: %s", out)
	}
	t.Cleanup(func() { require.NoError(t, exec.Command("umount", "-l", dir).Run()) })
	return dir
}

func TestADiskThatFillsUpLosesNothing(t *testing.T) {
	if testing.Short() {
		t.Skip("one goroutine, and stores opened again and again")
	}
	disk := smallDisk(t, "330")
	dir := filepath.Join(disk, "stablehomes.db")
	s := create(t, dir)
	fill := filepath.Join(disk, "somebody else's")
	fillUp := func(left uint64) {
		free, _, _ := diskSpace(disk)
		require.NoError(t, os.WriteFile(fill, make([]byte, free-left), 0o600))
	}
	fillUp(roomToWrite + 20<<20)
	acknowledged, dice := uint64(0), rand.New(rand.NewPCG(1, 0))
	var err error
	for i := 0; err == nil && i < 100; i++ {
		var r Receipt
		homes := manyHomes(700)
		for j := range homes { // words that do not become shorter when they are compressed
			for range 60 {
				homes[j].Provider += strconv.FormatUint(dice.Uint64(), 36)
			}
		}
		if r, err = s.Do(t.Context(), "", change("import", putHomes(homes...))); err == nil {
			acknowledged = r.Number
		}
	}
	require.ErrorIs(t, err, ErrFull)
	require.Greater(t, acknowledged, uint64(2))
	require.Equal(t, acknowledged, look(t, s).Head().Number, "it can still be read")
	checkAndClose(t, s)

	require.NoError(t, os.Remove(fill))
	fillUp(20 << 20)
	_, err = Open(t.Context(), dir, Options{})
	require.ErrorIs(t, err, ErrFull, "not even its logs would fit")
	s, err = Open(t.Context(), dir, Options{ReadOnly: true})
	require.NoError(t, err, "reading needs no room")
	require.Equal(t, acknowledged, look(t, s).Head().Number)
	checkAndClose(t, s)

	require.NoError(t, os.Remove(fill))
	s, err = Open(t.Context(), dir, Options{})
	require.NoError(t, err)
	require.Equal(t, acknowledged, look(t, s).Head().Number)
	checkAndClose(t, s)
}

func TestADiskThatCannotBeWrittenIsReadAndLeftAlone(t *testing.T) {
	disk := smallDisk(t, "330")
	dir := filepath.Join(disk, "stablehomes.db")
	s := create(t, dir)
	do(t, s, putHomes(home("H-1", 1)))
	checkAndClose(t, s)
	require.NoError(t, exec.Command("mount", "-o", "remount,ro", disk).Run())
	_, err := Open(t.Context(), dir, Options{})
	require.Error(t, err)
	require.False(t, errors.Is(err, ErrDamaged) || errors.Is(err, ErrLost), "%v", err)
	_, err = Open(t.Context(), filepath.Join(disk, "another"), Options{Create: true})
	require.Error(t, err)
	s, err = Open(t.Context(), dir, Options{ReadOnly: true})
	require.NoError(t, err)
	require.Equal(t, uint64(1), look(t, s).Head().Number)
	checkAndClose(t, s)
}
