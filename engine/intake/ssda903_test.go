package intake

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine/care"
)

const (
	headerRow   = "CHILD,SEX,DOB,ETHNIC,UPN,MOTHER,MC_DOB"
	episodesRow = "CHILD,DECOM,RNE,LS,CIN,PLACE,PLACE_PROVIDER,DEC,REC,REASON_PLACE_CHANGE,HOME_POST,PL_POST,URN"
)

// ofLeeds are the options for a return that Leeds made.
func ofLeeds() Options { return Options{File: "return.csv", Resolver: atlas{}, Authority: "Leeds"} }

func TestAHeaderSaysWhoTheChildIs(t *testing.T) {
	for name, c := range map[string]struct {
		row  string
		want Return
	}{
		"codes to 2023-24":   {"104,2,27/03/2008,WROM,,,", Return{Child: "E08000035/104", Sex: care.Female, DOB: care.Date(2008, 3, 27), Ethnic: "WROM"}},
		"codes from 2024-25": {"104,m,2008-03-27,wbri,,,", Return{Child: "E08000035/104", Sex: care.Male, DOB: care.Date(2008, 3, 27), Ethnic: "WBRI"}},
		"sex not known":      {"0104,U,27/03/2008,,,,", Return{Child: "E08000035/0104", DOB: care.Date(2008, 3, 27)}},
		"a number and a day": {"'-4,1,1/4/2008,NOBT,,,", Return{Child: "E08000035/-4", Sex: care.Male, DOB: care.Date(2008, 4, 1), Ethnic: "NOBT"}},
	} {
		t.Run(name, func(t *testing.T) {
			h := haulIn(SSDA903, file(headerRow, c.row), ofLeeds())
			require.NoError(t, h.err)
			require.Empty(t, sentences(h))
			c.want.Table = HeaderTable
			require.Equal(t, []Return{c.want}, h.good)
		})
	}
}

func TestAnEpisodeIsReadWithItsPostcodes(t *testing.T) {
	h := haulIn(SSDA903, file(episodesRow, "104,15/02/2024,L,c2,N3,u6,PR1,14/08/2024,X1,CARPL,ls62ab,S1 2HH,SC012345"), ofLeeds())
	require.NoError(t, h.err)
	require.Empty(t, sentences(h))
	require.Empty(t, h.warnings)
	require.Equal(t, []Return{{
		Table: EpisodesTable, Child: "E08000035/104", Home: care.Location{Postcode: "LS6 2AB", Point: atlasPlaces["LS6 2AB"].Point},
		Episode: care.Episode{
			Start: care.Date(2024, 2, 15), Began: "L", Legal: "C2", Need: "N3", Place: "U6", Provider: "PR1",
			End: care.Date(2024, 8, 14), Ended: "X1", Moved: "CARPL", HomePost: "LS6 2AB", PlacePost: "S1 2HH", URN: "SC012345",
		},
	}}, h.good)
}

func TestATableIsToldByItsColumns(t *testing.T) {
	for table, header := range map[string]string{
		HeaderTable:           headerRow + ",UASC_STATUS",
		EpisodesTable:         "PL,CHILDID,DECOM",
		UASCTable:             "CHILD,SEX,DOB,DUC",
		"Reviews":             "CHILD,DOB,REVIEW,REVIEW_CODE",
		"OC2":                 "CHILD,DOB,SDQ_SCORE,SDQ_REASON,CONVICTED",
		"OC3":                 "child;dob;in touch;activ;accom",
		"AD1":                 "CHILD,DOB,DATE_INT,DATE_MATCH,FOSTER_CARE",
		"PlacedAdoption":      "CHILD,DOB,DATE_PLACED,DATE_PLACED_CEASED",
		"PrevPerm":            "CHILD,DOB,PREV_PERM,LA_PERM,DATE_PERM",
		"Missing":             "CHILD,DOB,MISSING,MIS_START,MIS_END",
		"SWEpisodes":          "\ufeffCHILD,DOB,SW_ID,SW_DECOM,SW_DEC,SW_REASON",
		"DoLo":                "CHILD,DOB,DOLO_START,DOLO_END",
		"not a table at all":  "CHILD,SEX,DOB",
		"nor one of a return": "id,kind,beds",
	} {
		order, err := SniffReturn("f.csv", []byte(header+"\n"))
		if strings.Contains(table, " ") {
			require.ErrorContains(t, err, "f.csv: is none of the tables of an SSDA903 return", header)
			continue
		}
		require.NoError(t, err, header)
		require.Equal(t, table, ReturnTables()[order])
		order, err = SniffReturn("f.csv.gz", gzipped(t, header+"\n"))
		require.NoError(t, err, header)
		require.Equal(t, table, ReturnTables()[order])
	}
	order, err := SniffReturn("f.xml", []byte(" \n<?xml version='1.0'?><EXPSSDA903>"))
	require.NoError(t, err)
	require.Zero(t, order)
	_, err = SniffReturn("f.xlsx", []byte("PK\x03\x04"))
	require.ErrorContains(t, err, "f.xlsx: is a workbook")
}

