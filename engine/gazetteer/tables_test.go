package gazetteer

import (
	"io/fs"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"
)

// tablesWith is the embedded files with one replaced.
func tablesWith(t *testing.T, name, content string) fs.FS {
	m := fstest.MapFS{}
	for _, f := range []string{"authorities.csv", "districts.csv", "borders.csv"} {
		data, err := files.ReadFile(f)
		require.NoError(t, err)
		m[f] = &fstest.MapFile{Data: data}
	}
	if content == "" {
		delete(m, name)
	} else {
		m[name] = &fstest.MapFile{Data: []byte(content)}
	}
	return m
}

func TestBrokenTablesAreNamed(t *testing.T) {
	head := "gss,was,dfe,name,also,region,lat,lng,land,river\n"
	for _, c := range []struct{ name, file, content, says string }{
		{"a file is missing", "districts.csv", "", "districts.csv"},
		{"no rows", "borders.csv", "gss,other,other_name,country,kind\n", "borders.csv: no rows"},
		{"a cell too few", "districts.csv", "laua,gss\nE06000001\n", "wrong number of fields"},
		{"latitude is a word", "authorities.csv", head + "E06000001,,805,A,,R,north,1,,\n", "invalid syntax"},
		{"longitude is a word", "authorities.csv", head + "E06000001,,805,A,,R,1,east,,\n", "invalid syntax"},
		{"a neighbour nobody knows", "authorities.csv", head + "E06000001,,805,A,,R,1,1,E06000002,\n", "no boundary between"},
		{"a boundary with itself", "authorities.csv", head + "E06000001,,805,A,,R,1,1,,E06000001\n", "no boundary between"},
		{"a district of nowhere", "districts.csv", "laua,gss\nE06000001,E06009999\n", "unknown authority"},
		{"a border of nowhere", "borders.csv", "gss,other,other_name,country,kind\nE06009999,W06000001,X,Wales,land\n", "no boundary between"},
	} {
		_, err := readAtlas(tablesWith(t, c.file, c.content))
		require.ErrorContains(t, err, c.says, c.name)
		require.ErrorContains(t, err, "gazetteer: ", c.name)
	}
}
