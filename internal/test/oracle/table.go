package oracle

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
)

// kind is how a store column is kept, which decides how it is asked for, read and spelled.
type kind int

const (
	kindText kind = iota
	kindInt
	kindBool
	kindMoney
	kindQuantity
	kindTime
	kindJSON
)

// column is a column of a store table.
type column struct {
	name string
	kind kind
}

// columnsOf makes columns of one kind out of a list of names.
func columnsOf(k kind, names string) []column {
	var out []column
	for name := range strings.FieldsSeq(names) {
		out = append(out, column{name, k})
	}
	return out
}

// table is a store table.
type table struct {
	name    string
	columns []column
}

func newTable(name string, lists ...[]column) table {
	t := table{name: name}
	for _, list := range lists {
		t.columns = append(t.columns, list...)
	}
	return t
}

// storeTables are the tables that ReadStore reads.
var (
	customersTable = newTable("customers",
		columnsOf(kindText, "customer_id first_name last_name email phone phone_e164"),
		columnsOf(kindInt, "location_id first_pass_id pass_id"),
		columnsOf(kindBool, "active"), columnsOf(kindTime, "member_since updated_at"))
	ordersTable = newTable("orders",
		columnsOf(kindText, "order_id customer_id customer_first_name customer_last_name customer_email "+
			"customer_phone"),
		columnsOf(kindText, "status refund_of"),
		columnsOf(kindInt, "order_serial location_id refund_of_location pass_id"),
		columnsOf(kindMoney, "subtotal tax total own_refund refunded_total"),
		columnsOf(kindTime, "ordered_at updated_at"))
	productsTable = newTable("products",
		columnsOf(kindInt, "product_id member_level pass_id"), columnsOf(kindText, "name category unit"),
		columnsOf(kindMoney, "price"), columnsOf(kindQuantity, "unit_quantity quantity"),
		columnsOf(kindJSON, "price_breaks"), columnsOf(kindBool, "on_menu"), columnsOf(kindTime, "updated_at"))
	ledgerTable = newTable("points_ledger",
		columnsOf(kindText, "customer_id source_id kind terms"),
		columnsOf(kindInt, "location_id revision points pass_id"),
		columnsOf(kindMoney, "basis_amount"), columnsOf(kindQuantity, "rate multiplier"),
		columnsOf(kindTime, "effective_at created_at"))
	balancesTable = newTable("points_balances",
		columnsOf(kindText, "customer_id"), columnsOf(kindInt, "balance lifetime"), columnsOf(kindTime, "updated_at"))
	passesTable = newTable("passes",
		columnsOf(kindInt, "pass_id read inserted updated unchanged removed rejected"),
		columnsOf(kindText, "stream mode status message"), columnsOf(kindTime, "started_at finished_at"))
	rejectsTable = newTable("rejects", columnsOf(kindText, "stream row_key reason"))
)

// query selects a store's rows of the table, every column as text and times in one spelling.
func (t table) query(sqlite bool) string {
	var parts []string
	for _, c := range t.columns {
		part := `CAST("` + c.name + `" AS text)`
		if c.kind == kindTime && !sqlite {
			part = `to_char("` + c.name + `" AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`
		}
		parts = append(parts, part)
	}
	parameter := "$1"
	if sqlite {
		parameter = "?"
	}
	return "SELECT " + strings.Join(parts, ", ") + " FROM " + t.name + " WHERE store_id = " + parameter
}

// realsQuery counts the rows of a SQLite table that hold an inexact number where an exact one must stand; empty where
// the table has no such column.
func (t table) realsQuery() string {
	var parts []string
	for _, c := range t.columns {
		if c.kind == kindMoney || c.kind == kindQuantity {
			parts = append(parts, `typeof("`+c.name+`") = 'real'`)
		}
	}
	if parts == nil {
		return ""
	}
	return "SELECT count(*) FROM " + t.name + " WHERE " + strings.Join(parts, " OR ")
}

// storeReader reads a store's tables in one transaction.
type storeReader struct {
	ctx     context.Context
	tx      *sql.Tx
	sqlite  bool
	storeID string
	// spelling collects cells of a SQLite store that are not in the one spelling of their kind.
	spelling []Difference
	err      error
}

// each calls use for every row of the table; after an error it does nothing.
func (r *storeReader) each(t table, use func(*rowReader)) {
	if r.err != nil {
		return
	}
	if err := r.eachRow(t, use); err != nil {
		r.err = fmt.Errorf("read store table %s: %w", t.name, err)
	}
}

func (r *storeReader) eachRow(t table, use func(*rowReader)) error {
	if err := r.noReals(t); err != nil {
		return err
	}
	rows, err := r.tx.QueryContext(r.ctx, t.query(r.sqlite), r.storeID)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	values := make([]Text, len(t.columns))
	targets := make([]any, len(t.columns))
	for i := range values {
		targets[i] = &values[i]
	}
	for rows.Next() {
		if err := rows.Scan(targets...); err != nil {
			return err
		}
		row := &rowReader{table: t, values: values, sqlite: r.sqlite}
		use(row)
		if row.err != nil {
			return row.err
		}
		r.spelling = append(r.spelling, row.spelling...)
	}
	return rows.Err()
}

// noReals fails where a SQLite table holds money or a quantity as a floating-point number.
func (r *storeReader) noReals(t table) error {
	query := t.realsQuery()
	if !r.sqlite || query == "" {
		return nil
	}
	var n int
	if err := r.tx.QueryRowContext(r.ctx, query).Scan(&n); err != nil {
		return err
	}
	if n > 0 {
		return fmt.Errorf("%d rows hold a floating-point number where an exact one must stand", n)
	}
	return nil
}
