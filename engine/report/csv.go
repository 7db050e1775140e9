package report

import (
	"encoding/csv"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/stablehomes/stablehomes/engine/formula"
	"github.com/stablehomes/stablehomes/engine/match"
	"github.com/stablehomes/stablehomes/engine/rulebook"
)

// CSV writes a result as a table with a header, one row a candidate, the
// children's words in the first column; where nothing fits, one row has nothing
// but the words. A cell that a spreadsheet would run as a formula is written behind
// an apostrophe.
func CSV(w io.Writer, res *match.Result) error {
	out := csv.NewWriter(w)
	rows := [][]string{{"wishes", "rank", "tier", "home", "kind", "authority", "postcode_sector", "score",
		"children", "sign_offs", "warnings", "reasons", "unknown_facts", "weekly_cost", "free_from"}}
	for i := range res.Candidates {
		rows = append(rows, csvRow(&res.Head, &res.Candidates[i]))
	}
	if len(res.Candidates) == 0 && len(res.Wishes) > 0 {
		rows = append(rows, append([]string{wishesLine(&res.Head)}, make([]string, len(rows[0])-1)...))
	}
	for _, row := range rows {
		for i := range row {
			row[i] = formula.Guard(row[i])
		}
		if err := out.Write(row); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

func csvRow(head *match.Head, c *match.Candidate) []string {
	var children, reasons []string
	for _, child := range c.Children {
		children = append(children, string(child.ID)+" "+child.Score.String())
	}
	for _, r := range c.Reasons {
		reasons = append(reasons, r.Criterion+" "+r.Points.String()+": "+r.Says)
	}
	cost := ""
	if c.WeeklyCost != nil {
		cost = strconv.Itoa(*c.WeeklyCost)
	}
	return []string{
		wishesLine(head), strconv.Itoa(c.Rank), strconv.Itoa(c.Tier), string(c.Home), string(c.Kind), c.Authority, c.PostcodeSector,
		c.Score.String(), strings.Join(children, "; "), ruled(c, rulebook.SignOff), ruled(c, rulebook.Warning),
		strings.Join(reasons, " | "), strings.Join(unknownFacts(c), "; "), cost, c.FreeFrom.String(),
	}
}

// unknownFacts lists what is not recorded of a home and was weighed or asked for by a
// rule, each fact once.
func unknownFacts(c *match.Candidate) []string {
	var all []string
	add := func(missing []string) {
		for _, fact := range missing {
			if !slices.Contains(all, fact) {
				all = append(all, fact)
			}
		}
	}
	for _, r := range c.Reasons {
		add(r.Missing)
	}
	for _, f := range c.Findings {
		add(f.Missing)
	}
	return all
}

func wishesLine(head *match.Head) string {
	var all []string
	for _, w := range head.Wishes {
		all = append(all, string(w.Child)+": "+w.Words)
	}
	return strings.Join(all, " | ")
}

// ruled joins the findings of one verdict, each with its rule.
func ruled(c *match.Candidate, v rulebook.Verdict) string {
	var all []string
	for _, f := range c.Findings {
		if f.Verdict == v {
			all = append(all, ruleAndRole(f)+": "+f.Says)
		}
	}
	return strings.Join(all, " | ")
}

// ruleAndRole is a rule and, for a sign-off, who gives it and by when.
func ruleAndRole(f rulebook.Finding) string {
	switch {
	case f.Role == "":
		return f.Rule
	case f.ByDay == 0:
		return f.Rule + " (" + f.Role + ")"
	}
	return f.Rule + " (" + f.Role + ", by " + f.ByDay.String() + ")"
}
