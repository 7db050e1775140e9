package store

// The room that a store wants on its disk. A mapped file that the disk has no
// room for ends the program where it stands (SIGBUS), and so does every attempt
// to open the store again.
const (
	roomToWrite = 256 << 20 // bytes: below, changes are refused
	roomShare   = 20        // and below one part in so many of the disk,
	roomEnough  = 4 << 30   // bytes: or this, on a large one
	roomToOpen  = 96 << 20  // bytes: two logs of 32 MB, and as much again for tables
)

// space is how many bytes are free to this user where a directory lies, and how
// many there are in all; known is false where the system does not say.
type space func(dir string) (free, total uint64, known bool)

// needed is how much has to be free of a disk for a change to be taken, in bytes.
func needed(total uint64) uint64 { return max(roomToWrite, min(total/roomShare, roomEnough)) }

// room is a [*FullError] if there is too little to change anything.
func (s space) room(dir string) error {
	free, total, known := s(dir)
	if known && free < needed(total) {
		return &FullError{Dir: dir, Free: free, Needed: needed(total)}
	}
	return nil
}

// roomToStart is a [*FullError] if there is too little to open for writing.
func (s space) roomToStart(dir string) error {
	if free, _, known := s(dir); known && free < roomToOpen {
		return &FullError{Dir: dir, Free: free, Needed: roomToOpen}
	}
	return nil
}
