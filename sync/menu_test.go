package sync_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	biotracktest "github.com/blackbirdctl/blackbirdctl/internal/test/biotracktest"
	"github.com/blackbirdctl/blackbirdctl/internal/test/oracle"
	"github.com/blackbirdctl/blackbirdctl/internal/test/shop"
	"github.com/blackbirdctl/blackbirdctl/sync"
	"github.com/blackbirdctl/blackbirdctl/sync/menu"
)

// stockedMenu makes a shop of ten products with five of each in room 0 and two in room 1, at two levels.
func stockedMenu(t *testing.T, kind shop.Kind) *fixture {
	t.Helper()
	s := newShop(t, kind, biotracktest.Layout2015)
	s.opts.Menu.Rooms = []int64{0, 1}
	s.till.Exec(`INSERT INTO inventoryrooms (id, roomname) VALUES (1, 'Floor')`)
	s.till.Exec(`INSERT INTO memberdiscount (id, membername) VALUES (2, 'Gold')`)
	s.till.Exec(`INSERT INTO products (id, name, pricepoint) SELECT n, 'P' || n, '0,1,12:2,1,10' 
		FROM generate_series(1, 10) n`)
	s.till.Exec(`INSERT INTO inventory (id, productid, remainingweight, roomdata)
		SELECT n, n, 7, '0,5:1,2' FROM generate_series(1, 10) n`)
	s.pass(sync.Products.Pass)
	return s
}

// onMenu returns how many products are on the menu.
func (s *fixture) onMenu() string {
	s.Helper()
	return s.store.Value("SELECT count(*) FROM products WHERE on_menu")
}

var productsOnly = oracle.Options{Streams: []string{"products"}, AllowRemoved: true, KeepRejected: true}

// TestMenuSettings: other settings than the last pass had are refused, and a full pass accepts them and counts what
// they change. Settings that mean the same are the same.
func TestMenuSettings(t *testing.T) {
	shop.EachKind(t, func(t *testing.T, kind shop.Kind) {
		s := stockedMenu(t, kind)
		before := s.store.Dump()
		for name, c := range map[string]struct {
			change        func(*sync.Options)
			refused, said string
			counts        menu.Changes
		}{
			"level": {func(o *sync.Options) { o.Menu.Level = "gold" }, "member_level was",
				"member_level was 0 and is now 2",
				menu.Changes{Repriced: 10}},
			"rooms": {func(o *sync.Options) { o.Menu.Rooms = nil }, "rooms was", "rooms was 0,1 and is now 0",
				menu.Changes{}},
			"reserve": {func(o *sync.Options) { o.Menu.Reserve = decimals("7") }, "reserve was",
				"reserve was 0 and is now 7",
				menu.Changes{Left: 10}},
			"free": {func(o *sync.Options) { o.Menu.AllowFree = true }, "allow_free was",
				"allow_free was false and is now true", menu.Changes{}},
			"locations": {func(o *sync.Options) { o.Locations = []int64{1} }, "locations were",
				"locations was all and is now 1", menu.Changes{}},
		} {
			opts := s.opts
			c.change(&opts)
			for _, run := range []pass{sync.Products.Pass, verification(sync.Products, false),
				verification(sync.Products, true)} {
				var refused *sync.SetupError
				if _, err := s.try(run, opts); !errors.As(err, &refused) || !strings.Contains(refused.Problem,
					c.refused) {
					t.Errorf("%s: %v", name, err)
				}
			}
			opts.Full, opts.DryRun = true, true
			r := must(s.try(sync.Products.Pass, opts))
			if diff := cmp.Diff(&c.counts, r.MenuChanges); diff != "" || !slicesEqual(r.SettingsChanged, c.said) {
				t.Errorf("%s: %q, changes (-want +got):\n%s", name, r.SettingsChanged, diff)
			}
		}
		s.store.WantUnwritten(before)
		s.opts.Menu.Rooms, s.opts.Menu.Reserve = []int64{1, 0, 1}, decimals("0.00")
		s.pass(sync.Products.Pass)
		s.opts.Menu.Level = "2"
		s.full(sync.Products.Pass)
		s.opts.Menu.Level = " Gold"
		s.pass(sync.Products.Pass)
		s.opts.Menu.Level = "2"
		s.check(productsOnly)
	})
}

