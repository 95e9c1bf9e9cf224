package sync

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/blackbirdctl/blackbirdctl/blackbird"
	"github.com/blackbirdctl/blackbirdctl/sync/menu"
)

// The reasons of rejects.
const (
	ReasonNoID        = "no_id"
	ReasonDuplicateID = "duplicate_id"
	ReasonBadTotal    = "bad_total"
	ReasonBadAmount   = "bad_amount"
	ReasonBadTime     = "bad_time"
	ReasonBadPrice    = menu.ReasonBadPrice
	ReasonBadQuantity = menu.ReasonBadQuantity
	ReasonNoPrice     = menu.ReasonNoPrice
)

// The reasons of notices, which are listed beside the rejects and count for no limit: their rows are in the store, or
// another one in their place.
const (
	ReasonRefundOfUnknown = blackbird.ReasonRefundOfUnknown
	ReasonSuperseded      = blackbird.ReasonSuperseded
)

// IsNotice reports whether a reason is a notice's.
func IsNotice(reason string) bool {
	return reason == ReasonRefundOfUnknown || reason == ReasonSuperseded
}

// rejectHints say what to fix in BioTrack, for each reason.
var rejectHints = map[string]string{
	ReasonNoID:        "give the row an id in BioTrack: a customer its customerid, an order its ticket number",
	ReasonDuplicateID: "give one of the two rows another id in BioTrack: theirs differ by blanks only",
	ReasonBadTotal:    "correct the order's amounts in BioTrack: each must be a number below 10^9",
	ReasonBadAmount:   "correct the order's amounts in BioTrack: each must be a number below 10^9",
	ReasonBadTime:     "correct the order's datetime in BioTrack: from 2000 on, and no more than a day ahead",
	ReasonBadPrice: "correct the price point of the product, or of its category, in BioTrack: " +
		"until then it is off the menu",
	ReasonNoPrice: "give the product a price at the configured member level in BioTrack, in its own price point " +
		"where it has one; use --allow-free if products may cost 0.00",
	ReasonRefundOfUnknown: "correct the id, or the transaction, of the refunded ticket in BioTrack; the refund takes " +
		"no points back until then. If that ticket is yet to come, nothing is to be done",
	ReasonSuperseded: "give one of the two tickets another id in BioTrack: of two with one id at one location only " +
		"the newer is an order",
	ReasonBadQuantity: "correct the amounts in the product's lots in BioTrack: until then it is off the menu",
}

// Reasons returns all reasons of rejects.
func Reasons() []string { return slices.Sorted(maps.Keys(rejectHints)) }

// RejectHint returns what to fix in BioTrack so that a row rejected for the reason can be synced.
func RejectHint(reason string) string {
	return cmp.Or(rejectHints[reason], "fix the row in BioTrack; its detail names the problem")
}

// rejectList compares a pass's rejects with those that earlier passes listed.
type rejectList struct {
	// known are the rejects that are listed, by their keys.
	known map[string]blackbird.Reject
	found map[string]bool
	// reasons counts the pass's rejects by reason.
	reasons map[string]int64
	count   int64
	// fresh is how many of them no earlier pass has listed.
	fresh int64
	// notices counts the notices that are listed by reason.
	notices map[string]int64
	// complete reports whether the pass read every known reject again.
	complete bool
}

func (l *rejectList) load(ctx context.Context, session *blackbird.Session, dryRun bool) error {
	l.known, l.found, l.reasons = make(map[string]blackbird.Reject), make(map[string]bool), make(map[string]int64)
	reasons, err := l.countNotices(ctx, session)
	if err != nil {
		return err
	}
	if dryRun {
		// What would be noticed is found out in the store, which a dry run leaves as it was.
		l.notices = nil
	}
	if len(reasons) == 0 {
		return nil
	}
	rejects, err := session.Rejects(ctx, reasons)
	for _, r := range rejects {
		l.known[r.Key] = r
	}
	return err
}

