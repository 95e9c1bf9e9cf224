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
						s.Made, s.SourceID, s.Revision),
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
		return w.BalanceEvents(t.Context(), time.Time{}, visit)
	}), want)
	_, _, err := w.StageDue(t.Context(), blackbird.Due{Orders: []string{"C"}})
	h.noError(err)
	long, after := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC)
	h.assertRows("of whom an order concerns", list(func(visit func([]model.BalanceEvent) error) error {
		return w.BalanceEvents(t.Context(), long, visit)
	}), want[5:])
	h.assertRows("of those too who have not ordered since",
		list(func(visit func([]model.BalanceEvent) error) error {
			return w.BalanceEvents(t.Context(), after, visit)
		}), want)
}

// testEnrollmentCandidates: streamed or looked up page by page, each customer comes once, with what he holds for being
// one.
func testEnrollmentCandidates(t *testing.T, h *fixture) {
	w := h.accounts()
	list := func(read func(func(*model.EnrollmentCandidate) error) error) (lines []string) {
		h.noError(read(func(n *model.EnrollmentCandidate) error {
			since := n.Since.Format(time.DateOnly)
			if n.Since.After(time.Now().Add(-time.Hour)) {
				since = "now"
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
	want := []string{"1 2026-03-01 7 2", "2 2026-03-01 0 0", "new now 0 0"}
	h.assertRows("all", list(span(spanOf(0, 99))), want)
	h.assertRows("all, by pages", list(func(visit func(*model.EnrollmentCandidate) error) error {
		return w.EnrollmentCandidates(t.Context(), blackbird.Span{Since: -1, Until: 99}, visit)
	}), want)
	h.assertRows("up to a pass", list(span(spanOf(0, 3))), want[:2])
	h.assertRows("of late", list(span(spanOf(2, 99))), want[1:])
	stopped := fmt.Errorf("enough")
	err := w.EnrollmentCandidates(
		context.Background(),
		spanOf(0, 99),
		func(*model.EnrollmentCandidate) error { return stopped },
	)
	if err == nil {
		t.Error("a visitor's error is lost")
	}
}
