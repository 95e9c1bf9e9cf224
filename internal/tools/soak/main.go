// Command soak trades at a private point of sale without pause while passes of the real binary run in a loop, two
// processes a store at a time, and about half of them are killed:
//
//	go run ./internal/tools/soak --bin FILE [--minutes N] [--rate N] [--seed N]
//
// There are two stores, one in PostgreSQL and one in SQLite. Beside the passes, each store is verified again and again,
// and a product of its own is sold out again and again, to measure how long the menu takes to show that. In the end
// trading stops, every stream makes a last pass, and both stores are compared with what the rules say of the till. It
// exits with 1 if anything differs, or if a run ended otherwise than it may.
package main

import (
	"flag"
	"fmt"
	"path/filepath"
	"sync"
	"time"

	"github.com/blackbirdctl/blackbirdctl/internal/test/biotracktest"
	"github.com/blackbirdctl/blackbirdctl/internal/test/pgtest"
	"github.com/blackbirdctl/blackbirdctl/internal/test/shop"
	"github.com/blackbirdctl/blackbirdctl/internal/tools/lab"
)

var program = lab.Program[options]{Name: "soak", Flags: flags, Run: run}

func main() { program.Main() }

// options are the command line's.
type options struct {
	bin     string
	minutes float64
	rate    float64
	seed    uint64
}

func flags(f *flag.FlagSet, o *options) func() error {
	f.StringVar(&o.bin, "bin", "bin/blackbirdctl", "the binary to run")
	f.Float64Var(&o.minutes, "minutes", 10, "how long to trade")
	f.Float64Var(&o.rate, "rate", 0, "how many operations a second all tills make; 0: what four tills make with pauses")
	f.Uint64Var(&o.seed, "seed", uint64(time.Now().UnixNano()),
		"what all chance follows from, but for the machine's own")
	return nil
}

// run trades for a while, and then compares.
func run(t *lab.T, o options) {
	bin, err := filepath.Abs(o.bin)
	t.Check(err)
	server, folder := t.Server(), t.TempDir()
	for _, name := range []string{"till", "store"} {
		t.Check(server.CreateDatabase(t.Context(), name, pgtest.DatabaseOptions{}))
	}
	till := shop.TillAt(t, server.URL("till"))
	till.Generate(biotracktest.Options{
		Seed: o.seed, Customers: 500, Tickets: 3000, Products: 60, Lots: lots, NoSales: true, BadRows: true,
	})
	stores := []*store{
		{kind: "PostgreSQL", url: server.URL("store"), judged: lab.Store{Driver: "postgres", URL: server.URL("store")}},
		{kind: "SQLite", judged: lab.Store{Driver: "sqlite", URL: "file:" +
			filepath.Join(folder, "SQLite", "blackbird.db")}},
	}
	for i, s := range stores {
		s.T, s.bin, s.source, s.state, s.seed = t, bin, server.URL("till"), filepath.Join(folder, s.kind),
			o.seed+uint64(i)
		s.judged.ID, s.judged.Level = "default", 1
		s.once("migrate")
	}
	while := time.Duration(o.minutes * float64(time.Minute))
	fmt.Fprintf(t.Stdout, "trading for %s, seed %d\n", while, o.seed)
	probes := make([]*probe, len(stores))
	for i, s := range stores {
		probes[i] = newProbe(s, till.DB, int64(i))
	}
	soak(t, while, newTrade(t, till.DB, o), stores, probes)
	for i, s := range stores {
		s.settle()
		rows, err := s.judged.Judge(t.Context(), till.DB)
		s.report(while)
		probes[i].report()
		if err != nil {
			t.Fatalf("%s: %w", s.kind, err)
		}
		fmt.Fprintf(t.Stdout, "%s: %d rows compared in the end, no difference\n", s.kind, rows)
	}
}

// soak lets the tills trade, the passes run and be killed, verifications and probes run for a while. What is under way
// when the time is over ends by itself; the first failure ends all.
func soak(t *lab.T, while time.Duration, trade *trade, stores []*store, probes []*probe) {
	began := time.Now()
	on := func() bool { return time.Since(began) < while && !t.Failed() && t.Context().Err() == nil }
	var tills, others sync.WaitGroup
	for i := range trade.tills {
		tills.Go(func() { trade.till(i).work(on) })
	}
	for i, s := range stores {
		for number := range processes {
			others.Go(func() { s.passes(on, uint64(number)) })
		}
		others.Go(func() { s.verifications(on) })
		others.Go(func() { probes[i].watch(on) })
	}
	tills.Wait()
	trade.report(time.Since(began))
	others.Wait()
	t.Check(t.Context().Err())
	if t.Failed() {
		t.Fatal("the soak has failed")
	}
}
