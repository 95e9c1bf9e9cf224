package sync

import (
	"context"

	"github.com/blackbirdctl/blackbirdctl/biotrack"
	"github.com/blackbirdctl/blackbirdctl/blackbird"
	"github.com/blackbirdctl/blackbirdctl/internal/crash"
	"github.com/blackbirdctl/blackbirdctl/internal/model"
)

// keysPage is how many keys one statement at the source returns: keys are small, and the statement must stay short.
const keysPage = 20_000

// removeGone takes out of the store what the source no longer has. It comes before a full pass's pages, so that a
// refusal leaves everything as it was, and so that an id whose ticket is gone may go to an older ticket of that id.
func (t *tableRun[R]) removeGone(ctx context.Context) error {
	r := t.run
	r.step(stepKeys, t.expectedRows(ctx))
	gone, err := t.countGone(ctx)
	if err != nil {
		return err
	}
	r.step(stepRemove, 0)
	if err := r.checkRemovals(gone.Gone, gone.Live); err != nil || gone.Gone == 0 {
		return err
	}
	crash.Here("keys listed")
	return r.pass.RemoveGone(ctx)
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
		var page biotrack.Page
		err := r.rateLimited(ctx, func() (rows int, err error) {
			keys.Reset()
			page, err = t.table.Keys(ctx, after, limit, r.opts.Locations, func(key model.Key) error {
				if key.Name != "" {
					keys.Add(key)
				}
				return nil
			})
			return page.Rows, err
		})
		if err == nil {
			err = keys.Flush(ctx)
		}
		if err != nil {
			return blackbird.Gone{}, err
		}
		if page.Rows < limit {
			return r.session.CountGone(ctx)
		}
		after = &page.Last
	}
}
