package biotracktest

import (
	"context"
	"database/sql"

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
		lines = append(lines, bought{lot, quantity, lot.price.Mul(quantity).Round(2)})
	}
	return lines, nil
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
