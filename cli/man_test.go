package cli_test

import (
	"bytes"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// unescaped is what a reader sees of the source of a manual page.
func unescaped(page string) string {
	return strings.NewReplacer(`\-`, "-", `\fB`, "", `\fI`, "", `\fR`, "", `\e`, `\`, `\(dq`, `"`, `\(aq`, "'", `\&`, "").Replace(page)
}

func TestTheManualPageHasEveryCommandAndFlag(t *testing.T) {
	single(t)
	page := unescaped(run(t, "man").is(t, 0).out)
	for _, section := range []string{"NAME", "SYNOPSIS", "DESCRIPTION", "COMMANDS", "GLOBAL FLAGS", "ENVIRONMENT", "FILES", "EXIT STATUS", "EXAMPLES"} {
		require.Contains(t, page, "\n.SH "+section+"\n")
	}
	for _, c := range everyCommand(t)[1:] {
		if len(c.subs) > 0 {
			continue
		}
		_, about, found := strings.Cut(page, "\n.SS \"stablehomes "+strings.Join(c.path, " ")+"\"\n")
		require.True(t, found, c.path)
		about = regexp.MustCompile(`(?s)\n\.S[HS] .*`).ReplaceAllString(about, "")
		_, global, _ := strings.Cut(page, "\n.SH GLOBAL FLAGS\n")
		for _, flag := range c.flags {
			require.Regexp(t, regexp.MustCompile(`\n`+flag+`\b`), about+global, "%s %s", c.path, flag)
		}
	}
	for _, code := range []string{"0", "1", "2", "3", "4", "5", "6", "130"} {
		require.Contains(t, page, "\n.TP\n"+code+"\n")
	}
	for _, name := range []string{"STABLEHOMES_DB", "STABLEHOMES_POLICY", "STABLEHOMES_KEY_FILE", "NO_COLOR", "TERM"} {
		require.Contains(t, page, "\n.TP\n"+name+"\n")
	}
}

func TestTheManualPageIsPlain(t *testing.T) {
	page := run(t, "man").is(t, 0).out
	requests := regexp.MustCompile(`^\.(TH|SH|SS|PP|TP|B|RS|RE|nf|fi)( |$)`)
	for line := range strings.Lines(page) {
		line = strings.TrimSuffix(line, "\n")
		require.NotRegexp(t, `[^ -~]`, line, "ASCII alone")
		require.NotEmpty(t, line, "a blank line breaks the text")
		if strings.HasPrefix(line, ".") || strings.HasPrefix(line, "'") {
			require.Regexp(t, requests, line)
		}
	}
}

func TestFormattersHaveNothingToSayOfTheManualPage(t *testing.T) {
	away(t)
	page := keep(t, "stablehomes.1", run(t, "man").is(t, 0).out)
	tried := 0
	for _, line := range [][]string{
		{"groff", "-man", "-Tutf8", "-ww", page}, {"man", "-l", page}, {"mandoc", "-Tutf8", "-Wwarning", page},
	} {
		if _, err := exec.LookPath(line[0]); err != nil {
			continue
		}
		tried++
		cmd := exec.CommandContext(t.Context(), line[0], line[1:]...)
		cmd.Env = append(os.Environ(), "MANPAGER=cat", "PAGER=cat", "MANWIDTH=80", "LC_ALL=C.UTF-8")
		var out, errs bytes.Buffer
		cmd.Stdout, cmd.Stderr = &out, &errs
		err := cmd.Run()
		if complaint := strings.TrimSpace(errs.String()); complaint != "" && !strings.Contains(complaint, "missing date") {
			require.NoError(t, err, "%s: %s", line[0], complaint)
			require.Empty(t, complaint, line[0])
		}
		shown := regexp.MustCompile(`\x1b\[[0-9;]*m|.\x08`).ReplaceAllString(out.String(), "")
		require.Contains(t, shown, "STABLEHOMES(1)", line[0])
		require.Contains(t, shown, "stablehomes match --child C-104 --on 2026-11-22", line[0])
		require.Contains(t, shown, `"approval=P. Lee,placement officer,2026-11-22T15:40Z,NOTE-1"`, line[0])
	}
	if tried == 0 {
		t.Skip("no formatter of manual pages is installed")
	}
}
