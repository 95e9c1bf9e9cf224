package cmd

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/rs/zerolog"
	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"github.com/blackbirdctl/blackbirdctl/cmd/config"
	"github.com/blackbirdctl/blackbirdctl/sync"
	"github.com/blackbirdctl/blackbirdctl/sync/checkpoint"
)

// errDone ends a command that has run for every store.
var errDone = errors.New("done for every store")

// once reports whether a command is not about a store.
func once(c *cobra.Command) bool {
	for ; c.HasParent(); c = c.Parent() {
		if slices.Contains([]string{"version", "completion", "config", "help", cobra.ShellCompRequestCmd}, c.Name()) {
			return true
		}
	}
	return false
}

// storeRun is a command's run for one store, and its outcome.
type storeRun struct {
	store string
	out   bytes.Buffer
	code  int
	err   error
}

// everyStore runs the command for every store of the config file, some at a time: each as a run of its own, with its
// own options and connections. Their output comes in the order of the stores' names.
func (a *app) everyStore(ctx context.Context, command string) error {
	names, err := a.storeNames()
	if err != nil {
		return err
	}
	began := time.Now()
	runs := a.runStores(ctx, a.inTurn(names, command))
	slices.SortFunc(runs, func(a, b storeRun) int { return strings.Compare(a.store, b.store) })
	if err := a.printRuns(runs); err != nil {
		return err
	}
	failed, codes := &storesError{of: len(runs)}, make(map[int]int)
	for i := range runs {
		codes[runs[i].code]++
		if runs[i].code != exitOK {
			failed.failed = append(failed.failed, &runs[i])
		}
	}
	a.anyStore.Info().Int("stores", len(names)).Int("failed", len(failed.failed)).Interface(keyExitCode+"s", codes).
		Int64(keyDuration, time.Since(began).Milliseconds()).Msg("stores done")
	switch {
	case len(runs) < len(names):
		return context.Cause(ctx)
	case len(failed.failed) > 0:
		return failed
	}
	return errDone
}

// storeNames returns the stores to run for. One BioTrack database for all of them would fill each with the goods of
// one.
func (a *app) storeNames() ([]string, error) {
	file, err := a.readConfig(a.cfg.File)
	switch {
	case err != nil:
		return nil, err
	case len(file.Stores()) == 0:
		return nil, &sync.SetupError{Problem: "--all-stores needs a config file with stores",
			HintText: "name one with --config; `blackbirdctl config example --chain` prints one"}
	case a.cfg.BiotrackURL != "" && !file.HasGeneral(config.FlagBiotrackURL):
		return nil, &sync.SetupError{
			Problem:  "--all-stores, and one BioTrack database for all stores: each of them has its own",
			HintText: "unset BIOTRACK_URL, and give each store's biotrack_url in " + file.Path,
		}
	}
	return file.Stores(), nil
}

// inTurn returns the stores in the order in which to run a command for them: where it makes passes, first those whose
// last attempt is the oldest. So the run after one that was killed begins with the stores that are left, and a till
// that is always down keeps no other waiting.
func (a *app) inTurn(names []string, command string) []string {
	ended := make(map[string]time.Time, len(names))
	for _, name := range names {
		state := checkpoint.OpenReadOnly(a.cfg.StateDir, name)
		for _, stream := range sync.Streams() {
			if !strings.HasPrefix("blackbirdctl "+stream.Command, strings.TrimSuffix(command, " all")) {
				continue
			}
			last, known := state.LastAttempt(stream.Name), ended[name]
			if last != nil && (known.IsZero() || last.EndedAt.Before(known)) {
				ended[name] = last.EndedAt
			}
		}
	}
	return slices.SortedStableFunc(slices.Values(names), func(a, b string) int { return ended[a].Compare(ended[b]) })
}

// runStores runs the command for the stores. It begins no more of them once the process has been told to stop.
func (a *app) runStores(ctx context.Context, names []string) []storeRun {
	runs := make([]storeRun, len(names))
	stderr := zerolog.SyncWriter(a.err)
	var group errgroup.Group
	group.SetLimit(int(a.cfg.Parallel))
	begun := 0
	for ; ctx.Err() == nil && begun < len(names); begun++ {
		r := &runs[begun]
		r.store = names[begun]
		group.Go(func() error {
			// What hangs on the context, such as a database's dialer, ends with the run: the process's own lasts for
			// all.
			ctx, end := context.WithCancel(ctx)
			defer end()
			one := &app{args: a.args, out: &r.out, err: stderr, one: r.store, file: a.file, terminal: a.terminal,
				oneForm: a.oneForm}
			if r.err = one.run(ctx); r.err != nil {
				r.code = exitCode(ctx, r.err)
			}
			if r.err != nil && !one.reported {
				a.anyStore.Error().Str(keyStore, r.store).Int(keyExitCode, r.code).
					Str(zerolog.ErrorFieldName, describe(ctx, r.err, r.code)).Str(keyHint, hintFor(r.err, r.code)).
					Msg("store failed")
			}
			return nil
		})
	}
	_ = group.Wait()
	return runs[:begun]
}

