package blackbird

import (
	"context"
	_ "embed"

	"github.com/blackbirdctl/blackbirdctl/internal/model"
)

var stageContacts = table{name: "stage_contacts", columns: []string{"customer_id", "first_name", "last_name", "email", "phone"}}

//go:embed sql/contacts_update.sql
var updateContactsSQL string

// AddContact adds a customer's present contact to the batch, for MergeContacts; false, and nothing added, where the batch holds
// that customer already.
func (b *Batch) AddContact(customerID []byte, c *model.Contact) bool {
	if !b.claim(customerID) {
		return false
	}
	b.rows.text(customerID)
	writeContact(&b.rows, c)
	b.rows.end()
	return true
}

// MergeContacts brings the orders of the batch's customers up to their present contacts, in one transaction.
func (p *Pass) MergeContacts(ctx context.Context, b *Batch) error {
	return p.merge(ctx, func(tx *txn) (c Counts, err error) {
		x := p.session
		if err := x.store.dialect.load(ctx, tx.conn, stageContacts, &b.rows); err != nil {
			return c, err
		}
		c.Updated, err = x.exec(ctx, tx, updateContactsSQL, b.args())
		return c, err
	})
}
