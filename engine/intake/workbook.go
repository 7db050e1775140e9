package intake

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"encoding/xml"
	"errors"
	"io"
	"iter"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"
)

// What is believed of a workbook. Everything is unpacked in memory.
const (
	maxUnpacked = 48 << 20 // bytes of all its parts together
	maxParts    = 2000
	// XML of sheets packs to a tenth or a twentieth; a bomb to a thousandth.
	maxRatio  = 200
	ratioFrom = 1 << 20 // bytes of a part from which its ratio counts
	maxMerges = 20_000
)

// saveAgain is the hint for a workbook that is not one.
const saveAgain = "open it in a spreadsheet and save it as .xlsx again, or as CSV UTF-8"

// openWorkbook opens an XLSX workbook.
func openWorkbook(content []byte) (s *sheets, fault *FileError) {
	parts, fault := openParts(content)
	if fault != nil {
		return nil, fault
	}
	defer recovered(&fault)
	f, err := excelize.OpenReader(bytes.NewReader(content), excelize.Options{
		RawCellValue: true, UnzipSizeLimit: maxUnpacked, UnzipXMLSizeLimit: maxUnpacked, // nothing goes to a temporary file
	})
	if err != nil {
		return nil, &FileError{Why: "is not a workbook that can be read: " + clip(err.Error()), Hint: saveAgain, Err: err}
	}
	b := &workbook{file: f, parts: parts, merges: map[string][]merge{}}
	if p, err := f.GetWorkbookProps(); err == nil && p.Date1904 != nil && *p.Date1904 {
		b.since1904 = true
	}
	if fault := b.findMerges(); fault != nil {
		return nil, fault
	}
	return b.sheets()
}

// recovered turns a panic of the library that reads workbooks, which meets bytes
// from outside, into a fault of the file.
func recovered(fault **FileError) {
	if recover() != nil {
		*fault = &FileError{Why: "is a damaged workbook", Hint: saveAgain}
	}
}

// openParts looks at the parts of a workbook before anything is made of them:
// their number, their sizes, and whether any declares entities.
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
		if fault := refusePart(f); fault != nil {
			return nil, fault
		}
		parts[strings.TrimPrefix(strings.ReplaceAll(f.Name, "\\", "/"), "/")] = f
	}
	if parts["[Content_Types].xml"] == nil || parts["xl/workbook.xml"] == nil {
		return nil, &FileError{Why: "is a zip archive, and not a workbook", Hint: "a workbook .xlsx or a CSV file"}
	}
	return parts, nil
}

// refusePart refuses a part that is not as the archive says it is, or that is XML
// with a document type, which a workbook never has.
func refusePart(f *zip.File) *FileError {
	content, err := readPart(f)
	if err != nil {
		return &FileError{Why: "is a damaged workbook", Hint: "get the file again", Err: err}
	}
	name := strings.ToLower(f.Name)
	if isXML := strings.HasSuffix(name, ".xml") || strings.HasSuffix(name, ".rels") || strings.HasSuffix(name, ".vml"); !isXML {
		return nil
	}
	upper := bytes.ToUpper(content)
	if bytes.Contains(upper, []byte("<!DOCTYPE")) || bytes.Contains(upper, []byte("<!ENTITY")) || bytes.IndexByte(content, 0) >= 0 {
		return &FileError{Why: "declares a document type in " + f.Name + ", which no workbook does", Hint: saveAgain}
	}
	return nil
}

// readPart reads a part whole; archive/zip gives no more than its header says.
func readPart(f *zip.File) ([]byte, error) {
	r, err := f.Open()
	if err != nil {
		return nil, err
	}
	content, err := io.ReadAll(io.LimitReader(r, maxUnpacked+1))
	return content, errors.Join(err, r.Close())
}

// workbook is an open workbook.
type workbook struct {
	file      *excelize.File
	parts     map[string]*zip.File
	since1904 bool               // its days count from 1904
	merges    map[string][]merge // by sheet, in order of their first row
}

// merge is a block of cells that show as one. Columns count from 0, rows from 1.
type merge struct {
	fromColumn, toColumn int
	fromRow, toRow       int
	value                string // of its first cell, once that was read
}

