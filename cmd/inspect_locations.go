package cmd

import (
	"fmt"
	"io"
	"slices"

	"github.com/spf13/cobra"

	"github.com/blackbirdctl/blackbirdctl/biotrack/inspect"
	"github.com/blackbirdctl/blackbirdctl/cmd/output"
)

func (a *app) inspectLocations() *cobra.Command {
	return inspection(a, "locations", "The locations that the server keeps, and how many rows of each kind are theirs",
		inspect.Locations, a.locationsText)
}

func (a *app) locationsText(w io.Writer, found *inspect.LocationsFound) {
	if found.Organisation != "" {
		fmt.Fprintf(w, "organisation: %s\n", found.Organisation)
	}
	listed := slices.ContainsFunc(found.Locations, func(use inspect.LocationUse) bool { return use.Listed })
	var rows [][]string
	for _, use := range found.Locations {
		rows = append(rows, []string{
			output.Int(use.ID), locationName(use, listed), output.OptionalInt(use.Customers), output.OptionalInt(use.Tickets), output.OptionalInt(use.Products), output.OptionalInt(use.Lots),
		})
	}
	output.Table(w, []string{"id", "name", "customers", "tickets", "products", "lots"}, rows)
	for _, warning := range found.Warnings {
		fmt.Fprintln(w, warning)
	}
	fmt.Fprintln(w, locationsRemedy(found))
	a.next(w, "inspect levels")
}

// locationName is a location's name; where none is listed, that is no remark.
func locationName(use inspect.LocationUse, listed bool) string {
	switch {
	case !use.Listed && listed:
		return "not listed"
	case use.Deleted:
		return use.Name + " (deleted)"
	}
	return use.Name
}

// locationsRemedy says what to set, with the location that has the most tickets for an example.
func locationsRemedy(found *inspect.LocationsFound) string {
	var busiest *inspect.LocationUse
	inUse := 0
	for i := range found.Locations {
		use := &found.Locations[i]
		if used(use.Customers) || used(use.Tickets) || used(use.Products) || used(use.Lots) {
			inUse++
			if busiest == nil || use.Tickets != nil && busiest.Tickets != nil && *use.Tickets > *busiest.Tickets {
				busiest = use
			}
		}
	}
	switch inUse {
	case 0:
		return "no location is seen to be in use: `blackbirdctl inspect schema` tells whether the role may see one"
	case 1:
		return "one location is in use: --locations need not be set"
	}
	return fmt.Sprintf("set --locations to the ids of the locations to sync, such as --locations %d; unset it is all of them", busiest.ID)
}

func used(n *int64) bool { return n != nil && *n > 0 }
