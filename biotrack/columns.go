package biotrack

import "slices"

// needs are the columns without which a table cannot be read. The other columns we read came and went with BioTrack's versions:
// where a server lacks one, it lacks the feature, and the column's default stands.
var needs = map[string][]string{
	tableCustomers:  {"customerid", "firstname", "lastname", "email", "phone", "deleted"},
	tableTickets:    {"ticketserial", "id", "price", "tax", "totalprice", "datetime", "customerid", "deleted", "refundtotalprice", "refticketid", "pif"},
	tableProducts:   {"id", "name", "productcategory", "pricepoint", "deleted", "requiresweighing"},
	tableCategories: {"id", "pricepoint"},
	tableInventory:  {"productid", "remainingweight", "currentroom", "roomdata", "deleted", "transferredout"},
	tableRooms:      {"id", "roomname"},
	tableLevels:     {"id", "membername"},
}

// optionalColumn is a column that a table may lack, and what stands then.
type optionalColumn struct{ name, otherwise string }

var optional = map[string][]optionalColumn{
	tableCustomers: {{"cell", "the phone is the column phone alone"}, {"location", "every customer is of location 1"}},
	tableTickets:   {{"location", "every order is of location 1"}, {"preorder", "no order is a preorder"}},
	tableProducts:  {{"location", "every product is of location 1"}},
	tableInventory: {
		{"location", "every lot is of location 1"}, {"expiration", "no lot expires"}, {"seized", "no lot is seized"},
		{"is_sample", "no lot is a sample"},
	},
	tableRooms:     {{"quarantine", "no room is in quarantine"}, {"deleted", "no room is deleted"}},
	tableLevels:    {{"deleted", "no level is deleted"}},
	tableLocations: {{"name", "no location has a name"}, {"deleted", "no location is deleted"}},
	tableOrg:       {{"orgname", "the server does not say whose it is"}},
}

// use is what a column is read for, and so which types it may have.
type use uint8

const (
	// useKey is trimmed or compared in SQL, as only a text can be. What is read as it comes has no use of its own.
	useKey use = iota + 1
	// useWhole is a number, a flag or a time in seconds.
	useWhole
	// useAmount is money, as a number or as text.
	useAmount
	// useWeight is a quantity that is compared in SQL.
	useWeight
)

// uses are the columns that are read for more than their text.
var uses = map[string]map[string]use{
	tableCustomers: {"customerid": useKey, "deleted": useWhole, "location": useWhole},
	tableTickets: {
		"ticketserial": useWhole, "id": useKey, "customerid": useKey, "location": useWhole, "deleted": useWhole, "pif": useWhole,
		"preorder": useWhole, "datetime": useWhole, "price": useAmount, "tax": useAmount, "totalprice": useAmount, "refundtotalprice": useAmount,
	},
	tableProducts: {
		"id": useWhole, "productcategory": useWhole, "deleted": useWhole, "requiresweighing": useWhole, "location": useWhole,
	},
	tableCategories: {"id": useWhole},
	tableInventory: {
		"productid": useWhole, "remainingweight": useWeight, "currentroom": useWhole, "roomdata": useKey, "deleted": useWhole,
		"transferredout": useWhole, "seized": useWhole, "is_sample": useWhole, "expiration": useWhole, "location": useWhole,
	},
	tableRooms:  {"id": useWhole, "quarantine": useWhole, "deleted": useWhole},
	tableLevels: {"id": useWhole, "deleted": useWhole},
}

// columnType is a column's type and its category, as pg_type has them.
type columnType struct{ name, category string }

// fits tells whether a column of the type can be read for a use.
func (t columnType) fits(u use) bool {
	switch u {
	case useKey:
		return t.category == "S"
	case useWhole, useWeight:
		return t.isNumber()
	case useAmount:
		return t.isNumber() || t.category == "S"
	}
	return true
}

// odd says what may go wrong with a type that fits.
func (t columnType) odd(u use) string {
	whole := slices.Contains([]string{"int2", "int4", "int8"}, t.name)
	switch {
	case u == useWhole && !whole:
		return "is expected to hold whole numbers alone"
	case (u == useAmount || u == useWeight) && t.name != "numeric" && !whole:
		return "may not hold every amount exactly"
	}
	return ""
}

// isNumber tells whether SQL can compare the type with a number; money it cannot.
func (t columnType) isNumber() bool { return t.category == "N" && t.name != "money" }
