package intake

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"unicode"

	"github.com/BurntSushi/toml"
)

// VacancyPart is a thing that a column of a vacancy list can be about.
type VacancyPart int

// The parts of a vacancy.
const (
	PartHome      VacancyPart = iota // id of the home
	PartURN                          // Ofsted's number
	PartProvider                     // who runs it
	PartFree                         // how many are free
	PartFrom                         // from when
	PartConfirmed                    // when that was confirmed
	PartAges                         // for what ages
	PartSexes                        // for boys, girls or both
)

// VacancyColumns say by the names in its header which column of a vacancy list is
// which. An empty name is a list that has none such.
type VacancyColumns struct {
	Home      string `toml:"home" json:"home,omitempty"`
	URN       string `toml:"urn" json:"urn,omitempty"`
	Provider  string `toml:"provider" json:"provider,omitempty"`
	Free      string `toml:"free" json:"free,omitempty"`
	From      string `toml:"from" json:"from,omitempty"`
	Confirmed string `toml:"confirmed" json:"confirmed,omitempty"`
	Ages      string `toml:"ages" json:"ages,omitempty"`
	Sexes     string `toml:"sexes" json:"sexes,omitempty"`
}

// partNames are the keys of the parts in a file of columns, in the order of the
// parts.
var partNames = [...]string{"home", "urn", "provider", "free", "from", "confirmed", "ages", "sexes"}

// by lists the fields in the order of the parts.
func (c *VacancyColumns) by() []*string {
	return []*string{&c.Home, &c.URN, &c.Provider, &c.Free, &c.From, &c.Confirmed, &c.Ages, &c.Sexes}
}

// ErrColumns is wrapped for a file of columns that cannot be used.
var ErrColumns = errors.New("the columns of the vacancy list are not understood")

// ParseVacancyColumns reads what [VacancyColumns.Text] writes: a TOML table
// [columns]. The error wraps [ErrColumns].
func ParseVacancyColumns(text string) (*VacancyColumns, error) {
	var file struct {
		Columns VacancyColumns `toml:"columns"`
	}
	meta, err := toml.Decode(text, &file)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrColumns, err)
	}
	if extra := meta.Undecoded(); len(extra) > 0 {
		return nil, fmt.Errorf("%w: there is no key %q; under [columns] there may be %s", ErrColumns, extra[0].String(), strings.Join(partNames[:], ", "))
	}
	return &file.Columns, file.Columns.check()
}

// check refuses columns that do not say enough, or one name for two things.
func (c *VacancyColumns) check() error {
	switch {
	case c.Home == "" && c.URN == "":
		return fmt.Errorf("%w: name the column of home ids, as home, or that of URNs, as urn", ErrColumns)
	case c.Free == "" && c.From == "":
		return fmt.Errorf("%w: name the column that says how many are free, as free, or from when, as from", ErrColumns)
	}
	seen := map[string]string{}
	for i, name := range c.by() {
		if *name == "" {
			continue
		}
		key := bareName(*name)
		if other, twice := seen[key]; twice {
			return fmt.Errorf("%w: %q is both %s and %s", ErrColumns, *name, other, partNames[i])
		}
		seen[key] = partNames[i]
	}
	return nil
}

// Text is a file of columns, with a comment that says what it is.
func (c *VacancyColumns) Text() string {
	var b strings.Builder
	b.WriteString("[columns]\n")
	for i, name := range c.by() {
		if *name != "" {
			fmt.Fprintf(&b, "%s = %s\n", partNames[i], tomlString(*name))
		}
	}
	return b.String()
}

// tomlString is a basic string of TOML.
func tomlString(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r < ' ' || r == 0x7f:
			fmt.Fprintf(&b, "\\u%04X", r)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}

