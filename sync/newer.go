package sync

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/blackbirdctl/blackbirdctl/biotrack"
	"github.com/blackbirdctl/blackbirdctl/blackbird"
	"github.com/blackbirdctl/blackbirdctl/sync/menu"
)

// forgive takes out of the findings the rows that were written at the source since the watermark: the store cannot have them yet.
func (r *run[R]) forgive(ctx context.Context) error {
	names := r.found.names()
	if len(names) == 0 || !r.plan.sinceKnown {
		return nil
	}
	keys, err := r.keysOf(ctx, names)
	if err != nil {
		return err
	}
	newer, err := changedAmong(ctx, &r.base, r.table, r.plan.since, keys, r.nameOf)
	if err != nil {
		return err
	}
	r.found.forgive(func(d blackbird.Difference) bool { return newer[d.Key] })
	if r.newer == nil {
		return nil
	}
	return r.newer(ctx, r, keys)
}

// changedAmong returns the names of those of the keyed rows that were written at or after the position.
func changedAmong[R any](
	ctx context.Context, b *base, table *biotrack.Table[R], since biotrack.Position, keys []string, nameOf func(*R) []byte,
) (map[string]bool, error) {
	changed, err := changedSince(ctx, b, table, since)
	if err != nil {
		return nil, err
	}
	var among []string
	for _, key := range keys {
		if changed[key] {
			among = append(among, key)
		}
	}
	names := make(map[string]bool)
	_, err = table.ByKey(ctx, among, func(row *R) error {
		names[string(nameOf(row))] = true
		return nil
	})
	return names, err
}

func changedSince[R any](ctx context.Context, b *base, table *biotrack.Table[R], since biotrack.Position) (map[string]bool, error) {
	var keys []string
	err := b.patiently(ctx, b.stream, func() (err error) {
		keys, err = table.Changed(ctx, since, mostChanges)
		return err
	})
	if err != nil {
		return nil, err
	}
	if len(keys) > mostChanges {
		return nil, &SetupError{
			Problem:  fmt.Sprintf("%s: more than %d rows have changed since the last pass: what differs for that cannot be told", b.stream, mostChanges),
			HintText: passCommand(b.stream) + " first",
		}
	}
	changed := make(map[string]bool, len(keys))
	for _, key := range keys {
		changed[key] = true
	}
	return changed, nil
}

// passCommand is how to make a pass.
func passCommand(stream string) string {
	if stream == StreamPoints {
		return "run `blackbirdctl points recompute`"
	}
	return "run `blackbirdctl sync " + stream + "`"
}

// newerContacts takes out of the findings the orders that differ in nothing but how their customer is known, where that has changed since
// the watermark.
func newerContacts(ctx context.Context, r *run[biotrack.Ticket], customers *biotrack.Table[biotrack.Customer], keys []string) error {
	orders, ids := make(map[string]string), make(map[string]bool)
	_, err := r.table.ByKey(ctx, keys, func(t *biotrack.Ticket) error {
		if t.CustomerID != nil && contactOnly(r.found.rows[string(t.ID)]) {
			orders[string(t.ID)] = string(t.CustomerID)
			ids[string(t.CustomerID)] = true
		}
		return nil
	})
	if err != nil || len(orders) == 0 {
		return err
	}
	customerKeys, err := customers.Find(ctx, slices.Sorted(maps.Keys(ids)))
	if err != nil {
		return err
	}
	newer, err := changedAmong(ctx, &r.base, customers, r.plan.since, customerKeys, customerName)
	if err != nil {
		return err
	}
	r.found.forgive(func(d blackbird.Difference) bool { return newer[orders[d.Key]] })
	return nil
}

// contactOnly tells whether an order differs in how its customer is known, and in nothing else.
func contactOnly(d blackbird.Difference) bool {
	for _, field := range d.Fields {
		if !strings.HasPrefix(field, "customer_") || field == "customer_id" {
			return false
		}
	}
	return d.Kind == blackbird.Differs
}

func customerName(c *biotrack.Customer) []byte { return c.ID }

func ticketName(t *biotrack.Ticket) []byte { return t.ID }

// forgive takes out of the findings the products whose line may differ for what was written at the source since the watermark, or for a lot
// that has expired since.
func (r *productsRun) forgive(ctx context.Context) error {
	if r.former == nil || len(r.found.rows) == 0 {
		return nil
	}
	since, err := biotrack.ParsePosition(r.former.Position)
	if err != nil {
		return err
	}
	newer := make(map[string]bool)
	err = r.patiently(ctx, r.stream, func() error {
		return r.Source.InventoryChanged(ctx, since, r.former.SavedAt, func(product int64) { newer[menu.Key(product)] = true })
	})
	if err != nil {
		return err
	}
	r.found.forgive(func(d blackbird.Difference) bool { return newer[d.Key] })
	return nil
}
