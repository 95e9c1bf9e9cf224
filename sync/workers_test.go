package sync_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/blackbirdctl/blackbirdctl/blackbird"
	"github.com/blackbirdctl/blackbirdctl/internal/test/biotracktest"
	"github.com/blackbirdctl/blackbirdctl/internal/test/oracle"
	"github.com/blackbirdctl/blackbirdctl/internal/test/shop"
	"github.com/blackbirdctl/blackbirdctl/sync"
)

// What a Citus coordinator says where its workers fail, from triggers in a store on one PostgreSQL: these errors have
// no code of their own.

// raise makes a trigger function that fails in those words.
func (s *fixture) raise(name, condition, message string) {
	s.Helper()
	s.store.Exec(fmt.Sprintf(`CREATE OR REPLACE FUNCTION %s() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
		IF %s THEN RAISE EXCEPTION '%s' USING ERRCODE = 'XX000'; END IF; RETURN NEW; END $$`, name, condition, message))
}

// TestWorkerRefusesRow: the COPY of a first pass meets rows that the store holds, and the coordinator does not say so.
func TestWorkerRefusesRow(t *testing.T) {
	s := newShop(t, shop.PostgreSQL, biotracktest.Layout2015)
	s.opts.BatchSize = 2
	s.ring(ticket{id: "A", total: "10"}, ticket{id: "B", total: "10"}, ticket{id: "C", total: "10"},
		ticket{id: "D", total: "10"}, ticket{id: "A", total: "20"})
	s.openStore().Close()
	s.raise("refuse", `current_query() LIKE 'COPY%' AND EXISTS (SELECT FROM orders WHERE order_id = NEW.order_id)`,
		"duplicate key value violates unique constraint")
	s.store.Exec(`CREATE TRIGGER refuse BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION refuse()`)
	for range 2 {
		s.pass(sync.Orders.Pass)
		s.check(oracle.Options{Streams: []string{oracle.StreamOrders}})
		if _, err := s.state.Remove(sync.Orders.Name); err != nil {
			t.Fatal(err)
		}
	}
}

// TestWorkerDies: a pass whose rows a worker takes down with it may be tried again.
func TestWorkerDies(t *testing.T) {
	for _, message := range []string{
		"failure on connection marked as essential: localhost:9701",
		"connection to the remote node localhost:9701 failed with the following error: " +
			"server closed the connection unexpectedly",
		"could not commit transaction for shard 102008 on at least one active node",
	} {
		s := newShop(t, shop.PostgreSQL, biotracktest.Layout2015)
		s.pass(sync.Orders.Pass)
		s.raise("die", "true", message)
		s.store.Exec(`CREATE CONSTRAINT TRIGGER die AFTER INSERT ON orders DEFERRABLE INITIALLY DEFERRED
			FOR EACH ROW EXECUTE FUNCTION die()`)
		s.ring(ticket{id: "A", total: "10"})
		if _, err := s.try(sync.Orders.Pass, s.opts); !blackbird.IsUnavailable(err) {
			t.Errorf("%s: %v", message, err)
		}
		s.store.Exec(`DROP TRIGGER die ON orders`)
		s.pass(sync.Orders.Pass)
		s.check(oracle.Options{Streams: []string{oracle.StreamOrders}})
	}
}

// TestWorkerInDoubt: a worker has prepared what a pass has written, and died before it committed that. The next pass
// waits for the cluster to settle it, and does not take the store for another one.
func TestWorkerInDoubt(t *testing.T) {
	s := newShop(t, shop.PostgreSQL, biotracktest.Layout2015)
	s.ring(ticket{id: "A", total: "10"})
	r := s.pass(sync.Orders.Pass)
	s.store.Exec(`UPDATE passes SET read = 0`)
	s.store.Exec(fmt.Sprintf(`BEGIN; UPDATE passes SET read = 1 WHERE pass_id = %d; PREPARE TRANSACTION 'in doubt'`,
		r.PassID))
	s.ring(ticket{id: "B", total: "10"})
	done := make(chan error)
	go func() {
		_, err := s.try(sync.Orders.Pass, s.opts)
		done <- err
	}()
	for waits := "0"; waits == "0"; {
		select {
		case err := <-done:
			t.Fatalf("the pass did not wait: %v", err)
		default:
			waits = s.store.Value(`SELECT count(*) FROM pg_locks WHERE NOT granted
				AND locktype IN ('transactionid', 'tuple')`)
		}
	}
	s.store.Exec(`COMMIT PREPARED 'in doubt'`)
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	s.check(oracle.Options{Streams: []string{oracle.StreamOrders}})
}

