package intake

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine/care"
)

// anOfficersReferral is a referral as the standard lays it out.
const anOfficersReferral = `{
  "PlacementAvailability": {"childId": 104, "neededBy": "Today", "siblingCount": 1, "preferredLocation": "Leeds 6"},
  "PlacementRequirements": {"communicationNeeds": "Y", "specificCommunicationRequirements": ["Makaton", "BSL"], "homeAdaptation": true,
    "culturalNeeds": "Not Known", "livingCompanions": "Only with other older children", "pets": "Yes - must", "additionalSupport": "NA", "deprivationOfLiberty": false},
  "PlacementRecommendation": {"fosterCareSuitability": "Preferred", "residentialCareSuitability": "Unsuitable", "supportedAccommodationSuitability": "Not specified"},
  "Risks": {"riskSelfHarm": "Risk Present", "riskSexualExploitation": "No known risk", "riskCriminalExploitation": "No known risk", "riskDrugAlcohol": "No known risk",
    "riskEatingDisorder": "No known risk", "riskMissing": "No known risk", "riskOther": "=climbs \"roofs\", at night", "riskToOthersOther": null},
  "QualityAssurance": {"referralOfficerName": "A. Officer", "referralDate": "20/11/2026"}
}`

// theSame is what it says, flat and as CSV.
const (
	flatReferral = `{"childid": "104", "Needed By": "today", "siblingCount": 1.0, "preferredLocation": "Leeds 6", "communicationNeeds": "y",
 "specificCommunicationRequirements": "makaton; BSL", "homeAdaptation": "yes", "culturalNeeds": "not known", "livingCompanions": "only with other older children",
 "pets": "Yes-must", "additionalSupport": "na", "deprivationOfLiberty": "No", "fosterCareSuitability": "preferred", "residentialCareSuitability": "unsuitable",
 "riskSelfHarm": "Risk Present", "riskSexualExploitation": "No known risk", "riskCriminalExploitation": "No known risk", "riskDrugAlcohol": "No known risk",
 "riskEatingDisorder": "No known risk", "riskMissing": "No known risk", "riskOther": "=climbs \"roofs\", at night", "referralOfficerName": "A. Officer", "referralDate": "2026-11-20"}`
	csvReferral = "referral date,CHILD ID,neededBy,siblingCount,preferredLocation,communicationNeeds,specific_communication_requirements,homeAdaptation,culturalNeeds,livingCompanions,pets," +
		"additionalSupport,deprivationOfLiberty,fosterCareSuitability,residentialCareSuitability,supportedAccommodationSuitability,riskSelfHarm,riskSexualExploitation," +
		"riskCriminalExploitation,riskDrugAlcohol,riskEatingDisorder,riskMissing,riskOther,referralOfficerName\n" +
		"2026-11-20,104,Today,1,Leeds 6,Y,BSL;Makaton;,TRUE,Not Known,Only with other older children,Yes - must,NA,false,Preferred,Unsuitable,Not specified," +
		"Risk Present,No known risk,No known risk,No known risk,No known risk,No known risk,\"'=climbs \"\"roofs\"\", at night\",A. Officer\n"
)

func referralsIn(t *testing.T, src string, change ...func(*Options)) haul[Referral] {
	t.Helper()
	o := Options{File: "referral.json", Resolver: atlas{}}
	for _, c := range change {
		c(&o)
	}
	return haulIn(Referrals, strings.NewReader(src), o)
}

// oneReferral reads the only referral of a file, which is good.
func oneReferral(t *testing.T, src string, change ...func(*Options)) Referral {
	t.Helper()
	h := referralsIn(t, src, change...)
	require.NoError(t, h.err)
	require.Empty(t, sentences(h))
	require.Len(t, h.good, 1)
	return h.good[0]
}

