package engine_test

import (
	"go/ast"
	"go/token"
	"testing"

	"github.com/stretchr/testify/require"
)

// Expressions and templates are compiled when they are first used: every process
// would pay for them otherwise, and most need none.
func TestNothingIsCompiledBeforeItIsNeeded(t *testing.T) {
	for _, s := range sources(t) {
		for _, d := range s.file.Decls {
			if vars, ok := d.(*ast.GenDecl); ok && vars.Tok == token.VAR {
				require.Empty(t, compiledIn(vars), s.path)
			}
			if f, ok := d.(*ast.FuncDecl); ok {
				require.False(t, f.Recv == nil && f.Name.Name == "init", "%s works in init", s.path)
			}
		}
	}
}

// compiledIn are the calls of a declaration that compile or parse something, but for
// those within a function.
func compiledIn(vars ast.Node) []string {
	var all []string
	ast.Inspect(vars, func(n ast.Node) bool {
		if _, within := n.(*ast.FuncLit); within {
			return false
		}
		if call, ok := n.(*ast.CallExpr); ok {
			if f, ok := call.Fun.(*ast.SelectorExpr); ok && (f.Sel.Name == "MustCompile" || f.Sel.Name == "Must" || f.Sel.Name == "ParseFS") {
				all = append(all, f.Sel.Name)
			}
		}
		return true
	})
	return all
}
