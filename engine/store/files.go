package store

import (
	"bytes"
	"errors"
	"fmt"
	"hash/crc32"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/dgraph-io/badger/v4"
	"github.com/dgraph-io/ristretto/v2/z"
)

// The file FILES lists the files of data/ as they were at the last proper close,
// or at the end of the check after an unclean one. Badger skips a table whose
// index is damaged, deletes tables that a shortened MANIFEST does not name, and
// crashes on other damage; so what it is to open is compared with FILES first.
//
//	sthfiles1
//	<name> <bytes> <CRC-32C, 8 hex digits>     one line a file, in order of name
//	sum <CRC-32C of all before, 8 hex digits>
const (
	filesName  = "FILES"
	filesMagic = "sthfiles1"
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// fileNote is what one line of FILES says.
type fileNote struct {
	name string
	size int64
	sum  uint32
}

// isTable says whether the file never changes once it is written.
func (n *fileNote) isTable() bool { return filepath.Ext(n.name) == ".sst" }

// fileNotes are the lines of FILES, in order of name.
type fileNotes []fileNote

func (f fileNotes) encode() []byte {
	b := []byte(filesMagic + "\n")
	for _, n := range f {
		b = fmt.Appendf(b, "%s %d %08x\n", n.name, n.size, n.sum)
	}
	return fmt.Appendf(b, "sum %08x\n", crc32.Checksum(b, castagnoli))
}

// decodeFiles says whether the bytes are whole.
func decodeFiles(b []byte) (fileNotes, bool) {
	body, sum, ok := bytes.Cut(b, []byte("\nsum "))
	body = append(slices.Clip(body), '\n')
	if !ok || string(sum) != fmt.Sprintf("%08x\n", crc32.Checksum(body, castagnoli)) {
		return nil, false
	}
	lines := strings.Split(strings.TrimSuffix(string(body), "\n"), "\n")
	if lines[0] != filesMagic {
		return nil, false
	}
	var notes fileNotes
	for _, line := range lines[1:] {
		n, ok := decodeNote(line)
		if !ok {
			return nil, false
		}
		notes = append(notes, n)
	}
	return notes, true
}

func decodeNote(line string) (n fileNote, ok bool) {
	parts := strings.Split(line, " ")
	if len(parts) != 3 {
		return n, false
	}
	size, sizeErr := strconv.ParseInt(parts[1], 10, 64)
	sum, sumErr := strconv.ParseUint(parts[2], 16, 32)
	n = fileNote{parts[0], size, uint32(sum)}
	return n, sizeErr == nil && sumErr == nil && size >= 0 && filepath.Base(n.name) == n.name
}

// readFiles reads FILES. Where it is missing or damaged nothing is vouched for,
// and the store is looked through as after an unclean close.
func readFiles(dir string) (notes fileNotes, whole bool, err error) {
	b, err := os.ReadFile(filepath.Join(dir, filesName))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, fmt.Errorf("read FILES: %w", err)
	}
	notes, whole = decodeFiles(b)
	return notes, whole, nil
}

// writeFiles notes every file of data/. Tables that were vouched for when the
// store was opened are not read again: Badger gives their numbers to no others.
func writeFiles(dir string, vouched fileNotes) error {
	names, err := dataFiles(dir)
	if err != nil {
		return err
	}
	notes := make(fileNotes, len(names))
	err = eachFile(len(names), func(i int) (err error) {
		if n, ok := vouched.of(names[i]); ok && n.isTable() {
			notes[i] = n
			return nil
		}
		notes[i], err = takeNote(dir, names[i])
		return err
	})
	if err == nil {
		err = replace(dir, filesName, notes.encode())
	}
	if err != nil {
		return fmt.Errorf("write FILES: %w", err)
	}
	return nil
}

// discardName is where Badger counts what it could collect from value logs. No
// answer depends on it, and it is a megabyte of zeroes.
const discardName = "DISCARD"

// dataFiles are the names of the regular files of data/ that matter, in order.
func dataFiles(dir string) ([]string, error) {
	entries, err := os.ReadDir(filepath.Join(dir, dataName))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	var names []string
	for _, e := range entries {
		if e.Type().IsRegular() && e.Name() != discardName {
			names = append(names, e.Name())
		}
	}
	return names, nil
}

func (f fileNotes) of(name string) (fileNote, bool) {
	i, found := slices.BinarySearchFunc(f, name, func(n fileNote, name string) int { return strings.Compare(n.name, name) })
	if !found {
		return fileNote{}, false
	}
	return f[i], true
}

// takeNote reads a file of data/.
func takeNote(dir, name string) (fileNote, error) {
	f, err := os.Open(filepath.Join(dir, dataName, name))
	if err != nil {
		return fileNote{}, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil || info.Size() == 0 {
		return fileNote{name: name}, err
	}
	content, err := z.Mmap(f, false, info.Size()) // copying it would take as long again
	if err != nil {
		return fileNote{}, err
	}
	return fileNote{name, info.Size(), crc32.Checksum(content, castagnoli)}, z.Munmap(content)
}

// eachFile does something for n files on every core and returns the error of the
// first file that has one.
func eachFile(n int, do func(i int) error) error {
	errs := make([]error, n)
	var next atomic.Int64
	var wg sync.WaitGroup
	for range min(n, runtime.GOMAXPROCS(0)) {
		wg.Go(func() {
			for i := next.Add(1) - 1; i < int64(n); i = next.Add(1) - 1 {
				errs[i] = do(int(i))
			}
		})
	}
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// covers says whether every file that holds records is listed. One that is not
// was written after the list, so the store was not closed properly.
func (f fileNotes) covers(names []string) bool {
	for _, name := range names {
		ext := filepath.Ext(name)
		if _, ok := f.of(name); !ok && (ext == ".sst" || ext == ".mem" || ext == ".vlog" || name == badger.ManifestFilename) {
			return false
		}
	}
	return true
}

// compare reads every file that is listed, as it has to be after a proper close.
func (f fileNotes) compare(dir string) error {
	return eachFile(len(f), func(i int) error { return f[i].compare(dir) })
}

// compare is an [ErrDamaged] if the file is not as it was written.
func (n fileNote) compare(dir string) error {
	got, err := takeNote(dir, n.name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return wrongFile(dir, n.name, "is missing")
	case err != nil:
		return fmt.Errorf("compare the files with FILES: %w", err)
	case got != n:
		return wrongFile(dir, n.name, "is not as it was written")
	}
	return nil
}

// compareFiles reads the files again that were compared when the store was
// opened: a block that went bad since then may never have been read.
func (s *Store) compareFiles() error {
	if s.dir == "" {
		return nil
	}
	if s.head == nil { // nobody writes
		return s.vouched.compare(s.dir)
	}
	for _, n := range s.vouched {
		if !n.isTable() {
			continue
		}
		if err := n.compare(s.dir); err != nil && s.reads(n.name) {
			return err
		}
	}
	return nil
}

// reads says whether a table is still in use. One that is not is cut off and then
// removed.
func (s *Store) reads(name string) bool {
	b, onDisk := s.kv.(*onBadger)
	return onDisk && b.reads(name)
}

func wrongFile(dir, name, why string) error {
	return &DirError{Dir: dir, Kind: ErrDamaged,
		Why: fmt.Sprintf("data/%s %s; put it back or restore a backup", name, why)}
}
