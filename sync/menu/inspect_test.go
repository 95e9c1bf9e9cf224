package menu

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"

	"github.com/blackbirdctl/blackbirdctl/biotrack"
	"github.com/blackbirdctl/blackbirdctl/blackbird"
	"github.com/blackbirdctl/blackbirdctl/internal/model"
)

// shelves is a catalog with one product for each reason not to be on the menu, and their lots.
func shelves() (*biotrack.Catalog, []biotrack.Lot) {
	catalog := &biotrack.Catalog{
		Levels: []biotrack.Level{{ID: 0, Name: "Everyone"}, {ID: 2, Name: "Gold"}},
		Rooms:  []biotrack.Room{{ID: 2, Name: "Counter"}, {ID: 4, Name: "Cage", Quarantine: true}},
		Products: []biotrack.Product{
			{ID: 1, PricePoint: "0,1,12:2,1,10"},
			{ID: 2, PricePoint: "0,5,50", CategoryPricePoint: "3"},
			{ID: 3, PricePoint: "3,1,9"},
			{ID: 4, PricePoint: "free"},
			{ID: 5, PricePoint: "12:7,1,9", Deleted: true},
			{ID: 6, CategoryPricePoint: "0"},
			{ID: 7, PricePoint: " "},
			{ID: 8, PricePoint: "12"},
		},
	}
	var lots []biotrack.Lot
	for _, p := range catalog.Products {
		lots = append(lots, biotrack.Lot{ProductID: p.ID, RoomData: "0,3:2,1:9,0", Remaining: "4"})
	}
	lots[7].RoomData = "0;4"
	return catalog, append(lots, biotrack.Lot{ProductID: 1, CurrentRoom: 9, Remaining: "1"},
		biotrack.Lot{ProductID: 2, CurrentRoom: 2, Remaining: "0"}, biotrack.Lot{ProductID: 99, Remaining: "1"})
}

func TestFindLevels(t *testing.T) {
	catalog, _ := shelves()
	want := &LevelsFound{Products: 7, PricePoints: 6, BadPrices: 1, Levels: []LevelUse{
		{ID: 0, Name: "Everyone", Listed: true, Products: 3}, {ID: 2, Name: "Gold", Listed: true, Products: 1},
		{ID: 3, Products: 1}, {ID: 7},
	}}
	if diff := cmp.Diff(want, FindLevels(biotrack.PriceGrammar{}, catalog)); diff != "" {
		t.Error(diff)
	}
}

