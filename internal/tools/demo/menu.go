package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/shopspring/decimal"
)

// product is a line of the menu, or one that is not on it. Where there is no price, it is empty.
type product struct {
	ID           int64  `db:"product_id"`
	Name         string `db:"name"`
	Price        string `db:"price"`
	UnitQuantity string `db:"unit_quantity"`
	Unit         string `db:"unit"`
	Quantity     string `db:"quantity"`
	Breaks       string `db:"price_breaks"`
	OnMenu       bool   `db:"on_menu"`
}

// menu is all products, by name as a shopper sees them.
type menu []product

// menu reads the products.
func (s store) menu() menu {
	return rows[product](s, `SELECT product_id, coalesce(name, '(no name)') AS name, coalesce(price, '') AS price,
		coalesce(unit_quantity, '0') AS unit_quantity, unit, quantity, price_breaks, on_menu
		FROM products ORDER BY coalesce(name, '(no name)'), product_id`)
}

// find returns a product; one that is not there is the zero value.
func (m menu) find(id int64) product {
	if i := slices.IndexFunc(m, func(p product) bool { return p.ID == id }); i >= 0 {
		return m[i]
	}
	return product{}
}

// enough reports whether at least one unit is there.
func (p product) enough() bool {
	return number(p.Quantity).GreaterThanOrEqual(number(p.UnitQuantity))
}

// number reads an amount as the store spells it; what is no number counts as 0.
func number(text string) decimal.Decimal {
	n, err := decimal.NewFromString(text)
	if err != nil {
		return decimal.Zero
	}
	return n
}

// per is what the price buys.
func (p product) per() string {
	if p.Unit == "each" && number(p.UnitQuantity).Equal(decimal.NewFromInt(1)) {
		return "piece"
	}
	return number(p.UnitQuantity).String() + " " + p.Unit
}

// prices spells all prices, for a comparison and for the lines on changes.
func (p product) prices() string {
	if p.Price == "" {
		return "none"
	}
	return strings.TrimSuffix(p.Price+", "+p.more(), ", ")
}

// more spells the prices of larger quantities.
func (p product) more() string {
	var breaks []struct{ Quantity, Price string }
	if err := json.Unmarshal([]byte(p.Breaks), &breaks); err != nil || len(breaks) == 0 {
		return ""
	}
	var parts []string
	for _, b := range breaks[1:] {
		parts = append(parts, fmt.Sprintf("%s %s %s", b.Quantity, strings.Replace(p.Unit, "each", "pieces", 1),
			b.Price))
	}
	return strings.Join(parts, ", ")
}

// change is a product before and after.
type change struct{ before, after product }

// menuChanges is what a round has done to the menu.
type menuChanges struct{ came, left, repriced, renamed, restocked []change }

// compare finds what differs between two menus.
func compare(before, after menu) (c menuChanges) {
	for _, now := range after {
		pair := change{before.find(now.ID), now}
		switch was := pair.before; {
		case now.OnMenu && !was.OnMenu:
			c.came = append(c.came, pair)
		case was.OnMenu && !now.OnMenu:
			c.left = append(c.left, pair)
		case now.OnMenu:
			c.sort(pair)
		}
	}
	slices.SortStableFunc(c.restocked, func(a, b change) int {
		return cmp.Or(b.stockMoved().Cmp(a.stockMoved()), cmp.Compare(a.after.ID, b.after.ID))
	})
	return c
}

// sort puts a product that was on the menu and still is with the others that changed alike.
func (c *menuChanges) sort(pair change) {
	was, now := pair.before, pair.after
	if was.prices() != now.prices() {
		c.repriced = append(c.repriced, pair)
	}
	if was.Name != now.Name {
		c.renamed = append(c.renamed, pair)
	}
	if was.Quantity != now.Quantity {
		c.restocked = append(c.restocked, pair)
	}
}

// stockMoved is by how much the stock has changed, whether up or down.
func (c change) stockMoved() decimal.Decimal {
	return number(c.after.Quantity).Sub(number(c.before.Quantity)).Abs()
}

// changeLines is how many changes of one kind are shown.
const changeLines = 8

// show prints the changes, kind by kind.
func (c menuChanges) show(p page) {
	listChanges(p, "came on the menu", "+", c.came, func(c change) string {
		return fmt.Sprintf("%s: %s a %s, %s in stock", c.whyCame(), c.after.Price, c.after.per(),
			number(c.after.Quantity))
	})
	listChanges(p, "left the menu", "-", c.left, change.whyLeft)
	listChanges(p, "cost something else", "~", c.repriced, func(c change) string {
		return fmt.Sprintf("%s -> %s", c.before.prices(), c.after.prices())
	})
	listChanges(p, "have another name", "~", c.renamed, func(c change) string {
		return "was: " +
			short(c.before.Name, 34)
	})
	listChanges(p, "have more or less in stock, the largest changes first", "~", c.restocked, func(c change) string {
		was, is := number(c.before.Quantity), number(c.after.Quantity)
		sign := ""
		if is.GreaterThan(was) {
			sign = "+"
		}
		return fmt.Sprintf("%s -> %s (%s%s)", was, is, sign, is.Sub(was))
	})
}

// listChanges prints one kind of change.
func listChanges(p page, words, sign string, changes []change, describe func(change) string) {
	p.line("  %d %s", len(changes), words)
	var table [][]string
	for _, c := range changes[:min(changeLines, len(changes))] {
		table = append(table, []string{"", sign, strconv.FormatInt(c.after.ID, 10), short(c.after.Name, 34),
			describe(c)})
	}
	p.table("llrll", table...)
	if rest := len(changes) - changeLines; rest > 0 {
		p.line("      … and %d more", rest)
	}
}

// whyCame says why a product is on the menu that was not before.
func (c change) whyCame() string {
	switch {
	case c.before.ID == 0:
		return "new"
	case c.before.Price == "":
		return "has a price now"
	case !c.before.enough():
		return "in stock again"
	}
	return "put back on sale at the till"
}

// whyLeft says why a product is no longer on the menu.
func (c change) whyLeft() string {
	switch {
	case c.after.Price == "":
		return "has no price any more"
	case !c.after.enough():
		return fmt.Sprintf("sold out: %s left in rooms %s", number(c.after.Quantity), rooms)
	}
	return "taken off sale at the till"
}
