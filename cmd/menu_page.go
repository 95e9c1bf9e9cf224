package cmd

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"fmt"
	"html"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/moby/sys/atomicwriter"
)

var (
	//go:embed page/menu.html
	menuHTML string
	//go:embed page/menu.css
	menuCSS string
	//go:embed page/menu.js
	menuJS string
)

// writePage writes the menu as one HTML page that asks for nothing else. It lets no script run but its own: products' names are text that
// somebody typed into BioTrack. All that is filled in is text between tags, and escaped; html/template would do as much, and cost each pass
// memory (see the queries' render).
func (m *shopMenu) writePage(w io.Writer) error {
	var products strings.Builder
	for i := range m.Products {
		m.Products[i].writeTo(&products)
	}
	none := `<p id="none" hidden>Nothing on the menu has that name.</p>`
	if len(m.Products) == 0 {
		none = `<p id="none">Nothing is on the menu at the moment.</p>`
	}
	_, err := strings.NewReplacer(
		"{{style hash}}", hashOf(menuCSS), "{{script hash}}", hashOf(menuJS), "{{style}}", menuCSS, "{{script}}", menuJS,
		"{{count}}", strconv.Itoa(len(m.Products)), "{{products}}", products.String(), "{{none}}", none, "{{footer}}", m.footer(),
	).WriteString(w, menuHTML)
	return err
}

func (m *shopMenu) footer() string {
	if m.AsOf.IsZero() {
		return ""
	}
	at := m.AsOf.In(m.zone)
	return fmt.Sprintf("<footer><p>As of <time datetime=%q>%s</time></p></footer>", at.Format(time.RFC3339),
		html.EscapeString(at.Format("January 2, 2006, 3:04 PM MST")))
}

// writeTo writes the product's part of the page.
func (p *menuProduct) writeTo(b *strings.Builder) {
	fmt.Fprintf(b, "<li id=\"product-%d\">\n<h2 dir=\"auto\">%s</h2>\n", p.ID, html.EscapeString(p.Name))
	fmt.Fprintf(b, "<p class=\"price\"><strong>$%s</strong> %s</p>\n", html.EscapeString(p.Price), html.EscapeString(priceFor(p.UnitQuantity, p.Unit)))
	if breaks := p.largerBreaks(); len(breaks) > 0 {
		b.WriteString("<ul class=\"breaks\" role=\"list\" aria-label=\"price breaks\">\n")
		for _, larger := range breaks {
			fmt.Fprintf(b, "<li>$%s %s</li>\n", html.EscapeString(larger.Price), html.EscapeString(priceFor(larger.Quantity, p.Unit)))
		}
		b.WriteString("</ul>\n")
	}
	fmt.Fprintf(b, "<p class=\"badge %s\">%s</p>\n</li>\n", html.EscapeString(p.Stock), html.EscapeString(p.badge()))
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
		err = atomicwriter.WriteFile(path, page.Bytes(), 0o644)
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
