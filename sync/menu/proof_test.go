package menu

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"

	"github.com/blackbirdctl/blackbirdctl/biotrack"
)

// TestProve: tills whose sales contradict the menu in one way each, with the verdict that a person would give.
func TestProve(t *testing.T) {
	sold := func(product int64, quantity, price string, times int64) biotrack.Sold {
		return biotrack.Sold{
			ProductID: product, Quantity: decimal.RequireFromString(quantity),
			Price: decimal.RequireFromString(price), Times: times,
		}
	}
	const table = "0,1,12:0,3.5,38:2,1,10.80:2,3.5,30"
	for name, tt := range map[string]struct {
		sales   []biotrack.Sold
		want    ProvenMenu
		levels  map[int64]int
		perUnit bool
	}{
		"as shown": {
			sales:  []biotrack.Sold{sold(1, "1", "12", 5), sold(2, "3.5", "38.00", 3), sold(3, "1.00", "12", 3)},
			want:   ProvenMenu{Agree: 3},
			levels: map[int64]int{0: 3, 2: 0},
		},
		"several units, and in between": {
			sales:  []biotrack.Sold{sold(1, "2", "24", 3), sold(2, "7", "76", 3), sold(3, "4", "43.43", 3)},
			want:   ProvenMenu{Agree: 3},
			levels: map[int64]int{0: 3, 2: 0},
		},
		"another level's": {
			sales:  []biotrack.Sold{sold(1, "1", "10.80", 9), sold(2, "1", "10.8", 3), sold(3, "3.5", "30", 4)},
			want:   ProvenMenu{Differ: 3},
			levels: map[int64]int{0: 0, 2: 3},
		},
		"members among the customers": {
			sales:  []biotrack.Sold{sold(1, "1", "10.80", 2), sold(1, "1", "12", 3)},
			want:   ProvenMenu{Agree: 1, NotSold: 2},
			levels: map[int64]int{0: 1, 2: 0},
		},
		"cents for dollars": {
			sales:  []biotrack.Sold{sold(1, "1", "0.12", 5), sold(2, "1", "0.12", 3)},
			want:   ProvenMenu{Differ: 2, NotSold: 1},
			levels: map[int64]int{0: 0, 2: 0},
		},
		"the price of a unit on each line": {
			sales:   []biotrack.Sold{sold(1, "3", "12", 5), sold(2, "2", "12", 3), sold(3, "1", "12", 3)},
			want:    ProvenMenu{Agree: 3},
			levels:  map[int64]int{0: 3, 2: 0},
			perUnit: true,
		},
		"too few": {
			sales:  []biotrack.Sold{sold(1, "1", "99", 2), sold(9, "1", "12", 30)},
			want:   ProvenMenu{NotSold: 3},
			levels: map[int64]int{0: 0, 2: 0},
		},
	} {
		catalog := &biotrack.Catalog{Levels: []biotrack.Level{{ID: 2, Name: "Gold"}}}
		for id := int64(1); id <= 3; id++ {
			catalog.Products = append(catalog.Products, biotrack.Product{ID: id, PricePoint: table})
		}
		p, err := NewPreview(Settings{Level: "0"}, catalog)
		if err != nil {
			t.Fatal(err)
		}
		for id := int64(1); id <= 3; id++ {
			p.AddLot(biotrack.Lot{ProductID: id, RoomData: "0,9", Remaining: "9"})
		}
		proof := p.Prove(tt.sales, 0)
		tt.want.Differing = []ProductProof{}
		levels := make(map[int64]int)
		for _, level := range proof.Levels {
			levels[level.Level] = level.Agree
		}
		if diff := cmp.Diff(&tt.want, proof.Menu) + cmp.Diff(tt.levels, levels); diff != "" ||
			proof.PerUnit != tt.perUnit {
			t.Errorf("%s: per unit: %v (-want +got):\n%s", name, proof.PerUnit, diff)
		}
	}
}
