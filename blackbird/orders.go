package blackbird

import (
	"context"
	_ "embed"
	"time"

	"github.com/jmoiron/sqlx"
)

// The statuses of an order.
const (
	OrderVoided            = "voided"
	OrderRefund            = "refund"
	OrderPreorder          = "preorder"
	OrderOpen              = "open"
	OrderCompleted         = "completed"
	OrderPartiallyRefunded = "partially_refunded"
	OrderRefunded          = "refunded"
	// OrderRemoved is an order that the source no longer has.
	OrderRemoved = "removed"
)

// Order is a row of orders. A nil text is NULL; the bytes are copied when the row is added to a batch.
type Order struct {
	ID         []byte
	Serial     int64
	CustomerID []byte
	Contact    Contact
	LocationID int64
	// Status is what the order itself says. Whether a completed one was refunded, the store finds out.
	Status               string
	Subtotal, Tax, Total Cents
	OwnRefund            Cents
	// RefundOf is the id of the order that this one refunds, nil where it is no refund.
	RefundOf  []byte
	OrderedAt time.Time
}

// Contact is how an order's customer was known to the shop.
type Contact struct {
	FirstName, LastName, Email, Phone []byte
}

func (c *Contact) write(r *rows) {
	r.text(c.FirstName)
	r.text(c.LastName)
	r.text(c.Email)
	r.text(c.Phone)
}

var stageOrders = table{name: "stage_orders", columns: []string{
	"order_id", "order_serial", "customer_id", "customer_first_name", "customer_last_name", "customer_email", "customer_phone",
	"location_id", "status", "subtotal", "tax", "total", "own_refund", "refund_of", "refunded_total", "ordered_at",
}}

//go:embed sql/orders_upsert.sql
var upsertOrdersSQL string

//go:embed sql/orders_move.sql
var moveOrdersSQL string

var ordersUpsert = upsert{sql: upsertOrdersSQL, stage: "stage_orders", target: "orders", key: "order_id"}

// AddOrder adds a row to the batch; false, and nothing added, where the batch holds that order already.
func (b *Batch) AddOrder(o *Order) bool {
	if !b.claim(o.ID) {
		return false
	}
	s := settle(o.Status, o.Total, o.OwnRefund, 0)
	r := b.rows
	r.text(o.ID)
	r.int(o.Serial)
	r.text(o.CustomerID)
	o.Contact.write(r)
	r.int(o.LocationID)
	r.words(s.Status)
	r.cents(o.Subtotal)
	r.cents(o.Tax)
	r.cents(o.Total)
	r.cents(o.OwnRefund)
	r.text(o.RefundOf)
	r.cents(s.RefundedTotal)
	r.time(o.OrderedAt)
	r.end()
	return true
}

// MergeOrders writes what is new or differs in the batch, in one transaction, and settles the orders that its refunds speak of. Of two
// rows with one id the one with the higher serial stands.
func (p *Pass) MergeOrders(ctx context.Context, b *Batch) error {
	return p.merge(ctx, func(tx *sqlx.Tx, now time.Time) (Counts, error) {
		m := orderMerge{Pass: p, tx: tx, now: now, args: map[string]any{"pass_id": p.ID, "now": now}}
		return m.run(ctx, b)
	})
}

// orderMerge is one merge of orders at work.
type orderMerge struct {
	*Pass
	tx   *sqlx.Tx
	now  time.Time
	args map[string]any
	// targets are the orders whose refunds this merge may have changed.
	targets []string
}

// run stages, notes which orders the staged rows' former selves refunded, upserts, moves, and settles.
func (m *orderMerge) run(ctx context.Context, b *Batch) (c Counts, err error) {
	x := m.session
	if b.Rows() > 0 {
		if err := x.store.dialect.load(ctx, x.conn, stageOrders, b.rows); err != nil {
			return c, err
		}
		if err := m.target(ctx, formerTargetsSQL); err != nil {
			return c, err
		}
		if c.Inserted, c.Updated, err = x.store.dialect.upsert(ctx, m.tx, ordersUpsert, x.args(m.args)); err != nil {
			return c, err
		}
		c.Unchanged = int64(b.Rows()) - c.Inserted - c.Updated
	}
	c.Read, c.Rejected = b.Read, int64(len(b.rejects))
	if c.Removed, err = m.move(ctx, b.moved); err != nil {
		return c, err
	}
	if err := m.settle(ctx, b.names, &c); err != nil {
		return c, err
	}
	return c, x.saveRejects(ctx, m.tx, b.rejects, m.now)
}

// move takes orders out that are now at a location that is not synced.
func (m *orderMerge) move(ctx context.Context, moved []Key) (int64, error) {
	if len(moved) == 0 {
		return 0, nil
	}
	if err := m.session.loadKeys(ctx, stageMoved, moved); err != nil {
		return 0, err
	}
	if err := m.target(ctx, movedTargetsSQL); err != nil {
		return 0, err
	}
	return m.session.exec(ctx, m.tx, moveOrdersSQL, m.args)
}
