package biotrack

import (
	"context"
	"database/sql"
	"slices"
	"strings"
	"testing"

	"github.com/blackbirdctl/blackbirdctl/internal/model"
	biotracktest "github.com/blackbirdctl/blackbirdctl/internal/test/biotracktest"
)

// blocked runs work that must read a table which another session has locked, and calls look once the server says that
// it waits there. Then the lock goes and the work ends.
func (s *till) blocked(table string, work func(ctx context.Context) error, look func(locker *sql.Tx)) {
	s.Helper()
	locker := s.Begin()
	if _, err := locker.ExecContext(s.Context(), "LOCK TABLE "+table+" IN ACCESS EXCLUSIVE MODE"); err != nil {
		s.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- work(s.Context()) }()
	const waiting = `SELECT count(*) FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
		WHERE a.datname = current_database() AND a.application_name = $1 AND NOT l.granted`
	for s.Value(waiting, promised["application_name"]) == "0" {
		select {
		case err := <-done:
			s.Fatalf("the work did not wait for %s: %v", table, err)
		default:
		}
	}
	look(locker)
	if err := locker.Commit(); err != nil {
		s.Fatal(err)
	}
	if err := <-done; err != nil {
		s.Fatal(err)
	}
}

// held lists the modes and the tables of all locks that our sessions hold or wait for.
func (s *till) held() (modes, tables []string) {
	s.Helper()
	const query = `SELECT l.mode || ' ' || c.relname FROM pg_locks l
		JOIN pg_stat_activity a ON a.pid = l.pid
		JOIN pg_class c ON c.oid = l.relation
		WHERE a.datname = current_database() AND a.application_name = $1
			AND l.locktype IN ('relation', 'tuple', 'page', 'extend')`
	for _, line := range s.Texts(query, promised["application_name"]) {
		mode, table, _ := strings.Cut(line, " ")
		modes, tables = append(modes, mode), append(tables, table)
	}
	slices.Sort(modes)
	return slices.Compact(modes), tables
}

// TestLocks stops each way to read in the middle, at the table it comes to last, and looks at what it has locked by
// then.
func TestLocks(t *testing.T) {
	t.Parallel()
	s := filledTill(t, biotracktest.Layout2015)
	source := s.openWith(s.named())
	tickets, customers := must[*Table[Ticket]](t)(source.Tickets()), must[*Table[Customer]](t)(source.Customers())
	ticket, customer := func(*Ticket) error { return nil }, func(*Customer) error { return nil }
	must[Page](t)(tickets.ByKey(t.Context(), []string{"1"}, ticket)) // whether ids have blanks is known from here on
	for name, tc := range map[string]struct {
		last string
		work func(ctx context.Context) error
		also []string
	}{
		"inventory": {"inventory", func(ctx context.Context) error {
			_, err := readInventory(ctx, source, nil, func(Lot) {})
			return err
		},
			[]string{"memberdiscount", "inventoryrooms", "products", "productcategories"}},
		"page of tickets": {"customers", func(ctx context.Context) error {
			_, err := tickets.Page(ctx, nil, 9, nil, ticket)
			return err
		}, []string{"tickets"}},
		"tickets by key": {"customers", func(ctx context.Context) error {
			_, err := tickets.ByKey(ctx, []string{"1"}, ticket)
			return err
		}, []string{"tickets"}},
		"changed tickets": {"tickets", func(ctx context.Context) error {
			_, err := tickets.Changed(ctx, 3, 9)
			return err
		}, nil},
		"tickets by name": {"tickets", func(ctx context.Context) error {
			_, err := tickets.Find(ctx, []string{"1"})
			return err
		}, nil},
		"keys of tickets": {"tickets", func(ctx context.Context) error {
			_, err := tickets.Keys(ctx, nil, 9, nil, ignoreKey)
			return err
		}, nil},
		"page of customers": {"customers", func(ctx context.Context) error {
			_, err := customers.Page(ctx, nil, 9, nil, customer)
			return err
		}, nil},
		"customers by key": {"customers", func(ctx context.Context) error {
			_, err := customers.ByKey(ctx, []string{"1"}, customer)
			return err
		}, nil},
		"changed customers": {"customers", func(ctx context.Context) error {
			_, err := customers.Changed(ctx, 3, 9)
			return err
		}, nil},
		"customers by name": {"customers", func(ctx context.Context) error {
			_, err := customers.Find(ctx, []string{"1"})
			return err
		}, nil},
		"keys of customers": {"customers", func(ctx context.Context) error {
			_, err := customers.Keys(ctx, nil, 9, nil, ignoreKey)
			return err
		}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			s.blocked(tc.last, tc.work, func(*sql.Tx) {
				modes, tables := s.held()
				same(t, "modes", modes, []string{"AccessShareLock"})
				for _, table := range append(tc.also, tc.last) {
					if !slices.Contains(tables, table) {
						t.Errorf("locks are on %v, want %s among them", tables, table)
					}
				}
			})
		})
	}
}

func ignoreKey(model.Key) error { return nil }

// TestNothingStaysOpen checks that after each operation no session of ours is in a transaction or holds a lock.
func TestNothingStaysOpen(t *testing.T) {
	t.Parallel()
	s := filledTill(t, biotracktest.Layout2015)
	source := s.openWith(s.named())
	for name, run := range operations {
		if err := run(t.Context(), source); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		same(t, "states after "+name, s.Texts(`SELECT DISTINCT state FROM pg_stat_activity
			WHERE datname = current_database() AND application_name = $1`, promised["application_name"]),
			[]string{"idle"})
		if modes, tables := s.held(); len(modes) > 0 {
			t.Errorf("%s: locks %v stay on %v", name, modes, tables)
		}
	}
}

// TestInventoryIsOneSnapshot commits a sale of a product's last stock, and a new product, while the inventory is being
// read: its products have been read by then, its lots have not.
func TestInventoryIsOneSnapshot(t *testing.T) {
	t.Parallel()
	s := emptyTill(t, biotracktest.Layout2015)
	s.Exec(`INSERT INTO products (id, name) VALUES (1, 'Old');
		INSERT INTO inventory (id, productid, remainingweight, roomdata) VALUES ('1', 1, 9, '0,5')`)
	source := s.openWith(s.named())
	var catalog *Catalog
	var lots []Lot
	read := func(ctx context.Context) (err error) {
		catalog, err = readInventory(ctx, source, nil, func(lot Lot) { lots = append(lots, lot) })
		return err
	}
	s.blocked("inventory", read, func(locker *sql.Tx) {
		for _, change := range []string{
			`UPDATE inventory SET roomdata = '0,0' WHERE id = '1'`,
			`INSERT INTO products (id, name) VALUES (2, 'New')`,
			`INSERT INTO inventory (id, productid, remainingweight, roomdata) VALUES ('2', 2, 9, '0,7')`,
		} {
			if _, err := locker.ExecContext(t.Context(), change); err != nil {
				t.Fatal(err)
			}
		}
	})
	if len(catalog.Products) != 1 || len(lots) != 1 || lots[0].RoomData != "0,5" {
		t.Errorf("products %v and lots %v are not of one moment", catalog.Products, lots)
	}
}
