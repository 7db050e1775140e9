package care

import "slices"

// MaxEpisodes bounds the care history of one child, in episodes. A childhood in
// care with a new episode every week has fewer.
const MaxEpisodes = 1000

// History is what the authority's SSDA903 returns say of a child. It takes no
// bed: the home of an episode need not be one that is recorded here.
type History struct {
	Ethnic   string    `cbor:"1,keyasint,omitempty"` // code of ETHNIC
	Episodes []Episode `cbor:"2,keyasint,omitempty"` // in order of Start, of which no two are the same
}

// Episode is a time in care under one legal status and in one placement, as the
// Episodes table of an SSDA903 return has it. Its fields are named for what the
// codes say; the columns stand beside them. An empty code is not recorded.
type Episode struct {
	_         struct{} `cbor:",toarray"`
	Start     Day      // DECOM
	Began     string   // RNE, the reason for the new episode
	Legal     string   // LS, the legal status
	Need      string   // CIN, the category of need
	Place     string   // PLACE, the type of placement
	Provider  string   // PLACE_PROVIDER
	End       Day      // DEC; 0 while the episode lasts
	Ended     string   // REC, the reason the episode ended
	Moved     string   // REASON_PLACE_CHANGE
	HomePost  string   // HOME_POST, as written where it is no postcode
	PlacePost string   // PL_POST, likewise
	URN       string   // of the provider at Ofsted
}

// Validate refuses an episode without a start, one that ends before it starts, days
// that [Day.Validate] refuses, codes that the return has never had, and text that
// [Words] refuses; whether a code was one at the time is for [ReturnCode.In]. The
// error is a [*FieldError] that names the column of the return.
func (e *Episode) Validate() error {
	if e.Start == 0 {
		return wrong("DECOM", "the day the episode began, as 31/01/2026", "is empty")
	}
	if err := firstOf(e.Start.Validate("DECOM"), e.End.Validate("DEC"), notBefore("DEC", e.End, "DECOM", e.Start)); err != nil {
		return err
	}
	for _, c := range e.codes() {
		if err := ValidateReturnCode(c.field, c.code); err != nil {
			return err
		}
	}
	return firstOf(Words("HOME_POST", e.HomePost), Words("PL_POST", e.PlacePost), Words("URN", e.URN))
}

// codeOf is a code of an episode and the column it stands in.
type codeOf struct{ field, code string }

func (e *Episode) codes() []codeOf {
	return []codeOf{
		{"RNE", e.Began}, {"LS", e.Legal}, {"CIN", e.Need}, {"PLACE", e.Place},
		{"PLACE_PROVIDER", e.Provider}, {"REC", e.Ended}, {"REASON_PLACE_CHANGE", e.Moved},
	}
}

// OutOfTime is the first code of the episode that was no code of the return on
// any of its days, with the column it stands in; ok is false where there is none.
func (e *Episode) OutOfTime() (field string, code ReturnCode, ok bool) {
	for _, c := range e.codes() {
		for _, known := range returnCodes[c.field] {
			if known.Code == c.code && !known.In(e.Start, e.End) {
				return c.field, known, true
			}
		}
	}
	return "", ReturnCode{}, false
}

// Put adds an episode, or replaces the one that began on the same day. It says
// which episode that was, and whether there was one.
func (h *History) Put(e Episode) (before Episode, replaced bool) {
	i, found := slices.BinarySearchFunc(h.Episodes, e.Start, func(e Episode, d Day) int { return int(e.Start) - int(d) })
	episodes := slices.Clone(h.Episodes) // the history may be shared with the record it was read from
	if found {
		before = episodes[i]
		episodes[i] = e
	} else {
		episodes = slices.Insert(episodes, i, e)
	}
	h.Episodes = episodes
	return before, found
}

// Latest is the episode that began last, if there is one.
func (h *History) Latest() (Episode, bool) {
	if len(h.Episodes) == 0 {
		return Episode{}, false
	}
	return h.Episodes[len(h.Episodes)-1], true
}

// validate refuses what the store could not give back in a return.
func (h *History) validate() error {
	if err := ValidateReturnCode("ETHNIC", h.Ethnic); err != nil {
		return err
	}
	if n := len(h.Episodes); n > MaxEpisodes {
		return wrong("DECOM", "look for a row that is repeated under many dates", "the child has %d episodes; at most %d are kept", n, MaxEpisodes)
	}
	for i := range h.Episodes {
		if i > 0 && h.Episodes[i].Start <= h.Episodes[i-1].Start {
			return wrong("DECOM", "one episode a day, in order", "%s does not come after %s", h.Episodes[i].Start, h.Episodes[i-1].Start)
		}
		if err := h.Episodes[i].Validate(); err != nil {
			return err
		}
	}
	return nil
}
