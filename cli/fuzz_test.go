package cli_test

import (
	"bytes"
	"encoding/json"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/cli"
)

// FuzzAQuestion asks the county whatever there is. Flags that name files are
// left out: they would lead out of the test.
func FuzzAQuestion(f *testing.F) {
	for _, who := range everyone {
		f.Add("match " + who)
		f.Add("explain --home H-00001 " + who)
	}
	for _, c := range commandLines {
		f.Add(c.line)
	}
	f.Add("match --child C-104 --within 1e308 --limit 2147483647 --kind foster --why-not=all")
	f.Add("match --dob 2014-03-09 --sex F --authority Leeds --from nan,inf")
	f.Add("match --dob 2200-12-31 --sex F --authority Leeds --from 90,180 --on 2199-01-01 --at 0000-01-01T00:00:00Z")
	db := countyStore(f)
	f.Fuzz(func(t *testing.T, line string) {
		command, rest, _ := strings.Cut(line, " ")
		if command != "match" && command != "explain" || slices.ContainsFunc([]string{"-db", "-policy", "-key-file", "-report"}, func(flag string) bool { return strings.Contains(rest, flag) }) {
			return
		}
		var out, errs bytes.Buffer
		code := cli.Run(t.Context(), append([]string{"stablehomes", command, "--db", db}, strings.Fields(rest)...), nil, &out, &errs)
		require.Contains(t, []int{0, 1, 2, 3}, code, line)
		require.Equal(t, code == 1 || code == 2, strings.HasPrefix(errs.String(), "stablehomes: "), line)
		require.Equal(t, code == 0 || code == 3, out.Len() > 0, line)
	})
}

// FuzzAFile imports whatever there is, and stores none of it.
func FuzzAFile(f *testing.F) {
	for kind, header := range []string{homesHeader, childrenHeader, placementsHeader, postcodesHeader} {
		for _, c := range badFilesOf(header, goodHome) {
			if len(c.content) < 1<<16 {
				f.Add(c.content, byte(kind))
			}
		}
	}
	f.Add(homesHeader+goodHome("H-1"), byte(0))
	f.Add(childrenHeader+goodChild("C-1"), byte(1))
	f.Add(placementsHeader+goodPlacement("P-1"), byte(2))
	f.Add(postcodesHeader+"LS6 2AB,428256,436300,E08000035\n", byte(3))
	kinds := []string{"homes", "children", "placements", "postcodes"}
	f.Fuzz(func(t *testing.T, content string, kind byte) {
		var out bytes.Buffer
		args := []string{"stablehomes", "import", "--db", "nowhere", "--dry-run", "--json", kinds[int(kind)%len(kinds)], "-"}
		code := cli.Run(t.Context(), args, strings.NewReader(content), &out, io.Discard)
		var rep report
		require.NoError(t, json.Unmarshal(out.Bytes(), &rep))
		require.Len(t, rep.Rejects, rep.Rejected)
		require.Contains(t, []int{0, 1, 4}, code)
		require.Equal(t, code == 1, rep.Error != "")
		if code != 1 {
			require.Equal(t, code == 4, rep.Rejected > 0)
			require.Equal(t, rep.Rows, rep.New+rep.Updated+rep.Unchanged+rep.Rejected+rep.skipped())
		}
	})
}
