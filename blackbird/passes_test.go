package blackbird

import (
	"errors"
	stdsync "sync"
	"testing"
	"time"
)

// TestPassIDs has all streams of two stores begin passes at once, several times.
func TestPassIDs(t *testing.T) {
	eachStore(t, func(t *testing.T, h *house) {
		var sessions []*Session
		for _, store := range []string{"one", "two"} {
			for _, stream := range []string{StreamCustomers, StreamOrders, StreamProducts, StreamPoints} {
				x, err := h.connect(store).Session(t.Context(), stream, false)
				h.check(err)
				t.Cleanup(func() { _ = x.Close() })
				sessions = append(sessions, x)
			}
		}
		for round := range int64(6) {
			var wait stdsync.WaitGroup
			for _, x := range sessions {
				wait.Go(func() {
					if p, err := x.Begin(t.Context(), "full"); err != nil || p.ID <= 4*round || p.ID > 4*round+4 {
						t.Errorf("%s in %s: pass %d in round %d, %v", x.stream, x.store.id, p.ID, round, err)
					}
				})
			}
			wait.Wait()
		}
		h.same("passes", h.rows("SELECT store_id, min(pass_id), max(pass_id), count(*) FROM passes GROUP BY store_id ORDER BY 1"),
			[]string{"one|1|24|24", "two|1|24|24"})
	})
}

func TestPassIsLogged(t *testing.T) {
	eachStore(t, func(t *testing.T, h *house) {
		w := h.work(StreamCustomers)
		h.same("begun", h.rows("SELECT pass_id, stream, mode, status, finished_at, read, message FROM passes"),
			[]string{"1|customers|incremental|running|-|0|-"})
		b := w.pass.NewBatch()
		c := customer("1", "Ada")
		b.AddCustomer(&c)
		b.Reject(Reject{"", "no_id", "x"})
		b.Read = 2
		w.merge(w.pass.MergeCustomers, b)
		h.same("at work", h.rows("SELECT status, read, inserted, updated, unchanged, removed, rejected FROM passes"), []string{"running|2|1|0|0|0|1"})
		h.check(w.pass.Finish(t.Context(), StatusFailed, "stopped by a signal", nil))
		h.same("ended", h.rows("SELECT status, finished_at > started_at, read, inserted, rejected, message FROM passes"),
			[]string{"failed|1|2|1|1|stopped by a signal"})
		if err := w.pass.MergeCustomers(t.Context(), b); !errors.Is(err, ErrSuperseded) {
			t.Errorf("a merge after the end: %v, want ErrSuperseded", err)
		}
		if err := w.pass.Finish(t.Context(), StatusDone, "", nil); !errors.Is(err, ErrSuperseded) {
			t.Errorf("a second end: %v, want ErrSuperseded", err)
		}
	})
}

// TestPassIsBuried checks that the next pass of the stream, and no other, declares a running one dead.
func TestPassIsBuried(t *testing.T) {
	eachStore(t, func(_ *testing.T, h *house) {
		w := h.work(StreamOrders)
		h.work(StreamProducts)
		h.workIn("other", StreamOrders, false)
		const states = "SELECT store_id, stream, pass_id, status, finished_at IS NULL FROM passes ORDER BY store_id, pass_id"
		h.same("others begun", h.rows(states), []string{"main|orders|1|running|1", "main|products|2|running|1", "other|orders|1|running|1"})
		h.begin(w.Session)
		h.same("next begun", h.rows(states), []string{
			"main|orders|1|dead|0", "main|products|2|running|1", "main|orders|3|running|1", "other|orders|1|running|1",
		})
	})
}

// TestPassIsSuperseded checks that a pass that was declared dead can neither merge nor end.
func TestPassIsSuperseded(t *testing.T) {
	eachStore(t, func(t *testing.T, h *house) {
		w := h.work(StreamCustomers)
		newer := h.begin(w.Session)
		before := h.dumpAll()
		c := customer("1", "Ada")
		b := w.pass.NewBatch()
		b.AddCustomer(&c)
		b.Reject(Reject{"x", "no_id", "x"})
		b.Read = 2
		if err := w.pass.MergeCustomers(t.Context(), b); !errors.Is(err, ErrSuperseded) {
			t.Errorf("merge: %v, want ErrSuperseded", err)
		}
		if err := w.pass.Finish(t.Context(), StatusDone, "", nil); !errors.Is(err, ErrSuperseded) {
			t.Errorf("finish: %v, want ErrSuperseded", err)
		}
		h.unchanged(before)
		h.check(newer.MergeCustomers(t.Context(), b))
	})
}

func TestHolds(t *testing.T) {
	eachStore(t, func(t *testing.T, h *house) {
		w := h.work(StreamCustomers)
		w.customers(customer("1", "Ada"), customer("2", "Bob"))
		ref := w.pass.Ref(w.pass.Counts.Read)
		if ref.Read != 2 {
			t.Errorf("the pass has read %d rows, want 2", ref.Read)
		}
		holds := func(x *Session, r Ref) bool {
			t.Helper()
			held, err := x.Holds(t.Context(), r)
			h.check(err)
			return held
		}
		for _, tc := range []struct {
			what string
			ref  Ref
			want bool
		}{
			{"the pass as it is", ref, true},
			{"an earlier point of it", Ref{ref.ID, ref.StartedAt, 1}, true},
			{"its start in another zone", Ref{ref.ID, ref.StartedAt.In(time.FixedZone("", -5*3600)), 2}, true},
			{"a point that the store has not reached", Ref{ref.ID, ref.StartedAt, 3}, false},
			{"another start", Ref{ref.ID, ref.StartedAt.Add(time.Microsecond), 2}, false},
			{"another pass", Ref{ref.ID + 1, ref.StartedAt, 0}, false},
			{"none", Ref{}, false},
		} {
			if got := holds(w.Session, tc.ref); got != tc.want {
				t.Errorf("%s: %t, want %t", tc.what, got, tc.want)
			}
		}
		if holds(h.workIn("other", StreamCustomers, false).Session, ref) || holds(h.workIn(storeID, StreamOrders, false).Session, ref) {
			t.Error("another store or stream holds the pass")
		}
		w.finish()
		if !holds(w.Session, ref) {
			t.Error("the pass is not held after its end")
		}
	})
}