func TestAReferralIsTheSameHoweverItIsLaidOut(t *testing.T) {
	want := oneReferral(t, anOfficersReferral)
	require.Equal(t, care.ID("104"), want.Child)
	require.Equal(t, []string{"BSL", "Makaton"}, want.Says("specificCommunicationRequirements"), "in the order of the standard")
	require.Equal(t, []string{"=climbs \"roofs\", at night"}, want.Says("riskOther"))
	require.Equal(t, []string{"2026-11-20"}, want.Says("referralDate"))
	require.Nil(t, want.Says("pet"), "there is no such field")
	require.Nil(t, want.Says("culturalNeeds"), "not known is not said")
	var compact bytes.Buffer
	require.NoError(t, json.Compact(&compact, []byte(anOfficersReferral)))
	for name, src := range map[string]string{
		"flat": flatReferral, "CSV": csvReferral, "an array": "[\n" + anOfficersReferral + "\n]", "an array of a flat one": " [" + flatReferral + "] \n",
		"one a line": compact.String() + "\n\n", "with a mark": utf8Mark + compact.String(), "gzip": string(gzipped(t, anOfficersReferral)),
		"entities and fields mixed": strings.Replace(strings.Replace(anOfficersReferral, `"neededBy": "Today", `, "", 1), "{\n", "{\"neededBy\":\"Today\",\n", 1),
		"empty entities":            strings.Replace(anOfficersReferral, "{\n", "{\"ActualPlacement\": null,\n", 1),
	} {
		t.Run(name, func(t *testing.T) { require.Equal(t, want, oneReferral(t, src)) })
	}
}

func TestSeveralReferralsComeOneByOneWithTheirLines(t *testing.T) {
	for name, c := range map[string]struct {
		src  string
		rows []int
	}{
		"in an array":       {"[{\"childId\": 1},\n\n {\"childId\": 2}, {\"childId\":\n3}]", []int{1, 3, 3}},
		"one after another": {"{\"childId\":\n 1}\n{\"childId\": 2}{\"childId\": 3}", []int{1, 3, 3}},
		"one a line":        {"{\"childId\": 1}\r\n\n{\"childId\": 2}\n{\"childId\": 3}", []int{1, 3, 4}},
		"CSV":               {"childId\n1\n\n2\n3\n", []int{2, 4, 5}},
	} {
		t.Run(name, func(t *testing.T) {
			h := referralsIn(t, c.src)
			require.NoError(t, h.err)
			require.Empty(t, sentences(h))
			require.Equal(t, c.rows, h.rows)
			require.Equal(t, []care.ID{"1", "2", "3"}, []care.ID{h.good[0].Child, h.good[1].Child, h.good[2].Child})
		})
	}
}

func TestWithAnAuthorityTheIDIsANumberOfItsReturn(t *testing.T) {
	ours := func(o *Options) { o.Authority = "Leeds" }
	require.Equal(t, care.ID(leeds+"/104"), oneReferral(t, `{"childId": 104}`, ours).Child)
	require.Equal(t, care.ID(leeds+"/104"), oneReferral(t, `{"childId": "`+leeds+`/104"}`, ours).Child, "as the store has it")
	require.Equal(t, care.ID("C-104"), oneReferral(t, "childId\nC-104\n").Child)
	h := referralsIn(t, `{"childId": 104}`, func(o *Options) { o.Authority = "Leads" })
	require.ErrorContains(t, h.err, "is read for an authority that is not known")
}

