package cli

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/report"
)

// asOfFlags say as of when something is looked at.
func asOfFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringFlag{Name: "on", Usage: "the `DAY` to look at (default today)"},
		&cli.StringFlag{Name: "at", Usage: "`INSTANT` that decides which holds count, as 2026-11-22T15:04:05Z (default now)"},
	}
}

// asOf reads those flags, and refuses arguments.
func (p *program) asOf(c *cli.Context) (on care.Day, at time.Time, err error) {
	if err := noArguments(c); err != nil {
		return 0, at, err
	}
	if at, err = instantOf(c, "at", p.now); err != nil {
		return 0, at, err
	}
	on, err = onDay(c, care.DayOf(at))
	return on, at, err
}

// lined is a list as it is written.
type lined[L any] struct {
	schema, key string // of the JSON
	one, many   string // what is listed
	header      []string
	row         func(*L) []string
	on          care.Day
	at          time.Time
}

// writeLines writes a list as JSON, one line of it at a time, or as a table.
func writeLines[L any](p *program, c *cli.Context, how lined[L], lines iter.Seq2[*L, error]) error {
	if isSet(c, "json") {
		return how.stream(p, lines)
	}
	var rows [][]string
	for line, err := range lines {
		if err != nil {
			return err
		}
		rows = append(rows, how.row(line))
	}
	if len(rows) == 0 {
		_, err := fmt.Fprintf(p.answers(), "There is no such %s on %s.\n", how.one, how.on.Words())
		return err
	}
	what := how.many
	if len(rows) == 1 {
		what = how.one
	}
	err := report.Table(p.stdout, p.style(c), how.header, rows)
	if err == nil {
		_, err = fmt.Fprintf(p.answers(), "%d %s on %s.\n", len(rows), what, how.on.Words())
	}
	return err
}

// stream writes the list as one object. Nothing is written where nothing can be
// listed at all.
func (how lined[L]) stream(p *program, lines iter.Seq2[*L, error]) (err error) {
	out := bufio.NewWriter(p.stdout)
	defer func() { err = errors.Join(err, out.Flush()) }()
	head, err := json.Marshal(struct {
		Schema string    `json:"schema"`
		On     care.Day  `json:"on"`
		At     time.Time `json:"at"`
	}{how.schema, how.on, how.at})
	if err != nil {
		return err
	}
	before := fmt.Sprintf("%s,%q:[", head[:len(head)-1], how.key)
	for line, err := range lines {
		if err != nil {
			return err
		}
		text, err := json.Marshal(line)
		if err != nil {
			return err
		}
		if _, err := fmt.Fprintf(out, "%s%s", before, text); err != nil {
			return err
		}
		before = ","
	}
	if before == "," {
		before = ""
	}
	_, err = fmt.Fprintf(out, "%s]}\n", before)
	return err
}
