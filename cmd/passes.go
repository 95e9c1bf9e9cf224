package cmd

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/shopspring/decimal"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/blackbirdctl/blackbirdctl/cmd/notify"
	"github.com/blackbirdctl/blackbirdctl/loyalty"
	"github.com/blackbirdctl/blackbirdctl/sync"
	"github.com/blackbirdctl/blackbirdctl/sync/menu"
)

// passOptions are those of every command that makes a pass.
type passOptions struct {
	full      bool
	batchSize atLeast
}

func (o *passOptions) addFullFlag(f *pflag.FlagSet, full string) {
	f.BoolVar(&o.full, "full", false, full)
}

func (o *passOptions) addBatchFlag(f *pflag.FlagSet) {
	o.batchSize = atLeast{value: 0, least: 1}
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
	o.addReadFlags(f)
	o.addFullFlag(f, "everything again; what BioTrack no longer has is removed (orders), made inactive (customers), "+
		"or leaves the menu (products)")
}

// addReadFlags adds the flags that also those commands have which read everything in any case.
func (o *syncOptions) addReadFlags(f *pflag.FlagSet) {
	o.maxRemovals = maxRemovals{sync.DefaultMaxRemovals()}
	o.maxRejects = atLeast{value: -1, none: "no limit"}
	o.maxRate = atLeast{value: 0, least: 1, none: "no limit"}
	o.addBatchFlag(f)
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
	notifier, err := a.global.newNotifier(stream, opts)
	if err != nil {
		return err
	}
	began := time.Now()
	result, err := a.runPass(ctx, stream, run, opts, notifier)
	ended, code := time.Now(), exitCode(ctx, err)
	a.global.logPass(ctx, stream, result, ended.Sub(began), err)
	defer notifier.Ended(ctx, notify.Outcome{Began: began, Ended: ended, ExitCode: code, Result: result, Locked: code == exitLocked})
	if err != nil {
		return err
	}
	return a.print(result, func(w io.Writer) { writeResult(w, result) })
}

// runPass opens what the pass needs, and makes it. The notifier may be nil.
func (a *app) runPass(
	ctx context.Context, stream string, run passFunc, opts sync.Options, notifier *notify.Notifier,
) (r sync.Result, err error) {
	env := sync.Env{Log: a.global.log, Begun: notifier.Begun(ctx)}
	if screen := a.global.screen; screen != nil {
		env.Progress = screen
		defer screen.watch(stream)()
	}
	if env.State, err = a.global.openState(); err != nil {
		return r, err
	}
	if sync.StreamNamed(stream).ReadsBioTrack {
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
	if r, err = run(ctx, env, opts); err != nil {
		notifier.ReadLastSuccess(ctx, env.Store)
	}
	return r, err
}

// The options of notifications.
const (
	flagMetricsFile = "metrics-file"
	flagPushgateway = "pushgateway"
	flagPingURL     = "ping-url"
)

// newNotifier returns the stream's notifier, nil without targets and for a pass that does not bring the stream up to date.
func (o *globalOptions) newNotifier(stream string, opts sync.Options) (*notify.Notifier, error) {
	targets := notify.Targets{MetricsFile: o.metricsFile, Pushgateway: o.pushgateway, PingURL: o.pingURL}
	n, err := notify.New(targets, string(o.store), stream, o.log.With().Str(keyStream, stream).Logger())
	if o.dryRun || !opts.Only.Empty() {
		n = nil
	}
	return n, err
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
		a.syncKeyed(sync.Customers.Name, sync.Customers.Pass),
		a.syncKeyed(sync.Orders.Name, sync.Orders.Pass),
		a.syncProducts(),
	)
	return group
}

// syncKeyed is the command for customers or orders.
func (a *app) syncKeyed(stream string, run passFunc) *cobra.Command {
	var o syncOptions
	var only selection
	c := &cobra.Command{
		Use:     stream,
		Short:   "Bring new and changed " + stream + " to Blackbird",
		Example: keyedExample(stream),
		Args:    args(cobra.NoArgs),
		RunE: func(c *cobra.Command, _ []string) error {
			opts := a.syncOptions(o)
			var err error
			if opts.Only, err = only.of(a.global.timeZone.Location, o.full); err != nil {
				return err
			}
			return a.pass(c.Context(), stream, run, opts)
		},
	}
	o.addFlags(c.Flags())
	only.addIDFlag(c)
	if stream == sync.Orders.Name {
		only.addTimeFlags(c)
	}
	return c
}

