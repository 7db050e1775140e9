package gazetteer

import (
	"slices"

	"github.com/golang/geo/s2"
)

// Authority is an English local authority with children's-services duties, as it stands in 2025.
type Authority struct {
	GSS    string    // ONS code, E06… unitary, E08… metropolitan, E09… London, E10… county
	DfE    string    // three-digit code of the Department for Education
	Name   string    // as the Department for Education writes it
	Region string    // one of the nine English regions
	Centre s2.LatLng // mean of its postcode points: for labels, never for a child's distance
}

// Authorities returns the 153 authorities in order of GSS code. The slice is the caller's own.
func Authorities() []Authority {
	return slices.Clone(tables().authorities)
}

// AuthorityOf returns the authority with the given GSS code. The former code of an authority whose
// area did not change (Barnsley E08000016) finds the present one, so the GSS in the answer may
// differ from the one asked for. Welsh and Scottish councils are not found.
func AuthorityOf(gss string) (Authority, bool) {
	return CodeOf(gss).Authority()
}

// AreaName is the name of the authority with the given present or former GSS code, or
// the code itself where it is not that of an English authority.
func AreaName(gss string) string {
	if a, ok := AuthorityOf(gss); ok {
		return a.Name
	}
	return gss
}

// Region returns the English region of the authority with the given present or former GSS code, or
// "" if there is no such authority.
func Region(gss string) string {
	a, _ := AuthorityOf(gss)
	return a.Region
}

// District returns the GSS code of the authority that has children's-services duties in a district,
// given the district's laua code in the ONS Postcode Directory. Districts are those of November
// 2025; the codes of Barnsley and Sheffield before April 2025 are known too. For a Welsh or
// Scottish council, or an English district abolished before 2025, ok is false.
func District(laua string) (gss string, ok bool) {
	c, ok := tables().districts[laua]
	return tables().gss[c], ok
}