// Which tables are kept is asked of every row, and builds none of them.
func TestWhichTablesAreKept(t *testing.T) {
	var names []string
	for _, table := range returnTables() {
		names = append(names, table.kind)
	}
	require.Equal(t, names, ReturnTables())
	var kept []string
	for _, name := range append(names, "", "header") {
		if row := (&Return{Table: name}); row.Kept() {
			kept = append(kept, name)
		}
		require.Zero(t, testing.AllocsPerRun(10, func() { _ = (&Return{Table: name}).Kept() }))
	}
	require.Equal(t, []string{HeaderTable, EpisodesTable, UASCTable}, kept)
}

func TestAFileThatIsNoTableIsToldFromOneThatCannotBeRead(t *testing.T) {
	_, err := SniffReturn("rules.csv", []byte("Rule code,Rule message\n"))
	require.ErrorIs(t, err, ErrNoTable)
	for _, damaged := range []string{"", "\xff\xfeC\x00", "\x1f\x8bnothing", "CHILD\rDECOM\r"} {
		_, err := SniffReturn("episodes.csv", []byte(damaged))
		var fault *FileError
		require.ErrorAs(t, err, &fault, "%q", damaged)
		require.NotErrorIs(t, err, ErrNoTable, "%q", damaged)
	}
}

func TestABadRowOfAReturnCostsItself(t *testing.T) {
	good := "104,15/02/2024,L,C2,N3,U6,PR1,,,,LS6 2AB,S1 2HH,"
	for row, want := range map[string]string{
		",15/02/2024,L,C2,N3,U6,PR1,,,,,,":                                "CHILD: is empty",
		"105,,L,C2,N3,U6,PR1,,,,,,":                                       "DECOM: is empty",
		"105,31/02/2024,L,C2,N3,U6,PR1,,,,,,":                             `DECOM: "31/02/2024" is not a day`,
		"105,02/15/2024,L,C2,N3,U6,PR1,,,,,,":                             `DECOM: "02/15/2024" is not a day`,
		"105,15/02/2024,L,C2,N3,U6,PR1,14/02/2024,X1,,,,":                 "DEC: 2024-02-14 is before DECOM 2024-02-15",
		"105,15/02/2024,Z,C2,N3,U6,PR1,,,,,,":                             `RNE: "Z" is not a code of the return (one of S, L, P, T, B, U)`,
		"105,15/02/2024,L,section 20,N3,U6,PR1,,,,,,":                     `LS: "SECTION 20" is not a code`,
		"105,15/02/2024,L,C2,N0,U6,PR1,,,,,,":                             `CIN: "N0" is not a code`,
		"105,15/02/2024,L,C2,N3,foster,PR1,,,,,,":                         `PLACE: "FOSTER" is not a code`,
		"105,15/02/2024,L,C2,N3,P2,PR1,,,,,,":                             "PLACE: P2 was a code until 28 October 2023, and the episode began on 15 February 2024",
		"105,15/02/2024,L,D1,N3,U6,PR1,,,,,,":                             "LS: D1 was a code until 31 December 2005",
		"105,15/02/2024,L,C2,N3,U6,PR9,,,,,,":                             `PLACE_PROVIDER: "PR9" is not a code`,
		"105,15/02/2024,L,C2,N3,U6,PR1,16/02/2024,E1,,,,":                 `REC: "E1" is not a code`,
		"105,15/02/2024,L,C2,N3,U6,PR1,,,BORED,,,":                        `REASON_PLACE_CHANGE: "BORED" is not a code`,
		"105,15/02/2024,L,C2,N3,U6,PR1,,,,the blue house near the park,,": `HOME_POST: "the blue house near the park" is not a postcode`,
		"105,15/02/2024,L,C2,N3,U6":                                       "has 6 cells, but the header has 13 columns",
		"105,15/02/2024,L,C2,N3,U6,PR1,,,,,,\"oops":                       "a quotation mark is opened and never closed",
		good: "DECOM: E08000035/104 from 2024-02-15 is also on row 2 (remove one of the two)",
		"105,15/02/2024,L,C2,N3,U6,PR1,,,,,," + strings.Repeat("9", 50): "URN: \"" + strings.Repeat("9", 50) + "\" is too long",
	} {
		t.Run(want, func(t *testing.T) {
			h := haulIn(SSDA903, file(episodesRow, good, row, "106,15/02/2024,L,C2,N3,U6,PR1,,,,,,"), ofLeeds())
			require.NoError(t, h.err)
			require.Len(t, h.good, 2, "the good rows go in")
			require.Len(t, h.rejected, 1)
			require.Equal(t, 3, h.rejected[0].Row)
			require.Contains(t, sentences(h)[0], want)
			require.Equal(t, row+"\n", string(h.rejected[0].Raw))
		})
	}
}

