package gazetteer

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// made is a directory of n made-up postcodes, as bytes and as rows.
func made(t testing.TB, rnd *rand.Rand, n int) ([]byte, []sourceRow) {
	rows := madeUp(rnd, n)
	l, _, err := Build(context.Background(), strings.NewReader(csvOf(rows)), BuildOptions{})
	require.NoError(t, err)
	return written(t, l), rows
}

func openBytes(b []byte) (*Directory, error) {
	return OpenReader(bytes.NewReader(b), int64(len(b)))
}

func TestTwelveBytesARow(t *testing.T) {
	file, _ := made(t, seeded(t), 10*blockRows)
	require.Equal(t, blockSize+10*blockSize, len(file), "a header of one page and ten full blocks")
	d, err := openBytes(file)
	require.NoError(t, err)
	require.Equal(t, 10*blockRows, d.Len())
	require.Len(t, d.Hash(), 64)
}

func TestWriteFileAndOpen(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "postcodes")
	_, err := Open(path)
	require.ErrorIs(t, err, os.ErrNotExist)

	l, _, _, err := buildText(oneRow)
	require.NoError(t, err)
	require.NoError(t, l.WriteFile(path))
	old, err := Open(path)
	require.NoError(t, err)
	defer old.Close()

	newer, _, _, err := buildText(county)
	require.NoError(t, err)
	require.NoError(t, newer.WriteFile(path), "over the old one")
	now, err := Open(path)
	require.NoError(t, err)
	require.Equal(t, newer.Hash(), now.Hash())
	require.NoError(t, now.Verify())
	require.Equal(t, l.Hash(), old.Hash())
	require.NoError(t, old.Verify(), "an open directory keeps its file")
	_, err = look(t, old, "LS1 1AA")
	require.NoError(t, err)

	require.NoError(t, now.Close())
	require.NoError(t, now.Close(), "twice")
	_, err = look(t, now, "LS1 1AA")
	require.ErrorIs(t, err, os.ErrClosed)
	require.NotErrorIs(t, err, ErrDamaged)

	left, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Len(t, left, 1, "no temporary file is left")
}

func TestAFailedWriteLeavesNothingBehind(t *testing.T) {
	l, _, _, err := buildText(oneRow)
	require.NoError(t, err)
	dir := t.TempDir()
	require.ErrorIs(t, l.WriteFile(filepath.Join(dir, "gone", "postcodes")), os.ErrNotExist)

	taken := filepath.Join(dir, "postcodes")
	require.NoError(t, os.MkdirAll(filepath.Join(taken, "full"), 0o755))
	require.Error(t, l.WriteFile(taken), "a folder is in the way")
	left, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Len(t, left, 1)
	_, err = Open(taken)
	require.Error(t, err)
}

type fullDisk struct{ room int }

var errFull = errors.New("disk full")

func (w *fullDisk) Write(b []byte) (int, error) {
	if len(b) > w.room {
		return 0, errFull
	}
	w.room -= len(b)
	return len(b), nil
}

func TestWriteToTellsOfAFullDisk(t *testing.T) {
	l, _, _, err := buildText(csvOf(madeUp(seeded(t), 1000)))
	require.NoError(t, err)
	for room := 0; room < 4*blockSize; room += blockSize {
		n, err := l.WriteTo(&fullDisk{room})
		require.ErrorIs(t, err, errFull, "%d bytes", room)
		require.LessOrEqual(t, n, int64(room))
	}
}

