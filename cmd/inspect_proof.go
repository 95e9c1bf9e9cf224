package cmd

import (
	"fmt"
	"io"

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
	best := proof.Levels[0]
	for _, level := range proof.Levels {
		share := percent(level.Agree, proof.Sold)
		rows = append(rows, []string{output.Int(level.Level), output.Int(level.Agree), share})
		if level.Agree > best.Agree {
			best = level
		}
	}
	fmt.Fprintf(w, "%d products were sold often enough lately to tell\n", proof.Sold)
	output.Table(w, []string{"level", "sold at its prices", "share"}, rows)
	if proof.PerUnit {
		fmt.Fprintln(w, "lines of sales have the price of one unit")
	}
	m := proof.Menu
	if m == nil {
		fmt.Fprintf(w, "no member level is configured: level %d fits best\n", best.Level)
		a.writeNext(w, fmt.Sprintf("inspect prices --proof --member-level %d", best.Level))
		return
	}
	told := m.Agree + m.Differ
	fmt.Fprintf(w, "menu of member level %d: %s of %d products were sold at the price shown; %d differ; "+
		"%d were not sold often enough to tell\n", found.Menu.Level, percent(m.Agree, told), told, m.Differ, m.NotSold)
	if best.Agree > proof.At(found.Menu.Level) {
		fmt.Fprintf(w, "level %d fits better\n", best.Level)
	}
	if len(m.Differing) == 0 {
		return
	}
	rows = nil
	for _, p := range m.Differing {
		sold := p.SoldQuantity + " for " + p.SoldPrice
		rows = append(rows, []string{output.Int(p.ID), p.Name, breaksText(p.Menu), sold, output.Int(p.Times)})
	}
	output.Table(w, []string{"id", "name", "on the menu", "sold", "times"}, rows)
}

// percent returns a share of a whole, rounded down: 100 % is all.
func percent(part, whole int) string {
	if whole == 0 {
		return "none"
	}
	return fmt.Sprintf("%d %%", 100*part/whole)
}
