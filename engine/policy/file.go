package policy

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/BurntSushi/toml"
)

// Set holds the policy of each authority: a general one, and those that
// authorities have set for themselves.
type Set struct {
	general     Policy
	byAuthority map[string]Policy
}

// Defaults is the set in which no authority has set anything.
func Defaults() *Set { return &Set{general: Default()} }

// Uniform is the set in which every authority has the same policy.
func Uniform(p Policy) *Set { return &Set{general: p} }

// For returns the policy of the responsible authority with this GSS code.
func (s *Set) For(authority string) *Policy {
	p, own := s.byAuthority[authority]
	if !own {
		p = s.general
	}
	p.GuidanceOff = slices.Clone(p.GuidanceOff)
	return &p
}

// Authorities lists the GSS codes of those that have set something for themselves, in
// order.
func (s *Set) Authorities() []string { return slices.Sorted(maps.Keys(s.byAuthority)) }

// All lists the general policy and then those of the Authorities.
func (s *Set) All() []*Policy {
	all := []*Policy{s.For("")}
	for _, gss := range s.Authorities() {
		all = append(all, s.For(gss))
	}
	return all
}

// gssCode is the code of an English authority with children's services.
var gssCode = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^E(06|08|09|10)\d{6}$`) })

// InvalidError says which line of a policy file is wrong.
type InvalidError struct {
	Line int    // 1 is the first: that of the key, or else of the table around it; 0 where neither could be found
	Key  string // the key at fault
	Why  string
}

// Error names the line, the key and the reason.
func (e *InvalidError) Error() string {
	where, what := "policy", e.Why
	if e.Line > 0 {
		where = fmt.Sprintf("policy, line %d", e.Line)
	}
	if e.Key != "" {
		what = e.Key + ": " + e.Why
	}
	return where + ": " + what
}

// Parse reads a policy file. The error is an [*InvalidError].
func Parse(text string) (*Set, error) {
	meta, err := toml.Decode(text, &map[string]any{})
	if err != nil {
		return nil, syntax(err)
	}
	if err := checkKeys(text, &meta); err != nil {
		return nil, err
	}
	var file struct {
		Policy
		Authority map[string]toml.Primitive `toml:"authority"`
	}
	file.Policy = Default()
	if meta, err = toml.Decode(text, &file); err != nil {
		return nil, notWords(text, "")
	}
	set := &Set{general: file.Policy, byAuthority: map[string]Policy{}}
	if err := check(text, "", &set.general); err != nil {
		return nil, err
	}
	for _, code := range slices.Sorted(maps.Keys(file.Authority)) {
		if !gssCode().MatchString(code) {
			return nil, &InvalidError{Line: lineOf(text, "authority."+code), Key: "authority." + code, Why: "name the authority by its GSS code, such as E08000035"}
		}
		own := file.Policy
		own.GuidanceOff = slices.Clone(own.GuidanceOff) // the decoder writes into the list it is given
		if err := meta.PrimitiveDecode(file.Authority[code], &own); err != nil {
			return nil, notWords(text, "authority."+code+".")
		}
		if err := check(text, "authority."+code+".", &own); err != nil {
			return nil, err
		}
		set.byAuthority[code] = own
	}
	return set, nil
}

func syntax(err error) error {
	var parse toml.ParseError
	if errors.As(err, &parse) {
		return &InvalidError{Line: parse.Position.Line, Key: parse.LastKey, Why: parse.Message}
	}
	return &InvalidError{Why: err.Error()}
}

// notWords names the one value that the decoder refuses once checkKeys has passed:
// checkKeys sees that there is a list, but not what is in it.
func notWords(text, prefix string) error {
	key := prefix + "guidance_off"
	return &InvalidError{Line: lineOf(text, key), Key: key, Why: "should be " + typeWords[tomlList]}
}

// checkKeys refuses keys that no policy has, and values of the wrong type, in
// the order of the file. The decoder alone would take WEIGHTS for weights, and
// would pass over a number that stands where a table should.
func checkKeys(text string, meta *toml.MetaData) error {
	for _, key := range meta.Keys() {
		want, is := typeOf(key), meta.Type(key...)
		if want == is {
			continue
		}
		wrong := &InvalidError{Line: lineOf(text, key.String()), Key: key.String(), Why: "there is no such key"}
		if want != "" {
			wrong.Why = fmt.Sprintf("should be %s", typeWords[want])
		}
		return wrong
	}
	return nil
}

// The types a key can have, as the decoder names them.
const (
	tomlTable  = "Hash"
	tomlString = "String"
	tomlNumber = "Integer"
	tomlList   = "Array"
)

var typeWords = map[string]string{tomlTable: "a table", tomlString: "a word in quotes", tomlNumber: "a whole number", tomlList: "a list of words in quotes"}

// typeOf is the type that the value of a key must have; empty if there is no
// such key.
func typeOf(key toml.Key) string {
	if key[0] == "authority" {
		key = key[min(2, len(key)):] // what one authority sets is named as for all
	}
	name := key.String()
	switch {
	case name == "", name == "weights":
		return tomlTable
	case name == "proposed_ban":
		return tomlString
	case name == "guidance_off":
		return tomlList
	case slices.ContainsFunc(new(Policy).numbers(), func(n number) bool { return n.key == name }):
		return tomlNumber
	}
	return ""
}

// check refuses values out of range, naming the line the key stands on.
func check(text, prefix string, p *Policy) error {
	bad := func(key, why string, args ...any) error {
		return &InvalidError{Line: lineOf(text, prefix+key), Key: prefix + key, Why: fmt.Sprintf(why, args...)}
	}
	if len(p.GuidanceOff) == 0 {
		p.GuidanceOff = nil // an empty list says what no list says
	}
	if p.ProposedBan != Enforce && p.ProposedBan != Warn {
		return bad("proposed_ban", "%q is neither %q nor %q", p.ProposedBan, Enforce, Warn)
	}
	if p.Weights == (Weights{}) {
		return bad("weights", "every weight is 0; at least one must not be")
	}
	for _, n := range p.numbers() {
		if n.value < n.low || n.value > n.high {
			return bad(n.key, "%d is not between %d and %d", n.value, n.low, n.high)
		}
	}
	return nil
}

// number is a whole number of a policy with its range, ends included.
type number struct {
	key              string
	value, low, high int
}

func (p *Policy) numbers() []number {
	w := &p.Weights
	return []number{
		{"stale_after_days", p.StaleAfterDays, 0, 366},
		{"runs_out_days", p.RunsOutDays, 0, 3660},
		{"residential_min_age", p.ResidentialMinAge, 0, 18},
		{"school_reach_primary", p.SchoolReachPrimary, 1, 240},
		{"school_reach_secondary", p.SchoolReachSecondary, 1, 240},
		{"detour_percent", p.Detour, 100, 1000},
		{"speed_mph", p.SpeedMPH, 1, 100},
		{"weights.near-family", w.NearFamily, 0, MaxWeight},
		{"weights.school", w.School, 0, MaxWeight},
		{"weights.siblings", w.Siblings, 0, MaxWeight},
		{"weights.kind", w.Kind, 0, MaxWeight},
		{"weights.in-area", w.InArea, 0, MaxWeight},
		{"weights.needs", w.Needs, 0, MaxWeight},
		{"weights.identity", w.Identity, 0, MaxWeight},
		{"weights.wishes", w.Wishes, 0, MaxWeight},
		{"weights.stability", w.Stability, 0, MaxWeight},
	}
}

// lineOf finds the line on which a dotted key is set, or else that of the
// innermost table around it that has one; 0 if there is none.
func lineOf(text, dotted string) int {
	for dotted = plainKey(dotted); dotted != ""; dotted = dotted[:max(0, strings.LastIndexByte(dotted, '.'))] {
		if n := lineSetting(text, dotted); n > 0 {
			return n
		}
	}
	return 0
}

// lineSetting reads table headers and "key =" lines; 0 if the file spells the
// key another way.
func lineSetting(text, dotted string) int {
	table := ""
	for i, line := range strings.Split(text, "\n") {
		line, _, _ = strings.Cut(line, "#")
		line = strings.TrimSpace(line)
		if header, is := strings.CutPrefix(line, "["); is {
			table = plainKey(strings.Trim(header, "[]")) + "."
			if strings.HasPrefix(table, dotted+".") { // it, or a table within it
				return i + 1
			}
			continue
		}
		key, _, is := strings.Cut(line, "=")
		if is && table+plainKey(key) == dotted {
			return i + 1
		}
	}
	return 0
}

// plainKey is a key without quotes, spaces and the byte-order mark of a file.
func plainKey(key string) string {
	return strings.NewReplacer(`"`, "", `'`, "", " ", "", "\t", "", "\ufeff", "").Replace(key)
}
