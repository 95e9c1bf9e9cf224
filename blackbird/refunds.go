package blackbird

import (
	"context"
	"slices"

	"github.com/blackbirdctl/blackbirdctl/internal/crash"
	"github.com/blackbirdctl/blackbirdctl/internal/model"
)

// refundUpdate brings the orders up to date whose refunds a merge has added, changed or removed.
type refundUpdate struct {
	pass *Pass
	tx   *tx
	// args are the merge's.
	args Args
	// orders are the ids of those whose refunds may have changed.
	orders []string
	// reports says that orders whose state is not what it should be are reported.
	reports bool
}

// refundState is an order's status and refunded total, and what they depend on.
type refundState struct {
	ID            string            `db:"order_id" json:"order_id"`
	Status        model.OrderStatus `db:"status" json:"status"`
	Total         model.Cents       `db:"total" json:"-"`
	OwnRefund     model.Cents       `db:"own_refund" json:"-"`
	RefundedTotal model.Cents       `db:"refunded_total" json:"refunded_total"`
	// Written says that this merge has written the row already.
	Written bool `db:"written" json:"-"`
	// differs are the columns in which the row was different.
	differs []string
}

// note adds the orders that a query finds to have gained or lost a refund in this merge.
func (u *refundUpdate) note(ctx context.Context, query string) error {
	var ids []string
	err := u.tx.Select(ctx, &ids, query, nil)
	u.orders = append(u.orders, ids...)
	return err
}

// refundChunk is how many orders are updated at once: few enough for a statement to find its rows by key.
const refundChunk = 500

// run updates the noted orders, and counts each as updated once in a merge that has staged the rows of some keys.
func (u *refundUpdate) run(ctx context.Context, staged keySet, c *Counts) error {
	slices.Sort(u.orders)
	for ids := range slices.Chunk(slices.Compact(u.orders), refundChunk) {
		changed, err := u.changed(ctx, ids)
		if err != nil {
			return err
		}
		crash.Here("before settling")
		if len(changed) > 0 {
			states, err := asJSON(changed)
			if err != nil {
				return err
			}
			args := Args{"pass_id": u.pass.ID, "now": u.args["now"], "states": states}
			if _, err := u.tx.Exec(ctx, "refund_states_update", args); err != nil {
				return err
			}
		}
		for _, o := range changed {
			if u.reports {
				u.pass.watch(Difference{Key: o.ID, Kind: Differs, Fields: o.differs, Derived: true})
			}
			if o.Written {
				continue
			}
			c.Updated++
			if staged.has(o.ID) {
				c.Unchanged--
			}
		}
	}
	return nil
}

// changed returns those of the orders whose status or refunded total is not what their refunds make it, as they should
// be. Only orders that the store holds are asked for their refunds: a till that names no order in its refunds may name
// the same nothing in all of them.
func (u *refundUpdate) changed(ctx context.Context, ids []string) (changed []refundState, err error) {
	var orders []refundState
	args := Args{"ids": ids, "pass_id": u.pass.ID, "now": u.args["now"]}
	if err := u.tx.Select(ctx, &orders, "refund_states", args); err != nil {
		return nil, err
	}
	known := make([]string, len(orders))
	for i := range orders {
		known[i] = orders[i].ID
	}
	u.pass.initialLoad.await(ids, known)
	if len(known) == 0 {
		return nil, nil
	}
	var tickets []struct {
		RefundOf  string      `db:"refund_of"`
		OwnRefund model.Cents `db:"own_refund"`
		Total     model.Cents `db:"total"`
	}
	if err := u.tx.Select(ctx, &tickets, "refund_tickets", Args{"ids": known}); err != nil {
		return nil, err
	}
	refunded := make(map[string]model.Cents)
	for _, ticket := range tickets {
		refunded[ticket.RefundOf] += model.RefundAmount(ticket.OwnRefund, ticket.Total)
	}
	for _, o := range orders {
		status, total := model.AfterRefunds(o.Status, o.Total, o.OwnRefund, refunded[o.ID])
		if status != o.Status {
			o.differs = append(o.differs, "status")
		}
		if total != o.RefundedTotal {
			o.differs = append(o.differs, "refunded_total")
		}
		if len(o.differs) > 0 {
			o.Status, o.RefundedTotal = status, total
			changed = append(changed, o)
		}
	}
	return changed, nil
}

// refundPage is how many orders one transaction of RecomputeRefunds looks at: to find them it reads all orders each
// time.
const refundPage = 50_000

// RecomputeRefunds looks at every order that refunds refer to, or that is marked as refunded. It reports those whose
// status or refunded total is not what the store's refunds make it, and corrects them.
func (p *Pass) RecomputeRefunds(ctx context.Context) error {
	for after := ""; ; {
		var ids []string
		err := p.mergeOn(ctx, p.session.own, func(t *tx) (c Counts, err error) {
			ids = nil
			if err := t.Select(ctx, &ids, "refund_candidates", Args{"after": after, "limit": refundPage}); err != nil {
				return c, err
			}
			u := &refundUpdate{pass: p, tx: t, args: Args{"now": p.now()}, orders: slices.Clone(ids), reports: true}
			return c, u.run(ctx, nil, &c)
		})
		if err != nil || len(ids) < refundPage {
			return err
		}
		after = ids[len(ids)-1]
	}
}
