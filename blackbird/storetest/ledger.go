package storetest

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"github.com/blackbirdctl/blackbirdctl/blackbird"
	"github.com/blackbirdctl/blackbirdctl/internal/model"
	"github.com/blackbirdctl/blackbirdctl/internal/test/shop"
)

// line is a ledger line of an order; its customer is C.
func line(order string, revision, points int64) model.LedgerLine {
	return model.LedgerLine{
		Source: model.SourceOrder, SourceID: order, LocationID: 1, CustomerID: "C", Revision: revision,
		Kind: model.LineAward, Points: points,
		EffectiveAt: noon, BasisAmount: 2046,
		Rate: decimal.New(15, -1), Multiplier: decimal.New(2, 0), Rule: "total", Terms: `{"basis": "total"}`,
	}
}

func lineOf(customer, order string, revision, points int64) model.LedgerLine {
	l := line(order, revision, points)
	l.CustomerID = customer
	return l
}

// enrollmentOf is a ledger line of a customer's enrollment.
func enrollmentOf(customer string, revision, points int64) model.LedgerLine {
	return without(model.LineEnrollment, customer, customer, revision, points)
}

// without is a ledger line without an order.
func without(kind model.LineKind, id, customer string, revision, points int64) model.LedgerLine {
	l := lineOf(customer, id, revision, points)
	l.Source, l.LocationID, l.Kind, l.Terms = model.SourceKind(kind), 0, kind, "{}"
	return l
}

func (w *writer) lines(lines ...model.LedgerLine) {
	w.Helper()
	w.noError(w.pass.MergeLines(w.Context(), lines, blackbird.Counts{Read: int64(len(lines))}))
}

func testMergeLines(t *testing.T, h *fixture) {
	w := h.writer(blackbird.Points)
	w.lines(line("A", 1, 20), line("B", 1, 5), lineOf("D", "E", 1, 7))
	h.assertRows(
		"ledger",
		h.rows(`SELECT customer_id, order_id, revision, kind, points, basis_amount, rate, multiplier, rule, pass_id
		FROM points_ledger ORDER BY order_id`),
		[]string{
			"C|A|1|award|20|20.46|1.5000|2.0000|total|1", "C|B|1|award|5|20.46|1.5000|2.0000|total|1",
			"D|E|1|award|7|20.46|1.5000|2.0000|total|1",
		},
	)
	h.Store.WantBalances(
		shop.Balance{Customer: "C", Balance: 25, Lifetime: 25},
		shop.Balance{Customer: "D", Balance: 7, Lifetime: 7},
	)
	before := h.dump("points_balances")
	w.lines(line("A", 2, -20), line("A", 3, 8), lineOf("F", "A", 4, 100))
	h.Store.WantBalances(
		shop.Balance{Customer: "C", Balance: 13, Lifetime: 13},
		shop.Balance{Customer: "D", Balance: 7, Lifetime: 7},
		shop.Balance{Customer: "F", Balance: 100, Lifetime: 100},
	)
	if after := h.dump("points_balances"); !h.postgres() && len(after) != 3 ||
		h.postgres() && after[0] != before[1] && after[0] != before[0] && after[1] != before[1] {
		t.Errorf("balances were %q and are %q", before, after)
	}
	w.lines()
	h.assertCounts("counts are the caller's", w.pass.Counts, blackbird.Counts{Read: 6})
	h.assertBalances()
}

// assertBalances checks that every balance is the sum of its ledger lines.
func (h *fixture) assertBalances() {
	h.Helper()
	h.assertRows(
		"balances against the ledger",
		h.rows("SELECT store_id, customer_id, balance FROM points_balances ORDER BY 1, 2"),
		h.rows("SELECT store_id, customer_id, CAST(sum(points) AS bigint) FROM "+
			"points_ledger GROUP BY 1, 2 ORDER BY 1, 2"),
	)
}

