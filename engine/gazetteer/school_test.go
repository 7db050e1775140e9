package gazetteer_test

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/golang/geo/s2"
	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine/gazetteer"
)

var schoolSeed = flag.Uint64("school-seed", 1, "seed of the random schools")

func hillTop() gazetteer.School {
	return gazetteer.School{URN: 107890, Name: "Hill Top Primary", Postcode: "LS6 2AB", Phase: "Primary", Status: "Open", AgeFrom: 3, AgeTo: 11}.
		At(s2.LatLngFromDegrees(53.8193, -1.5696))
}

func bytesOf(t testing.TB, s *gazetteer.Schools) []byte {
	t.Helper()
	var out bytes.Buffer
	n, err := s.WriteTo(&out)
	require.NoError(t, err)
	require.EqualValues(t, out.Len(), n)
	return out.Bytes()
}

func TestASchoolIsFoundByItsURNAfterItIsWritten(t *testing.T) {
	path := filepath.Join(t.TempDir(), "schools")
	old := gazetteer.School{URN: 100001, Name: "Old High School", Status: "Closed", Closed: true}
	written, err := gazetteer.NewSchools([]gazetteer.School{hillTop(), old})
	require.NoError(t, err)
	require.NoError(t, written.WriteFile(path))
	read, err := gazetteer.OpenSchools(path)
	require.NoError(t, err)
	require.Equal(t, 2, read.Len())
	require.Equal(t, written.Hash(), read.Hash())

	found, ok := read.Find(107890)
	require.True(t, ok)
	require.Equal(t, hillTop(), found)
	point, placed := found.Point()
	require.True(t, placed)
	require.InDelta(t, 53.8193, point.Lat.Degrees(), 1e-6)
	require.InDelta(t, -1.5696, point.Lng.Degrees(), 1e-6)

	found, ok = read.Find(100001)
	require.True(t, ok)
	require.True(t, found.Closed)
	_, placed = found.Point()
	require.False(t, placed)
	_, ok = read.Find(100002)
	require.False(t, ok)
}

func TestSchoolsInAnyOrderGiveTheSameFileAndAreFoundAsByALinearSearch(t *testing.T) {
	rng := rand.New(rand.NewPCG(*schoolSeed, 1))
	t.Logf("-school-seed=%d", *schoolSeed)
	for range 50 {
		var list []gazetteer.School
		for i := range rng.IntN(60) {
			list = append(list, gazetteer.School{URN: 100000 + 7*i, Name: fmt.Sprint("School ", i), AgeTo: rng.IntN(19)}.
				At(s2.LatLngFromDegrees(50+5*rng.Float64(), -3*rng.Float64())))
		}
		shuffled := slices.Clone(list)
		rng.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		a, err := gazetteer.NewSchools(list)
		require.NoError(t, err)
		b, err := gazetteer.NewSchools(shuffled)
		require.NoError(t, err)
		require.Equal(t, bytesOf(t, a), bytesOf(t, b))
		for urn := 99999; urn < 100000+7*62; urn++ {
			i := slices.IndexFunc(list, func(s gazetteer.School) bool { return s.URN == urn })
			got, ok := b.Find(urn)
			require.Equal(t, i >= 0, ok)
			if ok {
				require.Equal(t, list[i], got)
			}
		}
	}
}

func TestOfTwoSchoolsWithOneURNTheLaterIsKept(t *testing.T) {
	renamed := hillTop()
	renamed.Name = "Hill Top Academy"
	s, err := gazetteer.NewSchools([]gazetteer.School{hillTop(), renamed})
	require.NoError(t, err)
	require.Equal(t, 1, s.Len())
	found, _ := s.Find(107890)
	require.Equal(t, "Hill Top Academy", found.Name)
}

