package storetest

import (
	"context"
	"errors"
	stdsync "sync"
	"testing"
	"time"

	"github.com/blackbirdctl/blackbirdctl/blackbird"
	"github.com/blackbirdctl/blackbirdctl/internal/test/shop"
)

// testPassIDs has the streams of two stores begin passes at once, several times.
func testPassIDs(t *testing.T, h *fixture) {
	streams := []*blackbird.Stream{blackbird.Customers, blackbird.Orders, blackbird.Products, blackbird.Points}
	var sessions []*blackbird.Session
	for _, store := range []string{"one", "two"} {
		for _, stream := range streams {
			x, err := h.open(store).Session(t.Context(), stream, false)
			h.noError(err)
			t.Cleanup(func() { _ = x.Close() })
			sessions = append(sessions, x)
		}
	}
	for round := range int64(6) {
		var wait stdsync.WaitGroup
		for _, x := range sessions {
			wait.Go(func() {
				if p, err := x.Begin(t.Context(), "full"); err != nil || p.ID <= 4*round || p.ID > 4*round+4 {
					t.Errorf("pass %d in round %d, %v", p.ID, round, err)
				}
			})
		}
		wait.Wait()
	}
	h.assertRows(
		"passes",
		h.rows("SELECT store_id, min(pass_id), max(pass_id), count(*) FROM passes GROUP BY store_id ORDER BY 1"),
		[]string{"one|1|24|24", "two|1|24|24"},
	)
}

func testPassIsLogged(t *testing.T, h *fixture) {
	w := h.writer(blackbird.Customers)
	logged := shop.Pass{ID: 1, Stream: "customers", Mode: "incremental", Status: "running"}
	h.assertSame("begun", h.Store.Passes(), []shop.Pass{logged})
	h.assertRows("begun", h.rows("SELECT finished_at FROM passes"), []string{"-"})
	b := w.pass.NewBatch()
	c := customer("1", "Ada")
	b.AddCustomer(&c)
	b.Reject(reject("", "no_id", "x"))
	b.Read = 2
	w.merge(w.pass.MergeRows, b)
	logged.Read, logged.Inserted, logged.Rejected = 2, 1, 1
	h.assertSame("at work", h.Store.Passes(), []shop.Pass{logged})
	h.noError(w.pass.Finish(t.Context(), blackbird.StatusFailed, "stopped by a signal", nil))
	logged.Status, logged.Message = "failed", "stopped by a signal"
	h.assertSame("ended", h.Store.Passes(), []shop.Pass{logged})
	h.assertRows("ended", h.rows("SELECT finished_at > started_at FROM passes"), []string{"1"})
	if err := w.pass.MergeRows(t.Context(), b); !errors.Is(err, blackbird.ErrSuperseded) {
		t.Errorf("a merge after the end: %v, want ErrSuperseded", err)
	}
	if err := w.pass.Finish(t.Context(), blackbird.StatusDone, "", nil); !errors.Is(err, blackbird.ErrSuperseded) {
		t.Errorf("a second end: %v, want ErrSuperseded", err)
	}
}

// testPassIsAbandoned checks that the next pass of the stream, and no other, declares a running one dead.
func testPassIsAbandoned(_ *testing.T, h *fixture) {
	w := h.writer(blackbird.Orders)
	h.writer(blackbird.Products)
	h.writerOf("other", blackbird.Orders, false)
	const states = "SELECT store_id, stream, pass_id, status, finished_at IS NULL FROM passes ORDER BY store_id, " +
		"pass_id"
	h.assertRows(
		"others begun",
		h.rows(states),
		[]string{"main|orders|1|running|1", "main|products|2|running|1", "other|orders|1|running|1"},
	)
	h.begin(w.Session)
	h.assertRows("next begun", h.rows(states), []string{
		"main|orders|1|dead|0", "main|products|2|running|1", "main|orders|3|running|1", "other|orders|1|running|1",
	})
}

