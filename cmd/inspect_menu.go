package cmd

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/blackbirdctl/blackbirdctl/biotrack"
	"github.com/blackbirdctl/blackbirdctl/blackbird"
	"github.com/blackbirdctl/blackbirdctl/cmd/config"
	"github.com/blackbirdctl/blackbirdctl/cmd/output"
	"github.com/blackbirdctl/blackbirdctl/sync"
	"github.com/blackbirdctl/blackbirdctl/sync/menu"
)

func (a *app) inspectLevels() *cobra.Command {
	c := inspection(a, "levels", "Show the member levels, and how many products have a price at each",
		func(ctx context.Context, source *biotrack.Source) (*menu.LevelsFound, error) {
			return sync.InspectLevels(ctx, source, a.cfg.Locations, a.cfg.PricePoints)
		}, func(found *menu.LevelsFound) error {
			return a.print(found, func(w io.Writer) { a.writeLevels(w, found) })
		})
	a.cfg.AddFlags(c.Flags(), config.FlagPricePoints)
	return c
}

func (a *app) writeLevels(w io.Writer, found *menu.LevelsFound) {
	var rows [][]string
	// The example is the level with the most prices, one with a name if there is one.
	best := found.Levels[0]
	for _, level := range found.Levels {
		name := level.Name
		switch {
		case !level.Listed:
			name = "not listed by BioTrack: cannot be set"
		case level.Name == "" && level.ID == 0:
			name = "the default level"
		}
		rows = append(rows, []string{output.Int(level.ID), name, output.Int(level.Products)})
		if level.Listed && (level.Products > best.Products || best.Name == "" && level.Products == best.Products) {
			best = level
		}
	}
	output.Table(w, []string{"id", "name", "products with a price"}, rows)
	fmt.Fprintf(w, "out of %d products that are not deleted; %d price points cannot be parsed\n",
		found.Products, found.BadPrices)
	example := ": none has a price yet"
	if best.Products > 0 {
		example = ", such as --member-level " + output.Int(best.ID)
	}
	fmt.Fprintln(w, "set --member-level to the id or name of the level whose prices the menu shows"+example)
	a.writeNext(w, "inspect rooms")
}

func (a *app) inspectRooms() *cobra.Command {
	var proof bool
	c := inspection(a, "rooms", "Show the rooms, and how much stock for sale each has",
		func(ctx context.Context, source *biotrack.Source) (*menu.RoomsFound, error) {
			return sync.InspectRooms(ctx, source, a.cfg.Locations, a.cfg.Rooms, defaultSamples, proof)
		}, func(found *menu.RoomsFound) error {
			return a.print(found, func(w io.Writer) { a.writeRooms(w, found) })
		})
	c.Example = "  blackbirdctl inspect rooms\n\n" +
		"  # are these the rooms that BioTrack sells from?\n" +
		"  blackbirdctl inspect rooms --rooms 0 --proof"
	c.Flags().BoolVar(&proof, "proof", false,
		"show in which rooms the lots lie that BioTrack sold of lately, and what --rooms covers: by the newest "+
			"100,000 lines of sales")
	a.cfg.AddFlags(c.Flags(), "rooms")
	return c
}

func (a *app) writeRooms(w io.Writer, found *menu.RoomsFound) {
	heading := []string{"id", "name", "can be sold from", "lots", "products"}
	if found.Proof != nil {
		heading = append(heading, "lines sold", "share")
	}
	var rows [][]string
	// The example is the bulk room and the fullest of the others.
	example, fullest := []int64{biotrack.BulkRoom}, menu.RoomUse{}
	for _, room := range found.Rooms {
		name, sells := room.Name, "yes"
		if room.ID == biotrack.BulkRoom && name == "" {
			name = "the bulk room"
		}
		switch {
		case !room.Listed:
			sells = "no: not listed by BioTrack"
		case room.Quarantine:
			sells = "no: in quarantine"
		case room.ID != biotrack.BulkRoom && room.Products > fullest.Products:
			fullest = room
		}
		row := []string{output.Int(room.ID), name, sells, output.Int(room.Lots), output.Int(room.Products)}
		if found.Proof != nil {
			row = append(row, output.Int(room.LinesSold), percent(room.LinesSold, found.Proof.Lines))
		}
		rows = append(rows, row)
	}
	if fullest.Products > 0 {
		example = append(example, fullest.ID)
	}
	ids := config.FormatList(example, "")
	output.Table(w, heading, rows)
	if len(found.UnsellableLots) > 0 {
		fmt.Fprintf(w, "lots with stock that are not for sale in any room: %s\n", output.Tally(found.UnsellableLots))
	}
	if found.Proof != nil {
		a.writeRoomsProof(w, found.Proof)
		return
	}
	fmt.Fprintf(w, "set --rooms to the ids of the rooms to sell from, such as --rooms %s; unset means 0 alone\n", ids)
	a.writeNext(w, "inspect prices --member-level LEVEL --rooms "+ids)
}

