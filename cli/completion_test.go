package cli_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// shells are those that have a completion.
var shells = []string{"bash", "zsh", "fish", "powershell"}

// offered is what may stand next, as a script asks: the words of the command line,
// the last of them up to the cursor.
func offered(t testing.TB, words ...string) []string {
	t.Helper()
	args := []string{"completion", "words"}
	for _, w := range words {
		args = append(args, "="+w)
	}
	o := runArgs(t, t.Context(), nil, args).is(t, 0)
	require.Empty(t, o.err)
	var all []string
	for line := range strings.Lines(o.out) {
		word, _, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		all = append(all, word)
	}
	return all
}

// command is a command as its help has it.
type command struct {
	path        []string
	flags, subs []string
	help        string
}

var (
	memberLine = regexp.MustCompile(`^   ([a-z0-9-]+)(?:, h)?  +\S`)
	flagLine   = regexp.MustCompile(`^   --([a-z-]+)`)
)

// everyCommand walks the help texts from the program down.
func everyCommand(t testing.TB, path ...string) []command {
	t.Helper()
	help := runArgs(t, t.Context(), nil, append(slices.Clone(path), "--help")).is(t, 0).out
	c := command{path: path, help: help}
	section := ""
	for line := range strings.Lines(help) {
		if !strings.HasPrefix(line, " ") && strings.TrimSpace(line) != "" {
			section = strings.TrimSpace(line)
		}
		if m := memberLine.FindStringSubmatch(line); m != nil && section == "COMMANDS:" {
			c.subs = append(c.subs, m[1])
		}
		if m := flagLine.FindStringSubmatch(line); m != nil && strings.HasSuffix(section, "OPTIONS:") {
			c.flags = append(c.flags, "--"+m[1])
		}
	}
	all := []command{c}
	for _, sub := range c.subs {
		if sub != "help" {
			all = append(all, everyCommand(t, append(slices.Clone(path), sub)...)...)
		}
	}
	return all
}

func TestEveryCommandAndFlagIsOffered(t *testing.T) {
	single(t)
	all := everyCommand(t)
	require.Greater(t, len(all), 35)
	for _, c := range all {
		name := strings.Join(c.path, " ")
		require.Contains(t, c.flags, "--db", name)
		if len(c.subs) > 0 {
			require.Equal(t, c.subs, offered(t, append(slices.Clone(c.path), "")...), name)
		}
		got := offered(t, append(slices.Clone(c.path), "--")...)
		for _, flag := range append(c.flags, "--help") {
			require.Contains(t, got, flag, name)
		}
		for _, flag := range got {
			flag, _, _ = strings.Cut(flag, "=")
			require.Contains(t, append(c.flags, "--help"), flag, name)
		}
	}
}

func TestWhatMayStandNext(t *testing.T) {
	single(t)
	for _, c := range []struct {
		line string // the last word is being written
		want string
	}{
		{"ma", "match man"},
		{"mat", "match"},
		{"--js", "--json"},
		{"nonsense ", ""},
		{"nonsense --", ""},
		{"--db store imp", "import"},
		{"--db=store imp", "import"},
		{"-db store imp", "import"},
		{"--json imp", "import"},
		{"--db import ex", "export explain"}, // import is the value of --db
		{"--db ", ":files"},
		{"--db sto", ":files"},
		{"match --db ", ":files"},
		{"match --policy=a", ":files"},
		{"match --report ", ":files"},
		{"demo --files ", ":files"},
		{"decision show --html=a", ":files"},
		{"decision show --html", "--html"},
		{"match --sex ", "M F"},
		{"match --kind se", "secure"},
		{"match --kind=s", "--kind=secure --kind=supported"},
		{"match --kind foster --ki", "--kind"},
		{"match --sex M --se", ""}, // it is there already
		{"match --audience ", "provider panel record"},
		{"match --audience=pan", "--audience=panel"},
		{"match --why", "--why-not --why-not=all"},
		{"match --why-not=", "--why-not=all"},
		{"match --why-not --cou", "--counts"}, // which stands alone
		{"match --ready=", "--ready=true --ready=false"},
		{"match --nonsense=", ""},
		{"match --child ", ""}, // ids are in the store
		{"match --dob 2014-03-09 --se", "--sex"},
		{"place --by ", ""},
		{"place --kin", "--kind"},
		{"import ", "homes children placements postcodes schools vacancies ssda903 referral"},
		{"import --dry-run post", "postcodes"},
		{"import --authority Leeds ss", "ssda903"},
		{"import homes ", ":files"},
		{"import homes a.csv b", ":files"},
		{"import homes --", ":files"}, // no flag stands behind an argument
		{"import -- ho", "homes"},
		{"export re", "referral"},
		{"export homes ", ""},
		{"completion ", "bash zsh fish powershell"},
		{"completion bash ", ""},
		{"decision ", "show replay"},
		{"decision --json re", "replay"},
		{"decision nonsense ", ""},
		{"audit check", "check-proof"},
		{"audit check-proof ", ":files"},
		{"audit check-proof --head ", ":files"},
		{"backup ", ":files"},
		{"backup --pl", "--plain"},
		{"restore --identity-file ", ":files"},
		{"help mov", "move"},
		{"check --js", "--json"},
		{"match -", "all flags"},
	} {
		got := strings.Join(offered(t, strings.Split(c.line, " ")...), " ")
		if c.want == "all flags" {
			require.Contains(t, got, "--child", c.line)
			continue
		}
		require.Equal(t, c.want, got, c.line)
	}
	require.Contains(t, offered(t), "match", "at the very beginning")
	require.Contains(t, offered(t, "due", ""), "--days", "where only flags can stand they are offered unasked")
	require.NotContains(t, offered(t, "due", "--days", "7", ""), "--days")
}

