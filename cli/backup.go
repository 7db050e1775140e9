package cli

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"filippo.io/age"
	"github.com/urfave/cli/v2"

	"github.com/stablehomes/stablehomes/engine"
)

// The schemas of the JSON of a backup and of a restored store.
const (
	backupSchema  = "stablehomes/backup/1"
	restoreSchema = "stablehomes/restore/1"
)

func (p *program) backupCommand() *cli.Command {
	return &cli.Command{
		Name:      "backup",
		Usage:     "write everything in the store, the postcode directory with it, into one file",
		UsageText: "stablehomes backup [--recipient age1…] [--recipients-file FILE] [--plain] FILE\nstablehomes backup county.backup",
		Flags: []cli.Flag{
			&cli.StringSliceFlag{Name: "recipient", Usage: "encrypt it for this age `RECIPIENT`, who alone can restore it; again for more"},
			&cli.StringFlag{Name: "recipients-file", Usage: "encrypt it for the age recipients in `FILE`, one a line"},
			&cli.BoolFlag{Name: "plain", Usage: "let the backup of an encrypted store be in clear"},
		},
		Action: p.backup,
	}
}

func (p *program) backup(c *cli.Context) error {
	file, err := oneFile(c, "stablehomes backup FILE")
	if err != nil {
		return err
	}
	to, err := recipientsOf(c)
	if err != nil {
		return err
	}
	eng, err := p.open(c, engine.ReadOnly())
	if err != nil {
		return err
	}
	defer eng.Close()
	var backed engine.Backed
	err = replaceOwn(file, "backup", engine.IsBackup, func(w io.Writer) (err error) {
		backed, err = eng.Backup(c.Context, w, engine.BackupOptions{Recipients: to, Plain: c.Bool("plain")})
		return err
	})
	if errors.Is(err, engine.ErrBackupInClear) {
		return usage("%v: give --recipient age1… (age-keygen makes one), or --plain to have it in clear", err)
	}
	if err != nil {
		return err
	}
	return p.sayBacked(c, backupSchema, file, backed)
}

func (p *program) restoreCommand() *cli.Command {
	return &cli.Command{
		Name:        "restore",
		Usage:       "make a new store of a backup, once the whole backup has been verified",
		UsageText:   "stablehomes restore [--identity-file FILE] --db DIR FILE\nstablehomes restore --db restored.db county.backup",
		Description: "With --key-file the new store is encrypted, whatever the old one was. The DIR is empty or not there yet.",
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "identity-file", Usage: "`FILE` with the age identity that opens an encrypted backup"},
		},
		Action: p.restore,
	}
}

func (p *program) restore(c *cli.Context) error {
	file, err := oneFile(c, "stablehomes restore --db DIR FILE")
	if err != nil {
		return err
	}
	key, err := keyOf(c)
	if err != nil {
		return err
	}
	by, err := identitiesOf(c)
	if err != nil {
		return err
	}
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer f.Close()
	backed, err := engine.Restore(c.Context, dbOf(c), f, engine.RestoreOptions{Identities: by, Key: key})
	switch {
	case errors.Is(err, engine.ErrIdentityNeeded):
		return fmt.Errorf("%s: %w (--identity-file FILE)", file, err)
	case err != nil:
		return fmt.Errorf("%s: %w", file, err)
	}
	return p.sayBacked(c, restoreSchema, file, backed)
}

// sayBacked says what is in the backup, or was.
func (p *program) sayBacked(c *cli.Context, schema, file string, b engine.Backed) error {
	if isSet(c, "json") {
		return json.NewEncoder(p.stdout).Encode(struct {
			Schema    string `json:"schema"`
			File      string `json:"file"`
			DB        string `json:"db"`
			Journal   uint64 `json:"journal"`
			Root      string `json:"root"`
			Keys      uint64 `json:"keys"`
			Encrypted bool   `json:"encrypted"`
		}{schema, file, dbOf(c), b.Journal, base64.StdEncoding.EncodeToString(b.Root[:]), b.Keys, b.Encrypted})
	}
	how := "in clear"
	if b.Encrypted {
		how = "encrypted"
	}
	from, to := dbOf(c), file
	if schema == restoreSchema {
		from, to = file, dbOf(c)
	}
	_, err := fmt.Fprintf(p.answers(), "%s -> %s: %d keys up to journal entry %d, root %s; the backup is %s\n", from, to, b.Keys, b.Journal, base64.StdEncoding.EncodeToString(b.Root[:]), how)
	return err
}

// oneFile is the only argument.
func oneFile(c *cli.Context, how string) (string, error) {
	switch c.NArg() {
	case 0:
		return "", usage("which file? %s", how)
	case 1:
		return c.Args().First(), nil
	}
	return "", stray(c, c.Args().Get(1))
}

// recipientsOf are those of the flags; none where there are no such flags.
func recipientsOf(c *cli.Context) ([]age.Recipient, error) {
	var all []age.Recipient
	for _, r := range c.StringSlice("recipient") {
		some, err := age.ParseRecipients(strings.NewReader(r))
		if err != nil {
			return nil, usage("--recipient %s: it is no age recipient, which begins with age1", r)
		}
		all = append(all, some...)
	}
	if file := c.String("recipients-file"); file != "" {
		f, err := os.Open(file)
		if err != nil {
			return nil, fmt.Errorf("read the recipients: %w", err)
		}
		defer f.Close()
		some, err := age.ParseRecipients(f)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		all = append(all, some...)
	}
	return all, nil
}

func identitiesOf(c *cli.Context) ([]age.Identity, error) {
	file := c.String("identity-file")
	if file == "" {
		return nil, nil
	}
	f, err := os.Open(file)
	if err != nil {
		return nil, fmt.Errorf("read the identity: %w", err)
	}
	defer f.Close()
	by, err := age.ParseIdentities(f)
	if err != nil {
		return nil, fmt.Errorf("%s is no age identity; age-keygen makes one", file)
	}
	return by, nil
}
