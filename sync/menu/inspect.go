package menu

import (
	"cmp"
	"errors"
	"maps"
	"slices"
	"strings"

	"github.com/blackbirdctl/blackbirdctl/biotrack"
	"github.com/blackbirdctl/blackbirdctl/blackbird"
)

// LevelsFound is what there is to know before a member level is chosen.
type LevelsFound struct {
	Levels []LevelUse `json:"levels"`
	// Products counts the products that are not deleted, PricePoints those of them with a price point, and BadPrices
	// those with one that does not parse.
	Products    int `json:"products"`
	PricePoints int `json:"price_points"`
	BadPrices   int `json:"bad_prices"`
}

// LevelUse is a member level, and how many of the products that are not deleted have a price at it.
type LevelUse struct {
	ID   int64  `json:"id"`
	Name string `json:"name"`
	// Listed reports whether the level can be configured: BioTrack lists it, or it is level 0, the default.
	Listed   bool `json:"listed"`
	Products int  `json:"products"`
}

// FindLevels returns level 0, the levels that BioTrack lists, and those that only price points name.
func FindLevels(g biotrack.PriceGrammar, catalog *biotrack.Catalog) *LevelsFound {
	found := &LevelsFound{Levels: []LevelUse{{ID: 0, Listed: true}}}
	for _, level := range catalog.Levels {
		if level.ID == 0 {
			found.Levels[0].Name = level.Name
			continue
		}
		found.Levels = append(found.Levels, LevelUse{ID: level.ID, Name: level.Name, Listed: true})
	}
	for _, id := range pricedLevels(g, catalog.Products) {
		if !slices.ContainsFunc(found.Levels, func(u LevelUse) bool { return u.ID == id }) {
			found.Levels = append(found.Levels, LevelUse{ID: id})
		}
	}
	for i := range catalog.Products {
		p := &catalog.Products[i]
		if p.Deleted {
			continue
		}
		found.Products++
		if _, text := pricePoint(p); strings.TrimSpace(text) != "" {
			found.PricePoints++
		}
		table, reject := priceTable(g, p)
		if reject != nil {
			found.BadPrices++
		}
		for j := range found.Levels {
			level := &found.Levels[j]
			if noPrice(table.At(level.ID), level.ID, false) == "" {
				level.Products++
			}
		}
	}
	return found
}

// pricedLevels returns the levels at which the products have prices, in order. A malformed price point has none.
func pricedLevels(g biotrack.PriceGrammar, products []biotrack.Product) []int64 {
	levels, seen := make(map[int64]bool), make(map[[2]string]bool)
	for i := range products {
		texts := [2]string{products[i].PricePoint, products[i].CategoryPricePoint}
		if seen[texts] {
			continue
		}
		seen[texts] = true
		table, _ := priceTable(g, &products[i])
		for _, b := range table {
			levels[b.Level] = true
		}
	}
	return slices.Sorted(maps.Keys(levels))
}

// RoomsFound is what there is to know before rooms are chosen.
type RoomsFound struct {
	Rooms []RoomUse `json:"rooms"`
	// UnsellableLots counts the lots that hold something and are for sale in no room, by the reason.
	UnsellableLots map[string]int64 `json:"held_back"`
	// Proof is nil where it was not asked for.
	Proof *RoomsProof `json:"proof,omitempty"`
}

// RoomUse is a room, and how much of the stock that may be sold lies in it.
type RoomUse struct {
	ID         int64  `json:"id"`
	Name       string `json:"name"`
	Quarantine bool   `json:"quarantine"`
	// Listed reports whether the room can be configured: BioTrack lists it, or it is room 0, the bulk room.
	Listed bool `json:"listed"`
	// Lots and Products count those of which there is more than nothing here, of products that are not deleted.
	Lots     int `json:"lots"`
	Products int `json:"products"`
	// LinesSold are the lines of sales that a proof found to be of lots that lie here.
	LinesSold int64 `json:"lines_sold,omitempty"`
}

// unsellableDeletedProduct and ReasonBadQuantity are the menu's own reasons why a lot is for sale in no room.
const unsellableDeletedProduct = "product_deleted"

// RoomCount counts lots and products by room.
type RoomCount struct {
	rooms map[int64]*RoomUse
	// products are the names of those that are not deleted, counted the pairs of a room and one of them that were
	// counted.
	products   map[int64]string
	counted    map[[2]int64]bool
	unsellable map[string]int64
	// configured are the rooms that the settings sell from.
	configured map[int64]bool
	sold       []soldLot
	proof      RoomsProof
}

