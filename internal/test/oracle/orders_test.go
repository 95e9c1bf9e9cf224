package oracle

import (
	"testing"
	"time"
)

func TestBaseStatus(t *testing.T) {
	type tk = SourceTicket
	tests := []struct {
		name   string
		ticket SourceTicket
		want   string
	}{
		{"paid", tk{PIF: some("1")}, "completed"},
		{"NULL flags", tk{}, "completed"},
		{"deleted", tk{Deleted: some("1")}, "voided"},
		{"deleted by another value", tk{Deleted: some("2")}, "voided"},
		{"deleted before refund", tk{Deleted: some("1"), RefTicketID: some("A")}, "voided"},
		{"refund", tk{RefTicketID: some("A"), TotalPrice: some("-5")}, "refund"},
		{"refund of nothing", tk{RefTicketID: some("A"), TotalPrice: some("0")}, "refund"},
		{"refund before open", tk{RefTicketID: some("A"), TotalPrice: some("-5"), PIF: some("0")}, "refund"},
		{"exchange that cost more", tk{RefTicketID: some("A"), TotalPrice: some("5")}, "completed"},
		{"blank reference", tk{RefTicketID: some("  "), TotalPrice: some("-5")}, "completed"},
		{"preorder", tk{Preorder: some("1"), PIF: some("0")}, "preorder"},
		{"preorder that was paid", tk{Preorder: some("1"), PIF: some("1")}, "completed"},
		{"preorder, paid by default", tk{Preorder: some("1")}, "completed"},
		{"open", tk{PIF: some("0")}, "open"},
	}
	for _, test := range tests {
		total, _ := amount(test.ticket.TotalPrice)
		equal(t, test.name, baseStatus(test.ticket, total), test.want)
	}
}

