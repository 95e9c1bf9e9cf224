package main

import (
	"fmt"
	"strconv"
)

// changeLines is how many changes of one kind are shown.
const changeLines = 8

// show prints the changes, kind by kind.
func (c menuChanges) show(p page) {
	listChanges(p, "came on the menu", "+", c.came, func(c change) string {
		return fmt.Sprintf("%s: %s a %s, %s in stock", c.whyCame(), c.after.Price, c.after.per(), number(c.after.Quantity))
	})
	listChanges(p, "left the menu", "-", c.left, change.whyLeft)
	listChanges(p, "cost something else", "~", c.repriced, func(c change) string {
		return fmt.Sprintf("%s -> %s", c.before.prices(), c.after.prices())
	})
	listChanges(p, "have another name", "~", c.renamed, func(c change) string { return "was: " + short(c.before.Name, 34) })
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
		table = append(table, []string{"", sign, strconv.FormatInt(c.after.ID, 10), short(c.after.Name, 34), describe(c)})
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
