package sync_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/blackbirdctl/blackbirdctl/biotrack"
	biotracktest "github.com/blackbirdctl/blackbirdctl/internal/test/biotracktest"
	"github.com/blackbirdctl/blackbirdctl/internal/test/oracle"
	"github.com/blackbirdctl/blackbirdctl/internal/test/shop"
	"github.com/blackbirdctl/blackbirdctl/sync"
)

// misorder leaves the index of the customers' ids in another order than the server has for texts now, as an upgrade of
// the operating system does.
func (s *fixture) misorder() {
	s.Helper()
	if s.till.Value(`SELECT count(*) FROM pg_collation WHERE collname = 'en-x-icu'`) == "0" {
		s.Skip("the server has no collations of ICU")
	}
	s.till.Exec(`ALTER TABLE customers ALTER customerid TYPE varchar(10) COLLATE "en-x-icu"`)
	s.till.Exec(`UPDATE pg_attribute SET attcollation = 100
		WHERE attname = 'customerid' AND attrelid IN ('customers'::regclass, 'customers_pkey'::regclass)`)
	s.till.Exec(`UPDATE pg_index SET indcollation = '100' WHERE indexrelid = 'customers_pkey'::regclass`)
	s.till.Exec(`DELETE FROM pg_depend WHERE refclassid = 'pg_collation'::regclass
		AND objid IN ('customers'::regclass, 'customers_pkey'::regclass)`)
	s.till.Exec("ANALYZE customers")
}

// wantDamage checks that passes find the index of the customers, and say what to do.
func (s *fixture) wantDamage(what string, err error) {
	s.Helper()
	var index *biotrack.IndexError
	if !errors.As(err, &index) || index.Table != "customers" || !biotrack.IsConfiguration(err) ||
		!strings.Contains(index.Hint(), "REINDEX") {
		s.Errorf("%s: %v, want the index of customers", what, err)
	}
}

// TestMisorderedIndex: the index by which the customers are read is in another order than they are, and hides some of
// them from reads in pages. Nothing is read past it, and nothing is taken for gone.
func TestMisorderedIndex(t *testing.T) {
	shop.EachKind(t, func(t *testing.T, kind shop.Kind) {
		s := newShop(t, kind, biotracktest.Layout2015)
		s.opts.BatchSize = 50
		s.till.Exec(`INSERT INTO customers (customerid, firstname)
			SELECT CASE n % 2 WHEN 0 THEN 'a' ELSE 'B' END || n, 'One' FROM generate_series(1, 3000) n`)
		s.sell("A", "a2", "10")
		s.misorder()
		_, err := s.try(sync.Customers.Pass, s.opts)
		s.wantDamage("first pass", err)
		s.till.Exec("REINDEX TABLE customers")
		s.passes()
		s.check(oracle.Options{Fresh: true})
		s.misorder()
		before := s.store.Dump()
		opts := s.opts
		opts.Full = true
		for _, stream := range []*sync.Stream{sync.Customers, sync.Orders} {
			_, err := s.try(stream.Pass, opts)
			s.wantDamage("full pass of "+stream.Name, err)
			_, err = s.try(verification(stream, false), s.opts)
			s.wantDamage("verification of "+stream.Name, err)
		}
		s.store.WantUnwritten(before)
		s.till.Exec("UPDATE customers SET firstname = 'Two'")
		for _, stream := range []*sync.Stream{sync.Customers, sync.Orders} {
			// The rows may be found without the index.
			if _, err := s.try(stream.Pass, s.opts); err != nil {
				s.wantDamage("incremental pass of "+stream.Name, err)
			}
		}
		s.till.Exec("REINDEX TABLE customers")
		s.passes()
		s.check(oracle.Options{})
	})
}

// TestRowWithoutKey: a table without a primary key may have rows without a key, which no read in pages shows. Each pass
// says so, full or not, and writes nothing.
func TestRowWithoutKey(t *testing.T) {
	shop.EachKind(t, func(t *testing.T, kind shop.Kind) {
		s := newShop(t, kind, biotracktest.Layout2015)
		s.sell("A", "C1", "10")
		s.passes()
		s.till.Exec(`ALTER TABLE tickets DROP CONSTRAINT tickets_pkey, ALTER ticketserial DROP NOT NULL`)
		s.sell("B", "C1", "20")
		s.till.Exec(`UPDATE tickets SET ticketserial = NULL WHERE id = 'B'`)
		before := s.store.Dump()
		full := s.opts
		full.Full = true
		for what, try := range map[string]func() (sync.Result, error){
			"incremental pass": func() (sync.Result, error) { return s.try(sync.Orders.Pass, s.opts) },
			"full pass":        func() (sync.Result, error) { return s.try(sync.Orders.Pass, full) },
			"verification":     func() (sync.Result, error) { return s.try(verification(sync.Orders, false), s.opts) },
		} {
			_, err := try()
			if _, ok := errors.AsType[*biotrack.NoKeyError](err); !ok || !biotrack.IsConfiguration(err) {
				t.Errorf("%s: %v", what, err)
			}
		}
		s.store.WantUnwritten(before)
		s.till.Exec(`UPDATE tickets SET ticketserial = 77 WHERE id = 'B'`)
		s.passes()
		s.check(oracle.Options{})
	})
}
