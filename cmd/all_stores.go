package cmd

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	stdsync "sync"
	"text/tabwriter"
	"time"

	"github.com/rs/zerolog"
	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"github.com/blackbirdctl/blackbirdctl/cmd/config"
	"github.com/blackbirdctl/blackbirdctl/sync"
)

// errDone ends a command that has been run for every store.
var errDone = errors.New("done for every store")

// once tells a command that is not about a store.
func once(c *cobra.Command) bool {
	for ; c.HasParent(); c = c.Parent() {
		if slices.Contains([]string{"version", "completion", "config", "help", cobra.ShellCompRequestCmd}, c.Name()) {
			return true
		}
	}
	return false
}

// storeRun is what became of the command for one store.
type storeRun struct {
	store string
	out   bytes.Buffer
	code  int
	err   error
}

// everyStore runs the command for every store of the config file, some at a time: each as a run of its own with its own options, and
// connections. What they print comes in the order of the stores' names.
func (a *app) everyStore(c *cobra.Command) error {
	names, err := a.storeNames(c)
	if err != nil {
		return err
	}
	began := time.Now()
	runs := a.runStores(c.Context(), names)
	if err := a.printRuns(runs); err != nil {
		return err
	}
	failed := failedRuns(runs)
	a.anyStore.Info().Int("stores", len(names)).Int("failed", len(failed)).Int64(keyDuration, time.Since(began).Milliseconds()).
		Msg("stores done")
	switch {
	case len(runs) < len(names):
		return context.Cause(c.Context())
	case len(failed) > 0:
		return &storesError{failed: failed, of: len(runs)}
	}
	return errDone
}

// runStores runs the command for the stores, and begins no more of them once the process has been told to stop.
func (a *app) runStores(ctx context.Context, names []string) []storeRun {
	runs := make([]storeRun, len(names))
	stderr := &lockedWriter{to: a.err}
	var group errgroup.Group
	group.SetLimit(int(a.cfg.Parallel))
	begun := 0
	for ctx.Err() == nil && begun < len(names) {
		r := &runs[begun]
		r.store = names[begun]
		group.Go(func() error {
			r.run(ctx, a, stderr)
			return nil
		})
		begun++
	}
	_ = group.Wait()
	return runs[:begun]
}

// storeNames are the stores to run for. One BioTrack for all of them would fill each with the goods of one.
func (a *app) storeNames(c *cobra.Command) ([]string, error) {
	file, err := a.readConfig(c, a.cfg.File)
	switch {
	case err != nil:
		return nil, err
	case len(file.Stores()) == 0:
		return nil, &sync.SetupError{
			Problem:  "--all-stores needs a config file with stores",
			HintText: "name one with --config; `blackbirdctl config example` prints one",
		}
	case a.cfg.BiotrackURL != "" && !file.HasGeneral(config.FlagBiotrackURL):
		return nil, &sync.SetupError{
			Problem:  "--all-stores, and one BioTrack database for all stores: each of them has its own",
			HintText: "unset BIOTRACK_URL, and give each store's biotrack_url in " + file.Path,
		}
	}
	return file.Stores(), nil
}

func (r *storeRun) run(ctx context.Context, all *app, stderr io.Writer) {
	// What hangs on the context, as a database's dialer, goes with the run: the process's own lasts for all stores.
	ctx, end := context.WithCancel(ctx)
	defer end()
	one := &app{args: all.args, out: &r.out, err: stderr, one: r.store, file: all.file}
	r.err = one.run(ctx)
	r.code = exitCode(ctx, r.err)
	if r.err != nil {
		all.logFailure(ctx, r)
	}
}

// logFailure tells what went wrong for one of the stores, and what to do.
func (a *app) logFailure(ctx context.Context, r *storeRun) {
	a.anyStore.Error().Str(keyStore, r.store).Int(keyExitCode, r.code).Str(zerolog.ErrorFieldName, describe(ctx, r.err, r.code)).Str(keyHint, hintFor(r.err, r.code)).
		Msg("store failed")
}

