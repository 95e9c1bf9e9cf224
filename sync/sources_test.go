package sync_test

import (
	"errors"
	"testing"

	"github.com/blackbirdctl/blackbirdctl/internal/test/biotracktest"
	"github.com/blackbirdctl/blackbirdctl/internal/test/shop"
	"github.com/blackbirdctl/blackbirdctl/sync"
)

// TestTwoTillsOneStore: the second till is refused, whatever its state folder and mode, until a person says that the
// shop's BioTrack is there now. Then the first one is.
func TestTwoTillsOneStore(t *testing.T) {
	shop.EachKind(t, func(t *testing.T, kind shop.Kind) {
		s := newShop(t, kind, biotracktest.Layout2015)
		s.enrol("1", "Regular")
		s.sell("A", "1", "10")
		s.passes()
		first, second := s.till, shop.EmptyTill(t, biotracktest.Layout2015)
		before := s.store.Dump()
		refused := func(till *shop.Till, full bool, runs ...pass) {
			t.Helper()
			s.till = till
			opts := s.opts
			opts.Full = full
			for _, run := range runs {
				var setup *sync.SetupError
				if _, err := s.try(run, opts); !errors.As(err, &setup) {
					t.Errorf("another till was taken: %v", err)
				}
			}
		}
		all := []pass{sync.Customers.Pass, sync.Orders.Pass, sync.Products.Pass, verification(sync.Orders, true)}
		refused(second, false, all...)
		refused(second, true, all[:3]...)
		for _, stream := range sync.StreamNames() {
			if _, err := s.state.Remove(stream); err != nil {
				t.Fatal(err)
			}
		}
		refused(second, false, all...)
		s.store.WantUnwritten(before)

		opts := s.opts
		opts.Full, opts.AdoptSource = true, true
		if _, err := s.try(sync.Customers.Pass, opts); err != nil {
			t.Fatal(err)
		}
		s.full(sync.Orders.Pass)
		s.passes()
		s.store.WantBalance("1", 0)
		refused(first, true, all[:3]...)
	})
}

// TestOtherLocations: a store that another state folder brings other locations to is refused too.
func TestOtherLocations(t *testing.T) {
	shop.EachKind(t, func(t *testing.T, kind shop.Kind) {
		s := newShop(t, kind, biotracktest.Layout2015)
		s.opts.Locations = []int64{1}
		s.passes()
		s.opts.Locations = []int64{1, 2}
		for _, stream := range sync.StreamNames() {
			if _, err := s.state.Remove(stream); err != nil {
				t.Fatal(err)
			}
		}
		for _, run := range []pass{sync.Customers.Pass, sync.Orders.Pass, sync.Products.Pass} {
			var setup *sync.SetupError
			if _, err := s.try(run, s.opts); !errors.As(err, &setup) {
				t.Errorf("other locations were taken: %v", err)
			}
			s.full(run)
			s.pass(run)
		}
	})
}
