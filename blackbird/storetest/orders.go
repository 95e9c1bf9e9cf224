package storetest

import (
	"bytes"
	"fmt"
	"testing"
	"time"

	"github.com/blackbirdctl/blackbirdctl/blackbird"
	"github.com/blackbirdctl/blackbirdctl/internal/model"
	"github.com/blackbirdctl/blackbirdctl/internal/test/shop"
)

const orderRows = `SELECT order_id, order_serial, status, total, own_refund, refund_of, refunded_total, pass_id
	FROM orders ORDER BY order_id`

func testMergeOrders(_ *testing.T, h *fixture) {
	w := h.writer(blackbird.Orders)
	a := blackbird.Order{
		ID: []byte("A"), Serial: 5, CustomerID: []byte("1"), LocationID: 2, Status: model.OrderCompleted,
		Subtotal: 1000, Tax: 131, Total: 1131,
		Contact: model.Contact{
			FirstName: []byte("Ada"),
			LastName:  []byte("Example"),
			Email:     []byte("ada@example.com"),
			Phone:     []byte("1"),
		},
		OrderedAt: noon.Add(123456789 * time.Nanosecond),
	}
	b := sale("B", -5)
	b.Status, b.Tax, b.OwnRefund = model.OrderVoided, 1, -3
	h.assertCounts("new", w.orders(a, b), blackbird.Counts{Read: 2, Inserted: 2})
	h.assertRows(
		"new",
		h.rows("SELECT * FROM orders ORDER BY order_id")[:1],
		h.rows(`SELECT 'main', 'A', 5, '1', 'Ada', 'Example',
		'ada@example.com', '1', 2, 'completed', '10.00', '1.31', '11.31', '0.00', NULL, '0.00', ordered_at, 1,
		updated_at, NULL FROM orders WHERE order_id = 'A'`),
	)
	h.assertRows(
		"time",
		h.rows("SELECT ordered_at FROM orders WHERE order_id = 'A'"),
		[]string{"2026-03-01T12:00:00.123456Z"},
	)
	h.assertRows("odd money", h.rows(orderRows)[1:], []string{"B|1|voided|-0.05|-0.03|-|0.03|1"})
	w.restart()
	before := h.dump("orders")
	h.assertCounts("the same", w.orders(a, b), blackbird.Counts{Read: 2, Unchanged: 2})
	h.assertRows("the same", h.dump("orders"), before)
	a.Contact.Phone = nil
	h.assertCounts("one changed", w.orders(a, b), blackbird.Counts{Read: 2, Updated: 1, Unchanged: 1})
	h.Store.WantOrders(
		shop.Order{ID: "A", PassID: 2},
		shop.Order{ID: "B", PassID: 1},
	)
}

// testEachOrderColumnCounts changes one column after the other and sees each change written, once.
func testEachOrderColumnCounts(_ *testing.T, h *fixture) {
	h.comparingOrNot(blackbird.Orders, func(w *writer, id string) {
		o := sale(id, 1000)
		w.orders(o)
		text := []byte("x")
		for i, change := range []func(){
			func() { o.Serial = 2 }, func() { o.CustomerID = text }, func() { o.CustomerID = nil },
			func() { o.Contact.FirstName = text },
			func() { o.Contact.LastName = text }, func() { o.Contact.Email = text }, func() { o.Contact.Phone = text },
			func() { o.Contact.Phone = []byte("") }, func() { o.Contact.Phone = nil },
			func() { o.Status = model.OrderOpen },
			func() { o.Subtotal++ }, func() { o.Tax++ }, func() { o.Total++ }, func() { o.OwnRefund++ },
			func() { o.OrderedAt = noon.Add(time.Second) }, func() { o.OrderedAt = noon.Add(time.Microsecond) },
			func() { o.Status = model.OrderCompleted }, func() { o.Status, o.RefundOf = model.OrderRefund, text },
			func() { o.RefundOf = []byte("y") }, func() { o.RefundOfLocation = &o.Serial },
			func() { o.RefundOfLocation = nil },
		} {
			change()
			h.assertCounts(fmt.Sprintf("%s: change %d", id, i), w.orders(o), blackbird.Counts{Read: 1, Updated: 1})
			h.assertCounts(fmt.Sprintf("%s: again %d", id, i), w.orders(o), blackbird.Counts{Read: 1, Unchanged: 1})
		}
	})
}

