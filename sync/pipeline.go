package sync

import (
	"context"
	"math"
	stdsync "sync"
	"time"

	"github.com/sethvargo/go-retry"
	"golang.org/x/sync/errgroup"

	"github.com/blackbirdctl/blackbirdctl/biotrack"
	"github.com/blackbirdctl/blackbirdctl/blackbird"
	"github.com/blackbirdctl/blackbirdctl/internal/crash"
	"github.com/blackbirdctl/blackbirdctl/sync/checkpoint"
)

// pagesInFlight is how many pages are in memory: one is read while another is merged, or two are merged.
const pagesInFlight = 2

// page is a page of the source's rows on its way into the store. It has one owner at a time: the reader fills it and
// sends it to a writer, which merges it and sends it back.
type page struct {
	// number counts the pages from 0.
	number int
	end    pageEnd
	// batches are the page's rows. A batch holds one row of a name; a second one is in the next batch, merged after it.
	batches []*blackbird.Batch
}

// readPages reads everything in key order, page by page, while writers merge the pages before. A page is read whole
// before it is merged, so that nothing at the till waits for the store. In the end it decides what is left to be
// decided at the source.
func (t *tableRun[R]) readPages(ctx context.Context) error {
	if t.before != nil {
		if err := t.before(ctx, t); err != nil {
			return err
		}
	}
	free, full := make(chan *page, pagesInFlight), make(chan *page)
	for range pagesInFlight {
		free <- &page{}
	}
	t.run.step("reading", t.expectedRows(ctx))
	var progress mergeProgress
	group, groupCtx := errgroup.WithContext(ctx)
	group.Go(func() error {
		defer close(full)
		return t.fillPages(groupCtx, free, full)
	})
	for range t.run.env.Store.Writers() {
		group.Go(func() error { return t.mergePages(groupCtx, full, free, &progress) })
	}
	if err := group.Wait(); err != nil {
		return err
	}
	crash.Here("pages done")
	if t.plan.mode != ModeIncremental {
		// An incremental pass has read the rows of all locations.
		if err := t.readGuests(ctx); err != nil {
			return err
		}
	}
	return t.settle(ctx, t)
}

// fillPages is the reader: it fills free pages and sends them on until the source has no more rows.
func (t *tableRun[R]) fillPages(ctx context.Context, free <-chan *page, full chan<- *page) error {
	opts, locations := &t.run.opts, t.run.opts.Locations
	if t.plan.mode == ModeIncremental {
		// A row that left for another location has to be read there: nothing else takes it out of the store.
		locations = nil
	}
	var after *string
	if t.plan.resumed {
		after = &t.plan.after
	}
	from, until := opts.Only.From, opts.Only.Until
	if from.IsZero() {
		from = time.Unix(math.MinInt64, 0)
	}
	if until.IsZero() {
		until = time.Unix(math.MaxInt64, 0)
	}
	for number := 0; ; number++ {
		var p *page
		select {
		case p = <-free:
		case <-ctx.Done():
			return ctx.Err()
		}
		err := t.readPage(ctx, p, func(visit func(*R) error) (biotrack.Page, error) {
			if opts.Only.dated() {
				return t.table.Dated(ctx, after, opts.BatchSize, locations, from, until, visit)
			}
			return t.table.Page(ctx, after, opts.BatchSize, locations, visit)
		})
		if err != nil {
			return err
		}
		p.number = number
		end := p.end
		if end.rows > 0 {
			if err := send(ctx, full, p); err != nil {
				return err
			}
		}
		if end.rows < int64(opts.BatchSize) {
			return nil
		}
		after = &end.last
	}
}

