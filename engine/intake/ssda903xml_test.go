package intake

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine/care"
)

// xmlChild has a record of every table that an XML return has, with HEADER in an
// order in which what is nested comes before the last of its own fields.
const xmlChild = `<CHILD>
 <HEADER><CHILDID>104</CHILDID><UPN>A1</UPN><SEX>2</SEX><DOB>27/03/2008</DOB><ETHNIC>WROM</ETHNIC><UASC>1</UASC><DUC>27/03/2026</DUC>
  <IN_TOUCH>YES</IN_TOUCH><AREVIEW><REVIEW>27/09/2023</REVIEW><REVIEW_CODE>PN1</REVIEW_CODE></AREVIEW>
  <AMISSING><MISSING>M</MISSING><MIS_START>01/01/2024</MIS_START></AMISSING>
  <PERMANENCE><PREV_PERM>Z1</PREV_PERM></PERMANENCE><OC2><SDQ_SCORE>21</SDQ_SCORE></OC2><MOTHER /></HEADER>
 <EPISODE><DECOM>06/01/2024</DECOM><RNE>S</RNE><LS>V2</LS><CIN>N4</CIN><PL>U6</PL><PL_POST>S1 2HH</PL_POST><HOME_POST>LS6 2AB</HOME_POST>
  <URN>1465167</URN><PLACE_PROVIDER>PR2</PLACE_PROVIDER><DEC /><REC></REC></EPISODE>
</CHILD>`

func xmlReturnOf(children ...string) string {
	return "<?xml version='1.0' encoding='us-ascii'?>\n<EXPSSDA903>" + strings.Join(children, "\n") + "</EXPSSDA903>"
}

func readXMLReturn(src string) haul[Return] {
	opts := ofLeeds()
	opts.File = "return.xml"
	return haulIn(SSDA903, strings.NewReader(src), opts)
}

func TestAnXMLReturnIsReadAsItsTables(t *testing.T) {
	h := readXMLReturn(xmlReturnOf(xmlChild))
	require.NoError(t, h.err)
	require.Empty(t, sentences(h))
	var tables []string
	for _, r := range h.good {
		tables = append(tables, r.Table)
		require.EqualValues(t, "E08000035/104", r.Child)
	}
	require.Equal(t, []string{"Header", "Reviews", "Missing", "PrevPerm", "OC2", "OC3", "Episodes"}, tables, "the child before what is said of it")
	dob := care.Date(2008, 3, 27)
	require.Equal(t, Return{Table: "Header", Child: "E08000035/104", DOB: dob, Sex: care.Female, Ethnic: "WROM", UASC: care.Yes}, h.good[0])
	require.Equal(t, dob, h.good[1].DOB, "of the child, though the record has none")
	require.Equal(t, care.Episode{Start: care.Date(2024, 1, 6), Began: "S", Legal: "V2", Need: "N4", Place: "U6", Provider: "PR2",
		HomePost: "LS6 2AB", PlacePost: "S1 2HH", URN: "1465167"}, h.good[6].Episode)
	require.Equal(t, []int{6, 4, 5, 6, 6, 6, 8}, h.rows, "the lines on which they end")
	require.Contains(t, says(h.warnings), "UPN is not kept: nothing here needs it")
	require.Contains(t, says(h.warnings), "DUC is not kept: nothing here needs it")
	require.Contains(t, says(h.warnings), "the rows of OC3 are counted and nothing of them is kept")
	require.NotContains(t, strings.Join(says(h.warnings), ";"), "not known")
}

func TestXMLAndCSVSayTheSame(t *testing.T) {
	fromXML := readXMLReturn(xmlReturnOf(xmlChild)).good
	header := haulIn(SSDA903, file(headerRow+",UASC", "104,2,27/03/2008,WROM,A1,,,1"), ofLeeds()).good
	episode := haulIn(SSDA903, file(episodesRow, "104,06/01/2024,S,V2,N4,U6,PR2,,,,LS6 2AB,S1 2HH,1465167"), ofLeeds()).good
	require.Equal(t, header[0], fromXML[0])
	require.Equal(t, episode[0], fromXML[6])
}

func TestARejectFromXMLIsARowOfItsTable(t *testing.T) {
	bad := strings.Replace(xmlChild, "<LS>V2</LS>", "<LS>V9</LS>", 1)
	h := readXMLReturn(xmlReturnOf(bad, strings.ReplaceAll(xmlChild, "104", "105")))
	require.NoError(t, h.err)
	require.Len(t, h.rejected, 1)
	require.Len(t, h.good, 13)
	require.Contains(t, sentences(h)[0], `return.xml, row 8, LS: child "104": "V9" is not a code of the return`)

	var mended bytes.Buffer
	require.NoError(t, NewRejects(&mended).Add(h.rejected[0]))
	again := haulIn(SSDA903, strings.NewReader(strings.Replace(mended.String(), "V9", "V2", 1)), ofLeeds())
	require.NoError(t, again.err)
	require.Equal(t, readXMLReturn(xmlReturnOf(xmlChild)).good[6:], again.good, "mended, it goes in as CSV")
}

func TestARejectFromXMLRunsInNoSpreadsheet(t *testing.T) {
	bad := strings.NewReplacer("<LS>V2</LS>", "<LS>V9</LS>", "<URN>1465167</URN>", "<URN>=1+1</URN>", "104", "-4").Replace(xmlChild)
	h := readXMLReturn(xmlReturnOf(bad))
	require.Len(t, h.rejected, 1)
	require.Contains(t, string(h.rejected[0].Raw), "'-4,06/01/2024,S,V9,")
	require.Contains(t, string(h.rejected[0].Raw), ",'=1+1,")

	var mended bytes.Buffer
	require.NoError(t, NewRejects(&mended).Add(h.rejected[0]))
	again := haulIn(SSDA903, strings.NewReader(strings.NewReplacer("V9", "V2", "'=1+1", "1465167").Replace(mended.String())), ofLeeds())
	require.Empty(t, sentences(again))
	require.EqualValues(t, "E08000035/-4", again.good[0].Child)
}

