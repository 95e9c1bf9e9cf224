package storetest

import (
	"fmt"
	"slices"
	stdsync "sync"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/blackbirdctl/blackbirdctl/blackbird"
	"github.com/blackbirdctl/blackbirdctl/internal/model"
)

// testLedgerDuringMerges: while a pass or a verification reads the orders, it appends lines to those that it has been
// handed, and an orders pass commits. An order that the orders pass leaves alone comes once, with the lines that it had
// at the beginning. One that it changes comes as it was or as it is, never as half of both; one that goes to another
// customer may come again, with the lines that it got, or not at all. Each of these is due in the next pass.
func testLedgerDuringMerges(t *testing.T, h *fixture) {
	sold := []blackbird.Order{
		saleTo("A1", "1"), saleTo("A2", "1"), saleTo("B1", "2"), saleTo("B2", "2"), saleTo("C1", "3"),
		saleTo("C2", "3"),
	}
	ids := []string{"A1", "A2", "B1", "B2", "C1", "C2"}
	for _, dryRun := range []bool{true, false} {
		for _, limit := range []int{1, 2, 4, 100} {
			t.Run(fmt.Sprintf("dry run %t, %d at a time", dryRun, limit), func(t *testing.T) {
				orders := h.writer(blackbird.Orders)
				orders.orders(sold...)
				orders.end()
				w := h.writerOf(storeID, blackbird.Points, dryRun)
				defer w.end()
				settled, err := w.SettledPass(t.Context())
				h.noError(err)
				before := linesOf(w.allPages("", limit))
				orders = h.writer(blackbird.Orders)
				defer orders.end()
				came, total := make(map[string]int), model.Cents(1000)
				h.noError(w.Ledger(t.Context(), "", limit, func(page blackbird.LedgerPage) error {
					var lines []model.LedgerLine
					for _, o := range page.Orders {
						held := before[o.ID]
						if came[o.ID]++; came[o.ID] == 2 && o.ID == "A1" && !dryRun {
							held++
						}
						if len(o.Lines) != held || o.Subtotal != o.Total {
							t.Errorf("%s comes with %d lines, held %d; subtotal %s of %s", o.ID, len(o.Lines), held,
								o.Subtotal, o.Total)
						}
						lines = append(lines, lineOf(o.CustomerID, o.ID, int64(len(o.Lines)+1), 1))
					}
					w.lines(lines...)
					total++
					orders.orders(saleTo("A1", "9"), saleTo("C1", "0"), saleTo(fmt.Sprint("new", limit, total), "0"),
						with(saleTo("B2", "2"), func(o *blackbird.Order) { o.Subtotal, o.Total = total, total }))
					return nil
				}))
				for _, id := range ids {
					least, most := 1, 1
					switch id {
					case "A1":
						most = 2
					case "C1":
						least = 0
					}
					if came[id] < least || came[id] > most {
						t.Errorf("%s came %d times", id, came[id])
					}
				}
				changed, err := w.ChangedSince(t.Context(), settled, ids)
				h.noError(err)
				var due []string
				for _, key := range changed {
					due = append(due, key.Name)
				}
				slices.Sort(due)
				h.assertRows("due in the next pass", due, []string{"A1", "B2", "C1"})
				for id, lines := range linesOf(w.allPages("", limit)) {
					if want := before[id] + came[id]; !dryRun && lines != want || dryRun && lines != before[id] {
						t.Errorf("%s has %d lines, and came %d times with %d", id, lines, came[id], before[id])
					}
				}
				h.assertBalances()
			})
		}
	}
}

// linesOf counts the lines of each order, which comes once.
func linesOf(orders []model.LedgerOrder) map[string]int {
	lines := make(map[string]int)
	for _, o := range orders {
		lines[o.ID] = len(o.Lines)
	}
	return lines
}

// testCustomersDuringMerges reads customer by customer, beyond a page, while the pass appends a line to some of those
// whom it has been handed, and a customers pass commits. Each comes once, with what there was at the beginning.
func testCustomersDuringMerges(t *testing.T, h *fixture) {
	const n = 2_501
	var rows []blackbird.Customer
	var lines []model.LedgerLine
	held := make(map[string]int)
	for i := range n {
		id := fmt.Sprintf("%04d", i)
		rows, lines = append(rows, customer(id, "Ada")), append(lines, enrollmentOf(id, 1, 5))
		held[id] = 1
	}
	customers := h.writer(blackbird.Customers)
	customers.customers(rows...)
	// Customers are enrolled once a pass over orders has ended.
	h.writer(blackbird.Orders).end()
	w := h.writer(blackbird.Points)
	w.lines(lines...)
	for what, read := range map[string]func(visit func(customer string, lines int) error) error{
		"events": func(visit func(string, int) error) error {
			return w.BalanceEvents(t.Context(), false, func(events []model.BalanceEvent) error {
				return visit(events[0].CustomerID, len(events))
			})
		},
		"events of those without an order of late": func(visit func(string, int) error) error {
			return w.listedEvents(blackbird.DueBalances{Inactive: noon}, func(events []model.BalanceEvent) error {
				return visit(events[0].CustomerID, len(events))
			})
		},
		"candidates": func(visit func(string, int) error) error {
			return w.EnrollmentCandidates(t.Context(), spanOf(0, 99), func(c *model.EnrollmentCandidate) error {
				return visit(c.CustomerID, int(c.Revision))
			})
		},
	} {
		came, appended := make(map[string]int), make(map[string]int)
		h.noError(read(func(id string, lines int) error {
			came[id]++
			if lines != held[id] {
				t.Errorf("%s: %s comes with %d lines, want %d", what, id, lines, held[id])
			}
			if len(came)%500 == 1 {
				appended[id]++
				w.lines(enrollmentOf(id, int64(lines+1), 5))
				customers.customers(customer(id, what), customer(id+" of "+what, "Bob"))
			}
			return nil
		}))
		for id, lines := range held {
			if came[id] != 1 {
				t.Errorf("%s: %s came %d times", what, id, came[id])
			}
			held[id] = lines + appended[id]
		}
	}
	h.assertBalances()
}

// testAccountDuringMerges reads a customer's points again and again while a pass appends lines: what is read is of one
// moment.
func testAccountDuringMerges(t *testing.T, h *fixture) {
	store, w := h.open(storeID), h.writer(blackbird.Points)
	const n = 40
	var merged atomic.Bool
	var merges stdsync.WaitGroup
	defer merges.Wait()
	merges.Go(func() {
		defer merged.Store(true)
		for i := range n {
			err := w.pass.MergeLines(t.Context(), []model.LedgerLine{line("A", int64(i+1), 3)}, blackbird.Counts{})
			if err != nil {
				t.Error(err)
			}
		}
	})
	for last := false; !last; {
		last = merged.Load()
		a, err := store.Account(t.Context(), "C", n)
		h.noError(err)
		points := 3 * int64(len(a.Newest))
		want := blackbird.Account{
			Known: points > 0, Balance: points, Lifetime: points, Sum: points, Lines: points / 3, Newest: a.Newest,
		}
		if diff := cmp.Diff(want, a); diff != "" || last && a.Lines != n {
			t.Fatalf("not of one moment, or not all in the end (-want +got):\n%s", diff)
		}
	}
}
