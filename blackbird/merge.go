package blackbird

import (
	"bytes"
	"context"
	"errors"

	"github.com/blackbirdctl/blackbirdctl/internal/crash"
)

// mergeWork is what one merge writes. It returns what became of the rows.
type mergeWork func(*tx) (Counts, error)

// merge runs one merge on an idle writer. Merges may overlap.
func (p *Pass) merge(ctx context.Context, work mergeWork) error {
	w, err := p.session.acquire(ctx)
	if err != nil {
		return err
	}
	defer p.session.release(w)
	return p.mergeOn(ctx, w, work)
}

// firstAnalysis is how many rows a pass adds before the first ANALYZE. Each further one is at the tenfold.
const firstAnalysis = 1_000

// mergeOn runs one merge in a transaction of a writer:
//
//  1. It clears what an earlier merge staged.
//  2. It does the work.
//  3. It adds the counts to the pass's row, and fails where another session has declared this pass abandoned.
//  4. It commits; a dry run rolls back. A transaction that conflicts with another one is done again.
//  5. It adds the counts to the pass's own, and lets the planner know of tables that have grown.
func (p *Pass) mergeOn(ctx context.Context, w *writer, work mergeWork) error {
	x := p.session
	var counts Counts
	err := x.transact(ctx, w, func(t *tx) (err error) {
		if w.hasStages {
			if err := x.clearStages(ctx, t); err != nil {
				return err
			}
		}
		if counts, err = work(t); err != nil {
			return err
		}
		return p.stillRunning(t.Exec(ctx, "pass_progress", p.countArgs(counts)))
	})
	if err != nil {
		return x.store.wrap("merge", err)
	}
	p.mu.Lock()
	p.Counts.Add(counts)
	grown := !x.dryRun && p.Counts.Inserted >= max(firstAnalysis, 10*p.analyzed)
	if grown {
		p.analyzed = p.Counts.Inserted
	}
	p.mu.Unlock()
	if !grown || !x.store.traits.PlansByCost {
		return nil
	}
	// The database would find out by itself, but minutes later, and until then it looks up a few rows by reading all.
	// It is no reason to fail: one dead worker of a Citus cluster refuses it for the rows of all.
	for _, table := range x.stream.Grows {
		if _, err := w.conn.ExecContext(ctx, "ANALYZE "+table); err != nil && p.Warn != nil {
			p.Warn(x.store.wrap("analyze table "+table, err))
		}
	}
	return ctx.Err()
}

// mergeBatch merges a batch and lists its rejects. During the initial load of an empty store its rows go directly into
// their table; a batch that the database refuses there is done again the common way, and then has the true error. It
// may have met a row of its own: a Citus coordinator does not pass on that code of its workers.
func (p *Pass) mergeBatch(ctx context.Context, b *Batch, merge func(t *tx, direct bool) (Counts, error)) error {
	w, err := p.session.acquire(ctx)
	if err != nil {
		return err
	}
	defer p.session.release(w)
	if b.Rows()+len(b.outOfScope) > 0 {
		if err := p.session.createStages(ctx, w); err != nil {
			return p.session.store.wrap("merge", err)
		}
	}
	direct := p.initialLoad.allows(b)
	work := func(t *tx) (Counts, error) {
		c, err := merge(t, direct)
		if err != nil {
			return c, err
		}
		c.Read, c.Rejected = b.Read, int64(len(b.rejects))
		c.Unchanged += b.skipped
		return c, t.saveRejects(ctx, b.rejects, b.timestamp())
	}
	err = p.mergeOn(ctx, w, work)
	if direct && err != nil && !IsUnavailable(err) && !errors.Is(err, ErrSuperseded) && ctx.Err() == nil {
		direct = false
		p.initialLoad.fallbacks.Add(1)
		err = p.mergeOn(ctx, w, work)
	}
	return err
}

// loadDirect loads the batch's rows into their table.
func (p *Pass) loadDirect(ctx context.Context, t *tx, b *Batch, into *Table) (Counts, error) {
	if b.Rows() == 0 {
		return Counts{}, nil
	}
	err := p.session.store.engine.Load(ctx, t.conn, into.destination(into.Name), &b.rows)
	crash.Here("rows placed")
	return Counts{Inserted: int64(b.Rows())}, err
}

// stage loads the batch's rows into the staging table and drops those that the store holds as they are: to lock and
// rewrite a row that stays the same would cost as much as to change it. Where the pass expects that the store holds
// most of them, it asks before it sends anything; rows that may differ are compared again by the database. It reports
// whether any rows were staged.
func (p *Pass) stage(ctx context.Context, t *tx, b *Batch, into *Table) (staged bool, err error) {
	if p.comparing && p.session.store.traits.CompareFirst && !b.rows.compacted && b.Rows() > 0 {
		args, columns := Args{"most": 2 * b.Rows()}, len(into.Keys)+len(into.Content())
		if into.Serial == "" {
			args["names"] = b.rows.names()
		} else {
			args["lowest"], args["highest"] = b.keys.serials()
		}
		err := t.each(ctx, into.Statement("held"), args, columns, func(stored *cells) error {
			b.key = append(b.key[:0], bytes.Join(stored.values[:len(into.Keys)], []byte{'\t'})...)
			if row, ours := b.keys.find(b.key); ours && into.equalRow(b.rows.row(row.at), stored.values) {
				b.rows.drop(row.at)
				b.skipped++
			}
			return nil
		})
		if err != nil {
			return false, err
		}
	}
	if b.Rows() == 0 {
		return false, nil
	}
	if err := p.session.store.engine.Load(ctx, t.conn, into.destination(into.Stage()), &b.rows); err != nil {
		return false, err
	}
	if into.Serial != "" {
		if err := p.noteSuperseded(ctx, t, b); err != nil {
			return false, err
		}
	}
	if _, err := t.Exec(ctx, into.Statement("drop_unchanged"), nil); err != nil {
		return false, err
	}
	return true, p.reportStaged(ctx, t, into)
}

// upsert writes what was staged.
func (p *Pass) upsert(ctx context.Context, t *tx, b *Batch, into *Table) (c Counts, err error) {
	crash.Here("rows staged")
	c.Inserted, c.Updated, err = p.session.store.engine.Upsert(ctx, t.Queries, into)
	c.Unchanged = int64(b.Rows()) - c.Inserted - c.Updated
	return c, err
}

// ExpectUnchanged lets the pass expect that the store holds most of what is to come.
func (p *Pass) ExpectUnchanged() { p.comparing = true }
