package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/stablehomes/stablehomes/engine"
)

// checkSchema names the JSON of a check.
const checkSchema = "stablehomes/check/1"

// errFound says that a check found something. What it found has been written.
var errFound = errors.New("the store does not agree with itself; nothing was repaired")

func (p *program) checkCommand() *cli.Command {
	return &cli.Command{
		Name:      "check",
		Usage:     "compare everything in the store with everything else, report all that is off and repair nothing",
		UsageText: "stablehomes check",
		Action:    p.check,
	}
}

func (p *program) check(c *cli.Context) error {
	if err := noArguments(c); err != nil {
		return err
	}
	eng, err := p.open(c, engine.ReadOnly())
	if err != nil {
		return err
	}
	defer eng.Close()
	advance, finish := p.progressBar(c, "entries and records")
	checked, err := eng.Check(c.Context, advance)
	finish(err)
	if err != nil {
		return err
	}
	if isSet(c, "json") {
		err = json.NewEncoder(p.stdout).Encode(struct {
			Schema string `json:"schema"`
			checkedJSON
		}{checkSchema, jsonOf(checked)})
	} else {
		err = p.sayChecked(checked)
	}
	return errors.Join(err, foundErr(checked))
}

// checkedJSON is what a check found, for programs.
type checkedJSON struct {
	Journal  uint64           `json:"journal"`
	Root     string           `json:"root"`
	Records  uint64           `json:"records"`
	Earlier  uint64           `json:"earlier_records"`
	Erased   uint64           `json:"erased"`
	Count    int              `json:"count"`
	More     bool             `json:"more,omitempty"` // there is more than was counted
	Findings []engine.Finding `json:"findings"`
}

func jsonOf(c engine.Checked) checkedJSON {
	return checkedJSON{c.Head.Number, c.Head.Root.String(), c.Records, c.Earlier, c.Erased, c.Count, c.More, c.Findings}
}

func foundErr(c engine.Checked) error {
	if c.Count > 0 {
		return errFound
	}
	return nil
}

// sayChecked writes a line for each finding, or that there is none.
func (p *program) sayChecked(c engine.Checked) error {
	var says strings.Builder
	for _, f := range c.Findings {
		fmt.Fprintf(&says, "%s: %s\n", strings.TrimSpace(f.Kind+" "+f.Key), f.Says)
	}
	switch rest := c.Count - len(c.Findings); {
	case c.More:
		fmt.Fprintf(&says, "At least %d more are off.\n", rest)
	case rest > 0:
		fmt.Fprintf(&says, "%d more are off.\n", rest)
	}
	if c.Count == 0 {
		fmt.Fprintf(&says, "The journal of %d entries agrees with its root %s, and with all %d records and %d earlier ones",
			c.Head.Number, c.Head.Root, c.Records, c.Earlier)
		if c.Erased > 0 {
			fmt.Fprintf(&says, " (%d of them erased: of those only the hashes are there)", c.Erased)
		}
		says.WriteString("; so do the indexes and the files beside it.\n")
	}
	_, err := fmt.Fprint(p.answers(), says.String())
	return err
}
