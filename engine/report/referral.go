package report

import (
	"fmt"
	"strings"

	"github.com/stablehomes/stablehomes/engine/care"
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

// referralOf is what the referral of one child says, a line each.
func referralOf(head *match.Head, child care.ID) string {
	var lines []string
	for _, u := range head.Referral {
		if u.Child == child {
			lines = append(lines, unjudgedWords(u))
		}
	}
	return strings.Join(lines, "\n")
}
