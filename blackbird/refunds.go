package blackbird

import (
	"context"
	"database/sql"
	"maps"
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
	// ids are those of the orders, wherever they are, whose refunds may have changed.
	ids []string
	// reports says that orders whose state is not what it should be are reported.
	reports bool
}

// refundState is an order's status and refunded total, and what they depend on.
type refundState struct {
	ID            string            `db:"order_id" json:"order_id"`
	LocationID    int64             `db:"location_id" json:"location_id"`
	Status        model.OrderStatus `db:"status" json:"status"`
	Total         model.Cents       `db:"total" json:"-"`
	OwnRefund     model.Cents       `db:"own_refund" json:"-"`
	RefundedTotal model.Cents       `db:"refunded_total" json:"refunded_total"`
	// Written says that this merge has written the row already.
	Written bool `db:"written" json:"-"`
	// differs are the columns in which the row was different.
	differs []string
}

// note adds the ids that a query finds orders of to have gained or lost a refund in this merge.
func (u *refundUpdate) note(ctx context.Context, query string) error {
	var ids []string
	err := u.tx.Select(ctx, &ids, query, nil)
	u.ids = append(u.ids, ids...)
	return err
}

// refundChunk is how many ids' orders are updated at once: few enough for a statement to find its rows by key.
const refundChunk = 500

// run updates the noted orders, and counts each as updated once in a merge that has staged the rows of some keys.
func (u *refundUpdate) run(ctx context.Context, staged keySet, c *Counts) error {
	slices.Sort(u.ids)
	for ids := range slices.Chunk(slices.Compact(u.ids), refundChunk) {
		changed, err := u.changed(ctx, ids)
		if err != nil {
			return err
		}
		crash.Here("before settling")
		if len(changed) > 0 {
			states, err := model.JSON(changed)
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
				u.pass.watch(Difference{
					Key: o.ID, Location: o.LocationID, Kind: Differs, Fields: o.differs, Derived: true,
				})
			}
			if o.Written {
				continue
			}
			c.Updated++
			if _, ours := staged.find(orderKey(nil, []byte(o.ID), o.LocationID)); ours {
				c.Unchanged--
			}
		}
	}
	return nil
}

// refundTicket is a refund or an exchange, as it counts for an order.
type refundTicket struct {
	RefundOf string `db:"refund_of"`
	// LocationID is the refund's own, OrderLocation the order's where the source says so.
	LocationID    int64         `db:"location_id"`
	OrderLocation sql.NullInt64 `db:"refund_of_location"`
	OwnRefund     model.Cents   `db:"own_refund"`
	Total         model.Cents   `db:"total"`
	OrderedAt     UTCTime       `db:"ordered_at"`
}

func (t *refundTicket) amount() model.Cents { return model.RefundAmount(t.OwnRefund, t.Total) }

// refunds returns which order the ticket refunds, given the places of those with the id that it refers to; below 0 for
// none. It is exact where it is at the location that the ticket refers to, and not the only one elsewhere.
func (t *refundTicket) refunds(orders []refundState, candidates []int) (of int, exact bool) {
	location := t.LocationID
	if t.OrderLocation.Valid {
		location = t.OrderLocation.Int64
	}
	for _, i := range candidates {
		if orders[i].LocationID == location {
			return i, true
		}
	}
	if len(candidates) == 1 && !t.OrderLocation.Valid {
		return candidates[0], false
	}
	return -1, false
}

// refundable returns the orders that refunds may refer to, and the places of each id's. An order that was removed
// counts where there is no other of its id.
func refundable(orders []refundState) (_ []refundState, at map[string][]int) {
	live := make(map[string]bool)
	for _, o := range orders {
		live[o.ID] = live[o.ID] || o.Status != model.OrderRemoved
	}
	orders = slices.DeleteFunc(orders, func(o refundState) bool {
		return o.Status == model.OrderRemoved && live[o.ID]
	})
	at = make(map[string][]int)
	for i := range orders {
		at[orders[i].ID] = append(at[orders[i].ID], i)
	}
	return orders, at
}

// changed returns those of the orders with the ids whose status or refunded total is not what their refunds make it, as
// they should be. Only ids of which the store holds an order are asked for refunds: a till that names no order in its
// refunds may name the same nothing in all of them.
func (u *refundUpdate) changed(ctx context.Context, ids []string) (changed []refundState, err error) {
	var orders []refundState
	args := Args{"ids": ids, "pass_id": u.pass.ID, "now": u.args["now"]}
	if err := u.tx.Select(ctx, &orders, "refund_states", args); err != nil {
		return nil, err
	}
	orders, at := refundable(orders)
	known := slices.Collect(maps.Keys(at))
	var tickets []refundTicket
	if len(known) > 0 {
		if err := u.tx.Select(ctx, &tickets, "refund_tickets", Args{"ids": known}); err != nil {
			return nil, err
		}
	}
	refunded := make([]model.Cents, len(orders))
	for i := range tickets {
		ticket := &tickets[i]
		of, exact := ticket.refunds(orders, at[ticket.RefundOf])
		if of >= 0 {
			refunded[of] += ticket.amount()
		}
		if !exact {
			// The order at that location may still come.
			known = slices.DeleteFunc(known, func(id string) bool { return id == ticket.RefundOf })
		}
	}
	u.pass.initialLoad.await(ids, known)
	for i, o := range orders {
		status, total := model.AfterRefunds(o.Status, o.Total, o.OwnRefund, refunded[i])
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
			u := &refundUpdate{pass: p, tx: t, args: Args{"now": p.now()}, ids: slices.Clone(ids), reports: true}
			return c, u.run(ctx, nil, &c)
		})
		if err != nil || len(ids) < refundPage {
			return err
		}
		after = ids[len(ids)-1]
	}
}
