package biotrack

import (
	"bytes"
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
	// Transaction is the till's own id of the ticket, and Original that of the ticket that it refunds; nil where there
	// is none, and Original where it is the ticket's own. [Table.Originals] finds that ticket.
	Transaction, Original []byte
	// linked says that the server has both columns.
	linked   bool
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
		{Column{Name: transactionColumn, Without: "refunds are linked by refticketid alone"}, key(&t.Transaction)},
		{Column{Name: originalColumn, Without: "refunds are linked by refticketid alone"}, t.original},
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

// The columns by which a refund names the ticket that it refunds, where it does not do so by its id.
const (
	transactionColumn = "transactionid"
	originalColumn    = "transactionid_original"
)

// original decodes the transaction of the ticket that is refunded. The ticket's own is read before it.
func (t *Ticket) original(raw []byte, e encoding) error {
	t.Original = e.key(raw)
	if !t.linked || string(t.Original) == "0" || bytes.Equal(t.Original, t.Transaction) {
		t.Original = nil
	}
	return nil
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
		fields: func(t *Ticket) []field {
			t.linked = s.layout.Has(tableTickets, transactionColumn)
			return append(t.fields(), contactFields(&t.Contact)...)
		},
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
	if n > LastSecond {
		n /= 1000
	}
	return Epoch{Seconds: n}
}
