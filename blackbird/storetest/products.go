package storetest

import (
	"context"
	"testing"

	"github.com/shopspring/decimal"

	"github.com/blackbirdctl/blackbirdctl/blackbird"
	"github.com/blackbirdctl/blackbirdctl/internal/test/shop"
)

// amount reads a decimal, or NULL where there is no text.
func amount(text string) decimal.NullDecimal {
	if text == "" {
		return decimal.NullDecimal{}
	}
	return decimal.NewNullDecimal(decimal.RequireFromString(text))
}

// flower is a product with all there is, vape one with as little as can be.
func flower() blackbird.Product {
	name, category := "Flower \t\n'\"\\ 日本 😀", "Flowers"
	return blackbird.Product{
		ID: 1, Name: &name, Category: &category, MemberLevel: 2,
		Price: amount("12.5"), UnitQuantity: amount("3.5"), Unit: "g",
		Quantity: decimal.RequireFromString("1234.56789").Truncate(4), OnMenu: true,
		PriceBreaks: blackbird.PriceBreaks{
			{Quantity: "3.5", Price: "12.50"},
			{Quantity: "7", Price: "20.00"},
			{Quantity: "28", Price: "70.00"},
		},
	}
}

func vape() blackbird.Product { return blackbird.Product{ID: -7, Unit: "each"} }

func (w *writer) products(products []blackbird.Product, rejects ...blackbird.Reject) {
	w.Helper()
	w.noError(w.pass.MergeProducts(w.Context(), products, rejects, blackbird.Counts{Read: int64(len(products))}))
}

func testProductsRoundTrip(t *testing.T, h *fixture) {
	w := h.writer(blackbird.Products)
	large := blackbird.Product{
		ID:           1 << 62,
		Unit:         "g",
		Price:        amount("999999999.99"),
		UnitQuantity: amount("9999999999.9999"),
		Quantity:     decimal.RequireFromString("-9999999999.9999"),
	}
	empty := ""
	large.Name = &empty
	want := []blackbird.Product{vape(), flower(), large}
	w.products(want)
	got, err := w.menu(t.Context())
	h.noError(err)
	if len(got) != len(want) {
		t.Fatalf("%d products, want %d", len(got), len(want))
	}
	for i := range want {
		if !got[i].Equal(&want[i]) || !want[i].Equal(&got[i]) {
			t.Errorf("product %+v became %+v", want[i], got[i])
		}
	}
	h.assertRows(
		"as stored",
		h.rows(
			"SELECT product_id, member_level, price, unit_quantity, unit, quantity, "+
				"on_menu, pass_id FROM products ORDER BY 1",
		),
		[]string{
			"-7|0|-|-|each|0.0000|0|1", "1|2|12.50|3.5000|g|1234.5678|1|1",
			"4611686018427387904|0|999999999.99|9999999999.9999|g|-9999999999.9999|0|1",
		},
	)
}

// testPriceBreaksAsStored checks that the breaks are strings in a JSON array, smallest first as they were given.
func testPriceBreaksAsStored(_ *testing.T, h *fixture) {
	w := h.writer(blackbird.Products)
	w.products([]blackbird.Product{flower(), vape()})
	const text = `{"quantity":"3.5","price":"12.50"}`
	query := `SELECT price_breaks -> 0, price_breaks ->> '$[2].quantity', json_array_length(price_breaks)
		FROM products ORDER BY product_id`
	want := []string{"-|-|0", text + "|28|3"}
	if h.postgres() {
		query = `SELECT (price_breaks -> 0) = CAST('` + text + `' AS jsonb), price_breaks -> 2 ->> 'quantity',
			jsonb_array_length(price_breaks) FROM products ORDER BY product_id`
		want = []string{"-|-|0", "1|28|3"}
	}
	h.assertRows("price breaks", h.rows(query), want)
}

func testMergeProducts(t *testing.T, h *fixture) {
	w := h.writer(blackbird.Products)
	w.products([]blackbird.Product{flower(), vape()})
	w.restart()
	before := h.dump("products")
	changed := vape()
	changed.Price, changed.UnitQuantity, changed.OnMenu = amount("5"), amount("1"), true
	w.products([]blackbird.Product{changed}, reject("9", "bad_price", "x"))
	after := h.dump("products")
	if len(after) != 2 ||
		after[0] != before[0] && after[1] != before[0] && after[0] != before[1] && after[1] != before[1] {
		t.Errorf("products were %q and are %q", before, after)
	}
	h.Store.WantProducts(
		shop.Product{ID: -7, Price: "5.00", OnMenu: true, PassID: 2},
		shop.Product{ID: 1, Price: "12.50", OnMenu: true, PassID: 1},
	)
	h.Store.WantRejects(shop.Reject{Stream: "products", Key: "9", Reason: "bad_price"})
	w.products(nil)
}

// testProductsByTheThousand merges more rows than one statement carries.
func testProductsByTheThousand(t *testing.T, h *fixture) {
	w := h.writer(blackbird.Products)
	var products []blackbird.Product
	for i := range 1001 {
		p := flower()
		p.ID = int64(i)
		products = append(products, p)
	}
	w.products(products)
	got, err := w.menu(t.Context())
	h.noError(err)
	for i := range got {
		if got[i].ID != int64(i) || !got[i].Equal(&products[i]) {
			t.Fatalf("product %d became %+v", i, got[i])
		}
	}
	if len(got) != len(products) {
		t.Errorf("%d products, want %d", len(got), len(products))
	}
}

// menu reads the stored products.
func (w *writer) menu(ctx context.Context) (all []blackbird.Product, err error) {
	err = w.Products(ctx, func(p *blackbird.Product) { all = append(all, *p) })
	return all, err
}
