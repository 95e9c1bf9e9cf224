package sync

import (
	"context"
	"slices"

	"github.com/blackbirdctl/blackbirdctl/biotrack"
	"github.com/blackbirdctl/blackbirdctl/internal/model"
	"github.com/blackbirdctl/blackbirdctl/sync/checkpoint"
)

// watchedTable is a table of BioTrack whose changes a stream finds by their transaction ids. An update keeps a row's
// key, and so a witness is looked up by it.
type watchedTable interface {
	Name() string
	Witnesses(ctx context.Context, since biotrack.Position, keys []string) ([]biotrack.Witness, error)
	Unwitnessed(ctx context.Context, since biotrack.Position, witnesses []model.Witness) (string, error)
	Changed(ctx context.Context, since biotrack.Position, limit int) ([]string, error)
	Newest(ctx context.Context, keys []string) ([]model.Witness, error)
	CheckIndex(ctx context.Context) error
}

// readTables reads what the stream's tables are now, with the watermark's witnesses, and makes that the evidence for
// the next pass. Only those tables stay watched whose rows show which transaction wrote them.
func (r *run) readTables(
	ctx context.Context, w *checkpoint.Watermark, since biotrack.Position, restarted bool,
) (map[string]tableState, error) {
	var known map[string]model.Evidence
	if w != nil {
		known = w.Evidence
	}
	states := make(map[string]tableState)
	r.watermark.Evidence = make(map[string]model.Evidence)
	for _, table := range r.tables {
		evidence := model.Evidence{Witnesses: known[table.Name()].Witnesses}
		state, err := withRetry(ctx, r, func() (state tableState, err error) {
			state.relations, err = r.env.Source.Relations(ctx, table.Name(), since)
			if err == nil && state.relations.NoXmin == "" && len(evidence.Witnesses) > 0 {
				state.witnesses, err = table.Witnesses(ctx, since, keysOf(evidence.Witnesses))
				if err == nil && restarted {
					state.unwitnessed, err = table.Unwitnessed(ctx, since, evidence.Witnesses)
				}
			}
			return state, err
		})
		if err != nil {
			return nil, err
		}
		for _, relation := range state.relations.All {
			evidence.Relations = append(evidence.Relations, relation.ID)
		}
		states[table.Name()], r.watermark.Evidence[table.Name()] = state, evidence
	}
	r.tables = slices.DeleteFunc(r.tables, func(t watchedTable) bool { return states[t.Name()].relations.NoXmin != "" })
	return states, nil
}

func keysOf(witnesses []model.Witness) (keys []string) {
	for _, w := range witnesses {
		keys = append(keys, w.Key)
	}
	return keys
}

// maxChanges is how many changed rows are read by their keys. With more, everything is read in key order: the keys
// would fill the memory, and a pass over everything can be resumed. A variable for the tests alone.
var maxChanges = 200_000

// changedKeys returns the keys of the rows that were written at or after the position, or more than maxChanges of them.
func changedKeys(ctx context.Context, r *run, table watchedTable, since biotrack.Position) ([]string, error) {
	return withRetry(ctx, r, func() ([]string, error) { return table.Changed(ctx, since, maxChanges) })
}

// scan returns the keys of the rows of a table that have changed, or more than maxChanges of them. The watermark gets
// them as witnesses before they are merged: a pass that is cut off leaves rows in the store that are past its position.
func scan(ctx context.Context, r *run, table watchedTable, p plan) ([]string, error) {
	if p.quiet {
		return nil, nil
	}
	keys, err := changedKeys(ctx, r, table, p.since)
	if err != nil || len(keys) == 0 || r.opts.DryRun {
		return keys, err
	}
	if err := r.findWitnesses(ctx, table, keys); err != nil {
		return nil, err
	}
	return keys, r.save(p.since.String(), nil, 0)
}

// findWitnesses makes the rows of a table that were written last the evidence for the next pass: the newest of the
// witnesses so far and the rows that have changed, or of all where the keys of those are not known.
func (r *run) findWitnesses(ctx context.Context, table watchedTable, changed []string) error {
	evidence := r.watermark.Evidence[table.Name()]
	var keys []string
	if changed != nil && len(changed) <= maxChanges {
		keys = slices.Concat(keysOf(evidence.Witnesses), biotrack.EscapeKeys(changed))
	}
	newest, err := withRetry(ctx, r, func() ([]model.Witness, error) { return table.Newest(ctx, keys) })
	evidence.Witnesses = newest
	r.watermark.Evidence[table.Name()] = evidence
	return err
}

// beginEvidence makes the newest rows of all the stream's tables the evidence for a pass that resumes this one.
func (r *run) beginEvidence(ctx context.Context) error {
	if r.opts.DryRun || r.opts.keepsWatermark() {
		return nil
	}
	for _, table := range r.tables {
		if err := r.findWitnesses(ctx, table, nil); err != nil {
			return err
		}
	}
	return nil
}

// endEvidence adds what was written since the pass began: the pass has read some of it.
func (r *run) endEvidence(ctx context.Context, began biotrack.Position) error {
	if r.opts.DryRun || r.opts.keepsWatermark() {
		return nil
	}
	for _, table := range r.tables {
		changed, err := changedKeys(ctx, r, table, began)
		if err == nil && len(changed) > 0 {
			err = r.findWitnesses(ctx, table, changed)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// checkIndexes refuses indexes that hide rows: a pass that reads everything would take those for gone.
func (r *run) checkIndexes(ctx context.Context) error {
	r.step("checking indexes", 0)
	for _, table := range r.tables {
		if err := r.checkIndex(ctx, table); err != nil {
			return err
		}
	}
	return nil
}

func (r *run) checkIndex(ctx context.Context, table watchedTable) error {
	_, err := withRetry(ctx, r, func() (struct{}, error) { return struct{}{}, table.CheckIndex(ctx) })
	return err
}
