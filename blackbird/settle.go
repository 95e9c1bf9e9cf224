package blackbird

import (
	"context"
	_ "embed"
	"slices"
)

//go:embed sql/targets_former.sql
var formerTargetsSQL string

//go:embed sql/targets_moved.sql
var movedTargetsSQL string

//go:embed sql/targets_staged.sql
var stagedTargetsSQL string

//go:embed sql/settle_orders.sql
var settleOrdersSQL string

//go:embed sql/settle_refunds.sql
var settleRefundsSQL string

//go:embed sql/settle_write.sql
var writeSettledSQL string

// settled is what refunds make of an order.
type settled struct {
	Status        string
	RefundedTotal Cents
}

// settle says how an order stands after its refunds: its own, and what refund tickets gave back for it. A refund's own row has none.
func settle(status string, total, ownRefund, given Cents) settled {
	if status == OrderRefund {
		return settled{Status: status}
	}
	s := settled{Status: status, RefundedTotal: max(ownRefund.Abs(), given)}
	if unsettled(status) != OrderCompleted {
		return s
	}
	switch {
	case total > 0 && s.RefundedTotal >= total:
		s.Status = OrderRefunded
	case s.RefundedTotal > 0:
		s.Status = OrderPartiallyRefunded
	default:
		s.Status = OrderCompleted
	}
	return s
}

// unsettled is what an order's status says apart from its refunds.
func unsettled(status string) string {
	if status == OrderRefunded || status == OrderPartiallyRefunded {
		return OrderCompleted
	}
	return status
}

// giveBack is what a refund gives back: its own refund total, or where that is 0 the amount of its negative total.
func giveBack(ownRefund, total Cents) Cents {
	if ownRefund != 0 {
		return ownRefund.Abs()
	}
	return total.Abs()
}

// settlingOrder is an order whose refunds may have changed.
type settlingOrder struct {
	ID            string `db:"order_id"`
	Status        string `db:"status"`
	Total         Cents  `db:"total"`
	OwnRefund     Cents  `db:"own_refund"`
	RefundedTotal Cents  `db:"refunded_total"`
	// Touched says that this merge has written the row already.
	Touched bool `db:"touched"`
}

// standingRefund is a refund that counts, and what it is of.
type standingRefund struct {
	RefundOf  string `db:"refund_of"`
	OwnRefund Cents  `db:"own_refund"`
	Total     Cents  `db:"total"`
}

var stageSettled = table{name: "stage_settled", columns: []string{"order_id", "refunded_total", "status"}}

// target notes the orders that a query finds to have gained or lost a refund in this merge.
func (m *orderMerge) target(ctx context.Context, query string) error {
	var ids []string
	if err := m.session.selects(ctx, m.tx, &ids, query, nil); err != nil {
		return err
	}
	m.targets = append(m.targets, ids...)
	return nil
}

// settleChunk keeps a statement's parameters below what either database takes, and lets it find its rows by key.
const settleChunk = 500

// settle brings the orders up to date whose refunds the merge has added, changed or taken away.
func (m *orderMerge) settle(ctx context.Context, staged nameSet, c *Counts) error {
	slices.Sort(m.targets)
	into := &rows{}
	for ids := range slices.Chunk(slices.Compact(m.targets), settleChunk) {
		changed, err := m.unsettled(ctx, ids, into)
		if err != nil {
			return err
		}
		for _, o := range changed {
			o.count(staged, c)
		}
	}
	return m.writeSettled(ctx, into)
}

// unsettled returns those of the orders that stand otherwise than their refunds say, and adds to the rows how they should.
func (m *orderMerge) unsettled(ctx context.Context, ids []string, into *rows) (changed []settlingOrder, err error) {
	args := map[string]any{"ids": ids, "pass_id": m.ID, "now": m.args["now"]}
	var orders []settlingOrder
	if err := m.session.selects(ctx, m.tx, &orders, settleOrdersSQL, args); err != nil {
		return nil, err
	}
	var refunds []standingRefund
	if err := m.session.selects(ctx, m.tx, &refunds, settleRefundsSQL, args); err != nil {
		return nil, err
	}
	given := make(map[string]Cents)
	for _, r := range refunds {
		given[r.RefundOf] += giveBack(r.OwnRefund, r.Total)
	}
	m.filling.await(missing(ids, orders))
	for _, o := range orders {
		now := settle(o.Status, o.Total, o.OwnRefund, given[o.ID])
		if now.Status == o.Status && now.RefundedTotal == o.RefundedTotal {
			continue
		}
		into.words(o.ID)
		into.cents(now.RefundedTotal)
		into.words(now.Status)
		into.end()
		changed = append(changed, o)
	}
	return changed, nil
}

// missing are the ids that none of the orders has.
func missing(ids []string, orders []settlingOrder) (absent []string) {
	found := make(map[string]bool, len(orders))
	for i := range orders {
		found[orders[i].ID] = true
	}
	for _, id := range ids {
		if !found[id] {
			absent = append(absent, id)
		}
	}
	return absent
}

func (m *orderMerge) writeSettled(ctx context.Context, settled *rows) error {
	if settled.count == 0 {
		return nil
	}
	x := m.session
	if err := x.store.dialect.load(ctx, m.tx.conn, stageSettled, settled); err != nil {
		return err
	}
	if err := x.store.dialect.analyze(ctx, m.tx, stageSettled.name); err != nil {
		return err
	}
	_, err := x.exec(ctx, m.tx, writeSettledSQL, m.args)
	return err
}

// count counts the order as updated, once in a merge.
func (o *settlingOrder) count(staged nameSet, c *Counts) {
	if o.Touched {
		return
	}
	c.Updated++
	if staged.has(o.ID) {
		c.Unchanged--
	}
}
