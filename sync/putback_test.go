package sync_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"github.com/blackbirdctl/blackbirdctl/biotrack"
	biotracktest "github.com/blackbirdctl/blackbirdctl/internal/test/biotracktest"
	"github.com/blackbirdctl/blackbirdctl/internal/test/oracle"
	"github.com/blackbirdctl/blackbirdctl/internal/test/pgtest"
	"github.com/blackbirdctl/blackbirdctl/internal/test/shop"
	"github.com/blackbirdctl/blackbirdctl/sync"
)

// ownServerShop makes a shop whose till is on a server of its own.
func ownServerShop(t *testing.T, kind shop.Kind, settings map[string]string) (*fixture, *pgtest.Server) {
	t.Helper()
	server := pgtest.OwnServer(t, pgtest.Options{Settings: settings})
	till := shop.TillAt(t, server.URL("postgres"))
	if err := biotracktest.Create(t.Context(), till.DB, biotracktest.Layout2015); err != nil {
		t.Fatal(err)
	}
	s := newFixture(t, kind, till)
	s.opts.Menu.Level = "0"
	return s, server
}

// TestServerCrash: the till's server crashes right after a pass, and gives the ids of transactions that were rolled
// back out again, since it had not flushed its log. What is sold with them, and goes past the watermark, is in the next
// pass.
func TestServerCrash(t *testing.T) {
	rounds := 6
	if os.Getenv("BLACKBIRDCTL_TORTURE") != "" {
		rounds = 300
	}
	shop.EachKind(t, func(t *testing.T, kind shop.Kind) {
		s, server := ownServerShop(t, kind, map[string]string{"synchronous_commit": "on", "wal_writer_delay": "10s"})
		s.enrol("1", "Regular")
		s.sell("T0", "1", "10")
		s.passes()
		for n := range rounds {
			for range 2 + n%3 {
				tx := s.till.Begin()
				if _, err := tx.Exec(`INSERT INTO tickets (id) VALUES ('never')`); err != nil {
					t.Fatal(err)
				}
				if err := tx.Rollback(); err != nil {
					t.Fatal(err)
				}
			}
			s.passes()
			if err := server.Restart(t.Context()); err != nil {
				t.Fatal(err)
			}
			for sale := range 5 {
				s.sell(fmt.Sprintf("T%d-%d", n, sale), "1", "10")
			}
			s.passes()
		}
		s.check(oracle.Options{})
	})
}

// snapshots copies the data folder of a till's server, and puts it back.
type snapshots struct {
	*pgtest.Server
	t *testing.T
}

func (s snapshots) copy() {
	s.t.Helper()
	s.offline(func(data string) error {
		if err := os.RemoveAll(data + ".copy"); err != nil {
			return err
		}
		return s.Run(s.t.Context(), "cp", "-a", data, data+".copy")
	})
}

func (s snapshots) putBack() {
	s.t.Helper()
	s.offline(func(data string) error {
		if err := os.RemoveAll(data); err != nil {
			return err
		}
		return s.Run(s.t.Context(), "cp", "-a", data+".copy", data)
	})
}

func (s snapshots) offline(change func(data string) error) {
	s.t.Helper()
	if err := s.Offline(s.t.Context(), change); err != nil {
		s.t.Fatal(err)
	}
}

// TestSnapshotPutBack: a snapshot of the till's disk is put back, and trade goes past the watermark. Even where the
// same transactions sell under the same serials and numbers, the passes notice it and read everything again.
func TestSnapshotPutBack(t *testing.T) {
	shop.EachKind(t, func(t *testing.T, kind shop.Kind) {
		for _, numbers := range []string{"other", "same"} {
			t.Run(numbers, func(t *testing.T) {
				s, server := ownServerShop(t, kind, nil)
				disk := snapshots{server, t}
				trade := func(era string, sales int) {
					for n := range sales {
						s.enrol(fmt.Sprintf("C%d", n), "Customer "+era)
						s.sell(fmt.Sprintf("T%d", n), fmt.Sprintf("C%d", n), strconv.Itoa(10+n))
						s.till.Exec("UPDATE tickets SET datetime = $1 WHERE id = $2", someTime+len(era)*100+n,
							fmt.Sprintf("T%d", n))
					}
					if numbers == "other" {
						s.till.Exec("UPDATE tickets SET id = $1 || id WHERE id LIKE 'T%'", era)
					}
				}
				s.enrol("1", "Regular")
				s.sell("A", "1", "10")
				s.passes()
				disk.copy()
				trade("first", 5)
				s.passes()
				disk.putBack()
				trade("second", 12)
				s.wantFull(sync.Customers.Pass)
				s.wantFull(sync.Orders.Pass)
				s.passes()
				s.check(oracle.Options{AllowRemoved: true})
				s.wantIncremental(sync.Customers.Pass)
				s.wantIncremental(sync.Orders.Pass)
			})
		}
	})
}

