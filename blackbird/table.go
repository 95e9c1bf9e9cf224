package blackbird

import (
	"bytes"
	"slices"
	"strings"

	"github.com/blackbirdctl/blackbirdctl/internal/model"
)

// Table describes a table that is written batch by batch, by way of a staging table with the same columns. The
// statements that compare and write its rows are derived from it.
type Table struct {
	Name string
	// Keys are the columns that identify a row within a store, its name first.
	Keys []string
	// Columns begin with store_id and the keys.
	Columns []Column
	// Serial is the column that says which of two rows with one key counts: the higher one, unless it is removed or
	// voided. It is empty where keys are unique at the source.
	Serial string
	// Removed is the column and the SQL literal that mark a row that the source no longer has.
	Removed Assignment
}

// Column is a column of a Table.
type Column struct {
	Name string
	use  columnUse
	// equal compares a value of a batch with the text that PostgreSQL has for it, where bytes alone do not tell. Values
	// are not NULL.
	equal func(ours, theirs []byte) bool
	// Base says that the status is compared without what refunds made of it.
	Base bool
}

type columnUse uint8

const (
	// record is a column about the row itself, such as the pass that wrote it: it does not make a row differ.
	record columnUse = iota
	// identity is a column of the primary key.
	identity
	// first is a column that keeps the value of the row's first insert.
	first
	// content is a column whose change makes a row differ.
	content
)

// Assignment is a column and an SQL literal.
type Assignment struct{ Column, Value string }

var customersTable = &Table{
	Name: "customers", Keys: []string{"customer_id"},
	Columns: []Column{
		{Name: "store_id", use: identity},
		{Name: "customer_id", use: identity},
		{Name: "first_name", use: content},
		{Name: "last_name", use: content},
		{Name: "email", use: content},
		{Name: "phone", use: content},
		{Name: "phone_e164", use: content},
		{Name: "location_id", use: content},
		{Name: "active", use: content, equal: equalBool},
		{Name: "member_since", use: content, equal: equalTime},
		{Name: "first_pass_id", use: first},
		{Name: "pass_id", use: record},
		{Name: "updated_at", use: record},
	},
	Removed: Assignment{"active", "false"},
}

var ordersTable = &Table{
	Name: "orders", Keys: []string{"order_id", "location_id"}, Serial: "order_serial",
	Columns: []Column{
		{Name: "store_id", use: identity},
		{Name: "order_id", use: identity},
		{Name: "location_id", use: identity},
		{Name: "order_serial", use: content},
		{Name: "customer_id", use: content},
		{Name: "customer_first_name", use: content},
		{Name: "customer_last_name", use: content},
		{Name: "customer_email", use: content},
		{Name: "customer_phone", use: content},
		{Name: "status", use: content, equal: equalBaseStatus, Base: true},
		{Name: "subtotal", use: content},
		{Name: "tax", use: content},
		{Name: "total", use: content},
		{Name: "own_refund", use: content},
		{Name: "refund_of", use: content},
		{Name: "refund_of_location", use: content},
		// What other orders refund is not the row's own.
		{Name: "refunded_total", use: record},
		{Name: "ordered_at", use: content, equal: equalTime},
		{Name: "pass_id", use: record},
		{Name: "updated_at", use: record},
	},
	Removed: Assignment{"status", literals(model.OrderRemoved)()},
}

// tables are all of them.
var tables = []*Table{customersTable, ordersTable}

// tableNamed returns the description of a table, nil where there is none.
func tableNamed(name string) *Table {
	for _, t := range tables {
		if t.Name == name {
			return t
		}
	}
	return nil
}

// Statement returns the name of a statement that is derived from the table.
func (t *Table) Statement(name string) string { return name + " " + t.Name }

// Key returns the column of a row's name.
func (t *Table) Key() string { return t.Keys[0] }

// KeysOf returns the columns of the key as a list, of the table that a statement calls alias.
func (t *Table) KeysOf(alias string) string {
	return alias + "." + strings.Join(t.Keys, ", "+alias+".")
}

// keyOf returns the key of a batch's row, as the batch knows it.
func (t *Table) keyOf(row []byte) []byte {
	row = row[bytes.IndexByte(row, '\t')+1:]
	end := -1
	for range t.Keys {
		end += 1 + bytes.IndexByte(row[end+1:], '\t')
	}
	return unescape(row[:end])
}

// Stage returns the name of the table's staging table.
func (t *Table) Stage() string { return "stage_" + t.Name }

// Content returns the columns whose change makes a row differ.
func (t *Table) Content() []Column {
	return slices.DeleteFunc(slices.Clone(t.Columns), func(c Column) bool { return c.use != content })
}

// Updated returns the columns that an update writes.
func (t *Table) Updated() []Column {
	return slices.DeleteFunc(slices.Clone(t.Columns),
		func(c Column) bool { return c.use == identity || c.use == first })
}

// destination is where a load puts the table's rows: into the table itself, or into its staging table.
func (t *Table) destination(name string) Destination {
	columns := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		columns[i] = c.Name
	}
	return Destination{Table: name, Columns: columns}
}

// AliasedColumn is a column of a table that a statement calls Alias.
type AliasedColumn struct {
	Column
	Alias string
}

// Of returns the column as one of a table that a statement calls alias.
func (c Column) Of(alias string) AliasedColumn { return AliasedColumn{Column: c, Alias: alias} }

// equalRow reports whether a row of a batch is surely the same as a stored row, of which the values of the keys and of
// the content are given.
func (t *Table) equalRow(row []byte, stored [][]byte) bool {
	row = row[:len(row)-1]
	for _, c := range t.Columns {
		ours, rest, _ := bytes.Cut(row, []byte{'\t'})
		row = rest
		if c.use != content && !slices.Contains(t.Keys, c.Name) {
			continue
		}
		ours, theirs, equal := unescape(ours), stored[0], bytes.Equal
		if c.equal != nil {
			equal = c.equal
		}
		if (ours == nil) != (theirs == nil) || ours != nil && !equal(ours, theirs) {
			return false
		}
		stored = stored[1:]
	}
	return true
}

// equalBool compares our form of a boolean with PostgreSQL's.
func equalBool(ours, theirs []byte) bool { return (string(ours) == "1") == (string(theirs) == "t") }

// equalBaseStatus compares statuses without what refunds made of them.
func equalBaseStatus(ours, theirs []byte) bool {
	return model.OrderStatus(ours).Base() == model.OrderStatus(theirs).Base()
}

// equalTime compares a time of a whole second in our form and in PostgreSQL's.
func equalTime(ours, theirs []byte) bool {
	const day, clock = len("2006-01-02"), len("15:04:05")
	return len(ours) == len(timeFormat) && len(theirs) == day+1+clock+len("+00") &&
		bytes.Equal(ours[:day], theirs[:day]) && bytes.Equal(ours[day+1:][:clock], theirs[day+1:][:clock]) &&
		string(ours[day+1+clock:]) == ".000000Z" && string(theirs[day+1+clock:]) == "+00"
}
