package biotrack

import (
	"context"
	"database/sql"
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
	// ErrOldServer is a server that lacks functions that we need.
	ErrOldServer = errors.New("server is older than PostgreSQL 9.4")
	// ErrWritable is a session that asked to be read-only and is not.
	ErrWritable = errors.New("session is not read-only; refusing to go on")
)

// ControlFunctions is the oldest PostgreSQL that has its system identifier in SQL.
const ControlFunctions = 90600

// Server is what a server reports about itself and the session.
type Server struct {
	// Version is as PostgreSQL numbers it: 90600, 150004.
	Version     int    `db:"version"`
	Encoding    string `db:"encoding"`
	Database    string `db:"database"`
	DatabaseOID int64  `db:"database_oid"`
	ReadOnly    bool   `db:"read_only"`
}

func readServer(ctx context.Context, db *sqlx.DB) (Server, error) {
	var s Server
	if err := getRow(ctx, db, &s, "server.sql", nil); err != nil {
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

// Identity distinguishes one source from another: a restored, moved or swapped server differs in at least one field.
type Identity struct {
	// SystemIdentifier is the cluster's own number, empty where the server does not show it (before 9.6, or not granted).
	SystemIdentifier string `json:"system_identifier"`
	// Timeline rises with each failover and point-in-time restore; 0 where the server does not show it.
	Timeline    int64  `json:"timeline"`
	Database    string `json:"database"`
	DatabaseOID int64  `json:"database_oid"`
}

// Identity reads which server and database this is.
func (s *Source) Identity(ctx context.Context) (Identity, error) {
	id := Identity{Database: s.server.Database, DatabaseOID: s.server.DatabaseOID}
	if s.server.Version < ControlFunctions {
		return id, nil
	}
	err := eachRow(ctx, s.db, "identity.sql", nil, nil, func(rows *sql.Rows) error {
		return rows.Scan(&id.SystemIdentifier, &id.Timeline)
	})
	if pq.As(err, pqerror.InsufficientPrivilege, pqerror.UndefinedFunction) != nil {
		err = nil // the database's name and oid have to do
	}
	return id, wrap("read identity", err)
}

// Position is a place in the source's history of transactions: a 64-bit transaction id, as txid_current_snapshot counts
// them.
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

// horizon is how far back a row's 32-bit xmin can be distinguished from a newer one's, less a margin for transactions
// during the pass.
const horizon = 1<<31 - 10_000_000

// Reaches reports whether a pass at current can still tell which rows changed since p.
func (p Position) Reaches(current Position) bool { return current-p < horizon }

// Positions are where the source is now.
type Positions struct {
	// Next is the oldest transaction that may still commit: everything before it has ended and is visible to any later
	// statement.
	Next Position
	// Current is the first transaction id not yet given out.
	Current Position
}

// Positions reads where the source is, without taking a transaction id of its own.
func (s *Source) Positions(ctx context.Context) (Positions, error) {
	var p Positions
	err := eachRow(ctx, s.db, "positions.sql", nil, nil, func(rows *sql.Rows) error {
		return rows.Scan(&p.Next, &p.Current)
	})
	return p, wrap("read position", err)
}
