package biotracktest

import (
	"math/rand/v2"
	"strconv"
	"time"
)

var ticketColumns = []string{"ticketserial", "id", "price", "tax", "totalprice", "terminal", "userid", "datetime",
	"location",
	"customerid", "transactionid", "tendered", "change", "deleted", "refundprice", "refundtax", "refundtotalprice",
	"refticketid",
	"voidedby", "voidreason", "created", "modified", "taxexempt", "pif", "preorder", "transactionid_original"}

const (
	// ticketPeriod is after how many tickets the kinds repeat; most of a period is ordinary sales.
	ticketPeriod = 200
	// maxLines is how many lines a ticket has at most.
	maxLines = 3
	// ticketSpan is how far back the first ticket was rung up.
	ticketSpan = 3 * 365 * 24 * time.Hour
	// taxPercent is added to every price.
	taxPercent = 13
)

// ticket is one order. An empty text is NULL.
type ticket struct {
	serial                 int64
	id, refunds, customer  string
	blankCustomer          bool // a walk-in that is spelled as an empty text
	price, tax, total      int64
	ownRefund              int64 // what refundtotalprice says
	original               int64 // the transaction of the ticket that this one refunds; 0 is NULL
	halfCent               bool  // the amounts have a third digit, 5
	at                     time.Time
	location               int64 // 0 is NULL
	deleted, pif, preorder int8
	taxExempt              int8
	voidReason             string
	modified               bool
	lines                  [maxLines]line
	lineCount              int
}

// line is one product on an order.
type line struct {
	product  int
	quantity int64 // hundredths of a unit
	price    int64
}

// ticketID is the number of the ticket of a serial.
func ticketID(serial int64) string { return strconv.FormatInt(1_000_000_000+serial, 10) }

// transactionOf is the till's transaction of the ticket of a serial.
func transactionOf(serial int64) int64 { return 5_000_000 + serial }

// ticketAt makes the ticket of an index: an ordinary sale, bent to the kind that its place in the period asks for.
func (g *generator) ticketAt(i int) ticket {
	t := g.saleAt(i)
	if bend := bends[i%ticketPeriod]; bend != nil {
		bend(g, &t, i)
	}
	return t
}

// saleAt makes the ordinary sale of an index.
func (g *generator) saleAt(i int) ticket {
	r := g.chance(chanceTickets, i)
	serial := int64(i + 1)
	step := ticketSpan / time.Duration(max(g.Tickets, 1))
	t := ticket{
		serial: serial, id: ticketID(serial), location: 1, pif: 1,
		at: g.Now.Add(-ticketSpan +
			step*time.Duration(i+1) - time.Duration(r.Int64N(int64(step)+1))).Truncate(time.Second),
		customer: g.someCustomer(r), modified: r.IntN(10) == 0,
	}
	if r.IntN(8) == 0 {
		t.location = 2
	}
	for range 1 + r.IntN(maxLines) {
		t.lines[t.lineCount] = g.lineOf(r)
		t.price += t.lines[t.lineCount].price
		t.lineCount++
	}
	t.tax = percent(t.price, taxPercent)
	t.total = t.price + t.tax
	return t
}

// someCustomer is the id of a customer, of a regular more often than of another; one sale in five is a walk-in's.
func (g *generator) someCustomer(r *rand.Rand) string {
	if g.Customers == 0 || r.IntN(5) == 0 {
		return ""
	}
	return customerID(min(r.IntN(g.Customers), r.IntN(g.Customers)))
}

// lineOf makes a line of some product.
func (g *generator) lineOf(r *rand.Rand) line {
	l := line{quantity: 100 * int64(1+r.IntN(3)), product: -1}
	unit := int64(1200)
	if len(g.products) > 0 {
		l.product = r.IntN(len(g.products))
		unit = g.products[l.product].unitPrice
		if g.products[l.product].weighed {
			l.quantity = pick(r, []int64{100, 350, 700})
		}
	}
	l.price = unit * l.quantity / 100
	return l
}

// percent is a part of an amount, rounded half up.
func percent(cents, of int64) int64 { return (cents*of + 50) / 100 }

// writeTicket writes the ticket of an index.
func (g *generator) writeTicket(r *row, i int) {
	t := g.ticketAt(i)
	r.int(t.serial)
	r.text(t.id)
	t.amount(r, t.price)
	t.amount(r, t.tax)
	t.amount(r, t.total)
	r.int(1 + t.serial%4)
	r.text(clerks[t.serial%int64(len(clerks))])
	r.int(t.at.Unix())
	r.intOrNull(t.location)
	t.writeCustomer(r)
	r.int(transactionOf(t.serial))
	r.money(max(t.total, 0))
	r.money(0)
	r.flag(t.deleted)
	r.money(t.ownRefund - t.ownRefund*taxPercent/(100+taxPercent))
	r.money(t.ownRefund * taxPercent / (100 + taxPercent))
	r.money(t.ownRefund)
	r.textOrNull(t.refunds)
	if t.voidReason == "" {
		r.null()
		r.null()
	} else {
		r.text("manager")
		r.text(t.voidReason)
	}
	r.time(t.at)
	g.modified(r, t.modified, t.at)
	r.flag(t.taxExempt)
	r.flag(t.pif)
	r.flag(t.preorder)
	r.intOrNull(t.original)
	g.end(r, t.at, t.serial)
}

// amount writes one of the ticket's amounts.
func (t *ticket) amount(r *row, cents int64) {
	r.money(cents)
	if t.halfCent {
		r.buf = append(r.buf, '5')
	}
}

// writeCustomer writes whose ticket it is, in one of the two spellings of no customer's.
func (t *ticket) writeCustomer(r *row) {
	if t.customer == "" && t.blankCustomer {
		r.text("")
		return
	}
	r.textOrNull(t.customer)
}
