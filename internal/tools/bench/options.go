package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
)

const (
	// changedTickets is how many tickets change before a run that is to find changes.
	changedTickets = 1000
	// fewestTickets leaves enough of them that can be changed.
	fewestTickets = 2000
	// growthID is what --only calls the growth table.
	growthID = "growth"
)

// size is how large a shop is made.
type size struct {
	tickets, customers, products, lots int
}

// options are the command line's.
type options struct {
	bin      string
	shop     size
	runs     int
	growth   []int    // numbers of tickets
	only     []string // ids of tasks; empty: all
	markdown string   // file; empty: none
}

// parse reads the command line.
func parse(args []string, stderr io.Writer) (options, error) {
	var o options
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.StringVar(&o.bin, "bin", "bin/blackbirdctl", "blackbirdctl `file` to measure")
	flags.IntVar(&o.shop.tickets, "tickets", 1_000_000, "how many tickets the shop has")
	flags.IntVar(&o.shop.customers, "customers", 200_000, "how many customers")
	flags.IntVar(&o.shop.products, "products", 10_000, "how many products")
	flags.IntVar(&o.shop.lots, "lots", 100_000, "how many lots")
	flags.IntVar(&o.runs, "runs", 3, "how many pairs of runs a task has")
	growth := flags.String("growth", "10000,100000,1000000,4000000", "`tickets` of the growth table's shops; empty: no such table")
	only := flags.String("only", "", "`ids` of the tasks to run, "+growthID+" for the growth table: "+strings.Join(taskIDs(), ", "))
	flags.StringVar(&o.markdown, "markdown", "", "`file` to write the tables into as well")
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	if flags.NArg() > 0 {
		return o, fmt.Errorf("unexpected argument %q", flags.Arg(0))
	}
	var err error
	if o.growth, err = numbers(*growth); err != nil {
		return o, fmt.Errorf("read --growth: %w", err)
	}
	if o.only, err = chosen(*only); err != nil {
		return o, fmt.Errorf("read --only: %w", err)
	}
	return o, o.check()
}

// check refuses what no bench can be run with.
func (o options) check() error {
	if o.runs < 1 {
		return errors.New("read --runs: at least 1")
	}
	if o.shop.customers < 1 || o.shop.products < 1 || o.shop.lots < 1 {
		return errors.New("read the sizes: at least 1 of each")
	}
	for _, n := range append([]int{o.shop.tickets}, o.growth...) {
		if n < fewestTickets {
			return fmt.Errorf("read the sizes: at least %d tickets", fewestTickets)
		}
	}
	return nil
}

// wants tells whether a task, or the growth table, is to be run.
func (o options) wants(id string) bool { return len(o.only) == 0 || slices.Contains(o.only, id) }

// numbers reads a list of numbers.
func numbers(list string) ([]int, error) {
	var all []int
	for _, field := range fields(list) {
		n, err := strconv.Atoi(field)
		if err != nil {
			return nil, err
		}
		all = append(all, n)
	}
	return all, nil
}

// chosen reads a list of ids of tasks.
func chosen(list string) ([]string, error) {
	ids := fields(list)
	known := append(taskIDs(), growthID)
	for _, id := range ids {
		if !slices.Contains(known, id) {
			return nil, fmt.Errorf("unknown id %q; there are %s", id, strings.Join(known, ", "))
		}
	}
	return ids, nil
}

// fields splits a list at its commas; an empty list has none.
func fields(list string) []string {
	return strings.FieldsFunc(list, func(r rune) bool { return r == ',' || r == ' ' })
}
