package blackbird

import (
	"context"
	"time"

	"github.com/jmoiron/sqlx"
)

// Done is when a pass that did all it set out to do began and ended.
type Done struct{ Began, Ended time.Time }

// LastDone returns the stream's last pass that is done and brought all of it up to date, as a backfill does not; false where there is none.
func (s *Store) LastDone(ctx context.Context, stream string) (d Done, found bool, err error) {
	query, args, err := named(`SELECT started_at, finished_at FROM passes
		WHERE store_id = :store_id AND stream = :stream AND status = :done
			AND mode IN ('first', 'incremental', 'full') ORDER BY pass_id DESC LIMIT 1`,
		map[string]any{"store_id": s.id, "stream": stream, "done": string(StatusDone)}, sqlx.BindType(s.db.DriverName()))
	if err != nil {
		return d, false, err
	}
	var began, ended []byte
	if err := s.db.QueryRowxContext(ctx, query, args...).Scan(&began, &ended); err != nil {
		if isNone(err) {
			err = nil
		}
		return d, false, wrap("read passes of", err)
	}
	if d.Began, err = parseTime(began); err == nil {
		d.Ended, err = parseTime(ended)
	}
	return d, err == nil, err
}
