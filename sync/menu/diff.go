package menu

import (
	"github.com/blackbirdctl/blackbirdctl/biotrack"
	"github.com/blackbirdctl/blackbirdctl/blackbird"
)

// LineFunc returns the line that a product should have, or why there is none.
type LineFunc func(*biotrack.Product) (blackbird.Product, *blackbird.Reject)

// Diff is what a pass has to write to turn the stored menu into the wanted one. It keeps nothing of unchanged lines.
type Diff struct {
	Write   []blackbird.Product
	Rejects []blackbird.Reject
	Counts  blackbird.Counts
	// OnMenuBefore is how many products the stored menu shows, OnMenu how many it shows after the writes.
	OnMenuBefore, OnMenu int64

	products []biotrack.Product
	line     LineFunc
	report   func(...blackbird.Difference)
	// unseen are the products whose stored line was not compared yet, by id.
	unseen map[int64]*biotrack.Product
}

// NewDiff returns an empty Diff for the wanted menu of the products. It calls report for each line that differs.
func NewDiff(products []biotrack.Product, line LineFunc, report func(...blackbird.Difference)) *Diff {
	d := &Diff{products: products, line: line, report: report, unseen: make(map[int64]*biotrack.Product)}
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
		d.takeOff(stored)
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
			d.takeOff(stored)
		}
	case stored == nil:
		d.report(blackbird.Difference{Key: Key(line.ID), Kind: blackbird.Missing})
		d.Write = append(d.Write, line)
		d.Counts.Inserted++
	case stored.Equal(&line):
		d.Counts.Unchanged++
	default:
		d.report(blackbird.Difference{Key: Key(line.ID), Kind: blackbird.Differs, Fields: stored.Differs(&line)})
		d.Write = append(d.Write, line)
		if stored.OnMenu && !line.OnMenu {
			d.Counts.Removed++
			return
		}
		d.Counts.Updated++
	}
}

// takeOff keeps a stored line as it is, but off the menu.
func (d *Diff) takeOff(stored *blackbird.Product) {
	if !stored.OnMenu {
		return
	}
	d.report(blackbird.Difference{Key: Key(stored.ID), Kind: blackbird.Surplus, Fields: []string{"on_menu"}})
	off := *stored
	off.OnMenu = false
	d.Write = append(d.Write, off)
	d.Counts.Removed++
}
