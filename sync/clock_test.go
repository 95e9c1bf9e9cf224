package sync_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/blackbirdctl/blackbirdctl/internal/test/biotracktest"
	"github.com/blackbirdctl/blackbirdctl/internal/test/shop"
	"github.com/blackbirdctl/blackbirdctl/sync"
)

// clock is what the store has recorded of the till's clock.
func (s *fixture) clock() string {
	s.Helper()
	rows := s.store.Rows(`SELECT clock FROM sources WHERE stream = 'orders'`)
	return string(rows[0][0])
}

// TestClock: an orders pass records the till's clock. One that cannot be right is left alone: the orders come, and the
// pass ends with a hint that names the clocks.
func TestClock(t *testing.T) {
	shop.EachKind(t, func(t *testing.T, kind shop.Kind) {
		s := newShop(t, kind, biotracktest.Layout2015)
		s.enrol("1", "Regular")
		refused := func(what string, hints ...string) {
			t.Helper()
			before := s.clock()
			s.sell(what, "1", "10")
			result, err := s.try(sync.Orders.Pass, s.opts)
			setup, is := errors.AsType[*sync.SetupError](err)
			if !is || result.Counts.Inserted != 1 {
				t.Fatalf("%s: %+v, %v", what, result.Counts, err)
			}
			for _, hint := range append(hints, time.Now().UTC().Format("2006-01-02")) {
				if !strings.Contains(setup.HintText, hint) {
					t.Errorf("%s: hint without %q: %s", what, hint, setup.HintText)
				}
			}
			if after := s.clock(); after != before {
				t.Errorf("%s: the clock went from %s to %s", what, before, after)
			}
		}
		s.passes()
		first := s.clock()
		s.passes()
		if second := s.clock(); second <= first {
			t.Errorf("the clock stays at %s: %s", first, second)
		}
		const twoYears = 2 * 365 * 24 * time.Hour
		s.skew = twoYears
		refused("ahead", time.Now().UTC().Add(s.skew).Format("2006-01-02"))
		s.skew = -twoYears
		if _, err := s.try(sync.Orders.Pass, s.opts); err == nil {
			t.Error("the host's clock is two years behind, and nobody hears of it")
		}
		s.skew = 23 * time.Hour
		s.passes()
		s.skew = 0

		s.store.Exec(`UPDATE sources SET clock = '2040-05-06T07:08:09.000000Z' WHERE stream = 'orders'`)
		refused("back", "2040-05-06 07:08:09 UTC", "sync orders --full")
		s.full(sync.Orders.Pass)
		if now := s.clock(); now >= "2040" {
			t.Errorf("a full pass leaves the clock at %s", now)
		}
	})
}
