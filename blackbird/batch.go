package blackbird

import (
	"context"

	"github.com/jmoiron/sqlx"
)

// Batch gathers what one merge will write. It holds at most one row of a name.
type Batch struct {
	// Read is how many rows of the source the batch speaks for, the unusable ones included.
	Read int64

	rows    *rows
	names   map[string]struct{}
	moved   []Key
	rejects []Reject
}

// NewBatch returns an empty batch; one batch serves a whole pass.
func (x *Session) NewBatch() *Batch {
	return &Batch{rows: &rows{}, names: make(map[string]struct{})}
}

// Rows is how many rows the batch holds that are to be merged.
func (b *Batch) Rows() int { return b.rows.count }

// Empty tells whether a merge of the batch would do nothing.
func (b *Batch) Empty() bool { return b.Read == 0 }

// Reset empties the batch and keeps its memory.
func (b *Batch) Reset() {
	b.rows.reset()
	clear(b.names)
	b.Read, b.moved, b.rejects = 0, b.moved[:0], b.rejects[:0]
}

// claim notes a row's name; false where the batch holds a row of that name already, which must be merged first.
func (b *Batch) claim(name []byte) bool {
	if _, taken := b.names[string(name)]; taken {
		return false
	}
	b.names[string(name)] = struct{}{}
	return true
}

// Move notes that a row is the store's no longer: the source has it at a location that is not synced.
func (b *Batch) Move(name []byte, serial int64) {
	b.moved = append(b.moved, Key{Name: string(name), Serial: serial})
}

// Moved returns the rows noted by Move.
func (b *Batch) Moved() []Key { return b.moved }

// Reject notes that a row cannot be taken.
func (b *Batch) Reject(r Reject) { b.rejects = append(b.rejects, r) }

// loadKeys stages keys.
func (x *Session) loadKeys(ctx context.Context, into table, keys []Key) error {
	if len(keys) == 0 {
		return nil
	}
	rows := &rows{}
	for _, key := range keys {
		key.write(rows)
	}
	return x.store.dialect.load(ctx, x.conn, into, rows)
}

var stageMoved = table{name: "stage_moved", columns: []string{"row_key", "serial"}}

// upsert is an INSERT … ON CONFLICT DO UPDATE from a staged table.
type upsert struct {
	sql    string
	stage  string
	target string
	key    string
}

// countNewSQL counts the staged rows whose key the target does not have yet.
func (u upsert) countNewSQL() string {
	return `SELECT count(*) FROM ` + u.stage + ` s WHERE NOT EXISTS (SELECT 1 FROM ` + u.target + ` t
		WHERE t.store_id = :store_id AND t.` + u.key + ` = s.` + u.key + `)`
}

// mergeRows stages the batch's rows and upserts them.
func (p *Pass) mergeRows(ctx context.Context, tx *sqlx.Tx, b *Batch, into table, u upsert, args map[string]any) (c Counts, err error) {
	if b.Rows() == 0 {
		return c, nil
	}
	x := p.session
	if err := x.store.dialect.load(ctx, x.conn, into, b.rows); err != nil {
		return c, err
	}
	c.Inserted, c.Updated, err = x.store.dialect.upsert(ctx, tx, u, x.args(args))
	c.Unchanged = int64(b.Rows()) - c.Inserted - c.Updated
	return c, err
}

// Rejects returns the rejects noted so far.
func (b *Batch) Rejects() []Reject { return b.rejects }
