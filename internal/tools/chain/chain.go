// Command chain plays a chain of shops on this machine and measures what each of them costs:
//
//	go run ./internal/tools/chain --bin bin/blackbirdctl [--shops N] [--tills N] [--small] [--parallel N]
//		[--markdown FILE]
//
// It starts two private PostgreSQL servers, one for the tills, a BioTrack database a shop, and one for the Blackbird
// database that all of them share, writes the config file of the chain, and runs the real binary with --all-stores: a
// first round of passes, one after a day of trading at each shop, one after which nothing has changed, which verify
// confirms, and one through PgBouncer. Then a run is killed, and goes on beside three shops in trouble. In the end
// every shop is compared with what the rules say of its till. It exits with 1 if anything differs, or if a run ended
// otherwise than it should.
//
// It runs on Linux, and leaves nothing behind but the Markdown file.
package main

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"

	"github.com/blackbirdctl/blackbirdctl/internal/test/pgtest"
	"github.com/blackbirdctl/blackbirdctl/internal/tools/lab"
)

var program = lab.Program[options]{Name: "chain", Flags: flags, Run: run}

func main() { program.Main() }

// options are the command line's.
type options struct {
	bin             string
	shops, parallel int
	databases       int // of tills; with fewer than shops, some shops read the same one
	small           bool
	markdown        string // file; empty: none
}

func flags(f *flag.FlagSet, o *options) func() error {
	f.StringVar(&o.bin, "bin", "bin/blackbirdctl", "blackbirdctl `file` to run")
	f.IntVar(&o.shops, "shops", 200, "how many shops the chain has")
	f.IntVar(&o.databases, "tills", 0, "how many tills the shops have (default: each its own)")
	f.BoolVar(&o.small, "small", false, "shops of a tenth of the size")
	f.IntVar(&o.parallel, "parallel", 8, "how many shops a run works on at a time")
	f.StringVar(&o.markdown, "markdown", "", "`file` to write the tables into as well")
	return func() error {
		if o.shops < 1 || o.parallel < 1 || o.databases < 0 {
			return errors.New("read --shops and --parallel: at least 1")
		}
		o.databases = min(o.shops, cmp.Or(o.databases, o.shops))
		return nil
	}
}

// storeDB is the chain's Blackbird database.
const storeDB = "blackbird"

// connectionsAStore is the most that a pass opens to either side, and spareConnections are for the chain itself.
const (
	connectionsAStore = 4
	spareConnections  = 40
)

// chain is the shops, and the store that they share.
type chain struct {
	*lab.T
	options
	tills, store *pgtest.Server
	dir          string // of the config file and the state folder
	shops        []branch
}

// run plays the chain, and prints and writes what it has found.
func run(t *lab.T, o options) {
	c := &chain{T: t, options: o, dir: t.TempDir()}
	var err error
	c.bin, err = filepath.Abs(o.bin)
	t.Check(err)
	connections := map[string]string{"max_connections": strconv.Itoa(o.parallel*connectionsAStore + spareConnections)}
	// A shop has a server of its own. One for all would be busy with vacuuming from database to database.
	c.tills = t.Server(map[string]string{"autovacuum": "off"}, connections)
	c.store = t.Server(lab.Durable, connections)
	t.Check(c.store.CreateDatabase(t.Context(), storeDB, pgtest.DatabaseOptions{}))
	c.makeShops()
	c.writeConfig(c.store.URL(storeDB), nil)
	r := c.play()
	_, err = io.WriteString(t.Stdout, r.String())
	t.Check(err)
	if o.markdown != "" {
		t.Check(os.WriteFile(o.markdown, []byte(r.String()), 0o644))
	}
}

// rounds are what happens between the shops' days. Before the round of tradingRound, a day of trading passes, and in
// the last one PgBouncer stands before the store.
var rounds = []string{"first pass", "a day of trading", "nothing changed", "through PgBouncer"}

const (
	tradingRound  = 1
	verifiedRound = 2
	pooledRound   = 3
)

