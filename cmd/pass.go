package cmd

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/blackbirdctl/blackbirdctl/cmd/notify"
	"github.com/blackbirdctl/blackbirdctl/internal/model"
	"github.com/blackbirdctl/blackbirdctl/sync"
	"github.com/blackbirdctl/blackbirdctl/sync/checkpoint"
)

// pass makes one pass, logs and reports it, and prints what it did.
func (a *app) pass(ctx context.Context, stream *sync.Stream, opts sync.Options) error {
	if !slices.Contains(a.cfg.Streams, stream.Name) {
		off := map[string]any{keyStore: a.cfg.Store, keyStream: stream.Name, "off": true}
		return a.printLogged(off, func(w io.Writer) {
			fmt.Fprintf(w, "%s: switched off by --streams: nothing done\n", stream.Name)
		})
	}
	notifier, err := a.newNotifier(stream.Name, a.targets(), opts)
	if err != nil {
		return err
	}
	began := time.Now()
	result, err := a.runPass(ctx, stream, stream.Pass, opts, notifier)
	if a.skips(err) {
		skipped := map[string]any{keyStore: a.cfg.Store, keyStream: stream.Name, "skipped": true}
		return a.printLogged(skipped, func(w io.Writer) {
			fmt.Fprintf(w, "%s: skipped: %s\n", stream.Name, model.PlainText(err.Error()))
		})
	}
	code, ended := exitCode(ctx, err), time.Now()
	defer notifier.Ended(ctx, notify.Outcome{
		Version: thisBuild().Version, Began: began, Ended: ended, ExitCode: code, Result: result,
		Locked: code == exitLocked,
	})
	if !a.dryRun && opts.Only.Empty() && code != exitLocked {
		attempt := checkpoint.Attempt{StartedAt: began.UTC(), EndedAt: ended.UTC(), ExitCode: code}
		if err != nil {
			attempt.Error, attempt.Hint = describe(ctx, err, code), model.PlainText(hintFor(err, code))
		}
		a.recordAttempt(stream.Name, attempt)
	}
	if err != nil && (!a.dryRun || !is[*sync.TooManyPointsError](err)) {
		return err
	}
	if a.inLog(result) {
		return err
	}
	return errors.Join(err, a.printLogged(result, func(w io.Writer) {
		if a.cfg.Output == "csv" {
			passTable(w, result)
			return
		}
		headline := details(result)
		if isTerminal(a.out) {
			headline = summary(result, ended.Sub(began))
		}
		writeResult(w, headline, result)
	}))
}

// recordAttempt keeps how a run ended, for status. A run whose state folder cannot be used has said so itself.
func (a *app) recordAttempt(stream string, attempt checkpoint.Attempt) {
	state, err := a.openState()
	if err == nil {
		err = state.SaveAttempt(stream, attempt)
	}
	if err != nil {
		a.log.Debug().Err(err).Str(keyStream, stream).Msg("cannot keep how the run ended")
	}
}

// runPass opens what a pass over the stream needs, makes the pass, and logs it. The notifier may be nil.
func (a *app) runPass(
	ctx context.Context, stream *sync.Stream,
	pass func(context.Context, sync.Env, sync.Options) (sync.Result, error), opts sync.Options,
	notifier *notify.Notifier,
) (r sync.Result, err error) {
	began := time.Now()
	defer func() {
		if !a.skips(err) {
			a.logPass(ctx, stream.Name, r, time.Since(began), err)
		}
	}()
	env := sync.Env{Log: a.log, Begun: notifier.Begun(ctx)}
	if screen := a.screen; screen != nil {
		env.Progress = screen
		defer screen.watch(stream.Name)()
	}
	if env.State, err = a.openState(); err != nil {
		return r, err
	}
	if stream.ReadsBioTrack {
		if env.Source, err = a.openSource(ctx); err != nil {
			return r, err
		}
		defer env.Source.Close()
	} else if err = a.checkStoreFile(); err != nil && !a.dryRun {
		return r, err // points alone make no store
	}
	var done func()
	if env.Store, done, err = a.openStore(ctx, env.Source); err != nil {
		return r, err
	}
	defer done()
	r, err = a.whileLocked(ctx, stream.Name, func() (sync.Result, error) { return pass(ctx, env, opts) })
	if err != nil {
		notifier.ReadLastSuccess(ctx, env.Store)
	}
	return r, err
}

// targets are where notifications go.
func (a *app) targets() notify.Targets {
	return notify.Targets{MetricsFile: a.cfg.MetricsFile, Pushgateway: a.cfg.Pushgateway, PingURL: a.cfg.PingURL}
}

// newNotifier returns the stream's notifier; nil without targets, and for a pass that does not update the whole stream.
func (a *app) newNotifier(stream string, to notify.Targets, opts sync.Options) (*notify.Notifier, error) {
	n, err := notify.New(to, a.cfg.Store, stream, a.log.With().Str(keyStream, stream).Logger())
	if a.dryRun || !opts.Only.Empty() {
		n = nil
	}
	return n, err
}

// options returns the options of every pass.
func (a *app) options(full bool) sync.Options {
	opts := sync.DefaultOptions()
	opts.Full, opts.DryRun, opts.BatchSize = full, a.dryRun, int(a.cfg.BatchSize)
	opts.MaxPointsChange = a.cfg.MaxPointsChange
	opts.KeepPasses = time.Duration(a.cfg.KeepPasses) * 24 * time.Hour
	opts.Locations, opts.Region = a.cfg.Locations, a.cfg.Region
	return opts
}

// syncOptions returns the options of a pass that reads BioTrack.
func (a *app) syncOptions(full bool) sync.Options {
	opts := a.options(full)
	opts.MaxRemovals, opts.MaxRejects, opts.MaxRate = a.cfg.MaxRemovals, a.cfg.MaxRejects, int(a.cfg.MaxRate)
	opts.Menu, opts.PriceProof = a.cfg.Menu(), a.cfg.PriceProof
	return opts
}
