package cmd

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/blackbirdctl/blackbirdctl/blackbird"
	"github.com/blackbirdctl/blackbirdctl/cmd/config"
	"github.com/blackbirdctl/blackbirdctl/sync"
	"github.com/blackbirdctl/blackbirdctl/sync/checkpoint"
)

// nine is the current time of these tests.
var nine = time.Date(2026, time.March, 1, 9, 0, 0, 0, time.UTC)

// passAt returns a pass that began this long ago.
func passAt(id int64, status blackbird.Status, ago time.Duration) *blackbird.LoggedPass {
	began := blackbird.UTCTime{Time: nine.Add(-ago)}
	return &blackbird.LoggedPass{ID: id, Mode: "incremental", Status: status, StartedAt: began, AsOf: began}
}

func TestEvaluate(t *testing.T) {
	fresh := passAt(1, blackbird.StatusDone, time.Hour)
	old := passAt(1, blackbird.StatusDone, 7*time.Hour)
	just := passAt(1, blackbird.StatusDone, 6*time.Hour)
	failed := passAt(2, blackbird.StatusFailed, 10*time.Minute)
	dead := passAt(2, blackbird.StatusAbandoned, 10*time.Minute)
	broken := &sync.SetupError{Problem: "read watermark: broken", HintText: "put it back"}
	seen := func(last, done, failed *blackbird.LoggedPass) streamStatus {
		return streamStatus{History: blackbird.History{Last: last, Done: done, Failed: failed}}
	}
	now3, run1, run3 := passAt(3, blackbird.StatusDone, 0), passAt(1, blackbird.StatusRunning, time.Minute),
		passAt(3, blackbird.StatusRunning, time.Minute)
	withBroken := func(s streamStatus) streamStatus { s.watermarkErr = broken; return s }
	tests := []struct {
		name string
		seen streamStatus
		off  bool
		want streamState
		// tells are parts of each problem and its hint.
		tells []string
	}{
		{"nothing yet", streamStatus{}, false, stateNever,
			[]string{"no pass has begun yet; run `blackbirdctl sync orders`"}},
		{"off", withBroken(streamStatus{}), true, stateOff, nil},
		{"fresh", seen(fresh, fresh, nil), false, stateOK, nil},
		{"twice the cadence", seen(just, just, nil), false, stateOK, nil},
		{"old", seen(old, old, nil), false, stateLate, []string{"7h old; is started every 3h"}},
		{"failed", seen(failed, fresh, failed), false, stateFailing, []string{"pass 2 failed; follow its hint"}},
		{"failed at first", seen(failed, nil, failed), false, stateFailing, []string{"pass 2 failed"}},
		{"killed", seen(dead, fresh, dead), false, stateFailing, []string{"pass 2 dead; cut off"}},
		{"failed and old", seen(failed, old, failed), false, stateFailing,
			[]string{"pass 2 failed", "7h old; passes have failed since"}},
		{"failed before", seen(now3, now3, failed), false, stateOK, nil},
		{"a first pass runs", seen(run1, nil, nil), false, stateRunning, nil},
		{"runs again", seen(run3, fresh, failed), false, stateRunning, nil},
		{"runs for too long", seen(run3, old, nil), false, stateLate, []string{"7h old; a pass is running"}},
		{"about to begin", streamStatus{locked: true, lockKnown: true}, false, stateRunning, nil},
		{"broken watermark", withBroken(seen(fresh, fresh, nil)), false, stateFailing,
			[]string{"read watermark: broken; put it back"}},
		{"broken watermark of a running stream", withBroken(seen(run3, fresh, nil)), false, stateRunning, nil},
	}
	for _, tt := range tests {
		s := tt.seen
		s.Store, s.Stream = config.DefaultStore, sync.Orders.Name
		s.evaluate(nine, 3*time.Hour, !tt.off)
		if s.State != tt.want || len(s.Problems) != len(tt.tells) {
			t.Errorf("%s: %s with problems %v, want %s", tt.name, s.State, s.Problems, tt.want)
			continue
		}
		for i, tells := range tt.tells {
			problem, hint, _ := strings.Cut(tells, "; ")
			if p := s.Problems[i]; !strings.Contains(p.Problem, problem) || !strings.Contains(p.Hint, hint) ||
				p.Hint == "" {
				t.Errorf("%s: problem %v, want %q", tt.name, p, tells)
			}
		}
	}
}

// TestFree: a pass counts as abandoned only if its locks are known to be free.
func TestFree(t *testing.T) {
	elsewhere := &checkpoint.LockOwner{Process: 1, Host: "another"}
	for name, tt := range map[string]struct {
		seen streamStatus
		want bool
	}{
		"the database knows of no lock":        {streamStatus{lockKnown: true, owner: elsewhere}, true},
		"a session holds it":                   {streamStatus{lockKnown: true, locked: true}, false},
		"nothing is known":                     {streamStatus{}, false},
		"a process of another host had a lock": {streamStatus{owner: elsewhere}, false},
	} {
		if got := tt.seen.free(); got != tt.want {
			t.Errorf("%s: free is %v", name, got)
		}
	}
}

func TestStatusError(t *testing.T) {
	report := func(states ...streamState) *statusReport {
		r := &statusReport{}
		for i, state := range states {
			s := &streamStatus{Stream: sync.StreamNames()[i], State: state}
			if state.complaint() != "" {
				s.add("old", "run it")
			}
			r.Streams = append(r.Streams, s)
		}
		return r
	}
	if err := report(stateOK, stateRunning, stateOff).err(nil); err != nil {
		t.Errorf("error of a healthy store: %v", err)
	}
	for _, tt := range []struct {
		report        *statusReport
		absent        error
		problem, hint string
	}{
		{report(stateLate), nil, "customers is late", "run it"},
		{report(stateFailing, stateOK, stateNever), nil, "customers is failing, products never ran",
			"each problem in the report has its hint"},
		{report(stateNever), noStore("nothing here"), "there is no store yet: nothing here", "to make one"},
	} {
		var found *commandError
		err := tt.report.err(tt.absent)
		if !errors.As(err, &found) || found.code() != exitData || found.problem != tt.problem ||
			!strings.Contains(found.hint, tt.hint) {
			t.Errorf("error is %v, want %q with %q", err, tt.problem, tt.hint)
		}
	}
}
