package cli

import (
	"cmp"
	"strconv"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/stablehomes/stablehomes/engine"
	"github.com/stablehomes/stablehomes/engine/care"
)

// The schemas of what is written of homes.
const (
	homeListSchema = "stablehomes/home-list/1"
	homeShowSchema = "stablehomes/home-show/1"
	homeSetSchema  = "stablehomes/home-set/1"
)

func (p *program) homeCommand() *cli.Command {
	return family("home", "the records of homes: list them, show one, change one",
		&cli.Command{
			Name: "list", Usage: "the homes, with the beds that are free on a day",
			UsageText: "stablehomes home list [--kind KIND] [--authority NAME] [--free] [--on DAY]\nstablehomes home list --free --on 2026-11-22",
			Flags: append([]cli.Flag{
				&cli.StringSliceFlag{Name: "kind", Usage: "only this `KIND` of home; again for more"},
				&cli.StringFlag{Name: "authority", Usage: "only homes in the area of this authority, by `GSS` code or name"},
				&cli.BoolFlag{Name: "free", Usage: "only homes with a bed free on the day and after, and not closed on the day"},
			}, asOfFlags()...),
			Action: p.homeList,
		},
		&cli.Command{
			Name: "show", Usage: "everything recorded of a home, who lives there, and its holds and declines",
			UsageText: "stablehomes home show --home H-00012",
			Flags:     append([]cli.Flag{&cli.StringFlag{Name: "home", Usage: "`ID` of the home (required)"}}, asOfFlags()...),
			Action:    p.homeShow,
		},
		&cli.Command{
			Name: "set", Usage: "change columns of a home that is stored, by the names that files of homes have",
			UsageText: "stablehomes home set --home H-00012 --by \"A. Officer\" beds=2 \"closed_dates=2026-12-20..2027-01-03\"   (COLUMN= blanks)",
			Description: "The columns are those of stablehomes export homes, and a value is written as in a file of homes.\n" +
				"A new postcode brings its position along. A home that is not there yet is imported.",
			Flags:  append([]cli.Flag{&cli.StringFlag{Name: "home", Usage: "`ID` of the home (required)"}}, answerableFlags()...),
			Action: func(c *cli.Context) error { return p.set(c, engine.Homes, "home", homeSetSchema) },
		},
	)
}

func (p *program) homeList(c *cli.Context) error {
	on, at, err := p.asOf(c)
	if err != nil {
		return err
	}
	q := engine.HomeQuery{Free: c.Bool("free"), On: on, At: at}
	if q.Kinds, err = kindsOf(c); err != nil {
		return err
	}
	if c.IsSet("authority") {
		if q.Authority, err = authority(c); err != nil {
			return err
		}
	}
	eng, err := p.open(c, engine.ReadOnly())
	if err != nil {
		return err
	}
	defer eng.Close()
	return writeLines(p, c, lined[engine.HomeLine]{
		schema: homeListSchema, key: "homes", one: "home", many: "homes",
		header: []string{"Home", "Where", "Beds", "Free", "Stays", "Holds", "Approved until", "Confirmed"},
		row:    homeRow, on: on, at: at,
	}, eng.ListHomes(c.Context, q))
}

// homeRow is a home in a table. A status is worth saying where it is not that of a
// home that may be used.
func homeRow(h *engine.HomeLine) []string {
	home := []string{string(h.ID), h.Kind.Words()}
	if h.Status != "" && h.Status != care.Approved && h.Status != care.Registered {
		home = append(home, string(h.Status))
	}
	if h.Provider != "" {
		home = append(home, h.Provider)
	}
	free := strconv.Itoa(h.Free)
	if h.ClosedTo != 0 {
		free += "\nclosed to\n" + h.ClosedTo.String()
	}
	confirmed := "never"
	if h.ConfirmedOn != 0 {
		confirmed = h.ConfirmedOn.String()
	}
	return []string{
		strings.Join(home, "\n"), strings.TrimSpace(h.AuthorityName + "\n" + h.PostcodeSector),
		strconv.Itoa(h.Beds), free, strconv.Itoa(h.Stays), strconv.Itoa(h.Holds), cmp.Or(h.ApprovedUntil, "not recorded"), confirmed,
	}
}