// NewRoomCount returns a count of no lots in the catalog's rooms. A configured room that is not there is a SetupError.
func NewRoomCount(catalog *biotrack.Catalog, configured []int64) (*RoomCount, error) {
	m := &Menu{}
	err := m.findRooms(configured, catalog.Rooms)
	c := &RoomCount{
		rooms:    map[int64]*RoomUse{biotrack.BulkRoom: {ID: biotrack.BulkRoom, Listed: true}},
		products: make(map[int64]string), counted: make(map[[2]int64]bool), unsellable: make(map[string]int64),
		configured: m.selling,
	}
	for _, r := range catalog.Rooms {
		c.rooms[r.ID] = &RoomUse{ID: r.ID, Name: r.Name, Quarantine: r.Quarantine, Listed: true}
	}
	for i := range catalog.Products {
		if p := &catalog.Products[i]; !p.Deleted {
			c.products[p.ID] = p.Name
		}
	}
	return c, err
}

// heldIn returns the rooms where there is more than nothing of a lot, out of all of its rooms.
func heldIn(lot biotrack.Lot) (held, rooms []int64, err error) {
	rooms, err = lot.Rooms()
	for _, room := range rooms {
		amount, problem := lot.In(map[int64]bool{room: true})
		if err = errors.Join(err, problem); amount.Decimal().IsPositive() {
			held = append(held, room)
		}
	}
	return held, rooms, err
}

// use returns the count of a room.
func (c *RoomCount) use(room int64) *RoomUse {
	if c.rooms[room] == nil {
		c.rooms[room] = &RoomUse{ID: room}
	}
	return c.rooms[room]
}

// AddLot counts a lot, once in each room where there is more than nothing of it.
func (c *RoomCount) AddLot(lot biotrack.Lot) {
	held, _, err := heldIn(lot)
	_, there := c.products[lot.ProductID]
	switch {
	case err != nil:
		c.unsellable[ReasonBadQuantity]++
		return
	case !there:
		c.unsellable[unsellableDeletedProduct]++
		return
	}
	for _, room := range held {
		use := c.use(room)
		use.Lots++
		if at := [2]int64{room, lot.ProductID}; !c.counted[at] {
			c.counted[at] = true
			use.Products++
		}
	}
}

// Found returns the rooms by their ids, and adds the lots that BioTrack holds back, by the reason, to those counted.
func (c *RoomCount) Found(heldBack map[string]int64) *RoomsFound {
	found := &RoomsFound{UnsellableLots: maps.Clone(c.unsellable)}
	for reason, lots := range heldBack {
		found.UnsellableLots[reason] += lots
	}
	for _, use := range c.rooms {
		found.Rooms = append(found.Rooms, *use)
	}
	slices.SortFunc(found.Rooms, func(a, b RoomUse) int { return cmp.Compare(a.ID, b.ID) })
	return found
}

// PricesFound is what there is to know of prices before the first products pass.
type PricesFound struct {
	// Samples are products that are not deleted, from all over the catalog.
	Samples []PriceSample `json:"samples"`
	// Bad are products with a price point that does not parse, as many as were asked for out of BadPrices.
	Bad       []PriceSample `json:"bad"`
	BadPrices int           `json:"bad_prices"`
	// BadShapes are their shapes, the most frequent first.
	BadShapes []BadShape `json:"bad_shapes"`
	// Menu is what a pass with the configured settings would show; nil where no member level is configured.
	Menu *Outlook `json:"menu"`
	// Proof is nil where it was not asked for.
	Proof *Proof `json:"proof,omitempty"`
	// LevelHint says what to set where no member level is configured.
	LevelHint string `json:"-"`
}

// PriceSample is a product's price points as BioTrack has them, and what is read in them.
type PriceSample struct {
	ID   int64  `json:"id"`
	Name string `json:"name"`
	// PricePoint is the product's own, CategoryPricePoint its category's.
	PricePoint         string       `json:"price_point"`
	CategoryPricePoint string       `json:"category_price_point"`
	Levels             []LevelPrice `json:"levels"`
	// Problem says why the price points cannot be read.
	Problem string `json:"problem,omitempty"`
}

// shapeExamples is how many products of a shape are named.
const shapeExamples = 3

// BadShape is a shape of price points that do not parse, as biotrack.Shape has it, and which products have it.
type BadShape struct {
	Shape    string `json:"shape"`
	Products int    `json:"products"`
	// IDs are some of the products, and Text is the price point of the first.
	IDs  []int64 `json:"ids"`
	Text string  `json:"text"`
}

