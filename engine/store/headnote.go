package store

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// A head that is noted outside the store is text: three lines, each with a line
// end, in the manner of golang.org/x/mod/sumdb/tlog.
//
//	stablehomes journal
//	<number of the newest entry>
//	<root of the tree, base64>
//
// A signed one is that text as a note of golang.org/x/mod/sumdb/note (Ed25519).
const headOrigin = "stablehomes journal"

// maxHeadText is more bytes than a head with a hundred signatures has.
const maxHeadText = 1 << 16

// Errors of a head that was noted elsewhere.
var (
	// ErrNotAHead says that a text is not the head of a journal.
	ErrNotAHead = errors.New("this is not the head of a journal")
	// ErrSignature says that a head lacks the signature that was asked for, or
	// that the signature is not its own.
	ErrSignature = errors.New("the signature of the head does not hold")
)

// FormatHead is the head as text.
func FormatHead(h Head) []byte {
	return fmt.Appendf(nil, "%s\n%d\n%s\n", headOrigin, h.Number, h.Root)
}

// ParseHead reads what [FormatHead] writes, and nothing else; other text is an
// [ErrNotAHead].
func ParseHead(text []byte) (Head, error) {
	lines := strings.Split(string(text[:min(len(text), maxHeadText)]), "\n")
	if len(lines) != 4 || lines[0] != headOrigin || lines[3] != "" {
		return Head{}, fmt.Errorf("%w: it has not the three lines of one", ErrNotAHead)
	}
	n, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil || n < 0 || lines[1] != strconv.FormatInt(n, 10) {
		return Head{}, fmt.Errorf("%w: its second line is not a number of entries", ErrNotAHead)
	}
	root, err := base64.StdEncoding.Strict().DecodeString(lines[2])
	if err != nil || len(root) != tlog.HashSize || base64.StdEncoding.EncodeToString(root) != lines[2] {
		return Head{}, fmt.Errorf("%w: its third line is not a root", ErrNotAHead)
	}
	return Head{Number: uint64(n), Root: Hash(root)}, nil
}

// SignHead is the head as a note signed with a key of [note.GenerateKey].
func SignHead(h Head, key string) ([]byte, error) {
	signer, err := note.NewSigner(strings.TrimSpace(key))
	if err != nil {
		return nil, fmt.Errorf("the signing key cannot be read: %w", err)
	}
	return note.Sign(&note.Note{Text: string(FormatHead(h))}, signer)
}

// Noted is a head that was noted elsewhere.
type Noted struct {
	Head
	Signers []string // names of the keys that sign it, first the one that was asked for; of the others their word alone
	Checked bool     // the signature of the key that was asked for holds
}

// ReadHead reads a head, signed or not. With a verifier key the head must carry
// the signature of that key, or the error is an [ErrSignature]; without one no
// signature is checked. Text that is no head is an [ErrNotAHead].
func ReadHead(text []byte, verifier string) (Noted, error) {
	if len(text) > maxHeadText {
		return Noted{}, fmt.Errorf("%w: it is too long", ErrNotAHead)
	}
	var known []note.Verifier
	if verifier = strings.TrimSpace(verifier); verifier != "" {
		v, err := note.NewVerifier(verifier)
		if err != nil {
			return Noted{}, fmt.Errorf("the verifier key cannot be read: %w", err)
		}
		known = append(known, v)
	}
	if !bytes.Contains(text, []byte("\n\n")) {
		head, err := ParseHead(text)
		if err == nil && len(known) > 0 {
			err = fmt.Errorf("%w: it is not signed", ErrSignature)
		}
		return Noted{Head: head}, err
	}
	noted, err := openNote(text, note.VerifierList(known...))
	if err == nil && len(known) > 0 && !noted.Checked {
		err = fmt.Errorf("%w: it is not signed with the key of %s", ErrSignature, known[0].Name())
	}
	return noted, err
}

func openNote(text []byte, known note.Verifiers) (Noted, error) {
	n, err := note.Open(text, known)
	var unverified *note.UnverifiedNoteError
	var wrong *note.InvalidSignatureError
	switch {
	case errors.As(err, &wrong):
		return Noted{}, fmt.Errorf("%w: that of %s is not for this head", ErrSignature, wrong.Name)
	case errors.As(err, &unverified):
		n = unverified.Note
	case err != nil:
		return Noted{}, fmt.Errorf("%w: %w", ErrNotAHead, err)
	}
	head, err := ParseHead([]byte(n.Text))
	if err != nil {
		return Noted{}, err
	}
	noted := Noted{Head: head, Checked: len(n.Sigs) > 0}
	for _, s := range append(n.Sigs, n.UnverifiedSigs...) {
		noted.Signers = append(noted.Signers, s.Name)
	}
	return noted, nil
}