// TestPutBackAmongNewerRows: a snapshot of the till's disk is put back, and what the passes remember of it is either
// written again since or older than the snapshot.
func TestPutBackAmongNewerRows(t *testing.T) {
	shop.EachKind(t, func(t *testing.T, kind shop.Kind) {
		s, server := ownServerShop(t, kind, nil)
		disk := snapshots{server, t}
		sell := func(prefix string, sales int) {
			for n := range sales {
				s.sell(fmt.Sprintf("%s%d", prefix, n), "1", "10")
			}
		}
		s.enrol("1", "Regular")
		sell("A", 40)
		s.passes()
		disk.copy()

		// The tickets that were sold last are sold again, by the same serials and ids. A void and a change are lost.
		s.till.Exec("UPDATE tickets SET deleted = 1 WHERE id = 'A5'")
		sell("B", 20)
		s.passes()
		disk.putBack()
		s.till.Exec("UPDATE tickets SET totalprice = 99 WHERE id = 'A6'")
		for range 30 {
			s.till.Exec("UPDATE customers SET visits = 1")
		}
		sell("B", 20)
		s.wantFull(sync.Orders.Pass)
		s.passes()
		s.check(oracle.Options{})

		// Only rows from before the snapshot are remembered. What is sold since has the ids of transactions that
		// deleted.
		disk.copy()
		for n := range 5 {
			s.till.Exec("DELETE FROM tickets WHERE id = $1", fmt.Sprintf("A%d", n))
		}
		s.full(sync.Orders.Pass)
		disk.putBack()
		sell("C", 30)
		s.wantFull(sync.Orders.Pass)
		s.passes()
		s.check(oracle.Options{AllowRemoved: true})
		if err := server.Restart(t.Context()); err != nil {
			t.Fatal(err)
		}
		s.sell("D", "1", "10")
		s.wantIncremental(sync.Orders.Pass)
	})
}

// TestPutBackToNothing: a snapshot of a till that has sold nothing yet is put back, and trade goes on past the
// watermark: no witness is missing, as there was none.
func TestPutBackToNothing(t *testing.T) {
	shop.EachKind(t, func(t *testing.T, kind shop.Kind) {
		s, server := ownServerShop(t, kind, nil)
		disk := snapshots{server, t}
		transactions := func() {
			for range 20 {
				s.till.Exec("SELECT txid_current()")
			}
		}
		disk.copy()
		transactions()
		s.passes()
		disk.putBack()
		s.sell("A", "", "10")
		transactions()
		transactions()
		s.wantFull(sync.Orders.Pass)
		s.passes()
		s.check(oracle.Options{})
		s.sell("B", "", "10")
		s.wantIncremental(sync.Orders.Pass)
	})
}

// wantFull makes one pass that must read everything by itself, and say why.
func (s *fixture) wantFull(run pass) {
	s.Helper()
	var log strings.Builder
	s.log = &log
	defer func() { s.log = nil }()
	if r := s.pass(run); r.Mode != sync.ModeFull || !strings.Contains(log.String(), "reading everything again") {
		s.Errorf("%s: the pass is %s and logs %q, want a full one and a warning", r.Stream, r.Mode, log.String())
	}
}

func (s *fixture) wantIncremental(run pass) sync.Result {
	s.Helper()
	r := s.pass(run)
	if r.Mode != sync.ModeIncremental {
		s.Errorf("%s: the pass is %s, want an incremental one", r.Stream, r.Mode)
	}
	return r
}

// TestOldWatermark: a watermark of the format before this one may be past a snapshot that was put back. One pass reads
// everything.
func TestOldWatermark(t *testing.T) {
	shop.EachKind(t, func(t *testing.T, kind shop.Kind) {
		s := newShop(t, kind, biotracktest.Layout2015)
		s.enrol("1", "Regular")
		s.sell("A", "1", "10")
		s.passes()
		w := must(s.state.Read(sync.Orders.Name))
		w.WAL, w.Evidence = 0, nil
		if err := s.state.Save(*w); err != nil {
			t.Fatal(err)
		}
		s.wantFull(sync.Orders.Pass)
		s.wantIncremental(sync.Orders.Pass)
		s.check(oracle.Options{})
	})
}

