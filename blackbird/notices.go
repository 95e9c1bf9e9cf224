package blackbird

import (
	"bytes"
	"context"
	"slices"
	"strconv"

	"github.com/blackbirdctl/blackbirdctl/internal/model"
)

// Notices are what a list of rejects says of rows besides: the store holds them, or another one in their place, and yet
// a person should know. These are their reasons.
const (
	ReasonRefundOfUnknown = "refund_of_unknown"
	ReasonSuperseded      = "superseded"
)

// Superseded is a ticket that another one of its key took the place of.
type Superseded struct {
	model.Key
	// By is the serial of the other; Voided says that it has been voided since, so that the ticket may take its place.
	By     int64 `db:"by_serial"`
	Voided bool  `db:"voided"`
}

// ListSuperseded lets merges list the tickets that others take the place of, as rejects that notice returns. A ticket
// may be gone or another one by then: only the source can say. Merges may call it at the same time.
func (p *Pass) ListSuperseded(notice func(Superseded) Reject) { p.superseded = notice }

// beginMerge notes the tickets of the batch that compete for a key with those of another batch which is being merged:
// neither merge sees the other's rows before it is too late. endMerge ends that.
func (p *Pass) beginMerge(b *Batch) (endMerge func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, other := range p.merging {
		for hash, row := range b.keys {
			rival, found := other.keys[hash]
			if !found || rival.serial == row.serial || rival.voided || row.voided {
				continue
			}
			key := ordersTable.keyOf(b.rows.row(row.at))
			id, location := key[:bytes.LastIndexByte(key, '\t')], key[bytes.LastIndexByte(key, '\t')+1:]
			at, _ := strconv.ParseInt(string(location), 10, 64)
			b.superseded = append(b.superseded, Superseded{
				Key: model.Key{Name: string(id), Location: at, Serial: min(rival.serial, row.serial)},
				By:  max(rival.serial, row.serial),
			})
		}
	}
	p.merging = append(p.merging, b)
	return func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.merging = slices.DeleteFunc(p.merging, func(other *Batch) bool { return other == b })
	}
}

// noteSuperseded notes the tickets that competed with the store's rows for a key. They are staged, and none has been
// dropped yet.
func (p *Pass) noteSuperseded(ctx context.Context, t *tx, b *Batch) error {
	if p.superseded == nil {
		return nil
	}
	var found []Superseded
	err := t.Select(ctx, &found, ordersTable.Statement("superseded"), nil)
	b.superseded = append(b.superseded, found...)
	return err
}

// listSuperseded lists the tickets that lost their key in the merge.
func (p *Pass) listSuperseded(ctx context.Context, t *tx, b *Batch) error {
	if p.superseded == nil {
		return nil
	}
	var notices []Reject
	p.mu.Lock()
	for _, s := range b.superseded {
		notices = append(notices, p.superseded(s))
		p.supersededNow = append(p.supersededNow, s.Serial)
	}
	p.mu.Unlock()
	return t.saveRejects(ctx, notices, b.timestamp())
}

// SupersededNow returns the serials of the tickets that merges have listed so far. None may be at work.
func (p *Pass) SupersededNow() []int64 { return p.supersededNow }

// StillSuperseded returns those of the tickets, of which none is voided, in whose place the store holds another one.
func (x *Session) StillSuperseded(ctx context.Context, tickets []model.Key) (found []Superseded, err error) {
	keys := make([]ticketKey, 0, len(tickets))
	for _, t := range tickets {
		keys = append(keys, ticketKey{Serial: t.Serial, ID: t.Name, LocationID: t.Location})
	}
	rows, err := model.JSON(keys)
	if err == nil {
		err = x.onOwn().Select(ctx, &found, "still_superseded", Args{"tickets": rows})
	}
	return found, x.store.wrap("read orders", err)
}

// UnknownRefund is a refund or an exchange that refers to no order of the store.
type UnknownRefund struct {
	model.Key
	RefundOf string `db:"refund_of"`
}

// UnknownRefunds returns the refunds that refer to no order of the store: to none at all, to a refund, or to one of
// several at other locations than their own. It looks at those with the serials, or at all where these are nil.
func (x *Session) UnknownRefunds(ctx context.Context, serials []string) (refunds []UnknownRefund, err error) {
	if serials == nil {
		err = x.onOwn().Select(ctx, &refunds, "unknown_refunds", nil)
	} else {
		err = x.onOwn().Select(ctx, &refunds, "unknown_refunds_among", Args{"serials": serials})
	}
	return refunds, x.store.wrap("read refunds", err)
}

// RefundsNamed returns the serials of the refunds that refer to orders of the ids.
func (x *Session) RefundsNamed(ctx context.Context, ids []string) (serials []int64, err error) {
	err = x.onOwn().Select(ctx, &serials, "refunds_named", Args{"ids": ids})
	return serials, x.store.wrap("read refunds", err)
}

// NoticesDue returns the serials of the tickets whose notices may have changed since a pass: those of the orders that
// were written, and of the refunds that refer to these or to orders of the ids.
func (x *Session) NoticesDue(ctx context.Context, since int64, ids []string) (serials []string, err error) {
	err = x.onOwn().Select(ctx, &serials, "notices_due", Args{"since": since, "ids": ids})
	return serials, x.store.wrap("read orders", err)
}

// Notices returns the stream's notices with the keys, or all where these are nil.
func (x *Session) Notices(ctx context.Context, keys []string) (notices []Reject, err error) {
	if keys == nil {
		err = x.onOwn().Select(ctx, &notices, "notices", nil)
	} else {
		err = x.onOwn().Select(ctx, &notices, "notices_among", Args{"keys": keys})
	}
	return notices, x.store.wrap("read rejects", err)
}

// ListNotices lists notices beside the rejects, and takes those with the settled keys off the list. They do not count
// as rejects: their rows were merged.
func (p *Pass) ListNotices(ctx context.Context, notices []Reject, settled []string) error {
	return p.merge(ctx, func(t *tx) (Counts, error) {
		if len(settled) > 0 {
			if _, err := t.Exec(ctx, "notices_delete", Args{"keys": settled}); err != nil {
				return Counts{}, err
			}
		}
		return Counts{}, t.saveRejects(ctx, notices, p.now())
	})
}
