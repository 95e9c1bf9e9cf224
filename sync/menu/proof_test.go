package menu

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"

	"github.com/blackbirdctl/blackbirdctl/biotrack"
)

func sold(product int64, quantity, price string, times int64) biotrack.Sold {
	return biotrack.Sold{
		ProductID: product, Quantity: decimal.RequireFromString(quantity),
		Price: decimal.RequireFromString(price), Times: times,
	}
}

// between is a sale in the lines of these ids.
func between(first, last int64, s biotrack.Sold) biotrack.Sold {
	s.First, s.Last = first, last
	return s
}

// each returns sales of the products 1 to 3.
func each(sales ...biotrack.Sold) (all []biotrack.Sold) {
	for id := int64(1); id <= 3; id++ {
		for _, s := range sales {
			s.ProductID = id
			all = append(all, s)
		}
	}
	return all
}

// proven is what a proof says, in short.
type proven struct {
	Agree, Differ, NotSold int
	Levels                 map[int64]int
	PerUnit                bool
	Ratio                  int64
	Misread                string
	Unreadable             int
}

const provenTable = "0,1,12:0,3.5,38:2,1,10.80:2,3.5,30"

// prove3 makes the proof of the menu of three products, whose level is 0.
func prove3(t *testing.T, table string, sales []biotrack.Sold) (*Proof, proven) {
	t.Helper()
	catalog := &biotrack.Catalog{Levels: []biotrack.Level{{ID: 2, Name: "Gold"}}}
	for id := int64(1); id <= 4; id++ {
		catalog.Products = append(catalog.Products, biotrack.Product{ID: id, PricePoint: table, Deleted: id == 4})
	}
	p, err := NewPreview(Settings{Level: "0"}, catalog)
	if err != nil {
		t.Fatal(err)
	}
	for id := int64(1); id <= 4; id++ {
		p.AddLot(biotrack.Lot{ProductID: id, RoomData: "0,99", Remaining: "99"})
	}
	proof := p.Prove(sales, 5)
	m := proof.Menu
	got := proven{Agree: m.Agree, Differ: m.Differ, NotSold: m.NotSold, PerUnit: proof.PerUnit,
		Unreadable: proof.Unreadable}
	got.Levels = make(map[int64]int)
	for _, level := range proof.Levels {
		got.Levels[level.Level] = level.Agree
	}
	if m.Ratio != nil {
		got.Ratio = m.Ratio.Percent
	}
	if proof.Misread != nil {
		got.Misread = fmt.Sprintf("%s: %d", proof.Misread.Reading, proof.Misread.Agree)
	}
	return proof, got
}

