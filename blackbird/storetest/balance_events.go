package storetest

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/blackbirdctl/blackbirdctl/blackbird"
	"github.com/blackbirdctl/blackbirdctl/internal/model"
)

// accounts are what there is of customers: one who bought and got points, one whose order went to another, one with
// points for being one, one without anything.
func (h *fixture) accounts() *writer {
	h.Helper()
	h.history()
	customers := h.writer(blackbird.Customers)
	customers.customers(customer("1", "Adele"), customer("2", "Bob"), customer("new", "Cleo"))
	customers.end()
	w := h.writer(blackbird.Points)
	w.lines(
		lineOf("1", "A", 1, 20),
		lineOf("1", "B", 1, 7),
		lineOf("1", "B", 2, -7),
		lineOf("2", "B", 3, 7),
		enrollmentOf("1", 1, 5),
		enrollmentOf("1", 2, 2),
	)
	return w
}

// testBalanceEvents: streamed or looked up page by page, what there is of each customer comes together, and is the
// same.
func testBalanceEvents(t *testing.T, h *fixture) {
	w := h.accounts()
	list := func(read func(func([]model.BalanceEvent) error) error) (lines []string) {
		seen := map[string]bool{}
		h.noError(read(func(of []model.BalanceEvent) error {
			if seen[of[0].CustomerID] {
				t.Errorf("%s comes twice", of[0].CustomerID)
			}
			seen[of[0].CustomerID] = true
			for _, s := range of {
				lines = append(
					lines,
					fmt.Sprintf("%s %s %d %s %t %q %d", s.CustomerID, s.Kind, s.Points, s.At.Format(time.DateOnly),
						s.Active, s.SourceID, s.Revision),
				)
			}
			return nil
		}))
		slices.Sort(lines)
		return lines
	}
	want := []string{
		`1 award -7 2026-03-01 false "" 0`, `1 award 20 2026-03-01 true "" 0`,
		`1 award 7 2026-03-01 false "" 0`,
		`1 enrollment 2 2026-03-01 false "1" 2`,
		`1 enrollment 5 2026-03-01 false "1" 1`,
		`2 award 7 2026-03-01 true "" 0`, `2 order 0 2026-03-01 true "" 0`,
	}
	h.assertRows("of all", list(func(visit func([]model.BalanceEvent) error) error {
		return w.BalanceEvents(t.Context(), false, visit)
	}), want)
	_, _, err := w.StageDue(t.Context(), blackbird.Due{Orders: []string{"C"}})
	h.noError(err)
	long, after := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC)
	h.assertRows("of whom an order concerns", list(func(visit func([]model.BalanceEvent) error) error {
		return w.listedEvents(blackbird.DueBalances{Inactive: long}, visit)
	}), want[5:])
	h.assertRows("of those too who have not ordered since",
		list(func(visit func([]model.BalanceEvent) error) error {
			return w.listedEvents(blackbird.DueBalances{Inactive: after}, visit)
		}), want)
}

// listedEvents lists the customers who are due, and reads what has changed their balances.
func (w *writer) listedEvents(due blackbird.DueBalances, visit func([]model.BalanceEvent) error) error {
	if err := w.StageBalances(w.Context(), due); err != nil {
		return err
	}
	return w.BalanceEvents(w.Context(), true, visit)
}

// testActivity: a customer has made an order whatever became of it since, and no refund.
func testActivity(t *testing.T, h *fixture) {
	status := func(id string, status model.OrderStatus, total model.Cents) blackbird.Order {
		return with(saleTo(id, "1"), func(o *blackbird.Order) { o.Status, o.Total = status, total })
	}
	orders := h.writer(blackbird.Orders)
	orders.orders(
		status("completed", model.OrderCompleted, 2000), status("free", model.OrderCompleted, 0),
		with(status("refunded", model.OrderCompleted, 2000), func(o *blackbird.Order) { o.OwnRefund = 2000 }),
		status("voided", model.OrderVoided, 2000), status("refund", model.OrderRefund, -2000),
		status("voided refund", model.OrderVoided, -2000), status("open", model.OrderOpen, 2000),
		status("removed", model.OrderCompleted, 2000), status("another's", model.OrderCompleted, 2000),
	)
	orders.end()
	h.exec("UPDATE orders SET status = 'removed' WHERE order_id = 'removed'")
	h.exec("UPDATE orders SET customer_id = '2' WHERE order_id = 'another''s'")
	w := h.writer(blackbird.Points)
	w.lines(lineOf("1", "voided", 1, 20), lineOf("1", "voided", 2, -20), lineOf("1", "another's", 1, 20))
	active := 0
	count := func(events []model.BalanceEvent) error {
		for _, e := range events {
			if e.CustomerID == "1" && e.Active {
				active++
			}
		}
		return nil
	}
	h.noError(w.BalanceEvents(t.Context(), false, count))
	h.assertSame("all", active, 6)
	h.noError(w.listedEvents(blackbird.DueBalances{Inactive: noon.Add(time.Hour)}, count))
	h.assertSame("those who are listed", active, 12)
}

