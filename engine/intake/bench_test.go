package intake

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"io"
	"testing"

	"github.com/stretchr/testify/require"
)

// benchHomes is a file of n homes with the twenty columns that councils fill in.
func benchHomes(n int) []byte {
	var b bytes.Buffer
	b.WriteString("id,kind,provider_code,authority,postcode,lat,lng,beds,places,age_min,age_max,sexes,durations,skills,languages,faiths,pets,smoking,registered_from,status\n")
	for i := range n {
		fmt.Fprintf(&b, "H-%06d,foster,PR1,E08000035,LS6 2AB,%.5f,%.5f,%d,%d,0,17,M;F,short;long,autism;trauma-informed,english;urdu,muslim,dog,no,2021-03-%02d,approved\n",
			i, 53.7+float64(i%1000)/5000, -1.6+float64(i%777)/5000, 1+i%3, 1+i%3, 1+i%28)
	}
	return b.Bytes()
}

// BenchmarkHomes reads a file of 20,000 homes with twenty columns.
func BenchmarkHomes(b *testing.B) {
	const n = 20_000
	src := benchHomes(n)
	b.SetBytes(int64(len(src)))
	b.ReportAllocs()
	for b.Loop() {
		h := 0
		for item, err := range Homes(b.Context(), bytes.NewReader(src), opts()) {
			if err == nil && item.Invalid == nil {
				h++
			}
		}
		require.Equal(b, n, h)
	}
	b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}

// BenchmarkChildren reads children with contacts, which are places too.
func BenchmarkChildren(b *testing.B) {
	const n = 20_000
	var src bytes.Buffer
	src.WriteString("id,dob,sex,authority,home_postcode,contacts,year_group,needs,faith,wishes\n")
	for i := range n {
		fmt.Fprintf(&src, "C-%06d,%02d/03/2015,F,Leeds,LS6 2AB,mother:LS6 2AB@4;nan:S1 2HH,Year 6,autism,sikh,\"my own room, please\"\n", i, 1+i%28)
	}
	file := src.Bytes()
	b.SetBytes(int64(len(file)))
	b.ReportAllocs()
	for b.Loop() {
		good := 0
		for item, err := range Children(b.Context(), bytes.NewReader(file), opts()) {
			if err == nil && item.Invalid == nil {
				good++
			}
		}
		require.Equal(b, n, good)
	}
	b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}

// BenchmarkBareCSV is what encoding/csv alone takes for the same file.
func BenchmarkBareCSV(b *testing.B) {
	const n = 20_000
	src := benchHomes(n)
	b.SetBytes(int64(len(src)))
	b.ReportAllocs()
	for b.Loop() {
		r := csv.NewReader(bytes.NewReader(src))
		r.ReuseRecord = true
		rows := 0
		for _, err := r.Read(); err == nil; _, err = r.Read() {
			rows++
		}
		require.Equal(b, n+1, rows)
	}
	b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}

// BenchmarkWriteHomes writes those homes with every column.
func BenchmarkWriteHomes(b *testing.B) {
	const n = 20_000
	h := haulIn(Homes, bytes.NewReader(benchHomes(n)), opts())
	require.Len(b, h.good, n)
	b.ReportAllocs()
	for b.Loop() {
		require.NoError(b, WriteHomes(io.Discard, seqOf(h.good...)))
	}
	b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}
