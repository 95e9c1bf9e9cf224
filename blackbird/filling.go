package blackbird

import (
	"context"
	_ "embed"
	stdsync "sync"

	"github.com/blackbirdctl/blackbirdctl/internal/crash"
)

// filling is how a pass fills a store that is empty, or that one which was cut off has begun to fill: rows go straight into their table, without
// being compared. Where the table has a row of that key already, the batch is taken back and goes the common way.
type filling struct {
	mu stdsync.Mutex
	// misses is how many batches had to be taken back.
	misses int
	// awaited are the orders that refunds in the store speak of and that have not come yet.
	awaited map[string]struct{}
}

const (
	// mostMisses is after how many batches that met a row of theirs the store is not taken for empty any more.
	mostMisses = 8
	// mostAwaited bounds the memory that awaited orders take; with more of them the store itself is asked.
	mostAwaited = 20_000
)

//go:embed sql/orders_awaited.sql
var awaitedOrdersSQL string

// Fill lets the pass take the store for an empty one, which makes it faster and no less right where it is not. Session.Index ends it.
func (p *Pass) Fill(ctx context.Context) error {
	f := &filling{awaited: make(map[string]struct{})}
	if p.session.stream == StreamOrders && !p.session.dryRun {
		if err := p.session.store.dialect.unindex(ctx, p.session.own.conn); err != nil {
			return wrap("drop indexes of", err)
		}
	}
	if p.session.stream == StreamOrders {
		var ids []string
		if err := p.session.selects(ctx, p.session.own.conn, &ids, awaitedOrdersSQL, nil); err != nil {
			return wrap("read refunds of", err)
		}
		f.await(ids)
	}
	p.filling = f
	return nil
}

// Index makes the indexes that are missing: a first pass may have left them to its end, and may not have come there. Without them all is
// right and slow.
func (x *Session) Index(ctx context.Context) error {
	if x.dryRun || x.stream == StreamCustomers {
		return nil
	}
	w, err := x.borrow(ctx)
	if err != nil {
		return err
	}
	defer x.giveBack(w)
	crash.Here("before indexes")
	made, err := x.store.dialect.index(ctx, w.conn)
	crash.Here("after indexes")
	w.staged = w.staged && !made
	return wrap("make indexes of", err)
}

// straight tells whether a batch may go straight into its table.
func (f *filling) straight(b *Batch) bool {
	if f == nil || b.second || b.Rows() == 0 || len(b.moved) > 0 {
		return false
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.misses < mostMisses && len(f.awaited) < mostAwaited
}

func (f *filling) miss() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.misses++
}

// await notes orders that refunds in the store speak of and that it does not hold.
func (f *filling) await(ids []string) {
	if f == nil {
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, id := range ids {
		f.awaited[id] = struct{}{}
	}
}

// arrived returns the awaited orders that a batch brings. One that is not merged after all stays awaited.
func (f *filling) arrived(b *Batch) (ids []string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for id := range f.awaited {
		if b.names.has(id) {
			ids = append(ids, id)
		}
	}
	return ids
}
