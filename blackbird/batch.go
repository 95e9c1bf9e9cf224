package blackbird

import (
	"context"
	"hash/maphash"
	"time"

	"github.com/blackbirdctl/blackbirdctl/internal/crash"
	"github.com/blackbirdctl/blackbirdctl/internal/model"
)

// Batch gathers what one merge will write. It holds at most one row of a name.
type Batch struct {
	// Read is how many rows of the source the batch speaks for, the unusable ones included.
	Read int64

	pass *Pass
	// at is the merge's moment, which its rows carry; zero until the first of them.
	at    time.Time
	rows  rows
	names nameSet
	// spared is how many rows were taken out again: they gave way to another of their name, or the store holds them as they are.
	spared int64
	// second says that the batch follows one that has a row of the same name.
	second bool
	// refunded are the orders that the batch's rows refund.
	refunded []string
	moved    []model.Key
	rejects  []Reject
}

// NewBatch returns an empty batch; a few serve a whole pass.
func (p *Pass) NewBatch() *Batch {
	return &Batch{pass: p, names: make(nameSet)}
}

// NewSecondBatch returns an empty batch for rows that another batch, which is merged before it, has no room for: Add… said so.
func (p *Pass) NewSecondBatch() *Batch {
	b := p.NewBatch()
	b.second = true
	return b
}

// moment is the batch's merge's.
func (b *Batch) moment() time.Time {
	if b.at.IsZero() {
		b.at = b.pass.now()
	}
	return b.at
}

// args are the parameters of the batch's merge.
func (b *Batch) args() map[string]any { return map[string]any{"pass_id": b.pass.ID, "now": b.moment()} }

// end closes a row with what every row of the store ends with.
func (b *Batch) end() {
	b.rows.int(b.pass.ID)
	b.rows.time(b.moment())
	b.rows.end()
}

// Rows is how many rows the batch holds that are to be merged.
func (b *Batch) Rows() int { return b.rows.count }

// Empty tells whether a merge of the batch would do nothing.
func (b *Batch) Empty() bool { return b.Read == 0 }

// Reset empties the batch and keeps its memory.
func (b *Batch) Reset() {
	b.rows.reset()
	clear(b.names)
	b.Read, b.spared, b.at = 0, 0, time.Time{}
	b.refunded, b.moved, b.rejects = b.refunded[:0], b.moved[:0], b.rejects[:0]
}

// claim notes a row's name; false where the batch holds a row of that name already, which must be merged first.
func (b *Batch) claim(name []byte) bool {
	_, taken := b.names.find(name)
	if !taken {
		b.names.put(name, b.rows.next())
	}
	return !taken
}

// nameSet is a set of names by their hashes, a fraction of their size, and where the row of each begins. Two names of one hash are taken for
// one: a row is merged after another then, though it need not be.
type nameSet map[uint64]spot

var nameSeed = maphash.MakeSeed()

func (s nameSet) find(name []byte) (spot, bool) {
	at, taken := s[maphash.Bytes(nameSeed, name)]
	return at, taken
}

func (s nameSet) put(name []byte, at spot) { s[maphash.Bytes(nameSeed, name)] = at }

func (s nameSet) has(name string) bool {
	_, ok := s[maphash.String(nameSeed, name)]
	return ok
}

// Move notes that a row is the store's no longer: the source has it at a location that is not synced.
func (b *Batch) Move(name []byte, serial int64) {
	b.moved = append(b.moved, model.Key{Name: string(name), Serial: serial})
}

// Moved returns the rows noted by Move.
func (b *Batch) Moved() []model.Key { return b.moved }

// Reject notes that a row cannot be taken.
func (b *Batch) Reject(r Reject) { b.rejects = append(b.rejects, r) }

