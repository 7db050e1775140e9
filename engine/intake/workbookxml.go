package intake

import (
	"bytes"
	"encoding/xml"
	"errors"
	"strconv"
	"strings"
)

// What is believed of the XML of a workbook. A cell holds 32,767 characters at
// most; elements stand within each other a dozen deep.
const (
	maxElement = 256 << 10 // bytes from one element to the next
	maxNested  = 100
)

// Why the XML of a part is not read.
var (
	errDocumentType = errors.New("it declares a document type")
	errLongElement  = errors.New("an element is longer than " + strconv.Itoa(maxElement>>10) + " KiB")
	errTooDeep      = errors.New("its elements are nested more than " + strconv.Itoa(maxNested) + " deep")
)

// elements are the tokens of the XML of a part. It is read strictly: a character
// that XML does not have, or an end that is missing, is an error.
type elements struct {
	decoder *xml.Decoder
	depth   int
}

// partElements refuses elements that would take far more memory than they have
// bytes, before any is read.
func partElements(content []byte) (*elements, error) {
	for rest := content; len(rest) > 0; {
		n := bytes.IndexByte(rest, '<')
		if n < 0 {
			n = len(rest) - 1
		}
		if n > maxElement {
			return nil, errLongElement
		}
		rest = rest[n+1:]
	}
	return &elements{decoder: xml.NewDecoder(bytes.NewReader(content))}, nil
}

// next is the next token, valid until the one after it; io.EOF at the end.
func (e *elements) next() (xml.Token, error) {
	token, err := e.decoder.Token()
	if err != nil {
		return nil, err
	}
	switch token.(type) {
	case xml.Directive:
		return nil, errDocumentType
	case xml.StartElement:
		if e.depth++; e.depth > maxNested {
			return nil, errTooDeep
		}
	case xml.EndElement:
		e.depth--
	}
	return token, nil
}

// attribute is the value of an attribute, by its name without a prefix.
func attribute(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// isSet says whether an attribute that is true or false is true.
func isSet(value string) bool { return value == "1" || value == "true" }

// wording gathers what the t elements of a text say, of which there may be several,
// each shown in its own way. What helps to pronounce it is left out.
type wording struct {
	strings.Builder
	within, spoken bool
}

func (t *wording) reset() { t.Builder, t.within, t.spoken = strings.Builder{}, false, false }

func (t *wording) take(token xml.Token) {
	switch e := token.(type) {
	case xml.StartElement:
		t.within = t.within || e.Name.Local == "t"
		t.spoken = t.spoken || e.Name.Local == "rPh"
	case xml.EndElement:
		t.within = t.within && e.Name.Local != "t"
		t.spoken = t.spoken && e.Name.Local != "rPh"
	case xml.CharData:
		if t.within && !t.spoken {
			t.Write(e)
		}
	}
}

var escaped = pattern(`_x[0-9A-Fa-f]{4}_`)

// unescaped puts the characters in the place of the numbers by which a workbook
// writes those that XML does not have, such as _x000D_.
func unescaped(s string) string {
	if !strings.Contains(s, "_x") {
		return s
	}
	return escaped().ReplaceAllStringFunc(s, func(code string) string {
		n, _ := strconv.ParseUint(code[2:6], 16, 16) // four digits
		return string(rune(n))
	})
}
