package blackbird

import (
	"context"
	"slices"
	"unicode/utf8"

	"github.com/shopspring/decimal"

	"github.com/blackbirdctl/blackbirdctl/internal/model"
)

// Account is a customer's points.
type Account struct {
	Known    bool
	Balance  int64
	Lifetime int64
	// Sum is what the ledger's lines add up to: the balance, if all is well. Lines is how many there are.
	Sum, Lines int64
	// Newest are the newest lines, oldest first.
	Newest []AccountLine `db:"-"`
}

// AccountLine is a line of the ledger, and what it and those before it add up to.
type AccountLine struct {
	// OrderID is nil in lines without an order, and LocationID 0.
	OrderID     *string          `db:"order_id" json:"order_id"`
	LocationID  int64            `db:"location_id" json:"location_id"`
	Source      model.SourceKind `db:"source_kind" json:"source_kind"`
	SourceID    string           `db:"source_id" json:"source_id"`
	Revision    int64            `db:"revision" json:"revision"`
	Kind        model.LineKind   `db:"kind" json:"kind"`
	Points      int64            `db:"points" json:"points"`
	BasisAmount model.Cents      `db:"basis_amount" json:"basis_amount"`
	Rate        decimal.Decimal  `db:"rate" json:"rate"`
	Multiplier  decimal.Decimal  `db:"multiplier" json:"multiplier"`
	Rule        string           `db:"rule" json:"rule"`
	// Terms are JSON.
	Terms       JSONText `db:"terms" json:"terms"`
	EffectiveAt UTCTime  `db:"effective_at" json:"effective_at"`
	PassID      int64    `db:"pass_id" json:"pass_id"`
	CreatedAt   UTCTime  `db:"created_at" json:"created_at"`
	Running     int64    `db:"running" json:"balance"`
}

// JSONText is a JSON value as a database has it.
type JSONText string

// MarshalJSON returns the value itself.
func (j JSONText) MarshalJSON() ([]byte, error) { return []byte(j), nil }

// Label names the line's source to people.
func (l *AccountLine) Label() string { return model.SourceLabel(l.Source, l.SourceID) }

// Account returns a customer's points with so many of the newest lines, all as of one moment.
func (s *Store) Account(ctx context.Context, customerID string, most int64) (a Account, err error) {
	if !utf8.ValidString(customerID) {
		return a, nil
	}
	err = s.snapshot(ctx, func(q Queries) error {
		args := Args{"customer_id": customerID, "most": most}
		if err := q.Get(ctx, &a, "account", args); err != nil {
			return err
		}
		return q.Select(ctx, &a.Newest, "account_lines", args)
	})
	slices.Reverse(a.Newest)
	return a, s.wrap("read points", err)
}

// Account returns a customer's points, without lines.
func (x *Session) Account(ctx context.Context, customerID string) (a Account, err error) {
	if !utf8.ValidString(customerID) {
		return a, nil
	}
	err = x.onOwn().Get(ctx, &a, "account", Args{"customer_id": customerID})
	return a, x.store.wrap("read points", err)
}

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
	LocationID    int64             `db:"location_id" json:"location_id"`
	// Known says that the customer has a row in customers.
	Known bool        `db:"known" json:"customer_known"`
	Lines []OrderLine `db:"-" json:"lines"`
}

// OrderLine is a line of an order, with what its customer held of the order after it.
type OrderLine struct {
	CustomerID string `db:"customer_id" json:"customer_id"`
	AccountLine
}

// Explain returns the orders with an id, by their locations, with their ledger lines.
func (s *Store) Explain(ctx context.Context, orderID string) (orders []Explained, err error) {
	var lines []OrderLine
	err = s.snapshot(ctx, func(q Queries) error {
		args := Args{"order_id": orderID}
		if err := q.Select(ctx, &orders, "explain_order", args); err != nil {
			return err
		}
		return q.Select(ctx, &lines, "explain_lines", args)
	})
	for i := range orders {
		for _, line := range lines {
			if line.LocationID == orders[i].LocationID {
				orders[i].Lines = append(orders[i].Lines, line)
			}
		}
	}
	return orders, s.wrap("read points", err)
}
