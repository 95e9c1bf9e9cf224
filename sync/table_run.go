package sync

import (
	"cmp"
	"context"
	"slices"

	"github.com/blackbirdctl/blackbirdctl/biotrack"
	"github.com/blackbirdctl/blackbirdctl/blackbird"
	"github.com/blackbirdctl/blackbirdctl/internal/crash"
	"github.com/blackbirdctl/blackbirdctl/internal/model"
)

// tableRun is a pass over a table of BioTrack whose rows have a key there and a name in the store.
type tableRun[R any] struct {
	run   *run
	table *biotrack.Table[R]

	// What the stream does in its own way.

	// take converts a row, or rejects it, into the batch. It reports false where the batch holds a row of that name.
	take func(*R, *blackbird.Batch) bool
	// merge writes a batch.
	merge func(*blackbird.Pass, context.Context, *blackbird.Batch) error
	// keyOf returns a row's key in the store, keysOf the source's keys for names, those of rejects included.
	keyOf  func(*R) model.Key
	keysOf func(ctx context.Context, names []string) (keys []string, err error)
	// finish does what is left after an incremental pass has read the rows in read, nil for nothing.
	finish func(ctx context.Context, t *tableRun[R]) error
	// inScope reports whether a row belongs into the store, and guests returns the source's keys of those that do
	// though their location is not synced. It is nil where the location alone decides.
	inScope func(*R) bool
	guests  func(ctx context.Context, t *tableRun[R]) (keys []string, err error)
	// before asks the source, before pages are read, what their rows depend on; it is nil for nothing.
	before func(ctx context.Context, t *tableRun[R]) error
	// settle does what is left to be decided at the source once rows have been read.
	settle func(ctx context.Context, t *tableRun[R]) error
	// superseded returns the notice of a row in whose place another one of its key stands; nil where keys are unique.
	superseded func(blackbird.Superseded) blackbird.Reject
	// recompute compares what the store derives from its rows, nil for nothing.
	recompute func(*blackbird.Pass, context.Context) error
	// excludeMore excludes findings that come from pending changes of another table, nil where there are none.
	excludeMore func(ctx context.Context, t *tableRun[R], keys []string) error

	// What the pass is at. The plan stays as it was prepared; the rest belongs to the reader.

	plan plan
	// changed are the keys that an incremental pass has found changed, by the tables' names.
	changed map[string][]string
	// read are the keys that an incremental pass reads.
	read []string
	// seen are the names that a backfill has read.
	seen map[string]bool
}

// prepare reads the watermark, plans the pass, and checks that the store is the one that the watermark belongs to.
func (t *tableRun[R]) prepare(ctx context.Context) error {
	r := t.run
	w, now, err := r.readStart(ctx)
	if err != nil {
		return err
	}
	if t.plan, err = makePlan(r.stream, w, now, r.opts.Full); err != nil {
		return err
	}
	if now.Positions.Durable < now.Positions.Next {
		r.env.Log.Debug().Str("stream", r.stream.Name).Str("position", t.plan.next.String()).
			Msg("BioTrack has not flushed its write-ahead log yet: the position stays behind")
	}
	if t.plan.since > 0 || t.plan.resumed {
		if err := r.checkStore(ctx, w); err != nil {
			return err
		}
	}
	if r.opts.keepsWatermark() {
		// Such a pass reads what it reads from the beginning, whatever the next pass will do. What is pending can be
		// told from what differs although the source went back.
		if t.plan.warning != "" && w.Unfinished == nil {
			if since, err := watermarkPosition(w); err == nil && since.Reaches(now.Positions.Current) {
				t.plan.since = since
			}
		}
		t.plan.mode, t.plan.resumed, t.plan.warning = cmp.Or(r.opts.mode, ModeBackfill), false, ""
	}
	if problem := now.withoutXmin(); problem != "" {
		if t.plan.mode == ModeIncremental {
			return &SetupError{
				Problem:  r.stream.Name + ": " + problem,
				HintText: "run `blackbirdctl " + r.stream.Command + " --full` each time: it reads everything",
			}
		}
		t.plan.since = 0
	}
	if t.plan.warning != "" {
		r.env.Log.Warn().Str("stream", r.stream.Name).Msg(t.plan.warning)
	}
	r.result.Mode, r.result.Resumed = t.plan.mode, t.plan.resumed
	return r.rejects.load(ctx, r.session, r.opts.DryRun)
}

