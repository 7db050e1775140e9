package engine

import (
	"errors"
	"regexp"
	"sync"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/gazetteer"
	"github.com/stablehomes/stablehomes/engine/intake"
	"github.com/stablehomes/stablehomes/engine/spelling"
)

// resolver places postcodes by the store's directory, and authorities by the
// tables of the gazetteer.
type resolver struct{ directory *gazetteer.Directory }

// Postcode implements [intake.Resolver].
func (r resolver) Postcode(s string) (intake.Place, error) {
	p, err := gazetteer.ParsePostcode(s)
	if err != nil {
		return intake.Place{}, intake.ErrBadPostcode
	}
	place := intake.Place{Postcode: p.String()}
	if r.directory == nil {
		return place, intake.ErrNoDirectory
	}
	found, err := r.directory.Lookup(p)
	if errors.Is(err, gazetteer.ErrNotFound) {
		return place, intake.ErrUnknownPostcode
	}
	if err != nil {
		return place, err
	}
	place.Point = care.At(found.Point.Lat.Degrees(), found.Point.Lng.Degrees())
	place.Authority, place.Ended = found.Authority, found.Ended
	return place, nil
}

// councilCode is the GSS code of a council in Wales or Scotland, which may have
// homes for English children.
var councilCode = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^(W06|S12)\d{6}$`) })

// Authority implements [intake.Resolver].
func (r resolver) Authority(s string) (gss string, ok bool) {
	if a, found := gazetteer.FindAuthority(s); found {
		return a.GSS, true
	}
	if councilCode().MatchString(s) {
		return s, true
	}
	return "", false
}

// AuthorityLike implements [intake.Resolver]. It compares with every name, so it
// is asked only for one that is not known.
func (r resolver) AuthorityLike(s string) string {
	var names []string
	for _, a := range gazetteer.Authorities() {
		names = append(names, a.Name)
	}
	return spelling.Nearest(s, names)
}
