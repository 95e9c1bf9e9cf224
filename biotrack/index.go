package biotrack

import (
	"context"
	"fmt"

	"github.com/jmoiron/sqlx"
)

// IndexError is an index that hides rows from reads in key order: it was built under another order of texts, as a new
// version of the operating system brings one, or it is damaged.
type IndexError struct {
	Table, Key string
	// Rows is how many rows the table has, Indexed how many of them the index has, and Misplaced how many of those are
	// out of their order.
	Rows      int64
	Indexed   int64 `db:"indexed"`
	Misplaced int64 `db:"misplaced"`
}

func (e *IndexError) Error() string {
	return fmt.Sprintf("BioTrack: index of %s on %s is damaged: it has %d of %d rows, and %d out of order",
		e.Table, e.Key, e.Indexed, e.Rows, e.Misplaced)
}

// Hint returns what to do.
func (e *IndexError) Hint() string {
	return "rebuild it at BioTrack, as its owner and while the till is closed: REINDEX TABLE " + e.Table
}

// NoKeyError is a row without a key, as a table without a primary key may have it. Reads in pages pass it over.
type NoKeyError struct{ Table, Key string }

func (e *NoKeyError) Error() string {
	return fmt.Sprintf("BioTrack: a row of table %s has no %s, by which rows are read", e.Table, e.Key)
}

// Hint returns what to do.
func (e *NoKeyError) Hint() string {
	return fmt.Sprintf("give each row one in BioTrack, or leave those without out by --source-sql %s=FILE with "+
		"WHERE %s IS NOT NULL", e.Table, e.Key)
}

// CheckIndex compares the index by which the table is read with the table, in one snapshot: a sequential scan and one
// in the order of the index. The error is an IndexError, or a NoKeyError. Without a unique index there is nothing to
// compare.
func (t *Table[R]) CheckIndex(ctx context.Context) error {
	found := IndexError{Table: t.query.Table, Key: t.query.Key}
	op := "check index of " + t.query.Table
	err := t.source.snapshot(ctx, op, func(tx *sqlx.Tx) error {
		const bySequentialScan = `SELECT set_config('enable_indexscan', 'off', true),
			set_config('enable_indexonlyscan', 'off', true), set_config('enable_bitmapscan', 'off', true)`
		const byIndex = `SELECT set_config('enable_indexscan', 'on', true),
			set_config('enable_indexonlyscan', 'on', true), set_config('enable_seqscan', 'off', true),
			set_config('enable_sort', 'off', true)`
		if _, err := tx.ExecContext(ctx, bySequentialScan); err != nil {
			return wrap(op, err)
		}
		var counted struct {
			Rows       int64
			WithoutKey bool `db:"without_key"`
		}
		if err := getRow(ctx, tx, &counted, "count.sql", t.query); err != nil {
			return wrap(op, err)
		}
		if counted.WithoutKey {
			return &NoKeyError{Table: found.Table, Key: found.Key}
		}
		if found.Rows = counted.Rows; !t.query.Unique(found.Table, found.Key) {
			found.Indexed = found.Rows
			return nil
		}
		if _, err := tx.ExecContext(ctx, byIndex); err != nil {
			return wrap(op, err)
		}
		return wrap(op, getRow(ctx, tx, &found, "index_order.sql", t.query))
	})
	if err == nil && (found.Indexed != found.Rows || found.Misplaced > 0) {
		return &found
	}
	return err
}
