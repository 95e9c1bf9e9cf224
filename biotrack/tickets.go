package biotrack

import (
	"bytes"
	"context"
	_ "embed"
	"fmt"
	"math"
	"strconv"
	"time"

	"github.com/blackbirdctl/blackbirdctl/internal/model"
)

// Ticket is an order as the till keeps it, joined with its customer. Text is trimmed and valid UTF-8, nil where there is none, and
// valid only until the next row is read.
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

//go:embed sql/tickets_rows.sql
var ticketsRowsSQL string

//go:embed sql/tickets_keys.sql
var ticketsKeysSQL string

var ticketsSQL = tableSQL{
	rows: ticketsRowsSQL,
	pageRows: `SELECT * FROM {{.From "tickets"}} p
		WHERE p.ticketserial >= CAST($1 AS bigint) AND (p.ticketserial > CAST($1 AS bigint) OR CAST($2 AS boolean))
		AND (CAST($4 AS bigint[]) IS NULL OR COALESCE({{.Col "tickets" "p" "location" "1"}}, 1) = ANY ($4))
		ORDER BY p.ticketserial LIMIT CAST($3 AS bigint)`,
	datedRows: `SELECT * FROM {{.From "tickets"}} p
		WHERE p.ticketserial >= CAST($1 AS bigint) AND (p.ticketserial > CAST($1 AS bigint) OR CAST($2 AS boolean))
		AND p.datetime >= CAST($5 AS bigint) AND p.datetime < CAST($6 AS bigint)
		AND (CAST($4 AS bigint[]) IS NULL OR COALESCE({{.Col "tickets" "p" "location" "1"}}, 1) = ANY ($4))
		ORDER BY p.ticketserial LIMIT CAST($3 AS bigint)`,
	byKeyRows: `SELECT * FROM {{.From "tickets"}} p WHERE p.ticketserial = ANY (CAST($1 AS bigint[]))`,
	changed:   `SELECT CAST(t.ticketserial AS text) FROM {{.From "tickets"}} t WHERE age(t.xmin) <= age(CAST($1 AS xid)) LIMIT $2`,
	find: `SELECT CAST(t.ticketserial AS text) FROM {{.From "tickets"}} t
		WHERE btrim(t.id, {{.Space}}) IN (SELECT unnest(CAST($1 AS text[])))`,
	keys: ticketsKeysSQL,
}

// oddCustomersSQL tells whether the customers table has ids with blanks around them, other than those that char(n) pads with.
const oddCustomersSQL = `SELECT EXISTS (SELECT 1 FROM {{.From "customers"}} o
	WHERE CAST(o.customerid AS text) <> btrim(o.customerid, {{.Space}}) AND btrim(o.customerid, {{.Space}}) <> '')`

// Tickets prepares to read the orders. The error is a SchemaError where the database lacks what that takes.
func (s *Source) Tickets() (*Table[Ticket], error) {
	if err := s.columns.require(ticketsTables()...); err != nil {
		return nil, err
	}
	statements, err := ticketsSQL.build(s.shape())
	if err != nil {
		return nil, err
	}
	t := &Table[Ticket]{
		source:     s,
		name:       tableTickets,
		statements: statements,
		decode:     s.decodeTicket,
		columns:    18,
		first:      strconv.FormatInt(math.MinInt64, 10),
	}
	t.learn = func(ctx context.Context) (err error) {
		t.statements, err = s.ticketStatements(ctx)
		return err
	}
	return t, nil
}

// ticketStatements asks how the server spells its customers' ids, which takes a scan of that table: a pass that reads no ticket does without.
func (s *Source) ticketStatements(ctx context.Context) (statements, error) {
	known := s.shape()
	odd, err := known.render(oddCustomersSQL)
	if err != nil {
		return statements{}, err
	}
	if err := s.db.GetContext(ctx, &known.OddCustomers, odd); err != nil {
		return statements{}, &Error{Op: "read customers", Err: err}
	}
	return ticketsSQL.build(known)
}

func (s *Source) decodeTicket(c [][]byte, t *Ticket) (err error) {
	if t.Serial, err = strconv.ParseInt(string(c[0]), 10, 64); err != nil {
		return fmt.Errorf("read ticketserial: %w", err)
	}
	if t.Location, err = strconv.ParseInt(string(c[4]), 10, 64); err != nil {
		return fmt.Errorf("read location: %w", err)
	}
	t.ID, t.CustomerID, t.RefundOf = s.decode.key(c[1]), s.decode.key(c[2]), s.decode.key(c[3])
	t.Voided, t.Paid, t.Preorder = isSet(c[5]), isSet(c[6]), isSet(c[7])
	t.Subtotal, t.Tax = ParseAmount(c[8]), ParseAmount(c[9])
	t.Total, t.Refunded = ParseAmount(c[10]), ParseAmount(c[11])
	t.OrderedAt = parseEpoch(c[12])
	t.Contact = s.decodeContact(c[13:18])
	return nil
}

// decodeContact reads firstname, lastname, email, cell and phone: the cell number is the better one.
func (s *Source) decodeContact(c [][]byte) model.Contact {
	return model.Contact{
		FirstName: s.decode.text(c[0]),
		LastName:  s.decode.text(c[1]),
		Email:     lower(s.decode.text(c[2])),
		Phone:     firstOf(s.decode.text(c[3]), s.decode.text(c[4])),
	}
}

// isSet reads a smallint flag whose NULL the query has replaced by the column's default. Anything but 0 is set.
func isSet(c []byte) bool { return !bytes.Equal(c, []byte("0")) }
