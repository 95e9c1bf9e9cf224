package blackbird

import (
	"context"
	"time"

	"github.com/shopspring/decimal"

	"github.com/blackbirdctl/blackbirdctl/internal/model"
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
	// LineEnrollment is given once for being a customer, LineExpiry takes a balance that has expired, LineAdjustment is a person's. None of them
	// is of an order: in an order's place they have an id of their own.
	LineEnrollment = "enrollment"
	LineExpiry     = "expiry"
	LineAdjustment = "adjustment"
	// LineCorrection follows any other change of the order, or of the rules.
	LineCorrection = "correction"
)

// earned tells a line of an order, which counts for a customer's lifetime points.
func (l *Line) earned() bool {
	return l.Kind != LineEnrollment && l.Kind != LineExpiry && l.Kind != LineAdjustment
}

// Line is a row of points_ledger.
type Line struct {
	OrderID     string
	CustomerID  string
	Revision    int64
	Kind        string
	Points      int64
	BasisAmount model.Cents
	Rate        decimal.Decimal
	Multiplier  decimal.Decimal
	// Rule is what the points were reckoned by: the basis, and the rest of an order's terms.
	Rule string
}

var ledgerTable = table{name: "points_ledger", columns: []string{
	"store_id", "customer_id", "order_id", "revision", "kind", "points", "basis_amount", "rate", "multiplier", "rule",
	"pass_id", "created_at",
}}

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
		return counts, sumUp(lines).move(ctx, x, tx, map[string]any{"now": now})
	})
}

func (p *Pass) ledgerRows(lines []Line, now time.Time) *rows {
	r := &rows{}
	var rates, multipliers lastText
	for i := range lines {
		l := &lines[i]
		r.words(p.session.store.id)
		r.words(l.CustomerID)
		r.words(l.OrderID)
		r.int(l.Revision)
		r.words(l.Kind)
		r.int(l.Points)
		r.cents(l.BasisAmount)
		r.words(rates.text(l.Rate))
		r.words(multipliers.text(l.Multiplier))
		r.words(l.Rule)
		r.int(p.ID)
		r.time(now)
		r.end()
	}
	return r
}

// lastText spells decimals of which most are as the one before.
type lastText struct {
	of      decimal.Decimal
	spelled string
}

// text has the four decimals of the ledger's columns.
func (t *lastText) text(d decimal.Decimal) string {
	if t.spelled == "" || !t.of.Equal(d) {
		t.of, t.spelled = d, d.StringFixed(4)
	}
	return t.spelled
}
