package report_test

import (
	"cmp"
	"context"
	"errors"
	"iter"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/index"
	"github.com/stablehomes/stablehomes/engine/match"
	"github.com/stablehomes/stablehomes/engine/policy"
	"github.com/stablehomes/stablehomes/fixtures"
)

const (
	leeds     = "E08000035"
	bradford  = "E08000032" // adjoins Leeds
	newcastle = "E08000021" // does not
)

// three is three in the afternoon of the day that everything here is told of.
func three() time.Time { return care.StartOf(fixtures.Today).Add(15 * time.Hour) }

func at(postcode string, lat, lng float64) care.Location {
	return care.Location{Postcode: postcode, Point: care.At(lat, lng)}
}

// foster is a foster home of which everything that the rules ask is recorded.
func foster(id care.ID, authority string, where care.Location) care.Home {
	return care.Home{
		ID: id, Kind: care.Foster, Provider: "1 Secret Street", Authority: authority, ApprovedBy: authority, Where: where,
		Beds: 2, Places: care.Num(2), AgeMin: care.Num(0), AgeMax: care.Num(17), Bedrooms: []int{1, 1}, SiblingsMayShare: care.Yes,
		Adaptations: care.List{}, Skills: care.List{"attachment"}, Languages: care.List{"english"}, Faiths: care.List{},
		Cultures: care.List{}, Ethnicities: care.List{}, Pets: care.List{"dog"}, SupportsRisks: care.List{},
		Smoking: care.No, Garden: care.Yes, Transport: care.Yes, OwnChildren: []care.Day{}, AdultsSex: []care.Sex{care.Female},
		FosteringSince: fixtures.Today - 2000, Status: care.Approved, RegisteredFrom: fixtures.Today - 2000, RegisteredUntil: care.Never(),
		RestrictedFrom: care.Never(), Closed: []care.DayRange{}, WeeklyCost: care.Num(612), ConfirmedOn: fixtures.Today - 1,
	}
}

// homes is a small town: one home of each sort that a report shows in its own
// way.
func homes() []care.Home {
	rose := foster("H-ROSE", leeds, at("LS6 2AB", 53.819317, -1.577219))
	ash := foster("H-ASH", leeds, at("LS8 1PQ", 53.838221, -1.496441))
	ash.Pets, ash.Garden, ash.WeeklyCost, ash.EarlyPermanence = care.List{}, care.Unknown, care.Num(1285), care.Yes
	oak := foster("H-OAK", bradford, at("BD1 3XY", 53.795733, -1.759119))
	oak.WeeklyCost, oak.Skills = care.Number{}, nil
	tyne := foster("H-TYNE", newcastle, at("NE2 4ZZ", 54.978117, -1.611371))
	elm := foster("H-ELM", leeds, at("LS7 3AB", 53.829441, -1.541883))
	elm.Closed = []care.DayRange{{From: fixtures.Today - 5, To: fixtures.Today + 10}}
	nan := foster("H-NAN", leeds, care.Location{Point: care.At(53.779117, -1.607733)})
	nan.Kind, nan.Beds = care.ConnectedPerson, 1
	flat := foster("H-FLAT", leeds, at("LS9 8TT", 53.799913, -1.519337))
	flat.Kind, flat.Status, flat.RegisteredFrom = care.Unregulated, "", 0
	return []care.Home{ash, elm, flat, nan, oak, rose, tyne}
}

func child(id care.ID, years int, sex care.Sex) care.Child {
	y, m, d := (fixtures.Today - 100).Date()
	home := at("LS6 4JN", 53.824119, -1.581127)
	return care.Child{
		ID: id, DOB: care.Date(y-years, m, d), Sex: sex, Authority: leeds, Home: home, SchoolAt: at("LS6 3BR", 53.821773, -1.569919),
		YearGroup: "7", EHCP: care.No, Contacts: []care.Contact{{Who: "mother", Where: home, Visits: 4}}, Needs: care.List{"attachment", "sleep"},
		Plan: care.Long, Alongside: care.NoPreferenceGiven, Languages: care.List{"english"}, WishesFor: care.List{"pets", "garden"},
		Adaptation: care.List{}, RisksToChild: care.List{}, RisksToOthers: care.List{}, Pets: care.PetsCan, Allergies: care.List{},
	}
}

