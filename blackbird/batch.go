package blackbird

import (
	"hash/maphash"
	"math"
	"strconv"
	"time"

	"github.com/blackbirdctl/blackbirdctl/internal/model"
)

// Batch gathers what one merge writes. It holds at most one row of a key. One goroutine at a time uses it.
type Batch struct {
	// Read is how many rows of the source went into the batch, the rejected ones included.
	Read int64

	pass *Pass
	// mergedAt is the time of the merge, which its rows carry; zero until the first of them.
	mergedAt time.Time
	rows     Rows
	keys     keySet
	// key is room for one.
	key []byte
	// skipped is how many rows were taken out again: they gave way to another of their key, or the store holds them as
	// they are.
	skipped int64
	// second says that the batch follows one that has a row of the same key.
	second bool
	// refunded are the orders that the batch's rows refund.
	refunded []string
	// outOfScope are the rows that the source has at a location that is not synced.
	outOfScope []model.Key
	rejects    []Reject
	// tickets are those noted by SawTicket, superseded those that gave way to another one in the batch.
	tickets    []ticketKey
	superseded []Superseded
}

// NewBatch returns an empty batch; a few serve a whole pass.
func (p *Pass) NewBatch() *Batch {
	return &Batch{pass: p, keys: make(keySet)}
}

// NewSecondBatch returns an empty batch for rows that another batch, which is merged before it, has no room for: its
// Add… method returned false.
func (p *Pass) NewSecondBatch() *Batch {
	b := p.NewBatch()
	b.second = true
	return b
}

func (b *Batch) timestamp() time.Time {
	if b.mergedAt.IsZero() {
		b.mergedAt = b.pass.now()
	}
	return b.mergedAt
}

// args are the parameters of the statements that mark the rows that they write as the merge's.
func (b *Batch) args() Args { return Args{"pass_id": b.pass.ID, "now": b.timestamp()} }

// endRow ends a row with what every row of the store ends with.
func (b *Batch) endRow() {
	b.rows.appendInt(b.pass.ID)
	b.rows.appendTime(b.timestamp())
	b.rows.endRow()
}

// Rows is how many rows the batch holds that are to be merged.
func (b *Batch) Rows() int { return b.rows.count }

// Empty reports whether a merge of the batch would do nothing.
func (b *Batch) Empty() bool { return b.Read == 0 && b.Rows() == 0 && len(b.outOfScope) == 0 }

// Reset empties the batch and keeps its memory.
func (b *Batch) Reset() {
	b.rows.reset()
	clear(b.keys)
	b.Read, b.skipped, b.mergedAt = 0, 0, time.Time{}
	b.refunded, b.outOfScope, b.rejects = b.refunded[:0], b.outOfScope[:0], b.rejects[:0]
	b.tickets, b.superseded = b.tickets[:0], b.superseded[:0]
}

// claim notes a row's key. It returns false where the batch holds a row of that key already, which must be merged
// first.
func (b *Batch) claim(key []byte) bool {
	_, taken := b.keys.find(key)
	if !taken {
		b.keys.put(key, keyed{at: b.rows.next()})
	}
	return !taken
}

// orderKey appends an order's key as Table.keyOf returns it.
func orderKey(to, id []byte, location int64) []byte {
	return strconv.AppendInt(append(append(to, id...), '\t'), location, 10)
}

// keySet is a set of keys by their hashes, a fraction of their size, and where the row of each begins. Two keys of one
// hash are taken for one: a row is merged after another then, though it need not be.
type keySet map[uint64]keyed

type keyed struct {
	at rowPosition
	// serial is the row's, 0 where keys are unique; voided says that the row is a voided ticket.
	serial int64
	voided bool
}

var keySeed = maphash.MakeSeed()

func (s keySet) find(key []byte) (keyed, bool) {
	row, taken := s[maphash.Bytes(keySeed, key)]
	return row, taken
}

func (s keySet) put(key []byte, row keyed) { s[maphash.Bytes(keySeed, key)] = row }

// serials returns the lowest and the highest serial of the rows.
func (s keySet) serials() (lowest, highest int64) {
	lowest = math.MaxInt64
	for _, row := range s {
		lowest, highest = min(lowest, row.serial), max(highest, row.serial)
	}
	return lowest, highest
}

func (s keySet) has(key string) bool {
	_, ok := s[maphash.String(keySeed, key)]
	return ok
}

// MarkOutOfScope notes that a row is the store's no longer: the source has it at a location that is not synced, or
// under another key. A row of the batch may take its place.
func (b *Batch) MarkOutOfScope(keys ...model.Key) { b.outOfScope = append(b.outOfScope, keys...) }

// Reject notes that a row cannot be merged.
func (b *Batch) Reject(r Reject) { b.rejects = append(b.rejects, r) }

// Rejects returns the rejects noted so far.
func (b *Batch) Rejects() []Reject { return b.rejects }
