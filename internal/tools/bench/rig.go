package main

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"

	_ "modernc.org/sqlite" // the embedded store's driver

	"github.com/blackbirdctl/blackbirdctl/internal/tools/figures"
)

// The databases that play the stores.
const (
	oursDB      = "ours"
	yardstickDB = "yardstick"
	baseDB      = "base" // what both are copied from, where a task asks for it
)

// rig is what one task, or one size of the growth table, runs on.
type rig struct {
	*bench
	// embedded says that the binary's store is SQLite.
	embedded bool
	// since is the transaction that the yardstick reads changes from; empty: it reads everything.
	since string
	// round counts the changes that were made at the source.
	round int64
}

// state is the binary's state folder.
func (r *rig) state() string { return filepath.Join(r.dir, "state") }

// binary is a command of the binary over the rig's store.
func (r *rig) binary(args ...string) figures.Command {
	store := oursDB
	if r.embedded {
		store = ""
	}
	return r.binaryOn(store, args...)
}

// binaryOn is a command of the binary over a store; without a name it is the embedded one.
func (r *rig) binaryOn(store string, args ...string) figures.Command {
	env := append(slices.Clone(r.env), "BIOTRACK_URL="+r.server.URL(sourceDB))
	if store != "" {
		env = append(env, "BLACKBIRD_URL="+r.server.URL(store))
	}
	argv := append([]string{r.bin}, args...)
	return figures.Command{Argv: append(argv, "--state-dir", r.state(), "--log-level", "warn"), Env: env, Dir: r.dir}
}

// script is a psql session in a database that runs one of the scripts.
func (r *rig) script(database, name string) figures.Command {
	argv := []string{r.psql, "-X", "-q", "-o", os.DevNull, "-v", "ON_ERROR_STOP=1"}
	env := slices.Clone(r.env)
	if r.since != "" {
		argv = append(argv, "-v", "since="+r.since)
		env = append(env, "BENCH_SINCE="+r.since)
	}
	argv = append(argv, "-d", r.server.URL(database), "-f", name)
	return figures.Command{Argv: argv, Env: env, Dir: filepath.Join(r.dir, "sql")}
}

// oursAnswer asks the binary's store.
func (r *rig) oursAnswer(ctx context.Context, query string) (string, error) {
	if !r.embedded {
		return ask[string](ctx, "postgres", r.server.URL(oursDB), query)
	}
	file := url.URL{Scheme: "file", Path: filepath.Join(r.state(), "blackbird.db"), RawQuery: "mode=ro"}
	return ask[string](ctx, "sqlite", file.String(), query)
}

// observed is what runs of one command came to: seconds and CPU of one of them on average, and the worst of the rest.
type observed struct {
	figures.Spent
	sample
	walMB float64
}

// observe measures a command, several times in a row where one is too short to be measured.
func (r *rig) observe(ctx context.Context, c figures.Command, repeat int) (o observed, err error) {
	if _, err := r.execute(ctx, "postgres", "CHECKPOINT"); err != nil {
		return o, err
	}
	before, err := r.wal(ctx)
	if err != nil {
		return o, err
	}
	watch, err := startSampler(ctx, r.server.URL("postgres"))
	if err != nil {
		return o, err
	}
	for range repeat {
		took, failure := figures.Measure(ctx, c)
		if failure != nil {
			err = failure
			break
		}
		o.Seconds += took.Seconds / float64(repeat)
		o.CPU += took.CPU / float64(repeat)
		o.PeakMiB = max(o.PeakMiB, took.PeakMiB)
	}
	seen, failure := watch.stop()
	if err == nil {
		err = failure
	}
	if err != nil {
		return o, err
	}
	o.sample = seen
	after, err := r.wal(ctx)
	o.walMB = (after - before) / 1e6 / float64(repeat)
	return o, err
}

// wal is how many bytes of write-ahead log the server has written so far.
func (r *rig) wal(ctx context.Context) (float64, error) {
	written, err := ask[float64](ctx, "postgres", r.server.URL("postgres"), "SELECT pg_current_wal_insert_lsn() - '0/0'")
	if err != nil {
		return 0, fmt.Errorf("read the position of the write-ahead log: %w", err)
	}
	return written, nil
}
