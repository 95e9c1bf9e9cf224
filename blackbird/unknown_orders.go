package blackbird

import (
	"context"

	"github.com/blackbirdctl/blackbirdctl/internal/model"
)

// UnknownOrders returns the orders of which the ledger has lines, and which the store does not have. Of their lines
// customer, revision, points, terms and the time from which they count are read, of the orders nothing but the key.
func (x *Session) UnknownOrders(ctx context.Context) (orders []model.LedgerOrder, err error) {
	err = x.onOwn().eachGroup(ctx, "ledger_unknown", nil, group{
		columns: 7, head: 2,
		begin: func(c *cells) {
			orders = append(orders, model.LedgerOrder{ID: c.text(), LocationID: c.number()})
		},
		add: func(c *cells) {
			o := &orders[len(orders)-1]
			o.Lines = append(o.Lines, model.LedgerLine{
				CustomerID: c.text(), Revision: c.number(), Points: c.number(), Terms: c.text(), EffectiveAt: c.time(),
			})
		},
		end: func() error { return nil },
	})
	return orders, x.store.wrap("read ledger", err)
}
