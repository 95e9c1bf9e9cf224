package sync

import "context"

// backfill reads the rows that the user selected, by their keys or their time.
func (t *tableRun[R]) backfill(ctx context.Context) error {
	r := t.run
	if r.opts.Only.dated() {
		r.pass.Compare()
		if err := t.readPages(ctx); err != nil {
			return err
		}
		return t.uncover(ctx)
	}
	keys, err := t.keysOf(ctx, r.opts.Only.IDs)
	if err != nil {
		return err
	}
	t.seen = make(map[string]bool)
	if err := t.readKeys(ctx, keys); err != nil {
		return err
	}
	r.absent = without(r.opts.Only.IDs, t.seen)
	return t.uncover(ctx)
}
