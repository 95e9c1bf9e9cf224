package blackbird

import (
	"context"
	_ "embed"
	"slices"

	"github.com/blackbirdctl/blackbirdctl/internal/model"
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

var customersTable = table{name: "customers", columns: []string{
	"store_id", "customer_id", "first_name", "last_name", "email", "phone", "phone_e164", "location_id", "active",
	"first_pass_id", "pass_id", "updated_at",
}}

//go:embed sql/customers_held.sql
var heldCustomersSQL string

//go:embed sql/customers_strike.sql
var strikeCustomersSQL string

//go:embed sql/customers_differences.sql
var customerDifferencesSQL string

//go:embed sql/customers_upsert.sql
var upsertCustomersSQL string

//go:embed sql/customers_move.sql
var moveCustomersSQL string

var customersTarget = target{
	table: customersTable, key: "customer_id", stage: customersTable.staging(), strike: strikeCustomersSQL, upsert: upsertCustomersSQL,
	differences: customerDifferencesSQL,
	comparison:  comparison{held: heldCustomersSQL, left: []string{"store_id", "first_pass_id", "pass_id", "updated_at"}},
}

// AddCustomer adds a row to the batch; false, and nothing added, where the batch holds that customer already.
func (b *Batch) AddCustomer(c *Customer) bool {
	if !b.claim(c.ID) {
		return false
	}
	r := &b.rows
	r.words(b.pass.session.store.id)
	r.text(c.ID)
	r.text(c.FirstName)
	r.text(c.LastName)
	r.text(c.Email)
	r.text(c.Phone)
	r.text(c.PhoneE164)
	r.int(c.LocationID)
	r.bool(c.Active)
	r.int(b.pass.ID)
	b.end()
	return true
}

// MergeCustomers writes what is new or differs in the batch, in one transaction.
func (p *Pass) MergeCustomers(ctx context.Context, b *Batch) error {
	return p.mergeBatch(ctx, b, func(tx *txn, straight bool) (Counts, error) {
		c, err := p.place(ctx, tx, b, customersTarget, straight, nil)
		if err != nil {
			return c, err
		}
		// Whoever has left makes room for one of the same name, spelled with blanks around it, who has not.
		moved := slices.DeleteFunc(slices.Clone(b.moved), func(k model.Key) bool { return b.names.has(k.Name) })
		if err := p.session.loadKeys(ctx, tx, stageMoved, moved); err != nil {
			return c, err
		}
		if len(moved) > 0 {
			c.Removed, err = p.session.exec(ctx, tx, moveCustomersSQL, b.args())
		}
		return c, err
	})
}
