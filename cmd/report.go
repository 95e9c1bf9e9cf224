package cmd

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/text/language"
	"golang.org/x/text/message"

	"github.com/blackbirdctl/blackbirdctl/blackbird"
	"github.com/blackbirdctl/blackbirdctl/cmd/config"
	"github.com/blackbirdctl/blackbirdctl/cmd/menupage"
	"github.com/blackbirdctl/blackbirdctl/internal/model"
	"github.com/blackbirdctl/blackbirdctl/loyalty"
	"github.com/blackbirdctl/blackbirdctl/sync"
)

const reportHelp = `Write one HTML page for the shop's owner: completed orders and points by day, the size of the menu
and what is not on it, what to fix in BioTrack, and the state of the streams. Points count on the day on which a pass
wrote them. The page needs nothing else to be read, runs no script, and names no customer.

Without --from it begins 30 days before its end, without --until it ends today. More than 92 days are shown by month.`

func (a *app) report() *cobra.Command {
	var html string
	var from, until config.Date
	c := a.reader("report --html FILE", "Write a page for the shop's owner: orders, points, menu, rejects, streams",
		"  blackbirdctl report --html report.html --from 2026-01-01 --until 2026-01-31", cobra.NoArgs,
		func(ctx context.Context, store *blackbird.Store, _ []string) error {
			if html == "" {
				return &usageError{err: errors.New("--html is missing: the file to write, or - for stdout")}
			}
			span, err := a.reportSpan(time.Now(), from, until)
			if err != nil {
				return err
			}
			report, err := a.makeReport(ctx, store, span)
			if err != nil {
				return err
			}
			return a.savePage(html, "report", nil,
				func(w io.Writer) error { return menupage.WriteReport(w, report) })
		})
	c.Long = reportHelp
	c.Flags().StringVar(&html, "html", "", "file to write the page to; {store} in its name is replaced by the store's "+
		"name; - for stdout")
	config.Flag(c.Flags(), &from, "from", config.DateKind, "", "first day of the report, in the store's time zone")
	config.Flag(c.Flags(), &until, "until", config.DateKind, "", "last day of the report, or the moment it ends before")
	a.cfg.AddFlags(c.Flags(), "cadences", "title")
	return c
}

// span is what a report is about: from a moment on and before another, in steps of days or months.
type span struct {
	from, until time.Time
	layout      string
}

const (
	reportDays = 30
	// mostDays is how many days a chart shows one by one.
	mostDays = 92
)

// reportSpan returns the span of a report, whole days in the shop's time zone.
func (a *app) reportSpan(now time.Time, first, last config.Date) (s span, err error) {
	from, _ := first.In(a.cfg.TimeZone)
	until, wholeDay := last.In(a.cfg.TimeZone)
	if until.IsZero() {
		year, month, day := now.In(a.cfg.TimeZone).Date()
		until, wholeDay = time.Date(year, month, day, 0, 0, 0, 0, a.cfg.TimeZone), true
	}
	if wholeDay {
		until = until.AddDate(0, 0, 1)
	}
	if from.IsZero() {
		from = until.AddDate(0, 0, -reportDays)
	}
	if !until.After(from) {
		return s, &usageError{err: errors.New("--until is not after --from")}
	}
	s = span{from, until, time.DateOnly}
	if from.AddDate(0, 0, mostDays).Before(until) {
		s.layout = periodLayouts["month"]
	}
	return s, nil
}

// periods returns the names of the span's days or months, in order.
func (s span) periods() (names []string) {
	for at := s.from; at.Before(s.until); at = at.AddDate(0, 0, 1) {
		if name := at.Format(s.layout); len(names) == 0 || names[len(names)-1] != name {
			names = append(names, name)
		}
	}
	return names
}

// makeReport reads what the report says.
func (a *app) makeReport(ctx context.Context, store *blackbird.Store, s span) (*menupage.Report, error) {
	now := time.Now()
	r := &menupage.Report{
		Title: cmp.Or(a.cfg.Title, store.ID()), AsOf: now.In(a.cfg.TimeZone),
		From: s.from.Format(time.DateOnly), Until: s.until.Add(-1).Format(time.DateOnly),
	}
	for _, read := range []func(context.Context, *blackbird.Store, span, *menupage.Report) error{
		a.chartOrders, a.chartPoints, a.listOff, a.listStreams,
	} {
		if err := read(ctx, store, s, r); err != nil {
			return nil, err
		}
	}
	return r, nil
}