// TestProve: tills whose sales contradict the menu in one way each, with the verdict that a person would give.
func TestProve(t *testing.T) {
	fits, none := map[int64]int{0: 3, 2: 0}, map[int64]int{0: 0, 2: 0}
	for name, tt := range map[string]struct {
		// table is provenTable where it is empty.
		table string
		sales []biotrack.Sold
		want  proven
	}{
		"as shown": {
			sales: []biotrack.Sold{sold(1, "1", "12", 5), sold(2, "3.5", "38.00", 3), sold(3, "1.00", "12", 3)},
			want:  proven{Agree: 3, Levels: fits},
		},
		"several units, and in between": {
			sales: []biotrack.Sold{sold(1, "2", "24", 3), sold(2, "7", "76", 3), sold(3, "4", "43.43", 3)},
			want:  proven{Agree: 3, Levels: fits},
		},
		"another level's": {
			sales: []biotrack.Sold{sold(1, "1", "10.80", 9), sold(2, "1", "10.8", 3), sold(3, "3.5", "30", 4)},
			want:  proven{Differ: 3, Levels: map[int64]int{0: 0, 2: 3}},
		},
		"members among the customers": {
			sales: []biotrack.Sold{sold(1, "1", "10.80", 2), sold(1, "1", "12", 3)},
			want:  proven{Agree: 1, NotSold: 2, Levels: map[int64]int{0: 1, 2: 0}},
		},
		"most customers are members: the prices of the others are right all the same": {
			sales: each(sold(0, "1", "10.80", 6), sold(0, "1", "12", 4)),
			want:  proven{Agree: 3, Levels: map[int64]int{0: 0, 2: 3}},
		},
		"hardly a customer is none": {
			sales: each(sold(0, "1", "10.80", 9), sold(0, "1", "12", 1)),
			want:  proven{Differ: 3, Levels: map[int64]int{0: 0, 2: 3}, Ratio: 90},
		},
		"five levels, none of half of the sales": {
			table: "0,1,12:2,1,11:3,1,10:4,1,9:5,1,8",
			sales: each(sold(0, "1", "12", 6), sold(0, "1", "11", 6), sold(0, "1", "10", 5), sold(0, "1", "9", 5),
				sold(0, "1", "8", 5)),
			want: proven{Agree: 3, Levels: map[int64]int{0: 3, 2: 3, 3: 0, 4: 0, 5: 0}},
		},
		"the table is in cents": {
			table: "0,1,1200:2,1,1080",
			sales: each(sold(0, "1", "12.00", 5)),
			want:  proven{Differ: 3, Levels: none, Ratio: 1, Misread: "prices in cents: 3"},
		},
		"sales are in cents": {
			sales: each(sold(0, "1", "1200", 5)),
			want:  proven{Differ: 3, Levels: none, Ratio: 10_000},
		},
		"the price of a unit on each line": {
			sales: []biotrack.Sold{sold(1, "3", "12", 5), sold(2, "2", "12", 3), sold(3, "1", "12", 3)},
			want:  proven{Agree: 3, Levels: fits, PerUnit: true},
		},
		"the price of a unit in the table": {
			table: "0,1,12:0,3.5,11:2,1,10.80",
			sales: each(sold(0, "3.5", "38.50", 4), sold(0, "1", "12", 3)),
			want:  proven{Differ: 3, Levels: none, Ratio: 350, Misread: "prices of one unit: 3"},
		},
		"quantity and price swapped": {
			table: "0,12,1:0,38,3.5:2,10.80,1",
			sales: each(sold(0, "1", "12", 4), sold(0, "3.5", "38", 2)),
			want:  proven{Differ: 3, Levels: none, Ratio: 14_406, Misread: "quantity and price swapped: 3"},
		},
		"taxes in the price": {
			sales: []biotrack.Sold{sold(1, "1", "13.56", 5), sold(2, "3.5", "42.94", 3), sold(3, "2", "27.12", 3)},
			want:  proven{Differ: 3, Levels: none, Ratio: 113},
		},
		"everything is discounted, and no column says so": {
			sales: []biotrack.Sold{sold(1, "1", "10.20", 5), sold(2, "3.5", "32.30", 3), sold(3, "2", "20.40", 3)},
			want:  proven{Differ: 3, Levels: none, Ratio: 85},
		},
		"now and then a discount": {
			sales: each(sold(0, "1", "12", 5), sold(0, "1", "10.20", 2), sold(0, "1", "9", 2)),
			want:  proven{Agree: 3, Levels: fits},
		},
		"prices were changed last week: the lines before the first at the new price do not count": {
			sales: each(between(1, 90, sold(0, "1", "11", 40)), between(2, 80, sold(0, "2", "22", 9)),
				between(91, 99, sold(0, "1", "12", 3))),
			want: proven{Agree: 3, Levels: fits},
		},
		"prices were changed, and hardly anything was sold since": {
			sales: each(between(1, 90, sold(0, "1", "11", 40)), between(91, 99, sold(0, "1", "12", 2))),
			want:  proven{NotSold: 3, Levels: none},
		},
		"a discount happens to be the price of a unit": {
			sales: each(between(1, 90, sold(0, "1", "15", 40)), between(50, 60, sold(0, "1", "12", 3))),
			want:  proven{Differ: 3, Levels: none, Ratio: 125},
		},
		"gifts at a cent": {
			sales: each(sold(0, "1", "0.01", 40), sold(0, "1", "0", 9), sold(0, "1", "12", 3)),
			want:  proven{Agree: 3, Levels: fits},
		},
		"gifts alone": {
			sales: each(sold(0, "1", "0.01", 40)),
			want:  proven{NotSold: 3, Levels: none},
		},
		"a deleted product, and one that is not there": {
			sales: []biotrack.Sold{sold(4, "1", "99", 30), sold(9, "1", "12", 30)},
			want:  proven{NotSold: 3, Levels: none},
		},
		"price points that cannot be read": {
			table: `{"p": 12}`,
			sales: []biotrack.Sold{sold(1, "1", "12", 5), sold(2, "1", "12", 2)},
			want:  proven{Unreadable: 1, Levels: map[int64]int{}},
		},
		"too few": {
			sales: []biotrack.Sold{sold(1, "1", "99", 2)},
			want:  proven{NotSold: 3, Levels: none},
		},
		"another price each time, as typed by hand": {
			sales: each(sold(0, "1", "11", 2), sold(0, "1", "9.50", 2), sold(0, "2", "31", 1), sold(0, "1", "13", 2)),
			want:  proven{NotSold: 3, Levels: none},
		},
		"another quantity each time, at one price": {
			sales: each(sold(0, "1", "13", 1), sold(0, "2", "26", 1), sold(0, "3", "39", 1)),
			want:  proven{Differ: 3, Levels: none, Ratio: 108},
		},
		"a free product": {
			table: "0,1,0:2,1,5",
			sales: each(sold(0, "1", "5", 3)),
			want:  proven{Levels: map[int64]int{0: 0, 2: 3}},
		},
	} {
		table := tt.table
		if table == "" {
			table = provenTable
		}
		_, got := prove3(t, table, tt.sales)
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// TestProveDiffering: products that differ are shown with what was sold of them most often.
func TestProveDiffering(t *testing.T) {
	proof, _ := prove3(t, provenTable, []biotrack.Sold{
		sold(1, "1", "12", 9), sold(2, "1", "14", 4), sold(2, "2", "28", 2), sold(3, "1", "13", 5),
	})
	var got []string
	for _, p := range proof.Menu.Differing {
		got = append(got, fmt.Sprintf("%d: %v, sold %s for %s, %d times", p.ID, p.Menu, p.SoldQuantity, p.SoldPrice,
			p.Times))
	}
	want := []string{
		"3: [{1 12.00} {3.5 38.00}], sold 1 for 13.00, 5 times",
		"2: [{1 12.00} {3.5 38.00}], sold 1 for 14.00, 4 times",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
}

// TestRoomsProof: tills that sell from other rooms than the configured ones, with the verdict that a person would give.
func TestRoomsProof(t *testing.T) {
	catalog := &biotrack.Catalog{
		Rooms: []biotrack.Room{{ID: 3, Name: "Floor"}, {ID: 4, Name: "Quarantine", Quarantine: true}, {ID: 5}},
	}
	for id := int64(1); id <= 4; id++ {
		catalog.Products = append(catalog.Products, biotrack.Product{ID: id, Deleted: id == 4})
	}
	type sale struct {
		lot   biotrack.Lot
		lines int64
	}
	lot := func(product int64, roomdata string, lines int64) sale {
		return sale{biotrack.Lot{ProductID: product, ID: "1", RoomData: roomdata, Remaining: "99"}, lines}
	}
	for name, tt := range map[string]struct {
		configured []int64
		sales      []sale
		// rooms are those that were sold from, with the lines.
		rooms string
		want  RoomsProof
	}{
		"as configured": {
			sales: []sale{
				lot(1, "0,5", 60), lot(2, "0,5", 40), {biotrack.Lot{ProductID: 3, ID: "7", Remaining: "1"}, 10},
			},
			rooms: "0: 110",
			want:  RoomsProof{Lines: 110, Configured: []int64{0}, Covered: 110, Fit: []int64{0}, FitCovers: 110},
		},
		"another room sells, too": {
			sales: []sale{lot(1, "0,5", 40), lot(1, "3,5", 10), lot(2, "3,5", 48), lot(3, "5,1", 2), lot(4, "5,1", 1)},
			rooms: "0: 40, 3: 58, 5: 3",
			want: RoomsProof{
				Lines: 101, Configured: []int64{0}, Covered: 40, Fit: []int64{0, 3}, FitCovers: 98, Missed: 2,
				Missing: []MissedProduct{
					{ID: 2, Rooms: []int64{3}, Lines: 48}, {ID: 3, Rooms: []int64{5}, Lines: 2},
				},
			},
		},
		"a lot in several rooms, one moved, one sold out, one that is not there, one that cannot be read": {
			configured: []int64{3},
			sales: []sale{
				lot(1, "0,5:3,5", 10), lot(1, "0,0:3,5", 10), lot(2, "0,0:3,0", 10), {biotrack.Lot{ProductID: 2}, 3},
				lot(2, "free", 4),
			},
			rooms: "0: 20, 3: 30",
			want: RoomsProof{
				Lines: 30, Shared: 20, Unknown: 7, Configured: []int64{3}, Covered: 30, Fit: []int64{3}, FitCovers: 30,
			},
		},
		"rooms that cannot be sold from": {
			sales: []sale{lot(1, "4,5", 50), lot(2, "9,5", 50)},
			rooms: "4: 50, 9: 50",
			want: RoomsProof{
				Lines: 100, Configured: []int64{0}, Fit: []int64{}, Missed: 2,
				Missing: []MissedProduct{
					{ID: 1, Rooms: []int64{4}, Lines: 50}, {ID: 2, Rooms: []int64{9}, Lines: 50},
				},
			},
		},
		"no sales": {
			want: RoomsProof{Configured: []int64{0}, Fit: []int64{}},
		},
	} {
		rooms, err := NewRoomCount(catalog, tt.configured)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range tt.sales {
			rooms.AddSold(s.lot, s.lines)
		}
		if tt.want.Missing == nil {
			tt.want.Missing = []MissedProduct{}
		}
		var got []string
		for _, room := range rooms.Found(nil).Rooms {
			if room.LinesSold > 0 {
				got = append(got, fmt.Sprintf("%d: %d", room.ID, room.LinesSold))
			}
		}
		diff := cmp.Diff(&tt.want, rooms.Proof(5)) + cmp.Diff(tt.rooms, strings.Join(got, ", "))
		if diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}
