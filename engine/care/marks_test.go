package care_test

import (
	"fmt"
	"maps"
	"math/bits"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stablehomes/stablehomes/engine/care"
)

// realistic are words that homes and children have, by the column they are in.
var realistic = map[string][]string{
	"languages": {"english", "polish", "romanian", "panjabi", "urdu", "portuguese", "spanish", "arabic", "bengali", "gujarati", "italian",
		"tamil", "french", "lithuanian", "turkish", "bulgarian", "persian", "somali", "hungarian", "russian", "greek", "kurdish", "albanian",
		"pashto", "tigrinya", "vietnamese", "amharic", "dari", "sorani", "british-sign-language", "makaton"},
	"skills": {"autism", "adhd", "attachment-trauma", "learning-disability", "physical-disability", "sensory-impairment", "epilepsy",
		"diabetes", "tube-feeding", "self-harm", "sexual-exploitation", "criminal-exploitation", "drugs", "eating-disorder", "missing",
		"physical-harm", "sexual-harm", "fire-setting", "harm-to-animals", "speech-and-language", "sleep", "toileting", "baby-care",
		"parent-assessment", "asylum", "gender-identity", "bereavement", "foetal-alcohol", "mental-health", "behaviour"},
	"identities": {"christian", "catholic", "church-of-england", "muslim", "sunni", "shia", "hindu", "sikh", "jewish", "buddhist", "none",
		"irish", "traveller", "roma", "caribbean", "somali", "nigerian", "polish", "white-british", "white-irish", "white-other",
		"mixed-white-and-asian", "mixed-white-and-black-african", "mixed-white-and-black-caribbean", "indian", "pakistani", "bangladeshi",
		"chinese", "black-african", "black-caribbean", "arab"},
	"adaptations": {"ramp", "hoist", "wide-doors", "wet-room", "stair-lift", "ground-floor-bedroom", "level-access", "grab-rails",
		"wheelchair-access", "changing-bed", "visual-alarm", "hearing-loop", "secure-garden"},
	"authorities": {"E06000001", "E06000019", "E06000052", "E06000065", "E08000012", "E08000021", "E08000032", "E08000033", "E08000034",
		"E08000035", "E08000036", "E08000038", "E08000039", "E09000001", "E09000012", "E09000033", "E10000003", "E10000016", "E10000034", "W06000023"},
}

func TestAWordThatIsInIsAlwaysFound(t *testing.T) {
	d := rolled(t, 11)
	for _, column := range slices.Sorted(maps.Keys(realistic)) {
		words := realistic[column]
		for range rounds(500) {
			var in []string
			for range d.IntN(9) {
				in = append(in, pick(d, words...))
			}
			set := care.MarksOf(in...)
			require.True(t, set.Has(0), "of nothing asked, all is there")
			require.False(t, set.Meets(0))
			for i, w := range in {
				require.True(t, set.Has(care.MarksOf(w)), "%s: %s of %q", column, w, in)
				require.True(t, set.Meets(care.MarksOf(w, "quite-another")))
				require.True(t, set.Has(care.MarksOf(in[:i+1]...)), "several words are asked for together")
			}
		}
	}
	require.Zero(t, care.MarksOf[string](), "no word, no mark")
	require.True(t, care.MarksOf("ramp", "hoist").Has(care.MarksOf(care.List{"hoist", "ramp", "ramp"}...)), "in any order, however often")
}

func TestAMissingWordIsMissed(t *testing.T) {
	set := care.MarksOf("ramp", "hoist")
	require.False(t, set.Has(care.MarksOf("wet-room")))
	require.False(t, set.Has(care.MarksOf("ramp", "wet-room")), "one of two is not all")
	require.True(t, set.Meets(care.MarksOf("ramp", "wet-room")), "and is some")
	require.False(t, set.Meets(care.MarksOf("wet-room", "stair-lift")))
	require.False(t, care.MarksOf[string]().Has(care.MarksOf("ramp")))
}

// Marks are kept in files: were one word's to change, a file written before would
// leave homes out.
func TestMarksAreTheSameInEveryVersion(t *testing.T) {
	for word, bit := range map[string]int{
		"": 62, "autism": 39, "somali": 40, "muslim": 36, "ramp": 58, "white-british": 16, "E08000035": 63, "E08000032": 54, "zażółć": 62,
	} {
		require.Equal(t, care.Marks(1)<<bit, care.MarksOf(word), "%q has bit %d", word, bits.TrailingZeros64(uint64(care.MarksOf(word))))
	}
}

// One pair of words in 64 is expected to collide. The words that are in use do
// not do much worse, and a home with three of them rarely passes for one with a
// fourth.
func TestFewWordsPassForOthers(t *testing.T) {
	pairs, collided := 0, 0
	for column, words := range realistic {
		for i, a := range words {
			for _, b := range words[:i] {
				require.NotEqual(t, a, b, column)
				pairs++
				if care.MarksOf(a) == care.MarksOf(b) {
					collided++
				}
			}
		}
	}
	t.Logf("%d of %d pairs collide", collided, pairs)
	require.Less(t, collided*40, pairs, "of two words, one in 40 at most")

	d := rolled(t, 12)
	tried, wrong := 0, 0
	for range 20_000 {
		words := pick(d, realistic["languages"], realistic["skills"], realistic["identities"], realistic["adaptations"])
		order := d.Perm(len(words))
		home := care.MarksOf(words[order[0]], words[order[1]], words[order[2]])
		tried++
		if home.Has(care.MarksOf(words[order[3]])) {
			wrong++
		}
	}
	t.Logf("%d of %d homes with three words pass for one with a fourth", wrong, tried)
	require.Less(t, wrong*20, tried)
}

// Numbered words, which differ in their last letters alone, spread over all marks.
func TestNumberedWordsSpreadOverAllMarks(t *testing.T) {
	var counts [64]int
	for n := range 6400 {
		counts[bits.TrailingZeros64(uint64(care.MarksOf(fmt.Sprintf("E%08d", n))))]++
	}
	for bit, n := range counts {
		require.True(t, n > 50 && n < 200, "bit %d has %d of 6400, 100 are expected", bit, n)
	}
}
