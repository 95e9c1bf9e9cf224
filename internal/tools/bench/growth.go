package main

import (
	"fmt"

	"github.com/blackbirdctl/blackbirdctl/internal/tools/lab"
)

// growthStep is one row of the growth table. The steps follow one another on one store.
type growthStep struct {
	name   string
	before []step
	ours   []string
	rows   func(size) int // how many rows it looks at, or has changed
}

func allCustomers(s size) int { return s.customers }
func allTickets(s size) int   { return s.tickets }
func changedOnly(size) int    { return changedTickets }

// growthSteps are the growth table's rows.
func growthSteps() []growthStep {
	return []growthStep{
		{"customers, first pass", []step{freshStores}, syncCustomers, allCustomers},
		{"orders, first pass", nil, syncOrders, allTickets},
		{"orders, --full over identical rows", nil, full(syncOrders), allTickets},
		{"orders, nothing changed", nil, syncOrders, allTickets},
		{"orders, 1,000 changed", []step{changeTickets}, syncOrders, changedOnly},
		{"points, first pass", nil, recompute, allTickets},
		{"points, --full over a filled ledger", nil, full(recompute), allTickets},
		{"points, 1,000 orders changed", []step{changeTickets, pass(syncOrders...)}, recompute, changedOnly},
		{"verify of everything", []step{pass(syncProducts...)}, verify, allTickets},
		{"orders, first pass, SQLite", []step{embedded, freshStores, pass(syncCustomers...)}, syncOrders, allTickets},
		{"orders, --full over identical rows, SQLite", nil, full(syncOrders), allTickets},
		{"orders, nothing written at the till, SQLite", nil, syncOrders, allTickets},
		{"points, first pass, SQLite", nil, recompute, allTickets},
		{"points, --full over a filled ledger, SQLite", nil, full(recompute), allTickets},
		{"verify of everything, SQLite", []step{pass(syncProducts...)}, verify, allTickets},
	}
}

// grown is one cell of the growth table.
type grown struct {
	seconds, microsPerRow, peakMiB float64
}

// growth is the growth table: of each size one column.
type growth struct {
	tickets []int
	cells   [][]grown // by column, then by row
}

// measureGrowth runs the steps once for each size, in a shop of its own.
func (b *bench) measureGrowth(to *report) {
	for _, n := range b.growth {
		column := b.growTo(size{tickets: n, customers: max(1, n/5), products: min(n/10, 1000),
			lots: min(n/10, 1000) * 3})
		to.growth.tickets, to.growth.cells = append(to.growth.tickets, n), append(to.growth.cells, column)
	}
}

// growTo makes one column. Its databases are dropped in the end, as the large ones take much room.
func (b *bench) growTo(s size) (column []grown) {
	b.makeSource(s)
	r := &rig{bench: b, stores: b.server}
	r.haveRejects(fewRejects)
	for _, g := range growthSteps() {
		r.perform(g.before)
		o := r.observe(r.binary(g.ours...), 1)
		column = append(column, grown{o.Seconds, o.Seconds * 1e6 / float64(g.rows(s)), o.PeakMiB})
		b.Logf("%s, %d tickets: %s s, %s MiB", g.name, s.tickets, lab.Short(o.Seconds), lab.Short(o.PeakMiB))
	}
	for _, name := range []string{sourceDB, oursDB, yardstickDB, peerDB} {
		b.Check(b.server.DropDatabase(b.Context(), name))
	}
	return column
}

// lines are the growth table's cells as text, with a header.
func (g growth) lines() [][]string {
	header := []string{"task"}
	for _, n := range g.tickets {
		header = append(header, lab.Thousands(n)+" tickets")
	}
	lines := [][]string{header}
	for i, s := range growthSteps() {
		line := []string{s.name}
		for _, column := range g.cells {
			c := column[i]
			line = append(line, fmt.Sprintf("%s s, %s µs, %s MiB", lab.Short(c.seconds), lab.Short(c.microsPerRow),
				lab.Short(c.peakMiB)))
		}
		lines = append(lines, line)
	}
	return lines
}
