package biotrack

import (
	"math"
	"strconv"
	"time"

	"github.com/blackbirdctl/blackbirdctl/internal/model"
)

// Ticket is an order as the till keeps it, joined with its customer. Text is trimmed and valid UTF-8, nil where there
// is none, and valid only until the next row is read.
type Ticket struct {
	Serial     int64
	ID         []byte
	CustomerID []byte
	// RefundOf is the id of the ticket that this one refunds.
	RefundOf []byte
	Location int64

	Voided, Paid, Preorder bool

	Subtotal, Tax, Total, Refunded Amount

	OrderedAt Epoch
	Contact   model.Contact
}

// ticketFields are the columns of tickets. A column is added here and to Ticket.
var ticketFields = []field[Ticket]{
	{Column{Name: "ticketserial", Use: UseWhole}, func(t *Ticket, c cell) error { return c.integer(&t.Serial) }},
	{Column{Name: "id", Use: UseKey}, func(t *Ticket, c cell) error { return c.key(&t.ID) }},
	{Column{Name: "customerid", Use: UseKey}, func(t *Ticket, c cell) error { return c.key(&t.CustomerID) }},
	{Column{Name: "refticketid"}, func(t *Ticket, c cell) error { return c.key(&t.RefundOf) }},
	{Column{Name: "price", Use: UseAmount}, func(t *Ticket, c cell) error { return c.amount(&t.Subtotal) }},
	{Column{Name: "tax", Use: UseAmount}, func(t *Ticket, c cell) error { return c.amount(&t.Tax) }},
	{Column{Name: "totalprice", Use: UseAmount}, func(t *Ticket, c cell) error { return c.amount(&t.Total) }},
	{Column{Name: "refundtotalprice", Use: UseAmount}, func(t *Ticket, c cell) error { return c.amount(&t.Refunded) }},
	{Column{Name: "datetime", Use: UseWhole}, func(t *Ticket, c cell) error { return c.epoch(&t.OrderedAt) }},
	{Column{Name: "deleted", Use: UseWhole, Default: "0"}, func(t *Ticket, c cell) error { return c.flag(&t.Voided) }},
	{Column{Name: "pif", Use: UseWhole, Default: "1"}, func(t *Ticket, c cell) error { return c.flag(&t.Paid) }},
	{
		Column{Name: "location", Use: UseWhole, Default: "1", Without: "every order is of location 1"},
		func(t *Ticket, c cell) error { return c.integer(&t.Location) },
	},
	{
		Column{Name: "preorder", Use: UseWhole, Default: "0", Without: "no order is a preorder"},
		func(t *Ticket, c cell) error { return c.flag(&t.Preorder) },
	},
}

// Tickets prepares to read the orders. The error is a SchemaError where the database lacks what that takes.
func (s *Source) Tickets() (*Table[Ticket], error) {
	return open(s, streamOrders, tableSpec[Ticket]{
		name: tableTickets, key: "ticketserial", rowName: "id", time: "datetime",
		rows:   "tickets.sql",
		fields: ticketFields, joined: contactFields(func(t *Ticket) *model.Contact { return &t.Contact }),
		first: strconv.FormatInt(math.MinInt64, 10), joinsCustomers: true,
	})
}

// Epoch is a time as BioTrack keeps it, in whole seconds since 1970.
type Epoch struct {
	Seconds    int64
	ValueError ValueError
}

// Time returns the moment in UTC.
func (e Epoch) Time() time.Time { return time.Unix(e.Seconds, 0).UTC() }

func parseEpoch(text []byte) Epoch {
	if text == nil {
		return Epoch{ValueError: ValueNull}
	}
	n, err := strconv.ParseInt(string(text), 10, 64)
	if err != nil {
		return Epoch{ValueError: ValueNotNumber}
	}
	return Epoch{Seconds: n}
}
