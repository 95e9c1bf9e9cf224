package sync

import (
	"context"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/blackbirdctl/blackbirdctl/biotrack"
	"github.com/blackbirdctl/blackbirdctl/blackbird"
	"github.com/blackbirdctl/blackbirdctl/internal/model"
)

// rejectKey returns the key of a ticket in the list of rejects.
func rejectKey(serial int64) string { return serialPrefix + strconv.FormatInt(serial, 10) }

// ticketName names a ticket in the details of rejects, and sameID follows it in the notice of a superseded one.
// RejectedTickets finds them by it.
func ticketName(id []byte, location int64) string {
	return fmt.Sprintf("ticket %s of location %d", id, location)
}

const sameID = ": the ticket with serial"

// RejectedTickets returns the rejects of tickets with an id, without the notices.
func RejectedTickets(ctx context.Context, store *blackbird.Store, id string) ([]blackbird.ListedReject, error) {
	rejects, _, err := store.Rejects(ctx, Orders.Name, math.MaxInt32)
	return slices.DeleteFunc(rejects, func(r blackbird.ListedReject) bool {
		return IsNotice(r.Reason) || !strings.HasPrefix(r.Detail, "ticket "+id+" of location ")
	}), err
}

// supersededNotice returns the notice of a ticket in whose place another one of its id stands.
func supersededNotice(s blackbird.Superseded) blackbird.Reject {
	return blackbird.Reject{
		Key: rejectKey(s.Serial), Reason: ReasonSuperseded,
		Detail: fmt.Sprintf("%s%s %d has the same id", ticketName([]byte(s.Name), s.Location), sameID, s.By),
	}
}

// listNotices lists what a person should know of the tickets that were merged. It comes once all that the pass read is
// in the store. An incremental pass looks at what may have changed since the pass of the watermark, by passes that were
// cut off too, others at everything.
//
// Where tickets may take the places of voided ones, it lists nothing yet, and returns their keys: they are to be read
// again.
func (e *refundsElsewhere) listNotices(
	ctx context.Context, t *tableRun[biotrack.Ticket],
) (again []string, err error) {
	if t.run.opts.DryRun || t.plan.mode == ModeIncremental && t.run.pass.Counts.Read == 0 {
		return nil, nil
	}
	var due, keys []string
	if t.read != nil {
		due, err = t.run.session.NoticesDue(ctx, t.plan.pass.ID, slices.Collect(maps.Keys(e.outsiders)))
		if err == nil {
			keys, err = e.besideVoided(ctx, t)
		}
		if err != nil {
			return nil, err
		}
		due = append(due, t.read...)
		for _, serial := range due {
			keys = append(keys, serialPrefix+serial)
		}
		// These serials may be no ticket's any more.
		for _, serial := range slices.Concat(e.gone, t.run.pass.SupersededNow()) {
			keys = append(keys, rejectKey(serial))
		}
	}
	listed, err := t.run.session.Notices(ctx, keys)
	if err != nil {
		return nil, err
	}
	notices, again, err := e.superseded(ctx, t, listed)
	if err != nil || len(again) > 0 {
		return again, err
	}
	unknown, err := e.unknownRefunds(ctx, t, due)
	if err != nil {
		return nil, err
	}
	retried := !t.run.opts.keepsWatermark() && !t.plan.resumed
	return nil, t.run.addNotices(ctx, listed, append(notices, unknown...), retried)
}

// besideVoided returns the keys of the superseded tickets that have the key of a voided one that was read. They are not
// nil.
func (e *refundsElsewhere) besideVoided(ctx context.Context, t *tableRun[biotrack.Ticket]) ([]string, error) {
	keys := []string{}
	if len(e.voided) == 0 {
		return keys, nil
	}
	listed, err := t.run.session.Rejects(ctx, []string{ReasonSuperseded})
	for _, r := range listed {
		if name, _, _ := strings.Cut(r.Detail, sameID); e.voided[name] {
			keys = append(keys, r.Key)
		}
	}
	return keys, err
}

