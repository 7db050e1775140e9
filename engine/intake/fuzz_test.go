package intake

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
)

func FuzzHomes(f *testing.F) {
	f.Add([]byte(homeHeader + "\n" + goodHome("H-1") + "\n" + goodHome("H-2") + "\n"))
	f.Add([]byte("\xef\xbb\xbfid;kind;lat;lng;places;pets;closed dates\r\nH;secure;53,8;-1.5;3;none;2026-01-01..2026-02-01\r\n"))
	f.Add([]byte("id\tkind\tlat\tlng\tplaces\town_children\tbedrooms\nH\tfoster\t53.8\t-1.5\t3\tnone\t1;2\n\n\"\n"))
	f.Add([]byte("id,kind,postcode,beds,skills\nH,foster,LS6 2AB,1,\"a;b\\;c;;Caf\xe9\"\n,,,,\nx\n"))
	f.Add([]byte("id,kind,lat,lng,beds,authority,provider,sexes\n'=1,foster,53,-1,0,Leeds,\"a\nb\",unknown\n"))
	f.Add([]byte("\x1f\x8b\x08\x00"))
	f.Fuzz(func(t *testing.T, src []byte) { fuzzFile(t, src, Homes, WriteHomes) })
}

func FuzzChildren(f *testing.F) {
	f.Add([]byte("id,dob,authority,contacts\nC-1,31/03/2015,Leeds,mother:LS6 2AB@4;nan:53.8,-1.5\n"))
	f.Add([]byte("id,dob,authority,away_from,exclusion_zones,wishes,wishes_for\nC-1,2015-03-31,Leeds,Sheffield;LS6 2AB 53.8,-1.5@3,LS6 2AB@0.5,\"a\r\nb\",home:H-1;Pets\n"))
	f.Add([]byte("id,dob,authority,faith,no_contact,kept_apart,year group,pets\n'-1,1 May 2015,383,not known,None,C\\;2;H-1,Year 9,Yes - must\n"))
	f.Fuzz(func(t *testing.T, src []byte) { fuzzFile(t, src, Children, WriteChildren) })
}

func FuzzPlacements(f *testing.F) {
	f.Add([]byte("id,child,home,start,end,type,reason\nP-1,C-1,H-1,2026-01-01,,U4,carpl\nP-1,C-1,H-1,2026-01-01,,,\n"))
	f.Add([]byte("id;Child;home;stArt\n\"0\";0;0;000000\x03\xe800\n\"\r\""))
	f.Add([]byte("id;child;home;start\r\n\"P;1\";C;H;01/02/2026\r\n\"\r\n"))
	f.Fuzz(func(t *testing.T, src []byte) { fuzzFile(t, src, Placements, WritePlacements) })
}

// fuzzFile reads any bytes: nothing panics, every row is good, rejected or blank,
// and the good ones can be written and read back equal.
func fuzzFile[T any](t *testing.T, src []byte, from readFunc[T], to writeFunc[T]) {
	var good []T
	var data bytes.Buffer
	whole := true
	for item, err := range from(context.Background(), bytes.NewReader(src), opts()) {
		if err != nil {
			whole = false
			break
		}
		data.Write(item.Raw)
		if item.Invalid == nil {
			good = append(good, item.Value)
			continue
		}
		require.NotEmpty(t, item.Invalid.Why)
		require.Equal(t, string(item.Raw), string(item.Invalid.Raw))
	}
	if whole && len(src) > 2 && src[0] != 0x1f && len(src) < MaxRecord {
		accounted(t, string(src), data.String())
	}
	var out bytes.Buffer
	require.NoError(t, to(&out, seqOf(good...)))
	h := haulIn(from, &out, opts())
	require.NoError(t, h.err)
	require.Empty(t, sentences(h))
	require.Equal(t, len(good), len(h.good))
	for i := range good {
		require.Equal(t, good[i], h.good[i])
	}
}

// accounted says that the rows that were handed out are all lines of the file
// after its header that hold more than blank cells.
func accounted(t *testing.T, file, rows string) {
	file = strings.TrimPrefix(file, utf8Mark)
	for line := ""; strings.TrimSpace(line) == ""; {
		line, file, _ = strings.Cut(file, "\n")
	}
	require.Equal(t, solid(file), solid(rows))
}

// solid are the lines that hold more than cells that may be blank in one of the
// two encodings.
func solid(s string) []string {
	return slices.DeleteFunc(strings.Split(s, "\n"), func(line string) bool {
		return strings.TrimFunc(line, func(r rune) bool {
			return unicode.IsSpace(r) || r == utf8.RuneError || strings.ContainsRune(`,;"`, r)
		}) == ""
	})
}
