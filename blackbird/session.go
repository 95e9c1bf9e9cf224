package blackbird

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/blackbirdctl/blackbirdctl/internal/crash"
)

// The streams of a store.
const (
	StreamCustomers = "customers"
	StreamOrders    = "orders"
	StreamProducts  = "products"
	StreamPoints    = "points"
)

// Session is what writes one stream of a store. It holds the store's lock for the stream from Store.Session to Close.
type Session struct {
	store  *Store
	stream string
	dryRun bool
	// own is the connection that holds the lock, and the temporary tables that outlive a merge.
	own *writer
	// writers are those that are free; a second one joins where merges overlap.
	writers chan *writer
	// spare counts the writers that may yet join.
	spare chan struct{}
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
	x := &Session{store: s, stream: stream, dryRun: dryRun, own: &writer{conn: conn}}
	x.writers, x.spare = make(chan *writer, s.Writers()), make(chan struct{}, s.Writers())
	x.writers <- x.own
	for range s.Writers() - 1 {
		x.spare <- struct{}{}
	}
	return x, nil
}

// unlockTimeout is how long giving the lock back may take; the connection's end gives it back in any case.
const unlockTimeout = 5 * time.Second

// Close gives the lock back: the connections are closed and not returned to the pool, and the database frees what they held. No merge may
// be at work.
func (x *Session) Close() error {
	ctx, cancel := context.WithTimeout(context.Background(), unlockTimeout)
	defer cancel()
	crash.Here("store let go")
	for len(x.writers) > 0 {
		if w := <-x.writers; w != x.own {
			_ = w.close(ctx, x.store.dialect)
		}
	}
	return x.own.close(ctx, x.store.dialect)
}

// retries is how often a transaction that met another one is tried again.
const retries = 5

// transact runs work in one transaction of the session's own connection, again where it failed only for having met another transaction.
func (x *Session) transact(ctx context.Context, work func(*txn) error) error {
	return x.transactOn(ctx, x.own, work)
}

func (x *Session) transactOn(ctx context.Context, w *writer, work func(*txn) error) (err error) {
	for range retries {
		err = x.onceOn(ctx, w, sql.LevelDefault, x.dryRun, work)
		if err == nil || !x.store.dialect.retryable(err) {
			return err
		}
	}
	return fmt.Errorf("give up after %d tries: %w", retries, err)
}

// once runs work that writes nothing but temporary tables, in one transaction of the session's own connection. All its statements see the store as
// it was at the first.
func (x *Session) once(ctx context.Context, work func(*txn) error) error {
	return x.onceOn(ctx, x.own, sql.LevelRepeatableRead, false, work)
}

func (x *Session) onceOn(ctx context.Context, w *writer, isolation sql.IsolationLevel, takeBack bool, work func(*txn) error) error {
	tx, err := w.conn.BeginTxx(ctx, &sql.TxOptions{Isolation: isolation})
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	if err := work(&txn{Tx: tx, conn: w.conn}); err != nil {
		return err
	}
	if takeBack {
		return tx.Rollback()
	}
	crash.Here("before commit")
	err = tx.Commit()
	crash.Here("after commit")
	return err
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