// storesError names the stores for which the command failed.
type storesError struct {
	failed []*storeRun
	of     int
}

// namedStores is how many stores an error names at most for each exit code: the log has all of them.
const namedStores = 20

func (e *storesError) Error() string {
	stores := make(map[int][]string)
	for _, r := range e.failed {
		stores[r.code] = append(stores[r.code], r.store)
	}
	var parts []string
	for _, code := range severity {
		named := stores[code]
		if len(named) == 0 {
			continue
		}
		list := strings.Join(named[:min(namedStores, len(named))], ", ")
		if more := len(named) - namedStores; more > 0 {
			list += fmt.Sprintf(" and %d more", more)
		}
		parts = append(parts, fmt.Sprintf("%d with exit code %d (%s)", len(named), code, list))
	}
	return fmt.Sprintf("%d of %d stores failed: %s", len(e.failed), e.of, strings.Join(parts, ", "))
}

// Hint returns what to do.
func (e *storesError) Hint() string {
	return "each store's own error and its hint are in the log above; run the command again for one of them " +
		"with --store"
}

// severity orders exit codes from what concerns a person most to what the next run fixes by itself.
var severity = []int{
	exitInterrupted, exitTerminated, exitUnexpected, exitUsage, exitConfig, exitState, exitData, exitUnavailable,
	exitLocked,
}

func (e *storesError) code() int {
	var codes []int
	for _, r := range e.failed {
		codes = append(codes, r.code)
	}
	return mostSevere(codes)
}

// mostSevere returns the code that concerns a person most.
func mostSevere(codes []int) int {
	for _, code := range severity {
		if slices.Contains(codes, code) {
			return code
		}
	}
	return exitUnexpected
}

// joinCSV prints the stores' tables as one, with one heading.
func (a *app) joinCSV(runs []storeRun) error {
	printed := ""
	for i := range runs {
		heading, rows, _ := strings.Cut(runs[i].out.String(), "\n")
		if heading != printed && heading != "" {
			printed, rows = heading, heading+"\n"+rows
		}
		if _, err := io.WriteString(a.out, rows); err != nil {
			return err
		}
	}
	return nil
}

const storeHeading = "STORE\t"

// printRuns prints what the runs printed. Tables that begin with a store's name become one table; other lines are
// prefixed with the store's name.
func (a *app) printRuns(runs []storeRun) error {
	if a.cfg.Output == "json" {
		for i := range runs {
			if _, err := runs[i].out.WriteTo(a.out); err != nil {
				return err
			}
		}
		return nil
	}
	if a.cfg.Output == "csv" {
		return a.joinCSV(runs)
	}
	// Lines without a heading come first.
	headings, blocks := []string{""}, map[string][]string{"": nil}
	for i := range runs {
		heading := ""
		for line := range strings.Lines(runs[i].out.String()) {
			switch line = strings.TrimSuffix(line, "\n"); {
			case strings.HasPrefix(line, storeHeading):
				if heading = line; blocks[heading] == nil {
					headings, blocks[heading] = append(headings, heading), []string{line}
				}
			case line == "":
				heading = ""
			case heading == "" && a.oneForm && strings.HasPrefix(line, "{"):
				blocks[""] = append(blocks[""], line)
			case heading == "":
				blocks[""] = append(blocks[""], runs[i].store+": "+strings.ReplaceAll(line, "\t", "  "))
			default:
				blocks[heading] = append(blocks[heading], line)
			}
		}
	}
	var parts []string
	for _, heading := range headings {
		if len(blocks[heading]) > 0 {
			parts = append(parts, strings.Join(blocks[heading], "\n")+"\n")
		}
	}
	return a.form().Aligned(a.out, func(w io.Writer) { fmt.Fprintf(w, "%s", strings.Join(parts, "\n")) })
}
