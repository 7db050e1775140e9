package engine_test

import (
	"bytes"
	"context"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine"
	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/store"
)

// A small town about Leeds, as its placement team keeps it in three files. Every
// fact that a rule asks of a home is recorded, so that a home needs a sign-off
// only for what its name says.

const (
	leeds     = "E08000035"
	bradford  = "E08000032" // adjoins Leeds
	newcastle = "E08000021" // does not
)

const homesHeader = "id,kind,authority,approved_by,postcode,lat,lng,beds,places,age_min,age_max,sexes,status,registered_from,registered_until," +
	"registration_applied_on,restriction_from,closed_dates,bedrooms,siblings_may_share,adaptations,skills,languages,faiths,cultures,ethnicities," +
	"pets,supports_risks,smoking,own_children,fostering_since,weekly_cost,vacancy_confirmed_on,garden,transport,provider_code\n"

// homeRow is a row under homesHeader; what is empty in approval is not recorded.
func homeRow(id, kind, authority, lat, lng, beds, ages, sexes, approval, closed, pets string) string {
	low, high, _ := strings.Cut(ages, "-")
	return strings.Join([]string{id, kind, authority, authority, "", lat, lng, beds, beds, low, high, sexes, approval, closed,
		"1;1", "yes", "none", "attachment", "english", "none", "none", "none", pets, "none", "no", "none", "2015-03-01", "612", "2026-11-21", "yes", "yes", "PR1"}, ",") + "\n"
}

// Approvals: status, from, until, applied on, restricted from.
const (
	approved     = "approved,2016-01-04,none,,none"
	registered   = "registered,2016-01-04,none,,none"
	lateComer    = "registered,2023-09-01,none,2023-05-02,none" // supported accommodation, registered when that began
	unregistered = ",,,,"
)

var homesCSV = homesHeader +
	homeRow("H-ASH", "foster", leeds, "53.838221", "-1.496441", "2", "0-17", "", approved, "none", "none") +
	homeRow("H-BOYS", "childrens-home", leeds, "53.805119", "-1.535537", "4", "10-17", "M", registered, "none", "none") +
	homeRow("H-ELM", "foster", leeds, "53.829441", "-1.541883", "2", "0-17", "", approved, "2026-11-01..2026-12-02", "dog") +
	homeRow("H-FLAT", "unregulated", leeds, "53.799913", "-1.519337", "3", "", "", unregistered, "none", "none") +
	homeRow("H-LODGE", "supported", leeds, "53.801271", "-1.548133", "5", "", "", lateComer, "none", "none") +
	homeRow("H-OAK", "foster", bradford, "53.795733", "-1.759119", "3", "0-17", "", approved, "none", "dog") +
	homeRow("H-ROSE", "foster", leeds, "53.819317", "-1.577219", "2", "5-17", "", approved, "none", "dog") +
	homeRow("H-TYNE", "foster", newcastle, "54.978117", "-1.611371", "2", "0-17", "", approved, "none", "dog")

const childrenHeader = "id,dob,sex,authority,group,home_lat,home_lng,contacts,school_lat,school_lng,year_group,plan,alongside,needs,languages,pets,wishes,wishes_for\n"

func childRow(id, dob, sex, authority, group, wishes, wishesFor string) string {
	return strings.Join([]string{id, dob, sex, authority, group, "53.824119", "-1.581127", `"mother:53.824119,-1.581127@4"`, "53.821773", "-1.569919", "7",
		"long", "no-preference", "attachment", "english", "can", `"` + wishes + `"`, wishesFor}, ",") + "\n"
}

var childrenCSV = childrenHeader +
	childRow("C-AMY", "2014-03-09", "F", leeds, "", "I want a dog, and my mum on Sundays.", "pets;garden") +
	childRow("C-BEN", "2018-05-02", "M", leeds, "G-1", "I look after my sister.", "sibling") +
	childRow("C-CAT", "2021-01-15", "F", leeds, "G-1", "Where Ben is.", "sibling") +
	childRow("C-DAN", "2005-02-01", "M", leeds, "", "A flat of my own.", "none") +
	childRow("C-EVE", "2016-07-07", "F", leeds, "", "To stay.", "none") +
	childRow("C-FIN", "2010-11-22", "M", leeds, "", "Near my mates.", "area")

const placementsCSV = "id,child,home,start,expected_end,end,ended_early,type,reason\n" +
	"P-1,C-EVE,H-ROSE,2026-10-01,2027-04-01,,,U6,\n" +
	"P-2,C-EVE,H-ASH,2025-01-10,,2026-10-01,yes,U6,CREQO\n"

