package sync

import (
	"context"
	"slices"

	"github.com/nyaruka/phonenumbers"

	"github.com/blackbirdctl/blackbirdctl/biotrack"
	"github.com/blackbirdctl/blackbirdctl/blackbird"
)

// Customers makes one pass over the customers.
func Customers(ctx context.Context, env Env, opts Options) (Result, error) {
	table, err := env.Source.Customers()
	if err != nil {
		return Result{}, err
	}
	taker := customerTaker{opts: opts}
	return runKeyed(ctx, env, opts, keyed[biotrack.Customer]{
		name:     StreamCustomers,
		table:    table,
		settings: map[string]string{"locations": opts.locationsSetting(), "region": opts.Region},
		take:     taker.take,
		merge: func(ctx context.Context, pass *blackbird.Pass, batch *blackbird.Batch) error {
			return pass.MergeCustomers(ctx, batch)
		},
		keysOf: table.Find,
		finish: readShadowed,
		nameOf: customerName,
	})
}

// readShadowed reads the customers whose id another one now has without the blanks around it: that one stands in the store in their place,
// and they are to be listed as what they are.
func readShadowed(ctx context.Context, r *run[biotrack.Customer]) error {
	if r.pass.Counts.Read == 0 {
		return nil
	}
	var keys []string
	err := r.patiently(ctx, r.name, func() (err error) {
		keys, err = r.table.Shadowed(ctx, r.plan.since)
		return err
	})
	if err != nil || len(keys) == 0 {
		return err
	}
	looked := make(map[string]bool, len(r.looked))
	for _, key := range r.looked {
		looked[key] = true
	}
	return r.readKeys(ctx, slices.DeleteFunc(keys, func(key string) bool { return looked[key] }))
}

// customerTaker turns the till's customers into the store's.
type customerTaker struct {
	opts Options
	row  blackbird.Customer
}

func (t *customerTaker) take(c *biotrack.Customer, batch *blackbird.Batch) bool {
	switch {
	case c.ID == nil:
		batch.Reject(blackbird.Reject{Reason: ReasonNoID, Detail: "customerid is blank"})
		return true
	case !t.opts.inScope(c.Location):
		batch.Move(c.ID, 0)
		return true
	case c.Duplicate && t.opts.inScope(c.PlainLocation):
		batch.Reject(blackbird.Reject{
			Key: string(c.ID), Reason: ReasonDuplicateID,
			Detail: "customerid is another customer's with blanks around it",
		})
		return true
	}
	t.row = blackbird.Customer{
		ID:         c.ID,
		FirstName:  c.Contact.FirstName,
		LastName:   c.Contact.LastName,
		Email:      c.Contact.Email,
		Phone:      c.Contact.Phone,
		PhoneE164:  e164(c.Contact.Phone, t.opts.Region),
		LocationID: c.Location,
		Active:     !c.Deleted,
	}
	return batch.AddCustomer(&t.row)
}

// e164 returns a phone number's international form, nil where it is no valid number.
func e164(phone []byte, region string) []byte {
	if phone == nil {
		return nil
	}
	number, err := phonenumbers.Parse(string(phone), region)
	if err != nil || !phonenumbers.IsValidNumber(number) {
		return nil
	}
	return []byte(phonenumbers.Format(number, phonenumbers.E164))
}

// IsRegion tells whether a region's phone numbers are known.
func IsRegion(region string) bool { return phonenumbers.GetSupportedRegions()[region] }