// menuOptions are the settings that the menu depends on.
type menuOptions struct {
	level   string
	rooms   idList
	reserve amount
}

func (o *menuOptions) addFlags(f *pflag.FlagSet) {
	o.rooms = idList{ids: []int64{0}}
	f.StringVar(&o.level, "member-level", "", "member level whose prices the menu shows, by id or name")
	f.Var(&o.rooms, "rooms", "ids of the rooms whose stock is for sale; 0 is the bulk room")
	f.Var(&o.reserve, "reserve", "how much of each product to keep back: it leaves the menu when less than one unit is left above this")
}

func (o *menuOptions) menu() menu.Settings {
	return menu.Settings{Level: o.level, Rooms: o.rooms.ids, Reserve: o.reserve.Decimal}
}

func (a *app) syncProducts() *cobra.Command {
	var o syncOptions
	var menu menuOptions
	var only selection
	c := &cobra.Command{
		Use:     "products",
		Short:   "Bring the menu up to date: prices, quantities, what is sold out",
		Example: productsExample,
		Args:    args(cobra.NoArgs),
		RunE: func(c *cobra.Command, _ []string) error {
			opts := a.syncOptions(o)
			opts.Menu = menu.menu()
			var err error
			if opts.Only, err = only.of(a.global.timeZone.Location, o.full); err != nil {
				return err
			}
			return a.pass(c.Context(), sync.Products.Name, sync.Products.Pass, opts)
		},
	}
	o.addFlags(c.Flags())
	menu.addFlags(c.Flags())
	only.addIDFlag(c)
	return c
}

func (a *app) points() *cobra.Command {
	group := &cobra.Command{
		Use:   "points",
		Short: "Keep the loyalty ledger, and look into it",
		Args:  cobra.ArbitraryArgs,
		RunE:  group,
	}
	group.AddCommand(a.pointsRecompute(), a.pointsShow(), a.pointsExplain(), a.pointsAdjust(), a.pointsProgram())
	return group
}

// pointsRules are the loyalty rules.
type pointsRules struct {
	rate    amount
	basis   basis
	starts  day
	program program
}

func (o *pointsRules) addFlags(f *pflag.FlagSet) {
	o.rate, o.basis = amount{decimal.NewFromInt(1)}, basis(loyalty.BasisTotal)
	f.Var(&o.rate, "points-per-dollar", "points for each dollar, up to four decimals")
	f.Var(&o.basis, "basis", "amount that earns: the order's total, or its subtotal")
	f.Var(&o.program, flagLoyalty, "the rest of the rules, as JSON; in the config file, as keys of their own: multipliers, tiers, enrollment, expiry, exclusions, caps")
	f.Var(&o.starts, "starts", "orders before this date, in the store's time zone, earn nothing (default all earn)")
}

func (o *pointsRules) rules(zone *time.Location) (loyalty.Rules, error) {
	starts, err := o.starts.in(zone)
	if err != nil {
		return loyalty.Rules{}, err
	}
	rules := loyalty.Rules{
		PointsPerDollar: o.rate.Decimal, Basis: loyalty.Basis(o.basis), Starts: starts, Zone: zone, Program: o.program.Program,
	}
	if err := rules.Validate(); err != nil {
		return rules, &sync.SetupError{Problem: fmt.Sprintf("loyalty rules: %v", err), HintText: "correct --points-per-dollar, --basis and --loyalty"}
	}
	return rules, nil
}

func (a *app) pointsRecompute() *cobra.Command {
	var o passOptions
	var rules pointsRules
	var only selection
	c := &cobra.Command{
		Use:     "recompute",
		Short:   "Award what changed orders are owed, and take back what refunds and voids undid",
		Example: pointsExample,
		Args:    args(cobra.NoArgs),
		RunE: func(c *cobra.Command, _ []string) (err error) {
			opts := a.options(o)
			if opts.Rules, err = rules.rules(a.global.timeZone.Location); err != nil {
				return err
			}
			// Today's rules may well stand for some orders alone.
			if opts.Only, err = only.of(a.global.timeZone.Location, false); err != nil {
				return err
			}
			return a.pass(c.Context(), sync.Points.Name, sync.Points.Pass, opts)
		},
	}
	o.addFullFlag(c.Flags(), "every order again, under today's rules instead of those it was awarded under")
	o.addBatchFlag(c.Flags())
	rules.addFlags(c.Flags())
	only.addPointsFlags(c)
	return c
}
