package biotracktest

import (
	"fmt"
	"strings"
)

// DaySummary counts what has happened on a day.
type DaySummary struct {
	Sales, PreordersPlaced, PreordersPaid               int
	RefundsAsAmount, RefundsAsNegative, RefundsOnTicket int
	Voids, RefundsVoided, Reassigned, Corrected         int
	CustomersNew, CustomersRenamed, CustomersRephoned   int
	CustomersRemailed, CustomersDeleted                 int
	ProductsNew, ProductsRenamed, ProductsDeleted       int
	ProductsRepriced, CategoriesRepriced                int
	Restocks, LotsNew, RoomMoves                        int

	// Rows that are gone without a trace.
	TicketsGone, CustomersGone, ProductsGone, LotsGone int
}

// item is a count and what it counts, in words for a demo.
type item struct {
	count int
	words string
}

// items lists the counts in the order of a story.
func (s *DaySummary) items() []item {
	return []item{
		{s.Sales, "sales"}, {s.PreordersPlaced, "preorders placed"}, {s.PreordersPaid, "preorders paid"},
		{s.RefundsAsAmount, "refunds by amount"}, {s.RefundsAsNegative, "refunds by negative total"},
		{s.RefundsOnTicket, "refunds noted on the sale itself"}, {s.Voids, "sales voided"},
		{s.RefundsVoided, "refunds voided"},
		{s.Reassigned, "sales given to another customer"}, {s.Corrected, "totals corrected in silence"},
		{s.CustomersNew, "customers new"}, {s.CustomersRenamed, "customers renamed"},
		{s.CustomersRephoned, "customers with another phone"},
		{s.CustomersRemailed, "customers with another e-mail, in silence"}, {s.CustomersDeleted, "customers deleted"},
		{s.ProductsNew, "products new"}, {s.ProductsRenamed, "products renamed"},
		{s.ProductsDeleted, "products deleted"},
		{s.ProductsRepriced, "products repriced"}, {s.CategoriesRepriced, "categories repriced"},
		{s.Restocks, "lots restocked"}, {s.LotsNew, "lots received"}, {s.RoomMoves, "lots moved between rooms"},
		{s.TicketsGone, "tickets gone without a trace"}, {s.CustomersGone, "customers gone without a trace"},
		{s.ProductsGone, "products gone without a trace"}, {s.LotsGone, "lots gone without a trace"},
	}
}

// Total is how many transactions the day had.
func (s DaySummary) Total() int {
	total := 0
	for _, t := range s.items() {
		total += t.count
	}
	return total
}

// String describes the day in words, leaving out what has not happened.
func (s DaySummary) String() string {
	var parts []string
	for _, t := range s.items() {
		if t.count > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", t.count, t.words))
		}
	}
	return strings.Join(parts, ", ")
}

// acts lists what happens on a day, and how often.
func (t *trading) acts() []act {
	c := &t.counts
	return []act{
		{40, &c.Sales, t.sell},
		{2, &c.PreordersPlaced, t.placePreorder},
		{2, &c.PreordersPaid, t.payPreorder},
		{2, &c.RefundsAsAmount, t.refundAsAmount},
		{2, &c.RefundsAsNegative, t.refundAsNegative},
		{2, &c.RefundsOnTicket, t.refundOnTicket},
		{3, &c.Voids, t.void},
		{1, &c.RefundsVoided, t.voidRefund},
		{2, &c.Reassigned, t.reassign},
		{2, &c.Corrected, t.correct},
		{3, &c.CustomersNew, t.newCustomer},
		{3, &c.CustomersRenamed, t.renameCustomer},
		{3, &c.CustomersRephoned, t.rephoneCustomer},
		{2, &c.CustomersRemailed, t.remailCustomer},
		{2, &c.CustomersDeleted, t.deleteCustomer},
		{1, &c.ProductsNew, t.newProduct},
		{2, &c.ProductsRenamed, t.renameProduct},
		{1, &c.ProductsDeleted, t.deleteProduct},
		{3, &c.ProductsRepriced, t.repriceProduct},
		{1, &c.CategoriesRepriced, t.repriceCategory},
		{4, &c.Restocks, t.restock},
		{2, &c.LotsNew, t.newLot},
		{4, &c.RoomMoves, t.moveRoom},
	}
}

// hardDeletes lists what may vanish at the end of a day.
func (t *trading) hardDeletes() []act {
	c := &t.counts
	return []act{
		{2, &c.TicketsGone, t.dropTicket},
		{1, &c.CustomersGone, t.dropCustomer},
		{1, &c.ProductsGone, t.dropProduct},
		{1, &c.LotsGone, t.dropLot},
	}
}
