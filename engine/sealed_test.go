package engine

import (
	"bytes"
	"io"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

func keyOf(n byte) []byte { return bytes.Repeat([]byte{n}, KeySize) }

func TestASealedFileIsReadAsIfItWereNot(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 0))
	for _, size := range []int{0, 1, 100, sealPiece - 1, sealPiece, sealPiece + 1, 3*sealPiece + 17} {
		content := make([]byte, size)
		for i := range content {
			content[i] = byte(r.Uint32())
		}
		file, err := seal(keyOf(1), content)
		require.NoError(t, err)
		s, err := openSealed(bytes.NewReader(file), int64(len(file)), keyOf(1))
		require.NoError(t, err)
		require.Equal(t, int64(size), s.size)
		for range 50 {
			from := r.IntN(size + 1)
			b := make([]byte, r.IntN(size-from+1))
			n, err := s.ReadAt(b, int64(from))
			require.NoError(t, err)
			require.Equal(t, len(b), n)
			require.True(t, bytes.Equal(content[from:from+n], b), "from %d of %d", from, size)
		}
		n, err := s.ReadAt(make([]byte, size+1), 0)
		require.ErrorIs(t, err, io.EOF)
		require.Equal(t, size, n)
		_, err = s.ReadAt(make([]byte, 1), int64(size)+1)
		require.ErrorIs(t, err, errSealed)
		_, err = s.ReadAt(make([]byte, 1), -1)
		require.ErrorIs(t, err, errSealed)
	}
}

// opens says whether all of a file can be read, and what it says.
func opens(file, key []byte) ([]byte, error) {
	s, err := openSealed(bytes.NewReader(file), int64(len(file)), key)
	if err != nil {
		return nil, err
	}
	b := make([]byte, s.size)
	if _, err := s.ReadAt(b, 0); err != nil {
		return nil, err
	}
	if s.size == 0 { // nothing was asked for, so nothing was opened
		_, err = s.piece(0, make([]byte, sealPiece+sealTag))
	}
	return b, err
}

func TestASealedFileThatWasChangedDoesNotOpen(t *testing.T) {
	content := bytes.Repeat([]byte("C-104 "), 25_000)
	file, err := seal(keyOf(1), content)
	require.NoError(t, err)
	_, err = opens(file, keyOf(2))
	require.ErrorIs(t, err, errSealed)
	r := rand.New(rand.NewPCG(2, 0))
	for range 300 {
		bit := r.IntN(8 * len(file))
		file[bit/8] ^= 1 << (bit % 8)
		_, err := opens(file, keyOf(1))
		require.ErrorIs(t, err, errSealed, "bit %d", bit)
		file[bit/8] ^= 1 << (bit % 8)
	}
	step := sealPiece + sealTag
	for _, n := range []int{0, 5, sealHeader, sealHeader + sealTag, sealHeader + step, sealHeader + 2*step, len(file) - 1} {
		_, err := opens(file[:n], keyOf(1))
		require.ErrorIs(t, err, errSealed, "%d bytes", n)
	}
	swapped := bytes.Clone(file)
	copy(swapped[sealHeader:], file[sealHeader+step:sealHeader+2*step])
	copy(swapped[sealHeader+step:], file[sealHeader:sealHeader+step])
	_, err = opens(swapped, keyOf(1))
	require.ErrorIs(t, err, errSealed, "pieces in another order")
	_, err = opens(content, keyOf(1))
	require.ErrorIs(t, err, errSealed, "a file in clear is not taken for a sealed one")
}

func TestNoTwoSealedFilesAreAlike(t *testing.T) {
	one, err := seal(keyOf(1), []byte("the same"))
	require.NoError(t, err)
	two, err := seal(keyOf(1), []byte("the same"))
	require.NoError(t, err)
	require.NotEqual(t, one[len(sealMagic):], two[len(sealMagic):])
	require.NotContains(t, string(one), "the same")
}

func FuzzOpenSealed(f *testing.F) {
	whole, err := seal(keyOf(1), []byte("a few homes"))
	require.NoError(f, err)
	f.Add(whole)
	f.Add([]byte(sealMagic))
	f.Add(append([]byte(sealMagic), make([]byte, 100)...))
	f.Fuzz(func(t *testing.T, b []byte) {
		if got, err := opens(b, keyOf(1)); err == nil {
			require.Equal(t, "a few homes", string(got))
		}
	})
}
