package blackbird

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/blackbirdctl/blackbirdctl/internal/crash"
	"github.com/blackbirdctl/blackbirdctl/internal/model"
)

// Session writes one stream of a store. It holds the store's lock for the stream from Store.Session to Close.
//
// Merges of a session's pass may overlap: each acquires a writer, which is a connection with staging tables of its own.
// All else is done on the session's own connection, while no merge is at work.
type Session struct {
	store  *Store
	stream *Stream
	dryRun bool
	// source is what Begin records, nil for nothing; see SetSource.
	source      *Source
	otherSource bool
	// hasLines says that lines are staged.
	hasLines bool
	// alsoLocked are the keys of further locks that the own connection holds.
	alsoLocked []int64
	// own is the connection that holds the lock, and the staging tables that outlive a merge.
	own *writer
	// idle holds the writers that no merge uses; slots has an element for each writer that may still be opened.
	idle  chan *writer
	slots chan struct{}
}

// writer is one of a session's connections. At any time one goroutine uses it.
type writer struct {
	conn *sqlx.Conn
	// lock is the key of the lock that it holds.
	lock int64
	// hasStages says that the staging tables exist, findsByKey that the planner is kept to look-ups by key.
	hasStages, findsByKey bool
}

// tx is a transaction and the connection that it runs on, which bulk loads go through.
type tx struct {
	Queries
	conn *sqlx.Conn
	sql  *sqlx.Tx
}

// Session takes the store's lock for a stream and returns its writer. The error is ErrLocked where another session
// holds the lock. A dry run does all the work and rolls every transaction back.
func (s *Store) Session(ctx context.Context, stream *Stream, dryRun bool) (_ *Session, err error) {
	x := &Session{store: s, stream: stream, dryRun: dryRun}
	if x.own, err = x.open(ctx, LockKey(s.id, stream.Name)); err != nil {
		return nil, err
	}
	x.idle, x.slots = make(chan *writer, s.Writers()), make(chan struct{}, s.Writers())
	x.idle <- x.own
	for range s.Writers() - 1 {
		x.slots <- struct{}{}
	}
	return x, nil
}

// unlockTimeout is how long releasing the lock may take; the end of the connection releases it in any case.
const unlockTimeout = 5 * time.Second

// Close releases the lock. The connections are closed and not returned to the pool, so that the database frees what
// they held. No merge may be at work.
func (x *Session) Close() error {
	ctx, cancel := context.WithTimeout(context.Background(), unlockTimeout)
	defer cancel()
	crash.Here("store let go")
	for len(x.idle) > 0 {
		if w := <-x.idle; w != x.own {
			_ = x.closeWriter(ctx, w)
		}
	}
	for _, key := range x.alsoLocked {
		_ = x.store.engine.Unlock(ctx, x.onOwn(), key)
	}
	return x.closeWriter(ctx, x.own)
}

func (x *Session) closeWriter(ctx context.Context, w *writer) error {
	// The server may take a moment to notice that the connection has ended.
	_ = x.store.engine.Unlock(ctx, x.on(w.conn), w.lock)
	_ = w.conn.Raw(func(any) error { return driver.ErrBadConn })
	if err := w.conn.Close(); !errors.Is(err, sql.ErrConnDone) {
		return err
	}
	return nil
}

// on runs statements for the session's stream on a connection or a transaction.
func (x *Session) on(q Connection) Queries {
	return Queries{on: q, store: x.store, stream: x.stream.Name}
}

// onOwn runs statements on the session's own connection.
func (x *Session) onOwn() Queries { return x.on(x.own.conn) }

