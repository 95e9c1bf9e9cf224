package sync

import (
	"context"
	"time"

	"github.com/blackbirdctl/blackbirdctl/biotrack"
	"github.com/blackbirdctl/blackbirdctl/blackbird"
	"github.com/blackbirdctl/blackbirdctl/internal/model"
)

// openCustomers returns the work of a customers pass.
func openCustomers(r *run) (work, error) {
	table, err := r.env.Source.Customers()
	if err != nil {
		return nil, err
	}
	r.watermark.Settings = map[string]string{"locations": r.opts.locationsSetting(), "region": r.opts.Region}
	r.tables = []watchedTable{table}
	elsewhere := &customersElsewhere{opts: &r.opts, guests: make(map[string]bool), outside: make(map[string]bool)}
	taker := customerTaker{
		opts: &r.opts, inScope: elsewhere.counts, phones: newPhoneForms(r.opts.Region),
	}
	return &tableRun[biotrack.Customer]{
		run: r, table: table, take: taker.take, merge: (*blackbird.Pass).MergeRows,
		inScope: elsewhere.counts, settle: elsewhere.settle, guests: elsewhere.all,
		keyOf:  func(c *biotrack.Customer) model.Key { return model.Key{Name: string(c.ID)} },
		keysOf: table.Find, finish: readShadowed, excludeMore: excludePendingGone,
	}, nil
}

// excludePendingGone takes out of the findings the customers whom the source no longer has, where others are pending:
// one may have got another id, and the next pass looks for all who are gone (findGone).
func excludePendingGone(_ context.Context, t *tableRun[biotrack.Customer], _ []string) error {
	if findings := t.run.findings; findings.newer > 0 {
		findings.exclude(func(d *blackbird.Difference) bool { return d.Kind == blackbird.Surplus })
	}
	return nil
}

// readShadowed reads the customers whose id another one now has without the blanks around it: the store holds the other
// one in their place, and they are to be listed as rejects.
func readShadowed(ctx context.Context, t *tableRun[biotrack.Customer]) error {
	if t.run.pass.Counts.Read == 0 {
		return nil
	}
	keys, err := withRetry(ctx, t.run, func() ([]string, error) { return t.table.Shadowed(ctx, t.plan.since) })
	if err != nil || len(keys) == 0 {
		return err
	}
	return t.readKeys(ctx, without(keys, setOf(t.read)))
}

// latestMember bounds since when a customer is one. No clock does: a row is not read again when that has gone on.
var latestMember = time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC)

// customerTaker converts BioTrack's customers to the store's.
type customerTaker struct {
	opts    *Options
	inScope func(*biotrack.Customer) bool
	phones  *phoneForms
	row     blackbird.Customer
}

func (t *customerTaker) take(c *biotrack.Customer, batch *blackbird.Batch) bool {
	switch {
	case !t.inScope(c):
		return true
	case c.ID == nil:
		batch.Reject(blackbird.Reject{Reason: ReasonNoID, Detail: "customerid is blank"})
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
		PhoneE164:  t.phones.e164(c.Contact.Phone),
		LocationID: c.Location,
		Active:     !c.Deleted,
	}
	for _, since := range [...]biotrack.Epoch{c.Created, c.MemberSince} {
		if timeProblem(since, latestMember) == "" {
			t.row.MemberSince = since.Time()
		}
	}
	return batch.AddCustomer(&t.row)
}
