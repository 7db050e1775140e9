package intake

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"path"
	"strconv"
	"strings"
)

// What is believed of a workbook. Its parts are unpacked in memory, one at a time.
const (
	maxUnpacked = 48 << 20 // bytes of all its parts together
	maxParts    = 2000
	// XML of sheets packs to a tenth or a twentieth; a bomb to a thousandth.
	maxRatio  = 200
	ratioFrom = 1 << 20 // bytes of a part from which its ratio counts
	maxMerges = 20_000
	maxTexts  = 1_000_000 // texts that its sheets share
)

// saveAgain is the hint for a workbook that is not one.
const saveAgain = "open it in a spreadsheet and save it as .xlsx again, or as CSV UTF-8"

// workbook is an open workbook.
type workbook struct {
	parts     map[string]*zip.File // by name in small letters, as programs differ in them
	targets   map[string]string    // name of the part, by the id of the relationship
	texts     []string             // that the cells of its sheets share, bare
	since1904 bool                 // its days count from 1904
}

// openWorkbook opens an XLSX workbook.
func openWorkbook(content []byte) (*sheets, *FileError) {
	parts, fault := openParts(content)
	if fault != nil {
		return nil, fault
	}
	b := &workbook{parts: parts, targets: map[string]string{}}
	texts, fault := b.readTargets()
	if fault != nil {
		return nil, fault
	}
	if fault := b.readTexts(texts); fault != nil {
		return nil, fault
	}
	return b.readBook()
}

// openParts looks at the parts of a workbook before anything is made of them:
// their number and their sizes.
func openParts(content []byte) (map[string]*zip.File, *FileError) {
	z, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		return nil, &FileError{Why: "is a damaged or incomplete workbook", Hint: "get the file again", Err: err}
	}
	if len(z.File) > maxParts {
		return nil, tooMany("parts", maxParts)
	}
	parts, total := map[string]*zip.File{}, uint64(0)
	for _, f := range z.File {
		size, packed := f.UncompressedSize64, f.CompressedSize64
		if total += size; size > maxUnpacked || total > maxUnpacked {
			return nil, &FileError{Why: "is larger than " + strconv.Itoa(maxUnpacked>>20) + " MiB when unpacked", Hint: "save the sheet of vacancies alone, as CSV UTF-8"}
		}
		if size > ratioFrom && size > maxRatio*max(packed, 1) {
			return nil, &FileError{Why: "has a part that unpacks to " + strconv.FormatUint(size>>20, 10) + " MiB of next to nothing", Hint: saveAgain}
		}
		name := partName(f.Name)
		if parts[name] != nil {
			return nil, &FileError{Why: "has two parts called " + clip(f.Name), Hint: saveAgain}
		}
		parts[name] = f
	}
	if parts["[content_types].xml"] == nil || parts[bookPart] == nil {
		return nil, &FileError{Why: "is a zip archive, and not a workbook", Hint: "a workbook .xlsx or a CSV file"}
	}
	return parts, nil
}

// bookPart is the part that lists the sheets.
const bookPart = "xl/workbook.xml"

func partName(name string) string {
	return strings.ToLower(strings.TrimPrefix(strings.ReplaceAll(name, "\\", "/"), "/"))
}

// readPart reads a part whole, to the end at which its checksum is compared.
func readPart(f *zip.File) ([]byte, error) {
	r, err := f.Open()
	if err != nil {
		return nil, err
	}
	content := make([]byte, f.UncompressedSize64) // no more than maxUnpacked
	if _, err = io.ReadFull(r, content); err == nil {
		if _, err = r.Read(make([]byte, 1)); err == io.EOF {
			err = nil
		}
	}
	return content, errors.Join(err, r.Close())
}

// walk goes through the elements of a part. One that is not there has none.
func (b *workbook) walk(name string, start func(xml.StartElement) error) *FileError {
	part := b.parts[partName(name)]
	if part == nil {
		return nil
	}
	content, err := readPart(part)
	if err != nil {
		return damagedPart(name, err)
	}
	elements, err := partElements(content)
	for err == nil {
		var token xml.Token
		if token, err = elements.next(); err != nil {
			break
		}
		if e, is := token.(xml.StartElement); is {
			err = start(e)
		}
	}
	return damagedPart(name, err)
}

