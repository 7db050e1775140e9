package cli

import (
	"bufio"
	"context"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/stablehomes/stablehomes/engine"
	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/intake"
	"github.com/stablehomes/stablehomes/engine/policy"
	"github.com/stablehomes/stablehomes/engine/report"
	"github.com/stablehomes/stablehomes/fixtures"
)

// The demo is always the same: one seed, one day, three in the afternoon.
const (
	demoSeed  = 1
	demoChild = care.ID("C-104")
)

func demoInstant() time.Time { return care.StartOf(fixtures.Today).Add(15 * time.Hour) }

func (p *program) demoCommand() *cli.Command {
	return &cli.Command{
		Name:  "demo",
		Usage: "a made-up county in a temporary store: what a new user should see first",
		UsageText: "stablehomes demo\n" +
			"stablehomes demo --files county   (write the county's files, as examples of every import)",
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "files", Usage: "write the files to `DIR`, which is made if it is not there, instead of showing the county; no file is overwritten"},
		},
		Action: p.demo,
	}
}

func (p *program) demo(c *cli.Context) error {
	switch {
	case c.NArg() > 0:
		return stray(c, c.Args().First())
	case isSet(c, "json"):
		return usage("demo is for people; match, explain and import write JSON")
	}
	county := fixtures.County(demoSeed)
	if dir := c.String("files"); dir != "" {
		return p.demoFiles(c, dir, county)
	}
	return p.tour(c, county)
}