func slicesEqual(got []string, want string) bool { return strings.Join(got, "; ") == want }

// TestMenuSettingsOfOldWatermark: a watermark that kept no settings accepts any, once.
func TestMenuSettingsOfOldWatermark(t *testing.T) {
	shop.EachKindInTurn(t, func(t *testing.T, kind shop.Kind) {
		s := stockedMenu(t, kind)
		w := must(s.state.Read(sync.Products.Name))
		w.Settings = nil
		if err := s.state.Save(*w); err != nil {
			t.Fatal(err)
		}
		s.opts.Menu.Level = "2"
		s.pass(sync.Products.Pass)
		s.check(productsOnly)
		s.opts.Menu.Level = "0"
		var refused *sync.SetupError
		if _, err := s.try(sync.Products.Pass, s.opts); !errors.As(err, &refused) {
			t.Errorf("the second time: %v", err)
		}
	})
}

// TestRoomGone: a configured room that BioTrack no longer has counts as empty. What is sold out without it leaves the
// menu, and then the pass ends with the error. A room that was never there is refused.
func TestRoomGone(t *testing.T) {
	shop.EachKind(t, func(t *testing.T, kind shop.Kind) {
		s := stockedMenu(t, kind)
		s.opts.MaxRemovals = must(sync.ParseLimit("0"))
		s.till.Exec(`UPDATE inventoryrooms SET deleted = 1`)
		s.till.Exec(`UPDATE inventory SET roomdata = '1,7' WHERE productid <= 4`)
		var gone *sync.SetupError
		for range 2 {
			if _, err := s.try(sync.Products.Pass, s.opts); !errors.As(err, &gone) || !strings.Contains(gone.Problem,
				"room 1 ") {
				t.Fatalf("the pass ends with %v", err)
			}
			s.check(productsOnly)
			if on := s.onMenu(); on != "6" {
				t.Errorf("%s products are on the menu", on)
			}
		}
		s.till.Exec(`UPDATE inventoryrooms SET deleted = 0`)
		s.pass(sync.Products.Pass)
		s.check(productsOnly)
		before := s.store.Dump()
		s.opts.Menu.Rooms = []int64{0, 1, 77}
		s.opts.Full = true
		if _, err := s.try(sync.Products.Pass, s.opts); !errors.As(err, &gone) || !strings.Contains(gone.Problem,
			"room 77 ") {
			t.Errorf("a room that was never there: %v", err)
		}
		s.store.WantUnwritten(before)
	})
}

// TestLevelGone: the level that the last pass accepted keeps its prices when BioTrack drops it, and what is sold out
// leaves; then the pass ends with the error.
func TestLevelGone(t *testing.T) {
	shop.EachKindInTurn(t, func(t *testing.T, kind shop.Kind) {
		s := stockedMenu(t, kind)
		s.opts.Menu.Level = "2"
		s.full(sync.Products.Pass)
		s.till.Exec(`UPDATE memberdiscount SET deleted = 1`)
		s.till.Exec(`UPDATE inventory SET remainingweight = 0 WHERE productid = 3`)
		var gone *sync.SetupError
		if _, err := s.try(sync.Products.Pass, s.opts); !errors.As(err, &gone) {
			t.Errorf("the pass ends with %v", err)
		}
		s.check(productsOnly)
		s.opts.Menu.Level = "3"
		before := s.store.Dump()
		if _, err := s.try(sync.Products.Pass, s.opts); !errors.As(err, &gone) {
			t.Errorf("another level: %v", err)
		}
		s.store.WantUnwritten(before)
	})
}

