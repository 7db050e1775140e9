package store

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"io"
	"path/filepath"

	"golang.org/x/mod/sumdb/tlog"
)

// A backup is every key of one consistent state with its value, and files that
// lie beside the store:
//
//	magic  8 bytes, "sthbak1" and a line feed
//	       for each key, in order: 'k', its length, the key, the length of its
//	       value, the value
//	       for each file: 'f', the length of its name, the name, its length, the
//	       content
//	end    'e', the number of keys, the number of the newest journal entry,
//	       8 bytes each, and the root of the tree over the journal, 32 bytes
//	sum    SHA-256 of all before
//
// Lengths are varints; other numbers are big-endian.
const (
	backupMagic = "sthbak1\n"
	backupKey   = 'k'
	backupFile  = 'f'
	backupEnd   = 'e'
)

// IsBackup says whether a file that begins so may be a backup.
func IsBackup(start []byte) bool { return bytes.HasPrefix(start, []byte(backupMagic)) }

// ErrBadBackup says that a backup is damaged, cut off, or no backup at all.
var ErrBadBackup = errors.New("the backup cannot be used")

// BackupFile is a file that goes with a backup.
type BackupFile struct {
	Name    string // without a directory
	Size    int64  // bytes
	Content io.Reader
}

// Backed says what a backup holds.
type Backed struct {
	Head Head
	Keys uint64
}

// Backup writes everything as it stands now; changes that are made meanwhile are
// not in it. What it writes is in clear, also that of an encrypted store. It is an
// [ErrDamaged] if not every key could be read.
func (s *Store) Backup(ctx context.Context, w io.Writer, files ...BackupFile) (Backed, error) {
	v, err := s.View(ctx)
	if err != nil {
		return Backed{}, err
	}
	defer v.Close()
	sum := sha256.New()
	b := backupWriter{bufio.NewWriterSize(io.MultiWriter(w, sum), 64<<10)}
	_, _ = b.WriteString(backupMagic)
	keys, err := b.keys(ctx, v)
	if err != nil {
		return Backed{}, fmt.Errorf("back up: %w", err)
	}
	for _, f := range files {
		if err := b.file(f); err != nil {
			return Backed{}, fmt.Errorf("back up %s: %w", f.Name, err)
		}
	}
	b.end(keys, v.Head())
	if err := b.Flush(); err != nil {
		return Backed{}, fmt.Errorf("back up: %w", err)
	}
	if _, err := w.Write(sum.Sum(nil)); err != nil {
		return Backed{}, fmt.Errorf("back up: %w", err)
	}
	return Backed{v.Head(), keys}, nil
}

// backupWriter keeps the first error until it is flushed.
type backupWriter struct{ *bufio.Writer }

func (b backupWriter) bytes(p []byte) {
	_, _ = b.Write(binary.AppendUvarint(nil, uint64(len(p))))
	_, _ = b.Write(p)
}

// keys writes every pair and compares how many there are of each kind with the
// head: a scan over a damaged block may end early without an error.
func (b backupWriter) keys(ctx context.Context, v *View) (uint64, error) {
	n, seen := uint64(0), map[Kind]uint64{}
	for p, err := range v.snap.Scan(nil) {
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return 0, err
		}
		_ = b.WriteByte(backupKey)
		b.bytes(p.Key)
		b.bytes(p.Value)
		n++
		seen[Key(p.Key).Kind()]++
	}
	for _, kind := range append([]Kind{opKind, wasKind, journalKind, treeKind}, recordKinds...) {
		if want := v.keysOf(kind); seen[kind] != want {
			return 0, damaged("%d keys of kind %s can be read of %d", seen[kind], kind, want)
		}
	}
	return n, nil
}

// keysOf is how many keys of a kind there are, by the head.
func (v *View) keysOf(kind Kind) uint64 {
	switch kind {
	case journalKind:
		return v.head.Number
	case treeKind:
		return uint64(tlog.StoredHashCount(int64(v.head.Number)))
	}
	return *v.head.Counts.of(kind)
}

func (b backupWriter) file(f BackupFile) error {
	_ = b.WriteByte(backupFile)
	b.bytes([]byte(f.Name))
	_, _ = b.Write(binary.AppendUvarint(nil, uint64(f.Size)))
	if n, err := io.Copy(b, io.LimitReader(f.Content, f.Size)); err != nil || n != f.Size {
		return errors.Join(err, fmt.Errorf("%d bytes of %d can be read", n, f.Size))
	}
	return nil
}

func (b backupWriter) end(keys uint64, head Head) {
	_ = b.WriteByte(backupEnd)
	_, _ = b.Write(binary.BigEndian.AppendUint64(nil, keys))
	_, _ = b.Write(binary.BigEndian.AppendUint64(nil, head.Number))
	_, _ = b.Write(head.Root[:])
}