// Any one bit of a small file is flipped. Opening refuses, or Verify does, and no lookup gives a
// place other than the true one.
func TestAnyFlippedBitIsNoticed(t *testing.T) {
	rnd := seeded(t)
	file, rows := made(t, rnd, blockRows+50)
	want := map[Postcode]Place{}
	sound, err := openBytes(file)
	require.NoError(t, err)
	for _, r := range rows {
		want[r.postcode], err = sound.Lookup(r.postcode)
		require.NoError(t, err)
	}
	for i := range file {
		broken := bytes.Clone(file)
		broken[i] ^= 1 << rnd.IntN(8)
		d, err := openBytes(broken)
		if err != nil {
			require.True(t, errors.Is(err, ErrDamaged) || errors.Is(err, ErrVersion), "byte %d: %v", i, err)
			continue
		}
		require.ErrorIs(t, d.Verify(), ErrDamaged, "byte %d", i)
		r := rows[rnd.IntN(len(rows))]
		got, err := d.Lookup(r.postcode)
		if err == nil {
			require.Equal(t, want[r.postcode], got, "byte %d", i)
		} else {
			require.ErrorIs(t, err, ErrDamaged, "byte %d: never 'not found'", i)
		}
	}
}

func TestAFileCutShortIsNoticed(t *testing.T) {
	file, _ := made(t, seeded(t), 1000)
	for n := 0; n < len(file); n += 37 {
		_, err := openBytes(file[:n])
		require.ErrorIs(t, err, ErrDamaged, "%d bytes", n)
	}
	_, err := openBytes(append(bytes.Clone(file), 0))
	require.ErrorIs(t, err, ErrDamaged, "a byte too many")
}

func TestAFileThatShrinksUnderAnOpenDirectory(t *testing.T) {
	file, rows := made(t, seeded(t), 1000)
	d, err := OpenReader(bytes.NewReader(file[:len(file)-3*blockSize]), int64(len(file)))
	require.NoError(t, err, "only the header is read")
	_, err = d.Lookup(rows[0].postcode)
	require.ErrorIs(t, err, ErrDamaged)
	require.ErrorIs(t, d.Verify(), ErrDamaged)
}

func TestTwoBlocksChangedRoundAreNoticed(t *testing.T) {
	file, rows := made(t, seeded(t), 3*blockRows)
	head := len(file) - 3*blockSize
	first, second := bytes.Clone(file[head:head+blockSize]), bytes.Clone(file[head+blockSize:head+2*blockSize])
	copy(file[head:], second)
	copy(file[head+blockSize:], first)
	d, err := openBytes(file)
	require.NoError(t, err)
	require.ErrorIs(t, d.Verify(), ErrDamaged)
	misplaced := 0
	for _, r := range rows {
		if _, err := d.Lookup(r.postcode); err != nil {
			require.ErrorContains(t, err, "wrong place")
			misplaced++
		}
	}
	require.Equal(t, 2*blockRows, misplaced)
}

// Files with sound checksums that say what cannot be: written by a faulty program, not by decay.
func TestHeadersThatCannotBe(t *testing.T) {
	file, _ := made(t, seeded(t), 2*blockRows)
	headBytes := len(file) - 2*blockSize
	for _, c := range []struct {
		name   string
		spoil  func(b []byte)
		target error
	}{
		{"another file", func(b []byte) { copy(b, "PNG") }, ErrDamaged},
		{"a later version", func(b []byte) { b[8] = 2 }, ErrVersion},
		{"a header of no bytes", func(b []byte) { binary.LittleEndian.PutUint32(b[12:], 0) }, ErrDamaged},
		{"a header of four gigabytes", func(b []byte) { binary.LittleEndian.PutUint32(b[12:], 0xfffff000) }, ErrDamaged},
		{"a header longer than the file", func(b []byte) { binary.LittleEndian.PutUint32(b[12:], largestHead) }, ErrDamaged},
		{"more rows than blocks", func(b []byte) { binary.LittleEndian.PutUint64(b[16:], 3*blockRows) }, ErrDamaged},
		{"rows without number", func(b []byte) { binary.LittleEndian.PutUint64(b[16:], 1<<63) }, ErrDamaged},
		{"blocks without number", func(b []byte) { binary.LittleEndian.PutUint32(b[24:], 1<<31) }, ErrDamaged},
		{"districts without number", func(b []byte) { binary.LittleEndian.PutUint32(b[28:], 1<<31) }, ErrDamaged},
		{"more districts than there is room for", func(b []byte) { binary.LittleEndian.PutUint32(b[28:], mostDistricts) }, ErrDamaged},
		{"a district longer than the header", func(b []byte) {
			for i := tablesAt; i < headBytes-crcSize; i++ {
				b[i] = 255
			}
		}, ErrDamaged},
		{"no first postcodes", func(b []byte) { clear(b[tablesAt : headBytes-crcSize]) }, ErrDamaged},
	} {
		spoiled := bytes.Clone(file)
		c.spoil(spoiled)
		sign(spoiled[:headBytes])
		_, err := openBytes(spoiled)
		require.ErrorIs(t, err, c.target, c.name)
	}
}

