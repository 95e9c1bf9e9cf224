package biotrack

import (
	"context"
	"database/sql"
	_ "embed"
	"errors"
)

//go:embed sql/estimate.sql
var estimateSQL string

// Estimate returns about how many rows the table has, as the server's planner takes it; 0 where the planner has not been told. No row is read.
func (t *Table[R]) Estimate(ctx context.Context) (rows int64, err error) {
	err = t.source.db.GetContext(ctx, &rows, estimateSQL, t.name)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return 0, &Error{Op: "estimate " + t.name, Err: err}
	}
	return rows, nil
}
