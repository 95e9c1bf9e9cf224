package biotracktest

import "fmt"

var paymentColumns = []string{"id", "ticketid", "paymentmethod", "paymentamount", "amount", "customerid", "datetime",
	"deleted",
	"refunded", "refticketid"}

// saleColumns are those of the layout: the newer one keeps what discounts and taxes made of a line.
func (g *generator) saleColumns() []string {
	columns := []string{"id", "ticketid", "productid", "inventoryid", "strain", "price", "tax", "total", "weight",
		"price_post_discount", "pricepoint", "location", "customerid", "datetime", "deleted", "refunded", "restocked",
		"requiresweighing"}
	if g.Layout == LayoutAudited {
		columns = append(columns, "price_adjusted_for_ticket_discounts", "price_post_everything", "tax_collected",
			"tax_collected_excise", "uid")
	}
	return columns
}

// writeSales writes the lines of the ticket of an index. A line's id follows from the ticket's place, so that no count
// has to be carried from row to row; tickets with fewer lines than the most leave gaps, as deleted lines do.
func (g *generator) writeSales(r *row, i int) {
	t := g.ticketAt(i)
	for n, l := range t.lines[:t.lineCount] {
		g.writeSale(r, &t, l, int64(i*maxLines+n+1))
	}
}

// writeSale writes one line.
func (g *generator) writeSale(r *row, t *ticket, l line, id int64) {
	tax := percent(l.price, taxPercent)
	if t.taxExempt == 1 {
		tax = 0
	}
	r.int(id)
	r.text(t.id)
	weighed := int64(0)
	if l.product >= 0 {
		p := g.products[l.product]
		weighed = p.weighedFlag()
		r.int(p.id)
		r.textOrNull(lotOfProduct(l.product))
		r.text(p.strain)
	} else {
		r.null()
		r.null()
		r.null()
	}
	r.money(l.price)
	r.money(tax)
	r.money(l.price + tax)
	r.money(l.quantity)
	r.money(l.price)
	r.null()
	r.intOrNull(t.location)
	t.writeCustomer(r)
	r.int(t.at.Unix())
	r.flag(t.deleted)
	r.int(0)
	r.int(0)
	r.int(weighed)
	if g.Layout == LayoutAudited {
		r.money(l.price)
		r.money(l.price + tax)
		r.money(tax)
		r.money(0)
		r.text(fmt.Sprintf("uid-%012d", id))
	}
	g.end(r, t.at, id)
}

// writePayment writes the payment of the ticket of an index; what is not paid yet has none.
func (g *generator) writePayment(r *row, i int) {
	t := g.ticketAt(i)
	if t.pif == 0 {
		return
	}
	amount, refunded := t.total, int64(0)
	if amount == 0 && t.refunds != "" {
		amount, refunded = -t.ownRefund, 1
	}
	r.int(t.serial)
	r.text(t.id)
	r.text(paymentMethods[i%len(paymentMethods)])
	r.money(amount)
	r.money(amount)
	t.writeCustomer(r)
	r.int(t.at.Unix())
	r.flag(t.deleted)
	r.int(refunded)
	r.textOrNull(t.refunds)
	g.end(r, t.at, t.serial)
}
