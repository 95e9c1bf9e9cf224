package biotracktest

import (
	"context"
	"database/sql"
)

// findProduct takes a product that is not deleted and has prices of its own that are in order: the next one from a
// random place on.
func (t *trading) findProduct(ctx context.Context, tx *sql.Tx) (id int64, err error) {
	const query = `SELECT id FROM products WHERE id >= $1 AND deleted = 0 AND pricepoint LIKE '0,1,%:1,1,%:2,1,%:3,1,%'
		AND name IS NOT NULL ORDER BY id LIMIT 1`
	err = firstFrom([]int64{1 + t.chance.Int64N(t.goods+1), 1}, func(from int64) error {
		return scan(ctx, tx, query, []any{from}, &id)
	})
	return id, err
}

// changeProduct updates some product; args begin at $2.
func (t *trading) changeProduct(ctx context.Context, tx *sql.Tx, set string, args ...any) error {
	id, err := t.findProduct(ctx, tx)
	if err != nil {
		return err
	}
	return exec(ctx, tx, `UPDATE products SET `+set+` WHERE id = $1`, append([]any{id}, args...)...)
}

// somePrice is what one unit of something might cost, in cents.
func (t *trading) somePrice() int64 { return 800 + 25*t.chance.Int64N(160) }

// someName is a product's name.
func (t *trading) someName() string {
	return pick(t.chance, strainAdverbs) + " " + pick(t.chance, strainNouns) + " " + pick(t.chance, productForms)
}

// repriceProduct gives a product other prices and touches no time column.
func (t *trading) repriceProduct(ctx context.Context, tx *sql.Tx) error {
	return t.changeProduct(ctx, tx, `pricepoint = $2`, pricePoint(t.somePrice(), false))
}

// renameProduct gives a product another name.
func (t *trading) renameProduct(ctx context.Context, tx *sql.Tx) error {
	return t.changeProduct(ctx, tx, `name = $2`+t.touch(), t.someName())
}

// deleteProduct marks a product as gone.
func (t *trading) deleteProduct(ctx context.Context, tx *sql.Tx) error {
	return t.changeProduct(ctx, tx, `deleted = 1`+t.touch())
}

// repriceCategory gives a category other prices, and with it all the products that inherit them, whose own rows stay as
// they are.
func (t *trading) repriceCategory(ctx context.Context, tx *sql.Tx) error {
	return exec(ctx, tx, `UPDATE productcategories SET pricepoint = $2`+t.touch()+` WHERE id = $1`,
		1+t.chance.IntN(2), pricePoint(t.somePrice(), false))
}

// newProduct lists a product and receives its first lot.
func (t *trading) newProduct(ctx context.Context, tx *sql.Tx) error {
	var id int64
	const insert = `INSERT INTO products (name, strain, productcategory, pricepoint, created) VALUES ($1, $2, 3, $3,
		$4) RETURNING id`
	args := []any{t.someName(), pick(t.chance, strainNouns), pricePoint(t.somePrice(), false), t.now}
	if err := scan(ctx, tx, insert, args, &id); err != nil {
		return err
	}
	return t.receive(ctx, tx, id)
}

// dropProduct makes a product vanish. Its lots stay, as they refer to it by number alone.
func (t *trading) dropProduct(ctx context.Context, tx *sql.Tx) error {
	id, err := t.findProduct(ctx, tx)
	if err != nil {
		return err
	}
	return exec(ctx, tx, `DELETE FROM products WHERE id = $1`, id)
}
