package engine

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/gazetteer"
)

// Between the file and the journal's word of it the two do not agree, and nothing is
// wrong.
func TestWhoLooksAtADirectoryWaitsForItsImport(t *testing.T) {
	now := time.Date(2026, time.November, 22, 12, 0, 0, 0, time.UTC)
	for name, look := range map[string]func(context.Context, *Engine) error{
		"check": CheckOf,
		"readiness": func(ctx context.Context, e *Engine) error {
			r, err := e.Readiness(ctx, care.DayOf(now), now)
			return errors.Join(err, r.Schools.Err)
		},
	} {
		t.Run(name, func(t *testing.T) {
			e, err := Open(t.Context(), filepath.Join(t.TempDir(), "db"))
			require.NoError(t, err)
			defer e.Close()
			imp := &Import{Kind: Schools, By: "tests", At: now}
			told := make(chan error, 1)
			for _, urn := range []int{107890, 107891} {
				schools, err := gazetteer.NewSchools([]gazetteer.School{{URN: urn, Name: fmt.Sprint("School ", urn)}})
				require.NoError(t, err)
				file := besideFile{schoolsName, schools.Hash(), schools.Len(), func() error {
					err := e.replaceSchools(schools)
					go func() { told <- look(context.WithoutCancel(t.Context()), e) }()
					time.Sleep(200 * time.Millisecond) // for who does not wait
					return err
				}}
				require.NoError(t, e.recordBeside(t.Context(), imp, &Report{}, file))
				require.NoError(t, <-told)
			}
		})
	}
}

func TestAHomeWithoutTheHoldThatTheIndexNamesIsDamage(t *testing.T) {
	o := &care.Occupancy{Home: "H-OAK"}
	_, err := holdOf(o, "H-OAK", "HOLD-1")
	require.ErrorIs(t, err, ErrDamaged)
	require.ErrorContains(t, err, "the index of holds names H-OAK for HOLD-1")
	o.PutHold(care.Hold{ID: "HOLD-1", Children: []care.ID{"C-AMY"}})
	h, err := holdOf(o, "H-OAK", "HOLD-1")
	require.NoError(t, err)
	require.Equal(t, []care.ID{"C-AMY"}, h.Children)
}
