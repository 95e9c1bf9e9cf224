package postgres

import (
	"context"
	"fmt"

	"github.com/lib/pq"
	"github.com/lib/pq/pqerror"

	"github.com/blackbirdctl/blackbirdctl/blackbird"
)

// Lock takes an advisory lock. Where a session of this very installation holds it, its process was killed and the
// server has not noticed yet: who asks holds the stream's lock file, so no living process of ours can be the owner.
// That session is terminated.
func (e *engine) Lock(ctx context.Context, q blackbird.Queries, key int64) error {
	var locked bool
	if err := q.Get(ctx, &locked, "try_lock", blackbird.Args{"key": key}); err != nil || locked {
		return err
	}
	var terminated int
	err := q.Get(ctx, &terminated, "terminate_owner", blackbird.Args{"key": key, "application": e.application})
	if err != nil {
		return err
	}
	if terminated > 0 {
		return waitForLock(ctx, q, key)
	}
	// The owner may have gone while we looked for it.
	if err := q.Get(ctx, &locked, "try_lock", blackbird.Args{"key": key}); err != nil || locked {
		return err
	}
	return blackbird.ErrLocked
}

// terminationTimeout is how long a session that is being terminated may take.
const terminationTimeout = "10s"

func waitForLock(ctx context.Context, q blackbird.Queries, key int64) error {
	if _, err := q.Exec(ctx, "set_lock_timeout", blackbird.Args{"timeout": terminationTimeout}); err != nil {
		return err
	}
	_, err := q.Exec(ctx, "lock", blackbird.Args{"key": key})
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
	if _, err := conn.ExecContext(ctx, `SELECT pg_advisory_lock($1)`, key); err != nil {
		_ = conn.Close()
		return nil, fmt.Errorf("lock migrations: %w", err)
	}
	return func() {
		_, _ = conn.ExecContext(context.WithoutCancel(ctx), `SELECT pg_advisory_unlock($1)`, key)
		_ = conn.Close()
	}, nil
}
