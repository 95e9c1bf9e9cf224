package blackbird

import (
	"context"
	_ "embed"
	"time"

	"github.com/jmoiron/sqlx"
)

// Customer is a row of customers. A nil text is NULL; the bytes are copied when the row is added to a batch.
type Customer struct {
	ID         []byte
	FirstName  []byte
	LastName   []byte
	Email      []byte
	Phone      []byte
	PhoneE164  []byte
	LocationID int64
	Active     bool
}

var stageCustomers = table{name: "stage_customers", columns: []string{
	"customer_id", "first_name", "last_name", "email", "phone", "phone_e164", "location_id", "active",
}}

//go:embed sql/customers_upsert.sql
var upsertCustomersSQL string

//go:embed sql/customers_move.sql
var moveCustomersSQL string

var customersUpsert = upsert{sql: upsertCustomersSQL, stage: "stage_customers", target: "customers", key: "customer_id"}

// AddCustomer adds a row to the batch; false, and nothing added, where the batch holds that customer already.
func (b *Batch) AddCustomer(c *Customer) bool {
	if !b.claim(c.ID) {
		return false
	}
	r := b.rows
	r.text(c.ID)
	r.text(c.FirstName)
	r.text(c.LastName)
	r.text(c.Email)
	r.text(c.Phone)
	r.text(c.PhoneE164)
	r.int(c.LocationID)
	r.bool(c.Active)
	r.end()
	return true
}

// MergeCustomers writes what is new or differs in the batch, in one transaction.
func (p *Pass) MergeCustomers(ctx context.Context, b *Batch) error {
	return p.merge(ctx, func(tx *sqlx.Tx, now time.Time) (Counts, error) {
		args := map[string]any{"pass_id": p.ID, "now": now}
		c, err := p.mergeRows(ctx, tx, b, stageCustomers, customersUpsert, args)
		if err != nil {
			return c, err
		}
		c.Read, c.Rejected = b.Read, int64(len(b.rejects))
		if err := p.session.loadKeys(ctx, stageMoved, b.moved); err != nil {
			return c, err
		}
		if c.Removed, err = p.session.exec(ctx, tx, moveCustomersSQL, args); err != nil {
			return c, err
		}
		return c, p.session.saveRejects(ctx, tx, b.rejects, now)
	})
}
