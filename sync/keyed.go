package sync

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/blackbirdctl/blackbirdctl/biotrack"
	"github.com/blackbirdctl/blackbirdctl/blackbird"
	"github.com/blackbirdctl/blackbirdctl/internal/crash"
	"github.com/blackbirdctl/blackbirdctl/sync/checkpoint"
)

// keyed is a stream whose rows have a key in the source and one in the store: customers and orders.
type keyed[R any] struct {
	name  string
	table *biotrack.Table[R]
	// settings decide which rows are taken and how.
	settings map[string]string
	// take turns a row into the store's and adds it to the batch; false where the batch holds a row of that name already.
	take func(*R, *blackbird.Batch) bool
	// merge writes a batch.
	merge func(context.Context, *blackbird.Pass, *blackbird.Batch) error
	// keysOf returns the source's keys for the names of rejects.
	keysOf func(context.Context, []string) ([]string, error)
	// finish does what is left after an incremental pass's rows, nil for nothing.
	finish func(context.Context, *run[R]) error
	// nameOf is a row's name in the store.
	nameOf func(*R) []byte
	// newer forgives differences that come of another table's newer rows, nil where none do.
	newer func(ctx context.Context, r *run[R], keys []string) error
}

// run is one pass over a keyed stream at work.
type run[R any] struct {
	base
	keyed[R]
	plan    plan
	batches []*blackbird.Batch
	// moved are the names of rows that left for a location that is not synced.
	moved []string
	// looked are the keys that an incremental pass has read.
	looked []string
	// seen are the names that were read, nil where nobody asks.
	seen map[string]bool
}

// runKeyed makes one pass over a keyed stream; the package's comment lists its steps.
func runKeyed[R any](ctx context.Context, env Env, opts Options, stream keyed[R]) (Result, error) {
	return perform(ctx, env, opts, stream.name, func(b base) work { return &run[R]{base: b, keyed: stream} })
}

// prepare reads the watermark, decides what to do, and sees that the store is the one the watermark speaks of.
func (r *run[R]) prepare(ctx context.Context) error {
	w, err := ReadWatermark(r.State, r.name)
	if err != nil && (!r.Full || !isSetup(err)) {
		return err
	}
	now := standing{settings: r.settings}
	if now.identity, err = r.Source.Identity(ctx); err != nil {
		return err
	}
	if now.positions, err = r.Source.Positions(ctx); err != nil {
		return err
	}
	if r.plan, err = makePlan(r.name, w, now, r.Full); err != nil {
		return err
	}
	if r.aside() {
		r.plan = r.plan.aside(r.asideMode())
	}
	if !r.plan.afresh {
		if err := checkStore(ctx, r.session, w); err != nil {
			return err
		}
	}
	if r.plan.warning != "" {
		r.Log.Warn().Str("stream", r.name).Msg(r.plan.warning)
	}
	r.mode, r.resumed = r.plan.mode, r.plan.resumed
	source := checkpoint.Source(now.identity)
	r.watermark.Source, r.watermark.Settings = &source, r.settings
	return r.rejects.load(ctx, r.session)
}

// isSetup tells an error that reading everything again gets over.
func isSetup(err error) bool {
	var setup *SetupError
	return errors.As(err, &setup)
}

// checkStore sees that the store holds what the watermark says it does.
func checkStore(ctx context.Context, session *blackbird.Session, w *checkpoint.Watermark) error {
	holds, err := session.Holds(ctx, blackbird.Ref(w.Pass))
	if err != nil || holds {
		return err
	}
	return &SetupError{
		Problem: fmt.Sprintf("%s: the Blackbird store lacks pass %d, which the watermark speaks of: the store was restored or replaced",
			w.Stream, w.Pass.ID),
		HintText: "if this is the right store, " + startOver(w.Stream),
	}
}

func (r *run[R]) execute(ctx context.Context) error {
	if r.mode != ModeFirst {
		if err := r.session.Index(ctx); err != nil {
			return err
		}
	}
	switch {
	case r.verify:
		return r.compareAll(ctx)
	case r.aside():
		return r.backfill(ctx)
	}
	if r.plan.pages {
		return r.everything(ctx)
	}
	return r.changes(ctx)
}

// everything goes through the whole source in key order, and first takes out of the store what a full pass no longer finds there.
func (r *run[R]) everything(ctx context.Context) error {
	if r.plan.mode == ModeFull && !r.plan.resumed {
		if err := r.remove(ctx); err != nil {
			return err
		}
	}
	if r.plan.mode == ModeFirst {
		if err := r.pass.Fill(ctx); err != nil {
			return err
		}
	} else {
		r.pass.Compare()
	}
	if err := r.pages(ctx); err != nil {
		return err
	}
	crash.Here("pages done")
	if err := r.uncover(ctx); err != nil {
		return err
	}
	if r.mode == ModeFirst {
		if err := r.session.Index(ctx); err != nil {
			return err
		}
	}
	r.rejects.complete = !r.plan.resumed
	return r.save(r.plan.next.String(), nil, r.pass.Counts.Read)
}

