package cmd_test

import (
	"database/sql"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/blackbirdctl/blackbirdctl/internal/test/biotracktest"
	"github.com/blackbirdctl/blackbirdctl/internal/test/oracle"
	"github.com/blackbirdctl/blackbirdctl/internal/test/pgtest"
	"github.com/blackbirdctl/blackbirdctl/internal/test/shop"
)

// pooledTill makes a filled till whose only way in is a pooler.
func pooledTill(t *testing.T, mode pgtest.PoolMode, sessions int) *fixture {
	t.Helper()
	t.Parallel()
	s := newShop(t, shop.SQLite, t.TempDir())
	s.generate(biotracktest.Options{Seed: 7, Customers: 150, Tickets: 600, Products: 40, NoSales: true, BadRows: true})
	s.readerURL = pgtest.StartPooler(t, s.till.URL, mode, sessions).URL(t, s.readerURL)
	return s
}

// TestPoolerOfTransactionsAtTill shares one session of the till's server between passes of two streams at once and the
// till itself: all rows come, wherever the till looks for its tables, and the session stays as the till had it.
func TestPoolerOfTransactionsAtTill(t *testing.T) {
	s := pooledTill(t, pgtest.PoolTransactions, 1)
	till := pgtest.Open(t, s.readerURL)
	settings := func() []string {
		t.Helper()
		return shop.Texts(t, till, `SELECT name || '=' || setting FROM pg_settings
			WHERE name <> 'application_name' ORDER BY name`)
	}
	s.run(0, "migrate")
	const searched = "CREATE SCHEMA old; CREATE TABLE old.tickets (LIKE public.tickets); SET search_path = old, public"
	if _, err := till.ExecContext(t.Context(), searched); err != nil {
		t.Fatal(err)
	}
	before := settings()
	for day := range 3 {
		customers := s.start("sync", "customers", "--batch-size", "30")
		orders := s.start("sync", "orders", "--batch-size", "30")
		for _, pass := range []*running{customers, orders} {
			if out := pass.outcome(); out.code != 0 {
				t.Fatalf("exit code %d\n%s", out.code, out.stderr)
			}
		}
		const void = "UPDATE public.tickets SET deleted = 1 WHERE ticketserial = $1"
		if _, err := till.ExecContext(t.Context(), void, day+1); err != nil {
			t.Fatalf("the till's own change on the session that passes used: %v", err)
		}
		if diff := cmp.Diff(before, settings()); diff != "" {
			t.Errorf("settings of the session that passes used:\n%s", diff)
		}
		s.till.Day(biotracktest.Day{Seed: 7, Number: day + 1, Scale: 0.3})
	}
	s.all(t)
	s.run(0, "verify", "customers")
	s.run(0, "verify", "orders")
	s.run(0, "inspect", "schema")
	s.run(0, "inspect", "locations")
	if diff := cmp.Diff(before, settings()); diff != "" {
		t.Errorf("settings of the session that passes used:\n%s", diff)
	}
}

// TestPoolerOfSessionsAtTill: each pass has a session of its own for as long as it lasts.
func TestPoolerOfSessionsAtTill(t *testing.T) {
	s := pooledTill(t, pgtest.PoolSessions, 2)
	s.run(0, "migrate")
	s.all(t)
}

// TestPoolerOfStatementsAtTill: no read can be a transaction.
func TestPoolerOfStatementsAtTill(t *testing.T) {
	s := pooledTill(t, pgtest.PoolStatements, 2)
	out := s.run(78, "sync", "customers")
	if !strings.Contains(out.stderr, "let the pooler in BIOTRACK_URL pool transactions or sessions") {
		t.Errorf("no hint at the pooler's mode:\n%s", out.stderr)
	}
}

// TestPoolerRefusesSetting: a setting of the URL is in the start-up packet, and the pooler takes few of them.
func TestPoolerRefusesSetting(t *testing.T) {
	s := pooledTill(t, pgtest.PoolSessions, 2)
	s.readerURL += "&search_path=public"
	out := s.run(78, "sync", "customers")
	if !strings.Contains(out.stderr, "BIOTRACK_URL names a pooler that refuses a parameter") {
		t.Errorf("no hint at the pooler:\n%s", out.stderr)
	}
}