func TestABadHeaderRow(t *testing.T) {
	h := haulIn(SSDA903, file(headerRow,
		"1,3,27/03/2008,WROM,,,", "2,1,27/03/08,WROM,,,", "3,1,27/03/2008,White,,,", "4,1,27/03/2008,WROM,,,", "4,1,27/03/2008,WROM,,,"), ofLeeds())
	require.NoError(t, h.err)
	require.Len(t, h.good, 1)
	for i, want := range []string{`SEX: "3" is not a word it knows`, "DOB: ", `ETHNIC: "WHITE" is not a code`, "CHILD: E08000035/4 is also on row 5"} {
		require.Contains(t, sentences(h)[i], want)
	}
}

func TestAReturnNeedsToKnowWhoseItIs(t *testing.T) {
	opts := ofLeeds()
	opts.Authority = ""
	require.ErrorContains(t, haulIn(SSDA903, file(headerRow), opts).err, "return.csv: does not say whose return it is")
	opts.Authority = "Leads"
	require.ErrorContains(t, haulIn(SSDA903, file(headerRow), opts).err, "did you mean Leeds?")
}

func TestWhatIsNotKeptIsNamed(t *testing.T) {
	h := haulIn(SSDA903, file(headerRow+",FAVOURITE", "1,1,27/03/2008,WROM,A1,0,,red", "2,1,27/03/2008,WROM,A2,,01/01/2024,"), ofLeeds())
	require.Len(t, h.good, 2)
	require.Equal(t, []string{`the column "FAVOURITE" is not known and is left out`, "UPN is not kept: nothing here needs it",
		"MOTHER is not kept: nothing here needs it", "MC_DOB is not kept: nothing here needs it"}, says(h.warnings))
	require.Equal(t, 2, h.warnings[1].Count)

	h = haulIn(SSDA903, file("CHILD,SEX,DOB,DUC", "1,1,27/03/2008,13/10/2026"), ofLeeds())
	require.Equal(t, []string{"DUC is not kept: nothing here needs it"}, says(h.warnings))
	require.Equal(t, care.Yes, h.good[0].UASC, "whoever is in this table came unaccompanied")
	require.True(t, h.good[0].Kept())

	h = haulIn(SSDA903, file("CHILD,DOB,REVIEW,REVIEW_CODE", "1,27/03/2008,nonsense,PN9", "2,27/03/2008,,"), ofLeeds())
	require.Equal(t, []Warning{{File: "return.csv", Row: 2, Count: 2, Says: "the rows of Reviews are counted and nothing of them is kept"}}, h.warnings)
	require.False(t, h.good[0].Kept())
}

