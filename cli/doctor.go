package cli

import (
	"cmp"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/stablehomes/stablehomes/engine"
	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/policy"
	"github.com/stablehomes/stablehomes/engine/report"
)

// doctorSchema names the JSON of what a doctor found.
const doctorSchema = "stablehomes/doctor/1"

// errNotReady says that something is wrong. What that is has been written.
var errNotReady = errors.New("not everything is there that is needed to place a child; each line that is wrong says what to do")

func (p *program) doctorCommand() *cli.Command {
	return &cli.Command{
		Name:      "doctor",
		Usage:     "is everything there that is needed to place a child tonight? Looks, and changes nothing",
		UsageText: "stablehomes doctor [--at INSTANT]\nstablehomes doctor --at 2026-11-22T15:00:00Z",
		Description: "One line for each thing that was looked at: ok, worth knowing or wrong, what was found, and a command that helps.\n" +
			"It is quick; \"stablehomes check\" compares the whole store with itself.",
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "at", Usage: "the `INSTANT` to look from, as 2026-11-22T15:04:05Z (default now)"},
		},
		Action: p.doctor,
	}
}

// health is how a thing was found to be.
type health int

const (
	well health = iota
	worthKnowing
	wrong
)

func (h health) String() string { return [...]string{"ok", "worth knowing", "wrong"}[h] }

// MarshalText is the name for programs.
func (h health) MarshalText() ([]byte, error) {
	return []byte([...]string{"ok", "worth_knowing", "wrong"}[h]), nil
}

// The things that are looked at, by the names that programs know them by.
const (
	theProgram     = "program"
	theZone        = "time_zone"
	theClock       = "clock"
	thePolicy      = "policy"
	theKey         = "key"
	theStore       = "store"
	thePermissions = "permissions"
	theDisk        = "disk"
	theRecords     = "records"
	theIndex       = "index"
	thePostcodes   = "postcodes"
	theSchools     = "schools"
	theVacancies   = "vacancies"
	theApprovals   = "approvals"
	theOpenEnds    = "open_ends"
	theWaiting     = "waiting"
	thePositions   = "home_positions"
	theHolds       = "holds"
	theStays       = "expected_ends"
	theSignOffs    = "sign_offs"
)

// lineOrder is the order in which they are shown.
var lineOrder = []string{
	theProgram, theZone, theClock, thePolicy, theKey, theStore, thePermissions, theDisk, theRecords, theIndex, thePostcodes, theSchools,
	theVacancies, theApprovals, theOpenEnds, theWaiting, thePositions, theHolds, theStays, theSignOffs,
}

// line is one thing that was looked at.
type line struct {
	What   string    `json:"what"`
	Health health    `json:"status"`
	Found  string    `json:"found"`
	Do     string    `json:"do,omitempty"`    // a command, or what else helps
	Count  *int      `json:"count,omitempty"` // of records, where the line is about how many
	IDs    []care.ID `json:"ids,omitempty"`   // of those, if they are few
}

// visit is one run of the doctor.
type visit struct {
	*program
	c     *cli.Context
	at    time.Time
	on    care.Day
	lines []line
	inUse error // why the store could not be shared
}

func (v *visit) say(what string, h health, found, do string) {
	v.lines = append(v.lines, line{What: what, Health: h, Found: found, Do: do})
}

func (p *program) doctor(c *cli.Context) error {
	if err := noArguments(c); err != nil {
		return err
	}
	at, err := instantOf(c, "at", p.now)
	if err != nil {
		return err
	}
	v := &visit{program: p, c: c, at: at, on: care.DayOf(at)}
	v.machine()
	set := v.policy()
	if err := v.store(set); err != nil {
		return err
	}
	slices.SortStableFunc(v.lines, func(a, b line) int {
		return cmp.Compare(slices.Index(lineOrder, a.What), slices.Index(lineOrder, b.What))
	})
	return cmp.Or(v.write(), v.inUse, v.verdict())
}

// worst is the health of the line that is worst.
func (v *visit) worst() health {
	return slices.MaxFunc(v.lines, func(a, b line) int { return cmp.Compare(a.Health, b.Health) }).Health
}

func (v *visit) verdict() error {
	if v.worst() == wrong {
		return errNotReady
	}
	return nil
}

func (v *visit) write() error {
	if isSet(v.c, "json") {
		return json.NewEncoder(v.stdout).Encode(struct {
			Schema string    `json:"schema"`
			DB     string    `json:"db"`
			At     time.Time `json:"at"`
			On     care.Day  `json:"on"`
			Health health    `json:"status"`
			Lines  []line    `json:"lines"`
		}{doctorSchema, dbOf(v.c), v.at.UTC(), v.on, v.worst(), v.lines})
	}
	const says = "Found, and what to do"
	var rows [][]string
	for i := range v.lines {
		l := &v.lines[i]
		cell := l.Found
		if l.Do != "" {
			cell += "\n" + l.Do
		}
		rows = append(rows, []string{strings.ReplaceAll(l.What, "_", " "), l.Health.String(), cell})
	}
	return report.Sentences(v.stdout, v.style(v.c), []string{"Looked at", "", says}, rows, says)
}

// store looks at the store, as far as that can be done without changing it. The error is
// that of being interrupted; all else is a line.
func (v *visit) store(set *policy.Set) error {
	survey, err := engine.Look(dbOf(v.c))
	if err != nil {
		v.noStore(err)
		return nil
	}
	v.directory(&survey)
	key, named, keyErr := v.key()
	if keyErr != nil {
		v.say(theStore, wrong, "it was not opened, since the key is not there to open it with", "see the key")
		v.clock(nil)
		return nil
	}
	eng, err := engine.Open(v.c.Context, dbOf(v.c), engine.AsItIs(), engine.WithPolicy(set), engine.WithKey(key))
	v.fits(&survey, named, err)
	if err != nil {
		v.notOpened(err)
		return v.c.Context.Err()
	}
	defer eng.Close()
	found, err := eng.Readiness(v.c.Context, v.on, v.at)
	if err != nil {
		v.say(theStore, wrong, err.Error(), "stablehomes check")
		v.clock(nil)
		return v.c.Context.Err()
	}
	v.opened(&survey, found)
	v.contents(found, set)
	return nil
}
