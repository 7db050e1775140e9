package engine_test

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine"
	"github.com/stablehomes/stablehomes/engine/care"
)

// amyPlaced is the town with Amy in her first home.
func amyPlaced(t testing.TB, eng *engine.Engine) *engine.Placed {
	t.Helper()
	settle(t, eng)
	first := shortlist(t, eng, asking("C-AMY")).Candidates[0]
	return place(t, eng, placing(first.Home, "C-AMY"))
}

// failure is the error as the type that it has to have.
func failure[E error](t testing.TB, err error) (target E) {
	t.Helper()
	require.ErrorAs(t, err, &target)
	return target
}

// numbers are those of the entries that a query finds.
func numbers(t testing.TB, eng *engine.Engine, q engine.AuditQuery) []uint64 {
	t.Helper()
	if q.Limit == 0 {
		q.Limit = 100
	}
	entries, err := eng.AuditLog(t.Context(), q)
	require.NoError(t, err)
	found := []uint64{}
	for _, e := range entries {
		found = append(found, e.Number)
	}
	return found
}

func TestTheJournalSaysWhoDidWhatToWhom(t *testing.T) {
	onEveryStore(t, func(t *testing.T, eng *engine.Engine) {
		placed := amyPlaced(t, eng)
		entries, err := eng.AuditLog(t.Context(), engine.AuditQuery{Limit: 1})
		require.NoError(t, err)
		require.Len(t, entries, 1)
		e := entries[0]
		require.Equal(t, placed.Journal, e.Number)
		require.Equal(t, "A. Officer", e.Who)
		require.True(t, e.When.Equal(three()))
		require.True(t, strings.HasPrefix(e.Command, "place "), e.Command)
		require.Contains(t, e.Command, "C-AMY")
		var kinds []string
		for _, c := range e.Changed {
			kinds = append(kinds, c.Kind)
			require.False(t, c.Deleted)
			require.Len(t, c.SHA256, 64)
		}
		require.True(t, slices.IsSorted(kinds))
		for _, kind := range []string{"decision", "household", "lives", "placement"} {
			require.Contains(t, kinds, kind)
		}
	})
}

func TestEntriesAreFoundByNumberByChildAndByHome(t *testing.T) {
	onEveryStore(t, func(t *testing.T, eng *engine.Engine) {
		placed := amyPlaced(t, eng) // entries: 1 homes, 2 children, 3 placements, 4 Amy
		home := placed.Chosen[0].Home
		require.Equal(t, uint64(4), placed.Journal)
		held := held(t, eng, keeping("H-TYNE", "C-FIN"))
		require.Equal(t, uint64(5), held.Journal)
		for name, c := range map[string]struct {
			q    engine.AuditQuery
			want []uint64
		}{
			"all":                        {engine.AuditQuery{}, []uint64{1, 2, 3, 4, 5}},
			"the newest":                 {engine.AuditQuery{Limit: 2}, []uint64{4, 5}},
			"from the second":            {engine.AuditQuery{Since: 2}, []uint64{2, 3, 4, 5}},
			"one from the second":        {engine.AuditQuery{Since: 2, Limit: 1}, []uint64{2}},
			"past the end":               {engine.AuditQuery{Since: 9}, []uint64{}},
			"Amy, placed":                {engine.AuditQuery{Child: "C-AMY"}, []uint64{2, 4}},
			"Fin, held":                  {engine.AuditQuery{Child: "C-FIN"}, []uint64{2, 5}},
			"Eve, who lives there":       {engine.AuditQuery{Child: "C-EVE"}, []uint64{2, 3}},
			"the newest of Fin":          {engine.AuditQuery{Child: "C-FIN", Limit: 1}, []uint64{5}},
			"Fin from the third":         {engine.AuditQuery{Child: "C-FIN", Since: 3}, []uint64{5}},
			"Fin past the end":           {engine.AuditQuery{Child: "C-FIN", Since: 6}, []uint64{}},
			"the home Amy went to":       {engine.AuditQuery{Home: home, Since: 4}, []uint64{4}},
			"the home that is held":      {engine.AuditQuery{Home: "H-TYNE"}, []uint64{1, 5}},
			"Amy in the home of another": {engine.AuditQuery{Home: "H-TYNE", Child: "C-AMY"}, []uint64{}},
			"Amy in hers":                {engine.AuditQuery{Home: home, Child: "C-AMY"}, []uint64{4}},
		} {
			require.Equal(t, c.want, numbers(t, eng, c.q), name)
		}
	})
}

func TestAnAuditOfWhomNobodyKnows(t *testing.T) {
	onEveryStore(t, func(t *testing.T, eng *engine.Engine) {
		settle(t, eng)
		_, err := eng.AuditLog(t.Context(), engine.AuditQuery{Limit: 5, Child: "C-AMI"})
		require.Equal(t, []care.ID{"C-AMY"}, failure[*engine.UnknownError](t, err).Near)
		_, err = eng.AuditLog(t.Context(), engine.AuditQuery{Limit: 5, Home: "H-OAC"})
		require.Equal(t, "home", failure[*engine.UnknownError](t, err).Kind)
		_, err = eng.AuditLog(t.Context(), engine.AuditQuery{})
		failure[*engine.InvalidRequestError](t, err)
	})
}

