package biotracktest

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
)

// findCustomer takes the id of a customer who is not deleted: the next one from a random place on.
func (t *trading) findCustomer(ctx context.Context, tx *sql.Tx) (id string, err error) {
	const query = `SELECT btrim(customerid) FROM customers WHERE customerid >= $1 AND customerid LIKE 'C%'
		AND deleted = 0
		ORDER BY customerid LIMIT 1`
	err = firstFrom([]string{customerID(t.chance.IntN(t.people + 1)), customerID(0)}, func(from string) error {
		return scan(ctx, tx, query, []any{from}, &id)
	})
	return id, err
}

// changeCustomer updates some customer; args begin at $2.
func (t *trading) changeCustomer(ctx context.Context, tx *sql.Tx, set string, args ...any) error {
	id, err := t.findCustomer(ctx, tx)
	if err != nil {
		return err
	}
	return exec(ctx, tx, `UPDATE customers SET `+set+` WHERE customerid = $1`, append([]any{id}, args...)...)
}

// renameCustomer gives a customer another last name.
func (t *trading) renameCustomer(ctx context.Context, tx *sql.Tx) error {
	return t.changeCustomer(ctx, tx, `lastname = $2`+t.touch(), pick(t.chance, lastNames))
}

// rephoneCustomer gives a customer another number.
func (t *trading) rephoneCustomer(ctx context.Context, tx *sql.Tx) error {
	return t.changeCustomer(ctx, tx, `cell = $2`+t.touch(), phone(t.chance))
}

// remailCustomer gives a customer another address and touches no time column.
func (t *trading) remailCustomer(ctx context.Context, tx *sql.Tx) error {
	address := fmt.Sprintf("%s.%d@%s", strings.ToLower(pick(t.chance, lastNames)), t.chance.IntN(1_000_000),
		OtherMailDomain)
	return t.changeCustomer(ctx, tx, `email = $2`, address)
}

// deleteCustomer marks a customer as gone.
func (t *trading) deleteCustomer(ctx context.Context, tx *sql.Tx) error {
	return t.changeCustomer(ctx, tx, `deleted = 1`+t.touch())
}

// newCustomer enrols a person.
func (t *trading) newCustomer(ctx context.Context, tx *sql.Tx) error {
	var highest int
	const query = `SELECT coalesce(max(substr(btrim(customerid), 2)::int), 0) FROM customers
		WHERE customerid ~ '^C[0-9]{7} *$' AND customerid < 'C9'`
	if err := scan(ctx, tx, query, nil, &highest); err != nil {
		return err
	}
	first, last := pick(t.chance, firstNames), pick(t.chance, lastNames)
	address := fmt.Sprintf("%s.%s%d@%s", strings.ToLower(first), strings.ToLower(last), highest+1, MailDomain)
	const insert = `INSERT INTO customers (customerid, firstname, lastname, cell, email, membersince, createdate,
		created, ismember)
		VALUES ($1, $2, $3, $4, $5, $6, $6, $7, 1)`
	return exec(ctx, tx, insert, customerID(highest), first, last, phone(t.chance), address, t.now.Unix(), t.now)
}

// dropCustomer makes a customer vanish.
func (t *trading) dropCustomer(ctx context.Context, tx *sql.Tx) error {
	id, err := t.findCustomer(ctx, tx)
	if err != nil {
		return err
	}
	return exec(ctx, tx, `DELETE FROM customers WHERE customerid = $1`, id)
}