// testStagedLines: lines that wait change nothing but what expiries are derived from, until they are merged together.
func testStagedLines(_ *testing.T, h *fixture) {
	points := func() []string { return slices.Concat(h.dump("points_ledger"), h.dump("points_balances")) }
	for _, dryRun := range []bool{true, false} {
		w := h.writerOf(storeID, blackbird.Points, dryRun)
		before := points()
		h.noError(w.pass.StageLines(w.Context(), []model.LedgerLine{line("A", 1, 20), lineOf("D", "B", 1, 7)}))
		h.noError(w.pass.StageLines(w.Context(), []model.LedgerLine{enrollmentOf("E", 1, 5), line("A", 2, -5)}))
		h.noError(w.StageBalances(w.Context(), blackbird.DueBalances{Inactive: noon}))
		for _, listed := range []bool{false, true} {
			sums := make(map[string]int64)
			h.noError(w.BalanceEvents(w.Context(), listed, func(events []model.BalanceEvent) error {
				for _, e := range events {
					sums[e.CustomerID] += e.Points
				}
				return nil
			}))
			h.assertSame("events", sums, map[string]int64{"C": 15, "D": 7, "E": 5})
		}
		h.assertRows("the store", points(), before)
		h.noError(w.pass.MergeStaged(w.Context(), blackbird.Counts{Inserted: 4}))
		h.assertCounts("counts", w.pass.Counts, blackbird.Counts{Inserted: 4})
		if dryRun {
			h.assertRows("after a dry run", points(), before)
		}
		w.end()
	}
	h.assertRows("ledger", h.rows(`SELECT customer_id, COALESCE(order_id, '-'), source_kind, source_id, revision,
			points, basis_amount, rate, terms
		FROM points_ledger ORDER BY customer_id, revision`), []string{
		`C|A|order|A|1|20|20.46|1.5000|{"basis": "total"}`, `C|A|order|A|2|-5|20.46|1.5000|{"basis": "total"}`,
		`D|B|order|B|1|7|20.46|1.5000|{"basis": "total"}`, "E|-|enrollment|E|1|5|20.46|1.5000|{}",
	})
	h.Store.WantBalances(
		shop.Balance{Customer: "C", Balance: 15, Lifetime: 15}, shop.Balance{Customer: "D", Balance: 7, Lifetime: 7},
		shop.Balance{Customer: "E", Balance: 5},
	)
}

// testPrograms: versions of the rules come as they were added, the oldest first, and none twice.
func testPrograms(t *testing.T, h *fixture) {
	w := h.writer(blackbird.Points)
	want := []blackbird.Program{
		{Version: 1, Rules: `{"rate": "1"}`, FirstPassID: w.pass.ID},
		{Version: 2, EffectiveFrom: blackbird.UTCTime{Time: noon}, Rules: `{"rate": "2"}`, FirstPassID: w.pass.ID},
	}
	for i := range want {
		h.noError(w.pass.AddProgram(t.Context(), &want[i]))
	}
	if err := w.pass.AddProgram(t.Context(), &want[1]); blackbird.ErrorKind(err) != model.DBErrorDuplicate {
		t.Errorf("a version is added twice: %v", err)
	}
	h.noError(w.pass.JudgedAll(t.Context(), 2))
	want[1].FullPassID = w.pass.ID
	got, err := h.open(storeID).Programs(t.Context())
	h.noError(err)
	for i := range got {
		if got[i].CreatedAt.IsZero() {
			t.Errorf("version %d has no time", got[i].Version)
		}
		got[i].CreatedAt = blackbird.UTCTime{}
	}
	h.assertSame("programs", got, want)
}

// testCheckBalances: balances that are missing, wrong or of nothing are reported, and become the sums of their lines.
func testCheckBalances(_ *testing.T, h *fixture) {
	w := h.writer(blackbird.Points)
	adjusted := without(model.LineAdjustment, "1", "D", 1, 3)
	w.lines(line("A", 1, 20), lineOf("D", "E", 1, 7), adjusted, lineOf("F", "G", 1, 1), lineOf("H", "H", 1, 0))
	h.exec("DELETE FROM points_balances WHERE customer_id = 'C'")
	h.exec("UPDATE points_balances SET balance = 11 WHERE customer_id = 'D'")
	h.exec("DELETE FROM points_ledger WHERE customer_id = 'F'")
	var found []blackbird.Difference
	w.pass.Watch(func(d ...blackbird.Difference) { found = append(found, d...) })
	h.noError(w.pass.CheckBalances(w.Context(), 9, nil))
	h.assertSame("differences", found, []blackbird.Difference{
		{Key: "customer C", Kind: blackbird.Missing},
		{Key: "customer D", Kind: blackbird.Differs, Fields: []string{"balance"}},
		{Key: "customer F", Kind: blackbird.Differs, Fields: []string{"balance", "lifetime"}},
	})
	h.Store.WantBalances(
		shop.Balance{Customer: "C", Balance: 20, Lifetime: 20}, shop.Balance{Customer: "D", Balance: 10, Lifetime: 7},
		shop.Balance{Customer: "F"}, shop.Balance{Customer: "H"},
	)
	found = nil
	h.noError(w.pass.CheckBalances(w.Context(), 9, nil))
	h.assertSame("no more differences", found, []blackbird.Difference(nil))

	// The ledger lacks what was taken off it; a balance that differs by anything else was changed itself.
	h.exec("UPDATE points_ledger SET points = points - 4 WHERE customer_id IN ('C', 'D')")
	h.noError(w.pass.CheckBalances(w.Context(), 9, map[string]int64{"C": 4, "D": 3}))
	h.assertSame("differences of the ledger", found, []blackbird.Difference{
		{Key: "customer C", Kind: blackbird.Differs, Fields: []string{"ledger"}},
		{Key: "customer D", Kind: blackbird.Differs, Fields: []string{"balance", "lifetime"}},
	})
}

