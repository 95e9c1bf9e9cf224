package menu

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"

	"github.com/blackbirdctl/blackbirdctl/biotrack"
	"github.com/blackbirdctl/blackbirdctl/blackbird"
	"github.com/blackbirdctl/blackbirdctl/internal/model"
)

func TestFindLevel(t *testing.T) {
	levels := []biotrack.Level{
		{ID: 1, Name: "Non-Member"}, {ID: 2, Name: "Gold"}, {ID: 3, Name: "gold"}, {ID: 4, Name: "7"},
	}
	for configured, want := range map[string]int64{"0": 0, "2": 2, " non-member ": 1, "7": 4} {
		if got, err := findLevel(configured, levels); err != nil || got != want {
			t.Errorf("%q is level %d, %v; want %d", configured, got, err, want)
		}
	}
	for _, configured := range []string{"", "Gold", "Silver", "9", "-1"} {
		_, err := findLevel(configured, levels)
		if e, ok := errors.AsType[*model.SetupError](err); !ok || !strings.Contains(e.Hint(), "1 (Non-Member)") {
			t.Errorf("%q: %v", configured, err)
		}
	}
}

func TestFindRooms(t *testing.T) {
	rooms := []biotrack.Room{{ID: 2, Name: "Counter"}, {ID: 4, Name: "Quarantine", Quarantine: true}}
	tests := []struct {
		configured []int64
		selling    []int64
		warnings   int
		unknown    bool
	}{
		{selling: []int64{0}},
		{configured: []int64{0, 2}, selling: []int64{0, 2}},
		{configured: []int64{2}, selling: []int64{2}, warnings: 1},
		{configured: []int64{0, 4}, selling: []int64{0}, warnings: 1},
		{configured: []int64{4}, warnings: 2},
		{configured: []int64{0, 9}, selling: []int64{0}, unknown: true},
	}
	for _, tt := range tests {
		m := &Menu{}
		err := m.findRooms(tt.configured, rooms)
		selling, warnings := m.selling, m.Warnings
		if _, unknown := errors.AsType[*model.SetupError](err); unknown != tt.unknown {
			t.Errorf("%v: %v", tt.configured, err)
		}
		if len(selling) != len(tt.selling) || len(warnings) != tt.warnings {
			t.Errorf("%v: selling %v with %q", tt.configured, selling, warnings)
		}
		for _, room := range tt.selling {
			if !selling[room] {
				t.Errorf("%v: room %d does not sell", tt.configured, room)
			}
		}
	}
}

