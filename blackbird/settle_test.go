package blackbird

import (
	"fmt"
	"testing"

	"github.com/blackbirdctl/blackbirdctl/internal/model"
)

// refundCase is a sequence of batches, and how they leave the order A: its status and refunded_total.
type refundCase struct {
	what    string
	batches [][]Order
	want    string
}

func with(o Order, change func(*Order)) Order {
	change(&o)
	return o
}

// refundCases are the ways in which a refund and its order meet.
func refundCases() []refundCase {
	whole := sale("A", 1000)
	own := func(cents model.Cents) Order { return with(whole, func(o *Order) { o.OwnRefund = cents }) }
	as := func(status model.OrderStatus) Order { return with(whole, func(o *Order) { o.Status = status }) }
	byAmount := func(id string, cents model.Cents) Order {
		return with(refund(id, "A", 0), func(o *Order) { o.OwnRefund = cents })
	}
	voided := with(refund("R", "A", -400), func(o *Order) { o.Status = model.OrderVoided })
	return []refundCase{
		{"no refund", [][]Order{{whole}}, "completed|0.00"},
		{"refund in the batch", [][]Order{{whole, refund("R", "A", -400)}}, "partially_refunded|4.00"},
		{"refund before its order in the batch", [][]Order{{refund("R", "A", -400), whole}}, "partially_refunded|4.00"},
		{"refund later", [][]Order{{whole}, {refund("R", "A", -400)}}, "partially_refunded|4.00"},
		{"refund before its order", [][]Order{{refund("R", "A", -400)}, {whole}}, "partially_refunded|4.00"},
		{"refund of all", [][]Order{{whole}, {refund("R", "A", -1000)}}, "refunded|10.00"},
		{"refund of more than all", [][]Order{{whole}, {refund("R", "A", -1001)}}, "refunded|10.01"},
		{"refunds that add up", [][]Order{{whole}, {refund("R", "A", -400)}, {refund("S", "A", -600)}}, "refunded|10.00"},
		{"refund by amount", [][]Order{{whole}, {byAmount("R", 300)}}, "partially_refunded|3.00"},
		{"refund by negative amount", [][]Order{{whole}, {byAmount("R", -300)}}, "partially_refunded|3.00"},
		{"refund in both spellings", [][]Order{{whole}, {with(byAmount("R", 300), func(o *Order) { o.Total = -500 })}}, "partially_refunded|3.00"},
		{"refund of nothing", [][]Order{{whole}, {refund("R", "A", 0)}}, "completed|0.00"},
		{"its own refund", [][]Order{{own(250)}}, "partially_refunded|2.50"},
		{"its own negative refund", [][]Order{{own(-250)}}, "partially_refunded|2.50"},
		{"its own refund of all", [][]Order{{own(1000)}}, "refunded|10.00"},
		{"own and given, own greater", [][]Order{{own(500)}, {refund("R", "A", -400)}}, "partially_refunded|5.00"},
		{"own and given, given greater", [][]Order{{own(300)}, {refund("R", "A", -400)}}, "partially_refunded|4.00"},
		{"own refund comes later", [][]Order{{whole, refund("R", "A", -400)}, {own(700)}}, "partially_refunded|7.00"},
		{"own refund goes", [][]Order{{own(700), refund("R", "A", -400)}, {whole}}, "partially_refunded|4.00"},
		{"refund's amount changes", [][]Order{{whole, refund("R", "A", -400)}, {refund("R", "A", -100)}}, "partially_refunded|1.00"},
		{"refund is voided", [][]Order{{whole, refund("R", "A", -400)}, {voided}}, "completed|0.00"},
		{"refund is voided and back", [][]Order{{whole, refund("R", "A", -400)}, {voided}, {refund("R", "A", -400)}}, "partially_refunded|4.00"},
		{"refund goes to another order", [][]Order{{whole, refund("R", "A", -400)}, {refund("R", "B", -400)}}, "completed|0.00"},
		{"refund comes from another order", [][]Order{{whole, refund("R", "B", -400)}, {refund("R", "A", -400)}}, "partially_refunded|4.00"},
		{"refund becomes a sale", [][]Order{{whole, refund("R", "A", -400)}, {sale("R", 400)}}, "completed|0.00"},
		{"order changes under its refund", [][]Order{{whole, refund("R", "A", -400)}, {sale("A", 400)}}, "refunded|4.00"},
		{"order is voided", [][]Order{{whole, refund("R", "A", -400)}, {as(model.OrderVoided)}}, "voided|4.00"},
		{"order is voided before its refund", [][]Order{{as(model.OrderVoided)}, {refund("R", "A", -400)}}, "voided|4.00"},
		{"order is open", [][]Order{{as(model.OrderOpen), refund("R", "A", -400)}}, "open|4.00"},
		{"order is a preorder, then paid", [][]Order{{as(model.OrderPreorder), refund("R", "A", -1000)}, {whole}}, "refunded|10.00"},
		{"order of nothing", [][]Order{{sale("A", 0)}, {refund("R", "A", -1)}}, "partially_refunded|0.01"},
		{"order below nothing", [][]Order{{sale("A", -100)}}, "completed|0.00"},
		{"order is a refund itself", [][]Order{{refund("A", "Z", -100)}, {refund("R", "A", -50)}}, "refund|0.00"},
		{"order refunds itself", [][]Order{{refund("A", "A", -100)}}, "refund|0.00"},
		{"order becomes a refund", [][]Order{{whole, refund("R", "A", -400)}, {refund("A", "Z", -100)}}, "refund|0.00"},
		{"order is a refund no longer", [][]Order{{refund("A", "Z", -100), refund("R", "A", -400)}, {whole}}, "partially_refunded|4.00"},
		{"refund of a refund does not hide it", [][]Order{{whole, refund("R", "A", -400), refund("S", "R", -400)}}, "partially_refunded|4.00"},
	}
}

// sessionOfMany is a session whose store's id a test changes as it goes: that is quicker than a session a case.
func (h *house) sessionOfMany(stream string) *Session {
	h.Helper()
	x, err := h.connect(storeID).Session(h.Context(), stream, false)
	h.check(err)
	h.Cleanup(func() { _ = x.Close() })
	return x
}

// TestRefunds merges each case's batches one after the other, each case in a store of its own.
func TestRefunds(t *testing.T) {
	eachStore(t, func(_ *testing.T, h *house) {
		x := h.sessionOfMany(StreamOrders)
		for i, tc := range refundCases() {
			x.store.id = fmt.Sprint(i)
			w := &work{house: h, Session: x, pass: h.begin(x)}
			for _, batch := range tc.batches {
				w.orders(batch...)
			}
			h.same(tc.what, h.rows("SELECT status, refunded_total FROM orders WHERE store_id = ? AND order_id = 'A'", x.store.id), []string{tc.want})
		}
	})
}
