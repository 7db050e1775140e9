package policy

import (
	"bytes"

	"github.com/BurntSushi/toml"
)

// Text writes the whole set as a file that [Parse] reads back: every value in
// force, for all and for each authority that has set its own. The policies of the
// set that is read back have the same [Hash]. A [Uniform] policy with values that
// no file may hold is written, and Parse refuses it. Nothing explains the values;
// [Show] does.
func (s *Set) Text() string {
	var file struct {
		Policy
		Authority map[string]Policy `toml:"authority,omitempty"`
	}
	file.Policy, file.Authority = whole(s.general), map[string]Policy{}
	for code, own := range s.byAuthority {
		file.Authority[code] = whole(own)
	}
	var out bytes.Buffer
	enc := toml.NewEncoder(&out)
	enc.Indent = ""
	if err := enc.Encode(file); err != nil {
		panic(err) // a Policy is plain numbers and words; a buffer takes every write
	}
	return out.String()
}

// whole has a list that is written even when it is empty: an authority that
// follows all guidance must not read back what holds for the others.
func whole(p Policy) Policy {
	if p.GuidanceOff == nil {
		p.GuidanceOff = []string{}
	}
	return p
}