func (b *workbook) sheets() (*sheets, *FileError) {
	s := &sheets{close: func() { _ = b.file.Close() }} // it holds memory alone
	for _, name := range b.file.GetSheetList() {
		if visible, err := b.file.GetSheetVisible(name); err == nil && !visible {
			s.hidden = append(s.hidden, name)
			continue
		}
		s.all = append(s.all, sheet{name: name, rows: b.rows(name)})
	}
	if len(s.all) > maxSheets {
		return nil, tooMany("sheets", maxSheets)
	}
	return s, nil
}

// rows yields the rows of a sheet that say anything.
func (b *workbook) rows(name string) iter.Seq2[sheetRow, *FileError] {
	return func(yield func(sheetRow, *FileError) bool) {
		next, end, fault := b.begin(name)
		if fault != nil {
			yield(sheetRow{}, fault)
			return
		}
		defer end()
		for seen := 0; ; {
			row, more, fault := next()
			if !more && fault == nil {
				return
			}
			if fault == nil && len(solidCells(row.cells)) == 0 {
				continue
			}
			if seen++; fault == nil && seen > maxRows {
				fault = tooMany("rows", maxRows)
			}
			if !yield(row, fault) || fault != nil {
				return
			}
		}
	}
}

// begin opens a sheet; next reads its next row.
func (b *workbook) begin(name string) (next func() (sheetRow, bool, *FileError), end func(), fault *FileError) {
	defer recovered(&fault)
	rows, err := b.file.Rows(name)
	if _, ok := err.(excelize.ErrSheetNotExist); ok {
		return func() (sheetRow, bool, *FileError) { return sheetRow{}, false, nil }, func() {}, nil // a sheet that is a chart
	}
	if err != nil {
		return nil, nil, &FileError{Why: "sheet " + quote(name) + " cannot be read: " + clip(err.Error()), Hint: saveAgain, Err: err}
	}
	number := 0
	next = func() (row sheetRow, more bool, fault *FileError) {
		defer recovered(&fault)
		if !rows.Next() {
			if err := rows.Error(); err != nil {
				return row, false, &FileError{Why: "sheet " + quote(name) + " cannot be read: " + clip(err.Error()), Hint: saveAgain, Err: err}
			}
			return row, false, nil
		}
		number++
		row = sheetRow{number: number, hidden: rows.GetRowOpts().Hidden}
		cells, err := rows.Columns()
		switch {
		case err != nil:
			return row, true, &FileError{Why: "sheet " + quote(name) + ", row " + strconv.Itoa(number) + " cannot be read: " + clip(err.Error()), Hint: saveAgain, Err: err}
		case len(cells) > maxColumns:
			return row, true, &FileError{Why: "sheet " + quote(name) + " has more than " + strconv.Itoa(maxColumns) + " columns, which no vacancy list has", Hint: "remove what is far to the right of the list"}
		}
		if len(cells) > 0 {
			b.settle(name, &row, cells)
		}
		return row, true, nil
	}
	return next, func() { _ = rows.Close() }, nil
}

// settle makes the cells of a row: what is merged shows in every row, and days
// count from 1900.
func (b *workbook) settle(sheet string, row *sheetRow, cells []string) {
	for i := range cells {
		cells[i] = bareCell(strings.ToValidUTF8(cells[i], "?"))
		if b.since1904 {
			cells[i] = from1904(cells[i])
		}
	}
	cells = b.spread(sheet, row, cells)
	row.cells = trimCells(cells)
	row.raw = asRow(row.cells)
}

// days1904 is what a count of days from 1904 lacks of one from 1900.
const days1904 = 1462

// from1904 turns a number that may be a day into one that counts from 1900. In
// such a workbook any number of five digits is taken for a day.
func from1904(cell string) string {
	n, err := strconv.Atoi(cell)
	if err != nil || len(cell) != 5 {
		return cell
	}
	return strconv.Itoa(n + days1904)
}

// spread gives the rows of a merged block below its first what that says.
func (b *workbook) spread(sheet string, row *sheetRow, cells []string) []string {
	for i := range b.merges[sheet] {
		m := &b.merges[sheet][i]
		if m.fromRow > row.number {
			break
		}
		if m.fromRow == row.number && m.fromColumn < len(cells) {
			m.value = cells[m.fromColumn]
		}
		if m.toRow < row.number || m.fromRow == row.number || m.value == "" || len(cells) == 0 {
			continue
		}
		for len(cells) <= m.fromColumn {
			cells = append(cells, "")
		}
		for len(row.merged) < len(cells) {
			row.merged = append(row.merged, false)
		}
		if cells[m.fromColumn] == "" {
			cells[m.fromColumn], row.merged[m.fromColumn] = m.value, true
		}
	}
	return cells
}

