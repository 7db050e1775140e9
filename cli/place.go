package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/stablehomes/stablehomes/engine"
	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/report"
)

// The schemas of what is written of a placement, a move and a fact.
const (
	placeSchema = "stablehomes/place/1"
	moveSchema  = "stablehomes/move/1"
	factSchema  = "stablehomes/record-fact/1"
)

func (p *program) placeCommand() *cli.Command {
	return &cli.Command{
		Name:  "place",
		Usage: "place children who have no placement, with the record of the decision",
		UsageText: "stablehomes place --child ID [--child ID …] --home ID --by NAME\n" +
			"stablehomes place --group ID --home ID --by NAME --sign-off \"RULE=NAME,ROLE,TIME,REF\"\n" +
			"stablehomes place --hold ID --by NAME\n" +
			"stablehomes place --bed HOME=CHILD,CHILD --bed HOME=CHILD --by NAME --why WORDS   (a split)\n" +
			"stablehomes place --child C-105 --home H-00087 --by \"A. Officer\"\n" +
			"stablehomes place --hold HOLD-17 --by \"A. Officer\" --sign-off \"approval=P. Lee,placement officer,2026-11-22T15:40Z,NOTE-1\"" +
			" --sign-off \"bedrooms=S. Head,each placing authority,2026-11-22T16:10Z,REF-2\"\n" +
			"stablehomes place --hold HOLD-18 --by \"A. Officer\" --why \"nearer to their grandmother\"",
		Description: "Say who goes where: --hold, or --child or --group with --home, or --bed. A home that is not the authority's own has to accept first.",
		Flags:       placeFlags(),
		Action:      p.place,
	}
}

// placeFlags say who goes where, from when, approved by whom and chosen why.
func placeFlags() []cli.Flag {
	return append([]cli.Flag{
		&cli.StringSliceFlag{Name: "child", Usage: "`ID` of a child; again for each child to live in the home"},
		&cli.StringFlag{Name: "group", Usage: "`ID` of a sibling group; with --bed, all of it has to be named"},
		&cli.StringFlag{Name: "home", Usage: "`ID` of the home"},
		&cli.StringSliceFlag{Name: "bed", Usage: "`HOME=CHILD,CHILD` for children in several homes; again for each home"},
		&cli.StringFlag{Name: "hold", Usage: "`ID` of a hold whose children and homes are meant"},
		&cli.StringFlag{Name: "on", Usage: "first `DAY` of the placement (default today, or the day of the move or the hold)"},
		&cli.BoolFlag{Name: "emergency", Usage: "an emergency: some periods and terms differ"},
		&cli.StringFlag{Name: "moved-at", Usage: "`INSTANT` at which the children moved, where that came first"},
		&cli.StringSliceFlag{Name: "sign-off", Usage: "an approval that was given, as `RULE=NAME,ROLE,TIME,REF`, with the instant for the TIME and a reference for REF; or RULE@HOME=… for one home of several; again for more"},
		&cli.StringFlag{Name: "why", Usage: "`WORDS` that say why this home, where it is not first on the shortlist"},
		&cli.StringSliceFlag{Name: "kind", Usage: "only this `KIND` of home, as the shortlist was asked for; again for more (default every kind)"},
		&cli.Float64Flag{Name: "within", Usage: "at most this many `MILES`, in a straight line, from each child's home, likewise (default any distance)"},
		&cli.StringFlag{Name: "type", Usage: "the SSDA903 `CODE` of the type of placement, such as U6"},
		&cli.StringFlag{Name: "expected-end", Usage: "first `DAY` on which the bed is expected to be free"},
	}, answerableFlags()...)
}

func (p *program) place(c *cli.Context) error {
	req, err := p.placeRequest(c)
	if err != nil {
		return err
	}
	return p.settle(c, placeSchema, func(eng *engine.Engine) (*engine.Placed, error) { return eng.Place(c.Context, req) })
}

// settle runs a placement, a move or a fact, and writes what came of it.
func (p *program) settle(c *cli.Context, schema string, do func(*engine.Engine) (*engine.Placed, error)) error {
	eng, err := p.open(c, engine.Existing())
	if err != nil {
		return err
	}
	defer eng.Close()
	placed, err := do(eng)
	if err != nil {
		return howToMend(err)
	}
	if !isSet(c, "json") {
		return report.Choice(p.stdout, placed.Decision, p.style(c))
	}
	return json.NewEncoder(p.stdout).Encode(placedJSON(schema, placed))
}

// howToMend says with which flags and command what is still missing is told.
func howToMend(err error) error {
	var signOffs *engine.SignOffError
	var reason *engine.ReasonError
	var yes *engine.AcceptanceError
	var with []string
	if errors.As(err, &signOffs) && len(signOffs.Missing) > 0 {
		m := signOffs.Missing[0]
		with = append(with, fmt.Sprintf("--sign-off \"%s=NAME,%s,2026-11-22T16:10Z,REFERENCE\"", m.Rule, m.Role))
	}
	if errors.As(err, &yes) {
		with = append(with, "stablehomes accept --hold ID")
	}
	if errors.As(err, &reason) {
		with = append(with, "--why WORDS")
	}
	if len(with) == 0 {
		return err
	}
	return fmt.Errorf("%w\non the command line: %s", err, strings.Join(with, "; "))
}

