package blackbird

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"github.com/blackbirdctl/blackbirdctl/internal/crash"
)

// balanceChange is what ledger lines change a customer's balance by.
type balanceChange struct {
	CustomerID string `json:"customer_id"`
	Points     int64  `json:"points"`
	// Lifetime is the part of the points that counts for lifetime points.
	Lifetime int64 `json:"lifetime"`
}

// changeBalances changes the customers' balances by what lines add up to.
func (t *tx) changeBalances(ctx context.Context, lines []Line, args Args) error {
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
	text, err := asJSON(changes)
	if err != nil {
		return err
	}
	args["changes"] = text
	_, err = t.Exec(ctx, "balances_change", args)
	return err
}

// CheckBalances reports the customers whose balance or lifetime points are not the sum of their ledger lines, up to a
// limit, and corrects all of them.
func (p *Pass) CheckBalances(ctx context.Context, limit int) error {
	var customers []struct {
		ID       string `db:"customer_id"`
		Missing  bool   `db:"missing"`
		Balance  bool   `db:"balance_differs"`
		Lifetime bool   `db:"lifetime_differs"`
	}
	err := p.mergeOn(ctx, p.session.own, func(t *tx) (c Counts, err error) {
		customers = nil
		err = t.Select(ctx, &customers, "balances_differences", Args{"limit": limit})
		if err != nil || len(customers) == 0 {
			return c, err
		}
		c.Updated, err = t.Exec(ctx, "balances_reset", Args{"now": p.now()})
		return c, err
	})
	for _, c := range customers {
		p.watch(newDifference("customer "+c.ID, c.Missing, []string{"balance", "lifetime"}, []bool{c.Balance, c.Lifetime}))
	}
	return err
}