func TestXMLThatIsNoReturnIsRefused(t *testing.T) {
	deep := strings.Repeat("<A>", 40)
	for name, c := range map[string]struct{ src, want string }{
		"a document type":       {"<!DOCTYPE r [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;'>]><r>&b;</r>", "declares a document type"},
		"an entity of its own":  {"<r><CHILD>&boom;</CHILD></r>", "is not well-formed XML on line 1: invalid character entity &boom;"},
		"nested without end":    {deep, "has elements more than 16 deep, on line 1"},
		"another document":      {"<html><body/></html>", "is XML without a CHILD element"},
		"broken off":            {xmlReturnOf(xmlChild)[:300], "is not well-formed XML"},
		"tags that do not meet": {"<r><CHILD><HEADER></CHILD></r>", "is not well-formed XML"},
		"an unheard-of set":     {"<?xml version='1.0' encoding='ebcdic'?><r/>", `is XML in the encoding "ebcdic"`},
		"much text":             {"<r><CHILD><HEADER><UPN>" + strings.Repeat("a<!-- -->", 70_000) + "</UPN>", "has an element with more than 64 KiB of text"},
		"records without end":   {"<r><CHILD><HEADER>" + strings.Repeat("<OC2></OC2>", 10_001), "has more than 10,000 records in one HEADER"},
	} {
		t.Run(name, func(t *testing.T) {
			h := readXMLReturn(c.src)
			var fault *FileError
			require.ErrorAs(t, h.err, &fault)
			require.Contains(t, h.err.Error(), "return.xml: "+c.want)
			require.Empty(t, h.good)
		})
	}
}

func TestTheChildrenBeforeABreakAreRead(t *testing.T) {
	h := readXMLReturn(xmlReturnOf(xmlChild, "<CHILD><HEADER><CHILDID>105"))
	require.Error(t, h.err)
	require.Len(t, h.good, 7)
}

func TestElementsThatAreNotKnownAreNamed(t *testing.T) {
	h := readXMLReturn(xmlReturnOf("<NOTE>x</NOTE>" + strings.Replace(xmlChild, "<MOTHER />", "<SHOES>44</SHOES><PET><NAME>Rex</NAME></PET><SEX>1</SEX>", 1)))
	require.NoError(t, h.err)
	require.Empty(t, sentences(h))
	require.Subset(t, says(h.warnings), []string{"the element NOTE is not known and is left out", "the element SHOES is not known and is left out",
		"the element PET is not known and is left out", "SEX stands twice in one record; the first is read"})
	require.Equal(t, care.Female, h.good[0].Sex)

	var many strings.Builder
	for i := range 1000 {
		fmt.Fprintf(&many, "<X%d>1</X%d>", i, i)
	}
	h = readXMLReturn(xmlReturnOf(strings.Replace(xmlChild, "<MOTHER />", many.String(), 1)))
	require.NoError(t, h.err)
	require.Less(t, len(h.warnings), maxNamed+20, "the rest is counted")
}

func TestXMLInWindows1252(t *testing.T) {
	src := "<?xml version='1.0' encoding='Windows-1252'?><r>" + strings.ReplaceAll(xmlChild, "104", "J\xe9") + "</r>"
	h := readXMLReturn(src)
	require.NoError(t, h.err)
	require.EqualValues(t, "E08000035/Jé", h.good[0].Child)
}

func TestAnXMLReturnMayBePacked(t *testing.T) {
	require.Equal(t, readXMLReturn(xmlReturnOf(xmlChild)).good, readXMLReturn(string(gzipped(t, xmlReturnOf(xmlChild)))).good)
}

func TestWhoeverReadsXMLMayStop(t *testing.T) {
	n := 0
	for range SSDA903(context.Background(), strings.NewReader(xmlReturnOf(xmlChild, xmlChild)), ofLeeds()) {
		if n++; n == 3 {
			break
		}
	}
	require.Equal(t, 3, n)
	ctx, stop := context.WithCancel(context.Background())
	stop()
	requireStopped(t, ctx, SSDA903, strings.NewReader(xmlReturnOf(xmlChild)))
}

// unending is a file that goes on and on, and counts what is read of it.
type unending struct {
	start string
	read  int
}

func (e *unending) Read(p []byte) (int, error) {
	n := copy(p, e.start)
	e.start = e.start[n:]
	for ; n < len(p); n++ {
		p[n] = 'a'
	}
	e.read += n
	return n, nil
}

func TestALineWithoutEndIsRefusedBeforeItIsRead(t *testing.T) {
	for name, start := range map[string]string{
		"in a text":          "<r><CHILD><HEADER><UPN>",
		"in a tag":           "<r><CHILD><",
		"in an attribute":    "<r a='",
		"in a comment":       "<r><!--",
		"in another set":     "<?xml version='1.0' encoding='latin1'?><r>",
		"before the root":    "<?xml ",
		"in the header line": "CHILD,DECOM",
	} {
		t.Run(name, func(t *testing.T) {
			src := &unending{start: start}
			h := haulIn(SSDA903, io.LimitReader(src, 64<<20), ofLeeds())
			var fault *FileError
			require.ErrorAs(t, h.err, &fault)
			require.Regexp(t, "longer than 1 MiB|more than 64 KiB of text", fault.Why)
			if !strings.Contains(name, "header") { // a CSV line is read to its end, and kept cut
				require.Less(t, src.read, 4<<20)
			}
		})
	}
}
