package biotracktest

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"time"
)

var lotColumns = []string{"id", "strain", "productid", "location", "weight", "remainingweight", "quantity",
	"requiresweighing",
	"deleted", "dispensed", "transferredout", "currentroom", "roomdata", "priceout", "pricein", "inventorystatus",
	"seized",
	"is_sample", "expiration", "sessiontime", "created"}

const (
	// lotPeriod is after how many lots the oddities repeat.
	lotPeriod = 60
	// firstLot is the barcode before the first lot's.
	firstLot     = 1_000_000_000_000_000
	firstLotText = "1000000000000000"
	// stillGood is how long what has not expired is good for: longer than anybody will run these tests with one Now.
	stillGood = 20 * 365 * 24 * time.Hour
)

// lot is one row of inventory. Amounts are in the form of COPY, so that they may be odd.
type lot struct {
	remaining, roomdata                      string
	room                                     string
	location                                 int64
	deleted, dispensed, gone, seized, sample int8
	expiration                               int64 // 0 is written as it is; negative is NULL
}

// lots is how many lots there are; none without a product.
func (g *generator) lots() int {
	if len(g.products) == 0 {
		return 0
	}
	return g.Lots
}

// lotID is the barcode of the lot of an index.
func lotID(i int) int64 { return firstLot + int64(i) + 1 }

// lotOfProduct is the barcode of a product's first lot.
func lotOfProduct(product int) string { return strconv.FormatInt(lotID(product), 10) }

// lotAt makes the lot of an index: of the products in turn, stocked in the bulk room and on the sales floor.
func (g *generator) lotAt(i int) lot {
	r := g.chance(chanceLots, i)
	weighed := g.products[i%len(g.products)].weighed
	bulk, floor := amount(r, weighed), amount(r, weighed)
	l := lot{
		remaining: shortDecimal(bulk + floor), room: strconv.Itoa(RoomBulk), location: 1, expiration: -1,
		roomdata: fmt.Sprintf("%d,%s:%d,%s", RoomBulk, shortDecimal(bulk), RoomSalesFloor, shortDecimal(floor)),
	}
	if i%3 == 1 {
		l.expiration = g.Now.Add(stillGood).Unix()
	}
	// Shifted from one round of the products to the next, so that no product has lots of one kind alone.
	odd := (i + i/len(g.products)*7) % lotPeriod
	g.oddStock(&l, odd, shortDecimal(bulk), shortDecimal(floor))
	g.oddFate(&l, odd)
	return l
}

// oddStock spells where a lot lies in the other ways there are.
func (g *generator) oddStock(l *lot, odd int, bulk, floor string) {
	switch odd {
	case 5:
		l.roomdata, l.remaining = `\N`, bulk
	case 7:
		l.roomdata, l.room, l.remaining = "", strconv.Itoa(RoomCounter), floor
	case 9:
		l.roomdata, l.remaining = "0,"+bulk+":2,"+floor+" ", floor // the rooms are said to hold more than there is
	case 11:
		l.roomdata = " 0 , " + bulk + " : 2 , " + floor + " "
	case 13:
		l.roomdata = "0," + bulk + ":4," + floor
	case 15:
		l.roomdata, l.room, l.remaining = `\N`, strconv.Itoa(RoomQuarantine), floor
	case 27:
		l.roomdata, l.remaining = "0,0", "0"
	case 29:
		l.roomdata, l.remaining = "0,-2", "-2"
	case 33:
		l.roomdata, l.remaining, l.room = `\N`, `\N`, `\N`
	case 34:
		l.roomdata, l.room, l.remaining = "   ", `\N`, bulk
	case 35:
		l.roomdata = "5," + floor
	case 37:
		l.roomdata, l.room, l.location = "6,"+floor, strconv.Itoa(RoomHarbourShop), 2
	case 43:
		l.roomdata, l.remaining = "0,12.3456789", "12.3456789"
	case 45:
		l.roomdata = "99," + floor + ":0,1"
	case 49:
		l.roomdata, l.remaining = "0,1:0,2:2,1", "4"
	}
}

// oddFate takes a lot off the shelf, or nearly.
func (g *generator) oddFate(l *lot, odd int) {
	switch odd {
	case 17:
		l.expiration = g.Now.Add(-24 * time.Hour).Unix()
	case 19:
		l.gone = 1
	case 21:
		l.seized = 1
	case 23:
		l.sample = 1
	case 25:
		l.deleted = 1
	case 31:
		l.deleted, l.dispensed, l.gone, l.seized, l.sample = null, null, null, null, null
	case 39:
		l.expiration = 0
	case 47:
		l.dispensed = 1
	}
}

// amount is a stock in hundredths: grams of what is weighed, whole pieces of the rest.
func amount(r *rand.Rand, weighed bool) int64 {
	if weighed {
		return r.Int64N(20000)
	}
	return r.Int64N(60) * 100
}

// shortDecimal spells hundredths as short as the point of sale does.
func shortDecimal(hundredths int64) string {
	if hundredths%100 == 0 {
		return strconv.FormatInt(hundredths/100, 10)
	}
	return decimalOf(hundredths)
}

// writeLot writes the lot of an index.
func (g *generator) writeLot(r *row, i int) {
	l := g.lotAt(i)
	p := &g.products[i%len(g.products)]
	made := g.Now.Add(-time.Duration(30+i%300) * 24 * time.Hour)
	r.int(lotID(i))
	r.text(p.strain)
	r.int(p.id)
	r.int(l.location)
	r.raw(l.remaining)
	r.raw(l.remaining)
	r.int(0)
	r.int(p.weighedFlag())
	r.flag(l.deleted)
	r.flag(l.dispensed)
	r.flag(l.gone)
	r.raw(l.room)
	r.raw(l.roomdata)
	r.money(p.unitPrice)
	r.money(p.unitPrice / 2)
	r.int(0)
	r.flag(l.seized)
	r.flag(l.sample)
	if l.expiration < 0 {
		r.null()
	} else {
		r.int(l.expiration)
	}
	r.int(made.Unix())
	r.time(made)
	g.end(r, made, int64(i+1))
}
