package sync

import (
	"cmp"
	"context"
	"slices"
	"strconv"

	"github.com/blackbirdctl/blackbirdctl/biotrack"
	"github.com/blackbirdctl/blackbirdctl/blackbird"
	"github.com/blackbirdctl/blackbirdctl/internal/crash"
	"github.com/blackbirdctl/blackbirdctl/sync/checkpoint"
	"github.com/blackbirdctl/blackbirdctl/sync/menu"
)

// productsRun is a pass over the products. A line of the menu depends on products, lots, rooms, levels and settings
// together, so each pass reads all of it in one short snapshot and writes what differs.
type productsRun struct {
	run      *run
	position biotrack.Position
	products []biotrack.Product
	menu     *menu.Menu
	// former is the watermark that a verification compares with, nil for none.
	former *checkpoint.Watermark
}

// prepare reads the inventory and finds there what the settings name. Another server's inventory is refused: it would
// empty the menu, or fill it with what this shop does not have.
func (p *productsRun) prepare(ctx context.Context) error {
	r := p.run
	w, now, err := r.readStart(ctx)
	if err != nil {
		return err
	}
	switch {
	case r.opts.Full:
		r.result.Mode = ModeFull
	case w == nil:
		r.result.Mode = ModeFirst
	default:
		r.result.Mode = ModeIncremental
		if problem := otherSource(w, now.Identity); problem != "" {
			return refusal(r.stream, problem)
		}
	}
	if r.opts.keepsWatermark() {
		r.result.Mode, p.former = cmp.Or(r.opts.mode, ModeBackfill), w
	}
	accepted := make(map[string]string)
	if w != nil {
		accepted = w.Settings
	}
	if p.position = now.Positions.Durable; p.position == 0 {
		p.position = now.Positions.Next // it only says what may have changed since, to a verification
	}
	r.step("reading the inventory", 0)
	p.menu, err = withRetry(ctx, r, func() (m *menu.Menu, err error) {
		err = r.env.Source.Inventory(ctx, r.opts.Locations,
			func(c *biotrack.Catalog) (_ biotrack.LotReader, err error) {
				if m, err = menu.New(r.opts.Menu, c, accepted); err != nil {
					return nil, err
				}
				p.products = p.selected(c.Products)
				return m.AddLot, nil
			})
		return m, err
	})
	if err != nil {
		return err
	}
	if err := p.checkSettings(w); err != nil {
		return err
	}
	if err := p.checkPrices(ctx, w); err != nil {
		return err
	}
	r.warnings = append(r.warnings, p.menu.Warnings...)
	return r.rejects.load(ctx, r.session, r.opts.DryRun)
}

// checkSettings refuses settings that are not those of the watermark, unless everything is to be read again: they would
// reprice or empty the menu. A watermark of a version that kept none accepts any. A room or a level that was accepted,
// and has since gone from BioTrack, is a problem of the pass; any other that is not there is refused.
func (p *productsRun) checkSettings(w *checkpoint.Watermark) error {
	r := p.run
	r.watermark.Settings = r.opts.Menu.Accepted(p.menu.Level)
	r.watermark.Settings["locations"] = r.opts.locationsSetting()
	if w != nil && len(w.Settings) > 0 {
		r.result.SettingsChanged = changedSettings(w.Settings, r.watermark.Settings)
	}
	changed := len(r.result.SettingsChanged) > 0
	switch {
	case p.menu.Gone != nil && (w == nil || changed):
		return p.menu.Gone
	case changed && !r.opts.Full:
		return refusal(r.stream, settingsProblem(r.result.SettingsChanged))
	}
	r.problem = cmp.Or(p.menu.Gone, r.problem)
	return nil
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
	p.run.result.Absent = without(ids, known)
	return kept
}

func (p *productsRun) execute(ctx context.Context) error {
	r := p.run
	d := menu.NewDiff(p.products, p.menu.Line, p.menu.Held, r.findings.add)
	r.step("comparing the menu", int64(len(p.products)))
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
	refused := r.checkRemovals(d.Counts.Removed, d.OnMenuBefore)
	if r.opts.mode == ModeVerify {
		r.pass.Counts.Add(d.Counts)
		if refused != nil && d.Settle(true) > 0 {
			return nil // the next pass holds lines back: they are differences until a person decides
		}
		return p.excludePending(ctx)
	}
	if err := p.settle(d, refused); err != nil {
		return err
	}
	if err := r.addRejects(ctx, d.Rejects); err != nil {
		return err
	}
	if err := r.pass.MergeProducts(ctx, d.Write, d.Rejects, d.Counts); err != nil {
		return err
	}
	crash.Here("menu merged")
	r.result.OnMenu = &d.OnMenu
	if r.opts.Full {
		r.result.MenuChanges = &d.Changes
	}
	if refused != nil {
		return nil // and the watermark stays: the next pass has them before it again
	}
	r.rejects.complete = !r.opts.keepsWatermark()
	return r.save(p.position.String(), nil, r.pass.Counts.Read)
}

