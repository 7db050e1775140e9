package store

import (
	"bytes"
	"crypto/sha256"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func someMark(turn uint64) mark {
	return mark{turn: turn, head: Head{Number: 10 + turn, Root: Hash{1, 2, byte(turn)}}, clean: turn%2 == 0}
}

func TestHeadSlotIsReadAsItWasWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		root := rapid.SliceOfN(rapid.Byte(), 32, 32).Draw(t, "root")
		key := rapid.SliceOfN(rapid.Byte(), KeySize, KeySize).Draw(t, "key")
		want := mark{rapid.Uint64().Draw(t, "turn"), Head{rapid.Uint64().Draw(t, "number"), Hash(root)}, rapid.Bool().Draw(t, "clean"), keyMark(key)}
		slot := want.encode()
		require.Len(t, slot, headSlotSize)
		got, ok := decodeMark(slot)
		require.True(t, ok)
		require.Equal(t, want, got)
	})
}

func TestHeadSlotWithAnyBitFlippedDoesNotCount(t *testing.T) {
	slot := someMark(3).encode()
	for i := range 8 * len(slot) {
		slot[i/8] ^= 1 << (i % 8)
		_, ok := decodeMark(slot)
		require.False(t, ok, "bit %d", i)
		slot[i/8] ^= 1 << (i % 8)
	}
	for n := range headSlotSize {
		_, ok := decodeMark(slot[:n])
		require.False(t, ok, "%d bytes", n)
	}
}

func TestHeadSlotWithAFlagOfLaterDoesNotCount(t *testing.T) {
	body := someMark(3).encode()[:headSlotSize-sha256.Size]
	body[63] = 2
	sum := sha256.Sum256(body)
	_, ok := decodeMark(append(body, sum[:]...))
	require.False(t, ok)
}

// oldSlot is the slot as it was written before a store could be encrypted.
func oldSlot(m mark) []byte {
	body := append([]byte(oldHeadMagic), m.encode()[8:64]...)
	sum := sha256.Sum256(body)
	return append(body, sum[:]...)
}

func TestHeadOfAStoreFromBeforeEncryptionIsRead(t *testing.T) {
	want := someMark(6)
	slot := oldSlot(want)
	require.Len(t, slot, oldHeadSlotSize)
	got, ok := decodeMark(slot)
	require.True(t, ok)
	require.Equal(t, want, got)
	for i := range 8 * len(slot) {
		slot[i/8] ^= 1 << (i % 8)
		_, ok := decodeMark(slot)
		require.False(t, ok, "bit %d", i)
		slot[i/8] ^= 1 << (i % 8)
	}
}

// headAfter is HEAD after so many writes, and the file's bytes.
func headAfter(t *testing.T, dir string, writes int) []byte {
	require.NoError(t, createHead(dir, keyMark{}))
	h, err := openHead(dir)
	require.NoError(t, err)
	for range writes {
		m := someMark(h.last.turn + 1)
		require.NoError(t, h.write(m.head, m.clean, false))
	}
	require.NoError(t, h.close())
	image, err := os.ReadFile(filepath.Join(dir, headName))
	require.NoError(t, err)
	require.Len(t, image, headSlots*headSlotStep)
	return image
}

func TestHeadOfANewStoreIsThatOfAnEmptyJournal(t *testing.T) {
	dir := t.TempDir()
	headAfter(t, dir, 0)
	m, err := readHead(dir)
	require.NoError(t, err)
	s := InMemory()
	require.Equal(t, look(t, s).Head(), m.head)
	require.True(t, m.clean)
	checkAndClose(t, s)
	require.NoFileExists(t, filepath.Join(dir, "HEAD.new"))
}

func TestHeadWritesTakeTurns(t *testing.T) {
	for writes := range 6 {
		dir := t.TempDir()
		headAfter(t, dir, writes)
		m, err := readHead(dir)
		require.NoError(t, err)
		require.Equal(t, uint64(writes+1), m.turn)
		if writes > 0 {
			require.Equal(t, someMark(m.turn), m)
		}
	}
}

func TestHeadTornAnywhereInItsLastWriteStillCounts(t *testing.T) {
	dir := t.TempDir()
	before := headAfter(t, dir, 4)
	after := headAfter(t, dir, 5)
	for torn := 0; torn <= len(after); torn++ {
		image := append(bytes.Clone(after[:torn]), before[torn:]...)
		m, ok := newestMark(image)
		require.True(t, ok, "torn after %d bytes", torn)
		require.Contains(t, []uint64{5, 6}, m.turn)
		require.Equal(t, someMark(m.turn), m)
	}
}

func TestHeadWithBothSlotsSpoiltIsRefused(t *testing.T) {
	for name, image := range map[string][]byte{
		"empty":   {},
		"zeroes":  make([]byte, headSlots*headSlotStep),
		"cut off": headAfter(t, t.TempDir(), 1)[:headSlotSize-1],
	} {
		dir := t.TempDir()
		require.NoError(t, os.WriteFile(filepath.Join(dir, headName), image, 0o600))
		_, err := readHead(dir)
		require.ErrorIs(t, err, ErrDamaged, name)
		_, err = openHead(dir)
		require.ErrorIs(t, err, ErrDamaged, name)
	}
}

func TestHeadThatCannotBeWrittenSaysSo(t *testing.T) {
	dir := t.TempDir()
	headAfter(t, dir, 0)
	h, err := openHead(dir)
	require.NoError(t, err)
	require.NoError(t, h.close())
	require.ErrorIs(t, h.write(Head{}, true, true), os.ErrClosed)
	require.ErrorIs(t, createHead(filepath.Join(dir, "nowhere"), keyMark{}), os.ErrNotExist)
	_, err = openHead(filepath.Join(dir, "nowhere"))
	require.ErrorIs(t, err, os.ErrNotExist)
}

func FuzzHead(f *testing.F) {
	one, two := someMark(1).encode(), someMark(2).encode()
	image := make([]byte, headSlots*headSlotStep)
	copy(image, two)
	copy(image[headSlotStep:], one)
	f.Add(image)
	f.Add(one)
	f.Add(oldSlot(someMark(2)))
	f.Add([]byte(headMagic))
	f.Fuzz(func(t *testing.T, file []byte) {
		m, ok := newestMark(file)
		if !ok {
			require.Zero(t, m)
			return
		}
		require.True(t, bytes.Contains(file, m.encode()) || bytes.Contains(file, oldSlot(m)), "what counts is in the file byte for byte")
	})
}
