package main

import (
	"context"
	"database/sql"
	_ "embed"
	"errors"
	"fmt"
	"strings"
	"time"
)

const (
	// samplePause is how long the sampler rests between two looks: more of them would cost the binary, which uses both cores, what they do not
	// cost psql, which leaves one free.
	samplePause = 50 * time.Millisecond
	// applicationName is what the binary's sessions at the source call themselves.
	applicationName = "blackbirdctl"
)

//go:embed sql/sample.sql
var sampleQuery string

// sample is the worst that was seen at the source.
type sample struct {
	longestMS float64 // the longest transaction
	lock      string  // the strongest mode of a lock on a table
}

// sampler looks at the binary's sessions at the source, from a session of its own in another database.
type sampler struct {
	db   *sql.DB
	quit chan struct{}
	done chan error
	seen sample
}

// startSampler starts to look.
func startSampler(ctx context.Context, url string) (*sampler, error) {
	db, err := sql.Open("postgres", url)
	if err != nil {
		return nil, fmt.Errorf("open the sampler's session: %w", err)
	}
	// Connected before the clock starts.
	db.SetMaxOpenConns(1)
	look, err := db.PrepareContext(ctx, sampleQuery)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("prepare the sampler: %w", err), db.Close())
	}
	s := &sampler{db: db, quit: make(chan struct{}), done: make(chan error, 1)}
	go func() { s.done <- errors.Join(s.watch(ctx, look), look.Close()) }()
	return s, nil
}

// watch looks until it is told to quit.
func (s *sampler) watch(ctx context.Context, look *sql.Stmt) error {
	tick := time.NewTicker(samplePause)
	defer tick.Stop()
	for {
		var longest float64
		var modes string
		if err := look.QueryRowContext(ctx, sourceDB, applicationName).Scan(&longest, &modes); err != nil {
			return fmt.Errorf("sample the source's sessions: %w", err)
		}
		s.seen.longestMS = max(s.seen.longestMS, longest)
		s.seen.lock = strongest(append(strings.Split(modes, ","), s.seen.lock)...)
		select {
		case <-s.quit:
			return nil
		case <-tick.C:
		}
	}
}

// stop ends the looking and returns what was seen.
func (s *sampler) stop() (sample, error) {
	close(s.quit)
	err := <-s.done
	return s.seen, errors.Join(err, s.db.Close())
}
