package intake

import (
	"errors"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/gazetteer"
)

// Resolver knows where postcodes are and what authorities are called.
type Resolver interface {
	// Postcode places a postcode written in any case and spacing. With
	// ErrNoDirectory and ErrUnknownPostcode the Place still carries the
	// canonical postcode; ErrBadPostcode is for text that is none. Any other
	// error ends the reading.
	Postcode(s string) (Place, error)
	// Authority gives the GSS code of an authority named by GSS code, former
	// code, DfE code or name.
	Authority(s string) (gss string, ok bool)
	// AuthorityLike is the name of an authority that is spelt alike, or empty.
	AuthorityLike(s string) string
}

// Place is what a postcode directory knows of a postcode.
type Place struct {
	Postcode  string     // canonical, such as "LS6 2AB"
	Point     care.Point // WGS84
	Authority string     // GSS code of the authority in whose area it lies; may be empty
	Ended     bool       // Royal Mail has ended the postcode; the Point is the last it had
}

// nowhere is the Resolver of those who have none.
type nowhere struct{}

func (nowhere) Postcode(s string) (Place, error) { return Place{Postcode: s}, ErrNoDirectory }

func (nowhere) Authority(string) (gss string, ok bool) { return "", false }

func (nowhere) AuthorityLike(string) string { return "" }

// ground is what reading a cell may need beside the cell.
type ground struct {
	Resolver
	file      string
	row       int
	authority string // GSS code for children whose row names none
	school    func(urn int) (gazetteer.School, bool, error)
	warnings  *Warnings
}

// place finds a postcode. A postcode that only lacks a position is an error with
// the hint that fits, and the Place still carries its canonical form.
func (g *ground) place(postcode string) (Place, error) {
	p, err := g.Postcode(postcode)
	switch {
	case err == nil && p.Point.Known():
		if p.Ended {
			g.warnings.Add(g.file, g.row, "ended postcode", "postcode "+p.Postcode+" has been ended by Royal Mail; the position it had is used")
		}
		return p, nil
	case err == nil, errors.Is(err, ErrUnknownPostcode):
		return p, &unplaced{bad("check the postcode, or give lat and lng", "the postcode directory has no position for %q", clip(postcode))}
	case errors.Is(err, ErrNoDirectory):
		return p, &unplaced{bad("no postcode directory: run `stablehomes import postcodes FILE`, or give lat and lng", "postcode %q cannot be placed", clip(postcode))}
	case errors.Is(err, ErrBadPostcode):
		return p, bad("a postcode such as LS6 2AB", "%q is not a postcode", clip(postcode))
	}
	return p, err
}

// unplaced is a postcode that is one, but whose position is not known; a position
// given beside it makes up for that.
type unplaced struct{ error }

func (u *unplaced) Unwrap() error { return u.error }

// authorityNamed gives the GSS code of an authority.
func (g *ground) authorityNamed(s string) (string, error) {
	if gss, ok := g.Authority(s); ok {
		return gss, nil
	}
	if like := g.AuthorityLike(s); like != "" {
		return "", bad("did you mean "+like+"?", "no authority is called %q", clip(s))
	}
	return "", bad("a GSS code such as E08000035, a DfE code or a name", "no authority is called %q", clip(s))
}
