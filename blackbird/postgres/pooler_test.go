package postgres_test

import (
	"errors"
	"testing"

	"github.com/blackbirdctl/blackbirdctl/blackbird"
	"github.com/blackbirdctl/blackbirdctl/internal/test/pgtest"
)

// advisoryLocks counts the advisory locks in the database.
func (l *lockable) advisoryLocks() (n int) {
	l.Helper()
	l.noError(l.raw.QueryRow(`SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'
		AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`).Scan(&n))
	return n
}

// TestPoolerIsNoticed opens sessions through a pooler of transactions whose two sessions of the server take turns,
// which the check that is made first does not notice. A transaction that another client's turn moves away from the lock
// is refused. No lock stays behind.
func TestPoolerIsNoticed(t *testing.T) {
	l := newLockable(t)
	pooler := pgtest.StartPooler(t, l.url, pgtest.PoolTransactions, 2, "server_round_robin = 1")
	l.url = pooler.URL(t, l.url)
	clients := pgtest.Open(t, l.url)
	refused := 0
	for i := range 20 {
		first, err := clients.Begin()
		l.noError(err)
		second, err := clients.Begin() // for which the pooler opens its second session
		l.noError(err)
		l.noError(errors.Join(first.Rollback(), second.Rollback()))
		x, err := l.as("first", storeID).Session(t.Context(), blackbird.Orders, false)
		l.noError(err)
		if _, err := l.as("second", storeID).Session(t.Context(), blackbird.Orders, false); err == nil {
			t.Fatal("two sessions hold the lock of one stream")
		}
		for range i % 2 {
			_, err = clients.Exec("SELECT 1")
			l.noError(err)
		}
		if _, err := x.Begin(t.Context(), "full"); errors.Is(err, blackbird.ErrPooled) {
			refused++
		} else {
			l.noError(err)
		}
		l.noError(x.Close())
		for l.advisoryLocks() > 0 {
			// A session takes a moment to be gone.
		}
	}
	if refused == 0 {
		t.Error("no transaction was refused")
	}
}

// TestPoolerOfSessions checks that all goes on as without it.
func TestPoolerOfSessions(t *testing.T) {
	l := newLockable(t)
	l.url = pgtest.StartPooler(t, l.url, pgtest.PoolSessions, 8).URL(t, l.url)
	killed := l.session(l.as("first", storeID), blackbird.Customers)
	l.begin(killed)
	_, err := l.as("second", storeID).Session(t.Context(), blackbird.Customers, false)
	if !errors.Is(err, blackbird.ErrLocked) {
		t.Errorf("a second session of the stream: %v, want ErrLocked", err)
	}
	l.begin(l.session(l.as("first", storeID), blackbird.Customers))
	if _, err := killed.Begin(t.Context(), "full"); err == nil {
		t.Error("the killed session has begun another pass")
	}
}
