package biotrack

import (
	"context"
	"database/sql"
	"errors"
	"strconv"
	"time"

	"github.com/lib/pq"
	"github.com/lib/pq/pqerror"

	"github.com/blackbirdctl/blackbirdctl/internal/model"
)

// Table reads one keyed table of the source, row by row as R. Keys are passed as text in the source's own spelling: they come from
// the source and go back to it.
type Table[R any] struct {
	source *Source
	// name is the table's own.
	name       string
	statements statements
	decode     func([][]byte, *R) error
	columns    int
	// first is a key that no row's is below.
	first string
	// learn, where there is one, completes the statements that read rows, before the first of them.
	learn func(context.Context) error
}

// statements are one table's queries.
type statements struct {
	page, dated, byKey, changed, find, keys, shadowed string
}

// Page reads up to limit rows whose key is after the given one, nil for the table's beginning, in key order, in one short
// transaction. The row passed to visit is valid during the call only.
func (t *Table[R]) Page(ctx context.Context, after *string, limit int, locations []int64, visit func(*R) error) (Page, error) {
	if err := t.ready(ctx); err != nil {
		return Page{}, err
	}
	from, begins := t.from(after)
	return t.read(ctx, visit, t.statements.page, from, begins, limit, locationsArg(locations))
}

// Dated is Page for the rows whose time is at or after from and before until. It reads the table through, page by page: no time column has an
// index.
func (t *Table[R]) Dated(
	ctx context.Context, after *string, limit int, locations []int64, from, until time.Time, visit func(*R) error,
) (Page, error) {
	if t.statements.dated == "" {
		return Page{}, &Error{Op: "read " + t.name, Err: errors.New("the table has no time to go by")}
	}
	if err := t.ready(ctx); err != nil {
		return Page{}, err
	}
	key, begins := t.from(after)
	return t.read(ctx, visit, t.statements.dated, key, begins, limit, locationsArg(locations), from.Unix(), until.Unix())
}

// from is the key to read from, and whether the row that has it is wanted too.
func (t *Table[R]) from(after *string) (key string, included bool) {
	if after == nil {
		return t.first, true
	}
	return *after, false
}

// Page is how far one read got.
type Page struct {
	// Rows is how many rows were read.
	Rows int
	// Last is the key of the last of them.
	Last string
}

// ByKey reads the rows with the given keys, in key order, in one short transaction. A row that is gone is passed over.
func (t *Table[R]) ByKey(ctx context.Context, keys []string, visit func(*R) error) (Page, error) {
	if err := t.ready(ctx); err != nil {
		return Page{}, err
	}
	return t.read(ctx, visit, t.statements.byKey, pq.Array(keys))
}

// ready learns what the statements that read rows depend on.
func (t *Table[R]) ready(ctx context.Context) error {
	if t.learn == nil {
		return nil
	}
	err := t.learn(ctx)
	if err == nil {
		t.learn = nil
	}
	return err
}

func (t *Table[R]) read(ctx context.Context, visit func(*R) error, query string, args ...any) (page Page, err error) {
	rows, err := t.source.db.QueryContext(ctx, query, args...)
	if err != nil {
		return page, &Error{Op: "read " + t.name, Err: err}
	}
	defer rows.Close()
	var row R
	rec := newRecordScanner(t.columns)
	var last []byte
	defer func() { page.Last = string(last) }()
	for rows.Next() {
		if err := rec.scan(rows); err != nil {
			return page, &Error{Op: "read " + t.name, Err: err}
		}
		if err := t.decode(rec.Cells, &row); err != nil {
			return page, &Error{Op: "decode " + t.name, Err: err}
		}
		page.Rows++
		last = append(last[:0], rec.Cells[0]...)
		if err := visit(&row); err != nil {
			return page, err
		}
	}
	if err := rows.Err(); err != nil {
		return page, &Error{Op: "read " + t.name, Err: err}
	}
	return page, nil
}

// recordScanner scans rows of one column that is a record. It allocates nothing per row.
type recordScanner struct {
	*model.Record
	text   sql.RawBytes
	target []any
}

func newRecordScanner(columns int) *recordScanner {
	r := &recordScanner{Record: model.NewRecord(columns)}
	r.target = []any{&r.text}
	return r
}

// scan sets the cells to the values of the current row.
func (r *recordScanner) scan(rows *sql.Rows) error {
	if err := rows.Scan(r.target...); err != nil {
		return err
	}
	return r.Split(r.text)
}

// Changed returns the keys of the rows that a transaction at or after the position wrote, at most limit and one of them: one more than the limit
// says that there are more. It is one read-only statement, a sequential scan.
func (t *Table[R]) Changed(ctx context.Context, since Position, limit int) ([]string, error) {
	return t.selectKeys(ctx, t.statements.changed, since.xid(), limit+1)
}

// Shadowed returns the keys of the rows that stand no longer for their name, since a row written at or after the position is spelled plainly:
// they have not changed, and yet are to be seen. Where names are unique there are none.
func (t *Table[R]) Shadowed(ctx context.Context, since Position) ([]string, error) {
	if t.statements.shadowed == "" {
		return nil, nil
	}
	return t.selectKeys(ctx, t.statements.shadowed, since.xid())
}