// commands are what a round runs.
func commands(round int) [][]string {
	all := [][]string{{"sync", "customers"}, {"sync", "orders"}, {"sync", "products"}, {"points", "recompute"}}
	if round == verifiedRound {
		all = append(all, []string{"verify"})
	}
	return all
}

// play runs all rounds, and compares the shops in the end.
func (c *chain) play() *report {
	r := &report{shops: len(c.shops), about: c.about()}
	for i, name := range rounds {
		if i == tradingRound {
			c.trade(tradingRound + 1)
		}
		if i == pooledRound {
			c.writeConfig(c.pooled(), nil)
		}
		for _, args := range commands(i) {
			f := c.observe(args)
			f.round, f.command = name, strings.Join(args, " ")
			r.figures = append(r.figures, f)
			c.Logf("%s: %s in %.1f s", f.round, f.command, f.Seconds)
		}
	}
	r.trouble = c.trouble()
	r.judged = c.judge()
	r.disk = c.measureDisk()
	r.trips = c.countTrips()
	return r
}

// pooled is the store's address through a PgBouncer that gives each pass a session of its own, and no more than all
// passes may need.
func (c *chain) pooled() string {
	at := c.store.URL(storeDB)
	pooler := pgtest.StartPooler(c, at, pgtest.PoolSessions, c.parallel*connectionsAStore,
		"max_client_conn = "+strconv.Itoa(c.parallel*connectionsAStore+spareConnections))
	return pooler.URL(c, at)
}

// figure is what one command took for all shops.
type figure struct {
	lab.Spent
	round, command     string
	store, tills, till int     // the most connections of the binary: at the store, at all tills, at one till
	wal                float64 // bytes
	storeCPU, tillCPU  float64 // seconds
}

// observe runs one command for all shops.
func (c *chain) observe(args []string) (f figure) {
	wal, storeCPU, tillCPU := c.Checkpoint(c.store), serverCPU(c.T, c.store), serverCPU(c.T, c.tills)
	watch := func(server *pgtest.Server, all, one *int) (stop func()) {
		return c.Sample(server.URL("postgres"), func(ctx context.Context, db *sql.Conn) error {
			var sum, most int
			err := db.QueryRowContext(ctx, connectionsQuery).Scan(&sum, &most)
			*all, *one = max(*all, sum), max(*one, most)
			return err
		})
	}
	var atStore int
	stopStore := watch(c.store, &f.store, &atStore)
	stopTills := watch(c.tills, &f.tills, &f.till)
	spent := c.Measure(c.forAll(args))
	stopStore()
	stopTills()
	f.Spent, f.wal = spent, c.WAL(c.store)-wal
	f.storeCPU, f.tillCPU = serverCPU(c.T, c.store)-storeCPU, serverCPU(c.T, c.tills)-tillCPU
	return f
}

// judge compares every shop with what the rules say of its till, and returns how many rows it compared.
func (c *chain) judge() int {
	var compared atomic.Int64
	c.Each(len(c.shops), parallelWork, func(i int) {
		s := c.shops[i]
		c.atTill(s.till, func(db *sql.DB) error {
			store := lab.Store{ID: s.name, Driver: "postgres", URL: c.store.URL(storeDB), Level: level, Rooms: rooms}
			rows, err := store.Judge(c.Context(), db)
			compared.Add(int64(rows))
			return err
		})
	})
	c.Logf("%d shops compared", len(c.shops))
	return int(compared.Load())
}

// measureDisk counts the rows of the store's tables, and what they and their indexes take.
func (c *chain) measureDisk() (tables []onDisk) {
	c.With(c.store.URL(storeDB), func(db *sql.DB) error {
		rows, err := db.QueryContext(c.Context(), diskQuery)
		if err != nil {
			return fmt.Errorf("measure the store's tables: %w", err)
		}
		defer rows.Close()
		for rows.Next() {
			var t onDisk
			if err := rows.Scan(&t.table, &t.rows, &t.bytes); err != nil {
				return err
			}
			tables = append(tables, t)
		}
		return rows.Err()
	})
	return tables
}
