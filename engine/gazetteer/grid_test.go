package gazetteer

import (
	"encoding/csv"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/golang/geo/s2"
	"github.com/stretchr/testify/require"
)

// metres between two points by the spherical law, on the mean radius; close enough to tell a
// centimetre.
func metres(a, b s2.LatLng) float64 { return haversineMiles(a, b) * 1609.344 }

// projOSGB are postcode points from all over England and its extremes, converted by PROJ 9.1.1 from
// EPSG:27700 to EPSG:4326 without the OSTN15 grid, that is by EPSG:1314.
var projOSGB = []struct{ easting, northing, lat, lng float64 }{
	{87897, 15021, 49.95360524, -6.35264661},
	{87903, 15077, 49.95411058, -6.35260857},
	{88184, 8132, 49.89197447, -6.34309262},
	{92685, 11281, 49.92254524, -6.28311159},
	{144852, 24277, 50.06375483, -5.56654304},
	{178496, 22989, 50.06567451, -5.09647021},
	{179785, 61325, 50.41042330, -5.10076046},
	{231987, 53903, 50.36099207, -4.36349546},
	{248013, 55855, 50.38289435, -4.13914599},
	{256278, 146619, 51.20065610, -4.05851015},
	{293392, 112478, 50.90190315, -3.51745826},
	{294138, 73203, 50.54897512, -3.49556676},
	{299795, 527991, 54.63705323, -3.55402456},
	{321700, 389200, 53.39380337, -3.17893006},
	{323442, 242017, 52.07120699, -3.11835475},
	{324199, 329854, 52.86081377, -3.12730996},
	{339813, 118284, 50.96082207, -2.85836889},
	{346067, 566605, 54.99109559, -2.84444890},
	{349718, 240837, 52.06361357, -2.73487033},
	{362062, 269270, 52.32021099, -2.55801334},
	{377577, 166308, 51.39536015, -2.32368031},
	{382638, 637453, 55.63033236, -2.27730821},
	{385485, 122821, 51.00458987, -2.20824472},
	{398204, 656014, 55.79741495, -2.03021575},
	{398971, 652368, 55.76465807, -2.01796672},
	{410826, 525668, 54.62603668, -1.83383779},
	{422114, 250961, 52.15648791, -1.67817284},
	{439722, 375670, 53.27653056, -1.40577078},
	{448792, 110113, 50.88845041, -1.30770523},
	{461461, 484224, 54.25001702, -1.05822680},
	{483649, 483170, 54.23740687, -0.71807158},
	{499723, 371666, 53.23267736, -0.50745538},
	{515931, 130792, 51.06476689, -0.34691827},
	{534170, 290174, 52.49298241, -0.02521433},
	{561015, 99022, 50.76844422, 0.28199585},
	{590474, 117587, 50.92628783, 0.70894401},
	{620917, 167758, 51.36589738, 1.17222931},
	{620991, 136649, 51.08656673, 1.15412402},
	{654158, 294371, 52.48799606, 1.74218366},
	{655448, 293461, 52.47923096, 1.76044323},
}

func TestGridAgreesWithPROJWithinACentimetre(t *testing.T) {
	require.Len(t, projOSGB, 40)
	for _, c := range projOSGB {
		got, err := FromGrid(c.easting, c.northing)
		require.NoError(t, err)
		require.Less(t, metres(got, s2.LatLngFromDegrees(c.lat, c.lng)), 0.01, "%v %v", c.easting, c.northing)
	}
}

// surveyedPoints are points of the Ordnance Survey's OSTN15 test set: the true position (ETRS89) and
// how far the seven-parameter shift is known to be off there, in metres.
var surveyedPoints = []struct {
	place                                string
	easting, northing, lat, lng, offsetM float64
}{
	{"St Mary's, Scilly", 91492.146, 11318.804, 49.92226393730, -6.29977752014, 4.73},
	{"Lizard Point", 170370.718, 11572.405, 49.96006137820, -5.20304609998, 4.11},
	{"Plymouth", 250359.811, 62016.569, 50.43885825610, -4.10864563561, 2.41},
	{"St Catherine's Point", 449816.371, 75335.861, 50.57563665000, -1.29782277240, 1.44},
	{"Southampton (former OS head office)", 438710.920, 114792.250, 50.93127937910, -1.45051433700, 1.10},
	{"North Foreland", 639821.835, 169565.858, 51.37447025550, 1.44454730409, 1.92},
	{"Brislington", 362269.991, 169978.690, 51.42754743020, -2.54407618349, 0.23},
	{"Lambeth", 530624.974, 178388.464, 51.48936564950, -0.11992557180, 1.73},
	{"Colchester", 599445.590, 225722.826, 51.89436637350, 0.89724327012, 2.40},
	{"Droitwich", 389544.190, 261912.153, 52.25529381630, -2.15458614387, 1.65},
	{"Northampton", 474335.969, 262047.755, 52.25160951230, -0.91248956970, 1.96},
	{"King's Lynn", 562180.547, 319784.995, 52.75136687170, 0.40153547065, 2.68},
	{"Nottingham", 454002.834, 340834.943, 52.96219109410, -1.19747655922, 2.26},
	{"Daresbury", 357455.843, 383290.436, 53.34480280190, -2.64049320810, 1.72},
	{"Blackpool Airport", 331534.564, 431920.794, 53.77911025760, -3.04045490691, 1.64},
	{"Pudsey", 422242.186, 433818.701, 53.80021519630, -1.66379168242, 1.74},
	{"Flamborough Head", 525745.670, 470703.214, 54.11685144290, -0.07773133187, 2.43},
	{"Carlisle", 339921.145, 556034.761, 54.89542340420, -2.93827741149, 0.76},
	{"Newcastle University", 424639.355, 565012.703, 54.97912273660, -1.61657685184, 1.16},
}

