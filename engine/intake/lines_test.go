package intake

import (
	"bufio"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"
)

// linesOf reads from a buffer that is smaller than most lines.
func linesOf(src io.Reader) *lines { return &lines{src: bufio.NewReaderSize(src, 16)} }

func nextLine(t *testing.T, l *lines) string {
	t.Helper()
	line, ok := l.next()
	require.True(t, ok)
	return string(line)
}

func TestLinesAreHandedOutOneByOne(t *testing.T) {
	l := linesOf(strings.NewReader("one\n\r\na line longer than the buffer\nlast"))
	for i, want := range []string{"one\n", "\r\n", "a line longer than the buffer\n", "last"} {
		l.begin()
		require.Equal(t, want, nextLine(t, l))
		require.Equal(t, want, string(l.record()))
		require.Equal(t, i+1, l.row)
	}
	l.begin()
	_, ok := l.next()
	require.False(t, ok)
	require.ErrorIs(t, l.err, io.EOF)
	_, ok = l.next()
	require.False(t, ok, "the end stays the end")
}

func TestARecordThatIsTakenBackIsReadAgainFromItsSecondLine(t *testing.T) {
	l := linesOf(strings.NewReader("1\n2\n3\n4\n5\n"))
	l.begin()
	require.Equal(t, "1\n", nextLine(t, l))
	l.begin()
	for _, want := range []string{"2\n", "3\n", "4\n"} {
		require.Equal(t, want, nextLine(t, l))
	}
	require.Equal(t, "2\n3\n4\n", string(l.record()))
	l.takeBack()
	require.Equal(t, "2\n", string(l.record()))
	require.Equal(t, 2, l.row)

	l.begin()
	require.Equal(t, "3\n", nextLine(t, l))
	require.Equal(t, "4\n", nextLine(t, l))
	require.Equal(t, "5\n", nextLine(t, l))
	l.takeBack()
	l.begin()
	require.Equal(t, "4\n", nextLine(t, l))
	l.begin()
	require.Equal(t, "5\n", nextLine(t, l))
	require.Equal(t, 5, l.row)
	l.begin()
	_, ok := l.next()
	require.False(t, ok)
}

func TestALineThatIsTooLongIsCutAndStaysTooLong(t *testing.T) {
	for _, over := range []int{0, 1, 2, 1000, MaxRecord} {
		l := linesOf(strings.NewReader(strings.Repeat("x", MaxRecord+over) + "\nnext\n"))
		l.begin()
		line := nextLine(t, l)
		require.Len(t, line, MaxRecord+1)
		require.True(t, strings.HasSuffix(line, "x\n"))
		l.begin()
		require.Equal(t, "next\n", nextLine(t, l))
		require.Equal(t, 2, l.row)
	}
}

func TestAnUnfinishedLineOfASourceThatFailsIsLeftOut(t *testing.T) {
	l := linesOf(io.MultiReader(strings.NewReader("whole\nhalf of a line"), iotest.ErrReader(io.ErrClosedPipe)))
	l.begin()
	require.Equal(t, "whole\n", nextLine(t, l))
	l.begin()
	_, ok := l.next()
	require.False(t, ok)
	require.ErrorIs(t, l.err, io.ErrClosedPipe)
	require.Equal(t, 1, l.row)
}

func TestLinesThatAreTakenBackAgainAndAgainAreLetGoOf(t *testing.T) {
	l := linesOf(strings.NewReader(strings.Repeat(strings.Repeat("x", 1<<16)+"\n", 200)))
	l.begin()
	nextLine(t, l)
	for {
		if _, ok := l.next(); !ok {
			break
		}
		l.takeBack()
		l.begin()
		nextLine(t, l)
		require.LessOrEqual(t, len(l.buf), 2*MaxRecord, "after row %d", l.row)
	}
	require.Equal(t, 200, l.row)
	require.Len(t, l.record(), 1<<16+1)
}
