package cli

import (
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"runtime"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/stablehomes/stablehomes/engine"
)

// howToMakeAKey is told to whoever names a file that is no key.
const howToMakeAKey = "make one with:  (umask 077; head -c 32 /dev/urandom | od -An -v -tx1 | tr -d ' \\n' > FILE)"

// keyOf is the key in the file that the flags name; nil where they name none. A
// key is never given on the command line, where other users could read it.
func keyOf(c *cli.Context) ([]byte, error) {
	file := text(c, "key-file")
	if file == "" {
		return nil, nil
	}
	info, err := os.Stat(file)
	if err != nil {
		return nil, fmt.Errorf("read the key: %w; %s", err, howToMakeAKey)
	}
	if mode := info.Mode().Perm(); runtime.GOOS != "windows" && mode&0o077 != 0 {
		return nil, fmt.Errorf("the key %s can be read by others (mode %04o): chmod 600 %s", file, mode, file)
	}
	content, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("read the key: %w", err)
	}
	key, err := hex.DecodeString(strings.TrimSpace(string(content)))
	if err != nil || len(key) != engine.KeySize {
		return nil, fmt.Errorf("%s is no key: it has to hold %d hexadecimal digits; %s", file, 2*engine.KeySize, howToMakeAKey)
	}
	return key, nil
}

// hintAtKey says where a key is given, to whoever has not.
func hintAtKey(err error) error {
	if errors.Is(err, engine.ErrKeyNeeded) {
		return fmt.Errorf("%w (--key-file FILE, or $STABLEHOMES_KEY_FILE)", err)
	}
	return err
}
