package biotrack

import "slices"

// The tables that are read.
const (
	tableCustomers  = "customers"
	tableTickets    = "tickets"
	tableProducts   = "products"
	tableCategories = "productcategories"
	tableInventory  = "inventory"
	tableRooms      = "inventoryrooms"
	tableLevels     = "memberdiscount"
	tableLocations  = "locations"
	tableOrg        = "orgdata"
	tableSales      = "sales"
)

// The streams, as people know them.
const (
	streamCustomers = "customers"
	streamOrders    = "orders"
	streamProducts  = "products"
)

// ColumnUse is what a column is read for, and so which types it may have.
type ColumnUse uint8

// The uses of columns.
const (
	UseText   ColumnUse = iota // is read as it comes: any type will do
	UseKey                     // is trimmed and compared in SQL, as only a text can be
	UseWhole                   // is a number, a flag or a time in seconds
	UseAmount                  // is money, as a number or as text
	UseWeight                  // is a quantity that is compared in SQL
)

// Column describes a column that is read.
type Column struct {
	Name string
	Use  ColumnUse
	// Default is the SQL literal that is read in the place of NULL, and of the column where a server lacks it; empty
	// for NULL itself.
	Default string
	// Without says what is lost on a server that lacks the column: columns came and went with BioTrack's versions.
	// Where it is empty, the table cannot be read without the column.
	Without string
}

// Required reports whether the table cannot be read without the column.
func (c Column) Required() bool { return c.Without == "" }

// TableInfo describes a table that is read.
type TableInfo struct {
	Name string
	// Streams cannot do without the table. Where there are none, no pass reads it: it is for people alone.
	Streams []string
	Columns []Column
}

// ReadBy returns what reads a table that no pass needs.
func ReadBy(table string) string {
	if table == tableSales {
		return "the proofs of prices and rooms"
	}
	return "inspect locations"
}

// required returns the names of the columns without which the table cannot be read.
func (t TableInfo) required() (names []string) {
	for _, c := range t.Columns {
		if c.Required() {
			names = append(names, c.Name)
		}
	}
	return names
}

// Tables returns the description of each table that is read, those of the passes first.
func Tables() []TableInfo { return tables }

// describe returns the description of a table, empty for any that is not read.
func describe(table string) TableInfo {
	for _, t := range tables {
		if t.Name == table {
			return t
		}
	}
	return TableInfo{}
}

var tables = []TableInfo{
	{tableCustomers, []string{streamCustomers, streamOrders}, columnsOf(new(Customer).fields())},
	{tableTickets, []string{streamOrders}, columnsOf(new(Ticket).fields())},
	{tableProducts, []string{streamProducts}, []Column{
		{Name: "id", Use: UseWhole},
		{Name: "name"},
		{Name: "productcategory", Use: UseWhole},
		{Name: "pricepoint"},
		{Name: "deleted", Use: UseWhole, Default: "0"},
		{Name: "requiresweighing", Use: UseWhole, Default: "0"},
		{Name: "location", Use: UseWhole, Default: "1", Without: "every product is of location 1"},
	}},
	{tableCategories, []string{streamProducts}, []Column{
		{Name: "id", Use: UseWhole},
		{Name: "name", Without: "no product has a category"},
		{Name: "pricepoint"},
	}},
	{tableInventory, []string{streamProducts}, []Column{
		{Name: "id", Without: "`products show` shows lots without their ids"},
		{Name: "productid", Use: UseWhole},
		{Name: "remainingweight", Use: UseWeight},
		{Name: "currentroom", Use: UseWhole, Default: "0"},
		{Name: "roomdata", Use: UseKey, Default: "''"},
		{Name: "deleted", Use: UseWhole, Default: "0"},
		{Name: "transferredout", Use: UseWhole, Default: "0"},
		{Name: "location", Use: UseWhole, Default: "1", Without: "every lot is of location 1"},
		{Name: "dispensed", Use: UseWhole, Default: "0", Without: "no lot is dispensed"},
		{Name: "expiration", Use: UseWhole, Default: "0", Without: "no lot expires"},
		{Name: "seized", Use: UseWhole, Default: "0", Without: "no lot is seized"},
		{Name: "is_sample", Use: UseWhole, Default: "0", Without: "no lot is a sample"},
	}},
	{tableRooms, []string{streamProducts}, []Column{
		{Name: "id", Use: UseWhole},
		{Name: "roomname"},
		{Name: "quarantine", Use: UseWhole, Default: "0", Without: "no room is in quarantine"},
		{Name: "deleted", Use: UseWhole, Default: "0", Without: "no room is deleted"},
	}},
	{tableLevels, []string{streamProducts}, []Column{
		{Name: "id", Use: UseWhole},
		{Name: "membername"},
		{Name: "deleted", Use: UseWhole, Default: "0", Without: "no level is deleted"},
	}},
	{tableLocations, nil, []Column{
		{Name: "name", Without: "no location has a name"},
		{Name: "deleted", Use: UseWhole, Default: "0", Without: "no location is deleted"},
	}},
	{tableSales, nil, []Column{
		{Name: "id", Use: UseWhole},
		{Name: "productid", Use: UseWhole},
		{Name: "weight", Use: UseWeight},
		{Name: "price", Use: UseAmount},
		{Name: "price_post_discount", Use: UseAmount, Without: "discounted lines of sales prove prices too"},
		{Name: "inventoryid", Without: "`inspect rooms --proof` does not know which lots were sold"},
		{Name: "deleted", Use: UseWhole, Default: "0", Without: "no line is deleted"},
		{Name: "refunded", Use: UseWhole, Default: "0", Without: "no line is refunded"},
		{Name: "refticketid", Use: UseKey, Default: "''", Without: "no line is a refund"},
		{Name: "location", Use: UseWhole, Default: "1", Without: "every line is of location 1"},
	}},
	{tableOrg, nil, []Column{{Name: "orgname", Without: "the server does not say whose it is"}}},
}

// field is a column of a row that is read, and how its value gets into the row.
type field struct {
	Column
	decode decoder
}

func columnsOf(fields []field) (columns []Column) {
	for _, f := range fields {
		columns = append(columns, f.Column)
	}
	return columns
}

func tablesOf(stream string) (names []string) {
	for _, t := range tables {
		if slices.Contains(t.Streams, stream) {
			names = append(names, t.Name)
		}
	}
	return names
}
