package care_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine/care"
)

func TestASetOfKindsGivesBackWhatWentIn(t *testing.T) {
	for subset := range 1 << len(care.Kinds()) {
		var in []care.Kind
		for i, k := range care.Kinds() {
			if subset>>i&1 == 1 {
				in = append(in, k)
			}
		}
		set, at := care.KindSetOf(in...), 0
		require.Equal(t, care.KindSet(subset), set, "the bits are in the order of the kinds")
		for i, k := range set.Each {
			require.Equal(t, in[at], k)
			require.Equal(t, care.Kinds()[i], k, "with its place among them")
			at++
		}
		require.Len(t, in, at)
	}
}

func TestASetOfKindsHasEachOnce(t *testing.T) {
	require.Equal(t, care.KindSetOf(care.Foster, care.Secure), care.KindSetOf(care.Secure, care.Foster, care.Secure))
	require.Zero(t, care.KindSetOf())
	require.Zero(t, care.KindSetOf("", "hotel"), "a word that is no kind is left out")
	require.Equal(t, care.KindSetOf(care.Hospital), care.KindSetOf("hotel", care.Hospital))
}

func TestAskingForKindsCanStop(t *testing.T) {
	var seen []care.Kind
	for _, k := range care.KindSetOf(care.Foster, care.ChildrensHome, care.Hospital).Each {
		if seen = append(seen, k); k == care.ChildrensHome {
			break
		}
	}
	require.Equal(t, []care.Kind{care.Foster, care.ChildrensHome}, seen)
}

// Sets of kinds are kept in files, by bit.
func TestTheBitOfAKindNeverChanges(t *testing.T) {
	order := []care.Kind{care.Foster, care.ConnectedPerson, care.ChildrensHome, care.Secure, care.Supported, care.Unregulated,
		care.ResidentialSchool, care.CareHome, care.Hospital, care.FamilyCentre, care.ParentAndChild}
	require.Equal(t, order, care.Kinds()[:len(order)], "a new kind goes to the end")
	for i, k := range order {
		require.EqualValues(t, 1<<i, care.KindSetOf(k), k)
	}
	require.LessOrEqual(t, len(care.Kinds()), 16, "a KindSet has 16 bits")
	kinds := care.Kinds()
	slices.Reverse(kinds)
	require.Equal(t, care.Foster, care.Kinds()[0], "the list is the caller's own")
}
