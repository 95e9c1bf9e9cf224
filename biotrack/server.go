package biotrack

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"strconv"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
	"github.com/lib/pq/pqerror"
)

// oldestServer is the oldest PostgreSQL that has all the functions we use.
const oldestServer = 90400

var (
	// ErrOldServer says that the server lacks functions that we need.
	ErrOldServer = errors.New("server is older than PostgreSQL 9.4")
	// ErrWritable says that a session which asked to be read-only is not.
	ErrWritable = errors.New("session is not read-only; refusing to go on")
)

// controlFunctions is the oldest PostgreSQL that tells its system identifier in SQL.
const controlFunctions = 90600

// server is what a pass needs to know of the server before it reads.
type server struct {
	Version     int    `db:"version"`
	Encoding    string `db:"encoding"`
	Database    string `db:"database"`
	DatabaseOID int64  `db:"database_oid"`
	ReadOnly    bool   `db:"read_only"`
}

//go:embed sql/server.sql
var serverSQL string

func readServer(ctx context.Context, db *sqlx.DB) (server, error) {
	var s server
	if err := db.GetContext(ctx, &s, serverSQL); err != nil {
		return s, err
	}
	if s.Version < oldestServer {
		return s, fmt.Errorf("%w (version %d)", ErrOldServer, s.Version)
	}
	if !s.ReadOnly {
		return s, ErrWritable
	}
	return s, nil
}

// Identity tells one source from another: a restored, moved or swapped server differs in at least one field.
type Identity struct {
	// SystemIdentifier is the cluster's own number, empty where the server does not tell it (before 9.6, or not granted).
	SystemIdentifier string `json:"system_identifier"`
	// Timeline rises with each failover and point-in-time restore; 0 where the server does not tell it.
	Timeline    int64  `json:"timeline"`
	Database    string `json:"database"`
	DatabaseOID int64  `json:"database_oid"`
}

// Identity reads which server and database this is.
func (s *Source) Identity(ctx context.Context) (Identity, error) {
	id := Identity{Database: s.server.Database, DatabaseOID: s.server.DatabaseOID}
	if s.server.Version < controlFunctions {
		return id, nil
	}
	err := s.db.QueryRowxContext(ctx, `SELECT CAST(s.system_identifier AS text), c.timeline_id
		FROM pg_control_system() s, pg_control_checkpoint() c`).Scan(&id.SystemIdentifier, &id.Timeline)
	if pq.As(err, pqerror.InsufficientPrivilege, pqerror.UndefinedFunction) != nil {
		err = nil // the server does not tell us; the database's name and oid have to do
	}
	if err != nil {
		return id, &Error{Op: "read identity", Err: err}
	}
	return id, nil
}

// Position is a place in the source's history of transactions: a 64-bit transaction id, as txid_current_snapshot counts them.
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

// horizon is how far back a row's 32-bit xmin can be told from a newer one's, less a margin for transactions during the pass.
const horizon = 1<<31 - 10_000_000

// Reaches tells whether a pass at current can still tell which rows changed since p.
func (p Position) Reaches(current Position) bool { return current-p < horizon }

// Positions are where the source stands now.
type Positions struct {
	// Next is the oldest transaction that may still commit: everything before it is settled and visible to any later statement.
	Next Position
	// Current is the first transaction id not yet given out.
	Current Position
}

// Positions asks for the source's standing without taking a transaction id of its own.
func (s *Source) Positions(ctx context.Context) (Positions, error) {
	var p Positions
	err := s.db.QueryRowxContext(ctx, `SELECT txid_snapshot_xmin(txid_current_snapshot()),
		txid_snapshot_xmax(txid_current_snapshot())`).Scan(&p.Next, &p.Current)
	if err != nil {
		return p, &Error{Op: "read position", Err: err}
	}
	return p, nil
}
