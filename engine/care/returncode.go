package care

import (
	"slices"
	"strings"
	"time"
)

// ReturnCode is a code of the SSDA903 return and the days on which it was one.
type ReturnCode struct {
	Code  string
	From  Day // first day; 0 where no first day is known to matter
	Until Day // last day; 0 while it is in use
}

// In says whether the code was one on any of the days from start to end, where
// an end of 0 has not come. An episode that is still open when a code is
// introduced may be returned under it.
func (c ReturnCode) In(start, end Day) bool {
	return (c.Until == 0 || start <= c.Until) && (c.From == 0 || end == 0 || end >= c.From)
}

// Words says when the code is one, within a sentence.
func (c ReturnCode) Words() string {
	switch {
	case c.From != 0 && c.Until != 0:
		return "was a code from " + c.From.Words() + " to " + c.Until.Words()
	case c.From != 0:
		return "is a code from " + c.From.Words() + " on"
	case c.Until != 0:
		return "was a code until " + c.Until.Words()
	}
	return "is a code"
}

// ReturnCodes lists the codes of a column of the SSDA903 return, ETHNIC, RNE, LS,
// CIN, PLACE, PLACE_PROVIDER, REC or REASON_PLACE_CHANGE, in a fixed order; nil
// for any other.
//
// The codes and their years are those of the validation rules of 2022-23 to
// 2025-26 (rules 103, 143 to 149, 178, 445, 446 and 1009, in the public
// implementation by Data to Insight): H5, P2 and Z1 are in the lists to 2024-25
// and not in that of 2025-26, Z11 to Z14 the other way round, K3 is in no list
// before 2023-24, D1 ends and E1 begins with December 2005. P2 ends with the
// registration of supported accommodation on 28 October 2023. For every other
// code no year is known, and none is checked.
func ReturnCodes(column string) []ReturnCode { return slices.Clone(returnCodes[column]) }

// The first and last days of codes that came or went.
var (
	collection2023 = Date(2023, time.April, 1)    // first day of the return of 2023-24
	supportedLaw   = Date(2023, time.October, 28) // Supported Accommodation (England) Regulations 2023
	collection2025 = Date(2025, time.April, 1)
)

var returnCodes = map[string][]ReturnCode{
	"ETHNIC": timeless("WBRI", "WIRI", "WOTH", "WIRT", "WROM", "MWBC", "MWBA", "MWAS", "MOTH", "AIND", "APKN", "ABAN", "AOTH",
		"BCRB", "BAFR", "BOTH", "CHNE", "OOTH", "REFU", "NOBT"),
	"RNE": timeless("S", "L", "P", "T", "B", "U"),
	"LS": during(timeless(vocabularies["legal_status"]...),
		ReturnCode{"D1", 0, Date(2005, time.December, 31)}, ReturnCode{"E1", Date(2005, time.December, 1), 0}),
	"CIN": timeless(vocabularies["need"]...),
	"PLACE": during(timeless(vocabularies["type"]...),
		ReturnCode{"H5", 0, collection2025 - 1}, ReturnCode{"P2", 0, supportedLaw}, ReturnCode{"Z1", 0, collection2025 - 1},
		ReturnCode{"K3", collection2023, 0},
		ReturnCode{"Z11", collection2025, 0}, ReturnCode{"Z12", collection2025, 0}, ReturnCode{"Z13", collection2025, 0}, ReturnCode{"Z14", collection2025, 0}),
	"PLACE_PROVIDER": timeless("PR0", "PR1", "PR2", "PR3", "PR4", "PR5"),
	"REC": timeless("E11", "E12", "E2", "E3", "E4A", "E4B", "E13", "E41", "E45", "E46", "E47", "E48",
		"E5", "E6", "E7", "E8", "E9", "E14", "E15", "E16", "E17", "X1"),
	"REASON_PLACE_CHANGE": timeless(vocabularies["reason"]...),
}

func timeless(codes ...string) []ReturnCode {
	all := make([]ReturnCode, len(codes))
	for i, code := range codes {
		all[i].Code = code
	}
	return all
}

// during puts the days of some codes into a list.
func during(all []ReturnCode, some ...ReturnCode) []ReturnCode {
	for _, s := range some {
		all[slices.IndexFunc(all, func(c ReturnCode) bool { return c.Code == s.Code })] = s
	}
	return all
}

// ValidateReturnCode refuses a code that the column of the return has never had.
// An empty code is not recorded and passes. The error is a [*FieldError].
func ValidateReturnCode(column, code string) error {
	all := returnCodes[column]
	if code == "" || slices.ContainsFunc(all, func(c ReturnCode) bool { return c.Code == code }) {
		return nil
	}
	words := make([]string, len(all))
	for i := range all {
		words[i] = all[i].Code
	}
	return wrong(column, "one of "+strings.Join(words, ", "), "%q is not a code of the return", code)
}

// ethnicWords are the terms that children and homes are described in for each
// code of ETHNIC that says something; a refusal and what is not yet obtained do
// not.
var ethnicWords = map[string]string{
	"WBRI": "white-british", "WIRI": "white-irish", "WOTH": "white-other", "WIRT": "white-irish-traveller", "WROM": "white-gypsy-roma",
	"MWBC": "mixed-white-and-black-caribbean", "MWBA": "mixed-white-and-black-african", "MWAS": "mixed-white-and-asian", "MOTH": "mixed-other",
	"AIND": "asian-indian", "APKN": "asian-pakistani", "ABAN": "asian-bangladeshi", "AOTH": "asian-other", "CHNE": "asian-chinese",
	"BCRB": "black-caribbean", "BAFR": "black-african", "BOTH": "black-other", "OOTH": "other-any",
}

// EthnicWords is the term of [Child] and [Home] for a code of ETHNIC; empty where
// the code says nothing.
func EthnicWords(code string) string { return ethnicWords[code] }
