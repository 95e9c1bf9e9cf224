package sync

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/blackbirdctl/blackbirdctl/biotrack"
	"github.com/blackbirdctl/blackbirdctl/blackbird"
	"github.com/blackbirdctl/blackbirdctl/internal/crash"
	"github.com/blackbirdctl/blackbirdctl/internal/model"
)

// openOrders returns the work of an orders pass. Orders show their customers' contacts, so it reads both tables.
func openOrders(r *run) (work, error) {
	tickets, err := r.env.Source.Tickets()
	if err != nil {
		return nil, err
	}
	customers, err := r.env.Source.Customers()
	if err != nil {
		return nil, err
	}
	r.watermark.Settings = map[string]string{"locations": r.opts.locationsSetting()}
	r.tables = []watchedTable{tickets, customers}
	elsewhere := &refundsElsewhere{
		opts: &r.opts, tickets: tickets, known: make(map[int64]bool), undecided: make(map[int64]bool),
		outsiders: make(map[string]bool), voided: make(map[string]bool), returned: make(map[string]bool),
		originals: originals{
			known: make(map[int64]model.Key), unknown: make(map[int64]bool), again: make(map[int64]bool),
			arrived: make(map[string]bool),
		},
	}
	taker := orderTaker{elsewhere: elsewhere, latest: latestTime(r)}
	return &tableRun[biotrack.Ticket]{
		run: r, table: tickets, take: taker.take, inScope: elsewhere.counts, superseded: elsewhere.rivals,
		merge: (*blackbird.Pass).MergeOrders, recompute: (*blackbird.Pass).RecomputeRefunds,
		before: elsewhere.originals.load, settle: elsewhere.settleOrders, guests: elsewhere.all, keyOf: orderKey,
		keysOf: func(ctx context.Context, names []string) ([]string, error) { return ticketKeys(ctx, tickets, names) },
		finish: func(ctx context.Context, t *tableRun[biotrack.Ticket]) error {
			return mergeContacts(ctx, t, customers)
		},
		excludeMore: func(ctx context.Context, t *tableRun[biotrack.Ticket], keys []string) error {
			return excludePendingContacts(ctx, t, customers, keys)
		},
	}, nil
}

// orderKey returns a ticket's key in the store.
func orderKey(t *biotrack.Ticket) model.Key {
	return model.Key{Name: string(t.ID), Location: t.Location, Serial: t.Serial}
}

// serialPrefix begins the key of a rejected ticket, which goes on with its serial: an id need not be there, nor the
// only one, and by its serial a ticket is found at once.
const serialPrefix = "#"

// ticketKeys returns the serials of the tickets with the names: ids, or keys of rejects.
func ticketKeys(
	ctx context.Context, tickets *biotrack.Table[biotrack.Ticket], names []string,
) (keys []string, err error) {
	var ids []string
	for _, name := range names {
		serial, found := strings.CutPrefix(name, serialPrefix)
		if _, err := strconv.ParseInt(serial, 10, 64); found && err == nil {
			keys = append(keys, serial)
		} else {
			ids = append(ids, name)
		}
	}
	found, err := tickets.Find(ctx, ids)
	return append(keys, without(found, setOf(keys))...), err
}

// orderTaker converts tickets to orders.
type orderTaker struct {
	elsewhere *refundsElsewhere
	latest    time.Time
	row       blackbird.Order
}

func (t *orderTaker) take(ticket *biotrack.Ticket, batch *blackbird.Batch) bool {
	t.elsewhere.saw(ticket)
	if !t.elsewhere.counts(ticket) {
		batch.SawOutsider(ticket.ID, ticket.Location, ticket.Serial)
		return true
	}
	batch.SawTicket(ticket.ID, ticket.Location, ticket.Serial, ticket.Voided)
	if reject, rejected := rejectTicket(ticket, t.latest); rejected {
		t.elsewhere.originals.refused(ticket)
		batch.Reject(reject)
		return true
	}
	of, known := t.elsewhere.originals.refundOf(ticket)
	if !known {
		// It is read again once the till was asked, and counts once.
		return true
	}
	if again := t.elsewhere.originals.again; again[ticket.Serial] {
		delete(again, ticket.Serial)
		batch.Read--
	}
	t.row = blackbird.Order{
		ID:         ticket.ID,
		Serial:     ticket.Serial,
		CustomerID: ticket.CustomerID,
		Contact:    ticket.Contact,
		LocationID: ticket.Location,
		Status:     status(ticket),
		Subtotal:   ticket.Subtotal.Cents,
		Tax:        ticket.Tax.Cents,
		Total:      ticket.Total.Cents,
		OwnRefund:  ticket.Refunded.Cents,
		RefundOf:   of.id, RefundOfLocation: of.location,
		OrderedAt: ticket.OrderedAt.Time(),
	}
	if of.id != nil && !t.elsewhere.opts.inScope(ticket.Location) {
		// Of an exchange at another location only what it gives back counts here.
		t.row.Status = model.OrderRefund
	}
	return batch.AddOrder(&t.row)
}

