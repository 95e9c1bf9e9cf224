package postgres

import (
	"context"
	"fmt"
	"strconv"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
	"github.com/lib/pq/pqerror"

	"github.com/blackbirdctl/blackbirdctl/blackbird"
)

// Lock takes an advisory lock. Where a session of this very installation holds it, its process was killed and the
// server has not noticed yet: who asks holds the stream's lock file, so no living process of ours can be the owner.
// That session is terminated.
func (e *engine) Lock(ctx context.Context, q blackbird.Queries, key int64) error {
	if err := e.checkDedicated(ctx, q.Conn()); err != nil {
		return err
	}
	if locked, err := e.tryLock(ctx, q, key); err != nil || locked {
		return err
	}
	var terminated int
	if err := q.Get(ctx, &terminated, "terminate_owner", e.lockArgs(key)); err != nil {
		return err
	}
	if terminated > 0 {
		return e.waitForLock(ctx, q, key)
	}
	// The owner may have gone while we looked for it.
	if locked, err := e.tryLock(ctx, q, key); err != nil || locked {
		return err
	}
	return blackbird.ErrLocked
}

// checkDedicated returns ErrPooled where a pooler shows: two connections, both open, have one session of the server, or
// one has two. It looks once; where another client's use of the pooler hides it, each merge finds out by KeepLock.
func (e *engine) checkDedicated(ctx context.Context, conn blackbird.Connection) error {
	if e.dedicated {
		return nil
	}
	other, err := e.db.Connx(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = other.Close() }()
	var pids [3]int
	for i, on := range []blackbird.Connection{conn, other, conn} {
		if err := sqlx.GetContext(ctx, on, &pids[i], "SELECT pg_backend_pid()"); err != nil {
			return err
		}
	}
	if pids[0] == pids[1] || pids[0] != pids[2] {
		return blackbird.ErrPooled
	}
	e.dedicated = true
	return nil
}

func (e *engine) tryLock(ctx context.Context, q blackbird.Queries, key int64) (locked bool, err error) {
	var state string
	err = q.Get(ctx, &state, "try_lock", e.lockArgs(key))
	if err == nil && state == "pooled" {
		err = blackbird.ErrPooled
	}
	return state == "locked", err
}

// lockArgs are the keys of a lock and of the one beside it, which says whose it is, and the installation's name.
func (e *engine) lockArgs(key int64) blackbird.Args {
	owner := blackbird.LockKey("owner", e.application, strconv.FormatInt(key, 10))
	return blackbird.Args{"key": key, "owner": owner, "application": e.application}
}

// KeepLock returns ErrPooled where the connection has another session of the server than the one that holds its lock.
func (*engine) KeepLock(ctx context.Context, q blackbird.Queries, key int64) error {
	var holds bool
	err := q.Get(ctx, &holds, "keep_lock", blackbird.Args{"key": key})
	if err == nil && !holds {
		err = blackbird.ErrPooled
	}
	return err
}

// Unlock releases a lock. Only where this session of the server does not hold it, a slower statement looks for the one
// that does.
func (e *engine) Unlock(ctx context.Context, q blackbird.Queries, key int64) error {
	var released bool
	err := q.Get(ctx, &released, "unlock", e.lockArgs(key))
	if err == nil && !released {
		_, err = q.Exec(ctx, "unlock_moved", e.lockArgs(key))
	}
	return err
}

// terminationTimeout is how long a session that is being terminated may take.
const terminationTimeout = "10s"

func (e *engine) waitForLock(ctx context.Context, q blackbird.Queries, key int64) error {
	if _, err := q.Exec(ctx, "set_lock_timeout", blackbird.Args{"timeout": terminationTimeout}); err != nil {
		return err
	}
	_, err := q.Exec(ctx, "lock", e.lockArgs(key))
	if pq.As(err, pqerror.LockNotAvailable) != nil {
		return blackbird.ErrLocked
	}
	if err != nil {
		return err
	}
	_, err = q.Exec(ctx, "reset_lock_timeout", nil)
	return err
}

// LockMigrations takes an advisory lock on a connection of its own.
func (e *engine) LockMigrations(ctx context.Context) (unlock func(), err error) {
	conn, err := e.db.Connx(ctx)
	if err != nil {
		return nil, err
	}
	key := blackbird.LockKey("migrate")
	if err = e.checkDedicated(ctx, conn); err == nil {
		_, err = conn.ExecContext(ctx, `SELECT pg_advisory_lock($1)`, key)
	}
	if err != nil {
		_ = conn.Close()
		return nil, fmt.Errorf("lock migrations: %w", err)
	}
	return func() {
		_, _ = conn.ExecContext(context.WithoutCancel(ctx), `SELECT pg_advisory_unlock($1)`, key)
		_ = conn.Close()
	}, nil
}
