package sync

import (
	"context"
	"errors"
	"time"

	"golang.org/x/time/rate"

	"github.com/blackbirdctl/blackbirdctl/blackbird"
	"github.com/blackbirdctl/blackbirdctl/internal/crash"
	"github.com/blackbirdctl/blackbirdctl/sync/checkpoint"
)

// base is what every pass at work has.
type base struct {
	Env
	Options
	stream string
	// mode and resumed are known once the pass is prepared.
	mode    Mode
	resumed bool
	session *blackbird.Session
	pass    *blackbird.Pass
	rejects rejectList
	// found are the rows that differ, where that is asked for.
	found *findings
	// absent are rows that were asked for and are not there.
	absent []string
	// moved are what a points pass has moved.
	moved []RuleTotal
	// onMenu is how many products the menu shows once a products pass has written it.
	onMenu    *int64
	watermark checkpoint.Watermark
	// pace keeps reads of BioTrack at the rate asked for, nil for no limit.
	pace *rate.Limiter
}

// work is what the streams do each in their own way.
type work interface {
	// prepare decides what to do, and refuses what must not be done; nothing has been written until it returns.
	prepare(ctx context.Context) error
	// execute does it, and moves the watermark.
	execute(ctx context.Context) error
	core() *base
}

func (b *base) core() *base { return b }

// perform makes a pass while this process is the only one that may: it holds the stream's lock file and the store's own lock.
func perform(ctx context.Context, env Env, opts Options, stream string, of func(base) work) (Result, error) {
	unlock, err := begin(env.State, stream, opts.DryRun)
	if err != nil {
		return Result{}, err
	}
	defer unlock()
	crash.Here("lock file taken")
	session, err := openSession(ctx, env, stream, opts.DryRun)
	if err != nil {
		return Result{}, err
	}
	defer func() { _ = session.Close() }()
	if env.Begun != nil {
		env.Begun()
	}
	if opts.BatchSize == 0 {
		opts.BatchSize = env.Store.BatchSize()
	}
	if opts.MaxRate > 0 {
		opts.BatchSize = min(opts.BatchSize, opts.MaxRate)
	}
	w := of(base{
		Env: env, Options: opts, stream: stream, session: session, watermark: checkpoint.Watermark{Stream: stream}, pace: newPace(opts.MaxRate),
	})
	if err := w.prepare(ctx); err != nil {
		return Result{}, err
	}
	b := w.core()
	if b.pass, err = session.Begin(ctx, string(b.mode)); err != nil {
		return Result{}, err
	}
	crash.Here("pass begun")
	if opts.aside() {
		b.found = newFindings()
		b.pass.Watch(b.found.add)
	}
	err = conclude(ctx, b.pass, w.execute(ctx), b.rejects.mended)
	return b.result(), err
}

// save moves the watermark forward, to where the pass has read and merged so many rows; a dry run leaves it.
func (b *base) save(position string, rest *checkpoint.Unfinished, read int64) error {
	b.watermark.Position, b.watermark.Unfinished, b.watermark.Pass = position, rest, checkpoint.Pass(b.pass.Ref(read))
	if b.DryRun || b.aside() {
		return nil
	}
	return b.State.Save(b.watermark)
}

func (b *base) result() Result {
	r := Result{
		Store: b.Store.ID(), Stream: b.stream, Mode: b.mode, PassID: b.pass.ID, DryRun: b.DryRun, Counts: b.pass.Counts,
		Reasons: b.rejects.reasons, Position: b.watermark.Position, Resumed: b.resumed, Absent: b.absent, Moves: b.moved,
		OnMenu: b.onMenu,
	}
	if b.found != nil {
		r.Findings = b.found.total()
	}
	return r
}

// begin takes the stream's lock file and proves that a watermark can be written.
func begin(state *checkpoint.Folder, stream string, dryRun bool) (unlock func(), err error) {
	unlock, err = state.Lock(stream)
	if err != nil {
		return nil, err
	}
	if dryRun {
		return unlock, nil
	}
	state.Sweep(stream)
	if err := state.Probe(stream); err != nil {
		unlock()
		return nil, err
	}
	return unlock, nil
}

// openSession takes the store's own lock.
func openSession(ctx context.Context, env Env, stream string, dryRun bool) (*blackbird.Session, error) {
	session, err := env.Store.Session(ctx, stream, dryRun)
	if errors.Is(err, blackbird.ErrLocked) {
		return nil, &checkpoint.LockedError{Stream: stream, Owner: "it holds the lock in the Blackbird database", Err: err}
	}
	return session, err
}

// farewell is how long a pass that failed may take to say so in the store.
const farewell = 5 * time.Second

// conclude writes the pass's end into the activity log, and keeps the error that ended it.
func conclude(ctx context.Context, pass *blackbird.Pass, err error, mended func() []string) error {
	if err == nil {
		crash.Here("pass worked")
		return lostPlace(pass.Finish(ctx, blackbird.StatusDone, "", mended()))
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), farewell)
	defer cancel()
	// The database may be the very thing that failed; the next pass finds the row and declares it dead.
	_ = pass.Fail(ctx, err.Error())
	return lostPlace(err)
}

// lostPlace says of a pass that was superseded what that means for who started it.
func lostPlace(err error) error {
	if errors.Is(err, blackbird.ErrSuperseded) {
		return &checkpoint.LockedError{Stream: "this stream", Owner: "it took over from this pass, which had lost its lock", Err: err}
	}
	return err
}
