package blackbird

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/blackbirdctl/blackbirdctl/internal/model"
)

// Product is a row of products, a line of the menu. Amounts are dollars, quantities grams or pieces.
type Product struct {
	ID           int64               `db:"product_id"`
	Name         *string             `db:"name"`
	Category     *string             `db:"category"`
	MemberLevel  int64               `db:"member_level"`
	Price        decimal.NullDecimal `db:"price"`
	UnitQuantity decimal.NullDecimal `db:"unit_quantity"`
	Unit         string              `db:"unit"`
	Quantity     decimal.Decimal     `db:"quantity"`
	PriceBreaks  PriceBreaks         `db:"price_breaks"`
	OnMenu       bool                `db:"on_menu"`
}

// Equal reports whether two rows have the same content.
func (p *Product) Equal(o *Product) bool {
	return p.ID == o.ID && len(p.Differs(o)) == 0
}

// Differs names the columns in which two rows of one product differ.
func (p *Product) Differs(o *Product) (columns []string) {
	for _, column := range productColumns {
		if !column.same(p, o) {
			columns = append(columns, column.name)
		}
	}
	return columns
}

// productColumns are the columns that are content, and how each is compared.
var productColumns = []struct {
	name string
	same func(p, o *Product) bool
}{
	{"name", func(p, o *Product) bool { return equalText(p.Name, o.Name) }},
	{"category", func(p, o *Product) bool { return equalText(p.Category, o.Category) }},
	{"member_level", func(p, o *Product) bool { return p.MemberLevel == o.MemberLevel }},
	{"price", func(p, o *Product) bool { return equalNull(p.Price, o.Price) }},
	{"unit_quantity", func(p, o *Product) bool { return equalNull(p.UnitQuantity, o.UnitQuantity) }},
	{"unit", func(p, o *Product) bool { return p.Unit == o.Unit }},
	{"quantity", func(p, o *Product) bool { return p.Quantity.Equal(o.Quantity) }},
	{"price_breaks", func(p, o *Product) bool { return slices.Equal(p.PriceBreaks, o.PriceBreaks) }},
	{"on_menu", func(p, o *Product) bool { return p.OnMenu == o.OnMenu }},
}

func equalText(a, b *string) bool {
	return a == b || a != nil && b != nil && *a == *b
}

func equalNull(a, b decimal.NullDecimal) bool {
	return a.Valid == b.Valid && a.Decimal.Equal(b.Decimal)
}

// PriceBreak is what a quantity costs in all. Both are decimals as text, so that no reader makes floats of them.
type PriceBreak struct {
	Quantity string `json:"quantity"`
	Price    string `json:"price"`
}

// PriceBreaks are a product's price breaks, smallest quantity first; a JSON array in the database.
type PriceBreaks []PriceBreak

// Scan reads the breaks from a database.
func (b *PriceBreaks) Scan(from any) error {
	switch v := from.(type) {
	case string:
		return json.Unmarshal([]byte(v), b)
	case []byte:
		return json.Unmarshal(v, b)
	}
	return fmt.Errorf("price breaks cannot be read from a %T", from)
}

// Products calls show with the store's products one by one, by id.
func (x *Session) Products(ctx context.Context, show func(*Product)) error {
	rows, err := x.onOwn().rows(ctx, "products", nil)
	if err != nil {
		return x.store.wrap("read products", err)
	}
	defer rows.Close()
	for rows.Next() {
		var p Product
		if err := rows.StructScan(&p); err != nil {
			return x.store.wrap("read products", err)
		}
		show(&p)
	}
	return x.store.wrap("read products", rows.Err())
}

// Menu returns the products on the menu, by name.
func (s *Store) Menu(ctx context.Context) (products []Product, err error) {
	err = s.snapshot(ctx, func(q Queries) error { return q.Select(ctx, &products, "menu", nil) })
	slices.SortStableFunc(products, func(a, b Product) int {
		return cmp.Compare(strings.ToLower(orEmpty(a.Name)), strings.ToLower(orEmpty(b.Name)))
	})
	return products, s.wrap("read products", err)
}

func orEmpty(text *string) string {
	if text == nil {
		return ""
	}
	return *text
}

// productChunk is how many products one statement writes.
const productChunk = 500

// MergeProducts writes the given rows, all of them new or different, and lists the rejects, in one transaction. The
// counts are the caller's, who has compared the rows.
func (p *Pass) MergeProducts(ctx context.Context, products []Product, rejects []Reject, counts Counts) error {
	return p.merge(ctx, func(t *tx) (Counts, error) {
		now := p.now()
		for chunk := range slices.Chunk(products, productChunk) {
			rows := make([]productRecord, len(chunk))
			for i := range chunk {
				rows[i] = chunk[i].record()
			}
			text, err := model.JSON(rows)
			if err != nil {
				return counts, err
			}
			if _, err := t.Exec(ctx, "products_upsert", Args{"rows": text, "pass_id": p.ID, "now": now}); err != nil {
				return counts, err
			}
		}
		return counts, t.saveRejects(ctx, rejects, now)
	})
}

// productRecord is a product as products_upsert takes it. Decimals have the columns' own number of digits, which SQLite
// keeps as they come.
type productRecord struct {
	ID           int64       `json:"product_id"`
	Name         *string     `json:"name"`
	Category     *string     `json:"category"`
	MemberLevel  int64       `json:"member_level"`
	Price        *string     `json:"price"`
	UnitQuantity *string     `json:"unit_quantity"`
	Unit         string      `json:"unit"`
	Quantity     string      `json:"quantity"`
	PriceBreaks  PriceBreaks `json:"price_breaks"`
	OnMenu       bool        `json:"on_menu"`
}

func (p *Product) record() productRecord {
	breaks := p.PriceBreaks
	if breaks == nil {
		breaks = PriceBreaks{}
	}
	return productRecord{
		ID: p.ID, Name: p.Name, Category: p.Category, MemberLevel: p.MemberLevel, Price: fixed(p.Price, 2),
		UnitQuantity: fixed(p.UnitQuantity, 4), Unit: p.Unit, Quantity: p.Quantity.StringFixed(4), PriceBreaks: breaks,
		OnMenu: p.OnMenu,
	}
}

func fixed(d decimal.NullDecimal, places int32) *string {
	if !d.Valid {
		return nil
	}
	text := d.Decimal.StringFixed(places)
	return &text
}
