package cmd

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/blackbirdctl/blackbirdctl/blackbird"
	"github.com/blackbirdctl/blackbirdctl/cmd/config"
	"github.com/blackbirdctl/blackbirdctl/cmd/notify"
	"github.com/blackbirdctl/blackbirdctl/cmd/output"
	"github.com/blackbirdctl/blackbirdctl/internal/model"
	"github.com/blackbirdctl/blackbirdctl/sync"
)

const verifyHelp = `Verify compares Blackbird with BioTrack row by row: customers, orders with their refunds, the whole
menu, the points ledger with the orders, and the balances with the ledger. It names the rows that differ, by key and
field, and ends with 65 if there are any. Rows that changed in BioTrack since the last pass count as newer: the next
pass brings them. A stream that cannot be compared is reported and does not stop the others; the exit code is the most
severe.

An unknown order is one that has points and that Blackbird does not have. Of a customer's points, "balance" is a
balance that is not the sum of its lines; "ledger" says that the balance was right, and that lines were changed or
added by hand. A repair deletes no line: it adds one that takes the points back. An order has damaged terms if its
points cannot have been calculated by the terms in its last line; it keeps its points until a person decides.

It takes the lock of the stream that it compares, so that no pass changes it meanwhile, and writes nothing. With
--repair it writes the rows that differ, and leaves the watermarks alone. A repair of the points that would move more
than --max-points-change allows, other than by new awards, stops with 65 before it writes any of that.`

const verifyExample = `  blackbirdctl verify                    # all streams
  blackbirdctl verify orders --repair
  30 3 * * *  blackbirdctl verify --repair`

func (a *app) verify() *cobra.Command {
	var repair bool
	var limit int64
	run := func(ctx context.Context, streams []string) (err error) {
		opts := a.syncOptions(false)
		opts.Repair = repair
		if opts.Rules, err = a.cfg.Rules(); err != nil {
			return err
		}
		if len(streams) == 0 {
			streams = a.cfg.Streams
		}
		return a.pingVerify(ctx, streams, opts, int(limit))
	}
	c := command("verify [STREAM]", "Compare Blackbird with BioTrack, and repair what differs", verifyExample,
		cobra.MatchAll(cobra.MaximumNArgs(1), cobra.OnlyValidArgs), run)
	c.Long, c.ValidArgs = verifyHelp, sync.StreamNames()
	a.cfg.AddFlags(c.Flags(), config.LimitFlags...)
	a.cfg.AddFlags(c.Flags(), append([]string{"price-proof"}, config.MenuFlags...)...)
	a.cfg.AddFlags(c.Flags(), config.PointsFlags...)
	c.Flags().BoolVar(&repair, "repair", false, "write the rows that differ")
	config.Flag(c.Flags(), &limit, "limit", config.AtLeast(0, ""), 20, "name at most this many rows of a stream")
	return c
}

// verifyReport is what verify prints.
type verifyReport struct {
	Store string `json:"store"`
	// Equal reports that nothing differs, or nothing any more after a repair.
	Equal   bool          `json:"equal"`
	Streams []sync.Result `json:"streams"`
}

// verifyName is in the place of {stream} in the URL that a verification pings.
const verifyName = "verify"

// pingVerify verifies, and pings when it begins and how it ends.
func (a *app) pingVerify(ctx context.Context, streams []string, opts sync.Options, limit int) error {
	pings, err := a.newNotifier(verifyName, notify.Targets{PingURL: a.cfg.PingURL}, opts)
	if err != nil {
		return err
	}
	if begun := pings.Begun(ctx); begun != nil {
		begun()
	}
	err = a.runVerify(ctx, streams, opts, limit)
	code := exitCode(ctx, err)
	pings.Ended(ctx, notify.Outcome{Verify: true, ExitCode: code, Locked: code == exitLocked})
	return err
}

// verifyStream verifies one stream and reports its metrics. It returns how many rows differ in the end.
func (a *app) verifyStream(
	ctx context.Context, stream *sync.Stream, opts sync.Options,
) (result sync.Result, different int64, err error) {
	to := a.targets()
	to.PingURL = ""
	notifier, err := a.newNotifier(stream.Name, to, opts)
	if err != nil {
		return result, 0, err
	}
	result, err = a.runPass(ctx, stream, stream.Verify, opts, nil)
	code := exitCode(ctx, err)
	if err == nil {
		if different = result.Findings.Unrepaired; result.DryRun {
			different = result.Findings.Total()
		}
		if different > 0 {
			code = exitData
		}
	}
	notifier.Ended(ctx, notify.Outcome{
		Verify: true, Ended: time.Now(), ExitCode: code, Result: result, Locked: code == exitLocked,
	})
	return result, different, err
}

