package cli

import (
	"errors"
	"fmt"
	"runtime"

	"github.com/stablehomes/stablehomes/engine"
)

// noStore says why there is nothing to open.
func (v *visit) noStore(err error) {
	if _, named, keyErr := v.key(); keyErr == nil {
		says := "none is named"
		if named != "" {
			says = "it can be read by you alone"
		}
		v.say(theKey, well, says, "")
	}
	v.clock(nil)
	do := helps(err)
	if errors.Is(err, engine.ErrNoStore) {
		do = "stablehomes import homes FILE, then children, placements and postcodes; to try it out: stablehomes demo --files county"
	}
	v.say(theStore, wrong, err.Error(), do)
}

// helps is what to do about files that cannot be opened.
func helps(err error) string {
	if errors.Is(err, engine.ErrDamaged) || errors.Is(err, engine.ErrLost) {
		return "stablehomes --db NEW-DIR restore BACKUP-FILE"
	}
	return "see that you may read the directory, or name another: --db DIR"
}

// directory says what is known of the store's directory before it is opened.
func (v *visit) directory(s *engine.Survey) {
	if dir := dbOf(v.c); runtime.GOOS != "windows" {
		if s.Mode&0o077 != 0 {
			v.say(thePermissions, worthKnowing, fmt.Sprintf("the directory is open to others (mode %04o)", s.Mode), "chmod 700 "+quoted(dir))
		} else {
			v.say(thePermissions, well, fmt.Sprintf("the directory is open to you alone (mode %04o)", s.Mode), "")
		}
	}
	takes := "the store takes " + bytesWords(s.Bytes)
	switch {
	case !s.Known:
		v.say(theDisk, well, takes+"; this system does not say how much is free", "")
	case s.Free < s.Needed:
		v.say(theDisk, wrong, fmt.Sprintf("%s; %s are free and %s have to be, so no change is taken", takes, bytesWords(s.Free), bytesWords(s.Needed)), "make room on the disk")
	default:
		v.say(theDisk, well, fmt.Sprintf("%s; %s are free, and changes need %s", takes, bytesWords(s.Free), bytesWords(s.Needed)), "")
	}
}

// bytesWords is a size in megabytes, or gigabytes where it is many; both are powers of
// two, as elsewhere.
func bytesWords(n uint64) string {
	const mb, gb = 1 << 20, 1 << 30
	switch {
	case n >= 10*gb:
		return fmt.Sprintf("%d GB", n/gb)
	case n >= gb:
		return fmt.Sprintf("%.1f GB", float64(n)/gb)
	case n >= 10*mb:
		return fmt.Sprintf("%d MB", n/mb)
	}
	return fmt.Sprintf("%.1f MB", float64(n)/mb)
}

// fits says whether the key is that of the store.
func (v *visit) fits(s *engine.Survey, named string, err error) {
	switch {
	case named == "" && s.Encrypted:
		v.say(theKey, wrong, "none is named, and the store is encrypted", "name it: --key-file FILE, or $STABLEHOMES_KEY_FILE")
	case named == "":
		v.say(theKey, well, "none is named, and the store is not encrypted", "")
	case !s.Encrypted:
		v.say(theKey, wrong, named+" is named, and the store is not encrypted", "leave --key-file and $STABLEHOMES_KEY_FILE out")
	case errors.Is(err, engine.ErrWrongKey):
		v.say(theKey, wrong, named+" is not the key of this store", keyWords)
	case err != nil:
		v.say(theKey, well, named+" can be read by you alone", "")
	default:
		v.say(theKey, well, named+" can be read by you alone, and it fits", "")
	}
}

// notOpened says why the store is not open, and what to do.
func (v *visit) notOpened(err error) {
	v.clock(nil)
	do := helps(err)
	switch {
	case errors.Is(err, engine.ErrInUse):
		v.inUse = err
		do = "stablehomes doctor, once that has finished"
	case errors.Is(err, engine.ErrUnclean):
		do = "stablehomes check, then stablehomes doctor again"
	case errors.Is(err, engine.ErrKeyNeeded), errors.Is(err, engine.ErrWrongKey):
		do = "see the key"
	}
	v.say(theStore, wrong, err.Error(), do)
}

func (v *visit) opened(s *engine.Survey, found *engine.Readiness) {
	encrypted := "is not encrypted"
	if s.Encrypted {
		encrypted = "is encrypted"
	}
	closed := "was closed properly"
	if !s.Proper { // on Windows, where a store cannot be shared and is put in order
		closed = "was not closed properly and has been put in order"
	}
	v.say(theStore, well, fmt.Sprintf("%s opens, %s, is at journal entry %d and %s", dbOf(v.c), closed, found.Journal, encrypted), "")
	v.clock(found)
}
