package sync

import (
	"context"
	"maps"
	"slices"

	"github.com/blackbirdctl/blackbirdctl/blackbird"
	"github.com/blackbirdctl/blackbirdctl/sync/menu"
)

// The reasons for which a row cannot be taken.
const (
	ReasonNoID        = "no_id"
	ReasonDuplicateID = "duplicate_id"
	ReasonBadTotal    = "bad_total"
	ReasonBadAmount   = "bad_amount"
	ReasonBadTime     = "bad_time"
	ReasonBadPrice    = menu.ReasonBadPrice
	ReasonBadQuantity = menu.ReasonBadQuantity
)

// Reasons returns all of them.
func Reasons() []string {
	return []string{ReasonNoID, ReasonDuplicateID, ReasonBadTotal, ReasonBadAmount, ReasonBadTime, ReasonBadPrice, ReasonBadQuantity}
}

// rejectList keeps account of a pass's rejects against those that earlier passes listed.
type rejectList struct {
	known map[string]struct{}
	found map[string]struct{}
	// reasons counts the pass's rejects by reason.
	reasons map[string]int64
	count   int64
	// complete says that the pass looked at every known reject again.
	complete bool
}

func (l *rejectList) load(ctx context.Context, session *blackbird.Session) error {
	rejects, err := session.Rejects(ctx)
	l.known, l.found = make(map[string]struct{}, len(rejects)), make(map[string]struct{})
	l.reasons = make(map[string]int64)
	for _, r := range rejects {
		l.known[r.Key] = struct{}{}
	}
	return err
}

func (l *rejectList) names() []string { return slices.Sorted(maps.Keys(l.known)) }

// add notes rejects of this pass, and stops it where there are more than the limit; a negative one is none.
func (l *rejectList) add(rejects []blackbird.Reject, limit int64, stream string) error {
	for _, r := range rejects {
		l.found[r.Key] = struct{}{}
		l.reasons[r.Reason]++
		l.count++
	}
	if limit >= 0 && l.count > limit {
		return &TooManyRejectsError{Stream: stream, Limit: limit, Reasons: l.reasons}
	}
	return nil
}

// mended returns the known rejects that the pass found taken, or gone.
func (l *rejectList) mended() []string {
	if !l.complete {
		return nil
	}
	var mended []string
	for _, key := range l.names() {
		if _, again := l.found[key]; !again {
			mended = append(mended, key)
		}
	}
	return mended
}
