package cmd

import (
	"context"
	"fmt"
	"io"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"github.com/blackbirdctl/blackbirdctl/blackbird"
	"github.com/blackbirdctl/blackbirdctl/cmd/config"
	"github.com/blackbirdctl/blackbirdctl/cmd/output"
	"github.com/blackbirdctl/blackbirdctl/sync"
)

const pointsExpiringHelp = `Show the points that expire soon: whose, how many, and through which day they are valid, the
earliest first. They expire by the rules that the last points pass went by, unless the customer buys something until
then. Days count from the till's clock at the last orders pass.`

func (a *app) pointsExpiring() *cobra.Command {
	var days int64
	c := a.reader("expiring", "Show the points that expire soon: whose, how many and when",
		"  blackbirdctl points expiring --within 30d\n  blackbirdctl points expiring --within 7d --output json",
		cobra.NoArgs, func(ctx context.Context, store *blackbird.Store, _ []string) error {
			return a.runPointsExpiring(ctx, store, days)
		})
	c.Long = pointsExpiringHelp
	config.Flag(c.Flags(), &days, "within", config.DaysKind, 30, "how many days ahead to look")
	return c
}

// expiringReport is what points expiring prints.
type expiringReport struct {
	Store string `json:"store"`
	// AsOf is the present of the points, nil where no orders have been synced yet.
	AsOf   *time.Time      `json:"as_of"`
	Days   int64           `json:"within_days"`
	Points int64           `json:"points"`
	Rows   []sync.Expiring `json:"expiring"`
	zone   *time.Location
}

func (a *app) runPointsExpiring(ctx context.Context, store *blackbird.Store, days int64) error {
	expiring, present, err := sync.ExpiringWithin(ctx, store, int(days))
	if err != nil {
		return err
	}
	r := expiringReport{Store: store.ID(), Days: days, Rows: expiring, zone: a.cfg.TimeZone}
	if !present.IsZero() {
		r.AsOf = &present
	}
	for _, e := range expiring {
		r.Points += e.Points
	}
	return a.print(r, r.write)
}

func (r expiringReport) write(w io.Writer) {
	if r.AsOf == nil {
		fmt.Fprintln(w, "no orders have been synced yet")
		return
	}
	var rows [][]string
	for _, e := range r.Rows {
		rows = append(rows, []string{r.Store, e.CustomerID, strconv.FormatInt(e.Points, 10), e.ValidThrough})
	}
	output.Table(w, []string{"STORE", "CUSTOMER", "POINTS", "VALID THROUGH"}, rows)
	fmt.Fprintf(w, "\n%d points expire within %d days from %s\n", r.Points, r.Days, output.Time(*r.AsOf, r.zone))
}
