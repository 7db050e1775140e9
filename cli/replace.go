package cli

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/stablehomes/stablehomes/engine/durable"
)

// mayWrite refuses a file whose directory is not there before the work begins that
// is to end in it.
func mayWrite(flag, name string) error {
	dir := filepath.Dir(name)
	info, err := os.Stat(dir)
	switch {
	case err == nil && info.IsDir():
		return nil
	case err == nil, errors.Is(err, fs.ErrNotExist):
		return usage("--%s %s: there is no directory %s", flag, name, dir)
	}
	return usage("--%s %s: %v", flag, name, err)
}

// replaceOwn writes a file in the place of one that is there only if that, by its
// first 64 bytes, is of the same making: a slip of the hand replaces nothing else.
func replaceOwn(name, what string, own func(start []byte) bool, write func(io.Writer) error) error {
	if err := isOwn(name, what, own); err != nil {
		return err
	}
	return durable.Replace(name, 0o600, write)
}

func isOwn(name, what string, own func(start []byte) bool) error {
	f, err := os.Open(name)
	if err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		return err
	}
	defer f.Close()
	if info, err := f.Stat(); err != nil || !info.Mode().IsRegular() || info.Size() == 0 {
		return err
	}
	start := make([]byte, 64)
	n, err := io.ReadFull(f, start)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
		return err
	}
	if own(start[:n]) {
		return nil
	}
	return fmt.Errorf("%s is there already and is no %s; it is kept as it is: name another file, or remove it first", name, what)
}
