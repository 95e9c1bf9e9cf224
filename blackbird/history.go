package blackbird

import (
	"context"
	"time"
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
	// AsOf is the moment up to which the store is true once the pass has succeeded: its start, for what was committed
	// before that it has seen; and where it went on with a pass that was cut off, that one's.
	AsOf UTCTime `db:"as_of" json:"-"`
	// Whole says that the pass is one that brings the whole stream up to date, as one over rows that a person named is
	// not.
	Whole bool `db:"whole" json:"-"`
}

// History is what the activity log says of a stream. A pass is nil where there is none of its kind.
type History struct {
	// Last is the newest pass, which may be running. Of those that bring the whole stream up to date Done is the newest
	// that succeeded, and Failed the newest that did not.
	Last   *LoggedPass `json:"last_pass"`
	Done   *LoggedPass `json:"last_success"`
	Failed *LoggedPass `json:"last_failure"`
}

// Histories returns what the activity log says of each stream that has ever had a pass.
func (s *Store) Histories(ctx context.Context) (map[string]History, error) {
	var passes []LoggedPass
	err := s.snapshot(ctx, func(q Queries) error { return q.Select(ctx, &passes, "history", nil) })
	histories := make(map[string]History)
	for i := range passes {
		// Each pass of a stream is newer than those before it.
		p := &passes[i]
		h := histories[p.Stream]
		h.Last = p
		switch {
		case !p.Whole:
		case p.Status == StatusDone:
			h.Done = p
		case p.Status == StatusFailed, p.Status == StatusAbandoned:
			h.Failed = p
		}
		histories[p.Stream] = h
	}
	return histories, s.wrap("read passes", err)
}

// Done is when a pass that did all it set out to do began and ended.
type Done struct{ Began, Ended time.Time }

// LastDone returns the stream's last pass that is done and brought all of it up to date, as a backfill does not; false
// where there is none.
func (s *Store) LastDone(ctx context.Context, stream string) (d Done, found bool, err error) {
	var row struct {
		Began UTCTime `db:"started_at"`
		Ended UTCTime `db:"finished_at"`
	}
	err = s.on(s.db).Get(ctx, &row, "last_done", Args{"stream": stream, "done": string(StatusDone)})
	if isNone(err) {
		return d, false, nil
	}
	return Done{row.Began.Time, row.Ended.Time}, err == nil, s.wrap("read passes", err)
}

// Contents is how much the store holds of a stream.
type Contents struct {
	// Live are the customers that are active, the orders that are not removed, the products on the menu, or the
	// ledger's lines.
	Live int64 `json:"rows"`
	// Rejects counts the rejected rows by reason.
	Rejects map[string]int64 `json:"rejects"`
}

// Contents returns how much the store holds of each stream.
func (s *Store) Contents(ctx context.Context) (map[string]Contents, error) {
	var rows, rejects []struct {
		Stream, Reason string
		Live           int64
	}
	err := s.snapshot(ctx, func(q Queries) error {
		if err := q.Select(ctx, &rows, "contents", nil); err != nil {
			return err
		}
		return q.Select(ctx, &rejects, "contents_rejects", nil)
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
	return contents, s.wrap("count rows", err)
}
