package spelling

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestWhatWasPerhapsMeant(t *testing.T) {
	columns := []string{"postcode", "age_min", "languages", "weekly_cost", "skills"}
	for name, want := range map[string]string{
		"postcod": "postcode", "AGEMIN": "age_min", "langauges": "languages", "weekly costs": "weekly_cost", "postcode": "postcode",
		"": "", "x": "", "shoe size": "", strings.Repeat("postcode", 100): "",
	} {
		require.Equal(t, want, Nearest(name, columns), name)
	}
	require.Equal(t, "cat", Nearest("car", []string{"cat", "bar"}), "the first of two as near")
	require.Equal(t, "bar", Nearest("bat", []string{"bar", "cat"}))
	require.Equal(t, "cat", Nearest("cat", []string{"bat", "cat"}), "the nearest, wherever it stands")
}

func TestANameIsNearAtAThirdOfItsLetters(t *testing.T) {
	require.True(t, Near("abc", 1))
	require.False(t, Near("ab", 1))
	require.True(t, Near("", 0))
}

func TestALongNameIsFarFromEverythingAndCostsNothing(t *testing.T) {
	long := strings.Repeat("a", 1<<20)
	require.Equal(t, 1<<20, Distance(long, long[1:]))
	require.Equal(t, 1<<20, Distance("a", long))
	require.Zero(t, Distance("Leeds", "leeds"))
	require.Equal(t, 3, Distance("kitten", "sitting"))
	require.Equal(t, 1, Distance("knid", "kind"), "a swap is one slip")
	require.Equal(t, 1, Distance("C-140", "c-104"))
	require.Equal(t, 2, Distance("1000", "0001"), "of neighbours only")
	require.Equal(t, 2, Distance("kid", "skin"))
	require.Equal(t, 1, Distance("kin", "kind"))
	require.Equal(t, 3, Distance("knids", "kind"), "a swap and more is counted letter by letter")
}
