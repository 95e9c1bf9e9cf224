package blackbird

import (
	"bytes"
	"context"
	"time"

	"github.com/blackbirdctl/blackbirdctl/internal/model"
)

// Order is a row of orders. A nil text is NULL; the bytes are copied when the row is added to a batch.
type Order struct {
	// ID is the ticket's, which is unique at its location.
	ID         []byte
	LocationID int64
	Serial     int64
	CustomerID []byte
	Contact    model.Contact
	// Status is what the order itself says. The store finds out whether a completed one was refunded.
	Status               model.OrderStatus
	Subtotal, Tax, Total model.Cents
	// OwnRefund is what was refunded of the order itself, or where RefundOf is set what it gives back of that order.
	OwnRefund model.Cents
	// RefundOf is the id of the order that a refund or an exchange gives money back of, nil where the order is neither.
	// It is the order of that id at the refund's own location, else the only one elsewhere.
	RefundOf []byte
	// RefundOfLocation is that order's location where the source says so, nil where the rule above finds it.
	RefundOfLocation *int64
	OrderedAt        time.Time
}

// AddOrder adds a row to the batch, in the place of one with the same key and a lower serial; where the batch holds one
// of a higher serial, there is nothing to add. It returns false, and adds nothing, where the batch has no room for the
// row: it belongs into a second one. So does one of two tickets of a key of which one is voided: which of them counts,
// the store's row decides.
func (b *Batch) AddOrder(o *Order) bool {
	b.key = orderKey(b.key[:0], o.ID, o.LocationID)
	voided := o.Status == model.OrderVoided
	if held, taken := b.keys.find(b.key); taken {
		other := held.serial != o.Serial || held.voided != voided
		if !bytes.Equal(ordersTable.keyOf(b.rows.row(held.at)), b.key) || other && (held.voided || voided) {
			return false
		}
		b.skipped++
		if held.serial != o.Serial {
			b.superseded = append(b.superseded, Superseded{
				Key: model.Key{Name: string(o.ID), Location: o.LocationID, Serial: min(held.serial, o.Serial)},
				By:  max(held.serial, o.Serial),
			})
		}
		if held.serial > o.Serial {
			return true
		}
		b.rows.drop(held.at)
	}
	b.keys.put(b.key, keyed{at: b.rows.next(), serial: o.Serial, voided: voided})
	ownRefund := o.OwnRefund
	if o.RefundOf != nil {
		ownRefund = 0
	}
	// What other orders refund is worked out once the row is in the store.
	status, refunded := model.AfterRefunds(o.Status, o.Total, ownRefund, 0)
	r := &b.rows
	r.appendString(b.pass.session.store.id)
	r.appendText(o.ID)
	r.appendInt(o.LocationID)
	r.appendInt(o.Serial)
	r.appendText(o.CustomerID)
	r.appendContact(b.pass.withoutForgotten(o.CustomerID, &o.Contact))
	r.appendString(string(status))
	r.appendCents(o.Subtotal)
	r.appendCents(o.Tax)
	r.appendCents(o.Total)
	r.appendCents(o.OwnRefund)
	r.appendText(o.RefundOf)
	r.appendIntOrNull(o.RefundOfLocation)
	r.appendCents(refunded)
	r.appendTime(o.OrderedAt)
	b.endRow()
	if o.RefundOf != nil {
		b.refunded = append(b.refunded, string(o.RefundOf))
	}
	return true
}

// MergeOrders writes what is new or differs in the batch, in one transaction, and updates the orders that its refunds
// refer to. Of two rows with one key the one with the higher serial counts,
// but a voided ticket takes the place of no other one.
//
//  1. The orders that are out of scope are marked removed.
//  2. The rows go directly into their table, or are staged, compared and upserted. The orders that they contest and
//     those that their former versions refunded are noted before.
//  3. The merge waits for another one that has come to this point: each then sees what the other has done.
//  4. The status and the refunded total of the orders that gained or lost a refund are calculated anew, and written
//     where they differ.
func (p *Pass) MergeOrders(ctx context.Context, b *Batch) error {
	defer p.beginMerge(b)()
	return p.mergeBatch(ctx, b, func(t *tx, direct bool) (c Counts, err error) {
		u := &refundUpdate{pass: p, tx: t, args: b.args()}
		removed, err := u.removeOutOfScope(ctx, b)
		if err != nil {
			return c, err
		}
		if direct {
			c, err = p.loadDirect(ctx, t, b, ordersTable)
		} else {
			if err := p.noteContested(ctx, t, b); err != nil {
				return c, err
			}
			var staged bool
			if staged, err = p.stage(ctx, t, b, ordersTable); staged && err == nil {
				if err = u.note(ctx, "refunded_by_former"); err == nil {
					c, err = p.upsert(ctx, t, b, ordersTable)
				}
			}
		}
		c.Removed = removed
		if err == nil {
			err = p.listSuperseded(ctx, t, b)
		}
		if err != nil || b.Rows() == 0 && len(b.outOfScope) == 0 {
			return c, err
		}
		if err := p.lock(ctx, t); err != nil {
			return c, err
		}
		if direct {
			u.ids = append(p.initialLoad.arrived(b), b.refunded...)
		} else if err := u.note(ctx, "refunded_by_staged"); err != nil {
			return c, err
		}
		return c, u.run(ctx, b.keys, &c)
	})
}

// removeOutOfScope marks the orders removed that are out of scope, and notes the orders that they refunded.
func (u *refundUpdate) removeOutOfScope(ctx context.Context, b *Batch) (removed int64, err error) {
	if len(b.outOfScope) == 0 {
		return 0, nil
	}
	if err := u.pass.session.loadKeys(ctx, u.tx, stageOutOfScopeColumns, b.outOfScope); err != nil {
		return 0, err
	}
	if err := u.note(ctx, "refunded_by_out_of_scope"); err != nil {
		return 0, err
	}
	return u.tx.Exec(ctx, ordersTable.Statement("remove_out_of_scope"), u.args)
}
