package biotrack

import (
	"context"
	"database/sql"
	_ "embed"

	"github.com/jmoiron/sqlx"
)

//go:embed sql/lots_held_back.sql
var lotsHeldBackSQL string

// UnsellableLots counts the lots that hold something and may not be sold, of the given locations or of all, by the reason: deleted,
// transferred_out, seized, sample, expired, or no_product.
func (s *Source) UnsellableLots(ctx context.Context, locations []int64) (map[string]int64, error) {
	if err := s.columns.require(tableInventory); err != nil {
		return nil, err
	}
	lots := make(map[string]int64)
	err := s.snapshot(ctx, func(tx *sqlx.Tx) error {
		return s.readShelves(ctx, tx, shelf{lotsHeldBackSQL, []any{locationsArg(locations)}, func(rows *sql.Rows) error {
			var reason string
			var n int64
			err := rows.Scan(&reason, &n)
			lots[reason] = n
			return err
		}})
	})
	return lots, err
}
