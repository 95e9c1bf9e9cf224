package biotrack

import (
	"fmt"
	"strconv"
	"time"
)

// Position is a place in the source's history: a 64-bit transaction id, as txid_current_snapshot counts them.
type Position uint64

// ParsePosition reads a position as String wrote it.
func ParsePosition(text string) (Position, error) {
	n, err := strconv.ParseUint(text, 10, 63)
	if err != nil {
		return 0, fmt.Errorf("position %q is not a transaction id", text)
	}
	return Position(n), nil
}

func (p Position) String() string { return strconv.FormatUint(uint64(p), 10) }

// xid is the position's low 32 bits, the form in which rows keep it.
func (p Position) xid() string { return strconv.FormatUint(uint64(p)&0xffffffff, 10) }

// horizon is how far back a row's 32-bit xmin can be told from a newer one's, less a margin for the length of a pass.
const horizon = 1<<31 - 10_000_000

// Reaches reports whether a pass at current can still tell which rows changed since p.
func (p Position) Reaches(current Position) bool { return current-p < horizon }

// Positions are where the source is now.
type Positions struct {
	// Next is the oldest transaction that may still commit: any later statement sees everything before it.
	Next Position `db:"next"`
	// Current is the first transaction id not yet given out.
	Current Position `db:"current"`
	// Durable is the newest position, up to Next, that survives a crash of the server; 0 where none is known. A server
	// that crashes gives out again the ids whose write-ahead log was not flushed: rows written with them would lie
	// below the position.
	Durable Position `db:"-"`
	// WAL is how far the write-ahead log goes, in bytes; on a standby, how far it has been replayed.
	WAL int64 `db:"wal"`
	// Flushed is how far the write-ahead log survives a crash.
	Flushed int64 `db:"flushed"`
	// Standby reports whether the server follows another one.
	Standby bool `db:"standby"`
	// Clock is the server's time.
	Clock time.Time `db:"clock"`
}

// Quiet reports whether nothing has completed since the position: no transaction is open, and none has begun.
func (p Positions) Quiet(since Position) bool { return p.Next == since && p.Current == since }
