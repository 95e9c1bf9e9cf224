package cmd

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/blackbirdctl/blackbirdctl/cmd/config"
	"github.com/blackbirdctl/blackbirdctl/internal/model"
	"github.com/blackbirdctl/blackbirdctl/sync"
)

const syncAllExample = `  # bring everything over, or up to date
  blackbirdctl sync

  # what would the next passes do
  blackbirdctl sync --dry-run`

const syncAllHelp = `Make one pass over each stream that is on: products, customers, orders, and then the points of
completed orders. A stream that fails is reported and does not stop the others; the exit code is the most severe of
theirs.`

// passOrder returns the order of passes over all streams. The menu does not wait for a long first pass over orders, and
// points need customers and orders. Enrollment waits for the pass over orders after the one that brought a customer: so
// customers come first, but where only some locations are synced. There an order brings the customer of another one.
func passOrder(locations []int64) []*sync.Stream {
	if len(locations) > 0 {
		return []*sync.Stream{sync.Products, sync.Orders, sync.Customers, sync.Points}
	}
	return []*sync.Stream{sync.Products, sync.Customers, sync.Orders, sync.Points}
}

// syncAll makes a command that makes a pass over each stream.
func (a *app) syncAll(c *cobra.Command) *cobra.Command {
	var full bool
	c.Long, c.Example = syncAllHelp, syncAllExample
	c.RunE = func(c *cobra.Command, args []string) error {
		if slices.Equal(args, []string{sync.Points.Name}) {
			return notFound("sync has no points alone: they come from the store's orders, not from BioTrack",
				"run `blackbirdctl "+sync.Points.Command+"`")
		}
		if len(args) > 0 {
			return needSubcommand(c, args)
		}
		return a.passAll(c.Context(), full)
	}
	c.Flags().BoolVar(&full, "full", false,
		"read and calculate everything again: as --full of each stream's own command")
	a.cfg.AddFlags(c.Flags(), "price-proof")
	a.cfg.AddFlags(c.Flags(), slices.Concat(config.LimitFlags, config.MenuFlags, config.PointsFlags)...)
	return c
}

func (a *app) passAll(ctx context.Context, full bool) error {
	opts := a.syncOptions(full)
	var err error
	if opts.Rules, err = a.cfg.Rules(); err != nil {
		return err
	}
	if err = a.checkBiotrackURL(); err != nil {
		return err // once, not for each stream
	}
	var names []string
	for _, stream := range passOrder(opts.Locations) {
		if slices.Contains(a.cfg.Streams, stream.Name) {
			names = append(names, stream.Name)
		}
	}
	err = a.eachStream(ctx, names, func(stream *sync.Stream) error { return a.pass(ctx, stream, opts) })
	if a.dryRun && slices.Contains(names, sync.Points.Name) && ctx.Err() == nil {
		a.note("dry run: points were calculated for the orders that the store has, without those that this run " +
			"would bring")
	}
	return err
}

// eachStream runs something for stream after stream. One that fails is reported and does not stop the others: then the
// error is a streamsError, or of one stream alone its own.
func (a *app) eachStream(ctx context.Context, names []string, run func(*sync.Stream) error) error {
	failed := &streamsError{of: len(names)}
	for _, name := range names {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		err := run(sync.StreamNamed(name))
		if err != nil && ctx.Err() != nil || len(names) == 1 {
			return err
		}
		if err != nil {
			code := exitCode(ctx, err)
			if !a.reported {
				a.complain(aboutStream(name, describe(ctx, err, code)), "  hint: "+model.PlainText(hintFor(err, code)))
			}
			a.reported = false
			failed.names, failed.codes = append(failed.names, name), append(failed.codes, code)
		}
	}
	if len(failed.names) == 0 {
		return nil
	}
	return failed
}

// streamsError names the streams that failed.
type streamsError struct {
	names []string
	codes []int
	of    int
}

func (e *streamsError) Error() string {
	parts := make([]string, len(e.names))
	for i, name := range e.names {
		parts[i] = fmt.Sprintf("%s (exit code %d)", name, e.codes[i])
	}
	return fmt.Sprintf("%d of %d streams failed: %s", len(e.names), e.of, strings.Join(parts, ", "))
}

// Hint returns what to do.
func (e *streamsError) Hint() string { return "each stream's own error and its hint are above" }

func (e *streamsError) code() int { return mostSevere(e.codes) }
