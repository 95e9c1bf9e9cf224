package cmd_test

import (
	"context"
	"database/sql"
	"path/filepath"
	"testing"

	biotracktest "github.com/blackbirdctl/blackbirdctl/internal/test/biotracktest"
	"github.com/blackbirdctl/blackbirdctl/internal/test/oracle"
	"github.com/blackbirdctl/blackbirdctl/internal/test/pgtest"
	"github.com/blackbirdctl/blackbirdctl/internal/test/shop"
)

// ownServer makes a shop on a server of its own, filled, with a till and a store there.
func ownServer(t *testing.T) (*pgtest.Server, *fixture) {
	t.Helper()
	// What the till has told to be done stays done through a crash, as at any shop.
	settings := map[string]string{"synchronous_commit": "on", "max_wal_senders": "4"}
	server := pgtest.OwnServer(t, pgtest.Options{Settings: settings})
	for _, name := range []string{"till", "store"} {
		if err := server.CreateDatabase(t.Context(), name, pgtest.DatabaseOptions{}); err != nil {
			t.Fatal(err)
		}
	}
	store := &shop.Store{
		TB: t, Kind: shop.PostgreSQL, ID: "default", URL: server.URL("store"),
		Folder: filepath.Join(t.TempDir(), "state"),
	}
	s := newFixture(t, shop.TillAt(t, server.URL("till")), store)
	s.generate(biotracktest.Options{Seed: 11, Customers: 150, Tickets: 900, Products: 40, NoSales: true, BadRows: true})
	s.run(0, "migrate")
	return server, s
}

// all makes a pass of each stream and compares.
func (s *fixture) all(t *testing.T) {
	t.Helper()
	for _, c := range crashCommands() {
		s.run(0, c.args...)
	}
	settings, _ := judgement()
	if err := s.judge(s.till.URL, "default", settings, oracle.Options{KeepRejected: true}); err != nil {
		t.Error(err)
	}
}

// TestServerRestarts lets the server of both databases crash and come back in the middle of a first pass.
func TestServerRestarts(t *testing.T) {
	t.Parallel()
	server, s := ownServer(t)
	r := s.start("sync", "orders", "--batch-size", "30", "--max-rate", "200")
	k := killer{fixture: s}
	if err := k.awaitPages(r, oracle.StreamOrders, 3); err != nil {
		t.Fatal(err)
	}
	if err := server.Restart(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := r.outcome().check(unavailable); err != nil {
		t.Error(err)
	}
	s.all(t)
}

// TestStandbyCancels reads from a standby whose reads are cancelled again and again: passes try again, give up with the
// right code, and have everything when it is over.
func TestStandbyCancels(t *testing.T) {
	t.Parallel()
	server, s := ownServer(t)
	standby, err := server.Standby(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := standby.Stop(); err != nil {
			t.Error(err)
		}
	})
	s.readerURL = mustUser(t, standby.URL("till"), reader, readerPassword)
	ctx, stop := context.WithCancel(t.Context())
	locked := make(chan error, 1)
	go func() { locked <- lockAgainAndAgain(ctx, s.till.URL) }()
	rounds := 1
	if torture() {
		rounds = 5
	}
	for range rounds {
		for _, c := range crashCommands() {
			out := s.start(c.args...).outcome()
			want := out.code
			if want != 0 {
				want = unavailable
			}
			if err := out.check(want); err != nil {
				t.Errorf("%q: %v\n%s", c.args, err, out.stderr)
			}
		}
	}
	stop()
	if err := <-locked; err != nil {
		t.Fatal(err)
	}
	if n := s.conflicts(t, standby.URL("till")); n == 0 {
		t.Error("no read was cancelled")
	}
	if err := s.caughtUp(standby.URL("till")); err != nil {
		t.Fatal(err)
	}
	s.all(t)
}

// lockAgainAndAgain takes, at the till, locks that no reader of its standby can live with.
func lockAgainAndAgain(ctx context.Context, till string) error {
	return with("postgres", till, func(db *sql.DB) error {
		for ctx.Err() == nil {
			_, err := db.Exec(`BEGIN; LOCK TABLE tickets, customers, products, inventory
				IN ACCESS EXCLUSIVE MODE; COMMIT`)
			if err != nil {
				return err
			}
		}
		return nil
	})
}

func (s *fixture) conflicts(t *testing.T, standby string) (n int) {
	t.Helper()
	err := with("postgres", standby, func(db *sql.DB) error {
		return db.QueryRow(`SELECT confl_lock + confl_snapshot FROM pg_stat_database_conflicts
			WHERE datname = current_database()`).Scan(&n)
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// caughtUp waits until the standby has all that the till has written.
func (s *fixture) caughtUp(standby string) error {
	var at string
	err := with(
		"postgres",
		s.till.URL,
		func(db *sql.DB) error { return db.QueryRow(`SELECT pg_current_wal_lsn()`).Scan(&at) },
	)
	if err != nil {
		return err
	}
	return with("postgres", standby, func(db *sql.DB) error {
		return await("the standby has caught up", func() (ok bool, err error) {
			err = db.QueryRow(`SELECT pg_last_wal_replay_lsn() >= $1`, at).Scan(&ok)
			return ok, err
		})
	})
}
