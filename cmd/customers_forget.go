package cmd

import (
	"context"
	"encoding/json"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/blackbirdctl/blackbirdctl/blackbird"
	"github.com/blackbirdctl/blackbirdctl/cmd/output"
	"github.com/blackbirdctl/blackbirdctl/sync"
)

func (a *app) customersExport() *cobra.Command {
	return a.reader("export CUSTOMER", "Write all that the store has of a person, as JSON",
		"  blackbirdctl customers export C0000042 > C0000042.json", cobra.ExactArgs(1),
		func(ctx context.Context, store *blackbird.Store, args []string) error {
			rows, err := store.Export(ctx, args[0])
			if err != nil {
				return err
			}
			count := 0
			for _, table := range rows {
				count += len(table)
			}
			if count == 0 {
				return noCustomer(store.ID())
			}
			encoder := json.NewEncoder(a.out)
			encoder.SetIndent("", "  ")
			return encoder.Encode(exportReport{Store: store.ID(), Customer: args[0], Tables: rows})
		})
}

// exportReport is what customers export writes.
type exportReport struct {
	Store    string `json:"store"`
	Customer string `json:"customer_id"`
	// Tables are the rows of each table that names customers, by their columns.
	Tables map[string][]map[string]any `json:"tables"`
}

func noCustomer(store string) error {
	return notFound(fmt.Sprintf("store %s has no customer with that id", store),
		"`blackbirdctl customers find TEXT` finds one by name, phone or e-mail")
}

const customersForgetHelp = `Remove a person's name, phone and e-mail from the store: from the customer's row, from
those of the orders, and from the reasons of adjustments of points that name the person. No later pass, repair or copy
of the store brings them back. The customer id, the orders' amounts and the points stay.

Without --yes it says what it would remove, and ends with 64. The person stays in BioTrack, which is never written to.`

func (a *app) customersForget() *cobra.Command {
	var yes bool
	c := command("forget CUSTOMER", "Remove a person's name, phone and e-mail from the store, for good",
		"  blackbirdctl customers forget C0000042 --yes", cobra.ExactArgs(1),
		func(ctx context.Context, args []string) error {
			if yes || a.dryRun {
				return a.forgetCustomer(ctx, args[0])
			}
			return a.askToForget(ctx, args[0])
		})
	c.Long = customersForgetHelp
	c.Flags().BoolVar(&yes, "yes", false, "do it: it cannot be undone")
	return c
}

// askToForget returns an error that says what would be removed.
func (a *app) askToForget(ctx context.Context, customer string) error {
	store, done, err := a.readStore(ctx)
	if err != nil {
		return err
	}
	defer done()
	kept, err := store.Kept(ctx, customer)
	switch {
	case err != nil:
		return err
	case kept.Total == 0:
		return noCustomer(store.ID())
	}
	problem := fmt.Sprintf("--yes is missing: a name, phone or e-mail would be removed from %d rows of customers "+
		"and %d of orders", kept.Customers, kept.Orders)
	for i, line := range kept.Naming {
		if i == 0 {
			problem += ", and the reasons of these adjustments of points, which name the person: "
		} else {
			problem += ", "
		}
		problem += "pass " + line.SourceID + " for customer " + line.CustomerID
	}
	return notFound(problem, "add --yes; it cannot be undone")
}

func (a *app) forgetCustomer(ctx context.Context, customer string) error {
	forget := func(ctx context.Context, env sync.Env, opts sync.Options) (sync.Result, error) {
		return sync.Forget(ctx, env, opts.DryRun, customer)
	}
	// Not the stream itself: BioTrack is not read.
	stream := *sync.Customers
	stream.ReadsBioTrack = false
	result, err := a.runPass(ctx, &stream, forget, a.options(false), nil)
	if err != nil {
		return err
	}
	return a.print(result, func(w io.Writer) {
		fmt.Fprintf(w, "customers: pass %d%s: name, phone and e-mail of customer %s removed from %d rows\n",
			result.PassID, remarks(result), output.PlainText(customer), result.Counts.Updated)
	})
}
