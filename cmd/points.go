package cmd

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/blackbirdctl/blackbirdctl/cmd/config"
	"github.com/blackbirdctl/blackbirdctl/sync"
)

func (a *app) points() *cobra.Command {
	return group("points", "Keep and show the loyalty ledger",
		a.pointsRecompute(), a.pointsShow(), a.pointsExplain(), a.pointsAdjust(), a.pointsProgram())
}

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
	c.Flags().BoolVar(&full, "full", false,
		"recalculate every order under today's rules instead of those it was awarded under")
	a.cfg.AddFlags(c.Flags(), "batch-size")
	a.cfg.AddFlags(c.Flags(), config.PointsFlags...)
	only.addPointsFlags(c.Flags())
	return c
}
