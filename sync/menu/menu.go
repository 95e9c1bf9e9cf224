package menu

import (
	"fmt"
	"maps"
	"slices"
	"strconv"

	"github.com/shopspring/decimal"

	"github.com/blackbirdctl/blackbirdctl/biotrack"
	"github.com/blackbirdctl/blackbirdctl/blackbird"
	"github.com/blackbirdctl/blackbirdctl/internal/model"
)

// The reasons of rejects.
const (
	ReasonBadPrice    = "bad_price"
	ReasonBadQuantity = "bad_quantity"
)

// The reasons why a product that is no reject is off the menu.
const (
	OffDeleted        = "deleted"
	OffNoPrice        = "no_price"
	OffNotEnoughStock = "not_enough_stock"
)

// Menu makes the products' lines from the settings and the lots that were added.
type Menu struct {
	// Level is the id of the member level whose prices the menu shows.
	Level int64
	// Warnings are about the settings.
	Warnings []string

	reserve decimal.Decimal
	// selling are the rooms whose stock is for sale. Stock in other rooms does not count.
	selling map[int64]bool
	// quantity is a product's stock for sale. A product in bad has a lot whose amount cannot be read, for that reason.
	quantity map[int64]model.Quantity
	bad      map[int64]string
}

// New finds the configured level and rooms in the catalog. The error is a SettingsError where one is not there.
func New(s Settings, catalog *biotrack.Catalog) (_ *Menu, err error) {
	m := &Menu{reserve: s.Reserve, quantity: make(map[int64]model.Quantity), bad: make(map[int64]string)}
	if m.Level, err = findLevel(s.Level, catalog.Levels); err != nil {
		return nil, err
	}
	m.selling, m.Warnings, err = findRooms(s.Rooms, catalog.Rooms)
	return m, err
}

// Rooms returns the ids of the rooms whose stock is for sale, in order.
func (m *Menu) Rooms() []int64 { return slices.Sorted(maps.Keys(m.selling)) }

// AddLot adds a lot to its product's stock.
func (m *Menu) AddLot(lot biotrack.Lot) {
	amounts, err := lot.Amounts()
	if err != nil && m.selling[lot.CurrentRoom] {
		m.bad[lot.ProductID] = err.Error()
	}
	for _, a := range amounts {
		if m.selling[a.Room] {
			m.quantity[lot.ProductID] = m.quantity[lot.ProductID].Add(a.Amount)
		}
	}
}

// Line returns a product's line, or a reject where its price or its stock cannot be read. All lots must have been
// added.
func (m *Menu) Line(p *biotrack.Product) (blackbird.Product, *blackbird.Reject) {
	line := blackbird.Product{ID: p.ID, MemberLevel: m.Level, Unit: "each"}
	if p.Weighed {
		line.Unit = "g"
	}
	if p.Name != "" {
		line.Name = &p.Name
	}
	table, reject := priceAt(p, m.Level)
	if reject != nil {
		return line, reject
	}
	if line.Quantity, reject = m.stock(p.ID); reject != nil || len(table) == 0 {
		return line, reject
	}
	// The first break has the smallest quantity: it is the unit that the menu offers.
	line.Price = decimal.NewNullDecimal(table[0].Price)
	line.UnitQuantity = decimal.NewNullDecimal(table[0].Quantity.Round(4))
	line.PriceBreaks = priceBreaks(table)
	line.OnMenu = !p.Deleted && line.Quantity.Sub(m.reserve).GreaterThanOrEqual(table[0].Quantity)
	return line, nil
}

// UnitsLeft returns how many whole units of a product on the menu may be sold, with a reserve kept back.
func UnitsLeft(p *blackbird.Product, reserve decimal.Decimal) int64 {
	if !p.UnitQuantity.Decimal.IsPositive() {
		return 0
	}
	units, _ := p.Quantity.Sub(reserve).QuoRem(p.UnitQuantity.Decimal, 0)
	return units.IntPart()
}

// OffReason returns why a line that Line returned for the product is not on the menu.
func OffReason(p *biotrack.Product, line *blackbird.Product) string {
	switch {
	case p.Deleted:
		return OffDeleted
	case !line.Price.Valid:
		return OffNoPrice
	}
	return OffNotEnoughStock
}

// stock returns a product's quantity, rounded down to the store's four decimals.
func (m *Menu) stock(product int64) (decimal.Decimal, *blackbird.Reject) {
	detail, bad := m.bad[product]
	quantity := m.quantity[product].Decimal().RoundFloor(4)
	if !bad && quantity.Abs().GreaterThanOrEqual(model.MaxQuantity()) {
		detail, bad = "stock is out of range", true
	}
	if bad {
		return quantity, &blackbird.Reject{Key: Key(product), Reason: ReasonBadQuantity, Detail: detail}
	}
	return quantity, nil
}

// priceAt returns the price breaks of a level: the product's own, else its category's. None is no price.
func priceAt(p *biotrack.Product, level int64) (biotrack.PriceTable, *blackbird.Reject) {
	for _, point := range []struct{ whose, text string }{
		{"its", p.PricePoint}, {"its category's", p.CategoryPricePoint},
	} {
		table, err := biotrack.ParsePriceTable(point.text)
		if err != nil {
			return nil, &blackbird.Reject{
				Key: Key(p.ID), Reason: ReasonBadPrice,
				Detail: fmt.Sprintf("%s price point %q does not parse: %v", point.whose, point.text, err),
			}
		}
		if at := table.At(level); len(at) > 0 {
			return at, nil
		}
	}
	return nil, nil
}

func priceBreaks(table biotrack.PriceTable) (breaks blackbird.PriceBreaks) {
	for _, b := range table {
		breaks = append(breaks, blackbird.PriceBreak{Quantity: b.Quantity.String(), Price: b.Price.StringFixed(2)})
	}
	return breaks
}

// Key returns the key under which a product's rejects and differences are listed.
func Key(product int64) string { return strconv.FormatInt(product, 10) }