// What is wrong with one referral costs it alone, and is said in a sentence.
func TestBadReferralsAreRejectedOneByOne(t *testing.T) {
	deep := strings.Repeat(`[`, 40) + strings.Repeat(`]`, 40)
	for _, c := range []struct{ name, bad, says string }{
		{"no child", `{"neededBy": "Today"}`, "childId: is empty"},
		{"a null child", `{"childId": null}`, "childId: is empty"},
		{"a word that is no option", `{"childId": 1, "pets": "maybe"}`, `pets: "maybe" is no option of the standard (one of Yes - must, Yes - can, No, Not Known)`},
		{"an option of another field", `{"childId": 1, "livingCompanions": "Not Known"}`, "livingCompanions: \"Not Known\" is no option"},
		{"a risk in other words", `{"childId": 1, "Risks": {"riskMissing": "Yes"}}`, "riskMissing: \"Yes\" is no option of the standard (one of No known risk, Risk Present)"},
		{"one bad word of several", `{"childId": 1, "specificCommunicationRequirements": ["BSL", "Welsh"]}`, `"Welsh" is no option`},
		{"none among others", `{"childId": 1, "specificCommunicationRequirements": ["BSL", "None"]}`, "None stands among other requirements"},
		{"no needs, and one named", `{"childId": 1, "communicationNeeds": "N", "specificCommunicationRequirements": "BSL"}`, "communicationNeeds is N, and this is BSL"},
		{"a Boolean that is none", `{"childId": 1, "homeAdaptation": "ramp"}`, `homeAdaptation: "ramp" is neither yes nor no`},
		{"a count in words", `{"childId": 1, "siblingCount": "two"}`, `siblingCount: "two" is not a whole number`},
		{"half a sibling", `{"childId": 1, "siblingCount": 1.5}`, `"1.5" is not a whole number`},
		{"a day that is none", `{"childId": 1, "referralDate": "31/02/2026"}`, "referralDate: "},
		{"two answers where there is one", `{"childId": 1, "pets": ["No"]}`, "pets: [\"No\"] is no single answer"},
		{"an object for an answer", `{"childId": {"id": 1}}`, "childId: {\"id\": 1} is no single answer"},
		{"a list in a list", `{"childId": 1, "specificCommunicationRequirements": [["BSL"]]}`, "is no single answer"},
		{"a field twice", `{"childId": 1, "pets": "No", "PlacementRequirements": {"pets": "No"}}`, "pets: stands twice in one referral"},
		{"an entity that is a text", `{"childId": 1, "Risks": "none"}`, "Risks: is \"none\", and no object"},
		{"a name over two lines", `{"childId": 1, "referralOfficerName": "A.\nOfficer"}`, "referralOfficerName: \"A.\\nOfficer\" runs over several lines"},
		{"NUL in a text", `{"childId": 1, "riskOther": "a\u0000b"}`, "riskOther: holds NUL characters"},
		{"brackets without end", `{"childId": 1, "riskOther": ` + deep + `}`, "the object is more than 16 deep"},
		{"not JSON", `{"childId": 1, pets: "No"}`, "this is not well-formed JSON"},
		{"an id that is none", `{"childId": "a\tb"}`, "childId: "},
		{"the same child again", `{"childId": "good"}`, "childId: good is also on row 1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := referralsIn(t, "[{\"childId\": \"good\"},\n"+c.bad+",\n{\"childId\": \"last\"}]")
			require.NoError(t, h.err)
			require.Len(t, h.good, 2, "the others come in")
			require.Len(t, h.rejected, 1)
			require.ErrorContains(t, h.rejected[0], c.says)
			require.ErrorContains(t, h.rejected[0], "referral.json, row 2")
			require.Equal(t, c.bad, string(h.rejected[0].Raw), "verbatim")
			var kept bytes.Buffer
			require.NoError(t, NewRejects(&kept).Add(h.rejected[0]))
			require.Equal(t, c.bad+"\n", kept.String(), "so that the file of rejects is JSON")
		})
	}
}

// Where each line is a referral, a line that is cut short costs that line.
func TestALineThatIsCutShortCostsThatLine(t *testing.T) {
	h := referralsIn(t, "{\"childId\": 1}\n{\"childId\": 2, \"riskOther\": \"ne\n{\"childId\": 3}\n[4]\n{\"childId\": 5}{\"childId\": 6}\nnone\n{\"childId\": 7}")
	require.NoError(t, h.err)
	require.Len(t, h.good, 3)
	require.Len(t, h.rejected, 4)
	require.Equal(t, []int{2, 4, 5, 6}, []int{h.rejected[0].Row, h.rejected[1].Row, h.rejected[2].Row, h.rejected[3].Row})
	long := referralsIn(t, "{\"childId\": 1}\n{\"riskOther\": \""+strings.Repeat("x", MaxRecord)+"\"}\n{\"childId\": 2}\n")
	require.NoError(t, long.err)
	require.Len(t, long.good, 2)
	require.ErrorContains(t, long.rejected[0], "1 MiB long, or longer")
}

