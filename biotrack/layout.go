package biotrack

import (
	"context"
	"fmt"
	"slices"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
)

// Layout is what one server's tables look like; servers of one chain differ. It is the data of the query templates:
// only names from Tables and our own literals go into a query's text, values are bound.
type Layout struct {
	// types are the type names of the columns, by table and column.
	types map[string]map[string]string
	// overrides are the SELECTs that replace tables.
	overrides map[string]string
}

func readLayout(ctx context.Context, db *sqlx.DB) (Layout, error) {
	var names []string
	for _, t := range tables {
		names = append(names, t.Name)
	}
	var rows []struct {
		Table  string `db:"table_name"`
		Column string `db:"column_name"`
		Type   string `db:"type_name"`
	}
	layout := Layout{types: make(map[string]map[string]string), overrides: make(map[string]string)}
	if err := selectRows(ctx, db, &rows, "layout.sql", nil, pq.Array(names)); err != nil {
		return layout, err
	}
	for _, r := range rows {
		if layout.types[r.Table] == nil {
			layout.types[r.Table] = make(map[string]string)
		}
		layout.types[r.Table][r.Column] = r.Type
	}
	return layout, nil
}

// require returns a SchemaError for what the database lacks of the given tables.
func (l Layout) require(tables ...string) error {
	var missing []string
	for _, name := range tables {
		if !l.HasTable(name) {
			missing = append(missing, "table "+name)
			continue
		}
		table, _ := describe(name)
		for _, column := range table.required() {
			if !l.Has(name, column) {
				missing = append(missing, "column "+name+"."+column)
			}
		}
	}
	if len(missing) > 0 {
		slices.Sort(missing)
		return &Error{Op: "check schema", Err: &SchemaError{Missing: missing}}
	}
	return nil
}

// HasTable reports whether there is a table, or a SELECT that replaces it.
func (l Layout) HasTable(table string) bool { return l.types[table] != nil }

// Has reports whether a table has a column.
func (l Layout) Has(table, column string) bool {
	_, ok := l.types[table][column]
	return ok
}

// Overridden reports whether a SELECT replaces a table.
func (l Layout) Overridden(table string) bool { return l.overrides[table] != "" }

// PaddedIDs reports whether customers' ids are filled up with blanks, as char(n) is.
func (l Layout) PaddedIDs() bool { return l.types[tableCustomers]["customerid"] == "bpchar" }

// From is the SQL for a table, or for what replaces it.
func (l Layout) From(table string) string {
	if query := l.overrides[table]; query != "" {
		return "(" + query + "\n)"
	}
	return table
}

// Col is the SQL for a column's value, or for its default where that is NULL or the server lacks the column.
func (l Layout) Col(table, alias, name string) (string, error) {
	t, _ := describe(table)
	column, ok := t.column(name)
	switch {
	case !ok:
		return "", fmt.Errorf("column %s.%s is not described", table, name)
	case !l.Has(table, name) && column.Default == "":
		return "CAST(NULL AS text)", nil
	case !l.Has(table, name):
		return column.Default, nil
	case column.Default == "":
		return alias + "." + name, nil
	}
	return "COALESCE(" + alias + "." + name + ", " + column.Default + ")", nil
}

// Num is the SQL for a number, NULL where it is or where the server lacks the column. A numeric arrives as the digits it
// is; any other type is asked for as text, so that no driver makes a float of it on the way.
func (l Layout) Num(table, alias, name string) string {
	switch l.types[table][name] {
	case "":
		return "CAST(NULL AS text)"
	case "numeric":
		return alias + "." + name
	}
	return "CAST(" + alias + "." + name + " AS text)"
}

// TextType is the type to cast a value to so that comparing it with the column can use the column's index: char(n) and
// varchar have different operators.
func (l Layout) TextType(table, name string) string {
	if l.types[table][name] == "bpchar" {
		return "bpchar"
	}
	return "text"
}

// Space is an SQL literal of the characters that may surround a key.
func (l Layout) Space() string { return `E' \t\n\x0b\f\r'` }
