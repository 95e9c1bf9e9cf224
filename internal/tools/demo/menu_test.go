package main

import (
	"bytes"
	"strings"
	"testing"

	"github.com/blackbirdctl/blackbirdctl/internal/tools/lab"
)

func TestCompareMenus(t *testing.T) {
	item := func(id int64, name, price, quantity string, on bool) product {
		return product{ID: id, Name: name, Price: price, UnitQuantity: "1.0000", Unit: "each", Quantity: quantity,
			Breaks: "[]", OnMenu: on}
	}
	before := menu{
		item(1, "same", "5.00", "9.0000", true), item(2, "sells out", "5.00", "9.0000", true),
		item(3, "goes", "5.00", "9.0000", true),
		item(4, "loses its price", "5.00", "9.0000", true), item(5, "comes back", "5.00", "0.0000", false),
		item(6, "is repriced", "5.00", "9.0000", true), item(7, "is renamed", "5.00", "9.0000", true),
		item(8, "was off, is off", "", "9.0000", false),
	}
	after := menu{
		before[0], item(2, "sells out", "5.00", "0.5000", false), item(3, "goes", "5.00", "9.0000", false),
		item(4, "loses its price", "", "9.0000", false), item(5, "comes back", "5.00", "3.0000", true),
		item(6, "is repriced", "6.00", "20.0000", true), item(7, "has a name", "5.00", "8.0000", true),
		item(8, "was off, is off", "", "1.0000", false),
		item(9, "is new", "1.00", "4.5000", true),
	}
	var out, problems bytes.Buffer
	show := lab.Program[menuChanges]{Name: "show", Run: func(l *lab.T, c menuChanges) { c.show(page{l}) }}
	if code := show.Try(t.Context(), compare(before, after), &out, &problems); code != 0 {
		t.Fatal(&problems)
	}
	want := `  2 came on the menu
    +  5  comes back  in stock again: 5.00 a piece, 3 in stock
    +  9  is new      new: 1.00 a piece, 4.5 in stock
  3 left the menu
    -  2  sells out        sold out: 0.5 left in rooms 0,2
    -  3  goes             taken off sale at the till
    -  4  loses its price  has no price any more
  1 cost something else
    ~  6  is repriced  5.00 -> 6.00
  1 have another name
    ~  7  has a name  was: is renamed
  2 have more or less in stock, the largest changes first
    ~  6  is repriced  9 -> 20 (+11)
    ~  7  has a name   9 -> 8 (-1)
`
	if out.String() != want {
		t.Errorf("got:\n%s\nwant:\n%s", &out, want)
	}
}

func TestTextsAreFoldedAndCut(t *testing.T) {
	long := strings.Repeat("word ", 30)
	if got := wrap(long, "    "); strings.Count(got, "\n    word") != 1 || strings.Count(got, "word") != 30 {
		t.Errorf("folded: %q", got)
	}
	if got := short("Crème Brûlée", 7); got != "Crème …" {
		t.Errorf("cut: %q", got)
	}
}
