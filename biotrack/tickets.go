package biotrack

import (
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

// fields are the columns of tickets. A column is added here and to Ticket.
func (t *Ticket) fields() []field {
	return []field{
		{Column{Name: "ticketserial", Use: UseWhole}, integer(&t.Serial)},
		{Column{Name: "id", Use: UseKey}, key(&t.ID)},
		{Column{Name: "customerid", Use: UseKey}, key(&t.CustomerID)},
		{Column{Name: "refticketid"}, key(&t.RefundOf)},
		{Column{Name: "price", Use: UseAmount}, amount(&t.Subtotal)},
		{Column{Name: "tax", Use: UseAmount}, amount(&t.Tax)},
		{Column{Name: "totalprice", Use: UseAmount}, amount(&t.Total)},
		{Column{Name: "refundtotalprice", Use: UseAmount}, amount(&t.Refunded)},
		{Column{Name: "datetime", Use: UseWhole}, epoch(&t.OrderedAt)},
		{Column{Name: "deleted", Use: UseWhole, Default: "0"}, flag(&t.Voided)},
		{Column{Name: "pif", Use: UseWhole, Default: "1"}, flag(&t.Paid)},
		{Column{"location", UseWhole, "1", "every order is of location 1"}, integer(&t.Location)},
		{Column{"preorder", UseWhole, "0", "no order is a preorder"}, flag(&t.Preorder)},
	}
}

// Tickets prepares to read the orders. The error is a SchemaError where the database lacks what that takes.
func (s *Source) Tickets() (*Table[Ticket], error) {
	if err := s.layout.require(tablesOf(streamOrders)...); err != nil {
		return nil, err
	}
	return &Table[Ticket]{
		source: s,
		query:  s.layout.query(tableTickets),
		rows:   "tickets.sql", elsewhere: "refunds_elsewhere.sql", joinsCustomers: true,
		fields: func(t *Ticket) []field { return append(t.fields(), contactFields(&t.Contact)...) },
	}, nil
}

// Epoch is a time as BioTrack keeps it, in seconds or milliseconds since 1970, to the second.
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
	n, err := parseWhole(text)
	if err != nil {
		return Epoch{ValueError: ValueNotNumber}
	}
	if n > lastSecond {
		n /= 1000
	}
	return Epoch{Seconds: n}
}
