package biotracktest

import (
	"context"
	"database/sql"
	"errors"
	"regexp"

	"github.com/shopspring/decimal"
)

// bought is one line of a sale that is being rung up.
type bought struct {
	lot      stocked
	quantity decimal.Decimal
	price    decimal.Decimal
}

// sell rings up a sale as a till does: lines, payment, less in the lots, and one visit more for the customer.
func (t *trading) sell(ctx context.Context, tx *sql.Tx) error {
	lines, err := t.choose(ctx, tx)
	if err != nil {
		return err
	}
	customer := ""
	if t.chance.IntN(5) > 0 {
		if customer, err = t.findCustomer(ctx, tx); err != nil {
			return err
		}
	}
	e := entry{customer: customer, pif: 1}
	for _, l := range lines {
		e.price = e.price.Add(l.price)
	}
	e.tax = taxOn(e.price)
	e.total = e.price.Add(e.tax)
	id, err := t.ring(ctx, tx, e)
	if err != nil {
		return err
	}
	for _, l := range lines {
		if err := t.writeLine(ctx, tx, id, customer, l); err != nil {
			return err
		}
	}
	if err := t.pay(ctx, tx, id, customer, e.total); err != nil || customer == "" {
		return err
	}
	return exec(ctx, tx, `UPDATE customers SET visits = coalesce(visits, 0) + 1, amountspent = coalesce(amountspent,
		0) + $2,
		sessiontime = $3 WHERE customerid = $1`, customer, e.total, t.now.Unix())
}

// choose takes one to three products off the shelf.
func (t *trading) choose(ctx context.Context, tx *sql.Tx) ([]bought, error) {
	var lines []bought
	for range 1 + t.chance.IntN(maxLines) {
		lot, err := t.findLot(ctx, tx)
		if err != nil {
			return nil, err
		}
		quantity := decimal.NewFromInt(1 + t.chance.Int64N(3))
		if err := t.add(ctx, tx, &lot, quantity.Neg()); err != nil {
			return nil, err
		}
		price, err := priceToday(ctx, tx, &lot)
		if err != nil {
			return nil, err
		}
		lines = append(lines, bought{lot, quantity, price.Mul(quantity).Round(2)})
	}
	return lines, nil
}

// unitPrice finds the price of one unit at level 0 in a price point that is well spelled.
var unitPrice = regexp.MustCompile(`(?:^|:)(?:0,1,|1,)?(\d+(?:\.\d+)?)(?::|$)`)

// priceToday is what a unit costs at level 0, by the product's price point or its category's; the lot's own price where
// neither has one.
func priceToday(ctx context.Context, tx *sql.Tx, lot *stocked) (decimal.Decimal, error) {
	const query = `SELECT coalesce(nullif(btrim(p.pricepoint), ''), c.pricepoint, '') FROM products p
		LEFT JOIN productcategories c ON c.id = p.productcategory WHERE p.id = $1`
	var text string
	err := scan(ctx, tx, query, []any{lot.product}, &text)
	found := unitPrice.FindStringSubmatch(text)
	if errors.Is(err, errNothingToDo) || err == nil && found == nil {
		return lot.price, nil
	}
	if err != nil {
		return decimal.Zero, err
	}
	return decimal.NewFromString(found[1])
}

// writeLine notes a line of a sale.
func (t *trading) writeLine(ctx context.Context, tx *sql.Tx, ticket, customer string, l bought) error {
	const insert = `INSERT INTO sales (ticketid, productid, inventoryid, strain, price, tax, total, weight,
		price_post_discount,
		customerid, datetime, requiresweighing) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $5, nullif($9, ''), $10, $11)`
	tax := taxOn(l.price)
	return exec(ctx, tx, insert, ticket, l.lot.product, l.lot.id, l.lot.strain, l.price, tax, l.price.Add(tax),
		l.quantity,
		customer, t.now.Unix(), l.lot.weighed)
}