func (t *tableRun[R]) execute(ctx context.Context) error {
	r := t.run
	if t.plan.mode != ModeFirst {
		if err := r.pass.BuildIndexes(ctx); err != nil {
			return err
		}
	}
	if t.superseded != nil {
		r.pass.ListSuperseded(t.superseded)
	}
	// An incremental pass does so once it knows that there is something to read.
	if t.plan.mode != ModeIncremental {
		if err := t.watchContested(ctx); err != nil {
			return err
		}
	}
	switch {
	case r.opts.verifies():
		return t.compareAll(ctx)
	case r.opts.Only.dated():
		r.pass.ExpectUnchanged()
		return t.readPages(ctx)
	case t.plan.mode == ModeBackfill:
		return t.backfill(ctx)
	case t.plan.mode == ModeIncremental:
		return t.readChanges(ctx)
	}
	return t.readAll(ctx)
}

// watchContested lets the pass note the orders that tickets contest, unless it compares all keys.
func (t *tableRun[R]) watchContested(ctx context.Context) error {
	r := t.run
	if r.stream != Orders || r.opts.verifies() || t.plan.mode == ModeFull && !t.plan.resumed {
		return nil
	}
	return r.pass.WatchContested(ctx)
}

// backfill reads the rows that the user selected by their ids.
func (t *tableRun[R]) backfill(ctx context.Context) error {
	keys, err := t.keysOf(ctx, t.run.opts.Only.IDs)
	if err != nil {
		return err
	}
	t.seen = make(map[string]bool)
	if err := t.readKeys(ctx, keys); err != nil {
		return err
	}
	t.run.result.Absent = without(t.run.opts.Only.IDs, t.seen)
	return t.settle(ctx, t)
}

// readAll reads the whole source in key order. A full pass first takes out of the store what the source no longer has.
func (t *tableRun[R]) readAll(ctx context.Context) error {
	r := t.run
	if !t.plan.resumed {
		if err := r.checkIndexes(ctx); err != nil {
			return err
		}
		// A pass that is cut off leaves them to the one that resumes it.
		if err := r.beginEvidence(ctx); err != nil {
			return err
		}
	}
	if t.plan.mode == ModeFull && !t.plan.resumed {
		if err := t.removeGone(ctx); err != nil {
			return err
		}
	}
	if t.plan.mode == ModeFirst {
		if err := r.pass.BeginInitialLoad(ctx); err != nil {
			return err
		}
	} else {
		r.pass.ExpectUnchanged()
	}
	if err := t.readPages(ctx); err != nil {
		return err
	}
	if t.plan.mode == ModeFirst {
		if err := r.pass.BuildIndexes(ctx); err != nil {
			return err
		}
	}
	if err := r.endEvidence(ctx, t.plan.next); err != nil {
		return err
	}
	r.rejects.complete = !t.plan.resumed
	return t.end()
}

// end saves the watermark of a pass that has read all that it was to read.
func (t *tableRun[R]) end() error {
	r, name := t.run, t.table.Name()
	evidence := r.watermark.Evidence[name]
	evidence.SpacedIDs = t.table.SpacedIDs
	r.watermark.Evidence[name] = evidence
	return r.save(t.plan.next.String(), nil, r.pass.Counts.Read)
}

// readChanges reads the rows that were written since the watermark, and those that were rejected before.
func (t *tableRun[R]) readChanges(ctx context.Context) error {
	r := t.run
	r.step("looking for changes", 0)
	var err error
	if t.changed, err = r.scan(ctx, t.plan); err != nil {
		return err
	}
	t.table.SpacedIDs = spacedIDs(r.watermark.Evidence[t.table.Name()].SpacedIDs, t.changed)
	changed := t.changed[t.table.Name()]
	retried, stay := r.rejects.retry(t.plan.quiet)
	r.pass.Counts.Rejected += int64(len(stay))
	if err := r.addRejects(ctx, stay); err != nil {
		return err
	}
	if len(changed)+len(retried) > 0 {
		if err := t.watchContested(ctx); err != nil {
			return err
		}
	}
	if len(changed) > maxChanges {
		// Every row is read as it is now, with all that it shows of others: nothing is left for finish to do.
		return t.readAll(ctx)
	}
	rejected, err := t.keysOf(ctx, retried)
	if err != nil {
		return err
	}
	t.read = slices.Concat(changed, without(rejected, setOf(changed)))
	r.step("reading", int64(len(t.read)))
	if err := t.readKeys(ctx, t.read); err != nil {
		return err
	}
	if err := t.settle(ctx, t); err != nil {
		return err
	}
	if t.finish != nil {
		if err := t.finish(ctx, t); err != nil {
			return err
		}
	}
	r.rejects.complete = true
	return t.end()
}