// testPassIsSuperseded checks that a pass that was declared dead can neither merge nor end.
func testPassIsSuperseded(t *testing.T, h *fixture) {
	w := h.writer(blackbird.Customers)
	newer := h.begin(w.Session)
	before := h.dumpAll()
	c := customer("1", "Ada")
	b := w.pass.NewBatch()
	b.AddCustomer(&c)
	b.Reject(reject("x", "no_id", "x"))
	b.Read = 2
	if err := w.pass.MergeRows(t.Context(), b); !errors.Is(err, blackbird.ErrSuperseded) {
		t.Errorf("merge: %v, want ErrSuperseded", err)
	}
	if err := w.pass.Finish(t.Context(), blackbird.StatusDone, "", nil); !errors.Is(err, blackbird.ErrSuperseded) {
		t.Errorf("finish: %v, want ErrSuperseded", err)
	}
	h.assertUnwritten(before)
	h.noError(newer.MergeRows(t.Context(), b))
}

func testHolds(t *testing.T, h *fixture) {
	w := h.writer(blackbird.Customers)
	w.customers(customer("1", "Ada"), customer("2", "Bob"))
	ref := w.pass.Ref(w.pass.Counts.Read)
	if ref.Read != 2 {
		t.Errorf("the pass has read %d rows, want 2", ref.Read)
	}
	holds := func(x *blackbird.Session, r blackbird.Ref) bool {
		t.Helper()
		held, err := x.Holds(t.Context(), r)
		h.noError(err)
		return held
	}
	for _, tc := range []struct {
		what string
		ref  blackbird.Ref
		want bool
	}{
		{"the pass as it is", ref, true},
		{"an earlier point of it", refOf(ref.ID, ref.StartedAt, 1), true},
		{"its start in another zone", refOf(ref.ID, ref.StartedAt.In(time.FixedZone("", -5*3600)), 2), true},
		{"a point that the store has not reached", refOf(ref.ID, ref.StartedAt, 3), false},
		{"another start", refOf(ref.ID, ref.StartedAt.Add(time.Microsecond), 2), false},
		{"another pass", refOf(ref.ID+1, ref.StartedAt, 0), false},
		{"none", blackbird.Ref{}, false},
	} {
		if got := holds(w.Session, tc.ref); got != tc.want {
			t.Errorf("%s: %t, want %t", tc.what, got, tc.want)
		}
	}
	if holds(h.writerOf("other", blackbird.Customers, false).Session, ref) ||
		holds(h.writerOf(storeID, blackbird.Orders, false).Session, ref) {
		t.Error("another store or stream holds the pass")
	}
	w.finish()
	if !holds(w.Session, ref) {
		t.Error("the pass is not held after its end")
	}
}

// testCanceled checks that a pass that is stopped in the middle leaves nothing of its last merge behind.
func testCanceled(t *testing.T, h *fixture) {
	w := h.writer(blackbird.Customers)
	w.customers(customer("1", "Ada"))
	before := h.dumpAll()
	ctx, cancel := context.WithCancel(t.Context())
	c := customer("2", "Bob")
	b := w.pass.NewBatch()
	b.AddCustomer(&c)
	cancel()
	if err := w.pass.MergeRows(ctx, b); err == nil {
		t.Error("a canceled merge has succeeded")
	}
	h.assertUnwritten(before)
	if w.pass.Counts.Inserted != 1 {
		t.Errorf("counts are %+v", w.pass.Counts)
	}
}

// testFailWithoutConnection: a pass whose session has lost its connection is marked as failed all the same, and one
// that a newer pass has ended is left alone.
func testFailWithoutConnection(_ *testing.T, h *fixture) {
	w := h.writer(blackbird.Orders)
	h.noError(w.Close())
	h.noError(w.pass.Fail(w.Context(), "stopped"))
	h.Store.WantPasses(shop.Pass{Status: "failed", Message: "stopped"})
	h.exec("UPDATE passes SET status = 'dead', message = 'abandoned'")
	h.noError(w.pass.Fail(w.Context(), "stopped"))
	h.Store.WantPasses(shop.Pass{Status: "dead", Message: "abandoned"})
}
