package sync_test

import (
	"testing"

	"github.com/blackbirdctl/blackbirdctl/sync"
)

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
