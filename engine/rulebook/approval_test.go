package rulebook_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/rulebook"
)

// aunt makes the home that of a connected person.
func aunt(s *scene) {
	s.home.Kind = care.ConnectedPerson
	s.child().ConnectedHomes = []care.ID{"H-1"}
}

func TestConnectedTo(t *testing.T) {
	requireRows(t, "connected-to", []row{
		{"other foster carers are not asked", func(s *scene) {}, silent()},
		{"his aunt", aunt, met("connected with C-1")},
		{"one of two connected homes", func(s *scene) { aunt(s); s.child().ConnectedHomes = []care.ID{"H-7", "H-1"} }, met("C-1")},
		{"somebody else's aunt", func(s *scene) { aunt(s); s.child().ConnectedHomes = []care.ID{"H-7"} }, barred("connected_homes of C-1", "not recorded as connected with C-1")},
		{"nobody recorded whose aunt she is", func(s *scene) { aunt(s); s.child().ConnectedHomes = nil }, barred("connected_homes of C-1", "another child")},
	})
}

func TestApproval(t *testing.T) {
	home := func(change func(h *care.Home)) func(s *scene) { return func(s *scene) { change(&s.home) } }
	status := func(w care.Status) func(s *scene) { return home(func(h *care.Home) { h.Status = w }) }
	of := func(k care.Kind, w care.Status) func(s *scene) {
		return home(func(h *care.Home) { h.Kind, h.Status = k, w })
	}
	requireRows(t, "approval", []row{
		{"approved carers", home(func(*care.Home) {}), met("approved since 1 January 2020")},
		{"a registered children's home", home(func(h *care.Home) { h.Kind, h.Status = care.ChildrensHome, care.Registered }), met("registered since 1 January 2020")},
		{"supported accommodation is judged by another rule", home(func(h *care.Home) { h.Kind = care.Supported }), silent()},
		{"nobody recorded the status of a hospital", of(care.Hospital, ""), silent()},
		{"a hospital that is registered", of(care.Hospital, care.Registered), silent()},
		{"a hospital that has closed", of(care.Hospital, care.Ended), warning("its status is ended; no approval is asked of a hospital")},
		{"a care home that is suspended", of(care.CareHome, care.Suspended), warning("its status is suspended; no approval is asked of a care home")},
		{"a family centre that admits nobody from a day to come", func(s *scene) {
			of(care.FamilyCentre, care.Restricted)(s)
			s.home.RestrictedFrom = care.EndOn(monday + 1)
		}, silent()},
		{"and from that day", func(s *scene) { of(care.FamilyCentre, care.Restricted)(s); s.home.RestrictedFrom = care.EndOn(monday) }, warning("its status is restricted")},
		{"supported accommodation that has closed is for the other rule", of(care.Supported, care.Ended), silent()},
		{"a connected person who waits for approval is judged by the next rule", func(s *scene) { aunt(s); s.home.Status = care.Pending }, silent()},
		{"an approved connected person is judged here", aunt, met("approved since")},
		{"carers who wait for approval", status(care.Pending), barred("open once it is approved", "its status is pending")},
		{"suspended", status(care.Suspended), barred("open once it is approved", "its status is suspended")},
		{"refused", status(care.Refused), barred("approved", "its status is refused")},
		{"ended", status(care.Ended), barred("approved", "its status is ended")},
		{"a children's home whose registration has ended", home(func(h *care.Home) { h.Kind, h.Status = care.ChildrensHome, care.Ended }), barred("open once it is registered", "its status is ended")},

		{"the status is not recorded", status(""), barred("record its status", "the status of its approval is not recorded").without("status")},
		{"a children's home whose status is not recorded", home(func(h *care.Home) { h.Kind, h.Status = care.ChildrensHome, "" }), barred("record its status", "the status of its registration").without("status")},
		{"the first day is not recorded", home(func(h *care.Home) { h.RegisteredFrom = 0 }), barred("record registered_from", "first day of its approval is not recorded").without("registered_from")},
		{"whether it ends is not recorded", home(func(h *care.Home) { h.RegisteredUntil = care.End{} }), signOff(rulebook.PlacementOfficer, "record registered_until", "approved since 1 January 2020; whether the approval ends is not recorded").without("registered_until")},
		{"whether admissions are restricted is not recorded", home(func(h *care.Home) { h.RestrictedFrom = care.End{} }), signOff(rulebook.PlacementOfficer, "record restriction_from", "whether admissions are restricted is not recorded").without("restriction_from")},
		{"neither is recorded", home(func(h *care.Home) { h.RegisteredUntil, h.RestrictedFrom = care.End{}, care.End{} }),
			signOff(rulebook.PlacementOfficer, `record registered_until and restriction_from (a day, or "none")`, "whether the approval ends or admissions are restricted is not recorded").without("registered_until", "restriction_from")},

		{"approved from today", home(func(h *care.Home) { h.RegisteredFrom = monday }), met("since 23 November 2026")},
		{"approved from tomorrow", home(func(h *care.Home) { h.RegisteredFrom = monday + 1 }), barred("open from 24 November 2026", "begins on 24 November 2026")},
		{"its last day", home(func(h *care.Home) { h.RegisteredUntil = care.EndOn(monday + 1) }), met("approved since")},
		{"the first day after", home(func(h *care.Home) { h.RegisteredUntil = care.EndOn(monday) }), barred("renewed", "its approval ended on 23 November 2026")},
		{"the day before a restriction of admissions", home(func(h *care.Home) { h.RestrictedFrom = care.EndOn(monday + 1) }), met("approved since")},
		{"the day of it", home(func(h *care.Home) { h.RestrictedFrom = care.EndOn(monday) }), barred("restriction is lifted", "restricted from 23 November 2026")},
		{"a restriction that is to come tomorrow, already in the status", home(func(h *care.Home) { h.Status, h.RestrictedFrom = care.Restricted, care.EndOn(monday+1) }), met("approved since 1 January 2020")},
		{"and today", home(func(h *care.Home) { h.Status, h.RestrictedFrom = care.Restricted, care.EndOn(monday) }), barred("", "its status is restricted")},
		{"a restriction without a day", home(func(h *care.Home) { h.Status, h.RestrictedFrom = care.Restricted, care.End{} }), barred("", "its status is restricted")},
		{"in an emergency nothing is lighter", func(s *scene) { s.emergency, s.home.Status = true, care.Suspended }, barred("", "suspended")},
	})
}

