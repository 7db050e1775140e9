package store

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine/care"
)

var flipsFlag = flag.Int("flips", 0, "how often each kind of file is damaged; 0 takes 20, or 2 in short tests")

func flips() int {
	switch {
	case *flipsFlag > 0:
		return *flipsFlag
	case testing.Short():
		return 2
	}
	return 20
}

// image is a directory in memory, without the megabytes of zeroes that logs are
// reserved with.
type image map[string]imageFile

type imageFile struct {
	written []byte
	size    int64
}

func imageOf(t testing.TB, dir string) image {
	im := image{}
	require.NoError(t, filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		im[strings.TrimPrefix(path, dir)] = imageFile{bytes.Clone(content[:written(content)]), int64(len(content))}
		return err
	}))
	return im
}

func (im image) writeTo(t testing.TB, dir string) {
	for name, f := range im {
		path := filepath.Join(dir, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o700))
		require.NoError(t, os.WriteFile(path, f.written, 0o600))
		require.NoError(t, os.Truncate(path, f.size))
	}
}

func (im image) equal(other image) bool {
	return maps.EqualFunc(im, other, func(a, b imageFile) bool { return a.size == b.size && bytes.Equal(a.written, b.written) })
}

// copyDir copies a store that may be open.
func copyDir(t testing.TB, to, from string) { imageOf(t, from).writeTo(t, to) }

// countyOnDisk writes several tables' worth of records, over several openings, and
// leaves the store open.
func countyOnDisk(t testing.TB, dir string, key []byte) *Store {
	open := func() *Store {
		s, err := Open(context.Background(), dir, Options{Create: true, Key: key})
		require.NoError(t, err)
		return s
	}
	for year := range 4 {
		s := open()
		aYear(t, s, year)
		checkAndClose(t, s)
	}
	s := open()
	aYear(t, s, 4)
	return s
}

// aYear is what happens in a county in a year.
func aYear(t testing.TB, s *Store, year int) {
	homes := manyHomes(120)
	for i := range homes {
		homes[i].Beds, homes[i].Provider = year+i%3, fmt.Sprintf("Provider %x", rand.New(rand.NewPCG(uint64(year), uint64(i))).Uint64())
	}
	do(t, s, putHomes(homes[year*10:]...))
	for i := range 12 {
		id := care.ID(fmt.Sprintf("C-%d-%d", year, i))
		do(t, s, putChildren(child(id, care.ID(fmt.Sprintf("G-%d", i%4)))))
		do(t, s, putPlacements(placement("P-"+id, id, homes[i].ID)))
	}
	require.NoError(t, second(s.Do(context.Background(), fmt.Sprintf("op-%d", year), change("hold", func(v *View, c *Change) error {
		o, err := c.Occupancy(v, "H-000100")
		o.Holds = append(o.Holds, care.Hold{ID: care.ID(fmt.Sprint("hold-", year)), Until: noon})
		return err
	}))))
}

// answers is everything that a store says, whole and one by one, of what is
// there and of what is not.
func answers(s *Store) (string, error) {
	v, err := s.View(context.Background())
	if err != nil {
		return "", err
	}
	defer v.Close()
	var out strings.Builder
	var errs []error
	say := func(what any, err error) {
		if !errors.Is(err, ErrNotFound) {
			errs = append(errs, err)
		}
		fmt.Fprintf(&out, "%+v\n", what)
	}
	for h, err := range v.Households() {
		say(h.Occupancy, err)
	}
	for i := range 130 {
		h, err := v.Household(care.ID(fmt.Sprintf("H-%06d", i)))
		if err == nil {
			say(*h.Home, nil)
		}
		say(h.Occupancy, err)
		say(h.Residents, err)
	}
	for year := range 6 {
		for i := range 13 {
			id := care.ID(fmt.Sprintf("C-%d-%d", year, i))
			c, err := v.Child(id)
			say(c, err)
			p, err := v.PlacementsOf(id)
			say(p, err)
			g, err := v.Group(care.ID(fmt.Sprintf("G-%d", i)))
			say(g, err)
		}
		r, _, err := v.receipt(fmt.Sprintf("op-%d", year))
		say(r, err)
	}
	for c, err := range v.Children() {
		say(c, err)
	}
	for e, err := range v.Journal(1) {
		say(e, err)
	}
	return out.String(), errors.Join(errs...)
}

// verdict opens a store and says what has become of it: an error, or its answers.
func verdict(t testing.TB, dir string, o Options) (string, error) {
	s, err := Open(context.Background(), dir, o)
	if err != nil {
		return "", err
	}
	defer func() { _ = s.Close() }()
	said, err := answers(s)
	return said, errors.Join(err, s.Check(context.Background()))
}

