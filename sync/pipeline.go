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

// pagesInFlight is how many pages are in memory: one is read while another is merged, or two are merged. A third would
// keep no core busier.
const pagesInFlight = 2

// page is a page of the source's rows on its way into the store. It has one owner at a time: the reader fills it and
// sends it to a writer, which merges it and sends it back.
type page struct {
	pass *blackbird.Pass
	// number counts the pages from 0, last is the key of the page's last row, rows how many rows it has.
	number int
	last   string
	rows   int
	// batches are the page's rows. A batch holds one row of a name; a second one is in the next batch, merged after it.
	batches []*blackbird.Batch
}

// batch returns the page's batch of a number, no more than one past the last.
func (p *page) batch(i int) *blackbird.Batch {
	if i == len(p.batches) {
		if i == 0 {
			p.batches = append(p.batches, p.pass.NewBatch())
		} else {
			p.batches = append(p.batches, p.pass.NewSecondBatch())
		}
	}
	return p.batches[i]
}

// readPages reads everything in key order, page by page, while writers merge the pages before. A page is read whole
// before it is merged, so that nothing at the till waits for the store.
func (t *tableRun[R]) readPages(ctx context.Context) error {
	free, full := make(chan *page, pagesInFlight), make(chan *page)
	for range pagesInFlight {
		free <- &page{pass: t.run.pass}
	}
	t.run.step(stepRead, t.expectedRows(ctx))
	var progress mergeProgress
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error {
		defer close(full)
		return t.fillPages(ctx, free, full)
	})
	for range t.run.env.Store.Writers() {
		group.Go(func() error { return t.mergePages(ctx, full, free, &progress) })
	}
	return group.Wait()
}

// fillPages is the reader: it fills free pages and sends them on until the source has no more rows.
func (t *tableRun[R]) fillPages(ctx context.Context, free <-chan *page, full chan<- *page) error {
	opts, locations := &t.run.opts, t.run.opts.Locations
	if t.plan.mode == ModeIncremental {
		// A row that left for another location has to be read there: nothing else takes it out of the store.
		locations = nil
	}
	after := t.plan.from()
	from, until := opts.Only.bounds()
	for number := 0; ; number++ {
		p, err := receive(ctx, free)
		if err != nil {
			return err
		}
		err = t.readPage(ctx, p, func(visit func(*R) error) (biotrack.Page, error) {
			if opts.Only.dated() {
				return t.table.Dated(ctx, after, opts.BatchSize, locations, from, until, visit)
			}
			return t.table.Page(ctx, after, opts.BatchSize, locations, visit)
		})
		if err != nil {
			return err
		}
		p.number = number
		last, rows := p.last, p.rows
		if rows > 0 {
			if err := send(ctx, full, p); err != nil {
				return err
			}
		}
		if rows < opts.BatchSize {
			return nil
		}
		after = &last
	}
}

// readPage reads rows of the source into the page's batches, and stops the pass at too many rejects.
func (t *tableRun[R]) readPage(
	ctx context.Context, p *page, read func(visit func(*R) error) (biotrack.Page, error),
) error {
	err := t.run.rateLimited(ctx, func() (int, error) {
		// A read that is retried starts over.
		for _, batch := range p.batches {
			batch.Reset()
		}
		got, err := read(func(row *R) error {
			if t.seen != nil {
				t.seen[string(t.nameOf(row))] = true
			}
			for i := 0; ; i++ {
				if batch := p.batch(i); t.take(row, batch) {
					batch.Read++
					return nil
				}
			}
		})
		p.last, p.rows = got.Last, got.Rows
		return got.Rows, err
	})
	if err != nil {
		return err
	}
	for _, batch := range p.batches {
		for _, key := range batch.Moved() {
			t.left = append(t.left, key.Name)
		}
		if err := t.run.addRejects(ctx, batch.Rejects()); err != nil {
			return err
		}
	}
	return nil
}

// mergePages is a writer: it merges full pages and sends them back. The watermark moves over gapless merged pages
// alone.
func (t *tableRun[R]) mergePages(
	ctx context.Context, full <-chan *page, free chan<- *page, progress *mergeProgress,
) error {
	for p := range full {
		end := pageEnd{last: p.last}
		for _, batch := range p.batches {
			if batch.Empty() {
				continue
			}
			end.rows += batch.Read
			if err := t.merge(t.run.pass, ctx, batch); err != nil {
				return err
			}
		}
		crash.Here("page merged")
		err := progress.pageDone(p.number, end, func(last string, rows int64) error {
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

// mergeProgress follows pages that writers merge out of order.
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

// pageDone notes that a page is merged. Where all pages before it are too, it calls save with the last key and the rows
// of the gapless run of merged pages.
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
