package oracle

import (
	"testing"
	"time"
)

func TestDue(t *testing.T) {
	tests := []struct {
		name, status, subtotal, total, refunded, rate, multiplier, basis string
		want                                                             int64
	}{
		{"rounds down", "completed", "18", "20.46", "0", "1", "1", "total", 20},
		{"rounds up", "completed", "18", "20.96", "0", "1", "1", "total", 21},
		{"an exact half up", "completed", "18", "20.50", "0", "1", "1", "total", 21},
		{"an exact half by the rate", "completed", "18", "3", "0", "0.5", "1", "total", 2},
		{"rate and multiplier", "completed", "18", "20.46", "0", "1.5", "2", "total", 61},
		{"refund in part", "partially_refunded", "18", "20", "5.51", "1", "1", "total", 14},
		{"refund of more than all", "partially_refunded", "0", "0", "5", "1", "1", "total", 0},
		{"subtotal", "completed", "18.49", "20.96", "0", "1", "1", "subtotal", 18},
		{"subtotal, a third refunded", "partially_refunded", "9", "12", "4", "1", "1", "subtotal", 6},
		{"subtotal, an exact half that only a fraction gives", "partially_refunded", "10.5", "21", "10", "1", "1",
			"subtotal", 6},
		{"subtotal, just under a half", "partially_refunded", "10.49", "21", "10", "1", "1", "subtotal", 5},
		{"subtotal, total 0, nothing refunded", "completed", "10", "0", "0", "1", "1", "subtotal", 10},
		{"subtotal, total 0, refunded", "partially_refunded", "10", "0", "3", "1", "1", "subtotal", 0},
		{"less than nothing", "completed", "-5", "-5", "0", "1", "1", "total", 0},
		{"refunded", "refunded", "18", "20", "20", "1", "1", "total", 0},
		{"voided", "voided", "18", "20", "0", "1", "1", "total", 0},
		{"open", "open", "18", "20", "0", "1", "1", "total", 0},
		{"preorder", "preorder", "18", "20", "0", "1", "1", "total", 0},
		{"refund", "refund", "18", "20", "0", "1", "1", "total", 0},
		{"removed", "removed", "18", "20", "0", "1", "1", "total", 0},
	}
	for _, test := range tests {
		order := Order{
			CustomerID: some("C1"), Status: test.status, Subtotal: dec(test.subtotal), Total: dec(test.total),
			RefundedTotal: dec(test.refunded), OrderedAt: now,
		}
		rules := Rules{Rate: dec(test.rate), Multiplier: dec(test.multiplier), Basis: test.basis}
		equal(t, test.name, Due(order, true, rules), test.want)
		equal(t, test.name+": customer unknown", Due(order, false, rules), int64(0))
	}
}

func TestStarts(t *testing.T) {
	order := Order{CustomerID: some("C1"), Status: "completed", Total: dec("10"), OrderedAt: now}
	rules := Rules{Rate: dec("1"), Multiplier: dec("1"), Basis: BasisTotal, Starts: now}
	equal(t, "at the start", Due(order, true, rules), int64(10))
	rules.Starts = now.Add(time.Second)
	equal(t, "before the start", Due(order, true, rules), int64(0))
}

func TestExpectPoints(t *testing.T) {
	src := &Source{
		Customers: []SourceCustomer{customer("C1", "Ann"), customer("C2", "Bob")},
		Tickets: []SourceTicket{
			ticket("1", "A", "20.46"), ticket("2", "B", "20.96"), ticket("3", "C", "-20.96", refundOf("B")),
			ticket("4", "D", "0.49"),
			ticket("5", "E", "7", func(t *SourceTicket) { t.CustomerID = some("C2") }),
			ticket("6", "F", "7", func(t *SourceTicket) { t.CustomerID = some("C3") }),
			ticket("7", "G", "7", func(t *SourceTicket) { t.CustomerID = Text{} }),
		},
	}
	src.Customers[1].Deleted = some("1")
	got := Expect(src, plain())
	equal(t, "points", got.Points, map[PointsKey]int64{{"A", "C1"}: 20, {"E", "C2"}: 7})
	equal(t, "balances", got.Balances, map[string]int64{"C1": 20, "C2": 7})
}
