package sync

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/blackbirdctl/blackbirdctl/biotrack"
	"github.com/blackbirdctl/blackbirdctl/blackbird"
	"github.com/blackbirdctl/blackbirdctl/internal/model"
)

// findLevel returns the member level that is configured by id or name. There is no default: a price shown to the wrong customers is worse than none.
func findLevel(configured string, levels []biotrack.Level) (int64, error) {
	configured = strings.TrimSpace(configured)
	remedy := levelRemedy(levels)
	if configured == "" {
		return 0, &SetupError{Problem: "no member level is configured, so no price can be told", HintText: remedy}
	}
	if id, err := strconv.ParseInt(configured, 10, 64); err == nil {
		if id == 0 || slices.ContainsFunc(levels, func(l biotrack.Level) bool { return l.ID == id }) {
			return id, nil
		}
	}
	var found []biotrack.Level
	for _, level := range levels {
		if strings.EqualFold(level.Name, configured) {
			found = append(found, level)
		}
	}
	switch len(found) {
	case 0:
		return 0, &SetupError{Problem: fmt.Sprintf("member level %q is not one of BioTrack's", configured), HintText: remedy}
	case 1:
		return found[0].ID, nil
	}
	return 0, &SetupError{Problem: fmt.Sprintf("member level %q is the name of %d levels", configured, len(found)), HintText: remedy}
}

func levelRemedy(levels []biotrack.Level) string {
	return "set --member-level to the id or name of one of the levels: " + levelNames(levels)
}

func levelNames(levels []biotrack.Level) string {
	names := []string{"0 (the default level)"}
	for _, level := range levels {
		if level.ID != 0 {
			names = append(names, fmt.Sprintf("%d (%s)", level.ID, level.Name))
		}
	}
	return strings.Join(names, ", ")
}

// findRooms returns the rooms whose stock is for sale, and warnings about what was configured.
func findRooms(configured []int64, rooms []biotrack.Room) (map[int64]bool, []string, error) {
	if len(configured) == 0 {
		return map[int64]bool{biotrack.BulkRoom: true}, nil, nil
	}
	var warnings []string
	selling := make(map[int64]bool)
	for _, id := range configured {
		room := slices.IndexFunc(rooms, func(r biotrack.Room) bool { return r.ID == id })
		switch {
		case room >= 0 && rooms[room].Quarantine:
			warnings = append(warnings, fmt.Sprintf("room %d is in quarantine: its stock is not for sale", id))
		case room >= 0 || id == biotrack.BulkRoom:
			selling[id] = true
		default:
			return nil, nil, &SetupError{
				Problem:  fmt.Sprintf("room %d is not one of BioTrack's", id),
				HintText: "set --rooms to ids out of: " + roomNames(rooms),
			}
		}
	}
	if !slices.Contains(configured, biotrack.BulkRoom) {
		warnings = append(warnings, "room 0, the bulk room, is not among the configured rooms: its stock is not on the menu")
	}
	return selling, warnings, nil
}

func roomNames(rooms []biotrack.Room) string {
	names := []string{"0 (the bulk room)"}
	for _, room := range rooms {
		if room.ID != biotrack.BulkRoom {
			names = append(names, fmt.Sprintf("%d (%s)", room.ID, room.Name))
		}
	}
	return strings.Join(names, ", ")
}

// stock is how much of each product is for sale, and which lots make no sense.
type stock struct {
	// selling are the rooms whose stock is for sale. What lies in others is nothing to the menu.
	selling  map[int64]bool
	quantity map[int64]model.Quantity
	// bad tells of a product why the amount of one of its lots cannot be told.
	bad map[int64]string
}

func newStock(selling map[int64]bool) *stock {
	return &stock{selling: selling, quantity: make(map[int64]model.Quantity), bad: make(map[int64]string)}
}

// add counts a lot.
func (s *stock) add(lot biotrack.Lot) {
	amounts, err := lot.Amounts()
	if err != nil && s.selling[lot.CurrentRoom] {
		s.bad[lot.ProductID] = err.Error()
	}
	for _, a := range amounts {
		if s.selling[a.Room] {
			s.quantity[lot.ProductID] = s.quantity[lot.ProductID].Add(a.Amount)
		}
	}
}

// of returns a product's quantity, rounded down to the store's four decimals: the menu must not promise more than there is.
func (s *stock) of(product int64) (decimal.Decimal, *blackbird.Reject) {
	detail, bad := s.bad[product]
	quantity := s.quantity[product].Decimal().RoundFloor(4)
	if !bad && quantity.Abs().GreaterThanOrEqual(model.MaxQuantity()) {
		detail, bad = "stock is out of range", true
	}
	if bad {
		return quantity, &blackbird.Reject{Key: productKey(product), Reason: ReasonBadQuantity, Detail: detail}
	}
	return quantity, nil
}

func productKey(id int64) string { return strconv.FormatInt(id, 10) }

// priceOf returns the breaks of the configured level: the product's own, else its category's. None is no price.
func priceOf(p *biotrack.Product, level int64) (biotrack.PriceTable, *blackbird.Reject) {
	for _, point := range []struct{ whose, text string }{{"its", p.PricePoint}, {"its category's", p.CategoryPricePoint}} {
		table, err := biotrack.ParsePriceTable(point.text)
		if err != nil {
			return nil, &blackbird.Reject{
				Key: productKey(p.ID), Reason: ReasonBadPrice,
				Detail: fmt.Sprintf("%s price point %q does not parse: %v", point.whose, point.text, err),
			}
		}
		if at := table.At(level); len(at) > 0 {
			return at, nil
		}
	}
	return nil, nil
}

// menuLine makes a product's line of the menu.
func menuLine(p *biotrack.Product, level int64, s *stock, reserve decimal.Decimal) (blackbird.Product, *blackbird.Reject) {
	line := blackbird.Product{ID: p.ID, MemberLevel: level, Unit: "each"}
	if p.Weighed {
		line.Unit = "g"
	}
	if p.Name != "" {
		line.Name = &p.Name
	}
	table, reject := priceOf(p, level)
	if reject != nil {
		return line, reject
	}
	if line.Quantity, reject = s.of(p.ID); reject != nil {
		return line, reject
	}
	if len(table) > 0 {
		setPrice(&line, table)
		line.OnMenu = !p.Deleted && line.Quantity.Sub(reserve).GreaterThanOrEqual(table[0].Quantity)
	}
	return line, nil
}

// The reasons for which a product's line is not on the menu.
const (
	OffDeleted        = "deleted"
	OffNoPrice        = "no_price"
	OffNotEnoughStock = "not_enough_stock"
)

// offMenu says why a line that menuLine made is not on the menu.
func offMenu(p *biotrack.Product, line *blackbird.Product) string {
	switch {
	case p.Deleted:
		return OffDeleted
	case !line.Price.Valid:
		return OffNoPrice
	}
	return OffNotEnoughStock
}

// setPrice fills a line's price from the level's breaks, the smallest quantity first.
func setPrice(line *blackbird.Product, table biotrack.PriceTable) {
	line.Price = decimal.NewNullDecimal(table[0].Price)
	line.UnitQuantity = decimal.NewNullDecimal(table[0].Quantity.Round(4))
	line.PriceBreaks = priceBreaks(table)
}

func priceBreaks(table biotrack.PriceTable) (breaks blackbird.PriceBreaks) {
	for _, b := range table {
		breaks = append(breaks, blackbird.PriceBreak{Quantity: b.Quantity.String(), Price: b.Price.StringFixed(2)})
	}
	return breaks
}