func TestPostcodesThatCannotBePlacedAreNamed(t *testing.T) {
	rows := []string{episodesRow,
		"1,15/02/2024,L,C2,N3,U6,PR1,,,,LS99 9ZZ,S1 2HH,", "2,15/02/2024,L,C2,N3,U6,PR1,,,,LS99 9ZZ,EX1 1AA,", "3,15/02/2024,L,C2,N3,U6,PR1,,,,nfa!,unknown,"}
	h := haulIn(SSDA903, file(rows...), ofLeeds())
	require.Empty(t, sentences(h))
	require.Equal(t, []string{"HOME_POST LS99 9ZZ is not in the postcode directory", "PL_POST EX1 1AA is not in the postcode directory",
		`HOME_POST "NFA!" is not a postcode; it is kept as it is`}, says(h.warnings))
	require.Equal(t, 2, h.warnings[0].Count)
	require.Equal(t, care.Location{}, h.good[0].Home)
	require.Equal(t, "LS99 9ZZ", h.good[0].Episode.HomePost)
	require.Equal(t, [2]string{"NFA!", ""}, [2]string{h.good[2].Episode.HomePost, h.good[2].Episode.PlacePost})

	opts := ofLeeds()
	opts.Resolver = atlas{without: true}
	h = haulIn(SSDA903, file(rows...), opts)
	require.Len(t, h.good, 3)
	require.Contains(t, says(h.warnings)[0], "there is no postcode directory")
	opts.Resolver = atlas{broken: os.ErrPermission}
	require.ErrorIs(t, haulIn(SSDA903, file(rows...), opts).err, os.ErrPermission)
}

func TestManyUnknownPostcodesAreCountedFromSomePointOn(t *testing.T) {
	rows := []string{episodesRow}
	for i := range 1000 {
		rows = append(rows, fmt.Sprintf("%d,15/02/2024,L,C2,N3,U6,PR1,,,,AB%d %dX%c,,", i, 10+i/100, i%10, 'A'+i/10%10))
	}
	h := haulIn(SSDA903, file(rows...), ofLeeds())
	require.Len(t, h.good, 1000)
	require.Len(t, h.warnings, maxNamed+1)
	last := h.warnings[maxNamed]
	require.Equal(t, 1000-maxNamed, last.Count)
	require.Contains(t, last.Says, "more than 200 warnings of this kind")
}

// Leeds to Sheffield: 30.6 miles along a straight line.
func TestDistanceAndAreaAreWorkedOutAgain(t *testing.T) {
	for cells, want := range map[string][]string{
		"E08000039,OUT,30.6": nil,
		"373,out,30.4":       nil,
		",,":                 nil,
		"Leeds,IN,12": {"E08000035/1: PL_DISTANCE is \"12\", and S1 2HH is 30.6 miles from LS6 2AB", "E08000035/1: PL_LOCATION is \"IN\", and S1 2HH lies in E08000039: OUT",
			"E08000035/1: PL_LA is \"LEEDS\", and S1 2HH lies in E08000039"},
		"WAL,OUT,far": {"E08000035/1: PL_DISTANCE is \"FAR\", and S1 2HH is 30.6 miles from LS6 2AB", "E08000035/1: PL_LA is \"WAL\", and S1 2HH lies in E08000039"},
	} {
		h := haulIn(SSDA903, file(episodesRow+",PL_LA,PL_LOCATION,PL_DISTANCE", "1,15/02/2024,L,C2,N3,U6,PR1,,,,LS6 2AB,S1 2HH,,"+cells), ofLeeds())
		require.Len(t, h.good, 1, cells)
		require.Equal(t, want, says(h.warnings), cells)
	}
	h := haulIn(SSDA903, file(episodesRow+",PL_LOCATION,PL_DISTANCE", "1,15/02/2024,L,C2,N3,U6,PR1,,,,LS6 2AB,LS6 2AB,,IN,0.0", "2,15/02/2024,L,C2,N3,U6,PR1,,,,,LS6 2AB,,OUT,7"), ofLeeds())
	require.Equal(t, []string{`E08000035/2: PL_LOCATION is "OUT", and LS6 2AB lies in E08000035: IN`}, says(h.warnings), "no home, no distance")
}

func TestAnEndWithoutItsReasonAndTheOtherWayRound(t *testing.T) {
	h := haulIn(SSDA903, file(episodesRow, "1,15/02/2024,L,C2,N3,U6,PR1,,X1,,,,", "2,15/02/2024,L,C2,N3,U6,PR1,16/02/2024,,,,,"), ofLeeds())
	require.Equal(t, []string{"REC says why the episode ended and DEC is empty; it is taken to go on", "DEC says when the episode ended and REC is empty"}, says(h.warnings))
	require.Len(t, h.good, 2)
}

