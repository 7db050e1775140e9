package gazetteer

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// The licences ask for these words wherever the data goes.
func TestAttributionIsGiven(t *testing.T) {
	for _, file := range []string{"ATTRIBUTION.txt", "doc.go"} {
		data, err := os.ReadFile(file)
		require.NoError(t, err)
		words := strings.Join(strings.Fields(strings.ReplaceAll(string(data), "//", " ")), " ")
		for _, owed := range []string{
			"Contains public sector information licensed under the Open Government Licence v3.0 (Office for National Statistics, Department for Education, Ofsted)",
			"Contains OS data © Crown copyright and database right 2025",
			"Contains Royal Mail data © Royal Mail copyright and database right 2025",
			"Contains National Statistics data © Crown copyright and database right 2025",
			"UK Boundary Data by Martin Chorley, CC BY 4.0, from ONS/OS OpenData, Crown copyright and database right 2014",
		} {
			require.Contains(t, strings.Replace(words, "CC BY 4.0 (https: creativecommons.org/licenses/by/4.0/)", "CC BY 4.0", 1), owed, file)
		}
	}
}
