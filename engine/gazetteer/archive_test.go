package gazetteer

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// archived is a zip archive of files.
func archived(t testing.TB, files map[string]string) []byte {
	t.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		f, err := w.Create(name)
		require.NoError(t, err)
		_, err = io.WriteString(f, files[name])
		require.NoError(t, err)
	}
	require.NoError(t, w.Close())
	return out.Bytes()
}

const (
	leedsRow    = "LS1 1AA,430000,433500,E08000035\n"
	bradfordRow = "BD1 1AA,416400,433100,E08000032\n"
	onsHeader   = "pcd,oseast1m,osnrth1m,laua\n"
	// Code-Point Open, one file an area, without a header.
	codePointLS = "\"LS1 1AA\",10,430000,433500,\"E92000001\",\"E19000001\",\"E18000002\",\"\",\"E08000035\",\"E05011392\"\n"
	codePointBD = "\"BD1 1AA\",10,416400,433100,\"E92000001\",\"E19000001\",\"E18000002\",\"\",\"E08000032\",\"E05001347\"\n" +
		"\"BD1 1AB\",90,0,0,\"E92000001\",\"\",\"\",\"\",\"\",\"\"\n"
)

func TestTheFilesOfCodePointOpenAreReadWithoutAHeader(t *testing.T) {
	want, _, _, err := buildText(onsHeader + leedsRow + bradfordRow)
	require.NoError(t, err)
	for name, content := range map[string][]byte{
		"as published": archived(t, map[string]string{
			"codepo_gb/Data/CSV/ls.csv": codePointLS, "codepo_gb/Data/CSV/bd.csv": codePointBD,
			"codepo_gb/Doc/Code-Point_Open_Column_Headers.csv": "PC,PQ,EA,NO,CY,RH,LH,CC,DC,WC\n", "codepo_gb/Doc/licence.txt": "OGL",
		}),
		"one file":        []byte(codePointLS + codePointBD),
		"with its header": []byte("PC,PQ,EA,NO,CY,RH,LH,CC,DC,WC\n" + codePointLS + codePointBD),
		"with names that are long": []byte("Postcode,Positional_quality_indicator,Eastings,Northings,Country_code,NHS_regional_HA_code,NHS_HA_code,Admin_county_code,Admin_district_code,Admin_ward_code\n" +
			codePointLS + codePointBD),
	} {
		got, sum, bad, err := buildText(string(content))
		require.NoError(t, err, name)
		require.Empty(t, bad, name)
		require.Equal(t, Summary{Rows: 3, Kept: 2, NoGrid: 1}, sum, name)
		require.Equal(t, want.Hash(), got.Hash(), name)
	}
}

func TestTheArchivesOfTheONSAreReadOnce(t *testing.T) {
	want, _, _, err := buildText(onsHeader + leedsRow + bradfordRow)
	require.NoError(t, err)
	for name, files := range map[string]map[string]string{
		"the whole and its pieces": {
			"Data/ONSPD_NOV_2025_UK.csv": onsHeader + leedsRow + bradfordRow, "Data/multi_csv/ONSPD_NOV_2025_UK_BD.csv": onsHeader + bradfordRow,
			"Data/multi_csv/ONSPD_NOV_2025_UK_LS.csv": onsHeader + leedsRow, "Documents/LA_UA names.csv": "LAD23CD,LAD23NM\nE08000035,Leeds\n",
		},
		"the pieces alone":         {"ONSPD/Data/multi_csv/BD.csv": onsHeader + bradfordRow, "ONSPD/Data/multi_csv/LS.csv": "laua,pcd,osnrth1m,oseast1m\nE08000035,LS1 1AA,433500,430000\n"},
		"one file, wherever it is": {"nspl.CSV": onsHeader + leedsRow + bradfordRow, "readme.txt": "", "__MACOSX/._nspl.csv": "\x00", "._nspl.csv": "\x00"},
		"one lookup, where it is so": {"Data/NSPL_NOV_2025_UK.csv": "pcd,pcd2,pcds,dointr,doterm,usertype,oseast1m,osnrth1m,osgrdind,laua,lat,long\n" +
			"LS1 1AA,LS1  1AA,LS1 1AA,198001,,0,430000,433500,1,E08000035,53.7,-1.5\nBD1 1AA,BD1  1AA,BD1 1AA,198001,,0,416400,433100,1,E08000032,53.7,-1.7\n"},
	} {
		got, sum, bad, err := buildText(string(archived(t, files)))
		require.NoError(t, err, name)
		require.Empty(t, bad, name)
		require.Equal(t, Summary{Rows: 2, Kept: 2}, sum, name)
		require.Equal(t, want.Hash(), got.Hash(), name)
	}
}

