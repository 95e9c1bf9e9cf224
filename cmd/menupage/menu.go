package menupage

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/blackbirdctl/blackbirdctl/blackbird"
)

// Menu is the menu as a shopper sees it.
type Menu struct {
	Store string `json:"store"`
	// Title is the page's heading.
	Title string `json:"-"`
	// AsOf is the moment up to which the menu is true; zero if no pass has made it yet.
	AsOf     time.Time `json:"as_of,omitzero"`
	Products []Product `json:"products"`
}

// Category is the products of one kind; its name is empty where BioTrack has none.
type Category struct {
	Name     string
	Products []Product
}

// Categories returns the products by category, which Sort must have put beside each other.
func (m Menu) Categories() (categories []Category) {
	for i, p := range m.Products {
		if i == 0 || p.Category != m.Products[i-1].Category {
			categories = append(categories, Category{Name: p.Category})
		}
		last := &categories[len(categories)-1]
		last.Products = append(last.Products, p)
	}
	return categories
}

// Sort sorts products by category, those without one last, and by name: "Gum 2" before "Gum 10".
func Sort(products []Product) {
	slices.SortStableFunc(products, func(a, b Product) int {
		if (a.Category == "") != (b.Category == "") {
			return strings.Compare(b.Category, a.Category)
		}
		return cmp.Or(natural(a.Category, b.Category), strings.Compare(a.Category, b.Category), natural(a.Name, b.Name))
	})
}

// part is a number or the text up to the next one.
var part = regexp.MustCompile(`^(?:[0-9]+|[^0-9]+)`)

// natural compares texts without case, and the numbers in them by their values.
func natural(a, b string) int {
	a, b = strings.ToLower(a), strings.ToLower(b)
	for a != "" && b != "" {
		x, y := part.FindString(a), part.FindString(b)
		a, b = a[len(x):], b[len(y):]
		if x[0] <= '9' && y[0] <= '9' {
			x, y = strings.TrimLeft(x, "0"), strings.TrimLeft(y, "0")
			if order := len(x) - len(y); order != 0 {
				return order
			}
		}
		if order := strings.Compare(x, y); order != 0 {
			return order
		}
	}
	return len(a) - len(b)
}

// Product is a product on the menu. Amounts are decimals as text, so that no reader makes floats of them.
type Product struct {
	ID           int64  `json:"product_id"`
	Name         string `json:"name"`
	Category     string `json:"category,omitempty"`
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

// For returns what a price is for, in words, such as "for 3.5 grams".
func (p Product) For(quantity string) string {
	switch {
	case p.Unit == "each" && quantity == "1":
		return "each"
	case p.Unit == "each":
		return "for " + quantity
	case quantity == "1":
		return "for 1 gram"
	}
	return "for " + quantity + " grams"
}
