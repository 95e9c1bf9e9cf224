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

// OffProduct is a product that is not on the menu.
type OffProduct struct {
	ID        int64   `db:"product_id"`
	Name      *string `db:"name"`
	Category  *string `db:"category"`
	UpdatedAt UTCTime `db:"updated_at"`
	Found     int64   `db:"found"`
}

// OffMenu returns the products that are not on the menu and changed last from a moment on and before another, the last
// one first, and how many there are in all. Which of them were on it before, the store does not know.
func (s *Store) OffMenu(
	ctx context.Context, from, until time.Time, most int64,
) (products []OffProduct, found int64, err error) {
	args := Args{"from": from, "until": until, "most": most}
	err = s.on(s.db).Select(ctx, &products, "products_off_menu", args)
	if len(products) > 0 {
		found = products[0].Found
	}
	return products, found, s.wrap("read products", err)
}
