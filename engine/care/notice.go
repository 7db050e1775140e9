package care

import (
	"slices"
	"strings"
)

// Recipient is somebody who has written notice of where a child is placed (Care
// Planning, Placement and Case Review (England) Regulations 2010, reg 13).
type Recipient string

// The recipients.
const (
	ToAreaAuthority  Recipient = "area-authority" // in whose area the home lies, where that is another's
	ToChild          Recipient = "child"
	ToParents        Recipient = "parents"
	ToContactOrder   Recipient = "contact-order"   // those with a court order for contact
	ToPreviousCarers Recipient = "previous-carers" // who cared for the child until now
	ToHealthBody     Recipient = "health-body"
	ToGP             Recipient = "gp"
	ToSchool         Recipient = "school"
)

// Recipients lists them in the order of the regulation's notices here.
func Recipients() []Recipient {
	return []Recipient{ToAreaAuthority, ToChild, ToParents, ToContactOrder, ToPreviousCarers, ToHealthBody, ToGP, ToSchool}
}

// Words names the recipient within a sentence.
func (r Recipient) Words() string {
	switch r {
	case ToContactOrder:
		return "those with a court order for contact"
	case ToGP:
		return "GP"
	}
	return strings.ReplaceAll(string(r), "-", " ")
}

// Withheld is a notice that is not to be sent, because of a risk.
type Withheld struct {
	Who   Recipient `json:"who"`
	Child ID        `json:"child,omitempty"` // empty for every child of the decision
	Why   string    `json:"why"`
}

// Validate refuses one without a reason, or with one that [Words] refuses, or of a
// recipient there is not. The error is a [*FieldError].
func (w *Withheld) Validate() error {
	switch {
	case !slices.Contains(Recipients(), w.Who):
		return wrong("withhold", "one of "+recipientWords(), "%q is nobody who has a notice", string(w.Who))
	case strings.TrimSpace(w.Why) == "":
		return wrong("withhold", "such as "+string(w.Who)+"=the risk that was assessed, and by whom", "the reason is missing")
	}
	return Words("withhold", w.Why)
}

func recipientWords() string {
	var all []string
	for _, r := range Recipients() {
		all = append(all, string(r))
	}
	return strings.Join(all, ", ")
}

// Covers says whether the notice to somebody about a child is withheld by it.
func (w *Withheld) Covers(who Recipient, child ID) bool {
	return w.Who == who && (w.Child == "" || w.Child == child)
}

// Notice is the draft of a letter about one child, or the reason for which there is
// none.
type Notice struct {
	To    Recipient `json:"to"`
	Name  string    `json:"name,omitempty"` // as far as it is known: of the area authority; never a person's
	Child ID        `json:"child"`
	Home  ID        `json:"home"`
	By    Day       `json:"by_day"` // last day
	Late  bool      `json:"late"`   // the last day had passed when it was drafted
	// Withheld is why it is not to be sent; then there is no letter.
	Withheld string   `json:"withheld,omitempty"`
	Caution  string   `json:"caution,omitempty"` // for whoever sends it, never part of the letter
	Enclosed []string `json:"enclosed,omitempty"`
	Letter   []string `json:"letter,omitempty"` // paragraphs; what is to be filled in stands in square brackets
}

// Notices are the letters that a decision calls for, and what the independent
// reviewing officer is told.
type Notices struct {
	Decision ID       `json:"decision"`
	Drafted  Day      `json:"drafted"`
	Notices  []Notice `json:"notices"`
	IRO      []string `json:"iro_note"` // paragraphs
	Gaps     []string `json:"gaps"`     // what the homes lack or nobody has recorded, and what would close it
	Citation string   `json:"citation"`
}
