package biotrack

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
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
	// Idle ends a transaction of ours that sits idle, as when this process is stopped (PostgreSQL 9.6 and newer).
	Idle time.Duration
	// Flush is how long to wait for the server to flush the log of what has completed.
	Flush time.Duration
}

// Transaction is how long a transaction of ours may take (PostgreSQL 17 and newer).
func (t Timeouts) Transaction() time.Duration { return 2 * t.Statement }

// DefaultTimeouts let a sequential scan of some million rows end on a slow disk, and no more.
func DefaultTimeouts() Timeouts {
	return Timeouts{Statement: 2 * time.Minute, Lock: 5 * time.Second, Idle: time.Minute, Flush: 2 * time.Second}
}

// ErrWritable is a transaction that asked to be read-only and is not.
var ErrWritable = errors.New("transaction is not read-only; refusing to go on")

// connector makes connections that keep no state between reads, so that a pooler may give each read another session of
// the server, and each session to others in between.
type connector struct {
	*pq.Connector
	timeouts Timeouts
	// version is the server's, the oldest until it is known.
	version int
}

// Connect opens one connection.
func (c *connector) Connect(ctx context.Context) (driver.Conn, error) {
	opened, err := c.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	return &connection{opened.(pqConn), c}, nil
}

// pqConn is what database/sql needs of a connection of lib/pq.
type pqConn interface {
	driver.Conn
	driver.Tx
	driver.QueryerContext
	driver.NamedValueChecker
	driver.Pinger
	driver.SessionResetter
	driver.Validator
}

// connection is a connection whose transactions are read-only and bounded.
type connection struct {
	pqConn
	connector *connector
}

// BeginTx opens a transaction and makes its settings by one message. The error is ErrWritable where the server, or what
// is before it, ignores that the transaction is to be read-only.
func (c *connection) BeginTx(ctx context.Context, opts driver.TxOptions) (driver.Tx, error) {
	query, err := render(queries(), "begin.sql", struct {
		Isolation sql.IsolationLevel
		Timeouts  Timeouts
		Version   int
	}{sql.IsolationLevel(opts.Isolation), c.connector.timeouts, c.connector.version})
	if err != nil {
		return nil, err
	}
	rows, err := c.QueryContext(ctx, query, nil)
	if err == nil {
		row := make([]driver.Value, len(rows.Columns()))
		err = errors.Join(rows.Next(row), rows.Close())
		if err == nil && row[0] != true {
			err = ErrWritable
		}
	}
	if err == nil {
		return c.pqConn, nil
	}
	switch {
	case c.IsValid():
		_ = c.Rollback()
	case !errors.Is(err, driver.ErrBadConn):
		// database/sql opens another connection: nothing has been read yet.
		err = fmt.Errorf("%w: %w", driver.ErrBadConn, err)
	}
	return nil, fmt.Errorf("begin: %w", err)
}

// read runs queries in one short read-only transaction. An error of theirs is returned as it is, any other as an Error
// of op. A statement that waited for a lock sees what the lock's holder wrote.
func (s *Source) read(ctx context.Context, op string, queries func(*sqlx.Tx) error) error {
	return s.transact(ctx, op, sql.LevelReadCommitted, queries)
}

// snapshot is read where all queries see one state of the source.
func (s *Source) snapshot(ctx context.Context, op string, queries func(*sqlx.Tx) error) error {
	return s.transact(ctx, op, sql.LevelRepeatableRead, queries)
}

func (s *Source) transact(
	ctx context.Context, op string, isolation sql.IsolationLevel, queries func(*sqlx.Tx) error,
) error {
	tx, err := s.db.BeginTxx(ctx, &sql.TxOptions{Isolation: isolation, ReadOnly: true})
	if err != nil {
		return wrap(op, err)
	}
	defer func() { _ = tx.Rollback() }()
	if err := queries(tx); err != nil {
		return err
	}
	return wrap(op, tx.Commit())
}
