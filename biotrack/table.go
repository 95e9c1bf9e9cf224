package biotrack

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
	"github.com/lib/pq/pqerror"

	"github.com/blackbirdctl/blackbirdctl/internal/model"
)

// Table reads one keyed table of the source, row by row as R. Keys are passed as text in the source's own spelling:
// they come from the source and go back to it.
type Table[R any] struct {
	source *Source
	query  tableQuery
	// rows is the statement that reads rows, shadowed the one of Shadowed, empty where names are unique, and elsewhere
	// the one of Elsewhere.
	rows, shadowed, elsewhere string
	// fields are the columns of what rows selects, as they are read into a row: the table's own, the key first, and
	// those joined to them.
	fields func(*R) []field
	// joinsCustomers says that rows looks customers up.
	joinsCustomers bool
	// SpacedIDs says whether customers' ids have blanks around them, nil until a read of rows that look them up has
	// found out by a scan.
	SpacedIDs *bool
}

// tableQuery is the data of a keyed table's query templates.
type tableQuery struct {
	Layout
	// Table is the table's name, Key its primary key, Name the column that is the row's name in the store, and Time
	// that of its own time, if any.
	Table, Key, Name, Time string
	// ByKey and Dated select the rows by their keys, and by their time.
	ByKey, Dated bool
	// SpacedIDs says that the customers table has ids with blanks around them.
	SpacedIDs bool
}

// query is the data of the query templates of customers or tickets.
func (l Layout) query(table string) tableQuery {
	if table == tableTickets {
		return tableQuery{Layout: l, Table: table, Key: "ticketserial", Name: "id", Time: "datetime"}
	}
	return tableQuery{Layout: l, Table: table, Key: "customerid", Name: "customerid"}
}

// KeyType is the type of the key as a parameter: a text or a number.
func (q tableQuery) KeyType() string {
	for _, c := range describe(q.Table).Columns {
		if c.Name == q.Key && c.Use == UseKey {
			return q.TextType(q.Table, q.Key)
		}
	}
	return "bigint"
}

