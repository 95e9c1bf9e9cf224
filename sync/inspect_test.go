package sync_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/blackbirdctl/blackbirdctl/biotrack"
	biotracktest "github.com/blackbirdctl/blackbirdctl/internal/test/biotracktest"
	"github.com/blackbirdctl/blackbirdctl/internal/test/shop"
	"github.com/blackbirdctl/blackbirdctl/sync"
	"github.com/blackbirdctl/blackbirdctl/sync/menu"
)

// TestInspectPricesIsThePass: what a look at the shelves foretells is what a products pass then does.
func TestInspectPricesIsThePass(t *testing.T) {
	t.Parallel()
	for _, layout := range biotracktest.Layouts() {
		s := stockedShop(t, shop.SQLite, biotracktest.Options{Layout: layout, Seed: 5, Customers: 5, Tickets: 5,
			Products: 120, BadRows: true})
		for _, settings := range []menu.Settings{
			{Level: "1"}, {Level: "gold", Rooms: []int64{0, 2}},
			{Level: "0", Rooms: []int64{2, 4}, Reserve: decimals("3.5")},
			{Level: "4", Rooms: []int64{4}},
		} {
			s.opts.Menu = settings
			source := s.openSource()
			found := must(sync.InspectPrices(t.Context(), source, nil, settings, 7, false))
			_ = source.Close()
			r := s.full(sync.Products.Pass)
			for _, reason := range []string{sync.ReasonBadPrice, sync.ReasonBadQuantity} {
				if int64(found.Menu.Off[reason]) != r.Reasons[reason] {
					t.Errorf("%+v: %v foretold, the pass had %v", settings, found.Menu.Off, r.Reasons)
				}
			}
			on := 0
			for _, p := range s.store.Actual().Products {
				if p.OnMenu {
					on++
				}
			}
			if found.Menu.OnMenu != on || r.OnMenu == nil || *r.OnMenu != int64(on) {
				t.Errorf("%+v: %d on the menu foretold, %d are, the pass had %+v", settings, found.Menu.OnMenu, on, r)
			}
			one := s.opts
			one.Only.IDs = []string{"1"}
			if r := must(s.try(sync.Products.Pass, one)); r.OnMenu == nil || *r.OnMenu != int64(on) {
				t.Errorf("%+v: %d are on the menu, the backfill had %+v", settings, on, r)
			}
			if found.BadPrices != found.Menu.Off[sync.ReasonBadPrice] || len(found.Bad) != min(7, found.BadPrices) ||
				len(found.Samples) != 7 {
				t.Errorf("%+v: %d of %d bad prices, %d samples", settings, len(found.Bad), found.BadPrices,
					len(found.Samples))
			}
		}
	}
}

// TestInspectPricesOff has one product for each reason not to show it.
func TestInspectPricesOff(t *testing.T) {
	t.Parallel()
	s := newShop(t, shop.SQLite, biotracktest.Layout2015)
	s.till.Exec(`INSERT INTO productcategories (id, pricepoint) VALUES (1, '0,1,9')`)
	s.till.Exec(`INSERT INTO products (id, name, pricepoint, productcategory, deleted)
		VALUES (1, 'shown', '12', NULL, 0), (2, 'few', '0,5,9', NULL, 0),
		(3, 'unpriced', '2,1,10.80', NULL, 0), (4, 'garbage', 'free', NULL, 0), (5, 'deleted', '12', NULL, 1),
			(6, 'unweighed', '12', NULL, 0),
		(8, 'inherits', NULL, 1, NULL), (9, 'lacks the level', '1,1,12:1,3,30', 1, NULL)`)
	s.till.Exec(`INSERT INTO inventory (id, productid, roomdata, remainingweight)
		SELECT p.id, p.id, CASE WHEN p.id <> 6 THEN '0,4' END,
			CASE WHEN p.id = 6 THEN numeric 'NaN' ELSE 9 END FROM products p`)
	source := s.openSource()
	defer source.Close()
	found := must(sync.InspectPrices(t.Context(), source, nil, menu.Settings{Level: "0"}, 20, false))
	want := map[string]int{"not_enough_stock": 1, sync.ReasonNoPrice: 2, sync.ReasonBadPrice: 1, "deleted": 1,
		sync.ReasonBadQuantity: 1}
	if diff := cmp.Diff(want, found.Menu.Off); diff != "" || found.Menu.OnMenu != 2 {
		t.Errorf("%d on the menu; off it (-want +got):\n%s", found.Menu.OnMenu, diff)
	}
	got := fmt.Sprint(found.Samples[len(found.Samples)-1].Levels)
	if got != "[{1 [{1 12.00} {3 30.00}]}]" {
		t.Errorf("prices are %s", got)
	}

	// Without a level there is no menu; a level or a room that is not there is refused.
	found = must(sync.InspectPrices(t.Context(), source, nil, menu.Settings{Level: " "}, 2, false))
	if found.Menu != nil || found.LevelHint == "" || len(found.Samples) != 2 || found.BadPrices != 1 {
		t.Errorf("without a level: %+v", found)
	}
	for _, settings := range []menu.Settings{{Level: "Gold"}, {Level: "0", Rooms: []int64{9}}, {Rooms: []int64{9}}} {
		_, err := sync.InspectPrices(t.Context(), source, nil, settings, 2, false)
		if setup := (*sync.SetupError)(nil); !errors.As(err, &setup) {
			t.Errorf("%+v: %v", settings, err)
		}
	}
}

