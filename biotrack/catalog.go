package biotrack

import (
	"context"
	_ "embed"
	"slices"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
)

// The tables we read.
const (
	tableCustomers  = "customers"
	tableTickets    = "tickets"
	tableProducts   = "products"
	tableCategories = "productcategories"
	tableInventory  = "inventory"
	tableRooms      = "inventoryrooms"
	tableLevels     = "memberdiscount"

	// These two are for people alone: no pass reads them.
	tableLocations = "locations"
	tableOrg       = "orgdata"
)

// tables are all of them.
func tables() []string {
	return []string{
		tableCustomers, tableTickets, tableProducts, tableCategories, tableInventory, tableRooms, tableLevels, tableLocations, tableOrg,
	}
}

// What can be read, and the tables that each lies in.
func customersTables() []string { return []string{tableCustomers} }

func ticketsTables() []string { return []string{tableTickets, tableCustomers} }

func shelvesTables() []string {
	return []string{tableProducts, tableCategories, tableInventory, tableRooms, tableLevels}
}

// catalog holds the type name of each column of the tables we read; servers of one chain differ in both.
type catalog map[string]map[string]string

//go:embed sql/catalog.sql
var catalogSQL string

func readCatalog(ctx context.Context, db *sqlx.DB) (catalog, error) {
	var rows []struct {
		Table  string `db:"table_name"`
		Column string `db:"column_name"`
		Type   string `db:"type_name"`
	}
	if err := db.SelectContext(ctx, &rows, catalogSQL, pq.Array(tables())); err != nil {
		return nil, err
	}
	c := make(catalog)
	for _, r := range rows {
		if c[r.Table] == nil {
			c[r.Table] = make(map[string]string)
		}
		c[r.Table][r.Column] = r.Type
	}
	return c, nil
}

// require returns a SchemaError for what the database lacks of the given tables.
func (c catalog) require(tables ...string) error {
	var missing []string
	for _, table := range tables {
		columns, ok := c[table]
		if !ok {
			missing = append(missing, "table "+table)
			continue
		}
		for _, column := range needs[table] {
			if _, ok := columns[column]; !ok {
				missing = append(missing, "column "+table+"."+column)
			}
		}
	}
	if len(missing) > 0 {
		slices.Sort(missing)
		return &Error{Op: "check schema", Err: &SchemaError{Missing: missing}}
	}
	return nil
}

func (c catalog) has(table, name string) bool {
	_, ok := c[table][name]
	return ok
}

// column returns the column's name where the table has it, and the given default, an SQL literal, where it has not.
func (c catalog) column(table, alias, name, otherwise string) string {
	if c.has(table, name) {
		return alias + "." + name
	}
	return otherwise
}

// textType is the type to cast a value to so that comparing it with the column can use the column's index: char(n) and varchar
// have different operators.
func (c catalog) textType(table, name string) string {
	if c[table][name] == "bpchar" {
		return "bpchar"
	}
	return "text"
}