func children() []care.Child {
	amy := child("C-AMY", 12, care.Female)
	amy.Wishes, amy.Adoption = "I want a dog. And my mum on Sundays.", care.Yes
	ben, cat := child("C-BEN", 8, care.Male), child("C-CAT", 5, care.Female)
	ben.Group, cat.Group = "G-1", "G-1"
	ben.Wishes, cat.Wishes = "I look after my sister.", "Where Ben is."
	ben.SchoolAt, cat.YearGroup = care.Location{}, ""
	dan := child("C-DAN", 20, care.Male)
	dan.Wishes = "A flat of my own."
	eve := child("C-EVE", 10, care.Female)
	eve.Wishes, eve.ConnectedHomes = "My nan.", []care.ID{"H-NAN"}
	return []care.Child{amy, ben, cat, dan, eve}
}

// town is a reader over plain values. Nobody lives anywhere in it but Eve, who
// lives with Rose until the spring.
type town struct {
	homes    []care.Home
	children []care.Child
	stays    map[care.ID][]care.Stay
}

func newTown() *town {
	stay := care.Stay{Placement: "P-1", Child: "C-EVE", Start: fixtures.Today - 30, ExpectedEnd: fixtures.Today + 120}
	return &town{homes(), children(), map[care.ID][]care.Stay{"H-ROSE": {stay}}}
}

var errNone = errors.New("there is none")

func (t *town) Child(id care.ID) (care.Child, error) {
	i, found := slices.BinarySearchFunc(t.children, id, func(c care.Child, id care.ID) int { return cmp.Compare(c.ID, id) })
	if !found {
		return care.Child{}, errNone
	}
	return t.children[i], nil
}

func (t *town) Group(id care.ID) ([]care.ID, error) {
	var ids []care.ID
	for _, c := range t.children {
		if c.Group == id {
			ids = append(ids, c.ID)
		}
	}
	return ids, nil
}

func (t *town) PlacementsOf(child care.ID) ([]care.Placement, error) {
	var all []care.Placement
	for i := range t.homes {
		for _, s := range t.stays[t.homes[i].ID] {
			if s.Child == child {
				all = append(all, care.Placement{ID: s.Placement, Child: child, Home: t.homes[i].ID, Start: s.Start, ExpectedEnd: s.ExpectedEnd, End: s.End})
			}
		}
	}
	return all, nil
}

func (t *town) Household(id care.ID) (care.Household, error) {
	i, found := slices.BinarySearchFunc(t.homes, id, func(h care.Home, id care.ID) int { return cmp.Compare(h.ID, id) })
	if !found {
		return care.Household{}, errNone
	}
	home := t.homes[i]
	h := care.Household{Home: &home, Occupancy: care.Occupancy{Home: id, Stays: t.stays[id]}}
	for _, s := range h.Occupancy.Stays {
		resident, err := t.Child(s.Child)
		if err != nil {
			return h, err
		}
		h.Residents = append(h.Residents, resident)
	}
	return h, nil
}

func (t *town) Households(context.Context) iter.Seq2[*care.Household, error] {
	return func(yield func(*care.Household, error) bool) {
		for _, home := range t.homes {
			h, err := t.Household(home.ID)
			if !yield(&h, err) {
				return
			}
		}
	}
}

func (t *town) HasHome(id care.ID) (bool, error) {
	_, err := t.Household(id)
	return err == nil, nil
}

func (t *town) Spans(ctx context.Context) (*match.Spans, error) {
	var items []index.Item[care.Span]
	for h := range t.Households(ctx) {
		items = append(items, match.SpanOf(h.Home, &h.Occupancy))
	}
	return match.NewSpans().Build(items), nil
}

// run answers a request about the town; nobody has set a policy.
func (t *town) run(tb testing.TB, req match.Request) *match.Result {
	tb.Helper()
	req.On, req.At = fixtures.Today, three()
	res, err := match.Run(context.Background(), t, req, policy.Defaults())
	require.NoError(tb, err)
	res.Journal = 12
	return res
}

func (t *town) explain(tb testing.TB, req match.Request, home care.ID) *match.Explanation {
	tb.Helper()
	req.On, req.At = fixtures.Today, three()
	e, err := match.Explain(context.Background(), t, req, home, policy.Defaults())
	require.NoError(tb, err)
	e.Journal = 12
	return e
}

func only(ids ...care.ID) match.Request { return match.Request{Children: ids} }

// requests are the questions that are told in every form, by name.
func requests() []struct {
	name string
	req  match.Request
} {
	counted, grouped, shut := only("C-AMY"), match.Request{Group: "G-1"}, only("C-DAN")
	counted.Counts, counted.WhyNot, counted.Limit = true, match.WhyNotAll, 2
	nearby := only("C-EVE")
	nearby.Within = 0.8
	return []struct {
		name string
		req  match.Request
	}{
		{"one-child", only("C-AMY")}, {"counts-and-why-not", counted}, {"group", grouped},
		{"nothing-fits", shut}, {"connected-first", only("C-EVE")}, {"one-home", nearby},
	}
}
