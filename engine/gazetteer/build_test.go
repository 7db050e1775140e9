package gazetteer

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/golang/geo/s2"
	"github.com/stretchr/testify/require"
)

// opened is a listing written to memory and opened again.
func opened(t testing.TB, l *Listing) *Directory {
	d, err := openBytes(written(t, l))
	require.NoError(t, err)
	return d
}

func written(t testing.TB, l *Listing) []byte {
	var b bytes.Buffer
	n, err := l.WriteTo(&b)
	require.NoError(t, err)
	require.EqualValues(t, b.Len(), n)
	return b.Bytes()
}

// look finds a postcode that must parse.
func look(t testing.TB, d *Directory, written string) (Place, error) {
	p, err := ParsePostcode(written)
	require.NoError(t, err)
	return d.Lookup(p)
}

const county = `pcd,oseast1m,osnrth1m,laua,doterm
LS1 1AA,430000,433500,E08000035,
CB1 1AA,545600,258200,E07000008,
S1  1AA,435500,387300,E08000019,
CF101AA,318200,176400,W06000015,
EH1 1AA,325800,673900,S12000036,
LS2 9ZZ,429000,434000,E08000035,199606
XX1 1AA,400000,400000,E07009999,
XX2 1AA,400000,400000,,
LS1 1AB,,,E08000035,
IM1 1AA,,,M99999999,
BT1 1AA,333500,374500,N09000003,
BS1 1AA,333500,374500,N09000003,
LS1 1AA,430100,433500,E08000035,
rubbish,430000,433500,E08000035,
LS3 1AA,430000,,E08000035,
LS4 1AA,430000,433500
`

func TestASmallCounty(t *testing.T) {
	l, sum, bad, err := buildText(county)
	require.NoError(t, err)
	require.Equal(t, Summary{Rows: 16, Kept: 8, Duplicates: 1, NoGrid: 2, NorthernIrish: 2, Rejected: 3, Ended: 1, NoAuthority: 2}, sum)
	require.Equal(t, 8, l.Len())
	require.Len(t, bad, 3)

	d := opened(t, l)
	require.NoError(t, d.Verify())
	require.Equal(t, 8, d.Len())
	require.Equal(t, l.Hash(), d.Hash())
	for _, c := range []struct {
		name, postcode, district, authority string
		ended                               bool
		easting, northing                   float64
	}{
		{"a city; the later of two rows counts", "LS1 1AA", "E08000035", "E08000035", false, 430100, 433500},
		{"a district in a county", "CB1 1AA", "E07000008", "E10000003", false, 545600, 258200},
		{"Sheffield under its former code", "S1 1AA", "E08000019", "E08000039", false, 435500, 387300},
		{"Cardiff", "CF10 1AA", "W06000015", "W06000015", false, 318200, 176400},
		{"Edinburgh", "EH1 1AA", "S12000036", "S12000036", false, 325800, 673900},
		{"an ended postcode", "LS2 9ZZ", "E08000035", "E08000035", true, 429000, 434000},
		{"an unknown district", "XX1 1AA", "E07009999", "", false, 400000, 400000},
		{"no district", "XX2 1AA", "", "", false, 400000, 400000},
	} {
		got, err := look(t, d, c.postcode)
		require.NoError(t, err, c.name)
		require.Equal(t, c.district, got.District, c.name)
		require.Equal(t, c.authority, got.Authority, c.name)
		require.Equal(t, c.ended, got.Ended, c.name)
		want, err := FromGrid(c.easting, c.northing)
		require.NoError(t, err)
		require.Less(t, metres(want, got.Point), 0.1, c.name)
	}
	for _, gone := range []string{"LS1 1AB", "IM1 1AA", "BT1 1AA", "BS1 1AA", "LS3 1AA", "LS4 1AA", "A1 1AA", "ZZ99 9ZZ"} {
		_, err := look(t, d, gone)
		require.ErrorIs(t, err, ErrNotFound, gone)
	}
}

