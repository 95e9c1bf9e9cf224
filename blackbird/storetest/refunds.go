package storetest

import (
	"fmt"
	"testing"

	"github.com/blackbirdctl/blackbirdctl/blackbird"
	"github.com/blackbirdctl/blackbirdctl/internal/model"
)

// refundCase is a sequence of batches, and how they leave the order A: its status and refunded_total.
type refundCase struct {
	what    string
	batches [][]blackbird.Order
	want    string
}

func with(o blackbird.Order, change func(*blackbird.Order)) blackbird.Order {
	change(&o)
	return o
}

// refundCases are the ways in which a refund and its order meet.
func refundCases() []refundCase {
	whole := sale("A", 1000)
	own := func(cents model.Cents) blackbird.Order {
		return with(whole, func(o *blackbird.Order) { o.OwnRefund = cents })
	}
	as := func(status model.OrderStatus) blackbird.Order {
		return with(whole, func(o *blackbird.Order) { o.Status = status })
	}
	byAmount := func(id string, cents model.Cents) blackbird.Order {
		return with(refund(id, "A", 0), func(o *blackbird.Order) { o.OwnRefund = cents })
	}
	exchange := func(id string, total, givenBack model.Cents) blackbird.Order {
		return with(sale(id, total), func(o *blackbird.Order) { o.OwnRefund, o.RefundOf = givenBack, []byte("A") })
	}
	voided := with(refund("R", "A", -400), func(o *blackbird.Order) { o.Status = model.OrderVoided })
	return []refundCase{
		{"no refund", [][]blackbird.Order{{whole}}, "completed|0.00"},
		{"refund in the batch", [][]blackbird.Order{{whole, refund("R", "A", -400)}}, "partially_refunded|4.00"},
		{
			"refund before its order in the batch",
			[][]blackbird.Order{{refund("R", "A", -400), whole}},
			"partially_refunded|4.00",
		},
		{"refund later", [][]blackbird.Order{{whole}, {refund("R", "A", -400)}}, "partially_refunded|4.00"},
		{"refund before its order", [][]blackbird.Order{{refund("R", "A", -400)}, {whole}}, "partially_refunded|4.00"},
		{"refund of all", [][]blackbird.Order{{whole}, {refund("R", "A", -1000)}}, "refunded|10.00"},
		{"refund of more than all", [][]blackbird.Order{{whole}, {refund("R", "A", -1001)}}, "refunded|10.01"},
		{
			"refunds that add up",
			[][]blackbird.Order{{whole}, {refund("R", "A", -400)}, {refund("S", "A", -600)}},
			"refunded|10.00",
		},
		{"refund by amount", [][]blackbird.Order{{whole}, {byAmount("R", 300)}}, "partially_refunded|3.00"},
		{"refund by negative amount", [][]blackbird.Order{{whole}, {byAmount("R", -300)}}, "partially_refunded|3.00"},
		{
			"refund in both spellings",
			[][]blackbird.Order{{whole}, {with(byAmount("R", 300), func(o *blackbird.Order) { o.Total = -500 })}},
			"partially_refunded|3.00",
		},
		{"refund of nothing", [][]blackbird.Order{{whole}, {refund("R", "A", 0)}}, "completed|0.00"},
		{"its own refund", [][]blackbird.Order{{own(250)}}, "partially_refunded|2.50"},
		{"its own negative refund", [][]blackbird.Order{{own(-250)}}, "partially_refunded|2.50"},
		{"its own refund of all", [][]blackbird.Order{{own(1000)}}, "refunded|10.00"},
		{"own and given, own greater", [][]blackbird.Order{{own(500)}, {refund("R", "A", -400)}},
			"partially_refunded|5.00"},
		{
			"own and given, given greater",
			[][]blackbird.Order{{own(300)}, {refund("R", "A", -400)}},
			"partially_refunded|4.00",
		},
		{
			"own refund comes later",
			[][]blackbird.Order{{whole, refund("R", "A", -400)}, {own(700)}},
			"partially_refunded|7.00",
		},
		{"own refund goes", [][]blackbird.Order{{own(700), refund("R", "A", -400)}, {whole}},
			"partially_refunded|4.00"},
		{
			"refund's amount changes",
			[][]blackbird.Order{{whole, refund("R", "A", -400)}, {refund("R", "A", -100)}},
			"partially_refunded|1.00",
		},
		{"refund is voided", [][]blackbird.Order{{whole, refund("R", "A", -400)}, {voided}}, "completed|0.00"},
		{
			"refund is voided and back",
			[][]blackbird.Order{{whole, refund("R", "A", -400)}, {voided}, {refund("R", "A", -400)}},
			"partially_refunded|4.00",
		},
		{
			"refund goes to another order",
			[][]blackbird.Order{{whole, refund("R", "A", -400)}, {refund("R", "B", -400)}},
			"completed|0.00",
		},
		{
			"refund comes from another order",
			[][]blackbird.Order{{whole, refund("R", "B", -400)}, {refund("R", "A", -400)}},
			"partially_refunded|4.00",
		},
		{"refund becomes a sale", [][]blackbird.Order{{whole, refund("R", "A", -400)}, {sale("R", 400)}},
			"completed|0.00"},
		{
			"order changes under its refund",
			[][]blackbird.Order{{whole, refund("R", "A", -400)}, {sale("A", 400)}},
			"refunded|4.00",
		},
		{"order is voided", [][]blackbird.Order{{whole, refund("R", "A", -400)}, {as(model.OrderVoided)}},
			"voided|4.00"},
		{
			"order is voided before its refund",
			[][]blackbird.Order{{as(model.OrderVoided)}, {refund("R", "A", -400)}},
			"voided|4.00",
		},
		{"order is open", [][]blackbird.Order{{as(model.OrderOpen), refund("R", "A", -400)}}, "open|4.00"},
		{
			"order is a preorder, then paid",
			[][]blackbird.Order{{as(model.OrderPreorder), refund("R", "A", -1000)}, {whole}},
			"refunded|10.00",
		},
		{"order of nothing", [][]blackbird.Order{{sale("A", 0)}, {refund("R", "A", -1)}}, "partially_refunded|0.01"},
		{"order below nothing", [][]blackbird.Order{{sale("A", -100)}}, "completed|0.00"},
		{"order is a refund itself", [][]blackbird.Order{{refund("A", "Z", -100)}, {refund("R", "A", -50)}},
			"refund|0.00"},
		{"order refunds itself", [][]blackbird.Order{{refund("A", "A", -100)}}, "refund|0.00"},
		{
			"order becomes a refund",
			[][]blackbird.Order{{whole, refund("R", "A", -400)}, {refund("A", "Z", -100)}},
			"refund|0.00",
		},
		{
			"order is a refund no longer",
			[][]blackbird.Order{{refund("A", "Z", -100), refund("R", "A", -400)}, {whole}},
			"partially_refunded|4.00",
		},
		{"exchange", [][]blackbird.Order{{whole}, {exchange("E", 200, 600)}}, "partially_refunded|6.00"},
		{"exchange before its order", [][]blackbird.Order{{exchange("E", 200, -600)}, {whole}},
			"partially_refunded|6.00"},
		{"exchange of all", [][]blackbird.Order{{whole, exchange("E", 200, 1000)}}, "refunded|10.00"},
		{
			"exchange that is refunded itself",
			[][]blackbird.Order{{whole, exchange("E", 200, 600)}, {refund("R", "E", -200)}},
			"partially_refunded|6.00",
		},
		{
			"exchange is voided",
			[][]blackbird.Order{{whole, exchange("E", 200, 600)}, {with(exchange("E", 200, 600),
				func(o *blackbird.Order) { o.Status = model.OrderVoided })}},
			"completed|0.00",
		},
		{
			"exchange becomes a sale",
			[][]blackbird.Order{{whole, exchange("E", 200, 600)}, {sale("E", 200)}},
			"completed|0.00",
		},
		{"order is an exchange", [][]blackbird.Order{{with(whole, func(o *blackbird.Order) {
			o.OwnRefund, o.RefundOf = 600, []byte("Z")
		})}}, "completed|0.00"},
		{"order is an exchange with a refund", [][]blackbird.Order{{refund("R", "A", -400)}, {with(whole,
			func(o *blackbird.Order) { o.OwnRefund, o.RefundOf = 600, []byte("Z") })}}, "partially_refunded|4.00"},
		{
			"refund of a refund does not hide it",
			[][]blackbird.Order{{whole, refund("R", "A", -400), refund("S", "R", -400)}},
			"partially_refunded|4.00",
		},
	}
}

