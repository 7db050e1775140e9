package report_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/match"
	"github.com/stablehomes/stablehomes/engine/report"
	"github.com/stablehomes/stablehomes/fixtures"
)

// hostileWords would run, fetch, close an element or draw, if they were let.
var hostileWords = []string{
	"<script>alert(1)</script>", `"><img src=x onerror=alert(1)>`, "</title></svg><script>x</script>", "{{.}} {{define}}", "javascript:alert(1)",
	"]]><!--", "&lt;b&gt; &amp; 'quoted'", "\u202egnp.exe", "a\x00b\x1b[2Jc", "</blockquote></body>", "<style>*{display:none}</style>", "\xff\xfe", "`${1}`", "expression(alert(1))", "a\ufffeb\uffffc",
}

// spoiled is the town with hostile words wherever people write freely, and in ids.
func spoiled(words string) *town {
	town := newTown()
	for i := range town.children {
		c := &town.children[i]
		c.Wishes = words
		c.Contacts[0].Who = words
		c.Needs, c.Languages = care.List{words, "attachment"}, care.List{words}
	}
	for i := range town.homes {
		town.homes[i].Provider, town.homes[i].Skills = words, care.List{words}
	}
	return town
}

func TestWordsOfPeopleAreReadAndNeverRun(t *testing.T) {
	if testing.Short() {
		t.Skip("one goroutine alone: nothing for the race detector")
	}
	for _, words := range hostileWords {
		for _, a := range report.Audiences() {
			for _, r := range requests()[:3] {
				page := htmlOf(t, spoiled(words).sheet(t, r.req, a))
				root := parse(t, page)
				requireAllowed(t, root)
				if a != report.ProviderAudience {
					require.Equal(t, shown(words), root.all("blockquote")[0].text, "the words are there as they were said")
				}
			}
		}
	}
}

// shown is what is left of words once they are drawn.
func shown(words string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == 0:
			return unicode.ReplacementChar // as HTML has it
		case unicode.IsControl(r), r == '\u202e', r == '\ufffe', r == '\uffff':
			return -1
		}
		return r
	}, strings.ToValidUTF8(words, "\ufffd\ufffd"))
}

func TestHostileIDsAreReadAndNeverRun(t *testing.T) {
	for _, words := range hostileWords {
		s := newTown().sheet(t, match.Request{Group: "G-1"}, "")
		id := care.ID("C" + words)
		for i := range s.Result.Head.Children {
			s.Result.Head.Children[i] = id
			s.Scene.Children[i].ID = id
		}
		for i := range s.Result.Candidates {
			s.Result.Candidates[i].Home = id
		}
		for i := range s.Result.WhyNot {
			s.Result.WhyNot[i].Home = id
		}
		requireAllowed(t, parse(t, htmlOf(t, s)))
	}
}

// secrets are what could tell somebody who the children are, or where anybody is.
func secrets(s *report.Sheet, homes []care.Home) []string {
	var all []string
	place := func(l care.Location) {
		if l.Postcode != "" {
			all = append(all, l.Postcode, strings.ReplaceAll(l.Postcode, " ", ""), strings.Fields(l.Postcode)[0])
		}
		if l.Known() {
			all = append(all, fmt.Sprintf("%.2f", l.Point.Lat), fmt.Sprintf("%.2f", l.Point.Lng))
		}
	}
	for i := range s.Scene.Children {
		c := &s.Scene.Children[i]
		all = append(all, string(c.ID), string(c.Group), c.Wishes, c.DOB.String(), c.DOB.Words(), c.School)
		r := &c.Referral
		all = append(all, r.PreferredLocation, r.RiskOther, r.RiskToOthersOther, r.AdditionalSupport, r.CulturalNeeds, r.Officer, r.PlacementOfficer, r.CostOfficer, r.Agreed.Location, r.Agreed.URN)
		place(c.Home)
		place(c.SchoolAt)
		for _, contact := range c.Contacts {
			all = append(all, contact.Who)
			place(contact.Where)
		}
		for _, z := range append(c.Exclusion, c.AwayFrom...) {
			place(z.Centre)
		}
		all = append(all, c.NoContact...)
		for _, id := range append(c.KeptApart, c.ConnectedHomes...) {
			all = append(all, string(id))
		}
	}
	for i := range homes {
		all = append(all, string(homes[i].ID), homes[i].Provider)
		place(homes[i].Where)
	}
	return slices.DeleteFunc(all, func(s string) bool { return s == "" })
}

