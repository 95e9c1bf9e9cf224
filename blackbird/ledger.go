package blackbird

import (
	"context"
	_ "embed"
	"time"

	"github.com/shopspring/decimal"
)

// The kinds of ledger lines.
const (
	// LineAward is the first line of an order.
	LineAward = "award"
	// LineRefund and LineVoid take back what a refund or a void undid.
	LineRefund = "refund"
	LineVoid   = "void"
	// LineTransfer takes an order's points from one customer, or gives them to another.
	LineTransfer = "transfer"
	// LineCorrection follows any other change of the order, or of the rules.
	LineCorrection = "correction"
)

// Line is a row of points_ledger.
type Line struct {
	OrderID     string          `db:"order_id"`
	CustomerID  string          `db:"customer_id"`
	Revision    int64           `db:"revision"`
	Kind        string          `db:"kind"`
	Points      int64           `db:"points"`
	BasisAmount decimal.Decimal `db:"basis_amount"`
	Rate        decimal.Decimal `db:"rate"`
	Multiplier  decimal.Decimal `db:"multiplier"`
	// Rule is what the points were reckoned by; today the basis.
	Rule string `db:"rule"`
}

// LedgerOrder is what the ledger needs to know of an order.
type LedgerOrder struct {
	ID            string  `db:"order_id"`
	CustomerID    *string `db:"customer_id"`
	Status        string  `db:"status"`
	Subtotal      Cents   `db:"subtotal"`
	Total         Cents   `db:"total"`
	RefundedTotal Cents   `db:"refunded_total"`
	OrderedAt     Moment  `db:"ordered_at"`
	// Known says that the customer has a row in customers.
	Known bool `db:"known"`
}

// Moment is a time as either database returns it.
type Moment struct{ time.Time }

// Scan reads a time.
func (m *Moment) Scan(from any) (err error) {
	switch v := from.(type) {
	case time.Time:
		m.Time = v.UTC()
	case string:
		m.Time, err = time.Parse(timeFormat, v)
	}
	return err
}

// Span is a range of passes: after Since, up to and with Until.
type Span struct{ Since, Until int64 }

//go:embed sql/points_settled.sql
var settledPassSQL string

// SettledPass returns the newest pass before which all passes over orders and customers have ended: one that still writes must not be passed over.
func (x *Session) SettledPass(ctx context.Context) (id int64, err error) {
	err = x.get(ctx, x.own.conn, &id, settledPassSQL, nil)
	return id, wrap("read passes of", err)
}

//go:embed sql/points_due.sql
var stageDueSQL string

// StageDue lists the orders that changed in the span's passes, and those of customers that came in them. It returns how many.
func (x *Session) StageDue(ctx context.Context, span Span) (n int64, err error) {
	err = x.once(ctx, false, func(tx *txn) error {
		if _, err := tx.ExecContext(ctx, `DELETE FROM stage_due`); err != nil {
			return err
		}
		n, err = x.exec(ctx, tx, stageDueSQL, map[string]any{"since": span.Since, "until": span.Until})
		return err
	})
	return n, wrap("list changed orders in", err)
}

//go:embed sql/points_orders.sql
var pointsOrdersSQL string

//go:embed sql/points_orders_due.sql
var pointsOrdersDueSQL string

//go:embed sql/points_lines.sql
var pointsLinesSQL string

//go:embed sql/points_lines_due.sql
var pointsLinesDueSQL string

// LedgerPage is some orders, in key order, with all lines that the ledger has of them.
type LedgerPage struct {
	Orders []LedgerOrder
	// Lines are in order of revision for each order.
	Lines []Line
}

// LedgerPage reads the next orders after a key: of those that StageDue listed, or of all. An empty page is the end.
func (x *Session) LedgerPage(ctx context.Context, after string, limit int, all bool) (page LedgerPage, err error) {
	orders, lines := pointsOrdersDueSQL, pointsLinesDueSQL
	if all {
		orders, lines = pointsOrdersSQL, pointsLinesSQL
	}
	args := map[string]any{"after": after, "limit": limit}
	if err := x.selects(ctx, x.own.conn, &page.Orders, orders, args); err != nil {
		return page, wrap("read orders of", err)
	}
	if len(page.Orders) == 0 {
		return page, nil
	}
	args["last"] = page.Orders[len(page.Orders)-1].ID
	err = x.selects(ctx, x.own.conn, &page.Lines, lines, args)
	return page, wrap("read ledger of", err)
}

var ledgerTable = table{name: "points_ledger", columns: []string{
	"store_id", "customer_id", "order_id", "revision", "kind", "points", "basis_amount", "rate", "multiplier", "rule",
	"pass_id", "created_at",
}}

var stageBalances = table{name: "stage_balances", columns: []string{"customer_id", "points"}}

//go:embed sql/balances_upsert.sql
var upsertBalancesSQL string

// MergeLines appends lines to the ledger and moves the balances by them, in one transaction.
func (p *Pass) MergeLines(ctx context.Context, lines []Line, counts Counts) error {
	return p.merge(ctx, func(tx *txn) (Counts, error) {
		x, now := p.session, p.now()
		if len(lines) == 0 {
			return counts, nil
		}
		if err := x.store.dialect.load(ctx, tx.conn, ledgerTable, p.ledgerRows(lines, now)); err != nil {
			return counts, err
		}
		if err := x.store.dialect.load(ctx, tx.conn, stageBalances, x.balanceRows(lines)); err != nil {
			return counts, err
		}
		_, err := x.exec(ctx, tx, upsertBalancesSQL, map[string]any{"now": now})
		return counts, err
	})
}

func (p *Pass) ledgerRows(lines []Line, now time.Time) *rows {
	r := &rows{}
	for _, l := range lines {
		r.words(p.session.store.id)
		r.words(l.CustomerID)
		r.words(l.OrderID)
		r.int(l.Revision)
		r.words(l.Kind)
		r.int(l.Points)
		r.words(l.BasisAmount.StringFixed(2))
		r.words(l.Rate.StringFixed(4))
		r.words(l.Multiplier.StringFixed(4))
		r.words(l.Rule)
		r.int(p.ID)
		r.time(now)
		r.end()
	}
	return r
}

func (x *Session) balanceRows(lines []Line) *rows {
	sums := make(map[string]int64)
	for _, l := range lines {
		sums[l.CustomerID] += l.Points
	}
	r := &rows{}
	for customer, points := range sums {
		r.words(customer)
		r.int(points)
		r.end()
	}
	return r
}
