package sync_test

import (
	"errors"
	"fmt"
	"net/url"
	"runtime"
	"strings"
	"testing"
	"time"

	biotracktest "github.com/blackbirdctl/blackbirdctl/internal/test/biotracktest"
	"github.com/blackbirdctl/blackbirdctl/internal/test/oracle"
	"github.com/blackbirdctl/blackbirdctl/internal/test/shop"
	"github.com/blackbirdctl/blackbirdctl/sync"
)

// TestTableSwapped: another table takes the name of one that was read, with older rows.
func TestTableSwapped(t *testing.T) {
	shop.EachKind(t, func(t *testing.T, kind shop.Kind) {
		s := newShop(t, kind, biotracktest.Layout2015)
		s.enrol("1", "Regular")
		s.sell("A", "1", "10")
		for _, table := range []string{"tickets", "customers"} {
			s.till.Exec("CREATE TABLE other_" + table + " (LIKE " + table + " INCLUDING ALL)")
			s.till.Exec("INSERT INTO other_" + table + " SELECT * FROM " + table)
		}
		s.till.Exec("UPDATE other_tickets SET totalprice = 11; UPDATE other_customers SET firstname = 'Other'")
		s.sell("B", "1", "20")
		s.passes()
		s.till.Exec(`ALTER TABLE tickets RENAME TO gone; ALTER TABLE other_tickets RENAME TO tickets`)
		s.wantFull(sync.Orders.Pass)
		s.till.Exec(`ALTER TABLE customers RENAME TO gone_too; ALTER TABLE other_customers RENAME TO customers`)
		s.wantFull(sync.Orders.Pass)
		s.wantFull(sync.Customers.Pass)
		s.passes()
		s.check(oracle.Options{AllowRemoved: true})
	})
}

// TestSwappedTableLacksRows: the table that takes the name lacks more rows than a pass may remove. What is new comes,
// the rest stays, and the pass ends with the guard's error.
func TestSwappedTableLacksRows(t *testing.T) {
	shop.EachKind(t, func(t *testing.T, kind shop.Kind) {
		s := newShop(t, kind, biotracktest.Layout2015)
		for n := range 30 {
			s.sell(fmt.Sprintf("T%d", n), "", "10")
		}
		s.passes()
		s.till.Exec(`ALTER TABLE tickets RENAME TO gone; CREATE TABLE tickets (LIKE gone INCLUDING ALL)`)
		s.sell("NEW", "", "10")
		guarded := s.opts
		guarded.MaxRemovals = sync.DefaultMaxRemovals()
		result, err := s.try(sync.Orders.Pass, guarded)
		if refused, ok := errors.AsType[*sync.TooManyRemovalsError](err); !ok || refused.Removals != 30 {
			t.Errorf("the pass ends with %v, want 30 removals refused", err)
		}
		if result.Mode != sync.ModeFull || result.Counts.Inserted != 1 || result.Counts.Removed != 0 {
			t.Errorf("the pass did %+v, want a full one that adds one row", result)
		}
		s.wantIncremental(sync.Orders.Pass)
		s.full(sync.Orders.Pass)
		s.passes()
		s.check(oracle.Options{AllowRemoved: true})
	})
}

// settle waits until a pass's position will be past all that was written so far: transactions of other tests may hold
// it back.
func (s *fixture) settle() {
	s.Helper()
	s.flush = time.Minute
	written := s.till.Value("SELECT txid_current()")
	for s.till.Value("SELECT txid_snapshot_xmin(txid_current_snapshot()) > $1", written) != "true" {
		runtime.Gosched()
	}
}

// TestPartitions: a partition with older rows is attached, one is created, and one is detached.
func TestPartitions(t *testing.T) {
	shop.EachKind(t, func(t *testing.T, kind shop.Kind) {
		s := newShop(t, kind, biotracktest.Layout2015)
		if s.till.ServerVersion() < 110000 {
			t.Skip("PostgreSQL before 11 has no default for the key of a partitioned table")
		}
		s.till.Exec(`ALTER TABLE tickets RENAME TO plain;
			CREATE TABLE tickets (LIKE plain INCLUDING DEFAULTS) PARTITION BY RANGE (ticketserial);
			CREATE TABLE first PARTITION OF tickets FOR VALUES FROM (1) TO (100);
			CREATE TABLE second (LIKE plain INCLUDING DEFAULTS)`)
		s.till.Exec(`INSERT INTO second (ticketserial, id, totalprice, datetime) VALUES (101, 'old', 5, 1700000000)`)
		s.sell("A", "", "10")
		s.settle()
		s.passes()
		s.till.Exec(`ALTER TABLE tickets ATTACH PARTITION second FOR VALUES FROM (101) TO (200)`)
		s.wantFull(sync.Orders.Pass)
		s.passes()
		s.check(oracle.Options{})
		s.till.Exec(`CREATE TABLE third PARTITION OF tickets FOR VALUES FROM (201) TO (300)`)
		s.till.Exec(`INSERT INTO tickets (ticketserial, id, totalprice, datetime) VALUES (201, 'new', 5, 1700000000)`)
		s.wantIncremental(sync.Orders.Pass)
		s.passes()
		s.check(oracle.Options{})
		s.till.Exec(`ALTER TABLE tickets DETACH PARTITION second`)
		s.wantFull(sync.Orders.Pass)
		s.passes()
		s.check(oracle.Options{AllowRemoved: true})
	})
}

