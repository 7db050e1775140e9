package rulebook_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/policy"
	"github.com/stablehomes/stablehomes/engine/rulebook"
)

// Days on which the law on other arrangements changed, and the days before.
var (
	beforeBan          = care.Date(2021, time.September, 8)
	banDay             = care.Date(2021, time.September, 9)
	beforeRegistration = care.Date(2023, time.October, 27)
	registrationDay    = care.Date(2023, time.October, 28)
)

// aged makes the child so many years old, to the day, on the day given.
func aged(s *scene, years int, on care.Day) { s.on, s.child().DOB = on, born(years, on) }

// supported is registered supported accommodation.
func supported(s *scene) {
	s.home.Kind, s.home.Status = care.Supported, care.Registered
	s.home.RegisteredFrom = care.Date(2023, time.July, 3)
}

func TestUnder16Unregulated(t *testing.T) {
	in := func(kind care.Kind, years int, on care.Day) func(s *scene) {
		return func(s *scene) { s.home.Kind = kind; aged(s, years, on) }
	}
	requireRows(t, "under-16-unregulated", []row{
		{"a foster home is no other arrangement", in(care.Foster, 12, monday), silent()},
		{"nor is a children's home", in(care.ChildrensHome, 12, monday), silent()},
		{"nor is a boarding school", in(care.ResidentialSchool, 12, monday), silent()},
		{"a bedsit at 15", in(care.Unregulated, 15, monday), barred("lawful from the 16th birthday, 23 November 2027, if the accommodation is then registered", "15 on the day", "under 16", "unregulated")},
		{"registered supported accommodation at 15", func(s *scene) { supported(s); aged(s, 15, monday) }, barred("23 November 2027", "15 on the day", "supported accommodation")},
		{"the day before the 16th birthday", func(s *scene) { supported(s); s.child().DOB = born(16, monday+1) }, barred("24 November 2026", "15 on the day")},
		{"the 16th birthday", func(s *scene) { supported(s); s.child().DOB = born(16, monday) }, met("16 on the day", "not closed by age")},
		{"born on 29 February: 15 on the 28th", func(s *scene) {
			supported(s)
			s.on, s.child().DOB = care.Date(2028, time.February, 28), care.Date(2012, time.February, 29)
		}, barred("29 February 2028", "15 on the day")},
		{"a hospital", in(care.Hospital, 9, monday), met("9 on the day", "a hospital is one of the other arrangements left open under 16")},
		{"a care home", in(care.CareHome, 9, monday), met("a care home")},
		{"a residential family centre", in(care.FamilyCentre, 0, monday), met("0 on the day", "family centre is one of")},
		{"the last day of the proposal, by default policy", in(care.Unregulated, 15, beforeBan), barred(`your policy could say proposed_ban = "warn"`, "barred by your policy: the proposed ban; lawful on that day")},
		{"the day the ban came into force", in(care.Unregulated, 15, banDay), barred("9 September 2022", "may not be placed in unregulated accommodation")},
		{"the first day the rulebook speaks for", in(care.Unregulated, 15, rulebook.FirstDay), barred("26 September 2021", "barred by your policy")},
	})
}

func TestUnder16UnregulatedWhereThePolicyOnlyWarnsOfTheProposedBan(t *testing.T) {
	under := func(kind care.Kind, years int, on care.Day) func(s *scene) {
		return func(s *scene) { s.home.Kind, s.policy.ProposedBan = kind, policy.Warn; aged(s, years, on) }
	}
	requireRows(t, "under-16-unregulated", []row{
		{"on the last day of the proposal", under(care.Unregulated, 15, beforeBan), warning("15 on the day", "lawful on that day", "proposed on 12 February 2020")},
		{"no policy stands against the law in force", under(care.Unregulated, 15, banDay), barred("16th birthday", "15 on the day")},
		{"an excepted home needs no warning", under(care.Hospital, 15, beforeBan), met("hospital")},
		{"nor does a 16-year-old", under(care.Unregulated, 16, beforeBan), met("16 on the day")},
	})
}

func TestUnder16UnregulatedWithADisputedAge(t *testing.T) {
	claimed := func(dob, lowest care.Day) func(s *scene) {
		return func(s *scene) { supported(s); s.child().DOB, s.child().DOBLowest = dob, lowest }
	}
	requireRows(t, "under-16-unregulated", []row{
		{"17 by the record, 15 by the lowest claim", claimed(born(17, monday), born(16, monday+1)), barred("24 November 2026", "15 on the day by the lowest age claimed")},
		{"17 by the record, 16 today by the lowest claim", claimed(born(17, monday), born(16, monday)), met("16 on the day by the lowest age claimed")},
	})
}

