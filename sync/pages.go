package sync

import (
	"context"
	stdsync "sync"

	"golang.org/x/sync/errgroup"

	"github.com/blackbirdctl/blackbirdctl/biotrack"
	"github.com/blackbirdctl/blackbirdctl/blackbird"
	"github.com/blackbirdctl/blackbirdctl/internal/crash"
	"github.com/blackbirdctl/blackbirdctl/sync/checkpoint"
)

// inFlight is how many pages are in memory: two, so that either one is read while another is merged, or two are merged. A third would keep no
// core busier.
const inFlight = 2

// pages reads everything in key order, page by page, while the pages before are being merged. A page is read whole, so that nothing at the
// till waits for the store. The watermark moves over gapless runs of merged pages alone.
func (r *run[R]) pages(ctx context.Context) error {
	b := belt[R]{run: r, full: make(chan *load), free: make(chan *load, inFlight)}
	for range cap(b.free) {
		b.free <- &load{}
	}
	r.step(stepRead, r.expected(ctx))
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error {
		defer close(b.full)
		return b.read(ctx)
	})
	for range r.Store.Writers() {
		group.Go(func() error { return b.write(ctx) })
	}
	return group.Wait()
}

// load is one page on its way into the store.
type load struct {
	// number counts the pages from 0.
	number  int
	last    string
	batches []*blackbird.Batch
}

// belt takes pages from the reader to the writers.
type belt[R any] struct {
	*run[R]
	full, free chan *load
	track      track
}

// track follows pages that are merged in no certain order.
type track struct {
	mu stdsync.Mutex
	// merged are the pages that were merged before one that precedes them, done is the first that is not merged yet.
	merged map[int]stretch
	done   int
	// reached is how many rows the gapless run of merged pages holds.
	reached int64
}

// stretch is how far a page goes.
type stretch struct {
	last string
	rows int64
}

// read reads page after page and hands each over.
func (b *belt[R]) read(ctx context.Context) error {
	locations := b.Locations
	if b.mode == ModeIncremental {
		// A row that left for another location has to be seen there, for nothing else takes it out.
		locations = nil
	}
	after := b.plan.from()
	for number := 0; ; number++ {
		l, err := receive(ctx, b.free)
		if err != nil {
			return err
		}
		page, err := b.load(ctx, l, after, locations)
		if err != nil {
			return err
		}
		after, l.number, l.last = &page.Last, number, page.Last
		if page.Rows > 0 {
			if err := send(ctx, b.full, l); err != nil {
				return err
			}
		}
		if page.Rows < b.BatchSize {
			return nil
		}
	}
}

// load reads one page and sees what can be taken of it.
func (b *belt[R]) load(ctx context.Context, l *load, after *string, locations []int64) (page biotrack.Page, err error) {
	b.batches = l.batches
	err = b.paced(ctx, func() (int, error) {
		b.reset()
		page, err = b.page(ctx, after, locations)
		return page.Rows, err
	})
	l.batches = b.batches
	if err != nil {
		return page, err
	}
	return page, b.account(ctx)
}

// page reads one page of all rows, or of those of the time that was asked for.
func (b *belt[R]) page(ctx context.Context, after *string, locations []int64) (biotrack.Page, error) {
	if b.Only.dated() {
		return b.table.Dated(ctx, after, b.BatchSize, locations, b.Only.from(), b.Only.until(), b.visit)
	}
	return b.table.Page(ctx, after, b.BatchSize, locations, b.visit)
}

// write merges pages as they come.
func (b *belt[R]) write(ctx context.Context) error {
	for l := range b.full {
		var rows int64
		for _, batch := range l.batches {
			rows += batch.Read
			if err := b.mergeBatch(ctx, batch); err != nil {
				return err
			}
		}
		crash.Here("page merged")
		err := b.track.arrive(l.number, stretch{last: l.last, rows: rows}, func(last string, rows int64) error {
			return b.save("", checkpoint.NewUnfinished(string(b.plan.mode), b.plan.next.String(), last), rows)
		})
		if err != nil {
			return err
		}
		if err := send(ctx, b.free, l); err != nil {
			return err
		}
	}
	return nil
}

// arrive notes that a page is merged, and saves how far the gapless run of merged pages goes where that closes a gap.
func (t *track) arrive(number int, page stretch, save func(last string, rows int64) error) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.merged == nil {
		t.merged = make(map[int]stretch)
	}
	t.merged[number] = page
	from, last := t.done, ""
	for next, ok := t.merged[t.done]; ok; next, ok = t.merged[t.done] {
		delete(t.merged, t.done)
		t.done++
		t.reached += next.rows
		last = next.last
	}
	if t.done == from {
		return nil
	}
	return save(last, t.reached)
}

func receive[T any](ctx context.Context, from <-chan T) (value T, err error) {
	select {
	case value = <-from:
		return value, nil
	case <-ctx.Done():
		return value, ctx.Err()
	}
}

func send[T any](ctx context.Context, to chan<- T, value T) error {
	select {
	case to <- value:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
