package sync

import (
	"context"
	"slices"

	"golang.org/x/sync/errgroup"

	"github.com/blackbirdctl/blackbirdctl/biotrack"
	"github.com/blackbirdctl/blackbirdctl/internal/model"
)

// watchedTable is a table of BioTrack whose changes a stream finds by their transaction ids. An update keeps a row's
// key, and so a witness is looked up by it.
type watchedTable interface {
	Name() string
	Changed(ctx context.Context, since biotrack.Position, limit int) ([]string, error)
	Newest(ctx context.Context, keys []string) ([]model.Witness, error)
	CheckIndex(ctx context.Context) error
}

// keepEvidence makes what the stream's tables are now the evidence for the next pass, with the former's rest. Only
// those tables stay watched whose rows show which transaction wrote them.
func (r *run) keepEvidence(now biotrack.State, former map[string]model.Evidence) {
	r.watermark.Evidence = make(map[string]model.Evidence)
	for table, state := range now.Tables {
		evidence := former[table]
		evidence.Relations = nil
		for _, relation := range state.Relations.All {
			evidence.Relations = append(evidence.Relations, relation.ID)
		}
		r.watermark.Evidence[table] = evidence
	}
	r.tables = slices.DeleteFunc(r.tables, func(t watchedTable) bool {
		return now.Tables[t.Name()].Relations.NoXmin != ""
	})
}

func (r *run) tableNames() (names []string) {
	for _, table := range r.tables {
		names = append(names, table.Name())
	}
	return names
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

// scan returns the keys of the rows that have changed, or more than maxChanges of them, by the tables' names. The
// tables are scanned side by side. The watermark gets what has changed as witnesses before it is merged: a pass that is
// cut off leaves rows in the store that are past its position. It stays the watermark of the pass that the position is
// of, so that the next one looks at what both of them have merged.
func (r *run) scan(ctx context.Context, p plan) (map[string][]string, error) {
	if p.quiet {
		return nil, nil
	}
	keys := make([][]string, len(r.tables))
	group, groupCtx := errgroup.WithContext(ctx)
	for i, table := range r.tables {
		group.Go(func() (err error) {
			keys[i], err = changedKeys(groupCtx, r, table, p.since)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	changed := make(map[string][]string)
	for i, table := range r.tables {
		if len(keys[i]) == 0 {
			continue
		}
		changed[table.Name()] = keys[i]
		if r.opts.DryRun {
			continue
		}
		if err := r.findWitnesses(ctx, table, keys[i]); err != nil {
			return nil, err
		}
	}
	if len(changed) == 0 || r.opts.DryRun {
		return changed, nil
	}
	return changed, r.saveOf(p.pass, p.since.String(), nil)
}

// spacedIDs returns whether ids of customers have blanks around them, as an earlier pass saw it and as those have them
// that have changed since; nil where it is not known.
func spacedIDs(former *bool, changed map[string][]string) *bool {
	if former == nil || *former {
		return former
	}
	spaced := false
	for _, keys := range changed {
		if len(keys) > maxChanges {
			return nil
		}
		spaced = spaced || slices.ContainsFunc(keys, biotrack.IsSpaced)
	}
	return &spaced
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
