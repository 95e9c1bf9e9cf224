package menu

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

// The reasons of rejects.
const (
	ReasonBadPrice    = "bad_price"
	ReasonBadQuantity = "bad_quantity"
	ReasonNoPrice     = "no_price"
)

// Settings are the shop's choices that the menu depends on.
type Settings struct {
	// Level is the member level whose prices the menu shows, by id or name.
	Level string
	// Rooms are the ids of the rooms whose stock is for sale, none for the bulk room alone.
	Rooms []int64
	// Reserve is how much of each product is kept back from the menu.
	Reserve decimal.Decimal
	// AllowFree shows products whose price is 0.00.
	AllowFree bool
	// Grammar says how price points are written.
	Grammar biotrack.PriceGrammar
}

// Accepted returns the settings as a watermark keeps them: the level by its id, the rooms in order. What makes no
// difference to the menu makes none to the texts.
func (s Settings) Accepted(level int64) map[string]string {
	rooms := "0"
	if len(s.Rooms) > 0 {
		var ids []string
		for _, id := range slices.Compact(slices.Sorted(slices.Values(s.Rooms))) {
			ids = append(ids, strconv.FormatInt(id, 10))
		}
		rooms = strings.Join(ids, ",")
	}
	accepted := map[string]string{
		settingLevel: strconv.FormatInt(level, 10), "rooms": rooms, "reserve": s.Reserve.String(),
		"allow_free": strconv.FormatBool(s.AllowFree),
	}
	// Watermarks from before there were others have no grammar.
	if grammar := s.Grammar.String(); grammar != "" {
		accepted["price_points"] = grammar
	}
	return accepted
}

// settingLevel is the key of the level's id.
const settingLevel = "member_level"

// Menu makes the products' lines from the settings and the lots that were added.
type Menu struct {
	// Level is the id of the member level whose prices the menu shows.
	Level int64
	// Warnings are about the settings.
	Warnings []string
	// Gone is a SetupError if BioTrack no longer has a configured room, or the level; nil where it has all. Such a room
	// holds nothing. The level's prices are still those that price points have for it.
	Gone error

	reserve   decimal.Decimal
	allowFree bool
	grammar   biotrack.PriceGrammar
	// selling are the rooms whose stock is for sale. Stock in other rooms does not count.
	selling map[int64]bool
	// quantity is a product's stock for sale. A product in bad has a lot whose amount cannot be read, for that reason.
	quantity map[int64]model.Quantity
	bad      map[int64]string
}

// New finds the configured level and rooms in the catalog. A room that is not there is the menu's Gone. So is a level
// that is not there, if the settings that a former pass accepted have one: the menu goes on with that level's id. A
// name may be gone because BioTrack renamed the level; another id is another level, and an error. Errors are
// SetupErrors.
func New(s Settings, catalog *biotrack.Catalog, accepted map[string]string) (_ *Menu, err error) {
	m := &Menu{
		reserve: s.Reserve, allowFree: s.AllowFree, grammar: s.Grammar, quantity: make(map[int64]model.Quantity),
		bad: make(map[int64]string),
	}
	if m.Level, err = findLevel(s.Level, catalog.Levels); err != nil {
		former, none := strconv.ParseInt(accepted[settingLevel], 10, 64)
		level := strings.TrimSpace(s.Level)
		id, notID := strconv.ParseInt(level, 10, 64)
		if none != nil || level == "" || notID == nil && id != former {
			return nil, err
		}
		m.Level, m.Gone = former, err
	}
	if err := m.findRooms(s.Rooms, catalog.Rooms); err != nil {
		m.Gone = err
	}
	return m, nil
}

// AddLot adds a lot to its product's stock.
func (m *Menu) AddLot(lot biotrack.Lot) {
	amount, err := lot.In(m.selling)
	if err != nil {
		m.bad[lot.ProductID] = err.Error()
		return
	}
	m.quantity[lot.ProductID] = m.quantity[lot.ProductID].Add(amount)
}