func TestAPostcodeThatHasEndedIsKeptAndMarkedInALookupToo(t *testing.T) {
	l, sum, _, err := buildText(string(archived(t, map[string]string{"Data/NSPL.csv": "pcds,doterm,oseast1m,osnrth1m,laua\nLS1 1AA,201906,430000,433500,E08000035\nBD1 1AA,,416400,433100,E08000032\n"})))
	require.NoError(t, err)
	require.Equal(t, Summary{Rows: 2, Kept: 2, Ended: 1}, sum)
	d := opened(t, l)
	for text, ended := range map[string]bool{"LS1 1AA": true, "BD1 1AA": false} {
		place, err := look(t, d, text)
		require.NoError(t, err)
		require.Equal(t, ended, place.Ended)
	}
}

// Of two rows with one postcode the later is kept, and files are read in order of name
// however they are packed.
func TestTheFilesOfAnArchiveAreReadInOrderOfName(t *testing.T) {
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, file := range []struct{ name, row string }{{"Data/CSV/ls.csv", leedsRow}, {"Data/CSV/aa.csv", "LS1 1AA,416400,433100,E08000032\n"}} {
		f, err := w.Create(file.name)
		require.NoError(t, err)
		_, err = io.WriteString(f, onsHeader+file.row)
		require.NoError(t, err)
	}
	require.NoError(t, w.Close())
	l, sum, _, err := buildText(out.String())
	require.NoError(t, err)
	require.Equal(t, Summary{Rows: 2, Kept: 1, Duplicates: 1}, sum)
	place, err := look(t, opened(t, l), "LS1 1AA")
	require.NoError(t, err)
	require.Equal(t, "E08000035", place.District)
}

func TestABadRowOfAnArchiveNamesItsFile(t *testing.T) {
	_, sum, bad, err := buildText(string(archived(t, map[string]string{"Data/CSV/bd.csv": codePointBD, "Data/CSV/ls.csv": codePointLS + "\"Leeds\",10,430000,433500,\"\",\"\",\"\",\"\",\"E08000035\",\"\"\n"})))
	require.NoError(t, err)
	require.Equal(t, Summary{Rows: 4, Kept: 2, NoGrid: 1, Rejected: 1}, sum)
	require.EqualError(t, bad[0], `Data/CSV/ls.csv, row 2, column Postcode: "Leeds" is not a postcode; write it like LS6 2AB`)
}