// testUnknownOrders: orders that the store does not have are found by their ledger lines, each with all of them.
func testUnknownOrders(_ *testing.T, h *fixture) {
	h.fillOrders(h.writer(blackbird.Orders))
	w := h.writer(blackbird.Points)
	elsewhere := lineOf("D", "A", 1, 8)
	elsewhere.LocationID = 2
	w.lines(lineOf("1", "A", 1, 20), lineOf("1", "X", 1, 5), lineOf("2", "X", 2, -1), elsewhere,
		enrollmentOf("1", 1, 9))
	got, err := w.UnknownOrders(h.Context())
	h.noError(err)
	var found []string
	for _, o := range got {
		for _, l := range o.Lines {
			found = append(found, fmt.Sprintf("%s %d %s %d %d %t",
				o.ID, o.LocationID, l.CustomerID, l.Revision, l.Points, l.EffectiveAt.Equal(noon)))
		}
	}
	h.assertRows("lines", found, []string{"A 2 D 1 8 true", "X 1 1 1 5 true", "X 1 2 2 -1 true"})
}

// testNoDoubleAward repeats a revision, as two passes that both saw an order undone would, among lines that are new.
func testNoDoubleAward(t *testing.T, h *fixture) {
	w := h.writer(blackbird.Points)
	w.lines(line("A", 1, 20), line("B", 1, 5))
	for i, lines := range [][]model.LedgerLine{
		{line("A", 1, 20)},
		{line("X", 1, 1), line("B", 1, 6)},
		{lineOf("someone else", "A", 1, 20)},
		{line("Y", 1, 1), line("Y", 1, 1)},
	} {
		before := h.dumpAll()
		if err := w.pass.MergeLines(t.Context(), lines, blackbird.Counts{Read: 1}); err == nil {
			t.Errorf("merge %d: a repeated revision was taken", i)
		}
		h.assertUnwritten(before)
	}
	w.lines(line("A", 2, -20))
	h.Store.WantBalances(shop.Balance{Customer: "C", Balance: 5, Lifetime: 5})
	h.assertBalances()
}

func testSettledPass(t *testing.T, h *fixture) {
	w := h.writer(blackbird.Points)
	settled := func(what string, want int64) {
		t.Helper()
		got, err := w.SettledPass(t.Context())
		h.noError(err)
		if got != want {
			t.Errorf("%s: %d, want %d", what, got, want)
		}
	}
	settled("its own pass runs", 1)
	h.writerOf("other", blackbird.Orders, false)
	settled("another store's pass runs", 1)
	products := h.writer(blackbird.Products)
	settled("a products pass runs", 2)
	orders := h.writer(blackbird.Orders)
	settled("an orders pass runs", 2)
	customers := h.writer(blackbird.Customers)
	settled("a customers pass runs too", 2)
	orders.finish()
	settled("the orders pass has ended", 3)
	h.noError(customers.pass.Finish(t.Context(), blackbird.StatusFailed, "", nil))
	settled("the customers pass has failed", 4)
	h.begin(orders.Session)
	settled("the next orders pass runs", 4)
	h.begin(orders.Session)
	settled("it died, and the next one runs", 5)
	products.finish()
	settled("the products pass has ended", 5)
}

// testSettledPassOfNothing asks a store in which no pass ever began.
func testSettledPassOfNothing(t *testing.T, h *fixture) {
	x, err := h.open(storeID).Session(t.Context(), blackbird.Points, false)
	h.noError(err)
	defer x.Close()
	if id, err := x.SettledPass(t.Context()); id != 0 || err != nil {
		t.Errorf("settled pass is %d, %v", id, err)
	}
}

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
