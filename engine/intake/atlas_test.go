package intake

import (
	"context"
	"io"
	"iter"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine/care"
)

// atlas is a Resolver of three postcodes and two authorities.
type atlas struct {
	without bool  // no directory was imported
	broken  error // the directory is damaged
}

var atlasPlaces = map[string]Place{
	"LS6 2AB": {Postcode: "LS6 2AB", Point: care.At(53.8193, -1.5696), Authority: leeds},
	"S1 2HH":  {Postcode: "S1 2HH", Point: care.At(53.3811, -1.4701), Authority: sheffield},
	"LS1 0AA": {Postcode: "LS1 0AA", Point: care.At(53.8, -1.55), Authority: leeds, Ended: true},
	"EX1 1AA": {Postcode: "EX1 1AA"}, // ended before grid references were kept
}

const (
	leeds     = "E08000035"
	sheffield = "E08000039"
)

func (a atlas) Postcode(s string) (Place, error) {
	canonical := strings.ToUpper(strings.ReplaceAll(s, " ", ""))
	if len(canonical) < 5 || len(canonical) > 7 || strings.Trim(canonical, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") != "" {
		return Place{}, ErrBadPostcode
	}
	canonical = canonical[:len(canonical)-3] + " " + canonical[len(canonical)-3:]
	switch p, ok := atlasPlaces[canonical]; {
	case a.broken != nil:
		return Place{}, a.broken
	case a.without:
		return Place{Postcode: canonical}, ErrNoDirectory
	case !ok:
		return Place{Postcode: canonical}, ErrUnknownPostcode
	default:
		return p, nil
	}
}

func (a atlas) Authority(s string) (gss string, ok bool) {
	switch strings.ToLower(s) {
	case "leeds", "383", "e08000035":
		return leeds, true
	case "sheffield", "373", "e08000019", "e08000039":
		return sheffield, true
	}
	return "", false
}

func (a atlas) AuthorityLike(s string) string {
	if strings.EqualFold(s, "leads") {
		return "Leeds"
	}
	return ""
}

// haul is everything that came out of a file.
type haul[T any] struct {
	good     []T
	rejected []*InvalidError
	rows     []int // of the good ones
	err      error
	warnings []Warning
}

type readFunc[T any] func(context.Context, io.Reader, Options) iter.Seq2[Item[T], error]

// haulIn reads a file to its end.
func haulIn[T any](from readFunc[T], src io.Reader, opts Options) haul[T] {
	h := haul[T]{}
	opts.Warnings = &Warnings{}
	for item, err := range from(context.Background(), src, opts) {
		switch {
		case err != nil:
			h.err = err
		case item.Invalid != nil:
			h.rejected = append(h.rejected, item.Invalid)
		default:
			h.good = append(h.good, item.Value)
			h.rows = append(h.rows, item.Number)
		}
	}
	h.warnings = opts.Warnings.All()
	return h
}

// requireStopped reads a file under a context that has ended: that is said, and
// nothing else.
func requireStopped[T any](t *testing.T, ctx context.Context, from readFunc[T], src io.Reader) {
	t.Helper()
	n := 0
	for _, err := range from(ctx, src, ofLeeds()) {
		require.ErrorIs(t, err, context.Canceled)
		n++
	}
	require.Equal(t, 1, n)
}

// opts are the options of a council that has its directory.
func opts() Options { return Options{File: "homes.csv", Resolver: atlas{}} }

// file is a file of lines.
func file(lines ...string) io.Reader { return strings.NewReader(strings.Join(lines, "\n") + "\n") }

// one reads the only row of a file, which is good.
func one[T any](t *testing.T, from readFunc[T], lines ...string) T {
	t.Helper()
	h := haulIn(from, file(lines...), opts())
	require.NoError(t, h.err)
	require.Empty(t, h.rejected)
	require.Len(t, h.good, 1)
	return h.good[0]
}

// sentences are the refusals of a file, as a person reads them.
func sentences[T any](h haul[T]) []string {
	var all []string
	for _, e := range h.rejected {
		all = append(all, e.Error())
	}
	return all
}

// says are the sentences of warnings.
func says(ws []Warning) []string {
	var all []string
	for _, w := range ws {
		all = append(all, w.Says)
	}
	return all
}

// seqOf is a sequence of values without errors.
func seqOf[T any](vs ...T) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for _, v := range vs {
			if !yield(v, nil) {
				return
			}
		}
	}
}
