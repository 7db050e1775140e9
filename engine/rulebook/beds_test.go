package rulebook_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/rulebook"
)

func TestUsualFosteringLimit(t *testing.T) {
	over := func(n, naming string) expected {
		return signOff(rulebook.AreaAuthority, "(E08000035) grants an exemption naming "+naming,
			n+" foster children", "the usual limit is 3", "no exemption naming "+naming+" is recorded")
	}
	with := func(there int, group care.ID, change func(s *scene)) func(s *scene) {
		return func(s *scene) { s.full(there, group); change(s) }
	}
	asItIs := func(*scene) {}
	requireRows(t, "usual-fostering-limit", []row{
		{"the only foster child", asItIs, met("1 foster child there with this placement, of 3")},
		{"the third foster child", with(2, "", asItIs), met("3 foster children there")},
		{"the fourth foster child", with(3, "", asItIs), over("4", "C-1")},
		{"the fourth, in an emergency", with(3, "", func(s *scene) { s.emergency = true }), over("4", "C-1")},
		{"the fourth, with carers connected to him", with(3, "", aunt), over("4", "C-1")},
		{"the fourth, with his mother in a parent-and-child home", with(3, "", func(s *scene) { s.home.Kind = care.ParentAndChild }), over("4", "C-1")},

		{"four brothers and sisters", with(3, "G-1", func(s *scene) { s.child().Group = "G-1" }), met("4 foster children, all siblings of each other")},
		{"he is no sibling of the three", with(3, "G-1", func(s *scene) { s.child().Group = "G-2" }), over("4", "C-1")},
		{"nobody recorded whose sibling he is", with(3, "", asItIs), over("4", "C-1")},
		{"half of them are his siblings", with(2, "G-1", func(s *scene) {
			s.child().Group = "G-1"
			s.lives(care.Child{ID: "R-9", DOB: born(9, monday), Group: "G-2"})
			s.home.Beds = 4
		}), over("4", "C-1")},
		{"a group of four into an empty home", func(s *scene) {
			s.child().Group, s.home.Beds = "G-1", 4
			for _, id := range []care.ID{"C-2", "C-3", "C-4"} {
				s.joins(care.Child{ID: id, DOB: born(5, monday), Group: "G-1"})
			}
		}, met("4 foster children, all siblings of each other")},
		{"a group of two with two others, of another group", func(s *scene) {
			s.full(2, "G-2")
			s.child().Group = "G-1"
			s.joins(care.Child{ID: "C-2", DOB: born(5, monday), Group: "G-1"})
		}, over("4", "C-1, C-2")},
		{"two children of two groups with two others", func(s *scene) {
			s.full(2, "G-1")
			s.child().Group = "G-1"
			s.joins(care.Child{ID: "C-2", DOB: born(5, monday)})
		}, over("4", "C-1, C-2")},

		{"an exemption names him", with(3, "", func(s *scene) { s.home.ExemptionChildren = []care.ID{"C-9", "C-1"} }), met("4 foster children; an exemption naming C-1 is recorded")},
		{"an exemption names another", with(3, "", func(s *scene) { s.home.ExemptionChildren = []care.ID{"C-9"} }), over("4", "C-1")},
		{"an exemption names one of two", func(s *scene) {
			s.full(2, "")
			s.joins(care.Child{ID: "C-2", DOB: born(5, monday)})
			s.home.ExemptionChildren = []care.ID{"C-1"}
		}, over("4", "C-2")},
		{"an exemption names both", func(s *scene) {
			s.full(2, "")
			s.joins(care.Child{ID: "C-2", DOB: born(5, monday)})
			s.home.ExemptionChildren = []care.ID{"C-1", "C-2"}
		}, met("an exemption naming C-1, C-2 is recorded")},

		{"the carers' own children do not count", with(2, "", func(s *scene) { s.home.OwnChildren = []care.Day{born(4, monday), born(7, monday)} }), met("3 foster children")},
		{"an adult who stays put does not count", with(3, "", func(s *scene) { s.residents[0].DOB = born(18, monday) }), met("3 foster children")},
		{"who turns 18 tomorrow counts", with(3, "", func(s *scene) { s.residents[0].DOB = born(18, monday+1) }), over("4", "C-1")},
		{"somebody whose age is not recorded counts", with(3, "", func(s *scene) { s.residents[0].DOB = 0 }), over("4", "C-1")},
		{"an adult who stays put is nobody's brother", with(4, "G-1", func(s *scene) {
			s.child().Group = "G-1"
			s.residents[0] = care.Child{ID: "R-1", DOB: born(19, monday)}
		}), met("4 foster children, all siblings")},

		{"somebody else's child who left last month makes no difference", with(3, "G-1", func(s *scene) {
			s.child().Group = "G-1"
			s.lives(care.Child{ID: "R-9", DOB: born(9, monday)}, care.Stay{Start: monday - 300, End: monday - 30})
		}), met("4 foster children, all siblings of each other")},
		{"one of three leaves today", with(3, "", func(s *scene) { s.stays[0].End = monday }), met("3 foster children")},
		{"one of three leaves tomorrow", with(3, "", func(s *scene) { s.stays[0].End = monday + 1 }), over("4", "C-1")},
		{"a third is to move in next month", with(2, "", func(s *scene) {
			s.lives(care.Child{ID: "R-9", DOB: born(9, monday)}, care.Stay{Start: monday + 30})
		}), over("4", "C-1")},
		{"a third is to move in when another has left", with(2, "", func(s *scene) {
			s.stays[0].End = monday + 30
			s.lives(care.Child{ID: "R-9", DOB: born(9, monday)}, care.Stay{Start: monday + 30})
		}), met("3 foster children")},
		{"one who is to come in two years will be an adult by then", with(2, "", func(s *scene) {
			s.lives(care.Child{ID: "R-9", DOB: born(16, monday)}, care.Stay{Start: monday + 2*366})
		}), met("3 foster children")},
		{"he lives there already and is judged again", with(2, "", func(s *scene) { s.lives(*s.child()) }), met("3 foster children")},

		{"a children's home for twelve is no foster home", with(11, "", func(s *scene) { s.home.Kind = care.ChildrensHome }), silent()},
		{"nor is supported accommodation", with(11, "", supported), silent()},
	})
}