func failedRuns(runs []storeRun) (failed []*storeRun) {
	for i := range runs {
		if runs[i].code != exitOK {
			failed = append(failed, &runs[i])
		}
	}
	return failed
}

// storesError says for which stores the command failed.
type storesError struct {
	failed []*storeRun
	of     int
}

// namedStores is how many stores an error names at most: the log has all of them.
const namedStores = 50

func (e *storesError) Error() string {
	named := e.failed[:min(namedStores, len(e.failed))]
	parts := make([]string, len(named))
	for i, r := range named {
		parts[i] = fmt.Sprintf("%s (exit code %d)", r.store, r.code)
	}
	if more := len(e.failed) - len(named); more > 0 {
		parts = append(parts, fmt.Sprintf("and %d more", more))
	}
	return fmt.Sprintf("%d of %d stores failed: %s", len(e.failed), e.of, strings.Join(parts, ", "))
}

// Hint returns the remedy.
func (e *storesError) Hint() string {
	return "each store's own error and its remedy are in the log above; run the command again for one of them with --store"
}

// severity orders exit codes from what concerns a person most to what the next run mends by itself.
var severity = []int{
	exitInterrupted, exitTerminated, exitUnexpected, exitUsage, exitConfig, exitState, exitData, exitUnavailable, exitLocked,
}

// code is the most severe of the stores' exit codes.
func (e *storesError) code() int {
	for _, code := range severity {
		for _, r := range e.failed {
			if r.code == code {
				return code
			}
		}
	}
	return exitUnexpected
}

// printRuns prints what the runs printed. Tables that begin with a store's name become one table; any other line is told to be its store's.
func (a *app) printRuns(runs []storeRun) error {
	if a.cfg.Output == "json" {
		for i := range runs {
			if _, err := runs[i].out.WriteTo(a.out); err != nil {
				return err
			}
		}
		return nil
	}
	var joined sections
	for i := range runs {
		joined.add(&runs[i])
	}
	page := tabwriter.NewWriter(a.out, 0, 0, 2, ' ', 0)
	_, err := io.WriteString(page, joined.String())
	return errors.Join(err, page.Flush())
}

// section is a table, or lines that are none.
type section struct {
	heading string
	lines   []string
}

// sections are those of all runs, by their headings.
type sections struct{ all []*section }

const storeHeading = "STORE\t"

func (s *sections) add(r *storeRun) {
	in := s.of("")
	for line := range strings.Lines(r.out.String()) {
		switch line = strings.TrimSuffix(line, "\n"); {
		case strings.HasPrefix(line, storeHeading):
			in = s.of(line)
		case line == "":
			in = s.of("")
		case in.heading == "":
			in.lines = append(in.lines, r.store+": "+strings.ReplaceAll(line, "\t", "  "))
		default:
			in.lines = append(in.lines, line)
		}
	}
}

func (s *sections) of(heading string) *section {
	for _, known := range s.all {
		if known.heading == heading {
			return known
		}
	}
	made := &section{heading: heading}
	if heading != "" {
		made.lines = []string{heading}
	}
	s.all = append(s.all, made)
	return made
}

// String is all sections that have lines, with an empty line between them.
func (s *sections) String() string {
	var blocks []string
	for _, section := range s.all {
		if len(section.lines) > 0 {
			blocks = append(blocks, strings.Join(section.lines, "\n")+"\n")
		}
	}
	return strings.Join(blocks, "\n")
}

// lockedWriter lets many write, a whole line at a time.
type lockedWriter struct {
	mu stdsync.Mutex
	to io.Writer
}

// sharesTerminal tells a writer that many runs share and that writes to a terminal.
func sharesTerminal(w io.Writer) bool {
	shared, ok := w.(*lockedWriter)
	if !ok {
		return false
	}
	_, terminal := isTerminal(shared.to)
	return terminal
}

func (w *lockedWriter) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.to.Write(p)
}
