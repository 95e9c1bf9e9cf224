package storetest

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/blackbirdctl/blackbirdctl/blackbird"
	"github.com/blackbirdctl/blackbirdctl/internal/model"
)

// saleTo is a sale to a customer.
func saleTo(id, customer string) blackbird.Order {
	o := sale(id, 1000)
	o.CustomerID = []byte(customer)
	return o
}

// history has five passes: orders A, B and N of no customer (1), customer 1 (2), customer 2 (3), order C of customer 2
// and another A (4), and a change of customer 1 (5).
func (h *fixture) history() {
	h.Helper()
	orders := h.writer(blackbird.Orders)
	orders.orders(saleTo("A", "1"), saleTo("B", "2"), sale("N", 1000))
	orders.end()
	customers := h.writer(blackbird.Customers)
	customers.customers(customer("1", "Ada"))
	customers.restart()
	customers.customers(customer("2", "Bob"))
	customers.end()
	orders = h.writer(blackbird.Orders)
	orders.orders(saleTo("C", "2"), with(saleTo("A", "1"), func(o *blackbird.Order) { o.Total = 2000 }),
		saleTo("B", "2"))
	orders.end()
	customers = h.writer(blackbird.Customers)
	customers.customers(customer("1", "Adele"), customer("2", "Bob"))
	customers.end()
}

// due lists what StageDue finds in a span, read in pages of a size.
func (w *writer) due(span blackbird.Span, limit int) (ids []string) {
	w.Helper()
	n, absent, err := w.StageDue(w.Context(), blackbird.Due{Span: span})
	w.noError(err)
	ids = idsOf(w.duePages(limit))
	if int(n) != len(ids) || absent != nil {
		w.Errorf("%d orders are due in %v, but %v are listed; absent %v", n, span, ids, absent)
	}
	return ids
}

// duePages reads the orders that were staged, page by page.
func (w *writer) duePages(limit int) (all []model.LedgerOrder) {
	w.Helper()
	for after := (*model.LedgerOrder)(nil); ; {
		orders, err := w.DuePage(w.Context(), after, limit)
		w.noError(err)
		if len(orders) > limit {
			w.Fatalf("a page of %d holds %d", limit, len(orders))
		}
		if len(orders) == 0 {
			return all
		}
		all = append(all, orders...)
		after = &orders[len(orders)-1]
	}
}

// allPages reads the orders of the customers after one. A customer is done when no more orders of theirs come,
// and not before.
func (w *writer) allPages(after string, limit int) (all []model.LedgerOrder) {
	w.Helper()
	done, last := map[string]bool{}, ""
	w.noError(w.Ledger(w.Context(), after, limit, func(page blackbird.LedgerPage) error {
		if len(page.Orders) > limit {
			w.Fatalf("%d orders come at once, at most %d were asked for", len(page.Orders), limit)
		}
		for _, o := range page.Orders {
			if done[o.CustomerID] {
				w.Errorf("an order of %q comes when he is done", o.CustomerID)
			}
		}
		all = append(all, page.Orders...)
		if page.Done != "" {
			done[page.Done], last = true, page.Done
		}
		return nil
	}))
	if len(all) > 0 && all[len(all)-1].CustomerID != last {
		w.Errorf("the last customer done is %q", last)
	}
	return all
}

func idsOf(orders []model.LedgerOrder) (ids []string) {
	for _, o := range orders {
		ids = append(ids, o.ID)
	}
	return ids
}

func testStageDue(_ *testing.T, h *fixture) {
	h.history()
	w := h.writer(blackbird.Points)
	for _, tc := range []struct {
		what string
		span blackbird.Span
		want []string
	}{
		{"all", spanOf(0, 99), []string{"N", "A", "B", "C"}},
		{"the orders that have stayed as they came", spanOf(0, 1), []string{"N", "B"}},
		{"orders of the first customer", spanOf(1, 2), []string{"A"}},
		{"orders of the second customer", spanOf(2, 3), []string{"B", "C"}},
		{"changed and new orders", spanOf(3, 4), []string{"A", "C"}},
		{"a change of a customer", spanOf(4, 5), nil},
		{"nothing", spanOf(5, 99), nil},
		{"an empty span", spanOf(1, 1), nil},
		{"new customers and changed orders", spanOf(2, 4), []string{"A", "B", "C"}},
	} {
		for _, limit := range []int{1, 2, 100} {
			h.assertRows(tc.what, w.due(tc.span, limit), tc.want)
		}
	}
	for _, limit := range []int{1, 2, 100} {
		h.assertRows("all orders of customers", idsOf(w.allPages("", limit)), []string{"A", "B", "C"})
	}
}

