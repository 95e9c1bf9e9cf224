package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/shopspring/decimal"
	"golang.org/x/sync/errgroup"
	_ "modernc.org/sqlite" // the driver that the embedded store is read with

	biotracktest "github.com/blackbirdctl/blackbirdctl/internal/test/biotracktest"
	"github.com/blackbirdctl/blackbirdctl/internal/test/oracle"
	"github.com/blackbirdctl/blackbirdctl/internal/test/pgtest"
)

// house is a till, two stores, and what goes on between them.
type house struct {
	server *pgtest.Server
	till   *sql.DB
	dir    string
	seed   uint64
	stores []*store
}

// open makes a shop of some thousand tickets, and two empty stores.
func open(ctx context.Context, bin string, seed uint64) (_ *house, err error) {
	h := &house{seed: seed}
	defer func() {
		if err != nil {
			err = errors.Join(err, h.close())
		}
	}()
	if bin, err = filepath.Abs(bin); err != nil {
		return nil, err
	}
	if h.server, err = pgtest.Start(ctx, pgtest.Options{}); err != nil {
		return nil, fmt.Errorf("start a private PostgreSQL server: %w", err)
	}
	if h.dir, err = os.MkdirTemp("", "blackbirdctl-soak-"); err != nil {
		return nil, err
	}
	for _, name := range []string{"till", "store"} {
		if err := h.server.CreateDatabase(ctx, name, pgtest.DatabaseOptions{}); err != nil {
			return nil, err
		}
	}
	if h.till, err = sql.Open("postgres", h.server.URL("till")); err != nil {
		return nil, err
	}
	_, err = biotracktest.Generate(ctx, h.till, biotracktest.Options{
		Seed: seed, Customers: 500, Tickets: 3000, Products: 60, NoSales: true, BadRows: true,
	})
	if err != nil {
		return nil, err
	}
	h.stores = []*store{
		{kind: "PostgreSQL", url: h.server.URL("store"), driver: "postgres", dsn: h.server.URL("store"), bin: bin},
		{kind: "SQLite", driver: "sqlite", bin: bin},
	}
	for i, s := range h.stores {
		s.source, s.state, s.seed = h.server.URL("till"), filepath.Join(h.dir, s.kind), seed+uint64(i)
		if s.dsn == "" {
			s.dsn = "file:" + filepath.Join(s.state, "blackbird.db")
		}
	}
	return h, nil
}

func (h *house) close() (err error) {
	if h.till != nil {
		err = h.till.Close()
	}
	if h.server != nil {
		err = errors.Join(err, h.server.Stop())
	}
	if h.dir != "" {
		err = errors.Join(err, os.RemoveAll(h.dir))
	}
	return err
}

// run lets the tills trade, the passes run and the killers kill for a while.
func (h *house) run(ctx context.Context, while time.Duration) error {
	for _, s := range h.stores {
		if err := s.once(ctx, "migrate"); err != nil {
			return err
		}
	}
	// What is under way when the time is over ends by itself; an error ends all.
	over := time.After(while)
	stop := make(chan struct{})
	go func() {
		select {
		case <-over:
		case <-ctx.Done():
		}
		close(stop)
	}()
	group, working := errgroup.WithContext(ctx)
	for i := range tills {
		group.Go(func() error { return newTill(h.till, h.seed, uint64(i)).trade(working, stop) })
	}
	for _, s := range h.stores {
		for i := range processes {
			group.Go(func() error { return s.passes(working, stop, uint64(i)) })
		}
		group.Go(func() error { return s.killer(working, stop) })
	}
	if err := group.Wait(); err != nil {
		return err
	}
	return ctx.Err()
}

// compare holds a store against the rules, and tells how many rows of it were compared.
func (h *house) compare(ctx context.Context, s *store) (differences []oracle.Difference, rows int, err error) {
	source, err := oracle.Read(ctx, h.till)
	if err != nil {
		return nil, 0, err
	}
	db, err := sql.Open(s.driver, s.dsn)
	if err != nil {
		return nil, 0, err
	}
	defer db.Close()
	actual, err := oracle.ReadStore(ctx, db, s.driver == "sqlite", "default")
	if err != nil {
		return nil, 0, err
	}
	expected := oracle.Expect(source, oracle.Settings{
		Region: "US", Level: 1, PointsPerDollar: decimal.NewFromInt(1), Basis: oracle.BasisTotal, Now: time.Now(),
	})
	rows = len(expected.Customers) + len(expected.Orders) + len(expected.Products) + len(expected.Rejects) + len(expected.Points) +
		len(expected.Balances)
	return oracle.Diff(expected, actual, oracle.Options{KeepRejected: true, AllowRemoved: true}), rows, nil
}