// placedBed is where some of the children live now.
type placedBed struct {
	Home       care.ID   `json:"home"`
	Children   []care.ID `json:"children"`
	Placements []care.ID `json:"placements"`
}

func placedJSON(schema string, placed *engine.Placed) any {
	out := struct {
		Schema   string        `json:"schema"`
		Decision care.ID       `json:"decision"`
		Journal  uint64        `json:"journal"`
		On       care.Day      `json:"on"`
		Rank     int           `json:"rank,omitempty"`
		Beds     []placedBed   `json:"beds"`
		Ended    []care.ID     `json:"ended"`
		Breaches []care.Breach `json:"outstanding"`
	}{Schema: schema, Decision: placed.ID, Journal: placed.Journal, On: placed.Asked.On, Rank: placed.Rank}
	for _, b := range placed.Chosen {
		out.Beds = append(out.Beds, placedBed{b.Home, b.Children, append([]care.ID{}, b.Placements...)})
	}
	out.Ended = append([]care.ID{}, placed.Ended...)
	out.Breaches = append([]care.Breach{}, placed.Outstanding()...)
	return out
}

// placeRequest reads the flags that place, move and record-fact share.
func (p *program) placeRequest(c *cli.Context) (req engine.PlaceRequest, err error) {
	req = engine.PlaceRequest{
		Group: care.ID(c.String("group")), Home: care.ID(c.String("home")), Hold: care.ID(c.String("hold")),
		Emergency: c.Bool("emergency"), Within: c.Float64("within"), Why: strings.TrimSpace(c.String("why")), Type: c.String("type"), Op: c.String("op"),
	}
	if req.By, req.At, err = p.answerable(c); err != nil {
		return req, err
	}
	for _, step := range []func(*cli.Context, *engine.PlaceRequest) error{whoAndWhere, whenPlaced, approved} {
		if err := step(c, &req); err != nil {
			return req, err
		}
	}
	return req, nil
}

func whoAndWhere(c *cli.Context, req *engine.PlaceRequest) (err error) {
	for _, id := range c.StringSlice("child") {
		req.Children = append(req.Children, care.ID(id))
	}
	if req.Kinds, err = kindsOf(c); err != nil {
		return err
	}
	req.Beds, err = bedsOf(c)
	return err
}

// bedsOf are those that --bed names.
func bedsOf(c *cli.Context) ([]engine.Bed, error) {
	var beds []engine.Bed
	for _, words := range c.StringSlice("bed") {
		home, children, _ := strings.Cut(words, "=")
		bed := engine.Bed{Home: care.ID(strings.TrimSpace(home))}
		for id := range strings.SplitSeq(children, ",") {
			if id = strings.TrimSpace(id); id != "" {
				bed.Children = append(bed.Children, care.ID(id))
			}
		}
		if bed.Home == "" || len(bed.Children) == 0 {
			return nil, usage("--bed %s: a home and its children, as H-00012=C-104,C-105", words)
		}
		beds = append(beds, bed)
	}
	return beds, nil
}

// whenPlaced reads the day and the instants. Today is the day of a placement that
// says nothing else.
func whenPlaced(c *cli.Context, req *engine.PlaceRequest) (err error) {
	if req.MovedAt, err = instantOf(c, "moved-at", time.Time{}); err != nil {
		return err
	}
	otherwise := care.DayOf(req.At)
	if !req.MovedAt.IsZero() || req.Hold != "" {
		otherwise = 0
	}
	if req.On, err = onDay(c, otherwise); err != nil {
		return err
	}
	req.ExpectedEnd, err = dayOf(c, "expected-end", 0)
	return err
}

// instantForm says how an instant is written on the command line.
const instantForm = "an instant is written as 2026-11-22T15:04Z or 2026-11-22T15:04:05Z, or in summer time as 2026-07-22T15:04:05+01:00"

// instantOf is the instant of a flag, or another where it is not given.
func instantOf(c *cli.Context, name string, otherwise time.Time) (time.Time, error) {
	if !c.IsSet(name) {
		return otherwise, nil
	}
	at, err := care.ParseInstant(name, c.String(name))
	switch {
	case err == nil && !at.IsZero(): // programs write a time that is not there as the year 1
		return at, nil
	case at.IsZero():
		return at, usage("--%s %s: %s", name, c.String(name), instantForm)
	}
	return at, usage("--%v", err)
}

func approved(c *cli.Context, req *engine.PlaceRequest) error {
	for _, words := range c.StringSlice("sign-off") {
		s, err := care.ParseSignOff(words)
		if err != nil {
			return usage("--sign-off: %v", err)
		}
		req.SignOffs = append(req.SignOffs, s)
	}
	return nil
}