func TestAnAuditWithoutABoundListsAll(t *testing.T) {
	onEveryStore(t, func(t *testing.T, eng *engine.Engine) {
		amyPlaced(t, eng)
		all := numbers(t, eng, engine.AuditQuery{Child: "C-AMY"})
		require.Greater(t, len(all), 1)
		require.Equal(t, all, numbers(t, eng, engine.AuditQuery{Child: "C-AMY", Limit: math.MaxInt}))
		require.Equal(t, all[1:], numbers(t, eng, engine.AuditQuery{Child: "C-AMY", Since: all[1], Limit: math.MaxInt}))
	})
}

func TestAHeadNotedBeforeIsGoneOnFromAndNotLost(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "db")
	eng := open(t, dir)
	settle(t, eng)
	noted, err := eng.AuditHead(t.Context())
	require.NoError(t, err)
	require.Equal(t, head(t, eng), noted)
	place(t, eng, placing(shortlist(t, eng, asking("C-AMY")).Candidates[0].Home, "C-AMY"))
	later, err := eng.AuditHead(t.Context())
	require.NoError(t, err)
	require.NoError(t, eng.AuditExtends(t.Context(), noted))
	require.NoError(t, eng.AuditExtends(t.Context(), later))
	require.NoError(t, eng.Close())

	setBack := engine.InMemory() // the same as far as it goes
	settle(t, setBack)
	require.NoError(t, setBack.AuditExtends(t.Context(), noted))
	require.ErrorIs(t, setBack.AuditExtends(t.Context(), later), engine.ErrLost)
	bring(t, setBack, engine.Homes, homesHeader+homeRow("H-NEW", "foster", leeds, "53.8", "-1.5", "2", "0-17", "", approved, "none", "none"))
	require.ErrorIs(t, setBack.AuditExtends(t.Context(), later), engine.ErrDamaged)
	require.NoError(t, setBack.Close())
}

func TestASignedHeadIsThatOfTheKey(t *testing.T) {
	signing, verifying, err := engine.NewSigningKey(rand.Reader, "leeds")
	require.NoError(t, err)
	eng := engine.InMemory()
	settle(t, eng)
	text, err := engine.SignHead(head(t, eng), signing)
	require.NoError(t, err)
	noted, err := engine.ReadHead(text, verifying)
	require.NoError(t, err)
	require.True(t, noted.Checked)
	require.Equal(t, head(t, eng), noted.Head)
	_, err = engine.ReadHead(engine.FormatHead(head(t, eng)), verifying)
	require.ErrorIs(t, err, engine.ErrSignature)
	_, err = engine.ReadHead([]byte("head"), "")
	require.ErrorIs(t, err, engine.ErrNotAHead)
	for _, name := range []string{"", "two words", "a+b"} {
		_, _, err := engine.NewSigningKey(rand.Reader, name)
		require.ErrorContains(t, err, "no key can have the name", name)
	}
	broken := errors.New("no chance")
	_, _, err = engine.NewSigningKey(iotest.ErrReader(broken), "leeds")
	require.ErrorIs(t, err, broken)
	require.NotContains(t, err.Error(), "leeds", "there is nothing wrong with the name")
	require.NoError(t, eng.Close())
}

// proven makes a proof and reads it as a stranger does.
func proven(t testing.TB, eng *engine.Engine, req engine.ProofRequest) *engine.AuditProof {
	t.Helper()
	made, err := eng.AuditProof(t.Context(), req)
	require.NoError(t, err)
	text, err := json.Marshal(made)
	require.NoError(t, err)
	p, err := engine.ReadAuditProof(text)
	require.NoError(t, err)
	require.Equal(t, made, p)
	return p
}

func TestADecisionIsProvenToWhoHasTheHead(t *testing.T) {
	onEveryStore(t, func(t *testing.T, eng *engine.Engine) {
		placed := amyPlaced(t, eng)
		noted := head(t, eng)
		held(t, eng, keeping("H-TYNE", "C-FIN"))

		p := proven(t, eng, engine.ProofRequest{Decision: placed.ID, Within: &noted})
		e, err := p.Check(noted)
		require.NoError(t, err)
		require.Equal(t, placed.Journal, e.Number)
		require.Equal(t, "A. Officer", e.Who)
		require.Equal(t, "place", e.Command, "the words, which name people and days, are not in the journal")
		require.Nil(t, p.Record.Value)
		d, err := p.Decision()
		require.NoError(t, err)
		require.Nil(t, d, "the record is not given away")
		_, err = p.Check(head(t, eng))
		require.ErrorIs(t, err, engine.ErrNotProven)
		require.ErrorContains(t, err, "ask for a proof for this head")

		p = proven(t, eng, engine.ProofRequest{Decision: placed.ID, WithRecord: true})
		_, err = p.Check(head(t, eng))
		require.NoError(t, err)
		d, err = p.Decision()
		require.NoError(t, err)
		require.Equal(t, placed.Decision, d)

		p = proven(t, eng, engine.ProofRequest{Entry: 1})
		e, err = p.Check(head(t, eng))
		require.NoError(t, err)
		require.Equal(t, "import homes", e.Command)
	})
}

