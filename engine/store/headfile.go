package store

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/stablehomes/stablehomes/engine/durable"
)

// The file HEAD holds two slots, one page apart, that are written in turn. A
// write that is torn spoils one slot and leaves the one before it.
const (
	headName     = "HEAD"
	headSlots    = 2
	headSlotStep = 4096 // bytes between slots: no storage tears two pages at once
	headSlotSize = 128  // bytes of a slot that mean something
	headMagic    = "sthomes2"
)

// mark is what one slot of HEAD says.
type mark struct {
	turn  uint64 // counts the writes of HEAD; the valid slot with the highest turn counts
	head  Head
	clean bool    // the store was closed properly
	key   keyMark // of the key that the store is encrypted with
}

// encode lays out magic, turn, number, root, flags, the mark of the key and the
// SHA-256 of those.
func (m mark) encode() []byte {
	b := make([]byte, 0, headSlotSize)
	b = append(b, headMagic...)
	b = binary.BigEndian.AppendUint64(b, m.turn)
	b = binary.BigEndian.AppendUint64(b, m.head.Number)
	b = append(b, m.head.Root[:]...)
	flags := uint64(0)
	if m.clean {
		flags = 1
	}
	b = binary.BigEndian.AppendUint64(b, flags)
	b = append(b, m.key[:]...)
	sum := sha256.Sum256(b)
	return append(b, sum[:]...)
}

// The slots that were written before a store could be encrypted end with the
// flags and their SHA-256.
const (
	oldHeadMagic    = "sthomes1"
	oldHeadSlotSize = 96
)

// decodeMark says whether the slot is whole.
func decodeMark(b []byte) (mark, bool) {
	if body, ok := slotBody(b, headMagic, headSlotSize); ok {
		m, ok := bodyMark(body)
		m.key = keyMark(body[64:])
		return m, ok
	}
	if body, ok := slotBody(b, oldHeadMagic, oldHeadSlotSize); ok {
		return bodyMark(body)
	}
	return mark{}, false
}

// slotBody is a slot of that magic and size without its checksum, if that holds.
func slotBody(b []byte, magic string, size int) (body []byte, ok bool) {
	if len(b) < size {
		return nil, false
	}
	body = b[:size-sha256.Size]
	want := sha256.Sum256(body)
	return body, bytes.HasPrefix(body, []byte(magic)) && bytes.Equal(b[size-sha256.Size:size], want[:])
}

func bodyMark(body []byte) (mark, bool) {
	flags := binary.BigEndian.Uint64(body[56:])
	return mark{
		turn:  binary.BigEndian.Uint64(body[8:]),
		head:  Head{Number: binary.BigEndian.Uint64(body[16:]), Root: Hash(body[24:56])},
		clean: flags == 1,
	}, flags <= 1
}

// newestMark picks the valid slot with the highest turn from the bytes of HEAD.
func newestMark(file []byte) (newest mark, found bool) {
	for at := 0; at < len(file) && at < headSlots*headSlotStep; at += headSlotStep {
		m, ok := decodeMark(file[at:])
		if ok && (!found || m.turn > newest.turn) {
			newest, found = m, true
		}
	}
	return newest, found
}

// headFile is HEAD, open for writing. One goroutine uses it at a time.
type headFile struct {
	file *os.File
	last mark
}

// createHead writes a HEAD for an empty journal. It appears whole or not at all.
func createHead(dir string, key keyMark) error {
	root, err := treeReader{}.root(0)
	if err != nil {
		return err
	}
	image := make([]byte, headSlots*headSlotStep)
	for turn := range uint64(headSlots) {
		copy(image[turn*headSlotStep:], mark{turn: turn, head: Head{Root: root}, clean: true, key: key}.encode())
	}
	if err := replace(dir, headName, image); err != nil {
		return fmt.Errorf("create HEAD: %w", err)
	}
	return nil
}

// readHead reads HEAD without opening it for writing.
func readHead(dir string) (mark, error) {
	file, err := os.ReadFile(filepath.Join(dir, headName))
	if err != nil {
		return mark{}, fmt.Errorf("read HEAD: %w", err)
	}
	m, ok := newestMark(file)
	if !ok {
		return mark{}, &DirError{Dir: dir, Kind: ErrDamaged,
			Why: "HEAD cannot be read, so nobody can tell whether the end of the journal is there; restore a backup"}
	}
	return m, nil
}

func openHead(dir string) (*headFile, error) {
	m, err := readHead(dir)
	if err != nil {
		return nil, err
	}
	f, err := os.OpenFile(filepath.Join(dir, headName), os.O_RDWR, 0)
	if err != nil {
		return nil, fmt.Errorf("open HEAD: %w", err)
	}
	return &headFile{file: f, last: m}, nil
}

// write records the head in the slot whose turn it is. It outlives the process
// once it returns, and a power cut only where durable is set: a HEAD that lags
// behind loses nothing, and waiting for the disk twice a change would halve the
// rate of changes.
func (h *headFile) write(head Head, clean, durable bool) error {
	m := mark{turn: h.last.turn + 1, head: head, clean: clean, key: h.last.key}
	if _, err := h.file.WriteAt(m.encode(), int64(m.turn%headSlots)*headSlotStep); err != nil {
		return fmt.Errorf("write HEAD: %w", err)
	}
	h.last = m
	if !durable {
		return nil
	}
	if err := h.file.Sync(); err != nil {
		return fmt.Errorf("write HEAD: %w", err)
	}
	return nil
}

func (h *headFile) close() error { return h.file.Close() }

// replace puts a file in the place of another of the same name, on the disk, in one
// step.
func replace(dir, name string, content []byte) error {
	return durable.Replace(filepath.Join(dir, name), 0o600, func(w io.Writer) error {
		_, err := w.Write(content)
		return err
	})
}
