package cli

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/stablehomes/stablehomes/engine"
	"github.com/stablehomes/stablehomes/engine/intake"
)

// rejectFiles keep rejected rows under the header they had: the first header's in
// the file that was named, another's in one beside it, as bad-2.csv. Files are
// created when their first row comes.
type rejectFiles struct {
	name    string
	files   []*os.File
	writers []*intake.Rejects
}

// rejectsMode lets nobody else read rows about children.
const rejectsMode = 0o600

// Add keeps a row in the file of its header.
func (r *rejectFiles) Add(bad *engine.Rejected) error {
	for _, w := range r.writers {
		if err := w.Add(bad); !errors.Is(err, intake.ErrOtherHeader) {
			return err
		}
	}
	f, err := r.create()
	if err != nil {
		return err
	}
	w := intake.NewRejects(f)
	r.files, r.writers = append(r.files, f), append(r.writers, w)
	return w.Add(bad)
}

// create makes the file that was named or, when it is taken by other rows, the
// first one beside it that does not exist.
func (r *rejectFiles) create() (*os.File, error) {
	if len(r.files) == 0 {
		return overwrite(r.name)
	}
	ext := filepath.Ext(r.name)
	for n := 2; ; n++ {
		name := fmt.Sprintf("%s-%d%s", strings.TrimSuffix(r.name, ext), n, ext)
		f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, rejectsMode)
		if !errors.Is(err, os.ErrExist) {
			return f, err
		}
	}
}

// overwrite makes a file anew. One that is there may be open to others, so it is
// closed to them before anything is written; a device or a pipe has no say in that.
func overwrite(name string) (*os.File, error) {
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE, rejectsMode)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err == nil && info.Mode().IsRegular() {
		if err = f.Chmod(rejectsMode); err == nil {
			err = f.Truncate(0)
		}
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// Close closes the files.
func (r *rejectFiles) Close() error {
	var err error
	for _, f := range r.files {
		err = errors.Join(err, f.Close())
	}
	return err
}
