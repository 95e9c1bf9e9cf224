package storetest

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/blackbirdctl/blackbirdctl/blackbird"
	"github.com/blackbirdctl/blackbirdctl/internal/model"
)

// person is a customer of whom everything is known, and an order of one.
func person(id string) (blackbird.Customer, blackbird.Order) {
	c := customer(id, "Ada")
	c.LastName, c.Email, c.Phone = []byte("Example"), []byte("ada@example.test"), []byte("212-555-0100")
	c.PhoneE164 = []byte("+12125550100")
	o := saleTo("of "+id, id)
	o.Contact = model.Contact{FirstName: c.FirstName, LastName: c.LastName, Email: c.Email, Phone: c.Phone}
	return c, o
}

// testForget: what was forgotten comes back by no batch, be it new, compared or of contacts, and counts as unchanged.
func testForget(t *testing.T, h *fixture) {
	ada, sold := person("1")
	bob, soldToBob := person("2")
	orders := h.writer(blackbird.Orders)
	orders.orders(sold, soldToBob)
	orders.end()
	w := h.writer(blackbird.Customers)
	w.customers(ada, bob)
	w.restart()
	h.noError(w.LockAlso(t.Context(), blackbird.Orders))
	if held, known, err := h.open(storeID).Locked(t.Context(), "orders"); known && !held || err != nil {
		t.Errorf("orders can be written while a customer is forgotten: %v", err)
	}
	kept, err := w.Kept(t.Context(), "1")
	h.noError(err)
	if diff := cmp.Diff(blackbird.Kept{Total: 2, Customers: 1, Orders: 1}, kept); diff != "" {
		t.Errorf("kept before:\n%s", diff)
	}
	h.noError(w.pass.Forget(t.Context(), "1", nil, "", ""))
	h.assertCounts("forgotten", w.pass.Counts, blackbird.Counts{Read: 2, Updated: 2})
	w.restart()
	forgotten := func(what string) {
		h.Helper()
		const contact = "COALESCE(first_name, last_name, email, phone, phone_e164)"
		h.assertRows(what, h.rows("SELECT customer_id, "+contact+" FROM customers ORDER BY 1"),
			[]string{"1|-", "2|Ada"})
		const customer = "COALESCE(customer_first_name, customer_last_name, customer_email, customer_phone)"
		h.assertRows(what, h.rows("SELECT order_id, "+customer+" FROM orders ORDER BY 1"),
			[]string{"of 1|-", "of 2|Ada"})
	}
	forgotten("forgotten")
	h.assertCounts("again", w.customers(ada, bob), blackbird.Counts{Read: 2, Unchanged: 2})
	w.pass.ExpectUnchanged()
	h.assertCounts("compared", w.customers(ada, bob), blackbird.Counts{Read: 2, Unchanged: 2})
	w.end()
	orders = h.writer(blackbird.Orders)
	h.assertCounts("orders", orders.orders(sold, soldToBob), blackbird.Counts{Read: 2, Unchanged: 2})
	b := orders.pass.NewBatch()
	b.AddContact([]byte("1"), &sold.Contact)
	h.assertCounts("contacts", orders.merge(orders.pass.MergeContacts, b), blackbird.Counts{})
	orders.end()
	forgotten("after passes")
}

// testExport: the rows of one customer, of every table that names customers, alike in every engine.
func testExport(t *testing.T, h *fixture) {
	h.fill(storeID, false)
	rows, err := h.open(storeID).Export(t.Context(), "1")
	h.noError(err)
	counts := make(map[string]int)
	for table, found := range rows {
		counts[table] = len(found)
	}
	want := map[string]int{
		"customers": 1, "orders": 1, "points_balances": 0, "points_ledger": 0, "forgotten_customers": 0, "rejects": 0,
	}
	if diff := cmp.Diff(want, counts); diff != "" {
		t.Errorf("rows (-want +got):\n%s", diff)
	}
	order := rows["orders"][0]
	for column, value := range map[string]any{
		"order_id": "A", "order_serial": int64(1), "total": "10.00", "customer_first_name": storeID,
		"customer_phone": nil, "ordered_at": "2026-03-01T12:00:00.000000Z", "refund_of_location": nil,
	} {
		if order[column] != value {
			t.Errorf("%s is %#v, want %#v", column, order[column], value)
		}
	}
	if active := rows["customers"][0]["active"]; active != int64(1) {
		t.Errorf("active is %#v", active)
	}
	rows, err = h.open(storeID).Export(t.Context(), "9")
	h.noError(err)
	if len(rows["forgotten_customers"]) != 1 || len(rows["customers"]) != 0 {
		t.Errorf("a customer that was forgotten: %v", rows)
	}
}
