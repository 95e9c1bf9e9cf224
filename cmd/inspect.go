package cmd

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/blackbirdctl/blackbirdctl/biotrack"
	"github.com/blackbirdctl/blackbirdctl/cmd/config"
)

const inspectHelp = `What the BioTrack server offers, for a set-up: it takes BIOTRACK_URL and nothing else, and reads no more than it must.

Begin with inspect schema. Each command names the option that its table is for, and the next command.`

func (a *app) inspect() *cobra.Command {
	group := &cobra.Command{
		Use:   "inspect",
		Short: "See what the BioTrack server offers, to set up from",
		Long:  inspectHelp,
		Args:  cobra.ArbitraryArgs,
		RunE:  group,
	}
	group.AddCommand(a.inspectSchema(), a.inspectLocations(), a.inspectLevels(), a.inspectRooms(), a.inspectPrices())
	return group
}

// inspection is a subcommand of inspect: it looks at BioTrack, and prints what it found.
func inspection[T any](a *app, name, short string, look func(context.Context, *biotrack.Source) (T, error), text func(io.Writer, T)) *cobra.Command {
	return &cobra.Command{
		Use:     name,
		Short:   short,
		Example: "  blackbirdctl inspect " + name,
		Args:    args(cobra.NoArgs),
		RunE: func(c *cobra.Command, _ []string) error {
			return a.withSource(c.Context(), func(source *biotrack.Source) error {
				found, err := look(c.Context(), source)
				if err != nil {
					return err
				}
				return a.print(found, func(w io.Writer) { text(w, found) })
			})
		},
	}
}

// withSource calls f with BioTrack, open for as long.
func (a *app) withSource(ctx context.Context, f func(*biotrack.Source) error) error {
	source, err := a.openSource(ctx)
	if err != nil {
		return err
	}
	defer source.Close()
	return f(source)
}

// next names the commands to go on with, for the same locations.
func (a *app) next(w io.Writer, commands ...string) {
	for i, command := range commands {
		if len(a.cfg.Locations) > 0 {
			command += " --locations " + config.FormatList(a.cfg.Locations, "")
		}
		commands[i] = "blackbirdctl " + command
	}
	fmt.Fprintf(w, "next: %s\n", strings.Join(commands, "; "))
}
