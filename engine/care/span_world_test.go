package care_test

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stablehomes/stablehomes/engine/care"
)

// Random homes for the tests of Spans: drawn from few days, so that people leave
// and arrive on the same one, and from few words, so that homes share them.

var seedFlag = flag.Uint64("seed", 20261126, "seed of the random homes")

// dice draw homes, stays and questions; the seed is printed if a test fails.
type dice struct{ *rand.Rand }

func rolled(t *testing.T, salt uint64) dice {
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("-seed %d, world %d", *seedFlag, salt)
		}
	})
	return dice{rand.New(rand.NewPCG(*seedFlag, salt))}
}

// rounds is how often a random test is repeated: fewer times under -short.
func rounds(n int) int {
	if testing.Short() {
		return n / 5
	}
	return n
}

func pick[T any](d dice, from ...T) T { return from[d.IntN(len(from))] }

// some takes each word or leaves it; now and then nothing is recorded at all.
func (d dice) some(words ...string) care.List {
	if d.IntN(4) == 0 {
		return nil
	}
	list := care.List{}
	for _, w := range words {
		if d.IntN(2) == 0 {
			list = append(list, w)
		}
	}
	return list
}

// around is a day from low to high days after today.
func (d dice) around(low, high int) care.Day { return today + care.Day(low+d.IntN(high-low+1)) }

// far is a day near today, or now and then some years off.
func (d dice) far() care.Day {
	if d.IntN(6) == 0 {
		return d.around(-1500, 1500)
	}
	return d.around(-40, 40)
}

// maybe is the day, or none.
func (d dice) maybe(day care.Day) care.Day {
	if d.IntN(2) == 0 {
		return 0
	}
	return day
}

func (d dice) home() *care.Home {
	h := &care.Home{
		ID: "H-1", Kind: pick(d, care.Kinds()...), Authority: pick(d, "E08000035", "E08000032", "E08000021"),
		Where: care.Location{Point: d.place()}, Beds: d.IntN(8),
		Sexes:     pick(d, nil, []care.Sex{care.Male}, []care.Sex{care.Female}, []care.Sex{care.Female, care.Male}),
		Durations: pick(d, nil, []care.Duration{care.Short}, []care.Duration{care.Emergency, care.Respite}, []care.Duration{care.Long}),
		Bedrooms:  pick(d, nil, []int{}, []int{1}, []int{1, 2}, []int{1, 1, 1}),
		Skills:    d.some("autism", "trauma", "sleep"), Languages: d.some("somali", "polish"), Adaptations: d.some("ramp", "hoist"),
		Faiths: d.some("muslim", "catholic"), Cultures: d.some("irish"), Ethnicities: d.some("white-british"), Pets: d.some("dog"),
		Garden: d.answer(), Transport: d.answer(), Smoking: d.answer(), EarlyPermanence: d.answer(),
		FosteringSince: d.maybe(d.far()),
	}
	h.Closed, h.Places = d.closed(), care.Number{N: pick(d, d.IntN(9), h.Beds, h.Beds+1), Known: d.IntN(2) == 0}
	h.BedsShut = pick(d, care.Number{}, care.Number{}, care.Num(0), care.Num(1), care.Num(9))
	if d.IntN(8) == 0 {
		h.ConfirmedOn = d.far()
		h.ListedFrom = h.ConfirmedOn + care.Day(d.IntN(40))
	}
	low := d.IntN(18)
	h.AgeMin, h.AgeMax = care.Number{N: low, Known: d.IntN(2) == 0}, care.Number{N: low + d.IntN(18-low), Known: d.IntN(2) == 0}
	d.status(h)
	return h
}

func (d dice) answer() care.Answer { return pick(d, care.Unknown, care.No, care.Yes) }

// status leans towards homes that are open.
func (d dice) status(h *care.Home) {
	h.Status = pick(d, care.Approved, care.Registered, care.Approved, care.Registered, care.Restricted, care.Pending, care.Suspended, care.Ended, "")
	h.RegisteredFrom = pick(d, today-900, today-900, d.far(), 0)
	h.RegisteredUntil = pick(d, care.Never(), care.End{}, care.EndOn(d.far()))
	h.RestrictedFrom = pick(d, care.Never(), care.End{}, care.EndOn(d.far()))
}

// closed is a few periods, which may meet, lie within each other or be as long as
// each other.
func (d dice) closed() []care.DayRange {
	var all []care.DayRange
	for range pick(d, 0, 0, 1, 1, 2, 3) {
		from := d.far()
		all = append(all, care.DayRange{From: from, To: from + care.Day(pick(d, 0, 6, 6, d.IntN(60)))})
	}
	return all
}

// place is anywhere on the sphere, and more often in England.
func (d dice) place() care.Point {
	if d.IntN(4) == 0 {
		return care.At(d.Float64()*180-90, d.Float64()*360-180)
	}
	return care.At(50+d.Float64()*5, d.Float64()*7-5)
}

// stay is past, present or to come; it may end, be expected to end, or have been
// expected to and not have. Now and then it ends before it starts, as a slip does.
func (d dice) stay(i int) care.Stay {
	s := care.Stay{Placement: care.ID(fmt.Sprint("P", i)), Child: pick(d, children...), EndedEarly: d.answer(), Start: d.around(-40, 40)}
	if d.IntN(3) == 0 {
		s.Start -= 300
	}
	after := func(end care.Day) care.Day {
		if d.IntN(20) > 0 {
			end = max(end, s.Start)
		}
		return end
	}
	s.End = pick(d, 0, after(d.far()), after(s.Start))
	s.ExpectedEnd = pick(d, 0, after(d.far()), after(d.around(-3, 40)))
	return s
}

func (d dice) occupancy() *care.Occupancy {
	o := &care.Occupancy{Home: "H-1"}
	for i := range d.IntN(7) {
		o.Put(d.stay(i))
	}
	return o
}

// question is asked near today, for a child who is a stranger to every home.
func (d dice) question() (on care.Day, ask care.Asking, now care.Day) {
	now = d.around(-20, 20)
	on = now + care.Day(pick(d, 0, 0, d.IntN(60), -d.IntN(30), d.IntN(1500)))
	return on, care.Ask(care.StartOf(now).Add(9*time.Hour), "stranger"), now
}