// today is the Sunday that the town is told of.
var today = care.Date(2026, time.November, 22)

// three is three in the afternoon of that day.
func three() time.Time { return care.StartOf(today).Add(15 * time.Hour) }

// onEveryStore runs a test in memory and on disk, and checks the store when it
// has ended.
func onEveryStore(t *testing.T, test func(t *testing.T, eng *engine.Engine), opts ...engine.Option) {
	t.Helper()
	t.Run("in memory", func(t *testing.T) { ran(t, engine.InMemory(opts...), test) })
	t.Run("on disk", func(t *testing.T) { ran(t, open(t, filepath.Join(t.TempDir(), "db"), opts...), test) })
}

func ran(t *testing.T, eng *engine.Engine, test func(t *testing.T, eng *engine.Engine)) {
	test(t, eng)
	require.NoError(t, engine.CheckOf(context.Background(), eng))
	require.NoError(t, eng.Close())
}

func open(t testing.TB, dir string, opts ...engine.Option) *engine.Engine {
	t.Helper()
	eng, err := engine.Open(context.Background(), dir, opts...)
	require.NoError(t, err)
	return eng
}

// text is a file of that name with that content.
func text(name, content string) engine.File {
	return engine.File{Name: name, Source: strings.NewReader(content)}
}

// bring is an import of one file as an officer runs it; the rejected rows are
// returned.
func bring(t testing.TB, eng *engine.Engine, kind engine.Kind, content string, more ...func(*engine.Import)) (engine.Report, []*engine.Rejected) {
	t.Helper()
	var rejected []*engine.Rejected
	imp := engine.Import{
		Kind: kind, Files: []engine.File{text(string(kind)+".csv", content)}, By: "A. Officer", At: three(),
		Reject: func(r *engine.Rejected) error { rejected = append(rejected, r); return nil },
	}
	for _, change := range more {
		change(&imp)
	}
	report, err := eng.Import(t.Context(), imp)
	require.NoError(t, err)
	require.Equal(t, len(rejected), report.Rejected)
	return report, rejected
}

// settle brings the whole town in.
func settle(t testing.TB, eng *engine.Engine) {
	t.Helper()
	for _, f := range []struct {
		kind engine.Kind
		text string
		rows int
	}{{engine.Homes, homesCSV, 8}, {engine.Children, childrenCSV, 6}, {engine.Placements, placementsCSV, 2}} {
		report, rejected := bring(t, eng, f.kind, f.text)
		require.Empty(t, rejected)
		require.Equal(t, f.rows, report.New)
	}
}

// export is everything of a kind as a file.
func export(t testing.TB, eng *engine.Engine, kind engine.Kind) string {
	t.Helper()
	var out bytes.Buffer
	require.NoError(t, eng.Export(t.Context(), kind, &out))
	return out.String()
}

var everyKind = []engine.Kind{engine.Homes, engine.Children, engine.Placements}

// exports is everything that goes out, in one text.
func exports(t testing.TB, eng *engine.Engine) string {
	t.Helper()
	var all strings.Builder
	for _, kind := range everyKind {
		all.WriteString(export(t, eng, kind))
	}
	return all.String()
}

func head(t testing.TB, eng *engine.Engine) store.Head {
	t.Helper()
	h, err := engine.HeadOf(t.Context(), eng)
	require.NoError(t, err)
	return h
}

// shortlist is a match on the day; the zero Limit is 10.
func shortlist(t testing.TB, eng *engine.Engine, req engine.Request) *engine.Result {
	t.Helper()
	if req.On == 0 {
		req.On, req.At = today, three()
	}
	res, err := eng.Match(t.Context(), req)
	require.NoError(t, err)
	return res
}

func asking(ids ...care.ID) engine.Request { return engine.Request{Children: ids} }

// offered are the homes on a shortlist, in order.
func offered(res *engine.Result) []care.ID {
	ids := []care.ID{}
	for _, c := range res.Candidates {
		ids = append(ids, c.Home)
	}
	return ids
}

// candidate finds a home on a shortlist.
func candidate(t testing.TB, res *engine.Result, home care.ID) *engine.Candidate {
	t.Helper()
	i := slices.Index(offered(res), home)
	require.GreaterOrEqual(t, i, 0, "%s is not offered", home)
	return &res.Candidates[i]
}

// unseekable is a pipe: it can be read once.
func unseekable(content string) io.Reader { return io.MultiReader(strings.NewReader(content)) }