// countNotices counts the notices that are listed, and returns the reasons of the rejects. There may be ten thousand
// times as many notices as rejects.
func (l *rejectList) countNotices(ctx context.Context, session *blackbird.Session) (reasons []string, err error) {
	counts, err := session.CountRejects(ctx)
	l.notices = make(map[string]int64)
	for reason, rows := range counts {
		if IsNotice(reason) {
			l.notices[reason] = rows
		} else {
			reasons = append(reasons, reason)
		}
	}
	return reasons, err
}

func (l *rejectList) keys() []string { return slices.Sorted(maps.Keys(l.known)) }

func (l *rejectList) add(rejects []blackbird.Reject) {
	for _, r := range rejects {
		if _, known := l.known[r.Key]; !known && !l.found[r.Key] {
			l.fresh++
		}
		l.found[r.Key] = true
		l.reasons[r.Reason]++
		l.count++
	}
}

// retry returns the keys of what an incremental pass reads again, and the rejects that stay what they are: where
// nothing was written at the source only a time that was too far ahead passes by itself.
func (l *rejectList) retry(quiet bool) (keys []string, stay []blackbird.Reject) {
	for _, key := range l.keys() {
		if r := l.known[key]; quiet && r.Reason != ReasonBadTime {
			stay = append(stay, r)
		} else {
			keys = append(keys, key)
		}
	}
	return keys, stay
}

// resolved returns the rows that are no longer to be listed.
func (l *rejectList) resolved() []string {
	if !l.complete {
		return nil
	}
	return without(l.keys(), l.found)
}

// addNotices brings the listed notices to those of the pass. A row that is rejected has none: what was merged is a
// former version. Unless the pass has retried those that were rejected before, they still are. Rejects among the
// notices are listed again.
func (r *run) addNotices(ctx context.Context, listed, notices []blackbird.Reject, retried bool) error {
	l := &r.rejects
	before := make(map[string]blackbird.Reject)
	for _, notice := range listed {
		before[notice.Key] = notice
	}
	stays := make(map[string]bool)
	var fresh []blackbird.Reject
	for _, notice := range notices {
		_, known := l.known[notice.Key]
		switch {
		case !IsNotice(notice.Reason):
			l.found[notice.Key] = true
			fresh = append(fresh, notice)
		case l.found[notice.Key] || known && !retried:
		case notice != before[notice.Key]:
			fresh = append(fresh, notice)
			fallthrough
		default:
			stays[notice.Key] = true
		}
	}
	var settled []string
	for key := range before {
		if !stays[key] && !l.found[key] {
			settled = append(settled, key)
		}
	}
	if len(fresh)+len(settled) > 0 {
		if err := r.pass.ListNotices(ctx, fresh, settled); err != nil {
			return err
		}
	}
	_, err := l.countNotices(ctx, r.session)
	return err
}

// addRejects counts rejects, and stops the pass with more than the limit. Then they are listed for the user.
func (r *run) addRejects(ctx context.Context, rejects []blackbird.Reject) error {
	r.rejects.add(rejects)
	if limit := r.opts.MaxRejects; limit >= 0 && r.rejects.count > limit {
		err := &TooManyRejectsError{Stream: r.stream.Name, Limit: limit, Reasons: r.rejects.reasons}
		return errors.Join(err, r.pass.ListRejects(ctx, rejects))
	}
	return nil
}

// TooManyRejectsError reports that a pass stopped because it had more rejects than --max-rejects allows.
type TooManyRejectsError struct {
	Stream  string
	Limit   int64
	Reasons map[string]int64
}

func (e *TooManyRejectsError) Error() string {
	var reasons []string
	for _, reason := range slices.Sorted(maps.Keys(e.Reasons)) {
		reasons = append(reasons, fmt.Sprintf("%s %d", reason, e.Reasons[reason]))
	}
	return fmt.Sprintf("%s: more than %d rejects (%s)", e.Stream, e.Limit, strings.Join(reasons, ", "))
}

// Hint returns what to do.
func (e *TooManyRejectsError) Hint() string {
	return "`blackbirdctl rejects` shows each row and its reason; fix the rows in BioTrack, or raise --max-rejects"
}