func TestAFileOfReferralsThatIsNoneSaysWhy(t *testing.T) {
	broken := errors.New("the drive is gone")
	for name, c := range map[string]struct {
		src  io.Reader
		says string
	}{
		"cut within an object":  {strings.NewReader("[\n{\"childId\": 1,\n\"pets\": \"No"), "ends within the object that begins on line 2"},
		"cut within its array":  {strings.NewReader("[{\"childId\": 1}\n,"), "ends within its array"},
		"a text in the array":   {strings.NewReader(`["C-1"]`), `has "\"" on line 1, where an object should begin`},
		"no comma":              {strings.NewReader("[{\"childId\": 1}\n{\"childId\": 2}]"), `has "{" on line 2`},
		"two commas":            {strings.NewReader(`[{"childId": 1},,]`), `has ","`},
		"something after it":    {strings.NewReader("[]\nx"), `has "x" on line 2`},
		"an object after it":    {strings.NewReader("[] {}"), `has "{"`},
		"an array in it":        {strings.NewReader("[[{}]]"), `has "["`},
		"an object without end": {strings.NewReader("{\n\"a\": \"" + strings.Repeat("b", 2<<20)), "has an object of 1 MiB or more, which begins on line 1"},
		"NUL":                   {strings.NewReader("{\n}\x00"), "is not a text file"},
		"a workbook":            {strings.NewReader("PK\x03\x04"), "is a workbook"},
		"UTF-16":                {strings.NewReader("\xff\xfe{\x00"), "is UTF-16"},
		"nothing":               {strings.NewReader(""), "is empty"},
		"no child column":       {strings.NewReader("pets,neededBy\nNo,Today\n"), "lacks the column childId"},
		"a broken drive":        {io.MultiReader(strings.NewReader("[{\"childId\": 1},\n"), iotest.ErrReader(broken)), "cannot be read any further: the drive is gone"},
		"a broken drive, later": {io.MultiReader(strings.NewReader("{\n"), iotest.ErrReader(broken)), "the drive is gone"},
	} {
		t.Run(name, func(t *testing.T) {
			h := haulIn(Referrals, c.src, Options{File: "r.json", Resolver: atlas{}})
			var fault *FileError
			require.ErrorAs(t, h.err, &fault)
			require.ErrorContains(t, h.err, c.says)
			require.Equal(t, "r.json", fault.File)
		})
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	requireStopped(t, ctx, Referrals, strings.NewReader("{}"))
}

func TestWhatTheStandardDoesNotHaveIsNamedAndNotSilentlyDropped(t *testing.T) {
	h := referralsIn(t, `{"childId": 1, "dob": "2014-03-09", "Risks": {"riskMising": "Risk Present"}, "Extra": {"pets": "No"}}`)
	require.NoError(t, h.err)
	require.Equal(t, []string{
		`the key "dob" is not in the standard and is left out`,
		`the key "Risks.riskMising" is not in the standard and is left out; did you mean riskMissing?`,
		`the key "Extra" is not in the standard and is left out`,
	}, says(h.warnings))
	for _, f := range StandardFields() {
		require.Equal(t, f.Name == "childId", h.good[0].Says(f.Name) != nil, f.Name)
	}
	h = referralsIn(t, "childId,dob\n1,2014-03-09\n")
	require.Equal(t, []string{`the column "dob" is not known and is left out`}, says(h.warnings))
	require.Equal(t, []string{"the file has no referral"}, says(referralsIn(t, "[]").warnings))
	var many strings.Builder
	for i := range 300 {
		fmt.Fprintf(&many, `,"x%d": 1`, i)
	}
	h = referralsIn(t, `{"childId": 1`+many.String()+`}`)
	require.Len(t, h.warnings, maxNamed+1)
	require.Equal(t, 100, h.warnings[maxNamed].Count)
}

func TestAReferralInWindows1252IsRead(t *testing.T) {
	h := referralsIn(t, "{\"childId\": 1, \"riskOther\": \"Caf\xe9\"}")
	require.Equal(t, []string{"Café"}, h.good[0].Says("riskOther"))
	require.Contains(t, says(h.warnings)[0], "was read as Windows-1252")
	require.ErrorContains(t, referralsIn(t, "{\"childId\": 1, \"riskOther\": \"\x81\"}").rejected[0], "neither UTF-8 nor Windows-1252")
}

// splitSlowly cuts a file into objects with encoding/json, which reads it whole.
func splitSlowly(src string) (all []string, ok bool) {
	dec := json.NewDecoder(strings.NewReader(src))
	var raw json.RawMessage
	if strings.HasPrefix(strings.TrimSpace(src), "[") {
		var list []json.RawMessage
		if err := dec.Decode(&list); err != nil || dec.Decode(&raw) != io.EOF {
			return nil, false
		}
		for _, r := range list {
			all = append(all, string(r))
		}
		return all, true
	}
	for {
		err := dec.Decode(&raw)
		if err == io.EOF {
			return all, true
		}
		if err != nil {
			return nil, false
		}
		all = append(all, string(raw))
	}
}

// Objects are cut as encoding/json cuts them, of files that are sound.
func TestObjectsAreCutAsByTheLibrary(t *testing.T) {
	rnd := newRand(t)
	text := func() string {
		return []string{`"a"`, `"}"`, `"\"{"`, `"\\"`, `"[\\\"]"`, `""`, "1", "null", "[{}]", `{"x": ["]"]}`}[rnd.IntN(10)]
	}
	for range 3000 {
		var objects []string
		for i := range rnd.IntN(4) {
			objects = append(objects, fmt.Sprintf("{\"childId\": %d,%s\"b\": %s,\n\"c\": %s}", i, space(rnd), text(), text()))
		}
		src := "[" + strings.Join(objects, ",") + "]"
		if rnd.IntN(2) == 0 && len(objects) > 0 {
			src = space(rnd) + strings.Join(objects, space(rnd)) + space(rnd)
		}
		want, ok := splitSlowly(src)
		require.True(t, ok, src)
		var got []string
		for item, err := range Referrals(t.Context(), strings.NewReader(src), Options{}) {
			require.NoError(t, err, src)
			got = append(got, string(item.Raw))
		}
		require.Equal(t, want, got, src)
	}
}

func space(rnd *rand.Rand) string { return []string{"", " ", "\n", "\r\n", "\t\n "}[rnd.IntN(5)] }

func FuzzReferrals(f *testing.F) {
	for _, src := range []string{anOfficersReferral, flatReferral, csvReferral, "[" + flatReferral + "," + anOfficersReferral + "]",
		"{\"childId\":1}\n{\"childId\":\"\\ud800\",\"riskOther\":\"'=\\u0000\"}\n", "[{\"childId\":1e999}]", "{\"childId\":-0.0,\"siblingCount\":007}",
		"[{}", "{\"a\":{\"a\":{\"a\":{}}}}", "{\"childId\":\"\xe9\",\"Risks\":{\"\":1}}", "childId;pets\n1;\"No\n", "[[[[[[[[[[[[[[[[[[[[", "{\"childId\":\" '=1\"}",
		"{\"Risks\":{\"Risks\":{\"childId\":1}}}", "{\"childId\":[],\"specificCommunicationRequirements\":[null,\";\",\"\\\\\"]}"} {
		f.Add([]byte(src))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		for item, err := range Referrals(context.Background(), bytes.NewReader(src), opts()) {
			if err != nil {
				var fault *FileError
				require.ErrorAs(t, err, &fault)
				return
			}
			if item.Invalid != nil {
				require.NotEmpty(t, item.Invalid.Why)
				require.Equal(t, string(item.Raw), string(item.Invalid.Raw))
				continue
			}
			c := care.Child{ID: item.Value.Child, DOB: 735_500, Authority: leeds}
			item.Value.Enter(&c, func(string) {})
			if c.Validate() != nil {
				continue
			}
			again := c
			require.False(t, item.Value.Enter(&again, func(string) {}))
			require.True(t, reflect.DeepEqual(c, again))
			var out bytes.Buffer
			require.NoError(t, WriteReferrals(&out, seqOf(ReferralOf(&c)), true))
			h := haulIn(Referrals, &out, Options{})
			require.NoError(t, h.err)
			require.Empty(t, sentences(h))
			require.Equal(t, c.ID, h.good[0].Child)
			require.False(t, h.good[0].Enter(&again, func(string) {}))
		}
	})
}
