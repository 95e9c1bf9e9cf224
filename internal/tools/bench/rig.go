package main

import (
	"context"
	"database/sql"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/blackbirdctl/blackbirdctl/internal/test/biotracktest"
	"github.com/blackbirdctl/blackbirdctl/internal/test/pgtest"
	"github.com/blackbirdctl/blackbirdctl/internal/tools/lab"
)

// The databases: the point of sale, and the stores.
const (
	sourceDB    = "biotrack"
	oursDB      = "ours"
	yardstickDB = "yardstick"
	baseDB      = "base" // what both stores are copied from, where a task asks for it
	peerDB      = "peer"
)

// makeSource makes the point of sale anew, in the state of one that has been vacuumed lately.
func (b *bench) makeSource(s size) {
	began := time.Now()
	recreate(b.T, b.server, sourceDB, "")
	b.With(b.server.URL(sourceDB), func(db *sql.DB) error {
		made, err := biotracktest.Generate(b.Context(), db, biotracktest.Options{
			Seed: 1, Tickets: s.tickets, Customers: s.customers, Products: s.products, Lots: s.lots, NoSales: true,
		})
		if err == nil {
			_, err = db.ExecContext(b.Context(), "VACUUM ANALYZE")
		}
		b.Logf("a shop in %.1f s: %s", time.Since(began).Seconds(), made)
		return err
	})
}

// recreate makes a database anew: an empty one, or a copy of a template.
func recreate(t *lab.T, server *pgtest.Server, name, template string) {
	t.Check(server.DropDatabase(t.Context(), name))
	t.Check(server.CreateDatabase(t.Context(), name, pgtest.DatabaseOptions{Template: template}))
}

// rig is what one task, or one size of the growth table, runs on.
type rig struct {
	*bench
	task task
	// stores is the server of the binary's store.
	stores *pgtest.Server
	// embedded selects SQLite for the binary's store.
	embedded bool
	// since is the transaction from which on the yardstick reads changes; empty: it reads everything.
	since string
	// round counts the changes that were made at the source.
	round int64
}

// state is the binary's state folder, peerDir the peer's.
func (r *rig) state() string   { return filepath.Join(r.dir, "state") }
func (r *rig) peerDir() string { return filepath.Join(r.dir, "peer") }

// binary is a command of the binary over the rig's store.
func (r *rig) binary(args ...string) lab.Command {
	if r.embedded {
		return r.binaryOn("", args...)
	}
	return r.binaryOn(r.stores.URL(oursDB), args...)
}

// binaryOn is a command of the binary over a store's database; without a URL it is the embedded one.
func (r *rig) binaryOn(store string, args ...string) lab.Command {
	env := append(slices.Clone(r.env), "BIOTRACK_URL="+r.server.URL(sourceDB))
	if store != "" {
		env = append(env, "BLACKBIRD_URL="+store)
	}
	argv := append([]string{r.bin}, args...)
	return lab.Command{Argv: append(argv, "--state-dir", r.state(), "--log-level", "warn"), Env: env, Dir: r.dir}
}

// script is a psql session in a database that runs one of the scripts.
func (r *rig) script(database, name string) lab.Command {
	argv := []string{r.psql, "-X", "-q", "-o", os.DevNull, "-v", "ON_ERROR_STOP=1"}
	env := slices.Clone(r.env)
	if r.since != "" {
		argv = append(argv, "-v", "since="+r.since)
		env = append(env, "BENCH_SINCE="+r.since)
	}
	argv = append(argv, "-d", r.server.URL(database), "-f", name)
	return lab.Command{Argv: argv, Env: env, Dir: filepath.Join(r.dir, "sql")}
}

// ask asks a database of the server.
func (r *rig) ask(database, query string) string {
	return lab.Ask[string](r.T, "postgres", r.server.URL(database), query)
}

// oursAnswer asks the binary's store.
func (r *rig) oursAnswer(query string) string {
	if !r.embedded {
		return lab.Ask[string](r.T, "postgres", r.stores.URL(oursDB), query)
	}
	file := url.URL{Scheme: "file", Path: filepath.Join(r.state(), "blackbird.db"), RawQuery: "mode=ro"}
	return lab.Ask[string](r.T, "sqlite", file.String(), query)
}

// observed is what runs of one command came to: seconds and CPU of one of them on average, and the worst of the rest.
type observed struct {
	lab.Spent
	longestMS float64 // the longest transaction at the source
	lock      string  // the strongest mode of a lock on a table there
	walMB     float64
}

// applicationName is that of the binary's sessions at the source.
const applicationName = "blackbirdctl"

// observe measures a command, several times in a row where one run is too short to be measured.
func (r *rig) observe(c lab.Command, repeat int) (o observed) {
	before, sample := r.Checkpoint(r.stores), script("sample.sql")
	stop := r.Sample(r.server.URL("postgres"), func(ctx context.Context, db *sql.Conn) error {
		var longest float64
		var modes string
		err := db.QueryRowContext(ctx, sample, sourceDB, applicationName).Scan(&longest, &modes)
		o.longestMS = max(o.longestMS, longest)
		o.lock = strongest(append(strings.Split(modes, ","), o.lock)...)
		return err
	})
	var spent lab.Spent
	for range repeat {
		took := r.Measure(c)
		spent.Seconds += took.Seconds / float64(repeat)
		spent.CPU += took.CPU / float64(repeat)
		spent.PeakMiB = max(spent.PeakMiB, took.PeakMiB)
		spent.PrivateMiB = max(spent.PrivateMiB, took.PrivateMiB)
	}
	stop()
	o.Spent, o.walMB = spent, (r.WAL(r.stores)-before)/1e6/float64(repeat)
	return o
}