// comparingOrNot runs a check in a pass that sends all rows, and in one that first asks what the store has. Each has an
// id for the row that it works on.
func (h *fixture) comparingOrNot(stream *blackbird.Stream, check func(w *writer, id string)) {
	h.Helper()
	w := h.writer(stream)
	check(w, "sent")
	w.pass.ExpectUnchanged()
	check(w, "compared")
}

// testHigherSerialCounts merges two tickets of one number in either order.
func testHigherSerialCounts(_ *testing.T, h *fixture) {
	w := h.writer(blackbird.Orders)
	low, high := sale("A", 100), sale("A", 200)
	high.Serial = 2
	w.orders(low)
	h.assertCounts("higher after lower", w.orders(high), blackbird.Counts{Read: 1, Updated: 1})
	h.assertCounts("lower after higher", w.orders(low), blackbird.Counts{Read: 1, Unchanged: 1})
	lower := shop.Order{
		ID: "A", Serial: 1, Status: "completed", Total: "1.00", OwnRefund: "0.00", RefundOf: shop.Null,
		RefundedTotal: "0.00", PassID: 1,
	}
	higher := lower
	higher.Serial, higher.Total = 2, "2.00"
	h.Store.WantOrders(higher)
	b := w.pass.NewBatch()
	b.Read = 1
	b.MarkOutOfScope(model.Key{Name: string(low.ID), Location: 1, Serial: low.Serial})
	h.assertCounts("the lower moves", w.merge(w.pass.MergeOrders, b), blackbird.Counts{Read: 1})
	h.Store.WantOrders(higher)
	b.Reset()
	b.Read = 1
	b.MarkOutOfScope(model.Key{Name: string(high.ID), Location: 1, Serial: high.Serial})
	h.assertCounts("the higher moves", w.merge(w.pass.MergeOrders, b), blackbird.Counts{Read: 1, Removed: 1})
	h.assertCounts("then the lower counts", w.orders(low), blackbird.Counts{Read: 1, Updated: 1})
	h.Store.WantOrders(lower)
}

// testHigherSerialCountsInABatch gives rows of one id to one batch: those that give way count as read, and as nothing
// changed.
func testHigherSerialCountsInABatch(_ *testing.T, h *fixture) {
	w := h.writer(blackbird.Orders)
	serial := func(id string, serial int64, total model.Cents) blackbird.Order {
		o := sale(id, total)
		o.Serial = serial
		return o
	}
	h.assertCounts(
		"new",
		w.orders(
			serial("A\t\\", 1, 100),
			serial("B", 2, 200),
			serial("A\t\\", 3, 300),
			serial("A\t\\", 2, 400),
			serial("C", 4, 500),
		),
		blackbird.Counts{Read: 5, Inserted: 3, Unchanged: 2},
	)
	h.Store.WantOrders(
		shop.Order{Serial: 3, Total: "3.00"},
		shop.Order{Serial: 2, Total: "2.00"},
		shop.Order{Serial: 4, Total: "5.00"},
	)
	// The only row of a block gives way, and so does a batch's last.
	long := serial("D", 1, 100)
	long.Contact.FirstName = bytes.Repeat([]byte("x"), 32<<10)
	h.assertCounts(
		"a block's only row",
		w.orders(long, long, serial("D", 2, 600)),
		blackbird.Counts{Read: 3, Inserted: 1, Unchanged: 2},
	)
	h.assertRows(
		"a block's only row",
		h.rows("SELECT order_serial, total FROM orders WHERE order_id = 'D'"),
		[]string{"2|6.00"},
	)
}

