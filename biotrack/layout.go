package biotrack

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"github.com/blackbirdctl/blackbirdctl/internal/model"
)

// Layout is what one server's tables look like; servers of one chain differ. It is the data of the query templates:
// only names from Tables and our own literals go into a query's text, values are bound.
type Layout struct {
	// version is the server's, as PostgreSQL numbers it.
	version int
	// types are the types of the columns, by table and column.
	types map[string]map[string]Type
	// unique are the columns of which no two rows have the same value, as table.column.
	unique map[string]bool
	// overrides are the SELECTs that replace tables.
	overrides map[string]string
}

func readLayout(ctx context.Context, tx *sqlx.Tx) (Layout, error) {
	var names []string
	for _, t := range tables {
		names = append(names, t.Name)
	}
	var rows []struct {
		Table  string `db:"table_name"`
		Column string `db:"column_name"`
		Type
		Unique bool `db:"is_unique"`
	}
	layout := Layout{
		types: make(map[string]map[string]Type), unique: make(map[string]bool), overrides: make(map[string]string),
	}
	if err := selectRows(ctx, tx, &rows, "layout.sql", nil, pq.Array(names)); err != nil {
		return layout, err
	}
	for _, r := range rows {
		if layout.types[r.Table] == nil {
			layout.types[r.Table] = make(map[string]Type)
		}
		layout.types[r.Table][r.Column] = r.Type
		layout.unique[r.Table+"."+r.Column] = r.Unique
	}
	return layout, nil
}

// require returns a SchemaError for what the database lacks of the given tables, or has in a type that cannot be read.
func (l Layout) require(tables ...string) error {
	var missing []string
	var unreadable []Unreadable
	for _, name := range tables {
		if !l.HasTable(name) {
			missing = append(missing, "table "+name)
			continue
		}
		for _, column := range describe(name).required() {
			if !l.Has(name, column) {
				missing = append(missing, "column "+name+"."+column)
			}
		}
		unreadable = append(unreadable, l.unreadable(name)...)
	}
	if len(missing) > 0 || len(unreadable) > 0 {
		slices.Sort(missing)
		return &Error{Op: "check schema", Err: &SchemaError{Missing: missing, Unreadable: unreadable}}
	}
	return nil
}

// unreadable returns the columns of a table that are of a type that cannot be read.
func (l Layout) unreadable(table string) (columns []Unreadable) {
	for _, c := range describe(table).Columns {
		if u, bad := c.Unreadable(table, l.types[table][c.Name]); bad && l.Has(table, c.Name) {
			columns = append(columns, u)
		}
	}
	return columns
}

// HasTable reports whether there is a table, or a SELECT that replaces it.
func (l Layout) HasTable(table string) bool { return l.types[table] != nil }

// Has reports whether a table has a column.
func (l Layout) Has(table, column string) bool {
	_, ok := l.types[table][column]
	return ok
}

// HasXmin reports whether the rows of a table may show which transaction wrote them. Those of a view do if it selects
// that.
func (l Layout) HasXmin(table string) bool { return l.types[table]["xmin"].Name == "xid" }

// Unique reports whether no two rows have the same value of a column, as an index ensures.
func (l Layout) Unique(table, column string) bool {
	return l.unique[table+"."+column] && !l.Overridden(table)
}

// Overridden reports whether a SELECT replaces a table.
func (l Layout) Overridden(table string) bool { return l.overrides[table] != "" }

// From is the SQL for a table, or for what replaces it.
func (l Layout) From(table string) string {
	if query := l.overrides[table]; query != "" {
		return "(" + query + "\n)"
	}
	return table
}

// Col is the SQL for a column's value, or for its default where that is NULL or the server lacks the column.
func (l Layout) Col(table, alias, name string) (string, error) {
	columns := describe(table).Columns
	i := slices.IndexFunc(columns, func(c Column) bool { return c.Name == name })
	if i < 0 {
		return "", fmt.Errorf("column %s.%s is not described", table, name)
	}
	switch column := columns[i]; {
	case !l.Has(table, name) && column.Default == "":
		return "CAST(NULL AS text)", nil
	case !l.Has(table, name):
		return column.Default, nil
	case column.Default == "":
		return alias + "." + name, nil
	default:
		return "COALESCE(" + alias + "." + name + ", " + column.Default + ")", nil
	}
}

// AtLocations is the SQL for the condition that a row is at one of the locations of a parameter. It lets the planner
// see how many rows are. Of COALESCE(location, 1) it believes that hardly any is, and reads and sorts the whole table
// for each page.
func (l Layout) AtLocations(table, alias, parameter string) (string, error) {
	value, err := l.Col(table, alias, "location")
	if !l.Has(table, "location") || err != nil {
		return value + " = ANY (" + parameter + ")", err
	}
	return fmt.Sprintf("(%[1]s.location = ANY (%[3]s) OR %[1]s.location IS NULL AND %[2]s = ANY (%[3]s))",
		alias, value, parameter), nil
}

// Num is the SQL for a number, NULL where it is or where the server lacks the column. Any type but numeric is asked for
// as text, so that no driver makes a float of it on the way.
func (l Layout) Num(table, alias, name string) string {
	switch l.types[table][name].Name {
	case "":
		return "CAST(NULL AS text)"
	case "numeric":
		return alias + "." + name
	}
	return "CAST(" + alias + "." + name + " AS text)"
}

