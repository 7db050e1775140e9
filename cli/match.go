package cli

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/stablehomes/stablehomes/engine"
	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/report"
)

func (p *program) matchCommand() *cli.Command {
	return &cli.Command{
		Name:  "match",
		Usage: "the best lawful homes for a child or a sibling group, in order, with reasons",
		UsageText: "stablehomes match --child ID [--child ID …]\n" +
			"stablehomes match --group ID\n" +
			"stablehomes match --child C-104 --on 2026-11-22\n" +
			"stablehomes match --group G-07 --on 2026-11-22 --within 20 --why-not\n" +
			"stablehomes match --dob 2014-03-09 --sex F --authority Leeds --from 53.81,-1.54 --emergency   (tonight, a child who is not stored)\n" +
			"stablehomes match --child C-104 --on 2026-11-22 --report record.html --audience panel",
		Description: "Say for whom: --child, or --group, or --dob, --sex, --authority and --from together.",
		Flags: append(requestFlags(),
			&cli.IntFlag{Name: "limit", Usage: "list at most `N` homes", Value: 10},
			&cli.BoolFlag{Name: "ready", Usage: "leave out homes with a sign-off outstanding"},
			&cli.BoolFlag{Name: "counts", Usage: "count the eligible homes, and the barred ones by rule"},
			&cli.GenericFlag{Name: "why-not", Value: &choice{}, Usage: "say why the nearest misses are not listed; --why-not=`all` for every home"},
			&cli.BoolFlag{Name: "csv", Usage: "write CSV, for spreadsheets"},
			&cli.StringFlag{Name: "report", Usage: "also write the matching record, a page to print, to `FILE`.html; counts, and says why not"},
			audienceFlag(),
		),
		Action: p.match,
	}
}

// requestFlags say for whom, from when and where homes are wanted.
func requestFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringSliceFlag{Name: "child", Usage: "`ID` of a stored child; again for each child to be placed together"},
		&cli.StringFlag{Name: "group", Usage: "`ID` of a stored sibling group, to be placed together"},
		&cli.StringFlag{Name: "dob", Usage: "`DAY` of birth of a child who is not stored"},
		&cli.StringFlag{Name: "sex", Usage: "that child's sex, `M or F`"},
		&cli.StringFlag{Name: "authority", Usage: "that child's responsible authority, by `GSS` code or name"},
		&cli.StringFlag{Name: "from", Usage: "that child's home `POSTCODE` (or lat,lng), which is also whom to be near"},
		&cli.StringFlag{Name: "on", Usage: "first `DAY` of the placement (default today)"},
		&cli.StringFlag{Name: "at", Usage: "`INSTANT` that decides which holds count, as 2026-11-22T15:04:05Z (default now)"},
		&cli.BoolFlag{Name: "emergency", Usage: "an emergency: some periods and terms differ"},
		&cli.Float64Flag{Name: "within", Usage: "at most this many `MILES`, in a straight line, from each child's home (default any distance)"},
		&cli.StringSliceFlag{Name: "kind", Usage: kindUsage()},
	}
}

func (p *program) match(c *cli.Context) error {
	if err := noArguments(c); err != nil {
		return err
	}
	if isSet(c, "json") && c.Bool("csv") {
		return usage("--json and --csv are two forms of the same; give one")
	}
	req, err := p.matchRequest(c)
	if err != nil {
		return err
	}
	return p.ask(c, req, func(eng *engine.Engine, req engine.Request) error {
		res, err := eng.Match(c.Context, req)
		if err != nil {
			return err
		}
		if err := p.writeResult(c, res); err != nil {
			return err
		}
		if err := p.matchPage(c, eng, req, res); err != nil {
			return err
		}
		if len(res.Candidates)+len(res.Splits) == 0 {
			return errNothingFits
		}
		return nil
	}, toMatch(req)...)
}

// toMatch is nothing where the index of the homes is not needed.
func toMatch(req engine.Request) []engine.Option {
	if req.JudgesAll() {
		return nil
	}
	return []engine.Option{engine.ToMatch()}
}

// ask puts a question to the store, opened for reading, once a child who is not
// stored has been filled in.
func (p *program) ask(c *cli.Context, req engine.Request, question func(*engine.Engine, engine.Request) error, opts ...engine.Option) error {
	eng, err := p.open(c, append(opts, engine.ReadOnly())...)
	if err != nil {
		return err
	}
	defer eng.Close()
	if err := tonight(c, eng, &req); err != nil {
		return err
	}
	return question(eng, req)
}

func (p *program) matchRequest(c *cli.Context) (engine.Request, error) {
	req, err := p.request(c)
	if err != nil {
		return req, err
	}
	req.Limit, req.Ready, req.Counts = c.Int("limit"), c.Bool("ready"), c.Bool("counts")
	if req.Limit < 1 {
		return req, usage("--limit %d: at least 1", req.Limit)
	}
	switch word := c.Generic("why-not").(*choice).word; word {
	case "", "false":
	case alone:
		req.WhyNot = engine.WhyNotNearest
	case "all":
		req.WhyNot = engine.WhyNotAll
	default:
		return req, usage("--why-not=%s: it stands alone, or is --why-not=all", word)
	}
	return req, withReport(c, &req)
}

// withReport asks for what a matching record has to say of the homes that are not
// listed.
func withReport(c *cli.Context, req *engine.Request) error {
	page := c.IsSet("report")
	if page {
		if err := namesPage("report", c.String("report")); err != nil {
			return err
		}
	}
	if _, err := audienceOf(c, page); err != nil || !page {
		return err
	}
	req.Counts = true
	if req.WhyNot == engine.WhyNotOff {
		req.WhyNot = engine.WhyNotNearest
	}
	return nil
}

