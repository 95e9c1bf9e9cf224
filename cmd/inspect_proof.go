package cmd

import (
	"fmt"
	"io"

	"github.com/blackbirdctl/blackbirdctl/cmd/config"
	"github.com/blackbirdctl/blackbirdctl/cmd/output"
	"github.com/blackbirdctl/blackbirdctl/sync/menu"
)

// writeProof writes what BioTrack's own sales say of the prices.
func (a *app) writeProof(w io.Writer, found *menu.PricesFound) {
	proof := found.Proof
	if proof.Unreadable > 0 {
		fmt.Fprintf(w, "%d products were sold often enough lately, and have price points that cannot be read: "+
			"`blackbirdctl inspect prices` shows their forms\n", proof.Unreadable)
	}
	if proof.Sold == 0 {
		if proof.Unreadable == 0 {
			fmt.Fprintln(w, "no product was sold often enough lately to prove its price")
		}
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
	if m := found.Menu; m != nil {
		fmt.Fprintln(w, verdict(proof, m.Level))
		writeDiffering(w, proof.Menu)
		return
	}
	best := proof.Best().Level
	fmt.Fprintf(w, "no member level is configured: level %d fits best\n", best)
	if better := proof.Better(best); better != "" {
		fmt.Fprintln(w, better)
	}
	a.writeNext(w, fmt.Sprintf("inspect prices --proof --member-level %d", best))
}

// verdict says in one line how well the sales fit the menu, and what fits them better.
func verdict(proof *menu.Proof, level int64) string {
	m := proof.Menu
	told := m.Agree + m.Differ
	text := fmt.Sprintf("%s of %d products were sold at the price shown; %d differ; "+
		"%d were not sold often enough to tell", percent(m.Agree, told), told, m.Differ, m.NotSold)
	if better := proof.Better(level); better != "" {
		text += "; " + better
	}
	return text
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
	if proof.Shared > 0 {
		fmt.Fprintf(w, "%d lines are of lots that lie in several rooms, and count for each\n", proof.Shared)
	}
	if proof.Unknown > 0 {
		fmt.Fprintf(w, "%d more lines are of lots that are not there, or whose rooms cannot be read\n", proof.Unknown)
	}
	configured, fit := config.FormatList(proof.Configured, "none"), config.FormatList(proof.Fit, "none")
	fmt.Fprintf(w, "%s of %d lines were of lots in rooms %s", percent(proof.FitCovers, proof.Lines), proof.Lines, fit)
	if configured != fit {
		fmt.Fprintf(w, "; --rooms %s covers %s", configured, percent(proof.Covered, proof.Lines))
	}
	if len(proof.Fit) == 0 {
		fmt.Fprintln(w, "; no room that can be sold from fits")
		return
	}
	fmt.Fprintf(w, "; --rooms %s fits\n", fit)
	if proof.Missed > 0 {
		fmt.Fprintf(w, "%d products were sold only of lots that lie in none of the configured rooms\n", proof.Missed)
		var rows [][]string
		for _, p := range proof.Missing {
			in := config.FormatList(p.Rooms, "")
			rows = append(rows, []string{output.Int(p.ID), p.Name, in, output.Int(p.Lines)})
		}
		output.Table(w, []string{"id", "name", "rooms", "lines"}, rows)
	}
	a.writeNext(w, "inspect prices --member-level LEVEL --rooms "+fit)
}

// percent returns a share of a whole, rounded down: 100 % is all.
func percent[N int | int64](part, whole N) string {
	if whole == 0 {
		return "none"
	}
	return fmt.Sprintf("%d %%", 100*part/whole)
}
