package storetest

import (
	"fmt"
	"testing"

	"github.com/blackbirdctl/blackbirdctl/blackbird"
	"github.com/blackbirdctl/blackbirdctl/internal/model"
	"github.com/blackbirdctl/blackbirdctl/internal/test/shop"
)

// list lists what the source has; orders at location 1 unless they say otherwise.
func (w *writer) list(keys ...model.Key) {
	w.Helper()
	k, err := w.NewKeys(w.Context())
	w.noError(err)
	for _, key := range keys {
		if w.stream == blackbird.Orders && key.Location == 0 {
			key.Location = 1
		}
		k.Add(key)
		w.noError(k.Flush(w.Context()))
	}
	w.noError(k.Flush(w.Context()))
}

func (w *writer) gone() blackbird.Gone {
	w.Helper()
	g, err := w.CountGone(w.Context())
	w.noError(err)
	return g
}

// remove removes what the source no longer has.
func (w *writer) remove() blackbird.Counts {
	w.Helper()
	before := w.pass.Counts
	w.noError(w.pass.RemoveGone(w.Context()))
	return less(w.pass.Counts, before)
}

func testRemoveCustomers(t *testing.T, h *fixture) {
	w := h.writer(blackbird.Customers)
	left := customer("4", "Dee")
	left.Active = false
	w.customers(customer("1", "Ada"), customer("2", "Bob"), customer("3", "Cy"), left)
	w.restart()
	w.list(model.Key{Name: "1"}, model.Key{Name: "1"}, model.Key{Name: "99"})
	if got := w.gone(); got != (blackbird.Gone{Gone: 2, Live: 3}) {
		t.Errorf("gone: %+v", got)
	}
	h.assertRows(
		"counting removes nothing",
		h.rows("SELECT count(*) FROM customers WHERE active = ?", true),
		[]string{"3"},
	)
	h.assertCounts("removed", w.remove(), blackbird.Counts{Removed: 2})
	h.Store.WantCustomers(
		shop.Customer{ID: "1", FirstName: "Ada", Active: true, PassID: 1},
		shop.Customer{ID: "2", FirstName: "Bob", PassID: 2},
		shop.Customer{ID: "3", FirstName: "Cy", PassID: 2},
		shop.Customer{ID: "4", FirstName: "Dee", PassID: 1},
	)
	h.assertCounts("removed again", w.remove(), blackbird.Counts{})
	w.list()
	if got := w.gone(); got != (blackbird.Gone{Gone: 1, Live: 1}) {
		t.Errorf("gone when the list is empty: %+v", got)
	}
}

func testRemoveOrders(t *testing.T, h *fixture) {
	w := h.writer(blackbird.Orders)
	again := sale("B", 500)
	again.Serial = 7
	w.orders(sale("A", 1000), again, refund("R", "A", -400), refund("S", "A", -100), sale("C", 100))
	w.restart()
	w.list(
		model.Key{Name: "A", Serial: 1},
		model.Key{Name: "B", Serial: 6},
		model.Key{Name: "B", Serial: 8},
		model.Key{Name: "S", Serial: 1},
		model.Key{Name: "C", Serial: 1},
		model.Key{Name: "C", Serial: 2},
	)
	if got := w.gone(); got != (blackbird.Gone{Gone: 1, Live: 5, Released: 1}) {
		t.Errorf("gone: %+v", got)
	}
	h.assertCounts("removed", w.remove(), blackbird.Counts{Removed: 1, Updated: 2})
	h.Store.WantOrders(
		shop.Order{ID: "A", Serial: 1, Status: "partially_refunded", RefundedTotal: "1.00", PassID: 2},
		shop.Order{ID: "B", Serial: 6, Status: "completed", RefundedTotal: "0.00", PassID: 2},
		shop.Order{ID: "C", Serial: 1, Status: "completed", RefundedTotal: "0.00", PassID: 1},
		shop.Order{ID: "R", Serial: 1, Status: "removed", RefundedTotal: "0.00", PassID: 2},
		shop.Order{ID: "S", Serial: 1, Status: "refund", RefundedTotal: "0.00", PassID: 1},
	)
	if got := w.gone(); got != (blackbird.Gone{Gone: 0, Live: 4}) {
		t.Errorf("gone afterwards: %+v", got)
	}
	lower := sale("B", 300)
	lower.Serial = 6
	h.assertCounts("a ticket with the lowest serial of those listed takes the order over", w.orders(lower),
		blackbird.Counts{Read: 1, Updated: 1})
}

// testRemoveRefundsByTheThousand settles more orders than one statement names.
func testRemoveRefundsByTheThousand(t *testing.T, h *fixture) {
	w := h.writer(blackbird.Orders)
	const n = 1001
	var rows []blackbird.Order
	var keys []model.Key
	for i := range n {
		id := fmt.Sprintf("%04d", i)
		rows = append(rows, sale(id, 1000), refund("R"+id, id, -1000))
		keys = append(keys, model.Key{Name: id, Location: 1, Serial: 1})
	}
	h.assertCounts("merged", w.orders(rows...), blackbird.Counts{Read: 2 * n, Inserted: 2 * n})
	h.assertRows("refunded", h.rows("SELECT status, refunded_total, count(*) FROM orders GROUP BY 1, 2 ORDER BY 1"),
		[]string{fmt.Sprintf("refund|0.00|%d", n), fmt.Sprintf("refunded|10.00|%d", n)})
	k, err := w.NewKeys(t.Context())
	h.noError(err)
	for _, key := range keys {
		k.Add(key)
	}
	h.noError(k.Flush(t.Context()))
	h.assertCounts("removed", w.remove(), blackbird.Counts{Removed: n, Updated: n})
	h.assertRows("whole", h.rows("SELECT status, refunded_total, count(*) FROM orders GROUP BY 1, 2 ORDER BY 1"),
		[]string{fmt.Sprintf("completed|0.00|%d", n), fmt.Sprintf("removed|0.00|%d", n)})
}

// testRemovalsNeedKeys checks that streams whose rows are not removed by key say so.
func testRemovalsNeedKeys(t *testing.T, h *fixture) {
	w := h.writer(blackbird.Points)
	if _, err := w.CountGone(t.Context()); err == nil {
		t.Error("the points stream has counted removals")
	}
	if err := w.pass.RemoveGone(t.Context()); err == nil {
		t.Error("the points stream has removed rows")
	}
}