// replace takes rows out of the store that it should not have, in the merge of the first rows that may take their
// places: those that have their names.
func (t *tableRun[R]) replace(ctx context.Context, lost []model.Key) error {
	if len(lost) == 0 {
		return nil
	}
	var names []string
	for _, key := range lost {
		names = append(names, key.Name)
	}
	keys, err := t.keysOf(ctx, names)
	if err != nil {
		return err
	}
	first := &page{batches: []*blackbird.Batch{t.run.pass.NewBatch()}}
	chunk := keys[:min(len(keys), t.run.opts.BatchSize)]
	err = t.readPage(ctx, first, func(visit func(*R) error) (biotrack.Page, error) {
		return t.table.ByKey(ctx, chunk, visit)
	})
	if err != nil {
		return err
	}
	first.batches[0].MarkOutOfScope(lost...)
	if err := t.mergePage(ctx, first); err != nil {
		return err
	}
	return t.readKeys(ctx, keys[len(chunk):])
}

// readGuests reads the rows that belong into the store though their location is not synced.
func (t *tableRun[R]) readGuests(ctx context.Context) error {
	if t.guests == nil || len(t.run.opts.Locations) == 0 {
		return nil
	}
	keys, err := t.guests(ctx, t)
	if err != nil {
		return err
	}
	return t.readKeys(ctx, keys)
}

// readAgain makes what is left of the pass a full one.
func (t *tableRun[R]) readAgain(ctx context.Context, why string) error {
	if t.run.opts.keepsWatermark() {
		return refusal(t.run.stream, why)
	}
	t.run.env.Log.Warn().Str("stream", t.run.stream.Name).Msg(why + ": reading everything again")
	t.run.pass.IgnoreContested()
	t.plan.mode, t.plan.resumed = ModeFull, false
	if err := t.removeGone(ctx); err != nil {
		return err
	}
	t.run.pass.ExpectUnchanged()
	return t.readPages(ctx)
}

// readKeys reads rows by their keys and merges them, a batch at a time. A batch is merged after the source's
// transaction is over, so that nothing at the till waits for the store.
func (t *tableRun[R]) readKeys(ctx context.Context, keys []string) error {
	var p page
	for keys := range slices.Chunk(keys, t.run.opts.BatchSize) {
		err := t.readPage(ctx, &p, func(visit func(*R) error) (biotrack.Page, error) {
			return t.table.ByKey(ctx, keys, visit)
		})
		if err != nil {
			return err
		}
		if p.end.rows < int64(len(keys)) {
			// Rows were deleted since their keys were found, or the index does not find them.
			if err := t.run.checkIndex(ctx, t.table); err != nil {
				return err
			}
		}
		if err := t.mergePage(ctx, &p); err != nil {
			return err
		}
		crash.Here("batch merged")
	}
	return nil
}

func setOf[K comparable](keys []K) map[K]bool {
	set := make(map[K]bool, len(keys))
	for _, key := range keys {
		set[key] = true
	}
	return set
}

// without returns the keys that are not in the set.
func without(keys []string, set map[string]bool) []string {
	return slices.DeleteFunc(slices.Clone(keys), func(key string) bool { return set[key] })
}

// expectedRows returns about how many rows are left to read in key order, 0 where that is not known: the planner's
// estimate is of all locations. Without progress nothing is asked.
func (t *tableRun[R]) expectedRows(ctx context.Context) int64 {
	if t.run.env.Progress == nil || len(t.run.opts.Locations) > 0 {
		return 0
	}
	rows, err := t.table.Estimate(ctx)
	if err != nil {
		return 0
	}
	return max(rows-t.plan.done, 0)
}
