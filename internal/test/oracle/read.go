package oracle

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Read reads the BioTrack tables that Expect needs, whole, in one read-only repeatable-read transaction. A column that
// this server's layout does not have reads as NULL; a missing table is an error.
func Read(ctx context.Context, src *sql.DB) (*Source, error) {
	tx, err := src.BeginTx(ctx, &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true})
	if err != nil {
		return nil, fmt.Errorf("begin reading biotrack: %w", err)
	}
	defer func() { _ = tx.Rollback() }()
	r := &reader{ctx: ctx, tx: tx}
	if err := r.prepare(); err != nil {
		return nil, err
	}
	source := &Source{
		Customers:  readTable[SourceCustomer](r, "customers"),
		Tickets:    readTable[SourceTicket](r, "tickets"),
		Products:   readTable[SourceProduct](r, "products"),
		Categories: readTable[SourceCategory](r, "productcategories"),
		Lots:       readTable[SourceLot](r, "inventory"),
		Rooms:      readTable[SourceRoom](r, "inventoryrooms"),
		Levels:     readTable[SourceLevel](r, "memberdiscount"),
	}
	if r.err != nil {
		return nil, r.err
	}
	return source, nil
}

// reader is one reading transaction; it keeps the first error.
type reader struct {
	ctx    context.Context
	tx     *sql.Tx
	decode decoder
	err    error
}

// prepare finds the database's encoding, and asks a SQL_ASCII one for its raw bytes.
func (r *reader) prepare() error {
	var encoding string
	if err := r.tx.QueryRowContext(r.ctx, "SHOW server_encoding").Scan(&encoding); err != nil {
		return fmt.Errorf("read server encoding: %w", err)
	}
	if encoding == "SQL_ASCII" {
		// LOCAL: the pooled connection is as it was once the transaction has ended.
		if _, err := r.tx.ExecContext(r.ctx, "SET LOCAL client_encoding TO 'SQL_ASCII'"); err != nil {
			return fmt.Errorf("set client encoding: %w", err)
		}
	}
	r.decode = decoderFor(encoding)
	return nil
}

// columns lists the columns that a table has.
func (r *reader) columns(table string) ([]string, error) {
	rows, err := r.tx.QueryContext(r.ctx, "SELECT * FROM "+table+" LIMIT 0")
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	names, err := rows.Columns()
	return names, errors.Join(err, rows.Err())
}

// fielder is a pointer to a source row type.
type fielder[T any] interface {
	*T
	fields() []field
}

// readTable reads all rows of a table; after an error it does nothing.
func readTable[T any, P fielder[T]](r *reader, table string) []T {
	if r.err != nil {
		return nil
	}
	out, err := selectAll[T, P](r, table)
	if err != nil {
		r.err = fmt.Errorf("read table %s: %w", table, err)
	}
	return out
}

func selectAll[T any, P fielder[T]](r *reader, table string) ([]T, error) {
	has, err := r.columns(table)
	if err != nil {
		return nil, err
	}
	rows, err := r.tx.QueryContext(r.ctx, selectText(table, P(new(T)).fields(), has))
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var out []T
	for rows.Next() {
		var row T
		if err := scanFields(rows, P(&row).fields(), r.decode); err != nil {
			return nil, err
		}
		out = append(out, row)
	}
	return out, rows.Err()
}

// selectText is a SELECT of the fields as text, NULL for those that the table has not.
func selectText(table string, fields []field, has []string) string {
	var parts []string
	for _, f := range fields {
		if slices.Contains(has, f.column) {
			parts = append(parts, f.column+"::text")
		} else {
			parts = append(parts, "NULL::text")
		}
	}
	return "SELECT " + strings.Join(parts, ", ") + " FROM " + table
}

// scanFields scans one row into its fields and decodes them.
func scanFields(rows *sql.Rows, fields []field, decode decoder) error {
	var targets []any
	for _, f := range fields {
		targets = append(targets, f.value)
	}
	if err := rows.Scan(targets...); err != nil {
		return err
	}
	for _, f := range fields {
		f.value.String = decode(f.value.String)
	}
	return nil
}
