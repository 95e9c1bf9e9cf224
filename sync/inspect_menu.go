package sync

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/blackbirdctl/blackbirdctl/biotrack"
	"github.com/blackbirdctl/blackbirdctl/blackbird"
)

// MenuFound is what there is to know of prices before the first products pass.
type MenuFound struct {
	// Samples are products that are not deleted, from all over the assortment.
	Samples []PriceSample `json:"samples"`
	// Bad are products with a price point that does not parse, as many as were asked for out of BadPrices.
	Bad       []PriceSample `json:"bad"`
	BadPrices int           `json:"bad_prices"`
	// Menu is what a pass with the configured settings would show; nil where no member level is configured.
	Menu *MenuOutlook `json:"menu"`
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
	// Problem says why the price points make no price.
	Problem string `json:"problem,omitempty"`
}

// LevelPrice is what a product costs at one member level, the smallest quantity first.
type LevelPrice struct {
	Level  int64                 `json:"level"`
	Breaks blackbird.PriceBreaks `json:"breaks"`
}

// MenuOutlook counts the products that a pass would show, and those that it would not by the reason.
type MenuOutlook struct {
	Level    int64          `json:"member_level"`
	Rooms    []int64        `json:"rooms"`
	Reserve  string         `json:"reserve"`
	OnMenu   int            `json:"on_menu"`
	Off      map[string]int `json:"off_menu"`
	Warnings []string       `json:"warnings"`
}

// InspectMenu reads the shelves as a products pass does, and finds what such a pass would make of them, with up to limit samples. A room
// or a member level that BioTrack does not have is a SetupError, as it is to a pass.
func InspectMenu(ctx context.Context, source *biotrack.Source, locations []int64, menu Menu, limit int) (*MenuFound, error) {
	look := &menuLook{settings: menu}
	if err := source.Inventory(ctx, locations, look.resolve); err != nil {
		return nil, err
	}
	found := &MenuFound{Menu: look.outlook(), LevelHint: look.levelRemedy, Samples: []PriceSample{}, Bad: []PriceSample{}}
	var readable []*biotrack.Product
	for i := range look.products {
		p := &look.products[i]
		if _, reject := priceOf(p, look.level); reject != nil {
			if found.BadPrices++; found.BadPrices <= limit {
				found.Bad = append(found.Bad, priceSample(p, reject))
			}
		} else if !p.Deleted {
			readable = append(readable, p)
		}
	}
	for _, p := range spread(readable, limit) {
		found.Samples = append(found.Samples, priceSample(p, nil))
	}
	return found, nil
}

// menuLook is a products pass that goes no further than to look.
type menuLook struct {
	settings Menu
	products []biotrack.Product
	stock    *stock
	// level is the configured one, or the default one where none is, and then levelRemedy says so.
	level       int64
	levelRemedy string
	warnings    []string
}

// resolve finds what the settings name on the shelves.
func (l *menuLook) resolve(shelves *biotrack.Catalog) (_ biotrack.LotReader, err error) {
	if strings.TrimSpace(l.settings.Level) == "" {
		l.levelRemedy = levelRemedy(shelves.Levels)
	} else if l.level, err = findLevel(l.settings.Level, shelves.Levels); err != nil {
		return nil, err
	}
	var selling map[int64]bool
	if selling, l.warnings, err = findRooms(l.settings.Rooms, shelves.Rooms); err != nil {
		return nil, err
	}
	l.products, l.stock = shelves.Products, newStock(selling)
	return l.stock.add, nil
}

// outlook counts what the menu would show.
func (l *menuLook) outlook() *MenuOutlook {
	if l.levelRemedy != "" {
		return nil
	}
	o := &MenuOutlook{
		Level: l.level, Rooms: slices.AppendSeq([]int64{}, maps.Keys(l.stock.selling)), Reserve: l.settings.Reserve.String(),
		Off: make(map[string]int), Warnings: append([]string{}, l.warnings...),
	}
	slices.Sort(o.Rooms)
	for i := range l.products {
		p := &l.products[i]
		line, reject := menuLine(p, l.level, l.stock, l.settings.Reserve)
		switch {
		case reject != nil:
			o.Off[reject.Reason]++
		case line.OnMenu:
			o.OnMenu++
		default:
			o.Off[offMenu(p, &line)]++
		}
	}
	return o
}

// priceSample decodes a product's price points, at each level that they name.
func priceSample(p *biotrack.Product, reject *blackbird.Reject) PriceSample {
	sample := PriceSample{
		ID: p.ID, Name: p.Name, PricePoint: p.PricePoint, CategoryPricePoint: p.CategoryPricePoint, Levels: []LevelPrice{},
	}
	if reject != nil {
		sample.Problem = reject.Detail
		return sample
	}
	for _, level := range pricedLevels([]biotrack.Product{*p}) {
		table, _ := priceOf(p, level)
		sample.Levels = append(sample.Levels, LevelPrice{Level: level, Breaks: priceBreaks(table)})
	}
	return sample
}

// spread picks up to n of a list, from all over it.
func spread[T any](list []T, n int) []T {
	if len(list) <= n {
		return list
	}
	picked := make([]T, n)
	for i := range picked {
		picked[i] = list[i*len(list)/n]
	}
	return picked
}
