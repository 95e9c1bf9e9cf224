package cmd

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/blackbirdctl/blackbirdctl/cmd/config"
	"github.com/blackbirdctl/blackbirdctl/sync"
)

const pointsExample = `  # crontab
  40 */3 * * *  blackbirdctl points recompute --points-per-dollar 1 --starts 2026-01-01

  # Kubernetes: a CronJob's container; its concurrencyPolicy should be Forbid
  args: [points, recompute, --config, /etc/blackbirdctl/config.yaml, --log-format, json]

  # support: what would change if all orders were under today's rules
  blackbirdctl points recompute --full --dry-run`

func (a *app) points() *cobra.Command {
	return group("points", "Keep and show the loyalty ledger",
		a.pointsRecompute(), a.pointsShow(), a.pointsExplain(), a.pointsAdjust(), a.pointsReport(),
		a.pointsExpiring(), a.pointsDuplicates())
}

const pointsHelp = `Award points for new and changed orders, and take back those of refunds and voids.

A pass that would give and take more points than --max-points-change allows, other than by new awards, stops with 65 and
prints the sums by reason. It has written the new awards by then, and nothing else; the next pass begins at the same
place. A first pass is not bounded. With --dry-run it prints what the pass would do, or that it would stop.`

func (a *app) pointsRecompute() *cobra.Command {
	var full bool
	var only selection
	c := command("recompute", "Award points for new and changed orders, and take back those of refunds and voids",
		pointsExample, cobra.NoArgs, func(ctx context.Context, _ []string) (err error) {
			opts := a.options(full)
			if opts.Rules, err = a.cfg.Rules(); err != nil {
				return err
			}
			// A backfill may be full: it applies today's rules to some orders.
			if opts.Only, err = only.of(a.cfg.TimeZone, false); err != nil {
				return err
			}
			return a.pass(ctx, sync.Points, opts)
		})
	c.Long = pointsHelp
	c.Flags().BoolVar(&full, "full", false,
		"recalculate every order under today's rules instead of those it was awarded under")
	a.cfg.AddFlags(c.Flags(), "batch-size")
	a.cfg.AddFlags(c.Flags(), config.PointsFlags...)
	only.addPointsFlags(c.Flags())
	return c
}