// TestOverlappingChildren: a child's serials are its parent's too, and no row is lost between two pages.
func TestOverlappingChildren(t *testing.T) {
	shop.EachKind(t, func(t *testing.T, kind shop.Kind) {
		s := newShop(t, kind, biotracktest.Layout2015)
		s.till.Exec(`CREATE TABLE archive () INHERITS (tickets)`)
		for n := range 10 {
			for _, table := range []string{"tickets", "archive"} {
				s.till.Exec("INSERT INTO "+table+" (ticketserial, id, totalprice, datetime) VALUES ($1, $2, 5, $3)",
					n+1, fmt.Sprintf("%s-%d", table, n), someTime)
			}
		}
		for size := 1; size <= 6; size++ {
			s.opts.BatchSize = size
			s.full(sync.Orders.Pass)
			s.check(oracle.Options{Streams: []string{"orders"}})
			if r := s.pass(verification(sync.Orders, false)); r.Findings.Total() > 0 {
				t.Errorf("in batches of %d: %+v", size, r.Findings)
			}
		}
	})
}

// TestWithoutXmin: where rows do not show which transaction wrote them, an incremental pass is refused and a full one
// is not.
func TestWithoutXmin(t *testing.T) {
	tables := map[string][]string{
		"view": {`ALTER TABLE tickets RENAME TO hidden`, `CREATE VIEW tickets AS SELECT * FROM hidden`},
		"foreign table": {
			`ALTER TABLE tickets RENAME TO hidden`, `CREATE FOREIGN TABLE tickets () INHERITS (shape) SERVER itself
				OPTIONS (table_name 'hidden')`},
		"foreign partition": {`CREATE FOREIGN TABLE partition () INHERITS (tickets) SERVER itself
			OPTIONS (table_name 'elsewhere')`},
	}
	for what, statements := range tables {
		t.Run(what, func(t *testing.T) {
			s := newShop(t, shop.SQLite, biotracktest.Layout2015)
			s.addForeignServer()
			s.till.Exec(`CREATE TABLE shape (LIKE tickets); CREATE TABLE elsewhere (LIKE tickets)`)
			s.till.Exec(`INSERT INTO elsewhere (ticketserial, id, totalprice, datetime)
				VALUES (77, 'E', 1, 1700000000)`)
			s.sell("A", "", "10")
			for _, statement := range statements {
				s.till.Exec(statement)
			}
			s.pass(sync.Orders.Pass)
			s.check(oracle.Options{Streams: []string{"orders"}})
			s.till.Exec(`INSERT INTO elsewhere (ticketserial, id, totalprice, datetime)
				VALUES (78, 'F', 1, 1700000000)`)
			var setup *sync.SetupError
			if _, err := s.try(sync.Orders.Pass, s.opts); !errors.As(err, &setup) ||
				!strings.Contains(setup.HintText, "--full") {
				t.Fatalf("not refused: %v", err)
			}
			s.full(sync.Orders.Pass)
			s.check(oracle.Options{Streams: []string{"orders"}})
			if r := s.pass(verification(sync.Orders, false)); r.Findings.Total() > 0 {
				t.Errorf("%+v", r.Findings)
			}
		})
	}
}

// addForeignServer makes the till's own database a foreign server.
func (s *fixture) addForeignServer() {
	s.Helper()
	if s.till.Value("SELECT count(*) FROM pg_available_extensions WHERE name = 'postgres_fdw'") == "0" {
		s.Skip("the server has no postgres_fdw")
	}
	query := must(url.Parse(s.till.URL)).Query()
	s.till.Exec(fmt.Sprintf(`CREATE EXTENSION postgres_fdw;
		CREATE SERVER itself FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '%s', port '%s', dbname '%s');
		CREATE USER MAPPING FOR CURRENT_USER SERVER itself OPTIONS (user '%s')`,
		query.Get("host"), query.Get("port"), s.till.DatabaseName(), query.Get("user")))
}
