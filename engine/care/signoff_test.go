package care_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine/care"
)

var tenPastFour = time.Date(2026, time.November, 22, 16, 10, 0, 0, time.UTC)

func TestASignOffIsReadAsOfficersWriteIt(t *testing.T) {
	want := care.SignOff{Rule: "out-of-area", Name: "N. Officer", Role: "nominated officer", At: tenPastFour, Ref: "REF-1"}
	for why, text := range map[string]string{
		"to the minute":       "out-of-area=N. Officer,nominated officer,2026-11-22T16:10Z,REF-1",
		"to the second":       "out-of-area=N. Officer,nominated officer,2026-11-22T16:10:00Z,REF-1",
		"in another zone":     "out-of-area=N. Officer,nominated officer,2026-11-22T17:10+01:00,REF-1",
		"with spaces between": " out-of-area = N. Officer , nominated officer , 2026-11-22T16:10Z , REF-1 ",
	} {
		got, err := care.ParseSignOff(text)
		require.NoError(t, err, why)
		require.Equal(t, want, got, why)
	}
	got, err := care.ParseSignOff("bedrooms=B. Lead,each placing authority,2026-11-22T16:10Z,minute 4, page 2=3")
	require.NoError(t, err)
	require.Equal(t, "minute 4, page 2=3", got.Ref, "a reference may hold commas")
}

// In a split each home has its own.
func TestASignOffForOneHome(t *testing.T) {
	s, err := care.ParseSignOff("out-of-area@H-2=N. Officer,nominated officer,2026-11-22T16:10Z,REF-1, page 2")
	require.NoError(t, err)
	require.Equal(t, care.ID("H-2"), s.Home)
	require.Equal(t, "out-of-area@H-2=N. Officer,nominated officer,2026-11-22T16:10:00Z,REF-1, page 2", s.String())
	require.True(t, s.Answers("out-of-area", "Nominated Officer", "H-2"))
	require.False(t, s.Answers("out-of-area", "nominated officer", "H-1"))
	require.False(t, s.Answers("out-of-area", "placement officer", "H-2"))
	s.Home = ""
	require.True(t, s.Answers("out-of-area", "nominated officer", "H-1"), "wherever one home is asked for")
	for _, bad := range []string{"out-of-area@=N,R,2026-11-22T16:10Z,REF", "out-of-area@H,2=N,R,2026-11-22T16:10Z,REF"} {
		_, err := care.ParseSignOff(bad)
		var field *care.FieldError
		require.ErrorAs(t, err, &field, bad)
		require.Equal(t, "home", field.Field)
	}
}

func TestASignOffThatCannotBeReadSaysWhichPart(t *testing.T) {
	for text, field := range map[string]string{
		"":            "sign-off",
		"out-of-area": "sign-off",
		"out-of-area=N. Officer,nominated officer,2026-11-22T16:10Z":              "sign-off",
		"=N. Officer,nominated officer,2026-11-22T16:10Z,REF-1":                   "rule",
		"out,of=N. Officer,nominated officer,2026-11-22T16:10Z,REF-1":             "rule",
		"out-of-area= ,nominated officer,2026-11-22T16:10Z,REF-1":                 "name",
		"out-of-area=N. Officer,,2026-11-22T16:10Z,REF-1":                         "role",
		"out-of-area=N. Officer,nominated officer,yesterday,REF-1":                "time",
		"out-of-area=N. Officer,nominated officer,2026-11-22T16:10,REF-1":         "time", // no zone
		"out-of-area=N. Officer,nominated officer,0226-11-22T16:10Z,REF-1":        "time",
		"out-of-area=N. Officer,nominated officer,2026-11-22T16:10Z,":             "reference",
		"out-of-area=N.\tOfficer,nominated officer,2026-11-22T16:10Z,REF-1":       "name",
		"out-of-area=N. Officer,nominated officer,2026-11-22T16:10Z,REF\xff":      "reference",
		"out-of-area=" + strings.Repeat("N", 201) + ",role,2026-11-22T16:10Z,REF": "name",
	} {
		_, err := care.ParseSignOff(text)
		var bad *care.FieldError
		require.True(t, errors.As(err, &bad), "%q: %v", text, err)
		require.Equal(t, field, bad.Field, "%q: %v", text, err)
	}
}

func TestASignOffMadeByAProgramIsHeldToTheSameForm(t *testing.T) {
	good := care.SignOff{Rule: "pets", Name: "P. Officer", Role: "placement officer", At: tenPastFour, Ref: "call 3"}
	require.NoError(t, good.Validate())
	for field, spoil := range map[string]func(*care.SignOff){
		"rule":      func(s *care.SignOff) { s.Rule = "a=b" },
		"name":      func(s *care.SignOff) { s.Name = "Officer, P." },
		"role":      func(s *care.SignOff) { s.Role = " officer" },
		"time":      func(s *care.SignOff) { s.At = time.Time{} },
		"reference": func(s *care.SignOff) { s.Ref = "two\nlines" },
	} {
		bad := good
		spoil(&bad)
		var wrong *care.FieldError
		require.ErrorAs(t, bad.Validate(), &wrong, field)
		require.Equal(t, field, wrong.Field)
	}
}

func TestTheSamePersonIsKnownHoweverTheNameIsTyped(t *testing.T) {
	for _, same := range [][2]string{{"A. Officer", "a officer"}, {"A. OFFICER", "A.Officer "}, {"Zoë  Lund", "zoë lund"}} {
		require.True(t, care.SamePerson(same[0], same[1]), same)
	}
	for _, other := range [][2]string{{"A. Officer", "B. Officer"}, {"A. Officer", "A. Office"}, {"", "A"}} {
		require.False(t, care.SamePerson(other[0], other[1]), other)
	}
	s := care.SignOff{Role: "Nominated  Officer"}
	require.True(t, s.InRole("nominated officer"))
	require.False(t, s.InRole("director of children's services"))
}

func FuzzParseSignOff(f *testing.F) {
	for _, seed := range []string{
		"out-of-area=N. Officer,nominated officer,2026-11-22T16:10Z,REF-1", "a=b,c,2026-11-22T17:10:00+01:00,d,e=f", "=,,,", "a=b,c,0000-01-01T00:00Z,d", "a=\x00,b,2026-11-22T16:10Z,c",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		s, err := care.ParseSignOff(text)
		if err != nil {
			var bad *care.FieldError
			require.ErrorAs(t, err, &bad)
			return
		}
		require.NoError(t, s.Validate())
		again, err := care.ParseSignOff(s.String())
		require.NoError(t, err, "what is written is read")
		require.Equal(t, s.String(), again.String())
	})
}
