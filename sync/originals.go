package sync

import (
	"bytes"
	"context"
	"maps"
	"math"
	"slices"
	"strconv"

	"github.com/blackbirdctl/blackbirdctl/biotrack"
	"github.com/blackbirdctl/blackbirdctl/internal/model"
)

// originals are the tickets that refunds are of which name them by their transactions alone. Only the till can say
// which these are.
type originals struct {
	// known are the original tickets by the refunds' serials, without a name where the till has none, or several;
	// unknown are the refunds that have been read and not asked about, and again those that are to be read again.
	known          map[int64]model.Key
	unknown, again map[int64]bool
	// arrived are the transactions of the tickets that have been read by their keys, and the ids that two tickets have:
	// what refunds them may be in the store already. It is false where the store has been asked, and nil where all
	// originals are known.
	arrived map[string]bool
}

// reference is the order that a ticket gives money back of.
type reference struct {
	// id is nil for none.
	id []byte
	// location is the order's where it is known and not the ticket's own.
	location *int64
}

// byTransaction reports whether a ticket is a refund that names the one that it refunds by its transaction alone. Sales
// may have such a transaction too: so a refund is what gives something back.
func byTransaction(t *biotrack.Ticket) bool {
	return t.RefundOf == nil && t.Original != nil && t.Total.Sign <= 0 && (t.Total.Sign < 0 || t.Refunded.Cents != 0)
}

// isExchange reports whether a ticket is a sale that gives back money of another one.
func isExchange(t *biotrack.Ticket) bool {
	return status(t) == model.OrderCompleted && t.Total.Sign > 0 && t.Refunded.Cents != 0 &&
		t.RefundOf != nil && !bytes.Equal(t.RefundOf, t.ID)
}

// refundOf returns the order that a ticket gives money back of; known is false where the till has to be asked first.
func (o *originals) refundOf(t *biotrack.Ticket) (of reference, known bool) {
	switch {
	case isExchange(t), status(t) == model.OrderRefund && t.RefundOf != nil:
		return reference{id: t.RefundOf}, true
	case status(t) != model.OrderRefund:
		return of, true
	}
	original, known := o.of(t)
	switch {
	case original.Name == "":
		// The order of the transaction may still come.
		of.id = []byte(transactionPrefix + string(t.Original))
	case original.Location != t.Location:
		of.location = &original.Location
		fallthrough
	default:
		of.id = []byte(original.Name)
	}
	return of, known
}

// transactionPrefix begins what a refund refers to whose original is not known. No id of a ticket is that long.
const transactionPrefix = "transaction "

// of returns the original of a refund that names it by its transaction.
func (o *originals) of(t *biotrack.Ticket) (original model.Key, known bool) {
	if original, known = o.known[t.Serial]; !known {
		o.unknown[t.Serial] = true
	}
	return original, known
}

// refused notes a ticket that is rejected: another one of its id may be the order now, or again. Then what names the
// rejected one's transaction refunds neither.
func (o *originals) refused(t *biotrack.Ticket) {
	if _, seen := o.arrived[string(t.ID)]; !seen && o.arrived != nil && t.ID != nil && t.Transaction != nil {
		o.arrived[string(t.ID)] = true
	}
}

// ask asks the till for the originals of the refunds with the keys, of all where these are nil.
func (o *originals) ask(
	ctx context.Context, t *tableRun[biotrack.Ticket], asked []string,
) (map[int64]biotrack.Original, error) {
	found, err := withRetry(ctx, t.run, func() (map[int64]biotrack.Original, error) {
		return t.table.Originals(ctx, asked)
	})
	if err == nil {
		err = o.dropSuperseded(ctx, t, found)
	}
	for serial, original := range found {
		o.known[serial] = original.Ticket
	}
	return found, err
}

// dropSuperseded takes out the originals in whose place another ticket of their id is the order: that one was not
// refunded.
func (o *originals) dropSuperseded(
	ctx context.Context, t *tableRun[biotrack.Ticket], found map[int64]biotrack.Original,
) error {
	rivals := make(map[int64]bool)
	for _, original := range found {
		if len(original.Serials) > 1 {
			maps.Copy(rivals, original.Serials)
		}
	}
	counts := make(map[int64]bool)
	for some := range slices.Chunk(serialKeys(rivals), t.run.opts.BatchSize) {
		_, err := t.run.readPage(ctx, func() (biotrack.Page, error) {
			return t.table.ByKey(ctx, some, func(ticket *biotrack.Ticket) error {
				_, rejected := rejectTicket(ticket, latestTime(t.run))
				counts[ticket.Serial] = !rejected && !ticket.Voided
				return nil
			})
		})
		if err != nil {
			return err
		}
	}
	for refund, original := range found {
		newest := int64(math.MinInt64)
		for serial := range original.Serials {
			if counts[serial] {
				newest = max(newest, serial)
			}
		}
		if counts[newest] && !original.Serials[newest] {
			original.Ticket = model.Key{}
			found[refund] = original
		}
	}
	return nil
}

// load asks the till for all originals.
func (o *originals) load(ctx context.Context, t *tableRun[biotrack.Ticket]) error {
	o.arrived = nil
	_, err := o.ask(ctx, t, nil)
	return err
}

// all returns the keys of the refunds at locations that are not synced which are of a ticket of those that are, or of
// none that is known.
func (o *originals) all(ctx context.Context, t *tableRun[biotrack.Ticket]) (keys []string, err error) {
	found, err := o.ask(ctx, t, nil)
	for serial, original := range found {
		counts := original.Ticket.Name == "" || t.run.opts.inScope(original.Ticket.Location)
		if counts && !t.run.opts.inScope(original.RefundLocation) {
			keys = append(keys, strconv.FormatInt(serial, 10))
		}
	}
	return keys, err
}

// decide asks about the refunds that have been read, and about those in the store whose originals have been. It returns
// their keys: they are to be read again.
func (o *originals) decide(ctx context.Context, t *tableRun[biotrack.Ticket]) (keys []string, err error) {
	for serial := range o.unknown {
		o.again[serial] = true
	}
	var transactions []string
	for transaction, isNew := range o.arrived {
		if isNew {
			transactions = append(transactions, transaction)
			o.arrived[transaction] = false
		}
	}
	if len(transactions) > 0 {
		waiting, err := t.run.session.RefundsNamed(ctx, transactions)
		if err != nil {
			return nil, err
		}
		for _, serial := range waiting {
			o.unknown[serial] = true
		}
	}
	if len(o.unknown) == 0 {
		return nil, nil
	}
	keys = serialKeys(o.unknown)
	if _, err := o.ask(ctx, t, keys); err != nil {
		return nil, err
	}
	for serial := range o.unknown {
		if _, known := o.known[serial]; !known {
			o.known[serial] = model.Key{}
		}
	}
	clear(o.unknown)
	return keys, nil
}
