package blackbird

import (
	"context"
	"slices"
)

// Span is a range of passes: after Since, up to and with Until.
type Span struct{ Since, Until int64 }

// Due says which orders to list.
type Due struct {
	// Span is of the passes whose changes count; zero for none.
	Span Span
	// Orders and Customers are named by a person.
	Orders, Customers []string
	// Whole lists all orders of the customers that have one listed, or ledger lines of one.
	Whole bool
}

// StageDue lists the orders that changed in the span's passes, those of customers that came in them, and those that are
// named. It returns how many, and the named orders and customers that do not exist.
func (x *Session) StageDue(ctx context.Context, due Due) (n int64, absent []string, err error) {
	err = x.fillStages(ctx, func(t *tx) (err error) {
		if err := t.clear(ctx, stageDue); err != nil {
			return err
		}
		if n, err = t.Exec(ctx, "due_changed", Args{"since": due.Span.Since, "until": due.Span.Until}); err != nil {
			return err
		}
		absentOrders, err := t.stageNamed(ctx, "order", due.Orders)
		if err != nil {
			return err
		}
		absentCustomers, err := t.stageNamed(ctx, "customer", due.Customers)
		absent = slices.Concat(absentOrders, absentCustomers)
		if err != nil || !due.Whole {
			return err
		}
		more, err := t.Exec(ctx, "due_siblings", nil)
		n += more
		return err
	})
	return n, absent, x.store.wrap("list orders", err)
}

// stageNamed lists the orders of some ids, or of some customers, and returns those of the ids that no order has.
func (t *tx) stageNamed(ctx context.Context, kind string, ids []string) (absent []string, err error) {
	for _, id := range ids {
		args := Args{"id": id}
		if _, err := t.Exec(ctx, "due_"+kind, args); err != nil {
			return nil, err
		}
		var orders int64
		if err := t.Get(ctx, &orders, "count_orders_of_"+kind, args); err != nil {
			return nil, err
		}
		if orders == 0 {
			absent = append(absent, id)
		}
	}
	return absent, nil
}

// SettledPass returns the newest pass before which all passes over orders and customers have ended: one that still
// writes must not be passed over.
func (x *Session) SettledPass(ctx context.Context) (id int64, err error) {
	err = x.onOwn().Get(ctx, &id, "settled_pass", nil)
	return id, x.store.wrap("read passes", err)
}

// ChangedSince returns those of the orders that a pass after the given one has changed, or whose customer came in one.
func (x *Session) ChangedSince(ctx context.Context, pass int64, orders []string) (changed []string, err error) {
	err = x.onOwn().Select(ctx, &changed, "orders_changed_since", Args{"since": pass, "ids": orders})
	return changed, x.store.wrap("list changed orders", err)
}

// CountOrders returns how many orders there are of customers after one.
func (x *Session) CountOrders(ctx context.Context, after string) (n int64, err error) {
	err = x.onOwn().Get(ctx, &n, "count_orders_after", Args{"after": after})
	return n, x.store.wrap("count orders", err)
}
