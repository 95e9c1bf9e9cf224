package cmd

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
	"time"

	"github.com/google/renameio/v2"
)

var (
	//go:embed page/menu.html
	menuHTML string
	//go:embed page/menu.css
	menuCSS string
	//go:embed page/menu.js
	menuJS string
)

// menuPage is what the template of the page is given.
type menuPage struct {
	Style                 template.CSS
	Script                template.JS
	StyleHash, ScriptHash string
	AsOf, AsOfText        string
	Products              []pageProduct
}

// pageProduct is one product on the page.
type pageProduct struct {
	ID                             int64
	Name, Price, For, Stock, Badge string
	Breaks                         []pageBreak
}

// pageBreak is a price, and what it is for.
type pageBreak struct{ Price, For string }

// writePage writes the menu as one HTML page that asks for nothing else. It lets no script run but its own: products' names are text that
// somebody typed into BioTrack.
func (m *shopMenu) writePage(w io.Writer) error {
	page := menuPage{Style: template.CSS(menuCSS), Script: template.JS(menuJS), StyleHash: hashOf(menuCSS), ScriptHash: hashOf(menuJS)}
	if !m.AsOf.IsZero() {
		at := m.AsOf.In(m.zone)
		page.AsOf, page.AsOfText = at.Format(time.RFC3339), at.Format("January 2, 2006, 3:04 PM MST")
	}
	for i := range m.Products {
		page.Products = append(page.Products, m.Products[i].onPage())
	}
	parsed, err := template.New("menu").Parse(menuHTML)
	if err != nil {
		return err
	}
	return parsed.Execute(w, page)
}

func (p *menuProduct) onPage() pageProduct {
	on := pageProduct{ID: p.ID, Name: p.Name, Price: p.Price, For: priceFor(p.UnitQuantity, p.Unit), Stock: p.Stock, Badge: p.badge()}
	for _, b := range p.largerBreaks() {
		on.Breaks = append(on.Breaks, pageBreak{Price: b.Price, For: priceFor(b.Quantity, p.Unit)})
	}
	return on
}

// priceFor says what a price is for.
func priceFor(quantity, unit string) string {
	if unit == "each" && quantity == "1" {
		return "each"
	}
	return "for " + measured(quantity, unit)
}

// hashOf names an inline text in a content security policy.
func hashOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
}

// savePage writes the page into a file at once: whoever reads it reads the old page or the new one.
func (m *shopMenu) savePage(path string) error {
	var page bytes.Buffer
	err := m.writePage(&page)
	if err == nil {
		err = renameio.WriteFile(path, page.Bytes(), 0o644)
	}
	if err != nil {
		return &pageError{path, err}
	}
	return nil
}

// pageError says that a page could not be written.
type pageError struct {
	path string
	err  error
}

func (e *pageError) Error() string { return fmt.Sprintf("write menu %s: %v", e.path, e.err) }

// Unwrap returns the cause.
func (e *pageError) Unwrap() error { return e.err }

// Hint returns the remedy.
func (e *pageError) Hint() string {
	return "name a file with --html whose folder is there and can be written, with space on its disk"
}
