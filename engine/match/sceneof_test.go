package match_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/match"
)

var errNotKept = errors.New("not kept")

// cupboard keeps records by id alone.
type cupboard struct{ children, homes []care.ID }

func (s cupboard) Child(id care.ID) (care.Child, error) {
	for _, c := range s.children {
		if c == id {
			return care.Child{ID: id}, nil
		}
	}
	return care.Child{}, errNotKept
}

func (s cupboard) Home(id care.ID) (care.Home, error) {
	for _, h := range s.homes {
		if h == id {
			return care.Home{ID: id}, nil
		}
	}
	return care.Home{}, errNotKept
}

func TestASceneHasTheChildrenInTheirOrderAndEachHomeOnce(t *testing.T) {
	kept := cupboard{[]care.ID{"C-1", "C-2"}, []care.ID{"H-1", "H-2", "H-3"}}
	s, err := match.SceneOf(kept, []care.ID{"C-2", "C-1"}, []care.ID{"H-3", "H-1", "H-3"}, nil)
	require.NoError(t, err)
	require.Equal(t, []care.Child{{ID: "C-2"}, {ID: "C-1"}}, s.Children)
	require.Equal(t, []care.Home{{ID: "H-1"}, {ID: "H-3"}}, s.Homes)
	require.Equal(t, care.ID("H-3"), s.Home("H-3").ID)
	require.Nil(t, s.Home("H-2"))
}

func TestASceneOfAChildForTonightAsksNobody(t *testing.T) {
	child := care.Child{ID: "tonight", Sex: care.Female}
	s, err := match.SceneOf(cupboard{}, []care.ID{"tonight"}, nil, &child)
	require.NoError(t, err)
	require.Equal(t, []care.Child{child}, s.Children)
	require.Empty(t, s.Homes)
}

func TestASceneWithoutARecordIsAnError(t *testing.T) {
	_, err := match.SceneOf(cupboard{}, []care.ID{"C-1"}, nil, nil)
	require.ErrorIs(t, err, errNotKept)
	_, err = match.SceneOf(cupboard{}, nil, []care.ID{"H-1"}, nil)
	require.ErrorIs(t, err, errNotKept)
}

func TestAResultNamesItsHomesInTheirOrder(t *testing.T) {
	r := match.Result{
		Candidates: []match.Candidate{{Home: "H-2"}, {Home: "H-1"}},
		Splits:     []match.Split{{Homes: []match.SplitHome{{Candidate: match.Candidate{Home: "H-3"}}, {Candidate: match.Candidate{Home: "H-2"}}}}},
	}
	require.Equal(t, []care.ID{"H-2", "H-1", "H-3", "H-2"}, r.Named())
	require.Empty(t, (&match.Result{}).Named())
}
