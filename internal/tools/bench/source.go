package main

import (
	"context"
	"database/sql"
	_ "embed"
	"errors"
	"fmt"
	"time"

	_ "github.com/lib/pq" // the driver

	biotracktest "github.com/blackbirdctl/blackbirdctl/internal/test/biotracktest"
	"github.com/blackbirdctl/blackbirdctl/internal/test/pgtest"
)

// sourceDB is the database that plays the point of sale.
const sourceDB = "biotrack"

//go:embed sql/change_tickets.sql
var changeTicketsQuery string

//go:embed sql/change_lots.sql
var changeLotsQuery string

// makeSource makes the point of sale anew, in the state of one that has been vacuumed lately.
func (b *bench) makeSource(ctx context.Context, s size) error {
	began := time.Now()
	if err := b.recreate(ctx, sourceDB, ""); err != nil {
		return err
	}
	db, err := sql.Open("postgres", b.server.URL(sourceDB))
	if err != nil {
		return fmt.Errorf("open the source: %w", err)
	}
	defer db.Close()
	made, err := biotracktest.Generate(ctx, db, biotracktest.Options{
		Seed: 1, Tickets: s.tickets, Customers: s.customers, Products: s.products, Lots: s.lots, NoSales: true,
	})
	if err != nil {
		return fmt.Errorf("fill the source: %w", err)
	}
	if _, err := db.ExecContext(ctx, "VACUUM ANALYZE"); err != nil {
		return fmt.Errorf("vacuum the source: %w", err)
	}
	b.say("a shop in %.1f s: %s", time.Since(began).Seconds(), made)
	return nil
}

// recreate makes a database anew: an empty one, or a copy of a template.
func (b *bench) recreate(ctx context.Context, name, template string) error {
	if err := b.server.DropDatabase(ctx, name); err != nil {
		return err
	}
	return b.server.CreateDatabase(ctx, name, pgtest.DatabaseOptions{Template: template})
}

// execute runs one statement in a database and returns how many rows it wrote.
func (b *bench) execute(ctx context.Context, database, statement string, args ...any) (int64, error) {
	db, err := sql.Open("postgres", b.server.URL(database))
	if err != nil {
		return 0, fmt.Errorf("open database %s: %w", database, err)
	}
	defer db.Close()
	done, err := db.ExecContext(ctx, statement, args...)
	if err != nil {
		return 0, fmt.Errorf("run a statement in database %s: %w", database, err)
	}
	return done.RowsAffected()
}

// ask runs a query that answers with one value. The session does not outlive it: nobody may be connected to a database that is
// to be copied.
func ask[T any](ctx context.Context, driver, url, query string) (answer T, err error) {
	db, err := sql.Open(driver, url)
	if err == nil {
		err = errors.Join(db.QueryRowContext(ctx, query).Scan(&answer), db.Close())
	}
	if err != nil {
		err = fmt.Errorf("ask a database: %w", err)
	}
	return answer, err
}