// readPage reads rows of the source into the page's batches, and stops the pass at too many rejects.
func (t *tableRun[R]) readPage(
	ctx context.Context, p *page, read func(visit func(*R) error) (biotrack.Page, error),
) error {
	got, err := t.run.readPage(ctx, func() (biotrack.Page, error) {
		// A read that is retried starts over.
		for _, batch := range p.batches {
			batch.Reset()
		}
		return read(func(row *R) error {
			if t.seen != nil {
				t.seen[t.keyOf(row).Name] = true
			}
			for _, batch := range p.batches {
				if t.take(row, batch) {
					batch.Read++
					return nil
				}
			}
			newBatch := t.run.pass.NewBatch
			if len(p.batches) > 0 {
				newBatch = t.run.pass.NewSecondBatch
			}
			batch := newBatch()
			p.batches = append(p.batches, batch)
			batch.Read++
			t.take(row, batch)
			return nil
		})
	})
	if err != nil {
		return err
	}
	p.end = pageEnd{last: got.Last, rows: int64(got.Rows)}
	for _, batch := range p.batches {
		if err := t.run.addRejects(ctx, batch.Rejects()); err != nil {
			return err
		}
	}
	return nil
}

// mergePage merges the page's batches, one after another.
func (t *tableRun[R]) mergePage(ctx context.Context, p *page) error {
	for _, batch := range p.batches {
		if !batch.Empty() {
			if err := t.merge(t.run.pass, ctx, batch); err != nil {
				return err
			}
		}
	}
	return nil
}

// mergePages is a writer: it merges full pages and sends them back.
func (t *tableRun[R]) mergePages(
	ctx context.Context, full <-chan *page, free chan<- *page, progress *mergeProgress,
) error {
	for p := range full {
		if err := t.mergePage(ctx, p); err != nil {
			return err
		}
		crash.Here("page merged")
		err := progress.pageDone(p.number, p.end, func(last string, rows int64) error {
			rest := checkpoint.NewUnfinished(string(t.plan.mode), t.plan.next.String(), last)
			return t.run.save("", rest, rows)
		})
		if err != nil {
			return err
		}
		if err := send(ctx, free, p); err != nil {
			return err
		}
	}
	return nil
}

// mergeProgress follows pages that writers merge out of order: the watermark moves over gapless merged pages alone.
type mergeProgress struct {
	mu stdsync.Mutex
	// next is the first page that is not merged yet, merged are the pages behind it that are.
	next   int
	merged map[int]pageEnd
	// rows counts the rows of the pages before next.
	rows int64
}

// pageEnd is how far a page goes: its last key, and how many rows it has.
type pageEnd struct {
	last string
	rows int64
}

// pageDone notes that a page is merged, and calls save with the last key and the rows of the gapless run of merged
// pages where that has grown.
func (m *mergeProgress) pageDone(number int, end pageEnd, save func(last string, rows int64) error) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.merged == nil {
		m.merged = make(map[int]pageEnd)
	}
	m.merged[number] = end
	before, last := m.next, ""
	for end, ok := m.merged[m.next]; ok; end, ok = m.merged[m.next] {
		delete(m.merged, m.next)
		m.next++
		m.rows += end.rows
		last = end.last
	}
	if m.next == before {
		return nil
	}
	return save(last, m.rows)
}

func send[T any](ctx context.Context, to chan<- T, value T) error {
	select {
	case to <- value:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// maxRetries is how often a read that BioTrack cancels is retried, after a pause that doubles each time. BioTrack
// cancels reads that run into the statement timeout or stand in a standby's way.
const (
	maxRetries = 4
	firstPause = time.Second / 2
)

// withRetry makes one read of BioTrack, and retries it where the server cancelled it.
func withRetry[T any](ctx context.Context, r *run, read func() (T, error)) (T, error) {
	pauses := retry.WithMaxRetries(maxRetries, retry.NewExponential(firstPause))
	return retry.DoValue(ctx, pauses, func(context.Context) (T, error) {
		result, err := read()
		if biotrack.IsCancelled(err) && ctx.Err() == nil {
			r.env.Log.Warn().Str("stream", r.stream.Name).Err(err).Msg("BioTrack cancelled a read: retrying it")
			err = retry.RetryableError(err)
		}
		return result, err
	})
}

// readPage makes one read of BioTrack with retries, and then waits until the rows fit the rate limit.
func (r *run) readPage(ctx context.Context, read func() (biotrack.Page, error)) (biotrack.Page, error) {
	page, err := withRetry(ctx, r, read)
	if err != nil {
		return page, err
	}
	r.advance(page.Rows)
	if r.limiter != nil {
		err = r.limiter.WaitN(ctx, min(page.Rows, r.limiter.Burst()))
	}
	return page, err
}
