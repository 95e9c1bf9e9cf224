package cmd

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/blackbirdctl/blackbirdctl/blackbird"
	"github.com/blackbirdctl/blackbirdctl/cmd/config"
	"github.com/blackbirdctl/blackbirdctl/cmd/output"
	"github.com/blackbirdctl/blackbirdctl/loyalty"
)

const pointsReportHelp = `Show the points of a store rolled forward, day by day or month by month:

    opening + earned - reversed - redeemed - expired + adjusted = closing

Earned are the points of orders and enrollments; reversed is what refunds, voids and corrections took back; redeemed is
what people took with points adjust, and adjusted what they gave, and debts that were written off. A line counts on
the day when it was written, in the store's time zone. The ledger only grows, so a day or a month that is over never
changes: what becomes known later is in the present one. Periods without lines are left out.

By customer, kind or location it shows the same of each of these, from --from to --until.

Below come the points that customers hold now, the balances below zero, and the versions of the rules.`

func (a *app) pointsReport() *cobra.Command {
	var by string
	var from, until config.Date
	c := a.reader("report", "Show the points rolled forward by day or month, and what customers hold",
		"  blackbirdctl points report --time-zone America/Denver\n"+
			"  blackbirdctl points report --by day --from 2026-01-01 --until 2026-01-31 --output json",
		cobra.NoArgs, func(ctx context.Context, store *blackbird.Store, _ []string) error {
			return a.runPointsReport(ctx, store, by, from, until)
		})
	c.Long = pointsReportHelp
	config.Flag(c.Flags(), &by, "by", config.ReportKind, "month",
		"what each line is of: day|month|customer|kind|location")
	config.Flag(c.Flags(), &from, "from", config.DateKind, "",
		"only lines written from this date on, in the store's time zone; the others are in the opening balance")
	config.Flag(c.Flags(), &until, "until", config.DateKind, "",
		"only lines that were written up to the end of this date, or before this moment")
	return c
}

// periodLayouts are the forms of a period's name.
var periodLayouts = map[string]string{"day": time.DateOnly, "month": "2006-01"}

func (a *app) runPointsReport(
	ctx context.Context, store *blackbird.Store, by string, from, until config.Date,
) error {
	begin, _ := from.In(a.cfg.TimeZone)
	end, wholeDay := until.In(a.cfg.TimeZone)
	if wholeDay {
		end = end.AddDate(0, 0, 1)
	}
	if !end.IsZero() && !end.After(begin) {
		return &usageError{err: errors.New("--until is not after --from")}
	}
	layout, byTime := periodLayouts[by]
	part := blackbird.PointsBy(by)
	if byTime {
		part = blackbird.PointsByTime
	}
	points, err := store.PointsReport(ctx, part, begin, end)
	if err != nil {
		return err
	}
	r := pointsReport{
		Store: store.ID(), By: by, TimeZone: a.cfg.TimeZone.String(), Outstanding: points.Outstanding,
		Versions: rulesVersions(points.Programs), zone: a.cfg.TimeZone,
	}
	if byTime {
		r.Periods = loyalty.RollForward(points.Moved, layout, a.cfg.TimeZone, begin, end)
	} else {
		r.Parts = loyalty.RollParts(points.Moved, begin)
	}
	return a.print(r, r.write)
}

// pointsReport is what points report prints.
type pointsReport struct {
	Store    string `json:"store"`
	By       string `json:"by"`
	TimeZone string `json:"time_zone"`
	// Periods are there by day and month, Parts by what else the report is by.
	Periods []loyalty.Period `json:"periods,omitzero"`
	Parts   []loyalty.Part   `json:"parts,omitzero"`
	blackbird.Outstanding
	Versions []rulesVersion `json:"versions"`
	zone     *time.Location
}

// rulesVersion is a version of the rules. One that was given up never came into force: a newer one begins no later.
type rulesVersion struct {
	blackbird.Program
	GivenUp bool `json:"given_up,omitempty"`
}

func rulesVersions(programs []blackbird.Program) []rulesVersion {
	versions := []rulesVersion{}
	for i, p := range programs {
		givenUp := p.FullPassID == 0 && slices.ContainsFunc(programs[i+1:], func(newer blackbird.Program) bool {
			return !newer.EffectiveFrom.After(p.EffectiveFrom.Time)
		})
		versions = append(versions, rulesVersion{p, givenUp})
	}
	return versions
}

func (r pointsReport) write(w io.Writer) {
	var rows [][]string
	add := func(name string, p loyalty.Roll) {
		row := []string{r.Store, name}
		for _, n := range []int64{p.Opening, p.Earned, p.Reversed, p.Redeemed, p.Expired, p.Adjusted, p.Closing} {
			row = append(row, output.Int(n))
		}
		rows = append(rows, row)
	}
	what := "PERIOD"
	for _, p := range r.Periods {
		add(p.Period, p.Roll)
	}
	if r.Parts != nil {
		what = strings.ToUpper(r.By)
	}
	for _, p := range r.Parts {
		add(p.Part, p.Roll)
	}
	output.Table(w, []string{
		"STORE", what, "OPENING", "EARNED", "REVERSED", "REDEEMED", "EXPIRED", "ADJUSTED", "CLOSING",
	}, rows)
	fmt.Fprintf(w, "\noutstanding: %d points, customers %d; below zero: %d points, customers %d\n",
		r.Points, r.Customers, r.BelowZero, r.CustomersBelowZero)
	rows = nil
	for _, v := range r.Versions {
		from := output.Time(v.EffectiveFrom.Time, r.zone)
		if v.GivenUp {
			from += ", given up"
		}
		rows = append(rows, []string{
			r.Store, output.Int(v.Version), from, output.Int(v.FirstPassID),
			string(v.Rules),
		})
	}
	if len(rows) > 0 {
		fmt.Fprintln(w)
		output.Table(w, []string{"STORE", "VERSION", "EFFECTIVE FROM", "FIRST PASS", "RULES"}, rows)
	}
}
