package blackbird

import (
	"context"
	"time"

	"github.com/blackbirdctl/blackbirdctl/internal/model"
)

// Reject is a row of the source that cannot be merged, and the reason.
type Reject struct {
	// Key is the row's key in the store, or what the source identifies it by where it has none.
	Key string `db:"row_key" json:"row_key"`
	// Reason is a word to count by, Detail a sentence for a person. Neither holds a personal datum.
	Reason string `db:"reason" json:"reason"`
	Detail string `db:"detail" json:"detail"`
}

// Rejects returns the stream's rejects of the reasons.
func (x *Session) Rejects(ctx context.Context, reasons []string) (rejects []Reject, err error) {
	err = x.onOwn().Select(ctx, &rejects, "rejects", Args{"reasons": reasons})
	return rejects, x.store.wrap("read rejects", err)
}

// CountRejects returns how many rejects and notices the stream has, by reason.
func (x *Session) CountRejects(ctx context.Context) (map[string]int64, error) {
	var counts []struct {
		Reason string
		Rows   int64
	}
	err := x.onOwn().Select(ctx, &counts, "rejects_count", nil)
	reasons := make(map[string]int64, len(counts))
	for _, c := range counts {
		reasons[c.Reason] = c.Rows
	}
	return reasons, x.store.wrap("read rejects", err)
}

// ListRejects lists rejects without merging anything else, for a pass that stops because of them.
func (p *Pass) ListRejects(ctx context.Context, rejects []Reject) error {
	return p.merge(ctx, func(t *tx) (Counts, error) {
		return Counts{Rejected: int64(len(rejects))}, t.saveRejects(ctx, rejects, p.now())
	})
}

// saveRejects lists the rejects, the last of each key; one that is listed already with the same reason is left
// untouched.
func (t *tx) saveRejects(ctx context.Context, rejects []Reject, now time.Time) error {
	if len(rejects) == 0 {
		return nil
	}
	// One statement must not name a key twice.
	at := make(map[string]int, len(rejects))
	var last []Reject
	for _, r := range rejects {
		if i, listed := at[r.Key]; listed {
			last[i] = r
			continue
		}
		at[r.Key] = len(last)
		last = append(last, r)
	}
	rows, err := model.JSON(last)
	if err == nil {
		_, err = t.Exec(ctx, "rejects_upsert", Args{"rows": rows, "now": now})
	}
	return err
}

// ListedReject is a reject as the store lists it.
type ListedReject struct {
	Stream string
	Reject
	// FirstSeen is since when the row has been rejected, LastSeen when its reason or detail last changed.
	FirstSeen UTCTime `db:"first_seen"`
	LastSeen  UTCTime `db:"last_seen"`
	Listed    int64   `db:"listed"`
}

// Rejects returns the first rejects of a stream, or of all for an empty name, by their keys, and how many there are in
// all.
func (s *Store) Rejects(ctx context.Context, stream string, most int64) (page []ListedReject, listed int64, err error) {
	err = s.snapshot(ctx, func(q Queries) error {
		return q.Select(ctx, &page, "rejects_page", Args{"stream": stream, "most": most})
	})
	if len(page) > 0 {
		listed = page[0].Listed
	}
	return page, listed, s.wrap("read rejects", err)
}
