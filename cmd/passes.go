package cmd

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/shopspring/decimal"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/blackbirdctl/blackbirdctl/loyalty"
	"github.com/blackbirdctl/blackbirdctl/sync"
)

// passOptions are those of every command that makes a pass.
type passOptions struct {
	full      bool
	batchSize atLeast
}

func (o *passOptions) addFlags(f *pflag.FlagSet, full string) {
	o.batchSize = atLeast{value: 0, least: 1}
	f.BoolVar(&o.full, "full", false, full)
	f.Var(&o.batchSize, "batch-size", "rows a page and a merge: unless given 4000")
}

// syncOptions are those of the commands that read BioTrack.
type syncOptions struct {
	passOptions
	maxRemovals maxRemovals
	maxRejects  atLeast
	maxRate     atLeast
}

func (o *syncOptions) addFlags(f *pflag.FlagSet) {
	o.maxRemovals = maxRemovals{sync.DefaultMaxRemovals()}
	o.maxRejects = atLeast{value: -1, none: "no limit"}
	o.maxRate = atLeast{value: 0, least: 1, none: "no limit"}
	o.passOptions.addFlags(f, "everything again; what BioTrack no longer has is removed (orders), made inactive (customers), "+
		"or leaves the menu (products)")
	f.Var(&o.maxRemovals, "max-removals", "refuse to remove more at once: a number, or a percentage of the live rows; "+
		"the default never refuses 20")
	f.Var(&o.maxRejects, "max-rejects", "stop when more rows than this cannot be taken")
	f.Var(&o.maxRate, "max-rate", "read at most so many rows a second from BioTrack, as for a backfill during opening hours")
}

// passFunc makes one pass over a stream.
type passFunc func(context.Context, sync.Env, sync.Options) (sync.Result, error)

// pass makes one pass, logs it, and prints what it did.
func (a *app) pass(ctx context.Context, stream string, run passFunc, opts sync.Options) error {
	if !a.global.streams.has(stream) {
		return a.print(map[string]any{keyStore: a.global.store, keyStream: stream, "off": true}, func(w io.Writer) {
			fmt.Fprintf(w, "%s: switched off by --streams: nothing done\n", stream)
		})
	}
	began := time.Now()
	result, err := a.runPass(ctx, stream, run, opts)
	a.global.logPass(ctx, stream, result, time.Since(began), err)
	if err != nil {
		return err
	}
	return a.print(result, func(w io.Writer) { fmt.Fprintln(w, summary(result)) })
}

func (a *app) runPass(ctx context.Context, stream string, run passFunc, opts sync.Options) (r sync.Result, err error) {
	env := sync.Env{Log: a.global.log}
	if env.State, err = a.global.openState(); err != nil {
		return r, err
	}
	if stream != sync.StreamPoints {
		if env.Source, err = a.global.openSource(ctx); err != nil {
			return r, err
		}
		defer env.Source.Close()
	}
	var done func()
	if env.Store, done, err = a.global.openStore(ctx); err != nil {
		return r, err
	}
	defer done()
	return run(ctx, env, opts)
}

// options are what every pass is told.
func (a *app) options(p passOptions) sync.Options {
	opts := sync.DefaultOptions()
	opts.Full, opts.DryRun, opts.BatchSize = p.full, a.global.dryRun, int(p.batchSize.value)
	opts.Locations, opts.Region = a.global.locations.ids, string(a.global.region)
	return opts
}

func (a *app) syncOptions(s syncOptions) sync.Options {
	opts := a.options(s.passOptions)
	opts.MaxRemovals, opts.MaxRejects = s.maxRemovals.MaxRemovals, s.maxRejects.value
	opts.MaxRate = int(s.maxRate.value)
	return opts
}

func (a *app) sync() *cobra.Command {
	group := &cobra.Command{
		Use:   "sync",
		Short: "Bring one stream of BioTrack to Blackbird",
		Args:  cobra.ArbitraryArgs,
		RunE:  group,
	}
	group.AddCommand(
		a.syncKeyed(sync.StreamCustomers, sync.Customers),
		a.syncKeyed(sync.StreamOrders, sync.Orders),
		a.syncProducts(),
	)
	return group
}

