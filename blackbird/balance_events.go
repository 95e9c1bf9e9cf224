package blackbird

import (
	"context"
	"slices"
	"time"

	"github.com/blackbirdctl/blackbirdctl/internal/model"
)

// balancePage is how many customers are looked at at once, each with all that has ever changed the balance.
const balancePage = 400

// BalanceEvents hands on all that has changed each customer's balance, staged lines included, and the customer's
// orders, customer by customer, in no order of time: those of all customers in the ledger, or, where a cutoff is given,
// of those whom the listed orders or staged lines concern and those who have points and no order after it. The slice is
// the reader's. Merges may be at work meanwhile, and the visitor may use the session's connection.
func (x *Session) BalanceEvents(ctx context.Context, cutoff time.Time, visit func([]model.BalanceEvent) error) error {
	query, args := "balances_page", Args{"limit": balancePage}
	if !cutoff.IsZero() {
		query, args["cutoff"] = "balances_page_due", cutoff
	} else if x.store.traits.StreamReads && !x.hasLines {
		return x.store.wrap("read balances", visitEvents(ctx, x.on(x.store.db), "balance_events_all", nil, visit))
	}
	if err := x.createStages(ctx, x.own); err != nil {
		return x.store.wrap("read balances", err)
	}
	for after := ""; ; {
		var customers []string
		args["after"] = after
		if err := x.onOwn().Select(ctx, &customers, query, args); err != nil || len(customers) == 0 {
			return x.store.wrap("read balances", err)
		}
		after = customers[len(customers)-1]
		var page [][]model.BalanceEvent
		err := visitEvents(ctx, x.onOwn(), "balance_events", Args{"customers": customers},
			func(events []model.BalanceEvent) error {
				page = append(page, slices.Clone(events))
				return nil
			})
		if err != nil {
			return x.store.wrap("read balances", err)
		}
		for _, events := range page {
			if err := visit(events); err != nil {
				return err
			}
		}
	}
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
				Made: c.isTrue(), SourceID: c.text(), Revision: c.number(),
			})
		},
		end: func() error { return visit(events) },
	})
}
