package blackbird

import (
	"context"
	"time"

	"github.com/shopspring/decimal"

	"github.com/blackbirdctl/blackbirdctl/internal/model"
)

// Line is a row of points_ledger.
type Line = model.LedgerLine

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
		r.words(string(l.Kind))
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
