package main

import (
	"context"
	"database/sql"
	"fmt"
	"runtime"
	"strings"
	"sync/atomic"
	"time"

	"github.com/shopspring/decimal"
	"golang.org/x/sync/errgroup"

	"github.com/blackbirdctl/blackbirdctl/internal/test/oracle"
)

// judge compares every shop with what the rules say of its till, and tells how many rows were compared.
func (c *chain) judge(ctx context.Context) (rows int, err error) {
	var compared atomic.Int64
	err = with(c.store.URL(storeDB), func(store *sql.DB) error {
		group, ctx := errgroup.WithContext(ctx)
		group.SetLimit(runtime.NumCPU())
		for _, s := range c.shops {
			group.Go(func() error {
				n, err := c.judgeShop(ctx, store, s)
				compared.Add(int64(n))
				return err
			})
		}
		return group.Wait()
	})
	c.say("%d shops judged", len(c.shops))
	return int(compared.Load()), err
}

func (c *chain) judgeShop(ctx context.Context, store *sql.DB, s shop) (rows int, err error) {
	var source *oracle.Source
	err = c.atTill(s.name, func(db *sql.DB) (err error) {
		source, err = oracle.Read(ctx, db)
		return err
	})
	if err != nil {
		return 0, err
	}
	actual, err := oracle.ReadStore(ctx, store, false, s.name)
	if err != nil {
		return 0, err
	}
	expected := oracle.Expect(source, oracle.Settings{
		Region: "US", Level: level, Rooms: rooms, PointsPerDollar: decimal.NewFromInt(1), Basis: oracle.BasisTotal, Now: time.Now(),
	})
	rows = len(expected.Customers) + len(expected.Orders) + len(expected.Products) + len(expected.Rejects) + len(expected.Points) +
		len(expected.Balances)
	return rows, listed(s, oracle.Diff(expected, actual, oracle.Options{KeepRejected: true, AllowRemoved: true}))
}

// listed makes an error of a shop's differences, the first ones of a long list.
func listed(s shop, differences []oracle.Difference) error {
	const most = 10
	if len(differences) == 0 {
		return nil
	}
	var b strings.Builder
	for _, d := range differences[:min(most, len(differences))] {
		fmt.Fprintf(&b, "\n\t%s", d)
	}
	return fmt.Errorf("%s differs from its till in %d rows: %s", s.name, len(differences), b.String())
}