// earliest bounds the times of orders from below: an earlier one is an error, BioTrack is younger.
var earliest = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)

// rejectTicket returns the reject of a ticket that cannot be an order; latest bounds its time.
func rejectTicket(t *biotrack.Ticket, latest time.Time) (reject blackbird.Reject, rejected bool) {
	reason, detail := refuse(t, latest)
	if t.ID != nil {
		detail = ticketName(t.ID, t.Location) + ": " + detail
	}
	return blackbird.Reject{Key: rejectKey(t.Serial), Reason: reason, Detail: detail}, reason != ""
}

// refuse returns why a ticket is rejected, empty where it is not.
func refuse(ticket *biotrack.Ticket, latest time.Time) (reason, detail string) {
	if ticket.ID == nil {
		return ReasonNoID, "id is blank"
	}
	if f := ticket.Total.ValueError; f != biotrack.ValueOK {
		return ReasonBadTotal, "totalprice is " + f.String()
	}
	for _, a := range [...]struct {
		name   string
		amount biotrack.Amount
	}{{"price", ticket.Subtotal}, {"tax", ticket.Tax}, {"refundtotalprice", ticket.Refunded}} {
		if f := a.amount.ValueError; f != biotrack.ValueOK && f != biotrack.ValueNull {
			return ReasonBadAmount, a.name + " is " + f.String()
		}
	}
	if problem := timeProblem(ticket.OrderedAt, latest); problem != "" {
		return ReasonBadTime, "datetime is " + problem
	}
	return "", ""
}

// latestTime bounds the times of rows from above.
func latestTime(r *run) time.Time { return r.env.Store.Now().Add(24 * time.Hour) }

// timeProblem returns what is wrong with a time, empty for nothing.
func timeProblem(at biotrack.Epoch, latest time.Time) string {
	switch {
	case at.ValueError != biotrack.ValueOK:
		return at.ValueError.String()
	case at.Time().Before(earliest):
		return "before 2000"
	case at.Time().After(latest):
		return "more than a day ahead"
	}
	return ""
}

// status returns the ticket's own status: the first that applies.
func status(t *biotrack.Ticket) model.OrderStatus {
	switch {
	case t.Voided:
		return model.OrderVoided
	case t.Total.Sign <= 0 && (t.RefundOf != nil || byTransaction(t)):
		return model.OrderRefund
	case t.Preorder && !t.Paid:
		return model.OrderPreorder
	case !t.Paid:
		return model.OrderOpen
	}
	return model.OrderCompleted
}

// mergeContacts updates the orders of the customers that changed since the watermark with their present contacts.
func mergeContacts(
	ctx context.Context, t *tableRun[biotrack.Ticket], customers *biotrack.Table[biotrack.Customer],
) error {
	r, batch, keys := t.run, t.run.pass.NewBatch(), t.changed[customers.Name()]
	r.step("contacts", int64(len(keys)))
	// After too many changes all customers are read, page by page.
	all, size := len(keys) > maxChanges, r.opts.BatchSize
	var after *string
	for more := len(keys) > 0; more; {
		page, err := r.readPage(ctx, func() (biotrack.Page, error) {
			batch.Reset()
			visit := func(c *biotrack.Customer) error {
				// Orders do not show a row whose id is another's with blanks around it.
				if c.ID != nil && !c.Duplicate {
					batch.AddContact(c.ID, &c.Contact)
				}
				return nil
			}
			if all {
				return customers.Page(ctx, after, size, nil, visit)
			}
			return customers.ByKey(ctx, keys[:min(size, len(keys))], visit)
		})
		if err == nil && !all && page.Rows < min(size, len(keys)) {
			err = r.checkIndex(ctx, customers)
		}
		if err != nil {
			return err
		}
		if batch.Rows() > 0 {
			crash.Here("contacts read")
			if err := r.pass.MergeContacts(ctx, batch); err != nil {
				return err
			}
		}
		if all {
			after, more = &page.Last, page.Rows >= size
		} else {
			keys = keys[min(size, len(keys)):]
			more = len(keys) > 0
		}
	}
	return nil
}
