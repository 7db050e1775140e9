package gazetteer

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"slices"

	"github.com/fxamacker/cbor/v2"
	"github.com/golang/geo/s2"
)

// School is what the directory knows of a school, from the Department for Education's Get Information
// About Schools (GIAS) or its forerunner EduBase.
type School struct {
	URN      int    // unique reference number, six digits as a rule
	Name     string //
	Postcode string // canonical; may be empty
	Phase    string // PhaseOfEducation in GIAS's own words, such as "Secondary"; may be empty
	Status   string // EstablishmentStatus in GIAS's own words, such as "Open"; may be empty
	Closed   bool   // the school is no longer open
	AgeFrom  int    // statutory lowest age in years; 0 where not known
	AgeTo    int    // statutory highest age in years; 0 where not known

	lat, lng int32 // millionths of a degree, WGS84; both 0 where the position is not known
}

// At returns the school with a position, to a millionth of a degree.
func (s School) At(point s2.LatLng) School {
	s.lat, s.lng = int32(math.Round(point.Lat.Degrees()*micro)), int32(math.Round(point.Lng.Degrees()*micro))
	return s
}

// Point is the position, and whether it is known.
func (s School) Point() (s2.LatLng, bool) {
	return s2.LatLngFromDegrees(float64(s.lat)/micro, float64(s.lng)/micro), s.lat != 0 || s.lng != 0
}

// Schools is a directory of schools in memory. It does not change.
type Schools struct {
	all  []School // in order of URN, each once
	body []byte   // as in the file
}

// MaxSchools is more than GIAS has ever listed, closed ones included, eight times over.
const MaxSchools = 400_000

// The file of schools, version 1: the magic, the SHA-256 of what follows, and a CBOR array (RFC 8949,
// core deterministic encoding) of schools in ascending order of URN, each an array of its fields.
const (
	schoolsMagic  = "stablesc\x01\x00\x00\x00"
	schoolsHead   = len(schoolsMagic) + sha256.Size
	largestSchool = 64 << 20 // bytes of a file that is believed
)

// schoolRow is a school in the file.
type schoolRow struct {
	_        struct{} `cbor:",toarray"`
	URN      int
	Name     string
	Postcode string
	Phase    string
	Status   string
	Closed   bool
	AgeFrom  int
	AgeTo    int
	Lat, Lng int32
}

// NewSchools makes a directory of schools in any order. Of two with one URN the later is kept. More
// than [MaxSchools] are an error: no file of them would be read back. Names and words are UTF-8.
func NewSchools(schools []School) (*Schools, error) {
	all := slices.Clone(schools)
	slices.Reverse(all)
	slices.SortStableFunc(all, func(a, b School) int { return cmp.Compare(a.URN, b.URN) })
	all = slices.CompactFunc(all, func(a, b School) bool { return a.URN == b.URN })
	if len(all) > MaxSchools {
		return nil, fmt.Errorf("%d schools are more than %d", len(all), MaxSchools)
	}
	rows := make([]schoolRow, len(all))
	for i, s := range all {
		rows[i] = schoolRow{URN: s.URN, Name: s.Name, Postcode: s.Postcode, Phase: s.Phase, Status: s.Status, Closed: s.Closed,
			AgeFrom: s.AgeFrom, AgeTo: s.AgeTo, Lat: s.lat, Lng: s.lng}
	}
	mode, err := cbor.CoreDetEncOptions().EncMode()
	if err != nil {
		return nil, err
	}
	body, err := mode.Marshal(rows)
	if err == nil && len(body) > largestSchool-schoolsHead {
		err = fmt.Errorf("%d schools take more than %d bytes", len(all), largestSchool)
	}
	return &Schools{all, body}, err
}

// Len is the number of schools.
func (s *Schools) Len() int { return len(s.all) }

// Hash is the SHA-256 of the content in hex.
func (s *Schools) Hash() string {
	sum := sha256.Sum256(s.body)
	return hex.EncodeToString(sum[:])
}

// Find looks a school up by its URN.
func (s *Schools) Find(urn int) (School, bool) {
	i, found := slices.BinarySearchFunc(s.all, urn, func(s School, urn int) int { return cmp.Compare(s.URN, urn) })
	if !found {
		return School{}, false
	}
	return s.all[i], true
}

// WriteTo writes the file's bytes to w and returns how many there were.
func (s *Schools) WriteTo(w io.Writer) (int64, error) {
	sum := sha256.Sum256(s.body)
	return io.Copy(w, io.MultiReader(bytes.NewReader([]byte(schoolsMagic)), bytes.NewReader(sum[:]), bytes.NewReader(s.body)))
}

// WriteFile puts the schools at path in one step, as [Listing.WriteFile] does.
func (s *Schools) WriteFile(path string) error {
	if err := publish(path, s); err != nil {
		return fmt.Errorf("write the directory of schools: %w", err)
	}
	return nil
}

// OpenSchools reads the file at path. One that is not there gives an error that wraps
// [os.ErrNotExist]; one that is not as it was written, [ErrSchoolsDamaged].
func OpenSchools(path string) (*Schools, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("open the directory of schools: %w", err)
	}
	s, err := ReadSchools(f)
	if err = errors.Join(err, f.Close()); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return s, nil
}

// ReadSchools reads what [Schools.WriteTo] wrote.
func ReadSchools(r io.Reader) (*Schools, error) {
	file, err := io.ReadAll(io.LimitReader(r, largestSchool+1))
	if err != nil {
		return nil, fmt.Errorf("read the directory of schools: %w", err)
	}
	if len(file) > largestSchool || len(file) < schoolsHead || string(file[:8]) != schoolsMagic[:8] {
		return nil, fmt.Errorf("%w: it is no such file", ErrSchoolsDamaged)
	}
	if v := binary.LittleEndian.Uint32(file[8:]); v != 1 {
		return nil, fmt.Errorf("%w: its version is %d, and this program knows 1", ErrSchoolsDamaged, v)
	}
	body := file[schoolsHead:]
	if sha256.Sum256(body) != [sha256.Size]byte(file[len(schoolsMagic):schoolsHead]) {
		return nil, fmt.Errorf("%w: it fails its checksum", ErrSchoolsDamaged)
	}
	var rows []schoolRow
	mode, err := cbor.DecOptions{MaxArrayElements: MaxSchools}.DecMode()
	if err == nil {
		err = mode.Unmarshal(body, &rows)
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrSchoolsDamaged, err)
	}
	return schoolsOf(rows, body)
}

func schoolsOf(rows []schoolRow, body []byte) (*Schools, error) {
	s := &Schools{all: make([]School, len(rows)), body: body}
	for i, r := range rows {
		if i > 0 && r.URN <= rows[i-1].URN {
			return nil, fmt.Errorf("%w: it is out of order", ErrSchoolsDamaged)
		}
		s.all[i] = School{URN: r.URN, Name: r.Name, Postcode: r.Postcode, Phase: r.Phase, Status: r.Status, Closed: r.Closed,
			AgeFrom: r.AgeFrom, AgeTo: r.AgeTo, lat: r.Lat, lng: r.Lng}
	}
	return s, nil
}