func testLedgerPage(t *testing.T, h *fixture) {
	h.history()
	w := h.writer(blackbird.Points)
	w.lines(
		line("A", 2, -5),
		line("A", 1, 20),
		line("C", 1, 3),
		line("N", 1, 1),
		line("gone", 1, 1),
		lineOf("2", "B", 10, 4),
		lineOf("2", "B", 9, 4),
	)
	_, _, err := w.StageDue(t.Context(), blackbird.Due{Span: spanOf(0, 99)})
	h.noError(err)
	of := func(o blackbird.Order, known bool, lines ...model.LedgerLine) model.LedgerOrder {
		for i := range lines {
			l := &lines[i]
			*l = model.LedgerLine{CustomerID: l.CustomerID, Revision: l.Revision, PassID: w.pass.ID, Points: l.Points,
				Rate: l.Rate, Multiplier: l.Multiplier, Terms: l.Terms}
		}
		return model.LedgerOrder{
			ID: string(o.ID), CustomerID: string(o.CustomerID), Status: o.Status, Subtotal: o.Subtotal, Total: o.Total,
			LocationID: 1, OrderedAt: noon, Known: known, Lines: lines,
		}
	}
	changed := with(saleTo("A", "1"), func(o *blackbird.Order) { o.Total = 2000 })
	of1 := []model.LedgerOrder{of(changed, true, line("A", 1, 20), line("A", 2, -5))}
	of2 := []model.LedgerOrder{
		of(saleTo("B", "2"), true, lineOf("2", "B", 9, 4), lineOf("2", "B", 10, 4)),
		of(saleTo("C", "2"), true, line("C", 1, 3)),
	}
	all := slices.Concat([]model.LedgerOrder{of(sale("N", 1000), false, line("N", 1, 1))}, of1, of2)
	for _, limit := range []int{1, 2, 3, 9} {
		h.assertSame("all orders", w.allPages("", limit), all)
		h.assertSame("orders that are due", w.duePages(limit), all)
		h.assertSame("after the first customer", w.allPages("1", limit), of2)
		h.assertSame("no more", w.allPages("2", limit), []model.LedgerOrder(nil))
	}
}

// testReadRefunds: an order comes with the tickets that refund it, and a ticket that changes lists the order again.
func testReadRefunds(t *testing.T, h *fixture) {
	orders := h.writer(blackbird.Orders)
	orders.orders(saleTo("A", "1"), saleTo("B", "1"), refund("R", "A", -400), refund("S", "A", -250))
	orders.restart()
	orders.orders(with(refund("S", "A", -250), func(o *blackbird.Order) { o.OrderedAt = noon.Add(time.Hour) }))
	orders.end()
	w := h.writer(blackbird.Points)
	_, _, err := w.StageDue(t.Context(), blackbird.Due{Span: spanOf(1, 2), Whole: true})
	h.noError(err)
	page := w.duePages(9)
	h.noError(w.ReadRefunds(t.Context(), page))
	got := make(map[string][]model.TicketRefund)
	for _, o := range page {
		got[o.ID] = o.Refunds
	}
	h.assertSame("refunds", got, map[string][]model.TicketRefund{
		"A": {{At: noon, Amount: 400}, {At: noon.Add(time.Hour), Amount: 250}}, "B": nil, "S": nil,
	})
}

// testDueOrdersThatMove: while the orders that are due are read page by page, an orders pass gives the last one of a
// page to another customer and another time. Each is read once, as it was listed, and none is passed over.
func testDueOrdersThatMove(t *testing.T, h *fixture) {
	for _, move := range []struct{ customer, at string }{{"0", "2020-01-01T00:00:00Z"}, {"9", "2030-01-01T00:00:00Z"}} {
		var sold []blackbird.Order
		var want []string
		for i := range 6 {
			id := fmt.Sprintf("%s-%d", move.customer, i)
			sold, want = append(sold, saleTo(id, fmt.Sprintf("C%d", i/2))), append(want, id)
		}
		orders := h.writer(blackbird.Orders)
		orders.orders(sold...)
		orders.end()
		w := h.writer(blackbird.Points)
		_, _, err := w.StageDue(t.Context(), blackbird.Due{Orders: want})
		h.noError(err)
		for after, read := (*model.LedgerOrder)(nil), 0; read <= len(want); read++ {
			h.exec(
				`UPDATE orders SET customer_id = $1, ordered_at = $2 WHERE order_id = $3`,
				move.customer,
				move.at,
				want[min(read, len(want)-1)],
			)
			page, err := w.DuePage(t.Context(), after, 1)
			h.noError(err)
			if len(page) == 0 {
				h.assertRows("orders that came before the end", want[:read], want)
				break
			}
			if read == len(want) {
				t.Fatalf("%s comes again", page[0].ID)
			}
			h.assertRows("order", idsOf(page), want[read:read+1])
			after = &page[0]
		}
	}
}

// testStageNamed: what a person names is listed, with all other orders of its customers where that is asked for; what
// there is none of is returned.
func testStageNamed(t *testing.T, h *fixture) {
	h.history()
	w := h.writer(blackbird.Points)
	w.lines(lineOf("1", "B", 1, 4))
	for _, tc := range []struct {
		what   string
		due    blackbird.Due
		want   []string
		absent []string
	}{
		{"an order", blackbird.Due{Orders: []string{"B", "unheard-of"}}, []string{"B"}, []string{"unheard-of"}},
		{
			"a customer, and one of their orders", blackbird.Due{Orders: []string{"B"}, Customers: []string{"2", "9"}},
			[]string{"B", "C"}, []string{"9"},
		},
		{
			"all of those whom an order concerns", blackbird.Due{Orders: []string{"B"}, Whole: true},
			[]string{"A", "B", "C"}, nil,
		},
		{"an order without a customer", blackbird.Due{Orders: []string{"N"}, Whole: true}, []string{"N"}, nil},
	} {
		_, absent, err := w.StageDue(t.Context(), tc.due)
		h.noError(err)
		h.assertRows(tc.what, idsOf(w.duePages(2)), tc.want)
		h.assertRows(tc.what+": absent", absent, tc.absent)
	}
}
