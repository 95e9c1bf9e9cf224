package postgres_test

import (
	"database/sql"
	"errors"
	"testing"

	"github.com/blackbirdctl/blackbirdctl/blackbird"
	"github.com/blackbirdctl/blackbirdctl/internal/test/pgtest"
)

const storeID = "main"

// lockable is a migrated store that several installations open.
type lockable struct {
	*testing.T
	url string
	raw *sql.DB
}

func newLockable(t *testing.T) *lockable {
	t.Helper()
	t.Parallel()
	url := pgtest.Database(t)
	l := &lockable{T: t, url: url, raw: pgtest.Open(t, url)}
	_, err := l.as("first", storeID).Migrate(t.Context())
	l.noError(err)
	return l
}

// as opens a store as the installation of a name.
func (l *lockable) as(installation, storeID string) *blackbird.Store {
	l.Helper()
	store, err := open(l.Context(), l.url, storeID, installation)
	l.noError(err)
	l.Cleanup(func() { _ = store.Close() })
	return store
}

func (l *lockable) session(s *blackbird.Store, stream *blackbird.Stream) *blackbird.Session {
	l.Helper()
	x, err := s.Session(l.Context(), stream, false)
	l.noError(err)
	l.Cleanup(func() { _ = x.Close() })
	return x
}

func (l *lockable) begin(x *blackbird.Session) *blackbird.Pass {
	l.Helper()
	p, err := x.Begin(l.Context(), "incremental")
	l.noError(err)
	return p
}

func (l *lockable) noError(err error) {
	l.Helper()
	if err != nil {
		l.Fatal(err)
	}
}

func TestLockIsOnePerStream(t *testing.T) {
	l := newLockable(t)
	l.session(l.as("first", storeID), blackbird.Orders)
	second := l.as("second", storeID)
	if _, err := second.Session(t.Context(), blackbird.Orders, false); !errors.Is(err, blackbird.ErrLocked) {
		t.Errorf("a second session of the stream: %v, want blackbird.ErrLocked", err)
	}
	if _, err := second.Session(t.Context(), blackbird.Orders, true); !errors.Is(err, blackbird.ErrLocked) {
		t.Errorf("a dry run of the stream: %v, want blackbird.ErrLocked", err)
	}
	for _, stream := range []*blackbird.Stream{blackbird.Customers, blackbird.Products, blackbird.Points} {
		h := l.session(second, stream)
		l.noError(h.Close())
	}
	l.session(l.as("second", "another store"), blackbird.Orders)
}

// TestLockIsFreed checks that a closed session's lock is to be had. The server frees it when it notices, which is soon
// but not at once.
func TestLockIsFreed(t *testing.T) {
	l := newLockable(t)
	x := l.session(l.as("first", storeID), blackbird.Orders)
	second := l.as("second", storeID)
	l.noError(x.Close())
	for {
		y, err := second.Session(t.Context(), blackbird.Orders, false)
		if err == nil {
			l.noError(y.Close())
			return
		}
		if !errors.Is(err, blackbird.ErrLocked) {
			t.Fatal(err)
		}
	}
}

// TestLockAgainAndAgain runs one short session after the other, as a person does: the lock that the last one gave back
// must not keep the same installation out.
func TestLockAgainAndAgain(t *testing.T) {
	l := newLockable(t)
	for range 200 {
		store := l.as("first", storeID)
		x, err := store.Session(t.Context(), blackbird.Orders, false)
		if err != nil {
			t.Fatal(err)
		}
		l.noError(x.Close())
		l.noError(store.Close())
	}
}

// TestKilledOwnerIsTerminated checks that a session of the same installation, whose process must have been killed,
// gives way, and can do no more harm.
func TestKilledOwnerIsTerminated(t *testing.T) {
	l := newLockable(t)
	killed := l.session(l.as("first", storeID), blackbird.Customers)
	p := l.begin(killed)
	other := l.session(l.as("first", storeID), blackbird.Orders)
	x := l.session(l.as("first", storeID), blackbird.Customers)
	l.begin(x)
	b := p.NewBatch()
	b.AddCustomer(&blackbird.Customer{ID: []byte("1"), LocationID: 1})
	if err := p.MergeRows(t.Context(), b); err == nil {
		t.Error("the killed session has merged")
	}
	var status string
	l.noError(
		l.raw.QueryRow("SELECT status FROM passes WHERE store_id = $1 AND pass_id = $2", storeID, p.ID).Scan(&status),
	)
	if status != string(blackbird.StatusAbandoned) {
		t.Errorf("the killed session's pass is %s, want dead", status)
	}
	l.begin(other) // the session of another stream was left alone
}

// TestOwnerWithoutName checks that sessions without an application name are not terminated.
func TestOwnerWithoutName(t *testing.T) {
	l := newLockable(t)
	l.session(l.as("", storeID), blackbird.Orders)
	_, err := l.as("", storeID).Session(t.Context(), blackbird.Orders, false)
	if !errors.Is(err, blackbird.ErrLocked) {
		t.Errorf("a second session without a name: %v, want blackbird.ErrLocked", err)
	}
}

// TestCopyIsLocked checks that no store is copied, or copied to, that a pass of another installation writes.
func TestCopyIsLocked(t *testing.T) {
	l := newLockable(t)
	w := l.session(l.as("first", storeID), blackbird.Points)
	p := l.begin(w)
	for _, ids := range [][2]string{{storeID, "other"}, {"other", storeID}} {
		_, err := blackbird.Copy(t.Context(), l.as("second", ids[0]), l.as("second", ids[1]), false, nil,
			func() error { return nil })
		if !errors.Is(err, blackbird.ErrLocked) {
			t.Errorf("copy of %s to %s: %v, want ErrLocked", ids[0], ids[1], err)
		}
	}
	l.noError(p.Finish(t.Context(), blackbird.StatusDone, "", nil))
}
