package cmd

import (
	"context"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/blackbirdctl/blackbirdctl/biotrack"
	"github.com/blackbirdctl/blackbirdctl/cmd/config"
	"github.com/blackbirdctl/blackbirdctl/cmd/output"
	"github.com/blackbirdctl/blackbirdctl/sync"
	"github.com/blackbirdctl/blackbirdctl/sync/menu"
)

func (a *app) inspectLevels() *cobra.Command {
	return inspection(a, "levels", "The member levels, and how many products have a price at each",
		func(ctx context.Context, source *biotrack.Source) (*menu.LevelsFound, error) {
			return sync.InspectLevels(ctx, source, a.cfg.Locations)
		}, a.levelsText)
}

func (a *app) levelsText(w io.Writer, found *menu.LevelsFound) {
	var rows [][]string
	for _, level := range found.Levels {
		rows = append(rows, []string{output.Int(level.ID), levelName(level), output.Int(level.Products)})
	}
	output.Table(w, []string{"id", "name", "products with a price"}, rows)
	fmt.Fprintf(w, "out of %d products that are not deleted; of %d a price point does not parse\n", found.Products, found.BadPrices)
	fmt.Fprintln(w, "set --member-level to the id or name of the level whose prices the menu is to show"+levelExample(found))
	a.next(w, "inspect rooms")
}

func levelName(level menu.LevelUse) string {
	switch {
	case !level.Listed:
		return "not listed by BioTrack: cannot be set"
	case level.Name == "" && level.ID == 0:
		return "the default level"
	}
	return level.Name
}

// levelExample names a level that has as many prices as any, one with a name if there is one.
func levelExample(found *menu.LevelsFound) string {
	best := found.Levels[0]
	for _, level := range found.Levels {
		if level.Listed && (level.Products > best.Products || best.Name == "" && level.Products == best.Products) {
			best = level
		}
	}
	if best.Products == 0 {
		return ": none has a price yet"
	}
	return ", such as --member-level " + output.Int(best.ID)
}

func (a *app) inspectRooms() *cobra.Command {
	return inspection(a, "rooms", "The rooms, and how much stock that may be sold lies in each",
		func(ctx context.Context, source *biotrack.Source) (*menu.RoomsFound, error) {
			return sync.InspectRooms(ctx, source, a.cfg.Locations)
		}, a.roomsText)
}

func (a *app) roomsText(w io.Writer, found *menu.RoomsFound) {
	var rows [][]string
	for _, room := range found.Rooms {
		rows = append(rows, []string{output.Int(room.ID), roomName(room), roomSells(room), output.Int(room.Lots), output.Int(room.Products)})
	}
	output.Table(w, []string{"id", "name", "can be sold from", "lots", "products"}, rows)
	if len(found.UnsellableLots) > 0 {
		fmt.Fprintf(w, "lots that hold something and are not for sale in any room: %s\n", output.Tally(found.UnsellableLots))
	}
	example := roomsExample(found)
	fmt.Fprintf(w, "set --rooms to the ids of the rooms whose stock the menu is to offer, such as --rooms %s; unset it is 0 alone\n", example)
	a.next(w, "inspect prices --member-level LEVEL --rooms "+example)
}

func roomName(room menu.RoomUse) string {
	if room.ID == biotrack.BulkRoom && room.Name == "" {
		return "the bulk room"
	}
	return room.Name
}

func roomSells(room menu.RoomUse) string {
	switch {
	case !room.Listed:
		return "no: not listed by BioTrack"
	case room.Quarantine:
		return "no: in quarantine"
	}
	return "yes"
}

// roomsExample names the bulk room, and the fullest of the others.
func roomsExample(found *menu.RoomsFound) string {
	example := []int64{biotrack.BulkRoom}
	fullest := menu.RoomUse{}
	for _, room := range found.Rooms {
		if room.ID != biotrack.BulkRoom && room.Listed && !room.Quarantine && room.Products > fullest.Products {
			fullest = room
		}
	}
	if fullest.Products > 0 {
		example = append(example, fullest.ID)
	}
	return config.FormatList(example, "")
}
