package intake

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"flag"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var seed = flag.Uint64("seed", 0, "seed of the random files; 0 takes a new one")

// newRand says which seed it took where the test fails.
func newRand(t *testing.T) *rand.Rand {
	t.Helper()
	s := *seed
	if s == 0 {
		s = rand.Uint64()
	}
	t.Logf("-seed %d", s)
	return rand.New(rand.NewPCG(s, 0))
}

// piece is a stretch of a file and whether it was rejected.
type piece struct {
	raw string
	bad bool
}

// proseLast says that line ends may stand in the last cell.
func proseLast(width int) []bool {
	prose := make([]bool, width)
	prose[width-1] = true
	return prose
}

// noRow takes nothing for a row.
func noRow([]string) bool { return false }

// split cuts a file into the records that the reader makes of it. Blank lines
// before a record are left out, as the reader does.
func split(file string, width int) []piece {
	r := newRecords(lines{src: bufio.NewReaderSize(strings.NewReader(file), 16)}, ',', proseLast(width), noRow)
	var all []piece
	for {
		rec, err := r.next()
		if err != nil {
			return all
		}
		all = append(all, piece{string(rec.raw), rec.fault != nil})
	}
}

// oracle does the same by trying, from each line on, ever more lines until they
// are one record to a fresh encoding/csv.
func oracle(file string, width int) []piece {
	var all []piece
	lines := strings.SplitAfter(file, "\n")
	for i := 0; i < len(lines); {
		if strings.Trim(lines[i], "\r\n") == "" {
			i++
			continue
		}
		n, ok := oracleRecord(lines[i:], width)
		all = append(all, piece{strings.Join(lines[i:i+n], ""), !ok})
		i += n
	}
	return all
}

// oracleRecord is how many lines the first record has, and whether it is sound.
func oracleRecord(lines []string, width int) (int, bool) {
	for n := 1; n <= len(lines); n++ {
		raw := strings.Join(lines[:n], "")
		if strings.Count(raw, `"`)%2 == 1 {
			continue
		}
		r := csv.NewReader(strings.NewReader(raw))
		r.FieldsPerRecord = -1
		cells, err := r.ReadAll()
		if err != nil || len(cells) != 1 || n > 1 && !oneRecord(cells[0], width) {
			return 1, false
		}
		sound := len(cells[0]) == width || strings.TrimSpace(strings.Join(cells[0], "")) == ""
		if !sound && n > 1 {
			return 1, false
		}
		return n, sound
	}
	return 1, false
}

func oneRecord(cells []string, width int) bool {
	return len(cells) == width && !strings.Contains(strings.Join(cells[:width-1], ""), "\n")
}

func TestRecoveryAgreesWithTryingEveryStretchOfLines(t *testing.T) {
	rnd := newRand(t)
	alphabet := []string{"a", "b", ",", ",", `"`, `"`, `""`, "\n", "\n", "\r\n", " ", ",\"", "\"\n", "x,y,z\n"}
	recovered := 0
	for range 20_000 {
		var b strings.Builder
		for range rnd.IntN(30) {
			b.WriteString(alphabet[rnd.IntN(len(alphabet))])
		}
		file := b.String()
		want := oracle(file, 3)
		require.Equal(t, want, split(file, 3), "%q", file)
		for _, p := range want {
			if !p.bad && strings.Count(p.raw, "\n") > 1 {
				recovered++
			}
		}
	}
	require.NotZero(t, recovered, "no record over several lines was tried")
}

// What is read, rejected and blank is the file, byte for byte.
func TestNoByteOfAFileIsLost(t *testing.T) {
	rnd := newRand(t)
	for range 5_000 {
		var b strings.Builder
		for range rnd.IntN(40) {
			b.WriteByte("ab,,\"\"\n\n\r\x00\xe9 "[rnd.IntN(12)])
		}
		file := b.String()
		var parts []string
		for _, p := range split(file, 3) {
			parts = append(parts, p.raw)
		}
		rest := file
		for _, part := range parts {
			before, after, found := strings.Cut(rest, part)
			require.True(t, found, "%q in %q", part, file)
			require.Empty(t, strings.Trim(before, "\r\n"), "%q", file)
			rest = after
		}
		require.Empty(t, strings.Trim(rest, "\r\n"), "%q", file)
	}
}

func TestAQuoteThatSwallowsAMegabyteCostsOneLine(t *testing.T) {
	line := "a,b," + strings.Repeat("c", 996) + "\n"
	file := `x,y,"` + "\n" + strings.Repeat(line, 3000)
	got := split(file, 3)
	require.Len(t, got, 3001)
	require.Equal(t, piece{`x,y,"` + "\n", true}, got[0])
	for _, p := range got[1:] {
		require.Equal(t, piece{line, false}, p)
	}
}

// Every 51st line opens a quotation mark, which the next such line closes wrongly:
// the lines between are read again, as rows.
func TestManyUnclosedQuotesCostALineEach(t *testing.T) {
	file := strings.Repeat(`a,b,"c`+"\n"+strings.Repeat("d,e,f\n", 50), 2000)
	got := split(file, 3)
	require.Len(t, got, 2000*51)
	for i, p := range got {
		require.Equal(t, i%51 == 0, p.bad)
	}
}

func TestALineAsLongAsAllowedIsRead(t *testing.T) {
	longest := "a,b," + strings.Repeat("c", MaxRecord-5) + "\n"
	require.Len(t, longest, MaxRecord)
	require.Equal(t, []piece{{longest, false}}, split(longest, 3))

	tooLong := "a,b," + strings.Repeat("c", MaxRecord-4) + "\n"
	got := split(tooLong+longest, 3)
	require.Len(t, got, 2)
	require.Equal(t, piece{longest, false}, got[1])
	require.True(t, got[0].bad)
	require.True(t, split(got[0].raw, 3)[0].bad, "what is kept of it is rejected again")
}

func TestLineEndsWithinACellAreKept(t *testing.T) {
	r := newRecords(lines{src: bufio.NewReader(strings.NewReader("a,b,\"one\r\ntwo\nthree\r\n\"\r\nd,e,f"))}, ',', proseLast(3), noRow)
	rec, err := r.next()
	require.NoError(t, err)
	require.Nil(t, rec.fault)
	require.Equal(t, []string{"a", "b", "one\r\ntwo\nthree\r\n"}, rec.cells)
	rec, err = r.next()
	require.NoError(t, err)
	require.Equal(t, []string{"d", "e", "f"}, rec.cells)
	require.Equal(t, 5, rec.row)
	require.Equal(t, "d,e,f", string(bytes.Clone(rec.raw)))
}
