package cli

import (
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"strings"
	"time"

	"github.com/stablehomes/stablehomes/engine"
	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/policy"
)

// machine looks at the program and at what the machine knows of time.
func (v *visit) machine() {
	info, _ := debug.ReadBuildInfo()
	v.say(theProgram, well, programWords(info), "")
	v.zone()
}

// programWords say which program this is; info may be nil.
func programWords(info *debug.BuildInfo) string {
	words := []string{"stablehomes"}
	if info != nil {
		words[0] += " " + info.Main.Version
		settings := map[string]string{}
		for _, s := range info.Settings {
			settings[s.Key] = s.Value
		}
		if revision := settings["vcs.revision"]; revision != "" {
			words = append(words, "revision "+revision[:min(len(revision), 12)])
		}
		if settings["vcs.modified"] == "true" {
			words = append(words, "built from files that were changed since")
		}
	}
	return strings.Join(append(words, runtime.Version(), runtime.GOOS+"/"+runtime.GOARCH), ", ")
}

// zone sees that days are those of England: an hour ahead in summer, none in winter.
func (v *visit) zone() {
	_, winter := care.LondonTime(time.Date(2026, time.January, 1, 12, 0, 0, 0, time.UTC)).Zone()
	_, summer := care.LondonTime(time.Date(2026, time.July, 1, 12, 0, 0, 0, time.UTC)).Zone()
	if winter != 0 || summer != 3600 {
		v.say(theZone, wrong, "Europe/London is not known to this machine, so days and ends of holds are an hour off in summer", "install the time zone database (tzdata), or a program that has it built in")
		return
	}
	v.say(theZone, well, "Europe/London is known", "")
}

// clockSlack is how far ahead the newest entry of a journal may be: the clocks of two
// machines are seldom nearer to each other.
const clockSlack = time.Minute

// clock holds this machine's clock against the newest entry of the journal; nil where
// nothing could be read.
func (v *visit) clock(found *engine.Readiness) {
	now := "it is " + care.InstantWords(v.now) + " in London"
	if found == nil || found.Journal == 0 {
		v.say(theClock, well, now, "")
		return
	}
	if found.Newest.Sub(v.now) > clockSlack {
		v.say(theClock, wrong, fmt.Sprintf("%s by this machine's clock, and the newest entry of the journal is of %s: the clock is behind, or that of another machine was ahead; holds end at the wrong time",
			now, care.InstantWords(found.Newest)), "set the clock; stablehomes audit log --limit 5")
		return
	}
	v.say(theClock, well, fmt.Sprintf("%s; the newest entry of the journal is of %s", now, care.InstantWords(found.Newest)), "")
}

// policy is the set to judge by: that of the file that is named, or the defaults.
func (v *visit) policy() *policy.Set {
	file := text(v.c, "policy")
	if file == "" {
		v.say(thePolicy, well, "the defaults: no file is named; "+policyHash(policy.Defaults()), "")
		return policy.Defaults()
	}
	set, err := readPolicy(file)
	if err != nil {
		v.say(thePolicy, wrong, err.Error()+"; what follows was counted under the defaults", "mend the file; stablehomes policy show")
		return policy.Defaults()
	}
	says := file
	if own := set.Authorities(); len(own) > 0 {
		says += ", with settings of their own for " + strings.Join(own, ", ")
	}
	says += "; " + policyHash(set)
	if off := guidanceOff(set); len(off) > 0 {
		v.say(thePolicy, worthKnowing, says+"; guidance that is not followed: "+strings.Join(off, ", "), "stablehomes --policy "+quoted(file)+" policy show")
		return set
	}
	v.say(thePolicy, well, says, "")
	return set
}

func policyHash(set *policy.Set) string { return policy.Hash(set.All()...) }

// guidanceOff names the rules that are not followed, and by whom if not by all.
func guidanceOff(set *policy.Set) []string {
	off := set.For("").GuidanceOff
	for _, gss := range set.Authorities() {
		for _, rule := range set.For(gss).GuidanceOff {
			off = append(off, rule+" ("+gss+")")
		}
	}
	return off
}

const keyWords = "name the file with the key that the store was made with: --key-file FILE"

// key reads the key file; named is the file, or empty.
func (v *visit) key() (key []byte, named string, err error) {
	named = text(v.c, "key-file")
	if key, err = keyOf(v.c); err == nil {
		return key, named, nil
	}
	do := keyWords
	if info, statErr := os.Stat(named); statErr == nil && runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0 {
		do = "chmod 600 " + quoted(named)
	}
	v.say(theKey, wrong, err.Error(), do)
	return nil, named, err
}

// quoted is a name as a shell takes it.
func quoted(name string) string {
	if name != "" && strings.IndexFunc(name, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("/._-+:@", r))
	}) < 0 {
		return name
	}
	return "'" + strings.ReplaceAll(name, "'", `'\''`) + "'"
}
