package blackbird

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"strconv"
	"time"

	"github.com/blackbirdctl/blackbirdctl/internal/model"
)

// cells are the values of a row as text, nil for NULL, and the first error in reading them. They are valid until the
// next row.
type cells struct {
	values [][]byte
	err    error
}

func (c *cells) isNull(i int) bool       { return c.values[i] == nil }
func (c *cells) isTrue(i int) bool       { return string(c.values[i]) == "1" }
func (c *cells) text(i int) string       { return string(c.values[i]) }
func (c *cells) number(i int) int64      { return read(c, i, parseInt) }
func (c *cells) cents(i int) model.Cents { return read(c, i, model.ParseCents) }
func (c *cells) time(i int) time.Time    { return read(c, i, parseTime) }

// read parses a value; NULL is the zero value.
func read[T any](c *cells, i int, parse func([]byte) (T, error)) (value T) {
	if c.values[i] == nil || c.err != nil {
		return value
	}
	value, c.err = parse(c.values[i])
	return value
}

func parseInt(text []byte) (int64, error) { return strconv.ParseInt(string(text), 10, 64) }

// each visits the rows of a query as cells: of so many columns, or of one column that holds them all as PostgreSQL
// writes a record, which is faster where there are millions.
func (q Queries) each(ctx context.Context, name string, args Args, columns int, visit func(*cells) error) error {
	rows, err := q.rows(ctx, name, args)
	if err != nil {
		return err
	}
	defer rows.Close()
	names, err := rows.Columns()
	if err != nil {
		return err
	}
	c := &cells{values: make([][]byte, columns)}
	var record *model.Record
	var text sql.RawBytes
	targets := []any{&text}
	if len(names) == 1 {
		record = model.NewRecord(columns)
		c.values = record.Cells
	} else {
		targets = make([]any, columns)
		for i := range c.values {
			targets[i] = (*sql.RawBytes)(&c.values[i])
		}
	}
	for rows.Next() {
		if err := rows.Scan(targets...); err != nil {
			return err
		}
		if record != nil {
			if err := record.Split(text); err != nil {
				return err
			}
		}
		if err := visit(c); err != nil {
			return err
		}
		if c.err != nil {
			return fmt.Errorf("read a row: %w", c.err)
		}
	}
	return rows.Err()
}

// interner keeps texts of which there are few once each.
type interner map[string]string

func (n interner) text(text []byte) string {
	known, ok := n[string(text)]
	if !ok {
		known = string(text)
		n[known] = known
	}
	return known
}

// timeFormat has a fixed width, so that text sorts as time does.
const timeFormat = "2006-01-02T15:04:05.000000Z"

// UTCTime is a time as either database returns it, in UTC; NULL is the zero one.
type UTCTime struct{ time.Time }

// Scan reads the time from a database: the embedded store keeps text.
func (m *UTCTime) Scan(from any) (err error) {
	switch v := from.(type) {
	case nil:
		m.Time = time.Time{}
	case time.Time:
		m.Time = v.UTC()
	case string:
		m.Time, err = time.Parse(timeFormat, v)
	default:
		err = fmt.Errorf("a time cannot be read from a %T", from)
	}
	return err
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
