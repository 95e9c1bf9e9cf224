package biotracktest

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/shopspring/decimal"
)

// recent is how far back the tickets lie that people come back for.
const recent = 2000

// known is a ticket that something is done to.
type known struct {
	serial   int64
	id       string
	customer sql.NullString
	total    decimal.Decimal
}

// sound leaves out tickets that no till would find again: bad rows, and numbers that are odd.
const sound = `id ~ '^[0-9]+ *$' AND coalesce(deleted, 0) = 0 AND totalprice < 1000000 AND totalprice > -1000000`

// completed are sales that were paid and have not been refunded by their own column.
const completed = sound + ` AND refticketid IS NULL AND totalprice > 0 AND coalesce(pif,
	1) <> 0 AND refundtotalprice = 0`

// findTicket takes a recent ticket that fits a condition: the next one from a random place on.
func (t *trading) findTicket(ctx context.Context, tx *sql.Tx, condition string) (k known, err error) {
	query := `SELECT ticketserial, btrim(id), btrim(customerid), totalprice FROM tickets
		WHERE ticketserial >= $1 AND ` + condition + ` ORDER BY ticketserial LIMIT 1`
	back := min(t.tickets, recent)
	err = firstFrom([]int64{t.tickets - t.chance.Int64N(back+1), t.tickets - back}, func(from int64) error {
		return scan(ctx, tx, query, []any{from}, &k.serial, &k.id, &k.customer, &k.total)
	})
	return k, err
}

// entry is a ticket that is rung up. Empty texts are NULL.
type entry struct {
	customer, refunds         string
	price, tax, total, refund decimal.Decimal
	preorder, pif             int
}

// ring rings a ticket up and returns its number.
func (t *trading) ring(ctx context.Context, tx *sql.Tx, e entry) (id string, err error) {
	var serial int64
	if err := scan(ctx, tx, `SELECT nextval(pg_get_serial_sequence('tickets', 'ticketserial'))`, nil,
		&serial); err != nil {
		return "", err
	}
	id = ticketID(serial)
	const insert = `INSERT INTO tickets (ticketserial, id, price, tax, totalprice, refundtotalprice, refticketid,
		customerid,
		preorder, pif, datetime, created, terminal, userid, transactionid, tendered)
		VALUES ($1, $2, $3, $4, $5::numeric, $6, nullif($7, ''), nullif($8, ''), $9, $10, $11, $12, 1, $13, $14,
			greatest($5::numeric, 0))`
	err = exec(ctx, tx, insert, serial, id, e.price, e.tax, e.total, e.refund, e.refunds, e.customer,
		e.preorder, e.pif, t.now.Unix(), t.now, pick(t.chance, clerks), transactionOf(serial))
	return id, err
}

// pay notes a payment.
func (t *trading) pay(ctx context.Context, tx *sql.Tx, id, customer string, amount decimal.Decimal) error {
	return exec(ctx, tx, `INSERT INTO payments (ticketid, paymentmethod, paymentamount, amount, customerid, datetime)
		VALUES ($1, $2, $3, $3, nullif($4, ''), $5)`, id, pick(t.chance, paymentMethods), amount, customer,
		t.now.Unix())
}

// refundAsAmount rings up a ticket that gives half of a sale back and says so in refundtotalprice.
func (t *trading) refundAsAmount(ctx context.Context, tx *sql.Tx) error {
	k, err := t.findTicket(ctx, tx, completed)
	if err != nil {
		return err
	}
	half := k.total.Div(decimal.NewFromInt(2)).Round(2)
	_, err = t.ring(ctx, tx, entry{customer: k.customer.String, refunds: k.id, refund: half, pif: 1})
	return err
}

// refundAsNegative rings up a ticket that gives all of a sale back and says so by its negative total.
func (t *trading) refundAsNegative(ctx context.Context, tx *sql.Tx) error {
	k, err := t.findTicket(ctx, tx, completed)
	if err != nil {
		return err
	}
	back := k.total.Neg()
	id, err := t.ring(ctx, tx, entry{customer: k.customer.String, refunds: k.id, price: back, total: back, pif: 1})
	if err != nil {
		return err
	}
	return t.pay(ctx, tx, id, k.customer.String, back)
}

