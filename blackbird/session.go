package blackbird

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"
)

// The streams of a store.
const (
	StreamCustomers = "customers"
	StreamOrders    = "orders"
	StreamProducts  = "products"
	StreamPoints    = "points"
)

// Session is the one writer of one stream of a store. It holds the store's lock for the stream from Store.Session to Close.
type Session struct {
	store  *Store
	conn   *sqlx.Conn
	stream string
	dryRun bool
	staged bool
}

// Session takes the store's lock for a stream and returns its writer; ErrLocked where another holds it. A dry run does all the
// work and takes every transaction back.
func (s *Store) Session(ctx context.Context, stream string, dryRun bool) (*Session, error) {
	conn, err := s.db.Connx(ctx)
	if err != nil {
		return nil, wrap("connect to", err)
	}
	if err := s.dialect.lock(ctx, conn, s.lockKey(stream)); err != nil {
		_ = conn.Close()
		return nil, wrap("lock "+stream+" in", err)
	}
	return &Session{store: s, conn: conn, stream: stream, dryRun: dryRun}, nil
}

// unlockTimeout is how long giving the lock back may take; the connection's end gives it back in any case.
const unlockTimeout = 5 * time.Second

// Close gives the lock back: the connection is closed and not returned to the pool, and the database frees what it held.
func (x *Session) Close() error {
	ctx, cancel := context.WithTimeout(context.Background(), unlockTimeout)
	defer cancel()
	x.store.dialect.unlock(ctx, x.conn)
	_ = x.conn.Raw(func(any) error { return driver.ErrBadConn })
	if err := x.conn.Close(); !errors.Is(err, sql.ErrConnDone) {
		return err
	}
	return nil
}

// retries is how often a transaction that met another one is tried again.
const retries = 5

// transact runs work in one transaction, again where it failed only for having met another transaction.
func (x *Session) transact(ctx context.Context, work func(*sqlx.Tx) error) (err error) {
	for range retries {
		err = x.once(ctx, x.dryRun, work)
		if err == nil || !x.store.dialect.retryable(err) {
			return err
		}
	}
	return fmt.Errorf("give up after %d tries: %w", retries, err)
}

func (x *Session) once(ctx context.Context, takeBack bool, work func(*sqlx.Tx) error) error {
	if err := x.stage(ctx); err != nil {
		return err
	}
	tx, err := x.conn.BeginTxx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	if err := work(tx); err != nil {
		return err
	}
	if takeBack {
		return tx.Rollback()
	}
	return tx.Commit()
}

// stage makes the session's temporary tables, before the first transaction that may need them.
func (x *Session) stage(ctx context.Context) error {
	if x.staged {
		return nil
	}
	for statement := range strings.SplitSeq(bare(x.store.dialect.stageSQL()), ";") {
		if _, err := x.conn.ExecContext(ctx, statement); err != nil {
			return fmt.Errorf("make temporary tables: %w", err)
		}
	}
	x.staged = true
	return nil
}

// args are the parameters that every statement of the session may name.
func (x *Session) args(more map[string]any) map[string]any {
	args := map[string]any{"store_id": x.store.id, "stream": x.stream}
	for k, v := range more {
		if t, ok := v.(time.Time); ok {
			v = x.store.dialect.time(t)
		}
		args[k] = v
	}
	return args
}

// bind puts the session's parameters and the given ones into a query.
func (x *Session) bind(query string, more map[string]any) (string, []any, error) {
	return named(query, x.args(more), sqlx.BindType(x.store.db.DriverName()))
}

// exec runs one statement with named parameters and returns how many rows it wrote.
func (x *Session) exec(ctx context.Context, q sqlx.ExecerContext, query string, more map[string]any) (int64, error) {
	query, list, err := x.bind(query, more)
	if err != nil {
		return 0, err
	}
	res, err := q.ExecContext(ctx, query, list...)
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

// selects reads all rows of one query with named parameters.
func (x *Session) selects(ctx context.Context, q sqlx.QueryerContext, into any, query string, more map[string]any) error {
	query, list, err := x.bind(query, more)
	if err != nil {
		return err
	}
	return sqlx.SelectContext(ctx, q, into, query, list...)
}

// get reads the one row of a query with named parameters; sql.ErrNoRows where there is none.
func (x *Session) get(ctx context.Context, q sqlx.QueryerContext, into any, query string, more map[string]any) error {
	query, list, err := x.bind(query, more)
	if err != nil {
		return err
	}
	return sqlx.GetContext(ctx, q, into, query, list...)
}

func isNone(err error) bool { return errors.Is(err, sql.ErrNoRows) }
