package sync

import (
	"context"
	"errors"
	"slices"

	"github.com/blackbirdctl/blackbirdctl/biotrack"
	"github.com/blackbirdctl/blackbirdctl/blackbird"
	"github.com/blackbirdctl/blackbirdctl/internal/crash"
	"github.com/blackbirdctl/blackbirdctl/sync/checkpoint"
	"github.com/blackbirdctl/blackbirdctl/sync/menu"
)

// Products makes one pass over the products. A line of the menu depends on products, lots, rooms, levels and settings together, and
// overselling is the worst of faults, so each pass reads all of it in one short snapshot and writes what differs.
func Products(ctx context.Context, env Env, opts Options) (Result, error) {
	return perform(ctx, env, opts, StreamProducts, func(b base) work { return &productsRun{base: b} })
}

// productsRun is one products pass at work.
type productsRun struct {
	base
	position biotrack.Position
	products []biotrack.Product
	menu     *menu.Menu
	// former is the watermark that a verification is held against, nil for none.
	former *checkpoint.Watermark
}

// prepare reads the shelves and resolves the settings against them, before anything is written.
func (r *productsRun) prepare(ctx context.Context) error {
	w, err := ReadWatermark(r.State, StreamProducts)
	if err != nil && (!r.Full || !isSetup(err)) {
		return err
	}
	identity, err := r.Source.Identity(ctx)
	if err != nil {
		return err
	}
	positions, err := r.Source.Positions(ctx)
	if err != nil {
		return err
	}
	if err := r.recognise(w, identity); err != nil {
		return err
	}
	if r.aside() {
		r.mode, r.former = r.asideMode(), w
	}
	source := checkpoint.Source(identity)
	r.position, r.watermark.Source = positions.Next, &source
	r.step(stepShelves, 0)
	err = r.patiently(ctx, StreamProducts, func() error {
		return r.Source.Inventory(ctx, r.Locations, r.resolve)
	})
	if err != nil {
		return err
	}
	for _, warning := range r.menu.Warnings {
		r.Log.Warn().Str("stream", StreamProducts).Msg(warning)
	}
	return r.rejects.load(ctx, r.session)
}

// recognise refuses another server's shelves: they would empty the menu, or fill it with what this shop does not have. How far the
// server has come does not matter, for every pass reads all.
func (r *productsRun) recognise(w *checkpoint.Watermark, identity biotrack.Identity) error {
	switch {
	case r.Full:
		r.mode = ModeFull
	case w == nil:
		r.mode = ModeFirst
	default:
		r.mode = ModeIncremental
		if problem := foreign(w, identity); problem != "" {
			return refusal(StreamProducts, problem)
		}
	}
	return nil
}

// resolve finds what the settings name in the catalog, and makes ready to count the lots.
func (r *productsRun) resolve(catalog *biotrack.Catalog) (_ biotrack.LotReader, err error) {
	if r.menu, err = menu.New(r.Menu, catalog); err != nil {
		return nil, setupError(err)
	}
	r.products = r.selected(catalog.Products)
	return r.menu.AddLot, nil
}

func (r *productsRun) execute(ctx context.Context) error {
	d := menu.NewDiff(r.products, r.menu.Line)
	if r.found != nil {
		d.Report = r.found.add
	}
	r.step(stepMenu, int64(len(r.products)))
	if err := r.session.Products(ctx, r.compare(d)); err != nil {
		return err
	}
	d.Finish()
	if r.verify && r.DryRun {
		r.pass.Counts.Add(d.Counts)
		return r.forgive(ctx)
	}
	if err := r.MaxRemovals.guard(StreamProducts, d.Counts.Removed, d.OnMenuBefore); err != nil {
		return err
	}
	if err := r.rejects.add(d.Rejects, r.MaxRejects, StreamProducts); err != nil {
		return errors.Join(err, r.pass.ListRejects(ctx, d.Rejects))
	}
	if err := r.pass.MergeProducts(ctx, d.Write, d.Rejects, d.Counts); err != nil {
		return err
	}
	crash.Here("menu merged")
	r.onMenu = &d.OnMenu
	r.rejects.complete = !r.aside()
	return r.save(r.position.String(), nil, r.pass.Counts.Read)
}

// compare compares the stored lines that the pass is about.
func (r *productsRun) compare(d *menu.Diff) func(*blackbird.Product) {
	return func(stored *blackbird.Product) {
		if len(r.Only.IDs) == 0 || slices.Contains(r.Only.IDs, menu.Key(stored.ID)) {
			d.Compare(stored)
		} else if stored.OnMenu {
			d.OnMenu++
		}
		r.advance(1)
	}
}