func TestWhatIsOfferedIsOneLineOfPlainText(t *testing.T) {
	single(t)
	for _, c := range everyCommand(t) {
		args := []string{"completion", "words"}
		for _, w := range append(slices.Clone(c.path), "-") {
			args = append(args, "="+w)
		}
		for line := range strings.Lines(runArgs(t, t.Context(), nil, args).is(t, 0).out) {
			require.Regexp(t, `^--[a-z-]+(=[a-z]+)?\t\S[^\t\r]*\n$`, line)
		}
	}
}

func TestCompletingOpensNoStoreAndReadsNothing(t *testing.T) {
	dir := away(t)
	t.Setenv("STABLEHOMES_DB", "nowhere")
	t.Setenv("STABLEHOMES_POLICY", "nowhere.toml")
	o := runWith(t, t.Context(), untouchable{t}, "completion words =match =--child =").is(t, 0)
	require.Empty(t, o.out+o.err)
	require.Empty(t, listed(t, dir))
}

func TestTheScriptOfAShell(t *testing.T) {
	for _, shell := range shells {
		o := run(t, "completion "+shell).is(t, 0)
		require.Empty(t, o.err)
		require.Contains(t, o.out, "completion words", "it asks the program")
		require.Contains(t, o.out, "2>", "what goes wrong is not shown")
		require.Contains(t, run(t, "completion --help").is(t, 0).out, "\n   "+shell+":", "help says where to put it")
	}
	for line, says := range map[string]string{
		"completion":             "for which shell? stablehomes completion SHELL, where SHELL is one of bash, zsh, fish, powershell",
		"completion tcsh":        `there is no completion for "tcsh"; there is bash, zsh, fish, powershell`,
		"completion bash zsh":    `completion takes no argument "zsh"`,
		"completion --json bash": "never JSON",
		"man 1":                  `man takes no argument "1"`,
		"man --json":             "never JSON",
	} {
		run(t, line).is(t, 2, says)
	}
}

// shell is the program of a shell; without it the test is skipped.
func shell(t *testing.T, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		t.Skip(name + " is not installed")
	}
	return path
}

// inShell runs a script in a shell that finds the shipped program, and wants
// nothing on standard error.
func inShell(t *testing.T, script string, shell string, flags ...string) string {
	t.Helper()
	program := shipped(t).Path
	cmd := exec.CommandContext(t.Context(), shell, append(flags, "-c", script)...)
	cmd.Env = append(os.Environ(), "PATH="+filepath.Dir(program)+string(os.PathListSeparator)+os.Getenv("PATH"), "HOME="+t.TempDir())
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	require.NoError(t, cmd.Run(), "%s\n%s", script, &errs)
	require.Empty(t, errs.String(), script)
	return out.String()
}

