package intake

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/gazetteer"
)

// gias is a piece of the download of all establishments: its own column names,
// Windows-1252, CRLF, closed schools, one abroad, and one of the columns by code
// and by name.
const gias = "URN,LA (code),LA (name),EstablishmentNumber,EstablishmentName,TypeOfEstablishment (name),EstablishmentStatus (code),EstablishmentStatus (name),CloseDate,PhaseOfEducation (code),PhaseOfEducation (name),StatutoryLowAge,StatutoryHighAge,Postcode,Easting,Northing\r\n" +
	"107890,383,Leeds,2301,\"Hill Top Primary, Headingley\",Community school,1,Open,,2,Primary,3,11,LS6 2AB,427850,436120\r\n" +
	"107891,383,Leeds,4000,St Bront\xeb High School,Foundation school,2,Closed,31-08-2019,4,Secondary,11,18,LS6 9ZZ,,\r\n" +
	"107892,383,Leeds,4001,Dale College,Further education,3,\"Open, but proposed to close\",,6,16 plus,16,99,S1 2HH,0,0\r\n" +
	"132000,702,BFES,9000,Attenborough School,Service school,1,Open,,2,Primary,3,11,BFPO 25,,\r\n"

func schoolFile(content string) haul[gazetteer.School] {
	return haulIn(Schools, strings.NewReader(content), Options{File: "edubase.csv", Resolver: atlas{}})
}

func TestTheDownloadOfAllSchoolsIsRead(t *testing.T) {
	h := schoolFile(gias)
	require.NoError(t, h.err)
	require.Empty(t, sentences(h))
	require.Len(t, h.good, 4)

	hill := h.good[0]
	require.Equal(t, [2]string{"Hill Top Primary, Headingley", "LS6 2AB"}, [2]string{hill.Name, hill.Postcode})
	require.Equal(t, [5]any{107890, 3, 11, "Primary", "Open"}, [5]any{hill.URN, hill.AgeFrom, hill.AgeTo, hill.Phase, hill.Status})
	point, placed := hill.Point()
	require.True(t, placed)
	want, err := gazetteer.FromGrid(427850, 436120)
	require.NoError(t, err)
	require.InDelta(t, want.Lat.Degrees(), point.Lat.Degrees(), 1e-6)

	require.Equal(t, "St Brontë High School", h.good[1].Name)
	require.True(t, h.good[1].Closed)
	dale := h.good[2]
	require.False(t, dale.Closed, "not yet")
	point, placed = dale.Point()
	require.True(t, placed, "by its postcode, as 0 is no grid reference")
	require.InDelta(t, 53.3811, point.Lat.Degrees(), 1e-6)
	_, placed = h.good[3].Point()
	require.False(t, placed)
	require.ElementsMatch(t, []string{
		"7 columns of no use here left out; read are URN, EstablishmentName, Postcode, Easting, Northing, StatutoryLowAge, StatutoryHighAge, PhaseOfEducation (name), EstablishmentStatus (name)",
		"a row is not UTF-8 and was read as Windows-1252; check letters with accents",
		"school 132000 has no grid reference, and its postcode cannot be placed; no distance to it can be told",
	}, says(h.warnings))
}

func TestAnOlderExtractOfEduBaseIsReadByItsOwnNames(t *testing.T) {
	h := schoolFile("\ufeffurn;EstabName;EstablishmentStatus;PhaseOfEducation;LowAge;HighAge;PCode\n107890;Hill Top;Closed;Primary;3;11;ls62ab\n")
	require.NoError(t, h.err)
	require.Len(t, h.good, 1)
	s := h.good[0]
	require.Equal(t, [4]any{true, "Primary", 11, "LS6 2AB"}, [4]any{s.Closed, s.Phase, s.AgeTo, s.Postcode})
}

func TestEachBadRowOfSchoolsIsToldWhatIsWrong(t *testing.T) {
	const header = "URN,EstablishmentName,EstablishmentStatus (name),StatutoryLowAge,Postcode,Easting,Northing\n"
	for row, want := range map[string]string{
		"abc,Hill Top,Open,3,LS6 2AB,,\n":                 `row 2, URN: "abc" is not a URN (a number of six digits, such as 107890)`,
		",Hill Top,Open,3,LS6 2AB,,\n":                    "row 2, URN: is empty (a number of six digits, such as 107890)",
		"-5,Hill Top,Open,3,LS6 2AB,,\n":                  `row 2, URN: "-5" is not a URN`,
		"107890,,Open,3,LS6 2AB,,\n":                      "row 2, EstablishmentName: is empty",
		"107890,Hill Top,Open,three,LS6 2AB,,\n":          `row 2, StatutoryLowAge: "three" is not a whole number`,
		"107890,Hill Top,Open,120,LS6 2AB,,\n":            "row 2, StatutoryLowAge: 120 is not an age",
		"107890,Hill Top,Open,3,LS6 2AB,east,4\n":         `row 2, Easting: "east" is not a number of metres`,
		"107890,Hill Top,Open,3,LS6 2AB,9e9,4\n":          "is not a number of metres",
		"107890,Hill Top,Open,3,LS6 2AB,-5000,436120\n":   "is outside the British National Grid",
		"107890,Hill Top,Open\n":                          "row 2: has 3 cells, but the header has 7 columns",
		"1,A,Open,3,LS6 2AB,,\n1,B,Open,3,LS6 2AB,,\n":    "row 3, URN: 1 is also on row 2 (remove one of the two)",
		"107890,\"Hill Top,Open,3,LS6 2AB,427850,43612\n": "quotation mark",
	} {
		h := schoolFile(header + row + "107899,Good School,Open,3,LS6 2AB,,\n")
		require.NoError(t, h.err, row)
		require.Len(t, h.rejected, 1, row)
		require.Contains(t, h.rejected[0].Error(), want, row)
		require.Equal(t, "Good School", h.good[len(h.good)-1].Name, "the good rows go in")
	}
}