// named is a child with something secret in every field, drawn at random.
func named(rng *rand.Rand) care.Child {
	word := func(stem string) string {
		b := []byte(stem)
		for range 6 {
			b = append(b, byte('a'+rng.IntN(26)))
		}
		return string(b)
	}
	where := func() care.Location {
		// Q, as a page may say "on 22 November" and the like without giving away "ON22".
		sector := fmt.Sprintf("Q%c%d %d", 'A'+rng.IntN(26), 10+rng.IntN(80), rng.IntN(10))
		return at(sector+"QX", 53.1+rng.Float64()/2, -1.9+rng.Float64()/2)
	}
	c := child(care.ID(strings.ToUpper(word("q"))), 3+rng.IntN(14), []care.Sex{care.Male, care.Female}[rng.IntN(2)])
	c.Group, c.Wishes = care.ID(word("zg")), "I am "+word("Zoe")+" of "+word("Zed")+" Street."
	c.Home, c.SchoolAt, c.School = where(), where(), fmt.Sprint(900000+rng.IntN(99999))
	c.Contacts = []care.Contact{{Who: word("aunt"), Where: where(), Visits: 2}}
	c.NoContact = care.List{word("uncle")}
	c.KeptApart, c.ConnectedHomes = []care.ID{care.ID(word("zk"))}, []care.ID{care.ID(word("zh"))}
	c.Exclusion, c.AwayFrom = []care.Circle{{Centre: where(), Miles: 2}}, []care.Circle{{Centre: where(), Miles: 0.1}}
	// lists that somebody has put more into than they are for
	c.Needs = care.List{"attachment", "sees " + c.Contacts[0].Who, string(c.ID), "sleep", c.Home.Postcode, c.Wishes, care.Term(c.NoContact[0]), "school " + c.School}
	c.Languages = care.List{"english", "speaks with " + strings.ToUpper(c.Contacts[0].Who)}
	c.Adaptation, c.Communication = care.List{string(c.Group)}, care.List{fmt.Sprintf("%.4f", c.Home.Point.Lat)}
	c.RisksToChild = care.List{"missing"}
	c.Referral = care.Referral{Given: true, PreferredLocation: word("Zark"), RiskOther: word("zigs "), RiskToOthersOther: word("zags "), AdditionalSupport: "taxis to school",
		CulturalNeeds: "Required", Officer: word("Zz"), PlacementOfficer: word("Zy"), CostOfficer: word("Zx"), Agreed: care.Agreed{Location: word("Zw"), URN: word("ZV")}}
	return c
}

func TestAProviderLearnsNothingOfWhoOrWhere(t *testing.T) {
	seed := report.Seed(t)
	rng := rand.New(rand.NewPCG(seed, 1))
	for range 200 {
		s := newTown().sheet(t, only("C-AMY"), report.ProviderAudience)
		s.Scene.Children[0] = named(rng)
		s.Result.Head.Children[0] = s.Scene.Children[0].ID
		s.Result.Wishes = []match.Wish{{Child: s.Scene.Children[0].ID, Words: s.Scene.Children[0].Wishes}}
		for _, u := range s.Scene.Children[0].Referral.Unjudged() {
			s.Result.Referral = append(s.Result.Referral, match.Unjudged{Child: s.Scene.Children[0].ID, Field: u.Field, Words: u.Words})
		}
		page := htmlOf(t, s)
		body := parse(t, page).all("main")[0].text
		squeezed := strings.ToLower(strings.Join(strings.Fields(page), ""))
		for _, secret := range secrets(s, homes()) {
			require.NotContains(t, squeezed, strings.ToLower(strings.Join(strings.Fields(secret), "")), "seed %d: %q is in the profile", seed, secret)
		}
		require.NotContains(t, page, s.Result.Policy)
		for _, need := range []string{"attachment", "sleep", "and 6 more, to be asked for", "english", "and 1 more, to be asked for"} {
			require.Contains(t, body, need, "seed %d", seed)
		}
		require.Contains(t, body, "recorded: told before a place is accepted")
		require.Contains(t, body, fmt.Sprintf("%d on the day", care.AgeOn(s.Scene.Children[0].DOB, fixtures.Today)))
	}
}

