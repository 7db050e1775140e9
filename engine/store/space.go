package store

// The room that a store wants on its disk. A mapped file that the disk has no
// room for ends the program where it stands (SIGBUS), and so does every attempt
// to open the store again.
const (
	roomToWrite = 256 << 20 // bytes: below, changes are refused
	roomShare   = 20        // and below one part in so many of the disk
	roomToOpen  = 96 << 20  // bytes: two logs of 32 MB, and as much again for tables
)

// space is how many bytes are free to this user where a directory lies, and how
// many there are in all; known is false where the system does not say.
type space func(dir string) (free, total uint64, known bool)

// room is a [*FullError] if there is too little to change anything.
func (s space) room(dir string) error {
	free, total, known := s(dir)
	if needed := max(roomToWrite, total/roomShare); known && free < needed {
		return &FullError{Dir: dir, Free: free, Needed: needed}
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