func TestAFileThatIsNoneOfSchoolsIsRefused(t *testing.T) {
	for content, want := range map[string]string{
		"":                             "is empty",
		"id,kind\nH-1,foster\n":        "has no header that schools are read by",
		"URN,Postcode\n1,LS6 2AB\n":    "lacks the column EstablishmentName",
		"URN,EstablishmentName\n1,A\n": "lacks the column Postcode (or Easting and Northing)",
		"PK\x03\x04":                   "is a workbook",
	} {
		h := schoolFile(content)
		var fault *FileError
		require.ErrorAs(t, h.err, &fault, content)
		require.Contains(t, fault.Error(), want)
	}
}

func TestASchoolAbroadIsKeptWithoutItsPostcode(t *testing.T) {
	h := schoolFile("URN,EstablishmentName,Postcode\n132001,King Richard School,Dhekelia Garrison\n132002,St John's School,Episkopi\n")
	require.NoError(t, h.err)
	require.Empty(t, sentences(h))
	require.Len(t, h.good, 2)
	require.Empty(t, h.good[0].Postcode)
	require.Equal(t, []Warning{
		{File: "edubase.csv", Row: 2, Count: 2, Says: `"Dhekelia Garrison" is not a postcode and is left out`},
		{File: "edubase.csv", Row: 2, Count: 2, Says: "school 132001 has no grid reference, and its postcode cannot be placed; no distance to it can be told"},
	}, h.warnings)
}

func TestAPostcodeDirectoryThatIsDamagedEndsTheReadingOfSchools(t *testing.T) {
	broken := errors.New("the directory is damaged")
	h := haulIn(Schools, strings.NewReader(gias), Options{Resolver: atlas{broken: broken}})
	require.ErrorIs(t, h.err, broken)
}

// atSchools finds schools that are open, closed and not placed; there are no others.
func atSchools(urn int) (gazetteer.School, bool, error) {
	s := gazetteer.School{URN: urn, Name: "Hill Top", Status: "Open", Postcode: "LS6 2AB"}
	switch urn {
	case 107890:
		return s.At(care.At(53.8193, -1.5696).LatLng()), true, nil
	case 107891:
		s.Closed, s.Status = true, "Closed"
		return s.At(care.At(53.8193, -1.5696).LatLng()), true, nil
	case 132000:
		return s, true, nil
	case 666666:
		return s, false, errors.New("the directory of schools is damaged")
	}
	return gazetteer.School{}, false, nil
}

func TestAChildWhoseSchoolIsAURNIsPlacedThere(t *testing.T) {
	child := func(school, lat string) haul[care.Child] {
		return haulIn(Children, file("id,dob,authority,school,school_lat,school_lng", "C-1,2015-03-09,Leeds,"+school+","+lat), Options{File: "children.csv", Resolver: atlas{}, School: atSchools})
	}
	placed := child("107890", ",")
	require.Equal(t, care.Location{Postcode: "LS6 2AB", Point: care.At(53.8193, -1.5696)}, placed.good[0].SchoolAt)
	require.Empty(t, placed.warnings)
	given := child("107890", "53.5,-1.5")
	require.Equal(t, care.At(53.5, -1.5), given.good[0].SchoolAt.Point, "what the row says wins")
	closed := child("107891", ",")
	require.True(t, closed.good[0].SchoolAt.Known())
	require.Equal(t, []string{"school 107891 is closed: Hill Top, Closed"}, says(closed.warnings))

	for school, warned := range map[string]string{"132000": "has no position", "999999": "is not among the schools", "Hill Top": "school Hill Top has no position", "": ""} {
		h := child(school, ",")
		require.False(t, h.good[0].SchoolAt.Known(), school)
		require.Equal(t, school, h.good[0].School)
		require.Contains(t, strings.Join(says(h.warnings), ""), warned)
		require.Equal(t, warned == "", len(h.warnings) == 0, school)
	}
	require.ErrorContains(t, child("666666", ",").err, "is damaged")
}

func FuzzSchools(f *testing.F) {
	f.Add([]byte(gias))
	f.Add([]byte("urn\tEstabName\tPCode\n107890\tHill Top\tLS6 2AB\n\n\"\n"))
	f.Add([]byte("URN,EstablishmentName,Easting,Northing,Easting\n1,a,1,1e300,NaN\n=1,+2,-3,@4,5\n"))
	f.Fuzz(func(t *testing.T, src []byte) {
		var all []gazetteer.School
		for item, err := range Schools(context.Background(), strings.NewReader(string(src)), opts()) {
			if err != nil {
				break
			}
			if item.Invalid != nil {
				require.NotEmpty(t, item.Invalid.Why)
				continue
			}
			require.Positive(t, item.Value.URN)
			require.NotEmpty(t, item.Value.Name)
			all = append(all, item.Value)
		}
		s, err := gazetteer.NewSchools(all)
		require.NoError(t, err)
		require.Equal(t, len(all), s.Len())
	})
}