// What people write into a list may be plain words and tell everything. None of it
// goes out, in whichever list it stands; terms of the vocabulary do, however spelt.
func TestPlainWordsOfAPersonStayOutOfAProfile(t *testing.T) {
	lists := map[string]func(*care.Child) *care.List{
		"Needs": func(c *care.Child) *care.List { return &c.Needs }, "Adaptations": func(c *care.Child) *care.List { return &c.Adaptation },
		"Communication": func(c *care.Child) *care.List { return &c.Communication }, "Languages": func(c *care.Child) *care.List { return &c.Languages },
	}
	for head, list := range lists {
		town := newTown()
		c := &town.children[0]
		c.KeptApart, c.ConnectedHomes = []care.ID{"Zoltan"}, []care.ID{"Marsden"}
		*list(c) = care.List{"abused by uncle Dave Marsden", "Trauma_informed", "zoltan", "lives in Roundhay", "polish"}
		page := parse(t, htmlOf(t, town.sheet(t, only("C-AMY"), report.ProviderAudience)))
		require.Equal(t, []string{"trauma informedpolishand 3 more, to be asked for"}, tableOf(t, page, "Child 1")[head])
		for _, secret := range []string{"Dave", "marsden", "oltan", "Roundhay"} {
			require.NotContains(t, page.text, secret, head)
		}
	}
}

// The terms that the example county uses are of the vocabulary: a profile is of use.
func TestTheTermsOfTheExampleCountyAreAllTold(t *testing.T) {
	told := 0
	for _, c := range fixtures.County(1).Children {
		for _, list := range []care.List{c.Needs, c.Adaptation, c.Communication, c.Languages} {
			for _, term := range list {
				require.True(t, care.PlainTerm(term), term)
				told++
			}
		}
	}
	require.Greater(t, told, 100)
}

// What the provider does not learn, the file does: the property above would not
// hold of a page that says everything.
func TestTheFileHoldsWhatTheProviderDoesNotLearn(t *testing.T) {
	page := htmlOf(t, newTown().sheet(t, only("C-AMY"), report.RecordAudience))
	for _, there := range []string{"C-AMY", "LS6 4JN", "LS8 1PQ", "mother", "I want a dog.", "born 14 August 2014"} {
		require.Contains(t, page, there)
	}
}

func TestThePanelSeesSectorsAndNoAddress(t *testing.T) {
	town := newTown()
	for _, r := range requests() {
		s := town.sheet(t, r.req, report.PanelAudience)
		page := htmlOf(t, s)
		squeezed := strings.Join(strings.Fields(page), "")
		require.NotContains(t, page, "Secret Street")
		require.NotContains(t, page, s.Scene.Children[0].DOB.Words())
		places := []care.Location{s.Scene.Children[0].Home, s.Scene.Children[0].SchoolAt}
		for _, h := range town.homes {
			places = append(places, h.Where)
		}
		for _, l := range places {
			if l.Postcode != "" {
				require.NotContains(t, squeezed, strings.ReplaceAll(l.Postcode, " ", ""))
			}
			require.NotContains(t, page, fmt.Sprintf("%.3f", l.Point.Lat))
			require.NotContains(t, page, fmt.Sprintf("%.3f", l.Point.Lng))
		}
	}
	require.Contains(t, htmlOf(t, town.sheet(t, only("C-AMY"), "")), "<td>LS6 4</td>")
}

