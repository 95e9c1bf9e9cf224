package blackbird

import (
	"context"
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
		PriceBreaks: PriceBreaks{{Quantity: "3.5", Price: "12.50"}, {Quantity: "7", Price: "20.00"}, {Quantity: "28", Price: "70.00"}},
	}
}

func vape() Product { return Product{ID: -7, Unit: "each"} }

func (w *work) products(products []Product, rejects ...Reject) {
	w.Helper()
	w.check(w.pass.MergeProducts(w.Context(), products, rejects, Counts{Read: int64(len(products))}))
}

func TestProductsRoundTrip(t *testing.T) {
	eachStore(t, func(t *testing.T, h *house) {
		w := h.work(StreamProducts)
		large := Product{ID: 1 << 62, Unit: "g", Price: amount("999999999.99"), UnitQuantity: amount("9999999999.9999"), Quantity: decimal.RequireFromString("-9999999999.9999")}
		empty := ""
		large.Name = &empty
		want := []Product{vape(), flower(), large}
		w.products(want)
		got, err := w.menu(t.Context())
		h.check(err)
		if len(got) != len(want) {
			t.Fatalf("%d products, want %d", len(got), len(want))
		}
		for i := range want {
			if !got[i].Equal(&want[i]) || !want[i].Equal(&got[i]) {
				t.Errorf("product %+v became %+v", want[i], got[i])
			}
		}
		h.same("as stored", h.rows("SELECT product_id, member_level, price, unit_quantity, unit, quantity, on_menu, pass_id FROM products ORDER BY 1"), []string{
			"-7|0|-|-|each|0.0000|0|1", "1|2|12.50|3.5000|g|1234.5678|1|1", "4611686018427387904|0|999999999.99|9999999999.9999|g|-9999999999.9999|0|1",
		})
	})
}

// TestPriceBreaksAsStored checks that the breaks are strings in a JSON array, smallest first as they were given.
func TestPriceBreaksAsStored(t *testing.T) {
	eachStore(t, func(_ *testing.T, h *house) {
		w := h.work(StreamProducts)
		w.products([]Product{flower(), vape()})
		const text = `{"quantity":"3.5","price":"12.50"}`
		query := "SELECT price_breaks -> 0, price_breaks ->> '$[2].quantity', json_array_length(price_breaks) FROM products ORDER BY product_id"
		want := []string{"-|-|0", text + "|28|3"}
		if h.postgres {
			query = "SELECT (price_breaks -> 0) = CAST('" + text + "' AS jsonb), price_breaks -> 2 ->> 'quantity', jsonb_array_length(price_breaks) FROM products ORDER BY product_id"
			want = []string{"-|-|0", "1|28|3"}
		}
		h.same("price breaks", h.rows(query), want)
	})
}

func TestMergeProducts(t *testing.T) {
	eachStore(t, func(t *testing.T, h *house) {
		w := h.work(StreamProducts)
		w.products([]Product{flower(), vape()})
		w.again()
		before := h.dump("products")
		changed := vape()
		changed.Price, changed.UnitQuantity, changed.OnMenu = amount("5"), amount("1"), true
		w.products([]Product{changed}, Reject{"9", "bad_price", "x"})
		after := h.dump("products")
		if len(after) != 2 || after[0] != before[0] && after[1] != before[0] && after[0] != before[1] && after[1] != before[1] {
			t.Errorf("products were %q and are %q", before, after)
		}
		h.same("products", h.rows("SELECT product_id, price, on_menu, pass_id FROM products ORDER BY 1"), []string{"-7|5.00|1|2", "1|12.50|1|1"})
		h.same("rejects", h.rows("SELECT stream, row_key, reason FROM rejects"), []string{"products|9|bad_price"})
		w.products(nil)
	})
}

// TestProductsByTheThousand merges more rows than one statement carries.
func TestProductsByTheThousand(t *testing.T) {
	eachStore(t, func(t *testing.T, h *house) {
		w := h.work(StreamProducts)
		var products []Product
		for i := range 2*productChunk + 1 {
			p := flower()
			p.ID = int64(i)
			products = append(products, p)
		}
		w.products(products)
		got, err := w.menu(t.Context())
		h.check(err)
		for i := range got {
			if got[i].ID != int64(i) || !got[i].Equal(&products[i]) {
				t.Fatalf("product %d became %+v", i, got[i])
			}
		}
		if len(got) != len(products) {
			t.Errorf("%d products, want %d", len(got), len(products))
		}
	})
}

func TestProductEqual(t *testing.T) {
	one, same := flower(), flower()
	same.Price, same.Quantity = amount("12.5000"), same.Quantity.Truncate(9)
	if !one.Equal(&same) {
		t.Error("one price in two spellings differs")
	}
	for i, change := range []func(*Product){
		func(p *Product) { p.ID++ }, func(p *Product) { p.Name = nil }, func(p *Product) { s := ""; p.Name = &s },
		func(p *Product) { p.MemberLevel++ }, func(p *Product) { p.Price = amount("") }, func(p *Product) { p.Price = amount("12.51") },
		func(p *Product) { p.UnitQuantity = amount("") }, func(p *Product) { p.UnitQuantity = amount("1") }, func(p *Product) { p.Unit = "each" },
		func(p *Product) { p.Quantity = p.Quantity.Neg() }, func(p *Product) { p.PriceBreaks = nil }, func(p *Product) { p.PriceBreaks[1].Price = "1.00" },
		func(p *Product) { p.PriceBreaks[0], p.PriceBreaks[1] = p.PriceBreaks[1], p.PriceBreaks[0] }, func(p *Product) { p.OnMenu = false },
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

// menu reads the stored products.
func (w *work) menu(ctx context.Context) (all []Product, err error) {
	err = w.Products(ctx, func(p *Product) { all = append(all, *p) })
	return all, err
}