// mostChanges is how many changed rows are read by their keys. Past it everything is read in key order instead: the keys would
// fill the memory, and a pass over everything can be gone on with when it is cut off. A variable for the tests alone.
var mostChanges = 200_000

// changes reads the rows that were written since the watermark, and those that were rejected before.
func (r *run[R]) changes(ctx context.Context) error {
	keys, err := r.changed(ctx)
	if err != nil {
		return err
	}
	if len(keys) > mostChanges {
		// Every row is read as it is now, with all that it shows of others: nothing is left for finish to do.
		return r.everything(ctx)
	}
	retry, err := r.keysFor(ctx, r.rejects.names())
	if err != nil {
		return err
	}
	r.looked = distinct(append(keys, retry...))
	r.step(stepRead, int64(len(r.looked)))
	if err := r.readKeys(ctx, r.looked); err != nil {
		return err
	}
	if err := r.uncover(ctx); err != nil {
		return err
	}
	if r.finish != nil {
		if err := r.finish(ctx, r); err != nil {
			return err
		}
	}
	r.rejects.complete = true
	return r.save(r.plan.next.String(), nil, r.pass.Counts.Read)
}

func (r *run[R]) changed(ctx context.Context) (keys []string, err error) {
	r.step(stepChanges, 0)
	err = r.patiently(ctx, r.name, func() error {
		keys, err = r.table.Changed(ctx, r.plan.since, mostChanges)
		return err
	})
	return keys, err
}

// uncover reads the rows that share a name with one that has left: of two the one that left may have hidden the other.
func (r *run[R]) uncover(ctx context.Context) error {
	keys, err := r.keysFor(ctx, r.moved)
	if err != nil {
		return err
	}
	return r.readKeys(ctx, keys)
}

// keysFor returns the source's keys of the rows with the given names.
func (r *run[R]) keysFor(ctx context.Context, names []string) ([]string, error) {
	if len(names) == 0 {
		return nil, nil
	}
	return r.keysOf(ctx, names)
}

func (r *run[R]) readKeys(ctx context.Context, keys []string) error {
	for keys := range slices.Chunk(keys, r.BatchSize) {
		err := r.paced(ctx, func() (int, error) {
			r.reset()
			page, err := r.table.ByKey(ctx, keys, r.visit)
			return page.Rows, err
		})
		if err != nil {
			return err
		}
		if err := r.flush(ctx); err != nil {
			return err
		}
	}
	return nil
}

// distinct removes repeated keys and keeps the order.
func distinct(keys []string) []string {
	seen := make(map[string]struct{}, len(keys))
	kept := keys[:0]
	for _, key := range keys {
		if _, ok := seen[key]; !ok {
			seen[key] = struct{}{}
			kept = append(kept, key)
		}
	}
	return kept
}

// visit takes one row of the source. A batch holds one row of a name; the second goes into a batch of its own, merged after it.
func (r *run[R]) visit(row *R) error {
	if r.seen != nil {
		r.seen[string(r.nameOf(row))] = true
	}
	for i := 0; ; i++ {
		if i == len(r.batches) {
			r.batches = append(r.batches, r.newBatch(i))
		}
		if r.take(row, r.batches[i]) {
			r.batches[i].Read++
			return nil
		}
	}
}

func (r *run[R]) newBatch(i int) *blackbird.Batch {
	if i == 0 {
		return r.pass.NewBatch()
	}
	return r.pass.NewSecondBatch()
}

// reset empties the batches before a read, which may be the second try of one.
func (r *run[R]) reset() {
	for _, batch := range r.batches {
		batch.Reset()
	}
}

// flush merges what was read, after the source's transaction is over: nothing at the till waits for the store.
func (r *run[R]) flush(ctx context.Context) error {
	if err := r.account(ctx); err != nil {
		return err
	}
	for _, batch := range r.batches {
		if err := r.mergeBatch(ctx, batch); err != nil {
			return err
		}
		crash.Here("batch merged")
	}
	return nil
}

// account notes what a read found besides rows to merge, and stops the pass where too many cannot be taken.
func (r *run[R]) account(ctx context.Context) error {
	for _, batch := range r.batches {
		for _, key := range batch.Moved() {
			r.moved = append(r.moved, key.Name)
		}
		if err := r.rejects.add(batch.Rejects(), r.MaxRejects, r.name); err != nil {
			// Who has to look into them finds them listed.
			return errors.Join(err, r.pass.ListRejects(ctx, batch.Rejects()))
		}
	}
	return nil
}

func (r *run[R]) mergeBatch(ctx context.Context, batch *blackbird.Batch) error {
	if batch.Empty() {
		return nil
	}
	return r.merge(ctx, r.pass, batch)
}
