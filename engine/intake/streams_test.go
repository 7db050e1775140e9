package intake

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine/care"
)

// messy is a file in which much is wrong.
func messy(t *testing.T) []byte {
	t.Helper()
	var b strings.Builder
	b.WriteString(homeHeader + "\r\n")
	for i := range 300 {
		id := fmt.Sprintf("H-%d", i)
		switch i % 7 {
		case 1:
			b.WriteString(id + ",foster\r\n")
		case 2:
			b.WriteString(id + `,foster,LS6 2AB,2,Leeds,"open` + "\r\n")
		case 3:
			b.WriteString("\r\n,,,,,\r\n")
		case 4:
			b.WriteString(id + ",foster,LS6 2AB,2,Leeds,Caf\xe9\r\n")
		case 5:
			b.WriteString(id + ",barn,LS6 2AB,2,Leeds,x\r\n")
		default:
			b.WriteString(goodHome(id) + "\r\n")
		}
	}
	return []byte(b.String())
}

func TestHowTheBytesArriveMakesNoDifference(t *testing.T) {
	src := messy(t)
	want := haulIn(Homes, bytes.NewReader(src), opts())
	require.Len(t, want.good, 128)
	require.Len(t, want.rejected, 129)
	for name, wrap := range map[string]func(io.Reader) io.Reader{
		"byte by byte":          iotest.OneByteReader,
		"half of what is asked": iotest.HalfReader,
		"the end with the data": iotest.DataErrReader,
		"as gzip":               func(r io.Reader) io.Reader { return bytes.NewReader(gzipped(t, string(src))) },
		"as gzip, byte by byte": func(r io.Reader) io.Reader {
			return iotest.OneByteReader(bytes.NewReader(gzipped(t, string(src))))
		},
	} {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, want, haulIn(Homes, wrap(bytes.NewReader(src)), opts()))
		})
	}
}

func TestRejectsReadAgainAreRejectedForTheSameReasons(t *testing.T) {
	first := haulIn(Homes, bytes.NewReader(messy(t)), opts())
	var out bytes.Buffer
	rejects := NewRejects(&out)
	for _, e := range first.rejected {
		require.NoError(t, rejects.Add(e))
	}
	second := haulIn(Homes, &out, opts())
	require.Empty(t, second.good)
	require.Len(t, second.rejected, len(first.rejected))
	for i, e := range second.rejected {
		was := first.rejected[i]
		require.Equal(t, i+2, e.Row)
		require.Equal(t, was.Column, e.Column)
		require.Equal(t, was.Why, e.Why)
		require.Equal(t, string(was.Raw), string(e.Raw))
	}
}

func TestAnExportOfAnImportOfAnExportIsTheSameBytes(t *testing.T) {
	for seed := range 50 {
		var first, second bytes.Buffer
		require.NoError(t, WriteChildren(&first, seqOf(genChild().Example(seed))))
		h := haulIn(Children, bytes.NewReader(first.Bytes()), Options{Resolver: exact{}})
		require.NoError(t, WriteChildren(&second, seqOf(h.good...)))
		require.Equal(t, first.String(), second.String())
	}
}

func TestTheOrderOfColumnsMakesNoDifference(t *testing.T) {
	rnd := newRand(t)
	for seed := range 30 {
		child := genChild().Example(seed)
		var b bytes.Buffer
		require.NoError(t, WriteChildren(&b, seqOf(child)))
		rows, err := csv.NewReader(&b).ReadAll()
		require.NoError(t, err)
		rnd.Shuffle(len(rows[0]), func(i, j int) {
			for _, row := range rows {
				row[i], row[j] = row[j], row[i]
			}
		})
		w := csv.NewWriter(&b)
		w.Comma = []rune{',', ';', '\t'}[seed%3]
		require.NoError(t, w.WriteAll(rows))
		h := haulIn(Children, &b, Options{Resolver: exact{}})
		require.Empty(t, sentences(h))
		// encoding/csv has taken the carriage return off line ends within cells
		child.Wishes = strings.ReplaceAll(child.Wishes, "\r\n", "\n")
		require.Equal(t, []care.Child{child}, h.good)
	}
}

func TestSeveralFilesAreReadAtTheSameTime(t *testing.T) {
	src := messy(t)
	want := haulIn(Homes, bytes.NewReader(src), opts())
	hauls := make([]haul[care.Home], 4)
	var wait sync.WaitGroup
	for i := range hauls {
		wait.Go(func() { hauls[i] = haulIn(Homes, bytes.NewReader(src), opts()) })
	}
	wait.Wait()
	for _, h := range hauls {
		require.Equal(t, want, h)
	}
}

// endless is a file that goes on with the same line.
type endless struct {
	line string
	left int // bytes
	at   int
}

func (e *endless) Read(p []byte) (int, error) {
	if e.left <= 0 {
		return 0, io.EOF
	}
	n := copy(p[:min(len(p), e.left)], e.line[e.at:])
	e.at, e.left = (e.at+n)%len(e.line), e.left-n
	return n, nil
}

// A quotation mark that opens in the last cell, where a line end may stand, and
// never closes makes the reader look ahead; it must not keep what it looked at.
func TestLookingAheadTakesBoundedMemory(t *testing.T) {
	const size = 16 << 20
	header, words := "id,dob,authority,wishes\n", strings.Repeat("x", 400)
	for name, line := range map[string]string{
		"no line end":       "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
		"an open quote":     "C,2015-01-01,Leeds,\"\n" + strings.Repeat("C,x,Leeds,"+words+"\n", 12_000),
		"one cell too many": "C,2015-01-01,Leeds,x," + words + "\n",
	} {
		t.Run(name, func(t *testing.T) {
			var before, now runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&before)
			src := io.MultiReader(strings.NewReader(header), &endless{line: line, left: max(1, size/len(line)) * len(line)})
			rows, most := 0, uint64(0)
			for item, err := range Children(context.Background(), src, opts()) {
				require.NoError(t, err)
				require.NotNil(t, item.Invalid)
				if rows++; rows%5_000 == 1 {
					runtime.GC()
					runtime.ReadMemStats(&now)
					most = max(most, now.HeapAlloc)
				}
			}
			require.NotZero(t, rows)
			require.Less(t, most, before.HeapAlloc+8*MaxRecord)
		})
	}
}

// Real files of a council's return are no homes, children or placements; each is
// refused in a sentence.
func TestOtherPeoplesFilesAreRefusedPolitely(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("..", "..", "..", "shared", "data", "*.csv"))
	require.NoError(t, err)
	more, err := filepath.Glob(filepath.Join("..", "..", "..", "shared", "data", "ssda903", "*.csv"))
	require.NoError(t, err)
	if files = append(files, more...); len(files) == 0 {
		t.Skip("no public files are here")
	}
	for _, path := range files {
		src, err := os.ReadFile(path)
		require.NoError(t, err)
		for _, err := range []error{
			haulIn(Homes, bytes.NewReader(src), opts()).err,
			haulIn(Children, bytes.NewReader(src), opts()).err,
			haulIn(Placements, bytes.NewReader(src), opts()).err,
		} {
			var fault *FileError
			require.ErrorAs(t, err, &fault, path)
			require.NotContains(t, fault.Error(), "\n")
		}
	}
}
