// Command soak trades at a private point of sale without pause while passes of the real binary run in a loop, two
// processes a store at a time, and a killer kills them:
//
//	go run ./internal/tools/soak --bin FILE [--minutes N] [--seed N]
//
// There are two stores, one in PostgreSQL and one in SQLite. In the end trading stops, every stream makes a last pass,
// and both stores are compared with what the rules say of the till. It exits with 1 if anything differs, or if a run
// ended otherwise than it may.
package main

import (
	"database/sql"
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
	seed    uint64
}

func flags(f *flag.FlagSet, o *options) func() error {
	f.StringVar(&o.bin, "bin", "bin/blackbirdctl", "the binary to run")
	f.Float64Var(&o.minutes, "minutes", 10, "how long to trade")
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
		Seed: o.seed, Customers: 500, Tickets: 3000, Products: 60, NoSales: true, BadRows: true,
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
	soak(t, while, o.seed, till.DB, stores)
	for _, s := range stores {
		s.settle()
		rows, err := s.judged.Judge(t.Context(), till.DB)
		fmt.Fprintf(t.Stdout, "%s: %d runs ended by themselves, %d found the lock held, %d were killed; %d rows "+
			"compared\n",
			s.kind, s.done.Load(), s.locked.Load(), s.killed.Load(), rows)
		if err != nil {
			t.Fatalf("%s: %w", s.kind, err)
		}
		fmt.Fprintf(t.Stdout, "%s: no difference\n", s.kind)
	}
}

// soak lets the tills trade, the passes run and the killers kill for a while. What is under way when the time is over
// ends by itself; the first failure ends all.
func soak(t *lab.T, while time.Duration, seed uint64, db *sql.DB, stores []*store) {
	end := time.Now().Add(while)
	on := func() bool { return time.Now().Before(end) && !t.Failed() && t.Context().Err() == nil }
	var group sync.WaitGroup
	for i := range tills {
		group.Go(func() { newTill(t, db, seed, uint64(i)).trade(on) })
	}
	for _, s := range stores {
		for i := range processes {
			group.Go(func() { s.passes(on, uint64(i)) })
		}
		group.Go(func() { s.killer(on) })
	}
	group.Wait()
	t.Check(t.Context().Err())
	if t.Failed() {
		t.Fatal("the soak has failed")
	}
}