func TestAProofThatWasChangedDoesNotHold(t *testing.T) {
	eng := engine.InMemory()
	placed := amyPlaced(t, eng)
	for name, spoil := range map[string]func(p *engine.AuditProof){
		"another entry":         func(p *engine.AuditProof) { p.Entry-- },
		"another decision":      func(p *engine.AuditProof) { p.Record.ID = "D-1" },
		"another hash":          func(p *engine.AuditProof) { p.Record.SHA256[0] ^= 1 },
		"another record":        func(p *engine.AuditProof) { p.Record.Value[40] ^= 1 },
		"a record of no length": func(p *engine.AuditProof) { p.Record.Value = []byte{} },
		"a bit of the entry":    func(p *engine.AuditProof) { p.Bytes[9] ^= 1 },
		"a shorter path":        func(p *engine.AuditProof) { p.Path = p.Path[1:] },
		"half a hash":           func(p *engine.AuditProof) { p.Path[0] = p.Path[0][:16] },
		"another root":          func(p *engine.AuditProof) { p.Root[0] ^= 1 },
		"another size":          func(p *engine.AuditProof) { p.Size++ },
	} {
		p := proven(t, eng, engine.ProofRequest{Decision: placed.ID, WithRecord: true})
		spoil(p)
		_, err := p.Check(head(t, eng))
		require.ErrorIs(t, err, engine.ErrNotProven, name)
	}
	require.NoError(t, eng.Close())
}

func TestAProofThatCannotBeMade(t *testing.T) {
	onEveryStore(t, func(t *testing.T, eng *engine.Engine) {
		settle(t, eng)
		early := head(t, eng)
		placed := place(t, eng, placing(shortlist(t, eng, asking("C-AMY")).Candidates[0].Home, "C-AMY"))
		other := early
		other.Root[0] ^= 1
		ahead := early
		ahead.Number = 99
		for name, req := range map[string]engine.ProofRequest{
			"of nothing":                  {},
			"of two things":               {Entry: 1, Decision: placed.ID},
			"of an entry past the end":    {Entry: 99},
			"of an entry behind the head": {Entry: placed.Journal, Within: &early},
		} {
			_, err := eng.AuditProof(t.Context(), req)
			require.Error(t, err, name)
			failure[*engine.InvalidRequestError](t, err)
		}
		_, err := eng.AuditProof(t.Context(), engine.ProofRequest{Decision: "D-99"})
		failure[*engine.UnknownError](t, err)
		_, err = eng.AuditProof(t.Context(), engine.ProofRequest{Entry: 1, Within: &other})
		require.ErrorIs(t, err, engine.ErrDamaged)
		_, err = eng.AuditProof(t.Context(), engine.ProofRequest{Entry: 1, Within: &ahead})
		require.ErrorIs(t, err, engine.ErrLost)
	})
}

func TestTextThatIsNoProof(t *testing.T) {
	for _, text := range []string{"", "{", "[]", "{}", `{"schema":"stablehomes/audit-proof/2"}`, `{"schema":"stablehomes/audit-proof/1","more":1}`,
		`{"schema":"stablehomes/audit-proof/1"}{}`, `{"schema":"stablehomes/audit-proof/1"}}`, `{"schema":"stablehomes/audit-proof/1","bytes":"?"}`} {
		_, err := engine.ReadAuditProof([]byte(text))
		require.ErrorIs(t, err, engine.ErrNotProven, text)
	}
}

func FuzzReadAuditProof(f *testing.F) {
	eng := engine.InMemory()
	defer eng.Close()
	placed := amyPlaced(f, eng)
	noted := head(f, eng)
	for _, req := range []engine.ProofRequest{{Entry: 1}, {Decision: placed.ID}, {Decision: placed.ID, WithRecord: true}} {
		made, err := eng.AuditProof(f.Context(), req)
		require.NoError(f, err)
		text, err := json.Marshal(made)
		require.NoError(f, err)
		f.Add(text)
	}
	f.Add([]byte(`{"schema":"stablehomes/audit-proof/1","entry":18446744073709551615,"tree_size":18446744073709551615,"path":[""],"record":{}}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		p, err := engine.ReadAuditProof(text)
		if err != nil {
			require.ErrorIs(t, err, engine.ErrNotProven)
			return
		}
		_, _ = p.Decision()
		if e, err := p.Check(noted); err == nil {
			require.LessOrEqual(t, e.Number, noted.Number)
			return
		}
		var own engine.Head // a head that the proof itself claims
		own.Number = p.Size
		copy(own.Root[:], p.Root)
		_, _ = p.Check(own)
	})
}