// madeUp is a random good row of a table that is kept.
func madeUp(r *rand.Rand, table string, n int) Return {
	pick := func(column string) string {
		var usable []string
		for _, c := range care.ReturnCodes(column) {
			if c.From == 0 && c.Until == 0 {
				usable = append(usable, c.Code)
			}
		}
		return append(usable, "")[r.IntN(len(usable)+1)]
	}
	row := Return{Table: table, Child: care.ID(fmt.Sprintf("%s/%s%d", leeds, []string{"", "=", "a,\"b", "'-", "é/"}[r.IntN(5)], n))}
	if table != EpisodesTable {
		row.DOB, row.Sex = care.Date(2008, 1, 1+r.IntN(5000)), []care.Sex{care.Male, care.Female, ""}[r.IntN(3)]
		row.Ethnic = pick("ETHNIC")
		if table == UASCTable {
			row.Ethnic, row.UASC = "", care.Yes
		}
		return row
	}
	start := care.Date(2020, 1, 1+r.IntN(2000))
	row.Episode = care.Episode{
		Start: start, Began: pick("RNE"), Legal: pick("LS"), Need: pick("CIN"), Place: pick("PLACE"), Provider: pick("PLACE_PROVIDER"),
		Ended: pick("REC"), Moved: pick("REASON_PLACE_CHANGE"), HomePost: []string{"", "LS6 2AB", "S1 2HH", "=NFA", "@X"}[r.IntN(5)],
		PlacePost: []string{"", "S1 2HH"}[r.IntN(2)], URN: []string{"", "SC012345", "1234567", "XXXXXXX"}[r.IntN(4)],
	}
	if r.IntN(2) == 0 {
		row.Episode.End = start + care.Day(r.IntN(100))
	}
	if row.Episode.HomePost != "" {
		if p, err := (atlas{}).Postcode(row.Episode.HomePost); err == nil {
			row.Home = care.Location{Postcode: p.Postcode, Point: p.Point}
		}
	}
	return row
}

func TestAReturnThatIsWrittenReadsBackTheSame(t *testing.T) {
	r := newRand(t)
	for range 50 {
		for _, table := range []string{HeaderTable, EpisodesTable, UASCTable} {
			var rows []Return
			for n := range r.IntN(20) {
				rows = append(rows, madeUp(r, table, n))
			}
			var out bytes.Buffer
			require.NoError(t, WriteSSDA903(&out, table, seqOf(rows...)))
			h := haulIn(SSDA903, bytes.NewReader(out.Bytes()), ofLeeds())
			require.NoError(t, h.err)
			require.Empty(t, sentences(h))
			require.Equal(t, rows, h.good)
			written, err := csv.NewReader(&out).ReadAll()
			require.NoError(t, err)
			for _, cell := range slices.Concat(written...) {
				require.False(t, cell != "" && strings.ContainsRune(formulaMarks, rune(cell[0])), "a spreadsheet would run %s", cell)
			}
		}
	}
}

func TestWhatCannotBeReadBackIsNotWritten(t *testing.T) {
	for name, row := range map[string]Return{
		"no authority":                       {Table: HeaderTable, Child: "104"},
		"small letters":                      {Table: EpisodesTable, Child: leeds + "/1", Episode: care.Episode{Start: 700_000, URN: "sc1"}},
		"a postcode that is a word for none": {Table: EpisodesTable, Child: leeds + "/1", Episode: care.Episode{Start: 700_000, HomePost: "UNKNOWN"}},
	} {
		require.ErrorIs(t, WriteSSDA903(&bytes.Buffer{}, row.Table, seqOf(row)), ErrUnwritable, name)
	}
	var wrong *care.FieldError
	lines := Return{Table: EpisodesTable, Child: leeds + "/1", Episode: care.Episode{Start: 700_000, HomePost: "A\nB"}}
	require.ErrorAs(t, WriteSSDA903(&bytes.Buffer{}, lines.Table, seqOf(lines)), &wrong)
	require.Equal(t, "HOME_POST", wrong.Field)
	require.ErrorIs(t, WriteSSDA903(&bytes.Buffer{}, "Reviews", seqOf[Return]()), ErrUnwritable, "nothing of it is kept")
	require.ErrorIs(t, WriteSSDA903(&bytes.Buffer{}, "Homes", seqOf[Return]()), ErrUnwritable)
}

