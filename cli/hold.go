package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/stablehomes/stablehomes/engine"
	"github.com/stablehomes/stablehomes/engine/care"
)

// holdSchema names the JSON of a hold.
const holdSchema = "stablehomes/hold/1"

func (p *program) holdCommand() *cli.Command {
	return &cli.Command{
		Name:  "hold",
		Usage: "keep the beds for a child or a sibling group until an instant, all or none",
		UsageText: "stablehomes hold --child ID --home ID --until WHEN --by NAME\n" +
			"stablehomes hold --id HOLD-17 --child C-104 --home H-00053 --until 3h --by \"A. Officer\"\n" +
			"stablehomes hold --id HOLD-17 --child C-104 --home H-00053 --until 5d --by \"A. Officer\"   (prolongs HOLD-17)\n" +
			"stablehomes hold --id HOLD-18 --group G-07 --home H-00259 --until 3d --by \"A. Officer\"   (all of a sibling group)\n" +
			"stablehomes hold --id HOLD-19 --bed H-00087=C-105 --bed H-00128=C-108 --until 2h --by \"A. Officer\"   (beds in two homes)",
		Description: "Say for whom and where: --child or --group with --home, or --bed. Without --id the hold is given a number.",
		Flags: append([]cli.Flag{
			&cli.StringSliceFlag{Name: "child", Usage: "`ID` of a child; again for each child to live in the home"},
			&cli.StringFlag{Name: "group", Usage: "`ID` of a sibling group, all of whom are to live in the home"},
			&cli.StringFlag{Name: "home", Usage: "`ID` of the home"},
			&cli.StringSliceFlag{Name: "bed", Usage: "`HOME=CHILD,CHILD` for children in several homes; again for each home"},
			&cli.StringFlag{Name: "until", Usage: "`WHEN` the hold counts no more: an instant, as 2026-11-24T17:00:00Z, or after how many hours or days, as 2h or 3d; 28 days at most (required)"},
			&cli.StringFlag{Name: "on", Usage: "first `DAY` the beds are wanted (default today)"},
			&cli.BoolFlag{Name: "emergency", Usage: "an emergency: some periods and terms differ"},
			&cli.StringFlag{Name: "id", Usage: "`ID` for the hold, or of one to prolong (default: a new one is made)"},
		}, answerableFlags()...),
		Action: p.hold,
	}
}

// answerableFlags say who answers for a command, when, and how it is told from a
// second one.
func answerableFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringFlag{Name: "by", Usage: "`NAME` of the person who answers for it (required)"},
		&cli.StringFlag{Name: "at", Usage: "`INSTANT` at which it is done, as 2026-11-22T15:04:05Z (default now)"},
		&cli.StringFlag{Name: "op", Usage: "`ID` of the operation: the same again does nothing twice"},
	}
}

// aheadMost is how far ahead of this machine's clock an instant may be, which may be
// another machine's.
const aheadMost = 24 * time.Hour

// answerable reads those flags, and refuses arguments.
func (p *program) answerable(c *cli.Context) (by string, at time.Time, err error) {
	if err := noArguments(c); err != nil {
		return "", at, err
	}
	return p.answering(c)
}

// answering reads those flags of a command that takes arguments too.
func (p *program) answering(c *cli.Context) (by string, at time.Time, err error) {
	if by = strings.TrimSpace(c.String("by")); by == "" {
		return "", at, usage("--by NAME is missing: a named person answers for it")
	}
	if at, err = instantOf(c, "at", p.now); err == nil && at.Sub(p.now) > aheadMost {
		err = usage("--at %s is still to come; holds that end before it would count for nothing", c.String("at"))
	}
	return by, at, err
}

func (p *program) hold(c *cli.Context) error {
	req, err := p.holdRequest(c)
	if err != nil {
		return err
	}
	return p.change(c, holdSchema, func(eng *engine.Engine) (any, func(io.Writer), error) {
		held, err := eng.Hold(c.Context, req)
		return held, func(w io.Writer) { writeHeld(w, held) }, err
	})
}

func (p *program) holdRequest(c *cli.Context) (req engine.HoldRequest, err error) {
	req = engine.HoldRequest{
		ID: care.ID(c.String("id")), Group: care.ID(c.String("group")), Home: care.ID(c.String("home")),
		Emergency: c.Bool("emergency"), Op: c.String("op"),
	}
	if req.By, req.At, err = p.answerable(c); err != nil {
		return req, err
	}
	for _, id := range c.StringSlice("child") {
		req.Children = append(req.Children, care.ID(id))
	}
	if req.Beds, err = bedsOf(c); err != nil {
		return req, err
	}
	if req.On, err = onDay(c, care.DayOf(req.At)); err != nil {
		return req, err
	}
	req.Until, err = untilOf(c, req.At)
	return req, err
}

// untilOf reads --until: an instant, or hours or days from now. Days are counted
// by the clock on the wall: 1d is the same hour of tomorrow.
func untilOf(c *cli.Context, now time.Time) (time.Time, error) {
	s := c.String("until")
	if s == "" {
		return time.Time{}, usage("--until is missing: an instant, or how long, as 2h or 3d")
	}
	if number, isDays := strings.CutSuffix(s, "d"); isDays {
		if days, err := strconv.Atoi(number); err == nil && days > 0 && days < 10_000 {
			return care.LondonTime(now).AddDate(0, 0, days).UTC(), nil
		}
	}
	if d, err := time.ParseDuration(s); err == nil && d > 0 {
		return now.Add(d), nil
	}
	at, err := care.ParseInstant("until", s)
	if err != nil {
		return at, usage("--until %s: an instant as 2026-11-24T17:00:00Z, or how long it lasts, as 2h or 3d", s)
	}
	return at, nil
}

// change opens the store, makes a change and writes what came of it.
func (p *program) change(c *cli.Context, schema string, do func(*engine.Engine) (any, func(io.Writer), error)) error {
	eng, err := p.open(c, engine.Existing())
	if err != nil {
		return err
	}
	defer eng.Close()
	done, write, err := do(eng)
	if err != nil {
		return err
	}
	if isSet(c, "json") {
		return writeWithSchema(p.stdout, schema, done)
	}
	var says strings.Builder
	write(&says)
	_, err = io.WriteString(p.answers(), says.String())
	return err
}

// writeWithSchema writes an object on one line, with the name of its schema first.
func writeWithSchema(w io.Writer, schema string, object any) error {
	text, err := json.Marshal(object)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "{\"schema\":%q,%s\n", schema, text[1:])
	return err
}

func writeHeld(w io.Writer, h *engine.Held) {
	fmt.Fprintf(w, "%s is held by %s from %s until %s:\n", h.ID, h.By, h.On.Words(), care.InstantWords(h.Until))
	for _, b := range h.Beds {
		fmt.Fprintf(w, "  %s for %s%s\n", b.Home, words(b.Children), offerWords(b.Offer))
	}
}

func offerWords(state care.OfferState) string {
	switch state {
	case care.Offered:
		return " (not known to be your own: the home has to accept before children are placed)"
	case care.Accepted:
		return " (accepted)"
	}
	return ""
}

func words(ids []care.ID) string {
	all := make([]string, len(ids))
	for i, id := range ids {
		all[i] = string(id)
	}
	return strings.Join(all, ", ")
}