// inStore runs a case of many in a store of its own, and disconnects after it.
func (h *fixture) inStore(storeID string, stream *blackbird.Stream, run func(*writer)) {
	h.Helper()
	w := h.writerOf(storeID, stream, false)
	defer func() {
		_ = w.Close()
		_ = w.store.Close()
	}()
	run(w)
}

// testRefunds merges each case's batches one after the other, each case in a store of its own.
func testRefunds(_ *testing.T, h *fixture) {
	for i, tc := range refundCases() {
		store := fmt.Sprint(i)
		h.inStore(store, blackbird.Orders, func(w *writer) {
			for _, batch := range tc.batches {
				w.orders(batch...)
			}
		})
		got := h.rows("SELECT status, refunded_total FROM orders WHERE store_id = ? AND order_id = 'A'", store)
		h.assertRows(tc.what, got, []string{tc.want})
	}
}

// testRemovedRefund: a refund whose ticket is gone is as it should be, though it names an amount.
func testRemovedRefund(t *testing.T, h *fixture) {
	w := h.writer(blackbird.Orders)
	w.orders(sale("A", 1000), with(refund("R", "A", 0), func(o *blackbird.Order) { o.OwnRefund = 400 }))
	w.restart()
	w.list(model.Key{Name: "A", Serial: 1})
	w.remove()
	w.pass.Watch(func(d ...blackbird.Difference) { t.Errorf("not as it should be: %+v", d) })
	h.noError(w.pass.RecomputeRefunds(t.Context()))
	got := h.rows("SELECT order_id, status, refunded_total FROM orders ORDER BY order_id")
	h.assertRows("orders", got, []string{"A|completed|0.00", "R|removed|0.00"})
}
