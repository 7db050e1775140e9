package engine

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"filippo.io/age"

	"github.com/stablehomes/stablehomes/engine/store"
)

// Errors of a backup.
var (
	// ErrBadBackup says that a backup is damaged, cut off, or no backup at all.
	ErrBadBackup = store.ErrBadBackup
	// ErrNotEmpty says that a directory is not empty, so nothing is restored
	// into it.
	ErrNotEmpty = store.ErrNotEmpty
	// ErrBackupInClear says that the store is encrypted and its backup would not
	// be.
	ErrBackupInClear = errors.New("the store is encrypted and its backup would not be")
	// ErrIdentityNeeded says that the backup is encrypted and no identity was
	// given that opens it.
	ErrIdentityNeeded = errors.New("the backup is encrypted")
)

// BackupOptions say for whom a backup is.
type BackupOptions struct {
	// Recipients are those who can restore it (filippo.io/age). Without any the
	// backup is in clear, with a checksum.
	Recipients []age.Recipient
	// Plain lets the backup of an encrypted store be in clear.
	Plain bool
}

// Backed says what a backup holds.
type Backed struct {
	Journal   uint64 // the newest entry
	Root      [32]byte
	Keys      uint64
	Encrypted bool
}

// Backup writes everything the store holds as it stands, the directories of postcodes
// and of schools with it; others may go on writing meanwhile. Writing it where it is
// safe, and keeping it from being cut off, are the caller's: a backup that is cut off
// is refused by [Restore].
//
// Errors: [ErrBackupInClear], before anything is written; [ErrDamaged] where the store
// does not agree, which is not backed up; those of reading, of encrypting and of w; and
// ctx's.
func (e *Engine) Backup(ctx context.Context, w io.Writer, o BackupOptions) (Backed, error) {
	if e.sealed && len(o.Recipients) == 0 && !o.Plain {
		return Backed{}, ErrBackupInClear
	}
	if err := e.store.Check(ctx); err != nil {
		return Backed{}, err
	}
	e.beside.RLock()
	defer e.beside.RUnlock()
	files, closeFiles, err := e.backupFiles()
	if err != nil {
		return Backed{}, err
	}
	defer closeFiles()
	out, end, err := encryptTo(w, o.Recipients)
	if err != nil {
		return Backed{}, err
	}
	b, err := e.store.Backup(ctx, out, files...)
	if err == nil {
		err = end()
	}
	return backedOf(b, len(o.Recipients) > 0), err
}

func backedOf(b store.Backed, encrypted bool) Backed {
	return Backed{Journal: b.Head.Number, Root: b.Head.Root, Keys: b.Keys, Encrypted: encrypted}
}

// encryptTo is the writer for the recipients, and what ends it.
func encryptTo(w io.Writer, to []age.Recipient) (io.Writer, func() error, error) {
	if len(to) == 0 {
		return w, func() error { return nil }, nil
	}
	out, err := age.Encrypt(w, to...)
	if err != nil {
		return nil, nil, fmt.Errorf("encrypt the backup: %w", err)
	}
	return out, out.Close, nil
}

// backupFiles are the directories of postcodes and of schools, as far as there are
// any. They are replaced by renaming, so what was opened does not change.
func (e *Engine) backupFiles() (files []store.BackupFile, done func(), err error) {
	var open []*os.File
	done = func() {
		for _, f := range open {
			_ = f.Close() // only read from
		}
	}
	if e.dir == "" {
		return nil, done, nil
	}
	for _, name := range []string{postcodesName, schoolsName} {
		f, err := os.Open(filepath.Join(e.dir, name))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			done()
			return nil, nil, err
		}
		open = append(open, f)
		info, err := f.Stat()
		if err != nil {
			done()
			return nil, nil, err
		}
		files = append(files, store.BackupFile{Name: name, Size: info.Size(), Content: f})
	}
	return files, done, nil
}

// RestoreOptions say how a backup is read and what is made of it.
type RestoreOptions struct {
	// Identities open an encrypted backup (filippo.io/age).
	Identities []age.Identity
	// Key encrypts the restored store; it need not be that of the store that was
	// backed up. Without one the restored store is in clear.
	Key []byte
}

// IsBackup says whether a file that begins so may be a backup, in clear or encrypted;
// 18 bytes are enough.
func IsBackup(start []byte) bool {
	return store.IsBackup(start) || bytes.HasPrefix(start, []byte(ageMagic))
}

// ageMagic is how a file that is encrypted with age begins.
const ageMagic = "age-encryption.org/"

// Restore makes a store of a backup in a directory that is empty or not there yet.
// The whole backup is verified before anything is written, and the store before
// it appears: it has the same journal, to the same root.
//
// Errors wrap [ErrNotEmpty], [ErrBadBackup], [ErrIdentityNeeded], [ErrFull] or
// [ErrDamaged], or come from ctx or the file system.
func Restore(ctx context.Context, dir string, r io.ReadSeeker, o RestoreOptions) (Backed, error) {
	start := make([]byte, len(ageMagic))
	n, err := io.ReadFull(r, start)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return Backed{}, err
	}
	encrypted := string(start[:n]) == ageMagic
	b, err := store.Restore(ctx, dir, store.Options{Key: o.Key}, func() (io.Reader, error) {
		if _, err := r.Seek(0, io.SeekStart); err != nil {
			return nil, err
		}
		if !encrypted {
			return r, nil
		}
		return decryptFrom(r, o.Identities)
	})
	return backedOf(b, encrypted), err
}

func decryptFrom(r io.Reader, by []age.Identity) (io.Reader, error) {
	if len(by) == 0 {
		return nil, fmt.Errorf("%w: give the identity that opens it", ErrIdentityNeeded)
	}
	in, err := age.Decrypt(r, by...)
	var none *age.NoIdentityMatchError
	switch {
	case errors.As(err, &none):
		return nil, fmt.Errorf("%w: it is for other recipients", ErrIdentityNeeded)
	case err != nil:
		return nil, fmt.Errorf("%w: %s", ErrBadBackup, strings.TrimPrefix(err.Error(), "age: "))
	}
	return in, nil
}