func TestRefunds(t *testing.T) {
	type want struct{ status, refunded string }
	tests := []struct {
		name    string
		tickets []SourceTicket
		want    map[string]want
	}{
		{"own refund in part", []SourceTicket{ticket("1", "A", "20", ownRefund("5.005"))},
			map[string]want{"A": {"partially_refunded", "5.01"}}},
		{"own refund of all", []SourceTicket{ticket("1", "A", "20", ownRefund("20"))},
			map[string]want{"A": {"refunded", "20"}}},
		{"own refund with a minus", []SourceTicket{ticket("1", "A", "20", ownRefund("-20"))},
			map[string]want{"A": {"refunded", "20"}}},
		{"refund by refundtotalprice", []SourceTicket{ticket("1", "A", "20"),
			ticket("2", "B", "0", refundOf("A"), ownRefund("8"))},
			map[string]want{"A": {"partially_refunded", "8"}, "B": {"refund", "0"}}},
		{"refund by negative total", []SourceTicket{ticket("1", "A", "20"), ticket("2", "B", "-20", refundOf(" A "))},
			map[string]want{"A": {"refunded", "20"}, "B": {"refund", "0"}}},
		{"both spellings on one refund: its refundtotalprice",
			[]SourceTicket{ticket("1", "A", "20"), ticket("2", "B", "-20", refundOf("A"), ownRefund("6"))},
			map[string]want{"A": {"partially_refunded", "6"}, "B": {"refund", "0"}}},
		{"own and by tickets: the greater", []SourceTicket{ticket("1", "A", "20", ownRefund("7")),
			ticket("2", "B", "-5", refundOf("A")), ticket("3", "C", "-4", refundOf("A"))},
			map[string]want{"A": {"partially_refunded", "9"}, "B": {"refund", "0"}, "C": {"refund", "0"}}},
		{"voided newer ticket", []SourceTicket{ticket("1", "A", "20"), ticket("2", "A", "30", ownRefund("3"), voided)},
			map[string]want{"A": {"completed", "0"}}},
		{"refund of a superseded ticket", []SourceTicket{ticket("1", "A", "20", transaction("5")),
			ticket("2", "A", "30", transaction("6")), ticket("3", "R", "-5", original("5"))},
			map[string]want{"A": {"completed", "0"}, "R": {"refund", "0"}}},
		{"refund of one that a voided ticket does not supersede", []SourceTicket{ticket("1", "A", "20",
			transaction("5")), ticket("2", "A", "30", transaction("6"), voided), ticket("3", "R", "-5", original("5"))},
			map[string]want{"A": {"partially_refunded", "5"}, "R": {"refund", "0"}}},
		{"voided refund", []SourceTicket{ticket("1", "A", "20"), ticket("2", "B", "-20", refundOf("A"), voided)},
			map[string]want{"A": {"completed", "0"}, "B": {"voided", "0"}}},
		{"refund of a refund", []SourceTicket{ticket("1", "A", "20"), ticket("2", "B", "-20", refundOf("A")),
			ticket("3", "C", "-20", refundOf("B"))},
			map[string]want{"A": {"refunded", "20"}, "B": {"refund", "0"}, "C": {"refund", "0"}}},
		{"voided order with a refund", []SourceTicket{ticket("1", "A", "20", voided),
			ticket("2", "B", "-20", refundOf("A"))},
			map[string]want{"A": {"voided", "20"}, "B": {"refund", "0"}}},
		{"order of nothing, refunded", []SourceTicket{ticket("1", "A", "0", ownRefund("3"))},
			map[string]want{"A": {"partially_refunded", "3"}}},
		{"refund of an unknown order", []SourceTicket{ticket("2", "B", "-20", refundOf("Z"))},
			map[string]want{"B": {"refund", "0"}}},
		{"refund by transaction", []SourceTicket{ticket("1", "A", "20", transaction("5")),
			ticket("2", "B", "-20", original("5"))},
			map[string]want{"A": {"refunded", "20"}, "B": {"refund", "0"}}},
		{"its own transaction", []SourceTicket{ticket("1", "A", "-20", transaction("5"), original("5"))},
			map[string]want{"A": {"completed", "0"}}},
		{"exchange", []SourceTicket{ticket("1", "A", "60"), ticket("2", "E", "20", refundOf("A"), ownRefund("30")),
			ticket("3", "B", "-5", refundOf("E"))},
			map[string]want{"A": {"partially_refunded", "30"}, "E": {"partially_refunded", "5"}, "B": {"refund", "0"}}},
		{"a refund that an older ticket of its id was", []SourceTicket{ticket("1", "A", "20"),
			ticket("2", "B", "-20", refundOf("A")), ticket("3", "B ", "4")},
			map[string]want{"A": {"completed", "0"}, "B": {"completed", "0"}}},
	}
	for _, test := range tests {
		got := map[string]want{}
		for id, order := range Expect(&Source{Tickets: test.tickets}, plain()).Orders {
			got[id] = want{order.Status, order.RefundedTotal.String()}
			if (order.Status == "refund") != order.RefundOf.Valid && id != "E" {
				t.Errorf("%s: %s has status %s and refund_of %v", test.name, id, order.Status, order.RefundOf)
			}
		}
		if len(got) != len(test.want) {
			t.Errorf("%s: got %v", test.name, got)
		}
		for id, w := range test.want {
			if got[id] != w {
				t.Errorf("%s: order %s is %v, want %v", test.name, id, got[id], w)
			}
		}
	}
}

func TestOrderRow(t *testing.T) {
	row := ticket("7", "A7              ", "10.005", func(t *SourceTicket) {
		t.Tax, t.Price, t.CustomerID, t.Location = Text{}, some("-9.995"), some(" "), Text{}
	})
	order, reason := orderRow(row, now)
	equal(t, "reason", reason, "")
	equal(t, "row", order, Order{
		OrderID: "A7", OrderSerial: 7, LocationID: 1, Status: "completed", Subtotal: dec("-10.00"), Tax: dec("0"),
		Total: dec("10.01"), OwnRefund: dec("0"), OrderedAt: time.Unix(1714500000, 0).UTC(),
	})
}

