package sync_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/rs/zerolog"

	biotracktest "github.com/blackbirdctl/blackbirdctl/internal/test/biotracktest"
	"github.com/blackbirdctl/blackbirdctl/internal/test/shop"
	"github.com/blackbirdctl/blackbirdctl/sync"
)

// logged makes a pass and returns what it logged.
func (s *fixture) logged(run pass, opts sync.Options) (string, error) {
	s.Helper()
	var log bytes.Buffer
	source, store := s.openSource(), s.openStore()
	defer source.Close()
	defer store.Close()
	env := s.env(source, store)
	env.Log = zerolog.New(&log)
	_, err := run(s.Context(), env, opts)
	return log.String(), err
}

var readers = []*sync.Stream{sync.Customers, sync.Orders, sync.Products}

// TestUnknownLocation: a location that BioTrack does not have is refused by each pass that reads BioTrack, before
// anything is written. Several locations draw a warning where none is configured.
func TestUnknownLocation(t *testing.T) {
	shop.EachKind(t, func(t *testing.T, kind shop.Kind) {
		s := newShop(t, kind, biotracktest.Layout2015)
		s.till.Exec(`INSERT INTO locations (id, name, deleted) VALUES (1, 'Main Street', 0), (2, 'Harbour', NULL), (3,
			'Mill', 1)`)
		s.enrol("1", "Ann")
		s.sell("A", "1", "5")
		s.till.Exec(`INSERT INTO products (id, pricepoint) VALUES (1, '12')`)
		s.till.Exec(`INSERT INTO inventory (id, productid, remainingweight) VALUES (1, 1, 5)`)
		s.passes()
		for _, stream := range readers {
			before := s.store.Dump()
			for _, full := range []bool{false, true} {
				opts := s.opts
				opts.Locations, opts.Full = []int64{1, 7}, full
				var refused *sync.SetupError
				_, err := s.try(stream.Pass, opts)
				if !errors.As(err, &refused) || full && (refused.Problem != "location 7 is not one of BioTrack's" ||
					refused.HintText != "set --locations to ids out of: 1 (Main Street), 2 (Harbour)") {
					t.Errorf("%s: %v", stream.Name, err)
				}
			}
			s.store.WantUnwritten(before)
			said, err := s.logged(stream.Pass, s.opts)
			if err != nil || !strings.Contains(said,
				"--locations is not set, and BioTrack has several: 1 (Main Street), 2 (Harbour)") {
				t.Errorf("%s: %v, logged %s", stream.Name, err, said)
			}
			opts := s.opts
			opts.Locations, opts.Full = []int64{3, 1}, true
			if said, err := s.logged(stream.Pass, opts); err != nil || strings.Contains(said, "warn") {
				t.Errorf("%s: %v, logged %s", stream.Name, err, said)
			}
		}
	})
}

// TestLocationGone: a location that a pass has accepted and that BioTrack drops is a problem of the passes after it,
// which still do their work.
func TestLocationGone(t *testing.T) {
	shop.EachKindInTurn(t, func(t *testing.T, kind shop.Kind) {
		s := newShop(t, kind, biotracktest.Layout2015)
		s.till.Exec(`INSERT INTO locations (id, name) VALUES (1, 'Main Street'), (2, 'Harbour')`)
		s.till.Exec(`INSERT INTO products (id, pricepoint) VALUES (1, '12')`)
		s.till.Exec(`INSERT INTO inventory (id, productid, remainingweight) VALUES (1, 1, 5)`)
		s.opts.Locations = []int64{1}
		s.passes()
		s.till.Exec(`DELETE FROM locations WHERE id = 1`)
		s.till.Exec(`UPDATE inventory SET remainingweight = 0`)
		var gone *sync.SetupError
		for _, stream := range readers {
			if _, err := s.try(stream.Pass, s.opts); !errors.As(err, &gone) {
				t.Errorf("%s: %v", stream.Name, err)
			}
		}
		s.check(productsOnly)
		if on := s.onMenu(); on != "0" {
			t.Errorf("%s products are on the menu", on)
		}
	})
}

// TestLocationsUnlisted: where BioTrack shows no list of locations, those of products are known, and others draw a
// warning.
func TestLocationsUnlisted(t *testing.T) {
	shop.EachKindInTurn(t, func(t *testing.T, kind shop.Kind) {
		s := newShop(t, kind, biotracktest.Layout2015)
		s.till.Exec(`DROP TABLE locations`)
		s.till.Exec(`INSERT INTO products (id, pricepoint, location) VALUES (1, '12', 1), (2, '12', 5)`)
		for _, c := range []struct {
			locations []int64
			warning   string
		}{
			{nil, "--locations is not set, and BioTrack has several: 1, 5"}, {[]int64{5, 1}, ""},
			{[]int64{7}, "location 7 cannot be checked"},
		} {
			opts := s.opts
			opts.Locations, opts.Full = c.locations, true
			said, err := s.logged(sync.Customers.Pass, opts)
			if err != nil || !strings.Contains(said, c.warning) || c.warning == "" && strings.Contains(said, "warn") {
				t.Errorf("%v: %v, logged %s", c.locations, err, said)
			}
		}
	})
}
