package blackbird

import (
	"context"
	_ "embed"
	"slices"

	"github.com/blackbirdctl/blackbirdctl/internal/model"
)

// The ways in which a row of the store may be other than it should.
const (
	// Missing is a row that the store lacks.
	Missing = "missing"
	// Differs is a row whose fields are not what they should be.
	Differs = "differs"
	// Surplus is a row that the source no longer has.
	Surplus = "surplus"
)

// Difference is a row that the store does not hold as it should. It has no values, for these may be a person's.
type Difference struct {
	Key    string   `json:"key"`
	Kind   string   `json:"difference"`
	Fields []string `json:"fields,omitempty"`
	// Derived says that the row differs in what the store works out of its other rows: the source has no part in it.
	Derived bool `json:"-"`
}

// Watch lets the pass report each row that it finds different before it writes it. Merges may report at the same time.
func (p *Pass) Watch(report func(...Difference)) { p.watch = report }

// watched tells whether differences are asked for.
func (p *Pass) watched() bool { return p.watch != nil }

// reportStaged reports the rows that are still staged after those were struck out that the store holds as they are.
func (p *Pass) reportStaged(ctx context.Context, tx *txn, into target) error {
	query, args, err := p.session.bind(into.differences, nil)
	if err != nil {
		return err
	}
	rows, err := tx.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return err
	}
	var key string
	differ := make([]bool, len(columns)-1)
	targets := []any{&key}
	for i := range differ {
		targets = append(targets, &differ[i])
	}
	for rows.Next() {
		if err := rows.Scan(targets...); err != nil {
			return err
		}
		p.watch(difference(key, columns[1:], differ))
	}
	return rows.Err()
}

// difference reads a row of flags: whether the store lacks the row, and which of its fields differ.
func difference(key string, columns []string, differ []bool) Difference {
	if differ[0] {
		return Difference{Key: key, Kind: Missing}
	}
	d := Difference{Key: key, Kind: Differs}
	for i, column := range columns[1:] {
		if differ[i+1] {
			d.Fields = append(d.Fields, column)
		}
	}
	return d
}

//go:embed sql/customers_gone_keys.sql
var goneCustomerKeysSQL string

//go:embed sql/orders_gone_keys.sql
var goneOrderKeysSQL string

// ReportGone reports the store's live rows that are not among the keys that were listed, up to a limit.
func (p *Pass) ReportGone(ctx context.Context, limit int) error {
	x := p.session
	query, err := x.byStream(goneCustomerKeysSQL, goneOrderKeysSQL)
	if err != nil {
		return err
	}
	var keys []string
	if err := x.selects(ctx, x.own.conn, &keys, query, map[string]any{"limit": limit}); err != nil {
		return wrap("list removals in", err)
	}
	for _, key := range keys {
		p.watch(Difference{Key: key, Kind: Surplus})
	}
	return nil
}

//go:embed sql/settle_candidates.sql
var settleCandidatesSQL string

// settlePage is how many orders one transaction settles anew: to find them takes a look at all orders each time.
const settlePage = 50_000

// RecomputeRefunds looks at every order that refunds speak of, or that stands as refunded, reports those that stand otherwise than the store's
// refunds say, and puts them right.
func (p *Pass) RecomputeRefunds(ctx context.Context) error {
	for after := ""; ; {
		var ids []string
		err := p.mergeOn(ctx, p.session.own, func(tx *txn) (c Counts, err error) {
			err = p.session.selects(ctx, tx, &ids, settleCandidatesSQL, map[string]any{"after": after, "limit": settlePage})
			if err != nil {
				return c, err
			}
			m := orderMerge{Pass: p, tx: tx, args: map[string]any{"now": p.now()}}
			return c, m.resettle(ctx, ids, &c)
		})
		if err != nil || len(ids) < settlePage {
			return err
		}
		after = ids[len(ids)-1]
	}
}

// resettle is settle for orders of which nothing was written in this merge, and reports what it finds.
func (m *orderMerge) resettle(ctx context.Context, ids []string, c *Counts) error {
	for ids := range slices.Chunk(ids, settleChunk) {
		changed, err := m.unsettled(ctx, ids)
		if err == nil {
			err = m.writeSettled(ctx, changed)
		}
		if err != nil {
			return err
		}
		for _, o := range changed {
			m.watch(Difference{Key: o.ID, Kind: Differs, Fields: o.differs, Derived: true})
			c.Updated++
		}
	}
	return nil
}

//go:embed sql/balances_differences.sql
var balanceDifferencesSQL string

//go:embed sql/balances_reset.sql
var resetBalancesSQL string

// CheckBalances reports the customers whose balance or lifetime points are not the sum of their ledger lines, up to a limit, and puts all of
// them right.
func (p *Pass) CheckBalances(ctx context.Context, limit int) error {
	var customers []struct {
		ID       string `db:"customer_id"`
		Missing  bool   `db:"missing"`
		Balance  bool   `db:"balance_differs"`
		Lifetime bool   `db:"lifetime_differs"`
	}
	err := p.mergeOn(ctx, p.session.own, func(tx *txn) (c Counts, err error) {
		customers = nil
		args := map[string]any{"limit": limit, "now": p.now(), "kinds_without_order": model.KindsWithoutOrder()}
		err = p.session.selects(ctx, tx, &customers, withBalances(balanceDifferencesSQL), args)
		if err != nil || len(customers) == 0 {
			return c, err
		}
		c.Updated, err = p.session.exec(ctx, tx, withBalances(resetBalancesSQL), args)
		return c, err
	})
	for _, customer := range customers {
		p.watch(difference("customer "+customer.ID, []string{"missing", "balance", "lifetime"},
			[]bool{customer.Missing, customer.Balance, customer.Lifetime}))
	}
	return err
}

//go:embed sql/balances_summed.sql
var summedBalancesSQL string

// withBalances puts the balances beside the sums of the ledger before a query.
func withBalances(query string) string { return summedBalancesSQL + query }
