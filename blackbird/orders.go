package blackbird

import (
	"bytes"
	"context"
	_ "embed"
	"strconv"
	"time"

	"github.com/blackbirdctl/blackbirdctl/internal/model"
)

// Order is a row of orders. A nil text is NULL; the bytes are copied when the row is added to a batch.
type Order struct {
	ID         []byte
	Serial     int64
	CustomerID []byte
	Contact    model.Contact
	LocationID int64
	// Status is what the order itself says. Whether a completed one was refunded, the store finds out.
	Status               model.OrderStatus
	Subtotal, Tax, Total model.Cents
	OwnRefund            model.Cents
	// RefundOf is the id of the order that this one refunds, nil where it is no refund.
	RefundOf  []byte
	OrderedAt time.Time
}

func writeContact(r *rows, c *model.Contact) {
	r.text(c.FirstName)
	r.text(c.LastName)
	r.text(c.Email)
	r.text(c.Phone)
}

var ordersTable = table{name: "orders", columns: []string{
	"store_id", "order_id", "order_serial", "customer_id", "customer_first_name", "customer_last_name", "customer_email",
	"customer_phone", "location_id", "status", "subtotal", "tax", "total", "own_refund", "refund_of", "refunded_total", "ordered_at",
	"pass_id", "updated_at",
}}

//go:embed sql/orders_held.sql
var heldOrdersSQL string

//go:embed sql/orders_strike.sql
var strikeOrdersSQL string

//go:embed sql/orders_differences.sql
var orderDifferencesSQL string

//go:embed sql/orders_upsert.sql
var upsertOrdersSQL string

//go:embed sql/orders_move.sql
var moveOrdersSQL string

var ordersTarget = target{
	table: ordersTable, key: "order_id", stage: ordersTable.staging(), strike: strikeOrdersSQL, upsert: upsertOrdersSQL,
	differences: orderDifferencesSQL,
	comparison: comparison{
		held: heldOrdersSQL, left: []string{"store_id", "refunded_total", "pass_id", "updated_at"},
		own: map[string]func(ours, theirs []byte) bool{"status": sameStatus, "ordered_at": sameTime},
	},
}

// AddOrder adds a row to the batch, in the place of one with the same id and a lower serial; where the batch holds one of a higher serial,
// there is nothing to add. False, and nothing added, where the batch has no room for the row: it belongs into a second one.
func (b *Batch) AddOrder(o *Order) bool {
	if at, taken := b.names.find(o.ID); taken {
		id, serial := b.orderAt(at)
		if !bytes.Equal(id, o.ID) {
			return false
		}
		b.spared++
		if serial > o.Serial {
			return true
		}
		b.rows.strike(at)
	}
	b.names.put(o.ID, b.rows.next())
	b.writeOrder(o)
	if o.RefundOf != nil {
		b.refunded = append(b.refunded, string(o.RefundOf))
	}
	return true
}

// orderAt reads back which order a row of the batch is.
func (b *Batch) orderAt(at spot) (id []byte, serial int64) {
	fields := bytes.SplitN(b.rows.row(at), []byte{'\t'}, 4)
	serial, _ = strconv.ParseInt(string(fields[2]), 10, 64)
	return unescape(fields[1]), serial
}

func (b *Batch) writeOrder(o *Order) {
	status, refunded := model.AfterRefunds(o.Status, o.Total, o.OwnRefund, 0)
	r := &b.rows
	r.words(b.pass.session.store.id)
	r.text(o.ID)
	r.int(o.Serial)
	r.text(o.CustomerID)
	writeContact(r, &o.Contact)
	r.int(o.LocationID)
	r.words(string(status))
	r.cents(o.Subtotal)
	r.cents(o.Tax)
	r.cents(o.Total)
	r.cents(o.OwnRefund)
	r.text(o.RefundOf)
	r.cents(refunded)
	r.time(o.OrderedAt)
	b.end()
}

// MergeOrders writes what is new or differs in the batch, in one transaction, and settles the orders that its refunds speak of. Of two
// rows with one id the one with the higher serial stands.
func (p *Pass) MergeOrders(ctx context.Context, b *Batch) error {
	return p.mergeBatch(ctx, b, func(tx *txn, straight bool) (Counts, error) {
		m := orderMerge{Pass: p, tx: tx, args: b.args()}
		return m.run(ctx, b, straight)
	})
}

// orderMerge is one merge of orders at work.
type orderMerge struct {
	*Pass
	tx   *txn
	args map[string]any
	// targets are the orders whose refunds this merge may have changed.
	targets []string
}

// run places the rows, moves, and settles. Before it settles it waits for the merge that does so already: each sees what the other has
// done.
func (m *orderMerge) run(ctx context.Context, b *Batch, straight bool) (c Counts, err error) {
	if c, err = m.place(ctx, b, straight); err != nil || b.Rows() == 0 && len(b.moved) == 0 {
		return c, err
	}
	if c.Removed, err = m.move(ctx, b.moved); err != nil {
		return c, err
	}
	if err := m.progress(ctx, m.tx, Counts{}); err != nil {
		return c, err
	}
	if err := m.touched(ctx, b, straight); err != nil {
		return c, err
	}
	return c, m.settle(ctx, b.names, &c)
}

// place writes the rows, and notes which orders the rows' former selves refunded.
func (m *orderMerge) place(ctx context.Context, b *Batch, straight bool) (Counts, error) {
	return m.Pass.place(ctx, m.tx, b, ordersTarget, straight, func() error { return m.target(ctx, formerTargetsSQL) })
}

// touched notes which orders the rows refund, and which of the rows are refunded by orders that the store holds.
func (m *orderMerge) touched(ctx context.Context, b *Batch, straight bool) error {
	if !straight {
		return m.target(ctx, stagedTargetsSQL)
	}
	m.targets = append(m.filling.arrived(b), b.refunded...)
	return nil
}

// move takes orders out that are now at a location that is not synced.
func (m *orderMerge) move(ctx context.Context, moved []model.Key) (int64, error) {
	if len(moved) == 0 {
		return 0, nil
	}
	if err := m.session.loadKeys(ctx, m.tx, stageMoved, moved); err != nil {
		return 0, err
	}
	if err := m.target(ctx, movedTargetsSQL); err != nil {
		return 0, err
	}
	return m.session.exec(ctx, m.tx, moveOrdersSQL, m.args)
}
