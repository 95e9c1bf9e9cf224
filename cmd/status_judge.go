package cmd

import (
	"fmt"
	"time"

	"github.com/blackbirdctl/blackbirdctl/blackbird"
	"github.com/blackbirdctl/blackbirdctl/cmd/output"
	"github.com/blackbirdctl/blackbirdctl/sync"
)

// streamState is a word for how a stream stands.
type streamState string

const (
	stateOK      streamState = "ok"
	stateLate    streamState = "late"
	stateFailing streamState = "failing"
	stateRunning streamState = "running"
	stateOff     streamState = "off"
	stateNever   streamState = "never"
)

// wrong says of a state that somebody has to look at what it means; empty of any other.
func (s streamState) wrong() string {
	switch s {
	case stateLate, stateFailing:
		return "is " + string(s)
	case stateNever:
		return "never ran"
	case stateOK, stateRunning, stateOff:
	}
	return ""
}

// lateness is how many cadences old a stream's data may be: one until the next pass, and one for that pass.
const lateness = 2

// judge decides how the stream stands, and names its problems.
func (s *streamStatus) judge(now time.Time, cadence time.Duration, on bool) {
	done, failed := s.LastSuccess, s.LastFailure
	if done != nil {
		s.AsOf, s.age = done.AsOf, max(0, now.Sub(done.AsOf.Time))
		seconds := int64(s.age.Seconds())
		s.AgeSeconds = &seconds
	}
	late := done != nil && s.age > lateness*cadence
	failing := failed != nil && (done == nil || failed.ID > done.ID)
	switch {
	case !on:
		s.State = stateOff
	case s.sight.atWork() && !late:
		s.State = stateRunning
	case failing || s.sight.broken != nil:
		s.State = stateFailing
	case late:
		s.State = stateLate
	case done == nil:
		s.State = stateNever
	default:
		s.State = stateOK
	}
	if s.State.wrong() != "" {
		s.explain(cadence, late, failing)
	}
}

// explain adds what is wrong with a stream that somebody has to look at.
func (s *streamStatus) explain(cadence time.Duration, late, failing bool) {
	if s.sight.broken != nil {
		s.add(s.sight.brokenProblem())
	}
	if failing {
		s.add(s.failure())
	}
	if late {
		s.add(s.lag(cadence, failing))
	}
	if s.State == stateNever {
		s.add(problem{Problem: "no pass has begun yet", Hint: "run " + s.command()})
	}
}

func (s *streamStatus) failure() problem {
	f := s.LastFailure
	text := fmt.Sprintf("pass %d %s", f.ID, f.Status)
	if f.Message != nil {
		text += ": " + *f.Message
	}
	if f.Status == blackbird.StatusAbandoned {
		return problem{Problem: text, Hint: "run " + s.command() + ": it goes on from where that pass was cut off"}
	}
	return problem{Problem: text, Hint: "run " + s.command() + " and do as its hint says: it goes on from where that pass stopped"}
}

// lag tells of data that is too old. A pass that could not even begin has left no trace in the store.
func (s *streamStatus) lag(cadence time.Duration, failing bool) problem {
	p := problem{Problem: fmt.Sprintf("the data is %s old, and a pass is due every %s", output.Duration(s.age), output.Duration(cadence))}
	switch {
	case s.sight.atWork():
		p.Hint = "a pass is at work: wait for its end, or find out what it waits for"
	case failing:
		p.Hint = fmt.Sprintf("run %s; passes have failed since", s.command())
	default:
		p.Hint = fmt.Sprintf("see that %s is started every %s, and run it now: if it cannot begin it says why", s.command(), output.Duration(cadence))
	}
	return p
}

func (s *streamStatus) command() string {
	command := commandFor(s.Store, s.Stream)
	if s.Stream == sync.Products.Name && s.State == stateNever {
		command += " with --member-level"
	}
	return command
}