// Differ is the SQL for whether two amounts of a row differ, false where the server lacks either. SQL compares no
// number with a text: such are compared as texts.
func (l Layout) Differ(table, alias, a, b string) string {
	if !l.Has(table, a) || !l.Has(table, b) {
		return "false"
	}
	form := "COALESCE(CAST(%[1]s.%[2]s AS text) <> CAST(%[1]s.%[3]s AS text), false)"
	if l.types[table][a].Category == "N" && l.types[table][b].Category == "N" {
		form = "COALESCE(%[1]s.%[2]s <> %[1]s.%[3]s, false)"
	}
	return fmt.Sprintf(form, alias, a, b)
}

// LotKey is the SQL for a lot's id out of a value, in the type of the inventory's own ids: NULL where these are numbers
// and the value is none.
func (l Layout) LotKey(value string) string {
	lot := fmt.Sprintf("btrim(CAST(%s AS text), %s)", value, l.Space())
	if l.types[tableInventory]["id"].Category == "N" {
		return fmt.Sprintf("CASE WHEN %[1]s ~ '^[0-9]{1,18}$' THEN CAST(%[1]s AS bigint) END", lot)
	}
	return fmt.Sprintf("CAST(%s AS %s)", lot, l.TextType(tableInventory, "id"))
}

// LastSecond is the end of the year 9999 in seconds since 1970. A time beyond it is in milliseconds: there are servers
// that keep them, and as milliseconds it is the beginning of 1978.
const LastSecond = 253_402_300_799

// Epoch is the SQL for a time in seconds since 1970, whether the server keeps it in seconds or in milliseconds.
func (l Layout) Epoch(table, alias, name string) (string, error) {
	value, err := l.Col(table, alias, name)
	return fmt.Sprintf("CASE WHEN %[1]s > %d THEN %[1]s / 1000 ELSE %[1]s END", value, int64(LastSecond)), err
}

// TextType is the type to cast a value to so that comparing it with the column can use the column's index: char(n) and
// varchar have different operators.
func (l Layout) TextType(table, name string) string {
	if l.types[table][name].Name == "bpchar" {
		return "bpchar"
	}
	return "text"
}

// Transaction is the SQL for a ticket's transaction, or its original's: as a number where they are whole ones, which
// compare in a fifth of the time, else as text.
func (l Layout) Transaction(alias, name string) string {
	whole := func(column string) bool { return strings.HasPrefix(l.types[tableTickets][column].Name, "int") }
	if whole(transactionColumn) && whole(originalColumn) {
		return alias + "." + name
	}
	return "btrim(CAST(" + alias + "." + name + " AS text), " + l.Space() + ")"
}

// Materialized goes before the parentheses of a common table expression that is to be evaluated once, as servers before
// PostgreSQL 12 evaluate any: a planner that expects one row has later ones evaluated for each row that they are joined
// with.
func (l Layout) Materialized() string {
	if l.version < 120000 {
		return ""
	}
	return "MATERIALIZED"
}

// Space is an SQL literal of the characters that may surround a key.
func (l Layout) Space() string { return `E' \t\n\x0b\f\r'` }

// Override replaces one of the tables by the result of a SELECT, for a server whose layout differs. It has to
// return the columns that the table is read by, under their names, and xmin: that of the row whose change is to be
// seen. It is tried at once; the error is an OverrideError where it does not.
func (s *Source) Override(ctx context.Context, table, query string) error {
	info := describe(table)
	if len(info.Streams) == 0 {
		return &OverrideError{Table: table, Problem: "is no table that is read"}
	}
	query = strings.TrimSuffix(strings.TrimSpace(query), ";")
	types, err := s.columnTypes(ctx, query)
	if err != nil {
		return &OverrideError{Table: table, Problem: "does not run", Err: err}
	}
	var missing []string
	for _, column := range append(info.required(), "xmin") {
		if _, ok := types[column]; !ok {
			missing = append(missing, column)
		}
	}
	if len(missing) > 0 {
		return &OverrideError{Table: table, Problem: "does not return " + strings.Join(missing, ", ")}
	}
	former := s.layout.types[table]
	s.layout.types[table] = types
	if bad := s.layout.unreadable(table); len(bad) > 0 {
		s.layout.types[table] = former
		return &OverrideError{Table: table, Problem: bad[0].Problem(), unreadable: bad}
	}
	s.layout.overrides[table] = query
	return nil
}

// OverrideError is a SELECT that cannot replace a table.
type OverrideError struct {
	Table   string
	Problem string
	Err     error
	// unreadable are the columns whose types are the problem, none where another is.
	unreadable []Unreadable
}

func (e *OverrideError) Error() string {
	text := fmt.Sprintf("the SELECT in the place of table %s %s", e.Table, e.Problem)
	if e.Err != nil {
		text += ": " + model.ErrorText(e.Err)
	}
	return text
}

// Unwrap returns the cause, if there is one.
func (e *OverrideError) Unwrap() error { return e.Err }

// Hint returns what the SELECT has to be.
func (e *OverrideError) Hint() string {
	if len(e.unreadable) > 0 {
		return CastHint(e.unreadable)
	}
	if info := describe(e.Table); len(info.Streams) > 0 {
		return "write one SELECT that returns " + strings.Join(info.required(), ", ") +
			" and xmin; and the columns that not every server has, such as location, where this one has them"
	}
	var names []string
	for _, t := range tables {
		if len(t.Streams) > 0 {
			names = append(names, t.Name)
		}
	}
	slices.Sort(names)
	return "the tables are " + strings.Join(names, ", ")
}
