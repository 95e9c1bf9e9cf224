package blackbird

import (
	"context"
	stdsync "sync"
	"sync/atomic"

	"github.com/blackbirdctl/blackbirdctl/internal/crash"
)

// initialLoad is how a pass fills a store that is empty, or that one which was interrupted has begun to fill: rows go
// directly into their table, without being compared. Where the table has a row of that key already, the batch is rolled
// back and goes the common way.
type initialLoad struct {
	// fallbacks is how many batches had to be rolled back.
	fallbacks atomic.Int64
	mu        stdsync.Mutex
	// pending are the ids that refunds in the store refer to and of which no order at their own location has come yet.
	pending map[string]struct{}
}

const (
	// maxFallbacks is after how many of them the store is not taken for empty any more.
	maxFallbacks = 8
	// maxPending bounds the memory that pending orders take; with more of them the store itself is asked.
	maxPending = 20_000
)

// BeginInitialLoad lets the pass take the store for an empty one, which makes it faster, and no less right where it is
// not. Pass.BuildIndexes ends it.
func (p *Pass) BeginInitialLoad(ctx context.Context) error {
	x, load := p.session, &initialLoad{pending: make(map[string]struct{})}
	if x.stream == Orders {
		if !x.dryRun {
			if err := x.store.engine.SuspendIndexes(ctx, x.onOwn()); err != nil {
				return x.store.wrap("drop indexes", err)
			}
		}
		var ids []string
		if err := x.onOwn().Select(ctx, &ids, "refunded_missing", nil); err != nil {
			return x.store.wrap("read refunds", err)
		}
		load.await(ids, nil)
	}
	p.initialLoad = load
	return nil
}

// BuildIndexes creates the indexes that are missing: a first pass may have left them to its end, and not come there.
// Without them all is right and slow, so one dead worker of a Citus cluster, which refuses them for the rows of all, is
// no reason to fail: the next pass tries again.
func (p *Pass) BuildIndexes(ctx context.Context) error {
	x := p.session
	if x.dryRun || x.stream != Orders && x.stream != Points {
		return nil
	}
	w, err := x.acquire(ctx)
	if err != nil {
		return err
	}
	defer x.release(w)
	crash.Here("before indexes")
	err = x.store.wrap("create indexes", x.store.engine.RestoreIndexes(ctx, x.on(w.conn)))
	crash.Here("after indexes")
	if IsUnavailable(err) && x.store.traits.PlansByCost && p.Warn != nil && ctx.Err() == nil {
		p.Warn(err)
		return nil
	}
	return err
}

// allows reports whether a batch may go directly into its table.
func (l *initialLoad) allows(b *Batch) bool {
	if l == nil || b.second || b.Rows() == 0 || len(b.outOfScope) > 0 {
		return false
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.fallbacks.Load() < maxFallbacks && len(l.pending) < maxPending
}

// await notes those of the orders that refunds refer to which the store does not hold.
func (l *initialLoad) await(ids, known []string) {
	if l == nil {
		return
	}
	held := make(map[string]bool, len(known))
	for _, id := range known {
		held[id] = true
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, id := range ids {
		if !held[id] {
			l.pending[id] = struct{}{}
		}
	}
}

// arrived returns the pending orders that a batch brings. One that is not merged after all stays pending.
func (l *initialLoad) arrived(b *Batch) (ids []string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.pending) == 0 {
		return nil
	}
	for _, id := range b.rows.names() {
		if _, pending := l.pending[id]; pending {
			ids = append(ids, id)
		}
	}
	return ids
}
