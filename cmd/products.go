package cmd

import (
	"context"
	"fmt"
	"io"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/blackbirdctl/blackbirdctl/cmd/config"
	"github.com/blackbirdctl/blackbirdctl/cmd/output"
	"github.com/blackbirdctl/blackbirdctl/sync"
	"github.com/blackbirdctl/blackbirdctl/sync/menu"
)

const productsShowHelp = `Show why a product is on the menu, or why not: its lots by room with how much of each
counts as stock for sale, its price table, and the line that a pass with these settings would make of it. It reads
BioTrack and no store.`

func (a *app) products() *cobra.Command {
	show := command("show PRODUCT", "Show a product's lots and prices, and why it is or is not on the menu",
		"  blackbirdctl products show 42", cobra.ExactArgs(1), a.showProduct)
	show.Long = productsShowHelp
	a.cfg.AddFlags(show.Flags(), config.MenuFlags...)
	return group("products", "Show what decides about a product's line of the menu", show)
}

func (a *app) showProduct(ctx context.Context, args []string) error {
	id, err := strconv.ParseInt(args[0], 10, 64)
	if err != nil {
		return &usageError{err: fmt.Errorf("product %q is not a product's number", args[0])}
	}
	source, err := a.openSource(ctx)
	if err != nil {
		return err
	}
	defer source.Close()
	if err := a.warnLocations(ctx, source); err != nil {
		return err
	}
	found, err := sync.InspectProduct(ctx, source, a.cfg.Locations, a.cfg.Menu(), id)
	if err != nil {
		return err
	}
	if found == nil {
		return notFound(fmt.Sprintf("BioTrack has no product %d", id),
			"`blackbirdctl menu` shows the numbers of products; with --locations, others' products are not known")
	}
	return a.print(found, func(w io.Writer) { writeProduct(w, found) })
}

func writeProduct(w io.Writer, p *menu.ProductFound) {
	output.Row(w, "product", output.Int(p.ID)+", "+p.Name)
	if p.OnMenu {
		output.Row(w, "menu", fmt.Sprintf("on the menu, %d units left", p.UnitsLeft))
	} else {
		output.Row(w, "menu", "not on the menu: "+p.Reason+": "+p.Detail)
	}
	output.Row(w, "stock", fmt.Sprintf("%s %s for sale, reserve %s", p.Quantity, p.Unit, p.Reserve))
	if p.MemberLevel != nil {
		output.Row(w, "level", output.Int(*p.MemberLevel))
	}
	fmt.Fprintln(w)
	var rows [][]string
	for _, l := range p.Lots {
		rows = append(rows, []string{l.Lot, output.Int(l.Room), l.RoomName, l.Amount, l.Counts, l.Reason})
	}
	output.Table(w, []string{"LOT", "ROOM", "NAME", "AMOUNT", "COUNTS", "WHY NOT ALL"}, rows)
	fmt.Fprintln(w)
	rows = nil
	for _, cells := range sampleRows(p.PriceSample) {
		rows = append(rows, cells[2:])
	}
	output.Table(w, []string{"AT", "PRICES"}, rows)
	for _, warning := range p.Warnings {
		fmt.Fprintf(w, "warning: %s\n", warning)
	}
}