// testUnchangedOrderKeepsItsRefunds merges a refunded order again as the till has it: completed.
func testUnchangedOrderKeepsItsRefunds(_ *testing.T, h *fixture) {
	w := h.writer(blackbird.Orders)
	w.orders(sale("A", 1000), refund("R", "A", -400))
	h.Store.WantOrders(
		shop.Order{ID: "A", Serial: 1, Status: "partially_refunded", Total: "10.00", OwnRefund: "0.00",
			RefundedTotal: "4.00", PassID: 1},
		shop.Order{ID: "R", Serial: 1, Status: "refund", Total: "-4.00", OwnRefund: "0.00", RefundOf: "A",
			RefundedTotal: "0.00", PassID: 1},
	)
	w.restart()
	before := h.dump("orders")
	h.assertCounts(
		"again, both",
		w.orders(sale("A", 1000), refund("R", "A", -400)),
		blackbird.Counts{Read: 2, Unchanged: 2},
	)
	h.assertCounts("again, the sale", w.orders(sale("A", 1000)), blackbird.Counts{Read: 1, Unchanged: 1})
	h.assertCounts("again, the refund", w.orders(refund("R", "A", -400)), blackbird.Counts{Read: 1, Unchanged: 1})
	h.assertRows("untouched", h.dump("orders"), before)
}

// testOrdersOutOfScope takes an order out, and a refund, whose sale is then whole again.
func testOrdersOutOfScope(_ *testing.T, h *fixture) {
	w := h.writer(blackbird.Orders)
	w.orders(sale("A", 1000), refund("R", "A", -400), sale("B", 500))
	w.restart()
	b := w.pass.NewBatch()
	b.Read = 2
	b.MarkOutOfScope(model.Key{Name: "R", Location: 1, Serial: 1})
	b.MarkOutOfScope(model.Key{Name: "B", Location: 1, Serial: 7})
	h.assertCounts("out of scope", w.merge(w.pass.MergeOrders, b), blackbird.Counts{Read: 2, Removed: 1, Updated: 1})
	h.Store.WantOrders(
		shop.Order{ID: "A", Status: "completed", RefundedTotal: "0.00", PassID: 2},
		shop.Order{ID: "B", Status: "completed", RefundedTotal: "0.00", PassID: 1},
		shop.Order{ID: "R", Status: "removed", RefundedTotal: "0.00", PassID: 2},
	)
	h.assertCounts("out of scope again", w.merge(w.pass.MergeOrders, b), blackbird.Counts{Read: 2})
	h.assertCounts("and back", w.orders(refund("R", "A", -400)), blackbird.Counts{Read: 1, Updated: 2})
	h.Store.WantOrders(
		shop.Order{ID: "A", Status: "partially_refunded", RefundedTotal: "4.00"},
		shop.Order{ID: "B", Status: "completed", RefundedTotal: "0.00"},
		shop.Order{ID: "R", Status: "refund", RefundedTotal: "0.00"},
	)
}

func testMergeContacts(_ *testing.T, h *fixture) {
	w := h.writer(blackbird.Orders)
	var orders []blackbird.Order
	for i, customer := range []string{"1", "1", "2", ""} {
		o := sale(fmt.Sprint("O", i), 100)
		if customer != "" {
			o.CustomerID, o.Contact.FirstName = []byte(customer), []byte("Ada")
		}
		orders = append(orders, o)
	}
	orders[1].Contact.LastName = []byte("Example")
	w.orders(orders...)
	w.restart()
	b := w.pass.NewBatch()
	b.AddContact([]byte("1"), &model.Contact{FirstName: []byte("Ada"), LastName: []byte("Example")})
	b.AddContact([]byte("2"), &model.Contact{FirstName: []byte("Ada")})
	b.AddContact([]byte("3"), &model.Contact{FirstName: []byte("Cy")})
	h.assertCounts("contacts", w.merge(w.pass.MergeContacts, b), blackbird.Counts{Updated: 1})
	h.Store.WantOrders(
		shop.Order{ID: "O0", FirstName: "Ada", LastName: "Example", PassID: 2},
		shop.Order{ID: "O1", FirstName: "Ada", LastName: "Example", PassID: 1},
		shop.Order{ID: "O2", FirstName: "Ada", PassID: 1},
		shop.Order{ID: "O3", PassID: 1},
	)
	before := h.dump("orders")
	h.assertCounts("again", w.merge(w.pass.MergeContacts, b), blackbird.Counts{})
	h.assertRows("again", h.dump("orders"), before)
	h.assertCounts("none", w.merge(w.pass.MergeContacts, w.pass.NewBatch()), blackbird.Counts{})
}