// The synthetic return of a public validator, which is random and breaks rules.
func TestThePublicSyntheticReturnIsAccountedForRowByRow(t *testing.T) {
	dir := filepath.Join("..", "..", "..", "shared", "data", "ssda903")
	if _, err := os.Stat(dir); err != nil {
		t.Skip("the synthetic return is not here")
	}
	for name, rows := range map[string]int{
		"header.csv": 2675, "episodes.csv": 5050, "reviews.csv": 12582, "oc2.csv": 2675, "oc3.csv": 53, "uasc.csv": 132, "previous_permanence.csv": 2675,
		"missing.csv": 43, "ad1.csv": 29, "placed_for_adoption.csv": 29, "placed_for_adoption_errors.csv": 30, "sw_episodes.csv": 1, "DoLo.csv": 1,
		"fake_903.xml": 253 + 459 + 1206 + 253 + 253 + 6 + 6 + 3 + 3,
	} {
		in, err := os.Open(filepath.Join(dir, name))
		require.NoError(t, err)
		h := haulIn(SSDA903, in, Options{File: name, Resolver: exact{}, Authority: leeds})
		require.NoError(t, h.err, name)
		require.Equal(t, rows, len(h.good)+len(h.rejected), name)
		for _, e := range h.rejected {
			require.Contains(t, []string{"LS", "PLACE"}, e.Column, "%s: %s", name, e)
		}
		require.NoError(t, in.Close())
	}
}

func FuzzSSDA903(f *testing.F) {
	f.Add([]byte(headerRow + "\n104,2,27/03/2008,WROM,D051910639385,0,\n'=1,U,1/4/08,,,,\n"))
	f.Add([]byte("\xef\xbb\xbfchild;decom;ls;place;home post;dec;rec\r\n104;15/02/2024;C2;K3;LS6 2AB;;X1\r\n104;15/02/2024;C2;Z1;nfa;;\r\n\"\r\n"))
	f.Add([]byte("CHILD,DECOM,PL_POST,PL_DISTANCE,PL_LOCATION\n1,2024-01-01,S1 2HH,1e9,IN\n1,2024-01-02,caf\xe9,,\n"))
	f.Add([]byte("CHILD,SEX,DOB,DUC\n102639,2,18/10/2010,13/10/2028\n"))
	f.Add([]byte(xmlReturnOf(xmlChild)))
	f.Add([]byte("<?xml version='1.0' encoding='windows-1252'?><R><CHILD><HEADER><CHILDID>\xe9</CHILDID></HEADER><EPISODE><DECOM>1/1/2024</DECOM></EPISODE></CHILD>"))
	f.Add([]byte("<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"))
	f.Fuzz(func(t *testing.T, src []byte) {
		written := map[string][]Return{}
		opts := ofLeeds()
		opts.Warnings = &Warnings{}
		for item, err := range SSDA903(context.Background(), bytes.NewReader(src), opts) {
			if err != nil {
				break
			}
			require.Contains(t, ReturnTables(), item.Table)
			if item.Invalid != nil {
				require.NotEmpty(t, item.Invalid.Why)
				require.Equal(t, string(item.Raw), string(item.Invalid.Raw))
				continue
			}
			require.NoError(t, item.Value.Child.Validate("CHILD"))
			if item.Value.Kept() {
				written[item.Table] = append(written[item.Table], item.Value)
			}
		}
		for _, table := range []string{HeaderTable, EpisodesTable, UASCTable} {
			rows := written[table]
			if table == HeaderTable {
				for i := range rows {
					rows[i].UASC = care.Unknown // goes out with the UASC table
				}
			}
			var out bytes.Buffer
			require.NoError(t, WriteSSDA903(&out, table, seqOf(rows...)))
			h := haulIn(SSDA903, &out, ofLeeds())
			require.NoError(t, h.err)
			require.Empty(t, sentences(h))
			require.True(t, slices.Equal(comparable903(rows), comparable903(h.good)), "%v\n%v", rows, h.good)
		}
	})
}

func comparable903(rows []Return) []string {
	var all []string
	for _, r := range rows {
		all = append(all, fmt.Sprintf("%#v", r))
	}
	return all
}
