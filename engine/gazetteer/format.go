package gazetteer

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
)

// The file of a directory, version 1. All numbers are little-endian; CRC is CRC-32C (Castagnoli).
//
//	header
//	   0   8  magic "stablepc"
//	   8   4  version, 1
//	  12   4  length of the header in bytes, a multiple of 4096
//	  16   8  rows
//	  24   4  blocks
//	  28   4  districts
//	  32  32  SHA-256 of the header from 0 to 32, the header from 64 to its CRC, and all blocks
//	  64      districts in ascending order, each a length byte and that many bytes
//	          the first postcode of each block, 4 bytes each
//	          zeros
//	   −4   4  CRC of the header before it
//	blocks of 4096 bytes
//	   0       341 rows of 12 bytes in ascending order of postcode; the last block is filled up with zeros
//	4092   4  CRC of the block before it
//	row
//	   0   4  postcode, packed as postcode.go says; never 0
//	   4   8  position, ended flag and number of the district, packed as row.go says
const (
	magic       = "stablepc"
	version     = 1
	hashAt      = 32
	tablesAt    = 64
	rowSize     = 12
	blockSize   = 4096
	blockRows   = (blockSize - crcSize) / rowSize
	crcSize     = 4
	largestHead = 1 << 20 // bytes; mostRows and mostDistricts need a quarter of it
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// sign puts the CRC of all before it in the last four bytes.
func sign(b []byte) {
	body := b[:len(b)-crcSize]
	binary.LittleEndian.PutUint32(b[len(body):], crc32.Checksum(body, castagnoli))
}

func signed(b []byte) bool {
	body := b[:len(b)-crcSize]
	return binary.LittleEndian.Uint32(b[len(body):]) == crc32.Checksum(body, castagnoli)
}

// header is the decoded head of a file.
type header struct {
	size      int // bytes
	rows      int
	hash      [32]byte
	districts []string
	first     []Postcode // of each block
}

// encode returns the header without hash and CRC.
func (h *header) encode() []byte {
	b := make([]byte, tablesAt)
	copy(b, magic)
	binary.LittleEndian.PutUint32(b[8:], version)
	binary.LittleEndian.PutUint64(b[16:], uint64(h.rows))
	binary.LittleEndian.PutUint32(b[24:], uint32(len(h.first)))
	binary.LittleEndian.PutUint32(b[28:], uint32(len(h.districts)))
	for _, code := range h.districts {
		b = append(append(b, byte(len(code))), code...)
	}
	for _, p := range h.first {
		b = binary.LittleEndian.AppendUint32(b, uint32(p))
	}
	full := (len(b) + crcSize + blockSize - 1) / blockSize * blockSize
	b = append(b, make([]byte, full-len(b))...)
	binary.LittleEndian.PutUint32(b[12:], uint32(full))
	return b
}

// headSize checks the fixed part of a header and returns the length of the whole.
func headSize(fixed []byte) (int, error) {
	if string(fixed[:len(magic)]) != magic {
		return 0, fmt.Errorf("%w: it is not a postcode directory", ErrDamaged)
	}
	if v := binary.LittleEndian.Uint32(fixed[8:]); v != version {
		return 0, fmt.Errorf("%w: %d, and this program knows %d; import the postcodes again", ErrVersion, v, version)
	}
	size := binary.LittleEndian.Uint32(fixed[12:])
	if size < blockSize || size > largestHead || size%blockSize != 0 {
		return 0, fmt.Errorf("%w: a header of %d bytes", ErrDamaged, size)
	}
	return int(size), nil
}

// decodeHeader reads a header whose length headSize has found, of a file of fileSize bytes.
func decodeHeader(b []byte, fileSize int64) (*header, error) {
	if !signed(b) {
		return nil, fmt.Errorf("%w: the header fails its checksum", ErrDamaged)
	}
	rows, blocks := binary.LittleEndian.Uint64(b[16:]), int64(binary.LittleEndian.Uint32(b[24:]))
	if rows > mostRows || blocks != (int64(rows)+blockRows-1)/blockRows || fileSize != int64(len(b))+blocks*blockSize {
		return nil, fmt.Errorf("%w: %d bytes do not hold %d rows in %d blocks", ErrDamaged, fileSize, rows, blocks)
	}
	h := &header{size: len(b), rows: int(rows), hash: [32]byte(b[hashAt:tablesAt])}
	rest, ok := h.decodeDistricts(b[tablesAt:len(b)-crcSize], int(binary.LittleEndian.Uint32(b[28:])))
	if !ok || len(rest) < 4*int(blocks) {
		return nil, fmt.Errorf("%w: the header is too short for its tables", ErrDamaged)
	}
	for i := range int(blocks) {
		p := Postcode(binary.LittleEndian.Uint32(rest[4*i:]))
		if p == 0 || i > 0 && p <= h.first[i-1] {
			return nil, fmt.Errorf("%w: block %d is out of order", ErrDamaged, i)
		}
		h.first = append(h.first, p)
	}
	return h, nil
}

func (h *header) decodeDistricts(b []byte, n int) (rest []byte, ok bool) {
	if n > mostDistricts {
		return nil, false
	}
	for range n {
		if len(b) == 0 || len(b) < 1+int(b[0]) {
			return nil, false
		}
		h.districts = append(h.districts, string(b[1:1+int(b[0])]))
		b = b[1+int(b[0]):]
	}
	return b, true
}

// A block as it lies in the file.
type block [blockSize]byte

func (b *block) postcode(row int) Postcode {
	return Postcode(binary.LittleEndian.Uint32(b[row*rowSize:]))
}

func (b *block) spot(row int) spot {
	return spot(binary.LittleEndian.Uint64(b[row*rowSize+4:]))
}

// fill packs up to blockRows entries and signs the block.
func (b *block) fill(entries []entry) {
	*b = block{}
	for i, e := range entries {
		binary.LittleEndian.PutUint32(b[i*rowSize:], uint32(e.postcode()))
		binary.LittleEndian.PutUint64(b[i*rowSize+4:], uint64(e.spot))
	}
	sign(b[:])
}
