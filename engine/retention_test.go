package engine_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine"
	"github.com/stablehomes/stablehomes/engine/care"
)

const endedHeader = "id,kind,authority,lat,lng,beds,status,registered_from,registered_until\n"

func TestWhoseRecordsNeedNotBeKept(t *testing.T) {
	onEveryStore(t, func(t *testing.T, eng *engine.Engine) {
		require.NoError(t, eng.Add(t.Context(), engine.Records{By: "A. Officer", At: care.StartOf(care.Date(1960, time.May, 2)), Children: []care.Child{
			{ID: "C-1", Authority: leeds, DOB: care.Date(1951, time.November, 22)},
			{ID: "C-2", Authority: leeds, DOB: care.Date(1951, time.November, 23)},
			{ID: "C-3", Authority: leeds, DOB: care.Date(1948, time.February, 29)},
			{ID: "C-4", Authority: leeds, DOB: care.Date(1951, time.January, 1), DOBLowest: care.Date(1953, time.January, 1)},
		}}))
		bring(t, eng, engine.Homes, endedHeader+
			"H-1,foster,"+leeds+",53.8,-1.5,2,ended,2000-01-01,2016-11-22\n"+
			"H-2,foster,"+leeds+",53.8,-1.5,2,ended,2000-01-01,2016-11-23\n"+
			"H-3,connected-person,"+leeds+",53.8,-1.5,2,ended,2000-01-01,2010-05-01\n"+
			"H-4,foster,"+leeds+",53.8,-1.5,2,ended,2000-01-01,\n"+
			"H-5,connected-person,"+leeds+",53.8,-1.5,2,refused,,\n"+
			"H-6,foster,"+leeds+",53.8,-1.5,2,approved,2000-01-01,none\n"+
			"H-7,foster,"+leeds+",53.8,-1.5,2,approved,2000-01-01,\n"+
			"H-8,childrens-home,"+leeds+",53.8,-1.5,2,ended,2000-01-01,2001-01-01\n")
		due, err := eng.RetentionDue(t.Context(), today) // 22 November 2026
		require.NoError(t, err)
		var ids []care.ID
		for _, d := range due.Due {
			ids = append(ids, d.ID)
			require.Contains(t, d.Citation, "Regulations 201")
		}
		require.Equal(t, []care.ID{"H-3", "C-3", "C-1", "H-1"}, ids, "by day; a home that is no carer's is under other law")
		require.Equal(t, care.Date(2023, time.March, 1), due.Due[1].Day, "born on 29 February")
		require.Equal(t, "the 75th birthday was on 22 November 2026", due.Due[2].Says)
		require.Equal(t, "the approval ended on 22 November 2016", due.Due[3].Says)
		require.Equal(t, []engine.RetentionUnknown{
			{ID: "H-4", Says: "the approval is ended, and registered_until does not say since when"},
			{ID: "H-5", Says: "the approval is refused, and registered_until does not say since when"},
		}, due.Unknown)

		next, err := eng.RetentionDue(t.Context(), today+1)
		require.NoError(t, err)
		require.Len(t, next.Due, 6, "C-2 and H-2 a day later")
	})
}

func TestWhoIsDueMayBeErasedAndNobodyElse(t *testing.T) {
	eng := engine.InMemory()
	settle(t, eng)
	due, err := eng.RetentionDue(t.Context(), care.Date(2089, time.December, 31))
	require.NoError(t, err)
	require.NotEmpty(t, due.Due)
	byChild := map[care.ID]bool{}
	for _, d := range due.Due {
		byChild[d.ID] = d.Kind == "child"
	}
	for _, id := range []care.ID{"C-AMY", "C-BEN", "C-CAT", "C-DAN", "C-EVE", "C-FIN"} {
		req := forgetting(id)
		req.CreatedInError, req.At = false, care.StartOf(care.Date(2089, time.December, 31))
		_, err := eng.EraseChild(t.Context(), req)
		require.Equal(t, byChild[id], err == nil, id)
	}
	require.NoError(t, engine.CheckOf(t.Context(), eng))
	require.NoError(t, eng.Close())
}
