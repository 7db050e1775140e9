package report

import (
	"fmt"
	"regexp"
	"strings"
	"sync"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/gazetteer"
	"github.com/stablehomes/stablehomes/engine/match"
)

// referralFields say what a field of a referral is about.
var referralFields = map[string]string{
	"preferredLocation": "preferred location", "culturalNeeds": "cultural needs", "additionalSupport": "additional support",
	"riskOther": "another risk to the child", "riskToOthersOther": "another risk to others",
}

// writeReferral says what the referrals say and nothing here goes by, before the
// homes: whoever chooses has to judge it.
func writeReferral(out *strings.Builder, head *match.Head) {
	for _, u := range head.Referral {
		fmt.Fprintf(out, "The referral of %s also says (no rule judges it): %s\n", u.Child, unjudgedWords(u))
	}
	if len(head.Referral) > 0 {
		out.WriteString("\n")
	}
}

func unjudgedWords(u match.Unjudged) string {
	what := referralFields[u.Field]
	if what == "" {
		what = u.Field
	}
	return fmt.Sprintf("%s, “%s”", what, u.Words)
}

// referralOf is what the referral of one child says, a line each. Where a home is
// preferred may be a postcode, which only the child's file has whole.
func (s *Sheet) referralOf(child care.ID) string {
	var lines []string
	for _, u := range s.Result.Referral {
		if u.Child != child {
			continue
		}
		u.Words = s.Audience.mayRead(u.Words)
		lines = append(lines, unjudgedWords(u))
	}
	return strings.Join(lines, "\n")
}

// mayRead is what people wrote freely as an audience may read it: only the child's file
// has a postcode whole.
func (a Audience) mayRead(words string) string {
	if a == RecordAudience {
		return words
	}
	return postcodes().ReplaceAllStringFunc(words, sectorOf)
}

// postcodes finds what may be a whole postcode within words.
var postcodes = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)\b[a-z]{1,2}[0-9][0-9a-z]?[\s\p{Z}]*[0-9][a-z]{2}\b`)
})

// sectorOf is as much of a postcode as leaves the team.
func sectorOf(words string) string {
	p, err := gazetteer.ParsePostcode(words)
	if err != nil {
		return words
	}
	return p.Sector()
}
