package cmd

import (
	"context"

	"github.com/blackbirdctl/blackbirdctl/blackbird"
	"github.com/blackbirdctl/blackbirdctl/sync"
	"github.com/blackbirdctl/blackbirdctl/sync/checkpoint"
)

// observation is what the store and the state folder show of one stream.
type observation struct {
	history   blackbird.History
	contents  blackbird.Contents
	watermark *checkpoint.Watermark
	// watermarkErr is why the watermark cannot be read.
	watermarkErr error
	// owner is the process that the lock file names, and exited reports whether it has ended.
	owner  *checkpoint.LockOwner
	exited bool
	// locked reports whether a session holds the stream's lock in the database, if lockKnown: an embedded store has
	// none.
	locked, lockKnown bool
}

// collect observes all streams, without taking a lock. If there is no store yet, absent says why.
func (a *app) collect(ctx context.Context, state *checkpoint.Folder) (seen map[string]observation, absent, err error) {
	seen = make(map[string]observation)
	for _, stream := range sync.StreamNames() {
		var o observation
		o.watermark, o.watermarkErr = sync.StreamNamed(stream).ReadWatermark(state)
		seen[stream] = o
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
	ctx context.Context, store *blackbird.Store, state *checkpoint.Folder, seen map[string]observation,
) error {
	contents, err := store.Contents(ctx)
	if err != nil {
		return err
	}
	before, err := store.Histories(ctx)
	if err != nil {
		return err
	}
	for stream, o := range seen {
		o.contents, o.owner = contents[stream], state.Owner(stream)
		o.exited = o.owner != nil && o.owner.Exited()
		if o.locked, o.lockKnown, err = store.Locked(ctx, stream); err != nil {
			return err
		}
		seen[stream] = o
	}
	after, err := store.Histories(ctx)
	if err != nil {
		return err
	}
	for stream, o := range seen {
		o.history = after[stream]
		was, is := before[stream], after[stream]
		if o.free() && running(was) && running(is) && was.Last.ID == is.Last.ID {
			o.history = abandoned(after[stream])
		}
		seen[stream] = o
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
func (o *observation) free() bool {
	if o.lockKnown {
		return !o.locked
	}
	return o.exited
}

// running reports whether a pass is running or about to begin.
func (o *observation) running() bool { return running(o.history) || o.lockKnown && o.locked }

// lockHolder names the running process, empty if there is none.
func (o *observation) lockHolder() string {
	switch {
	case !o.running():
		return ""
	case o.owner == nil || o.exited:
		return "another host"
	}
	return o.owner.String()
}
