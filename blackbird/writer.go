package blackbird

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/jmoiron/sqlx"

	"github.com/blackbirdctl/blackbirdctl/internal/crash"
)

// writer is one of a session's connections, with temporary tables of its own.
type writer struct {
	conn          *sqlx.Conn
	staged, byKey bool
}

// txn is a transaction and the connection that it runs on, which bulk loads go through.
type txn struct {
	*sqlx.Tx
	conn *sqlx.Conn
}

// Writers is how many merges of one session the store does best with at a time.
func (s *Store) Writers() int { return s.dialect.writers() }

// borrow returns a writer that is free, a new one where all are at work and there may be more of them, or waits for one.
func (x *Session) borrow(ctx context.Context) (*writer, error) {
	select {
	case w := <-x.writers:
		return w, nil
	default:
	}
	select {
	case w := <-x.writers:
		return w, nil
	case <-x.spare:
		return x.join(ctx)
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// giveBack lets others borrow the writer.
func (x *Session) giveBack(w *writer) { x.writers <- w }

// join connects one more writer. It takes a lock of its own, so that what a killed process left at work on such a connection is ended as its
// session is; where another host's left it, one writer has to do.
func (x *Session) join(ctx context.Context) (*writer, error) {
	conn, err := x.store.db.Connx(ctx)
	if err != nil {
		x.spare <- struct{}{}
		return nil, wrap("connect to", err)
	}
	err = x.store.dialect.lock(ctx, conn, x.store.lockKey(x.stream+"\x00writer"))
	if err == nil {
		crash.Here("writer joined")
		return &writer{conn: conn}, nil
	}
	_ = conn.Close()
	if !errors.Is(err, ErrLocked) {
		x.spare <- struct{}{}
		return nil, wrap("lock "+x.stream+" in", err)
	}
	select {
	case w := <-x.writers:
		return w, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// stage makes the connection's temporary tables, before the first use that may need them.
func (w *writer) stage(ctx context.Context, d dialect, stream string) error {
	if w.staged {
		return nil
	}
	for statement := range strings.SplitSeq(bare(d.stageSQL()), ";") {
		if !isStageOf(stream, statement) {
			continue
		}
		if _, err := w.conn.ExecContext(ctx, statement); err != nil {
			return fmt.Errorf("make temporary tables: %w", err)
		}
	}
	w.staged = true
	return nil
}

// stages are the temporary tables of each stream: PostgreSQL empties all that a session has at each commit.
var stages = map[string][]string{
	StreamCustomers: {"stage_customers", "stage_moved", "stage_keys"},
	StreamOrders:    {"stage_orders", "stage_contacts", "stage_moved", "stage_keys"},
	StreamPoints:    {"stage_balances", "stage_due"},
}

// isStageOf tells whether a statement makes one of the stream's temporary tables.
func isStageOf(stream, statement string) bool {
	return slices.ContainsFunc(stages[stream], func(name string) bool { return strings.Contains(statement, " "+name+" ") })
}

// findByKey lets the connection find rows by key from now on.
func (w *writer) findByKey(ctx context.Context, d dialect) error {
	if w.byKey {
		return nil
	}
	for _, statement := range d.byKeySQL() {
		if _, err := w.conn.ExecContext(ctx, statement); err != nil {
			return err
		}
	}
	w.byKey = true
	return nil
}

// close ends the connection and frees its locks.
func (w *writer) close(ctx context.Context, d dialect) error {
	d.unlock(ctx, w.conn)
	_ = w.conn.Raw(func(any) error { return driver.ErrBadConn })
	if err := w.conn.Close(); !errors.Is(err, sql.ErrConnDone) {
		return err
	}
	return nil
}
