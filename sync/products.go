package sync

import (
	"context"
	"errors"
	"slices"

	"github.com/blackbirdctl/blackbirdctl/biotrack"
	"github.com/blackbirdctl/blackbirdctl/blackbird"
	"github.com/blackbirdctl/blackbirdctl/internal/crash"
	"github.com/blackbirdctl/blackbirdctl/sync/checkpoint"
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
	stock    *stock
	level    int64
	warnings []string
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
	for _, warning := range r.warnings {
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

// resolve finds what the settings name on the shelves, and makes ready to count the lots.
func (r *productsRun) resolve(shelves *biotrack.Catalog) (_ biotrack.LotReader, err error) {
	if r.level, err = findLevel(r.Menu.Level, shelves.Levels); err != nil {
		return nil, err
	}
	var selling map[int64]bool
	if selling, r.warnings, err = findRooms(r.Menu.Rooms, shelves.Rooms); err != nil {
		return nil, err
	}
	r.products, r.stock = r.selected(shelves.Products), newStock(selling)
	return r.stock.add, nil
}

func (r *productsRun) execute(ctx context.Context) error {
	m := newMenuChange(r.products, func(p *biotrack.Product) wantedLine {
		line, reject := menuLine(p, r.level, r.stock, r.Menu.Reserve)
		return wantedLine{line: line, reject: reject}
	})
	if r.found != nil {
		m.watch = r.found.add
	}
	r.step(stepMenu, int64(len(r.products)))
	if err := r.session.Products(ctx, r.compare(m)); err != nil {
		return err
	}
	m.complete()
	if r.verify && r.DryRun {
		r.pass.Counts.Add(m.counts)
		return r.forgive(ctx)
	}
	if err := r.MaxRemovals.guard(StreamProducts, m.counts.Removed, m.onMenu); err != nil {
		return err
	}
	if err := r.rejects.add(m.rejects, r.MaxRejects, StreamProducts); err != nil {
		return errors.Join(err, r.pass.ListRejects(ctx, m.rejects))
	}
	if err := r.pass.MergeProducts(ctx, m.write, m.rejects, m.counts); err != nil {
		return err
	}
	crash.Here("menu merged")
	r.onMenu = &m.shown
	r.rejects.complete = !r.aside()
	return r.save(r.position.String(), nil, r.pass.Counts.Read)
}

// compare compares the stored lines that the pass is about.
func (r *productsRun) compare(m *menuChange) func(*blackbird.Product) {
	return func(stored *blackbird.Product) {
		if len(r.Only.IDs) == 0 || slices.Contains(r.Only.IDs, productKey(stored.ID)) {
			m.compare(stored)
		} else if stored.OnMenu {
			m.shown++
		}
		r.advance(1)
	}
}

// wantedLine is what a product's line should be, or why it cannot be told.
type wantedLine struct {
	line   blackbird.Product
	reject *blackbird.Reject
}

// menuChange is what a pass has to write to make the stored menu the wanted one. Of lines that stay as they are it keeps nothing.
type menuChange struct {
	write   []blackbird.Product
	rejects []blackbird.Reject
	counts  blackbird.Counts
	// onMenu is how many products the stored menu shows, shown how many it will show.
	onMenu, shown int64

	products []biotrack.Product
	line     func(*biotrack.Product) wantedLine
	// watch is told of lines that differ, nil where nobody asks.
	watch func(...blackbird.Difference)
	// left are the products whose stored line has not been seen, by id.
	left map[int64]*biotrack.Product
}

func newMenuChange(products []biotrack.Product, line func(*biotrack.Product) wantedLine) *menuChange {
	m := &menuChange{
		counts: blackbird.Counts{Read: int64(len(products))}, products: products, line: line, left: make(map[int64]*biotrack.Product, len(products)),
	}
	for i := range products {
		m.left[products[i].ID] = &products[i]
	}
	return m
}

// compare holds a stored line against the wanted one. What BioTrack no longer has leaves the menu.
func (m *menuChange) compare(stored *blackbird.Product) {
	if stored.OnMenu {
		m.onMenu++
	}
	product := m.left[stored.ID]
	if product == nil {
		m.takeOff(stored)
		return
	}
	delete(m.left, stored.ID)
	m.place(m.line(product), stored)
}

// complete adds the lines that the stored menu does not have.
func (m *menuChange) complete() {
	for i := range m.products {
		if product := m.left[m.products[i].ID]; product != nil {
			m.place(m.line(product), nil)
		}
	}
}

func (m *menuChange) place(w wantedLine, old *blackbird.Product) {
	if w.reject == nil && w.line.OnMenu {
		m.shown++
	}
	switch {
	case w.reject != nil:
		m.rejects = append(m.rejects, *w.reject)
		m.counts.Rejected++
		if old != nil {
			m.takeOff(old)
		}
	case old == nil:
		m.report(blackbird.Difference{Key: productKey(w.line.ID), Kind: blackbird.Missing})
		m.write = append(m.write, w.line)
		m.counts.Inserted++
	case old.Equal(&w.line):
		m.counts.Unchanged++
	default:
		m.report(blackbird.Difference{Key: productKey(old.ID), Kind: blackbird.Differs, Fields: old.Differs(&w.line)})
		m.write = append(m.write, w.line)
		if old.OnMenu && !w.line.OnMenu {
			m.counts.Removed++
			return
		}
		m.counts.Updated++
	}
}

func (m *menuChange) report(d blackbird.Difference) {
	if m.watch != nil {
		m.watch(d)
	}
}

// takeOff keeps a stored line as it is, but off the menu.
func (m *menuChange) takeOff(old *blackbird.Product) {
	if !old.OnMenu {
		return
	}
	m.report(blackbird.Difference{Key: productKey(old.ID), Kind: blackbird.Surplus, Fields: []string{"on_menu"}})
	off := *old
	off.OnMenu = false
	m.write = append(m.write, off)
	m.counts.Removed++
}