func TestSupported16And17Registered(t *testing.T) {
	at := func(years int, change func(h *care.Home)) func(s *scene) {
		return func(s *scene) { supported(s); aged(s, years, monday); change(&s.home) }
	}
	asItIs := func(*care.Home) {}
	pending := func(applied, refused care.Day) func(h *care.Home) {
		return func(h *care.Home) {
			h.Status, h.RegisteredFrom, h.AppliedOn, h.RefusedOn = care.Pending, 0, applied, refused
		}
	}
	requireRows(t, "supported-16-17-registered", []row{
		{"a foster home is no other arrangement", func(s *scene) { aged(s, 16, monday) }, silent()},
		{"registered, at 16", at(16, asItIs), met("16 on the day", "registered since 3 July 2023")},
		{"registered, at 17", at(17, asItIs), met("17 on the day")},
		{"the day before the 16th birthday it has nothing to say", func(s *scene) { supported(s); s.child().DOB = born(16, monday+1) }, silent()},
		{"the day before the 18th birthday", func(s *scene) { supported(s); s.child().DOB = born(18, monday+1) }, met("17 on the day")},
		{"from the 18th birthday it has nothing to say", at(18, asItIs), silent()},
		{"a hospital needs no such registration", at(16, func(h *care.Home) { h.Kind, h.Status = care.Hospital, "" }), met("a hospital needs no registration")},

		{"applied the day before the time ran out, undecided", at(16, pending(beforeRegistration, 0)), met("applied to register on 27 October 2023", "undecided")},
		{"applied a day late", at(16, pending(registrationDay, 0)), barred("Ofsted", "applied on 28 October 2023, after the time")},
		{"applied on the first day there was, undecided", at(16, pending(care.Date(2023, 4, 28), 0)), met("applied to register on 28 April 2023", "undecided")},
		{"applied before registration opened", at(16, pending(care.Date(2023, 4, 27), 0)), barred("check, and record registration_applied_on", "applied to register on 27 April 2023, before registration opened on 28 April 2023")},
		{"pending, and nobody recorded when it applied", at(16, pending(0, 0)), barred("Ofsted", "no application to register is recorded")},
		{"applied in time and refused today", at(16, pending(beforeRegistration, monday)), barred("Ofsted", "refused on 23 November 2026")},
		{"applied in time, to be refused tomorrow", at(16, pending(beforeRegistration, monday+1)), met("undecided")},
		{"refused", at(16, func(h *care.Home) { h.Status, h.RefusedOn = care.Refused, monday-9 }), barred("Ofsted", "refused on 14 November 2026")},

		{"its status is not recorded", at(17, func(h *care.Home) { h.Status = "" }), barred("record its status", "17 on the day", "not recorded").without("status")},
		{"registered, and nobody recorded since when", at(16, func(h *care.Home) { h.RegisteredFrom = 0 }), barred("record registered_from", "not recorded").without("registered_from")},
		{"registered from today", at(16, func(h *care.Home) { h.RegisteredFrom = monday }), met("registered since 23 November 2026")},
		{"registered from tomorrow", at(16, func(h *care.Home) { h.RegisteredFrom = monday + 1 }), barred("Ofsted", "registered only from 24 November 2026")},
		{"the last day of its registration", at(16, func(h *care.Home) { h.RegisteredUntil = care.EndOn(monday + 1) }), met("registered since")},
		{"the first day without it", at(16, func(h *care.Home) { h.RegisteredUntil = care.EndOn(monday) }), barred("Ofsted", "ended on 23 November 2026")},
		{"the end of it is not recorded", at(16, func(h *care.Home) { h.RegisteredUntil = care.End{} }), signOff(rulebook.PlacementOfficer, `record registered_until (a day, or "none")`, "registered since 3 July 2023; whether the registration ends is not recorded").without("registered_until")},
		{"admissions restricted from today", at(16, func(h *care.Home) { h.RestrictedFrom = care.EndOn(monday) }), barred("Ofsted", "restricted from 23 November 2026")},
		{"registered and restricted on one day", at(16, func(h *care.Home) { h.RegisteredFrom, h.RestrictedFrom = monday, care.EndOn(monday) }), barred("Ofsted", "restricted from 23 November 2026")},
		{"admissions restricted from tomorrow", at(16, func(h *care.Home) { h.Status, h.RestrictedFrom = care.Restricted, care.EndOn(monday+1) }), met("registered since")},
		{"restricted from tomorrow, and nobody recorded since when it is registered", at(16, func(h *care.Home) {
			h.Status, h.RestrictedFrom, h.RegisteredFrom = care.Restricted, care.EndOn(monday+1), 0
		}), barred("record registered_from", "not recorded").without("registered_from")},
		{"restricted since last week", at(16, func(h *care.Home) { h.Status, h.RestrictedFrom = care.Restricted, care.EndOn(monday-7) }), barred("Ofsted", "restricted from 16 November 2026")},
		{"restricted, and nobody recorded since when", at(16, func(h *care.Home) { h.Status, h.RestrictedFrom = care.Restricted, care.End{} }), barred("Ofsted", "its status is restricted")},
		{"whether admissions are restricted is not recorded", at(16, func(h *care.Home) { h.RestrictedFrom = care.End{} }), signOff(rulebook.PlacementOfficer, "restriction_from", "whether admissions are restricted is not recorded").without("restriction_from")},
		{"suspended", at(16, func(h *care.Home) { h.Status = care.Suspended }), barred("Ofsted", "its status is suspended")},
		{"a bedsit that calls itself registered", at(16, func(h *care.Home) { h.Kind = care.Unregulated }), barred("recorded as supported", "recorded as unregulated accommodation")},
		{"registered before registration opened", at(16, func(h *care.Home) { h.RegisteredFrom = care.Date(2023, 4, 27) }), barred("check, and record registered_from", "before registration opened on 28 April 2023")},
		{"registered on the first day there was", at(16, func(h *care.Home) { h.RegisteredFrom = care.Date(2023, 4, 28) }), met("registered since 28 April 2023")},
		{"a bedsit that is not registered", at(16, func(h *care.Home) { h.Kind, h.Status = care.Unregulated, care.Ended }), barred("recorded as supported", "recorded as unregulated accommodation")},
	})
}

