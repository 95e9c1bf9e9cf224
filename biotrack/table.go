package biotrack

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/lib/pq"
	"github.com/lib/pq/pqerror"

	"github.com/blackbirdctl/blackbirdctl/internal/model"
)

// Table reads one keyed table of the source, row by row as R. Keys are passed as text in the source's own spelling:
// they come from the source and go back to it.
type Table[R any] struct {
	tableSpec[R]
	source *Source
	// spacedIDs is whether customers' ids have blanks around them, nil until a read of rows has had to know.
	spacedIDs *bool
}

// tableSpec is what differs between one keyed table and another.
type tableSpec[R any] struct {
	// name is the table's, key its primary key, rowName the column that is the row's name in the store, and time that of
	// its own time, if any.
	name, key, rowName, time string
	// rows is the statement that reads rows, and shadowed the one of Shadowed, empty where names are unique.
	rows, shadowed string
	// fields are the table's own columns, the key first, and joined what the statement rows selects after them.
	fields, joined []field[R]
	// first is a key that no row's is below.
	first string
	// joinsCustomers says that the statement rows looks customers up.
	joinsCustomers bool
}

// selection is which rows are read.
type selection uint8

const (
	selectPage selection = iota
	selectDated
	selectByKey
)

// tableQuery is the data of a keyed table's query templates.
type tableQuery struct {
	Layout
	Table, Key, Name, Time string
	// ByKey and Dated select the rows by their keys, and by their time.
	ByKey, Dated bool
	// SpacedIDs says that the customers table has ids with blanks around them.
	SpacedIDs bool

	columns []Column
}

// KeyType is the type of the key as a parameter.
func (q tableQuery) KeyType() string {
	for _, c := range q.columns {
		if c.Name == q.Key && c.Use == UseKey {
			return q.TextType(q.Table, q.Key)
		}
	}
	return "bigint"
}

// Columns is the SQL for the values of the table's fields, in their order.
func (q tableQuery) Columns(alias string) (string, error) {
	var list []string
	for _, c := range q.columns {
		value, err := q.Col(q.Table, alias, c.Name)
		switch {
		case err != nil:
			return "", err
		case c.Use == UseKey:
			value = "CAST(" + value + " AS text)"
		case c.Use == UseAmount:
			value = q.Num(q.Table, alias, c.Name)
		}
		list = append(list, value)
	}
	return strings.Join(list, ",\n    "), nil
}

// open prepares to read a table, and everything else that its stream needs.
func open[R any](s *Source, stream string, spec tableSpec[R]) (*Table[R], error) {
	if err := s.layout.require(tablesOf(stream)...); err != nil {
		return nil, err
	}
	return &Table[R]{tableSpec: spec, source: s}, nil
}

func (t *Table[R]) query() tableQuery {
	return tableQuery{
		Layout: t.source.layout, Table: t.name, Key: t.key, Name: t.rowName, Time: t.time, columns: columnsOf(t.fields),
	}
}

// rowQuery is the query for reading rows. Whether customers' ids have blanks around them takes a scan of that table to
// know: it is asked once, and only by a pass that reads a row.
func (t *Table[R]) rowQuery(ctx context.Context) (tableQuery, error) {
	q := t.query()
	if !t.joinsCustomers {
		return q, nil
	}
	if t.spacedIDs == nil {
		var spaced bool
		if err := getRow(ctx, t.source.db, &spaced, "customers_spaced.sql", q); err != nil {
			return q, &Error{Op: "read customers", Err: err}
		}
		t.spacedIDs = &spaced
	}
	q.SpacedIDs = *t.spacedIDs
	return q, nil
}

// Page is how far one read got.
type Page struct {
	// Rows is how many rows were read.
	Rows int
	// Last is the key of the last of them.
	Last string
}

// Page reads up to limit rows whose key is after the given one, nil for the table's beginning, in key order, in one
// short transaction. The row passed to visit is valid during the call only.
func (t *Table[R]) Page(
	ctx context.Context, after *string, limit int, locations []int64, visit func(*R) error,
) (Page, error) {
	from, included := t.from(after)
	return t.read(ctx, selectPage, visit, from, included, limit, locationsArg(locations))
}

// Dated is Page for the rows whose time is at or after from and before until. It reads the table through, page by page:
// no time column has an index.
func (t *Table[R]) Dated(
	ctx context.Context, after *string, limit int, locations []int64, from, until time.Time, visit func(*R) error,
) (Page, error) {
	if t.time == "" {
		return Page{}, &Error{Op: "read " + t.name, Err: errors.New("the table has no time to go by")}
	}
	key, included := t.from(after)
	return t.read(ctx, selectDated, visit, key, included, limit, locationsArg(locations), from.Unix(), until.Unix())
}

// ByKey reads the rows with the given keys, in key order, in one short transaction. A row that is gone is passed over.
func (t *Table[R]) ByKey(ctx context.Context, keys []string, visit func(*R) error) (Page, error) {
	return t.read(ctx, selectByKey, visit, pq.Array(keys))
}

// from returns the key to read from, and whether the row that has it is wanted too.
func (t *Table[R]) from(after *string) (key string, included bool) {
	if after == nil {
		return t.first, true
	}
	return *after, false
}