// Blocks with sound checksums that say what cannot be.
func TestBlocksThatCannotBe(t *testing.T) {
	file, rows := made(t, seeded(t), blockRows)
	at := len(file) - blockSize
	last := Postcode(binary.LittleEndian.Uint32(file[at+(blockRows-1)*rowSize:]))
	spoilt := func(spoil func(b []byte)) *Directory {
		b := bytes.Clone(file)
		spoil(b[at:])
		sign(b[at:])
		d, err := openBytes(b)
		require.NoError(t, err)
		return d
	}
	order := spoilt(func(b []byte) { copy(b[rowSize:2*rowSize], b[2*rowSize:3*rowSize]) })
	require.ErrorContains(t, order.Verify(), "out of order")
	district := spoilt(func(b []byte) { binary.LittleEndian.PutUint16(b[(blockRows-1)*rowSize+4:], districtMask) })
	require.ErrorContains(t, district.Verify(), "no district has the number 32767")
	_, err := district.Lookup(last)
	require.ErrorIs(t, err, ErrDamaged)
	moved := spoilt(func(b []byte) { b[10] ^= 1 })
	require.ErrorContains(t, moved.Verify(), "does not match its hash")
	require.Len(t, rows, blockRows)
}

func TestASystemErrorIsNotDamage(t *testing.T) {
	_, err := OpenReader(failing{}, 1<<20)
	require.ErrorIs(t, err, errFull)
	require.NotErrorIs(t, err, ErrDamaged)
}

type failing struct{}

func (failing) ReadAt([]byte, int64) (int, error) { return 0, errFull }

// A new edition is put in place while others look: each sees the old file or the new, whole.
func TestReplacingWhileOthersLook(t *testing.T) {
	path := filepath.Join(t.TempDir(), "postcodes")
	var editions []*Listing
	hashes := map[string]bool{}
	for _, text := range []string{oneRow, county} {
		l, _, _, err := buildText(text)
		require.NoError(t, err)
		editions = append(editions, l)
		hashes[l.Hash()] = true
	}
	require.NoError(t, editions[0].WriteFile(path))
	done := make(chan error, 1)
	go func() {
		for i := range 40 {
			if err := editions[i%2].WriteFile(path); err != nil {
				done <- err
				return
			}
		}
		done <- nil
	}()
	for looked := 0; ; looked++ {
		d, err := Open(path)
		require.NoError(t, err)
		require.True(t, hashes[d.Hash()])
		require.NoError(t, d.Verify())
		_, err = look(t, d, "LS1 1AA")
		require.NoError(t, err)
		require.NoError(t, d.Close())
		select {
		case err := <-done:
			require.NoError(t, err)
			require.Positive(t, looked)
			return
		default:
		}
	}
}

func TestOpenNamesTheFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "postcodes")
	require.NoError(t, os.WriteFile(path, bytes.Repeat([]byte("not one of ours "), 1000), 0o600))
	_, err := Open(path)
	require.ErrorIs(t, err, ErrDamaged)
	require.EqualError(t, err, path+": postcode directory is damaged: it is not a postcode directory")
}

