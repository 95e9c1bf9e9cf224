package biotracktest

import (
	"strconv"
	"time"
)

// badField replaces one column of an otherwise good row by a value in the form of COPY.
type badField struct{ column, value string }

// badCustomers, and the lists below, hold every kind of row that a reader must refuse. Of customers that is an id that
// is blank, and one that is another's but for a blank.
var badCustomers = []string{"", "   ", " " + customerID(0), " " + customerID(1)}

// badTickets are refused for their number, an amount or the time.
var badTickets = []badField{
	{"id", `\N`}, {"id", `\N`}, {"id", ""}, {"id", "    "},
	{"totalprice", `\N`}, {"totalprice", `\N`}, {"totalprice", "NaN"}, {"totalprice", "1000000000"},
	{"totalprice", "-1000000000.00"},
	{"totalprice", "123456789012345678901234567890"},
	{"price", "NaN"}, {"price", "2500000000.5"}, {"tax", "NaN"}, {"tax", "1e12"}, {"refundtotalprice", "NaN"},
	{"refundtotalprice", "-1e9"},
	{"datetime", `\N`}, {"datetime", `\N`}, {"datetime", "0"}, {"datetime", "946684799"}, {"datetime", "-5"},
	{"datetime", "9000000000"}, {"datetime", "9223372036854775807"},
}

// infiniteTickets are refused too, where the server's numbers can be infinite.
var infiniteTickets = []badField{{"totalprice", "Infinity"}, {"tax", "-Infinity"}}

// badPrices are price points that no reader may make a price of, of whatever level it reads.
var badPrices = []string{
	"ask the manager", "12.00:", "0,1,12.00:rest", "0,1,x:1,1,x", "0,1,2,3", "0,0,5.00:1,0,5.00:2,0,5.00",
	"0,-1,5.00:1,-1,5.00:2,-1,5.00",
	"0,1,-5.00:1,1,-5.00:2,1,-5.00", "0,1,12.00:0,1,13.00:1,1,12.00:1,1,13.00:2,1,12.00:2,1,13.00", "$12", "NaN",
}

// badQuantities are stocks that cannot be read, or beyond reason, as what remains of a lot and where it lies.
var badQuantities = []struct{ remaining, roomdata string }{
	{"NaN", `\N`}, {"12", "0;12"}, {`\N`, "0,99999999999999999999"},
}

// badCategory is one whose price point is a product's only one, and does not parse.
var badCategory = category{"Misprinted", "see poster", 0}

// badTables lists the tables that hold them.
func (g *generator) badTables() []table {
	c := &g.counts
	tickets := badTickets
	if g.infinity {
		tickets = append(tickets[:len(tickets):len(tickets)], infiniteTickets...)
	}
	customers := badCustomers
	if g.Layout == LayoutAudited {
		// Padded, the two blank ids are one, which is a key.
		customers = customers[1:]
	}
	products := len(badPrices) + 1 + len(badQuantities)
	c.BadCustomers, c.BadTickets, c.BadProducts = len(customers), len(tickets), products
	tables := []table{
		{"customers", []string{"customerid", "firstname", "lastname", "created"}, len(customers), func(r *row, i int) {
			g.writeBadCustomer(r, customers[i], g.Customers+i)
		}, &c.Customers},
		{"productcategories", categoryColumns, 1, func(r *row, _ int) { g.writeBadCategory(r) }, &c.Categories},
		{"products", []string{"id", "name", "productcategory", "pricepoint", "created"}, products, g.writeBadProduct,
			&c.Products},
		{"inventory", []string{"id", "productid", "remainingweight", "roomdata", "created"}, len(badQuantities),
			g.writeBadLot, &c.Lots},
	}
	for i, bad := range tickets {
		tables = append(tables, g.badTicket(bad, i))
	}
	return tables
}

// writeBadCustomer writes a customer of an id that cannot be taken.
func (g *generator) writeBadCustomer(r *row, id string, i int) {
	r.text(id)
	r.text(firstNames[i%len(firstNames)])
	r.text(lastNames[i%len(lastNames)])
	r.time(g.Now)
	g.end(r, g.Now, int64(i+1))
}

// badTicket is a load of one ticket, good but for one column.
func (g *generator) badTicket(bad badField, i int) table {
	serial := int64(g.Tickets + i + 1)
	at := g.Now.Add(-time.Hour)
	fields := []badField{
		{"ticketserial", strconv.FormatInt(serial, 10)}, {"id", ticketID(serial)}, {"price", "20.00"}, {"tax", "2.60"},
		{"totalprice", "22.60"}, {"refundtotalprice", "0"}, {"datetime", strconv.FormatInt(at.Unix(), 10)},
		{"created", at.Format(time.DateTime)},
	}
	columns := make([]string, len(fields))
	for n := range fields {
		columns[n] = fields[n].column
		if columns[n] == bad.column {
			fields[n].value = bad.value
		}
	}
	return table{"tickets", columns, 1, func(r *row, _ int) {
		for _, f := range fields {
			r.raw(f.value)
		}
		g.end(r, at, serial)
	}, &g.counts.Tickets}
}

// writeBadCategory writes the category whose prices cannot be read.
func (g *generator) writeBadCategory(r *row) {
	r.int(int64(len(categories) + 1))
	r.text(badCategory.name)
	r.int(1)
	r.flag(badCategory.deleted)
	r.text(badCategory.pricepoint)
	r.time(g.Now)
	g.end(r, g.Now, int64(len(categories)+1))
}

// writeBadProduct writes a product with a price that cannot be read, its own or its category's, or with one that can
// and a stock that cannot.
func (g *generator) writeBadProduct(r *row, i int) {
	id := int64(g.Products + i + 1)
	r.int(id)
	r.text("Misprinted Product " + strconv.Itoa(i+1))
	r.int(int64(len(categories) + 1))
	switch {
	case i < len(badPrices):
		r.text(badPrices[i])
	case i == len(badPrices):
		r.null()
	default:
		r.text(pricePoint(1200, false))
	}
	r.time(g.Now)
	g.end(r, g.Now, id)
}

// writeBadLot writes a lot of a product that is well but for its stock.
func (g *generator) writeBadLot(r *row, i int) {
	r.int(lotID(g.lots() + i))
	r.int(int64(g.Products + len(badPrices) + 1 + i + 1))
	r.raw(badQuantities[i].remaining)
	r.raw(badQuantities[i].roomdata)
	r.time(g.Now)
	g.end(r, g.Now, int64(g.lots()+i+1))
}