// locationsArg is NULL where all locations are wanted.
func locationsArg(locations []int64) any {
	if len(locations) == 0 {
		return nil
	}
	return pq.Array(locations)
}

// read decodes the selected rows into one row, and shows it. It allocates nothing per row.
func (t *Table[R]) read(ctx context.Context, selected selection, visit func(*R) error, args ...any) (Page, error) {
	q, err := t.rowQuery(ctx)
	if err != nil {
		return Page{}, err
	}
	q.ByKey, q.Dated = selected == selectByKey, selected == selectDated
	fields, encoding := slices.Concat(t.fields, t.joined), t.source.encoding()
	var row R
	return t.readRecords(ctx, t.rows, q, args, len(fields), func(cells [][]byte) error {
		for i := range fields {
			if err := fields[i].decode(&row, cell{cells[i], encoding}); err != nil {
				return &Error{Op: "decode " + t.name, Err: fmt.Errorf("column %s: %w", fields[i].Name, err)}
			}
		}
		return visit(&row)
	})
}

// readRecords shows the values of each row of a statement that selects one record of so many columns, the key first.
// They are valid during the call only; an error of visit is returned as it is. It allocates nothing per row.
func (t *Table[R]) readRecords(
	ctx context.Context, statement string, q tableQuery, args []any, columns int, visit func(cells [][]byte) error,
) (page Page, err error) {
	var text sql.RawBytes
	target := []any{&text}
	record := model.NewRecord(columns)
	var last []byte
	var visitErr error
	err = eachRow(ctx, t.source.db, statement, q, args, func(rows *sql.Rows) error {
		if err := rows.Scan(target...); err != nil {
			return err
		}
		if err := record.Split(text); err != nil {
			return err
		}
		page.Rows++
		last = append(last[:0], record.Cells[0]...)
		visitErr = visit(record.Cells)
		return visitErr
	})
	page.Last = string(last)
	if visitErr != nil {
		return page, visitErr
	}
	return page, wrap("read "+t.name, err)
}

// Keys reads up to limit keys after the given one, nil for the table's beginning, in key order: what the source has,
// without the rows.
func (t *Table[R]) Keys(
	ctx context.Context, after *string, limit int, locations []int64, visit func(model.Key) error,
) (Page, error) {
	const columns = 3
	from, included := t.from(after)
	args := []any{from, included, limit, locationsArg(locations)}
	return t.readRecords(ctx, "keys.sql", t.query(), args, columns, func(cells [][]byte) error {
		serial, err := strconv.ParseInt(string(cells[2]), 10, 64)
		if err != nil {
			return &Error{Op: "decode key of " + t.name, Err: err}
		}
		return visit(model.Key{Name: string(t.source.encoding().key(cells[1])), Serial: serial})
	})
}

// Changed returns the keys of the rows that a transaction at or after the position wrote, at most limit and one of
// them: one more than the limit says that there are more. It is one read-only statement, a sequential scan.
func (t *Table[R]) Changed(ctx context.Context, since Position, limit int) ([]string, error) {
	return t.selectKeys(ctx, "changed.sql", since.xid(), limit+1)
}

// Shadowed returns the keys of the rows that lost their name to another row: one written at or after the position that
// spells it without blanks. They have not changed, and yet a pass has to see them. Where names are unique there are
// none.
func (t *Table[R]) Shadowed(ctx context.Context, since Position) ([]string, error) {
	if t.shadowed == "" {
		return nil, nil
	}
	return t.selectKeys(ctx, t.shadowed, since.xid())
}

// Find returns the keys of the rows that have one of the given names, however the source's encoding spells them.
func (t *Table[R]) Find(ctx context.Context, names []string) ([]string, error) {
	if len(names) == 0 {
		return nil, nil
	}
	var spellings []string
	for _, name := range names {
		spellings = append(spellings, t.source.encoding().encode(name)...)
	}
	keys, err := t.selectKeys(ctx, "find.sql", pq.Array(spellings))
	if pq.As(err, pqerror.UntranslatableCharacter) == nil {
		return keys, err
	}
	// The source's encoding cannot hold one of the names, and so no row has it: it must not hide the others.
	if len(spellings) == 1 {
		return nil, nil
	}
	for _, name := range spellings {
		found, err := t.selectKeys(ctx, "find.sql", pq.Array([]string{name}))
		if err != nil && pq.As(err, pqerror.UntranslatableCharacter) == nil {
			return nil, err
		}
		keys = append(keys, found...)
	}
	return keys, nil
}

func (t *Table[R]) selectKeys(ctx context.Context, statement string, args ...any) (keys []string, err error) {
	err = selectRows(ctx, t.source.db, &keys, statement, t.query(), args...)
	return keys, wrap("read keys of "+t.name, err)
}

// Estimate returns about how many rows the table has, by the server's planner; 0 before the planner has counted. No row
// is read.
func (t *Table[R]) Estimate(ctx context.Context) (rows int64, err error) {
	err = getRow(ctx, t.source.db, &rows, "estimate.sql", nil, t.name)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	return rows, wrap("estimate "+t.name, err)
}