// loadKeys stages keys.
func (x *Session) loadKeys(ctx context.Context, tx *txn, into table, keys []model.Key) error {
	if len(keys) == 0 {
		return nil
	}
	rows := &rows{}
	for _, key := range keys {
		writeKey(rows, key)
	}
	return x.store.dialect.load(ctx, tx.conn, into, rows)
}

var stageMoved = table{name: "stage_moved", columns: []string{"row_key", "serial"}}

// target is a table of the store, and how a batch's rows come into it.
type target struct {
	table
	key string
	// stage is the table's likeness where rows wait to be compared.
	stage table
	// strike takes out of the stage what the store holds already, upsert writes the rest.
	strike, upsert string
	// differences tells of the rows left in the stage what they differ in.
	differences string
	comparison
}

// staging is where rows of a table wait.
func (t table) staging() table { return table{name: "stage_" + t.name, columns: t.columns} }

// countNewSQL counts the staged rows whose key the target does not have yet.
func (t target) countNewSQL() string {
	return `SELECT count(*) FROM ` + t.stage.name + ` s WHERE NOT EXISTS (SELECT 1 FROM ` + t.name + ` t
		WHERE t.store_id = :store_id AND t.` + t.key + ` = s.` + t.key + `)`
}

// stage loads the batch's rows beside the target and strikes out those that it holds already: to lock and rewrite a row that stays as it
// is would cost as much as to change it.
func (p *Pass) stage(ctx context.Context, tx *txn, b *Batch, into target) error {
	x := p.session
	if err := x.store.dialect.load(ctx, tx.conn, into.stage, &b.rows); err != nil {
		return err
	}
	_, err := x.exec(ctx, tx, into.strike, nil)
	return err
}

// upsert writes what was staged.
func (p *Pass) upsert(ctx context.Context, tx *txn, b *Batch, into target) (c Counts, err error) {
	crash.Here("rows staged")
	c.Inserted, c.Updated, err = p.session.store.dialect.upsert(ctx, tx.Tx, into, p.session.args(nil))
	c.Unchanged = int64(b.Rows()) - c.Inserted - c.Updated
	return c, err
}

// place brings the batch's rows into their table, straight or by the stage; staged, where there is one, is called between staging and writing.
func (p *Pass) place(ctx context.Context, tx *txn, b *Batch, into target, straight bool, staged func() error) (c Counts, err error) {
	switch {
	case b.Rows() == 0:
		return c, nil
	case straight:
		err = p.session.store.dialect.load(ctx, tx.conn, into.table, &b.rows)
		crash.Here("rows placed")
		return Counts{Inserted: int64(b.Rows())}, err
	}
	if err := p.compare(ctx, tx, b, into); err != nil || b.Rows() == 0 {
		return c, err
	}
	if err := p.stage(ctx, tx, b, into); err != nil {
		return c, err
	}
	if p.watched() {
		if err := p.reportStaged(ctx, tx, into); err != nil {
			return c, err
		}
	}
	if staged != nil {
		if err := staged(); err != nil {
			return c, err
		}
	}
	return p.upsert(ctx, tx, b, into)
}

// mergeBatch merges a batch, straight into its table where the pass fills an empty store, and lists its rejects.
func (p *Pass) mergeBatch(ctx context.Context, b *Batch, do func(tx *txn, straight bool) (Counts, error)) error {
	merge := func(straight bool) error {
		return p.merge(ctx, func(tx *txn) (Counts, error) {
			c, err := do(tx, straight)
			if err != nil {
				return c, err
			}
			c.Read, c.Rejected = b.Read, int64(len(b.rejects))
			c.Unchanged += b.spared
			return c, p.session.saveRejects(ctx, tx, b.rejects, b.moment())
		})
	}
	if p.filling.straight(b) {
		err := merge(true)
		if err == nil || !p.session.store.dialect.duplicate(err) {
			return err
		}
		p.filling.miss()
	}
	return merge(false)
}

// Rejects returns the rejects noted so far.
func (b *Batch) Rejects() []Reject { return b.rejects }
