package cmd

import (
	"github.com/spf13/cobra"

	"github.com/blackbirdctl/blackbirdctl/cmd/config"
	"github.com/blackbirdctl/blackbirdctl/sync"
)

func (a *app) points() *cobra.Command {
	group := &cobra.Command{
		Use:   "points",
		Short: "Keep and show the loyalty ledger",
		Args:  cobra.ArbitraryArgs,
		RunE:  group,
	}
	group.AddCommand(a.pointsRecompute(), a.pointsShow(), a.pointsExplain(), a.pointsAdjust(), a.pointsProgram())
	return group
}

func (a *app) pointsRecompute() *cobra.Command {
	var full bool
	var only selection
	c := &cobra.Command{
		Use:     "recompute",
		Short:   "Award points for new and changed orders, and take back those of refunds and voids",
		Example: pointsExample,
		Args:    args(cobra.NoArgs),
		RunE: func(c *cobra.Command, _ []string) (err error) {
			opts := a.options(full)
			if opts.Rules, err = a.cfg.Rules(); err != nil {
				return err
			}
			// A backfill may be full: it applies today's rules to some orders.
			if opts.Only, err = only.of(a.cfg.TimeZone, false); err != nil {
				return err
			}
			return a.pass(c.Context(), sync.Points, opts)
		},
	}
	c.Flags().BoolVar(&full, "full", false,
		"recalculate every order under today's rules instead of those it was awarded under")
	a.cfg.AddFlags(c.Flags(), "batch-size")
	a.cfg.AddFlags(c.Flags(), config.PointsFlags...)
	only.addPointsFlags(c.Flags())
	return c
}
