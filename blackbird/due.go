package blackbird

import (
	"context"
	"slices"

	"github.com/blackbirdctl/blackbirdctl/internal/model"
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
		absent = nil
		for _, named := range []struct {
			by  string
			ids []string
		}{{"order", due.Orders}, {"customer", due.Customers}} {
			if len(named.ids) == 0 {
				continue
			}
			var known []string
			args := Args{"ids": named.ids}
			if err := t.Select(ctx, &known, "named_by_"+named.by, args); err != nil {
				return err
			}
			if _, err := t.Exec(ctx, "due_by_"+named.by, args); err != nil {
				return err
			}
			absent = append(absent, slices.DeleteFunc(slices.Clone(named.ids), func(id string) bool {
				return slices.Contains(known, id)
			})...)
		}
		if !due.Whole {
			return nil
		}
		for _, more := range []string{"due_refunded", "due_siblings"} {
			listed, err := t.Exec(ctx, more, Args{"since": due.Span.Since, "until": due.Span.Until})
			if err != nil {
				return err
			}
			n += listed
		}
		return nil
	})
	return n, absent, x.store.wrap("list orders", err)
}

// SettledPass returns the newest pass before which all passes over orders and customers have ended: one that still
// writes must not be passed over.
func (x *Session) SettledPass(ctx context.Context) (id int64, err error) {
	err = x.onOwn().Get(ctx, &id, "settled_pass", nil)
	return id, x.store.wrap("read passes", err)
}

// ChangedSince returns those of the orders with the ids that a pass after the given one has changed, or whose customer
// came in one.
func (x *Session) ChangedSince(ctx context.Context, pass int64, orders []string) (changed []model.Key, err error) {
	err = x.onOwn().Select(ctx, &changed, "orders_changed_since", Args{"since": pass, "ids": orders})
	return changed, x.store.wrap("list changed orders", err)
}

// CountOrders returns how many orders there are of customers after one.
func (x *Session) CountOrders(ctx context.Context, after string) (n int64, err error) {
	err = x.onOwn().Get(ctx, &n, "count_orders_after", Args{"after": after})
	return n, x.store.wrap("count orders", err)
}
