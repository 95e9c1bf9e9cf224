package blackbird

import (
	"bytes"
	"context"
	"database/sql"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/blackbirdctl/blackbirdctl/internal/model"
)

// readRows runs a query and visits its rows as eachRow does.
func (x *Session) readRows(
	ctx context.Context, q sqlx.QueryerContext, query string, args map[string]any, columns int, visit func(cells [][]byte) error,
) error {
	query, list, err := x.bind(query, args)
	if err != nil {
		return err
	}
	rows, err := q.QueryContext(ctx, query, list...)
	if err != nil {
		return err
	}
	defer rows.Close()
	return eachRow(rows, columns, visit)
}

// eachRow visits rows as their values' text, nil for NULL: of so many columns, or of one column that holds them all as PostgreSQL writes a record,
// which is faster where there are millions. The slices are the reader's and hold until the next row.
func eachRow(rows *sql.Rows, columns int, visit func(cells [][]byte) error) error {
	names, err := rows.Columns()
	if err != nil {
		return err
	}
	if len(names) == 1 {
		return eachRecord(rows, columns, visit)
	}
	cells := make([][]byte, columns)
	targets := make([]any, columns)
	for i := range cells {
		targets[i] = (*sql.RawBytes)(&cells[i])
	}
	for rows.Next() {
		if err := rows.Scan(targets...); err != nil {
			return err
		}
		if err := visit(cells); err != nil {
			return err
		}
	}
	return rows.Err()
}

func eachRecord(rows *sql.Rows, columns int, visit func(cells [][]byte) error) error {
	record := model.NewRecord(columns)
	var text sql.RawBytes
	target := []any{&text}
	for rows.Next() {
		if err := rows.Scan(target...); err != nil {
			return err
		}
		if err := record.Split(text); err != nil {
			return err
		}
		if err := visit(record.Cells); err != nil {
			return err
		}
	}
	return rows.Err()
}

// words are texts of which there are few, each kept once.
type words map[string]string

func (w words) of(text []byte) string {
	known, ok := w[string(text)]
	if !ok {
		known = string(text)
		w[known] = known
	}
	return known
}

// parseTime reads a time as either database, or the driver, writes it.
func parseTime(text []byte) (time.Time, error) {
	if bytes.IndexByte(text, 'T') > 0 {
		at, err := time.Parse(time.RFC3339Nano, string(text))
		return at.UTC(), err
	}
	at, err := time.Parse("2006-01-02 15:04:05.999999Z07", string(text))
	return at.UTC(), err
}
