package store

import (
	"crypto/rand"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/mod/sumdb/note"
)

// key is a new pair of keys.
func key(t testing.TB, name string) (signing, verifying string) {
	signing, verifying, err := note.GenerateKey(rand.Reader, name)
	require.NoError(t, err)
	return signing, verifying
}

func someHead(t testing.TB) Head {
	s, heads := grown(t, 3)
	require.NoError(t, s.Close())
	return heads[3]
}

func TestAHeadIsThreeLinesOfText(t *testing.T) {
	head := someHead(t)
	text := FormatHead(head)
	lines := strings.Split(string(text), "\n")
	require.Len(t, lines, 4)
	require.Equal(t, []string{"stablehomes journal", "3", ""}, []string{lines[0], lines[1], lines[3]})
	again, err := ParseHead(text)
	require.NoError(t, err)
	require.Equal(t, head, again)
	noted, err := ReadHead(text, "")
	require.NoError(t, err)
	require.Equal(t, Noted{Head: head}, noted)
}

func TestASignedHeadIsReadWithAndWithoutTheKey(t *testing.T) {
	head := someHead(t)
	signing, verifying := key(t, "leeds")
	text, err := SignHead(head, signing+"\n")
	require.NoError(t, err)
	noted, err := ReadHead(text, verifying+"\n")
	require.NoError(t, err)
	require.Equal(t, Noted{Head: head, Signers: []string{"leeds"}, Checked: true}, noted)
	noted, err = ReadHead(text, "")
	require.NoError(t, err)
	require.Equal(t, Noted{Head: head, Signers: []string{"leeds"}}, noted, "whose it says it is, unchecked")
}

func TestAHeadThatSomebodyElseSignedIsRefused(t *testing.T) {
	head := someHead(t)
	signing, verifying := key(t, "leeds")
	text, err := SignHead(head, signing)
	require.NoError(t, err)
	_, other := key(t, "leeds")
	_, err = ReadHead(text, other)
	require.ErrorIs(t, err, ErrSignature)
	require.ErrorContains(t, err, "not signed with the key of leeds")

	later := strings.Replace(string(text), "\n3\n", "\n4\n", 1)
	_, err = ReadHead([]byte(later), verifying)
	require.ErrorIs(t, err, ErrSignature)
	require.ErrorContains(t, err, "that of leeds is not for this head")

	_, err = ReadHead(FormatHead(head), verifying)
	require.ErrorIs(t, err, ErrSignature)
	require.ErrorContains(t, err, "it is not signed")
}

func TestASignedTextThatIsNoHeadIsRefused(t *testing.T) {
	signing, verifying := key(t, "leeds")
	signer, err := note.NewSigner(signing)
	require.NoError(t, err)
	text, err := note.Sign(&note.Note{Text: "a letter\n"}, signer)
	require.NoError(t, err)
	for _, with := range []string{verifying, ""} {
		_, err = ReadHead(text, with)
		require.ErrorIs(t, err, ErrNotAHead)
	}
}

func TestKeysThatAreNoneAreNamed(t *testing.T) {
	_, err := SignHead(Head{}, "PRIVATE+KEY")
	require.ErrorContains(t, err, "the signing key cannot be read")
	_, err = ReadHead(FormatHead(someHead(t)), "leeds+")
	require.ErrorContains(t, err, "the verifier key cannot be read")
}

func TestTextThatIsNoHeadIsRefused(t *testing.T) {
	good := string(FormatHead(someHead(t)))
	root := strings.Split(good, "\n")[2]
	for name, text := range map[string]string{
		"nothing":                "",
		"another log":            strings.Replace(good, "stablehomes", "go.sum", 1),
		"no last line end":       strings.TrimSuffix(good, "\n"),
		"a line more":            good + "more\n",
		"a number with a sign":   strings.Replace(good, "\n3\n", "\n+3\n", 1),
		"a number with a nought": strings.Replace(good, "\n3\n", "\n03\n", 1),
		"a number below nothing": strings.Replace(good, "\n3\n", "\n-3\n", 1),
		"a number too large":     strings.Replace(good, "\n3\n", "\n9223372036854775808\n", 1),
		"half a root":            strings.Replace(good, root, root[:20], 1),
		"a root that is words":   strings.Replace(good, root, "the root", 1),
		"line ends of Windows":   strings.ReplaceAll(good, "\n", "\r\n"),
		"a note of no use":       good + "\n— leeds\n",
		"a book":                 good + strings.Repeat("x", maxHeadText),
	} {
		_, err := ReadHead([]byte(text), "")
		require.ErrorIs(t, err, ErrNotAHead, name)
	}
}

func FuzzReadHead(f *testing.F) {
	signing, verifying := key(f, "leeds")
	text, err := SignHead(someHead(f), signing)
	require.NoError(f, err)
	f.Add(text)
	f.Add(FormatHead(someHead(f)))
	f.Add([]byte("stablehomes journal\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n\n— x AAAA\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		noted, err := ReadHead(text, "")
		if err != nil {
			return
		}
		require.True(t, strings.HasPrefix(string(text), string(FormatHead(noted.Head))), "a head has one spelling")
		if checked, err := ReadHead(text, verifying); err == nil {
			require.True(t, checked.Checked)
			require.Equal(t, uint64(3), checked.Number, "only one head was ever signed")
		}
	})
}
