package blackbird

import (
	"context"

	"github.com/shopspring/decimal"

	"github.com/blackbirdctl/blackbirdctl/internal/model"
)

// Line is a row of points_ledger.
type Line = model.LedgerLine

var ledgerColumns = Destination{Table: "points_ledger", Columns: []string{
	"store_id", "customer_id", "order_id", "revision", "kind", "points", "basis_amount", "rate", "multiplier", "rule",
	"pass_id", "created_at",
}}

// MergeLines appends lines to the ledger and changes the balances by them, in one transaction.
func (p *Pass) MergeLines(ctx context.Context, lines []Line, counts Counts) error {
	return p.merge(ctx, func(t *tx) (Counts, error) {
		now := p.now()
		if len(lines) == 0 {
			return counts, nil
		}
		r := &Rows{}
		var rates, multipliers lastDecimal
		for i := range lines {
			l := &lines[i]
			r.appendString(p.session.store.id)
			r.appendString(l.CustomerID)
			r.appendString(l.OrderID)
			r.appendInt(l.Revision)
			r.appendString(string(l.Kind))
			r.appendInt(l.Points)
			r.appendCents(l.BasisAmount)
			r.appendString(rates.text(l.Rate))
			r.appendString(multipliers.text(l.Multiplier))
			r.appendString(l.Rule)
			r.appendInt(p.ID)
			r.appendTime(now)
			r.endRow()
		}
		if err := p.session.store.engine.Load(ctx, t.conn, ledgerColumns, r); err != nil {
			return counts, err
		}
		return counts, t.changeBalances(ctx, lines, Args{"now": now})
	})
}

// lastDecimal formats decimals of which most are as the one before.
type lastDecimal struct {
	value     decimal.Decimal
	formatted string
}

// text has the four decimals of the ledger's columns.
func (t *lastDecimal) text(d decimal.Decimal) string {
	if t.formatted == "" || !t.value.Equal(d) {
		t.value, t.formatted = d, d.StringFixed(4)
	}
	return t.formatted
}