// Line returns a product's line, or a reject where its price or stock cannot be read, or where it is in stock and has
// no price. All lots must have been added.
func (m *Menu) Line(p *biotrack.Product) (blackbird.Product, *blackbird.Reject) {
	line := blackbird.Product{ID: p.ID, MemberLevel: m.Level, Unit: "each"}
	if p.Weighed {
		line.Unit = "g"
	}
	if p.Name != "" {
		line.Name = &p.Name
	}
	if p.Category != "" {
		line.Category = &p.Category
	}
	prices, reject := priceTable(m.grammar, p)
	if reject != nil {
		return line, reject
	}
	table := prices.At(m.Level)
	line.Quantity = m.stock(p.ID)
	problem, bad := m.bad[p.ID]
	if !bad && line.Quantity.Abs().GreaterThanOrEqual(model.MaxQuantity()) {
		problem, bad = "stock is out of range", true
	}
	if bad {
		return line, &blackbird.Reject{Key: Key(p.ID), Reason: ReasonBadQuantity, Detail: problem}
	}
	if problem := noPrice(table, m.Level, m.allowFree); problem != "" {
		if line.Quantity.IsPositive() && !p.Deleted {
			return line, &blackbird.Reject{Key: Key(p.ID), Reason: ReasonNoPrice, Detail: problem}
		}
		return line, nil
	}
	// The first break has the smallest quantity: it is the unit that the menu offers.
	line.Price = decimal.NewNullDecimal(table[0].Price)
	line.UnitQuantity = decimal.NewNullDecimal(table[0].Quantity.Round(4))
	line.PriceBreaks = priceBreaks(table)
	line.OnMenu = !p.Deleted && line.Quantity.Sub(m.reserve).GreaterThanOrEqual(table[0].Quantity)
	return line, nil
}

// stock returns a product's stock for sale, rounded down to the store's four decimals.
func (m *Menu) stock(product int64) decimal.Decimal {
	return m.quantity[product].Decimal().RoundFloor(4)
}

// Held returns a line that is on the menu with today's stock, and reports whether there is still a unit of it: then it
// may stay on the menu, if need be, though no price or no product says that it should.
func (m *Menu) Held(stored *blackbird.Product) (blackbird.Product, bool) {
	held := *stored
	held.Quantity = m.stock(stored.ID)
	return held, m.bad[stored.ID] == "" && UnitsLeft(&held, m.reserve) > 0
}

// UnitsLeft returns how many whole units of a product on the menu may be sold, with a reserve kept back.
func UnitsLeft(p *blackbird.Product, reserve decimal.Decimal) int64 {
	if !p.UnitQuantity.Decimal.IsPositive() {
		return 0
	}
	units, _ := p.Quantity.Sub(reserve).QuoRem(p.UnitQuantity.Decimal, 0)
	return units.IntPart()
}

// pricePoint returns the text that has a product's prices: its own price point, where it has one, has all of them, else
// its category's does.
func pricePoint(p *biotrack.Product) (whose, text string) {
	if p.PricePoint == "" {
		return "its category's", p.CategoryPricePoint
	}
	return "its", p.PricePoint
}

// priceTable returns a product's prices.
func priceTable(g biotrack.PriceGrammar, p *biotrack.Product) (biotrack.PriceTable, *blackbird.Reject) {
	whose, text := pricePoint(p)
	table, err := g.Parse(text)
	if err != nil {
		return nil, &blackbird.Reject{
			Key: Key(p.ID), Reason: ReasonBadPrice,
			Detail: fmt.Sprintf("%s price point %q does not parse: %v", whose, text, err),
		}
	}
	return table, nil
}