// number writes numbers as people read them.
var number = message.NewPrinter(language.English)

func (a *app) chartOrders(ctx context.Context, store *blackbird.Store, s span, r *menupage.Report) error {
	counts, sums := make(map[string]int64), make(map[string]model.Cents)
	var count int64
	var sum model.Cents
	err := store.EachSold(ctx, s.from, s.until, func(at time.Time, net model.Cents) {
		name := at.In(a.cfg.TimeZone).Format(s.layout)
		counts[name], sums[name] = counts[name]+1, sums[name]+net
		count, sum = count+1, sum+net
	})
	names := s.periods()
	labels, above := make([]string, len(names)), make([]int64, len(names))
	for i, name := range names {
		above[i] = counts[name]
		labels[i] = number.Sprintf("%s: %d orders, $%.2f", name, counts[name], sums[name].Decimal().InexactFloat64())
	}
	c := menupage.Chart{Title: "Orders", Summary: number.Sprintf("%d completed orders, $%.2f after refunds.", count,
		sum.Decimal().InexactFloat64())}
	c.Draw(names, labels, above, make([]int64, len(names)))
	r.Charts = append(r.Charts, c)
	return err
}

func (a *app) chartPoints(ctx context.Context, store *blackbird.Store, s span, r *menupage.Report) error {
	points, err := store.PointsReport(ctx, blackbird.PointsByTime, s.from, s.until)
	given, taken := make(map[string]int64), make(map[string]int64)
	var allGiven, allTaken int64
	for _, p := range loyalty.RollForward(points.Moved, s.layout, a.cfg.TimeZone, s.from, s.until) {
		given[p.Period] = p.Earned + max(0, p.Adjusted)
		taken[p.Period] = p.Reversed + p.Redeemed + p.Expired + max(0, -p.Adjusted)
		allGiven, allTaken = allGiven+given[p.Period], allTaken+taken[p.Period]
	}
	names := s.periods()
	labels, above, below := make([]string, len(names)), make([]int64, len(names)), make([]int64, len(names))
	for i, name := range names {
		above[i], below[i] = given[name], taken[name]
		labels[i] = number.Sprintf("%s: %d points given, %d taken", name, above[i], below[i])
	}
	c := menupage.Chart{Title: "Points", Summary: number.Sprintf("%d given, %d taken or spent, each on the day on "+
		"which it was written; customers hold %d.", allGiven, allTaken, points.Points)}
	c.Draw(names, labels, above, below)
	r.Charts = append(r.Charts, c)
	return err
}

// mostOff is how many products that are not on the menu are named.
const mostOff = 50

func (a *app) listOff(ctx context.Context, store *blackbird.Store, s span, r *menupage.Report) error {
	off, found, err := store.OffMenu(ctx, s.from, s.until, mostOff)
	r.OffCount = found
	for i := range off {
		p := &off[i]
		r.Off = append(r.Off, menupage.OffProduct{
			Name: cmp.Or(textOf(p.Name), fmt.Sprintf("Product %d", p.ID)), Category: textOf(p.Category),
			At: p.UpdatedAt.In(a.cfg.TimeZone),
		})
	}
	return err
}

// listStreams adds the state of the streams and their rejects.
func (a *app) listStreams(ctx context.Context, _ *blackbird.Store, _ span, r *menupage.Report) error {
	state, err := a.lookIntoState()
	if err != nil {
		return err
	}
	seen, _, err := a.collect(ctx, state)
	for _, s := range seen {
		s.evaluate(time.Now(), a.cfg.Cadences[s.Stream], slices.Contains(a.cfg.Streams, s.Stream))
		line := menupage.Stream{Name: s.Stream, State: string(s.State), Rows: s.Live}
		if !s.AsOf.IsZero() {
			line.AsOf = s.AsOf.In(a.cfg.TimeZone)
		}
		for _, p := range s.Problems {
			line.Problems = append(line.Problems, p.Problem)
		}
		r.Streams = append(r.Streams, line)
		if s.Stream == sync.Products.Name {
			r.OnMenu = s.Live
		}
		for _, reason := range slices.Sorted(maps.Keys(s.Rejects)) {
			r.Rejects = append(r.Rejects, menupage.RejectCount{
				Stream: s.Stream, Reason: reason, Count: s.Rejects[reason], Hint: sync.RejectHint(reason),
			})
		}
	}
	return err
}