func TestWhyARowIsRejected(t *testing.T) {
	for _, c := range []struct{ name, header, row, says string }{
		{"no postcode", "pcd,oseast1m,osnrth1m,laua", ",1,1,E08000035", `row 2, column pcd: "" is not a postcode; write it like LS6 2AB`},
		{"a town", "PCDS,oseast1m,osnrth1m,laua", "Leeds,1,1,E08000035", `row 2, column PCDS: "Leeds" is not a postcode; write it like LS6 2AB`},
		{"a cell too many", "pcd,oseast1m,osnrth1m,laua", "LS1 1AA,1,1,E08000035,x", `row 2: it has 5 cells; the header has 4`},
		{"an open quotation", "pcd,oseast1m,osnrth1m,laua", `"LS1 1AA,1,1,E08000035`, `row 2: a quotation mark is not closed; quote a whole cell or none of it`},
		{"easting in words", "pcd,oseast1m,osnrth1m,laua", "LS1 1AA,east,1,E08000035", `column oseast1m: "east" is not a number; write whole metres`},
		{"northing missing", "pcd,oseast1m,osnrth1m,laua", "LS1 1AA,430000,,E08000035", `column osnrth1m: "" is not a number; write whole metres`},
		{"easting off the grid", "pcd,oseast1m,osnrth1m,laua", "LS1 1AA,700001,1,E08000035", `column oseast1m: "700001" is outside the British National Grid`},
		{"northing off the grid", "pcd,oseast1m,osnrth1m,laua", "LS1 1AA,430000,-5,E08000035", `column osnrth1m: "-5" is outside the British National Grid`},
		{"not a number at all", "pcd,oseast1m,osnrth1m,laua", "LS1 1AA,NaN,1,E08000035", `column oseast1m: "NaN" is outside the British National Grid`},
		{"infinitely far", "pcd,oseast1m,osnrth1m,laua", "LS1 1AA,1,+Inf,E08000035", `column osnrth1m: "+Inf" is outside the British National Grid`},
		{"the wrong way round", "pcd,lat,long,laua", "LS1 1AA,-1.5,53.8,E08000035", `column long: "53.8" is outside the British Isles; write decimal degrees`},
		{"Paris", "pcd,lat,long,laua", "LS1 1AA,48.85,2.35,E08000035", `column lat: "48.85" is outside the British Isles; write decimal degrees`},
		{"latitude not a number", "pcd,lat,lng,laua", "LS1 1AA,nan,0.5,E08000035", `column lat: "nan" is outside the British Isles`},
		{"a district by name", "pcd,oseast1m,osnrth1m,oslaua", "LS1 1AA,1,1,St. Albans", `column oslaua: "ST. ALBANS" is not a district code; write it like E08000035, or leave it empty`},
		{"a district as long as a novel", "pcd,oseast1m,osnrth1m,laua", "LS1 1AA,1,1," + strings.Repeat("E", 999), `is not a district code`},
	} {
		_, sum, bad, err := buildText(c.header + "\n" + c.row + "\n" + "LS6 2AB" + strings.Repeat(",", strings.Count(c.header, ",")) + "\n")
		require.ErrorIs(t, err, ErrUnreadable, c.name)
		require.Equal(t, Summary{Rows: 2, NoGrid: 1, Rejected: 1}, sum, c.name)
		require.Len(t, bad, 1, c.name)
		require.ErrorContains(t, bad[0], c.says, c.name)
		require.Equal(t, c.row, bad[0].Line, "the row as it stood")
		require.Equal(t, 2, bad[0].Row, c.name)
	}
}

// Where the ONS has no position it writes one of these.
func TestRowsWithoutAPosition(t *testing.T) {
	for _, file := range []string{
		"pcd,oseast1m,osnrth1m,laua\nLS1 1AA,,,E08000035\n",
		"pcd,oseast1m,osnrth1m,laua\nLS1 1AA, , ,E08000035\n",
		"pcd,oseast1m,osnrth1m,laua\nLS1 1AA,0,0,E08000035\n",
		"pcd,lat,long,laua\nLS1 1AA,99.999999,0.000000,E08000035\n",
		"pcd,lat,long,laua\nLS1 1AA,100,0,E08000035\n",
		"pcd,lat,long,laua\nLS1 1AA,,,E08000035\n",
		"pcd,lat,long,laua\nLS1 1AA,0.000000,0.000000,E08000035\n",
	} {
		_, sum, bad, err := buildText(file)
		require.ErrorIs(t, err, ErrUnreadable)
		require.Empty(t, bad, file)
		require.Equal(t, Summary{Rows: 1, NoGrid: 1}, sum, file)
	}
}