// TestStandbyBehind: a standby that has not replayed what the last pass saw at the primary is to be asked later, and
// once it is promoted everything is read again.
func TestStandbyBehind(t *testing.T) {
	t.Parallel()
	s, server := ownServerShop(t, shop.SQLite, map[string]string{"wal_level": "hot_standby", "max_wal_senders": "2"})
	if s.till.ServerVersion() < 120000 {
		t.Skip("PostgreSQL before 12 has no pg_promote")
	}
	standby, err := server.Standby(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = standby.Stop() })
	replica := shop.TillAt(t, standby.URL("postgres"))
	s.sell("A", "", "10")
	s.passes()
	primary, caughtUp := s.till, func() {
		t.Helper()
		sold := s.till.Value("SELECT count(*) FROM tickets")
		for replica.Value("SELECT count(*) FROM tickets") != sold {
			runtime.Gosched()
		}
	}
	caughtUp()
	replica.Exec("SELECT pg_wal_replay_pause()")
	s.sell("B", "", "10")
	s.passes()
	s.till = replica
	if _, err := s.try(sync.Orders.Pass, s.opts); !errors.Is(err, biotrack.ErrBehind) || !biotrack.IsUnavailable(err) {
		t.Errorf("a standby that is behind: %v", err)
	}
	replica.Exec("SELECT pg_wal_replay_resume()")
	s.till = primary
	s.sell("C", "", "10")
	caughtUp()
	s.till = replica
	s.wantIncremental(sync.Orders.Pass)
	replica.Exec("SELECT pg_promote()")
	s.sell("D", "", "10")
	s.wantFull(sync.Orders.Pass)
	s.passes()
	s.check(oracle.Options{})
}

// TestRenumberedIsPending: a ticket that gets another number is nothing that a verification blames on the store, though
// the next pass takes it for another history.
func TestRenumberedIsPending(t *testing.T) {
	t.Parallel()
	s := newShop(t, shop.SQLite, biotracktest.Layout2015)
	s.sell("A", "", "10")
	s.sell("B", "", "10")
	s.settle()
	s.passes()
	s.till.Exec("UPDATE tickets SET id = 'new' WHERE id = 'A'")
	s.sell("C", "", "10")
	if f := s.pass(verification(sync.Orders, false)).Findings; f.Missing > 0 || f.Differs > 0 || f.Newer == 0 {
		t.Errorf("%+v", f)
	}
	s.wantFull(sync.Orders.Pass)
	s.check(oracle.Options{AllowRemoved: true, Streams: []string{"orders"}})
}

// TestAnyPutBack lets random things happen before and after a snapshot of the till's disk is taken, and again once it
// was put back, with passes in between: in the end the store is as the till.
func TestAnyPutBack(t *testing.T) {
	rounds := uint64(3)
	if os.Getenv("BLACKBIRDCTL_TORTURE") != "" {
		rounds = 300
	}
	shop.EachKind(t, func(t *testing.T, kind shop.Kind) {
		s, server := ownServerShop(t, kind, nil)
		disk := snapshots{server, t}
		s.enrol("1", "Regular")
		sold := 0
		for seed := range rounds {
			random := rand.New(rand.NewPCG(seed, uint64(len(kind))))
			trade := func(most int) {
				for range random.IntN(most) {
					switch ticket := fmt.Sprintf("T%d", random.IntN(sold+1)); random.IntN(7) {
					case 0:
						s.till.Exec("UPDATE tickets SET deleted = 1 - COALESCE(deleted, 0) WHERE id = $1", ticket)
					case 1:
						s.till.Exec("UPDATE tickets SET totalprice = $2 WHERE id = $1", ticket, random.IntN(100))
					case 2:
						s.till.Exec("UPDATE customers SET firstname = $1", fmt.Sprintf("Ann %d", random.IntN(100)))
					case 3:
						s.till.Exec("CREATE TABLE elsewhere (); DROP TABLE elsewhere")
					default:
						s.sell(fmt.Sprintf("T%d", sold), "1", strconv.Itoa(random.IntN(100)))
						sold++
					}
				}
			}
			pass := func() {
				if random.IntN(4) > 0 {
					s.passes()
				}
			}
			trade(40)
			pass()
			disk.copy()
			then := sold
			trade(25)
			pass()
			disk.putBack()
			// The same numbers are given out again, or the cashiers go on with the next.
			if random.IntN(2) == 0 {
				sold = then
			}
			for range random.IntN(3) {
				trade(80)
				pass()
			}
			s.passes()
			if differences := s.differences(oracle.Options{AllowRemoved: true}); len(differences) > 0 {
				t.Errorf("seed %d: %v", seed, differences)
				s.full(sync.Customers.Pass)
				s.full(sync.Orders.Pass)
			}
		}
	})
}