// syncKeyed is the command for customers or orders.
func (a *app) syncKeyed(stream string, run passFunc) *cobra.Command {
	var o syncOptions
	c := &cobra.Command{
		Use:     stream,
		Short:   "Bring new and changed " + stream + " to Blackbird",
		Example: "  10 */3 * * *  blackbirdctl sync " + stream,
		Args:    args(cobra.NoArgs),
		RunE: func(c *cobra.Command, _ []string) error {
			return a.pass(c.Context(), stream, run, a.syncOptions(o))
		},
	}
	o.addFlags(c.Flags())
	return c
}

func (a *app) syncProducts() *cobra.Command {
	var o syncOptions
	var menu sync.Menu
	var reserve amount
	rooms := idList{ids: []int64{0}}
	c := &cobra.Command{
		Use:     "products",
		Short:   "Bring the menu up to date: prices, quantities, what is sold out",
		Example: "  */5 * * * *  blackbirdctl sync products --member-level Non-Member --rooms 0,3",
		Args:    args(cobra.NoArgs),
		RunE: func(c *cobra.Command, _ []string) error {
			opts := a.syncOptions(o)
			menu.Reserve, menu.Rooms = reserve.Decimal, rooms.ids
			opts.Menu = menu
			return a.pass(c.Context(), sync.StreamProducts, sync.Products, opts)
		},
	}
	o.addFlags(c.Flags())
	c.Flags().StringVar(&menu.Level, "member-level", "", "member level whose prices the menu shows, by id or name")
	c.Flags().Var(&rooms, "rooms", "ids of the rooms whose stock is for sale; 0 is the bulk room")
	c.Flags().Var(&reserve, "reserve", "how much of each product to keep back: it leaves the menu when less than one unit is left above this")
	return c
}

func (a *app) points() *cobra.Command {
	group := &cobra.Command{
		Use:   "points",
		Short: "Keep the loyalty ledger, and look into it",
		Args:  cobra.ArbitraryArgs,
		RunE:  group,
	}
	group.AddCommand(a.pointsRecompute(), a.pointsShow())
	return group
}

// pointsOptions are the loyalty rules.
type pointsOptions struct {
	passOptions
	rate   amount
	basis  basis
	starts day
}

func (o *pointsOptions) addFlags(f *pflag.FlagSet) {
	o.rate, o.basis = amount{decimal.NewFromInt(1)}, basis(loyalty.BasisTotal)
	o.passOptions.addFlags(f, "every order again, under today's rules instead of those it was awarded under")
	f.Var(&o.rate, "points-per-dollar", "points for each dollar, up to four decimals")
	f.Var(&o.basis, "basis", "amount that earns: the order's total, or its subtotal")
	f.Var(&o.starts, "starts", "orders before this date, in the store's time zone, earn nothing (default all earn)")
}

func (o *pointsOptions) rules(zone *time.Location) (loyalty.Rules, error) {
	starts, err := o.starts.in(zone)
	if err != nil {
		return loyalty.Rules{}, err
	}
	rules := loyalty.Rules{PointsPerDollar: o.rate.Decimal, Basis: loyalty.Basis(o.basis), Starts: starts}
	if err := rules.Validate(); err != nil {
		return rules, &sync.SetupError{Problem: fmt.Sprintf("loyalty rules: %v", err), Remedy: "correct --points-per-dollar and --basis"}
	}
	return rules, nil
}

func (a *app) pointsRecompute() *cobra.Command {
	var o pointsOptions
	c := &cobra.Command{
		Use:     "recompute",
		Short:   "Award what changed orders are owed, and take back what refunds and voids undid",
		Example: "  40 */3 * * *  blackbirdctl points recompute",
		Args:    args(cobra.NoArgs),
		RunE: func(c *cobra.Command, _ []string) (err error) {
			opts := a.options(o.passOptions)
			if opts.Rules, err = o.rules(a.global.timeZone.Location); err != nil {
				return err
			}
			return a.pass(c.Context(), sync.StreamPoints, sync.Points, opts)
		},
	}
	o.addFlags(c.Flags())
	return c
}
