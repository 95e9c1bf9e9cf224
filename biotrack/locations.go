package biotrack

import (
	"context"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
	"github.com/lib/pq/pqerror"
)

// Location is one of the shops that a server keeps. Where only products name it, it has no name.
type Location struct {
	ID      int64  `db:"id"`
	Name    string `db:"name"`
	Deleted bool   `db:"deleted"`
}

// Locations returns the locations that the server lists, by id. Where it lists none that we may read they are those
// that the products name, and listed is false: there may be others. Neither reads more than a small table.
func (s *Source) Locations(ctx context.Context) (locations []Location, listed bool, err error) {
	if s.layout.Has(tableLocations, "id") && len(s.layout.unreadable(tableLocations)) == 0 {
		locations, err = s.locations(ctx, "locations.sql")
	}
	if err != nil || len(locations) > 0 || !s.layout.HasTable(tableProducts) {
		return locations, err == nil && len(locations) > 0, err
	}
	locations, err = s.locations(ctx, "locations_of_products.sql")
	return locations, false, err
}

// locations reads locations by a statement, none where the role may not read the table.
func (s *Source) locations(ctx context.Context, statement string) (locations []Location, err error) {
	err = s.read(ctx, "read locations", func(tx *sqlx.Tx) error {
		return selectRows(ctx, tx, &locations, statement, s.layout)
	})
	if pq.As(err, pqerror.InsufficientPrivilege) != nil {
		return nil, nil
	}
	for i := range locations {
		locations[i].Name = s.Text(locations[i].Name)
	}
	return locations, wrap("read locations", err)
}
