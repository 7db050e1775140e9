package cli

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/urfave/cli/v2"

	"github.com/stablehomes/stablehomes/engine"
	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/report"
)

// replaySchema names the JSON of a replay.
const replaySchema = "stablehomes/decision-replay/1"

// errDiffers says that a replay gave something else.
var errDiffers = errors.New("the replay is not what was recorded")

func (p *program) decisionCommand() *cli.Command {
	sub := func(name, what, text string, do func(*cli.Context, *engine.Engine, care.ID) error, flags ...cli.Flag) *cli.Command {
		return &cli.Command{
			Name: name, Usage: what, UsageText: text, Flags: append(flags, globalFlags(false)...), OnUsageError: onUsageError, HideHelpCommand: true,
			Action: func(c *cli.Context) error { return p.onDecision(c, do) },
		}
	}
	return &cli.Command{
		Name: "decision", Usage: "the record of a decision", UsageText: "stablehomes decision show ID\nstablehomes decision replay ID",
		Subcommands: []*cli.Command{
			sub("show", "who chose what and why, who approved it, and what the shortlist was", "stablehomes decision show ID\nstablehomes decision show D-5   (place says the number of the decision)\nstablehomes decision show --html=decision.html --audience panel D-5", p.decisionShow, htmlFlag(), audienceFlag()),
			sub("replay", "run the match again as it was recorded then, and say whether it is the same", "stablehomes decision replay ID\nstablehomes decision replay D-5", p.decisionReplay),
		},
		Action: func(*cli.Context) error {
			return usage("decision what? stablehomes decision show ID, or stablehomes decision replay ID")
		},
	}
}

// onDecision opens the store for the decision that the one argument names.
func (p *program) onDecision(c *cli.Context, do func(*cli.Context, *engine.Engine, care.ID) error) error {
	switch {
	case c.NArg() == 0:
		return usage("which decision? stablehomes decision %s ID", c.Command.Name)
	case c.NArg() > 1:
		return stray(c, c.Args().Get(1))
	}
	if _, err := printingOf(c); err != nil { // before anything is opened
		return err
	}
	eng, err := p.open(c, engine.ReadOnly())
	if err != nil {
		return err
	}
	defer eng.Close()
	return do(c, eng, care.ID(c.Args().First()))
}

func (p *program) decisionShow(c *cli.Context, eng *engine.Engine, id care.ID) error {
	d, err := eng.Decision(c.Context, id)
	if err != nil {
		return err
	}
	page, err := printingOf(c)
	if err != nil {
		return err
	}
	if page.asked {
		return p.decisionPage(c, eng, d, page)
	}
	if isSet(c, "json") {
		return report.DecisionJSON(p.stdout, d)
	}
	return report.Decision(p.stdout, d, p.style(c))
}

func (p *program) decisionReplay(c *cli.Context, eng *engine.Engine, id care.ID) error {
	r, err := eng.Replay(c.Context, id)
	if err != nil {
		return err
	}
	if err := p.writeReplay(c, r); err != nil {
		return err
	}
	if !r.Identical {
		return fmt.Errorf("%s: %w", id, errDiffers)
	}
	return nil
}

func (p *program) writeReplay(c *cli.Context, r *engine.Replay) error {
	if isSet(c, "json") {
		return json.NewEncoder(p.stdout).Encode(struct {
			Schema string `json:"schema"`
			*engine.Replay
		}{replaySchema, r})
	}
	says := fmt.Sprintf("%s, judged again as of journal entry %d: identical, byte for byte.\n", r.Decision, r.Judged)
	if !r.Identical {
		says = fmt.Sprintf("%s, judged again as of journal entry %d, differs. %s.\n", r.Decision, r.Judged, r.Difference)
	}
	if !r.SameRulebook {
		says += fmt.Sprintf("The rulebook of this program is another than the one recorded (%s; then %s).\n", r.Running, r.Recorded)
	}
	_, err := fmt.Fprint(p.answers(), says)
	return err
}
