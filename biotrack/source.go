package biotrack

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"maps"
	"strconv"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
	"github.com/lib/pq/pqerror"
)

// Timeouts bound what a pass may ask of the server at the till.
type Timeouts struct {
	// Statement ends any one statement of ours that runs longer.
	Statement time.Duration
	// Lock ends a statement of ours that waits longer for a lock, as behind an ALTER TABLE.
	Lock time.Duration
	// Idle ends a transaction of ours that sits idle, as when this process is stopped (PostgreSQL 9.6 and newer).
	Idle time.Duration
}

// DefaultTimeouts let a sequential scan of some million rows end on a slow disk, and no more.
func DefaultTimeouts() Timeouts {
	return Timeouts{Statement: 2 * time.Minute, Lock: 5 * time.Second, Idle: time.Minute}
}

// Source is an open BioTrack database.
type Source struct {
	db     *sqlx.DB
	server Server
	layout Layout
}

// Server returns what the server said of itself.
func (s *Source) Server() Server { return s.server }

// Layout returns what the server's tables look like.
func (s *Source) Layout() Layout { return s.layout }

func (s *Source) encoding() encoding { return encoding(s.server.Encoding) }

// Text returns a text of the server, decoded and trimmed.
func (s *Source) Text(raw string) string { return s.text([]byte(raw)) }

func (s *Source) text(raw []byte) string { return string(s.encoding().text(raw)) }

// Open connects to a BioTrack database and learns what server it is. The configuration's own run-time parameters yield
// to the package's where both speak. Every connection of the pool is made by the dialer, the driver's own where it is
// nil, and gets the same read-only session.
func Open(ctx context.Context, cfg pq.Config, dialer pq.Dialer, timeouts Timeouts) (*Source, error) {
	cfg = cfg.Clone()
	// These settings are known to every server since 9.4, so that a session is read-only from its first moment on.
	maps.Copy(cfg.Runtime, map[string]string{
		"default_transaction_read_only": "on",
		"statement_timeout":             milliseconds(timeouts.Statement),
		"lock_timeout":                  milliseconds(timeouts.Lock),
		"extra_float_digits":            "3",
	})
	pqConnector, err := pq.NewConnectorConfig(cfg)
	if err != nil {
		return nil, &Error{Op: "connect", Err: err}
	}
	if dialer != nil {
		pqConnector.Dialer(dialer)
	}
	db := sqlx.NewDb(sql.OpenDB(connector{pqConnector, timeouts}), "postgres")
	db.SetMaxOpenConns(2)
	s := &Source{db: db}
	err = getRow(ctx, db, &s.server, "server.sql", nil)
	switch {
	case err != nil:
	case s.server.Version < oldestServer:
		err = fmt.Errorf("%w (version %d)", ErrOldServer, s.server.Version)
	case !s.server.ReadOnly:
		err = ErrWritable
	default:
		s.layout, err = readLayout(ctx, db)
	}
	if err != nil {
		_ = db.Close()
		return nil, &Error{Op: "connect", Err: err}
	}
	return s, nil
}

// Close ends our sessions.
func (s *Source) Close() error { return s.db.Close() }

func milliseconds(d time.Duration) string { return strconv.FormatInt(d.Milliseconds(), 10) }

// connector prepares each connection of the pool: one that reconnects in the middle of a pass must be guarded too.
type connector struct {
	*pq.Connector
	timeouts Timeouts
}

// Connect opens one connection and sets its session up.
func (c connector) Connect(ctx context.Context) (driver.Conn, error) {
	conn, err := c.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	query, err := render(queries(), "session.sql", nil)
	if err == nil {
		_, err = conn.(driver.ExecerContext).ExecContext(ctx, query, []driver.NamedValue{
			{Ordinal: 1, Value: milliseconds(c.timeouts.Statement)},
			{Ordinal: 2, Value: milliseconds(c.timeouts.Lock)},
			{Ordinal: 3, Value: milliseconds(c.timeouts.Idle)},
		})
	}
	if err != nil {
		_ = conn.Close()
		return nil, fmt.Errorf("prepare session: %w", err)
	}
	return conn, nil
}

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

// Identity distinguishes one source from another: a restored, moved or swapped server differs in at least one field.
type Identity struct {
	// SystemIdentifier is the cluster's own number, empty where the server does not show it (before 9.6, or not
	// granted).
	SystemIdentifier string `json:"system_identifier" db:"system_identifier"`
	// Timeline rises with each failover and point-in-time restore; 0 where the server does not show it.
	Timeline    int64  `json:"timeline" db:"timeline_id"`
	Database    string `json:"database"`
	DatabaseOID int64  `json:"database_oid"`
}

// Identity reads which server and database this is.
func (s *Source) Identity(ctx context.Context) (Identity, error) {
	id := Identity{Database: s.server.Database, DatabaseOID: s.server.DatabaseOID}
	if s.server.Version < ControlFunctions {
		return id, nil
	}
	err := getRow(ctx, s.db, &id, "identity.sql", nil)
	if pq.As(err, pqerror.InsufficientPrivilege, pqerror.UndefinedFunction) != nil {
		err = nil // the database's name and oid have to do
	}
	return id, wrap("read identity", err)
}

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
}

// Positions reads where the source is, without taking a transaction id of its own.
func (s *Source) Positions(ctx context.Context) (p Positions, err error) {
	err = getRow(ctx, s.db, &p, "positions.sql", nil)
	return p, wrap("read position", err)
}