// TestTradeProvesPrices: a shop that trades, and changes prices meanwhile, sells at the prices that a first menu shows,
// and not at another level's.
func TestTradeProvesPrices(t *testing.T) {
	t.Parallel()
	s := stockedShop(t, shop.SQLite, biotracktest.Options{Seed: 5, Customers: 20, Tickets: 20, Products: 30})
	for day := range 8 {
		s.day(day+1, false)
	}
	source := s.openSource()
	defer source.Close()
	proof := must(sync.InspectPrices(t.Context(), source, nil, menu.Settings{Level: "0"}, 9, true)).Proof.Menu
	if proof.Agree < 10 || 9*proof.Differ > proof.Agree {
		t.Errorf("%+v", proof)
	}
	s.opts.Menu.Level = "2"
	_, err := s.try(sync.Products.Pass, s.opts)
	if wrong := (*sync.PriceProofError)(nil); !errors.As(err, &wrong) || len(s.store.Actual().Products) > 0 {
		t.Errorf("at another level: %v", err)
	}
	s.opts.Menu.Level = "0"
	must(s.try(sync.Products.Pass, s.opts))
}

func TestInspectLevels(t *testing.T) {
	t.Parallel()
	s := newShop(t, shop.SQLite, biotracktest.LayoutAudited)
	s.till.Exec(`INSERT INTO memberdiscount (id, membername, deleted) VALUES (1, 'Non-Member', 0), (2, 'Gold', NULL),
		(3, 'Old', 1)`)
	s.till.Exec(`INSERT INTO productcategories (id, pricepoint) VALUES (1, '0,1,9:2,1,8'), (2, 'see poster')`)
	s.till.Exec(`INSERT INTO products (id, pricepoint, productcategory, deleted, location) VALUES (1, '12', NULL, 0, 1),
		(2, '1,1,10:3,1,7', 1, NULL, 1),
		(3, '1,1,10', 2, 0, 1), (4, 'free', 1, 0, 1), (5, '1,1,10', 1, 1, 1), (6, NULL, NULL, 0, 1),
			(7, '2,1,1', NULL, 0, 2)`)
	source := s.openSource()
	defer source.Close()
	want := &menu.LevelsFound{Products: 6, PricePoints: 5, BadPrices: 1, Levels: []menu.LevelUse{
		{ID: 0, Listed: true, Products: 1}, {ID: 1, Name: "Non-Member", Listed: true, Products: 2},
		{ID: 2, Name: "Gold", Listed: true, Products: 1},
		{ID: 3, Products: 1},
	}}
	if diff := cmp.Diff(want, must(sync.InspectLevels(t.Context(), source, nil, biotrack.PriceGrammar{}))); diff != "" {
		t.Errorf("levels (-want +got):\n%s", diff)
	}
	there := must(sync.InspectLevels(t.Context(), source, []int64{2}, biotrack.PriceGrammar{}))
	if there.Products != 1 || there.BadPrices != 0 || there.Levels[0].Products != 0 {
		t.Errorf("levels of one location: %+v", there)
	}
}

func TestInspectRooms(t *testing.T) {
	t.Parallel()
	s := newShop(t, shop.SQLite, biotracktest.Layout2015)
	s.till.Exec(`INSERT INTO inventoryrooms (id, roomname, deleted, quarantine) VALUES (1, 'Vault', 0, 0),
		(4, 'Quarantine', 0, 1), (5, 'Old', 1, 0)`)
	s.till.Exec(`INSERT INTO products (id, deleted) VALUES (1, 0), (2, 0), (3, 1)`)
	s.till.Exec(`INSERT INTO inventory (id, productid, roomdata, remainingweight, currentroom, deleted, expiration)
		VALUES
		(1, 1, '0,1:1,3:0,2', 9, 7, 0, NULL), (2, 1, '0,5:1,0:4,-1', 9, 7, 0, NULL), (3, 2, '', 2, 5, 0, NULL),
			(4, 2, '4,2', 9, 0, 0, NULL),
		(5, 3, '0,9', 9, 0, 0, NULL), (6, 2, '0,9', 9, 0, 1, NULL), (7, 2, '0,9', 9, 0, 0, 1),
			(8, 2, NULL, 'NaN', 0, 0, NULL),
		(9, 2, NULL, 0, 0, 0, NULL), (10, NULL, '0,9', 9, 0, 0, NULL), (11, 1, ' ', 0, 0, 1, NULL)`)
	source := s.openSource()
	defer source.Close()
	want := &menu.RoomsFound{
		Rooms: []menu.RoomUse{
			{ID: 0, Listed: true, Lots: 2, Products: 1}, {ID: 1, Name: "Vault", Listed: true, Lots: 1, Products: 1},
			{ID: 4, Name: "Quarantine", Quarantine: true, Listed: true, Lots: 1, Products: 1},
			{ID: 5, Lots: 1, Products: 1},
		},
		UnsellableLots: map[string]int64{"product_deleted": 1, "deleted": 1, "expired": 1, "bad_quantity": 1,
			"no_product": 1},
	}
	if diff := cmp.Diff(want, must(sync.InspectRooms(t.Context(), source, nil, nil, 0, false))); diff != "" {
		t.Errorf("rooms (-want +got):\n%s", diff)
	}
}
