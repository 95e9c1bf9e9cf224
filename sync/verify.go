package sync

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	stdsync "sync"

	"github.com/blackbirdctl/blackbirdctl/biotrack"
	"github.com/blackbirdctl/blackbirdctl/blackbird"
	"github.com/blackbirdctl/blackbirdctl/internal/model"
)

// Findings are what a verification found.
type Findings struct {
	// Missing, Differs and Surplus count the rows that are not as they should be.
	Missing int64 `json:"missing"`
	Differs int64 `json:"differs"`
	Surplus int64 `json:"surplus"`
	// Newer counts pending rows: they differ because they changed at the source since the last pass, which is no fault.
	Newer int64 `json:"newer"`
	// Unrepaired counts those that no repair writes: a person has to decide.
	Unrepaired int64 `json:"unrepaired,omitempty"`
	// Rows are the first of those that are not as they should be, by key.
	Rows []blackbird.Difference `json:"rows"`
}

// Total is how many rows are not as they should be.
func (f *Findings) Total() int64 { return f.Missing + f.Differs + f.Surplus }

// maxFindings is how many rows are named. More are counted. A variable for the tests alone.
var maxFindings = 10_000

// findings collects differences from merges that may run at the same time.
type findings struct {
	mu   stdsync.Mutex
	rows map[model.Key]blackbird.Difference
	// unnamed counts those past maxFindings by their kind.
	unnamed map[string]int64
	newer   int64
}

// add adds rows, where the pass has findings. One that is found twice, such as two tickets of a key, counts once.
func (f *findings) add(found ...blackbird.Difference) {
	if f == nil {
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, d := range found {
		known, again := f.rows[d.Row()]
		switch {
		case again:
			known.Fields = append(known.Fields, d.Fields...)
			slices.Sort(known.Fields)
			known.Fields = slices.Compact(known.Fields)
			known.Derived = known.Derived && d.Derived
			f.rows[d.Row()] = known
		case len(f.rows) < maxFindings:
			f.rows[d.Row()] = d
		default:
			f.unnamed[d.Kind]++
		}
	}
}

// keys returns the keys of the rows found, in order.
func (f *findings) keys() []model.Key {
	return slices.SortedFunc(maps.Keys(f.rows), func(a, b model.Key) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Location, b.Location))
	})
}

// names returns the names of the rows found, in order.
func (f *findings) names() (names []string) {
	for _, key := range f.keys() {
		names = append(names, key.Name)
	}
	return slices.Compact(names)
}

// exclude takes pending rows out.
func (f *findings) exclude(pending func(*blackbird.Difference) bool) {
	for key, d := range f.rows {
		if !d.Derived && pending(&d) {
			delete(f.rows, key)
			f.newer++
		}
	}
}

// checkPending is called when the pending rows have been taken out of those that are named. It returns an error where
// only others are left: of these nobody knows whether they are pending too.
func (r *run) checkPending() error {
	f := r.findings
	if f.newer == 0 || len(f.rows) > 0 || f.unnamed[blackbird.Missing]+f.unnamed[blackbird.Differs] == 0 {
		return nil
	}
	return r.tooManyPending(maxFindings)
}

func (r *run) tooManyPending(limit int) error {
	return &SetupError{
		Problem: fmt.Sprintf("%s: more than %d rows have changed since the last pass: "+
			"what differs because of that is not known", r.stream.Name, limit),
		HintText: fmt.Sprintf("run `blackbirdctl %s` first", r.stream.Command),
	}
}

// total returns the sum.
func (f *findings) total() *Findings {
	count := maps.Clone(f.unnamed)
	all := &Findings{Newer: f.newer, Rows: []blackbird.Difference{}}
	for _, key := range f.keys() {
		d := f.rows[key]
		count[d.Kind]++
		all.Rows = append(all.Rows, d)
	}
	all.Missing, all.Differs, all.Surplus = count[blackbird.Missing], count[blackbird.Differs], count[blackbird.Surplus]
	all.Surplus += count[blackbird.OrderUnknown]
	all.Unrepaired = count[blackbird.TermsDamaged]
	all.Differs += all.Unrepaired
	return all
}

