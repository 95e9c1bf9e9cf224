package cmd

import (
	"context"

	"github.com/blackbirdctl/blackbirdctl/blackbird"
	"github.com/blackbirdctl/blackbirdctl/sync"
	"github.com/blackbirdctl/blackbirdctl/sync/checkpoint"
)

// streamSight is what there is to see of one stream, in the store and in the state folder.
type streamSight struct {
	history   blackbird.History
	contents  blackbird.Contents
	watermark *checkpoint.Watermark
	// broken is why the watermark cannot be read.
	broken error
	// noted is who the lock file named, and gone tells that the process had ended by then.
	noted *checkpoint.LockOwner
	gone  bool
	// locked tells whether a session holds the stream's lock in the database, where known.
	locked, known bool
}

// look sees all streams, without a lock. Where there is no store yet, absent says why.
func (a *app) look(ctx context.Context, state *checkpoint.Folder) (seen map[string]streamSight, absent, err error) {
	seen = make(map[string]streamSight)
	for _, stream := range sync.StreamNames() {
		var s streamSight
		s.watermark, s.broken = sync.StreamNamed(stream).ReadWatermark(state)
		seen[stream] = s
	}
	store, done, err := a.readStore(ctx)
	if is[*noStoreError](err) {
		return seen, err, nil
	}
	if err != nil {
		return nil, nil, err
	}
	defer done()
	return seen, nil, lookIntoStore(ctx, store, state, seen)
}

// lookIntoStore adds what the store shows. A pass holds its locks from before its row says that it runs until after it says that it ended:
// so one whose row ran both before and after its locks were seen free is dead, and no other. No lock is taken for that.
func lookIntoStore(ctx context.Context, store *blackbird.Store, state *checkpoint.Folder, seen map[string]streamSight) error {
	contents, err := store.Contents(ctx)
	if err != nil {
		return err
	}
	before, err := store.Histories(ctx)
	if err != nil {
		return err
	}
	for stream, s := range seen {
		s.contents, s.noted = contents[stream], state.Owner(stream)
		s.gone = s.noted != nil && s.noted.Exited()
		if s.locked, s.known, err = store.Locked(ctx, stream); err != nil {
			return err
		}
		seen[stream] = s
	}
	after, err := store.Histories(ctx)
	if err != nil {
		return err
	}
	for stream, s := range seen {
		s.history = after[stream]
		if s.free() && running(before[stream]) && running(after[stream]) && before[stream].Last.ID == after[stream].Last.ID {
			s.history = died(after[stream])
		}
		seen[stream] = s
	}
	return nil
}

func running(h blackbird.History) bool {
	return h.Last != nil && h.Last.Status == blackbird.StatusRunning
}

// died is the history once the running pass has been found dead; the stream's next pass will write so into the log.
func died(h blackbird.History) blackbird.History {
	message := "ended without a word, killed or cut off"
	last := *h.Last
	last.Status, last.Message = blackbird.StatusAbandoned, &message
	h.Last = &last
	if last.Whole {
		h.Failed = &last
	}
	return h
}

// free tells whether nobody holds the stream's locks, as far as can be seen: the database's own says so for all hosts; where there is
// none, the lock file's process must have ended.
func (s *streamSight) free() bool {
	if s.known {
		return !s.locked
	}
	return s.gone
}

// atWork tells whether a pass is at work, or about to begin.
func (s *streamSight) atWork() bool { return running(s.history) || s.known && s.locked }

// holder names the process at work, empty where there is none.
func (s *streamSight) holder() string {
	switch {
	case !s.atWork():
		return ""
	case s.noted == nil || s.gone:
		return "another host"
	}
	return s.noted.String()
}

// brokenProblem tells of a watermark that cannot be read.
func (s *streamSight) brokenProblem() problem {
	return problem{Problem: s.broken.Error(), Hint: hintFor(s.broken, exitConfig)}
}
