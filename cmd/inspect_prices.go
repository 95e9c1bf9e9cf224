package cmd

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/blackbirdctl/blackbirdctl/biotrack"
	"github.com/blackbirdctl/blackbirdctl/cmd/config"
	"github.com/blackbirdctl/blackbirdctl/cmd/output"
	"github.com/blackbirdctl/blackbirdctl/sync"
	"github.com/blackbirdctl/blackbirdctl/sync/menu"
)

// defaultSamples is how many products are shown unasked.
const defaultSamples = 20

func (a *app) inspectPrices() *cobra.Command {
	var limit int64
	c := inspection(a, "prices", "What is read in the price points, and what the settings would put on the menu",
		func(ctx context.Context, source *biotrack.Source) (*menu.PricesFound, error) {
			return sync.InspectPrices(ctx, source, a.cfg.Locations, a.cfg.Menu(), int(limit))
		}, a.pricesText)
	c.Example = "  blackbirdctl inspect prices --member-level Non-Member --rooms 0,3"
	a.cfg.AddMenuFlags(c.Flags())
	config.Flag(c.Flags(), &limit, "limit", config.AtLeast(1, ""), defaultSamples, "how many products to show")
	return c
}

func (a *app) pricesText(w io.Writer, found *menu.PricesFound) {
	var rows [][]string
	for _, sample := range found.Samples {
		rows = append(rows, sampleRows(sample)...)
	}
	output.Table(w, []string{"id", "name", "at", "prices"}, rows)
	writeBadPrices(w, found)
	if found.Menu == nil {
		fmt.Fprintf(w, "no member level is configured, so no menu can be told: %s\n", found.LevelHint)
		a.next(w, "inspect prices --member-level LEVEL"+a.roomsSetting())
		return
	}
	writeOutlook(w, found.Menu)
	settings := fmt.Sprintf(" --member-level %d", found.Menu.Level) + a.roomsSetting()
	a.next(w, a.firstPasses(settings)...)
	fmt.Fprintln(w, "then: blackbirdctl verify")
}

func writeBadPrices(w io.Writer, found *menu.PricesFound) {
	if found.BadPrices == 0 {
		return
	}
	fmt.Fprintf(w, "%d products have a price point that does not parse, and stay off the menu until it does:\n", found.BadPrices)
	for _, bad := range found.Bad {
		fmt.Fprintf(w, "%d: %s\n", bad.ID, bad.Problem)
	}
}

// writeOutlook says what a pass would put on the menu.
func writeOutlook(w io.Writer, o *menu.Outlook) {
	rooms := config.FormatList(o.Rooms, "none")
	fmt.Fprintf(w, "member level %d, rooms %s, reserve %s: %d products on the menu", o.Level, rooms, o.Reserve, o.OnMenu)
	if len(o.Off) > 0 {
		fmt.Fprintf(w, "; off it: %s", output.Tally(o.Off))
	}
	fmt.Fprintln(w)
	for _, warning := range o.Warnings {
		fmt.Fprintf(w, "warning: %s\n", warning)
	}
}

// sampleRows are a product's price points, and below them what is read in them at each level.
func sampleRows(sample menu.PriceSample) (rows [][]string) {
	add := func(at, prices string) {
		if prices != "" {
			rows = append(rows, []string{output.Int(sample.ID), sample.Name, at, prices})
		}
	}
	add("price point", sample.PricePoint)
	add("category's", sample.CategoryPricePoint)
	for _, level := range sample.Levels {
		var breaks []string
		for _, b := range level.Breaks {
			breaks = append(breaks, b.Quantity+" for "+b.Price)
		}
		add("level "+output.Int(level.Level), strings.Join(breaks, ", "))
	}
	if len(rows) == 0 {
		add("price point", "none")
	}
	return rows
}

// roomsSetting spells the options that the menu depends on, but for the level.
func (a *app) roomsSetting() string {
	settings := " --rooms " + config.FormatList(a.cfg.Rooms, "none")
	if !a.cfg.Reserve.IsZero() {
		settings += " --reserve " + a.cfg.Reserve.String()
	}
	return settings
}

// firstPasses are the commands that fill the store.
func (a *app) firstPasses(menuSettings string) (commands []string) {
	for _, stream := range a.cfg.Streams {
		command := sync.StreamNamed(stream).Command
		if stream == sync.Products.Name {
			command += menuSettings
		}
		commands = append(commands, command)
	}
	return commands
}
