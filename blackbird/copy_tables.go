package blackbird

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/blackbirdctl/blackbirdctl/internal/model"
)

// copySide is one of the two stores of a copy. Its session holds the locks of all streams.
type copySide struct {
	*Session
	tables []copyTable
}

// copyTable is a table as its database has it: what is copied follows from that.
type copyTable struct {
	name string
	// columns are in the order of their names.
	columns []copyColumn
	// key has the columns of the primary key but the store's id, as indexes of columns.
	key []int
}

type copyColumn struct {
	Name string
	// Key is the column's place in the primary key, 0 for none.
	Key int
	// Type is the database's own word.
	Type string
	// Expression spells the value as the embedded store keeps it.
	Expression string
}

// copiedStreams are those whose locks a copy holds.
var copiedStreams = []*Stream{Customers, Orders, Products, Points}

// openCopySide locks a store and reads what its tables are.
func openCopySide(ctx context.Context, s *Store, dryRun bool) (*copySide, error) {
	x, err := s.Session(ctx, copyStream, dryRun)
	if err != nil {
		return nil, err
	}
	side := &copySide{Session: x}
	for _, stream := range copiedStreams {
		if err == nil {
			err = x.LockAlso(ctx, stream)
		}
	}
	for _, name := range copiedTables {
		if err == nil {
			err = s.wrap("read columns", side.addTable(ctx, name))
		}
	}
	if err != nil {
		_ = side.Close()
		return nil, err
	}
	return side, nil
}

func (s *copySide) addTable(ctx context.Context, name string) error {
	t := copyTable{name: name}
	if err := s.onOwn().Select(ctx, &t.columns, "table_columns", Args{"table": name}); err != nil {
		return err
	}
	for i := range t.columns {
		if t.columns[i].Key > 0 && t.columns[i].Name != "store_id" {
			t.key = append(t.key, i)
		}
	}
	slices.SortFunc(t.key, func(a, b int) int { return t.columns[a].Key - t.columns[b].Key })
	s.tables = append(s.tables, t)
	return nil
}

func (t *copyTable) columnNames() []string {
	names := make([]string, len(t.columns))
	for i, c := range t.columns {
		names[i] = c.Name
	}
	return names
}

// names returns the columns as one text.
func (t *copyTable) names() string { return strings.Join(t.columnNames(), ", ") }

// copyPage is how many rows are read at once, and copied in one transaction.
const copyPage = 4_000

