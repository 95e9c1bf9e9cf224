package cmd

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/shopspring/decimal"
	"github.com/spf13/cobra"

	"github.com/blackbirdctl/blackbirdctl/blackbird"
	"github.com/blackbirdctl/blackbirdctl/cmd/config"
	"github.com/blackbirdctl/blackbirdctl/cmd/menupage"
	"github.com/blackbirdctl/blackbirdctl/cmd/output"
	"github.com/blackbirdctl/blackbirdctl/sync"
)

func (a *app) menu() *cobra.Command {
	var html string
	c := &cobra.Command{
		Use:     "menu",
		Short:   "Show the online menu as a shopper sees it",
		Example: "  blackbirdctl menu --html /var/www/menu.html    # and menu.html#q=otter searches",
		Args:    args(cobra.NoArgs),
		RunE:    func(c *cobra.Command, _ []string) error { return a.runMenu(c.Context(), html) },
	}
	c.Flags().StringVar(&html, "html", "", "write the menu as one HTML page into this file, in whose name {store} stands for the store's; - for stdout")
	a.cfg.AddLowStockFlag(c.Flags())
	a.cfg.AddReserveFlag(c.Flags())
	return c
}

func (a *app) runMenu(ctx context.Context, html string) error {
	store, done, err := a.readStore(ctx)
	if err != nil {
		return err
	}
	defer done()
	menu, err := readMenu(ctx, store, &a.cfg)
	if err != nil {
		return err
	}
	zone := a.cfg.TimeZone
	switch html {
	case "":
		return a.print(menu, func(w io.Writer) { menu.write(w, zone) })
	case "-":
		return menupage.Write(a.out, menu.page(zone))
	}
	path := strings.ReplaceAll(html, "{store}", menu.Store)
	if a.one != "" && path == html {
		return &usageError{errors.New("--all-stores with one file for all menus: put {store} into the name that --html gives")}
	}
	if err := menupage.Save(path, menu.page(zone)); err != nil {
		return err
	}
	saved := map[string]any{"store": menu.Store, "file": path, "products": len(menu.Products)}
	return a.print(saved, func(w io.Writer) {
		fmt.Fprintf(w, "%d products on the menu, written to %s\n", len(menu.Products), path)
	})
}

// shopMenu is the menu as a shopper sees it.
type shopMenu struct {
	Store string `json:"store"`
	// AsOf is the moment up to which the menu is true; zero if no pass has made it yet.
	AsOf     blackbird.UTCTime `json:"as_of,omitzero"`
	Products []menuProduct     `json:"products"`
}

// How much of a product is left.
const (
	inStock  = "in_stock"
	lowStock = "low"
)

// menuProduct is one line of the menu. Amounts are decimals as text, so that no reader makes floats of them.
type menuProduct struct {
	ID           int64                 `json:"product_id"`
	Name         string                `json:"name"`
	Price        string                `json:"price"`
	UnitQuantity string                `json:"unit_quantity"`
	Unit         string                `json:"unit"`
	PriceBreaks  blackbird.PriceBreaks `json:"price_breaks"`
	// UnitsLeft is how many units may be sold.
	UnitsLeft int64  `json:"units_left"`
	Stock     string `json:"stock"`
}

// readMenu reads the menu. When it was made is asked before it is read, so that it is never older than it says.
func readMenu(ctx context.Context, store *blackbird.Store, cfg *config.Config) (*shopMenu, error) {
	histories, err := store.Histories(ctx)
	if err != nil {
		return nil, err
	}
	products, err := store.Menu(ctx)
	menu := &shopMenu{Store: store.ID(), Products: []menuProduct{}}
	if made := histories[sync.Products.Name].Done; made != nil {
		menu.AsOf = made.AsOf
	}
	for i := range products {
		if line := newMenuProduct(&products[i], cfg); line.UnitsLeft > 0 {
			menu.Products = append(menu.Products, line)
		}
	}
	return menu, err
}

func newMenuProduct(p *blackbird.Product, cfg *config.Config) menuProduct {
	line := menuProduct{
		ID: p.ID, Name: fmt.Sprintf("Product %d", p.ID), Price: p.Price.Decimal.StringFixed(2), UnitQuantity: p.UnitQuantity.Decimal.String(),
		Unit: p.Unit, PriceBreaks: p.PriceBreaks, UnitsLeft: unitsLeft(p, cfg.Reserve), Stock: inStock,
	}
	if p.Name != nil && strings.TrimSpace(*p.Name) != "" {
		line.Name = *p.Name
	}
	if line.UnitsLeft <= cfg.LowStock {
		line.Stock = lowStock
	}
	return line
}

// unitsLeft is how many whole units may be sold of a product.
func unitsLeft(p *blackbird.Product, reserve decimal.Decimal) int64 {
	if !p.UnitQuantity.Decimal.IsPositive() {
		return 0
	}
	units, _ := p.Quantity.Sub(reserve).QuoRem(p.UnitQuantity.Decimal, 0)
	return units.IntPart()
}

// badge says how much there is.
func (p *menuProduct) badge() string {
	if p.Stock == lowStock {
		return fmt.Sprintf("only %d left", p.UnitsLeft)
	}
	return "in stock"
}

// largerBreaks are the price breaks beyond the price itself.
func (p *menuProduct) largerBreaks() blackbird.PriceBreaks {
	return p.PriceBreaks[min(1, len(p.PriceBreaks)):]
}

// measured is a quantity with its unit.
func measured(quantity, unit string) string {
	if unit == "each" {
		return quantity
	}
	return quantity + " " + unit
}

// priceFor returns a price with what it is for, such as "for 3.5 g".
func priceFor(price, quantity, unit string) menupage.Price {
	if unit == "each" && quantity == "1" {
		return menupage.Price{Amount: price, For: "each"}
	}
	return menupage.Price{Amount: price, For: "for " + measured(quantity, unit)}
}

// page returns what the HTML page shows.
func (m *shopMenu) page(zone *time.Location) menupage.Menu {
	var page menupage.Menu
	if !m.AsOf.IsZero() {
		page.AsOf = m.AsOf.In(zone)
	}
	for i := range m.Products {
		p := &m.Products[i]
		shown := menupage.Product{ID: p.ID, Name: p.Name, Price: priceFor(p.Price, p.UnitQuantity, p.Unit), Stock: p.Stock, Badge: p.badge()}
		for _, b := range p.largerBreaks() {
			shown.Breaks = append(shown.Breaks, priceFor(b.Price, b.Quantity, p.Unit))
		}
		page.Products = append(page.Products, shown)
	}
	return page
}

func (m *shopMenu) write(w io.Writer, zone *time.Location) {
	if len(m.Products) == 0 {
		fmt.Fprintln(w, "nothing is on the menu; `blackbirdctl sync products` brings it up to date")
		return
	}
	var rows [][]string
	for i := range m.Products {
		p := &m.Products[i]
		var breaks []string
		for _, b := range p.largerBreaks() {
			breaks = append(breaks, measured(b.Quantity, p.Unit)+" for "+b.Price)
		}
		rows = append(rows, []string{m.Store, p.Name, p.Price, p.UnitQuantity, p.Unit, strings.Join(breaks, ", "), p.badge()})
	}
	output.Table(w, []string{"STORE", "NAME", "PRICE", "QUANTITY", "UNIT", "BREAKS", "STOCK"}, rows)
	if !m.AsOf.IsZero() {
		fmt.Fprintf(w, "\nas of %s\n", output.Time(m.AsOf.Time, zone))
	}
}