// refundOnTicket notes a refund on the sale itself, and touches no time column.
func (t *trading) refundOnTicket(ctx context.Context, tx *sql.Tx) error {
	return t.changeTicket(ctx, tx, completed, `refundprice = round(price / 4, 2),
		refundtotalprice = round(totalprice / 4, 2)`)
}

// void takes a sale back.
func (t *trading) void(ctx context.Context, tx *sql.Tx) error {
	return t.changeTicket(ctx, tx, completed, `deleted = 1, voidedby = 'manager', voidreason = 'training'`+t.touch())
}

// voidRefund takes a refund back, so that what it refunded counts again.
func (t *trading) voidRefund(ctx context.Context, tx *sql.Tx) error {
	return t.changeTicket(ctx, tx, sound+` AND refticketid IS NOT NULL AND totalprice <= 0`, `deleted = 1,
		voidedby = 'manager'`+t.touch())
}

// correct changes a total and touches no time column, as a repair by hand does.
func (t *trading) correct(ctx context.Context, tx *sql.Tx) error {
	return t.changeTicket(ctx, tx, completed, `price = price + 1, totalprice = totalprice + 1`)
}

// reassign gives a sale to another customer: the customer was not named at first.
func (t *trading) reassign(ctx context.Context, tx *sql.Tx) error {
	customer, err := t.findCustomer(ctx, tx)
	if err != nil {
		return err
	}
	return t.changeTicket(ctx, tx, completed, `customerid = $2`+t.touch(), customer)
}

// changeTicket updates a ticket that fits a condition; args begin at $2.
func (t *trading) changeTicket(ctx context.Context, tx *sql.Tx, condition, set string, args ...any) error {
	k, err := t.findTicket(ctx, tx, condition)
	if err != nil {
		return err
	}
	return exec(ctx, tx, `UPDATE tickets SET `+set+` WHERE ticketserial = $1`, append([]any{k.serial}, args...)...)
}

// placePreorder rings up what is to be fetched, and paid, later.
func (t *trading) placePreorder(ctx context.Context, tx *sql.Tx) error {
	customer, err := t.findCustomer(ctx, tx)
	if err != nil {
		return err
	}
	price := decimal.New(1500+t.chance.Int64N(9000), -2)
	tax := taxOn(price)
	_, err = t.ring(ctx, tx, entry{customer: customer, price: price, tax: tax, total: price.Add(tax), preorder: 1})
	return err
}

// payPreorder is a preorder being fetched.
func (t *trading) payPreorder(ctx context.Context, tx *sql.Tx) error {
	k, err := t.findTicket(ctx, tx, sound+` AND preorder = 1 AND pif = 0`)
	if err != nil {
		return err
	}
	if err := exec(ctx, tx, `UPDATE tickets SET pif = 1`+t.touch()+` WHERE ticketserial = $1`, k.serial); err != nil {
		return err
	}
	return t.pay(ctx, tx, k.id, k.customer.String, k.total)
}

// dropTicket makes a ticket vanish, with its lines and payments.
func (t *trading) dropTicket(ctx context.Context, tx *sql.Tx) error {
	k, err := t.findTicket(ctx, tx, completed)
	if err != nil {
		return err
	}
	for _, table := range []string{"sales", "payments"} {
		if err := exec(ctx, tx, fmt.Sprintf(`DELETE FROM %s WHERE ticketid = $1`, table), k.id); err != nil {
			return err
		}
	}
	return exec(ctx, tx, `DELETE FROM tickets WHERE ticketserial = $1`, k.serial)
}

// taxOn is the tax on a price.
func taxOn(price decimal.Decimal) decimal.Decimal {
	return price.Mul(decimal.New(taxPercent, -2)).Round(2)
}
