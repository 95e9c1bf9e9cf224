package model

import "slices"

// OrderStatus is the state of an order.
type OrderStatus string

// The statuses of an order.
const (
	OrderVoided            OrderStatus = "voided"
	OrderRefund            OrderStatus = "refund"
	OrderPreorder          OrderStatus = "preorder"
	OrderOpen              OrderStatus = "open"
	OrderCompleted         OrderStatus = "completed"
	OrderPartiallyRefunded OrderStatus = "partially_refunded" // a completed order of which a part was refunded
	OrderRefunded          OrderStatus = "refunded"           // a completed order of which everything was refunded
	OrderRemoved           OrderStatus = "removed"            // the source no longer has it
)

// EarningStatuses returns the statuses of orders that earn points.
func EarningStatuses() []OrderStatus { return []OrderStatus{OrderCompleted, OrderPartiallyRefunded} }

// RefundedStatuses returns the statuses that refunds give to a completed order.
func RefundedStatuses() []OrderStatus { return []OrderStatus{OrderPartiallyRefunded, OrderRefunded} }

// SoldStatuses returns the statuses of orders that were completed, whatever was refunded since.
func SoldStatuses() []OrderStatus { return append(RefundedStatuses(), OrderCompleted) }

// GivingBackStatuses returns the statuses of tickets that give back money of the order that they refer to: refunds and
// exchanges.
func GivingBackStatuses() []OrderStatus { return append(SoldStatuses(), OrderRefund) }

// Earns reports whether an order earns points.
func (s OrderStatus) Earns() bool { return slices.Contains(EarningStatuses(), s) }

// Sold reports whether an order was completed, whatever was refunded since.
func (s OrderStatus) Sold() bool { return s.Base() == OrderCompleted }

// Base returns the status without what refunds made of it.
func (s OrderStatus) Base() OrderStatus {
	if slices.Contains(RefundedStatuses(), s) {
		return OrderCompleted
	}
	return s
}

// AfterRefunds returns the status of an order, and how much of it was refunded, given its own refund total and what
// other tickets gave back for it. The greater one counts: a till may write one refund in both places. A refund ticket
// itself has no refunds, and what an exchange gives back is none of its own.
func AfterRefunds(status OrderStatus, total, ownRefund, refundTickets Cents) (OrderStatus, Cents) {
	if status == OrderRefund {
		return status, 0
	}
	refunded := max(ownRefund.Abs(), refundTickets)
	switch {
	case !status.Sold():
		return status, refunded
	case total > 0 && refunded >= total:
		return OrderRefunded, refunded
	case refunded > 0:
		return OrderPartiallyRefunded, refunded
	}
	return OrderCompleted, refunded
}

// RefundAmount returns what a refund or an exchange gives back: its own refund total, or where that is 0 the amount of
// its negative total.
func RefundAmount(ownRefund, total Cents) Cents {
	if ownRefund != 0 {
		return ownRefund.Abs()
	}
	return total.Abs()
}

// Contact is what identifies a person to a shop. A nil text is unknown; a person is never logged.
type Contact struct {
	FirstName, LastName, Email, Phone []byte
}

// Key identifies a row in the source and in the store.
type Key struct {
	// Name is the row's key in the store, trimmed; empty where the row has none.
	Name string
	// Location is where the name is unique: a till numbers each location's tickets apart. 0 where names are unique in
	// the whole store.
	Location int64
	// Serial orders rows that share a name; 0 where names are unique.
	Serial int64
}
