package engine_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine"
)

// Rows that contradict the country or the calendar are slips of the keyboard, and
// each could make the law say the wrong thing.
func TestSlipsThatTheLawWouldRestOn(t *testing.T) {
	const homes = "id,kind,authority,lat,lng,beds\n"
	const children = "id,dob,sex,authority,contacts,no_contact\n"
	for _, s := range []struct {
		name, header, row string
		kind              engine.Kind
		why               string // empty where the row is good
	}{
		{"in London, and of Leeds", homes, "H-1,foster,Leeds,51.5,-0.1,2", engine.Homes, "171 miles from the middle of Leeds"},
		{"at the edge of North Yorkshire", homes, "H-1,foster,North Yorkshire,54.07,-2.5,2", engine.Homes, ""},
		{"in Cardiff, of Cardiff", homes, "H-1,foster,W06000015,51.48,-3.18,2", engine.Homes, ""},
		{"expected next spring", children, "C-1,2027-03-01,F,Leeds,,", engine.Children, ""},
		{"expected in ten months", children, "C-1,2027-09-22,F,Leeds,,", engine.Children, ""},
		{"expected the day after", children, "C-1,2027-09-23,F,Leeds,,", engine.Children, "more than 10 months ahead"},
		{"born in 2041 for 2014", children, "C-1,2041-03-09,F,Leeds,,", engine.Children, "more than 10 months ahead"},
		{"25 and staying", children, "C-1,2000-11-23,F,Leeds,,", engine.Children, ""},
		{"26", children, "C-1,2000-11-22,F,Leeds,,", engine.Children, "makes the child 26"},
		{"a slip for father", children, "C-1,2014-03-09,F,Leeds,\"father:53.8,-1.5@4\",fathr", engine.Children, "almost as the contact father"},
		{"father, who is listed", children, "C-1,2014-03-09,F,Leeds,\"father:53.8,-1.5@4\",father", engine.Children, ""},
		{"an uncle, who is not", children, "C-1,2014-03-09,F,Leeds,\"father:53.8,-1.5@4\",uncle", engine.Children, ""},
	} {
		t.Run(s.name, func(t *testing.T) {
			eng := engine.InMemory()
			defer eng.Close()
			var rejected []string
			rep, err := eng.Import(context.Background(), engine.Import{
				Kind: s.kind, Files: []engine.File{{Name: "f.csv", Source: strings.NewReader(s.header + s.row + "\n")}},
				At: time.Date(2026, time.November, 22, 15, 0, 0, 0, time.UTC),
				Reject: func(bad *engine.Rejected) error {
					rejected = append(rejected, bad.Error())
					return nil
				},
			})
			require.NoError(t, err)
			if s.why == "" {
				require.Equal(t, 1, rep.New, rejected)
				return
			}
			require.Len(t, rejected, 1)
			require.Contains(t, rejected[0], s.why)
			require.Zero(t, rep.New)
		})
	}
}
