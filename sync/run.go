package sync

import (
	"context"
	"errors"
	"fmt"
	"time"

	"golang.org/x/time/rate"

	"github.com/blackbirdctl/blackbirdctl/biotrack"
	"github.com/blackbirdctl/blackbirdctl/blackbird"
	"github.com/blackbirdctl/blackbirdctl/internal/crash"
	"github.com/blackbirdctl/blackbirdctl/internal/model"
	"github.com/blackbirdctl/blackbirdctl/sync/checkpoint"
	"github.com/blackbirdctl/blackbirdctl/sync/menu"
)

// run is one pass at work: what the passes of all streams have.
//
// The reader and the writers of a pipeline share it. The store, the session, the pass, the findings and env.Progress
// are safe for both. The watermark is saved under the lock of mergeProgress. All else is the reader's after prepare.
type run struct {
	env     Env
	opts    Options
	stream  *Stream
	session *blackbird.Session
	pass    *blackbird.Pass
	rejects rejectList
	// findings are the rows that differ, nil in a pass that moves the watermark.
	findings  *findings
	watermark checkpoint.Watermark
	// former is the watermark that the pass found, nil for none.
	former *checkpoint.Watermark
	// tables are those whose changes are found by their transaction ids.
	tables []watchedTable
	// result is what the pass did so far. Its mode is set by prepare.
	result Result
	// warnings are logged when the pass begins.
	warnings []string
	// problem is the error that the pass ends with when its work is done: something is left to a person.
	problem error
	// present is what was recorded of the till's clock, zero where nothing was, and clock what the pass is to record.
	present, clock time.Time
	// limiter bounds the rows read from BioTrack a second, nil for no limit.
	limiter *rate.Limiter
}

// work is what each stream does in its own way.
type work interface {
	// prepare decides what to do and refuses what must not be done. Nothing is written before it returns.
	prepare(ctx context.Context) error
	// execute does it and saves the watermark.
	execute(ctx context.Context) error
}

// finishTimeout bounds how long a pass that failed may take to log that in the store.
const finishTimeout = 5 * time.Second

// makePass is the frame of every pass. It holds the stream's lock file and the store's own lock from before the work is
// prepared until after its end is logged.
func makePass(
	ctx context.Context, env Env, opts Options, stream *Stream, open func(*run) (work, error),
) (Result, error) {
	r := &run{env: env, opts: opts, stream: stream, watermark: checkpoint.Watermark{
		Stream: stream.Name, Reads: stream.reads,
	}}
	r.result = Result{Store: env.Store.ID(), Stream: stream.Name, DryRun: opts.DryRun}
	w, err := open(r)
	if err != nil {
		return Result{}, err
	}
	unlock, err := env.State.Lock(stream.Name)
	if err != nil {
		return Result{}, err
	}
	defer unlock()
	if !opts.DryRun {
		if err := env.State.Probe(stream.Name); err != nil {
			return Result{}, err
		}
	}
	crash.Here("lock file taken")
	if err := r.openSession(ctx); err != nil {
		return Result{}, err
	}
	defer func() { _ = r.session.Close() }()
	if env.Begun != nil {
		env.Begun()
	}
	if err := w.prepare(ctx); err != nil {
		return Result{}, err
	}
	for _, warning := range r.warnings {
		env.Log.Warn().Str("stream", stream.Name).Msg(warning)
	}
	if r.pass, err = r.session.Begin(ctx, string(r.result.Mode)); err != nil {
		return Result{}, err
	}
	r.pass.Warn = func(err error) { env.Log.Warn().Str("stream", stream.Name).Err(err).Msg("the pass goes on without") }
	crash.Here("pass begun")
	if opts.keepsWatermark() {
		r.findings = &findings{rows: make(map[model.Key]blackbird.Difference), unnamed: make(map[string]int64)}
		r.pass.Watch(r.findings.add)
	}
	err = r.finish(ctx, w.execute(ctx))
	return r.result, err
}