// acquire returns an idle writer, opens one where all are in use and there may be more, or waits. Release it after use.
func (x *Session) acquire(ctx context.Context) (*writer, error) {
	select {
	case w := <-x.idle:
		return w, nil
	default:
	}
	select {
	case w := <-x.idle:
		return w, nil
	case <-x.slots:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	// A lock of its own lets a statement end with its session that a killed process left running on such a connection.
	w, err := x.open(ctx, LockKey(x.store.id, x.stream.Name, "writer"))
	switch {
	case err == nil:
		crash.Here("writer joined")
		return w, nil
	case !errors.Is(err, ErrLocked):
		x.slots <- struct{}{}
		return nil, err
	}
	// A process on another host was killed and left such a writer. One has to do.
	select {
	case w := <-x.idle:
		return w, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (x *Session) release(w *writer) { x.idle <- w }

// open connects a writer and takes a lock on its connection.
func (x *Session) open(ctx context.Context, lock int64) (*writer, error) {
	conn, err := x.store.db.Connx(ctx)
	if err != nil {
		return nil, x.store.wrap("connect", err)
	}
	if err := x.store.engine.Lock(ctx, x.on(conn), lock); err != nil {
		_ = conn.Close()
		return nil, x.store.wrap("lock "+x.stream.Name, err)
	}
	return &writer{conn: conn, lock: lock}, nil
}

// createStages creates the staging tables of a writer, before the first use that needs them: a merge of rejects alone
// has none.
func (x *Session) createStages(ctx context.Context, w *writer) error {
	if w.hasStages {
		return nil
	}
	for _, stage := range x.stream.Staging {
		if _, err := x.on(w.conn).Exec(ctx, stage.statement, nil); err != nil {
			return fmt.Errorf("create %s: %w", stage.Name, err)
		}
	}
	w.hasStages = true
	return nil
}

// clearStages deletes what an earlier merge staged, where the database does not do so at commit.
func (x *Session) clearStages(ctx context.Context, t *tx) error {
	if !x.store.traits.KeepsStaged {
		return nil
	}
	for _, stage := range x.stream.Staging {
		if stage.Kept {
			continue
		}
		if err := t.clear(ctx, stage); err != nil {
			return err
		}
	}
	return nil
}

func (t *tx) clear(ctx context.Context, stage StagingTable) error {
	if _, err := t.on.ExecContext(ctx, "DELETE FROM "+stage.Name); err != nil {
		return fmt.Errorf("clear %s: %w", stage.Name, err)
	}
	return nil
}

// attempts is how often a transaction that conflicts with another is tried.
const attempts = 5

// begin starts a transaction, which must be on the session of the server that holds the writer's lock.
func (x *Session) begin(ctx context.Context, w *writer, options sql.TxOptions) (*tx, error) {
	t, err := w.conn.BeginTxx(ctx, &options)
	if err != nil {
		return nil, err
	}
	if err := x.store.engine.KeepLock(ctx, x.on(t), w.lock); err != nil {
		return nil, errors.Join(err, t.Rollback())
	}
	return &tx{Queries: x.on(t), conn: w.conn, sql: t}, nil
}

// end commits the transaction, or rolls it back after an error and in a dry run.
func (t *tx) end(err error, dryRun bool) error {
	if err != nil || dryRun {
		rollbackErr := t.sql.Rollback()
		if err == nil {
			err = rollbackErr
		}
		return err
	}
	crash.Here("before commit")
	err = t.sql.Commit()
	crash.Here("after commit")
	return err
}

// conflicts reports whether a transaction failed only because it met another one.
func (x *Session) conflicts(err error) bool {
	return err != nil && x.store.engine.Classify(err) == model.DBErrorConflict
}

// transact runs work in one transaction of a writer, again where it conflicts with another transaction. A dry run rolls
// it back.
func (x *Session) transact(ctx context.Context, w *writer, work func(*tx) error) (err error) {
	for range attempts {
		var t *tx
		if t, err = x.begin(ctx, w, sql.TxOptions{}); err == nil {
			err = t.end(work(t), x.dryRun)
		}
		if !x.conflicts(err) {
			return err
		}
	}
	return fmt.Errorf("give up after %d tries: %w", attempts, err)
}

// fillStages runs work that writes nothing but staging tables, in one transaction of the session's own connection. All
// its statements see the store as it was at the first. A dry run keeps its rows. To the databases it is a reader, which
// may write temporary tables: in SQLite it waits for no writer.
func (x *Session) fillStages(ctx context.Context, work func(*tx) error) error {
	if err := x.createStages(ctx, x.own); err != nil {
		return err
	}
	t, err := x.begin(ctx, x.own, sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true})
	if err != nil {
		return err
	}
	return t.end(work(t), false)
}

// loadKeys loads keys into a staging table.
func (x *Session) loadKeys(ctx context.Context, t *tx, into Destination, keys []model.Key) error {
	if len(keys) == 0 {
		return nil
	}
	rows := &Rows{}
	for _, key := range keys {
		rows.appendKey(key)
	}
	return x.store.engine.Load(ctx, t.conn, into, rows)
}
