package blackbird

import (
	"fmt"
	"testing"

	"github.com/blackbirdctl/blackbirdctl/internal/model"
)

func TestRejectsPage(t *testing.T) {
	eachStore(t, func(t *testing.T, h *house) {
		w := h.work(StreamCustomers)
		w.rejected(Reject{"2", "no_id", "row has no id"}, Reject{"1", "duplicate_id", "id of another row"})
		w.again()
		w.rejected(Reject{"2", "duplicate_id", "x"})
		w.end()
		products := h.work(StreamProducts)
		products.products(nil, Reject{"9", "bad_price", ":x ? $1"})
		products.end()
		other := h.workIn("other", StreamCustomers, false)
		other.rejected(Reject{"3", "no_id", "x"})
		other.end()
		for _, tt := range []struct {
			stream string
			most   int64
			want   string
		}{
			{"", 9, "customers 1 duplicate_id, customers 2 duplicate_id, products 9 bad_price, of 3"},
			{"", 2, "customers 1 duplicate_id, customers 2 duplicate_id, of 3"},
			{StreamProducts, 9, "products 9 bad_price, of 1"},
			{StreamOrders, 9, "of 0"},
		} {
			page, listed, err := h.connect(storeID).Rejects(t.Context(), tt.stream, tt.most)
			h.check(err)
			got := ""
			for _, r := range page {
				got += fmt.Sprintf("%s %s %s, ", r.Stream, r.Key, r.Reason)
				if moved := r.LastSeen.After(r.FirstSeen.Time); r.FirstSeen.IsZero() || moved != (r.Key == "2") {
					t.Errorf("%s was first seen %v and last %v", r.Key, r.FirstSeen, r.LastSeen)
				}
			}
			if got += fmt.Sprintf("of %d", listed); got != tt.want {
				t.Errorf("%d rejects of %q: %s, want %s", tt.most, tt.stream, got, tt.want)
			}
		}
	})
}

func TestMenu(t *testing.T) {
	eachStore(t, func(t *testing.T, h *house) {
		named := func(id int64, name string) Product {
			p := flower()
			p.ID, p.Name = id, &name
			return p
		}
		off, nameless := named(4, "sold out"), named(7, "")
		off.OnMenu, nameless.Name = false, nil
		want := []Product{nameless, named(3, "Ash"), named(2, "ash"), named(6, "birch"), named(5, "Cedar")}
		want[1], want[2] = want[2], want[1]
		w := h.work(StreamProducts)
		w.products([]Product{named(5, "Cedar"), named(3, "Ash"), off, named(2, "ash"), nameless, named(6, "birch")})
		w.end()
		got, err := h.connect(storeID).Menu(t.Context())
		h.check(err)
		if len(got) != len(want) {
			t.Fatalf("%d products, want %d", len(got), len(want))
		}
		for i := range want {
			if !got[i].Equal(&want[i]) {
				t.Errorf("product %d is %+v, want %+v", i, got[i], want[i])
			}
		}
		if none, err := h.connect("other").Menu(t.Context()); err != nil || len(none) > 0 {
			t.Errorf("another store's menu is %v, %v", none, err)
		}
	})
}

// account reads a customer's points and spells them.
func (h *house) account(customer string, most int64) []string {
	h.Helper()
	a, err := h.connect(storeID).Account(h.Context(), customer, most)
	h.check(err)
	lines := []string{fmt.Sprintf("known %v, balance %d, lifetime %d, sum %d, lines %d", a.Known, a.Balance, a.Lifetime, a.Sum, a.Lines)}
	for _, l := range a.Newest {
		lines = append(lines, fmt.Sprintf("%s/%d %s %d -> %d: %s x %s x %s by %s in %d", l.OrderID, l.Revision, l.Kind, l.Points, l.Running,
			l.BasisAmount, l.Rate, l.Multiplier, l.Rule, l.PassID))
	}
	return lines
}

func TestAccount(t *testing.T) {
	eachStore(t, func(_ *testing.T, h *house) {
		names := h.work(StreamCustomers)
		names.customers(customer("C", "Ada"), customer("new", "Bob"))
		names.end()
		w := h.work(StreamPoints)
		w.lines(line("B", 1, 5), line("A", 1, 20), lineOf("D", "E", 1, 7))
		w.again()
		void := line("A", 2, -20)
		void.Kind, void.BasisAmount = model.LineVoid, 0
		w.lines(void)
		w.end()
		head := "known true, balance 5, lifetime 5, sum 5, lines 3"
		lines := []string{
			"A/1 award 20 -> 20: 20.46 x 1.5 x 2 by total in 2", "B/1 award 5 -> 25: 20.46 x 1.5 x 2 by total in 2",
			"A/2 void -20 -> 5: 0.00 x 1.5 x 2 by total in 3",
		}
		h.same("all", h.account("C", 9), append([]string{head}, lines...))
		h.same("the newest", h.account("C", 2), append([]string{head}, lines[1:]...))
		h.same("by points alone", h.account("D", 9)[:1], []string{"known true, balance 7, lifetime 7, sum 7, lines 1"})
		h.same("by name alone", h.account("new", 9), []string{"known true, balance 0, lifetime 0, sum 0, lines 0"})
		unknown := []string{"known false, balance 0, lifetime 0, sum 0, lines 0"}
		h.same("unknown", h.account("nobody", 9), unknown)
		h.same("no text", h.account("\xff", 9), unknown)
		h.exec("UPDATE points_balances SET balance = 6 WHERE customer_id = 'C'")
		h.same("a balance that is off", h.account("C", 1)[:1], []string{"known true, balance 6, lifetime 5, sum 5, lines 3"})
		h.exec("DELETE FROM points_balances")
		h.same("no balance", h.account("C", 1)[:1], []string{"known true, balance 0, lifetime 0, sum 5, lines 3"})
	})
}

// TestAccountOfAnotherStore is apart from this one's.
func TestAccountOfAnotherStore(t *testing.T) {
	eachStore(t, func(_ *testing.T, h *house) {
		w := h.workIn("other", StreamPoints, false)
		w.lines(line("A", 1, 20))
		w.end()
		h.same("of this store", h.account("C", 9), []string{"known false, balance 0, lifetime 0, sum 0, lines 0"})
	})
}

func TestCentsInJSON(t *testing.T) {
	if text, err := model.Cents(-1205).MarshalText(); err != nil || string(text) != "-12.05" {
		t.Errorf("cents are %q, %v", text, err)
	}
}