func TestManyOfficersLookAtOnce(t *testing.T) {
	rnd := seeded(t)
	file, rows := made(t, rnd, 5000)
	path := filepath.Join(t.TempDir(), "postcodes")
	require.NoError(t, os.WriteFile(path, file, 0o600))
	d, err := Open(path)
	require.NoError(t, err)
	defer d.Close()
	var wg sync.WaitGroup
	wrong := make(chan string, 8)
	for g := range 8 {
		wg.Go(func() {
			for i := g; i < len(rows); i += 3 {
				got, err := d.Lookup(rows[i].postcode)
				if err != nil || got.District != rows[i].laua {
					wrong <- fmt.Sprint(rows[i], got, err)
					return
				}
			}
		})
	}
	wg.Wait()
	require.Empty(t, wrong)
}

func TestLookupAllocatesNothing(t *testing.T) {
	file, rows := made(t, seeded(t), 5000)
	d, err := openBytes(file)
	require.NoError(t, err)
	require.Zero(t, testing.AllocsPerRun(1000, func() {
		if _, err := d.Lookup(rows[7].postcode); err != nil {
			panic(err)
		}
	}))
}

// exercise opens bytes that may be anything and uses what opens. Only damage may be reported.
func exercise(t *testing.T, b []byte) {
	d, err := openBytes(b)
	if err != nil {
		if !errors.Is(err, ErrDamaged) && !errors.Is(err, ErrVersion) {
			t.Fatalf("an error of no kind: %v", err)
		}
		return
	}
	keys := append([]Postcode{0, 1, maxPostcode, 1<<32 - 1}, d.header.first...)
	for _, p := range keys {
		if _, err := d.Lookup(p); err != nil && !errors.Is(err, ErrNotFound) && !errors.Is(err, ErrDamaged) {
			t.Fatalf("an error of no kind: %v", err)
		}
	}
	if err := d.Verify(); err != nil && !errors.Is(err, ErrDamaged) {
		t.Fatal(err)
	}
}

func FuzzOpen(f *testing.F) {
	f.Add([]byte{})
	f.Add([]byte("stablepc\x01\x00\x00\x00\x00\x10\x00\x00"))
	f.Add([]byte("stablepc\x01\x00\x00\x00\x00\x10\x00\x00" + strings.Repeat("\xff", 80)))
	f.Fuzz(func(t *testing.T, b []byte) { exercise(t, b) })
}

// A sound file with a patch somewhere, and its checksums mended so that the checks behind them are
// reached.
func FuzzOpenPatched(f *testing.F) {
	file, _ := made(f, rand.New(rand.NewPCG(1, 1)), blockRows+3)
	head := len(file) - 2*blockSize
	f.Add(uint16(16), []byte{0, 0, 0, 1}, true)
	f.Add(uint16(24), []byte{255, 255, 255, 255, 255, 255, 255, 255}, true)
	f.Add(uint16(tablesAt), []byte{255}, true)
	f.Add(uint16(head), []byte{0, 0, 0, 0}, true)
	f.Add(uint16(head+rowSize), []byte{1}, false)
	f.Fuzz(func(t *testing.T, at uint16, patch []byte, mend bool) {
		b := bytes.Clone(file)
		copy(b[min(int(at), len(b)):], patch)
		if mend {
			sign(b[:head])
			sign(b[head : head+blockSize])
			sign(b[head+blockSize:])
		}
		exercise(t, b)
	})
}

func BenchmarkLookup(b *testing.B) {
	rnd := rand.New(rand.NewPCG(1, 1))
	file, rows := made(b, rnd, 200_000)
	path := filepath.Join(b.TempDir(), "postcodes")
	require.NoError(b, os.WriteFile(path, file, 0o600))
	d, err := Open(path)
	require.NoError(b, err)
	defer d.Close()
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if got, err := d.Lookup(rows[i%len(rows)].postcode); err != nil || got.District == "" {
			b.Fatal(got, err)
		}
	}
}

func BenchmarkOpen(b *testing.B) {
	file, _ := made(b, rand.New(rand.NewPCG(1, 1)), 200_000)
	b.ReportAllocs()
	for b.Loop() {
		if d, err := openBytes(file); err != nil || d.Len() != 200_000 {
			b.Fatal(err)
		}
	}
}
