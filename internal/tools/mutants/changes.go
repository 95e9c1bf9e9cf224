package main

import (
	"go/ast"
	"go/parser"
	"go/token"
)

// change is one operator that is replaced by another.
type change struct {
	at, line, column int
	from, to         string
}

// replacements are what each operator is replaced by: a boundary moved, a condition turned around, a sign changed.
var replacements = map[token.Token][]string{
	token.LSS: {"<=", ">="}, token.LEQ: {"<", ">"}, token.GTR: {">=", "<="}, token.GEQ: {">", "<"},
	token.EQL: {"!="}, token.NEQ: {"=="}, token.LAND: {"||"}, token.LOR: {"&&"},
	token.ADD: {"-"}, token.SUB: {"+"}, token.MUL: {"/"}, token.QUO: {"*"}, token.REM: {"*"},
	token.INC: {"--"}, token.DEC: {"++"}, token.ADD_ASSIGN: {"-="}, token.SUB_ASSIGN: {"+="},
	token.CONTINUE: {"break"}, token.BREAK: {"continue"},
}

// changes returns all changes of a file in their order. Some may not compile, as where + joins texts.
func changes(path string, source []byte) (all []change, err error) {
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, path, source, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	add := func(at token.Pos, from string, replaced ...string) {
		place := files.Position(at)
		for _, to := range replaced {
			all = append(all, change{place.Offset, place.Line, place.Column, from, to})
		}
	}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.BinaryExpr:
			add(n.OpPos, n.Op.String(), replacements[n.Op]...)
		case *ast.UnaryExpr:
			if n.Op == token.NOT || n.Op == token.SUB {
				add(n.OpPos, n.Op.String(), "")
			}
		case *ast.IncDecStmt:
			add(n.TokPos, n.Tok.String(), replacements[n.Tok]...)
		case *ast.AssignStmt:
			add(n.TokPos, n.Tok.String(), replacements[n.Tok]...)
		case *ast.BranchStmt:
			add(n.TokPos, n.Tok.String(), replacements[n.Tok]...)
		case *ast.Ident:
			if n.Name == "true" || n.Name == "false" {
				add(n.Pos(), n.Name, map[string]string{"true": "false", "false": "true"}[n.Name])
			}
		}
		return true
	})
	return all, nil
}
