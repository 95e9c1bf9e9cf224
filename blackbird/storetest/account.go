package storetest

import (
	"fmt"
	"testing"
	"time"

	"github.com/blackbirdctl/blackbirdctl/blackbird"
	"github.com/blackbirdctl/blackbirdctl/internal/model"
)

func testRejectsPage(t *testing.T, h *fixture) {
	w := h.writer(blackbird.Customers)
	w.rejected(reject("2", "no_id", "row has no id"), reject("1", "duplicate_id", "id of another row"))
	w.restart()
	w.rejected(reject("2", "duplicate_id", "x"))
	w.end()
	products := h.writer(blackbird.Products)
	products.products(nil, reject("9", "bad_price", ":x ? $1"))
	products.end()
	other := h.writerOf("other", blackbird.Customers, false)
	other.rejected(reject("3", "no_id", "x"))
	other.end()
	for _, tt := range []struct {
		stream string
		most   int64
		want   string
	}{
		{"", 9, "customers 1 duplicate_id, customers 2 duplicate_id, products 9 bad_price, of 3"},
		{"", 2, "customers 1 duplicate_id, customers 2 duplicate_id, of 3"},
		{blackbird.Products.Name, 9, "products 9 bad_price, of 1"},
		{blackbird.Orders.Name, 9, "of 0"},
	} {
		page, listed, err := h.open(storeID).Rejects(t.Context(), tt.stream, tt.most)
		h.noError(err)
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
}

func testMenu(t *testing.T, h *fixture) {
	named := func(id int64, name string) blackbird.Product {
		p := flower()
		p.ID, p.Name = id, &name
		return p
	}
	off, nameless := named(4, "sold out"), named(7, "")
	off.OnMenu, nameless.Name = false, nil
	want := []blackbird.Product{nameless, named(3, "Ash"), named(2, "ash"), named(6, "birch"), named(5, "Cedar")}
	want[1], want[2] = want[2], want[1]
	w := h.writer(blackbird.Products)
	w.products([]blackbird.Product{named(5, "Cedar"), named(3, "Ash"), off, named(2, "ash"), nameless,
		named(6, "birch")})
	w.end()
	got, err := h.open(storeID).Menu(t.Context())
	h.noError(err)
	if len(got) != len(want) {
		t.Fatalf("%d products, want %d", len(got), len(want))
	}
	for i := range want {
		if !got[i].Equal(&want[i]) {
			t.Errorf("product %d is %+v, want %+v", i, got[i], want[i])
		}
	}
	if none, err := h.open("other").Menu(t.Context()); err != nil || len(none) > 0 {
		t.Errorf("another store's menu is %v, %v", none, err)
	}
}

// account reads a customer's points, without the times of the lines.
func (h *fixture) account(customer string, most int64) blackbird.Account {
	h.Helper()
	a, err := h.open(storeID).Account(h.Context(), customer, most)
	h.noError(err)
	for i := range a.Newest {
		if a.Newest[i].CreatedAt.IsZero() {
			h.Errorf("line %d has no time", i)
		}
		a.Newest[i].CreatedAt = blackbird.UTCTime{}
	}
	return a
}

func testAccount(_ *testing.T, h *fixture) {
	names := h.writer(blackbird.Customers)
	names.customers(customer("C", "Ada"), customer("new", "Bob"))
	names.end()
	w := h.writer(blackbird.Points)
	w.lines(line("B", 1, 5), line("A", 1, 20), lineOf("D", "E", 1, 7))
	w.restart()
	void := line("A", 2, -20)
	void.Kind, void.BasisAmount = model.LineVoid, 0
	// An order that came late stands where it belongs by its time.
	late := line("0", 1, 2)
	late.EffectiveAt = noon.Add(-time.Hour)
	w.lines(void, late)
	w.end()
	shown := func(l model.LedgerLine, running, pass int64) blackbird.AccountLine {
		return blackbird.AccountLine{
			OrderID: &l.SourceID, LocationID: l.LocationID, Source: l.Source, SourceID: l.SourceID,
			Revision: l.Revision, Kind: l.Kind, Points: l.Points, BasisAmount: l.BasisAmount,
			Rate: l.Rate, Multiplier: l.Multiplier,
			Rule: l.Rule, Terms: blackbird.JSONText(l.Terms), EffectiveAt: blackbird.UTCTime{Time: l.EffectiveAt},
			PassID: pass, Running: running,
		}
	}
	all := blackbird.Account{
		Known: true, Balance: 7, Lifetime: 7, Sum: 7, Lines: 4,
		Newest: []blackbird.AccountLine{
			shown(late, 2, 3), shown(line("A", 1, 20), 22, 2), shown(line("B", 1, 5), 27, 2), shown(void, 7, 3),
		},
	}
	h.assertSame("all", h.account("C", 9), all)
	newest := all
	newest.Newest = all.Newest[2:]
	h.assertSame("the newest", h.account("C", 2), newest)
	none := all
	none.Newest = nil
	h.assertSame("without lines", h.account("C", 0), none)
	h.assertSame("by points alone", h.account("D", 0),
		blackbird.Account{Known: true, Balance: 7, Lifetime: 7, Sum: 7, Lines: 1})
	h.assertSame("by name alone", h.account("new", 9), blackbird.Account{Known: true})
	h.assertSame("unknown", h.account("nobody", 9), blackbird.Account{})
	h.assertSame("no text", h.account("\xff", 9), blackbird.Account{})
	h.exec("UPDATE points_balances SET balance = 6 WHERE customer_id = 'C'")
	none.Balance = 6 // the ledger has 7
	h.assertSame("a balance that is off", h.account("C", 0), none)
	h.exec("DELETE FROM points_balances")
	none.Balance, none.Lifetime = 0, 0
	h.assertSame("no balance", h.account("C", 0), none)
}

// testAccountOfAnotherStore is apart from this one's.
func testAccountOfAnotherStore(_ *testing.T, h *fixture) {
	w := h.writerOf("other", blackbird.Points, false)
	w.lines(line("A", 1, 20))
	w.end()
	h.assertSame("of this store", h.account("C", 9), blackbird.Account{})
}