func TestRoomCount(t *testing.T) {
	catalog, lots := shelves()
	count, err := NewRoomCount(catalog, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, lot := range lots {
		count.AddLot(lot)
	}
	want := &RoomsFound{
		UnsellableLots: map[string]int64{"expired": 3, ReasonBadQuantity: 2, unsellableDeletedProduct: 2},
		Rooms: []RoomUse{
			{ID: 0, Listed: true, Lots: 6, Products: 6},
			{ID: 2, Name: "Counter", Listed: true, Lots: 6, Products: 6},
			{ID: 4, Name: "Cage", Quarantine: true, Listed: true}, {ID: 9, Lots: 1, Products: 1},
		},
	}
	if diff := cmp.Diff(want, count.Found(map[string]int64{"expired": 3, ReasonBadQuantity: 1})); diff != "" {
		t.Error(diff)
	}
	count.AddLot(biotrack.Lot{ProductID: 1, CurrentRoom: 9, Remaining: "2"})
	if use := count.Found(nil).Rooms[3]; use.Lots != 2 || use.Products != 1 {
		t.Errorf("a second lot of a product makes %+v", use)
	}
}

func TestPreviewFound(t *testing.T) {
	catalog, lots := shelves()
	preview, err := NewPreview(Settings{Level: "0", Rooms: []int64{0}}, catalog)
	if err != nil {
		t.Fatal(err)
	}
	for _, lot := range lots {
		preview.AddLot(lot)
	}
	found := preview.Found(3)
	want := &Outlook{Rooms: []int64{0}, Reserve: "0", OnMenu: 1, Warnings: []string{}, Off: map[string]int{
		"not_enough_stock": 1, ReasonNoPrice: 3, ReasonBadPrice: 1, "deleted": 1, ReasonBadQuantity: 1,
	}}
	if diff := cmp.Diff(want, found.Menu); diff != "" {
		t.Error(diff)
	}
	var samples []int64
	for _, s := range found.Samples {
		samples = append(samples, s.ID)
	}
	if diff := cmp.Diff([]int64{1, 3, 7}, samples); diff != "" || found.BadPrices != 1 || len(found.Bad) != 1 {
		t.Errorf("%d bad prices; samples %s", found.BadPrices, diff)
	}
	levels := []LevelPrice{
		{Level: 0, Breaks: blackbird.PriceBreaks{{Quantity: "1", Price: "12.00"}}},
		{Level: 2, Breaks: blackbird.PriceBreaks{{Quantity: "1", Price: "10.00"}}},
	}
	if diff := cmp.Diff(levels, found.Samples[0].Levels); diff != "" {
		t.Error(diff)
	}
}

// TestGone: a level that was accepted and has gone keeps its prices if it is named, or has the same id.
func TestGone(t *testing.T) {
	catalog := &biotrack.Catalog{Levels: []biotrack.Level{{ID: 2, Name: "Gold"}}}
	accepted := map[string]string{settingLevel: "7"}
	for _, tt := range []struct {
		level    string
		accepted map[string]string
		want     int64
		gone     bool
		refused  bool
	}{
		{level: "Silver", accepted: accepted, want: 7, gone: true},
		{level: "7", accepted: accepted, want: 7, gone: true},
		{level: " 7 ", accepted: accepted, want: 7, gone: true}, {level: "Gold", accepted: accepted, want: 2},
		{level: "8", accepted: accepted, refused: true}, {level: " ", accepted: accepted, refused: true},
		{level: "Silver", refused: true}, {level: "7", refused: true},
		{level: "0", accepted: map[string]string{settingLevel: "x"}},
		{level: "Silver", accepted: map[string]string{settingLevel: "x"}, refused: true},
	} {
		m, err := New(Settings{Level: tt.level}, catalog, tt.accepted)
		if _, setup := errors.AsType[*model.SetupError](err); setup != tt.refused {
			t.Errorf("%q after %v: %v", tt.level, tt.accepted, err)
		}
		if err == nil && (m.Level != tt.want || (m.Gone != nil) != tt.gone) {
			t.Errorf("%q after %v: level %d, %v", tt.level, tt.accepted, m.Level, m.Gone)
		}
	}
	m, err := New(Settings{Level: "2", Rooms: []int64{0, 5}}, catalog, nil)
	if err != nil || m.Gone == nil {
		t.Errorf("a room that is gone: %v, %+v", err, m)
	}
	if _, err := NewPreview(Settings{Level: "2", Rooms: []int64{5}}, catalog); err == nil {
		t.Error("a preview with a room that is gone")
	}
	preview, err := NewPreview(Settings{Level: " "}, catalog)
	if err != nil || preview.Found(1).Menu != nil || preview.Found(1).LevelHint == "" {
		t.Errorf("a preview without a level: %v", err)
	}
}

// TestHeld: a line stays on the menu, if need be, while there is a unit of it above the reserve.
func TestHeld(t *testing.T) {
	for _, tt := range []struct {
		unit, stock, reserve string
		units                int64
	}{
		{unit: "1", stock: "3", reserve: "0", units: 3}, {unit: "1", stock: "1", reserve: "0", units: 1},
		{unit: "3.5", stock: "7.9", reserve: "0.9", units: 2}, {unit: "3.5", stock: "7.9", reserve: "1", units: 1},
		{unit: "1", stock: "0.9999", reserve: "0"}, {unit: "1", stock: "2", reserve: "2"},
		{unit: "0", stock: "2", reserve: "0"}, {unit: "1", stock: "0", reserve: "0"},
	} {
		for _, bad := range []bool{false, true} {
			settings := Settings{Level: "0", Reserve: decimal.RequireFromString(tt.reserve)}
			m, err := New(settings, &biotrack.Catalog{}, nil)
			if err != nil {
				t.Fatal(err)
			}
			m.AddLot(biotrack.Lot{ProductID: 7, Remaining: tt.stock})
			if bad {
				m.AddLot(biotrack.Lot{ProductID: 7, Remaining: "x"})
			}
			stored := blackbird.Product{ID: 7, UnitQuantity: decimal.NewNullDecimal(decimal.RequireFromString(tt.unit))}
			line, held := m.Held(&stored)
			if held != (tt.units > 0 && !bad) || !line.Quantity.Equal(decimal.RequireFromString(tt.stock)) {
				t.Errorf("%+v: held %v with %s", tt, held, line.Quantity)
			}
			if units := UnitsLeft(&line, m.reserve); units != tt.units {
				t.Errorf("%+v: %d units left", tt, units)
			}
		}
	}
}
