package gazetteer

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestWhichColumnIsTaken(t *testing.T) {
	for _, c := range []struct {
		name, header                    string
		postcode, x, y, district, ended string
		grid                            bool
	}{
		{
			"our extract", "pcd,oseast1m,osnrth1m,laua",
			"pcd", "oseast1m", "osnrth1m", "laua", "", true,
		},
		{
			"the ONS edition of 2023",
			"pcd,pcd2,pcds,dointr,doterm,oscty,ced,oslaua,osward,parish,usertype,oseast1m,osnrth1m,osgrdind,lat,long,imd",
			"pcds", "oseast1m", "osnrth1m", "oslaua", "doterm", true,
		},
		{
			"the ONS edition of 2025",
			"PCD7,PCD8,PCDS,DOINTR,DOTERM,CTY25CD,CED25CD,LAD25CD,WD25CD,EAST1M,NORTH1M,GRIDIND,LAT,LONG",
			"PCDS", "EAST1M", "NORTH1M", "LAD25CD", "DOTERM", true,
		},
		{
			"the national lookup", "pcd7,pcd8,pcds,dointr,doterm,ladcd,lat,lng",
			"pcds", "lng", "lat", "ladcd", "doterm", false,
		},
		{
			"degrees where only half a grid reference is there", "postcode,easting,latitude,longitude,laua",
			"postcode", "longitude", "latitude", "laua", "", false,
		},
		{
			"laua rather than lad, wherever they stand", "lad23cd,laua,pcd,easting,northing",
			"pcd", "easting", "northing", "laua", "", true,
		},
		{
			"the first of two of one name", "pcd,PCD ,oseast1m,osnrth1m,laua",
			"pcd", "oseast1m", "osnrth1m", "laua", "", true,
		},
	} {
		got, err := readHeader([]byte(c.header))
		require.NoError(t, err, c.name)
		name := func(i int) string {
			if i < 0 {
				return ""
			}
			return got.names[i]
		}
		require.Equal(t,
			[]string{c.postcode, c.x, c.y, c.district, c.ended},
			[]string{name(got.postcode), name(got.x), name(got.y), name(got.district), name(got.ended)}, c.name)
		require.Equal(t, c.grid, got.grid, c.name)
	}
}

func TestDistrictColumnsByYear(t *testing.T) {
	for name, is := range map[string]bool{
		"lad": true, "ladcd": true, "lad23cd": true, "lad25": true,
		"lad2cd": false, "lad2023cd": false, "ladnm": false, "lad25nm": false, "oslaua": false, "": false,
	} {
		require.Equal(t, is, isDistrictName(name), name)
	}
}

func TestAHeaderThatLacksSomethingNamesIt(t *testing.T) {
	all := []string{"pcd", "oseast1m", "osnrth1m", "laua"}
	lacks := []string{"pcd (or", "oseast1m and osnrth1m (or", "oseast1m and osnrth1m (or", "laua (or"}
	for i := range all {
		header := strings.Join(append(append([]string{}, all[:i]...), all[i+1:]...), ",")
		_, err := readHeader([]byte(header))
		require.ErrorIs(t, err, ErrUnreadable)
		require.ErrorContains(t, err, "lacks "+lacks[i])
		require.ErrorContains(t, err, header, "it shows what the file has")
	}
}