// inBash are command lines as bash splits them, with what it replaces.
var inBash = []struct {
	words   []string // the last one holds the cursor
	current string   // what readline replaces
	want    string
	files   bool
}{
	{[]string{"stablehomes", "mat"}, "mat", "match", false},
	{[]string{"stablehomes", "import", ""}, "", "homes children placements postcodes schools vacancies ssda903 referral", false},
	{[]string{"stablehomes", "match", "--kind", "s"}, "s", "secure supported", false},
	{[]string{"stablehomes", "match", "--kind", "=", "s"}, "s", "secure supported", false},
	{[]string{"stablehomes", "match", "--kind", "="}, "", "foster connected-person childrens-home secure supported unregulated residential-school care-home hospital family-centre parent-and-child", false},
	{[]string{"stablehomes", "match", "--wh"}, "--wh", "--why-not --why-not=all", false},
	{[]string{"stablehomes", "hold", "--by", `"A. Officer"`, "--at", "2026-11-22T15", ":", "05", ":", "00Z", "--unt"}, "--unt", "--until", false},
	{[]string{"stablehomes", "place", "--sign-off", "=", "a", "@", "H-1", "=", "P,r,T,x", "--mov"}, "--mov", "--moved-at", false},
	{[]string{"stablehomes", "--db", ""}, "", "", true},
	{[]string{"stablehomes", "decision", "show", "--html", "=", "a"}, "a", "", true},
	{[]string{"stablehomes", "match", "--child", ""}, "", "", false},
	{[]string{"stablehomes", "no such thing", ""}, "", "", false},
}

func TestCompletionInBash(t *testing.T) {
	bash := shell(t, "bash")
	var script strings.Builder
	// Outside of a completion compopt would complain: here it says what is asked.
	script.WriteString("source <(stablehomes completion bash)\ncompopt() { [[ $1 == -o ]] && files=files; }\n")
	for _, c := range inBash {
		fmt.Fprintf(&script, "COMP_WORDS=(%s) COMP_CWORD=%d files= COMPREPLY=(stale)\n", asTyped(c.words...), len(c.words)-1)
		fmt.Fprintf(&script, "_stablehomes %s %s\n", asTyped("stablehomes", c.current), asTyped(c.words[len(c.words)-2]))
		script.WriteString("printf '%s|%s\\n' \"${COMPREPLY[*]}\" \"$files\"\n")
	}
	got := strings.Split(strings.TrimSpace(inShell(t, script.String(), bash, "--norc", "--noprofile")), "\n")
	require.Len(t, got, len(inBash))
	for i, c := range inBash {
		want := c.want + "|"
		if c.files {
			want += "files"
		}
		require.Equal(t, want, got[i], "%q", c.words)
	}
}

func TestCompletionInBashWithoutTheProgramIsSilent(t *testing.T) {
	bash := shell(t, "bash")
	script := "source <(stablehomes completion bash)\nPATH=/nowhere\nCOMP_WORDS=(stablehomes m) COMP_CWORD=1\n" +
		"_stablehomes stablehomes m stablehomes\necho \"${#COMPREPLY[@]}\""
	require.Equal(t, "0\n", inShell(t, script, bash, "--norc", "--noprofile"))
	require.Contains(t, inShell(t, "source <(stablehomes completion bash); complete -p stablehomes", bash, "--norc", "--noprofile"), "-F _stablehomes stablehomes")
}

// asTyped writes words for a shell.
func asTyped(words ...string) string {
	var all []string
	for _, w := range words {
		all = append(all, "'"+strings.ReplaceAll(w, "'", `'\''`)+"'")
	}
	return strings.Join(all, " ")
}

func TestCompletionInZsh(t *testing.T) {
	zsh := shell(t, "zsh")
	// The functions of the completion system say what they are given.
	script := "compdef() { : }\n_describe() { print -rl -- \"${(@)found}\" }\n_files() { print files }\ncompset() { : }\n" +
		"source <(stablehomes completion zsh)\n" +
		"words=(stablehomes match --kind se) CURRENT=4 PREFIX=se; _stablehomes\n" +
		"words=(stablehomes mat) CURRENT=2 PREFIX=mat; _stablehomes\n" +
		"words=(stablehomes --db x) CURRENT=3 PREFIX=x; _stablehomes\n"
	got := inShell(t, script, zsh, "-f")
	require.Regexp(t, `^secure\nmatch:the best [^\n]*\nfiles\n$`, got)
}

func TestCompletionInFish(t *testing.T) {
	fish := shell(t, "fish")
	away(t)
	keep(t, "county.csv", "")
	script := "stablehomes completion fish | source\ncomplete -C 'stablehomes mat'\ncomplete -C 'stablehomes match --kind=se'\n" +
		"complete -C 'stablehomes decision show --html=cou'\ncomplete -C 'stablehomes match --child '"
	require.Regexp(t, `^match\tthe best [^\n]*\n--kind=secure\n--html=county.csv\n$`, inShell(t, script, fish, "--no-config"))
}

// The library's help command is one for the whole process.
func TestCompletingAfterHelpWasAskedFor(t *testing.T) {
	run(t, "help").is(t, 0)
	run(t, "help match").is(t, 0)
	require.Equal(t, []string{"match"}, offered(t, "mat"))
	require.Equal(t, []string{"match"}, offered(t, "help", "mat"))
}
