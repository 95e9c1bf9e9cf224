package main

import (
	"context"
	"database/sql"
	_ "embed"
	"errors"
	"fmt"
	"time"
)

// samplePause is how long the sampler rests between two looks.
const samplePause = 50 * time.Millisecond

//go:embed sql/connections.sql
var connectionsQuery string

// seen is the most that was seen of the binary's connections.
type seen struct {
	store, tills, till int
}

// sampler looks at the servers from sessions of its own.
type sampler struct {
	dbs  [2]*sql.DB
	quit chan struct{}
	done chan error
	seen seen
}

// watch starts to look.
func (c *chain) watch(ctx context.Context) (*sampler, error) {
	w := &sampler{quit: make(chan struct{}), done: make(chan error, 1)}
	for i, address := range []string{c.store.URL("postgres"), c.tills.URL("postgres")} {
		db, err := sql.Open("postgres", address)
		if err != nil {
			return nil, fmt.Errorf("open the sampler's session: %w", err)
		}
		db.SetMaxOpenConns(1)
		w.dbs[i] = db
	}
	go func() { w.done <- w.look(ctx) }()
	return w, nil
}

// look looks until it is told to quit.
func (w *sampler) look(ctx context.Context) error {
	tick := time.NewTicker(samplePause)
	defer tick.Stop()
	for {
		var all, most [2]int
		for i, db := range w.dbs {
			if err := db.QueryRowContext(ctx, connectionsQuery).Scan(&all[i], &most[i]); err != nil {
				return fmt.Errorf("sample a server's sessions: %w", err)
			}
		}
		w.seen = seen{max(w.seen.store, all[0]), max(w.seen.tills, all[1]), max(w.seen.till, most[1])}
		select {
		case <-w.quit:
			return nil
		case <-tick.C:
		}
	}
}

// stop ends the looking and returns what was seen.
func (w *sampler) stop() (seen, error) {
	close(w.quit)
	err := <-w.done
	return w.seen, errors.Join(err, w.dbs[0].Close(), w.dbs[1].Close())
}
