package blackbird

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"time"

	"github.com/shopspring/decimal"

	"github.com/blackbirdctl/blackbirdctl/internal/crash"
	"github.com/blackbirdctl/blackbirdctl/internal/model"
)

var ledgerColumns = []string{
	"store_id", "customer_id", "order_id", "location_id", "source_kind", "source_id", "revision", "kind", "points",
	"basis_amount", "rate", "multiplier", "rule", "terms", "effective_at", "pass_id", "created_at",
}

// MergeLines appends lines to the ledger and changes the balances by them, in one transaction.
func (p *Pass) MergeLines(ctx context.Context, lines []model.LedgerLine, counts Counts) error {
	return p.merge(ctx, func(t *tx) (Counts, error) {
		now := p.now()
		if len(lines) == 0 {
			return counts, nil
		}
		if err := p.loadLines(ctx, t, "points_ledger", lines, now); err != nil {
			return counts, err
		}
		return counts, t.changeBalances(ctx, lines, Args{"now": now})
	})
}

// StageLines sets lines aside for MergeStaged. BalanceEvents sees them. No other merge may be at work.
func (p *Pass) StageLines(ctx context.Context, lines []model.LedgerLine) error {
	w, err := p.session.acquire(ctx)
	if err != nil {
		return err
	}
	defer p.session.release(w)
	p.session.hasLines = true
	err = p.session.fillStages(ctx, func(t *tx) error { return p.loadLines(ctx, t, stageLines.Name, lines, p.now()) })
	return p.session.store.wrap("stage lines", err)
}

// MergeStaged appends the lines that were staged to the ledger and changes the balances by them, in one transaction. It
// is done once.
func (p *Pass) MergeStaged(ctx context.Context, counts Counts) error {
	return p.mergeOn(ctx, p.session.own, func(t *tx) (Counts, error) {
		if _, err := t.Exec(ctx, "lines_of_stage", nil); err != nil {
			return counts, err
		}
		crash.Here("between ledger and balances")
		_, err := t.Exec(ctx, "balances_of_stage", Args{"now": p.now()})
		return counts, err
	})
}

// loadLines loads lines into the ledger, or the staging table of its columns.
func (p *Pass) loadLines(ctx context.Context, t *tx, table string, lines []model.LedgerLine, now time.Time) error {
	r := &Rows{}
	var rates, multipliers lastDecimal
	for i := range lines {
		l := &lines[i]
		r.appendString(p.session.store.id)
		r.appendString(l.CustomerID)
		if l.Source == model.SourceOrder {
			r.appendString(l.SourceID)
		} else {
			r.appendText(nil)
		}
		r.appendInt(l.LocationID)
		r.appendString(string(l.Source))
		r.appendString(l.SourceID)
		r.appendInt(l.Revision)
		r.appendString(string(l.Kind))
		r.appendInt(l.Points)
		r.appendCents(l.BasisAmount)
		r.appendString(rates.text(l.Rate))
		r.appendString(multipliers.text(l.Multiplier))
		r.appendString(l.Rule)
		r.appendString(l.Terms)
		r.appendTime(l.EffectiveAt)
		r.appendInt(p.ID)
		r.appendTime(now)
		r.endRow()
	}
	return p.session.store.engine.Load(ctx, t.conn, Destination{Table: table, Columns: ledgerColumns}, r)
}

// HasPoints reports whether the ledger has any line of the store.
func (x *Session) HasPoints(ctx context.Context) (has bool, err error) {
	err = x.onOwn().Get(ctx, &has, "has_points", nil)
	return has, x.store.wrap("read ledger", err)
}

// PointsTotal returns the sum of all balances.
func (x *Session) PointsTotal(ctx context.Context) (total int64, err error) {
	err = x.onOwn().Get(ctx, &total, "points_total", nil)
	return total, x.store.wrap("read balances", err)
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

// balanceChange is what ledger lines change a customer's balance by.
type balanceChange struct {
	CustomerID string `json:"customer_id"`
	Points     int64  `json:"points"`
	// Lifetime is the part of the points that counts for lifetime points.
	Lifetime int64 `json:"lifetime"`
}

// changeBalances changes the customers' balances by what lines add up to.
func (t *tx) changeBalances(ctx context.Context, lines []model.LedgerLine, args Args) error {
	crash.Here("between ledger and balances")
	byCustomer := make(map[string]balanceChange)
	for i := range lines {
		l := &lines[i]
		change := byCustomer[l.CustomerID]
		change.CustomerID = l.CustomerID
		change.Points += l.Points
		if l.Kind.CountsForLifetime() {
			change.Lifetime += l.Points
		}
		byCustomer[l.CustomerID] = change
	}
	// In order, so that merges that overlap lock the balances they share one after the other.
	changes := slices.SortedFunc(maps.Values(byCustomer), func(a, b balanceChange) int {
		return cmp.Compare(a.CustomerID, b.CustomerID)
	})
	text, err := model.JSON(changes)
	if err != nil {
		return err
	}
	args["changes"] = text
	_, err = t.Exec(ctx, "balances_change", args)
	return err
}

// CheckBalances reports the customers whose balance or lifetime points are not the sum of their ledger lines, up to a
// limit, and corrects all of them. Lacking is how many points the ledger itself was found to lack, by customer: where
// that is the difference, the balance was right and the ledger was changed.
func (p *Pass) CheckBalances(ctx context.Context, limit int, lacking map[string]int64) error {
	fields := []string{"balance", "lifetime"}
	var found []Difference
	err := p.mergeOn(ctx, p.session.own, func(t *tx) (c Counts, err error) {
		found = nil
		err = t.each(ctx, "balances_differences", Args{"limit": limit}, 3+len(fields), func(c *cells) error {
			customer := c.text()
			d := c.difference(Difference{Key: "customer " + customer}, fields)
			if lacks := lacking[customer]; lacks != 0 && d.Kind == Differs && c.number() == lacks {
				d.Fields = []string{"ledger"}
			}
			found = append(found, d)
			return nil
		})
		if err != nil || len(found) == 0 {
			return c, err
		}
		c.Updated, err = t.Exec(ctx, "balances_reset", Args{"now": p.now()})
		return c, err
	})
	for _, d := range found {
		p.watch(d)
	}
	return err
}
