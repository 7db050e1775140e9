package engine_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// module is the path that every package of the house begins with.
const module = "github.com/stablehomes/stablehomes/"

// floors are the packages from the ground up. A package imports from lower floors only, never from its own.
var floors = map[string]int{
	"engine/durable": 0, "engine/formula": 0, "engine/spelling": 0,
	"engine/care": 1, "engine/gazetteer": 1, "engine/policy": 1,
	"engine/rulebook": 2, "engine/scoring": 2, "engine/index": 2, "engine/store": 2, "engine/intake": 2, "fixtures": 2,
	"engine/match": 3,
	"engine":       4, "engine/report": 4,
	"cli": 5, "bench": 5,
	"cli/stablehomes": 6,
}

// never are imports that the floors allow and the design does not.
var never = map[string][]string{
	"engine/match":  {"engine/store", "engine/intake", "fixtures"},
	"engine":        {"fixtures"},
	"engine/report": {"engine/store", "engine/intake", "fixtures"},
	"cli":           {"engine/store", "engine/match", "engine/rulebook", "engine/scoring", "engine/index"},
	"cli/stablehomes": {"engine", "engine/report", "engine/match", "engine/rulebook", "engine/scoring", "engine/index",
		"engine/store", "engine/intake", "engine/care", "engine/gazetteer", "engine/policy", "fixtures", "bench"},
}

// unit is the package of the table that a package is, or whose own business it
// is: what lies in its internal folder.
func unit(pkg string) string {
	pkg, _, _ = strings.Cut(pkg, "/internal")
	if _, known := floors[pkg]; known {
		return pkg
	}
	return ""
}

// source is a Go file that is not a test.
type source struct {
	path string // from the root, with slashes
	file *ast.File
}

func (s *source) pkg() string { return path.Dir(s.path) }

// sources parses every Go file of the module; a module within it is another.
func sources(t *testing.T) []source {
	t.Helper()
	var all []source
	require.NoError(t, filepath.WalkDir("..", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			_, err := os.Stat(filepath.Join(name, "go.mod"))
			if ownModule := err == nil && name != ".."; ownModule || name != ".." && strings.HasPrefix(d.Name(), ".") || d.Name() == "testdata" {
				return filepath.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ParseComments)
		all = append(all, source{filepath.ToSlash(strings.TrimPrefix(name, ".."+string(filepath.Separator))), file})
		return err
	}))
	require.Greater(t, len(all), 50, "the test looks at the whole module")
	return all
}

// wrongImport says why one package must not import another; empty if it may.
func wrongImport(from, to string) string {
	above, below := unit(from), unit(to)
	switch {
	case above == "":
		return from + " has no floor"
	case below == "":
		return to + " has no floor"
	case above == below:
		return ""
	case floors[below] > floors[above]:
		return "upwards"
	case floors[below] == floors[above]:
		return "on the same floor"
	case slices.Contains(never[above], below):
		return "against the design"
	}
	return ""
}

func TestImportsRunDownwards(t *testing.T) {
	seen := map[string]bool{}
	for _, s := range sources(t) {
		for _, spec := range s.file.Imports {
			name, err := strconv.Unquote(spec.Path.Value)
			require.NoError(t, err)
			to, ours := strings.CutPrefix(name, module)
			if !ours {
				continue
			}
			require.Empty(t, wrongImport(s.pkg(), to), "%s imports %s", s.path, to)
			seen[unit(s.pkg())+" "+to] = true
		}
	}
	require.Contains(t, seen, "engine engine/match", "the test sees imports")
	require.Contains(t, seen, "cli/stablehomes cli")
}

func TestAnImportThatRunsTheWrongWayIsFound(t *testing.T) {
	for _, c := range []struct{ from, to, why string }{
		{"engine/care", "engine/gazetteer", "on the same floor"},
		{"engine/policy", "engine/care", "on the same floor"},
		{"engine/store", "engine/intake", "on the same floor"},
		{"fixtures/internal/calibrate", "engine/rulebook", "on the same floor"},
		{"engine/match", "engine/store", "against the design"},
		{"engine/match", "engine", "upwards"},
		{"engine", "engine/report", "on the same floor"},
		{"engine/report", "engine", "on the same floor"},
		{"cli", "bench", "on the same floor"},
		{"cli", "engine/store", "against the design"},
		{"cli/stablehomes", "engine", "against the design"},
		{"attic", "engine", "attic has no floor"},
		{"engine/attic", "engine/care", "engine/attic has no floor"},
		{"engine/care", "tools", "tools has no floor"},
		{"engine", "engine/store", ""},
		{"cli", "engine/intake", ""},
		{"cli", "fixtures", ""},
		{"fixtures/internal/calibrate", "fixtures", ""},
	} {
		require.Equal(t, c.why, wrongImport(c.from, c.to), "%s imports %s", c.from, c.to)
	}
}

// ignored are the patterns of .gitignore: what building and running leave
// behind.
func ignored(t *testing.T) []string {
	text, err := os.ReadFile("../.gitignore")
	require.NoError(t, err)
	var patterns []string
	for _, line := range strings.Fields(string(text)) {
		patterns = append(patterns, strings.Trim(line, "/"))
	}
	return patterns
}

func TestNothingElseLiesAtTheTop(t *testing.T) {
	allowed := []string{"engine", "cli", "fixtures", "bench", "go.mod", "go.sum", "README.md"}
	patterns := ignored(t)
	entries, err := os.ReadDir("..")
	require.NoError(t, err)
	for _, e := range entries {
		leftBehind := slices.ContainsFunc(patterns, func(p string) bool { matches, _ := path.Match(p, e.Name()); return matches })
		if strings.HasPrefix(e.Name(), ".") || leftBehind {
			continue
		}
		require.Contains(t, allowed, e.Name())
	}
}

func TestTheProgramOnlyCallsTheCommandLine(t *testing.T) {
	text, err := os.ReadFile("../cli/stablehomes/main.go")
	require.NoError(t, err)
	require.Less(t, strings.Count(string(text), "\n"), 20)
}

func TestEveryPackageSaysWhatItIs(t *testing.T) {
	documented := map[string]bool{}
	for _, s := range sources(t) {
		documented[s.pkg()] = documented[s.pkg()] || s.file.Doc != nil && len(strings.TrimSpace(s.file.Doc.Text())) > 20
	}
	for pkg, is := range documented {
		require.True(t, is, "package %s has no doc comment", pkg)
	}
}

func TestNoFileIsNamedForNothing(t *testing.T) {
	for _, s := range sources(t) {
		for _, name := range append(strings.Split(strings.TrimSuffix(s.path, ".go"), "/"), s.file.Name.Name) {
			for _, empty := range []string{"util", "utils", "common", "helper", "helpers", "manager", "misc"} {
				require.NotEqual(t, empty, name, s.path)
			}
		}
	}
}