// compareAll compares everything in key order, and what the store derives from its rows.
func (t *tableRun[R]) compareAll(ctx context.Context) error {
	r := t.run
	if err := r.checkIndexes(ctx); err != nil {
		return err
	}
	if err := t.removeGone(ctx); err != nil {
		return err
	}
	r.pass.ExpectUnchanged()
	if err := t.readPages(ctx); err != nil {
		return err
	}
	if t.recompute != nil {
		if err := t.recompute(r.pass, ctx); err != nil {
			return err
		}
	}
	if !r.opts.DryRun {
		return nil
	}
	return t.excludePending(ctx)
}

// excludePending takes out of the findings the rows that were written at the source since the watermark.
func (t *tableRun[R]) excludePending(ctx context.Context) error {
	names := t.run.findings.names()
	if len(names) == 0 || t.plan.since == 0 {
		return nil
	}
	keys, err := t.keysOf(ctx, names)
	if err != nil {
		return err
	}
	// A ticket that got another id or location is found by its serial.
	serials := make(map[string]bool)
	for _, d := range t.run.findings.rows {
		if d.Serial != 0 {
			serials[strconv.FormatInt(d.Serial, 10)] = true
		}
	}
	keys = append(slices.Collect(maps.Keys(serials)), without(keys, serials)...)
	changedRows, changedSerials := make(map[model.Key]bool), make(map[int64]bool)
	err = changedAmong(ctx, t.run, t.table, t.plan.since, keys, func(row *R) {
		key := t.keyOf(row)
		changedSerials[key.Serial] = true
		key.Serial = 0
		changedRows[key] = true
	})
	if err != nil {
		return err
	}
	t.run.findings.exclude(func(d *blackbird.Difference) bool {
		return changedRows[d.Row()] || d.Serial != 0 && changedSerials[d.Serial]
	})
	if t.excludeMore != nil {
		if err := t.excludeMore(ctx, t, keys); err != nil {
			return err
		}
	}
	return t.run.checkPending()
}

// changedAmong visits those of the keyed rows that were written at or after the position.
func changedAmong[R any](
	ctx context.Context, r *run, table *biotrack.Table[R], since biotrack.Position, keys []string,
	visit func(*R),
) error {
	changed, err := changedKeys(ctx, r, table, since)
	if err != nil {
		return err
	}
	if len(changed) > maxChanges {
		return r.tooManyPending(maxChanges)
	}
	known := setOf(changed)
	among := slices.DeleteFunc(slices.Clone(keys), func(key string) bool { return !known[key] })
	_, err = table.ByKey(ctx, among, func(row *R) error {
		visit(row)
		return nil
	})
	return err
}

// excludePendingContacts takes out of the findings the orders that differ only in their customer's contact, where the
// customer was written since the watermark.
func excludePendingContacts(
	ctx context.Context, t *tableRun[biotrack.Ticket], customers *biotrack.Table[biotrack.Customer], keys []string,
) error {
	findings := t.run.findings
	// Several tickets may have the id of an order: whose contact it has is not known here.
	customersOf, ids := make(map[model.Key][]string), make(map[string]bool)
	_, err := t.table.ByKey(ctx, keys, func(ticket *biotrack.Ticket) error {
		row := model.Key{Name: string(ticket.ID), Location: ticket.Location}
		d := findings.rows[row]
		contactOnly := d.Kind == blackbird.Differs && !slices.ContainsFunc(d.Fields, func(field string) bool {
			return !strings.HasPrefix(field, "customer_") || field == "customer_id"
		})
		if contactOnly && ticket.CustomerID != nil {
			customersOf[row] = append(customersOf[row], string(ticket.CustomerID))
			ids[string(ticket.CustomerID)] = true
		}
		return nil
	})
	if err != nil || len(customersOf) == 0 {
		return err
	}
	customerKeys, err := customers.Find(ctx, slices.Sorted(maps.Keys(ids)))
	if err != nil {
		return err
	}
	pending := make(map[string]bool)
	err = changedAmong(ctx, t.run, customers, t.plan.since, customerKeys, func(c *biotrack.Customer) {
		pending[string(c.ID)] = true
	})
	if err != nil {
		return err
	}
	findings.exclude(func(d *blackbird.Difference) bool {
		return slices.ContainsFunc(customersOf[d.Row()], func(id string) bool { return pending[id] })
	})
	return nil
}
