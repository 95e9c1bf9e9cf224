package cmd

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/blackbirdctl/blackbirdctl/blackbird"
	"github.com/blackbirdctl/blackbirdctl/cmd/config"
	"github.com/blackbirdctl/blackbirdctl/cmd/output"
	"github.com/blackbirdctl/blackbirdctl/sync"
)

func (a *app) customers() *cobra.Command {
	return group("customers", "Find a customer, show or export what the store has of one, or forget one",
		a.customersFind(), a.customersShow(), a.customersExport(), a.customersForget())
}

func (a *app) customersFind() *cobra.Command {
	var limit int64
	c := a.reader("find TEXT", "Find customers by name, phone in any spelling, e-mail or id",
		"  blackbirdctl customers find '(303) 555-0199'", cobra.MinimumNArgs(1),
		func(ctx context.Context, store *blackbird.Store, args []string) error {
			text := strings.TrimSpace(strings.Join(args, " "))
			if text == "" {
				return &usageError{err: errors.New("TEXT is blank: it would find everybody")}
			}
			phone := sync.E164([]byte(text), a.cfg.Region)
			people, found, err := store.FindCustomers(ctx, text, string(phone), limit)
			if err != nil {
				return err
			}
			report := peopleReport{Store: store.ID(), Found: found, Customers: people}
			if err := a.print(report, report.write); err != nil || found > 0 {
				return err
			}
			// The argument is not repeated: it may have been a name.
			return notFound("no customer was found", "give a part of the name, or the phone, e-mail or id in full; "+
				"a new customer is there after `blackbirdctl sync customers`")
		})
	config.Flag(c.Flags(), &limit, "limit", config.AtLeast(1, ""), 20, "maximum number of rows to show")
	return c
}

// peopleReport is what customers find prints.
type peopleReport struct {
	Store string `json:"store"`
	// Found is the number of customers, shown or not.
	Found     int64              `json:"found"`
	Customers []blackbird.Person `json:"customers"`
}

func (r peopleReport) write(w io.Writer) {
	if r.Found == 0 {
		return
	}
	var rows [][]string
	for i := range r.Customers {
		p := &r.Customers[i]
		rows = append(rows, []string{
			p.ID, textOf(p.FirstName), textOf(p.LastName), textOf(p.Phone), textOf(p.Email), output.Int(p.Balance),
			personState(p),
		})
	}
	output.Table(w, []string{"CUSTOMER", "FIRST NAME", "LAST NAME", "PHONE", "E-MAIL", "BALANCE", "STATE"}, rows)
	if more := r.Found - int64(len(rows)); more > 0 {
		fmt.Fprintf(w, "and %d more: see them with --limit %d\n", more, r.Found)
	}
}

func (a *app) customersShow() *cobra.Command {
	var limit int64
	c := a.reader("show CUSTOMER", "Show a customer's contact, balance and newest orders",
		"  blackbirdctl customers show C0000042", cobra.ExactArgs(1),
		func(ctx context.Context, store *blackbird.Store, args []string) error {
			person, orders, count, err := store.Customer(ctx, args[0], limit)
			if err != nil {
				return err
			}
			if person == nil {
				return noCustomer(store.ID())
			}
			report := personReport{Store: store.ID(), Person: *person, Spendable: max(0, person.Balance),
				OrderCount: count, Orders: orders, zone: a.cfg.TimeZone}
			return a.print(report, report.write)
		})
	config.Flag(c.Flags(), &limit, "limit", config.AtLeast(1, ""), 20, "maximum number of orders to show")
	return c
}

// personReport is what customers show prints.
type personReport struct {
	Store string `json:"store"`
	blackbird.Person
	// Spendable is how many points the customer can spend, never below 0.
	Spendable int64 `json:"spendable"`
	// OrderCount is the number of orders, shown or not.
	OrderCount int64                   `json:"order_count"`
	Orders     []blackbird.PersonOrder `json:"orders"`
	zone       *time.Location
}

func (r personReport) write(w io.Writer) {
	output.Row(w, "customer", r.ID+", "+personState(&r.Person))
	if r.ForgottenAt != nil {
		output.Row(w, "contact", "removed on request, "+output.Time(r.ForgottenAt.Time, r.zone))
	} else {
		output.Row(w, "name", strings.TrimSpace(textOf(r.FirstName)+" "+textOf(r.LastName)))
		output.Row(w, "phone", textOf(r.Phone))
		output.Row(w, "e-mail", textOf(r.Email))
	}
	output.Row(w, "points", fmt.Sprintf("%d, of which %d can be spent", r.Balance, r.Spendable))
	output.Row(w, "orders", output.Int(r.OrderCount))
	if len(r.Orders) == 0 {
		return
	}
	fmt.Fprintln(w)
	var rows [][]string
	for i := range r.Orders {
		o := &r.Orders[i]
		rows = append(rows, []string{
			output.Time(o.OrderedAt.Time, r.zone), o.ID, output.Int(o.LocationID), string(o.Status), o.Total.String(),
			o.RefundedTotal.String(), fmt.Sprintf("%+d", o.Points),
		})
	}
	output.Table(w, []string{"WHEN", "ORDER", "LOCATION", "STATUS", "TOTAL", "REFUNDED", "POINTS"}, rows)
	if more := r.OrderCount - int64(len(rows)); more > 0 {
		fmt.Fprintf(w, "and %d older ones: see them with --limit %d\n", more, r.OrderCount)
	}
}

func textOf(text *string) string {
	if text == nil {
		return ""
	}
	return *text
}

func personState(p *blackbird.Person) string {
	switch {
	case p.ForgottenAt != nil:
		return "forgotten"
	case p.Active:
		return "active"
	}
	return "inactive"
}
