package blackbird

import (
	"context"
	_ "embed"
	"fmt"
	"slices"
	"strings"

	"github.com/blackbirdctl/blackbirdctl/internal/crash"
	"github.com/blackbirdctl/blackbirdctl/internal/model"
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

// settlingOrder is an order whose refunds may have changed.
type settlingOrder struct {
	ID            string            `db:"order_id"`
	Status        model.OrderStatus `db:"status"`
	Total         model.Cents       `db:"total"`
	OwnRefund     model.Cents       `db:"own_refund"`
	RefundedTotal model.Cents       `db:"refunded_total"`
	// Touched says that this merge has written the row already.
	Touched bool `db:"touched"`
	// differs are the columns in which the row stood otherwise.
	differs []string
}

// standingRefund is a refund that counts, and what it is of.
type standingRefund struct {
	RefundOf  string      `db:"refund_of"`
	OwnRefund model.Cents `db:"own_refund"`
	Total     model.Cents `db:"total"`
}

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
	for ids := range slices.Chunk(slices.Compact(m.targets), settleChunk) {
		changed, err := m.unsettled(ctx, ids)
		if err == nil {
			crash.Here("before settling")
			err = m.writeSettled(ctx, changed)
		}
		if err != nil {
			return err
		}
		for _, o := range changed {
			o.count(staged, c)
		}
	}
	return nil
}

// unsettled returns those of the orders that stand otherwise than their refunds say, as they should stand.
func (m *orderMerge) unsettled(ctx context.Context, ids []string) (changed []settlingOrder, err error) {
	args := map[string]any{"ids": ids, "pass_id": m.ID, "now": m.args["now"]}
	var orders []settlingOrder
	if err := m.session.selects(ctx, m.tx, &orders, settleOrdersSQL, args); err != nil {
		return nil, err
	}
	m.filling.await(missing(ids, orders))
	given, err := m.given(ctx, orders)
	if err != nil {
		return nil, err
	}
	for _, o := range orders {
		status, refunded := model.AfterRefunds(o.Status, o.Total, o.OwnRefund, given[o.ID])
		if status != o.Status {
			o.differs = append(o.differs, "status")
		}
		if refunded != o.RefundedTotal {
			o.differs = append(o.differs, "refunded_total")
		}
		if len(o.differs) == 0 {
			continue
		}
		o.Status, o.RefundedTotal = status, refunded
		changed = append(changed, o)
	}
	return changed, nil
}

// given is what refunds give back for each of the orders. Only orders that the store holds are asked for: a till that names no order in its
// refunds may name the same nothing in all of them.
func (m *orderMerge) given(ctx context.Context, orders []settlingOrder) (map[string]model.Cents, error) {
	if len(orders) == 0 {
		return nil, nil
	}
	ids := make([]string, len(orders))
	for i := range orders {
		ids[i] = orders[i].ID
	}
	var refunds []standingRefund
	if err := m.session.selects(ctx, m.tx, &refunds, settleRefundsSQL, map[string]any{"ids": ids}); err != nil {
		return nil, err
	}
	given := make(map[string]model.Cents)
	for _, r := range refunds {
		given[r.RefundOf] += model.RefundAmount(r.OwnRefund, r.Total)
	}
	return given, nil
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

// writeSettled writes how the orders stand.
func (m *orderMerge) writeSettled(ctx context.Context, settled []settlingOrder) error {
	if len(settled) == 0 {
		return nil
	}
	x := m.session
	args := map[string]any{"pass_id": m.ID, "now": m.args["now"]}
	var values []string
	for i, o := range settled {
		id, refunded, status := fmt.Sprintf("id_%d", i), fmt.Sprintf("refunded_%d", i), fmt.Sprintf("status_%d", i)
		args[id], args[refunded], args[status] = o.ID, o.RefundedTotal, o.Status
		values = append(values, fmt.Sprintf("(:%s, CAST(:%s AS %s), :%s)", id, refunded, x.store.dialect.money(), status))
	}
	_, err := x.exec(ctx, m.tx, "WITH settled (order_id, refunded_total, status) AS (VALUES "+strings.Join(values, ", ")+")\n"+writeSettledSQL, args)
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