// Find returns the keys of the rows that have one of the given names, however the source's encoding spells them.
func (t *Table[R]) Find(ctx context.Context, names []string) ([]string, error) {
	var spellings []string
	for _, name := range names {
		spellings = append(spellings, t.source.encode(name)...)
	}
	keys, err := t.selectKeys(ctx, t.statements.find, pq.Array(spellings))
	if pq.As(err, pqerror.UntranslatableCharacter) == nil || len(names) <= 1 {
		return keys, unlessUnknowable(err)
	}
	return t.findEach(ctx, spellings)
}

// findEach looks for one name at a time, so that one which the source's encoding cannot hold finds nothing and hides no other.
func (t *Table[R]) findEach(ctx context.Context, spellings []string) (all []string, err error) {
	for _, name := range spellings {
		keys, err := t.selectKeys(ctx, t.statements.find, pq.Array([]string{name}))
		if err = unlessUnknowable(err); err != nil {
			return nil, err
		}
		all = append(all, keys...)
	}
	return all, nil
}

// unlessUnknowable passes over an error that says no more than that the source cannot hold a text: then it does not hold it.
func unlessUnknowable(err error) error {
	if pq.As(err, pqerror.UntranslatableCharacter) != nil {
		return nil
	}
	return err
}

func (t *Table[R]) selectKeys(ctx context.Context, query string, args ...any) ([]string, error) {
	var keys []string
	if err := t.source.db.SelectContext(ctx, &keys, query, args...); err != nil {
		return nil, &Error{Op: "read keys of " + t.name, Err: err}
	}
	return keys, nil
}

// Keys reads up to limit keys after the given one, nil for the table's beginning, in key order: what the source has, without the rows.
func (t *Table[R]) Keys(ctx context.Context, after *string, limit int, locations []int64, visit func(model.Key) error) (page Page, err error) {
	from, begins := t.from(after)
	rows, err := t.source.db.QueryContext(ctx, t.statements.keys, from, begins, limit, locationsArg(locations))
	if err != nil {
		return page, &Error{Op: "read keys of " + t.name, Err: err}
	}
	defer rows.Close()
	rec := newRecordScanner(3)
	var last []byte
	defer func() { page.Last = string(last) }()
	for rows.Next() {
		if err := rec.scan(rows); err != nil {
			return page, &Error{Op: "read " + t.name, Err: err}
		}
		serial, err := strconv.ParseInt(string(rec.Cells[2]), 10, 64)
		if err != nil {
			return page, &Error{Op: "decode key of " + t.name, Err: err}
		}
		page.Rows++
		last = append(last[:0], rec.Cells[0]...)
		if err := visit(model.Key{Name: string(t.source.decode.key(rec.Cells[1])), Serial: serial}); err != nil {
			return page, err
		}
	}
	if err := rows.Err(); err != nil {
		return page, &Error{Op: "read keys of " + t.name, Err: err}
	}
	return page, nil
}

// locationsArg is NULL where all locations are wanted.
func locationsArg(locations []int64) any {
	if len(locations) == 0 {
		return nil
	}
	return pq.Array(locations)
}

// shape is what the query templates know of one server's layout. Only names from the source's catalog and our own literals go
// into a query's text; values are bound.
type shape struct {
	catalog
	overrides map[string]string
	// Rows selects the rows to read, one of the table's row sources.
	Rows string
	// OddCustomers says that the customers table has ids with blanks around them.
	OddCustomers bool
}

// Col is a column where the server has it, else its default.
func (s shape) Col(table, alias, name, otherwise string) string {
	return s.column(table, alias, name, otherwise)
}

// Num is a numeric column. A numeric arrives as the digits it is; any other type is asked for as text, so that no driver turns it into a
// float on the way.
func (s shape) Num(table, alias, name string) string {
	if s.catalog[table][name] == "numeric" {
		return alias + "." + name
	}
	return "CAST(" + alias + "." + name + " AS text)"
}

// From is a table, or what stands in for it.
func (s shape) From(table string) string {
	if query, overridden := s.overrides[table]; overridden {
		return "(" + query + "\n)"
	}
	return table
}

// TextType is the type to compare a text column with.
func (s shape) TextType(table, name string) string { return s.textType(table, name) }

// Space is an SQL literal of the characters that may surround a key.
func (s shape) Space() string { return `E' \t\n\x0b\f\r'` }

// tableSQL is a table's query texts before the server's layout is known.
type tableSQL struct {
	rows                string
	pageRows, byKeyRows string
	// datedRows is empty where rows have no time.
	datedRows           string
	changed, find, keys string
	// shadowed is empty where names are unique.
	shadowed string
}

// unless is no text where there is none to be.
func unless(none bool, text string) string {
	if none {
		return ""
	}
	return text
}

func (q tableSQL) build(known shape) (s statements, err error) {
	for _, p := range []struct {
		into       *string
		text, rows string
	}{
		{&s.page, q.rows, q.pageRows},
		{&s.dated, unless(q.datedRows == "", q.rows), q.datedRows},
		{&s.byKey, q.rows, q.byKeyRows},
		{&s.changed, q.changed, ""},
		{&s.find, q.find, ""},
		{&s.keys, q.keys, ""},
		{&s.shadowed, q.shadowed, ""},
	} {
		if known.Rows, err = known.render(p.rows); err != nil {
			return s, err
		}
		if *p.into, err = known.render(p.text); err != nil {
			return s, err
		}
	}
	return s, nil
}
