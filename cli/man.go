package cli

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/urfave/cli/v2"
)

func (p *program) manCommand() *cli.Command {
	return &cli.Command{
		Name:      "man",
		Usage:     "write the manual page, stablehomes(1)",
		UsageText: "stablehomes man > stablehomes.1",
		Description: "Read it with:  man -l stablehomes.1\n" +
			"Keep it with:  stablehomes man > ~/.local/share/man/man1/stablehomes.1   (then: man stablehomes)",
		Action: p.man,
	}
}

func (p *program) man(c *cli.Context) error {
	if err := noArguments(c); err != nil {
		return err
	}
	if isSet(c, "json") {
		return usage("man writes a manual page, never JSON")
	}
	_, err := io.WriteString(p.stdout, manual(grammar(c.App)))
	return err
}

// manual is the manual page, in the macros of man(7) and plain ASCII.
func manual(root *verb) string {
	m := &roff{}
	m.line(`.TH STABLEHOMES 1 "" "stablehomes" "User Commands"`)
	m.section("Name")
	m.line(`stablehomes \- ` + escaped(root.usage))
	m.section("Synopsis")
	m.line(`.B stablehomes`)
	m.line(`[\fIglobal flags\fR] \fIcommand\fR [\fIflags\fR] [\fIarguments\fR]`)
	m.section("Description")
	m.paragraphs(aboutTheProgram...)
	m.section("Commands")
	for _, v := range root.members {
		m.command(v)
	}
	m.section("Global flags")
	m.paragraphs("These are accepted before the command and after it; the one after it counts.")
	m.options(root.options)
	m.section("Environment")
	m.environment(root.options)
	m.section("Files")
	m.items(theFiles)
	m.section("Exit status")
	m.items(exitCodes)
	m.section("Examples")
	for _, e := range firstSession {
		m.paragraphs(e.says)
		m.literal(e.lines)
	}
	return m.b.String()
}

// aboutTheProgram is what holds for every command.
var aboutTheProgram = []string{
	"stablehomes finds the best lawful home for a child who needs one, and says why: why each home stands where it stands, and why every other home does not. It ranks and explains; a named person decides.",
	"Everything is kept in a store, which is a directory on this machine; no network is used. The store is made by the first import.",
	"Flags come before arguments. A yes-or-no flag is written --flag or --flag=false. A DAY is written 2026-11-22, an INSTANT 2026-11-22T15:04:05Z, and an authority is named or given by its GSS code, as Leeds or E08000035. Distances are in miles, money in pounds a week.",
	"What was asked for goes to standard output, and everything else to standard error. With --json it is one JSON object in one line, which names its schema.",
}

// theFiles are what the program reads and keeps.
var theFiles = [][2]string{
	{"./stablehomes.db", "the store, where neither --db nor STABLEHOMES_DB names another directory"},
	{"policy.toml", "an authority's policy, by whatever name --policy gives; stablehomes policy show writes one with every key explained"},
	{"homes.csv, children.csv, placements.csv, postcodes.csv, vacancies.csv", "what import takes in; stablehomes demo --files DIR writes an example of each"},
}

// exitCodes say how a command ended.
var exitCodes = [][2]string{
	{fmt.Sprint(exitDone), "done; a home fits, or a way to split a group does"},
	{fmt.Sprint(exitFailed), "failed"},
	{fmt.Sprint(exitUsage), "the command line is off"},
	{fmt.Sprint(exitNothing), "it ran, and nothing fits; the nearest misses are shown with what would open them"},
	{fmt.Sprint(exitRejected), "some rows were rejected; the good ones are in"},
	{fmt.Sprint(exitInUse), "another program has the store open"},
	{fmt.Sprint(exitRefused), "refused: taken or barred, or a sign-off, an acceptance or a reason is missing"},
	{fmt.Sprint(exitStopped), "interrupted; what was acknowledged is kept"},
}

// firstSession is what a new user may try.
var firstSession = []struct {
	says  string
	lines []string
}{
	{"A first look, with nothing to set up:", []string{"stablehomes demo"}},
	{"The made-up county of the demo, as files, in a store of your own:", []string{
		"stablehomes demo --files county",
		"stablehomes import homes county/homes.csv",
		"stablehomes import children county/children.csv",
		"stablehomes import placements county/placements.csv",
	}},
	{"Homes for a child who waits, and why the others are not among them:", []string{
		"stablehomes match --child C-104 --on 2026-11-22 --limit 3 --why-not",
	}},
	{"A child nobody has recorded yet, tonight, in an emergency:", []string{
		"stablehomes match --dob 2014-03-09 --sex F --authority Leeds --from 53.81,-1.54 --emergency --on 2026-11-22",
	}},
}

