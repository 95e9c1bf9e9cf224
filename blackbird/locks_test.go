package blackbird

import (
	"context"
	"errors"
	"testing"

	"github.com/blackbirdctl/blackbirdctl/internal/test/pgtest"
)

// lockable is a migrated PostgreSQL store that several installations open.
type lockable struct {
	*house
	url string
}

func newLockable(t *testing.T) *lockable {
	t.Helper()
	t.Parallel()
	url := pgtest.Database(t)
	l := &lockable{house: &house{TB: t, postgres: true}, url: url}
	if _, err := l.as("first", storeID).Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	return l
}

// as opens a store as the installation of a name.
func (l *lockable) as(installation, storeID string) *Store {
	l.Helper()
	return l.connectAs(l.url, storeID, installation)
}

func (l *lockable) session(s *Store, stream string) *Session {
	l.Helper()
	x, err := s.Session(l.Context(), stream, false)
	if err != nil {
		l.Fatal(err)
	}
	l.Cleanup(func() { _ = x.Close() })
	return x
}

func TestLockIsOnePerStream(t *testing.T) {
	l := newLockable(t)
	l.session(l.as("first", storeID), StreamOrders)
	second := l.as("second", storeID)
	if _, err := second.Session(t.Context(), StreamOrders, false); !errors.Is(err, ErrLocked) {
		t.Errorf("a second session of the stream: %v, want ErrLocked", err)
	}
	if _, err := second.Session(t.Context(), StreamOrders, true); !errors.Is(err, ErrLocked) {
		t.Errorf("a dry run of the stream: %v, want ErrLocked", err)
	}
	for _, stream := range []string{StreamCustomers, StreamProducts, StreamPoints} {
		h := l.session(second, stream)
		l.check(h.Close())
	}
	l.session(l.as("second", "another store"), StreamOrders)
}

// TestLockIsFreed checks that a closed session's lock is to be had. The server frees it when it notices, which is soon but not at
// once.
func TestLockIsFreed(t *testing.T) {
	l := newLockable(t)
	x := l.session(l.as("first", storeID), StreamOrders)
	second := l.as("second", storeID)
	l.check(x.Close())
	for {
		y, err := second.Session(t.Context(), StreamOrders, false)
		if err == nil {
			l.check(y.Close())
			return
		}
		if !errors.Is(err, ErrLocked) {
			t.Fatal(err)
		}
	}
}

// TestLockAgainAndAgain runs one short session after the other, as a person does: the lock that the last one gave back must not
// keep the same installation out.
func TestLockAgainAndAgain(t *testing.T) {
	l := newLockable(t)
	for range 200 {
		store := l.as("first", storeID)
		x, err := store.Session(t.Context(), StreamOrders, false)
		if err != nil {
			t.Fatal(err)
		}
		l.check(x.Close())
		l.check(store.Close())
	}
}

// TestGhostIsEnded checks that a session of the same installation, whose process must have been killed, gives way, and can do no
// more harm.
func TestGhostIsEnded(t *testing.T) {
	l := newLockable(t)
	ghost := l.session(l.as("first", storeID), StreamCustomers)
	p := l.begin(ghost)
	other := l.session(l.as("first", storeID), StreamOrders)
	x := l.session(l.as("first", storeID), StreamCustomers)
	l.begin(x)
	c := customer("1", "Ada")
	b := p.NewBatch()
	b.AddCustomer(&c)
	if err := p.MergeCustomers(t.Context(), b); err == nil {
		t.Error("the ghost has merged")
	}
	var status string
	l.check(x.get(t.Context(), x.own.conn, &status, "SELECT status FROM passes WHERE store_id = :store_id AND pass_id = :pass_id", map[string]any{"pass_id": p.ID}))
	if status != string(StatusAbandoned) {
		t.Errorf("the ghost's pass is %s, want dead", status)
	}
	l.begin(other) // the session of another stream was left alone
}

// TestGhostWithoutName checks that sessions without an application name are nobody's ghosts.
func TestGhostWithoutName(t *testing.T) {
	l := newLockable(t)
	l.session(l.as("", storeID), StreamOrders)
	if _, err := l.as("", storeID).Session(t.Context(), StreamOrders, false); !errors.Is(err, ErrLocked) {
		t.Errorf("a second session without a name: %v, want ErrLocked", err)
	}
}

func TestLockKeys(t *testing.T) {
	seen := make(map[int64]string)
	for _, store := range []string{"", "a", "a\x00orders", "orders", "b"} {
		for _, stream := range []string{StreamCustomers, StreamOrders, StreamProducts, StreamPoints} {
			n := (&Store{id: store}).lockKey(stream).number()
			if other, taken := seen[n]; taken {
				t.Errorf("%q %s has the key of %s", store, stream, other)
			}
			seen[n] = store + " " + stream
		}
	}
}

// TestCanceled checks that a pass that is stopped in the middle leaves nothing of its last merge behind.
func TestCanceled(t *testing.T) {
	eachStore(t, func(t *testing.T, h *house) {
		w := h.work(StreamCustomers)
		w.customers(customer("1", "Ada"))
		before := h.dumpAll()
		ctx, cancel := context.WithCancel(t.Context())
		c := customer("2", "Bob")
		b := w.pass.NewBatch()
		b.AddCustomer(&c)
		cancel()
		if err := w.pass.MergeCustomers(ctx, b); err == nil {
			t.Error("a canceled merge has succeeded")
		}
		h.unchanged(before)
		if w.pass.Counts.Inserted != 1 {
			t.Errorf("counts are %+v", w.pass.Counts)
		}
	})
}
