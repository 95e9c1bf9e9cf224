package blackbird

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/shopspring/decimal"

	"github.com/blackbirdctl/blackbirdctl/internal/model"
)

// cells are the values of a row as text, nil for NULL, taken one after the other, and the first error in reading them.
// They are valid until the next row.
type cells struct {
	values [][]byte
	taken  int
	err    error
	// known are the texts that common has returned, and decimals the numbers that decimal has.
	known    map[string]string
	decimals map[string]decimal.Decimal
}

func (c *cells) take() []byte {
	c.taken++
	return c.values[c.taken-1]
}

func (c *cells) isTrue() bool       { return read(c, parseBool) }
func (c *cells) text() string       { return string(c.take()) }
func (c *cells) number() int64      { return read(c, parseInt) }
func (c *cells) cents() model.Cents { return read(c, model.ParseCents) }
func (c *cells) time() time.Time    { return read(c, parseTime) }

// common is text for a column that has few different ones, each of which is kept once.
func (c *cells) common() string {
	value := c.take()
	known, ok := c.known[string(value)]
	if !ok {
		known = string(value)
		c.known[known] = known
	}
	return known
}

// decimal is a number of a column that has few different ones.
func (c *cells) decimal() decimal.Decimal {
	text := c.take()
	d, known := c.decimals[string(text)]
	if !known && c.err == nil {
		d, c.err = decimal.NewFromString(string(text))
		c.decimals[string(text)] = d
	}
	return d
}

// read parses a value; NULL is the zero value.
func read[T any](c *cells, parse func([]byte) (T, error)) (value T) {
	text := c.take()
	if text == nil || c.err != nil {
		return value
	}
	value, c.err = parse(text)
	return value
}

func parseBool(text []byte) (bool, error) { return strconv.ParseBool(string(text)) }

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
	c := &cells{values: make([][]byte, columns), known: make(map[string]string),
		decimals: make(map[string]decimal.Decimal)}
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
		c.taken = 0
		if err := visit(c); err != nil {
			return err
		}
		if c.err != nil {
			return fmt.Errorf("read a row: %w", c.err)
		}
	}
	return rows.Err()
}

// group is what becomes of rows that have their first values, their head, in common, and come one after the other.
type group struct {
	// columns is how many values a row has, head how many of them are its head.
	columns, head int
	// begin takes the head of a group's first row, add the rest of each row. end follows the last.
	begin, add func(*cells)
	end        func() error
}

// eachGroup visits the rows of a query as each does, group by group.
func (q Queries) eachGroup(ctx context.Context, name string, args Args, g group) error {
	head := make([][]byte, g.head)
	begun := false
	err := q.each(ctx, name, args, g.columns, func(c *cells) error {
		if !begun || !slices.EqualFunc(head, c.values[:g.head], bytes.Equal) {
			if begun {
				if err := g.end(); err != nil {
					return err
				}
			}
			begun = true
			for i := range head {
				head[i] = append(head[i][:0], c.values[i]...)
			}
			g.begin(c)
		}
		c.taken = g.head
		g.add(c)
		return nil
	})
	if err != nil || !begun {
		return err
	}
	return g.end()
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
