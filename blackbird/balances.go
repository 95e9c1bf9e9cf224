package blackbird

import (
	"context"
	_ "embed"
	"maps"
	"slices"

	"github.com/lib/pq"

	"github.com/blackbirdctl/blackbirdctl/internal/crash"
)

//go:embed sql/balances_upsert.sql
var upsertBalancesSQL string

// sums are what lines move balances by.
type sums struct {
	// customers are in order: merges that overlap lock the balances they share one after the other.
	customers []string
	points    []int64
	// lifetime is the part of points that orders earned.
	lifetime []int64
}

func sumUp(lines []Line) (s sums) {
	points, lifetime := make(map[string]int64), make(map[string]int64)
	for i := range lines {
		l := &lines[i]
		points[l.CustomerID] += l.Points
		if l.Kind.CountsForLifetime() {
			lifetime[l.CustomerID] += l.Points
		}
	}
	s.customers = slices.Sorted(maps.Keys(points))
	for _, customer := range s.customers {
		s.points = append(s.points, points[customer])
		s.lifetime = append(s.lifetime, lifetime[customer])
	}
	return s
}

// move moves the balances. The statement reads the sums from stage_balances: that may be a table, or a name for what is sent with it.
func (s sums) move(ctx context.Context, x *Session, tx *txn, args map[string]any) error {
	crash.Here("between ledger and balances")
	with, err := x.store.dialect.balances(ctx, tx, s, args)
	if err == nil {
		_, err = x.exec(ctx, tx, with+upsertBalancesSQL, args)
	}
	return err
}

// balances sends the sums with the statement: a temporary table would have to be emptied at each commit, which takes longer.
func (postgresDialect) balances(_ context.Context, _ *txn, s sums, args map[string]any) (string, error) {
	args["customers"], args["points"], args["lifetime"] = pq.Array(s.customers), pq.Array(s.points), pq.Array(s.lifetime)
	return `WITH stage_balances (customer_id, points, lifetime) AS (
			SELECT * FROM unnest(CAST(:customers AS text[]), CAST(:points AS bigint[]), CAST(:lifetime AS bigint[])))
		`, nil
}

var stageBalances = table{name: "stage_balances", columns: []string{"customer_id", "points", "lifetime"}}

func (d sqliteDialect) balances(ctx context.Context, tx *txn, s sums, _ map[string]any) (string, error) {
	r := &rows{}
	for i, customer := range s.customers {
		r.words(customer)
		r.int(s.points[i])
		r.int(s.lifetime[i])
		r.end()
	}
	return "", d.load(ctx, tx.conn, stageBalances, r)
}
