package engine_test

import (
	"encoding/csv"
	"errors"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine"
	"github.com/stablehomes/stablehomes/engine/care"
)

// Each import of the town puts every price up by one pound, in one change. An
// answer with two prices would have seen half of it.

func priced(pounds string) string { return strings.ReplaceAll(homesCSV, ",612,", ","+pounds+",") }

func TestAMatchDuringAnImportSeesOneStateOfTheStore(t *testing.T) {
	prices := []string{"613", "614", "615", "616", "617", "618", "619", "620"}
	onEveryStore(t, func(t *testing.T, eng *engine.Engine) {
		settle(t, eng)
		done := make(chan struct{})
		var readers sync.WaitGroup
		for reader := range 4 {
			readers.Go(func() {
				for last := uint64(0); ; {
					if reader%2 == 0 {
						last = matchOnce(t, eng, last)
					} else {
						requireOnePrice(t, export(t, eng, engine.Homes))
					}
					select {
					case <-done:
						return
					default:
					}
				}
			})
		}
		for round := range 4 {
			for _, price := range prices {
				report, _ := bring(t, eng, engine.Homes, priced(price))
				require.Equal(t, 8, report.Updated, "round %d", round)
			}
		}
		close(done)
		readers.Wait()
		require.EqualValues(t, 3+4*len(prices), head(t, eng).Number)
	})
}

// matchOnce asks and returns the journal entry that the answer is of.
func matchOnce(t *testing.T, eng *engine.Engine, last uint64) uint64 {
	res, err := eng.Match(t.Context(), engine.Request{Children: []care.ID{"C-AMY"}, On: today, At: three(), Counts: true})
	if err != nil || len(res.Candidates) != 4 || res.Journal < last {
		t.Errorf("after entry %d: %+v, %v", last, res, err)
		return last
	}
	for _, c := range res.Candidates {
		want := 612
		if res.Journal > 3 {
			want = 613 + int(res.Journal-4)%8
		}
		if *c.WeeklyCost != want {
			t.Errorf("%s costs %d in entry %d, not %d", c.Home, *c.WeeklyCost, res.Journal, want)
		}
	}
	return res.Journal
}

func requireOnePrice(t *testing.T, exported string) {
	rows, err := csv.NewReader(strings.NewReader(exported)).ReadAll()
	if err != nil || len(rows) != 9 {
		t.Errorf("%d rows: %v", len(rows), err)
		return
	}
	prices := map[string]bool{}
	for i, name := range rows[0] {
		if name == "weekly_cost" {
			for _, row := range rows[1:] {
				prices[row[i]] = true
			}
		}
	}
	if len(prices) != 1 {
		t.Errorf("one export has the prices %v", prices)
	}
}

func TestPostcodesAreLookedUpWhileAnotherDirectoryComesIn(t *testing.T) {
	onEveryStore(t, func(t *testing.T, eng *engine.Engine) {
		bring(t, eng, engine.Postcodes, postcodesCSV)
		done := make(chan struct{})
		var readers sync.WaitGroup
		for range 3 {
			readers.Go(func() {
				for {
					if where, _, err := eng.Locate("LS6 2AB"); err != nil || !where.Known() {
						t.Errorf("%v: %v", where, err)
					}
					select {
					case <-done:
						return
					default:
					}
				}
			})
		}
		for range 20 {
			bring(t, eng, engine.Postcodes, nextQuarterCSV)
			bring(t, eng, engine.Postcodes, postcodesCSV)
		}
		close(done)
		readers.Wait()
	})
}

func TestWritersTakeTurns(t *testing.T) {
	onEveryStore(t, func(t *testing.T, eng *engine.Engine) {
		var writers sync.WaitGroup
		for writer := range 4 {
			writers.Go(func() {
				id := care.ID("H-" + string(rune('A'+writer)))
				for cost := range 5 {
					h := aHome(id)
					h.WeeklyCost = care.Num(cost)
					if err := eng.Add(t.Context(), engine.Records{Homes: []care.Home{h}, At: three()}); err != nil {
						t.Error(err)
					}
				}
			})
		}
		writers.Wait()
		require.EqualValues(t, 20, head(t, eng).Number)
		require.Equal(t, 4, strings.Count(export(t, eng, engine.Homes), ",4,"))
	})
}

// closeAmid closes an engine that four ask again and again, once each has had so many
// answers. Everyone has all of an answer or hears that the engine is closed.
func closeAmid(t *testing.T, eng *engine.Engine, answers int, ask func(n int) error) {
	t.Helper()
	var asking sync.WaitGroup
	begun := make(chan struct{}, 4)
	for range cap(begun) {
		asking.Go(func() {
			for n := 1; ; n++ {
				err := ask(n)
				if n == answers {
					begun <- struct{}{}
				}
				if err != nil {
					if !errors.Is(err, engine.ErrClosed) {
						t.Error(err)
					}
					return
				}
			}
		})
	}
	for range cap(begun) {
		<-begun
	}
	require.NoError(t, eng.Close())
	asking.Wait()
}

func TestClosingDuringAMatchWaitsOrSaysSo(t *testing.T) {
	for range 20 {
		eng := engine.InMemory()
		settle(t, eng)
		closeAmid(t, eng, 1, func(int) error {
			res, err := eng.Match(t.Context(), engine.Request{Children: []care.ID{"C-AMY"}, On: today})
			if err == nil && len(res.Candidates) != 4 {
				t.Errorf("half an answer: %v", offered(res))
			}
			return err
		})
	}
}

// A change reads the directory of schools while it is decided; closing waits for it,
// and neither for the other.
func TestClosingDuringAChangeThatAsksForASchoolEnds(t *testing.T) {
	for range 100 {
		eng := engine.InMemory()
		bring(t, eng, engine.Schools, schoolsCSV)
		bring(t, eng, engine.Children, pupils)
		closeAmid(t, eng, 3, func(year int) error {
			_, err := eng.Set(t.Context(), engine.SetRequest{Kind: engine.Children, ID: "C-1", By: "A. Officer", At: three(),
				Cells: []engine.Cell{{Column: "school", Value: strconv.Itoa(107890 + year%2)}}})
			return err
		})
	}
}
