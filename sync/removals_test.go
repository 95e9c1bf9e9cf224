package sync_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	biotracktest "github.com/blackbirdctl/blackbirdctl/internal/test/biotracktest"
	"github.com/blackbirdctl/blackbirdctl/internal/test/oracle"
	"github.com/blackbirdctl/blackbirdctl/internal/test/shop"
	"github.com/blackbirdctl/blackbirdctl/sync"
)

// TestHeldBackRemovals: a pass that reads everything of its own accord, and would remove too much, keeps what is gone,
// and gives each order whose ticket is gone to another ticket of its id. The watermark says how many removals wait
// until a person decides.
func TestHeldBackRemovals(t *testing.T) {
	for name, decide := range map[string]func(*fixture){
		"full":   func(s *fixture) { s.full(sync.Orders.Pass) },
		"repair": func(s *fixture) { s.pass(verification(sync.Orders, true)) },
	} {
		t.Run(name, func(t *testing.T) {
			shop.EachKind(t, func(t *testing.T, kind shop.Kind) {
				s := newShop(t, kind, biotracktest.Layout2015)
				s.enrol("1", "One")
				for _, id := range []string{"A", "B", "C", "D"} {
					s.sell(id, "1", "10")
				}
				s.sell("A", "1", "20")
				s.passes()
				s.till.Exec(`DELETE FROM tickets WHERE totalprice = 20 OR id IN ('B', 'C', 'D')`)
				s.sell("E", "1", "5")

				some := s.opts.MaxRemovals
				s.opts.MaxRemovals = must(sync.ParseLimit("1"))
				var refused *sync.TooManyRemovalsError
				if _, err := s.try(sync.Orders.Pass, s.opts); !errors.As(err, &refused) {
					t.Fatalf("the pass ends with %v", err)
				}
				want := sync.TooManyRemovalsError{Stream: "orders", Verb: "be removed", Removals: 3, Live: 4, Limit: 1,
					Written: true, HeldBack: 3, Again: "`blackbirdctl sync orders --full`"}
				if diff := cmp.Diff(want, *refused); diff != "" {
					t.Errorf("refused (-want +got):\n%s", diff)
				}
				s.wantTotals("[[A 10] [B 10] [C 10] [D 10] [E 5]]")
				for range 2 {
					s.wantHeldBack(3)
					s.pass(sync.Orders.Pass)
				}
				s.opts.MaxRemovals = some
				decide(s)
				s.wantHeldBack(0)
				s.wantTotals("[[A 10] [E 5]]")
				s.passes()
				s.wantHeldBack(0)
				s.check(oracle.Options{AllowRemoved: true})
			})
		})
	}
}

// wantTotals checks the ids and totals of the completed orders.
func (s *fixture) wantTotals(want string) {
	s.Helper()
	got := fmt.Sprint(s.store.Rows(`SELECT order_id, CAST(round(total) AS integer) FROM orders
		WHERE status = 'completed' ORDER BY 1`))
	if got != want {
		s.Errorf("orders are %s, want %s", got, want)
	}
}

// wantHeldBack checks how many removals of orders the watermark says wait for a person.
func (s *fixture) wantHeldBack(want int64) {
	s.Helper()
	if got, _ := sync.Orders.HeldBackRemovals(must(s.state.Read(sync.Orders.Name))); got != want {
		s.Errorf("%d removals are held back, want %d", got, want)
	}
}