// damagedPart is the fault of a workbook of which a part cannot be read to its
// end; nil if that is all there was.
func damagedPart(name string, err error) *FileError {
	var fault *FileError
	switch {
	case err == io.EOF:
		return nil
	case errors.As(err, &fault):
		return fault
	case errors.Is(err, errDocumentType):
		return &FileError{Why: "declares a document type in " + name + ", which no workbook does", Hint: saveAgain, Err: err}
	case errors.Is(err, zip.ErrChecksum), errors.Is(err, zip.ErrFormat), errors.Is(err, io.ErrUnexpectedEOF):
		return &FileError{Why: "is a damaged workbook", Hint: "get the file again", Err: err}
	}
	return &FileError{Why: "is damaged in " + name + ": " + clip(err.Error()), Hint: saveAgain, Err: err}
}

// readTargets reads which part is meant by which relationship, and which holds
// the texts.
func (b *workbook) readTargets() (texts string, fault *FileError) {
	texts = "xl/sharedStrings.xml"
	fault = b.walk("xl/_rels/workbook.xml.rels", func(e xml.StartElement) error {
		if e.Name.Local != "Relationship" {
			return nil
		}
		target := attribute(e, "Target")
		if strings.HasPrefix(target, "/") {
			target = target[1:]
		} else {
			target = path.Join("xl", target)
		}
		b.targets[attribute(e, "Id")] = target
		if strings.HasSuffix(attribute(e, "Type"), "/sharedStrings") {
			texts = target
		}
		return nil
	})
	return texts, fault
}

// readBook lists the sheets.
func (b *workbook) readBook() (*sheets, *FileError) {
	s := &sheets{}
	var targets []string
	fault := b.walk(bookPart, func(e xml.StartElement) error {
		switch e.Name.Local {
		case "workbookPr":
			b.since1904 = isSet(attribute(e, "date1904"))
		case "sheet":
			name := attribute(e, "name")
			if state := attribute(e, "state"); state == "hidden" || state == "veryHidden" {
				s.hidden = append(s.hidden, name)
				return nil
			}
			s.all, targets = append(s.all, sheet{name: name}), append(targets, b.targets[attribute(e, "id")])
			if len(s.all) > maxSheets {
				return tooMany("sheets", maxSheets)
			}
		}
		return nil
	})
	if fault != nil {
		return nil, fault
	}
	taken := map[*zip.File]bool{}
	for i := range s.all {
		part := b.parts[partName(targets[i])]
		switch {
		case part == nil:
			return nil, &FileError{Why: "lacks the sheet " + quote(s.all[i].name), Hint: saveAgain}
		case taken[part]: // it would be unpacked and read for each
			return nil, &FileError{Why: "has the sheet " + quote(s.all[i].name) + " in the same part as another", Hint: saveAgain}
		}
		taken[part] = true
		s.all[i].since1904, s.all[i].rows = b.since1904, b.rows(targets[i], part)
	}
	return s, nil
}

// readTexts reads the texts that cells share.
func (b *workbook) readTexts(name string) *FileError {
	part := b.parts[partName(name)]
	if part == nil {
		return nil
	}
	content, err := readPart(part)
	if err != nil {
		return damagedPart(name, err)
	}
	elements, err := partElements(content)
	var t wording
	for err == nil {
		var token xml.Token
		if token, err = elements.next(); err != nil {
			break
		}
		t.take(token)
		switch e := token.(type) {
		case xml.StartElement:
			if e.Name.Local == "si" {
				t.reset()
			}
		case xml.EndElement:
			if e.Name.Local != "si" {
				continue
			}
			if b.texts = append(b.texts, bareCell(unescaped(t.String()))); len(b.texts) > maxTexts {
				err = tooMany("texts", maxTexts)
			}
		}
	}
	return damagedPart(name, err)
}
