package cmd

import (
	"fmt"
	"strings"
	"time"

	"github.com/blackbirdctl/blackbirdctl/blackbird"
	"github.com/blackbirdctl/blackbirdctl/cmd/output"
	"github.com/blackbirdctl/blackbirdctl/sync"
	"github.com/blackbirdctl/blackbirdctl/sync/checkpoint"
)

// streamState is the state of a stream in one word.
type streamState string

const (
	stateOK      streamState = "ok"
	stateLate    streamState = "late"
	stateFailing streamState = "failing"
	stateRunning streamState = "running"
	stateOff     streamState = "off"
	stateNever   streamState = "never"
)

// complaint says what is wrong in a state that needs attention; it is empty for the others.
func (s streamState) complaint() string {
	switch s {
	case stateLate, stateFailing:
		return "is " + string(s)
	case stateNever:
		return "never ran"
	case stateOK, stateRunning, stateOff:
	}
	return ""
}

// maxCadences is how many cadences old a stream's data may be: one until the next pass, and one for that pass.
const maxCadences = 2

// evaluate sets the stream's state, and its problems if it needs attention.
func (s *streamStatus) evaluate(now time.Time, cadence time.Duration, on bool) {
	s.CadenceSeconds = int64(cadence.Seconds())
	done, failed := s.Done, s.Failed
	if done != nil {
		s.AsOf, s.age = done.AsOf, max(0, now.Sub(done.AsOf.Time))
		seconds := int64(s.age.Seconds())
		s.AgeSeconds = &seconds
	}
	late := done != nil && s.age > maxCadences*cadence
	failing := failed != nil && (done == nil || failed.ID > done.ID)
	switch {
	case !on:
		s.State = stateOff
	case s.running() && !late:
		s.State = stateRunning
	case failing || s.failedAttempt() != nil || s.failedRepair() != nil || s.watermarkErr != nil || s.heldBack() > 0:
		s.State = stateFailing
	case late:
		s.State = stateLate
	case done == nil:
		s.State = stateNever
	default:
		s.State = stateOK
	}
	if s.State.complaint() != "" {
		s.explain(cadence, failing, late)
	}
}

// explain adds the problems of a stream that needs attention.
func (s *streamStatus) explain(cadence time.Duration, failing, late bool) {
	if s.watermarkErr != nil {
		s.add(s.watermarkErr.Error(), hintFor(s.watermarkErr, exitConfig))
	}
	command := commandFor(s.Store, sync.StreamNamed(s.Stream).Command)
	attempt := s.failedAttempt()
	switch {
	case attempt != nil && s.watermarkErr != nil && strings.Contains(attempt.Error, s.watermarkErr.Error()):
	case attempt != nil:
		s.add(fmt.Sprintf("the run that ended at %s failed with exit code %d: %s",
			output.Time(attempt.EndedAt, s.zone), attempt.ExitCode, attempt.Error), attempt.Hint)
	case failing:
		s.add(describeFailure(s.Failed, command))
	case s.failedRepair() != nil:
		problem, _ := describeFailure(s.failedRepair(), "")
		s.add(problem, "run "+commandFor(s.Store, "verify "+s.Stream+" --repair")+" and follow its hint")
	}
	if removals := s.heldBack(); removals > 0 && attempt == nil {
		_, command := sync.StreamNamed(s.Stream).HeldBackRemovals(s.watermark)
		s.add(fmt.Sprintf("%d %s that BioTrack no longer has are kept, as they are more than --max-removals allowed",
			removals, s.Stream), "check that BioTrack is complete; if it is, run "+commandFor(s.Store, command))
	}
	if late {
		s.add(s.describeDelay(cadence, failing, command))
	}
	if s.State == stateNever || attempt != nil && s.Last == nil && s.Watermark != nil {
		s.add(s.describeFirst(command))
	}
}

// describeFirst describes a stream without a pass. A watermark shows that there was another store before: its passes
// refuse this one until they read everything.
func (s *streamStatus) describeFirst(command string) (problem, hint string) {
	problem, hint = "no pass has begun yet", "run "
	if s.Watermark != nil {
		problem = "the watermark is of a store that is gone"
		hint = "name that store again, or move it here with `blackbirdctl store copy`; to start over without it, run "
	}
	switch {
	case s.Stream == sync.Products.Name:
		command += " with --member-level"
	case s.Watermark == nil:
	case s.Stream == sync.Points.Name:
		command = commandFor(s.Store, "watermark reset points") + " and then " + command
	default:
		command = commandFor(s.Store, sync.StreamNamed(s.Stream).Command+" --full")
	}
	return problem, hint + command
}

// failedAttempt returns the last run where it failed and nothing newer is known, else nil. A run that could not reach
// the store has left no pass there.
func (s *streamStatus) failedAttempt() *checkpoint.Attempt {
	a := s.LastAttempt
	if a == nil || a.ExitCode == exitOK || s.Done != nil && s.Done.FinishedAt.After(a.EndedAt) ||
		s.Last != nil && s.Last.StartedAt.After(a.EndedAt) {
		return nil
	}
	return a
}

// failedRepair returns the last pass where it was a repair that failed, as where it would have removed too much, else
// nil.
func (s *streamStatus) failedRepair() *blackbird.LoggedPass {
	if s.Last == nil || s.Last.Mode != string(sync.ModeRepair) || s.Last.Status != blackbird.StatusFailed {
		return nil
	}
	return s.Last
}

// heldBack returns how many removals wait for a person.
func (s *streamStatus) heldBack() int64 {
	removals, _ := sync.StreamNamed(s.Stream).HeldBackRemovals(s.watermark)
	return removals
}

func describeFailure(f *blackbird.LoggedPass, command string) (problem, hint string) {
	problem = fmt.Sprintf("pass %d %s", f.ID, f.Status)
	if f.Message != nil {
		problem += ": " + *f.Message
	}
	if f.Status == blackbird.StatusAbandoned {
		return problem, "run " + command + ": it resumes where that pass was cut off"
	}
	return problem, "run " + command + " and follow its hint: it resumes where that pass stopped"
}

// describeDelay describes data that is too old. A pass that could not even begin has left no trace in the store.
func (s *streamStatus) describeDelay(cadence time.Duration, failing bool, command string) (problem, hint string) {
	due := output.Duration(cadence)
	problem = fmt.Sprintf("the data is %s old, and a pass is due every %s", output.Duration(s.age), due)
	switch {
	case s.running():
		hint = "a pass is running: wait for its end, or find out what it waits for"
	case failing:
		hint = fmt.Sprintf("run %s; passes have failed since", command)
	default:
		hint = fmt.Sprintf("check that %s is started every %s, and run it now: if it cannot begin it says why",
			command, due)
	}
	return problem, hint
}