func TestMenuLine(t *testing.T) {
	tests := []struct {
		name    string
		product biotrack.Product
		lots    []biotrack.Lot
		reserve string
		reason  string

		allowFree, onMenu bool
	}{
		{name: "one is enough for one", product: biotrack.Product{PricePoint: "12"}, lots: lots("0,1"), onMenu: true},
		{name: "none left", product: biotrack.Product{PricePoint: "12"}, lots: lots("0,0")},
		{name: "no lot", product: biotrack.Product{PricePoint: "12"}},
		{name: "no price point", lots: lots("0,9"), reason: ReasonNoPrice},
		{name: "deleted", product: biotrack.Product{PricePoint: "12", Deleted: true}, lots: lots("0,9")},
		{name: "less than the smallest quantity", product: biotrack.Product{PricePoint: "0,3.5,38"},
			lots: lots("0,3.4999")},
		{name: "the smallest quantity", product: biotrack.Product{PricePoint: "0,7,70:0,3.5,38"}, lots: lots("0,3.5"),
			onMenu: true},
		{name: "a crumb too little, rounded down", product: biotrack.Product{PricePoint: "0,1,38"},
			lots: lots("0,0.99999")},
		{name: "another room's stock", product: biotrack.Product{PricePoint: "12"}, lots: lots("3,9")},
		{name: "rooms add up over lots", product: biotrack.Product{PricePoint: "0,3,9"}, lots: lots("0,1:3,9", "0,2"),
			onMenu: true},
		{name: "reserve leaves one", product: biotrack.Product{PricePoint: "12"}, lots: lots("0,5"), reserve: "4",
			onMenu: true},
		{name: "reserve leaves none", product: biotrack.Product{PricePoint: "12"}, lots: lots("0,5"), reserve: "4.5"},
		{name: "the category's price", product: biotrack.Product{CategoryPricePoint: "12"}, lots: lots("0,1"),
			onMenu: true},
		{name: "its own price point lacks the level",
			product: biotrack.Product{PricePoint: "2,1,9", CategoryPricePoint: "12"}, lots: lots("0,1"),
			reason: ReasonNoPrice},
		{name: "its own price point is all that is read",
			product: biotrack.Product{PricePoint: "12", CategoryPricePoint: "?"}, lots: lots("0,1"), onMenu: true},
		{name: "no price at the level", product: biotrack.Product{PricePoint: "2,1,9"}, lots: lots("0,1"),
			reason: ReasonNoPrice},
		{name: "no price and no stock", product: biotrack.Product{PricePoint: "2,1,9"}},
		{name: "no price and deleted", product: biotrack.Product{PricePoint: "2,1,9", Deleted: true},
			lots: lots("0,1")},
		{name: "a price of 0", product: biotrack.Product{PricePoint: "0"}, lots: lots("0,1"), reason: ReasonNoPrice},
		{name: "a price that rounds to 0", product: biotrack.Product{PricePoint: "0,1,0.004"}, lots: lots("0,1"),
			reason: ReasonNoPrice},
		{name: "a larger quantity for 0", product: biotrack.Product{PricePoint: "0,1,5:0,2,0"}, lots: lots("0,1"),
			reason: ReasonNoPrice},
		{name: "0 at another level", product: biotrack.Product{PricePoint: "0,1,5:2,1,0"}, lots: lots("0,1"),
			onMenu: true},
		{name: "a price of 0 that is allowed", product: biotrack.Product{PricePoint: "0"}, lots: lots("0,1"),
			allowFree: true, onMenu: true},
		{name: "a unit that rounds to 0", product: biotrack.Product{PricePoint: "0,0.00001,5"}, lots: lots("0,1"),
			allowFree: true, reason: ReasonNoPrice},
		{name: "a misprint in a room that does not sell", product: biotrack.Product{PricePoint: "12"},
			lots:   lots("4;9"),
			reason: ReasonBadQuantity},
		{name: "price of garbage", product: biotrack.Product{PricePoint: "free"}, lots: lots("0,1"),
			reason: ReasonBadPrice},
		{name: "category's price of garbage", product: biotrack.Product{CategoryPricePoint: "1,2,3,4"},
			reason: ReasonBadPrice},
		{name: "remaining weight of garbage", product: biotrack.Product{PricePoint: "12"},
			lots: []biotrack.Lot{{Remaining: "NaN"}}, reason: ReasonBadQuantity},
		{name: "remaining weight of garbage in a room that does not sell", product: biotrack.Product{PricePoint: "12"},
			lots: []biotrack.Lot{{Remaining: "NaN", CurrentRoom: 4}}},
		{name: "too much to be true", product: biotrack.Product{PricePoint: "12"},
			lots:   lots("0,9999999999", "0,9999999999"),
			reason: ReasonBadQuantity},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			settings := Settings{Level: "0", AllowFree: tt.allowFree}
			if tt.reserve != "" {
				settings.Reserve = decimal.RequireFromString(tt.reserve)
			}
			m, err := New(settings, &biotrack.Catalog{}, nil)
			if err != nil {
				t.Fatal(err)
			}
			for _, lot := range tt.lots {
				m.AddLot(lot)
			}
			line, reject := m.Line(&tt.product)
			if line.OnMenu != tt.onMenu {
				t.Errorf("on the menu: %v, quantity %s", line.OnMenu, line.Quantity)
			}
			if (reject == nil) != (tt.reason == "") || reject != nil && reject.Reason != tt.reason {
				t.Errorf("reject %+v, want %q", reject, tt.reason)
			}
		})
	}
}

// lots are lots of product 0 with the given roomdata.
func lots(roomdata ...string) []biotrack.Lot {
	var all []biotrack.Lot
	for _, text := range roomdata {
		all = append(all, biotrack.Lot{RoomData: text})
	}
	return all
}

