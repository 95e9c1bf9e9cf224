package sync

import (
	"context"
	"fmt"
	"maps"
	"slices"
	stdsync "sync"

	"github.com/blackbirdctl/blackbirdctl/blackbird"
)

// Verify makes a pass that compares the whole stream with its source and reports what differs. It leaves the watermark alone, and the store
// too unless opts.Repair lets it write those rows. Rows that were written at the source after the watermark are ahead of the store and
// not different: the next pass brings them.
func Verify(ctx context.Context, env Env, opts Options, stream string) (Result, error) {
	opts.verify = true
	opts.DryRun = opts.DryRun || !opts.Repair
	opts.Full = false
	pass := map[string]func(context.Context, Env, Options) (Result, error){
		StreamCustomers: Customers, StreamOrders: Orders, StreamProducts: Products, StreamPoints: Points,
	}[stream]
	if pass == nil {
		return Result{}, fmt.Errorf("stream %q is unknown", stream)
	}
	return pass(ctx, env, opts)
}

// Findings are what a verification found.
type Findings struct {
	// Missing, Differs and Surplus count the rows that are not as they should be.
	Missing int64 `json:"missing"`
	Differs int64 `json:"differs"`
	Surplus int64 `json:"surplus"`
	// Newer counts rows that differ for having changed at the source since the last pass: that is no fault.
	Newer int64 `json:"newer"`
	// Rows are the first of those that are not as they should be, by key.
	Rows []blackbird.Difference `json:"rows"`
}

// Total is how many rows are not as they should be.
func (f *Findings) Total() int64 { return f.Missing + f.Differs + f.Surplus }

// mostFindings is how many rows are named; of more, which nobody reads, the number has to do.
const mostFindings = 10_000

// findings gathers differences from merges that may run at the same time.
type findings struct {
	mu   stdsync.Mutex
	rows map[string]blackbird.Difference
	// unnamed counts those past mostFindings by their kind.
	unnamed map[string]int64
	newer   int64
}

func newFindings() *findings {
	return &findings{rows: make(map[string]blackbird.Difference), unnamed: make(map[string]int64)}
}

// add notes rows. One that is found twice, as an id that two tickets have, counts once.
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
		case len(f.rows) < mostFindings:
			f.rows[d.Key] = d
		default:
			f.unnamed[d.Kind]++
		}
	}
}

// names are the keys of the rows found.
func (f *findings) names() []string {
	return slices.Sorted(maps.Keys(f.rows))
}

// forgive takes out the rows that are newer at the source than the store can be.
func (f *findings) forgive(newer func(blackbird.Difference) bool) {
	for name, d := range f.rows {
		if !d.Derived && newer(d) {
			delete(f.rows, name)
			f.newer++
		}
	}
}

// total sums up.
func (f *findings) total() *Findings {
	count := maps.Clone(f.unnamed)
	all := &Findings{Newer: f.newer, Rows: []blackbird.Difference{}}
	for _, name := range f.names() {
		d := f.rows[name]
		count[d.Kind]++
		all.Rows = append(all.Rows, d)
	}
	all.Missing, all.Differs, all.Surplus = count[blackbird.Missing], count[blackbird.Differs], count[blackbird.Surplus]
	return all
}

// compareAll compares everything in key order, and what the store makes of it by itself.
func (r *run[R]) compareAll(ctx context.Context) error {
	if err := r.surplus(ctx); err != nil {
		return err
	}
	r.pass.Compare()
	if err := r.pages(ctx); err != nil {
		return err
	}
	if err := r.uncover(ctx); err != nil {
		return err
	}
	if r.name == StreamOrders {
		if err := r.pass.RecomputeRefunds(ctx); err != nil {
			return err
		}
	}
	if !r.DryRun {
		return nil
	}
	return r.forgive(ctx)
}

// surplus reports what the source no longer has, and takes it out where it is to be repaired.
func (r *run[R]) surplus(ctx context.Context) error {
	if err := r.listKeys(ctx); err != nil {
		return err
	}
	gone, err := r.session.CountGone(ctx)
	if err != nil || gone.Gone == 0 {
		return err
	}
	if err := r.pass.ReportGone(ctx, mostFindings); err != nil {
		return err
	}
	r.found.unnamed[blackbird.Surplus] += max(0, gone.Gone-mostFindings)
	if r.DryRun {
		return nil
	}
	if err := r.MaxRemovals.guard(r.name, gone.Gone, gone.Live); err != nil {
		return err
	}
	return r.pass.RemoveGone(ctx)
}