// isNamed says whether the error is one that a caller can tell apart.
func isNamed(err error) bool {
	for _, kind := range []error{ErrDamaged, ErrLost, ErrNoStore, ErrWrongKey, ErrKeyNeeded} {
		if errors.Is(err, kind) {
			return true
		}
	}
	return false
}

// ruins are a store that was closed properly and one that was killed.
type ruins struct {
	closed, killed image
	want           string // what both answer
}

func newRuins(t *testing.T, key []byte) *ruins {
	dir := t.TempDir()
	s := countyOnDisk(t, dir, key)
	r := &ruins{killed: imageOf(t, dir)}
	checkAndClose(t, s)
	r.closed = imageOf(t, dir)
	for _, im := range []image{r.closed, r.killed} {
		copied := t.TempDir()
		im.writeTo(t, copied)
		got, err := verdict(t, copied, Options{Key: key})
		require.NoError(t, err)
		require.True(t, r.want == "" || r.want == got)
		r.want = got
	}
	return r
}

// damages are the kinds of files, as patterns of the ends of their names.
func (r *ruins) damages() []damage {
	unlisted := imageWithout(r.killed, "/"+filesName)
	all := []damage{
		{"write-ahead log after a kill", ".mem", r.killed},
		{"table after a kill, without FILES", ".sst", unlisted},
		{"MANIFEST after a kill, without FILES", "MANIFEST", unlisted},
	}
	for _, end := range []string{".sst", "MANIFEST", "KEYREGISTRY", ".vlog", "HEAD", "FILES"} {
		all = append(all, damage{end, end, r.closed}, damage{end + " after a kill", end, r.killed})
	}
	return all
}

// damage is done to a copy of a store again and again. Each time the store must
// refuse, or answer as if nothing had happened.
type damage struct {
	name string
	end  string
	of   image
}

// wasClosed says whether no log was left to be written into tables.
func (d *damage) wasClosed() bool {
	return !slices.ContainsFunc(slices.Collect(maps.Keys(d.of)), func(name string) bool { return filepath.Ext(name) == ".mem" })
}

// once spoils one file of a copy and opens it.
func (d *damage) once(t *testing.T, r *rand.Rand, o Options) (file, got string, err error) {
	dir := t.TempDir()
	defer os.RemoveAll(dir)
	d.of.writeTo(t, dir)
	var files []string
	for _, name := range slices.Sorted(maps.Keys(d.of)) {
		if strings.HasSuffix(name, d.end) {
			files = append(files, name)
		}
	}
	file = files[r.IntN(len(files))]
	spoil(t, r, filepath.Join(dir, file), len(d.of[file].written))
	if !d.wasClosed() {
		got, err = verdict(t, dir, o)
		return file, got, err
	}
	spoilt := imageOf(t, dir)
	if got, err = verdict(t, dir, o); err != nil {
		require.True(t, spoilt.equal(imageOf(t, dir)), "a store that is refused is left as it is: %v", err)
	}
	return file, got, err
}

// spoil flips one bit of what was written or of the hundred bytes behind it, or
// cuts the file off anywhere, perhaps at its beginning.
func spoil(t *testing.T, r *rand.Rand, path string, written int) {
	info, err := os.Stat(path)
	require.NoError(t, err)
	if written == 0 || r.IntN(3) == 0 {
		require.NoError(t, os.Truncate(path, int64(r.IntN(written+1)*r.IntN(8)/7)))
		return
	}
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	require.NoError(t, err)
	at, b := r.Int64N(min(info.Size(), int64(written)+100)), make([]byte, 1)
	_, err = f.ReadAt(b, at)
	require.NoError(t, err)
	_, err = f.WriteAt([]byte{b[0] ^ 1<<r.IntN(8)}, at)
	require.NoError(t, errors.Join(err, f.Close()))
}

func TestDamageToAnyFileIsNoticedOrDoesNoHarm(t *testing.T) {
	for name, key := range map[string][]byte{"clear": nil, "encrypted": someKey(1)} {
		ruins := newRuins(t, key)
		for _, d := range ruins.damages() {
			t.Run(name+"/"+d.name, func(t *testing.T) {
				seed, refused := max(*seedFlag, 1), 0
				r := rand.New(rand.NewPCG(seed, 0))
				for n := range flips() {
					file, got, err := d.once(t, r, Options{ReadOnly: n%2 == 0, Key: key})
					if err != nil {
						require.True(t, isNamed(err), "-seed=%d, %d, %s: %v", seed, n, file, err)
						refused++
						continue
					}
					require.True(t, ruins.want == got, "-seed=%d, %d, %s: a wrong answer and no error", seed, n, file)
				}
				t.Logf("-seed=%d: %d of %d refused, the others did no harm", seed, refused, flips())
			})
		}
	}
}

// someKey is a key that differs with n.
func someKey(n byte) []byte { return bytes.Repeat([]byte{n}, KeySize) }
