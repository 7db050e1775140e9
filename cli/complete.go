package cli

import "strings"

// offer is a word that may stand next, and what it means.
type offer struct{ word, says string }

// offers is what may stand next: words, or files.
type offers struct {
	words []offer
	files bool
}

// place is where on a command line the next word stands.
type place struct {
	at      *verb
	given   map[string]bool // flags of this command
	operand *option         // the flag whose value comes next
	ended   bool            // "--" stands before
	args    int             // how many arguments stand before
}

// complete says what the last of the words may become. The words are those after
// the name of the program, the last of them up to the cursor.
func (v *verb) complete(words []string) offers {
	p := place{at: v, given: map[string]bool{}}
	last := len(words) - 1
	if last < 0 {
		return p.next("")
	}
	for _, word := range words[:last] {
		p.pass(word)
	}
	found := p.next(words[last])
	found.keep(words[last])
	return found
}

// pass takes a word that is complete.
func (p *place) pass(word string) {
	switch m := p.at.member(word); {
	case p.operand != nil:
		p.operand = nil
	case p.args > 0:
		p.args++
	case word == "--" && !p.ended:
		p.ended = true
	case isFlag(word) && !p.ended:
		p.flag(word)
	case m != nil:
		*p = place{at: m, given: map[string]bool{}}
	default:
		p.args++
	}
}

// flag takes a flag, with one dash or two, alone or with its value.
func (p *place) flag(word string) {
	name, _, valued := strings.Cut(strings.TrimLeft(word, "-"), "=")
	o, known := p.at.option(name)
	p.given[name] = known && !o.repeated
	if known && !valued && !o.alone && o.operand != "" {
		p.operand = &o
	}
}

func isFlag(word string) bool { return strings.HasPrefix(word, "-") && word != "-" }

// next says what may stand in this place, where a beginning is there already.
func (p *place) next(begun string) offers {
	flag, _, valued := strings.Cut(begun, "=")
	switch dashed := strings.HasPrefix(begun, "-") && !p.ended && p.args == 0; {
	case p.operand != nil:
		return p.operand.values("")
	case dashed && valued:
		if o, known := p.at.option(strings.TrimLeft(flag, "-")); known {
			return o.values(flag + "=")
		}
		return offers{}
	case dashed:
		return p.flags()
	case p.args == 0 && len(p.at.members) > 0:
		return p.commands()
	case p.args == 0 && len(p.at.words) > 0:
		return all(p.at.words, "")
	case p.at.files:
		return offers{files: true}
	case p.args == 0 && len(p.at.words) == 0 && !p.ended:
		return p.flags() // nothing else can stand here
	}
	return offers{}
}

// keep leaves out what does not begin as the word that is being written does.
func (found *offers) keep(begun string) {
	var kept []offer
	for _, o := range found.words {
		if strings.HasPrefix(o.word, begun) {
			kept = append(kept, o)
		}
	}
	found.words = kept
}

func (p *place) commands() (found offers) {
	for _, m := range p.at.members {
		found.words = append(found.words, offer{m.path[len(m.path)-1], m.usage})
	}
	return found
}

// flags offers the flags that are not there yet.
func (p *place) flags() (found offers) {
	for _, o := range p.at.options {
		if p.given[o.name] {
			continue
		}
		found.words = append(found.words, offer{"--" + o.name, o.usage})
		if o.alone {
			for _, w := range o.words {
				found.words = append(found.words, offer{"--" + o.name + "=" + w, o.usage})
			}
		}
	}
	return found
}

// values offers the values of a flag, behind what stands before them in the same
// word.
func (o option) values(before string) offers {
	if o.operand == "" && before != "" {
		return all([]string{"true", "false"}, before)
	}
	if len(o.words) == 0 {
		return offers{files: o.isFile()}
	}
	return all(o.words, before)
}

func all(words []string, before string) (found offers) {
	for _, w := range words {
		found.words = append(found.words, offer{before + w, ""})
	}
	return found
}

// lines writes the offers for the scripts of the shells: a word a line, with what
// it means behind a tab; or that files may stand there.
func (found offers) lines() string {
	if found.files {
		return filesLine + "\n"
	}
	var b strings.Builder
	for _, o := range found.words {
		b.WriteString(o.word)
		if o.says != "" {
			b.WriteString("\t" + strings.Join(strings.Fields(o.says), " "))
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// filesLine asks the script of a shell for the names of files.
const filesLine = ":files"
