// Command load fills a database with an invented BioTrack shop, or lets a day of trading pass in one:
//
//	load --url URL [--layout 2015|audited] [--seed N] [--tickets N] [--customers N] [--products N] [--lots N] [--bad]
//	load --url URL --day N [--seed N] [--scale X] [--hard-deletes]
//
// The database must be there and, to be filled, empty. What was done is printed on stdout.
package main

import (
	"context"
	"database/sql"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"

	_ "github.com/lib/pq" // the driver

	biotracktest "github.com/blackbirdctl/blackbirdctl/internal/test/biotracktest"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, os.Args[1:], os.Stdout)
	stop()
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "load:", err)
		os.Exit(1)
	}
}

// options are the command line's.
type options struct {
	url  string
	fill biotracktest.Options
	day  biotracktest.Day
}

// parse reads the command line.
func parse(args []string) (options, error) {
	var o options
	flags := flag.NewFlagSet("load", flag.ContinueOnError)
	flags.StringVar(&o.url, "url", os.Getenv("BIOTRACK_URL"), "the database (default: $BIOTRACK_URL)")
	layout := flags.String("layout", string(biotracktest.Layout2015), "layout of the tables: 2015 or audited")
	seed := flags.Uint64("seed", 1, "what all rows follow from")
	flags.IntVar(&o.fill.Tickets, "tickets", 0, "how many tickets (0: the default; negative: none)")
	flags.IntVar(&o.fill.Customers, "customers", 0, "how many customers")
	flags.IntVar(&o.fill.Products, "products", 0, "how many products")
	flags.IntVar(&o.fill.Lots, "lots", 0, "how many lots")
	flags.BoolVar(&o.fill.NoSales, "no-sales", false, "leave out the lines and payments of tickets")
	flags.BoolVar(&o.fill.BadRows, "bad", false, "add rows of every kind that a reader must refuse")
	flags.IntVar(&o.day.Number, "day", 0, "let this day of trading pass instead, counted from 1")
	flags.Float64Var(&o.day.Scale, "scale", 1, "how busy the day is")
	flags.BoolVar(&o.day.HardDeletes, "hard-deletes", false, "let rows vanish on that day")
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	o.fill.Layout = biotracktest.Layout(*layout)
	o.fill.Seed, o.day.Seed = *seed, *seed
	if o.url == "" {
		return o, errors.New("name the database with --url")
	}
	return o, nil
}

// run does what the command line says.
func run(ctx context.Context, args []string, stdout io.Writer) error {
	o, err := parse(args)
	if err != nil {
		return err
	}
	db, err := sql.Open("postgres", o.url)
	if err != nil {
		return fmt.Errorf("open the database: %w", err)
	}
	defer db.Close()
	var done fmt.Stringer
	if o.day.Number > 0 {
		done, err = biotracktest.TradingDay(ctx, db, o.day)
	} else {
		done, err = biotracktest.Generate(ctx, db, o.fill)
	}
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(stdout, done)
	return err
}