// TestDiff: what BioTrack no longer has, and what cannot be read, leaves the menu; only lines that differ are written.
func TestDiff(t *testing.T) {
	line := func(id int64, on bool) blackbird.Product { return blackbird.Product{ID: id, OnMenu: on} }
	stored := []blackbird.Product{
		line(1, true), line(2, true), line(3, true), line(4, false), line(5, true), line(6, false),
	}
	wanted := []struct {
		line   blackbird.Product
		reject *blackbird.Reject
	}{
		{line: line(1, true)}, {line: line(2, false)}, {line: line(3, true), reject: &blackbird.Reject{Key: "3"}},
		{line: line(4, true)}, {line: line(7, true)}, {line: line(8, true), reject: &blackbird.Reject{Key: "8"}},
	}
	var products []biotrack.Product
	for i := range wanted {
		products = append(products, biotrack.Product{ID: wanted[i].line.ID})
	}
	d := NewDiff(products, func(p *biotrack.Product) (blackbird.Product, *blackbird.Reject) {
		for _, w := range wanted {
			if w.line.ID == p.ID {
				return w.line, w.reject
			}
		}
		panic(p.ID)
	}, func(p *blackbird.Product) (blackbird.Product, bool) { return *p, false }, func(...blackbird.Difference) {})
	for i := range stored {
		d.Compare(&stored[i])
	}
	d.Finish()
	if held := d.Settle(true); held != 0 {
		t.Errorf("%d that are sold out were held back", held)
	}
	want := blackbird.Counts{Read: 6, Inserted: 1, Updated: 1, Unchanged: 1, Removed: 3, Rejected: 2}
	if d.Counts != want || d.OnMenuBefore != 4 || d.OnMenu != 3 || len(d.Rejects) != 2 {
		t.Errorf("counts %+v, %d on the menu, then %d", d.Counts, d.OnMenuBefore, d.OnMenu)
	}
	on := map[int64]bool{}
	for _, p := range d.Write {
		on[p.ID] = p.OnMenu
	}
	if len(on) != 5 || on[2] || on[3] || !on[4] || on[5] || !on[7] {
		t.Errorf("written: %v", on)
	}
}

// TestAccepted: a watermark of a shop with the usual price points, however they are described, is that of a program
// that knew no others.
func TestAccepted(t *testing.T) {
	usual := map[string]string{"member_level": "2", "rooms": "0,3", "reserve": "1.5", "allow_free": "false"}
	settings := Settings{Level: "Gold", Rooms: []int64{3, 0, 3}, Reserve: decimal.RequireFromString("1.5")}
	for _, grammar := range []biotrack.PriceGrammar{{}, {Format: "text", BetweenPrices: ":", Unit: "dollars"}} {
		settings.Grammar = grammar
		if diff := cmp.Diff(usual, settings.Accepted(2)); diff != "" {
			t.Errorf("%+v: %s", grammar, diff)
		}
	}
	settings.Grammar = biotrack.PriceGrammar{Names: biotrack.FieldNames{Price: "p"}}
	usual["price_points"] = `{"format":"text","between_prices":":","between_fields":",","names":{"price":"p"},` +
		`"after_name":"=","unit":"dollars"}`
	if diff := cmp.Diff(usual, settings.Accepted(2)); diff != "" {
		t.Error(diff)
	}
}

// TestBadShapes: what does not parse is counted by what it looks like, the most frequent first.
func TestBadShapes(t *testing.T) {
	catalog := &biotrack.Catalog{}
	for i, text := range []string{"free", "1;5.00", "12", "2;15.00", "ask", "", "3;1.5", "4;1.25", "$1"} {
		catalog.Products = append(catalog.Products, biotrack.Product{
			ID: int64(i + 1), PricePoint: text, CategoryPricePoint: "see poster",
		})
	}
	preview, err := NewPreview(Settings{Level: "0"}, catalog)
	if err != nil {
		t.Fatal(err)
	}
	found := preview.Found(3)
	want := []BadShape{
		{Shape: "9;9.9", Products: 4, IDs: []int64{2, 4, 7}, Text: "1;5.00"},
		{Shape: "a", Products: 2, IDs: []int64{1, 5}, Text: "free"},
		{Shape: "a a", Products: 1, IDs: []int64{6}, Text: "see poster"},
	}
	if diff := cmp.Diff(want, found.BadShapes); diff != "" || found.BadPrices != 8 || len(found.Bad) != 3 {
		t.Errorf("%d bad prices, %d samples: %s", found.BadPrices, len(found.Bad), diff)
	}
}
