package cmd

import (
	"context"

	"github.com/blackbirdctl/blackbirdctl/blackbird"
	"github.com/blackbirdctl/blackbirdctl/sync"
	"github.com/blackbirdctl/blackbirdctl/sync/checkpoint"
)

// collect observes all streams, without taking a lock. If there is no store yet, absent says why.
func (a *app) collect(ctx context.Context, state *checkpoint.Folder) (seen []*streamStatus, absent, err error) {
	for _, stream := range sync.StreamNames() {
		s := &streamStatus{Store: a.cfg.Store, Stream: stream, Problems: []problem{}, zone: a.cfg.TimeZone,
			LastAttempt: state.LastAttempt(stream)}
		s.watermark, s.watermarkErr = sync.StreamNamed(stream).ReadWatermark(state)
		if w := s.watermark; w != nil {
			s.Watermark = &watermarkStatus{Position: w.Position, Unfinished: w.Unfinished, SavedAt: w.SavedAt}
		}
		if is[*checkpoint.StateError](s.watermarkErr) {
			return nil, nil, s.watermarkErr
		}
		seen = append(seen, s)
	}
	store, done, err := a.readStore(ctx)
	if is[*noStoreError](err) {
		return seen, err, nil
	}
	if err != nil {
		return nil, nil, err
	}
	defer done()
	return seen, nil, collectStore(ctx, store, state, seen)
}

// collectStore adds what the store shows. A pass takes its locks before its row says that it runs, and releases them
// after the row says that it ended. So a pass is abandoned, and no other, if its row says that it runs both before and
// after its locks are free.
func collectStore(
	ctx context.Context, store *blackbird.Store, state *checkpoint.Folder, seen []*streamStatus,
) error {
	contents, err := store.Contents(ctx)
	if err != nil {
		return err
	}
	before, err := store.Histories(ctx)
	if err != nil {
		return err
	}
	for _, s := range seen {
		s.Contents, s.owner = contents[s.Stream], state.Owner(s.Stream)
		s.exited = s.owner != nil && s.owner.Exited()
		if s.locked, s.lockKnown, err = store.Locked(ctx, s.Stream); err != nil {
			return err
		}
	}
	after, err := store.Histories(ctx)
	if err != nil {
		return err
	}
	for _, s := range seen {
		was := before[s.Stream]
		s.History = after[s.Stream]
		if s.free() && running(was) && running(s.History) && was.Last.ID == s.Last.ID {
			s.History = abandoned(s.History)
		}
		s.LockHolder = s.lockHolder()
		if w := s.watermark; w != nil && s.Last != nil && s.Last.ID < w.Pass.ID {
			s.watermarkErr = sync.StreamNamed(s.Stream).LacksPass(w)
		}
	}
	return nil
}

func running(h blackbird.History) bool {
	return h.Last != nil && h.Last.Status == blackbird.StatusRunning
}

// abandoned returns the history with its running pass abandoned, as the stream's next pass will write it.
func abandoned(h blackbird.History) blackbird.History {
	message := "stopped without reporting a result"
	last := *h.Last
	last.Status, last.Message = blackbird.StatusAbandoned, &message
	h.Last = &last
	if last.Whole {
		h.Failed = &last
	}
	return h
}

// free reports whether the stream's locks are known to be free. The database's lock is valid for all hosts; without
// one, the process in the lock file must have ended.
func (s *streamStatus) free() bool {
	if s.lockKnown {
		return !s.locked
	}
	return s.exited
}

// running reports whether a pass is running or about to begin.
func (s *streamStatus) running() bool { return running(s.History) || s.lockKnown && s.locked }

// lockHolder names the running process, empty if there is none.
func (s *streamStatus) lockHolder() string {
	switch {
	case !s.running():
		return ""
	case s.owner == nil || s.exited:
		return "another host"
	}
	return s.owner.String()
}
