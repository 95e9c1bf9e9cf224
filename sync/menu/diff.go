package menu

import (
	"slices"

	"github.com/blackbirdctl/blackbirdctl/biotrack"
	"github.com/blackbirdctl/blackbirdctl/blackbird"
)

// Changes counts the lines of the menu that changed under a shopper's eyes.
type Changes struct {
	Repriced int64 `json:"repriced"`
	Left     int64 `json:"left"`
	Came     int64 `json:"came"`
}

// HeldFunc returns a stored line with today's stock, and reports whether that is a unit or more.
type HeldFunc func(*blackbird.Product) (blackbird.Product, bool)

// removal is a line as it is when it leaves the menu, and as it is if it has to stay.
type removal struct {
	off, held blackbird.Product
	changed   bool
}

// LineFunc returns the line that a product should have, or why there is none.
type LineFunc func(*biotrack.Product) (blackbird.Product, *blackbird.Reject)

// Diff is what a pass has to write to turn the stored menu into the wanted one. It keeps nothing of unchanged lines.
type Diff struct {
	Write   []blackbird.Product
	Rejects []blackbird.Reject
	Counts  blackbird.Counts
	// OnMenuBefore is how many products the stored menu shows, OnMenu how many it shows after the writes.
	OnMenuBefore, OnMenu int64
	// Changes counts what a shopper notices.
	Changes Changes

	products []biotrack.Product
	line     LineFunc
	held     HeldFunc
	// leaving are the removals that need not be: those of lines of which there is still a unit.
	leaving []removal
	report  func(...blackbird.Difference)
	// unseen are the products whose stored line was not compared yet, by id.
	unseen map[int64]*biotrack.Product
}

// NewDiff returns an empty Diff for the wanted menu of the products. It calls report for each line that differs.
func NewDiff(
	products []biotrack.Product, line LineFunc, held HeldFunc, report func(...blackbird.Difference),
) *Diff {
	d := &Diff{products: products, line: line, held: held, report: report, unseen: make(map[int64]*biotrack.Product)}
	d.Counts.Read = int64(len(products))
	for i := range products {
		d.unseen[products[i].ID] = &products[i]
	}
	return d
}

// Compare compares a stored line with the wanted one. A product that BioTrack no longer has leaves the menu.
func (d *Diff) Compare(stored *blackbird.Product) {
	if stored.OnMenu {
		d.OnMenuBefore++
	}
	product := d.unseen[stored.ID]
	if product == nil {
		d.takeOff(stored, *stored, blackbird.Surplus)
		return
	}
	delete(d.unseen, stored.ID)
	d.add(product, stored)
}

// Finish adds the lines that the stored menu lacks. All stored lines must have been compared.
func (d *Diff) Finish() {
	for i := range d.products {
		if product := d.unseen[d.products[i].ID]; product != nil {
			d.add(product, nil)
		}
	}
}

// add decides about a product's line; stored is nil where there is none.
func (d *Diff) add(product *biotrack.Product, stored *blackbird.Product) {
	line, reject := d.line(product)
	if reject == nil && line.OnMenu {
		d.OnMenu++
	}
	switch {
	case reject != nil:
		d.Rejects = append(d.Rejects, *reject)
		d.Counts.Rejected++
		if stored != nil {
			d.takeOff(stored, *stored, blackbird.Surplus)
		}
	case stored != nil && stored.OnMenu && !line.OnMenu:
		d.takeOff(stored, line, blackbird.Differs)
	case stored == nil:
		d.report(blackbird.Difference{Key: Key(line.ID), Kind: blackbird.Missing})
		d.Write = append(d.Write, line)
		d.Counts.Inserted++
		d.notice(&blackbird.Product{}, &line)
	case stored.Equal(&line):
		d.Counts.Unchanged++
	default:
		d.report(blackbird.Difference{Key: Key(line.ID), Kind: blackbird.Differs, Fields: stored.Differs(&line)})
		d.Write = append(d.Write, line)
		d.Counts.Updated++
		d.notice(stored, &line)
	}
}

// notice counts what a shopper sees of a line that did not leave.
func (d *Diff) notice(stored, line *blackbird.Product) {
	switch {
	case !line.OnMenu:
	case !stored.OnMenu:
		d.Changes.Came++
	case !slices.Equal(stored.PriceBreaks, line.PriceBreaks):
		d.Changes.Repriced++
	}
}

// takeOff writes a line as it is off the menu: a product's own line, or the stored one where there is none.
func (d *Diff) takeOff(stored *blackbird.Product, off blackbird.Product, kind string) {
	off.OnMenu = false
	if !stored.OnMenu {
		return
	}
	d.report(blackbird.Difference{Key: Key(stored.ID), Kind: kind, Fields: stored.Differs(&off)})
	d.Counts.Removed++
	d.Changes.Left++
	if held, ok := d.held(stored); ok {
		d.leaving = append(d.leaving, removal{off: off, held: held, changed: !stored.Equal(&held)})
		return
	}
	d.Write = append(d.Write, off)
}

// Settle adds the lines that leave the menu though there is still a unit of them. If they are held back they stay, with
// today's stock, and it returns how many. What is sold out leaves in any case.
func (d *Diff) Settle(holdBack bool) (held int64) {
	for _, r := range d.leaving {
		if !holdBack {
			d.Write = append(d.Write, r.off)
			continue
		}
		held++
		d.Counts.Unchanged++
		if r.changed {
			d.Write = append(d.Write, r.held)
			d.Counts.Unchanged--
			d.Counts.Updated++
		}
	}
	d.OnMenu += held
	d.Counts.Removed -= held
	d.Changes.Left -= held
	return held
}
