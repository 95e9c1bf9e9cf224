package menu

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/shopspring/decimal"

	"github.com/blackbirdctl/blackbirdctl/biotrack"
	"github.com/blackbirdctl/blackbirdctl/blackbird"
)

// priced returns a line with one price, of which there is so much.
func priced(id int64, on bool, price string, quantity int64) blackbird.Product {
	return blackbird.Product{ID: id, OnMenu: on, Quantity: decimal.NewFromInt(quantity),
		PriceBreaks: blackbird.PriceBreaks{{Quantity: "1", Price: price}}}
}

// TestDiffWrites: of each line what is written, reported, and counted for shoppers, where removals go on and where they
// are held back. Of a line that can be held three are left.
func TestDiffWrites(t *testing.T) {
	for name, tt := range map[string]struct {
		stored, wanted *blackbird.Product
		rejected, held bool
		counts         blackbird.Counts
		changes        Changes
		kind           string
		written        *blackbird.Product
		before, after  int64
		// heldBack is what is written and counted where removals are held back, nil where that makes no difference.
		heldBack *blackbird.Product
	}{
		"new": {wanted: new(priced(1, true, "5", 3)), counts: blackbird.Counts{Inserted: 1}, changes: Changes{Came: 1},
			kind: blackbird.Missing, written: new(priced(1, true, "5", 3)), after: 1},
		"new, off the menu": {wanted: new(priced(1, false, "5", 0)), counts: blackbird.Counts{Inserted: 1},
			kind: blackbird.Missing, written: new(priced(1, false, "5", 0))},
		"same": {stored: new(priced(1, true, "5", 3)), wanted: new(priced(1, true, "5", 3)),
			counts: blackbird.Counts{Unchanged: 1}, before: 1, after: 1},
		"repriced": {stored: new(priced(1, true, "5", 3)), wanted: new(priced(1, true, "6", 3)),
			counts: blackbird.Counts{Updated: 1}, changes: Changes{Repriced: 1}, kind: blackbird.Differs,
			written: new(priced(1, true, "6", 3)), before: 1, after: 1},
		"other stock": {stored: new(priced(1, true, "5", 3)), wanted: new(priced(1, true, "5", 4)),
			counts: blackbird.Counts{Updated: 1}, kind: blackbird.Differs, written: new(priced(1, true, "5", 4)),
			before: 1, after: 1},
		"back": {stored: new(priced(1, false, "5", 0)), wanted: new(priced(1, true, "6", 3)),
			counts: blackbird.Counts{Updated: 1}, changes: Changes{Came: 1}, kind: blackbird.Differs,
			written: new(priced(1, true, "6", 3)), after: 1},
		"off and stays so": {stored: new(priced(1, false, "5", 0)), wanted: new(priced(1, false, "6", 0)),
			counts: blackbird.Counts{Updated: 1}, kind: blackbird.Differs, written: new(priced(1, false, "6", 0))},
		"sold out": {stored: new(priced(1, true, "5", 3)), wanted: new(priced(1, false, "5", 0)),
			counts: blackbird.Counts{Removed: 1}, changes: Changes{Left: 1}, kind: blackbird.Differs,
			written: new(priced(1, false, "5", 0)), before: 1},
		"off though in stock": {stored: new(priced(1, true, "5", 2)), wanted: new(priced(1, false, "", 3)), held: true,
			counts: blackbird.Counts{Removed: 1}, changes: Changes{Left: 1}, kind: blackbird.Differs,
			written: new(priced(1, false, "", 3)), before: 1, heldBack: new(priced(1, true, "5", 3))},
		"off though in stock, as much as before": {stored: new(priced(1, true, "5", 3)), held: true,
			wanted: new(priced(1, false, "", 3)), counts: blackbird.Counts{Removed: 1}, changes: Changes{Left: 1},
			kind: blackbird.Differs, written: new(priced(1, false, "", 3)), before: 1,
			heldBack: new(priced(1, true, "5", 3))},
		"rejected": {stored: new(priced(1, true, "5", 2)), wanted: new(priced(1, true, "", 3)), rejected: true,
			counts: blackbird.Counts{Removed: 1, Rejected: 1}, changes: Changes{Left: 1}, kind: blackbird.Surplus,
			written: new(priced(1, false, "5", 2)), before: 1},
		"rejected, off the menu": {stored: new(priced(1, false, "5", 2)), wanted: new(priced(1, true, "", 3)),
			rejected: true, counts: blackbird.Counts{Rejected: 1}},
		"rejected, new": {wanted: new(priced(1, true, "", 3)), rejected: true, counts: blackbird.Counts{Rejected: 1}},
		"gone": {stored: new(priced(1, true, "5", 2)), counts: blackbird.Counts{Removed: 1}, changes: Changes{Left: 1},
			kind: blackbird.Surplus, written: new(priced(1, false, "5", 2)), before: 1},
		"gone, off the menu": {stored: new(priced(1, false, "5", 2))},
	} {
		for _, holdBack := range []bool{false, true} {
			var kinds []string
			var products []biotrack.Product
			if tt.wanted != nil {
				products, tt.counts.Read = []biotrack.Product{{ID: 1}}, 1
			}
			d := NewDiff(products, func(*biotrack.Product) (blackbird.Product, *blackbird.Reject) {
				if tt.rejected {
					return *tt.wanted, &blackbird.Reject{Key: "1"}
				}
				return *tt.wanted, nil
			}, func(p *blackbird.Product) (blackbird.Product, bool) {
				held := *p
				held.Quantity = decimal.NewFromInt(3)
				return held, tt.held
			}, func(found ...blackbird.Difference) {
				for i := range found {
					kinds = append(kinds, found[i].Kind)
				}
			})
			if tt.stored != nil {
				d.Compare(tt.stored)
			}
			d.Finish()
			counts, changes, written, after, held := tt.counts, tt.changes, tt.written, tt.after, int64(0)
			if holdBack && tt.heldBack != nil {
				counts, changes, written = blackbird.Counts{Read: 1, Updated: 1}, Changes{}, tt.heldBack
				after, held = 1, 1
				if tt.stored.Equal(tt.heldBack) {
					counts, written = blackbird.Counts{Read: 1, Unchanged: 1}, nil
				}
			}
			if got := d.Settle(holdBack); got != held {
				t.Errorf("%s: %d are held back, want %d", name, got, held)
			}
			var want []blackbird.Product
			if written != nil {
				want = append(want, *written)
			}
			var kind []string
			if tt.kind != "" {
				kind = append(kind, tt.kind)
			}
			diff := cmp.Diff(want, d.Write, cmpopts.EquateEmpty()) + cmp.Diff(kind, kinds) +
				cmp.Diff(counts, d.Counts) + cmp.Diff(changes, d.Changes) +
				cmp.Diff([]int64{tt.before, after}, []int64{d.OnMenuBefore, d.OnMenu})
			if diff != "" {
				t.Errorf("%s, holding back %v (-want +got):\n%s", name, holdBack, diff)
			}
		}
	}
}

// TestSettle: each of several lines leaves, or each is held back.
func TestSettle(t *testing.T) {
	for _, holdBack := range []bool{false, true} {
		held := func(p *blackbird.Product) (blackbird.Product, bool) { return priced(p.ID, true, "5", 2), true }
		d := NewDiff(nil, nil, held, func(...blackbird.Difference) {})
		for id := range int64(3) {
			d.Compare(new(priced(id, true, "5", 1)))
		}
		want := map[bool]int64{true: 3}[holdBack]
		got := d.Settle(holdBack)
		if got != want || d.OnMenu != want || len(d.Write) != 3 || d.Write[2].OnMenu != holdBack {
			t.Errorf("holding back %v: %d held, %d on the menu, written %+v", holdBack, got, d.OnMenu, d.Write)
		}
	}
}
