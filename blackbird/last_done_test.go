package blackbird

import (
	"testing"
	"time"
)

// TestLastDone: the newest pass that is done, of the stream and the store, whatever came after it.
func TestLastDone(t *testing.T) {
	eachStore(t, func(t *testing.T, h *house) {
		store := h.connect(storeID)
		if d, found, err := store.LastDone(t.Context(), StreamOrders); found || err != nil {
			t.Fatalf("before any pass: %v, %t, %v", d, found, err)
		}
		w := h.work(StreamOrders)
		h.check(w.pass.Finish(t.Context(), StatusDone, "", nil))
		done := w.pass.StartedAt
		for _, status := range []Status{StatusFailed, StatusAbandoned} {
			h.check(h.begin(w.Session).Finish(t.Context(), status, "", nil))
		}
		for _, other := range []*work{h.work(StreamCustomers), h.workIn("other", StreamOrders, false)} {
			h.check(other.pass.Finish(t.Context(), StatusDone, "", nil))
		}
		d, found, err := store.LastDone(t.Context(), StreamOrders)
		if err != nil || !found || !d.Began.Equal(done) || !d.Ended.After(done) || d.Ended.After(time.Now()) {
			t.Errorf("last done is %v, %t, %v; want what began at %v", d, found, err, done)
		}
	})
}
