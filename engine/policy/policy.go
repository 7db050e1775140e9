package policy

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"

	"github.com/BurntSushi/toml"
)

// Policy is everything an authority may set, each value in force.
type Policy struct {
	// ProposedBan is what the ban on unregulated homes for children under 16
	// does on the days between its proposal (12 February 2020) and its coming
	// into force (9 September 2021).
	ProposedBan Ban `toml:"proposed_ban"`

	// StaleAfterDays is how old the word of a vacancy may be, in days, before an
	// officer is told to ask again.
	StaleAfterDays int `toml:"stale_after_days"`

	// RunsOutDays is how far ahead, in days, an officer is told of what a
	// placement rests on and that ends.
	RunsOutDays int `toml:"runs_out_days"`

	// ResidentialMinAge is the age, in years, under which a children's home needs
	// a nominated officer's agreement.
	ResidentialMinAge int `toml:"residential_min_age"`

	// SchoolReachPrimary and SchoolReachSecondary are the longest journey to
	// school, in minutes, that is within reach: to year 6, and from year 7
	// (statutory guidance on home to school travel, 2024, names 45 and 75).
	SchoolReachPrimary   int `toml:"school_reach_primary"`
	SchoolReachSecondary int `toml:"school_reach_secondary"`

	// Detour is how many road miles a straight mile stands for, in hundredths.
	Detour int `toml:"detour_percent"`

	// SpeedMPH is the speed, in miles an hour, at which a journey is estimated.
	SpeedMPH int `toml:"speed_mph"`

	// GuidanceOff names rules that the authority does not follow: rules that rest
	// on guidance or on policy. Law cannot be switched off.
	GuidanceOff []string `toml:"guidance_off"`

	// Weights are those of the criteria of the score.
	Weights Weights `toml:"weights"`
}

// Ban is what a ban that is proposed and not yet law does.
type Ban string

// The two answers an authority can give.
const (
	Enforce Ban = "enforce" // bar as if it were law
	Warn    Ban = "warn"    // let the officer see it and decide
)

// Weights are whole numbers from 0 to [MaxWeight]; only their proportions
// matter. A criterion of weight 0 is left out of the score.
type Weights struct {
	NearFamily int `toml:"near-family"`
	School     int `toml:"school"`
	Siblings   int `toml:"siblings"`
	Kind       int `toml:"kind"`
	InArea     int `toml:"in-area"`
	Needs      int `toml:"needs"`
	Identity   int `toml:"identity"`
	Wishes     int `toml:"wishes"`
	Stability  int `toml:"stability"`
}

// MaxWeight is the largest weight of a criterion.
const MaxWeight = 1000

// Default is the policy of an authority that has set nothing.
func Default() Policy {
	return Policy{
		ProposedBan:          Enforce,
		StaleAfterDays:       7,
		RunsOutDays:          182,
		ResidentialMinAge:    10,
		SchoolReachPrimary:   45,
		SchoolReachSecondary: 75,
		Detour:               130,
		SpeedMPH:             20,
		Weights: Weights{
			NearFamily: 20, School: 18, Siblings: 15, Kind: 15, InArea: 5,
			Needs: 12, Identity: 5, Wishes: 8, Stability: 7,
		},
	}
}

// JourneyMinutes estimates a journey to school from the straight distance.
func (p *Policy) JourneyMinutes(miles float64) float64 {
	return miles * float64(p.Detour) / 100 / float64(p.SpeedMPH) * 60
}

// Hash identifies the policies by what they set: "sha256:" and the hash of each
// written out in full, in the order given.
func Hash(policies ...*Policy) string {
	sum := sha256.New()
	for _, p := range policies {
		var out bytes.Buffer
		if err := toml.NewEncoder(&out).Encode(p); err != nil {
			panic(err) // a Policy is plain numbers and words; a buffer takes every write
		}
		sum.Write(out.Bytes())
	}
	return "sha256:" + hex.EncodeToString(sum.Sum(nil))
}
