package scoring

import (
	"fmt"
	"math"
	"strconv"
)

// Millionths is a number in whole millionths: 1.5 is 1500000.
type Millionths int64

// One is the number 1.
const One Millionths = 1_000_000

// rounded is the one place where a value computed in floating point becomes
// whole millionths.
func rounded(v float64) Millionths { return Millionths(math.Round(v * float64(One))) }

// share is n ÷ of, rounded to the nearest millionth, halves up.
func share(n, of int) Millionths { return divide(Millionths(n)*One, Millionths(of)) }

// divide is a ÷ b to the nearest whole number, halves up, for a ≥ 0 and b > 0.
func divide(a, b Millionths) Millionths { return (a + b/2) / b }

// Float is the number as a float64.
func (m Millionths) Float() float64 { return float64(m) / float64(One) }

// String writes the number with six decimals.
func (m Millionths) String() string {
	sign := ""
	if m < 0 {
		sign, m = "-", -m
	}
	whole, rest := int64(m/One), int64(m%One)+int64(One)
	return sign + strconv.FormatInt(whole, 10) + "." + strconv.FormatInt(rest, 10)[1:]
}

// MarshalJSON writes the number with six decimals.
func (m Millionths) MarshalJSON() ([]byte, error) { return []byte(m.String()), nil }

// exact bounds the numbers that are read: up to it a float64 tells one millionth
// from the next.
const exact = 1 << 50 / float64(One)

// UnmarshalJSON reads what MarshalJSON writes, rounded to whole millionths. It
// refuses what is no number, and numbers beyond a thousand million.
func (m *Millionths) UnmarshalJSON(text []byte) error {
	v, err := strconv.ParseFloat(string(text), 64)
	if err != nil {
		return fmt.Errorf("millionths: %w", err)
	}
	if !(math.Abs(v) <= exact) { // also refuses a number that is not one
		return fmt.Errorf("millionths: %s is too large", text)
	}
	*m = rounded(v)
	return nil
}
