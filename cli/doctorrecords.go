package cli

import (
	"fmt"
	"slices"
	"strings"

	"github.com/stablehomes/stablehomes/engine"
	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/policy"
)

// contents says what is in the store, and what of it wants attention.
func (v *visit) contents(found *engine.Readiness, set *policy.Set) {
	v.records(found)
	v.index(found)
	v.postcodes(&found.Postcodes)
	v.schools(found)
	v.vacancies(found, set.For("").StaleAfterDays)
	v.approvals(found)
	v.children(found)
	v.holds(found)
	v.settled(found)
}

func (v *visit) records(r *engine.Readiness) {
	says := strings.Join([]string{
		counted(r.Homes, "home", "homes"), counted(r.Children, "child", "children"),
		counted(r.Placements, "placement", "placements"), counted(r.Decisions, "decision", "decisions"),
	}, ", ")
	switch {
	case r.Homes == 0:
		v.say(theRecords, wrong, says+": there is no home to offer", "stablehomes import homes FILE")
	case r.InForce == 0:
		v.say(theRecords, wrong, says+": no home is approved or registered on "+v.on.Words(), "stablehomes export homes > homes.csv")
	default:
		v.say(theRecords, well, says, "")
	}
}

// fewHomes are read in some milliseconds.
const fewHomes = 100

func (v *visit) index(r *engine.Readiness) {
	if r.Homes < fewHomes {
		v.say(theIndex, well, "so few homes are read in no time without it", "")
		return
	}
	const anew = "so a match reads every home first, which takes a second for 50,000"
	const do = "the next import, hold or other change writes it anew"
	s := &r.Index
	switch {
	case s.Err != nil:
		v.say(theIndex, worthKnowing, s.Err.Error()+", "+anew, do)
	case !s.Kept:
		v.say(theIndex, worthKnowing, "it is missing, "+anew, do)
	case s.Anew:
		v.say(theIndex, worthKnowing, fmt.Sprintf("it is behind by at least %d homes, %s", s.Behind, anew), do)
	case s.Behind > 0:
		v.say(theIndex, well, fmt.Sprintf("it is behind by %s, which a match reads again", counted(s.Behind, "home", "homes")), "")
	default:
		v.say(theIndex, well, "it is as of the newest entry of the journal", "")
	}
}

func counted[N int | uint64](n N, one, more string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, more)
}

// oldDirectory is after how many months a directory is worth asking after. The ONS
// publishes one each quarter.
const oldDirectory = 12

// imported says when a directory was, and whether that is long ago.
func (v *visit) imported(b *engine.Beside) (says string, old bool) {
	if b.Imported.IsZero() {
		return "nobody knows when", true
	}
	day := care.DayOf(b.Imported)
	if day.AddMonths(oldDirectory) <= v.on {
		return fmt.Sprintf("imported on %s, %d months ago or longer", day.Words(), oldDirectory), true
	}
	return "imported on " + day.Words(), false
}

func (v *visit) postcodes(b *engine.Beside) {
	const do = "stablehomes import postcodes FILE"
	switch says, old := v.imported(b); {
	case b.Err != nil:
		v.say(thePostcodes, wrong, b.Err.Error(), do)
	case b.Count == 0:
		v.say(thePostcodes, wrong, "no directory has been imported: a child who comes tonight can be placed from --from lat,lng and from no postcode", do)
	case old:
		v.say(thePostcodes, worthKnowing, fmt.Sprintf("%s, %s: newer ones are not known", counted(b.Count, "postcode", "postcodes"), says), do)
	default:
		v.say(thePostcodes, well, fmt.Sprintf("%s, %s", counted(b.Count, "postcode", "postcodes"), says), "")
	}
}

func (v *visit) schools(r *engine.Readiness) {
	const do = "stablehomes import schools FILE"
	b := &r.Schools
	says, old := v.imported(b)
	switch {
	case b.Err != nil:
		v.say(theSchools, wrong, b.Err.Error(), do)
		return
	case b.Count == 0:
		says, old = "no directory has been imported", false
	default:
		says = fmt.Sprintf("%s, %s", counted(b.Count, "school", "schools"), says)
	}
	if n := r.NoSchool.Count; n > 0 {
		v.tally(theSchools, worthKnowing, fmt.Sprintf("%s; %s at a school of which nobody knows where it is, so nearness to it is left out", says, counted(n, "child is", "children are")), do, r.NoSchool)
		return
	}
	if old {
		v.say(theSchools, worthKnowing, says, do)
		return
	}
	v.say(theSchools, well, says, "")
}

// tally is a line about so many records, of which it names a few.
func (v *visit) tally(what string, h health, found, do string, t engine.Tally) {
	if len(t.IDs) > 0 {
		found += " (" + words(t.IDs) + ")"
	}
	v.lines = append(v.lines, line{What: what, Health: h, Found: found, Do: do, Count: &t.Count, IDs: t.IDs})
}

// several adds tallies up.
func several(all ...engine.Tally) (sum engine.Tally) {
	for _, t := range all {
		sum.Count += t.Count
		sum.IDs = append(sum.IDs, t.IDs...)
	}
	if sum.Count > engine.MostNamed {
		sum.IDs = nil
	}
	slices.Sort(sum.IDs)
	return sum
}

