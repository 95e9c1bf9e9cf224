package menu

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/blackbirdctl/blackbirdctl/biotrack"
)

// TestProduct: what counts of each lot in each room adds up to the stock of the line, and the reason is the line's.
func TestProduct(t *testing.T) {
	catalog := &biotrack.Catalog{
		Rooms:    []biotrack.Room{{ID: 2, Name: "Counter"}, {ID: 4, Name: "Cage", Quarantine: true}},
		Products: []biotrack.Product{{ID: 7, Name: "Otter", PricePoint: "0,1,12:2,1,10", Weighed: true}},
	}
	preview, err := NewPreview(Settings{Level: "0", Rooms: []int64{0, 2, 4}}, catalog)
	if err != nil {
		t.Fatal(err)
	}
	found := preview.Product(7, []biotrack.Lot{
		{ProductID: 7, ID: "1", RoomData: "0,3:2,2:4,5", Remaining: "4"},
		{ProductID: 7, ID: "2", CurrentRoom: 2, Remaining: "1.5"},
		{ProductID: 7, ID: "3", CurrentRoom: 2, Remaining: "9", Unsellable: "expired"},
		{ProductID: 7, ID: "4", CurrentRoom: 5, Remaining: "8"},
	})
	want := []LotRoom{
		{Lot: "1", Room: 0, Amount: "3", Counts: "3"},
		{Lot: "1", Room: 2, RoomName: "Counter", Amount: "2", Counts: "1", Reason: "remaining_weight 4"},
		{Lot: "1", Room: 4, RoomName: "Cage", Amount: "4", Counts: "0", Reason: "room_not_for_sale"},
		{Lot: "2", Room: 2, RoomName: "Counter", Amount: "1.5", Counts: "1.5"},
		{Lot: "3", Room: 2, RoomName: "Counter", Amount: "9", Counts: "0", Reason: "expired"},
		{Lot: "4", Room: 5, Amount: "8", Counts: "0", Reason: "room_not_for_sale"},
	}
	if diff := cmp.Diff(want, found.Lots); diff != "" {
		t.Error(diff)
	}
	if !found.OnMenu || found.Quantity != "5.5" || found.UnitsLeft != 5 || found.Unit != "g" {
		t.Errorf("%+v", found)
	}
	bad := preview.Product(7, []biotrack.Lot{{ProductID: 7, ID: "5", RoomData: "0;3"}})
	if bad.OnMenu || bad.Reason != ReasonBadQuantity || bad.Lots[0].Reason == "" {
		t.Errorf("%+v", bad)
	}
	if other := preview.Product(8, nil); other != nil {
		t.Errorf("%+v", other)
	}
}