// pooledStore makes a shop with a full store, whose only way in is a pooler from then on.
func pooledStore(t *testing.T, mode pgtest.PoolMode, sessions int) (*fixture, *pgtest.Pooler) {
	t.Helper()
	t.Parallel()
	s := newShop(t, shop.PostgreSQL, t.TempDir())
	s.generate(biotracktest.Options{Seed: 7, Customers: 150, Tickets: 600, Products: 40, NoSales: true, BadRows: true})
	s.run(0, "sync", "customers")
	s.run(0, "sync", "orders")
	pooler := pgtest.StartPooler(t, s.store.URL, mode, sessions)
	s.store.URL = pooler.URL(t, s.store.URL)
	return s, pooler
}

// TestPoolerOfTransactionsAtStore refuses one pass and two at once, over one session and over some, and removes
// nothing.
func TestPoolerOfTransactionsAtStore(t *testing.T) {
	for _, sessions := range []int{1, 4} {
		t.Run(strconv.Itoa(sessions), func(t *testing.T) {
			s, _ := pooledStore(t, pgtest.PoolTransactions, sessions)
			out := s.run(78, "sync", "orders")
			if !strings.Contains(out.stderr, "let the pooler in BLACKBIRD_URL pool sessions") {
				t.Errorf("no hint at the pooler's mode:\n%s", out.stderr)
			}
			elsewhere, store := *s, *s.store
			store.Folder = t.TempDir()
			elsewhere.store = &store
			full := []string{"sync", "orders", "--full"}
			for _, pass := range []*running{s.start(full...), elsewhere.start(full...)} {
				// Whether one notices the pooler or the other's lock is a matter of turns. One may have a session to
				// itself all the while, and be as good as without a pooler.
				if out := pass.outcome(); out.code != 78 && out.code != 75 && (out.code != 0 || sessions == 1) {
					t.Errorf("exit code %d, want 78 or 75\n%s", out.code, out.stderr)
				}
			}
			err := s.inStore(func(db *sql.DB) error {
				removed := shop.Texts(t, db, "SELECT COALESCE(sum(removed), 0) FROM passes")
				if removed[0] != "0" {
					t.Errorf("%s rows were removed", removed[0])
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
		})
	}
}

// TestPoolerOfTransactionsMigrates nothing: tables are made under a lock of the session too.
func TestPoolerOfTransactionsMigrates(t *testing.T) {
	t.Parallel()
	s := newShop(t, shop.PostgreSQL, t.TempDir())
	direct := s.store.URL
	s.store.URL = pgtest.StartPooler(t, direct, pgtest.PoolTransactions, 1).URL(t, direct)
	s.run(78, "migrate")
	tables := shop.Texts(t, pgtest.Open(t, direct), "SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
	if len(tables) > 0 {
		t.Errorf("tables were made: %v", tables)
	}
}

// TestPoolerOfSessionsAtStore: all goes on as without it, whoever comes at the same time.
func TestPoolerOfSessionsAtStore(t *testing.T) {
	s, _ := pooledStore(t, pgtest.PoolSessions, 12)
	s.run(0, "sync", "orders", "--full")
	customers, orders := s.start("sync", "customers", "--full"), s.start("sync", "orders", "--full")
	for _, pass := range []*running{customers, orders} {
		if out := pass.outcome(); out.code != 0 {
			t.Errorf("exit code %d\n%s", out.code, out.stderr)
		}
	}
	s.all(t)
}

// TestPoolerGoes ends the pooler before each database in the middle of a pass: it is worth another try, and nothing is
// lost.
func TestPoolerGoes(t *testing.T) {
	for _, at := range []string{"till", "store"} {
		t.Run(at, func(t *testing.T) {
			t.Parallel()
			s := newShop(t, shop.PostgreSQL, t.TempDir())
			s.generate(biotracktest.Options{Seed: 7, Customers: 150, Tickets: 900, Products: 40, NoSales: true})
			s.run(0, "migrate")
			direct := *s
			storeURL := s.store.URL
			address := &s.readerURL
			if at == "store" {
				address = &s.store.URL
			}
			pooler := pgtest.StartPooler(t, *address, pgtest.PoolSessions, 12)
			*address = pooler.URL(t, *address)
			r := s.start("sync", "orders", "--batch-size", "30", "--max-rate", "200")
			s.store.URL = storeURL
			k := killer{fixture: s}
			if err := k.awaitPages(r, oracle.StreamOrders, 3); err != nil {
				t.Fatal(err)
			}
			pooler.Stop()
			if err := r.outcome().check(unavailable); err != nil {
				t.Error(err)
			}
			direct.all(t)
		})
	}
}