// superseded returns those of the listed tickets which the till still has, and in whose places others stand, and the
// keys of those that take the place of a voided one. One that is rejected is returned as that: another ticket took the
// place of its former version.
func (e *refundsElsewhere) superseded(
	ctx context.Context, t *tableRun[biotrack.Ticket], listed []blackbird.Reject,
) (notices []blackbird.Reject, again []string, err error) {
	var names []string
	for _, r := range listed {
		if r.Reason == ReasonSuperseded {
			names = append(names, r.Key)
		}
	}
	keys, err := t.keysOf(ctx, names)
	if err != nil {
		return nil, nil, err
	}
	for some := range slices.Chunk(keys, t.run.opts.BatchSize) {
		var tickets []model.Key
		var rejects []blackbird.Reject
		_, err := t.run.readPage(ctx, func() (biotrack.Page, error) {
			tickets, rejects = nil, nil
			return t.table.ByKey(ctx, some, func(ticket *biotrack.Ticket) error {
				reject, rejected := rejectTicket(ticket, latestTime(t.run))
				switch {
				case !e.opts.inScope(ticket.Location):
				case rejected:
					rejects = append(rejects, reject)
				case !ticket.Voided:
					tickets = append(tickets, orderKey(ticket))
				}
				return nil
			})
		})
		if err != nil {
			return nil, nil, err
		}
		found, err := t.run.session.StillSuperseded(ctx, tickets)
		if err != nil {
			return nil, nil, err
		}
		for _, s := range found {
			if key := strconv.FormatInt(s.Serial, 10); s.Voided && !e.returned[key] {
				e.returned[key], again = true, append(again, key)
			}
			notices = append(notices, supersededNotice(s))
		}
		notices = append(notices, rejects...)
	}
	return notices, again, nil
}

// unknownRefunds returns notices of the refunds with the serials, or of all, of which the store has no order. An order
// at a location that is not synced is not missing.
func (e *refundsElsewhere) unknownRefunds(
	ctx context.Context, t *tableRun[biotrack.Ticket], serials []string,
) (notices []blackbird.Reject, err error) {
	refunds, err := t.run.session.UnknownRefunds(ctx, serials)
	if err != nil {
		return nil, err
	}
	outside := make(map[string]bool)
	if len(e.opts.Locations) > 0 && len(refunds) > 0 {
		named := make(map[string]bool)
		for _, r := range refunds {
			named[r.RefundOf] = true
		}
		if outside, err = e.outside(ctx, t, named); err != nil {
			return nil, err
		}
	}
	for _, r := range refunds {
		if !outside[r.RefundOf] {
			notices = append(notices, blackbird.Reject{
				Key: rejectKey(r.Serial), Reason: ReasonRefundOfUnknown,
				Detail: ticketName([]byte(r.Name), r.Location) + " refunds " + r.RefundOf,
			})
		}
	}
	return notices, nil
}

// outside returns those of the ids that tickets at locations have which are not synced.
func (e *refundsElsewhere) outside(
	ctx context.Context, t *tableRun[biotrack.Ticket], ids map[string]bool,
) (map[string]bool, error) {
	keys, err := withRetry(ctx, t.run, func() ([]string, error) {
		return t.table.Find(ctx, slices.Sorted(maps.Keys(ids)))
	})
	if err != nil {
		return nil, err
	}
	outside := make(map[string]bool)
	for some := range slices.Chunk(keys, t.run.opts.BatchSize) {
		_, err := t.run.readPage(ctx, func() (biotrack.Page, error) {
			return t.table.ByKey(ctx, some, func(ticket *biotrack.Ticket) error {
				if !e.opts.inScope(ticket.Location) {
					outside[string(ticket.ID)] = true
				}
				return nil
			})
		})
		if err != nil {
			return nil, err
		}
	}
	return outside, nil
}
