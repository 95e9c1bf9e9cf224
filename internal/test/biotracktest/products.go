package biotracktest

import (
	"fmt"
	"strings"
)

var (
	categoryColumns = []string{"id", "name", "location", "deleted", "pricepoint", "created"}
	productColumns  = []string{"id", "name", "strain", "productcategory", "taxcategory", "pricepoint", "location",
		"requiresweighing", "requiresinventory", "ismedicated", "deleted", "ismembersonly", "externalbarcode",
		"productdescription", "inventorytype", "defaultusable", "costperunit", "created", "modified"}
)

// productPeriod is after how many products the oddities repeat.
const productPeriod = 50

// category is a row of productcategories; an empty price point is NULL.
type category struct {
	name, pricepoint string
	deleted          int8
}

// categories are in the order of productForms. Some have prices that their products may inherit, one of them is deleted
// and lends its prices all the same, and one spells no prices as an empty text.
var categories = []category{
	{"Flower", "0,1,14.00:0,3.5,45.00:1,1,14.00:1,3.5,45.00:2,1,12.60:2,3.5,40.50:3,1,11.90", 0},
	{"Pre-Rolls", "0,1,9.50:1,1,9.50:2,1,8.55", null},
	{"Edibles", "", 0},
	{"Vape Cartridges", "", 0},
	{"Tinctures", "0,1,28.00:1,1,28.00:2,1,25.20", 1},
	{"Chocolate", "18.00", 0},
	{"Topicals", "1,22.00", 0},
	{"Accessories", "", 0},
}

// product is one row of products; an empty text is NULL.
type product struct {
	id            int64
	name, strain  string
	category      int // index
	pricepoint    string
	unitPrice     int64 // what the till takes for one unit
	weighed       bool
	deleted       int8
	members       int8
	modified      bool
	blankPrice    bool // no price is spelled as blanks
	windowsLetter bool // the name is written in bytes of Windows-1252
}

// weighedFlag is requiresweighing; what is counted has NULL there now and then.
func (p *product) weighedFlag() int64 {
	if p.weighed {
		return 1
	}
	return 0
}

// makeProducts makes all products: tickets take their prices from them.
func (g *generator) makeProducts() []product {
	products := make([]product, g.Products)
	for i := range products {
		products[i] = g.productAt(i)
	}
	return products
}

// productAt makes the product of an index.
func (g *generator) productAt(i int) product {
	r := g.chance(chanceProducts, i)
	form := i % len(productForms)
	strain := pick(r, strainAdverbs) + " " + pick(r, strainNouns)
	p := product{
		id: int64(i + 1), strain: strain, name: strain + " " + productForms[form], category: form,
		unitPrice: int64(8+r.IntN(40))*100 + pick(r, []int64{0, 25, 50, 99}), weighed: form == 0,
		modified: r.IntN(4) == 0,
	}
	p.pricepoint = pricePoint(p.unitPrice, p.weighed)
	g.oddProduct(&p, i)
	return p
}

// oddProduct makes some of the first fifty, and so on, unlike the others.
func (g *generator) oddProduct(p *product, i int) {
	switch i % productPeriod {
	case 4:
		p.pricepoint, p.category, p.unitPrice = "", 0, 1400
	case 9:
		p.pricepoint, p.blankPrice, p.category, p.unitPrice = "", true, 1, 950
	case 12:
		p.pricepoint, p.category, p.unitPrice = "", 4, 2800
	case 14:
		p.pricepoint, p.category, p.unitPrice = "", 5, 1800
	case 19:
		p.pricepoint, p.category = "", 2
	case 21:
		p.pricepoint, p.category, p.unitPrice = "", 6, 2200
	case 24:
		p.pricepoint = decimalOf(p.unitPrice)
	case 29:
		p.pricepoint = "1," + decimalOf(p.unitPrice) + ":5," + decimalOf(p.unitPrice*45/10)
	case 34:
		p.pricepoint, p.category = "2,1,"+decimalOf(p.unitPrice*9/10), 0
	case 36:
		p.pricepoint = "1,3.5," + decimalOf(p.unitPrice*33/10) + ":1,1," + decimalOf(p.unitPrice) + ":0,7," +
			decimalOf(p.unitPrice*6) + ":0,1," + decimalOf(p.unitPrice)
	case 38:
		p.category = -1
	case 41:
		p.name, p.windowsLetter = "Crème Brûlée "+p.name, g.noEncoding
	case 42:
		p.name = " " + p.name + "  "
	case 43:
		p.members = 1
	case 46:
		p.name = ""
	case 47:
		p.deleted = 1
	case 48:
		p.deleted, p.members = null, null
	case 49:
		p.pricepoint, p.unitPrice = "0,1,0.00:1,1,0.00", 0
	}
}

// pricePoint spells a product's prices for levels 0 to 3: a unit, and of what is weighed an eighth and a quarter of an
// ounce.
func pricePoint(unit int64, weighed bool) string {
	quantities := []struct {
		text   string
		tenths int64 // of the unit's price
	}{{"1", 10}, {"3.5", 32}, {"7", 60}}
	if !weighed {
		quantities = quantities[:1]
	}
	var triples []string
	for level, percentage := range []int64{100, 100, 90, 85} {
		for _, q := range quantities {
			price := percent(unit*q.tenths/10, percentage)
			triples = append(triples, fmt.Sprintf("%d,%s,%s", level, q.text, decimalOf(price)))
		}
	}
	return strings.Join(triples, ":")
}

// writeCategory writes the category of an index.
func (g *generator) writeCategory(r *row, i int) {
	c := categories[i]
	made := g.Now.Add(-sinceSetup)
	r.int(int64(i + 1))
	r.text(c.name)
	r.int(1)
	r.flag(c.deleted)
	r.textOrNull(c.pricepoint)
	r.time(made)
	g.end(r, made, int64(i+1))
}

// writeProduct writes the product of an index.
func (g *generator) writeProduct(r *row, i int) {
	p := &g.products[i]
	made := g.Now.Add(-sinceSetup)
	r.int(p.id)
	if p.windowsLetter {
		r.windows(p.name)
	} else {
		r.textOrNull(p.name)
	}
	r.text(p.strain)
	r.intOrNull(int64(p.category + 1))
	r.int(1)
	if p.blankPrice {
		r.text("  ")
	} else {
		r.textOrNull(p.pricepoint)
	}
	r.int(1)
	if !p.weighed && i%7 == 0 {
		r.null()
	} else {
		r.int(p.weighedFlag())
	}
	r.int(1)
	r.int(0)
	r.flag(p.deleted)
	r.flag(p.members)
	r.text(fmt.Sprintf("BC%08d", p.id))
	r.text("An invented product.")
	r.int(int64(p.category + 20))
	r.int(1)
	r.money(p.unitPrice / 2)
	r.time(made)
	g.modified(r, p.modified, made)
	g.end(r, made, p.id)
}
