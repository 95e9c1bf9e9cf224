package blackbird

import (
	"context"
	"fmt"

	"github.com/blackbirdctl/blackbirdctl/internal/model"
)

// Keys gathers what the source has, before the store is asked what it has besides.
type Keys struct {
	session *Session
	rows    *Rows
}

var stageKeysColumns = Destination{
	Table: stageKeys.Name, Columns: []string{"row_key", "location_id", "serial"}, Repeats: true,
}

// NewKeys begins a list of the source's keys, an empty one.
func (x *Session) NewKeys(ctx context.Context) (*Keys, error) {
	err := x.fillStages(ctx, func(t *tx) error { return t.clear(ctx, stageKeys) })
	return &Keys{session: x, rows: &Rows{}}, x.store.wrap("list keys", err)
}

// Add adds one key; Flush makes it count.
func (k *Keys) Add(key model.Key) { k.rows.appendKey(key) }

// Reset forgets the keys added since the last Flush.
func (k *Keys) Reset() { k.rows.reset() }

// Flush writes the keys added so far to the session's staging table.
func (k *Keys) Flush(ctx context.Context) error {
	if k.rows.count == 0 {
		return nil
	}
	x := k.session
	err := x.fillStages(ctx, func(t *tx) error { return x.store.engine.Load(ctx, t.conn, stageKeysColumns, k.rows) })
	k.rows.reset()
	return x.store.wrap("list keys", err)
}

// Gone is how many of the store's live rows the source no longer has.
type Gone struct {
	Gone int64 `db:"gone"`
	Live int64 `db:"live"`
	// Released is how many it has under another serial.
	Released int64 `db:"-"`
}

// table returns the table whose keys can be compared with the source's.
func (x *Session) table() (*Table, error) {
	if x.stream.Table == nil {
		return nil, fmt.Errorf("stream %s has no keys of its own", x.stream.Name)
	}
	return x.stream.Table, nil
}

// CountGone compares the store's live rows, active customers or orders not yet removed, with the keys that were listed.
func (x *Session) CountGone(ctx context.Context) (g Gone, err error) {
	table, err := x.table()
	if err != nil {
		return g, err
	}
	if err = x.onOwn().Get(ctx, &g, table.Statement("gone"), nil); err == nil && g.Gone > 0 && table.Serial != "" {
		err = x.onOwn().Get(ctx, &g.Released, table.Statement("released"), nil)
		g.Gone -= g.Released
	}
	return g, x.store.wrap("count removals", err)
}

// ReportGone reports the store's live rows that are not among the keys that were listed, up to a limit.
func (p *Pass) ReportGone(ctx context.Context, limit int) error {
	table, err := p.session.table()
	if err != nil {
		return err
	}
	var gone []struct {
		Key      string `db:"row_key"`
		Location int64  `db:"location_id"`
		Serial   int64  `db:"serial"`
		Released bool   `db:"released"`
	}
	if err := p.session.onOwn().Select(ctx, &gone, table.Statement("gone_keys"), Args{"limit": limit}); err != nil {
		return p.session.store.wrap("list removals", err)
	}
	for _, row := range gone {
		d := Difference{Key: row.Key, Location: row.Location, Serial: row.Serial, Kind: Surplus}
		if row.Released {
			d.Kind, d.Fields = Differs, []string{table.Serial}
		}
		p.watch(d)
	}
	return nil
}

// RemoveGone makes the customers that the source no longer has inactive, or its orders removed, and updates what those
// refunded. Nothing is deleted. An order that the source has under another serial gives way to any ticket of its key.
func (p *Pass) RemoveGone(ctx context.Context) error {
	table, err := p.session.table()
	if err != nil {
		return err
	}
	return p.mergeOn(ctx, p.session.own, func(t *tx) (c Counts, err error) {
		u := &refundUpdate{pass: p, tx: t, args: Args{"pass_id": p.ID, "now": p.now()}}
		if table == ordersTable {
			if err := u.note(ctx, "refunded_by_gone"); err != nil {
				return c, err
			}
		}
		if c.Updated, err = t.release(ctx, table, u.args); err != nil {
			return c, err
		}
		if c.Removed, err = t.Exec(ctx, table.Statement("remove_gone"), u.args); err != nil {
			return c, err
		}
		return c, u.run(ctx, nil, &c)
	})
}

// ReleaseGone does of RemoveGone's work what removes nothing: an order that the source has under another serial gives
// way to any ticket of its key.
func (p *Pass) ReleaseGone(ctx context.Context) error {
	table, err := p.session.table()
	if err != nil {
		return err
	}
	return p.mergeOn(ctx, p.session.own, func(t *tx) (c Counts, err error) {
		c.Updated, err = t.release(ctx, table, Args{"pass_id": p.ID, "now": p.now()})
		return c, err
	})
}

// release gives rows whose serial was not listed another one of their key. What the transaction writes besides has the
// same time: by that it knows which rows are counted already.
func (t *tx) release(ctx context.Context, table *Table, args Args) (released int64, err error) {
	if table.Serial == "" {
		return 0, nil
	}
	return t.Exec(ctx, table.Statement("release"), args)
}
