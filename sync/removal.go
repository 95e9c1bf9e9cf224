package sync

import (
	"context"

	"github.com/blackbirdctl/blackbirdctl/biotrack"
	"github.com/blackbirdctl/blackbirdctl/internal/crash"
	"github.com/blackbirdctl/blackbirdctl/internal/model"
)

// keysPage is how many keys one statement at the source returns: keys are small, and the statement must stay short.
const keysPage = 20_000

// remove takes out of the store what the source no longer has. It comes before a full pass's pages, so that a refusal leaves everything as it was,
// and so that an id whose ticket is gone may go to an older ticket of that id.
func (r *run[R]) remove(ctx context.Context) error {
	r.step(stepKeys, r.expected(ctx))
	if err := r.listKeys(ctx); err != nil {
		return err
	}
	r.step(stepRemove, 0)
	gone, err := r.session.CountGone(ctx)
	if err != nil {
		return err
	}
	if err := r.MaxRemovals.guard(r.name, gone.Gone, gone.Live); err != nil || gone.Gone == 0 {
		return err
	}
	crash.Here("keys listed")
	return r.pass.RemoveGone(ctx)
}

func (r *run[R]) listKeys(ctx context.Context) error {
	keys, err := r.session.NewKeys(ctx)
	if err != nil {
		return err
	}
	limit := keysPage
	if r.MaxRate > 0 {
		limit = min(limit, r.MaxRate)
	}
	for after := (*string)(nil); ; {
		var page biotrack.Page
		err := r.paced(ctx, func() (rows int, err error) {
			keys.Reset()
			page, err = r.table.Keys(ctx, after, limit, r.Locations, func(key model.Key) error {
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
		if err != nil || page.Rows < limit {
			return err
		}
		after = &page.Last
	}
}
