package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"runtime"
	"time"

	"golang.org/x/sync/errgroup"

	biotracktest "github.com/blackbirdctl/blackbirdctl/internal/test/biotracktest"
	"github.com/blackbirdctl/blackbirdctl/internal/test/pgtest"
)

// reader is the role that the binary reads the tills as: it may select, and nothing else.
const reader = "reader"

// shop is one of the chain's shops: a store's name, and the database of its till.
type shop struct {
	name string
	seed uint64
}

// kinds are the shops that all others are copies of.
var kinds = []biotracktest.Options{
	{Layout: biotracktest.Layout2015, Seed: 1, Customers: 300, Tickets: 1500, Products: 60, NoSales: true, BadRows: true},
	{Layout: biotracktest.LayoutAudited, Seed: 2, Customers: 500, Tickets: 3000, Products: 90, NoSales: true},
	{Layout: biotracktest.Layout2015, Seed: 3, Customers: 800, Tickets: 6000, Products: 120, NoSales: true},
	{Layout: biotracktest.LayoutAudited, Seed: 4, Customers: 200, Tickets: 800, Products: 40, NoSales: true, BadRows: true},
}

// makeShops makes one shop of each kind, copies them, and lets a day pass at each copy that no other has.
func (c *chain) makeShops(ctx context.Context) error {
	began := time.Now()
	for i, kind := range kinds {
		if err := c.makeTemplate(ctx, template(i), kind); err != nil {
			return err
		}
	}
	for i := range c.options.shops {
		s := shop{name: fmt.Sprintf("shop%05d", i+1), seed: uint64(i + 1)}
		if err := c.tills.CreateDatabase(ctx, s.name, pgtest.DatabaseOptions{Template: template(i % len(kinds))}); err != nil {
			return err
		}
		c.shops = append(c.shops, s)
	}
	c.say("%d shops made in %.1f s", len(c.shops), time.Since(began).Seconds())
	return c.trade(ctx, 1)
}

func template(kind int) string { return fmt.Sprintf("kind%d", kind) }

func (c *chain) makeTemplate(ctx context.Context, name string, kind biotracktest.Options) error {
	if err := c.tills.CreateDatabase(ctx, name, pgtest.DatabaseOptions{}); err != nil {
		return err
	}
	return c.atTill(name, func(db *sql.DB) error {
		if _, err := biotracktest.Generate(ctx, db, kind); err != nil {
			return fmt.Errorf("fill %s: %w", name, err)
		}
		return biotracktest.GrantReader(ctx, db, reader)
	})
}

// trade lets a day pass at every shop.
func (c *chain) trade(ctx context.Context, day int) error {
	began := time.Now()
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(2 * runtime.NumCPU())
	for _, s := range c.shops {
		group.Go(func() error { return c.tradeAt(ctx, s, day) })
	}
	err := group.Wait()
	c.say("a day of trading at %d shops in %.1f s", len(c.shops), time.Since(began).Seconds())
	return err
}

func (c *chain) tradeAt(ctx context.Context, s shop, day int) error {
	return c.atTill(s.name, func(db *sql.DB) error {
		if _, err := biotracktest.TradingDay(ctx, db, biotracktest.Day{Seed: s.seed, Number: day}); err != nil {
			return fmt.Errorf("let a day pass at %s: %w", s.name, err)
		}
		return nil
	})
}

// atTill calls f with the database of a shop's till, as its owner.
func (c *chain) atTill(name string, f func(*sql.DB) error) error { return with(c.tills.URL(name), f) }

// with calls f with a database that is closed again at once.
func with(address string, f func(*sql.DB) error) error {
	db, err := sql.Open("postgres", address)
	if err != nil {
		return fmt.Errorf("open a database: %w", err)
	}
	return errors.Join(f(db), db.Close())
}

// readURL is the till's address as the reader.
func (c *chain) readURL(s shop) (string, error) {
	u, err := url.Parse(c.tills.URL(s.name))
	if err != nil {
		return "", fmt.Errorf("read the till's address: %w", err)
	}
	query := u.Query()
	query.Set("user", reader)
	u.RawQuery = query.Encode()
	return u.String(), nil
}
