package menu

import (
	"strings"

	"github.com/blackbirdctl/blackbirdctl/biotrack"
	"github.com/blackbirdctl/blackbirdctl/blackbird"
)

// PricesFound is what there is to know of prices before the first products pass.
type PricesFound struct {
	// Samples are products that are not deleted, from all over the catalog.
	Samples []PriceSample `json:"samples"`
	// Bad are products with a price point that does not parse, as many as were asked for out of BadPrices.
	Bad       []PriceSample `json:"bad"`
	BadPrices int           `json:"bad_prices"`
	// Menu is what a pass with the configured settings would show; nil where no member level is configured.
	Menu *Outlook `json:"menu"`
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
	menu      *Menu
	products  []biotrack.Product
	levelHint string
}

// NewPreview is New, except that no member level needs to be configured.
func NewPreview(s Settings, catalog *biotrack.Catalog) (_ *Preview, err error) {
	p := &Preview{products: catalog.Products}
	if strings.TrimSpace(s.Level) == "" {
		s.Level, p.levelHint = "0", levelHint(catalog.Levels)
	}
	p.menu, err = New(s, catalog)
	return p, err
}

// AddLot adds a lot to its product's stock.
func (p *Preview) AddLot(lot biotrack.Lot) { p.menu.AddLot(lot) }

// Found returns what was found, with up to limit samples of each kind.
func (p *Preview) Found(limit int) *PricesFound {
	found := &PricesFound{LevelHint: p.levelHint, Samples: []PriceSample{}, Bad: []PriceSample{}}
	if p.levelHint == "" {
		found.Menu = p.outlook()
	}
	var readable []*biotrack.Product
	for i := range p.products {
		product := &p.products[i]
		if _, reject := priceAt(product, p.menu.Level); reject != nil {
			if found.BadPrices++; found.BadPrices <= limit {
				found.Bad = append(found.Bad, priceSample(product, reject))
			}
		} else if !product.Deleted {
			readable = append(readable, product)
		}
	}
	n := min(limit, len(readable))
	for i := range n {
		found.Samples = append(found.Samples, priceSample(readable[i*len(readable)/n], nil))
	}
	return found
}

func (p *Preview) outlook() *Outlook {
	o := &Outlook{
		Level: p.menu.Level, Rooms: append([]int64{}, p.menu.Rooms()...), Reserve: p.menu.reserve.String(),
		Off: make(map[string]int), Warnings: append([]string{}, p.menu.Warnings...),
	}
	for i := range p.products {
		product := &p.products[i]
		line, reject := p.menu.Line(product)
		switch {
		case reject != nil:
			o.Off[reject.Reason]++
		case line.OnMenu:
			o.OnMenu++
		default:
			o.Off[OffReason(product, &line)]++
		}
	}
	return o
}

// priceSample decodes a product's price points, at each level that they name.
func priceSample(p *biotrack.Product, reject *blackbird.Reject) PriceSample {
	sample := PriceSample{
		ID: p.ID, Name: p.Name, PricePoint: p.PricePoint, CategoryPricePoint: p.CategoryPricePoint,
		Levels: []LevelPrice{},
	}
	if reject != nil {
		sample.Problem = reject.Detail
		return sample
	}
	for _, level := range pricedLevels([]biotrack.Product{*p}) {
		table, _ := priceAt(p, level)
		sample.Levels = append(sample.Levels, LevelPrice{Level: level, Breaks: priceBreaks(table)})
	}
	return sample
}
