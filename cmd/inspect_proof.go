package cmd

import (
	"cmp"
	"fmt"
	"io"
	"strings"

	"github.com/blackbirdctl/blackbirdctl/biotrack"
	"github.com/blackbirdctl/blackbirdctl/cmd/config"
	"github.com/blackbirdctl/blackbirdctl/cmd/output"
	"github.com/blackbirdctl/blackbirdctl/sync/menu"
)

// writeProof writes what BioTrack's own sales say of the prices.
func (a *app) writeProof(w io.Writer, found *menu.PricesFound) {
	proof := found.Proof
	if proof.Sold == 0 {
		fmt.Fprintln(w, "no product was sold often enough lately to prove its price")
		return
	}
	var rows [][]string
	for _, level := range proof.Levels {
		share := percent(level.Agree, proof.Sold)
		rows = append(rows, []string{output.Int(level.Level), output.Int(level.Agree), share})
	}
	fmt.Fprintf(w, "%d products were sold often enough lately to tell\n", proof.Sold)
	output.Table(w, []string{"level", "mostly sold at its prices", "share"}, rows)
	if proof.PerUnit {
		fmt.Fprintln(w, "lines of sales have the price of one unit")
	}
	best := proof.Best()
	if m := found.Menu; m != nil {
		fmt.Fprintln(w, verdict(proof, m.Level))
		writeDiffering(w, proof.Menu)
		return
	}
	if proof.Misread != nil {
		fmt.Fprintln(w, misread(proof))
	}
	fmt.Fprintf(w, "no member level is configured: level %d fits best\n", best.Level)
	a.writeNext(w, fmt.Sprintf("inspect prices --proof --member-level %d", best.Level))
}

// verdict says in one line how well the sales fit the menu, and what fits them better.
func verdict(proof *menu.Proof, level int64) string {
	m, best := proof.Menu, proof.Best()
	told := m.Agree + m.Differ
	parts := []string{
		fmt.Sprintf("%s of %d products were sold at the price shown", percent(m.Agree, told), told),
		fmt.Sprintf("%d differ", m.Differ),
		fmt.Sprintf("%d were not sold often enough to tell", m.NotSold),
	}
	if best.Agree > proof.At(level) {
		parts = append(parts, fmt.Sprintf("level %d fits better", best.Level))
	}
	switch {
	case proof.Misread != nil:
		parts = append(parts, misread(proof))
	case m.Ratio != nil:
		parts = append(parts, fmt.Sprintf("%d were sold at %d %% of it", m.Ratio.Products, m.Ratio.Percent))
	}
	return strings.Join(parts, "; ")
}

func misread(proof *menu.Proof) string {
	return fmt.Sprintf("price points with %s fit %s", proof.Misread.Reading, percent(proof.Misread.Agree, proof.Sold))
}

func writeDiffering(w io.Writer, m *menu.ProvenMenu) {
	if len(m.Differing) == 0 {
		return
	}
	var rows [][]string
	for _, p := range m.Differing {
		sold := p.SoldQuantity + " for " + p.SoldPrice
		rows = append(rows, []string{output.Int(p.ID), p.Name, breaksText(p.Menu), sold, output.Int(p.Times)})
	}
	output.Table(w, []string{"id", "name", "on the menu", "sold", "times"}, rows)
}

// writeRoomsProof writes which rooms the lots lie in that were sold lately, and what the configured ones miss.
func (a *app) writeRoomsProof(w io.Writer, proof *menu.RoomsProof) {
	if proof.Lines == 0 {
		fmt.Fprintf(w, "none of %d lines of sales names a lot of the inventory\n", proof.Unknown)
		return
	}
	var rows [][]string
	for _, room := range proof.Rooms {
		name := room.Name
		if room.ID == biotrack.BulkRoom {
			name = cmp.Or(name, "the bulk room")
		}
		rows = append(rows, []string{
			output.Int(room.ID), name, output.Int(room.Lines), percent(room.Lines, proof.Lines),
			output.Int(room.Products),
		})
	}
	output.Table(w, []string{"id", "name", "lines", "share", "products"}, rows)
	if proof.Shared > 0 {
		fmt.Fprintf(w, "%d lines are of lots that lie in several rooms, and count for each\n", proof.Shared)
	}
	if proof.Unknown > 0 {
		fmt.Fprintf(w, "%d more lines are of lots that are not there, or whose rooms cannot be read\n", proof.Unknown)
	}
	fit := config.FormatList(proof.Fit.Rooms, "none")
	line := fmt.Sprintf("%s of %d lines were of lots in rooms %s", percent(proof.Fit.Lines, proof.Lines), proof.Lines,
		fit)
	if configured := config.FormatList(proof.Configured.Rooms, "none"); configured != fit {
		line += fmt.Sprintf("; --rooms %s covers %s", configured, percent(proof.Configured.Lines, proof.Lines))
	}
	if len(proof.Fit.Rooms) == 0 {
		fmt.Fprintln(w, line+"; no room that can be sold from fits")
		return
	}
	fmt.Fprintf(w, "%s; --rooms %s fits\n", line, fit)
	writeMissed(w, proof)
	a.writeNext(w, "inspect prices --member-level LEVEL --rooms "+fit)
}

// writeMissed writes the products that were sold only of lots in rooms that are not configured.
func writeMissed(w io.Writer, proof *menu.RoomsProof) {
	if proof.Missed == 0 {
		return
	}
	fmt.Fprintf(w, "%d products were sold only of lots that lie in none of the configured rooms\n", proof.Missed)
	var rows [][]string
	for _, p := range proof.Missing {
		rows = append(rows, []string{output.Int(p.ID), p.Name, config.FormatList(p.Rooms, ""), output.Int(p.Lines)})
	}
	output.Table(w, []string{"id", "name", "rooms", "lines"}, rows)
}

// percent returns a share of a whole, rounded down: 100 % is all.
func percent[N int | int64](part, whole N) string {
	if whole == 0 {
		return "none"
	}
	return fmt.Sprintf("%d %%", 100*part/whole)
}