// places says at which cell of the header each part stands.
func (c *VacancyColumns) places(header []string) map[VacancyPart]int {
	at := map[VacancyPart]int{}
	for part, name := range c.by() {
		if *name == "" {
			continue
		}
		if i := slices.IndexFunc(header, func(cell string) bool { return bareName(cell) == bareName(*name) }); i >= 0 {
			at[VacancyPart(part)] = i
		}
	}
	return at
}

// fit says whether a header has every column that is named.
func (c *VacancyColumns) fit(header []string) bool {
	n := 0
	for _, name := range c.by() {
		if *name != "" {
			n++
		}
	}
	return n > 0 && len(c.places(header)) == n
}

// leftOut lists the named columns of a header that nothing is taken from.
func (c *VacancyColumns) leftOut(header []string) []string {
	taken := map[int]bool{}
	for _, i := range c.places(header) {
		taken[i] = true
	}
	names := []string{}
	for i, cell := range header {
		if cell != "" && !taken[i] {
			names = append(names, oneLine(cell))
		}
	}
	return names
}

// bareName is the form in which names of columns are compared: letters and digits
// alone, as every list has its own dots and brackets.
func bareName(name string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, name)
}

// headerKey is the same for every header of the same names in the same order.
func headerKey(header []string) string {
	sum := sha256.New()
	for _, cell := range header {
		sum.Write([]byte(bareName(cell)))
		sum.Write([]byte{0})
	}
	return hex.EncodeToString(sum.Sum(nil)[:16])
}

// usualNames are what councils and providers call the columns, bare, by part.
var usualNames = [...][]string{
	PartHome: {"home", "homeid", "id", "homeref", "homereference", "homecode", "carer", "carers", "carerref", "carerreference", "carerid", "carercode",
		"household", "householdid", "householdref", "fosterhome", "fostercarer", "ref", "reference", "unit", "unitid", "lcsid", "mosaicid"},
	PartURN:      {"urn", "ofstedurn", "ofstednumber", "ofstedno", "ofstedref", "ofstedregistration", "ofstedregistrationnumber", "registrationnumber", "scnumber", "uniquereferencenumber"},
	PartProvider: {"provider", "providername", "registeredprovider", "organisation", "agency", "ifa", "company", "service"},
	PartFree: {"free", "freeplaces", "freebeds", "placesfree", "bedsfree", "vacancies", "vacancy", "vacs", "vac", "novacancies", "noofvacancies", "numberofvacancies",
		"currentvacancies", "currentvacancy", "vacantplaces", "vacantbeds", "emptybeds", "placesavailable", "availableplaces", "bedsavailable", "availablebeds",
		"noofplacesavailable", "spaces", "available", "availability", "novacant"},
	PartFrom: {"from", "availablefrom", "vacantfrom", "freefrom", "datefrom", "dateavailable", "availabledate", "dateofvacancy", "vacancydate", "vacancyfrom"},
	PartConfirmed: {"confirmed", "confirmedon", "dateconfirmed", "vacancyconfirmedon", "updated", "updatedon", "lastupdated", "dateupdated", "lastupdate",
		"asat", "asof", "checked", "lastchecked", "datechecked"},
	PartAges:  {"ages", "age", "agerange", "agegroup", "ageband", "ageofchild", "approvedages", "agesapproved"},
	PartSexes: {"sex", "sexes", "gender", "genders", "mf", "boygirl", "boysgirls"},
}

// usualParts finds the part by a usual name, bare.
var usualParts = sync.OnceValue(func() map[string]VacancyPart {
	parts := map[string]VacancyPart{}
	for part, names := range usualNames {
		for _, name := range names {
			parts[name] = VacancyPart(part)
		}
	}
	return parts
})

// guessColumns takes each column for what its name usually is; false for a row
// that is no header of a vacancy list. Of two for one part the first counts.
func guessColumns(cells []string) (c VacancyColumns, ok bool) {
	fields := c.by()
	for _, cell := range cells {
		if part, ok := usualParts()[bareName(cell)]; ok && *fields[part] == "" {
			*fields[part] = oneLine(cell)
		}
	}
	return c, c.check() == nil
}