// TestTheUsualFosteringLimitAgreesWithWalkingThroughTheHomeDayByDay counts the
// foster children of every day of the next months by hand.
func TestTheUsualFosteringLimitAgreesWithWalkingThroughTheHomeDayByDay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawScene(t)
		s.home.Kind = care.Foster
		most, allOneGroup := 0, true
		for d := s.on; d <= s.on+farAhead; d++ {
			there := len(s.children)
			for i, stay := range s.stays {
				if !livesThere(s, stay, d) || turned18(s.residents[i].DOB, d) {
					continue
				}
				there++
				allOneGroup = allOneGroup && s.residents[i].Group == s.child().Group
			}
			for _, c := range keptFor(s, d) {
				if !turned18(c.DOB, d) {
					there++
					allOneGroup = allOneGroup && c.Group == s.child().Group
				}
			}
			most = max(most, there)
		}
		exempt := true
		for _, c := range s.children {
			allOneGroup = allOneGroup && c.Group != "" && c.Group == s.child().Group
			named := false
			for _, id := range s.home.ExemptionChildren {
				named = named || id == c.ID
			}
			exempt = exempt && named
		}
		want := rulebook.SignOff
		if most <= 3 || allOneGroup || exempt {
			want = rulebook.Met
		}
		for _, f := range s.findings(t) {
			if f.Rule == "usual-fostering-limit" {
				require.Equal(t, want.String(), f.Verdict.String(), "%d at most; %s", most, f.Says)
			}
		}
	})
}

// livesThere says whether a stay is another child's and runs on day d, as it
// looks on the day that is asked on.
func livesThere(s *scene, stay care.Stay, d care.Day) bool {
	for _, c := range s.children {
		if c.ID == stay.Child {
			return false
		}
	}
	end := stay.End
	if end == 0 && stay.ExpectedEnd >= care.DayOf(s.at) {
		end = stay.ExpectedEnd
	}
	return stay.Start <= d && (end == 0 || d < end)
}

// keptFor are the other children for whom a bed is held on day d, as it looks from
// the instant that is asked at.
func keptFor(s *scene, d care.Day) []care.Child {
	var all []care.Child
	for _, hold := range s.holds {
		for _, id := range hold.Children {
			ours := slices.ContainsFunc(s.children, func(c care.Child) bool { return c.ID == id })
			if !ours && hold.From <= d && s.at.Before(hold.Until) {
				all = append(all, s.held[id])
			}
		}
	}
	return all
}