// asRow is a row as CSV.
func asRow(cells []string) []byte {
	var out bytes.Buffer
	w := csv.NewWriter(&out)
	guarded := make([]string, len(cells))
	for i, cell := range cells {
		guarded[i] = guard(cell)
	}
	_ = w.Write(guarded) // to memory
	w.Flush()
	return out.Bytes()
}

// findMerges finds the merged cells of every sheet. The library would load whole
// sheets for that, and fill in every blank cell of them.
func (b *workbook) findMerges() *FileError {
	paths, err := b.sheetPaths()
	if err != nil {
		return &FileError{Why: "is a damaged workbook", Hint: saveAgain, Err: err}
	}
	for name, at := range paths {
		part := b.parts[at]
		if part == nil {
			continue
		}
		merges, err := readMerges(part)
		if err != nil {
			return &FileError{Why: "sheet " + quote(name) + " is damaged", Hint: saveAgain, Err: err}
		}
		if len(merges) > maxMerges {
			return tooMany("merged cells", maxMerges)
		}
		b.merges[name] = merges
	}
	return nil
}

// sheetPaths says which part each sheet is.
func (b *workbook) sheetPaths() (map[string]string, error) {
	var book struct {
		Sheets []struct {
			Name string `xml:"name,attr"`
			ID   string `xml:"http://schemas.openxmlformats.org/officeDocument/2006/relationships id,attr"`
		} `xml:"sheets>sheet"`
	}
	var rels struct {
		All []struct {
			ID     string `xml:"Id,attr"`
			Target string `xml:"Target,attr"`
		} `xml:"Relationship"`
	}
	if err := b.decode("xl/workbook.xml", &book); err != nil {
		return nil, err
	}
	if err := b.decode("xl/_rels/workbook.xml.rels", &rels); err != nil {
		return nil, err
	}
	target := map[string]string{}
	for _, r := range rels.All {
		target[r.ID] = r.Target
	}
	paths := map[string]string{}
	for _, s := range book.Sheets {
		at := target[s.ID]
		if strings.HasPrefix(at, "/") {
			paths[s.Name] = at[1:]
			continue
		}
		paths[s.Name] = path.Join("xl", at)
	}
	return paths, nil
}

// decode reads a part into a value; one that is not there says nothing.
func (b *workbook) decode(name string, into any) error {
	part := b.parts[name]
	if part == nil {
		return nil
	}
	content, err := readPart(part)
	if err != nil {
		return err
	}
	return xml.Unmarshal(content, into)
}

// readMerges lists the merged blocks of a sheet that run over several rows, in
// order of their first row. Those within a row are titles.
func readMerges(part *zip.File) ([]merge, error) {
	content, err := readPart(part)
	if err != nil {
		return nil, err
	}
	d := xml.NewDecoder(bytes.NewReader(content))
	if i := bytes.LastIndex(content, []byte("mergeCells>")); i < 0 {
		return nil, nil
	}
	var merges []merge
	for {
		token, err := d.RawToken()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, err
		}
		start, ok := token.(xml.StartElement)
		if !ok || start.Name.Local != "mergeCell" {
			continue
		}
		for _, a := range start.Attr {
			if m, ok := readMerge(a.Value); ok && a.Name.Local == "ref" && m.toRow > m.fromRow {
				merges = append(merges, m)
			}
		}
	}
	slices.SortStableFunc(merges, func(a, b merge) int { return a.fromRow - b.fromRow })
	return merges, nil
}

// readMerge reads A3:B7.
func readMerge(ref string) (merge, bool) {
	from, to, ok := strings.Cut(ref, ":")
	if !ok {
		return merge{}, false
	}
	column, row, err := excelize.CellNameToCoordinates(from)
	if err != nil {
		return merge{}, false
	}
	toColumn, toRow, err := excelize.CellNameToCoordinates(to)
	return merge{fromColumn: column - 1, toColumn: toColumn - 1, fromRow: row, toRow: toRow}, err == nil && column <= maxColumns
}