// TestMenuGuard: too many removals hold back those of products that are in stock. Prices, quantities and what is sold
// out are written.
func TestMenuGuard(t *testing.T) {
	shop.EachKind(t, func(t *testing.T, kind shop.Kind) {
		s := stockedMenu(t, kind)
		s.opts.MaxRemovals = must(sync.ParseLimit("2"))
		s.till.Exec(`UPDATE products SET deleted = 1 WHERE id = 1`)
		s.till.Exec(`DELETE FROM products WHERE id = 2`)
		s.till.Exec(`UPDATE products SET pricepoint = 'free' WHERE id = 3`)
		s.till.Exec(`UPDATE products SET pricepoint = '2,1,9' WHERE id = 4`)
		s.till.Exec(`UPDATE inventory SET roomdata = '0,1' WHERE productid IN (1, 2, 3, 4, 6)`)
		s.till.Exec(`UPDATE inventory SET roomdata = '0,0' WHERE productid = 5`)
		s.till.Exec(`UPDATE inventory SET roomdata = '0;1' WHERE productid = 7`)
		s.till.Exec(`DELETE FROM products WHERE id = 8`)
		s.till.Exec(`DELETE FROM inventory WHERE productid = 8`)
		s.till.Exec(`UPDATE products SET pricepoint = '15' WHERE id = 9`)
		before := must(s.state.Read(sync.Products.Name))
		var refused *sync.TooManyRemovalsError
		if _, err := s.try(sync.Products.Pass, s.opts); !errors.As(err, &refused) {
			t.Fatalf("the pass ends with %v", err)
		}
		want := sync.TooManyRemovalsError{Stream: "products", Verb: "leave the menu", Removals: 7, Live: 10, Limit: 2,
			Written: true, HeldBack: 4}
		if diff := cmp.Diff(want, *refused); diff != "" {
			t.Errorf("refused (-want +got):\n%s", diff)
		}
		s.store.WantProducts(
			shop.Product{ID: 1, Price: "12.00", Quantity: "1.0000", OnMenu: true},
			shop.Product{ID: 2, Price: "12.00", Quantity: "1.0000", OnMenu: true},
			shop.Product{ID: 3, Price: "12.00", Quantity: "1.0000", OnMenu: true},
			shop.Product{ID: 4, Price: "12.00", Quantity: "1.0000", OnMenu: true},
			shop.Product{ID: 5, Price: "12.00", Quantity: "0.0000"},
			shop.Product{ID: 6, Price: "12.00", Quantity: "1.0000", OnMenu: true},
			shop.Product{ID: 7, Price: "12.00", Quantity: "7.0000"},
			shop.Product{ID: 8, Price: "12.00", Quantity: "7.0000"},
			shop.Product{ID: 9, Price: "15.00", Quantity: "7.0000", OnMenu: true},
			shop.Product{ID: 10, Price: "12.00", Quantity: "7.0000", OnMenu: true},
		)
		if after := must(s.state.Read(sync.Products.Name)); after.Position != before.Position {
			t.Error("the watermark moved")
		}
		if found := s.pass(verification(sync.Products, false)).Findings; found.Total() != 4 {
			t.Errorf("verify does not find the 4 lines that are held back: %+v", found)
		}
		s.opts.MaxRemovals = must(sync.ParseLimit("4"))
		s.pass(sync.Products.Pass)
		s.check(productsOnly)
		s.opts.MaxRemovals = must(sync.ParseLimit("0"))
		s.opts.Menu.Level, s.opts.Full = "2", true
		s.till.Exec(`UPDATE products SET pricepoint = '0,1,12' WHERE id = 10`)
		dump := s.store.Dump()
		if _, err := s.try(sync.Products.Pass, s.opts); !errors.As(err, &refused) || refused.Written {
			t.Errorf("under other settings: %v", err)
		}
		s.store.WantUnwritten(dump)
	})
}