// openSession takes the store's own lock, and decides how many rows a page has.
func (r *run) openSession(ctx context.Context) (err error) {
	r.session, err = r.env.Store.Session(ctx, r.stream.Stream, r.opts.DryRun)
	if errors.Is(err, blackbird.ErrLocked) {
		return &checkpoint.LockedError{
			Stream: r.stream.Name, Owner: "it holds the lock in the Blackbird database", Err: err,
		}
	}
	if r.opts.BatchSize == 0 {
		r.opts.BatchSize = r.env.Store.BatchSize()
	}
	if r.opts.MaxRate > 0 {
		// A page is never larger than a second's rows.
		r.opts.BatchSize = min(r.opts.BatchSize, r.opts.MaxRate)
		r.limiter = rate.NewLimiter(rate.Limit(r.opts.MaxRate), r.opts.MaxRate)
	}
	return err
}

// finish logs the pass's end in the store, completes the result, and returns the error that ended the pass.
func (r *run) finish(ctx context.Context, err error) error {
	if err == nil {
		crash.Here("pass worked")
		r.pass.Clock = r.clock
		if err := r.prune(ctx); err != nil {
			r.env.Log.Warn().Err(err).Str("stream", r.stream.Name).Msg("old passes are kept for now")
		}
		status, message := blackbird.StatusDone, ""
		if r.problem != nil {
			status, message = blackbird.StatusFailed, r.problem.Error()
		}
		if err = r.pass.Finish(ctx, status, message, r.rejects.resolved()); err == nil {
			err = r.problem
		}
	} else {
		message := err.Error()
		if stopped := context.Cause(ctx); stopped != nil {
			message = "stopped: " + stopped.Error()
		}
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), finishTimeout)
		defer cancel()
		// The database may be what failed. Then the next pass finds the row and logs that this one was abandoned.
		_ = r.pass.Fail(ctx, message)
	}
	r.result.PassID, r.result.Counts = r.pass.ID, r.pass.Counts
	r.result.Reasons, r.result.Notices = r.rejects.reasons, r.rejects.notices
	r.result.Position = r.watermark.Position
	r.result.NewRejects = r.rejects.fresh
	if r.findings != nil {
		r.result.Findings = r.findings.total()
	}
	if errors.Is(err, blackbird.ErrSuperseded) {
		return &checkpoint.LockedError{
			Stream: "this stream", Owner: "it took over from this pass, which had lost its lock", Err: err,
		}
	}
	return err
}

// pruneRounds is how often passes are pruned while one is kept: once a day, if they are kept for 90 days.
const pruneRounds = 90

// prune removes old passes from the activity log, in the first pass of a day that succeeds. Those that leave the
// watermark alone leave the log alone.
func (r *run) prune(ctx context.Context) error {
	round := r.opts.KeepPasses / pruneRounds
	if round <= 0 || r.opts.DryRun || r.opts.keepsWatermark() || r.problem != nil {
		return nil
	}
	last, err := r.session.LastDone(ctx)
	if err != nil || last.Truncate(round).Equal(r.pass.StartedAt.Truncate(round)) {
		return err
	}
	_, err = r.pass.Prune(ctx, r.pass.StartedAt.Add(-r.opts.KeepPasses))
	return err
}

// readStart returns the stream's watermark, nil where there is none, and the state of its source. A full pass needs no
// watermark and ignores a broken one.
func (r *run) readStart(ctx context.Context) (w *checkpoint.Watermark, now sourceState, err error) {
	now.settings = r.watermark.Settings
	w, err = r.stream.ReadWatermark(r.env.State)
	if _, broken := errors.AsType[*SetupError](err); broken && r.opts.Full {
		w, err = nil, nil
	}
	if err != nil {
		return nil, now, err
	}
	var former biotrack.Former
	if r.former = w; w != nil {
		r.watermark.HeldBack = w.HeldBack
		r.warnHeldBack(w)
		former.Started, former.Evidence = w.Started, w.Evidence
		if former.Position, err = watermarkPosition(w); err != nil {
			return nil, now, err
		}
	}
	now.State, err = withRetry(ctx, r, func() (biotrack.State, error) {
		return r.env.Source.State(ctx, former, r.tableNames()...)
	})
	if err == nil {
		err = r.checkSource(ctx, now.Identity)
	}
	if err == nil {
		err = r.checkLocations(now.State, w)
	}
	if err == nil && r.stream == Orders && !r.opts.keepsWatermark() {
		r.checkClock(now.Positions.Clock)
	}
	source := checkpoint.Source(now.Identity)
	r.watermark.Source, r.watermark.WAL = &source, now.Positions.Flushed
	r.watermark.Started = r.env.Source.Server().Started
	r.keepEvidence(now.State, former.Evidence)
	return w, now, err
}

