package biotrack

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"github.com/lib/pq"

	"github.com/blackbirdctl/blackbirdctl/internal/model"
)

// Original is the ticket that a refund names by its transaction.
type Original struct {
	// RefundLocation is the refund's own.
	RefundLocation int64
	// Ticket is the one of that transaction at the refund's own location, else the only one elsewhere. It has no name
	// where there is none, or more than one.
	Ticket model.Key
	// Serials are those of the tickets that have this key, and whether they are of that transaction.
	Serials map[int64]bool
}

// HasTransactions reports whether the tickets have the columns by which a refund names its original's transaction.
func (t *Table[R]) HasTransactions() bool {
	return t.query.Has(t.query.Table, originalColumn) && t.query.Has(t.query.Table, transactionColumn)
}

// Originals returns the original tickets of the refunds that name them by their transaction alone, by the refunds'
// serials: of those with the keys, of all where these are nil. Where the tickets do not have both columns there are
// none.
func (t *Table[R]) Originals(ctx context.Context, keys []string) (map[int64]Original, error) {
	if !t.HasTransactions() {
		return nil, nil
	}
	refunds, found := make(map[int64]Original), make(map[int64][]model.Key)
	serials := make(map[model.Key]map[int64]bool)
	_, err := t.readRecords(ctx, "originals.sql", t.query, []any{pq.Array(keys)}, 6, func(cells [][]byte) error {
		encoding := t.source.encoding()
		var serial int64
		var refund Original
		var original model.Key
		err := errors.Join(integer(&serial)(cells[0], encoding), integer(&refund.RefundLocation)(cells[1], encoding))
		if id := encoding.key(cells[2]); id != nil && err == nil {
			original.Name, err = string(id), integer(&original.Location)(cells[3], encoding)
			found[serial] = append(found[serial], original)
			err = errors.Join(err, noteSerials(serials, original, serial, cells[4:], encoding))
		}
		refunds[serial] = refund
		return err
	})
	for serial, refund := range refunds {
		refund.Ticket = originalAmong(found[serial], refund.RefundLocation)
		refund.Serials = serials[model.Key{Name: refund.Ticket.Name, Location: refund.Ticket.Location, Serial: serial}]
		refunds[serial] = refund
	}
	return refunds, err
}

// noteSerials notes the serials of a refund's original, and of another ticket with its key, if there is one.
func noteSerials(
	serials map[model.Key]map[int64]bool, original model.Key, refund int64, cells [][]byte, e encoding,
) error {
	original.Serial = refund
	if serials[original] == nil {
		serials[original] = make(map[int64]bool)
	}
	for i, cell := range cells {
		var serial int64
		if cell == nil {
			continue
		}
		if err := integer(&serial)(cell, e); err != nil {
			return err
		}
		serials[original][serial] = i == 0 || serials[original][serial]
	}
	return nil
}

// originalAmong returns the one ticket of the refund's own location, else the only one at all.
func originalAmong(tickets []model.Key, own int64) model.Key {
	tickets = slices.Compact(slices.SortedFunc(slices.Values(tickets), func(a, b model.Key) int {
		return cmp.Or(cmp.Compare(a.Location, b.Location), cmp.Compare(a.Name, b.Name))
	}))
	here := slices.DeleteFunc(slices.Clone(tickets), func(k model.Key) bool { return k.Location != own })
	if len(here) > 0 {
		tickets = here
	}
	if len(tickets) != 1 {
		return model.Key{}
	}
	return tickets[0]
}
