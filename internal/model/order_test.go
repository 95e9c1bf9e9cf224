package model

import (
	"slices"
	"testing"
)

// statuses are all statuses, and whether orders of them earn, and were sold.
var statuses = []struct {
	status      OrderStatus
	base        OrderStatus
	earns, sold bool
}{
	{OrderVoided, OrderVoided, false, false}, {OrderRefund, OrderRefund, false, false},
	{OrderPreorder, OrderPreorder, false, false}, {OrderOpen, OrderOpen, false, false},
	{OrderCompleted, OrderCompleted, true, true}, {OrderPartiallyRefunded, OrderCompleted, true, true},
	{OrderRefunded, OrderCompleted, false, true}, {OrderRemoved, OrderRemoved, false, false},
}

func TestStatuses(t *testing.T) {
	for _, s := range statuses {
		if s.status.Earns() != s.earns || s.status.Sold() != s.sold || s.status.Base() != s.base {
			t.Errorf("%s earns: %v, sold: %v, base %s", s.status, s.status.Earns(), s.status.Sold(), s.status.Base())
		}
		if gives := s.sold || s.status == OrderRefund; slices.Contains(GivingBackStatuses(), s.status) != gives {
			t.Errorf("%s gives back: %v", s.status, !gives)
		}
	}
}

// TestAfterRefunds: of an order's own refund and what tickets gave back, the greater one counts; an order is refunded
// when all of it is.
func TestAfterRefunds(t *testing.T) {
	for _, tt := range []struct {
		status              OrderStatus
		total, own, tickets Cents
		want                OrderStatus
		refunded            Cents
	}{
		{OrderCompleted, 1000, 0, 0, OrderCompleted, 0},
		{OrderCompleted, 1000, 1, 0, OrderPartiallyRefunded, 1},
		{OrderCompleted, 1000, 0, 1, OrderPartiallyRefunded, 1},
		{OrderCompleted, 1000, 999, 0, OrderPartiallyRefunded, 999},
		{OrderCompleted, 1000, 1000, 0, OrderRefunded, 1000},
		{OrderCompleted, 1000, -1000, 0, OrderRefunded, 1000},
		{OrderCompleted, 1000, 0, 1001, OrderRefunded, 1001},
		{OrderCompleted, 1000, 400, 600, OrderPartiallyRefunded, 600},
		{OrderCompleted, 1000, 600, 400, OrderPartiallyRefunded, 600},
		{OrderRefunded, 1000, 400, 0, OrderPartiallyRefunded, 400},
		{OrderPartiallyRefunded, 1000, 0, 0, OrderCompleted, 0},
		{OrderCompleted, 0, 0, 0, OrderCompleted, 0},
		{OrderCompleted, 0, 5, 0, OrderPartiallyRefunded, 5},
		{OrderCompleted, -5, 0, 0, OrderCompleted, 0},
		{OrderCompleted, 1, 1, 0, OrderRefunded, 1},
		{OrderRefund, -1000, 1000, 500, OrderRefund, 0},
		{OrderVoided, 1000, 1000, 0, OrderVoided, 1000},
		{OrderOpen, 1000, 0, 400, OrderOpen, 400},
		{OrderRemoved, 1000, 0, 0, OrderRemoved, 0},
	} {
		status, refunded := AfterRefunds(tt.status, tt.total, tt.own, tt.tickets)
		if status != tt.want || refunded != tt.refunded {
			t.Errorf("%+v: %s, %d", tt, status, refunded)
		}
	}
}

func TestRefundAmount(t *testing.T) {
	for _, tt := range []struct{ own, total, want Cents }{
		{0, -1000, 1000}, {400, -1000, 400}, {-400, -1000, 400}, {400, 1000, 400}, {0, 0, 0}, {-1, 0, 1},
	} {
		if got := RefundAmount(tt.own, tt.total); got != tt.want {
			t.Errorf("%+v: %d", tt, got)
		}
	}
}
