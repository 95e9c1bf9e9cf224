package blackbird

import (
	"context"
	_ "embed"
)

//go:embed sql/points_due.sql
var stageDueSQL string

//go:embed sql/points_siblings.sql
var stageSiblingsSQL string

//go:embed sql/points_due_orders.sql
var stageOrdersSQL string

//go:embed sql/points_due_customers.sql
var stageCustomersSQL string

// Due says which orders to list.
type Due struct {
	// Span is of the passes whose changes count; zero for none.
	Span Span
	// Orders and Customers are named by a person.
	Orders, Customers []string
	// Whole lists all orders of the customers that have one listed, or ledger lines of one.
	Whole bool
}

// StageDue lists the orders that changed in the span's passes, those of customers that came in them, and those that are named. It returns how
// many, and the named orders and customers of which there are none.
func (x *Session) StageDue(ctx context.Context, due Due) (n int64, absent []string, err error) {
	if err := x.own.stage(ctx, x.store.dialect, x.stream); err != nil {
		return 0, nil, wrap("list orders in", err)
	}
	err = x.once(ctx, func(tx *txn) (err error) {
		if _, err := tx.ExecContext(ctx, `DELETE FROM stage_due`); err != nil {
			return err
		}
		if n, err = x.exec(ctx, tx, stageDueSQL, map[string]any{"since": due.Span.Since, "until": due.Span.Until}); err != nil {
			return err
		}
		if absent, err = x.stageNamed(ctx, tx, due); err != nil || !due.Whole {
			return err
		}
		more, err := x.exec(ctx, tx, stageSiblingsSQL, nil)
		n += more
		return err
	})
	return n, absent, wrap("list orders in", err)
}

// stageNamed lists the orders that a person named, and returns what there is none of.
func (x *Session) stageNamed(ctx context.Context, tx *txn, due Due) (absent []string, err error) {
	for _, by := range []struct {
		query, known string
		values       []string
	}{
		{stageOrdersSQL, `SELECT count(*) FROM orders WHERE store_id = :store_id AND order_id = :value`, due.Orders},
		{stageCustomersSQL, `SELECT count(*) FROM orders WHERE store_id = :store_id AND customer_id = :value`, due.Customers},
	} {
		for _, value := range by.values {
			args := map[string]any{"value": value}
			if _, err := x.exec(ctx, tx, by.query, args); err != nil {
				return nil, err
			}
			var known int64
			if err := x.get(ctx, tx, &known, by.known, args); err != nil {
				return nil, err
			}
			if known == 0 {
				absent = append(absent, value)
			}
		}
	}
	return absent, nil
}
