package cmd

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/blackbirdctl/blackbirdctl/biotrack"
	"github.com/blackbirdctl/blackbirdctl/biotrack/inspect"
	"github.com/blackbirdctl/blackbirdctl/cmd/config"
	"github.com/blackbirdctl/blackbirdctl/cmd/output"
	"github.com/blackbirdctl/blackbirdctl/sync"
)

const inspectHelp = `Read from the BioTrack server what you need for a setup. These commands need no store.

Begin with inspect schema. Each command names the option that its table is for, and the next command.`

func (a *app) inspect() *cobra.Command {
	schema := inspection(a, "schema", "Show the server, its tables, and what our role may do there",
		inspect.Schema, a.printSchema)
	schema.Long = schemaHelp
	c := group("inspect", "Show what the BioTrack server has, for a setup",
		schema,
		inspection(a, "locations", "Show the server's locations, and how many rows each has", inspect.Locations,
			func(found *inspect.LocationsFound) error {
				return a.print(found, func(w io.Writer) { a.writeLocations(w, found) })
			}),
		a.inspectLevels(), a.inspectRooms(), a.inspectPrices(), a.inspectLoyalty(),
		a.inspectReport())
	c.Long = inspectHelp
	return c
}

// inspection returns a subcommand of inspect: it reads something from BioTrack, and prints it.
func inspection[T any](
	a *app, name, short string, read func(context.Context, *biotrack.Source) (T, error), show func(T) error,
) *cobra.Command {
	run := func(ctx context.Context, _ []string) error {
		source, err := a.openSource(ctx)
		if err != nil {
			return err
		}
		defer source.Close()
		if name != "schema" && name != "report" {
			if err := a.warnLocations(ctx, source); err != nil {
				return err
			}
		}
		found, err := read(ctx, source)
		if err != nil {
			return err
		}
		return show(found)
	}
	return command(name, short, "  blackbirdctl inspect "+name, cobra.NoArgs, run)
}

// warnLocations refuses locations that BioTrack does not have, and warns where none is configured and it has several.
func (a *app) warnLocations(ctx context.Context, source *biotrack.Source) error {
	warning, err := sync.CheckLocations(ctx, source, a.cfg.Locations)
	if warning != "" {
		a.log.Warn().Msg(warning)
	}
	return err
}

// writeNext writes the commands to continue with, for the same locations.
func (a *app) writeNext(w io.Writer, commands ...string) {
	for i, command := range commands {
		if len(a.cfg.Locations) > 0 {
			command += " --locations " + config.FormatList(a.cfg.Locations, "")
		}
		commands[i] = "blackbirdctl " + command
	}
	fmt.Fprintf(w, "next: %s\n", strings.Join(commands, "; "))
}

func (a *app) writeLocations(w io.Writer, found *inspect.LocationsFound) {
	if found.Organisation != "" {
		fmt.Fprintf(w, "organisation: %s\n", found.Organisation)
	}
	// On a server without a table of locations, that none is listed is no remark.
	listed := slices.ContainsFunc(found.Locations, func(l inspect.LocationUse) bool { return l.Listed })
	used := func(n *int64) bool { return n != nil && *n > 0 }
	var rows [][]string
	var busiest *inspect.LocationUse
	inUse := 0
	for i := range found.Locations {
		l := &found.Locations[i]
		name := l.Name
		switch {
		case !l.Listed && listed:
			name = "not listed"
		case l.Deleted:
			name += " (deleted)"
		}
		rows = append(rows, []string{
			output.Int(l.ID), name, output.OptionalInt(l.Customers), output.OptionalInt(l.Tickets),
			output.OptionalInt(l.Products), output.OptionalInt(l.Lots),
		})
		if used(l.Customers) || used(l.Tickets) || used(l.Products) || used(l.Lots) {
			inUse++
			if busiest == nil || l.Tickets != nil && busiest.Tickets != nil && *l.Tickets > *busiest.Tickets {
				busiest = l
			}
		}
	}
	output.Table(w, []string{"id", "name", "customers", "tickets", "products", "lots"}, rows)
	for _, warning := range found.Warnings {
		fmt.Fprintln(w, warning)
	}
	switch inUse {
	case 0:
		fmt.Fprintln(w, "no location seems to be in use: "+
			"`blackbirdctl inspect schema` shows whether the role can see one")
	case 1:
		fmt.Fprintln(w, "one location is in use: --locations need not be set")
	default:
		fmt.Fprintf(w, "set --locations to the ids of the locations to sync, such as --locations %d; unset means all\n",
			busiest.ID)
	}
	a.writeNext(w, "inspect levels")
}