// noPrice returns why a level's breaks are no price of a product, empty where they are one. A price of 0.00 is one only
// if it is allowed: it is more often a price that nobody has entered yet.
func noPrice(table biotrack.PriceTable, level int64, allowFree bool) string {
	if len(table) == 0 {
		return fmt.Sprintf("there is no price at member level %d", level)
	}
	if unit := table[0].Quantity; unit.Round(4).IsZero() {
		return fmt.Sprintf("the quantity %s is 0 when rounded to four decimals", unit)
	}
	for _, b := range table {
		if b.Price.IsZero() && !allowFree {
			return fmt.Sprintf("the price for %s at member level %d is 0.00", b.Quantity, level)
		}
	}
	return ""
}

func priceBreaks(table biotrack.PriceTable) (breaks blackbird.PriceBreaks) {
	for _, b := range table {
		breaks = append(breaks, blackbird.PriceBreak{Quantity: b.Quantity.String(), Price: b.Price.StringFixed(2)})
	}
	return breaks
}

// Key returns the key under which a product's rejects and differences are listed.
func Key(product int64) string { return strconv.FormatInt(product, 10) }

// findLevel returns the member level that is configured by id or name.
func findLevel(configured string, levels []biotrack.Level) (int64, error) {
	configured = strings.TrimSpace(configured)
	hint := levelHint(levels)
	if configured == "" {
		return 0, &model.SetupError{Problem: "no member level is configured, so no price is known", HintText: hint}
	}
	if id, err := strconv.ParseInt(configured, 10, 64); err == nil {
		if id == 0 || slices.ContainsFunc(levels, func(l biotrack.Level) bool { return l.ID == id }) {
			return id, nil
		}
	}
	named := slices.DeleteFunc(slices.Clone(levels), func(l biotrack.Level) bool {
		return !strings.EqualFold(l.Name, configured)
	})
	problem := fmt.Sprintf("member level %q is not one of BioTrack's", configured)
	switch {
	case len(named) == 1:
		return named[0].ID, nil
	case len(named) > 1:
		problem = fmt.Sprintf("member level %q is the name of %d levels", configured, len(named))
	}
	return 0, &model.SetupError{Problem: problem, HintText: hint}
}

func levelHint(levels []biotrack.Level) string {
	names := []string{"0 (the default level)"}
	for _, level := range levels {
		if level.ID != 0 {
			names = append(names, fmt.Sprintf("%d (%s)", level.ID, level.Name))
		}
	}
	return "set --member-level to the id or name of one of the levels: " + strings.Join(names, ", ")
}

// findRooms finds the rooms whose stock is for sale, and warns of what was configured. The error is a SetupError where
// one is not there.
func (m *Menu) findRooms(configured []int64, rooms []biotrack.Room) (err error) {
	m.selling = make(map[int64]bool)
	if len(configured) == 0 {
		m.selling[biotrack.BulkRoom] = true
		return nil
	}
	names := []string{"0 (the bulk room)"}
	for _, room := range rooms {
		if room.ID != biotrack.BulkRoom {
			names = append(names, fmt.Sprintf("%d (%s)", room.ID, room.Name))
		}
	}
	for _, id := range configured {
		room := slices.IndexFunc(rooms, func(r biotrack.Room) bool { return r.ID == id })
		switch {
		case room >= 0 && rooms[room].Quarantine:
			m.warn(fmt.Sprintf("room %d is in quarantine: its stock is not for sale", id))
		case room >= 0 || id == biotrack.BulkRoom:
			m.selling[id] = true
		default:
			err = &model.SetupError{
				Problem:  fmt.Sprintf("room %d is not one of BioTrack's", id),
				HintText: "set --rooms to ids out of: " + strings.Join(names, ", "),
			}
		}
	}
	if !slices.Contains(configured, biotrack.BulkRoom) {
		m.warn("room 0, the bulk room, is not among the configured rooms: its stock is not on the menu")
	}
	return err
}

func (m *Menu) warn(warning string) { m.Warnings = append(m.Warnings, warning) }