// Greenwich has longitude zero and a latitude, and so a position.
func TestGreenwichHasAPosition(t *testing.T) {
	l, _, bad, err := buildText("pcd,lat,long,laua\nSE108XJ,51.4778,0.000000,E09000011\n")
	require.NoError(t, err)
	require.Empty(t, bad)
	got, err := look(t, opened(t, l), "SE10 8XJ")
	require.NoError(t, err)
	require.Less(t, metres(s2.LatLngFromDegrees(51.4778, 0), got.Point), 0.1)
}

func TestDegreesAreKeptToAMillionth(t *testing.T) {
	rnd := seeded(t)
	for range 2000 {
		lat, lng := 49.01+11.9*rnd.Float64(), -8.6+10.4*rnd.Float64()
		s, ok := newSpot(s2.LatLngFromDegrees(lat, lng))
		require.True(t, ok)
		at := s.withDistrict(districtMask).point()
		require.InDelta(t, lat, at.Lat.Degrees(), 0.5000001e-6)
		require.InDelta(t, lng, at.Lng.Degrees(), 0.5000001e-6)
	}
}

// The same rows in another order make the same bytes.
func TestTheOrderOfTheSourceDoesNotMatter(t *testing.T) {
	rnd := seeded(t)
	rows := madeUp(rnd, 3000)
	want, _, _, err := buildText(csvOf(rows))
	require.NoError(t, err)
	for range 3 {
		rnd.Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
		got, _, _, err := buildText(csvOf(rows))
		require.NoError(t, err)
		require.True(t, bytes.Equal(written(t, want), written(t, got)))
	}
	rows[0].easting += 11
	got, _, _, err := buildText(csvOf(rows))
	require.NoError(t, err)
	require.NotEqual(t, want.Hash(), got.Hash(), "eleven metres make another file")
}

type sourceRow struct {
	postcode          Postcode
	easting, northing int
	laua              string
}

// madeUp gives n rows with different postcodes.
func madeUp(rnd *rand.Rand, n int) []sourceRow {
	var codes []string
	for laua := range tables().districts {
		codes = append(codes, laua)
	}
	slices.Sort(codes)
	seen := map[Postcode]bool{}
	var rows []sourceRow
	for len(rows) < n {
		p := randomPostcode(rnd)
		if !seen[p] {
			seen[p] = true
			rows = append(rows, sourceRow{p, 80_000 + rnd.IntN(580_000), 5_000 + rnd.IntN(660_000), codes[rnd.IntN(len(codes))]})
		}
	}
	return rows
}

func csvOf(rows []sourceRow) string {
	var b strings.Builder
	b.WriteString("pcd,oseast1m,osnrth1m,laua\n")
	for _, r := range rows {
		fmt.Fprintf(&b, "%s,%d,%d,%s\n", r.postcode, r.easting, r.northing, r.laua)
	}
	return b.String()
}

// The file against a map, with duplicates, at sizes round the ends of a block.
func TestLookupAgreesWithAMap(t *testing.T) {
	rnd := seeded(t)
	for _, n := range []int{1, 2, blockRows - 1, blockRows, blockRows + 1, 2 * blockRows, 5000} {
		rows := madeUp(rnd, n)
		again := slices.Clone(rows[:n/3])
		for i := range again {
			again[i].easting = 80_000 + rnd.IntN(580_000)
		}
		l, sum, bad, err := buildText(csvOf(append(rows, again...)))
		require.NoError(t, err)
		require.Empty(t, bad)
		require.Equal(t, Summary{Rows: n + n/3, Kept: n, Duplicates: n / 3}, sum)
		oracle := map[Postcode]sourceRow{}
		for _, r := range append(rows, again...) {
			oracle[r.postcode] = r
		}
		d := opened(t, l)
		require.NoError(t, d.Verify())
		for p, r := range oracle {
			requirePlace(t, d, p, r)
		}
		for range 2000 {
			p := Postcode(rnd.Uint32())
			if rnd.IntN(2) == 0 {
				p = rows[rnd.IntN(n)].postcode + Postcode(rnd.IntN(3)) - 1 // next door
			}
			_, err := d.Lookup(p)
			_, there := oracle[p]
			require.Equal(t, there, err == nil, "%d", p)
		}
	}
}

