package blackbird

import (
	"context"
	"slices"
	"time"

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
	// MemberSince is since when the source has the customer, zero where it does not say.
	MemberSince time.Time
}

// AddCustomer adds a row to the batch. It returns false, and adds nothing, where the batch holds that customer already.
func (b *Batch) AddCustomer(c *Customer) bool {
	if !b.claim(c.ID) {
		return false
	}
	if b.pass.forgotten[string(c.ID)] {
		c = &Customer{ID: c.ID, LocationID: c.LocationID, Active: c.Active, MemberSince: c.MemberSince}
	}
	r := &b.rows
	r.appendString(b.pass.session.store.id)
	r.appendText(c.ID)
	r.appendText(c.FirstName)
	r.appendText(c.LastName)
	r.appendText(c.Email)
	r.appendText(c.Phone)
	r.appendText(c.PhoneE164)
	r.appendInt(c.LocationID)
	r.appendBool(c.Active)
	r.appendTimeOrNull(c.MemberSince)
	r.appendInt(b.pass.ID)
	b.endRow()
	return true
}

var stageOutOfScopeColumns = Destination{
	Table: stageOutOfScope.Name, Columns: []string{"row_key", "location_id", "serial"},
}

// MergeRows writes what is new or differs in the batch, and takes out what is out of scope, in one transaction. It is
// for streams whose rows do not depend on each other.
func (p *Pass) MergeRows(ctx context.Context, b *Batch) error {
	table, err := p.session.table()
	if err != nil {
		return err
	}
	return p.mergeBatch(ctx, b, func(t *tx, direct bool) (c Counts, err error) {
		if direct {
			c, err = p.loadDirect(ctx, t, b, table)
		} else {
			var staged bool
			if staged, err = p.stage(ctx, t, b, table); staged && err == nil {
				c, err = p.upsert(ctx, t, b, table)
			}
		}
		if err != nil {
			return c, err
		}
		// A row that has left makes room for one of the same name, spelled with blanks around it, that has not.
		left := slices.DeleteFunc(slices.Clone(b.outOfScope), func(k model.Key) bool { return b.keys.has(k.Name) })
		if len(left) == 0 {
			return c, nil
		}
		if err := p.session.loadKeys(ctx, t, stageOutOfScopeColumns, left); err != nil {
			return c, err
		}
		c.Removed, err = t.Exec(ctx, table.Statement("remove_out_of_scope"), b.args())
		return c, err
	})
}

var stageContactsColumns = Destination{
	Table: stageContacts.Name, Columns: []string{"customer_id", "first_name", "last_name", "email", "phone"},
}

// AddContact adds a customer's present contact to the batch, for MergeContacts. It returns false, and adds nothing,
// where the batch holds that customer already.
func (b *Batch) AddContact(customerID []byte, c *model.Contact) bool {
	if !b.claim(customerID) {
		return false
	}
	b.rows.appendText(customerID)
	b.rows.appendContact(b.pass.withoutForgotten(customerID, c))
	b.rows.endRow()
	return true
}

// MergeContacts writes the present contacts of the batch's customers to their orders, in one transaction.
func (p *Pass) MergeContacts(ctx context.Context, b *Batch) error {
	w, err := p.session.acquire(ctx)
	if err != nil {
		return err
	}
	defer p.session.release(w)
	if err := p.session.createStages(ctx, w); err != nil {
		return p.session.store.wrap("merge contacts", err)
	}
	return p.mergeOn(ctx, w, func(t *tx) (c Counts, err error) {
		if err := p.session.store.engine.Load(ctx, t.conn, stageContactsColumns, &b.rows); err != nil {
			return c, err
		}
		c.Updated, err = t.Exec(ctx, "contacts_update", b.args())
		return c, err
	})
}