// page visits the next rows after a key, each as its values in the order of the columns, nil for NULL; they are valid
// during the visit. It returns the last row's key, nil where there are no more rows.
func (s *copySide) page(
	ctx context.Context, t *copyTable, after []string, visit func(values [][]byte) error,
) (last []string, err error) {
	key, expressions := make([]string, len(t.key)), make([]string, len(t.columns))
	for i, column := range t.key {
		// Not the bare name: that would be the expression, which is text.
		key[i] = t.name + "." + t.columns[column].Name
	}
	for i := range t.columns {
		expressions[i] = t.columns[i].Expression
	}
	keys := strings.Join(key, ", ")
	query, args := "SELECT "+strings.Join(expressions, ", ")+" FROM "+t.name+" WHERE store_id = ?", []any{s.store.id}
	if after != nil {
		query += " AND (" + keys + ") > (?" + strings.Repeat(", ?", len(key)-1) + ")"
		for _, value := range after {
			args = append(args, value)
		}
	}
	query += " ORDER BY " + keys + " LIMIT " + strconv.Itoa(copyPage)
	rows, err := s.own.conn.QueryxContext(ctx, s.store.db.Rebind(query), args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	values, targets := make([][]byte, len(t.columns)), make([]any, len(t.columns))
	for i := range values {
		targets[i] = (*sql.RawBytes)(&values[i])
	}
	for rows.Next() {
		if err := rows.Scan(targets...); err != nil {
			return nil, err
		}
		if err := visit(values); err != nil {
			return nil, err
		}
		last = last[:0]
		for _, column := range t.key {
			last = append(last, string(values[column]))
		}
	}
	return last, rows.Err()
}

// appendCopy appends a row of one store as a row of the other.
func (r *Rows) appendCopy(from *copyTable, values [][]byte, storeID string) error {
	for i, value := range values {
		switch {
		case from.columns[i].Name == "store_id":
			r.appendString(storeID)
		case from.columns[i].Type == typeJSON && value != nil:
			text, err := plainJSON(value)
			if err != nil {
				return fmt.Errorf("read column %s: %w", from.columns[i].Name, err)
			}
			r.appendString(text)
		default:
			r.appendText(value)
		}
	}
	r.endRow()
	return nil
}

// The types of PostgreSQL whose values have more than one spelling. The embedded store keeps text.
const (
	typeJSON    = "jsonb"
	typeDecimal = "numeric"
)

// valueTypes returns the type of each column, as the one of two databases has it that knows it.
func valueTypes(a, b *copyTable) []string {
	types := make([]string, len(a.columns))
	for i := range types {
		types[i] = a.columns[i].Type
		if t := b.columns[i].Type; t == typeJSON || t == typeDecimal {
			types[i] = t
		}
	}
	return types
}

// digest counts a table's rows and adds up the hashes of their values, so that their order does not matter. The row of
// the pass that copies is left out.
func (s *copySide) digest(
	ctx context.Context, t *copyTable, types []string, copyPass int64, advance func(rows int),
) (CopiedTable, error) {
	d := CopiedTable{Table: t.name}
	var sum uint64
	own := strconv.FormatInt(copyPass, 10)
	var row []byte
	for after := []string(nil); ; {
		read := 0
		last, err := s.page(ctx, t, after, func(values [][]byte) (err error) {
			read++
			if t.name == "passes" && string(values[t.key[0]]) == own {
				return nil
			}
			if row, err = t.appendValues(row[:0], types, values); err != nil {
				return err
			}
			hash := sha256.Sum256(row)
			sum += binary.BigEndian.Uint64(hash[:])
			d.Rows++
			return nil
		})
		if err != nil || last == nil {
			d.Digest = fmt.Sprintf("%016x", sum)
			return d, err
		}
		after = last
		advance(read)
	}
}

// appendValues writes the values of a row but the store's id, each in one spelling.
func (t *copyTable) appendValues(to []byte, types []string, values [][]byte) ([]byte, error) {
	for i, value := range values {
		switch {
		case t.columns[i].Name == "store_id":
			continue
		case value == nil:
			to = append(to, 0)
			continue
		}
		text := string(value)
		var err error
		switch types[i] {
		case typeJSON:
			text, err = plainJSON(value)
		case typeDecimal:
			var d decimal.Decimal
			d, err = decimal.NewFromString(text)
			text = d.String()
		}
		if err != nil {
			return nil, fmt.Errorf("read column %s: %w", t.columns[i].Name, err)
		}
		to = binary.AppendUvarint(to, uint64(len(text))+1)
		to = append(to, text...)
	}
	return to, nil
}

// plainJSON returns a JSON text without blanks and with the members of objects in order.
func plainJSON(text []byte) (string, error) {
	var value any
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	if err := decoder.Decode(&value); err != nil {
		return "", err
	}
	plain, err := model.JSON(value)
	return strings.TrimSuffix(plain, "\n"), err
}

// checkEmpty returns ErrOccupied where the store has any row.
func (s *copySide) checkEmpty(ctx context.Context) error {
	for i := range s.tables {
		last, err := s.page(ctx, &s.tables[i], nil, func([][]byte) error { return nil })
		if err != nil {
			return err
		}
		if last != nil {
			return fmt.Errorf("%w: table %s", ErrOccupied, s.tables[i].name)
		}
	}
	return nil
}

// removeAll removes the store's rows.
func (s *copySide) removeAll(ctx context.Context, t *tx) error {
	for i := range s.tables {
		query := s.store.db.Rebind("DELETE FROM " + s.tables[i].name + " WHERE store_id = ?")
		if _, err := t.on.ExecContext(ctx, query, s.store.id); err != nil {
			return err
		}
	}
	return nil
}

// unfinishedCopy returns the pass of a copy that was cut off, nil where there is none, and its position.
func (s *copySide) unfinishedCopy(ctx context.Context) (*Pass, copyPosition, error) {
	var row struct {
		ID        int64
		StartedAt UTCTime `db:"started_at"`
		Message   string
	}
	var position copyPosition
	err := s.onOwn().Get(ctx, &row, "copy_unfinished", nil)
	if isNone(err) {
		return nil, position, nil
	}
	if err == nil {
		err = json.Unmarshal([]byte(row.Message), &position)
	}
	return &Pass{ID: row.ID, StartedAt: row.StartedAt.Time, session: s.Session}, position, err
}

// hasPass reports whether the store has the pass, at least as far as it was.
func (s *copySide) hasPass(ctx context.Context, p passMark) (bool, error) {
	var read int64
	args := Args{"stream": p.Stream, "pass_id": p.ID, "started_at": p.StartedAt.Time}
	err := s.onOwn().Get(ctx, &read, "pass_read", args)
	if isNone(err) {
		return false, nil
	}
	return read >= p.Read, err
}
