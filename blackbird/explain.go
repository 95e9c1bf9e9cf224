package blackbird

import (
	"context"
	_ "embed"

	"github.com/blackbirdctl/blackbirdctl/internal/model"
)

// Explained is an order, and all that the ledger has of it.
type Explained struct {
	OrderID       string            `db:"order_id" json:"order_id"`
	CustomerID    *string           `db:"customer_id" json:"customer_id"`
	Status        model.OrderStatus `db:"status" json:"status"`
	Subtotal      model.Cents       `db:"subtotal" json:"subtotal"`
	Tax           model.Cents       `db:"tax" json:"tax"`
	Total         model.Cents       `db:"total" json:"total"`
	RefundedTotal model.Cents       `db:"refunded_total" json:"refunded_total"`
	OrderedAt     UTCTime           `db:"ordered_at" json:"ordered_at"`
	LocationID    *int64            `db:"location_id" json:"location_id"`
	// Known says that the customer has a row in customers.
	Known bool        `db:"known" json:"customer_known"`
	Lines []OrderLine `db:"-" json:"lines"`
}

// OrderLine is a line of an order, with what its customer held of the order after it.
type OrderLine struct {
	CustomerID string `db:"customer_id" json:"customer_id"`
	AccountLine
}

//go:embed sql/explain_order.sql
var explainOrderSQL string

//go:embed sql/explain_lines.sql
var explainLinesSQL string

// Explain returns an order with its ledger lines; false where the store has no such order.
func (s *Store) Explain(ctx context.Context, orderID string) (e Explained, found bool, err error) {
	err = s.snapshot(ctx, func(r *reader) error {
		args := map[string]any{"order_id": orderID}
		if err := r.get(ctx, &e, explainOrderSQL, args); err != nil {
			return err
		}
		found = true
		return r.selects(ctx, &e.Lines, explainLinesSQL, args)
	})
	if isNone(err) {
		return e, false, nil
	}
	return e, found, wrap("read points of", err)
}
