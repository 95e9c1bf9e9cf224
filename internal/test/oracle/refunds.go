package oracle

import (
	"slices"

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

// refundsByOrder lists the refunds of each order.
func refundsByOrder(orders map[string]Order) map[string][]Order {
	places := map[string][]string{}
	for key, order := range orders {
		if order.Status != StatusRemoved {
			places[order.OrderID] = append(places[order.OrderID], key)
		}
	}
	refunds := map[string][]Order{}
	for _, order := range orders {
		if order.Status == StatusRefund {
			key := refundedOrder(order, places[order.RefundOf.String])
			refunds[key] = append(refunds[key], order)
		}
	}
	return refunds
}

// refundedOrder is the order that a refund is of, out of those that have the id: the one at the refund's own location,
// else the only one elsewhere.
func refundedOrder(refund Order, named []string) string {
	own := orderAt(refund.RefundOf.String, refund.LocationID)
	switch {
	case slices.Contains(named, own):
		return own
	case len(named) == 1:
		return named[0]
	}
	return ""
}

// refundedTotal is the greater of the order's own refund and what refunds gave back for it; 0 on a refund's own row.
func refundedTotal(order Order, given decimal.Decimal) decimal.Decimal {
	if order.Status == StatusRefund {
		return decimal.Zero
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