func TestConnectedPersonTemporary(t *testing.T) {
	const weeks = 7
	from := care.Date(2026, time.June, 1)
	first, last := from+16*weeks, from+24*weeks // the first days that are no longer covered
	waiting := func(on, temporary, extended, refused care.Day) func(s *scene) {
		return func(s *scene) {
			aunt(s)
			s.on = on
			s.home.Status, s.home.RegisteredFrom = care.Pending, 0
			s.home.TemporaryFrom, s.home.ExtendedUntil, s.home.RefusedOn = temporary, extended, refused
		}
	}
	nominated := func(fix string, says ...string) expected { return signOff(rulebook.NominatedOfficer, fix, says...) }
	requireRows(t, "connected-person-temporary", []row{
		{"an approved connected person needs none", aunt, silent()},
		{"other foster carers cannot have one", func(s *scene) { s.home.Status = care.Pending }, silent()},
		{"a refused connected person is left to the rule of approval", func(s *scene) { aunt(s); s.home.Status = care.Refused }, silent()},
		{"not yet given: 16 weeks from today", waiting(from, 0, 0, 0), nominated("approves the person temporarily", "16 weeks, up to and including 20 September 2026").without("temporary_from")},
		{"given from tomorrow on", waiting(from-1, from, 0, 0), nominated("approves the person temporarily", "not yet approved", "19 September 2026")},
		{"the first day of the 16 weeks", waiting(from, from, 0, 0), nominated("confirms", "from 1 June 2026 for up to 16 weeks, up to and including 20 September 2026")},
		{"the last day of the 16 weeks", waiting(first-1, from, 0, 0), nominated("confirms", "20 September 2026")},
		{"the day after the 16 weeks", waiting(first, from, 0, 0), nominated("extends", "the 16 weeks from 1 June 2026 are over", "8 weeks, up to and including 15 November 2026").without("extended_until")},
		{"the last day on which 8 weeks more would help", waiting(last-1, from, 0, 0), nominated("extends", "15 November 2026").without("extended_until")},
		{"16 and 8 weeks are over", waiting(last, from, 0, 0), barred("approved as a foster carer", "run out", "15 November 2026")},

		{"extended in good time", waiting(first-1, from, last, 0), nominated("confirms the extension", "extended, up to and including 15 November 2026")},
		{"the last day of the extension", waiting(last-1, from, last, 0), nominated("confirms the extension", "15 November 2026")},
		{"the extension is over to the day", waiting(last, from, last, 0), barred("approved as a foster carer", "15 November 2026")},
		{"a shorter extension, on its last day", waiting(first+13, from, first+14, 0), nominated("confirms", "4 October 2026")},
		{"a shorter extension is over; there is only one", waiting(first+14, from, first+14, 0), barred("approved as a foster carer", "4 October 2026")},
		{"an extension by more than 8 weeks counts as 8", waiting(last, from, last+30, 0), barred("approved as a foster carer", "15 November 2026")},
		{"unless a refusal is under review", waiting(last, from, last+30, last-5), nominated("confirms the extension", "15 December 2026")},
		{"refused on the last day of the 8 weeks", waiting(last, from, last+30, last-1), nominated("confirms the extension", "15 December 2026")},
		{"refused once it had run out: there was nothing left to extend", waiting(last, from, last+30, last), barred("approved as a foster carer", "15 November 2026")},
		{"refused later still", waiting(last+10, from, last+30, last+10), barred("approved as a foster carer", "15 November 2026")},
		{"the review is over", waiting(last+30, from, last+30, last-5), barred("approved as a foster carer", "15 December 2026")},
		{"an extension that ends within the 16 weeks takes nothing away", waiting(first-1, from, first-10, 0), nominated("confirms", "20 September 2026")},
		{"nor does one that ends with them", waiting(first-1, from, first, 0), nominated("confirms the temporary approval", "for up to 16 weeks, up to and including 20 September 2026")},
		{"and the 16 weeks are what ran out", waiting(first, from, first-10, 0), barred("approved as a foster carer", "20 September 2026")},
	})
}