func TestMoreSchoolsThanAreReadBackAreNotWritten(t *testing.T) {
	if testing.Short() {
		t.Skip("one goroutine alone: nothing for the race detector")
	}
	schools := make([]gazetteer.School, gazetteer.MaxSchools+1)
	for i := range schools {
		schools[i].URN = i + 1
	}
	_, err := gazetteer.NewSchools(schools)
	require.ErrorContains(t, err, "400001 schools are more than 400000")
	s, err := gazetteer.NewSchools(schools[1:])
	require.NoError(t, err)
	again, err := gazetteer.ReadSchools(bytes.NewReader(bytesOf(t, s)))
	require.NoError(t, err)
	require.Equal(t, gazetteer.MaxSchools, again.Len())

	_, err = gazetteer.NewSchools([]gazetteer.School{{URN: 100001, Name: strings.Repeat("x", 64<<20)}})
	require.ErrorContains(t, err, "1 schools take more than 67108864 bytes", "nor those with names like novels")
}

// A file with a sound checksum whose schools are not in order would not find them.
func TestSchoolsOutOfOrderAreNotBelieved(t *testing.T) {
	s, err := gazetteer.NewSchools([]gazetteer.School{{URN: 100001, Name: "Old High"}, {URN: 100002, Name: "New High"}})
	require.NoError(t, err)
	file := bytesOf(t, s)
	const head = 12 // before the checksum
	body := file[head+sha256.Size:]
	of, records := body[:1], body[1:]
	first, second := records[:len(records)/2], records[len(records)/2:]
	for what, spoilt := range map[string][]byte{
		"the second first": slices.Concat(of, second, first), "the first twice": slices.Concat(of, first, first),
	} {
		sum := sha256.Sum256(spoilt)
		_, err := gazetteer.ReadSchools(bytes.NewReader(slices.Concat(file[:head], sum[:], spoilt)))
		require.ErrorIs(t, err, gazetteer.ErrSchoolsDamaged, what)
		require.ErrorContains(t, err, "out of order", what)
	}
}

func TestADamagedFileOfSchoolsIsNotBelieved(t *testing.T) {
	s, err := gazetteer.NewSchools([]gazetteer.School{hillTop()})
	require.NoError(t, err)
	sound := bytesOf(t, s)
	for at := range sound {
		damaged := bytes.Clone(sound)
		damaged[at] ^= 0x10
		_, err := gazetteer.ReadSchools(bytes.NewReader(damaged))
		require.ErrorIs(t, err, gazetteer.ErrSchoolsDamaged, "byte %d", at)
		_, err = gazetteer.ReadSchools(bytes.NewReader(sound[:at]))
		require.ErrorIs(t, err, gazetteer.ErrSchoolsDamaged, "cut at %d", at)
	}
	_, err = gazetteer.OpenSchools(filepath.Join(t.TempDir(), "schools"))
	require.ErrorIs(t, err, os.ErrNotExist)
}

func TestSchoolsAreReplacedWholeOrNotAtAll(t *testing.T) {
	dir := t.TempDir()
	s, err := gazetteer.NewSchools([]gazetteer.School{hillTop()})
	require.NoError(t, err)
	require.NoError(t, os.Mkdir(filepath.Join(dir, "schools"), 0o700))
	require.Error(t, s.WriteFile(filepath.Join(dir, "schools")), "a folder is in the way")
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Len(t, entries, 1, "and no temporary file is left")
}

func FuzzReadSchools(f *testing.F) {
	s, err := gazetteer.NewSchools([]gazetteer.School{hillTop(), {URN: 100001, Name: "Old High School", Closed: true}})
	require.NoError(f, err)
	f.Add(bytesOf(f, s))
	f.Add([]byte("stablesc"))
	f.Fuzz(func(t *testing.T, file []byte) {
		s, err := gazetteer.ReadSchools(bytes.NewReader(file))
		if err != nil {
			require.True(t, errors.Is(err, gazetteer.ErrSchoolsDamaged))
			return
		}
		require.Equal(t, file, bytesOf(t, s))
	})
}
