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

// excludePending takes out of the findings the rows that were written at the source since the watermark: the store
// cannot have them yet.
func (t *tableRun[R]) excludePending(ctx context.Context) error {
	names := t.run.findings.keys()
	if len(names) == 0 || !t.plan.sinceKnown {
		return nil
	}
	keys, err := t.keysOf(ctx, names)
	if err != nil {
		return err
	}
	pending, err := changedAmong(ctx, t.run, t.table, t.plan.since, keys, t.nameOf)
	if err != nil {
		return err
	}
	t.run.findings.exclude(pending)
	if t.excludeMore == nil {
		return nil
	}
	return t.excludeMore(ctx, t, keys)
}

// changedAmong returns the names of those of the keyed rows that were written at or after the position.
func changedAmong[R any](
	ctx context.Context, r *run, table *biotrack.Table[R], since biotrack.Position, keys []string,
	nameOf func(*R) []byte,
) (map[string]bool, error) {
	var changed []string
	err := r.withRetry(ctx, func() (err error) {
		changed, err = table.Changed(ctx, since, maxChanges)
		return err
	})
	if err != nil {
		return nil, err
	}
	if len(changed) > maxChanges {
		return nil, &SetupError{
			Problem: fmt.Sprintf("%s: more than %d rows have changed since the last pass: "+
				"what differs because of that is not known", r.stream.Name, maxChanges),
			HintText: fmt.Sprintf("run `blackbirdctl %s` first", r.stream.Command),
		}
	}
	known := setOf(changed)
	among := slices.DeleteFunc(slices.Clone(keys), func(key string) bool { return !known[key] })
	names := make(map[string]bool)
	_, err = table.ByKey(ctx, among, func(row *R) error {
		names[string(nameOf(row))] = true
		return nil
	})
	return names, err
}

// excludePendingContacts takes out of the findings the orders that differ only in their customer's contact, where the
// customer was written since the watermark.
func excludePendingContacts(
	ctx context.Context, t *tableRun[biotrack.Ticket], customers *biotrack.Table[biotrack.Customer], keys []string,
) error {
	findings := t.run.findings
	customerOf, ids := make(map[string]string), make(map[string]bool)
	_, err := t.table.ByKey(ctx, keys, func(ticket *biotrack.Ticket) error {
		if ticket.CustomerID != nil && contactOnly(findings.rows[string(ticket.ID)]) {
			customerOf[string(ticket.ID)] = string(ticket.CustomerID)
			ids[string(ticket.CustomerID)] = true
		}
		return nil
	})
	if err != nil || len(customerOf) == 0 {
		return err
	}
	customerKeys, err := customers.Find(ctx, slices.Sorted(maps.Keys(ids)))
	if err != nil {
		return err
	}
	pending, err := changedAmong(ctx, t.run, customers, t.plan.since, customerKeys, customerName)
	if err != nil {
		return err
	}
	orders := make(map[string]bool)
	for order, customer := range customerOf {
		orders[order] = pending[customer]
	}
	findings.exclude(orders)
	return nil
}

// contactOnly reports whether an order differs in its customer's contact and in nothing else.
func contactOnly(d blackbird.Difference) bool {
	for _, field := range d.Fields {
		if !strings.HasPrefix(field, "customer_") || field == "customer_id" {
			return false
		}
	}
	return d.Kind == blackbird.Differs
}

// excludePending takes out of the findings the products whose line depends on what was written at the source since the
// watermark, or on a lot that has expired since.
func (p *productsRun) excludePending(ctx context.Context) error {
	r := p.run
	if p.former == nil || len(r.findings.rows) == 0 {
		return nil
	}
	since, err := biotrack.ParsePosition(p.former.Position)
	if err != nil {
		return err
	}
	pending := make(map[string]bool)
	err = r.withRetry(ctx, func() error {
		return r.env.Source.InventoryChanged(ctx, since, p.former.SavedAt, func(product int64) {
			pending[menu.Key(product)] = true
		})
	})
	if err != nil {
		return err
	}
	r.findings.exclude(pending)
	return nil
}
