package engine

import (
	"context"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/intake"
	"github.com/stablehomes/stablehomes/engine/match"
)

// What a match is asked and what it answers; go doc engine/match.Request has the
// fields.
type (
	// Request asks for homes for a child or a sibling group.
	Request = match.Request
	// Result is a shortlist with its reasons.
	Result = match.Result
	// Candidate is a home on a shortlist.
	Candidate = match.Candidate
	// Split is a way to house a group in several homes.
	Split = match.Split
	// SplitHome is one of the homes of a split.
	SplitHome = match.SplitHome
	// Exclusion is a home that is not on it, with the rules that bar it.
	Exclusion = match.Exclusion
	// Explanation is everything about one home for one request.
	Explanation = match.Explanation
)

// Which barred homes a request wants explained.
const (
	WhyNotOff     = match.WhyNotOff
	WhyNotNearest = match.WhyNotNearest
	WhyNotAll     = match.WhyNotAll
)

// Match finds the best lawful homes, in order. Errors: [*InvalidRequestError],
// [*UnknownError], [*TooEarlyError], [ErrNoHomeAddress], and those of reading the
// store or of ctx.
func (e *Engine) Match(ctx context.Context, req Request) (*Result, error) {
	if err := checkTonight(&req); err != nil {
		return nil, err
	}
	var res *Result
	err := e.read(ctx, func(r *reader) (err error) {
		if !req.JudgesAll() {
			e.shelf.readAhead()
		}
		if res, err = match.Run(ctx, r, req, e.policies); err == nil {
			res.Journal = r.Head().Number
		}
		return err
	})
	return res, err
}

// Explain says everything about one home for a request: each finding and each
// reason, by the code that [Engine.Match] runs. Errors are those of Match.
func (e *Engine) Explain(ctx context.Context, req Request, home care.ID) (*Explanation, error) {
	if err := checkTonight(&req); err != nil {
		return nil, err
	}
	var explained *Explanation
	err := e.read(ctx, func(r *reader) (err error) {
		if explained, err = match.Explain(ctx, r, req, home, e.policies); err == nil {
			explained.Journal = r.Head().Number
		}
		return err
	})
	return explained, err
}

// Locate finds the position of a postcode in the directory that was imported,
// with its canonical spelling and the authority in whose area it lies. A position
// written as lat,lng is taken as it is, if it lies in the United Kingdom. Errors:
// those of the intake package for what cannot be placed.
func (e *Engine) Locate(postcode string) (where care.Location, authority string, err error) {
	if at, is, err := intake.Position(postcode); is {
		return care.Location{Point: at}, "", err
	}
	d, err := e.directory()
	if err != nil {
		return care.Location{}, "", err
	}
	p, err := resolver{d}.Postcode(postcode)
	return care.Location{Postcode: p.Postcode, Point: p.Point}, p.Authority, err
}

// Authority finds the GSS code of an authority by code, former code, DfE code or
// name; where none is found, suggestion may be the name of one spelt alike.
func Authority(name string) (gss, suggestion string, ok bool) {
	if gss, ok = (resolver{}).Authority(name); ok {
		return gss, "", true
	}
	return "", resolver{}.AuthorityLike(name), false
}
