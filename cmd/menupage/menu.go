package menupage

import (
	"fmt"
	"time"

	"github.com/blackbirdctl/blackbirdctl/blackbird"
)

// Menu is the menu as a shopper sees it.
type Menu struct {
	Store string `json:"store"`
	// AsOf is the moment up to which the menu is true; zero if no pass has made it yet.
	AsOf     time.Time `json:"as_of,omitzero"`
	Products []Product `json:"products"`
}

// Product is a product on the menu. Amounts are decimals as text, so that no reader makes floats of them.
type Product struct {
	ID           int64  `json:"product_id"`
	Name         string `json:"name"`
	Price        string `json:"price"`
	UnitQuantity string `json:"unit_quantity"`
	Unit         string `json:"unit"`
	// PriceBreaks begin with the price itself.
	PriceBreaks []blackbird.PriceBreak `json:"price_breaks"`
	// UnitsLeft is how many units may be sold.
	UnitsLeft int64 `json:"units_left"`
	Stock     Stock `json:"stock"`
}

// Stock is how much of a product is left.
type Stock string

// The stocks.
const (
	InStock  Stock = "in_stock"
	LowStock Stock = "low"
)

// Badge returns how much of the product is left, for shoppers.
func (p Product) Badge() string {
	if p.Stock == LowStock {
		return fmt.Sprintf("only %d left", p.UnitsLeft)
	}
	return "in stock"
}

// LargerBreaks returns the price breaks beyond the price itself.
func (p Product) LargerBreaks() []blackbird.PriceBreak {
	return p.PriceBreaks[min(1, len(p.PriceBreaks)):]
}

// Measure returns a quantity of the product with its unit.
func (p Product) Measure(quantity string) string {
	if p.Unit == "each" {
		return quantity
	}
	return quantity + " " + p.Unit
}

// For returns what a price is for, such as "for 3.5 g".
func (p Product) For(quantity string) string {
	if p.Unit == "each" && quantity == "1" {
		return "each"
	}
	return "for " + p.Measure(quantity)
}
