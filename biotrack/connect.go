package biotrack

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"maps"
	"strconv"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
)

// Timeouts bound what a pass may ask of the server at the till.
type Timeouts struct {
	// Statement ends any one statement of ours that runs longer.
	Statement time.Duration
	// Lock ends a statement of ours that waits longer for a lock, as behind an ALTER TABLE.
	Lock time.Duration
	// Idle ends a transaction of ours that sits idle, as when this process is stopped in the middle (PostgreSQL 9.6 and
	// newer).
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
	cfg.Runtime = startupSettings(cfg.Runtime, timeouts)
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
	if s.server, err = readServer(ctx, db); err == nil {
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

// startupSettings are the settings that every server since 9.4 knows, so that a session is read-only from its first
// moment on.
func startupSettings(given map[string]string, t Timeouts) map[string]string {
	settings := map[string]string{}
	maps.Copy(settings, given)
	settings["default_transaction_read_only"] = "on"
	settings["statement_timeout"] = milliseconds(t.Statement)
	settings["lock_timeout"] = milliseconds(t.Lock)
	settings["extra_float_digits"] = "3"
	return settings
}

func milliseconds(d time.Duration) string { return strconv.FormatInt(d.Milliseconds(), 10) }

// connector prepares each connection of the pool; a pool that reconnects in the middle of a pass would otherwise go on
// unguarded.
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
	if err := c.prepare(ctx, conn); err != nil {
		_ = conn.Close()
		return nil, fmt.Errorf("prepare session: %w", err)
	}
	return conn, nil
}

func (c connector) prepare(ctx context.Context, conn driver.Conn) error {
	execer, ok := conn.(driver.ExecerContext)
	if !ok {
		return fmt.Errorf("driver connection %T cannot run statements", conn)
	}
	query, err := render("session.sql", nil)
	if err != nil {
		return err
	}
	_, err = execer.ExecContext(ctx, query, []driver.NamedValue{
		{Ordinal: 1, Value: milliseconds(c.timeouts.Statement)},
		{Ordinal: 2, Value: milliseconds(c.timeouts.Lock)},
		{Ordinal: 3, Value: milliseconds(c.timeouts.Idle)},
	})
	return err
}
