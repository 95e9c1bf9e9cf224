package oracle

import "maps"

// forget takes the names, phones and e-mails of forgotten customers out of rows.
func forget(forgotten map[string]bool, customers map[string]Customer, orders map[string]Order) {
	for id, c := range customers {
		if forgotten[id] {
			c.FirstName, c.LastName, c.Email, c.Phone, c.PhoneE164 = Text{}, Text{}, Text{}, Text{}, Text{}
			customers[id] = c
		}
	}
	for id, o := range orders {
		if o.CustomerID.Valid && forgotten[o.CustomerID.String] {
			o.CustomerFirstName, o.CustomerLastName, o.CustomerEmail, o.CustomerPhone = Text{}, Text{}, Text{}, Text{}
			orders[id] = o
		}
	}
}

// remembered lists the rows of a store that have a name, a phone or an e-mail of a forgotten customer, whether the
// source has them or not.
func remembered(forgotten map[string]bool, actual *Actual) []Difference {
	var out []Difference
	customers, orders := maps.Clone(actual.Customers), maps.Clone(actual.Orders)
	forget(forgotten, customers, orders)
	for id, c := range actual.Customers {
		out = append(out, diffCells(StreamCustomers, id, customers[id].cells(), c.cells())...)
	}
	for id, o := range actual.Orders {
		out = append(out, diffCells(StreamOrders, id, orders[id].cells(), o.cells())...)
	}
	sortDifferences(out)
	return out
}
