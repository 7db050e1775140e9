package gazetteer

import (
	"bufio"
	"io"
	"os"
	"path/filepath"
	"runtime"
)

// replaceFile puts content at path in one step: whoever opens the path finds the old file or the new
// one, and after a power cut too. A failure removes the temporary file beside path.
func replaceFile(path string, content io.WriterTo) error {
	dir := filepath.Dir(path)
	f, err := os.CreateTemp(dir, "."+filepath.Base(path)+"-*.tmp")
	if err != nil {
		return err
	}
	err = fill(f, content)
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		_ = os.Remove(f.Name())
		return err
	}
	return syncDir(dir)
}

// fill writes and closes f; when it returns nil the bytes are on the disk.
func fill(f *os.File, content io.WriterTo) error {
	w := bufio.NewWriterSize(f, 1<<20)
	_, err := content.WriteTo(w)
	if err == nil {
		err = w.Flush()
	}
	if err == nil {
		err = f.Chmod(0o644) // public data, unlike the store beside it
	}
	if err == nil {
		err = f.Sync()
	}
	if closed := f.Close(); err == nil {
		err = closed
	}
	return err
}

// syncDir makes a rename last. Windows has no such call and does not need it.
func syncDir(dir string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	err = d.Sync()
	if closed := d.Close(); err == nil {
		err = closed
	}
	return err
}