// testCompareSendsNothing checks that what the store holds is found there, whatever its text, and that PostgreSQL is
// not even sent it.
func testCompareSendsNothing(t *testing.T, h *fixture) {
	w := h.writer(blackbird.Orders)
	fill := func() *blackbird.Batch {
		b := w.pass.NewBatch()
		for _, text := range awkward {
			o := sale(text+"#", -12345)
			o.CustomerID, o.Contact.FirstName, o.OwnRefund = nil, []byte(text), 12
			if !b.AddOrder(&o) {
				t.Fatalf("the batch refused %q", text)
			}
			b.Read++
		}
		return b
	}
	rows := int64(len(awkward))
	h.assertCounts("new", w.merge(w.pass.MergeOrders, fill()), blackbird.Counts{Read: rows, Inserted: rows})
	w.pass.ExpectUnchanged()
	b := fill()
	h.assertCounts("again", w.merge(w.pass.MergeOrders, b), blackbird.Counts{Read: rows, Unchanged: rows})
	if h.postgres() && b.Rows() != 0 {
		t.Errorf("%d rows were sent", b.Rows())
	}
}

// testOrdersOfTwoLocations: an id is an order of its own at each location, in merges, refunds, removals and the ledger.
func testOrdersOfTwoLocations(t *testing.T, h *fixture) {
	at := func(location int64, o blackbird.Order) blackbird.Order {
		o.LocationID = location
		return o
	}
	w := h.writer(blackbird.Orders)
	rows := []blackbird.Order{
		sale("A", 1000), at(2, sale("A", 2000)), sale("B", 3000),
		refund("R", "A", -100), at(2, refund("R", "A", -200)),
		// Elsewhere only one order has the id B, and two have A.
		at(2, refund("S", "B", -300)), at(3, refund("T", "A", -400)),
	}
	want := []shop.Order{
		{ID: "A", Location: "1", Status: "partially_refunded", RefundedTotal: "1.00"},
		{ID: "A", Location: "2", Status: "partially_refunded", RefundedTotal: "2.00"},
		{ID: "B", Location: "1", Status: "partially_refunded", RefundedTotal: "3.00"},
		{ID: "R", Location: "1", Status: "refund", RefundedTotal: "0.00"},
		{ID: "R", Location: "2", Status: "refund", RefundedTotal: "0.00"},
		{ID: "S", Location: "2", Status: "refund", RefundedTotal: "0.00"},
		{ID: "T", Location: "3", Status: "refund", RefundedTotal: "0.00"},
	}
	h.assertCounts("new", w.orders(rows...), blackbird.Counts{Read: 7, Inserted: 7})
	h.Store.WantOrders(want...)
	w.pass.ExpectUnchanged()
	h.assertCounts("again", w.orders(rows...), blackbird.Counts{Read: 7, Unchanged: 7})

	w.list(model.Key{Name: "A", Location: 2, Serial: 1}, model.Key{Name: "B", Serial: 1},
		model.Key{Name: "R", Serial: 1}, model.Key{Name: "R", Location: 2, Serial: 1},
		model.Key{Name: "S", Location: 2, Serial: 1}, model.Key{Name: "T", Location: 3, Serial: 1})
	// With the one of location 1 gone, all refunds of A are of the other.
	h.assertCounts("one gone", w.remove(), blackbird.Counts{Removed: 1, Updated: 1})
	want[0].Status, want[1].RefundedTotal = "removed", "7.00"
	h.Store.WantOrders(want...)
	w.end()

	points := h.writer(blackbird.Points)
	lines := []model.LedgerLine{line("A", 1, 10), line("A", 1, 20)}
	lines[1].LocationID = 2
	points.lines(lines...)
	h.Store.WantLedger(
		shop.LedgerLine{Customer: "C", Order: "A", Location: 1, Revision: 1, Points: 10},
		shop.LedgerLine{Customer: "C", Order: "A", Location: 2, Revision: 1, Points: 20},
	)
	h.Store.WantBalance("C", 30)
	explained, err := h.open(storeID).Explain(t.Context(), "A")
	h.noError(err)
	if len(explained) != 2 || len(explained[0].Lines) != 1 || explained[1].Lines[0].Points != 20 {
		t.Errorf("explained: %+v", explained)
	}
}
