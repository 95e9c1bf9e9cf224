package sync_test

import (
	"strings"
	"testing"

	"github.com/blackbirdctl/blackbirdctl/internal/test/biotracktest"
	"github.com/blackbirdctl/blackbirdctl/internal/test/oracle"
	"github.com/blackbirdctl/blackbirdctl/internal/test/shop"
	"github.com/blackbirdctl/blackbirdctl/sync"
)

// TestMemberSince: a customer is one since membersince, else createdate, as far as these are times.
func TestMemberSince(t *testing.T) {
	shop.EachKind(t, func(t *testing.T, kind shop.Kind) {
		s := newShop(t, kind, biotracktest.LayoutAudited)
		s.till.Exec(`INSERT INTO customers (customerid, membersince, createdate) VALUES
			('1', 1600000000, 1700000000), ('2', 0, 1700000000), ('3', NULL, 1700000000000), ('4', 5, 9000000000),
			('5', NULL, NULL)`)
		s.passes()
		s.check(oracle.Options{})
		s.store.WantCustomers(
			shop.Customer{ID: "1", MemberSince: "2020-09-13T12:26:40.000000Z"},
			shop.Customer{ID: "2", MemberSince: "2023-11-14T22:13:20.000000Z"},
			shop.Customer{ID: "3", MemberSince: "2023-11-14T22:13:20.000000Z"},
			shop.Customer{ID: "4", MemberSince: shop.Null}, shop.Customer{ID: "5", MemberSince: shop.Null},
		)
	})
}

// TestWatermarkOfLess: after an update that reads more of a row, the first pass reads everything, once, and says why.
func TestWatermarkOfLess(t *testing.T) {
	shop.EachKind(t, func(t *testing.T, kind shop.Kind) {
		s := newShop(t, kind, biotracktest.Layout2015)
		s.till.Exec(`INSERT INTO customers (customerid, membersince) VALUES ('1', 1600000000)`)
		s.passes()
		for _, stream := range []*sync.Stream{sync.Customers, sync.Orders} {
			w := must(s.state.Read(stream.Name))
			w.Reads = 0
			if err := s.state.Save(*w); err != nil {
				t.Fatal(err)
			}
		}
		s.store.Exec(`UPDATE customers SET member_since = NULL`)
		var log strings.Builder
		s.log = &log
		for _, run := range []pass{sync.Customers.Pass, sync.Orders.Pass} {
			if r := s.pass(run); r.Mode != sync.ModeFull {
				t.Errorf("%s: %s pass, want a full one", r.Stream, r.Mode)
			}
			if r := s.pass(run); r.Mode != sync.ModeIncremental {
				t.Errorf("%s: %s pass, want an incremental one", r.Stream, r.Mode)
			}
		}
		if n := strings.Count(log.String(), "did not read all that this one reads of a row"); n != 2 {
			t.Errorf("%d warnings, want 2: %s", n, log.String())
		}
		s.check(oracle.Options{})
	})
}

// TestEnrollment: a customer is enrolled once a pass over orders has ended, by membersince, else by the first order,
// and a person whose customer id changes has it once.
func TestEnrollment(t *testing.T) {
	shop.EachKind(t, func(t *testing.T, kind shop.Kind) {
		s := newShop(t, kind, biotracktest.Layout2015)
		s.program(`{"enrollment": {"points": 7, "from": "2023-11-01"}}`)
		s.till.Exec(`INSERT INTO customers (customerid, firstname, lastname, email, membersince) VALUES
			('1', 'Ann', 'Otter', NULL, 1600000000), ('2', 'Bob', 'Heron', 'bob@example.test', 1700000000),
			('3', 'Cem', 'Wren', NULL, NULL)`)
		s.pass(sync.Customers.Pass)
		s.pass(sync.Points.Pass)
		s.store.WantLedger()
		s.passes()
		line := func(customer shop.Text, points int64) shop.LedgerLine {
			return shop.LedgerLine{Customer: customer, Kind: "enrollment", Points: points}
		}
		s.store.WantLedger(line("1", 0), line("2", 7))
		s.till.Exec(`UPDATE customers SET customerid = '4' WHERE customerid = '2'`)
		s.sell("A", "3", "10")
		s.passes()
		if r := s.pass(verification(sync.Points, false)); r.Findings.Total() != 0 {
			t.Errorf("verify finds %+v", r.Findings)
		}
		for customer, points := range map[shop.Text]int64{"1": 0, "2": 7, "3": 17, "4": 0} {
			s.store.WantBalance(customer, points)
		}
	})
}

// TestEnrollmentOfOnePerson: of one person the first of the customer ids is enrolled, whether they come in one pass or
// one after the other, and whatever the name's letters' case.
func TestEnrollmentOfOnePerson(t *testing.T) {
	shop.EachKind(t, func(t *testing.T, kind shop.Kind) {
		s := newShop(t, kind, biotracktest.Layout2015)
		s.program(`{"enrollment": {"points": 7}}`)
		const insert = `INSERT INTO customers (customerid, firstname, lastname, email, phone, membersince) VALUES `
		s.till.Exec(insert + `
			('1', 'ZOË', 'Otter', NULL, '303-555-0199', 1700000001),
			('2', 'Zoë', 'otter', NULL, '3035550199', 1700000000),
			('3', 'Cem', 'Otter', NULL, '303-555-0199', 1700000000),
			('4', 'Bob', NULL, 'bob@example.test', '303-555-0123', 1700000000),
			('5', 'bob', '', 'Bob@example.test', '', NULL),
			('6', 'Bob', NULL, 'bob@example.test', '303-555-0144', 1700000000),
			('7', NULL, 'Heron', NULL, '303-555-0155', 1700000000),
			('8', NULL, 'Heron', NULL, '303-555-0155', 1700000000)`)
		s.passes()
		s.sell("A", "5", "10")
		s.till.Exec(insert + `('9', 'zoë', 'Otter', NULL, '303-555-0199', 1600000000)`)
		s.passes()
		if r := s.pass(verification(sync.Points, false)); r.Findings.Total() != 0 {
			t.Errorf("verify finds %+v", r.Findings)
		}
		s.full(sync.Points.Pass)
		line := func(customer shop.Text, points int64) shop.LedgerLine {
			return shop.LedgerLine{Customer: customer, Order: customer, Kind: "enrollment", Points: points}
		}
		s.store.WantLedger(line("1", 0), line("2", 7), line("3", 7), line("4", 7), line("5", 0), line("6", 7),
			line("7", 7), line("8", 7), line("9", 0),
			shop.LedgerLine{Customer: "5", Order: "A", Kind: "award", Points: 10})
	})
}
