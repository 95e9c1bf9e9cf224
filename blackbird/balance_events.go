package blackbird

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/blackbirdctl/blackbirdctl/internal/model"
)

// balancePage is how many customers are looked at at once, each with all that has ever changed the balance.
const balancePage = 400

// DueBalances says whose balances to look at, besides those whom the listed orders or staged lines concern.
type DueBalances struct {
	// Since is a pass: those whose points a person has adjusted after it.
	Since int64
	// Inactive is for those who have points and have not been active since; the zero time for none.
	Inactive time.Time
	// Customers are further ones.
	Customers []string
}

// StageBalances lists the customers whose balances are due.
func (x *Session) StageBalances(ctx context.Context, due DueBalances) error {
	args := Args{"since": due.Since, "cutoff": due.Inactive, "expires": 0, "customers": due.Customers}
	if !due.Inactive.IsZero() {
		args["expires"] = 1
	}
	err := x.fillStages(ctx, func(t *tx) error {
		if err := t.clear(ctx, stageBalances); err != nil {
			return err
		}
		_, err := t.Exec(ctx, "balances_due", args)
		return err
	})
	return x.store.wrap("list balances", err)
}

// DueCustomers returns the next of the customers that were listed, those after one, some at once.
func (x *Session) DueCustomers(ctx context.Context, after string) ([]string, error) {
	return x.nextCustomers(ctx, "balances_page_due", after)
}

func (x *Session) nextCustomers(ctx context.Context, page, after string) (customers []string, err error) {
	err = x.onOwn().Select(ctx, &customers, page, Args{"after": after, "limit": balancePage})
	return customers, x.store.wrap("read balances", err)
}

// BalanceEvents hands on all that has changed each customer's balance, staged lines included, and the orders that the
// customer has made, customer by customer, in no order of time: of the customers that were listed, or of all in the
// ledger. The slice is the reader's. Merges may be at work meanwhile, and the visitor may use the session's connection.
func (x *Session) BalanceEvents(ctx context.Context, listed bool, visit func([]model.BalanceEvent) error) error {
	page := "balances_page"
	if listed {
		page = "balances_page_due"
	} else if x.store.traits.StreamReads && !x.hasLines {
		return x.store.wrap("read balances", visitEvents(ctx, x.on(x.store.db), "balance_events_all", nil, visit))
	}
	if err := x.createStages(ctx, x.own); err != nil {
		return x.store.wrap("read balances", err)
	}
	for after := ""; ; {
		customers, err := x.nextCustomers(ctx, page, after)
		if err != nil || len(customers) == 0 {
			return err
		}
		after = customers[len(customers)-1]
		var accounts [][]model.BalanceEvent
		err = visitEvents(ctx, x.onOwn(), "balance_events", Args{"customers": customers},
			func(events []model.BalanceEvent) error {
				accounts = append(accounts, slices.Clone(events))
				return nil
			})
		if err != nil {
			return x.store.wrap("read balances", err)
		}
		for _, events := range accounts {
			if err := visit(events); err != nil {
				return err
			}
		}
	}
}

// BalanceEvents hands on all that has changed each customer's balance, as Session.BalanceEvents does. It takes no lock
// of the database.
func (s *Store) BalanceEvents(ctx context.Context, visit func([]model.BalanceEvent) error) error {
	if s.traits.StreamReads {
		return s.wrap("read balances", visitEvents(ctx, s.on(s.db), "balance_events_all", nil, visit))
	}
	x, err := s.Session(ctx, Points, true)
	if err != nil {
		return err
	}
	return errors.Join(x.BalanceEvents(ctx, false, visit), x.Close())
}

// HasDerivedLines reports whether the ledger has any line of an expiry or a write-off.
func (x *Session) HasDerivedLines(ctx context.Context) (has bool, err error) {
	err = x.onOwn().Get(ctx, &has, "has_derived_lines", nil)
	return has, x.store.wrap("read ledger", err)
}

// visitEvents hands on the events of each customer together.
func visitEvents(
	ctx context.Context, q Queries, query string, args Args, visit func([]model.BalanceEvent) error,
) error {
	var customer string
	var events []model.BalanceEvent
	return q.eachGroup(ctx, query, args, group{
		columns: 7, head: 1,
		begin: func(c *cells) { customer, events = c.text(), events[:0] },
		add: func(c *cells) {
			events = append(events, model.BalanceEvent{
				CustomerID: customer, Kind: model.LineKind(c.common()), Points: c.number(), At: c.time(),
				Active: c.isTrue(), SourceID: c.text(), Revision: c.number(),
			})
		},
		end: func() error { return visit(events) },
	})
}
