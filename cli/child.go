package cli

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/stablehomes/stablehomes/engine"
	"github.com/stablehomes/stablehomes/engine/care"
)

// The schemas of what is written of children.
const (
	childListSchema = "stablehomes/child-list/1"
	childShowSchema = "stablehomes/child-show/1"
	childSetSchema  = "stablehomes/child-set/1"
)

func (p *program) childListCommand() *cli.Command {
	return &cli.Command{
		Name: "list", Usage: "the children, where they live, and who waits for a home",
		UsageText: "stablehomes child list [--waiting] [--authority NAME] [--group ID] [--on DAY]\nstablehomes child list --waiting --on 2026-11-22",
		Flags: append([]cli.Flag{
			&cli.BoolFlag{Name: "waiting", Usage: "only those under 18 who live in no home on the day"},
			&cli.StringFlag{Name: "authority", Usage: "only those for whom this authority is responsible, by `GSS` code or name"},
			&cli.StringFlag{Name: "group", Usage: "only the sibling group of this `ID`"},
		}, asOfFlags()...),
		Action: p.childList,
	}
}

func (p *program) childShowCommand() *cli.Command {
	return &cli.Command{
		Name: "show", Usage: "everything recorded of a child, with placements, holds and decisions",
		UsageText: "stablehomes child show --child C-104",
		Flags:     append([]cli.Flag{&cli.StringFlag{Name: "child", Usage: "`ID` of the child (required)"}}, asOfFlags()...),
		Action:    p.childShow,
	}
}

func (p *program) childSetCommand() *cli.Command {
	return &cli.Command{
		Name: "set", Usage: "change columns of a child who is stored, by the names that files of children have",
		UsageText: "stablehomes child set --child C-104 --by \"A. Officer\" needed_by=today \"school_postcode=LS6 2AB\"   (COLUMN= blanks)",
		Description: "The columns are those of stablehomes export children, and a value is written as in a file of children.\n" +
			"A new postcode or school brings its position along. A child who is not there yet is imported.",
		Flags:  append([]cli.Flag{&cli.StringFlag{Name: "child", Usage: "`ID` of the child (required)"}}, answerableFlags()...),
		Action: func(c *cli.Context) error { return p.set(c, engine.Children, "child", childSetSchema) },
	}
}

func (p *program) childList(c *cli.Context) error {
	on, at, err := p.asOf(c)
	if err != nil {
		return err
	}
	q := engine.ChildQuery{Waiting: c.Bool("waiting"), Group: care.ID(c.String("group")), On: on, At: at}
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
	return writeLines(p, c, lined[engine.ChildLine]{
		schema: childListSchema, key: "children", one: "child", many: "children",
		header: []string{"Child", "Age", "Sex", "Group", "Authority", "Lives", "Needed by", "Held"},
		row:    childRow, on: on, at: at,
	}, eng.ListChildren(c.Context, q))
}

func childRow(c *engine.ChildLine) []string {
	age := strconv.Itoa(c.Age)
	if c.Unborn {
		age = "unborn"
	}
	var held []string
	for _, h := range c.Holds {
		held = append(held, fmt.Sprintf("%s until %s", h.Home, care.InstantWords(h.Until)))
	}
	return []string{
		string(c.ID), age, string(c.Sex), string(c.Group), c.AuthorityName, livesWords(c), c.NeededBy, strings.Join(held, "\n"),
	}
}

// livesWords says where a child lives.
func livesWords(c *engine.ChildLine) string {
	var says []string
	for _, l := range c.Lives {
		says = append(says, fmt.Sprintf("%s since %s", l.Home, l.Since.Words()))
	}
	switch {
	case c.Waiting:
		says = append(says, "waiting")
	case len(says) == 0:
		says = append(says, "no home recorded")
	}
	if c.Next != nil {
		says = append(says, fmt.Sprintf("%s from %s", c.Next.Home, c.Next.Since.Words()))
	}
	return strings.Join(says, "\n")
}
