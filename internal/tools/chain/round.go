package main

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"github.com/blackbirdctl/blackbirdctl/internal/tools/figures"
)

// rounds are what happens between the shops' days. Before the round of tradingRound, a day of trading passes.
var rounds = []string{"first pass", "a day of trading", "nothing changed"}

const tradingRound = 1

// commands are what a round runs.
var commands = [][]string{
	{"sync", "customers"}, {"sync", "orders"}, {"sync", "products"}, {"points", "recompute"}, {"verify"},
}

// figure is what one command took for all shops.
type figure struct {
	figures.Spent
	seen
	round, command    string
	wal               float64 // bytes
	storeCPU, tillCPU float64 // seconds
}

// round runs the commands and keeps what each of them took.
func (c *chain) round(ctx context.Context, r *report, name string) error {
	for _, args := range commands {
		f, err := c.observe(ctx, args)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		f.round, f.command = name, strings.Join(args, " ")
		r.figures = append(r.figures, f)
		c.say("%s: %s in %.1f s", f.round, f.command, f.Seconds)
	}
	return nil
}

// counters are what a server has used so far.
type counters struct{ wal, storeCPU, tillCPU float64 }

// observe runs one command for all shops.
func (c *chain) observe(ctx context.Context, args []string) (f figure, err error) {
	before, err := c.counters(ctx)
	if err != nil {
		return f, err
	}
	watch, err := c.watch(ctx)
	if err != nil {
		return f, err
	}
	f.Spent, err = figures.Measure(ctx, c.forAll(args))
	seen, failure := watch.stop()
	if err == nil {
		err = failure
	}
	if err != nil {
		return f, err
	}
	after, err := c.counters(ctx)
	f.seen, f.wal = seen, after.wal-before.wal
	f.storeCPU, f.tillCPU = after.storeCPU-before.storeCPU, after.tillCPU-before.tillCPU
	return f, err
}

// counters are read after a checkpoint, so that a run finds the log as it is after one: the first change of each page brings all of it.
func (c *chain) counters(ctx context.Context) (n counters, err error) {
	err = with(c.store.URL(storeDB), func(db *sql.DB) error {
		if err := db.QueryRowContext(ctx, "SELECT pg_current_wal_insert_lsn() - '0/0'").Scan(&n.wal); err != nil {
			return err
		}
		_, err := db.ExecContext(ctx, "CHECKPOINT")
		return err
	})
	if err != nil {
		return n, fmt.Errorf("read the store's log: %w", err)
	}
	if n.storeCPU, err = serverCPU(c.store); err != nil {
		return n, err
	}
	n.tillCPU, err = serverCPU(c.tills)
	return n, err
}
