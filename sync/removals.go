package sync

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/blackbirdctl/blackbirdctl/biotrack"
	"github.com/blackbirdctl/blackbirdctl/blackbird"
	"github.com/blackbirdctl/blackbirdctl/internal/crash"
	"github.com/blackbirdctl/blackbirdctl/internal/model"
	"github.com/blackbirdctl/blackbirdctl/sync/checkpoint"
)

// keysPage is how many keys one statement at the source returns: keys are small, and the statement must stay short.
const keysPage = 20_000

// removeGone takes out of the store what the source no longer has; a verification reports it first. It comes before the
// pages, so that a refusal changes nothing, and an id whose ticket is gone may go to an older ticket of that id.
func (t *tableRun[R]) removeGone(ctx context.Context) error {
	r := t.run
	r.step("listing keys", t.expectedRows(ctx))
	gone, err := t.countGone(ctx)
	if err != nil {
		return err
	}
	if gone.Gone+gone.Released == 0 {
		return r.setHeldBack(0)
	}
	if r.findings != nil {
		if err := r.pass.ReportGone(ctx, maxFindings); err != nil {
			return err
		}
		r.findings.unnamed[blackbird.Surplus] += max(0, gone.Gone-int64(maxFindings))
		if r.opts.DryRun {
			return nil
		}
	}
	r.step("removing", 0)
	refused := r.checkRemovals(gone.Gone, gone.Live)
	if refused != nil && t.plan.warning != "" {
		// Nobody asked for a full pass. What is new must come all the same, and a person decides about what is gone.
		refused.Written, refused.HeldBack, refused.Again = true, gone.Gone, "`blackbirdctl "+r.stream.Command+" --full`"
		r.problem = refused
		if err := r.setHeldBack(gone.Gone); err != nil {
			return err
		}
		return r.pass.ReleaseGone(ctx)
	}
	if refused != nil {
		return refused
	}
	crash.Here("keys listed")
	if err := r.pass.RemoveGone(ctx); err != nil {
		return err
	}
	return r.setHeldBack(0)
}

// setHeldBack notes in the watermark how many removals wait for a person. A repair leaves the rest of the watermark as
// it was.
func (r *run) setHeldBack(removals int64) error {
	r.watermark.HeldBack = removals
	if r.opts.DryRun || !r.opts.keepsWatermark() || r.former == nil || r.former.HeldBack == removals {
		return nil
	}
	former := *r.former
	former.HeldBack = removals
	return r.env.State.Save(former)
}

// HeldBackRemovals returns how many rows a pass of the stream left in the store though BioTrack no longer has them, and
// the command that removes them; 0 for none.
func (s *Stream) HeldBackRemovals(w *checkpoint.Watermark) (removals int64, command string) {
	if w == nil || w.HeldBack == 0 {
		return 0, ""
	}
	return w.HeldBack, fmt.Sprintf("%s --full --max-removals %d", s.Command, w.HeldBack)
}

// warnHeldBack says in each pass that removals wait for a person.
func (r *run) warnHeldBack(w *checkpoint.Watermark) {
	if removals, command := r.stream.HeldBackRemovals(w); removals > 0 && !r.opts.Full {
		r.warnings = append(r.warnings, fmt.Sprintf("%d %s that BioTrack no longer has are kept, as they are more "+
			"than --max-removals allowed: if BioTrack is complete, run `blackbirdctl %s`",
			removals, r.stream.Name, command))
	}
}

// countGone gives the store all keys of the source and returns how many of its rows have none.
func (t *tableRun[R]) countGone(ctx context.Context) (blackbird.Gone, error) {
	r := t.run
	keys, err := r.session.NewKeys(ctx)
	if err != nil {
		return blackbird.Gone{}, err
	}
	limit := keysPage
	if r.opts.MaxRate > 0 {
		limit = min(limit, r.opts.MaxRate)
	}
	for after := (*string)(nil); ; {
		page, err := r.readPage(ctx, func() (biotrack.Page, error) {
			keys.Reset()
			return t.table.Keys(ctx, after, limit, r.opts.Locations, func(key model.Key) error {
				if key.Name != "" {
					keys.Add(key)
				}
				return nil
			})
		})
		if err == nil {
			err = keys.Flush(ctx)
		}
		if err != nil {
			return blackbird.Gone{}, err
		}
		if page.Rows < limit {
			break
		}
		after = &page.Last
	}
	if err := t.listGuests(ctx, keys); err != nil {
		return blackbird.Gone{}, err
	}
	return r.session.CountGone(ctx)
}

// listGuests adds the keys of the rows that belong into the store though their location is not synced.
func (t *tableRun[R]) listGuests(ctx context.Context, keys *blackbird.Keys) error {
	if t.guests == nil || len(t.run.opts.Locations) == 0 {
		return nil
	}
	guests, err := t.guests(ctx, t)
	if err != nil {
		return err
	}
	for some := range slices.Chunk(guests, t.run.opts.BatchSize) {
		_, err := t.run.readPage(ctx, func() (biotrack.Page, error) {
			keys.Reset()
			return t.table.ByKey(ctx, some, func(row *R) error {
				if key := t.keyOf(row); key.Name != "" && t.inScope(row) {
					keys.Add(key)
				}
				return nil
			})
		})
		if err == nil {
			err = keys.Flush(ctx)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// checkRemovals refuses removals beyond the limit.
func (r *run) checkRemovals(removals, live int64) *TooManyRemovalsError {
	if limit := r.opts.MaxRemovals.of(live); removals > limit {
		return &TooManyRemovalsError{
			Stream: r.stream.Name, Verb: r.stream.removal, Removals: removals, Live: live, Limit: limit,
		}
	}
	return nil
}

// TooManyRemovalsError reports that a pass would have removed more than --max-removals allows.
type TooManyRemovalsError struct {
	Stream string
	// Verb says what the removals do, after "would".
	Verb string
	// Removals would have been made out of Live rows; Limit is how many may be.
	Removals, Live, Limit int64
	// Written says that only HeldBack of the removals were not made, and all else was. Otherwise nothing was.
	Written  bool
	HeldBack int64
	// Again is the command that the hint names, empty for the one that was run.
	Again string
}

func (e *TooManyRemovalsError) Error() string {
	outcome := "nothing was changed"
	if e.Written {
		outcome = fmt.Sprintf("%d were held back, and everything else was written", e.HeldBack)
	}
	return fmt.Sprintf("%d of %d %s would %s, more than the %d allowed at once; %s",
		e.Removals, e.Live, e.Stream, e.Verb, e.Limit, outcome)
}

// Hint returns what to do.
func (e *TooManyRemovalsError) Hint() string {
	return fmt.Sprintf("check that BioTrack is complete; if it is, run %s with --max-removals %d",
		cmp.Or(e.Again, "again"), e.Removals)
}