// testDueCustomers: those whose points a person has adjusted since a pass, and those with points who were not active.
func testDueCustomers(t *testing.T, h *fixture) {
	w := h.accounts()
	w.finish()
	due := func(what string, d blackbird.DueBalances, want ...string) {
		h.Helper()
		h.noError(w.StageBalances(t.Context(), d))
		customers, err := w.DueCustomers(t.Context(), "")
		h.noError(err)
		h.assertRows(what, customers, want)
	}
	pass, err := w.Begin(t.Context(), "adjust")
	h.noError(err)
	adjusted := lineOf("2", "", 1, 5)
	adjusted.Source, adjusted.SourceID, adjusted.LocationID = model.SourceAdjustment, fmt.Sprint(pass.ID), 0
	adjusted.Kind = model.LineAdjustment
	h.noError(pass.MergeLines(t.Context(), []model.LedgerLine{adjusted}, blackbird.Counts{}))
	h.noError(pass.Finish(t.Context(), blackbird.StatusDone, "", nil))
	due("adjusted since", blackbird.DueBalances{Since: pass.ID - 1}, "2")
	due("adjusted before", blackbird.DueBalances{Since: pass.ID})
	due("active at that moment", blackbird.DueBalances{Since: pass.ID, Inactive: noon})
	due("not active since", blackbird.DueBalances{Since: pass.ID, Inactive: noon.Add(time.Hour)}, "1", "2")
	has, err := w.HasDerivedLines(t.Context())
	h.noError(err)
	h.assertSame("no expiry, no write-off", has, false)
	for _, kind := range []model.LineKind{model.LineExpiry, model.LineWriteOff} {
		h.exec("UPDATE points_ledger SET kind = ?, source_kind = ? WHERE kind = ?", string(kind),
			map[model.LineKind]string{model.LineExpiry: "expiry", model.LineWriteOff: "adjustment"}[kind],
			map[model.LineKind]string{model.LineExpiry: "adjustment", model.LineWriteOff: "expiry"}[kind])
		has, err = w.HasDerivedLines(t.Context())
		h.noError(err)
		h.assertSame(string(kind), has, true)
	}
}

// testEnrollmentCandidates: streamed or looked up page by page, each customer comes once, with what he holds for being
// one.
func testEnrollmentCandidates(t *testing.T, h *fixture) {
	w := h.accounts()
	list := func(read func(func(*model.EnrollmentCandidate) error) error) (lines []string) {
		h.noError(read(func(n *model.EnrollmentCandidate) error {
			since := ""
			if !n.Since.IsZero() {
				since = n.Since.Format(time.DateOnly)
			}
			lines = append(lines, fmt.Sprintf("%s %s %d %d", n.CustomerID, since, n.Held, n.Revision))
			return nil
		}))
		slices.Sort(lines)
		return lines
	}
	span := func(s blackbird.Span) func(func(*model.EnrollmentCandidate) error) error {
		return func(visit func(*model.EnrollmentCandidate) error) error {
			return w.EnrollmentCandidates(t.Context(), s, visit)
		}
	}
	want := []string{"1 2026-03-01 7 2", "2 2026-03-01 0 0", "new  0 0"}
	h.assertRows("before a pass over orders has ended", list(span(spanOf(0, 99))), want[:2])
	h.writer(blackbird.Orders).end()
	h.assertRows("all", list(span(spanOf(0, 99))), want)
	h.assertRows("all, by pages", list(func(visit func(*model.EnrollmentCandidate) error) error {
		return w.EnrollmentCandidates(t.Context(), blackbird.Span{Since: -1, Until: 99}, visit)
	}), want)
	h.assertRows("up to a pass", list(span(spanOf(0, 3))), nil)
	h.assertRows("of late", list(span(spanOf(2, 99))), want)
	last, err := w.SettledPass(t.Context())
	h.noError(err)
	h.assertRows("since the last pass", list(span(spanOf(last, 99))), nil)
	stopped := fmt.Errorf("enough")
	err = w.EnrollmentCandidates(
		context.Background(),
		spanOf(0, 99),
		func(*model.EnrollmentCandidate) error { return stopped },
	)
	if err == nil {
		t.Error("a visitor's error is lost")
	}
}
