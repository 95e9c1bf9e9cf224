package blackbird

import (
	"context"
	_ "embed"
	"slices"
	"time"
)

// Reject is a row of the source that cannot be taken, and why.
type Reject struct {
	// Key is the row's key in the store, or what the source knows it by where it has none.
	Key string `db:"row_key"`
	// Reason is a word to count by, Detail a sentence for a person. Neither holds a personal datum.
	Reason string `db:"reason"`
	Detail string `db:"detail"`
}

//go:embed sql/reject_upsert.sql
var upsertRejectSQL string

// rejectChunk keeps a statement's parameters below what either database takes.
const rejectChunk = 500

// Rejects returns the stream's rejects.
func (x *Session) Rejects(ctx context.Context) ([]Reject, error) {
	var rejects []Reject
	err := x.selects(ctx, x.own.conn, &rejects, `SELECT row_key, reason, detail FROM rejects
		WHERE store_id = :store_id AND stream = :stream ORDER BY row_key`, nil)
	return rejects, wrap("read rejects of", err)
}

// ListRejects lists rejects without merging anything else, for a pass that stops because of them.
func (p *Pass) ListRejects(ctx context.Context, rejects []Reject) error {
	return p.merge(ctx, func(tx *txn) (Counts, error) {
		return Counts{Rejected: int64(len(rejects))}, p.session.saveRejects(ctx, tx, rejects, p.now())
	})
}

// saveRejects lists the rejects; one that is listed already with the same reason is left untouched.
func (x *Session) saveRejects(ctx context.Context, tx *txn, rejects []Reject, now time.Time) error {
	for chunk := range slices.Chunk(lastOfEach(rejects), rejectChunk) {
		rows := make([]map[string]any, len(chunk))
		for i, r := range chunk {
			rows[i] = x.args(map[string]any{"row_key": r.Key, "reason": r.Reason, "detail": r.Detail, "now": now})
		}
		if _, err := tx.NamedExecContext(ctx, upsertRejectSQL, rows); err != nil {
			return err
		}
	}
	return nil
}

// lastOfEach keeps the last reject of each key: one statement must not name a key twice.
func lastOfEach(rejects []Reject) []Reject {
	at := make(map[string]int, len(rejects))
	var kept []Reject
	for _, r := range rejects {
		if i, ok := at[r.Key]; ok {
			kept[i] = r
			continue
		}
		at[r.Key] = len(kept)
		kept = append(kept, r)
	}
	return kept
}

func (x *Session) deleteRejects(ctx context.Context, tx *txn, keys []string) error {
	for chunk := range slices.Chunk(keys, rejectChunk) {
		_, err := x.exec(ctx, tx, `DELETE FROM rejects
			WHERE store_id = :store_id AND stream = :stream AND row_key IN (:keys)`, map[string]any{"keys": chunk})
		if err != nil {
			return err
		}
	}
	return nil
}

// ListedReject is a reject as the store lists it.
type ListedReject struct {
	Stream string
	Reject
	// FirstSeen is since when the row cannot be taken, LastSeen when its reason or detail last changed.
	FirstSeen UTCTime `db:"first_seen"`
	LastSeen  UTCTime `db:"last_seen"`
	Listed    int64   `db:"listed"`
}

//go:embed sql/rejects_page.sql
var rejectsPageSQL string

// Rejects returns the first rejects of a stream, or of all for an empty name, by their keys, and how many there are in all.
func (s *Store) Rejects(ctx context.Context, stream string, most int64) (page []ListedReject, listed int64, err error) {
	err = s.snapshot(ctx, func(r *reader) error {
		return r.selects(ctx, &page, rejectsPageSQL, map[string]any{"stream": stream, "most": most})
	})
	if len(page) > 0 {
		listed = page[0].Listed
	}
	return page, listed, wrap("read rejects of", err)
}
