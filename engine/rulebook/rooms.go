package rulebook

import (
	"fmt"
	"slices"

	"github.com/stablehomes/stablehomes/engine/care"
)

const (
	roomsEnough clause = iota
	roomsShared
	roomsUnknown
	roomsSharingUnknown
)

// ownRoomAge is the age, in years, from which a child has a bedroom of their own
// (National Minimum Standards 10.6: "over the age of three").
const ownRoomAge = 3

var bedrooms = Rule{
	ID:       "bedrooms",
	Title:    "A bedroom of their own for each child over three",
	Citation: "Fostering Services: National Minimum Standards (2011), standard 10.6",
	Basis:    Standard,
	whole:    true,
	applies:  care.Kind.Fostering,
	judge: func(q *question) ruling {
		r := ruling{n: len(q.home.Bedrooms), m: q.overThree()}
		share := q.home.SiblingsMayShare
		switch {
		case q.home.Bedrooms == nil:
			r.verdict, r.clause = SignOff, roomsUnknown
		case r.n >= r.m, share == care.Yes && q.shares():
			r.verdict, r.clause = Met, roomsEnough
		case share == care.Unknown && q.shares():
			r.verdict, r.clause = SignOff, roomsSharingUnknown
		default:
			r.verdict, r.clause = SignOff, roomsShared
		}
		return r
	},
	say: func(q *question, r ruling) words {
		says := fmt.Sprintf("%s for %s over three", counted(r.n, "bedroom", "bedrooms"), counted(r.m, "child", "children"))
		switch r.clause {
		case roomsEnough:
			return words{says: says}
		case roomsUnknown:
			return confirmWords("how many bedrooms there are for children is not recorded", "bedrooms")
		case roomsSharingUnknown:
			return confirmWords(says+"; enough if siblings may share, which is not recorded", "siblings_may_share")
		}
		return words{says: says + ": children would share", role: PlacingAuthorities,
			fix: "each placing authority agrees, with own areas in the room, a look at bullying, abuse and wishes; or another bedroom"}
	},
}

// needsRoom says whether a child is over three on the day. One whose age is not
// recorded is taken to be.
func (q *question) needsRoom(c *care.Child) bool {
	return c.DOB == 0 || q.On > care.Birthday(c.DOB, ownRoomAge)
}

// eachOverThree passes the children over three there would be.
func (q *question) eachOverThree(do func(*care.Child)) {
	for i := range q.Children {
		if q.needsRoom(&q.Children[i]) {
			do(&q.Children[i])
		}
	}
	for i := range q.residents() {
		if q.there(i) && q.needsRoom(q.resident(i)) {
			do(q.resident(i))
		}
	}
}

func (q *question) overThree() int {
	n := 0
	q.eachOverThree(func(*care.Child) { n++ })
	return n
}

// shares says whether there is room if the children of each sibling group share.
func (q *question) shares() bool {
	var groups [8]care.ID // more than a foster home has; on the stack
	var counts [8]int
	ids, sizes := groups[:0], counts[:0]
	q.eachOverThree(func(c *care.Child) {
		if i := slices.Index(ids, c.Group); c.Group != "" && i >= 0 {
			sizes[i]++
			return
		}
		ids, sizes = append(ids, c.Group), append(sizes, 1)
	})
	return houses(q.home.Bedrooms, sizes)
}

// houses says whether rooms, each with so many sleepers, can be given to families
// of so many children so that every one has room and none shares a room with
// another.
func houses(rooms, families []int) bool {
	if len(families) == 0 || len(rooms) < len(families) {
		return len(families) == 0
	}
	var bySize [maxRooms]int // on the stack
	n := copy(bySize[:], rooms)
	slices.Sort(bySize[:n])
	return fill(bySize[:n], families, families[0], 0, 0)
}

// maxRooms is how many rooms are looked at; a foster home has fewer.
const maxRooms = 64

// fill gives rooms that are not used, from one on, to the first family until the
// rest of it, need, has room, and then sees to the next. It tries every way; rooms
// of one size stand together, so that no two ways differ only in which of them.
func fill(rooms, families []int, need, from int, used uint64) bool {
	if need <= 0 {
		if families = families[1:]; len(families) == 0 {
			return true
		}
		need, from = families[0], 0
	}
	tried := 0
	for i := from; i < len(rooms); i++ {
		if used&(1<<i) != 0 || rooms[i] == tried {
			continue
		}
		tried = rooms[i]
		if fill(rooms, families, need-rooms[i], i+1, used|1<<i) {
			return true
		}
	}
	return false
}
