package oracle

import (
	"strconv"
	"strings"
	"time"

	"github.com/shopspring/decimal"
)

// oldest is the time before which an order's time is absurd.
var oldest = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)

// orderRow is what the store must hold for a ticket as if nothing referred to it, or the reason why it cannot be taken.
func orderRow(t SourceTicket, now time.Time) (order Order, reason string) {
	total, totalOK := amount(t.TotalPrice)
	price, priceOK := amount(t.Price)
	tax, taxOK := amount(t.Tax)
	refund, refundOK := amount(t.RefundTotalPrice)
	at, timeOK := orderTime(t.DateTime, now)
	switch {
	case !clean(t.ID).Valid:
		return Order{}, "no_id"
	case !t.TotalPrice.Valid || !totalOK:
		return Order{}, "bad_total"
	case !priceOK || !taxOK || !refundOK:
		return Order{}, "bad_amount"
	case !timeOK:
		return Order{}, "bad_time"
	}
	order = Order{
		OrderID:     clean(t.ID).String,
		OrderSerial: integer(t.TicketSerial, 0),
		CustomerID:  clean(t.CustomerID),
		LocationID:  integer(t.Location, 1),
		Status:      baseStatus(t, total),
		Subtotal:    cents(price),
		Tax:         cents(tax),
		Total:       cents(total),
		OwnRefund:   cents(refund),
		OrderedAt:   at,
	}
	if order.Status == StatusRefund || isExchange(t) {
		order.RefundOf = clean(t.RefTicketID)
	}
	return order, ""
}

// orderTime reads epoch seconds or milliseconds; false for NULL, before 2000 and more than a day ahead.
func orderTime(t Text, now time.Time) (time.Time, bool) {
	number, err := strconv.ParseInt(strings.TrimSpace(t.String), 10, 64)
	if !t.Valid || err != nil {
		return time.Time{}, false
	}
	at := time.Unix(seconds(number), 0).UTC()
	return at, !at.Before(oldest) && !at.After(now.Add(24*time.Hour))
}

// baseStatus is a ticket's status before any refund of it is looked at; the first match counts.
func baseStatus(t SourceTicket, total decimal.Decimal) string {
	paid := flag(t.PIF, true)
	switch {
	case flag(t.Deleted, false):
		return StatusVoided
	case (clean(t.RefTicketID).Valid || namesTransaction(t, total)) && !total.IsPositive():
		return StatusRefund
	case flag(t.Preorder, false) && !paid:
		return StatusPreorder
	case !paid:
		return StatusOpen
	default:
		return StatusCompleted
	}
}

// expectOrders fills in the orders and their rejects.
func expectOrders(src *Source, settings Settings, out *Expected) {
	var taken []Order
	var bad []badTicket
	for _, ticket := range src.Tickets {
		if !takenHere(ticket.Location, settings.Locations) && !refundForHere(ticket, src, settings) {
			continue
		}
		order, reason := orderRow(ticket, settings.Now)
		if reason != "" {
			bad = append(bad, badTicket{ticket, reason})
			continue
		}
		nameOriginal(&order, ticket, src, settings.Now)
		if takenHere(ticket.Location, settings.Locations) {
			out.here = append(out.here, order)
		} else if order.RefundOf.Valid {
			order.Status = StatusRefund // of an exchange elsewhere only what it gives back counts here
		}
		taken = append(taken, order)
	}
	for _, ticket := range src.Tickets {
		if !takenHere(ticket.Location, settings.Locations) {
			out.elsewhere[clean(ticket.ID).String] = true
		}
	}
	for _, order := range taken {
		other, known := out.Orders[orderKey(order)]
		if !known || outranks(order, other) {
			out.Orders[orderKey(order)] = order
		}
		if known && order.Status == StatusVoided && other.Status == StatusVoided {
			out.anyVoided[orderKey(order)] = true
		}
	}
	for key := range out.anyVoided {
		if out.Orders[key].Status != StatusVoided {
			delete(out.anyVoided, key)
		}
	}
	nameCustomers(src, settings, out.Orders)
	rejectTickets(bad, out)
	applyRefunds(out.Orders)
	out.Notices = notices(*out, out.Orders)
}

// outranks reports whether one of two tickets of an id counts: one that is not voided, then the newer one.
func outranks(order, other Order) bool {
	if voided := order.Status == StatusVoided; voided != (other.Status == StatusVoided) {
		return !voided
	}
	return order.OrderSerial > other.OrderSerial
}

// refundForHere reports whether a ticket of another location refunds an order of these: one that is not of its own
// location. An order that is nowhere yet may turn up here.
func refundForHere(t SourceTicket, src *Source, settings Settings) bool {
	if total, _ := amount(t.TotalPrice); baseStatus(t, total) != StatusRefund && !isExchange(t) {
		return false
	}
	if !clean(t.RefTicketID).Valid {
		original, found := originalOf(t, src, settings.Now)
		return !found || takenHere(original.Location, settings.Locations)
	}
	known, here := false, false
	for _, other := range src.Tickets {
		if clean(other.ID) != clean(t.RefTicketID) {
			continue
		}
		if integer(other.Location, 1) == integer(t.Location, 1) {
			return false
		}
		known, here = true, here || takenHere(other.Location, settings.Locations)
	}
	return here || !known
}

// nameCustomers copies onto each order the particulars of its customer at the source, wherever that customer's
// location is.
func nameCustomers(src *Source, settings Settings, orders map[string]Order) {
	current, _ := currentCustomers(src.Customers)
	customers := map[string]Customer{}
	for id, row := range current {
		customers[id] = customerRow(row, settings.Region)
	}
	for id, order := range orders {
		customer, known := customers[order.CustomerID.String]
		if !order.CustomerID.Valid || !known {
			continue
		}
		order.CustomerFirstName, order.CustomerLastName = customer.FirstName, customer.LastName
		order.CustomerEmail, order.CustomerPhone = customer.Email, customer.Phone
		orders[id] = order
	}
}

// badTicket is a ticket that cannot be taken.
type badTicket struct {
	SourceTicket
	reason string
}

// rejectTickets lists the tickets that cannot be taken, by their serials. Of an order that such a ticket is the newest
// one of, a store may hold what it held before.
func rejectTickets(bad []badTicket, out *Expected) {
	for _, b := range bad {
		out.Rejects[RejectKey{StreamOrders, "#" + b.TicketSerial.String}] = b.reason
		if !clean(b.ID).Valid {
			continue
		}
		key := orderAt(clean(b.ID).String, integer(b.Location, 1))
		current, known := out.Orders[key]
		if !known || current.Status == StatusVoided || integer(b.TicketSerial, 0) > current.OrderSerial {
			out.Uncertain[key] = true
		}
	}
}
