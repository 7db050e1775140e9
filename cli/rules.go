package cli

import (
	"fmt"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/stablehomes/stablehomes/engine"
	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/policy"
	"github.com/stablehomes/stablehomes/engine/report"
)

func (p *program) rulesCommand() *cli.Command {
	return &cli.Command{
		Name:      "rules",
		Usage:     "the rulebook as it stood on a day, with citations",
		UsageText: "stablehomes rules [--on DAY]\nstablehomes rules --on 2026-11-22\nstablehomes rules --diff 2021-01-15..2026-11-22",
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "on", Usage: "the `DAY` (default today)"},
			&cli.StringFlag{Name: "diff", Usage: "what changed between two days, as `A..B`"},
		},
		Action: p.rules,
	}
}

func (p *program) rules(c *cli.Context) error {
	if err := noArguments(c); err != nil {
		return err
	}
	if span := c.String("diff"); span != "" {
		if c.IsSet("on") {
			return usage("--on and --diff are two questions; ask one")
		}
		return p.rulesDiff(c, span)
	}
	on, err := onDay(c, care.DayOf(p.now))
	if err != nil {
		return err
	}
	if isSet(c, "json") {
		return report.RulesJSON(p.stdout, on)
	}
	return report.Rules(p.stdout, on, p.style(c))
}

func (p *program) rulesDiff(c *cli.Context, span string) error {
	first, last, found := strings.Cut(span, "..")
	from, err := care.ParseDay(first)
	to, errTo := care.ParseDay(last)
	if !found || err != nil || errTo != nil || to < from {
		return usage("--diff %s: two days in order, as 2021-01-15..2026-11-22", span)
	}
	if isSet(c, "json") {
		return report.RulesDiffJSON(p.stdout, from, to)
	}
	return report.RulesDiff(p.stdout, from, to, p.style(c))
}

func (p *program) policyCommand() *cli.Command {
	show := &cli.Command{
		Name:      "show",
		Usage:     "the whole effective policy, with what each key does, its unit, range and default",
		UsageText: "stablehomes policy show > policy.toml\nstablehomes --policy policy.toml policy show --authority Leeds",
		Flags:     append([]cli.Flag{&cli.StringFlag{Name: "authority", Usage: "as it is for children of this authority, by `GSS` code or name"}}, globalFlags(false)...),
		Action:    p.policyShow, OnUsageError: onUsageError, HideHelpCommand: true,
	}
	return &cli.Command{
		Name: "policy", Usage: "what an authority may set", UsageText: "stablehomes policy show",
		Subcommands: []*cli.Command{show},
		Action: func(c *cli.Context) error {
			return usage("policy what? stablehomes policy show")
		},
	}
}

func (p *program) policyShow(c *cli.Context) error {
	if err := noArguments(c); err != nil {
		return err
	}
	set := policy.Defaults()
	if file := text(c, "policy"); file != "" {
		var err error
		if set, err = readPolicy(file); err != nil {
			return err
		}
	}
	gss := ""
	if name := c.String("authority"); name != "" {
		found, suggestion, ok := engine.Authority(name)
		if !ok {
			return usage("--authority %s: no authority is called that%s", name, didYouMean(suggestion))
		}
		gss = found
	}
	_, err := fmt.Fprint(p.answers(), policy.Show(set.For(gss)))
	return err
}
