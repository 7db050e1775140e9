package engine

import (
	"strconv"

	"github.com/stablehomes/stablehomes/engine/care"
	"github.com/stablehomes/stablehomes/engine/store"
)

// nextID is a free id for something that the change being decided brings about: a
// word and the number that the journal will give the change, such as HOLD-17.
// Where somebody has taken it, a number follows.
func nextID(v *store.View, word string, kind store.Kind) (care.ID, error) {
	plain := word + "-" + strconv.FormatUint(v.Head().Number+1, 10)
	for id, n := care.ID(plain), 2; ; n++ {
		taken, err := v.Has(kind, id)
		if err != nil || !taken {
			return id, err
		}
		id = care.ID(plain + "-" + strconv.Itoa(n))
	}
}
