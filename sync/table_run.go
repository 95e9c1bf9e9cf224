package sync

import (
	"context"
	"fmt"
	"slices"

	"github.com/blackbirdctl/blackbirdctl/biotrack"
	"github.com/blackbirdctl/blackbirdctl/blackbird"
	"github.com/blackbirdctl/blackbirdctl/internal/crash"
	"github.com/blackbirdctl/blackbirdctl/sync/checkpoint"
)

// tableRun is a pass over a table of BioTrack whose rows have a key there and a name in the store: customers and
// orders.
type tableRun[R any] struct {
	run   *run
	table *biotrack.Table[R]

	// What the stream does in its own way.

	// settings decide which rows are synced and how.
	settings map[string]string
	// take converts a row, or rejects it, into the batch. It reports false where the batch holds a row of that name.
	take func(*R, *blackbird.Batch) bool
	// merge writes a batch.
	merge func(*blackbird.Pass, context.Context, *blackbird.Batch) error
	// nameOf returns a row's name in the store, keysOf the source's keys for names, those of rejects included.
	nameOf func(*R) []byte
	keysOf func(ctx context.Context, names []string) (keys []string, err error)
	// finish does what is left after an incremental pass has read the rows in read, nil for nothing.
	finish func(ctx context.Context, t *tableRun[R]) error
	// recompute compares what the store derives from its rows, nil for nothing.
	recompute func(*blackbird.Pass, context.Context) error
	// excludeMore excludes findings that come from pending changes of another table, nil where there are none.
	excludeMore func(ctx context.Context, t *tableRun[R], keys []string) error

	// What the pass is at. The plan stays as it was prepared; the rest belongs to the reader.

	plan plan
	// read are the keys that an incremental pass reads.
	read []string
	// left are the names of rows that are at a location that is not synced.
	left []string
	// seen are the names that a backfill has read.
	seen map[string]bool
}

// prepare reads the watermark, plans the pass, and checks that the store is the one that the watermark belongs to.
func (t *tableRun[R]) prepare(ctx context.Context) error {
	r := t.run
	w, err := r.readWatermark()
	if err != nil {
		return err
	}
	now := sourceState{settings: t.settings}
	if now.identity, err = r.env.Source.Identity(ctx); err != nil {
		return err
	}
	if now.positions, err = r.env.Source.Positions(ctx); err != nil {
		return err
	}
	if t.plan, err = makePlan(r.stream, w, now, r.opts.Full); err != nil {
		return err
	}
	if r.opts.keepsWatermark() {
		t.plan.keepWatermark(r.opts.mode())
	}
	if !t.plan.fromScratch {
		if err := r.checkStore(ctx, w); err != nil {
			return err
		}
	}
	if t.plan.warning != "" {
		r.env.Log.Warn().Str("stream", r.stream.Name).Msg(t.plan.warning)
	}
	r.mode, r.resumed = t.plan.mode, t.plan.resumed
	source := checkpoint.Source(now.identity)
	r.watermark.Source, r.watermark.Settings = &source, t.settings
	return r.rejects.load(ctx, r.session)
}

// checkStore checks that the store has the pass that wrote the watermark.
func (r *run) checkStore(ctx context.Context, w *checkpoint.Watermark) error {
	holds, err := r.session.Holds(ctx, blackbird.Ref(w.Pass))
	if err != nil || holds {
		return err
	}
	return &SetupError{
		Problem: fmt.Sprintf("%s: the Blackbird store lacks pass %d, which the watermark refers to: "+
			"the store was restored or replaced", w.Stream, w.Pass.ID),
		HintText: "if this is the right store, " + r.stream.startOver,
	}
}

func (t *tableRun[R]) execute(ctx context.Context) error {
	if t.plan.mode != ModeFirst {
		if err := t.run.session.Index(ctx); err != nil {
			return err
		}
	}
	switch {
	case t.run.opts.verify:
		return t.compareAll(ctx)
	case t.run.opts.keepsWatermark():
		return t.backfill(ctx)
	case t.plan.pages:
		return t.readAll(ctx)
	}
	return t.readChanges(ctx)
}

