package care_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine/care"
)

// fostered is an episode with foster carers under a full care order.
func fostered(start care.Day) care.Episode {
	return care.Episode{Start: start, Began: "S", Legal: "C2", Need: "N1", Place: "U6", Provider: "PR1", HomePost: "LS6 2AB"}
}

func TestAnEpisodeSaysWhatIsWrongWithIt(t *testing.T) {
	day := care.Date(2024, time.May, 1)
	for name, c := range map[string]struct {
		change func(*care.Episode)
		want   string
	}{
		"without a start":         {func(e *care.Episode) { e.Start = 0 }, "DECOM: is empty"},
		"ends before it starts":   {func(e *care.Episode) { e.End = day - 1 }, "DEC: 2024-04-30 is before DECOM 2024-05-01"},
		"no legal status":         {func(e *care.Episode) { e.Legal = "C9" }, `LS: "C9" is not a code of the return (one of C1, C2, D1`},
		"small letters":           {func(e *care.Episode) { e.Place = "u6" }, `PLACE: "u6" is not a code`},
		"a category of need":      {func(e *care.Episode) { e.Need = "N9" }, `CIN: "N9"`},
		"a provider":              {func(e *care.Episode) { e.Provider = "PR6" }, `PLACE_PROVIDER: "PR6"`},
		"a reason it began":       {func(e *care.Episode) { e.Began = "X" }, `RNE: "X"`},
		"a reason it ended":       {func(e *care.Episode) { e.Ended = "E1" }, `REC: "E1"`},
		"a reason for the change": {func(e *care.Episode) { e.Moved = "MOVED" }, `REASON_PLACE_CHANGE: "MOVED"`},
	} {
		t.Run(name, func(t *testing.T) {
			e := fostered(day)
			require.NoError(t, e.Validate())
			c.change(&e)
			require.ErrorContains(t, e.Validate(), c.want)
		})
	}
}

func TestACodeIsOneOnlyInItsYears(t *testing.T) {
	on := func(y int, m time.Month, d int) care.Day { return care.Date(y, m, d) }
	for name, c := range map[string]struct {
		place, legal string
		start, end   care.Day
		field        string
	}{
		"semi-independent, to the return of 2024-25":     {place: "H5", start: on(2025, 3, 31)},
		"semi-independent, after it":                     {place: "H5", start: on(2025, 4, 1), field: "PLACE"},
		"independent living, on the day of the new law":  {place: "P2", start: on(2023, 10, 28)},
		"independent living, the day after":              {place: "P2", start: on(2023, 10, 29), field: "PLACE"},
		"registered accommodation, before there was any": {place: "K3", start: on(2022, 1, 1), end: on(2023, 3, 31), field: "PLACE"},
		"registered accommodation, of an open episode":   {place: "K3", start: on(2022, 1, 1)},
		"other, retired": {place: "Z1", start: on(2025, 4, 1), field: "PLACE"},
		"other, its successor, of an episode that is over":  {place: "Z13", start: on(2024, 1, 1), end: on(2025, 3, 31), field: "PLACE"},
		"other, its successor":                              {place: "Z13", start: on(2024, 1, 1), end: on(2025, 4, 1)},
		"freed for adoption, in December 2005":              {legal: "D1", start: on(2005, 12, 31)},
		"freed for adoption, after it":                      {legal: "D1", start: on(2006, 1, 1), field: "LS"},
		"placement order, before it came":                   {legal: "E1", start: on(2005, 1, 1), end: on(2005, 11, 30), field: "LS"},
		"placement order":                                   {legal: "E1", start: on(2005, 12, 1), end: on(2005, 12, 30)},
		"foster carers, whose years nobody has told us":     {place: "U6", start: on(1999, 1, 1)},
		"nothing recorded, which is never out of its years": {start: on(1999, 1, 1)},
	} {
		t.Run(name, func(t *testing.T) {
			e := care.Episode{Start: c.start, End: c.end, Place: c.place, Legal: c.legal}
			require.NoError(t, e.Validate())
			field, code, ok := e.OutOfTime()
			require.Equal(t, c.field, field)
			require.Equal(t, c.field != "", ok)
			if ok {
				require.Equal(t, c.place+c.legal, code.Code)
				require.Regexp(t, "^(was a code until|is a code from) ", code.Words())
			}
		})
	}
}