func turned18(dob, d care.Day) bool {
	y, m, day := dob.Date()
	return dob != 0 && care.Date(y+18, m, day) <= d
}

func TestFreePlace(t *testing.T) {
	tonight := time.Date(2026, time.November, 23, 18, 0, 0, 0, time.UTC)
	held := func(until time.Time, from care.Day, children ...care.ID) func(s *scene) {
		return func(s *scene) {
			s.home.Beds, s.at = 1, tonight
			s.holds = []care.Hold{{ID: "K-1", Children: children, From: from, Until: until, By: "B. Officer"}}
		}
	}
	one := func(stay care.Stay) func(s *scene) {
		return func(s *scene) { s.home.Beds = 1; s.lives(care.Child{ID: "R-1", DOB: born(12, monday)}, stay) }
	}
	requireRows(t, "free-place", []row{
		{"two beds, one child", func(*scene) {}, met("2 of 2 beds free from 23 November 2026")},
		{"the last bed", func(s *scene) { s.full(2, "") }, met("1 of 3 beds free")},
		{"no bed and no end in sight", one(care.Stay{Start: monday - 9}), barred("ask the home", "0 of 1 bed free from 23 November 2026")},
		{"a home without beds", func(s *scene) { s.home.Beds = 0 }, barred("none: the home has 0 beds", "0 of 0 beds free")},
		{"a home over its number", func(s *scene) { s.full(3, ""); s.home.Beds = 2 }, barred("ask the home", "0 of 2 beds free")},
		{"a child leaves today", one(care.Stay{Start: monday - 9, End: monday}), met("1 of 1 bed free")},
		{"a child leaves tomorrow", one(care.Stay{Start: monday - 9, End: monday + 1}), barred("free from 24 November 2026", "0 of 1 bed")},
		{"a child is expected to leave in ten days", one(care.Stay{Start: monday - 9, ExpectedEnd: monday + 10}), barred("free from 3 December 2026", "0 of 1 bed")},
		{"a child should have left yesterday and is still there", one(care.Stay{Start: monday - 9, ExpectedEnd: monday - 1}), barred("ask the home", "0 of 1 bed")},
		{"a child is to move in next week", one(care.Stay{Start: monday + 7}), barred("ask the home", "0 of 1 bed")},
		{"and to leave again", one(care.Stay{Start: monday + 7, End: monday + 17}), barred("free from 10 December 2026", "0 of 1 bed")},
		{"an adult who stays put keeps the bed", func(s *scene) {
			s.home.Beds = 1
			s.lives(care.Child{ID: "R-1", DOB: born(19, monday)})
		}, barred("ask the home", "0 of 1 bed")},
		{"his own stay is not in his way", func(s *scene) { s.home.Beds = 1; s.lives(*s.child()) }, met("1 of 1 bed")},

		{"held by another until seven tonight", held(tonight.Add(time.Hour), monday, "X-1"), barred("free from 24 November 2026", "0 of 1 bed", "held by B. Officer until 19:00 on 23 November 2026")},
		{"at the instant the hold runs out it counts no more", held(tonight, monday, "X-1"), met("1 of 1 bed")},
		{"a moment before, it does", held(tonight.Add(1), monday, "X-1"), barred("free from 24 November 2026", "until 18:00 on 23 November 2026")},
		{"an hour of a London summer is written as London reads it", func(s *scene) {
			held(time.Date(2026, time.July, 1, 17, 0, 0, 0, time.UTC), 0, "X-1")(s)
			s.on, s.at = care.Date(2026, time.July, 1), time.Date(2026, time.July, 1, 9, 0, 0, 0, time.UTC)
		}, barred("free from 2 July 2026", "until 18:00 on 1 July 2026")},
		{"a hold for a bed next week takes it from the placement too", held(tonight.Add(time.Hour), monday+7, "X-1"), barred("free from 24 November 2026", "held by B. Officer")},
		{"held for this child", held(tonight.Add(time.Hour), monday, "C-1"), met("1 of 1 bed")},
		{"held for this child and another", held(tonight.Add(time.Hour), monday, "C-1", "X-1"), barred("free from 24 November 2026", "held by B. Officer")},

		{"a group of three and two beds", func(s *scene) {
			s.joins(care.Child{ID: "C-2", DOB: born(5, monday)})
			s.joins(care.Child{ID: "C-3", DOB: born(5, monday)})
		}, barred("none: the home has 2 beds", "2 of 2 beds free", "3 are needed")},
		{"a group of two, one bed now and two next month", func(s *scene) {
			s.joins(care.Child{ID: "C-2", DOB: born(5, monday)})
			s.lives(care.Child{ID: "R-1", DOB: born(9, monday)}, care.Stay{Start: monday - 9, End: monday + 30})
		}, barred("free from 23 December 2026", "1 of 2 beds free", "2 are needed")},
		{"a group of two and two beds", func(s *scene) { s.joins(care.Child{ID: "C-2", DOB: born(5, monday)}) }, met("2 of 2 beds")},
		{"it comes free while the home is closed", func(s *scene) {
			one(care.Stay{Start: monday - 9, End: monday + 5})(s)
			s.home.Closed = []care.DayRange{{From: monday + 4, To: monday + 6}}
		}, barred("free from 30 November 2026", "0 of 1 bed")},
	})
}