func requirePlace(t testing.TB, d *Directory, p Postcode, r sourceRow) {
	got, err := d.Lookup(p)
	require.NoError(t, err, "%s", p)
	want, err := FromGrid(float64(r.easting), float64(r.northing))
	require.NoError(t, err)
	require.Less(t, metres(want, got.Point), 0.1, "%s", p)
	gss, _ := District(r.laua)
	require.Equal(t, [2]string{r.laua, gss}, [2]string{got.District, got.Authority}, "%s", p)
}

func TestProgressIsToldAndEndsAtTheLastRow(t *testing.T) {
	rows := madeUp(seeded(t), progressEvery/1000)
	text := csvOf(rows)
	body := strings.Repeat(strings.SplitN(text, "\n", 2)[1], 2100)
	var told []int
	_, sum, err := Build(context.Background(), strings.NewReader("pcd,oseast1m,osnrth1m,laua\n"+body),
		BuildOptions{Progress: func(n int) { told = append(told, n) }})
	require.NoError(t, err)
	require.Equal(t, []int{progressEvery, 2 * progressEvery, sum.Rows}, told)
	require.Equal(t, len(rows), sum.Kept)
}

func TestBuildStopsWhenAsked(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	text := "pcd,oseast1m,osnrth1m,laua\n" + strings.Repeat("LS1 1AA,430000,433500,E08000035\n", 4*progressEvery)
	l, sum, err := Build(ctx, strings.NewReader(text), BuildOptions{Progress: func(int) { cancel() }})
	require.ErrorIs(t, err, context.Canceled)
	require.Nil(t, l)
	require.Equal(t, progressEvery, sum.Rows)
}

// A small file has fewer rows than there are between two looks, and blank lines are no rows.
func TestBuildStopsWhateverTheFile(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, _, err := Build(ctx, strings.NewReader(oneRow), BuildOptions{})
	require.ErrorIs(t, err, context.Canceled)

	ctx, cancel = context.WithCancel(context.Background())
	src := io.MultiReader(strings.NewReader(oneRow), strings.NewReader(strings.Repeat("\n", progressEvery)), &cancelling{cancel})
	_, _, err = Build(ctx, src, BuildOptions{})
	require.ErrorIs(t, err, context.Canceled)
}

// cancelling reads as blank lines and cancels when it is read; it ends after some, lest a test hang.
type cancelling struct{ cancel func() }

func (c *cancelling) Read(p []byte) (int, error) {
	if c.cancel == nil {
		return 0, io.EOF
	}
	c.cancel()
	c.cancel = nil
	for i := range p {
		p[i] = '\n'
	}
	return len(p), nil
}

func TestAColumnThatCannotBeTheDistrict(t *testing.T) {
	var b strings.Builder
	b.WriteString("pcd,oseast1m,osnrth1m,laua\n")
	for i := range mostDistricts + 1 {
		fmt.Fprintf(&b, "LS1 1AA,430000,433500,X%d\n", i)
	}
	_, _, _, err := buildText(b.String())
	require.ErrorIs(t, err, ErrUnreadable)
	require.ErrorContains(t, err, "column laua has more than 4096 different codes")
}

// The whole of Great Britain, where it is at hand.
func TestTheWholeCountry(t *testing.T) {
	path := sharedPath(t, "onspd.csv.gz")
	if testing.Short() {
		t.Skip("reads 2.6 million rows")
	}
	f, err := os.Open(path)
	require.NoError(t, err)
	defer f.Close()
	l, sum, err := Build(t.Context(), f, BuildOptions{Rejected: func(e *InvalidError) { t.Error(e) }})
	require.NoError(t, err)
	require.Equal(t, Summary{Rows: 2_657_424, Kept: 2_636_121, NoGrid: 21_303}, sum)

	file := t.TempDir() + "/postcodes"
	require.NoError(t, l.WriteFile(file))
	info, err := os.Stat(file)
	require.NoError(t, err)
	require.Less(t, info.Size(), int64(40<<20))
	d, err := Open(file)
	require.NoError(t, err)
	defer d.Close()
	require.NoError(t, d.Verify())
	require.Less(t, d.header.size, 100<<10, "opening is cheap")
	spotCheck(t, path, d)
}

