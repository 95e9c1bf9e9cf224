package cmd

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"strings"

	"github.com/spf13/cobra"

	"github.com/blackbirdctl/blackbirdctl/blackbird"
	"github.com/blackbirdctl/blackbirdctl/cmd/config"
	"github.com/blackbirdctl/blackbirdctl/cmd/menupage"
	"github.com/blackbirdctl/blackbirdctl/cmd/output"
	"github.com/blackbirdctl/blackbirdctl/sync"
	"github.com/blackbirdctl/blackbirdctl/sync/menu"
)

func (a *app) menu() *cobra.Command {
	var html string
	var allowEmpty bool
	c := a.reader("menu", "Show the online menu as a shopper sees it",
		"  blackbirdctl menu --html /var/www/menu.html    # and menu.html#q=otter searches", cobra.NoArgs,
		func(ctx context.Context, store *blackbird.Store, _ []string) error {
			return a.showMenu(ctx, store, html, allowEmpty)
		})
	c.Flags().StringVar(&html, "html", "",
		"write the menu as one HTML page to this file; {store} in its name is replaced by the store's name; "+
			"- for stdout")
	c.Flags().BoolVar(&allowEmpty, "allow-empty", false, "write the page even if nothing is on the menu")
	a.cfg.AddFlags(c.Flags(), "low-stock", "reserve", "title")
	return c
}

// showMenu prints the menu, or writes it as a page. A page without products is more often a wrong setting, or a store
// without a products pass, than a shop that is sold out: the page that is published stays.
func (a *app) showMenu(ctx context.Context, store *blackbird.Store, html string, allowEmpty bool) error {
	shown, err := readMenu(ctx, store, a.cfg)
	if err != nil {
		return err
	}
	switch {
	case html == "":
		return a.print(shown, func(w io.Writer) { a.writeMenu(w, shown) })
	case len(shown.Products) == 0 && !allowEmpty:
		return finding("nothing is on the menu: no page was written",
			"see `blackbirdctl status` and `blackbirdctl inspect prices`; if the shop is sold out, add --allow-empty")
	}
	remark := fmt.Sprintf("%d products on the menu", len(shown.Products))
	return a.savePage(html, remark, map[string]any{"products": len(shown.Products)},
		func(w io.Writer) error { return menupage.Write(w, shown, a.cfg.TimeZone) })
}

// savePage writes a page to the file that an option names, or to stdout, and prints what it has, a text and values,
// with the file.
func (a *app) savePage(html, text string, values map[string]any, write func(w io.Writer) error) error {
	if html == "-" {
		return write(a.out)
	}
	path := strings.ReplaceAll(html, "{store}", a.cfg.Store)
	if a.one != "" && path == html {
		return &usageError{
			err: errors.New("--all-stores with one file for all of them: put {store} into the name of it"),
		}
	}
	if err := menupage.Save(path, write); err != nil {
		return err
	}
	saved := map[string]any{keyStore: a.cfg.Store, "file": path}
	maps.Copy(saved, values)
	return a.print(saved, func(w io.Writer) { fmt.Fprintf(w, "%s, written to %s\n", text, path) })
}

// readMenu reads the menu. It reads the time of the menu first, so that the menu is never older than that.
func readMenu(ctx context.Context, store *blackbird.Store, cfg *config.Config) (shown menupage.Menu, err error) {
	histories, err := store.Histories(ctx)
	if err != nil {
		return shown, err
	}
	products, err := store.Menu(ctx)
	shown = menupage.Menu{Store: store.ID(), Title: cmp.Or(cfg.Title, "Menu"), Products: []menupage.Product{}}
	if made := histories[sync.Products.Name].Done; made != nil {
		shown.AsOf = made.AsOf.Time
	}
	for i := range products {
		p := &products[i]
		line := menupage.Product{
			ID: p.ID, Name: fmt.Sprintf("Product %d", p.ID), Price: p.Price.Decimal.StringFixed(2),
			UnitQuantity: p.UnitQuantity.Decimal.String(), Unit: p.Unit,
			PriceBreaks: append([]blackbird.PriceBreak{}, p.PriceBreaks...),
			UnitsLeft:   menu.UnitsLeft(p, cfg.Reserve), Stock: menupage.InStock,
		}
		if line.UnitsLeft <= 0 {
			continue
		}
		if p.Name != nil && strings.TrimSpace(*p.Name) != "" {
			line.Name = *p.Name
		}
		if p.Category != nil {
			line.Category = *p.Category
		}
		if line.UnitsLeft <= cfg.LowStock {
			line.Stock = menupage.LowStock
		}
		shown.Products = append(shown.Products, line)
	}
	menupage.Sort(shown.Products)
	return shown, err
}

func (a *app) writeMenu(w io.Writer, m menupage.Menu) {
	if len(m.Products) == 0 {
		fmt.Fprintln(w, "nothing is on the menu; `blackbirdctl sync products` brings it up to date")
		return
	}
	dollars := "$"
	if a.cfg.Output == "csv" {
		dollars = ""
	}
	var rows [][]string
	for _, p := range m.Products {
		var breaks []string
		for _, b := range p.LargerBreaks() {
			breaks = append(breaks, p.Measure(b.Quantity)+" for "+dollars+b.Price)
		}
		rows = append(rows, []string{
			m.Store, output.Int(p.ID), p.Category, p.Name, dollars + p.Price, p.Measure(p.UnitQuantity),
			p.Badge(), strings.Join(breaks, ", "),
		})
	}
	output.Table(w, []string{"STORE", "ID", "CATEGORY", "NAME", "PRICE", "QUANTITY", "STOCK", "BREAKS"}, rows)
	if !m.AsOf.IsZero() {
		fmt.Fprintf(w, "\nas of %s\n", output.Time(m.AsOf, a.cfg.TimeZone))
	}
}
