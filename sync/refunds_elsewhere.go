package sync

import (
	"context"
	"maps"
	"slices"
	"strconv"
	stdsync "sync"

	"github.com/blackbirdctl/blackbirdctl/biotrack"
	"github.com/blackbirdctl/blackbirdctl/blackbird"
	"github.com/blackbirdctl/blackbirdctl/internal/model"
)

// refundsElsewhere are the refunds that were rung up at other locations than those that are synced, for orders of
// these. Only the till can say which: a refund is of the ticket of that id at its own location, if there is one.
type refundsElsewhere struct {
	opts    *Options
	tickets *biotrack.Table[biotrack.Ticket]
	// known says of refunds at other locations whether they are of orders that are synced; undecided are those that
	// have been read and not asked about.
	known     map[int64]bool
	undecided map[int64]bool
	// outsiders are the ids of the tickets out of scope that have been read by their keys.
	outsiders map[string]bool
	// gone are the serials of the orders whose tickets the till does not have as these.
	gone []int64
	// voided are the names of the voided tickets that have been read by their keys, and returned the keys of superseded
	// ones that were read again since the one in their place is voided.
	voided, returned map[string]bool
	originals        originals
	mu               stdsync.Mutex
}

// counts reports whether a ticket belongs into the store.
func (e *refundsElsewhere) counts(t *biotrack.Ticket) bool {
	if e.opts.inScope(t.Location) {
		return true
	}
	if status(t) != model.OrderRefund && !isExchange(t) {
		return false
	}
	if byTransaction(t) {
		original, known := e.originals.of(t)
		return known && (original.Name == "" || e.opts.inScope(original.Location))
	}
	counts, known := e.known[t.Serial]
	if !known {
		e.undecided[t.Serial] = true
	}
	return counts
}

// saw notes a ticket that has been read: what waits for it may be in the store already.
func (e *refundsElsewhere) saw(t *biotrack.Ticket) {
	if e.originals.arrived == nil {
		return
	}
	transaction := transactionPrefix + string(t.Transaction)
	if _, seen := e.originals.arrived[transaction]; !seen && t.Transaction != nil {
		e.originals.arrived[transaction] = true
	}
	if t.ID != nil && !e.opts.inScope(t.Location) {
		e.outsiders[string(t.ID)] = true
	}
	if t.ID != nil && t.Voided {
		e.voided[ticketName(t.ID, t.Location)] = true
	}
}

// rivals notes that two tickets have one id, and returns the notice of it: the original of a refund may be the order no
// longer, or again. Merges may call it at the same time.
func (e *refundsElsewhere) rivals(s blackbird.Superseded) blackbird.Reject {
	e.mu.Lock()
	defer e.mu.Unlock()
	if _, seen := e.originals.arrived[s.Name]; !seen && e.originals.arrived != nil && e.tickets.HasTransactions() {
		e.originals.arrived[s.Name] = true
	}
	return supersededNotice(s)
}

// all returns the keys of all such refunds.
func (e *refundsElsewhere) all(ctx context.Context, t *tableRun[biotrack.Ticket]) ([]string, error) {
	byID, err := e.ask(ctx, t, nil)
	if err != nil {
		return nil, err
	}
	named, err := e.originals.all(ctx, t)
	return append(byID, named...), err
}

// decide asks about the refunds that have been read, and returns the keys of those to read again.
func (e *refundsElsewhere) decide(ctx context.Context, t *tableRun[biotrack.Ticket]) (keys []string, err error) {
	if keys, err = e.originals.decide(ctx, t); err != nil || len(e.undecided) == 0 {
		return keys, err
	}
	counting, err := e.ask(ctx, t, serialKeys(e.undecided))
	if err != nil {
		return nil, err
	}
	for serial := range e.undecided {
		if !e.known[serial] {
			e.known[serial] = false
		}
	}
	clear(e.undecided)
	return append(keys, counting...), nil
}

// serialKeys returns serials as the keys of tickets.
func serialKeys(serials map[int64]bool) (keys []string) {
	for serial := range serials {
		keys = append(keys, strconv.FormatInt(serial, 10))
	}
	return keys
}

// ask asks about the refunds with the keys, about all where they are nil.
func (e *refundsElsewhere) ask(
	ctx context.Context, t *tableRun[biotrack.Ticket], asked []string,
) (keys []string, err error) {
	keys, err = withRetry(ctx, t.run, func() ([]string, error) {
		return e.tickets.Elsewhere(ctx, e.opts.Locations, asked)
	})
	if err != nil {
		return nil, err
	}
	for _, key := range keys {
		serial, err := strconv.ParseInt(key, 10, 64)
		if err != nil {
			return nil, err
		}
		e.known[serial] = true
	}
	return keys, nil
}

// settleOrders decides what only the till can say once tickets have been read: which refunds at other locations count,
// and what became of the orders that tickets contest. Those whose ticket is gone, out of scope or another order now are
// removed, and the tickets that have their ids are read: one may take the place. So may one that was superseded by a
// ticket that has been voided since.
func (e *refundsElsewhere) settleOrders(ctx context.Context, t *tableRun[biotrack.Ticket]) error {
	for {
		refunds, err := e.decide(ctx, t)
		if err == nil {
			err = t.readKeys(ctx, refunds)
		}
		if err != nil {
			return err
		}
		held, more := t.run.pass.Contested()
		if more {
			return t.readAgain(ctx, "the tickets of many orders have other serials or ids")
		}
		lost, err := e.lostOrders(ctx, t, held)
		if err != nil {
			return err
		}
		for _, key := range lost {
			e.gone = append(e.gone, key.Serial)
		}
		if len(lost) > 0 {
			if err := t.replace(ctx, lost); err != nil {
				return err
			}
			continue
		}
		again, err := e.listNotices(ctx, t)
		if err != nil || len(again) == 0 {
			return err
		}
		if err := t.readKeys(ctx, again); err != nil {
			return err
		}
	}
}

// lostOrders returns those of the orders whose ticket the till does not have, in scope, as that order.
func (e *refundsElsewhere) lostOrders(
	ctx context.Context, t *tableRun[biotrack.Ticket], held []model.Key,
) ([]model.Key, error) {
	lost := setOf(held)
	var serials []string
	for _, key := range held {
		serials = append(serials, strconv.FormatInt(key.Serial, 10))
	}
	// Refunds at other locations are decided after the first look.
	for range 2 {
		for some := range slices.Chunk(serials, t.run.opts.BatchSize) {
			_, err := t.run.readPage(ctx, func() (biotrack.Page, error) {
				return t.table.ByKey(ctx, some, func(ticket *biotrack.Ticket) error {
					if e.counts(ticket) {
						delete(lost, orderKey(ticket))
					}
					return nil
				})
			})
			if err != nil {
				return nil, err
			}
		}
		if len(e.undecided)+len(e.originals.unknown) == 0 {
			break
		}
		if _, err := e.decide(ctx, t); err != nil {
			return nil, err
		}
	}
	return slices.Collect(maps.Keys(lost)), nil
}