func TestSupported16And17BeforeRegistrationWasRequired(t *testing.T) {
	unregistered := func(on care.Day) func(s *scene) {
		return func(s *scene) { aged(s, 16, on); s.home.Kind, s.home.Status = care.Supported, "" }
	}
	requireRows(t, "supported-16-17-registered", []row{
		{"the day before the ban under 16 the rule does not exist", unregistered(beforeBan), silent()},
		{"from that day it warns", unregistered(banDay), warning("16 on the day", "unregulated; lawful at 16 and 17 then")},
		{"to the day before registration was required", unregistered(beforeRegistration), warning("national standards proposed")},
		{"from when an unknown status bars", unregistered(registrationDay), barred("record its status").without("status")},
		{"a care home is excepted throughout", func(s *scene) { aged(s, 16, beforeRegistration); s.home.Kind = care.CareHome }, met("a care home needs no registration")},
	})
}

func TestAdult(t *testing.T) {
	requireRows(t, "adult", []row{
		{"an unborn child", func(s *scene) { s.child().DOB = monday + 30 }, met("0 on the day")},
		{"the day before the 18th birthday", func(s *scene) { s.child().DOB = born(18, monday+1) }, met("17 on the day")},
		{"the 18th birthday", func(s *scene) { s.child().DOB = born(18, monday) }, barred("none by placement; see Staying Put", "18 on the day", "21 at most")},
		{"the 18th birthday, with a younger sister", func(s *scene) {
			s.child().DOB = born(18, monday)
			s.joins(care.Child{ID: "C-2", DOB: born(15, monday)})
		}, barred("match the others without C-1; for C-1 see Staying Put", "18 on the day")},
		{"born on 29 February: 17 on the 28th of a common year", func(s *scene) {
			s.on, s.child().DOB = care.Date(2030, time.February, 28), care.Date(2012, time.February, 29)
		}, met("17 on the day")},
		{"and 18 on 1 March", func(s *scene) {
			s.on, s.child().DOB = care.Date(2030, time.March, 1), care.Date(2012, time.February, 29)
		}, barred("Staying Put", "18 on the day")},
		{"18 in supported accommodation", func(s *scene) { supported(s); aged(s, 18, monday) }, barred("Staying Put", "18 on the day")},
		{"a mother of 18 with her baby", func(s *scene) { s.home.Kind = care.ParentAndChild; aged(s, 18, monday) }, met("18 on the day", "a parent")},
		{"a mother of 17 with her baby", func(s *scene) { s.home.Kind = care.ParentAndChild; aged(s, 17, monday) }, met("17 on the day")},
	})
}

func TestEachChildOfAGroupIsJudgedByItsOwnAge(t *testing.T) {
	s := plain()
	supported(s)
	s.child().DOB = born(17, monday)
	s.joins(care.Child{ID: "C-2", DOB: born(15, monday), Sex: care.Male})
	s.home.Beds = 2
	byChild := map[care.ID]rulebook.Verdict{}
	for _, f := range s.findings(t) {
		if f.Rule == "under-16-unregulated" {
			byChild[f.Child] = f.Verdict
		}
	}
	require.Equal(t, map[care.ID]rulebook.Verdict{"C-1": rulebook.Met, "C-2": rulebook.Barred}, byChild)
	require.Equal(t, "under-16-unregulated", s.open(t).Judge(s.household()).BarredBy, "one child who may not go there keeps the group out")
}

func TestEachChildIsJudgedByThePolicyOfItsOwnAuthority(t *testing.T) {
	s := plain()
	s.home.Kind = care.Unregulated
	aged(s, 15, beforeBan)
	s.joins(care.Child{ID: "C-2", DOB: s.child().DOB, Authority: bradford})
	strict, lenient := policy.Default(), policy.Default()
	lenient.ProposedBan = policy.Warn
	book, err := rulebook.For(s.question(), []*policy.Policy{&strict, &lenient})
	require.NoError(t, err)
	byChild := map[care.ID]rulebook.Verdict{}
	for _, f := range book.Findings(s.household()) {
		if f.Rule == "under-16-unregulated" {
			byChild[f.Child] = f.Verdict
		}
	}
	require.Equal(t, map[care.ID]rulebook.Verdict{"C-1": rulebook.Barred, "C-2": rulebook.Warning}, byChild)
}
