package sync

import (
	"context"
	"slices"

	"github.com/blackbirdctl/blackbirdctl/biotrack"
	"github.com/blackbirdctl/blackbirdctl/sync/menu"
)

// backfill reads the rows that a person named, by their keys or their time.
func (r *run[R]) backfill(ctx context.Context) error {
	if r.Only.dated() {
		r.pass.Compare()
		if err := r.pages(ctx); err != nil {
			return err
		}
		return r.uncover(ctx)
	}
	keys, err := r.keysFor(ctx, r.Only.IDs)
	if err != nil {
		return err
	}
	r.seen = make(map[string]bool)
	if err := r.readKeys(ctx, keys); err != nil {
		return err
	}
	r.absent = slices.DeleteFunc(slices.Clone(r.Only.IDs), func(id string) bool { return r.seen[id] })
	return r.uncover(ctx)
}

// selected are the products that a person named, or all.
func (r *productsRun) selected(products []biotrack.Product) []biotrack.Product {
	if len(r.Only.IDs) == 0 {
		return products
	}
	there := make(map[string]bool)
	kept := slices.DeleteFunc(products, func(p biotrack.Product) bool {
		there[menu.Key(p.ID)] = true
		return !slices.Contains(r.Only.IDs, menu.Key(p.ID))
	})
	r.absent = slices.DeleteFunc(slices.Clone(r.Only.IDs), func(id string) bool { return there[id] })
	return kept
}
