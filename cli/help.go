package cli

import (
	"bytes"
	"io"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/urfave/cli/v2"
)

// The library lets a program say for all its commands how a flag is described and
// how help is printed.
var describeFlags = sync.OnceFunc(func() {
	cli.FlagStringer = func(f cli.Flag) string {
		o := optionOf(f)
		env := ""
		for _, name := range o.env {
			if !strings.Contains(o.usage, "$"+name) {
				env += " [$" + name + "]"
			}
		}
		short := ""
		for _, alias := range f.Names()[1:] {
			short += ", -" + alias
		}
		return o.written() + short + "\t" + o.says() + env
	}
	cli.HelpPrinter = func(w io.Writer, templ string, data any) {
		var text bytes.Buffer
		cli.HelpPrinterCustom(&text, templ, data, nil)
		width, _ := terminal(w)
		_, _ = io.WriteString(w, folded(text.String(), width)) // as the library does: help that cannot be written is not asked for
	}
})

// narrowest is the least number of columns that help is folded to.
const narrowest = 40

// folded breaks the lines that are wider than a terminal between words, so that
// what is in a column stays below it. A width of 0 is that of no terminal.
func folded(text string, width int) string {
	if width == 0 {
		return text
	}
	width = max(width, narrowest)
	var b strings.Builder
	for line := range strings.Lines(text) {
		foldLine(&b, strings.TrimSuffix(line, "\n"), width)
	}
	return b.String()
}

func foldLine(b *strings.Builder, line string, width int) {
	hang := hanging(line, width)
	indent := strings.Repeat(" ", hang)
	for utf8.RuneCountInString(line) > width {
		cut := lastSpace(line, hang, width)
		if cut < 0 {
			break // one word that is too long
		}
		b.WriteString(strings.TrimRight(line[:cut], " ") + "\n")
		line = indent + strings.TrimLeft(line[cut:], " ")
	}
	b.WriteString(line + "\n")
}

// hanging is the column at which a line goes on: that of the second column of a
// list, if that leaves room for words, or a little behind the beginning.
func hanging(line string, width int) int {
	begin := len(line) - len(strings.TrimLeft(line, " "))
	if gap := strings.Index(line[begin:], "  "); gap >= 0 {
		rest := line[begin+gap:]
		column := begin + gap + len(rest) - len(strings.TrimLeft(rest, " "))
		if column <= width/2 {
			return utf8.RuneCountInString(line[:column])
		}
	}
	return begin + 6
}

// lastSpace is the last byte behind the indent and within the width at which
// words are parted; the first one beyond, if there is none; or -1.
func lastSpace(line string, indent, width int) int {
	at, column := -1, 0
	for i, r := range line {
		if r == ' ' && column >= indent && strings.TrimSpace(line[:i]) != "" {
			if column > width && at >= 0 {
				return at
			}
			at = i
		}
		column++
	}
	return at
}
