package blackbird

import (
	"context"
	_ "embed"
	"slices"
	"time"
)

// Newcomer is a customer who may be owed enrollment points.
type Newcomer struct {
	CustomerID string
	// Since is when the customer became one: seen by a pass, or of an earlier order.
	Since time.Time
	// Held are the points that the ledger holds for it, Revision is that of its last line, 0 where it has none, and Rule that line's.
	Held, Revision int64
	Rule           string
}

//go:embed sql/newcomers.sql
var newcomersSQL string

// EnrollmentID stands in an order's place in a customer's enrollment line.
func EnrollmentID(customer string) string { return enrollmentPrefix + customer }

const enrollmentPrefix = "enrollment:"

// Newcomers returns some customers, active or not, after one, in the order of their ids, who came in the span's passes. No more of them than the limit
// are the last.
func (x *Session) Newcomers(ctx context.Context, span Span, after string, limit int) (found []Newcomer, err error) {
	var rows []struct {
		CustomerID string  `db:"customer_id"`
		Since      *Moment `db:"since"`
		FirstOrder *Moment `db:"first_order"`
		Revision   *int64  `db:"revision"`
		Points     *int64  `db:"points"`
		Rule       *string `db:"rule"`
	}
	err = x.selects(ctx, x.own.conn, &rows, newcomersSQL, map[string]any{
		"after": after, "limit": limit, "since": span.Since, "until": span.Until, "prefix": enrollmentPrefix,
	})
	if err != nil {
		return nil, wrap("read customers of", err)
	}
	for _, row := range rows {
		if n := len(found); n == 0 || found[n-1].CustomerID != row.CustomerID {
			found = append(found, Newcomer{CustomerID: row.CustomerID, Since: earliest(row.Since, row.FirstOrder)})
		}
		if n := &found[len(found)-1]; row.Revision != nil {
			n.Held += *row.Points
			n.Revision, n.Rule = *row.Revision, *row.Rule
		}
	}
	return found, nil
}

// earliest is the first of some moments, of which any may be unknown.
func earliest(of ...*Moment) (first time.Time) {
	for _, m := range of {
		if m != nil && (first.IsZero() || m.Before(first)) {
			first = m.Time
		}
	}
	return first
}

//go:embed sql/expiry_all.sql
var expiryAllSQL string

//go:embed sql/expiry_due.sql
var expiryDueSQL string

// Holders returns some customers after one, in the order of their ids: all whom the ledger knows, or, where a cutoff is given, those whom the
// listed orders concern and those who have points and no order after it.
func (x *Session) Holders(ctx context.Context, cutoff time.Time, after string, limit int) (customers []string, err error) {
	query, args := expiryAllSQL, map[string]any{"after": after, "limit": limit}
	if !cutoff.IsZero() {
		query, args["cutoff"] = expiryDueSQL, cutoff
	}
	err = x.selects(ctx, x.own.conn, &customers, query, args)
	return customers, wrap("read balances of", err)
}

// Standing is a change of a customer's balance, or an order that he made.
type Standing struct {
	CustomerID string `db:"customer_id"`
	OrderID    string `db:"order_id"`
	// Kind is that of a ledger line, or StandingOrder.
	Kind      string  `db:"kind"`
	Revision  int64   `db:"revision"`
	Points    int64   `db:"points"`
	Rule      string  `db:"rule"`
	CreatedAt *Moment `db:"created_at"`
	OrderedAt *Moment `db:"ordered_at"`
}

// StandingOrder is an order that a customer has made, whatever was refunded of it since.
const StandingOrder = "order"

//go:embed sql/standing.sql
var standingSQL string

// Standings returns all that has moved some customers' balances, and their orders, customer by customer.
func (x *Session) Standings(ctx context.Context, customers []string) (all []Standing, err error) {
	for some := range slices.Chunk(customers, settleChunk) {
		var found []Standing
		if err := x.selects(ctx, x.own.conn, &found, standingSQL, map[string]any{"customers": some}); err != nil {
			return nil, wrap("read ledger of", err)
		}
		all = append(all, found...)
	}
	return all, nil
}
