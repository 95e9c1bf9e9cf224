package blackbird

import (
	"context"
	"time"

	"github.com/blackbirdctl/blackbirdctl/internal/model"
)

// EachSold visits the orders from a moment on and before another that were completed: when, and the total less what was
// refunded since.
func (s *Store) EachSold(
	ctx context.Context, from, until time.Time, visit func(at time.Time, net model.Cents),
) error {
	err := s.snapshot(ctx, func(q Queries) error {
		return q.each(ctx, "orders_sold", Args{"from": from, "until": until}, 3, func(c *cells) error {
			at, total := c.time(), c.cents()
			visit(at, total-c.cents())
			return nil
		})
	})
	return s.wrap("read orders", err)
}

// LeftProduct is a product that left the menu.
type LeftProduct struct {
	ID        int64   `db:"product_id"`
	Name      *string `db:"name"`
	Category  *string `db:"category"`
	UpdatedAt UTCTime `db:"updated_at"`
	Found     int64   `db:"found"`
}

// LeftMenu returns the products that left the menu from a moment on and before another and are still off it, the last
// one first, and how many there are in all.
func (s *Store) LeftMenu(
	ctx context.Context, from, until time.Time, most int64,
) (products []LeftProduct, found int64, err error) {
	args := Args{"from": from, "until": until, "most": most}
	err = s.on(s.db).Select(ctx, &products, "products_left", args)
	if len(products) > 0 {
		found = products[0].Found
	}
	return products, found, s.wrap("read products", err)
}