func TestEachColumnOfAReturnHasItsCodes(t *testing.T) {
	for column, n := range map[string]int{"ETHNIC": 20, "RNE": 6, "LS": 13, "CIN": 8, "PLACE": 32, "PLACE_PROVIDER": 6, "REC": 22, "REASON_PLACE_CHANGE": 12} {
		codes := care.ReturnCodes(column)
		require.Len(t, codes, n, column)
		seen := map[string]bool{}
		for _, c := range codes {
			require.False(t, seen[c.Code], "%s has %s twice", column, c.Code)
			seen[c.Code] = true
			require.NoError(t, care.ValidateReturnCode(column, c.Code))
		}
		require.NoError(t, care.ValidateReturnCode(column, ""), "not recorded")
		require.Error(t, care.ValidateReturnCode(column, "?"))
	}
	require.Nil(t, care.ReturnCodes("UPN"))
	care.ReturnCodes("CIN")[0].Code = "changed"
	require.Equal(t, "N1", care.ReturnCodes("CIN")[0].Code, "a reader cannot change the codes")
}

func TestACodeOfEthnicityIsSaidInTheWordsOfHomes(t *testing.T) {
	require.Equal(t, "white-british", care.EthnicWords("WBRI"))
	for _, silent := range []string{"", "REFU", "NOBT"} {
		require.Empty(t, care.EthnicWords(silent))
	}
	said := map[string]bool{}
	for _, c := range care.ReturnCodes("ETHNIC") {
		if words := care.EthnicWords(c.Code); words != "" {
			require.Equal(t, care.Term(words), words)
			require.False(t, said[words], words)
			said[words] = true
		}
	}
	require.Len(t, said, 18)
}

// What stands in a history does not depend on the order in which it came.
func TestAHistoryIsTheSameWhateverTheOrderOfItsEpisodes(t *testing.T) {
	seed := rand.Uint64()
	r := rand.New(rand.NewPCG(seed, 1))
	for range 200 {
		var h care.History
		want := map[care.Day]care.Episode{}
		for range r.IntN(12) {
			e := fostered(care.Date(2024, 1, 1+r.IntN(8)))
			e.Place = []string{"U1", "U6", "K2"}[r.IntN(3)]
			before, replaced := h.Put(e)
			was, there := want[e.Start]
			require.Equal(t, there, replaced, "seed %d", seed)
			require.Equal(t, was, before, "seed %d", seed)
			want[e.Start] = e
		}
		require.Len(t, h.Episodes, len(want), "seed %d", seed)
		last := care.Day(0)
		for _, e := range h.Episodes {
			require.Equal(t, want[e.Start], e, "seed %d", seed)
			require.Greater(t, e.Start, last, "seed %d", seed)
			last = e.Start
		}
		latest, ok := h.Latest()
		require.Equal(t, len(want) > 0, ok)
		require.Equal(t, last, latest.Start)
	}
}

func TestPuttingAnEpisodeLeavesAnEarlierCopyAlone(t *testing.T) {
	var h care.History
	h.Put(fostered(10))
	h.Put(fostered(30))
	copied := h
	h.Put(fostered(20))
	changed := fostered(10)
	changed.Place = "K2"
	h.Put(changed)
	require.Equal(t, []care.Episode{fostered(10), fostered(30)}, copied.Episodes)
}

func TestAChildWithAHistoryThatCannotBeIsRefused(t *testing.T) {
	child := care.Child{ID: "C", DOB: care.Date(2015, 1, 1), Authority: "E08000035"}
	for i := range care.MaxEpisodes {
		child.History.Episodes = append(child.History.Episodes, fostered(care.Date(2015, 1, 2)+care.Day(i)))
	}
	require.NoError(t, child.Validate())
	more := child
	more.History.Put(fostered(care.Date(2015, 1, 1)))
	require.ErrorContains(t, more.Validate(), "has 1001 episodes; at most 1000")
	twice := child
	twice.History.Episodes = []care.Episode{fostered(735_500), fostered(735_500)}
	require.ErrorContains(t, twice.Validate(), "does not come after")
	odd := child
	odd.History = care.History{Ethnic: "WHITE"}
	require.ErrorContains(t, odd.Validate(), "ETHNIC")
	odd.History = care.History{Episodes: []care.Episode{{Start: 735_500, Legal: "?"}}}
	require.ErrorContains(t, odd.Validate(), "LS")
}
