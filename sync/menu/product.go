package menu

import (
	"fmt"
	"slices"

	"github.com/shopspring/decimal"

	"github.com/blackbirdctl/blackbirdctl/biotrack"
	"github.com/blackbirdctl/blackbirdctl/blackbird"
)

// ProductFound is a product's price table and lots, and the line of the menu that a pass would make of them.
type ProductFound struct {
	PriceSample
	Unit    string `json:"unit"`
	Deleted bool   `json:"deleted"`
	// MemberLevel is the level of the line, nil where none is configured: then the product is not on the menu.
	MemberLevel *int64 `json:"member_level"`
	OnMenu      bool   `json:"on_menu"`
	// Reason is why the product is not on the menu, and Detail the same in words; empty where it is on it.
	Reason string `json:"reason,omitempty"`
	Detail string `json:"detail,omitempty"`
	// Quantity is the stock for sale, of which Reserve is kept back, and UnitsLeft what is on the menu.
	Quantity  string    `json:"quantity"`
	Reserve   string    `json:"reserve"`
	UnitsLeft int64     `json:"units_left"`
	Lots      []LotRoom `json:"lots"`
	Warnings  []string  `json:"warnings"`
}

// LotRoom is what lies of a lot in one room, and how much of that counts as stock for sale.
type LotRoom struct {
	Lot      string `json:"lot"`
	Room     int64  `json:"room"`
	RoomName string `json:"room_name"`
	Amount   string `json:"amount"`
	Counts   string `json:"counts"`
	// Reason is why not all of it counts, empty where it does.
	Reason string `json:"reason,omitempty"`
}

// Product returns what was found of one product, nil if there is none with that id. The lots are all of the product's.
func (p *Preview) Product(id int64, lots []biotrack.Lot) *ProductFound {
	i := slices.IndexFunc(p.products, func(product biotrack.Product) bool { return product.ID == id })
	if i < 0 {
		return nil
	}
	product := &p.products[i]
	found := &ProductFound{
		Deleted: product.Deleted, Reserve: p.reserve.String(), Lots: []LotRoom{},
		Warnings: append([]string{}, p.Warnings...),
	}
	for _, lot := range lots {
		if lot.Unsellable == "" {
			p.AddLot(lot)
		}
		found.Lots = append(found.Lots, p.lotRooms(lot)...)
	}
	_, badPrices := priceTable(p.grammar, product)
	found.PriceSample = p.sample(product, badPrices)
	line, reject := p.Line(product)
	found.Unit, found.Quantity = line.Unit, p.stock(id).String()
	found.Reason, found.Detail = p.off(product, &line, reject)
	if p.levelHint != "" {
		found.Reason, found.Detail = "no_member_level", p.levelHint
		return found
	}
	found.MemberLevel, found.OnMenu = &p.Level, line.OnMenu
	if line.OnMenu {
		found.UnitsLeft = UnitsLeft(&line, p.reserve)
	}
	return found
}

// lotRooms returns what lies of a lot in each of its rooms. Of a lot counts at most what remains of it: the rooms for
// sale are filled in order, so that they add up to what Lot.In returns.
func (p *Preview) lotRooms(lot biotrack.Lot) (found []LotRoom) {
	rooms, err := lot.Rooms()
	if err != nil {
		return []LotRoom{{Lot: lot.ID, Amount: lot.RoomData, Counts: "0", Reason: err.Error()}}
	}
	counted, before := make(map[int64]bool), decimal.Zero
	for _, room := range rooms {
		line := LotRoom{Lot: lot.ID, Room: room, RoomName: p.roomNames[room], Counts: "0"}
		amount, err := lot.In(map[int64]bool{room: true})
		if line.Amount = amount.Decimal().String(); err != nil {
			line.Amount = lot.Remaining
		}
		switch {
		case lot.Unsellable != "":
			line.Reason = lot.Unsellable
		case !p.selling[room]:
			line.Reason = "room_not_for_sale"
		case err != nil:
			line.Reason = err.Error()
		default:
			counted[room] = true
			all, _ := lot.In(counted)
			counts := all.Decimal().Sub(before)
			if before, line.Counts = all.Decimal(), counts.String(); counts.LessThan(amount.Decimal()) {
				line.Reason = "remaining_weight " + lot.Remaining
			}
		}
		found = append(found, line)
	}
	return found
}

// off returns why a line is not on the menu, and the same in words; empty where it is on it.
func (m *Menu) off(p *biotrack.Product, line *blackbird.Product, reject *blackbird.Reject) (reason, detail string) {
	switch {
	case reject != nil:
		return reject.Reason, reject.Detail
	case line.OnMenu:
		return "", ""
	case p.Deleted:
		return "deleted", "BioTrack has deleted the product"
	case !line.Price.Valid:
		table, _ := priceTable(m.grammar, p)
		return ReasonNoPrice, noPrice(table.At(m.Level), m.Level, m.allowFree)
	}
	return "not_enough_stock", fmt.Sprintf("%s for sale, less the reserve of %s, is less than one unit of %s",
		line.Quantity, m.reserve, line.UnitQuantity.Decimal)
}
