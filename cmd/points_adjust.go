package cmd

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/blackbirdctl/blackbirdctl/cmd/output"
	"github.com/blackbirdctl/blackbirdctl/internal/model"
	"github.com/blackbirdctl/blackbirdctl/sync"
)

func (a *app) pointsAdjust() *cobra.Command {
	var adjustment sync.Adjustment
	c := command("adjust CUSTOMER --points N --reason TEXT",
		"Give a customer points, or take some, as a line of the ledger that no recompute changes",
		`  blackbirdctl points adjust C0000042 --points 50 --reason till-was-down
  blackbirdctl points adjust C0000042 --points=-20 --reason given-twice`,
		cobra.ExactArgs(1), func(ctx context.Context, args []string) error {
			adjustment.Customer, adjustment.Reason = strings.TrimSpace(args[0]), strings.TrimSpace(adjustment.Reason)
			switch {
			case adjustment.Points == 0:
				return &usageError{
					err: errors.New("--points is missing or 0: above 0 gives points, below 0 takes some"),
				}
			case adjustment.Reason == "":
				return &usageError{err: errors.New("--reason is missing: the ledger keeps it")}
			}
			return a.adjustPoints(ctx, adjustment)
		})
	c.Flags().Int64Var(&adjustment.Points, "points", 0, fmt.Sprintf(
		"number of points to give, at most %d; below 0 to take, at most the balance", model.MaxGift))
	c.Flags().StringVar(&adjustment.Reason, "reason", "", "reason, for the ledger; every reader sees it, so no names")
	return c
}

func (a *app) adjustPoints(ctx context.Context, adjustment sync.Adjustment) error {
	adjust := func(ctx context.Context, env sync.Env, opts sync.Options) (sync.Result, error) {
		return sync.Adjust(ctx, env, opts.DryRun, adjustment)
	}
	result, err := a.runPass(ctx, sync.Points, adjust, a.options(false), nil)
	if err != nil {
		return err
	}
	return a.print(result, func(w io.Writer) {
		fmt.Fprintf(w, "points: pass %d%s: %+d for customer %s, balance %d\n",
			result.PassID, remarks(result), adjustment.Points, output.PlainText(adjustment.Customer), *result.Balance)
	})
}
