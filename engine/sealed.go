package engine

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/stablehomes/stablehomes/engine/store"
)

// The file of spans of an encrypted store is sealed: AES-256-GCM over pieces of
// 64 KiB, so that it can be read in part and by several goroutines. Each file has
// a key of its own, from the store's key and the salt, so that no two pieces ever
// share a key and a nonce.
//
//	magic  8 bytes, "sthseal1"
//	salt   32 bytes
//	       the pieces, each with its tag of 16 bytes; only the last may be shorter
//
// The nonce is 12 bytes: 1 in the last piece and otherwise 0, three zero bytes
// and the number of the piece from 0, big-endian. So a file that was cut off does
// not open.
const (
	sealMagic  = "sthseal1"
	saltSize   = 32
	sealHeader = len(sealMagic) + saltSize
	sealPiece  = 64 << 10
	sealTag    = 16
)

var errSealed = errors.New("the file cannot be opened with the key of the store")

// sealKey is the key for the store's derived files; nil where it is not encrypted.
func sealKey(key []byte) ([]byte, error) {
	if len(key) == 0 {
		return nil, nil
	}
	return store.DeriveKey(key, "stablehomes/spans")
}

// pieceCipher is that of one file.
func pieceCipher(key, salt []byte) (cipher.AEAD, error) {
	own, err := store.DeriveKey(key, "stablehomes/sealed file "+string(salt))
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(own)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

func pieceNonce(n int64, last bool) []byte {
	nonce := make([]byte, 12)
	if last {
		nonce[0] = 1
	}
	binary.BigEndian.PutUint64(nonce[4:], uint64(n))
	return nonce
}

// seal is the sealed file of some content.
func seal(key, content []byte) ([]byte, error) {
	salt := make([]byte, saltSize)
	_, _ = rand.Read(salt) // which never fails
	aead, err := pieceCipher(key, salt)
	if err != nil {
		return nil, err
	}
	out := make([]byte, 0, sealHeader+len(content)+sealTag*(1+len(content)/sealPiece))
	out = append(append(out, sealMagic...), salt...)
	for n := int64(0); ; n++ {
		piece := content[:min(sealPiece, len(content))]
		content = content[len(piece):]
		out = aead.Seal(out, pieceNonce(n, len(content) == 0), piece, nil)
		if len(content) == 0 {
			return out, nil
		}
	}
}

// sealed reads a sealed file as if it were not. Errors wrap errSealed or are of
// the file system. It may be read by many goroutines.
type sealed struct {
	file   io.ReaderAt
	aead   cipher.AEAD
	pieces int64
	size   int64 // of the content
}

// openSealed reads the header of a file of so many bytes.
func openSealed(file io.ReaderAt, size int64, key []byte) (*sealed, error) {
	header := make([]byte, sealHeader)
	if _, err := file.ReadAt(header, 0); err != nil || string(header[:len(sealMagic)]) != sealMagic {
		return nil, fmt.Errorf("%w: it is not sealed", errSealed)
	}
	aead, err := pieceCipher(key, header[len(sealMagic):])
	if err != nil {
		return nil, err
	}
	rest := size - int64(sealHeader)
	pieces := (rest + sealPiece + sealTag - 1) / (sealPiece + sealTag)
	if rest < sealTag || rest-(pieces-1)*(sealPiece+sealTag) < sealTag {
		return nil, fmt.Errorf("%w: it is cut off", errSealed)
	}
	return &sealed{file: file, aead: aead, pieces: pieces, size: rest - pieces*sealTag}, nil
}

// ReadAt opens every piece that it reads from.
func (s *sealed) ReadAt(b []byte, at int64) (read int, err error) {
	if at < 0 || at > s.size {
		return 0, fmt.Errorf("%w: there is no byte %d", errSealed, at)
	}
	buf := make([]byte, sealPiece+sealTag)
	for n := at / sealPiece; len(b) > 0 && n < s.pieces; n++ {
		piece, err := s.piece(n, buf)
		if err != nil {
			return read, err
		}
		got := copy(b, piece[min(int64(len(piece)), at-n*sealPiece):])
		b, at, read = b[got:], at+int64(got), read+got
	}
	if len(b) > 0 {
		return read, io.EOF
	}
	return read, nil
}

// piece opens piece n in place.
func (s *sealed) piece(n int64, buf []byte) ([]byte, error) {
	last := n == s.pieces-1
	if last {
		buf = buf[:s.size-n*sealPiece+sealTag]
	}
	if _, err := s.file.ReadAt(buf, int64(sealHeader)+n*(sealPiece+sealTag)); err != nil {
		return nil, err
	}
	piece, err := s.aead.Open(buf[:0], pieceNonce(n, last), buf, nil)
	if err != nil {
		return nil, fmt.Errorf("%w: piece %d is damaged", errSealed, n)
	}
	return piece, nil
}
