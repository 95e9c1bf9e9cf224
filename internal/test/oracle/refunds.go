package oracle

import (
	"slices"
	"time"

	"github.com/shopspring/decimal"
)

// givesBack is the amount that a refund gives back: its own refund amount, or where that is 0 the amount of its total.
func givesBack(refund Order) decimal.Decimal {
	if !refund.OwnRefund.IsZero() {
		return refund.OwnRefund.Abs()
	}
	return refund.Total.Abs()
}

// applyRefunds sets refunded_total on every order, and the status of paid ones that follows from it.
func applyRefunds(orders map[string]Order) {
	refunds := refundsByOrder(orders)
	for id, order := range orders {
		given := decimal.Zero
		for _, refund := range refunds[id] {
			given = given.Add(givesBack(refund))
		}
		order.RefundedTotal = refundedTotal(order, given)
		order.Status = settledStatus(order)
		orders[id] = order
	}
}

// byID lists the keys of the orders that are not removed, by their ids.
func byID(orders map[string]Order) map[string][]string {
	places := map[string][]string{}
	for key, order := range orders {
		if order.Status != StatusRemoved {
			places[order.OrderID] = append(places[order.OrderID], key)
		}
	}
	return places
}

// refundsByOrder lists the refunds and exchanges of each order.
func refundsByOrder(orders map[string]Order) map[string][]Order {
	places, refunds := byID(orders), map[string][]Order{}
	for _, order := range orders {
		if order.RefundOf.Valid && order.Status != StatusRemoved {
			key := refundedOrder(order, places[order.RefundOf.String])
			refunds[key] = append(refunds[key], order)
		}
	}
	return refunds
}

// refundedOrder is the order that a refund is of, out of those that have the id: the one at the location that its
// original's transaction has, else at the refund's own location, else the only one elsewhere.
func refundedOrder(refund Order, named []string) string {
	own := orderAt(refund.RefundOf.String, refund.LocationID)
	if refund.RefundOfLocation.Valid {
		own = orderAt(refund.RefundOf.String, integer(refund.RefundOfLocation, 1))
	}
	switch {
	case slices.Contains(named, own):
		return own
	case len(named) == 1 && !refund.RefundOfLocation.Valid:
		return named[0]
	}
	return ""
}

// refundedTotal is the greater of the order's own refund and what refunds gave back for it; 0 on a refund's own row.
// What an exchange gives back is no refund of its own.
func refundedTotal(order Order, given decimal.Decimal) decimal.Decimal {
	if order.Status == StatusRefund {
		return decimal.Zero
	}
	if order.RefundOf.Valid {
		return given
	}
	return decimal.Max(order.OwnRefund.Abs(), given)
}

// settledStatus distinguishes completed, partially refunded and refunded orders; other statuses stay.
func settledStatus(order Order) string {
	switch order.Status {
	case StatusCompleted, StatusPartiallyRefunded, StatusRefunded:
	default:
		return order.Status
	}
	switch {
	case order.Total.IsPositive() && order.RefundedTotal.GreaterThanOrEqual(order.Total):
		return StatusRefunded
	case order.RefundedTotal.IsPositive():
		return StatusPartiallyRefunded
	default:
		return StatusCompleted
	}
}

// namesTransaction reports whether a ticket that takes no money gives some back of a ticket that it names by its
// transaction alone.
func namesTransaction(t SourceTicket, total decimal.Decimal) bool {
	refund, _ := amount(t.RefundTotalPrice)
	original := clean(t.OriginalTransactionID)
	return !clean(t.RefTicketID).Valid && original.Valid && original.String != "0" &&
		original != clean(t.TransactionID) && (total.IsNegative() || !total.IsPositive() && !cents(refund).IsZero())
}

// isExchange reports whether a ticket takes money and gives some back of another ticket.
func isExchange(t SourceTicket) bool {
	total, _ := amount(t.TotalPrice)
	refund, readable := amount(t.RefundTotalPrice)
	other := clean(t.RefTicketID)
	return baseStatus(t, total) == StatusCompleted && total.IsPositive() && readable && !cents(refund).IsZero() &&
		other.Valid && other != clean(t.ID)
}

// originalOf is the ticket of the transaction that a refund names: the one at its own location, else the only one.
// There is none where another ticket of its id is the order.
func originalOf(t SourceTicket, src *Source, now time.Time) (original SourceTicket, found bool) {
	here, all := map[string]SourceTicket{}, map[string]SourceTicket{}
	for _, other := range src.Tickets {
		if clean(other.TransactionID) != clean(t.OriginalTransactionID) || !clean(other.ID).Valid {
			continue
		}
		key := orderAt(clean(other.ID).String, integer(other.Location, 1))
		all[key] = other
		if integer(other.Location, 1) == integer(t.Location, 1) {
			here[key] = other
		}
	}
	if len(here) > 0 {
		all = here
	}
	for _, only := range all {
		original = only
	}
	return original, len(all) == 1 && !superseded(original, src, now)
}

// superseded reports whether the newest ticket with the id of another one, of those that can be taken and are not
// voided, has another transaction.
func superseded(original SourceTicket, src *Source, now time.Time) bool {
	var newest int64
	other := false
	for _, t := range src.Tickets {
		order, reason := orderRow(t, now)
		if reason != "" || order.Status == StatusVoided || order.OrderID != clean(original.ID).String ||
			order.LocationID != integer(original.Location, 1) || newest != 0 && order.OrderSerial < newest {
			continue
		}
		newest, other = order.OrderSerial, clean(t.TransactionID) != clean(original.TransactionID)
	}
	return other
}

// nameOriginal sets what a refund is of that names a transaction.
func nameOriginal(order *Order, t SourceTicket, src *Source, now time.Time) {
	if order.Status != StatusRefund || order.RefundOf.Valid {
		return
	}
	original, found := originalOf(t, src, now)
	if !found {
		order.RefundOf = Text{String: "transaction " + clean(t.OriginalTransactionID).String, Valid: true}
		return
	}
	order.RefundOf = clean(original.ID)
	if at := integer(original.Location, 1); at != order.LocationID {
		order.RefundOfLocation = Text{String: showInt(at), Valid: true}
	}
}

// notices are the tickets that a person should know of, given the orders that a store holds: those in whose place a
// newer one of their id stands, and refunds of orders that are not there.
func notices(expected Expected, orders map[string]Order) map[RejectKey]string {
	out := map[RejectKey]string{}
	for _, ticket := range expected.here {
		order, held := orders[orderKey(ticket)]
		if held && ticket.Status != StatusVoided && order.Status != StatusRemoved &&
			order.OrderSerial > ticket.OrderSerial {
			out[RejectKey{StreamOrders, "#" + showInt(ticket.OrderSerial)}] = "superseded"
		}
	}
	places := byID(orders)
	for _, refund := range orders {
		if !refund.RefundOf.Valid || refund.Status == StatusRemoved || expected.elsewhere[refund.RefundOf.String] {
			continue
		}
		order, held := orders[refundedOrder(refund, places[refund.RefundOf.String])]
		if !held || order.Status == StatusRefund {
			out[RejectKey{StreamOrders, "#" + showInt(refund.OrderSerial)}] = "refund_of_unknown"
		}
	}
	return out
}
