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

func (a *app) pointsProgram() *cobra.Command {
	return &cobra.Command{
		Use:   "program [CUSTOMER]",
		Short: "Show who is a customer more than once in the chain's stores, and what their balances are together",
		Long: `Show who is a customer more than once in the stores of the Blackbird database, with the sum of their balances: a program-wide balance. Two customers
are one person where name, phone and e-mail are the same; all three have to be known. Nothing is merged in the stores' own rows.`,
		Example: `  blackbirdctl points program
  blackbirdctl points program C0000042 --store downtown`,
		Args: args(cobra.MaximumNArgs(1)),
		RunE: func(c *cobra.Command, args []string) error { return a.runProgram(c.Context(), args) },
	}
}

func (a *app) runProgram(ctx context.Context, customers []string) error {
	store, done, err := a.readStore(ctx)
	if err != nil {
		return err
	}
	defer done()
	persons, err := store.Duplicates(ctx)
	if err != nil {
		return err
	}
	if len(customers) > 0 {
		persons = slices.DeleteFunc(persons, func(p blackbird.Duplicate) bool {
			return !slices.ContainsFunc(p.Customers, func(c blackbird.DuplicateCustomer) bool {
				return c.Store == a.cfg.Store && c.CustomerID == customers[0]
			})
		})
		if len(persons) == 0 {
			return notFound("nobody else in the stores of this database has that customer's name, phone and e-mail, or there is no such customer",
				fmt.Sprintf("`blackbirdctl points show` has the balance at store %s", a.cfg.Store))
		}
	}
	if persons == nil {
		persons = []blackbird.Duplicate{}
	}
	return a.print(persons, func(w io.Writer) { writePersons(w, persons) })
}

func writePersons(w io.Writer, persons []blackbird.Duplicate) {
	if len(persons) == 0 {
		fmt.Fprintln(w, "nobody is a customer more than once")
		return
	}
	var rows [][]string
	for _, p := range persons {
		var customers []string
		for _, c := range p.Customers {
			customers = append(customers, fmt.Sprintf("%s/%s %d", c.Store, c.CustomerID, c.Balance))
		}
		rows = append(rows, []string{p.ID, output.Int(p.Balance), output.Int(p.Lifetime), strings.Join(customers, ", "), "name, phone, e-mail"})
	}
	output.Table(w, []string{"PERSON", "BALANCE", "LIFETIME", "STORE/CUSTOMER AND BALANCE", "THE SAME"}, rows)
}
