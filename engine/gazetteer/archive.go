package gazetteer

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"
)

// What is believed of an archive. The ONS Postcode Directory has some 200 files and unpacks to 3 GB,
// a tenth of it packed.
const (
	mostFiles  = 10_000
	mostBytes  = 16 << 30 // of the files that are read, unpacked
	mostPacked = 200      // how many times smaller a file may be packed
)

// zipMagic begins an archive.
const zipMagic = "PK\x03\x04"

// isArchive says whether src is a zip archive, and gives back the whole of it.
func isArchive(src io.Reader) (archive *zip.Reader, whole io.Reader, err error) {
	at, seeks := src.(interface {
		io.ReaderAt
		io.Seeker
	})
	if !seeks {
		return nil, src, nil
	}
	start := make([]byte, len(zipMagic))
	if n, _ := at.ReadAt(start, 0); n < len(start) || string(start) != zipMagic {
		return nil, src, nil
	}
	size, err := at.Seek(0, io.SeekEnd)
	if err != nil {
		return nil, src, unreadable(err)
	}
	z, err := zip.NewReader(at, size)
	if err != nil {
		return nil, src, fmt.Errorf("%w: the zip archive is damaged or incomplete: %w", ErrUnreadable, err)
	}
	return z, src, nil
}

// postcodeTables are the files of an archive that list postcodes, in order of name: those in Data, or else
// in Data/CSV, or else in Data/multi_csv, as the ONS and the Ordnance Survey publish them. The ONS puts
// the same rows into one file and into many. An archive of one CSV file is that file.
func postcodeTables(z *zip.Reader) ([]*zip.File, error) {
	if len(z.File) > mostFiles {
		return nil, fmt.Errorf("%w: the zip archive has more than %d files", ErrUnreadable, mostFiles)
	}
	in := map[string][]*zip.File{}
	var all []*zip.File
	for _, f := range z.File {
		if isTable(f.Name) {
			dir := publishedIn(f.Name)
			in[dir], all = append(in[dir], f), append(all, f)
		}
	}
	found := all
	for _, dir := range []string{"data/multi_csv", "data/csv", "data"} { // the last that is there counts
		if len(in[dir]) > 0 {
			found = in[dir]
		}
	}
	if len(found) == 0 || len(found) > 1 && publishedIn(found[0].Name) == "" {
		return nil, fmt.Errorf("%w: of the %d CSV files in the zip archive none is in Data, Data/CSV or Data/multi_csv; give the CSV file inside it", ErrUnreadable, len(all))
	}
	slices.SortFunc(found, func(a, b *zip.File) int { return strings.Compare(a.Name, b.Name) })
	return found, believed(found)
}

// isTable says whether a file of an archive may list postcodes.
func isTable(name string) bool {
	name = strings.ToLower(name)
	return strings.HasSuffix(name, ".csv") && !strings.HasPrefix(path.Base(name), ".") && !strings.HasPrefix(name, "__macosx/")
}

// publishedIn is the folder of those that postcodes are published in, or "".
func publishedIn(name string) string {
	dir := "/" + path.Dir(strings.ToLower(strings.ReplaceAll(name, "\\", "/")))
	for _, known := range []string{"data/multi_csv", "data/csv", "data"} {
		if strings.HasSuffix(dir, "/"+known) {
			return known
		}
	}
	return ""
}

// believed refuses files that unpack to far more than postcodes do.
func believed(files []*zip.File) error {
	total := uint64(0)
	for _, f := range files {
		total += f.UncompressedSize64
		if f.UncompressedSize64 > mostBytes || total > mostBytes || f.UncompressedSize64 > 1<<20 && f.UncompressedSize64/mostPacked > f.CompressedSize64 {
			return fmt.Errorf("%w: %s in the zip archive unpacks to more than postcodes do", ErrUnreadable, quote(f.Name))
		}
	}
	return nil
}

// readArchive reads every table of an archive.
func (b *builder) readArchive(z *zip.Reader, read func(io.Reader) error) error {
	files, err := postcodeTables(z)
	if err != nil {
		return err
	}
	for _, f := range files {
		b.file = f.Name
		r, err := f.Open()
		if err != nil {
			return fmt.Errorf("%s: %w", f.Name, unreadable(err))
		}
		err = read(r)
		if err = errors.Join(err, r.Close()); err != nil {
			return fmt.Errorf("%s: %w", f.Name, err)
		}
	}
	return nil
}