// tour shows the county in a store that is gone afterwards.
func (p *program) tour(c *cli.Context, county *fixtures.World) (err error) {
	dir, err := os.MkdirTemp("", "stablehomes-demo-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	guide := &guide{ctx: c.Context, out: bufio.NewWriter(p.stdout), style: p.style(c), dir: filepath.Join(dir, "store"), county: county}
	for _, show := range []func() error{guide.settle, guide.shortlist, guide.best, guide.barred, guide.otherLaw, guide.next, guide.out.Flush} {
		if err := show(); err != nil {
			return err
		}
	}
	return nil
}

// guide walks a new user through the county, one step after another.
type guide struct {
	ctx    context.Context
	out    *bufio.Writer // keeps the first error of writing until it is flushed
	style  report.Style
	dir    string
	county *fixtures.World
	result *engine.Result
}

func (g *guide) say(format string, args ...any) { fmt.Fprintf(g.out, format+"\n", args...) }

// with opens the temporary store for one step.
func (g *guide) with(do func(*engine.Engine) error, opts ...engine.Option) error {
	eng, err := engine.Open(g.ctx, g.dir, opts...)
	if err != nil {
		return err
	}
	return errors.Join(do(eng), eng.Close())
}

func (g *guide) settle() error {
	g.say("A made-up county about Leeds, as its placement team might keep it: %d homes, %d children, %d placements.",
		len(g.county.Homes), len(g.county.Children), len(g.county.Placements))
	g.say("Nobody in it is real. It is %s, three in the afternoon.\n", fixtures.Today.Words())
	return g.with(func(eng *engine.Engine) error {
		return eng.Add(g.ctx, engine.Records{
			Homes: g.county.Homes, Children: g.county.Children, Placements: g.county.Placements, By: "demo", At: demoInstant(),
		})
	})
}

func (g *guide) shortlist() error {
	g.say("1. A shortlist.  stablehomes match --child %s --limit 5 --counts\n", demoChild)
	return g.with(func(eng *engine.Engine) error {
		res, err := eng.Match(g.ctx, engine.Request{
			Children: []care.ID{demoChild}, On: fixtures.Today, At: demoInstant(), Limit: 5, Counts: true, WhyNot: engine.WhyNotAll,
		})
		if err != nil {
			return err
		}
		g.result = res
		list := *res
		list.WhyNot = nil
		return report.Text(g.out, &list, g.style)
	})
}

func (g *guide) best() error {
	if len(g.result.Candidates) < 2 {
		return errors.New("the made-up county has no shortlist to show")
	}
	first, second := &g.result.Candidates[0], &g.result.Candidates[1]
	g.say("\n2. Why %s comes first.  stablehomes explain --child %s --home %s\n", first.Home, demoChild, first.Home)
	if err := report.Reasons(g.out, first, g.style); err != nil {
		return err
	}
	g.say("%s", report.Ahead(first, second))
	return nil
}

func (g *guide) barred() error {
	g.say("\n3. Two homes that are barred, and why.  stablehomes match --child %s --why-not\n", demoChild)
	return report.WhyNot(g.out, twoUnlike(g.result.WhyNot), g.result.Children, g.style)
}

// twoUnlike picks the nearest miss and the next one that another rule bars.
func twoUnlike(misses []engine.Exclusion) []engine.Exclusion {
	for i := range misses {
		if misses[i].Findings[0].Rule != misses[0].Findings[0].Rule {
			return []engine.Exclusion{misses[0], misses[i]}
		}
	}
	return misses[:min(2, len(misses))]
}

// otherDays are the days on which the same question is asked again, each with
// what an authority could choose then.
var otherDays = []struct {
	on     care.Day
	policy policy.Ban
}{
	{care.Date(2021, 1, 15), policy.Enforce},
	{care.Date(2021, 1, 15), policy.Warn},
	{fixtures.Today, policy.Warn},
}

func (g *guide) otherLaw() error {
	g.say("\n4. The law of another day. A boy of 15 who needs a bed tonight: is he offered a place without registration?")
	g.say("   stablehomes match --dob … --sex M --authority Leeds --from … --kind supported --kind unregulated --on 2021-01-15 --counts\n")
	for _, day := range otherDays {
		set := policy.Default()
		set.ProposedBan = day.policy
		err := g.with(func(eng *engine.Engine) error {
			res, err := eng.Match(g.ctx, g.boyOf15(day.on))
			if err == nil {
				g.say("   on %-16s proposed_ban = %-9q  %s", day.on.Words(), day.policy, offered(res))
			}
			return err
		}, engine.WithPolicy(policy.Uniform(set)))
		if err != nil {
			return err
		}
	}
	g.say("   The ban was proposed on 12 February 2020 and is law from 9 September 2021; no policy lifts it from then on.")
	return nil
}

// boyOf15 asks for supported and unregulated homes on a day for a boy who turned
// 15 the month before.
func (g *guide) boyOf15(on care.Day) engine.Request {
	home := g.county.Children[0].Home
	for i := range g.county.Children {
		if g.county.Children[i].ID == demoChild {
			home = g.county.Children[i].Home
		}
	}
	return engine.Request{
		Tonight: &care.Child{ID: tonightID, DOB: care.Birthday(on.AddMonths(-1), -15), Sex: care.Male, Authority: "E08000035", Home: home},
		On:      on, At: demoInstant(), Kinds: []care.Kind{care.Supported, care.Unregulated}, Counts: true,
	}
}

func offered(res *engine.Result) string {
	if len(res.Candidates) == 0 {
		return fmt.Sprintf("none of %d; %d barred by under-16-unregulated", res.Considered, res.Barred["under-16-unregulated"])
	}
	for _, f := range res.Candidates[0].Findings {
		if f.Rule == "under-16-unregulated" {
			return fmt.Sprintf("%d of %d, each with a warning: %s", res.Eligible, res.Considered, f.Says)
		}
	}
	return fmt.Sprintf("%d of %d", res.Eligible, res.Considered)
}

func (g *guide) next() error {
	g.say("\nNext: keep the county and ask your own questions.")
	g.say("  stablehomes demo --files county")
	g.say("  stablehomes import homes county/homes.csv")
	g.say("  stablehomes import children county/children.csv")
	g.say("  stablehomes import placements county/placements.csv")
	g.say("  stablehomes match --child C-105 --emergency --why-not")
	return nil
}

// demoPostcodes is a handful of rows in the manner of the ONS Postcode Directory.
//
//go:embed postcodes.csv
var demoPostcodes string

// demoVacancies is a list such as somebody types on a Sunday.
//
//go:embed vacancies.csv
var demoVacancies string

// demoFiles writes the county as files of every kind that import takes.
func (p *program) demoFiles(c *cli.Context, dir string, county *fixtures.World) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	for _, f := range []exampleFile{
		{"homes.csv", func(w io.Writer) error { return intake.WriteHomes(w, until(c.Context, slices.Values(county.Homes))) }},
		{"children.csv", func(w io.Writer) error {
			return intake.WriteChildren(w, until(c.Context, slices.Values(county.Children)))
		}},
		{"placements.csv", func(w io.Writer) error {
			return intake.WritePlacements(w, until(c.Context, slices.Values(county.Placements)))
		}},
		{"postcodes.csv", func(w io.Writer) error { _, err := io.WriteString(w, demoPostcodes); return err }},
		{"vacancies.csv", func(w io.Writer) error { _, err := io.WriteString(w, demoVacancies); return err }},
	} {
		if err := p.writeExample(c, dir, f); err != nil {
			return err
		}
	}
	return nil
}
