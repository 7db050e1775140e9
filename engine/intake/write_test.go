package intake

import (
	"bytes"
	"errors"
	"io"
	"iter"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine/care"
)

// moorHouse is a valid home, and alex a valid child, to be spoilt one field at a
// time.
func moorHouse() care.Home {
	return care.Home{ID: "H-1", Kind: care.Foster, Authority: leeds, Where: headingley, Beds: 2}
}

func alex() care.Child { return care.Child{ID: "C-1", DOB: care.Date(2015, 3, 9), Authority: leeds} }

func TestAFormulaIsWrittenBehindAnApostrophe(t *testing.T) {
	h := moorHouse()
	h.ID, h.Provider, h.Where.Point = "=cmd|' /C calc'!A0", "-Moor, House-", care.At(53.8, -1.5)
	var b bytes.Buffer
	require.NoError(t, WriteHomes(&b, seqOf(h)))
	row := strings.Split(b.String(), "\n")[1]
	require.Contains(t, row, `'=cmd|' /C calc'!A0,foster,,"'-Moor, House-",,E08000035,,LS6 2AB,53.8,-1.5,2,`)
}

func TestWhatAFileCannotHoldIsRefused(t *testing.T) {
	for name, spoil := range map[string]func(*care.Home){
		"provider: spaces at the end":     func(h *care.Home) { h.Provider = "Moor House " },
		"skills: capital letters":         func(h *care.Home) { h.Skills = care.List{"Autism"} },
		"skills: an entry called none":    func(h *care.Home) { h.Skills = care.List{"none"} },
		"skills: an entry called unknown": func(h *care.Home) { h.Skills = care.List{"autism", "unknown"} },
		"skills: an empty entry":          func(h *care.Home) { h.Skills = care.List{""} },
		"exemption_children: none":        func(h *care.Home) { h.ExemptionChildren = []care.ID{"None"} },
	} {
		t.Run(name, func(t *testing.T) {
			h := moorHouse()
			spoil(&h)
			err := WriteHomes(io.Discard, seqOf(h))
			require.ErrorIs(t, err, ErrUnwritable)
			column, _, _ := strings.Cut(name, ":")
			require.ErrorContains(t, err, "homes H-1: "+column+": ")
		})
	}
	for name, spoil := range map[string]func(*care.Child){
		"contacts: a colon in a relation": func(c *care.Child) { c.Contacts = []care.Contact{{Who: "a:b", Where: headingley}} },
		"contacts: a name with capitals":  func(c *care.Child) { c.Contacts = []care.Contact{{Who: "Mother", Where: headingley}} },
		"exclusion_zones: no postcode": func(c *care.Child) {
			c.Exclusion = []care.Circle{{Centre: care.Location{Postcode: "a,b", Point: care.At(53, 0)}, Miles: 1}}
		},
		"away_from: spaces at the end": func(c *care.Child) { c.AwayAuthorities = []string{leeds + " "} },
		"away_from: no postcode": func(c *care.Child) {
			c.AwayFrom = []care.Circle{{Centre: care.Location{Postcode: "a@b", Point: care.At(53, 0)}, Miles: 1}}
		},
		"faith: capital letters":           func(c *care.Child) { c.Faith = "Sikh" },
		"faith: a word for not knowing it": func(c *care.Child) { c.Faith = "unknown" },
		"wishes_for: a space before an id": func(c *care.Child) { c.WishesFor = care.List{"home: H-1"} },
	} {
		t.Run(name, func(t *testing.T) {
			c := alex()
			spoil(&c)
			require.ErrorIs(t, WriteChildren(io.Discard, seqOf(c)), ErrUnwritable)
		})
	}
}

func TestAValueThatIsNotValidIsNotWritten(t *testing.T) {
	var wrong *care.FieldError
	for name, spoil := range map[string]func(*care.Home){
		"kind: a barn":        func(h *care.Home) { h.Kind = "barn" },
		"provider: two lines": func(h *care.Home) { h.Provider = "Moor\nHouse" },
		"provider: a NUL":     func(h *care.Home) { h.Provider = "Moor\x00House" },
		"provider: not UTF-8": func(h *care.Home) { h.Provider = "Caf\xe9" },
	} {
		h := moorHouse()
		spoil(&h)
		require.ErrorAs(t, WriteHomes(io.Discard, seqOf(h)), &wrong, name)
		require.Equal(t, strings.Split(name, ":")[0], wrong.Field)
	}
	c := alex()
	c.Wishes = "Caf\xe9"
	require.ErrorAs(t, WriteChildren(io.Discard, seqOf(c)), &wrong)
	require.Equal(t, "wishes", wrong.Field)
}

func TestAPostcodeAloneIsWrittenAndPlacedWhenItIsRead(t *testing.T) {
	c := alex()
	c.Home = care.Location{Postcode: "LS6 2AB"}
	var b bytes.Buffer
	require.NoError(t, WriteChildren(&b, seqOf(c)))
	h := haulIn(Children, &b, opts())
	require.Empty(t, sentences(h))
	require.Equal(t, headingley, h.good[0].Home)
}

// failing fails after so many bytes, like a disk that is full.
type failing struct{ left int }

var errFull = errors.New("no space left on device")

func (f *failing) Write(p []byte) (int, error) {
	if f.left -= len(p); f.left < 0 {
		return 0, errFull
	}
	return len(p), nil
}

func TestAFullDiskIsReported(t *testing.T) {
	many := make([]care.Home, 1000)
	for i := range many {
		many[i] = moorHouse()
	}
	for _, room := range []int{0, 100, 50_000} {
		require.ErrorIs(t, WriteHomes(&failing{room}, seqOf(many...)), errFull)
	}
	require.ErrorIs(t, WriteHomes(&failing{0}, seqOf[care.Home]()), errFull)

	rejected := haulIn(Homes, file(homeHeader, "H-1"), opts()).rejected[0]
	rejects := NewRejects(&failing{0})
	require.ErrorIs(t, rejects.Add(rejected), errFull)
	require.ErrorIs(t, rejects.Add(rejected), errFull)
}

func TestAnErrorOfTheStoreEndsTheExport(t *testing.T) {
	lost := errors.New("the store is behind its head")
	var seq iter.Seq2[care.Home, error] = func(yield func(care.Home, error) bool) {
		_ = yield(moorHouse(), nil) && yield(care.Home{}, lost)
	}
	var b bytes.Buffer
	require.ErrorIs(t, WriteHomes(&b, seq), lost)
	require.Equal(t, 2, strings.Count(b.String(), "\n"), "the header and the home before it are written")
}