func TestAHoldThatDoesNotCountIsNotNamed(t *testing.T) {
	s := plain()
	s.full(2, "")
	s.home.Beds, s.at = 2, care.StartOf(monday)
	s.holds = []care.Hold{{ID: "K-1", Children: []care.ID{"X-1"}, From: monday, Until: s.at, By: "B. Officer"}}
	requireFinding(t, s, "free-place", barred("ask the home", "0 of 2 beds free"))
	require.NotContains(t, s.finds(t, "free-place").Says, "held")
}

func TestNotAvailable(t *testing.T) {
	closed := func(ranges ...care.DayRange) func(s *scene) { return func(s *scene) { s.home.Closed = ranges } }
	listed := func(from care.Day) func(s *scene) { return func(s *scene) { s.home.ListedFrom = from } }
	requireRows(t, "not-available", []row{
		{"no closed days", func(*scene) {}, met("open to new placements on the day")},
		{"nobody recorded whether there are", closed(), signOff(rulebook.PlacementOfficer, "confirm that it is open, and record closed_dates", "not recorded").without("closed_dates")},
		{"the day before a break", closed(care.DayRange{From: monday + 1, To: monday + 9}), met("open")},
		{"the first day of a break", closed(care.DayRange{From: monday, To: monday + 9}), barred("open from 3 December 2026", "up to and including 2 December 2026")},
		{"the last day of a break", closed(care.DayRange{From: monday - 9, To: monday}), barred("open from 24 November 2026", "up to and including 23 November 2026")},
		{"the day after a break", closed(care.DayRange{From: monday - 9, To: monday - 1}), met("open")},
		{"one break after the other", closed(care.DayRange{From: monday + 1, To: monday + 5}, care.DayRange{From: monday - 9, To: monday}), barred("open from 29 November 2026", "up to and including 23 November 2026")},
		{"a vacancy list has its first place later", listed(monday + 1), barred("open from 24 November 2026", "no place before 24 November 2026, as a vacancy list said")},
		{"a vacancy list has its first place that day", listed(monday), met("open")},
		{"a break after the first place of a list", func(s *scene) {
			listed(monday + 1)(s)
			closed(care.DayRange{From: monday + 1, To: monday + 4})(s)
		}, barred("open from 28 November 2026", "no place before 24 November 2026")},
		{"the first place of a list is there, and nobody recorded whether it is closed", func(s *scene) {
			listed(monday)(s)
			s.home.Closed = nil
		}, signOff(rulebook.PlacementOfficer, "confirm that it is open", "not recorded").without("closed_dates")},
		{"before a list spoke", func(s *scene) { s.home.ConfirmedOn, s.home.ListedFrom = monday+1, monday+9 }, met("open")},
		{"a children's home closes too", func(s *scene) {
			s.home.Kind = care.ChildrensHome
			closed(care.DayRange{From: monday, To: monday})(s)
		}, barred("open from 24 November 2026", "closed")},
		{"an emergency opens no door", func(s *scene) { s.emergency = true; closed(care.DayRange{From: monday, To: monday})(s) }, barred("open from 24 November 2026", "closed")},
	})
}
