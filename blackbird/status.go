package blackbird

import (
	"context"
	_ "embed"
)

// LoggedPass is a pass as the activity log has it.
type LoggedPass struct {
	Stream     string  `db:"stream" json:"-"`
	ID         int64   `db:"pass_id" json:"pass_id"`
	Mode       string  `db:"mode" json:"mode"`
	Status     Status  `db:"status" json:"status"`
	StartedAt  UTCTime `db:"started_at" json:"started_at"`
	FinishedAt UTCTime `db:"finished_at" json:"finished_at,omitzero"`
	Counts     `json:"rows"`
	Message    *string `db:"message" json:"message,omitempty"`
	// AsOf is the moment up to which the store is true once the pass has succeeded: its start, for what was committed before that it
	// has seen; and where it went on with a pass that was cut off, that one's.
	AsOf UTCTime `db:"as_of" json:"-"`
	// Whole tells that the pass is one that brings the whole stream up to date, as one over rows that a person named is not.
	Whole bool `db:"whole" json:"-"`
}

// History is what the activity log tells of a stream. A pass is nil where there is none of its kind.
type History struct {
	// Last is the newest pass, which may be running. Of those that bring the whole stream up to date Done is the newest that succeeded,
	// and Failed the newest that did not.
	Last, Done, Failed *LoggedPass
}

//go:embed sql/status_passes.sql
var statusPassesSQL string

// Histories returns what the activity log tells of each stream that has ever had a pass.
func (s *Store) Histories(ctx context.Context) (map[string]History, error) {
	var passes []LoggedPass
	err := s.snapshot(ctx, func(r *reader) error { return r.selects(ctx, &passes, statusPassesSQL, nil) })
	histories := make(map[string]History)
	for i := range passes {
		h := histories[passes[i].Stream]
		h.add(&passes[i])
		histories[passes[i].Stream] = h
	}
	return histories, wrap("read passes of", err)
}

// add takes a pass that is newer than those before it.
func (h *History) add(p *LoggedPass) {
	h.Last = p
	switch {
	case !p.Whole:
	case p.Status == StatusDone:
		h.Done = p
	case p.Status == StatusFailed, p.Status == StatusAbandoned:
		h.Failed = p
	}
}

// Contents is how much the store holds of a stream.
type Contents struct {
	// Live are the customers that are active, the orders that are not removed, the products on the menu, or the ledger's lines.
	Live int64
	// Rejects counts the rows that cannot be taken by reason.
	Rejects map[string]int64
}

//go:embed sql/status_rows.sql
var statusRowsSQL string

// Contents returns how much the store holds of each stream.
func (s *Store) Contents(ctx context.Context) (map[string]Contents, error) {
	var rows, rejects []struct {
		Stream, Reason string
		Live           int64
	}
	err := s.snapshot(ctx, func(r *reader) error {
		if err := r.selects(ctx, &rows, statusRowsSQL, nil); err != nil {
			return err
		}
		return r.selects(ctx, &rejects, `SELECT stream, reason, count(*) AS live FROM rejects
			WHERE store_id = :store_id GROUP BY stream, reason`, nil)
	})
	contents := make(map[string]Contents)
	for _, row := range rows {
		contents[row.Stream] = Contents{Live: row.Live, Rejects: make(map[string]int64)}
	}
	for _, row := range rejects {
		if c, known := contents[row.Stream]; known {
			c.Rejects[row.Reason] = row.Live
		}
	}
	return contents, wrap("count rows of", err)
}

// Locked tells whether a session holds the stream's lock in the database, without taking it. It is not known of a store whose database
// has no locks of its own.
func (s *Store) Locked(ctx context.Context, stream string) (held, known bool, err error) {
	held, known, err = s.dialect.locked(ctx, s.db, s.lockKey(stream))
	return held, known, wrap("inspect locks of", err)
}