// ReadBackup reads a whole backup and hands each pair and each file to the
// functions; either may be nil. What they are handed may still turn out to be
// damaged: only when ReadBackup returns without an error was it what was written.
// An error wraps [ErrBadBackup] or is theirs or that of ctx.
func ReadBackup(ctx context.Context, r io.Reader, pair func(key, value []byte) error, file func(f BackupFile) error) (Backed, error) {
	sum := sha256.New()
	b := &backupReader{in: bufio.NewReaderSize(r, 64<<10), sum: sum, pair: pair, file: file}
	if b.magic(); b.err != nil {
		return Backed{}, b.err
	}
	for n := 0; ; n++ {
		if n%1024 == 0 && ctx.Err() != nil {
			return Backed{}, ctx.Err()
		}
		switch tag := b.next(1); {
		case b.err != nil:
		case tag[0] == backupKey:
			b.onePair()
		case tag[0] == backupFile:
			b.oneFile()
		case tag[0] == backupEnd:
			return b.end()
		default:
			b.bad("a part of it is damaged")
		}
		if b.err != nil {
			return Backed{}, b.err
		}
	}
}

// The most that a backup says of one thing.
const (
	longestBackedKey   = 4 << 10
	longestBackedValue = 2 << 20
	longestBackedName  = 255
)

type backupReader struct {
	in   *bufio.Reader
	sum  hash.Hash
	err  error
	keys uint64
	last []byte // the key before
	head []byte // the value of the key "head"
	pair func(key, value []byte) error
	file func(f BackupFile) error
}

func (b *backupReader) bad(why string) {
	if b.err == nil {
		b.err = fmt.Errorf("%w: %s", ErrBadBackup, why)
	}
}

// Read reads through the checksum.
func (b *backupReader) Read(p []byte) (int, error) {
	n, err := b.in.Read(p)
	b.sum.Write(p[:n])
	return n, err
}

// ReadByte reads through the checksum.
func (b *backupReader) ReadByte() (byte, error) {
	c, err := b.in.ReadByte()
	if err == nil {
		b.sum.Write([]byte{c})
	}
	return c, err
}

// next is so many bytes; the backup is cut off where there are fewer.
func (b *backupReader) next(n int) []byte {
	p := make([]byte, n)
	if b.err != nil {
		return p
	}
	if _, err := io.ReadFull(b, p); err != nil {
		b.ended(err)
	}
	return p
}

// ended tells the end of the file from an error of whoever reads it.
func (b *backupReader) ended(err error) {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		b.bad("it is cut off")
		return
	}
	b.err = fmt.Errorf("%w: %w", ErrBadBackup, err)
}

func (b *backupReader) length(most uint64) int {
	if b.err != nil {
		return 0
	}
	n, err := binary.ReadUvarint(b)
	switch {
	case err != nil:
		b.ended(err)
		return 0
	case n > most:
		b.bad("it says of something that it is longer than it can be")
		return 0
	}
	return int(n)
}

func (b *backupReader) magic() {
	if magic := b.next(len(backupMagic)); b.err == nil && string(magic) != backupMagic {
		b.bad("it is no backup of this program, or of a newer one")
	}
}

func (b *backupReader) onePair() {
	key := b.next(b.length(longestBackedKey))
	value := b.next(b.length(longestBackedValue))
	if b.err == nil && b.keys > 0 && bytes.Compare(b.last, key) >= 0 {
		b.bad("its keys are in no order")
	}
	if b.err != nil {
		return
	}
	b.keys++
	b.last = key
	if string(key) == headKey {
		b.head = value
	}
	if b.pair != nil {
		b.err = b.pair(key, value)
	}
}

func (b *backupReader) oneFile() {
	name := string(b.next(b.length(longestBackedName)))
	size := int64(b.length(1 << 40))
	if b.err == nil && (name == "" || name == "." || name == ".." || filepath.Base(name) != name) {
		b.bad("it has a file that lies elsewhere")
	}
	if b.err != nil {
		return
	}
	content := &io.LimitedReader{R: b, N: size}
	if b.file != nil {
		b.err = b.file(BackupFile{Name: name, Size: size, Content: content})
	}
	if b.err != nil {
		return
	}
	if _, err := io.Copy(io.Discard, content); err != nil {
		b.ended(err)
	} else if content.N > 0 {
		b.bad("it is cut off")
	}
}

// end compares what was read with what the backup says at its end.
func (b *backupReader) end() (Backed, error) {
	said := b.next(8 + 8 + len(Hash{}))
	want := b.sum.Sum(nil)
	sum := b.next(len(want))
	if b.err == nil && !bytes.Equal(sum, want) {
		b.bad("its checksum is not what it says")
	}
	if _, err := b.in.ReadByte(); b.err == nil && !errors.Is(err, io.EOF) {
		b.bad("something follows its end")
	}
	backed := Backed{Head{binary.BigEndian.Uint64(said[8:]), Hash(said[16:])}, binary.BigEndian.Uint64(said)}
	if b.err == nil && backed.Keys != b.keys {
		b.bad("it has not as many keys as it says")
	}
	if b.err == nil && b.headOf() != backed.Head {
		b.bad("its keys are not of the state that it says")
	}
	return backed, b.err
}

// headOf is the head by the key of that name.
func (b *backupReader) headOf() Head {
	var h headRecord
	if b.head == nil {
		h.Root, _ = treeReader{}.root(0)
	} else if err := decodeVersioned(b.head, &h); err != nil {
		return Head{}
	}
	return Head{h.Number, h.Root}
}