// LevelPrice is what a product costs at one member level, the smallest quantity first.
type LevelPrice struct {
	Level  int64                 `json:"level"`
	Breaks blackbird.PriceBreaks `json:"breaks"`
}

// Outlook counts the products that a pass would show, and by the reason those that it would not.
type Outlook struct {
	Level    int64          `json:"member_level"`
	Rooms    []int64        `json:"rooms"`
	Reserve  string         `json:"reserve"`
	OnMenu   int            `json:"on_menu"`
	Off      map[string]int `json:"off_menu"`
	Warnings []string       `json:"warnings"`
}

// Preview finds what a products pass would do.
type Preview struct {
	*Menu
	products  []biotrack.Product
	roomNames map[int64]string
	levelHint string
}

// NewPreview is New, except that no member level needs to be configured, and that a room that is gone is an error.
func NewPreview(s Settings, catalog *biotrack.Catalog) (_ *Preview, err error) {
	p := &Preview{products: catalog.Products, roomNames: make(map[int64]string)}
	for _, room := range catalog.Rooms {
		p.roomNames[room.ID] = room.Name
	}
	if strings.TrimSpace(s.Level) == "" {
		s.Level, p.levelHint = "0", levelHint(catalog.Levels)
	}
	if p.Menu, err = New(s, catalog, nil); err == nil {
		err = p.Gone
	}
	return p, err
}

// Found returns what was found, with up to limit samples of each kind.
func (p *Preview) Found(limit int) *PricesFound {
	found := &PricesFound{LevelHint: p.levelHint, Samples: []PriceSample{}}
	outlook := &Outlook{
		Level: p.Level, Rooms: append([]int64{}, slices.Sorted(maps.Keys(p.selling))...),
		Reserve: p.reserve.String(), Off: make(map[string]int), Warnings: append([]string{}, p.Warnings...),
	}
	if p.levelHint == "" {
		found.Menu = outlook
	}
	var readable []*biotrack.Product
	var bad []PriceSample
	for i := range p.products {
		product := &p.products[i]
		if _, reject := priceTable(p.grammar, product); reject != nil {
			bad = append(bad, p.sample(product, reject))
		} else if !product.Deleted {
			readable = append(readable, product)
		}
		line, reject := p.Line(product)
		if reason, _ := p.off(product, &line, reject); reason != "" {
			outlook.Off[reason]++
		} else {
			outlook.OnMenu++
		}
	}
	n := min(limit, len(readable))
	for i := range n {
		found.Samples = append(found.Samples, p.sample(readable[i*len(readable)/n], nil))
	}
	found.BadPrices = len(bad)
	found.Bad, found.BadShapes = append([]PriceSample{}, bad[:min(limit, len(bad))]...), badShapes(bad, limit)
	return found
}

// badShapes counts the shapes of price points that do not parse, the most frequent first.
func badShapes(bad []PriceSample, limit int) []BadShape {
	shapes, at := []BadShape{}, make(map[string]int)
	for i := range bad {
		sample := &bad[i]
		text := cmp.Or(sample.PricePoint, sample.CategoryPricePoint)
		shape := biotrack.Shape(text)
		n, known := at[shape]
		if !known {
			n, at[shape] = len(shapes), len(shapes)
			shapes = append(shapes, BadShape{Shape: shape, Text: text})
		}
		if shapes[n].Products++; len(shapes[n].IDs) < shapeExamples {
			shapes[n].IDs = append(shapes[n].IDs, sample.ID)
		}
	}
	slices.SortStableFunc(shapes, func(a, b BadShape) int { return cmp.Compare(b.Products, a.Products) })
	return shapes[:min(limit, len(shapes))]
}

// sample decodes a product's price points, at each level that they name.
func (p *Preview) sample(product *biotrack.Product, reject *blackbird.Reject) PriceSample {
	sample := PriceSample{
		ID: product.ID, Name: product.Name, PricePoint: product.PricePoint,
		CategoryPricePoint: product.CategoryPricePoint, Levels: []LevelPrice{},
	}
	if reject != nil {
		sample.Problem = reject.Detail
		return sample
	}
	table, _ := priceTable(p.grammar, product)
	for _, level := range pricedLevels(p.grammar, []biotrack.Product{*product}) {
		sample.Levels = append(sample.Levels, LevelPrice{Level: level, Breaks: priceBreaks(table.At(level))})
	}
	return sample
}