// defaultSamples is how many products inspect prices shows by default.
const defaultSamples = 20

func (a *app) inspectPrices() *cobra.Command {
	var limit int64
	var proof bool
	c := inspection(a, "prices", "Show the price points as the program reads them, and the menu of these settings",
		func(ctx context.Context, source *biotrack.Source) (*menu.PricesFound, error) {
			return sync.InspectPrices(ctx, source, a.cfg.Locations, a.cfg.Menu(), int(limit), proof)
		}, func(found *menu.PricesFound) error {
			return a.print(found, func(w io.Writer) {
				if proof {
					a.writeProof(w, found)
					return
				}
				a.writePrices(w, found)
			})
		})
	c.Example = "  blackbirdctl inspect prices --member-level 0 --rooms 0\n\n" +
		"  # are these the prices at which BioTrack sells?\n" +
		"  blackbirdctl inspect prices --member-level 0 --proof"
	c.Flags().BoolVar(&proof, "proof", false,
		"hold the prices against those at which BioTrack sold lately: the newest 100,000 lines of sales")
	a.cfg.AddFlags(c.Flags(), config.MenuFlags...)
	config.Flag(c.Flags(), &limit, "limit", config.AtLeast(1, ""), defaultSamples, "how many products to show")
	return c
}

func (a *app) writePrices(w io.Writer, found *menu.PricesFound) {
	var rows [][]string
	for _, sample := range found.Samples {
		rows = append(rows, sampleRows(sample)...)
	}
	output.Table(w, []string{"id", "name", "at", "prices"}, rows)
	writeBadShapes(w, found)
	settings := " --rooms " + config.FormatList(a.cfg.Rooms, "none")
	if !a.cfg.Reserve.IsZero() {
		settings += " --reserve " + a.cfg.Reserve.String()
	}
	if a.cfg.AllowFree {
		settings += " --allow-free"
	}
	m := found.Menu
	if m == nil {
		fmt.Fprintf(w, "no member level is configured, so there is no menu to show: %s\n", found.LevelHint)
		a.writeNext(w, "inspect prices --member-level LEVEL"+settings)
		return
	}
	fmt.Fprintf(w, "member level %d, rooms %s, reserve %s: %d products on the menu",
		m.Level, config.FormatList(m.Rooms, "none"), m.Reserve, m.OnMenu)
	if len(m.Off) > 0 {
		fmt.Fprintf(w, "; off it: %s", output.Tally(m.Off))
	}
	fmt.Fprintln(w)
	for _, warning := range m.Warnings {
		fmt.Fprintf(w, "warning: %s\n", warning)
	}
	menuFlags := fmt.Sprintf(" --member-level %d", m.Level) + settings
	var commands []string
	for _, stream := range a.cfg.Streams {
		command := sync.StreamNamed(stream).Command
		if stream == sync.Products.Name {
			command += menuFlags
		}
		commands = append(commands, command)
	}
	a.writeNext(w, append(commands, "verify"+menuFlags)...)
}

// writeBadShapes writes what the price points look like that cannot be parsed: they may be of another form.
func writeBadShapes(w io.Writer, found *menu.PricesFound) {
	if found.BadPrices == 0 {
		return
	}
	fmt.Fprintf(w, "%d price points cannot be parsed; their products are off the menu until they are fixed, or their "+
		"form is described under price_points in the config file:\n", found.BadPrices)
	var rows [][]string
	for _, bad := range found.BadShapes {
		ids := config.FormatList(bad.IDs, "")
		rows = append(rows, []string{output.Int(bad.Products), bad.Shape, ids, bad.Text})
	}
	output.Table(w, []string{"products", "form", "ids", "the first"}, rows)
	fmt.Fprintln(w, "`blackbirdctl products show ID` says why one cannot be parsed")
}

// sampleRows returns a product's price points, and below them the prices at each level.
func sampleRows(sample menu.PriceSample) (rows [][]string) {
	add := func(at, prices string) {
		if prices != "" {
			rows = append(rows, []string{output.Int(sample.ID), sample.Name, at, prices})
		}
	}
	add("price point", sample.PricePoint)
	add("category's", sample.CategoryPricePoint)
	for _, level := range sample.Levels {
		add("level "+output.Int(level.Level), breaksText(level.Breaks))
	}
	if len(rows) == 0 {
		add("price point", "none")
	}
	return rows
}

func breaksText(breaks blackbird.PriceBreaks) string {
	texts := make([]string, len(breaks))
	for i, b := range breaks {
		texts[i] = b.Quantity + " for " + b.Price
	}
	return strings.Join(texts, ", ")
}