// readAll reads the whole source in key order. A full pass first takes out of the store what the source no longer has.
func (t *tableRun[R]) readAll(ctx context.Context) error {
	r := t.run
	if t.plan.mode == ModeFull && !t.plan.resumed {
		if err := t.removeGone(ctx); err != nil {
			return err
		}
	}
	if t.plan.mode == ModeFirst {
		if err := r.pass.Fill(ctx); err != nil {
			return err
		}
	} else {
		r.pass.Compare()
	}
	if err := t.readPages(ctx); err != nil {
		return err
	}
	crash.Here("pages done")
	if err := t.uncover(ctx); err != nil {
		return err
	}
	if t.plan.mode == ModeFirst {
		if err := r.session.Index(ctx); err != nil {
			return err
		}
	}
	r.rejects.complete = !t.plan.resumed
	return r.save(t.plan.next.String(), nil, r.pass.Counts.Read)
}

// maxChanges is how many changed rows are read by their keys. With more, everything is read in key order: the keys
// would fill the memory, and a pass over everything can be resumed. A variable for the tests alone.
var maxChanges = 200_000

// readChanges reads the rows that were written since the watermark, and those that were rejected before.
func (t *tableRun[R]) readChanges(ctx context.Context) error {
	r := t.run
	r.step(stepChanges, 0)
	var changed []string
	err := r.withRetry(ctx, func() (err error) {
		changed, err = t.table.Changed(ctx, t.plan.since, maxChanges)
		return err
	})
	if err != nil {
		return err
	}
	if len(changed) > maxChanges {
		// Every row is read as it is now, with all that it shows of others: nothing is left for finish to do.
		return t.readAll(ctx)
	}
	rejected, err := t.keysOf(ctx, r.rejects.keys())
	if err != nil {
		return err
	}
	t.read = slices.Concat(changed, without(rejected, setOf(changed)))
	r.step(stepRead, int64(len(t.read)))
	if err := t.readKeys(ctx, t.read); err != nil {
		return err
	}
	if err := t.uncover(ctx); err != nil {
		return err
	}
	if t.finish != nil {
		if err := t.finish(ctx, t); err != nil {
			return err
		}
	}
	r.rejects.complete = true
	return r.save(t.plan.next.String(), nil, r.pass.Counts.Read)
}

// uncover reads the rows that share a name with one that left: the store held one row of the two.
func (t *tableRun[R]) uncover(ctx context.Context) error {
	keys, err := t.keysOf(ctx, t.left)
	if err != nil {
		return err
	}
	return t.readKeys(ctx, keys)
}

// readKeys reads rows by their keys and merges them, a batch at a time. A batch is merged after the source's
// transaction is over, so that nothing at the till waits for the store.
func (t *tableRun[R]) readKeys(ctx context.Context, keys []string) error {
	r, p := t.run, &page{pass: t.run.pass}
	for keys := range slices.Chunk(keys, r.opts.BatchSize) {
		err := t.readPage(ctx, p, func(visit func(*R) error) (biotrack.Page, error) {
			return t.table.ByKey(ctx, keys, visit)
		})
		if err != nil {
			return err
		}
		for _, batch := range p.batches {
			if !batch.Empty() {
				if err := t.merge(r.pass, ctx, batch); err != nil {
					return err
				}
			}
			crash.Here("batch merged")
		}
	}
	return nil
}

func setOf(keys []string) map[string]bool {
	set := make(map[string]bool, len(keys))
	for _, key := range keys {
		set[key] = true
	}
	return set
}

// without returns the keys that are not in the set.
func without(keys []string, set map[string]bool) []string {
	return slices.DeleteFunc(slices.Clone(keys), func(key string) bool { return set[key] })
}