func (p *program) writeResult(c *cli.Context, res *engine.Result) error {
	switch {
	case isSet(c, "json"):
		return report.JSON(p.stdout, res)
	case c.Bool("csv"):
		return report.CSV(p.stdout, res)
	}
	return report.Text(p.stdout, res, p.style(c))
}

// request reads the flags that match and explain share, but for a child who is
// not stored.
func (p *program) request(c *cli.Context) (engine.Request, error) {
	req := engine.Request{Group: care.ID(c.String("group")), Emergency: c.Bool("emergency"), Within: c.Float64("within")}
	for _, id := range c.StringSlice("child") {
		req.Children = append(req.Children, care.ID(id))
	}
	kinds, err := kindsOf(c)
	if err != nil {
		return req, err
	}
	req.Kinds = kinds
	if c.IsSet("within") && !(req.Within > 0) {
		return req, usage("--within %v: a distance in miles above 0", req.Within)
	}
	if req.At, err = instantOf(c, "at", p.now); err != nil {
		return req, err
	}
	on, err := onDay(c, care.DayOf(req.At))
	if err != nil {
		return req, err
	}
	req.On = on
	return req, oneForm(c)
}

// kindUsage names the kinds, and those that nobody is offered unasked.
func kindUsage() string {
	var named []string
	for _, k := range care.Kinds() {
		if k.OnlyWhenNamed() {
			named = append(named, string(k))
		}
	}
	return "only this `KIND` of home, again for more: " + strings.Join(care.Vocabulary("kind"), ", ") +
		"; left out unless named: " + strings.Join(named, ", ")
}

// kindsOf are the kinds of home that --kind names.
func kindsOf(c *cli.Context) ([]care.Kind, error) {
	var kinds []care.Kind
	for _, word := range c.StringSlice("kind") {
		kind := care.Kind(care.Term(word))
		if !slices.Contains(care.Kinds(), kind) {
			return nil, usage("--kind %s: one of %s", word, strings.Join(care.Vocabulary("kind"), ", "))
		}
		kinds = append(kinds, kind)
	}
	return kinds, nil
}

// tonightFlags describe a child who is not stored.
var tonightFlags = []string{"dob", "sex", "authority", "from"}

// oneForm refuses a request that says for whom in two ways, or in none.
func oneForm(c *cli.Context) error {
	forms := 0
	for _, given := range []bool{c.IsSet("child"), c.IsSet("group"), slices.ContainsFunc(tonightFlags, c.IsSet)} {
		if given {
			forms++
		}
	}
	if forms != 1 {
		return usage("say for whom: --child ID, or --group ID, or --dob, --sex, --authority and --from together; one of the three, not two")
	}
	if c.IsSet("child") || c.IsSet("group") {
		return nil
	}
	for _, name := range tonightFlags {
		if !c.IsSet(name) {
			return usage("a child who is not stored needs --dob, --sex, --authority and --from; --%s is missing", name)
		}
	}
	return nil
}

// tonightID stands for a child who is not stored.
const tonightID care.ID = "tonight"

// tonight fills in a child who is not stored. Where the child comes from is
// their home, and the one contact that homes are to be near.
func tonight(c *cli.Context, eng *engine.Engine, req *engine.Request) error {
	if !c.IsSet("dob") {
		return nil
	}
	dob, err := care.ParseDay(c.String("dob"))
	if err != nil {
		return usage("--dob: %v", err)
	}
	sex, known := map[string]care.Sex{"m": care.Male, "male": care.Male, "boy": care.Male, "f": care.Female, "female": care.Female, "girl": care.Female}[strings.ToLower(c.String("sex"))]
	if !known {
		return usage("--sex %s: M or F", c.String("sex"))
	}
	gss, err := authority(c)
	if err != nil {
		return err
	}
	from, err := locate(eng, c.String("from"))
	if err != nil {
		return err
	}
	req.Tonight = &care.Child{
		ID: tonightID, DOB: dob, Sex: sex, Authority: gss, Home: from,
		Contacts: []care.Contact{{Who: "home", Where: from, Visits: 1}},
	}
	return nil
}

// authority is the GSS code of the authority that --authority names.
func authority(c *cli.Context) (string, error) {
	name := c.String("authority")
	gss, suggestion, ok := engine.Authority(name)
	if !ok {
		return "", usage("--authority %s: no authority is called that%s", name, didYouMean(suggestion))
	}
	return gss, nil
}

func didYouMean(name string) string {
	if name == "" {
		return ""
	}
	return "; did you mean " + name + "?"
}

// locate places a postcode, or a position written as lat,lng.
func locate(eng *engine.Engine, from string) (care.Location, error) {
	where, _, err := eng.Locate(from)
	var outside *care.FieldError
	switch {
	case errors.As(err, &outside):
		outside.Field = "--from"
		return where, usage("%v", outside)
	case errors.Is(err, engine.ErrBadPostcode):
		return where, usage("--from %s: a postcode such as LS7 3AB, or a position as 53.81,-1.54", from)
	case errors.Is(err, engine.ErrNoDirectory):
		return where, fmt.Errorf("%s cannot be placed without a postcode directory: run stablehomes import postcodes FILE, or give --from lat,lng", from)
	case errors.Is(err, engine.ErrUnknownPostcode):
		return where, fmt.Errorf("the postcode directory has no position for %s; give --from lat,lng", where.Postcode)
	}
	return where, err
}