func TestArchivesThatCannotBeUsedSayWhy(t *testing.T) {
	whole := archived(t, map[string]string{"Data/a.csv": onsHeader + leedsRow})
	flipped := bytes.Clone(whole)
	flipped[bytes.Index(flipped, []byte("Data/a.csv"))+len("Data/a.csv")+4] ^= 0xff
	for what, c := range map[string]struct {
		content []byte
		says    string
	}{
		"cut short":                {whole[:len(whole)-30], "damaged or incomplete"},
		"a flipped bit":            {flipped, "cannot be read"},
		"no table":                 {archived(t, map[string]string{"readme.txt": "x"}), "of the 0 CSV files"},
		"tables nobody knows":      {archived(t, map[string]string{"a.csv": onsHeader, "b.csv": onsHeader}), "of the 2 CSV files in the zip archive none is in Data"},
		"a table that is none":     {archived(t, map[string]string{"Data/a.csv": "id,kind\nH-1,foster\n"}), "Data/a.csv: postcode file cannot be read: its first line lacks pcd"},
		"a bomb":                   {archived(t, map[string]string{"Data/a.csv": onsHeader + strings.Repeat("\n", 8<<20)}), `"Data/a.csv" in the zip archive unpacks to more than postcodes do`},
		"a workbook":               {archived(t, map[string]string{"xl/workbook.xml": "<x/>"}), "of the 0 CSV files"},
		"an archive in an archive": {archived(t, map[string]string{"Data/a.csv": string(whole)}), "zip archive"},
	} {
		l, _, _, err := buildText(string(c.content))
		require.ErrorIs(t, err, ErrUnreadable, what)
		require.ErrorContains(t, err, c.says, what)
		require.NotContains(t, err.Error(), "\n", what)
		require.Nil(t, l, what)
	}
	_, _, err := Build(context.Background(), io.MultiReader(bytes.NewReader(whole)), BuildOptions{})
	require.ErrorContains(t, err, "does not come as a file", "an archive is not read from a pipe")
}

func TestAnArchiveOfMoreThanPostcodesAreIsNotRead(t *testing.T) {
	files := slices.Repeat([]*zip.File{{FileHeader: zip.FileHeader{Name: "Doc/a.txt"}}}, mostFiles)
	files[0] = &zip.File{FileHeader: zip.FileHeader{Name: "Data/a.csv"}}
	found, err := postcodeTables(&zip.Reader{File: files})
	require.NoError(t, err, "as many as are believed")
	require.Len(t, found, 1)
	_, err = postcodeTables(&zip.Reader{File: append(files, files[1])})
	require.ErrorContains(t, err, "more than 10000 files")

	sized := func(name string, unpacked uint64) *zip.File {
		return &zip.File{FileHeader: zip.FileHeader{Name: name, UncompressedSize64: unpacked, CompressedSize64: unpacked / 10}}
	}
	require.NoError(t, believed([]*zip.File{sized("Data/a.csv", mostBytes/2), sized("Data/b.csv", mostBytes/2)}))
	require.ErrorContains(t, believed([]*zip.File{sized("Data/a.csv", mostBytes/2), sized("Data/b.csv", mostBytes/2+1)}), `"Data/b.csv"`)
	require.ErrorContains(t, believed([]*zip.File{sized("Data/a.csv", mostBytes), sized("Data/b.csv", math.MaxUint64)}), `"Data/b.csv"`, "a size that no sum has room for")
}

func TestAFilePackedInAnUnknownWayIsNamed(t *testing.T) {
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	_, err := w.CreateRaw(&zip.FileHeader{Name: "Data/a.csv", Method: 9}) // Deflate64, as Windows packs what is large
	require.NoError(t, err)
	require.NoError(t, w.Close())
	_, _, _, err = buildText(out.String())
	require.ErrorIs(t, err, ErrUnreadable)
	require.ErrorIs(t, err, zip.ErrAlgorithm)
	require.ErrorContains(t, err, "Data/a.csv: ")
}

func TestAnArchiveIsInterruptedBetweenItsRows(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	var rows strings.Builder
	rnd := seeded(t)
	for range 70_000 {
		fmt.Fprintf(&rows, "LS1 1AA,%d,%d,E08000035\n", 400000+rnd.IntN(99999), 400000+rnd.IntN(99999))
	}
	content := archived(t, map[string]string{"Data/CSV/a.csv": onsHeader + leedsRow, "Data/CSV/b.csv": onsHeader + rows.String()})
	_, _, err := Build(ctx, bytes.NewReader(content), BuildOptions{Progress: func(int) { cancel() }})
	require.ErrorIs(t, err, context.Canceled)
}
