package blackbird

import (
	"context"
	"database/sql/driver"
	_ "embed"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/shopspring/decimal"
)

// Product is a row of products, a line of the menu. Amounts are dollars, quantities grams or pieces.
type Product struct {
	ID           int64               `db:"product_id"`
	Name         *string             `db:"name"`
	MemberLevel  int64               `db:"member_level"`
	Price        decimal.NullDecimal `db:"price"`
	UnitQuantity decimal.NullDecimal `db:"unit_quantity"`
	Unit         string              `db:"unit"`
	Quantity     decimal.Decimal     `db:"quantity"`
	PriceBreaks  PriceBreaks         `db:"price_breaks"`
	OnMenu       bool                `db:"on_menu"`
}

// Equal tells whether two rows have the same content.
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

// Value writes the breaks to a database.
func (b PriceBreaks) Value() (driver.Value, error) {
	if b == nil {
		return "[]", nil
	}
	text, err := json.Marshal([]PriceBreak(b))
	return string(text), err
}

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

// Products shows the store's products one by one, by id.
func (x *Session) Products(ctx context.Context, show func(*Product)) error {
	query, args, err := x.bind(`SELECT product_id, name, member_level, price, unit_quantity, unit, quantity, price_breaks, on_menu
		FROM products WHERE store_id = :store_id ORDER BY product_id`, nil)
	if err != nil {
		return err
	}
	rows, err := x.own.conn.QueryxContext(ctx, query, args...)
	if err != nil {
		return wrap("read products of", err)
	}
	defer rows.Close()
	for rows.Next() {
		var p Product
		if err := rows.StructScan(&p); err != nil {
			return wrap("read products of", err)
		}
		show(&p)
	}
	return wrap("read products of", rows.Err())
}

//go:embed sql/products_upsert.sql
var upsertProductSQL string

// productChunk keeps a statement's parameters below what either database takes.
const productChunk = 500

// MergeProducts writes the given rows, all of them new or different, and lists the rejects, in one transaction. The counts are the caller's to give: it
// has compared the rows.
func (p *Pass) MergeProducts(ctx context.Context, products []Product, rejects []Reject, counts Counts) error {
	return p.merge(ctx, func(tx *txn) (Counts, error) {
		now := p.now()
		for chunk := range slices.Chunk(products, productChunk) {
			rows := make([]map[string]any, len(chunk))
			for i := range chunk {
				rows[i] = p.session.args(chunk[i].args(map[string]any{"pass_id": p.ID, "now": now}))
			}
			if _, err := tx.NamedExecContext(ctx, upsertProductSQL, rows); err != nil {
				return counts, err
			}
		}
		return counts, p.session.saveRejects(ctx, tx, rejects, now)
	})
}

// args are the row's parameters; decimals have the columns' own number of digits, which SQLite keeps as they come.
func (p *Product) args(args map[string]any) map[string]any {
	args["product_id"], args["name"], args["member_level"] = p.ID, p.Name, p.MemberLevel
	args["price"], args["unit_quantity"] = fixed(p.Price, 2), fixed(p.UnitQuantity, 4)
	args["unit"], args["quantity"] = p.Unit, p.Quantity.StringFixed(4)
	args["price_breaks"], args["on_menu"] = p.PriceBreaks, p.OnMenu
	return args
}

func fixed(d decimal.NullDecimal, places int32) any {
	if !d.Valid {
		return nil
	}
	return d.Decimal.StringFixed(places)
}