// TestWorkerRefusesAnalysis: statistics that cannot be taken stop no pass.
func TestWorkerRefusesAnalysis(t *testing.T) {
	s := newShop(t, shop.PostgreSQL, biotracktest.Layout2015)
	s.openStore().Close()
	s.store.Exec(`CREATE FUNCTION analyzed(text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN
		IF current_query() LIKE 'ANALYZE%' THEN RAISE EXCEPTION 'worker is down' USING ERRCODE = 'XX000'; END IF;
		RETURN $1; END $$`)
	s.store.Exec(`CREATE INDEX ON orders (analyzed(order_id))`)
	s.till.Exec(`INSERT INTO tickets (id, totalprice, datetime) SELECT n, 5, $1 FROM generate_series(1, 1500) n`,
		someTime)
	var log bytes.Buffer
	s.log = &log
	s.pass(sync.Orders.Pass)
	s.check(oracle.Options{Streams: []string{oracle.StreamOrders}})
	if !strings.Contains(log.String(), "analyze table orders") {
		t.Errorf("the log has %s", log.String())
	}
}

// TestWorkerRefusesIndex: an index that cannot be made stops no pass, and a later one makes it.
func TestWorkerRefusesIndex(t *testing.T) {
	s := newShop(t, shop.PostgreSQL, biotracktest.Layout2015)
	s.openStore().Close()
	s.store.Exec(`CREATE FUNCTION no_index() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN
		RAISE EXCEPTION 'connection to the remote node localhost:9701 failed' USING ERRCODE = '08006'; END $$`)
	s.store.Exec(`CREATE EVENT TRIGGER no_index ON ddl_command_start WHEN TAG IN ('CREATE INDEX')
		EXECUTE FUNCTION no_index()`)
	s.ring(ticket{id: "A", total: "10"})
	var log bytes.Buffer
	s.log = &log
	s.passes()
	if strings.Count(log.String(), "create indexes") != 2 {
		t.Errorf("orders and points should log that they go on without indexes:\n%s", &log)
	}
	s.store.Exec(`DROP EVENT TRIGGER no_index`)
	s.passes()
	if made := s.store.Value(`SELECT count(*) FROM pg_indexes WHERE indexname = 'orders_customer'`); made != "1" {
		t.Errorf("%s indexes of customers; want 1", made)
	}
	s.check(oracle.Options{})
}

// TestWorkerHidesStores: a first pass goes on where the other stores, on a worker that is dead, cannot be read.
func TestWorkerHidesStores(t *testing.T) {
	s := newShop(t, shop.PostgreSQL, biotracktest.Layout2015)
	s.passes()
	s.store.Exec(`UPDATE sources SET store_id = 'other'`)
	s.store.Exec(`CREATE FUNCTION reachable() RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN
		IF current_query() LIKE '%store_id <>%' THEN
			RAISE EXCEPTION 'connection to the remote node localhost:9701 failed' USING ERRCODE = '08006';
		END IF;
		RETURN true; END $$`)
	s.store.Exec(`ALTER TABLE sources RENAME TO all_sources`)
	s.store.Exec(`CREATE VIEW sources AS SELECT * FROM all_sources WHERE reachable()`)
	s.ring(ticket{id: "A", total: "10"})
	var log bytes.Buffer
	s.log = &log
	s.passes()
	if !strings.Contains(log.String(), "whether another store is of the same shop is not known") {
		t.Errorf("the log has %s", &log)
	}
	s.check(oracle.Options{})
}
