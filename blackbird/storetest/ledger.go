package storetest

import (
	"fmt"
	"slices"
	"testing"

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
