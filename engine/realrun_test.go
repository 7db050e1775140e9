package engine_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine"
	"github.com/stablehomes/stablehomes/engine/care"
)

// The whole postcode directory of the country, where it is at hand.
var realPostcodes = filepath.Join("..", "..", "shared", "data", "onspd.csv.gz")

// Five thousand homes at real postcodes anywhere in England, and a girl of Leeds
// whose mother and school have postcodes there: every distance in the reasons
// agrees with one worked out from the grid references by other means.
func TestDistancesOnRealGeography(t *testing.T) {
	if testing.Short() {
		t.Skip("reads 2.6 million postcodes")
	}
	if _, err := os.Stat(realPostcodes); err != nil {
		t.Skip("the postcode directory is not at hand")
	}
	const seed = 20261122
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 1))
	england, leeds := realRows(t)
	ctx := context.Background()
	eng, err := engine.Open(ctx, filepath.Join(t.TempDir(), "db"))
	require.NoError(t, err)
	defer func() { require.NoError(t, eng.Close()) }()
	source, err := os.Open(realPostcodes)
	require.NoError(t, err)
	defer source.Close()
	rep, err := eng.Import(ctx, engine.Import{Kind: engine.Postcodes, Files: []engine.File{{Name: "onspd", Source: source}}})
	require.NoError(t, err)
	require.Equal(t, 2_657_424, rep.Rows)
	require.Equal(t, 2_636_121, rep.New)

	truth := map[care.ID]gridRow{}
	homes := "id,kind,postcode,beds,status,registered_from,registered_until,restriction_from,closed_dates\n"
	for i := range 5000 {
		row := england[random.IntN(len(england))]
		id := care.ID(fmt.Sprintf("H-%04d", i))
		truth[id] = row
		homes += fmt.Sprintf("%s,foster,%s,2,approved,2019-01-01,none,none,none\n", id, respelt(random, row.postcode))
	}
	take(t, eng, engine.Homes, homes, 5000)
	mother, school := leeds[random.IntN(len(leeds))], leeds[random.IntN(len(leeds))]
	take(t, eng, engine.Children, fmt.Sprintf("id,dob,sex,authority,home_postcode,contacts,school_postcode,year_group\nC-1,2014-03-09,F,Leeds,%s,mother:%s@4,%s,8\n",
		mother.postcode, respelt(random, mother.postcode), respelt(random, school.postcode)), 1)

	res, err := eng.Match(ctx, engine.Request{Children: []care.ID{"C-1"}, On: care.Date(2026, 11, 22), Limit: 5000})
	require.NoError(t, err)
	require.Len(t, res.Candidates, 5000)
	for _, c := range res.Candidates {
		for _, r := range c.Reasons {
			switch r.Criterion {
			case "near-family":
				require.InDelta(t, gridMiles(truth[c.Home], mother), *r.Miles, 0.1, "%s from the mother", c.Home)
			case "school":
				require.InDelta(t, gridMiles(truth[c.Home], school), *r.Miles, 0.1, "%s from school", c.Home)
			}
		}
	}
}

// take imports a file and insists that every row of it is new.
func take(t *testing.T, eng *engine.Engine, kind engine.Kind, content string, rows int) {
	t.Helper()
	rep, err := eng.Import(context.Background(), engine.Import{
		Kind: kind, Files: []engine.File{{Name: string(kind), Source: strings.NewReader(content)}},
		Reject: func(bad *engine.Rejected) error { return bad },
	})
	require.NoError(t, err)
	require.Equal(t, rows, rep.New)
}

// gridRow is a postcode with its position on the British National Grid.
type gridRow struct {
	postcode          string
	easting, northing float64
}

func realRows(t *testing.T) (england, leeds []gridRow) {
	t.Helper()
	packed, err := os.ReadFile(realPostcodes)
	require.NoError(t, err)
	plain, err := gzip.NewReader(bytes.NewReader(packed))
	require.NoError(t, err)
	rows := csv.NewReader(plain)
	rows.ReuseRecord = true
	for {
		r, err := rows.Read()
		if err == io.EOF {
			return england, leeds
		}
		require.NoError(t, err)
		if !strings.HasPrefix(r[3], "E0") && !strings.HasPrefix(r[3], "E1") {
			continue
		}
		e, errE := strconv.ParseFloat(r[1], 64)
		n, errN := strconv.ParseFloat(r[2], 64)
		if errE != nil || errN != nil {
			continue
		}
		row := gridRow{strings.Clone(r[0]), e, n}
		england = append(england, row)
		if r[3] == "E08000035" {
			leeds = append(leeds, row)
		}
	}
}

// respelt writes a postcode as people do.
func respelt(random *rand.Rand, postcode string) string {
	tight := strings.ReplaceAll(postcode, " ", "")
	cut := len(tight) - 3
	return [...]string{tight, strings.ToLower(tight), tight[:cut] + " " + tight[cut:], tight[:cut] + "  " + strings.ToLower(tight[cut:])}[random.IntN(4)]
}

// gridMiles is the great-circle distance of two grid references by way of
// latitude and longitude on the datum of the grid. It leaves out the shift to
// WGS84, which moves both ends alike, and uses the series of the Ordnance
// Survey's guide and haversines; the engine has a shift and chords.
func gridMiles(a, b gridRow) float64 {
	lat1, lng1 := gridAngles(a)
	lat2, lng2 := gridAngles(b)
	haversine := func(x float64) float64 { return math.Sin(x/2) * math.Sin(x/2) }
	h := haversine(lat2-lat1) + math.Cos(lat1)*math.Cos(lat2)*haversine(lng2-lng1)
	return 2 * 6371.0088 * math.Asin(math.Sqrt(h)) / 1.609344
}

// gridAngles inverts the transverse Mercator projection of the grid (A guide to
// coordinate systems in Great Britain, annexe C), in radians.
func gridAngles(g gridRow) (lat, lng float64) {
	const a, b, f0, e0, n0 = 6377563.396, 6356256.909, 0.9996012717, 400_000, -100_000
	lat0, lng0 := 49*math.Pi/180, -2*math.Pi/180
	e2, n := 1-b*b/(a*a), (a-b)/(a+b)
	lat, arc := lat0, 0.0
	for g.northing-n0-arc >= 1e-5 {
		lat += (g.northing - n0 - arc) / (a * f0)
		d, s := lat-lat0, lat+lat0
		arc = b * f0 * ((1+n+5./4*n*n+5./4*n*n*n)*d - (3*n+3*n*n+21./8*n*n*n)*math.Sin(d)*math.Cos(s) +
			(15./8*n*n+15./8*n*n*n)*math.Sin(2*d)*math.Cos(2*s) - 35./24*n*n*n*math.Sin(3*d)*math.Cos(3*s))
	}
	sin2 := math.Sin(lat) * math.Sin(lat)
	nu := a * f0 / math.Sqrt(1-e2*sin2)
	rho := a * f0 * (1 - e2) / math.Pow(1-e2*sin2, 1.5)
	eta2, t, sec, east := nu/rho-1, math.Tan(lat), 1/math.Cos(lat), g.easting-e0
	vii := t / (2 * rho * nu)
	viii := t / (24 * rho * nu * nu * nu) * (5 + 3*t*t + eta2 - 9*t*t*eta2)
	x, xi := sec/nu, sec/(6*nu*nu*nu)*(nu/rho+2*t*t)
	return lat - vii*east*east + viii*math.Pow(east, 4), lng0 + x*east - xi*math.Pow(east, 3)
}