// spotCheck follows some 200 random rows of the source to the place found for them.
func spotCheck(t *testing.T, path string, d *Directory) {
	f, err := os.Open(path)
	require.NoError(t, err)
	defer f.Close()
	in, err := openSource(f)
	require.NoError(t, err)
	_, err = in.next()
	require.NoError(t, err)
	rnd := seeded(t)
	checked, english := 0, 0
	for line, err := in.next(); err == nil; line, err = in.next() {
		if strings.Contains(string(line), ",E") {
			english++
		}
		if rnd.IntN(13_000) > 0 {
			continue
		}
		cells := strings.Split(string(line), ",")
		p, err := ParsePostcode(cells[0])
		require.NoError(t, err)
		if cells[1] == "" {
			_, err := d.Lookup(p)
			require.ErrorIs(t, err, ErrNotFound)
			continue
		}
		v := floats(t, cells[1:3])
		got, err := d.Lookup(p)
		require.NoError(t, err)
		require.Equal(t, cells[3], got.District)
		require.NotEmpty(t, got.Authority)
		e, n := toGrid(got.Point)
		require.InDelta(t, v[0], e, 0.2, "%s", line)
		require.InDelta(t, v[1], n, 0.2, "%s", line)
		checked++
	}
	require.Greater(t, checked, 150)
	require.Equal(t, 2_264_892, english)
}

func FuzzBuild(f *testing.F) {
	f.Add([]byte(county))
	f.Add([]byte(oneRow))
	f.Add([]byte(zipped(f, oneRow)))
	f.Add([]byte(codePointBD))
	f.Add(archived(f, map[string]string{"Data/CSV/ls.csv": codePointLS, "Data/CSV/bd.csv": codePointBD}))
	f.Add(archived(f, map[string]string{"Data/a.csv": onsHeader + leedsRow, "Data/multi_csv/b.csv": onsHeader + bradfordRow}))
	f.Add([]byte("\xff\xfep\x00"))
	f.Add([]byte("pcds,lat,long,lad25cd\n\"LS1 1AA\",53.8,-1.5,\"E08\"\"\"\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		rejected := 0
		l, sum, err := Build(context.Background(), bytes.NewReader(data), BuildOptions{Rejected: func(e *InvalidError) {
			rejected++
			if e.Row < 2 || e.Why == "" || e.Hint == "" || e.Error() == "" {
				t.Fatalf("a reject that explains nothing: %#v", e)
			}
		}})
		if sum.Rejected != rejected {
			t.Fatalf("%d rejected, %d told", sum.Rejected, rejected)
		}
		if err != nil {
			require.ErrorIs(t, err, ErrUnreadable)
			return
		}
		if sum.Rows != sum.Kept+sum.Duplicates+sum.NoGrid+sum.NorthernIrish+sum.Rejected || sum.Kept != l.Len() {
			t.Fatalf("the counts do not add up: %+v", sum)
		}
		if err := opened(t, l).Verify(); err != nil {
			t.Fatal(err)
		}
	})
}

func BenchmarkBuild(b *testing.B) {
	text := csvOf(madeUp(rand.New(rand.NewPCG(1, 1)), 200_000))
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		l, _, err := Build(context.Background(), strings.NewReader(text), BuildOptions{})
		if err != nil || l.Len() != 200_000 {
			b.Fatal(l, err)
		}
	}
}

func BenchmarkBuildCountry(b *testing.B) {
	data, err := os.ReadFile(sharedPath(b, "onspd.csv.gz"))
	require.NoError(b, err)
	b.ReportAllocs()
	for b.Loop() {
		l, _, err := Build(context.Background(), bytes.NewReader(data), BuildOptions{})
		if err != nil || l.WriteFile(b.TempDir()+"/postcodes") != nil {
			b.Fatal(err)
		}
	}
}