// none is the line where nothing is to be counted.
func (v *visit) none(what, found string) { v.tally(what, well, found, "", engine.Tally{}) }

func (v *visit) vacancies(r *engine.Readiness, days int) {
	doubt := several(r.NeverConfirmed, r.OldWord)
	if doubt.Count == 0 {
		v.none(theVacancies, fmt.Sprintf("each of %s in force was confirmed within %s", counted(r.InForce, "home", "homes"), counted(days, "day", "days")))
		return
	}
	v.tally(theVacancies, worthKnowing, fmt.Sprintf("of %s in force %.0f %% want asking: %d last confirmed more than %s ago, %d never",
		counted(r.InForce, "home", "homes"), 100*float64(doubt.Count)/float64(r.InForce), r.OldWord.Count, counted(days, "day", "days"), r.NeverConfirmed.Count),
		"stablehomes import vacancies FILE", doubt)
}

func (v *visit) approvals(r *engine.Readiness) {
	const do = `stablehomes home set --home ID --by NAME registered_until=DAY`
	var says []string
	if n := r.EndSoon.Count; n > 0 {
		says = append(says, fmt.Sprintf("%s within %d days", counted(n, "ends", "end"), engine.SoonDays))
	}
	if n := r.HasEnded.Count; n > 0 {
		says = append(says, fmt.Sprintf("%s, and the status still says that it is in force", counted(n, "has ended", "have ended")))
	}
	if len(says) == 0 {
		v.none(theApprovals, fmt.Sprintf("none that is known ends within %d days", engine.SoonDays))
	} else {
		v.tally(theApprovals, worthKnowing, strings.Join(says, "; ")+" (column registered_until)", do, several(r.EndSoon, r.HasEnded))
	}
	if n := r.OpenEnd.Count; n > 0 {
		v.tally(theOpenEnds, worthKnowing, fmt.Sprintf("%s a sign-off for every child, since registered_until or restriction_from is blank; \"none\" says that there is none", counted(n, "home needs", "homes need")), do, r.OpenEnd)
		return
	}
	v.none(theOpenEnds, "each home in force says whether its approval ends")
}

func (v *visit) children(r *engine.Readiness) {
	switch n := r.Waiting.Count; {
	case n == 0:
		v.none(theWaiting, "every child who is recorded lives in a home")
	case len(r.Waiting.IDs) > 0:
		v.tally(theWaiting, worthKnowing, counted(n, "child under 18 lives", "children under 18 live")+" in no home that is recorded", "stablehomes match --child "+string(r.Waiting.IDs[0]), r.Waiting)
	default:
		v.tally(theWaiting, worthKnowing, fmt.Sprintf("%d children under 18 live in no home that is recorded", n), "stablehomes child list --waiting", r.Waiting)
	}
	if n := r.NoHomePoint.Count; n > 0 {
		v.tally(thePositions, worthKnowing, fmt.Sprintf("%s under 18 without a position of their home, so miles from it are not known", counted(n, "child", "children")), `stablehomes child set --child ID --by NAME "home_postcode=LS7 3AB"`, r.NoHomePoint)
		return
	}
	v.none(thePositions, "the home of every child under 18 has a position")
}

func (v *visit) holds(r *engine.Readiness) {
	soon, over := r.HoldsEndSoon, r.HoldsOver
	var says []string
	if soon.Count > 0 {
		says = append(says, fmt.Sprintf("%s within 24 hours", counted(soon.Count, "runs out", "run out")))
	}
	if over.Count > 0 {
		says = append(says, counted(over.Count, "has run out and keeps no bed, but has not been ended", "have run out and keep no bed, but have not been ended"))
	}
	do := "stablehomes release --hold HOLD --by NAME"
	switch {
	case len(says) == 0:
		v.none(theHolds, "none runs out within 24 hours")
		return
	case soon.Count > 0:
		do = "stablehomes place --hold HOLD --by NAME"
	}
	if ids := slices.Concat(soon.IDs, over.IDs); len(ids) > 0 {
		do = strings.Replace(do, "HOLD", string(ids[0]), 1)
	}
	v.tally(theHolds, worthKnowing, strings.Join(says, "; "), do, several(soon, over))
}

// settled looks at placements that were made.
func (v *visit) settled(r *engine.Readiness) {
	if n := r.Overstayed.Count; n > 0 {
		do := "stablehomes due --days 0"
		if v.c.IsSet("at") {
			do = "stablehomes due --on " + v.on.String() + " --days 0"
		}
		v.tally(theStays, worthKnowing, counted(n, "placement was", "placements were")+" expected to end and no end is recorded, so no bed comes free", do, r.Overstayed)
	} else {
		v.none(theStays, "no placement is past its expected end")
	}
	late := r.LateSignOffs
	do := "stablehomes decision show ID"
	if len(late.IDs) > 0 {
		do = "stablehomes decision show " + string(late.IDs[0])
	}
	if late.Count > 0 {
		v.tally(theSignOffs, worthKnowing, counted(late.Count, "decision has", "decisions have")+" a sign-off outstanding after the children moved", do, late)
		return
	}
	v.none(theSignOffs, "none is outstanding after the children moved")
}