// runVerify verifies stream after stream and prints what it found. If some fail and others differ, the error is both.
func (a *app) runVerify(ctx context.Context, streams []string, opts sync.Options, limit int) error {
	if len(streams) > 1 {
		if err := a.checkBiotrackURL(); err != nil {
			return err // once, not for each stream
		}
	}
	report := verifyReport{Store: a.cfg.Store, Streams: []sync.Result{}}
	var different []string
	var damaged bool
	failed := a.eachStream(ctx, streams, func(stream *sync.Stream) error {
		result, n, err := a.verifyStream(ctx, stream, opts)
		if a.skips(err) {
			a.log.Info().Str(keyStream, stream.Name).Msg("skipped: " + model.PlainText(err.Error()))
			return nil
		}
		if err != nil {
			return err
		}
		if n > 0 {
			different = append(different, fmt.Sprintf("%s %d", stream.Name, n))
		}
		damaged = damaged || result.Findings.Unrepaired > 0
		result.Findings.Rows = result.Findings.Rows[:min(limit, len(result.Findings.Rows))]
		report.Streams = append(report.Streams, result)
		return nil
	})
	report.Equal = failed == nil && len(different) == 0
	if failed != nil && len(report.Streams) == 0 {
		return failed
	}
	err := a.printLogged(report, report.write)
	if len(different) == 0 {
		return errors.Join(failed, err)
	}
	hint := "run the same with --repair, which writes the rows that differ; " +
		"if they differ again, check what else writes to the store"
	if damaged {
		hint += ". Orders with damaged terms keep their points: `blackbirdctl points recompute --full --order ID` " +
			"calculates them by today's rules"
	}
	differ := finding("Blackbird differs from BioTrack: "+strings.Join(different, ", "), hint)
	if failed != nil && mostSevere([]int{exitCode(ctx, failed), exitData}) != exitData {
		return errors.Join(failed, differ, err) // the first decides the exit code
	}
	return errors.Join(differ, failed, err)
}

func (v verifyReport) write(w io.Writer) {
	differences := map[string]string{
		blackbird.Missing: "missing in Blackbird", blackbird.Differs: "differs",
		blackbird.Surplus: "no longer in BioTrack", blackbird.OrderUnknown: "order unknown",
		blackbird.TermsDamaged: "terms damaged",
	}
	var rows, named [][]string
	var notes strings.Builder
	var moves []sync.RuleTotal
	for _, r := range v.Streams {
		f, verdict := r.Findings, "repaired"
		switch {
		case f.Total() == 0:
			verdict = "equal"
		case r.DryRun, f.Unrepaired > 0:
			verdict = "different"
		}
		rows = append(rows, []string{
			v.Store, r.Stream, output.Int(r.Counts.Read), output.Int(f.Missing), output.Int(f.Differs),
			output.Int(f.Surplus), output.Int(f.Newer), output.Int(r.Counts.Rejected), verdict,
		})
		for _, d := range f.Rows {
			named = append(named, []string{
				v.Store, r.Stream, d.Name(), differences[d.Kind], strings.Join(d.Fields, ", "),
			})
		}
		if r.PointsMoved != nil && !r.DryRun {
			fmt.Fprintf(&notes, "%s: %d points given, %d taken\n", r.Stream, r.Given, r.Taken)
			moves = r.Moves
		}
		if more := f.Total() - int64(len(f.Rows)); more > 0 {
			fmt.Fprintf(&notes, "and %d more of %s: see --limit\n", more, r.Stream)
		}
	}
	output.Table(w, []string{
		"STORE", "STREAM", "COMPARED", "MISSING", "DIFFERENT", "SURPLUS", "NEWER", "REJECTED", "VERDICT",
	}, rows)
	if len(named) > 0 {
		fmt.Fprintln(w)
		output.Table(w, []string{"STORE", "STREAM", "KEY", "DIFFERENCE", "FIELDS"}, named)
	}
	fmt.Fprintf(w, "%s", notes.String())
	if len(moves) > 0 {
		writeRuleTotals(w, moves)
	}
}