// Columns is the SQL for the values of the table's fields, in their order.
func (q tableQuery) Columns(alias string) (string, error) {
	var list []string
	for _, c := range describe(q.Table).Columns {
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

// Name returns the table's name.
func (t *Table[R]) Name() string { return t.query.Table }

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
	return t.read(ctx, t.query, visit, after, limit, locationsArg(locations))
}

// Dated is Page for the rows whose time is at or after from and before until. It reads the table through, page by page:
// no time column has an index.
func (t *Table[R]) Dated(
	ctx context.Context, after *string, limit int, locations []int64, from, until time.Time, visit func(*R) error,
) (Page, error) {
	q := t.query
	if q.Time == "" {
		return Page{}, &Error{Op: "read " + q.Table, Err: errors.New("the table has no time to go by")}
	}
	q.Dated = true
	return t.read(ctx, q, visit, after, limit, locationsArg(locations), from.Unix(), until.Unix())
}

// ByKey reads the rows with the given keys, in key order, in one short transaction. A row that is gone is passed over.
func (t *Table[R]) ByKey(ctx context.Context, keys []string, visit func(*R) error) (Page, error) {
	q := t.query
	q.ByKey = true
	return t.read(ctx, q, visit, pq.Array(keys))
}

// locationsArg is NULL where all locations are wanted.
func locationsArg(locations []int64) any {
	if len(locations) == 0 {
		return nil
	}
	return pq.Array(locations)
}

// read decodes the selected rows into one row, and shows it. It allocates nothing per row.
func (t *Table[R]) read(ctx context.Context, q tableQuery, visit func(*R) error, args ...any) (Page, error) {
	if t.joinsCustomers && t.SpacedIDs == nil {
		const op = "read customers"
		var spaced bool
		err := t.source.read(ctx, op, func(tx *sqlx.Tx) error {
			return wrap(op, getRow(ctx, tx, &spaced, "customers_spaced.sql", q))
		})
		if err != nil {
			return Page{}, err
		}
		t.SpacedIDs = &spaced
	}
	q.SpacedIDs = t.SpacedIDs != nil && *t.SpacedIDs
	var row R
	fields, encoding := t.fields(&row), t.source.encoding()
	return t.readRecords(ctx, t.rows, q, args, len(fields), func(cells [][]byte) error {
		for i := range fields {
			if err := fields[i].decode(cells[i], encoding); err != nil {
				return &Error{Op: "decode " + q.Table, Err: fmt.Errorf("column %s: %w", fields[i].Name, err)}
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
	var last []byte
	op, target, record := "read "+q.Table, []any{&text}, model.NewRecord(columns)
	err = t.source.read(ctx, op, func(tx *sqlx.Tx) error {
		return eachRow(ctx, tx, op, statement, q, args, func(rows *sql.Rows) error {
			if err := rows.Scan(target...); err != nil {
				return wrap(op, err)
			}
			if err := record.Split(text); err != nil {
				return wrap(op, err)
			}
			page.Rows++
			last = append(last[:0], record.Cells[0]...)
			return visit(record.Cells)
		})
	})
	page.Last = string(last)
	return page, err
}

// Keys reads up to limit keys after the given one, nil for the table's beginning, in key order: what the source has,
// without the rows.
func (t *Table[R]) Keys(
	ctx context.Context, after *string, limit int, locations []int64, visit func(model.Key) error,
) (Page, error) {
	const columns = 4
	args := []any{after, limit, locationsArg(locations)}
	return t.readRecords(ctx, "keys.sql", t.query, args, columns, func(cells [][]byte) error {
		encoding := t.source.encoding()
		key := model.Key{Name: string(encoding.key(cells[1]))}
		err := errors.Join(integer(&key.Location)(cells[2], encoding), integer(&key.Serial)(cells[3], encoding))
		if err != nil {
			return &Error{Op: "decode key of " + t.query.Table, Err: err}
		}
		return visit(key)
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

// Elsewhere returns the keys of the refunds at other locations than the given ones that count for orders of these, or
// of a ticket that is not known: of those with the keys, of all where these are nil. Where a table has no refunds there
// are none.
func (t *Table[R]) Elsewhere(ctx context.Context, locations []int64, keys []string) ([]string, error) {
	if t.elsewhere == "" {
		return nil, nil
	}
	return t.selectKeys(ctx, t.elsewhere, locationsArg(locations), pq.Array(keys))
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
	if len(names) == 1 {
		return nil, nil
	}
	for _, name := range names {
		found, err := t.Find(ctx, []string{name})
		if err != nil {
			return nil, err
		}
		keys = append(keys, found...)
	}
	return keys, nil
}

// selectKeys returns the keys that a statement selects. The error is a NoKeyError where a row has none.
func (t *Table[R]) selectKeys(ctx context.Context, statement string, args ...any) (keys []string, err error) {
	op := "read keys of " + t.query.Table
	err = t.source.read(ctx, op, func(tx *sqlx.Tx) error {
		var found []sql.NullString
		keys = nil
		if err := selectRows(ctx, tx, &found, statement, t.query, args...); err != nil {
			return wrap(op, err)
		}
		for _, key := range found {
			if !key.Valid {
				return &NoKeyError{Table: t.query.Table, Key: t.query.Key}
			}
			keys = append(keys, key.String)
		}
		return nil
	})
	return keys, err
}

// CountLive counts the rows of the given locations, or of all, that have a name and are not deleted. It is a sequential
// scan.
func (t *Table[R]) CountLive(ctx context.Context, locations []int64) (n int64, err error) {
	op := "count " + t.query.Table
	err = t.source.read(ctx, op, func(tx *sqlx.Tx) error {
		return wrap(op, getRow(ctx, tx, &n, "count_live.sql", t.query, locationsArg(locations)))
	})
	return n, err
}

// Estimate returns about how many rows the table has, by the server's planner; 0 before the planner has counted. No row
// is read.
func (t *Table[R]) Estimate(ctx context.Context) (rows int64, err error) {
	op := "estimate " + t.query.Table
	err = t.source.read(ctx, op, func(tx *sqlx.Tx) error {
		return wrap(op, getRow(ctx, tx, &rows, "estimate.sql", nil, t.query.Table))
	})
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	return rows, err
}
