package sync_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/blackbirdctl/blackbirdctl/internal/test/shop"
	"github.com/blackbirdctl/blackbirdctl/sync"
)

// TestRejectsOfQuietTill: while nothing is written at the till only those rejects are read again that may pass by
// themselves. All stay listed and count, and so do notices.
func TestRejectsOfQuietTill(t *testing.T) {
	shop.EachKind(t, func(t *testing.T, kind shop.Kind) {
		s, _ := ownServerShop(t, kind, map[string]string{"autovacuum": "off"})
		s.sell("", "", "10")
		s.sell("B", "", "1e12")
		s.sell("C", "", "10")
		s.till.Exec("UPDATE tickets SET datetime = 4000000000 WHERE id = 'C'")
		s.till.Exec("INSERT INTO tickets (id, totalprice, datetime, refticketid) VALUES ('D', -5, $1, 'X')", someTime)
		s.till.Exec("CHECKPOINT") // what is flushed is settled
		first, listed := s.pass(sync.Orders.Pass), s.store.Rejects()
		quiet := s.pass(sync.Orders.Pass)
		if quiet.Counts.Read != 1 || quiet.Counts.Rejected != first.Counts.Rejected || len(listed) != 4 {
			t.Errorf("%+v after %+v, listed %+v", quiet.Counts, first.Counts, listed)
		}
		diff := cmp.Diff(first.Reasons, quiet.Reasons) + cmp.Diff(first.Notices, quiet.Notices) +
			cmp.Diff(listed, s.store.Rejects())
		if diff != "" {
			t.Error(diff)
		}
		s.till.Exec("UPDATE tickets SET totalprice = 10, price = 10 WHERE id = 'B'")
		s.till.Exec("DELETE FROM tickets WHERE id = ''")
		s.sell("X", "", "10")
		s.pass(sync.Orders.Pass)
		if left := s.store.Rejects(); len(left) != 1 {
			t.Errorf("left of the rejects: %+v", left)
		}
	})
}

// TestRejectHints: every reason has one.
func TestRejectHints(t *testing.T) {
	for _, reason := range []string{
		sync.ReasonNoID, sync.ReasonDuplicateID, sync.ReasonBadTotal, sync.ReasonBadAmount, sync.ReasonBadTime,
		sync.ReasonBadPrice,
		sync.ReasonBadQuantity,
	} {
		if sync.RejectHint(reason) == sync.RejectHint("another") {
			t.Errorf("%s has no hint", reason)
		}
	}
}
