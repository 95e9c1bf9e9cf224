package sync_test

import (
	"errors"
	"fmt"
	"testing"

	biotracktest "github.com/blackbirdctl/blackbirdctl/internal/test/biotracktest"
	"github.com/blackbirdctl/blackbirdctl/internal/test/oracle"
	"github.com/blackbirdctl/blackbirdctl/internal/test/shop"
	"github.com/blackbirdctl/blackbirdctl/sync"
)

const someTime = 1_700_000_000

func (s *fixture) sell(id, customer string, total string) {
	s.Helper()
	s.till.Exec(`INSERT INTO tickets (id, customerid, price, tax, totalprice, datetime) VALUES
		($1, NULLIF($2, ''), $3, 0, $3, $4)`,
		id, customer, total, someTime)
}

func (s *fixture) enrol(id, name string) {
	s.Helper()
	s.till.Exec(`INSERT INTO customers (customerid, firstname, lastname) VALUES ($1, $2, 'Test')`, id, name)
}

// TestLateCommit: a transaction that began before a pass and commits after it is in the next pass, though its rows
// carry older times and ids than others that were seen.
func TestLateCommit(t *testing.T) {
	shop.EachKind(t, func(t *testing.T, kind shop.Kind) {
		s := newShop(t, kind, biotracktest.Layout2015)
		s.enrol("1", "Early")
		s.sell("A", "1", "10")
		late, err := s.till.DB.BeginTx(t.Context(), nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, query := range []string{
			`INSERT INTO customers (customerid, firstname) VALUES ('2', 'Late')`,
			`INSERT INTO tickets (id, customerid, totalprice, datetime) VALUES ('L', '2', 5, 1600000000)`,
			`SAVEPOINT s`,
			`INSERT INTO tickets (id, customerid, totalprice, datetime) VALUES ('M', '2', 6, 1600000000)`,
			`RELEASE s`,
			`UPDATE tickets SET totalprice = 11 WHERE id = 'A'`,
		} {
			if _, err := late.ExecContext(t.Context(), query); err != nil {
				t.Fatal(err)
			}
		}
		s.sell("B", "1", "20")
		s.passes()
		for n := range 3 {
			s.sell(fmt.Sprintf("C%d", n), "1", "30")
			s.passes()
		}
		if err := late.Commit(); err != nil {
			t.Fatal(err)
		}
		s.passes()
		s.check(oracle.Options{})
	})
}

// TestNoTimeColumn: a change that touches no column of time is in the next pass; so are ten thousand rows of one
// moment.
func TestNoTimeColumn(t *testing.T) {
	shop.EachKind(t, func(t *testing.T, kind shop.Kind) {
		s := newShop(t, kind, biotracktest.LayoutAudited)
		s.till.Exec(`INSERT INTO customers (customerid, firstname) SELECT n::text, 'One'
			FROM generate_series(1, 2000) n`)
		s.till.Exec(`INSERT INTO tickets (id, customerid, totalprice, datetime) SELECT n::text, n::text, n, 1700000000
			FROM generate_series(1, 2000) n`)
		s.opts.BatchSize = 600
		s.passes()
		s.check(oracle.Options{Fresh: true})
		s.till.Exec(`UPDATE customers SET firstname = 'Two' WHERE customerid = '77'`)
		s.till.Exec(`UPDATE tickets SET totalprice = 1 WHERE id = '1711'`)
		if r := s.pass(sync.Customers.Pass); r.Counts.Updated != 1 {
			t.Errorf("customers: %+v", r.Counts)
		}
		if r := s.pass(sync.Orders.Pass); r.Counts.Updated != 2 {
			t.Errorf("orders: %+v", r.Counts)
		}
		s.pass(sync.Points.Pass)
		s.pass(sync.Products.Pass)
		s.till.Exec(`INSERT INTO tickets (id, totalprice, datetime) SELECT 'x' || n, n, 1700000000
			FROM generate_series(1, 2000) n`)
		s.passes()
		s.check(oracle.Options{})
	})
}

// TestManyChanges: more changed rows than are read by key are read in pages, and nothing is missed; not a rejected row
// either.
func TestManyChanges(t *testing.T) {
	defer sync.LimitChanges(100)()
	shop.EachKindInTurn(t, func(t *testing.T, kind shop.Kind) {
		s := newShop(t, kind, biotracktest.Layout2015)
		s.opts.BatchSize = 40
		s.till.Exec(`INSERT INTO customers (customerid, firstname) SELECT n::text, 'One'
			FROM generate_series(1, 150) n`)
		s.till.Exec(`INSERT INTO tickets (id, customerid, totalprice, datetime) SELECT n::text, n::text, 1, 1700000000
			FROM generate_series(1, 300) n`)
		s.till.Exec(`INSERT INTO tickets (id, totalprice, datetime) VALUES ('bad', NULL, 1700000000),
			('77', 3, 1700000000)`)
		s.opts.Locations = []int64{1}
		s.passes()
		s.till.Exec(`UPDATE tickets SET totalprice = 2 WHERE totalprice = 1`)
		s.till.Exec(`UPDATE tickets SET location = 2 WHERE totalprice = 3 OR id LIKE '%5'`)
		s.till.Exec(`UPDATE customers SET firstname = 'Two'`)
		if r := s.pass(sync.Orders.Pass); r.Counts.Updated < 260 || r.Mode != sync.ModeIncremental {
			t.Errorf("%s: %+v", r.Mode, r.Counts)
		}
		s.passes()
		s.check(oracle.Options{AllowRemoved: true})
	})
}

// TestDuplicateTickets: of two tickets with one id the higher serial that can be taken stands, in whatever order they
// come.
func TestDuplicateTickets(t *testing.T) {
	shop.EachKind(t, func(t *testing.T, kind shop.Kind) {
		s := newShop(t, kind, biotracktest.Layout2015)
		s.enrol("1", "Twice")
		for _, total := range []string{"10", "20"} {
			s.sell("A", "1", total)
			s.sell("B", "1", total)
		}
		s.sell("C", "1", "5")
		s.till.Exec(`INSERT INTO tickets (id, totalprice, datetime) VALUES ('C', NULL, 1700000000)`)
		s.passes()
		s.check(oracle.Options{})
		s.till.Exec(`UPDATE tickets SET totalprice = 99 WHERE id = 'A' AND ticketserial = 1`)
		s.till.Exec(`UPDATE tickets SET totalprice = 77 WHERE id = 'C' AND totalprice = 5`)
		s.passes()
		s.check(oracle.Options{})
		s.till.Exec(`UPDATE tickets SET totalprice = 3 WHERE id = 'C' AND totalprice IS NULL`)
		s.till.Exec(`DELETE FROM tickets WHERE id = 'B' AND totalprice = 20`)
		s.full(sync.Orders.Pass)
		s.passes()
		s.check(oracle.Options{})
	})
}

// TestVoidedDuplicate: of two tickets with one id a voided one never counts, and when the newer one is voided, the
// older one counts again.
func TestVoidedDuplicate(t *testing.T) {
	shop.EachKind(t, func(t *testing.T, kind shop.Kind) {
		s := newShop(t, kind, biotracktest.Layout2015)
		s.enrol("1", "Twice")
		s.sell("A", "1", "10")
		s.sell("B", "1", "10")
		s.passes()
		for _, step := range []struct {
			what, change string
			balance      int64
		}{
			{"a newer ticket, voided", `INSERT INTO tickets (id, customerid, price, totalprice, datetime, deleted)
				VALUES ('A', '1', 7, 7, 1700000000, 1)`, 20},
			{"it is none any more", `UPDATE tickets SET deleted = 0 WHERE totalprice = 7`, 17},
			{"and voided again", `UPDATE tickets SET deleted = 1 WHERE totalprice = 7`, 20},
			{"the older one too", `UPDATE tickets SET deleted = 1 WHERE id = 'A'`, 10},
			{"which comes back", `UPDATE tickets SET deleted = 0 WHERE id = 'A' AND totalprice = 10`, 20},
			{"a third one", `INSERT INTO tickets (id, customerid, price, totalprice, datetime)
				VALUES ('A', '1', 5, 5, 1700000000)`, 15},
			{"both newer ones are voided", `UPDATE tickets SET deleted = 1 WHERE id = 'A' AND totalprice < 10`, 20},
		} {
			s.till.Exec(step.change)
			s.wantSettled(step.what, step.balance)
		}
	})
}

// TestLateCustomer: orders of a customer who is not there yet earn nothing, and all they are owed once he is.
func TestLateCustomer(t *testing.T) {
	shop.EachKind(t, func(t *testing.T, kind shop.Kind) {
		s := newShop(t, kind, biotracktest.LayoutAudited)
		s.sell("A", "9", "20.96")
		s.sell("B", "9", "20.46")
		s.passes()
		s.check(oracle.Options{})
		s.enrol("9", "Late")
		s.passes()
		s.check(oracle.Options{})
		s.store.WantBalance("9", 21+20)
	})
}

// TestShadowedCustomer: one whose id had blanks around it loses his place to one who has it plainly, and is listed,
// though his row has not changed.
func TestShadowedCustomer(t *testing.T) {
	shop.EachKind(t, func(t *testing.T, kind shop.Kind) {
		s := newShop(t, kind, biotracktest.Layout2015)
		s.enrol(" 7", "Blank")
		s.enrol("8 ", "Other")
		s.passes()
		s.check(oracle.Options{})
		s.enrol("7", "Plain")
		s.passes()
		s.check(oracle.Options{})
		s.store.WantRejects(shop.Reject{Stream: "customers", Reason: sync.ReasonDuplicateID})
		s.till.Exec(`UPDATE customers SET lastname = 'Changed' WHERE customerid = '7'`)
		if r := s.pass(sync.Customers.Pass); r.Counts.Updated != 1 || r.Counts.Rejected != 1 {
			t.Errorf("%+v", r.Counts)
		}
		s.check(oracle.Options{})
	})
}

// TestCustomersWithBlanks: orders show customers whose ids have blanks around them, from the first of these on, whether
// or not he changes in the pass that reads his order.
func TestCustomersWithBlanks(t *testing.T) {
	shop.EachKind(t, func(t *testing.T, kind shop.Kind) {
		s := newShop(t, kind, biotracktest.Layout2015)
		s.enrol("1", "Plain")
		s.sell("A", "1", "10")
		s.passes()
		s.sell("B", "1", "10")
		s.sell("C", "7", "10")
		s.passes()
		s.enrol(" 7", "Blank")
		s.sell("D", "7", "10")
		s.passes()
		s.check(oracle.Options{})
		s.sell("E", "7", "10")
		s.passes()
		s.check(oracle.Options{})
	})
}

// TestShadowedFromElsewhere: one whose id has blanks around it is nobody's double where the one with the plain id is at
// a location that is not synced; and takes his place when that one leaves.
func TestShadowedFromElsewhere(t *testing.T) {
	shop.EachKind(t, func(t *testing.T, kind shop.Kind) {
		s := newShop(t, kind, biotracktest.Layout2015)
		s.opts.Locations = []int64{1}
		s.enrol("7", "Plain")
		s.enrol("7 ", "Blank")
		s.till.Exec(`UPDATE customers SET location = 2 WHERE customerid = '7'`)
		s.passes()
		s.check(oracle.Options{})
		s.till.Exec(`UPDATE customers SET location = 1 WHERE customerid = '7'`)
		s.passes()
		s.check(oracle.Options{})
		s.store.WantRejects(shop.Reject{Stream: "customers", Reason: sync.ReasonDuplicateID})
		s.till.Exec(`UPDATE customers SET location = 2 WHERE customerid = '7'`)
		s.passes()
		s.check(oracle.Options{})
	})
}

// TestRules: awards keep the rules they were made under, until a full recompute lets today's stand.
func TestRules(t *testing.T) {
	shop.EachKind(t, func(t *testing.T, kind shop.Kind) {
		s := newShop(t, kind, biotracktest.Layout2015)
		s.enrol("1", "Regular")
		s.sell("A", "1", "100")
		s.passes()
		s.opts.Rules.PointsPerDollar = decimals("2.5")
		s.sell("B", "1", "10")
		s.till.Exec(`UPDATE tickets SET refundtotalprice = 40 WHERE id = 'A'`)
		s.passes()
		s.check(oracle.Options{})
		// Both were sold before the new rate.
		s.store.WantBalance("1", 60+10)
		s.full(sync.Points.Pass)
		s.store.WantBalance("1", 150+25)
		s.opts.Rules.Starts = s.expected().Settings.Now
		s.full(sync.Points.Pass)
		s.till.Exec(`UPDATE tickets SET refundtotalprice = 0`)
		s.passes()
		// The program was restarted after both sales.
		s.store.WantBalance("1", 0)
	})
}

// TestLocations: other locations' rows are not taken, and a row that moves there leaves.
func TestLocations(t *testing.T) {
	shop.EachKind(t, func(t *testing.T, kind shop.Kind) {
		s := stockedShop(t, kind, biotracktest.Options{Customers: 300, Tickets: 1500, Products: 120})
		s.opts.Locations = []int64{1}
		s.passes()
		// Customers of other locations come once orders name them.
		s.passes()
		s.check(oracle.Options{Fresh: true})
		s.till.Exec(`UPDATE tickets SET location = 2 WHERE ticketserial % 7 = 0`)
		s.till.Exec(`UPDATE customers SET location = 2 WHERE customerid LIKE '%3'`)
		s.till.Exec(`UPDATE tickets SET location = 1 WHERE ticketserial % 11 = 0`)
		s.till.Exec(`UPDATE inventory SET location = 2 WHERE productid % 5 = 0`)
		s.passes()
		// That an order has come to these locations, a refund elsewhere that has not changed does not show.
		s.full(sync.Orders.Pass)
		s.passes()
		s.check(oracle.Options{AllowRemoved: true})
		s.opts.Locations = []int64{2, 1}
		var setup *sync.SetupError
		if _, err := s.try(sync.Orders.Pass, s.opts); !errors.As(err, &setup) {
			t.Fatalf("other settings were taken: %v", err)
		}
		s.full(sync.Orders.Pass)
		s.full(sync.Customers.Pass)
		s.full(sync.Products.Pass)
		s.passes()
		s.check(oracle.Options{AllowRemoved: true})
	})
}

// TestRemovalGuard: a source that has lost most of its rows changes nothing, but for what it says is sold out.
func TestRemovalGuard(t *testing.T) {
	shop.EachKind(t, func(t *testing.T, kind shop.Kind) {
		s := stockedShop(t, kind, biotracktest.Options{Customers: 300, Tickets: 1500, Products: 120})
		s.opts.MaxRemovals = sync.DefaultMaxRemovals()
		s.passes()
		before := s.store.Dump()
		s.till.Exec(`DELETE FROM tickets WHERE ticketserial > 700`)
		s.till.Exec(`DELETE FROM customers WHERE customerid LIKE '%1' OR customerid LIKE '%2' OR customerid LIKE '%3'`)
		s.till.Exec(`DELETE FROM products`)
		opts := s.opts
		opts.Full = true
		for _, run := range []pass{sync.Customers.Pass, sync.Orders.Pass, sync.Products.Pass} {
			var guard *sync.TooManyRemovalsError
			if _, err := s.try(run, opts); !errors.As(err, &guard) {
				t.Errorf("not refused: %v", err)
			}
		}
		s.store.WantUnwritten(before)
		s.opts.MaxRemovals = must(sync.ParseLimit("100%"))
		s.full(sync.Customers.Pass)
		s.full(sync.Orders.Pass)
		s.passes()
		s.check(oracle.Options{AllowRemoved: true})
	})
}

// TestRestoredStore: a watermark is not believed of a store that lacks its merges.
func TestRestoredStore(t *testing.T) {
	shop.EachKind(t, func(t *testing.T, kind shop.Kind) {
		s := stockedShop(t, kind, biotracktest.Options{Customers: 300, Tickets: 600, Products: 80})
		s.passes()
		s.store = shop.NewStore(t, kind)
		for _, run := range []pass{sync.Customers.Pass, sync.Orders.Pass, sync.Points.Pass} {
			var setup *sync.SetupError
			if _, err := s.try(run, s.opts); !errors.As(err, &setup) {
				t.Errorf("a store without the watermark's pass was taken: %v", err)
			}
		}
		s.full(sync.Customers.Pass)
		s.full(sync.Orders.Pass)
		if _, err := s.state.Remove(sync.Points.Name); err != nil {
			t.Fatal(err)
		}
		s.passes()
		s.check(oracle.Options{Fresh: true})
	})
}

// TestRejectLeaves: a customer without an id who moves to a location that is not synced is no reject any more.
func TestRejectLeaves(t *testing.T) {
	t.Parallel()
	s := newShop(t, shop.SQLite, biotracktest.Layout2015)
	s.opts.Locations = []int64{1}
	s.till.Exec(`INSERT INTO customers (customerid, firstname, location) VALUES (' ', 'Nameless', 1)`)
	if r := s.pass(sync.Customers.Pass); r.Reasons[sync.ReasonNoID] != 1 {
		t.Fatalf("rejects: %v", r.Reasons)
	}
	s.till.Exec(`UPDATE customers SET location = 2`)
	s.pass(sync.Customers.Pass)
	s.check(oracle.Options{})
}
