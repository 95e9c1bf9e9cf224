package cmd

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/blackbirdctl/blackbirdctl/blackbird"
	"github.com/blackbirdctl/blackbirdctl/cmd/output"
)

func (a *app) pointsDuplicates() *cobra.Command {
	c := a.reader("duplicates [CUSTOMER]",
		"Show people who are customers more than once in the chain's stores, with the sum of their balances",
		"  blackbirdctl points duplicates\n  blackbirdctl points duplicates C0000042 --store downtown",
		cobra.MaximumNArgs(1), a.runPointsDuplicates)
	c.Aliases = []string{"program"} // its former name
	c.Long = `Show people who are customers more than once in the stores of the Blackbird database, with the sum of
their balances: a program-wide balance. Two customers are one person if name, phone and e-mail are known and the same.
Nothing is merged in the stores' own rows.`
	return c
}

func (a *app) runPointsDuplicates(ctx context.Context, store *blackbird.Store, customers []string) error {
	duplicates, err := store.Duplicates(ctx)
	if err != nil {
		return err
	}
	if len(customers) > 0 {
		duplicates = slices.DeleteFunc(duplicates, func(d blackbird.Duplicate) bool {
			return !slices.ContainsFunc(d.Customers, func(c blackbird.DuplicateCustomer) bool {
				return c.Store == store.ID() && c.CustomerID == customers[0]
			})
		})
		if len(duplicates) == 0 {
			return notFound("no other customer in the stores of this database has that customer's name, phone and "+
				"e-mail, or there is no such customer",
				fmt.Sprintf("%s has the balance", commandFor(store.ID(), "points show "+customers[0])))
		}
	}
	if duplicates == nil {
		duplicates = []blackbird.Duplicate{}
	}
	return a.print(duplicates, func(w io.Writer) {
		if len(duplicates) == 0 {
			fmt.Fprintln(w, "no one is a customer more than once")
			return
		}
		var rows [][]string
		for _, d := range duplicates {
			var customers []string
			for _, c := range d.Customers {
				customers = append(customers, fmt.Sprintf("%s/%s %d", c.Store, c.CustomerID, c.Balance))
			}
			rows = append(rows, []string{
				d.ID, output.Int(d.Balance), output.Int(d.Lifetime), strings.Join(customers, ", "),
				"name, phone, e-mail",
			})
		}
		output.Table(w, []string{"PERSON", "BALANCE", "LIFETIME", "STORE/CUSTOMER AND BALANCE", "THE SAME"}, rows)
	})
}
