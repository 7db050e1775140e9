package rulebook_test

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine/rulebook"
)

var updateREADME = flag.Bool("update-readme", false, "write the table of rules into the README")

const (
	readme     = "../../README.md"
	tableStart = "<!-- rules: go test ./engine/rulebook -run README -update-readme -->\n"
	tableEnd   = "<!-- end of rules -->\n"
)

// The table of rules in the README is made from the rules.
func TestTheREADMEHasTheTableOfRules(t *testing.T) {
	content, err := os.ReadFile(readme)
	require.NoError(t, err)
	before, rest, found := strings.Cut(string(content), tableStart)
	require.True(t, found, "the README has no place for the table of rules")
	table, after, found := strings.Cut(rest, tableEnd)
	require.True(t, found)
	if *updateREADME {
		require.NoError(t, os.WriteFile(readme, []byte(before+tableStart+rulesTable()+tableEnd+after), 0o644))
		return
	}
	require.Equal(t, rulesTable(), table, "run go test ./engine/rulebook -run README -update-readme")
}

func rulesTable() string {
	var out strings.Builder
	out.WriteString("| rule | asks | in force | source |\n|---|---|---|---|\n")
	for _, r := range rulebook.Rules() {
		when := "throughout"
		for i, stage := range r.Stages {
			if i == 0 {
				when = ""
			} else {
				when += ", "
			}
			when += fmt.Sprintf("%s from %s", stage.State, stage.From)
		}
		fmt.Fprintf(&out, "| `%s` | %s | %s | %s |\n", r.ID, r.Title, when, r.Citation)
	}
	return out.String()
}
