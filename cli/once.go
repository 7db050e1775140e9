package cli

import (
	"slices"
	"strings"

	"github.com/urfave/cli/v2"
)

// once refuses a flag that is given again to a command which takes one value of it:
// the library would keep the last and say nothing, and a child or a home would be
// forgotten.
func once(app *cli.App, args []string) error {
	if !repeats(args) {
		return nil // as nearly always
	}
	p := place{at: grammar(app), given: map[string]bool{}}
	for _, word := range args {
		flag := p.operand == nil && p.args == 0 && !p.ended && isFlag(word)
		name, _, _ := strings.Cut(strings.TrimLeft(word, "-"), "=")
		if o, _ := p.at.option(name); flag && p.given[name] && o.operand != "" {
			return usage("--%s is given twice; it takes one value", name)
		}
		p.pass(word)
	}
	return nil
}

// valued refuses a flag that takes a value and is given an empty one, as where a variable
// of the shell is not set: a key, a policy or an authority that was meant would be left
// out in silence.
func valued(app *cli.App, args []string) error {
	if !slices.ContainsFunc(args, func(word string) bool { return word == "" || isFlag(word) && strings.HasSuffix(word, "=") }) {
		return nil // as nearly always
	}
	p := place{at: grammar(app), given: map[string]bool{}}
	for _, word := range args {
		flag, value := p.operand, word
		if flag == nil && p.args == 0 && !p.ended && isFlag(word) {
			name, after, equals := strings.Cut(strings.TrimLeft(word, "-"), "=")
			if o, known := p.at.option(name); known && equals && !o.alone {
				flag, value = &o, after
			}
		}
		switch {
		case flag == nil || value != "" || flag.operand == "":
		case flag.operand == "DIR":
			return usage("--%s names no directory", flag.name)
		case flag.isFile():
			return usage("--%s names no file", flag.name)
		default:
			return usage("--%s is empty; give it a value, or leave it out", flag.name)
		}
		p.pass(word)
	}
	return nil
}

// repeats says whether any word begins with the name of a flag that another has.
func repeats(args []string) bool {
	seen := map[string]bool{}
	for _, word := range args {
		if !isFlag(word) {
			continue
		}
		name, _, _ := strings.Cut(strings.TrimLeft(word, "-"), "=")
		if seen[name] {
			return true
		}
		seen[name] = true
	}
	return false
}
