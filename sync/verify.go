package sync

import (
	"context"
	"maps"
	"slices"
	stdsync "sync"

	"github.com/blackbirdctl/blackbirdctl/blackbird"
)

// Findings are what a verification found.
type Findings struct {
	// Missing, Differs and Surplus count the rows that are not as they should be.
	Missing int64 `json:"missing"`
	Differs int64 `json:"differs"`
	Surplus int64 `json:"surplus"`
	// Newer counts pending rows: they differ because they changed at the source since the last pass, which is no fault.
	Newer int64 `json:"newer"`
	// Rows are the first of those that are not as they should be, by key.
	Rows []blackbird.Difference `json:"rows"`
}

// Total is how many rows are not as they should be.
func (f *Findings) Total() int64 { return f.Missing + f.Differs + f.Surplus }

// maxFindings is how many rows are named. More are counted.
const maxFindings = 10_000

// findings collects differences from merges that may run at the same time.
type findings struct {
	mu   stdsync.Mutex
	rows map[string]blackbird.Difference
	// unnamed counts those past maxFindings by their kind.
	unnamed map[string]int64
	newer   int64
}

func newFindings() *findings {
	return &findings{rows: make(map[string]blackbird.Difference), unnamed: make(map[string]int64)}
}

// add adds rows. One that is found twice, such as an id that two tickets have, counts once.
func (f *findings) add(found ...blackbird.Difference) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, d := range found {
		known, again := f.rows[d.Key]
		switch {
		case again:
			known.Fields = append(known.Fields, d.Fields...)
			slices.Sort(known.Fields)
			known.Fields = slices.Compact(known.Fields)
			known.Derived = known.Derived && d.Derived
			f.rows[d.Key] = known
		case len(f.rows) < maxFindings:
			f.rows[d.Key] = d
		default:
			f.unnamed[d.Kind]++
		}
	}
}

// keys returns the keys of the rows found, in order.
func (f *findings) keys() []string { return slices.Sorted(maps.Keys(f.rows)) }

// exclude takes pending rows out, by their keys.
func (f *findings) exclude(pending map[string]bool) {
	for key, d := range f.rows {
		if !d.Derived && pending[key] {
			delete(f.rows, key)
			f.newer++
		}
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
	return all
}

// compareAll compares everything in key order, and what the store derives from its rows.
func (t *tableRun[R]) compareAll(ctx context.Context) error {
	r := t.run
	if err := t.reportGone(ctx); err != nil {
		return err
	}
	r.pass.Compare()
	if err := t.readPages(ctx); err != nil {
		return err
	}
	if err := t.uncover(ctx); err != nil {
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

// reportGone reports what the source no longer has, and a repair takes it out of the store.
func (t *tableRun[R]) reportGone(ctx context.Context) error {
	r := t.run
	gone, err := t.countGone(ctx)
	if err != nil || gone.Gone == 0 {
		return err
	}
	if err := r.pass.ReportGone(ctx, maxFindings); err != nil {
		return err
	}
	r.findings.unnamed[blackbird.Surplus] += max(0, gone.Gone-maxFindings)
	if r.opts.DryRun {
		return nil
	}
	if err := r.checkRemovals(gone.Gone, gone.Live); err != nil {
		return err
	}
	return r.pass.RemoveGone(ctx)
}