// roff writes a manual page.
type roff struct {
	b    strings.Builder
	last string // line
}

func (m *roff) line(text string) {
	m.b.WriteString(text + "\n")
	m.last = text
}

func (m *roff) section(title string) { m.line(".SH " + strings.ToUpper(title)) }

func (m *roff) paragraphs(all ...string) {
	for i, text := range all {
		if i > 0 || !strings.HasPrefix(m.last, ".SH") {
			m.line(".PP")
		}
		m.text(text)
	}
}

// widest is how long a line of the source is at most, where words can be parted.
const widest = 80

// text writes words that are set in lines as wide as the terminal.
func (m *roff) text(words string) {
	line := ""
	for _, word := range strings.Fields(escaped(words)) {
		if line != "" && len(line)+1+len(word) > widest {
			m.line(guarded(line))
			line = ""
		}
		line = strings.TrimPrefix(line+" "+word, " ")
	}
	m.line(guarded(line))
}

// literal writes lines as they are. A remark behind a command, in brackets and
// after three spaces, is set below it.
func (m *roff) literal(lines []string) {
	m.line(".PP")
	m.line(".RS 4")
	for _, line := range lines {
		m.line(".nf")
		command, remark, remarked := strings.Cut(line, "   (")
		if !remarked || strings.HasPrefix(line, " ") {
			command, remarked = line, false
		}
		m.line(guarded(escaped(command)))
		m.line(".fi")
		if remarked {
			m.line(".RS 4")
			m.text("(" + remark)
			m.line(".RE")
		}
	}
	m.line(".RE")
}

func (m *roff) items(all [][2]string) {
	for _, item := range all {
		m.item(escaped(item[0]), item[1])
	}
}

func (m *roff) item(heading, words string) {
	m.line(".TP")
	m.line(`\fB` + heading + `\fR`)
	m.text(words)
}

// command writes a command, or those that are under it.
func (m *roff) command(v *verb) {
	if len(v.members) > 0 {
		for _, member := range v.members {
			m.command(member)
		}
		return
	}
	m.line(".SS " + `"` + escaped(v.name()) + `"`)
	m.text(capitalised(v.usage) + ".")
	if v.text != "" {
		m.literal(strings.Split(v.text, "\n"))
	}
	if v.description != "" {
		m.literal(strings.Split(v.description, "\n"))
	}
	m.options(own(v.options))
}

// own leaves out the flags that every command has.
func own(all []option) []option {
	return slices.DeleteFunc(slices.Clone(all), func(o option) bool { return o.name == "help" || slices.Contains(globalNames, o.name) })
}

func (m *roff) options(all []option) {
	for _, o := range all {
		name, operand, valued := strings.Cut(o.written(), o.operand)
		heading := escaped(o.written())
		if valued && o.operand != "" {
			heading = escaped(name) + `\fR\fI` + escaped(o.operand) + `\fR` + escaped(operand)
		}
		m.item(heading, capitalised(o.says())+again(o)+".")
	}
}

func again(o option) string {
	if o.repeated && !strings.Contains(o.usage, "again") {
		return "; may be given again"
	}
	return ""
}

func (m *roff) environment(all []option) {
	for _, o := range all {
		for _, name := range o.env {
			m.item(escaped(name), "as --"+o.name+", which goes before it")
		}
	}
	m.item("NO_COLOR", "never colour, if it is set to anything, as --no-color does")
	m.item("TERM", "never colour, if it is dumb")
}

func capitalised(text string) string {
	first, size := utf8.DecodeRuneInString(text)
	return strings.ToUpper(string(first)) + text[size:]
}

// escaped makes words safe for roff: what it would read as its own, and what is
// not ASCII, by name.
func escaped(words string) string {
	var b strings.Builder
	for _, r := range words {
		switch {
		case r == '\\':
			b.WriteString(`\e`)
		case r == '-':
			b.WriteString(`\-`)
		case r == '"':
			b.WriteString(`\(dq`)
		case r == '\'':
			b.WriteString(`\(aq`)
		case r == '~':
			b.WriteString(`\(ti`)
		case r == '^':
			b.WriteString(`\(ha`)
		case r == '`':
			b.WriteString(`\(ga`)
		case r > 126:
			fmt.Fprintf(&b, `\[u%04X]`, r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// guarded keeps a line that begins with a dot from passing for a request.
func guarded(line string) string {
	if strings.HasPrefix(line, ".") {
		return `\&` + line
	}
	return line
}