func TestOrderRejects(t *testing.T) {
	at := func(s string) func(*SourceTicket) { return func(t *SourceTicket) { t.DateTime = some(s) } }
	tests := []struct {
		name   string
		ticket SourceTicket
		key    string
		want   string
	}{
		{"blank id", ticket("5", "  ", "NaN"), "#5", "no_id"},
		{"NULL id", ticket("6", "", "1", func(t *SourceTicket) { t.ID = Text{} }), "#6", "no_id"},
		{"NULL total", ticket("1", " A", "1", func(t *SourceTicket) { t.TotalPrice = Text{} }), "#1", "bad_total"},
		{"NaN total", ticket("1", "A", "NaN"), "#1", "bad_total"},
		{"total of a billion", ticket("1", "A", "-1000000000"), "#1", "bad_total"},
		{"NaN tax", ticket("1", "A", "1", func(t *SourceTicket) { t.Tax = some("NaN") }), "#1", "bad_amount"},
		{"refund of a billion", ticket("1", "A", "1", ownRefund("1000000000.00")), "#1", "bad_amount"},
		{"NULL time", ticket("1", "A", "1", func(t *SourceTicket) { t.DateTime = Text{} }), "#1", "bad_time"},
		{"time 0", ticket("1", "A", "1", at("0")), "#1", "bad_time"},
		{"last second before 2000", ticket("1", "A", "1", at("946684799")), "#1", "bad_time"},
		{"first second of 2000", ticket("1", "A", "1", at("946684800")), "A", ""},
		{"a day ahead", ticket("1", "A", "1", at("1714651200")), "A", ""},
		{"more than a day ahead", ticket("1", "A", "1", at("1714651201")), "#1", "bad_time"},
		{"milliseconds", ticket("1", "A", "1", at("1714500000000")), "A", ""},
	}
	for _, test := range tests {
		got := Expect(&Source{Tickets: []SourceTicket{test.ticket}}, plain())
		equal(t, test.name, got.Rejects[RejectKey{"orders", test.key}], test.want)
		if taken := len(got.Orders) == 1; taken != (test.want == "") {
			t.Errorf("%s: taken %v", test.name, taken)
		}
	}
}

func TestDuplicateTickets(t *testing.T) {
	key := RejectKey{"orders", "#9"}
	elsewhere := func(t *SourceTicket) { t.Location = some("2") }
	settings := plain()
	settings.Locations = []int64{1}

	got := Expect(&Source{Tickets: []SourceTicket{ticket("10", "A", "1"), ticket("9", "A ", "2"),
		ticket("11", "A", "3", elsewhere)}}, settings)
	equal(t, "the higher serial of this location counts", got.Orders["A"].OrderSerial, int64(10))
	equal(t, "no reject", len(got.Rejects), 0)

	got = Expect(&Source{Tickets: []SourceTicket{ticket("8", "A", "1"), ticket("9", "A ", "NaN")}}, settings)
	equal(t, "of those that can be taken", got.Orders["A"].OrderSerial, int64(8))
	equal(t, "the other is rejected", got.Rejects[key], "bad_total")
	equal(t, "what counts is not certain", got.Uncertain["A"], true)

	got = Expect(&Source{Tickets: []SourceTicket{ticket("9", "A", "1"), ticket("8", "A ", "NaN")}}, settings)
	equal(t, "an older one is rejected too", got.Rejects[RejectKey{"orders", "#8"}], "bad_total")
	equal(t, "the newest counts", got.Uncertain["A"], false)

	got = Expect(&Source{Tickets: []SourceTicket{
		ticket("1", "A", "10"), ticket("2", "A", "20", elsewhere),
		ticket("3", "R", "-4", refundOf("A")), ticket("4", "R", "-5", refundOf("A"), elsewhere),
		ticket("5", "B", "30"), ticket("6", "S", "-6", refundOf("B"), elsewhere),
		ticket("7", "T", "-7", refundOf("A"), func(t *SourceTicket) { t.Location = some("3") }),
	}}, plain())
	for key, want := range map[string]string{"A": "4", "A@2": "5", "B": "6"} {
		equal(t, "refunded of "+key, got.Orders[key].RefundedTotal.String(), want)
	}
}

func TestOrderNamesItsCustomer(t *testing.T) {
	far := customer("C1 ", "Ann")
	far.Location, far.Deleted, far.Email, far.Phone = some("2"), some("1"), some("A@B.C"), some("12")
	settings := plain()
	settings.Locations = []int64{1}
	src := &Source{Customers: []SourceCustomer{far}, Tickets: []SourceTicket{ticket("1", "A", "1"),
		ticket("2", "B", "1", func(t *SourceTicket) { t.CustomerID = some("C2") })}}
	got := Expect(src, settings)
	equal(t, "first name", got.Orders["A"].CustomerFirstName, some("Ann"))
	equal(t, "e-mail", got.Orders["A"].CustomerEmail, some("a@b.c"))
	equal(t, "phone", got.Orders["A"].CustomerPhone, some("12"))
	equal(t, "no such customer", got.Orders["B"].CustomerFirstName, Text{})
	equal(t, "customer id stays", got.Orders["B"].CustomerID, some("C2"))
	equal(t, "a customer elsewhere earns", got.Points[PointsKey{"A", "C1"}], int64(1))
}