// What is said of a home by itself is what the book finds of it for a child.
func TestTheApprovalOfAHomeByItself(t *testing.T) {
	ends := []care.End{{}, care.Never(), care.EndOn(monday), care.EndOn(monday + 1), care.EndOn(monday - 200)}
	statuses := []care.Status{"", care.Approved, care.Registered, care.Pending, care.Restricted, care.Ended}
	seen := map[rulebook.Verdict]int{}
	for _, kind := range care.Kinds() {
		for _, status := range statuses {
			for _, until := range ends {
				for _, restricted := range ends {
					for _, from := range []care.Day{0, monday - 300, monday + 1} {
						s := plain()
						s.home.Kind, s.home.Status, s.home.RegisteredFrom, s.home.RegisteredUntil, s.home.RestrictedFrom = kind, status, from, until, restricted
						if status == care.Pending {
							s.home.TemporaryFrom, s.home.RegisteredFrom = from, 0
						}
						want := rulebook.Met
						for _, f := range s.open(t).Findings(s.household()) {
							if f.Rule == "approval" || f.Rule == "connected-person-temporary" {
								want = f.Verdict
							}
						}
						got := rulebook.ApprovalOn(&s.home, monday)
						require.Equal(t, want, got, "%+v", s.home)
						seen[got]++
					}
				}
			}
		}
	}
	for _, v := range []rulebook.Verdict{rulebook.Met, rulebook.SignOff, rulebook.Barred} {
		require.Positive(t, seen[v])
	}
}