// checkStore checks that the store has the pass that wrote the watermark.
func (r *run) checkStore(ctx context.Context, w *checkpoint.Watermark) error {
	holds, err := r.session.Holds(ctx, blackbird.Ref(w.Pass))
	if err != nil || holds {
		return err
	}
	lacks := r.stream.LacksPass(w)
	if has, err := r.session.HasPoints(ctx); err != nil {
		return err
	} else if !has {
		// Nothing shows that this store was ever the other one: to start over loses what only that one has.
		lacks.HintText = "name the store that passes have written so far, or move it here with " +
			"`blackbirdctl store copy --from OLD --to NEW`; to start over without it, " + r.stream.startOver +
			": points adjusted by hand, and the terms of past orders, are lost then"
	}
	return lacks
}

// LacksPass returns the error of a store that does not have the pass which wrote the stream's watermark.
func (s *Stream) LacksPass(w *checkpoint.Watermark) *SetupError {
	return &SetupError{
		Problem: fmt.Sprintf("%s: the Blackbird store lacks pass %d, which the watermark refers to: "+
			"the store was restored or replaced", w.Stream, w.Pass.ID),
		HintText: "if this is the right store, " + s.hint(),
	}
}

// save moves the watermark to where the pass has merged that many rows. Dry runs and verifications leave it.
func (r *run) save(position string, unfinished *checkpoint.Unfinished, read int64) error {
	return r.saveOf(checkpoint.Pass(r.pass.Ref(read)), position, unfinished)
}

// saveOf saves the watermark as that of a pass.
func (r *run) saveOf(pass checkpoint.Pass, position string, unfinished *checkpoint.Unfinished) error {
	r.watermark.Position, r.watermark.Unfinished, r.watermark.Pass = position, unfinished, pass
	if r.opts.DryRun || r.opts.keepsWatermark() {
		return nil
	}
	return r.env.State.Save(r.watermark)
}

// Progress shows how far a pass is. Its methods may be called at the same time.
type Progress interface {
	// Step begins a step of about that many rows, 0 where their number is not known.
	Step(name string, rows int64)
	// Advance adds rows of the step that are done.
	Advance(rows int)
}

func (r *run) step(name string, rows int64) {
	if r.env.Progress != nil {
		r.env.Progress.Step(name, rows)
	}
}

func (r *run) advance(rows int) {
	if r.env.Progress != nil {
		r.env.Progress.Advance(rows)
	}
}

// Result is what a pass did.
type Result struct {
	Store  string           `json:"store"`
	Stream string           `json:"stream"`
	Mode   Mode             `json:"mode"`
	PassID int64            `json:"pass_id"`
	DryRun bool             `json:"dry_run"`
	Counts blackbird.Counts `json:"rows"`
	// Reasons counts the rejects by reason.
	Reasons map[string]int64 `json:"reject_reasons,omitempty"`
	// NewRejects is how many of them no earlier pass has listed.
	NewRejects int64 `json:"new_rejects,omitempty"`
	// Notices counts by reason what is listed beside the rejects.
	Notices map[string]int64 `json:"notices,omitempty"`
	// Position is the watermark's, after the pass.
	Position string `json:"position"`
	// Resumed reports whether the pass resumed one that had been cut off.
	Resumed bool `json:"resumed,omitempty"`
	// Findings are what a verification found, or a backfill wrote.
	Findings *Findings `json:"findings,omitempty"`
	// Absent are the rows that a backfill was asked for and BioTrack does not have.
	Absent []string `json:"absent,omitempty"`
	// Moves are what a points pass moved, by rule, and PointsMoved in sum; nil for other streams.
	Moves []RuleTotal `json:"moves,omitempty"`
	*PointsMoved
	// Balance is the customer's after an adjustment, nil for other passes.
	Balance *int64 `json:"balance,omitempty"`
	// SettingsChanged says which settings a full pass accepted that are not those of the pass before.
	SettingsChanged []string `json:"settings_changed,omitempty"`
	// MenuChanges counts what a full products pass changed for shoppers.
	MenuChanges *menu.Changes `json:"menu_changes,omitempty"`
	// OnMenu is how many products the menu shows after a products pass, nil where none was written.
	OnMenu *int64 `json:"on_menu,omitempty"`
}