func TestGridIsWithinSixMetresOfSurveyedPoints(t *testing.T) {
	require.Len(t, surveyedPoints, 19)
	for _, c := range surveyedPoints {
		got, err := FromGrid(c.easting, c.northing)
		require.NoError(t, err)
		off := metres(got, s2.LatLngFromDegrees(c.lat, c.lng))
		require.Less(t, off, 6.0, c.place)
		require.InDelta(t, c.offsetM, off, 0.05, "%s: the shift has a known error here", c.place)
	}
}

// toGrid is the forward way, by the Krüger series in the third flattening (Karney 2011) where
// FromGrid uses the OS guide's, and by inverting the shift numerically: an independent oracle.
func toGrid(at s2.LatLng) (easting, northing float64) {
	lat, lng := at.Lat.Radians(), at.Lng.Radians()
	for range 6 { // find the Airy position that shifts to at
		got := toWGS84(lat, lng)
		lat += at.Lat.Radians() - got.Lat.Radians()
		lng += at.Lng.Radians() - got.Lng.Radians()
	}
	return kruger(lat, lng)
}

func kruger(lat, lng float64) (easting, northing float64) {
	n := (airy1830.a - airy1830.b) / (airy1830.a + airy1830.b)
	radius := airy1830.a / (1 + n) * (1 + n*n/4 + n*n*n*n/64)
	e := math.Sqrt(airy1830.e2())
	alpha := []float64{
		n/2 - 2*n*n/3 + 5*n*n*n/16 + 41*n*n*n*n/180,
		13*n*n/48 - 3*n*n*n/5 + 557*n*n*n*n/1440,
		61*n*n*n/240 - 103*n*n*n*n/140,
		49561 * n * n * n * n / 161280,
	}
	project := func(lat, lng float64) (x, y float64) {
		t := math.Sinh(math.Atanh(math.Sin(lat)) - e*math.Atanh(e*math.Sin(lat)))
		xi := math.Atan2(t, math.Cos(lng))
		eta := math.Atanh(math.Sin(lng) / math.Sqrt(1+t*t))
		x, y = eta, xi
		for j, a := range alpha {
			k := 2 * float64(j+1)
			x += a * math.Cos(k*xi) * math.Sinh(k*eta)
			y += a * math.Sin(k*xi) * math.Cosh(k*eta)
		}
		return gridScale * radius * x, gridScale * radius * y
	}
	x, y := project(lat, lng-gridLng0)
	_, y0 := project(gridLat0, 0)
	return falseEast + x, falseNorth + y - y0
}

func TestGridAndBackReturnsToTheSamePlace(t *testing.T) {
	rnd := seeded(t)
	for range 5000 {
		e, n := rnd.Float64()*gridEast, rnd.Float64()*gridNorth
		at, err := FromGrid(e, n)
		require.NoError(t, err)
		backE, backN := toGrid(at)
		allowed := 0.02 // metres; the OS guide's series is cut short, which shows far from 2° W
		if e > 80_000 && e < 660_000 && n < 660_000 {
			allowed = 0.001 // England
		}
		require.InDelta(t, e, backE, allowed, "easting of %v, %v", e, n)
		require.InDelta(t, n, backN, allowed, "northing of %v, %v", e, n)
	}
}

func TestGridRefusesWhatIsNotOnIt(t *testing.T) {
	for _, c := range [][2]float64{
		{-1, 0}, {0, -1}, {700_001, 0}, {0, 1_300_001},
		{math.NaN(), 1}, {1, math.NaN()}, {math.Inf(1), 1}, {1, math.Inf(-1)},
	} {
		_, err := FromGrid(c[0], c[1])
		require.ErrorIs(t, err, ErrOffGrid, "%v", c)
	}
	for _, c := range [][2]float64{{0, 0}, {700_000, 1_300_000}} {
		_, err := FromGrid(c[0], c[1])
		require.NoError(t, err, "the corner %v is on the grid", c)
	}
}

func TestAllPROJPoints(t *testing.T) {
	rows := sharedCSV(t, "osgb_checks.csv")
	require.Len(t, rows, 208)
	for _, row := range rows {
		v := floats(t, row)
		got, err := FromGrid(v[0], v[1])
		require.NoError(t, err)
		require.Less(t, metres(got, s2.LatLngFromDegrees(v[2], v[3])), 0.01, "%v", row)
	}
}

func floats(t *testing.T, row []string) []float64 {
	var out []float64
	for _, cell := range row {
		f, err := strconv.ParseFloat(cell, 64)
		require.NoError(t, err)
		out = append(out, f)
	}
	return out
}

// sharedPath finds a file of real data kept beside the checkout; without it the test is skipped.
func sharedPath(t testing.TB, name string) string {
	path := filepath.Join("..", "..", "..", "shared", "data", name)
	if _, err := os.Stat(path); err != nil {
		t.Skipf("no real data here: %v", err)
	}
	return path
}

// sharedCSV returns the rows of such a file without its header.
func sharedCSV(t testing.TB, name string) [][]string {
	f, err := os.Open(sharedPath(t, name))
	require.NoError(t, err)
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	require.NoError(t, err)
	return rows[1:]
}

func BenchmarkFromGrid(b *testing.B) {
	rnd := rand.New(rand.NewPCG(1, 1))
	e, n := rnd.Float64()*gridEast, rnd.Float64()*gridNorth
	for b.Loop() {
		if at, err := FromGrid(e, n); err != nil || at.Lat == 0 {
			b.Fatal(at, err)
		}
	}
}
