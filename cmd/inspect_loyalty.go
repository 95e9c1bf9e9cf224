package cmd

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/rs/zerolog"
	"github.com/spf13/cobra"

	"github.com/blackbirdctl/blackbirdctl/biotrack"
	"github.com/blackbirdctl/blackbirdctl/blackbird"
	"github.com/blackbirdctl/blackbirdctl/cmd/config"
	"github.com/blackbirdctl/blackbirdctl/cmd/output"
	"github.com/blackbirdctl/blackbirdctl/loyalty"
	"github.com/blackbirdctl/blackbirdctl/sync"
)

const loyaltyHelp = `Show what a loyalty program would have given and taken lately, before it is switched on: by day,
and how the points would be spread over the customers.

It makes the first passes over customers, orders and points into a temporary store, reports from it, and removes it. The
configured store is neither read nor written. It reads every order, for tiers, caps and expiry depend on earlier
ones: run it outside opening hours, or with --max-rate. For a million orders it takes minutes, and 600 MB in
the folder that TMPDIR names.

Points are those that a first pass gives: a day shows its orders' points, less what refunds have taken since, and the
points that expired on it. If the program starts (--starts) later than the days shown, they are shown as if it had
started with the first of them.`

const loyaltyExample = `  blackbirdctl inspect loyalty
  blackbirdctl inspect loyalty --days 365 --points-per-dollar 2 --loyalty '{"expire_after_days": 180}'`

// previewDays is how many days inspect loyalty shows by default.
const previewDays = 90

func (a *app) inspectLoyalty() *cobra.Command {
	var days int64
	c := inspection(a, "loyalty", "Show what a loyalty program would have given and taken lately",
		func(ctx context.Context, source *biotrack.Source) (*loyaltyPreview, error) {
			return a.previewLoyalty(ctx, source, int(days))
		}, func(found *loyaltyPreview) error { return a.print(found, found.write) })
	c.Long, c.Example = loyaltyHelp, loyaltyExample
	config.Flag(c.Flags(), &days, "days", config.AtLeast(1, ""), previewDays,
		"how many days to show, up to and with today")
	a.cfg.AddFlags(c.Flags(), "points-per-dollar", "basis", "loyalty", "starts", "max-rate", "batch-size")
	return c
}

// loyaltyPreview is what inspect loyalty prints.
type loyaltyPreview struct {
	Store    string `json:"store"`
	From     string `json:"from"`
	Until    string `json:"until"`
	TimeZone string `json:"time_zone"`
	// Starts is the program's where it is later than From, and so was not gone by.
	Starts string        `json:"starts_ignored,omitempty"`
	Days   []loyalty.Day `json:"days"`
	blackbird.Preview
	loyalty.Holdings
}

// previewLoyalty makes the passes of a first sync into a temporary store, and reports from it.
func (a *app) previewLoyalty(ctx context.Context, source *biotrack.Source, days int) (*loyaltyPreview, error) {
	opts := a.syncOptions(false)
	opts.DryRun = false
	var err error
	if opts.Rules, err = a.cfg.Rules(); err != nil {
		return nil, err
	}
	year, month, today := time.Now().In(a.cfg.TimeZone).Date()
	from := time.Date(year, month, today+1-days, 0, 0, 0, 0, a.cfg.TimeZone)
	p := &loyaltyPreview{Store: a.cfg.Store, TimeZone: a.cfg.TimeZone.String(), From: from.Format(time.DateOnly),
		Until: from.AddDate(0, 0, days-1).Format(time.DateOnly)}
	if opts.Rules.Starts.After(from) {
		opts.Rules.Starts, p.Starts = from, string(a.cfg.Starts)
	}
	store, state, done, err := temporaryShop(ctx, a.cfg.Store)
	if err != nil {
		return nil, err
	}
	defer done()
	// The passes would warn of the locations again.
	env := sync.Env{Source: source, Store: store, State: state, Log: zerolog.Nop()}
	if err := a.previewPasses(ctx, env, opts); err != nil {
		return nil, err
	}
	sums := make(loyalty.Days)
	p.Preview, err = store.Preview(ctx, from, func(at time.Time, orders, points int64) {
		sums.Add(at.In(a.cfg.TimeZone), orders, points)
	})
	p.Days, p.Holdings = sums.Sorted(), loyalty.HoldingsOf(p.Balances)
	return p, err
}

func (a *app) previewPasses(ctx context.Context, env sync.Env, opts sync.Options) error {
	streams := []*sync.Stream{sync.Customers, sync.Orders, sync.Points}
	if len(opts.Locations) > 0 {
		// There an order may bring a customer, who is enrolled after the next pass over orders.
		streams = []*sync.Stream{sync.Orders, sync.Customers, sync.Orders, sync.Points}
	}
	for _, stream := range streams {
		stop := func() {}
		if screen := a.screen; screen != nil {
			env.Progress, stop = screen, screen.watch(stream.Name)
		}
		_, err := stream.Pass(ctx, env, opts)
		if stop(); err != nil {
			return err
		}
	}
	return nil
}

func (p *loyaltyPreview) write(w io.Writer) {
	var rows [][]string
	var sum loyalty.Day
	for _, d := range p.Days {
		rows = append(rows, []string{p.Store, d.Date, output.Int(d.Orders), output.Int(d.Given), output.Int(d.Taken)})
		sum.Orders, sum.Given, sum.Taken = sum.Orders+d.Orders, sum.Given+d.Given, sum.Taken+d.Taken
	}
	output.Table(w, []string{"STORE", "DAY", "ORDERS", "POINTS GIVEN", "POINTS TAKEN"}, rows)
	fmt.Fprintf(w, "\n%s to %s: %d orders, %d points given, %d taken; days without any are left out\n", p.From, p.Until,
		sum.Orders, sum.Given, sum.Taken)
	if p.Starts != "" {
		fmt.Fprintf(w, "the program starts on %s: this is as if it had started on %s\n", p.Starts, p.From)
	}
	fmt.Fprintf(w, "customers who bought something: %d; with points: %d\n", p.Buyers, p.Holding)
	fmt.Fprintf(w, "all customers with points: %d; points: %d; largest balance: %d; median: %d\n",
		p.Customers, p.Points, p.Largest, p.Median)
	for _, top := range p.Top {
		fmt.Fprintf(w, "top %d %% (customers: %d): %s of all points\n", top.Percent, top.Customers,
			percent(int(top.Points), int(p.Points)))
	}
}