// Where a home is preferred is often written as a postcode, that of the family.
func TestThePanelSeesOfAReferralsPostcodeTheSector(t *testing.T) {
	for words, told := range map[string]string{
		"LS6 4JN": "LS6 4", "ls64jn": "LS6 4", "near her nan, LS6\u00a04JN or EC1A 1BB.": "near her nan, LS6 4 or EC1A 1.",
		"LS6": "LS6", "LS6 4": "LS6 4", "Leeds 6": "Leeds 6", "2 dogs": "2 dogs",
	} {
		town := newTown()
		town.children[0].Referral = care.Referral{Given: true, PreferredLocation: words}
		require.Contains(t, htmlOf(t, town.sheet(t, only("C-AMY"), "")), "preferred location, “"+told+"”")
		require.Contains(t, htmlOf(t, town.sheet(t, only("C-AMY"), report.RecordAudience)), "preferred location, “"+words+"”")
	}
}

func TestAChildWhoIsExpectedHasNoAge(t *testing.T) {
	town := newTown()
	town.children[0].DOB = fixtures.Today + 20
	for a, caption := range map[report.Audience]string{report.ProviderAudience: "Child 1", report.PanelAudience: "The request", report.RecordAudience: "The request"} {
		rows := tableOf(t, parse(t, htmlOf(t, town.sheet(t, only("C-AMY"), a))), caption)
		require.Contains(t, fmt.Sprint(rows["Who"], rows["C-AMY"]), "not born by the day", a)
		require.NotContains(t, fmt.Sprint(rows["Who"], rows["C-AMY"]), "0 on the day", a)
	}
	page := htmlOf(t, town.sheet(t, only("C-AMY"), report.RecordAudience))
	require.Contains(t, page, "expected 12 December 2026")
	require.NotContains(t, page, "born 12 December 2026")
	town.children[0].DOB = fixtures.Today
	require.Contains(t, htmlOf(t, town.sheet(t, only("C-AMY"), report.RecordAudience)), "born 22 November 2026")
}

func TestAProfileSaysWhatIsNotRecorded(t *testing.T) {
	town := newTown()
	c := &town.children[0]
	c.Needs, c.RisksToOthers, c.Communication, c.Languages = nil, nil, care.List{}, care.List{"polish"}
	rows := tableOf(t, parse(t, htmlOf(t, town.sheet(t, only("C-AMY"), report.ProviderAudience))), "Child 1")
	require.Equal(t, []string{"not recorded: ask"}, rows["Needs"])
	require.Equal(t, []string{"none"}, rows["Communication"])
	require.Equal(t, []string{"polish"}, rows["Languages"])
	require.Equal(t, []string{"not recorded in full: ask before accepting"}, rows["Known risks"])
	c.RisksToChild, c.RisksToOthers = care.List{}, care.List{}
	rows = tableOf(t, parse(t, htmlOf(t, town.sheet(t, only("C-AMY"), report.ProviderAudience))), "Child 1")
	require.Equal(t, []string{"none recorded"}, rows["Known risks"])
}

// tableOf is the cells of a table by the heading of their row.
func tableOf(t testing.TB, root *element, caption string) map[string][]string {
	t.Helper()
	for _, table := range root.all("table") {
		if table.children[0].text != caption {
			continue
		}
		rows := map[string][]string{}
		for _, tr := range table.all("tbody")[0].all("tr") {
			for _, td := range tr.children[1:] {
				rows[tr.children[0].text] = append(rows[tr.children[0].text], td.text)
			}
		}
		return rows
	}
	require.Fail(t, "no table", caption)
	return nil
}

func FuzzAPageShowsWordsAndNeverRunsThem(f *testing.F) {
	for _, words := range hostileWords {
		f.Add(words)
	}
	s := newTown().sheet(f, only("C-AMY"), "")
	s.Result.Candidates = s.Result.Candidates[:1]
	f.Fuzz(func(t *testing.T, words string) {
		s.Result.Wishes[0].Words, s.Result.Candidates[0].Reasons[0].Says = words, words
		s.Scene.Children[0].Needs, s.Scene.Children[0].Contacts[0].Who = care.List{words}, words
		s.Result.Candidates[0].Home = care.ID(words)
		for _, s.Audience = range report.Audiences() {
			requireAllowed(t, parse(t, htmlOf(t, s)))
		}
	})
}
