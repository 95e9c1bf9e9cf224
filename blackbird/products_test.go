package blackbird

import (
	"fmt"
	"testing"

	"github.com/shopspring/decimal"
)

// amount reads a decimal, or NULL where there is no text.
func amount(text string) decimal.NullDecimal {
	if text == "" {
		return decimal.NullDecimal{}
	}
	return decimal.NewNullDecimal(decimal.RequireFromString(text))
}

// flower is a product with all there is, vape one with as little as can be.
func flower() Product {
	name := "Flower \t\n'\"\\ 日本 😀"
	return Product{
		ID: 1, Name: &name, MemberLevel: 2, Price: amount("12.5"), UnitQuantity: amount("3.5"), Unit: "g",
		Quantity: decimal.RequireFromString("1234.56789").Truncate(4), OnMenu: true,
		PriceBreaks: PriceBreaks{
			{Quantity: "3.5", Price: "12.50"},
			{Quantity: "7", Price: "20.00"},
			{Quantity: "28", Price: "70.00"},
		},
	}
}

func vape() Product { return Product{ID: -7, Unit: "each"} }

func TestProductEqual(t *testing.T) {
	one, same := flower(), flower()
	same.Price, same.Quantity = amount("12.5000"), same.Quantity.Truncate(9)
	if !one.Equal(&same) {
		t.Error("one price in two spellings differs")
	}
	for i, change := range []func(*Product){
		func(p *Product) { p.ID++ }, func(p *Product) { p.Name = nil }, func(p *Product) { s := ""; p.Name = &s },
		func(p *Product) { p.MemberLevel++ }, func(p *Product) { p.Price = amount("") },
		func(p *Product) { p.Price = amount("12.51") },
		func(p *Product) { p.UnitQuantity = amount("") }, func(p *Product) { p.UnitQuantity = amount("1") },
		func(p *Product) { p.Unit = "each" },
		func(p *Product) { p.Quantity = p.Quantity.Neg() }, func(p *Product) { p.PriceBreaks = nil },
		func(p *Product) { p.PriceBreaks[1].Price = "1.00" },
		func(p *Product) { p.PriceBreaks[0], p.PriceBreaks[1] = p.PriceBreaks[1], p.PriceBreaks[0] },
		func(p *Product) { p.OnMenu = false },
	} {
		other := flower()
		change(&other)
		if one.Equal(&other) || other.Equal(&one) {
			t.Errorf("change %d goes unnoticed: %+v", i, other)
		}
	}
	nothing, none := vape(), vape()
	none.PriceBreaks = PriceBreaks{}
	if !nothing.Equal(&none) {
		t.Error("no price breaks in two spellings differ")
	}
	zero := vape()
	zero.Price = amount("0")
	if nothing.Equal(&zero) {
		t.Error("no price is a price of 0")
	}
}

func TestPriceBreaksScan(t *testing.T) {
	var b PriceBreaks
	if err := b.Scan([]byte(`[{"price":"1.00","quantity":"1"}]`)); err != nil || fmt.Sprint(b) != "[{1 1.00}]" {
		t.Errorf("breaks are %v, %v", b, err)
	}
	for _, bad := range []any{nil, 5, "x"} {
		if err := new(PriceBreaks).Scan(bad); err == nil {
			t.Errorf("%v was scanned", bad)
		}
	}
}
