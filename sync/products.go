package sync

import (
	"context"
	"slices"

	"github.com/blackbirdctl/blackbirdctl/biotrack"
	"github.com/blackbirdctl/blackbirdctl/blackbird"
	"github.com/blackbirdctl/blackbirdctl/internal/crash"
	"github.com/blackbirdctl/blackbirdctl/sync/checkpoint"
	"github.com/blackbirdctl/blackbirdctl/sync/menu"
)

// productsRun is a pass over the products. A line of the menu depends on products, lots, rooms, levels and settings
// together, and overselling is the worst of faults, so each pass reads all of it in one short snapshot and writes what
// differs.
type productsRun struct {
	run      *run
	position biotrack.Position
	products []biotrack.Product
	menu     *menu.Menu
	// former is the watermark that a verification compares with, nil for none.
	former *checkpoint.Watermark
}

func openProducts(r *run) (work, error) { return &productsRun{run: r}, nil }

// prepare reads the inventory and finds there what the settings name. Another server's inventory is refused: it would
// empty the menu, or fill it with what this shop does not have. The server's position does not matter, for every pass
// reads everything.
func (p *productsRun) prepare(ctx context.Context) error {
	r := p.run
	w, err := r.readWatermark()
	if err != nil {
		return err
	}
	identity, err := r.env.Source.Identity(ctx)
	if err != nil {
		return err
	}
	positions, err := r.env.Source.Positions(ctx)
	if err != nil {
		return err
	}
	switch {
	case r.opts.Full:
		r.mode = ModeFull
	case w == nil:
		r.mode = ModeFirst
	default:
		r.mode = ModeIncremental
		if problem := otherSource(w, identity); problem != "" {
			return refusal(r.stream, problem)
		}
	}
	if r.opts.keepsWatermark() {
		r.mode, p.former = r.opts.mode(), w
	}
	source := checkpoint.Source(identity)
	p.position, r.watermark.Source = positions.Next, &source
	r.step(stepInventory, 0)
	err = r.withRetry(ctx, func() error {
		return r.env.Source.Inventory(ctx, r.opts.Locations, func(c *biotrack.Catalog) (_ biotrack.LotReader, err error) {
			p.menu, err = menu.New(r.opts.Menu, c)
			p.products = p.selected(c.Products)
			return p.menu.AddLot, setupError(err)
		})
	})
	if err != nil {
		return err
	}
	for _, warning := range p.menu.Warnings {
		r.env.Log.Warn().Str("stream", r.stream.Name).Msg(warning)
	}
	return r.rejects.load(ctx, r.session)
}

// selected returns the products that the user selected, or all.
func (p *productsRun) selected(products []biotrack.Product) []biotrack.Product {
	ids := p.run.opts.Only.IDs
	if len(ids) == 0 {
		return products
	}
	known := make(map[string]bool)
	kept := slices.DeleteFunc(products, func(product biotrack.Product) bool {
		known[menu.Key(product.ID)] = true
		return !slices.Contains(ids, menu.Key(product.ID))
	})
	p.run.absent = without(ids, known)
	return kept
}

func (p *productsRun) execute(ctx context.Context) error {
	r := p.run
	d := menu.NewDiff(p.products, p.menu.Line)
	if r.findings != nil {
		d.Report = r.findings.add
	}
	r.step(stepMenu, int64(len(p.products)))
	err := r.session.Products(ctx, func(stored *blackbird.Product) {
		if len(r.opts.Only.IDs) == 0 || slices.Contains(r.opts.Only.IDs, menu.Key(stored.ID)) {
			d.Compare(stored)
		} else if stored.OnMenu {
			d.OnMenu++
		}
		r.advance(1)
	})
	if err != nil {
		return err
	}
	d.Finish()
	if r.opts.verify && r.opts.DryRun {
		r.pass.Counts.Add(d.Counts)
		return p.excludePending(ctx)
	}
	if err := r.checkRemovals(d.Counts.Removed, d.OnMenuBefore); err != nil {
		return err
	}
	if err := r.addRejects(ctx, d.Rejects); err != nil {
		return err
	}
	if err := r.pass.MergeProducts(ctx, d.Write, d.Rejects, d.Counts); err != nil {
		return err
	}
	crash.Here("menu merged")
	r.onMenu = &d.OnMenu
	r.rejects.complete = !r.opts.keepsWatermark()
	return r.save(p.position.String(), nil, r.pass.Counts.Read)
}
