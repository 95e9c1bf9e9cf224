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
	namesakes := make(map[model.Key][]int64)
	_, err := t.readRecords(ctx, "originals.sql", t.query, []any{pq.Array(keys)}, 5, func(cells [][]byte) (err error) {
		encoding := t.source.encoding()
		var ticket model.Key
		if id := encoding.key(cells[2]); id != nil {
			ticket.Name = string(id)
			err = errors.Join(integer(&ticket.Location)(cells[3], encoding),
				integer(&ticket.Serial)(cells[4], encoding))
		}
		if cells[0] == nil {
			serial := ticket.Serial
			ticket.Serial = 0
			namesakes[ticket] = append(namesakes[ticket], serial)
			return err
		}
		var refund int64
		var original Original
		err = errors.Join(err, integer(&refund)(cells[0], encoding),
			integer(&original.RefundLocation)(cells[1], encoding))
		refunds[refund] = original
		if ticket.Name != "" {
			found[refund] = append(found[refund], ticket)
		}
		return err
	})
	for serial, refund := range refunds {
		refund.Ticket = originalAmong(found[serial], refund.RefundLocation)
		refund.Serials = make(map[int64]bool)
		for _, namesake := range namesakes[refund.Ticket] {
			refund.Serials[namesake] = slices.ContainsFunc(found[serial], func(k model.Key) bool {
				return k.Serial == namesake
			})
		}
		refunds[serial] = refund
	}
	return refunds, err
}

// originalAmong returns the key, without a serial, of the one ticket of the refund's own location, else of the only one
// at all.
func originalAmong(tickets []model.Key, own int64) model.Key {
	tickets = slices.Clone(tickets)
	for i := range tickets {
		tickets[i].Serial = 0
	}
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
