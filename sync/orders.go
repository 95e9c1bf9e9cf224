package sync

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/blackbirdctl/blackbirdctl/biotrack"
	"github.com/blackbirdctl/blackbirdctl/blackbird"
	"github.com/blackbirdctl/blackbirdctl/internal/crash"
	"github.com/blackbirdctl/blackbirdctl/internal/model"
)

// Orders makes one pass over the orders. After the changed tickets it looks at the changed customers: an order shows its customer as
// the till knows him now.
func Orders(ctx context.Context, env Env, opts Options) (Result, error) {
	tickets, err := env.Source.Tickets()
	if err != nil {
		return Result{}, err
	}
	customers, err := env.Source.Customers()
	if err != nil {
		return Result{}, err
	}
	taker := orderTaker{opts: opts, latest: time.Now().Add(24 * time.Hour)}
	return runKeyed(ctx, env, opts, keyed[biotrack.Ticket]{
		name:     StreamOrders,
		table:    tickets,
		settings: map[string]string{"locations": opts.locationsSetting()},
		take:     taker.take,
		merge: func(ctx context.Context, pass *blackbird.Pass, batch *blackbird.Batch) error {
			return pass.MergeOrders(ctx, batch)
		},
		keysOf: func(ctx context.Context, names []string) ([]string, error) { return ticketKeys(ctx, tickets, names) },
		finish: func(ctx context.Context, r *run[biotrack.Ticket]) error { return mergeContacts(ctx, r, customers) },
		nameOf: ticketName,
		newer: func(ctx context.Context, r *run[biotrack.Ticket], keys []string) error {
			return newerContacts(ctx, r, customers, keys)
		},
	})
}

// serialPrefix marks the reject of a ticket that has no id: it is known by its serial.
const serialPrefix = "#"

// ticketKeys returns the serials of the tickets that rejects name.
func ticketKeys(ctx context.Context, tickets *biotrack.Table[biotrack.Ticket], names []string) ([]string, error) {
	keys, err := tickets.Find(ctx, names)
	for _, name := range names {
		serial, found := strings.CutPrefix(name, serialPrefix)
		if _, parse := strconv.ParseInt(serial, 10, 64); found && parse == nil {
			keys = append(keys, serial)
		}
	}
	return keys, err
}

// orderTaker turns the till's tickets into the store's orders.
type orderTaker struct {
	opts   Options
	latest time.Time
	row    blackbird.Order
}

func (t *orderTaker) take(ticket *biotrack.Ticket, batch *blackbird.Batch) bool {
	if !t.opts.inScope(ticket.Location) {
		if ticket.ID != nil {
			batch.Move(ticket.ID, ticket.Serial)
		}
		return true
	}
	if reason, detail := t.refuse(ticket); reason != "" {
		batch.Reject(blackbird.Reject{Key: rejectKey(ticket), Reason: reason, Detail: detail})
		return true
	}
	t.convert(ticket)
	return batch.AddOrder(&t.row)
}

func rejectKey(ticket *biotrack.Ticket) string {
	if ticket.ID == nil {
		return serialPrefix + strconv.FormatInt(ticket.Serial, 10)
	}
	return string(ticket.ID)
}

// earliest is the time before which an order's time is taken for a slip: BioTrack is younger.
var earliest = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)

// refuse says why a ticket cannot be taken, and nothing where it can.
func (t *orderTaker) refuse(ticket *biotrack.Ticket) (reason, detail string) {
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
	switch at := ticket.OrderedAt; {
	case at.ValueError != biotrack.ValueOK:
		return ReasonBadTime, "datetime is " + at.ValueError.String()
	case at.Time().Before(earliest):
		return ReasonBadTime, "datetime is before 2000"
	case at.Time().After(t.latest):
		return ReasonBadTime, "datetime is more than a day ahead"
	}
	return "", ""
}

func (t *orderTaker) convert(ticket *biotrack.Ticket) {
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
		OrderedAt:  ticket.OrderedAt.Time(),
	}
	if t.row.Status == model.OrderRefund {
		t.row.RefundOf = ticket.RefundOf
	}
}

// status is what the ticket itself says; the first that applies.
func status(t *biotrack.Ticket) model.OrderStatus {
	switch {
	case t.Voided:
		return model.OrderVoided
	case t.RefundOf != nil && t.Total.Sign <= 0:
		return model.OrderRefund
	case t.Preorder && !t.Paid:
		return model.OrderPreorder
	case !t.Paid:
		return model.OrderOpen
	}
	return model.OrderCompleted
}

// mergeContacts brings the orders of the customers that changed since the watermark up to their present contacts.
func mergeContacts(ctx context.Context, r *run[biotrack.Ticket], customers *biotrack.Table[biotrack.Customer]) error {
	var keys []string
	err := r.patiently(ctx, r.name, func() (err error) {
		keys, err = customers.Changed(ctx, r.plan.since, mostChanges)
		return err
	})
	if err != nil {
		return err
	}
	contacts := contactMerge{run: r, batch: r.pass.NewBatch()}
	r.step(stepContact, int64(len(keys)))
	if len(keys) > mostChanges {
		return contacts.all(ctx, customers)
	}
	for keys := range slices.Chunk(keys, r.BatchSize) {
		_, err := contacts.merge(ctx, func() (biotrack.Page, error) { return customers.ByKey(ctx, keys, contacts.visit) })
		if err != nil {
			return err
		}
	}
	return nil
}

type contactMerge struct {
	run   *run[biotrack.Ticket]
	batch *blackbird.Batch
}

func (m contactMerge) all(ctx context.Context, customers *biotrack.Table[biotrack.Customer]) error {
	for after := (*string)(nil); ; {
		page, err := m.merge(ctx, func() (biotrack.Page, error) {
			return customers.Page(ctx, after, m.run.BatchSize, nil, m.visit)
		})
		if err != nil || page.Rows < m.run.BatchSize {
			return err
		}
		after = &page.Last
	}
}

// merge reads some customers and merges their contacts.
func (m contactMerge) merge(ctx context.Context, read func() (biotrack.Page, error)) (page biotrack.Page, err error) {
	err = m.run.paced(ctx, func() (int, error) {
		m.batch.Reset()
		page, err = read()
		return page.Rows, err
	})
	if err != nil || m.batch.Rows() == 0 {
		return page, err
	}
	crash.Here("contacts read")
	return page, m.run.pass.MergeContacts(ctx, m.batch)
}

// visit notes a customer's contact. A row whose id is another's with blanks around it is not the one that orders show.
func (m contactMerge) visit(c *biotrack.Customer) error {
	if c.ID != nil && !c.Duplicate {
		contact := c.Contact
		m.batch.AddContact(c.ID, &contact)
	}
	return nil
}