// settle holds back removals beyond the limit, but for what is sold out: the guard must not sell what is not there.
// Under other settings than the last pass nothing at all is written then, for the lines that stay would have the old
// prices.
func (p *productsRun) settle(d *menu.Diff, refused *TooManyRemovalsError) error {
	r := p.run
	if refused != nil && len(r.result.SettingsChanged) > 0 {
		return refused
	}
	held := d.Settle(refused != nil)
	if refused != nil {
		refused.Written, refused.HeldBack = true, held
		r.problem = cmp.Or[error](r.problem, refused)
	}
	return nil
}

// excludePending takes out of the findings the products whose line depends on what was written at the source since the
// watermark, or on a lot that has expired since.
func (p *productsRun) excludePending(ctx context.Context) error {
	r := p.run
	if p.former == nil || len(r.findings.rows) == 0 {
		return nil
	}
	since, err := biotrack.ParsePosition(p.former.Position)
	if err != nil {
		return err
	}
	products, err := withRetry(ctx, r, func() ([]int64, error) {
		return r.env.Source.InventoryChanged(ctx, since, p.former.SavedAt)
	})
	if err != nil {
		return err
	}
	pending := make(map[string]bool)
	for _, product := range products {
		pending[menu.Key(product)] = true
	}
	r.findings.exclude(func(d *blackbird.Difference) bool { return pending[d.Key] })
	return r.checkPending()
}

// CheckMenu checks the settings of the menu against BioTrack, and returns the id of their member level. A room or a
// level that BioTrack does not have is a SetupError.
func CheckMenu(
	ctx context.Context, source *biotrack.Source, locations []int64, settings menu.Settings,
) (level string, err error) {
	var m *menu.Menu
	err = source.Inventory(ctx, locations, func(catalog *biotrack.Catalog) (_ biotrack.LotReader, err error) {
		if m, err = menu.New(settings, catalog, nil); err != nil {
			return nil, err
		}
		return m.AddLot, m.Gone
	})
	if err != nil {
		return "", err
	}
	return strconv.FormatInt(m.Level, 10), nil
}

// InspectLevels finds the member levels and how many products have a price at each.
func InspectLevels(
	ctx context.Context, source *biotrack.Source, locations []int64, grammar biotrack.PriceGrammar,
) (*menu.LevelsFound, error) {
	catalog, err := source.Catalog(ctx, locations)
	if err != nil {
		return nil, err
	}
	return menu.FindLevels(grammar, catalog), nil
}

// InspectRooms finds the rooms and how much stock lies in each; and with proof what BioTrack's own sales say of the
// configured rooms, with up to limit products. With proof a room that BioTrack does not have is a SetupError.
func InspectRooms(
	ctx context.Context, source *biotrack.Source, locations, rooms []int64, limit int, proof bool,
) (*menu.RoomsFound, error) {
	if !proof {
		rooms = nil // they may be wrong: this is the place to look them up
	}
	var count *menu.RoomCount
	err := source.Inventory(ctx, locations, func(catalog *biotrack.Catalog) (_ biotrack.LotReader, err error) {
		count, err = menu.NewRoomCount(catalog, rooms)
		return count.AddLot, err
	})
	if err != nil {
		return nil, err
	}
	heldBack, err := source.UnsellableLots(ctx, locations)
	if err == nil && proof {
		err = source.SoldLots(ctx, locations, recentLines, count.AddSold)
	}
	if err != nil {
		return nil, err
	}
	found := count.Found(heldBack)
	if proof {
		found.Proof = count.Proof(limit)
	}
	return found, nil
}

// InspectPrices reads the inventory as a products pass does, and finds what such a pass would do, with up to limit
// samples, and with proof what BioTrack's own sales say of the prices. A room or a member level that BioTrack does not
// have is a SetupError, as it is to a pass.
func InspectPrices(
	ctx context.Context, source *biotrack.Source, locations []int64, settings menu.Settings, limit int, proof bool,
) (*menu.PricesFound, error) {
	var preview *menu.Preview
	err := source.Inventory(ctx, locations, func(catalog *biotrack.Catalog) (_ biotrack.LotReader, err error) {
		preview, err = menu.NewPreview(settings, catalog)
		return preview.AddLot, err
	})
	if err != nil {
		return nil, err
	}
	found := preview.Found(limit)
	if proof {
		var sales []biotrack.Sold
		sales, err = recentSales(ctx, source, locations, recentLines)
		found.Proof = preview.Prove(sales, limit)
	}
	return found, err
}

// InspectProduct finds what decides about one product's line of the menu, and the line that a pass would make of it. It
// is nil if BioTrack has no product with that id. A room or a member level that BioTrack does not have is a SetupError.
func InspectProduct(
	ctx context.Context, source *biotrack.Source, locations []int64, settings menu.Settings, id int64,
) (*menu.ProductFound, error) {
	var preview *menu.Preview
	var lots []biotrack.Lot
	err := source.ProductInventory(ctx, locations, id, func(c *biotrack.Catalog) (_ biotrack.LotReader, err error) {
		preview, err = menu.NewPreview(settings, c)
		return func(lot biotrack.Lot) { lots = append(lots, lot) }, err
	})
	if err != nil {
		return nil, err
	}
	return preview.Product(id, lots), nil
}
