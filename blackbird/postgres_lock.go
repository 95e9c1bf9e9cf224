package blackbird

import (
	"context"
	_ "embed"
	"fmt"
	"hash/fnv"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
	"github.com/lib/pq/pqerror"
)

// lockKey names what an advisory lock is for.
type lockKey string

func (s *Store) lockKey(stream string) lockKey {
	return lockKey("blackbirdctl\x00" + s.id + "\x00" + stream)
}

// migrationLock keeps two processes from changing the tables at once.
const migrationLock lockKey = "blackbirdctl\x00migrate"

// number is the key as an advisory lock wants it.
func (k lockKey) number() int64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(k))
	return int64(h.Sum64())
}

// lock takes the advisory lock. Where a session of this very installation holds it, its process was killed and the server has not
// noticed yet: whoever asks holds the stream's lock file, so no living process of ours can be the holder. That session is ended.
func (d postgresDialect) lock(ctx context.Context, conn *sqlx.Conn, key lockKey) error {
	var locked bool
	if err := conn.GetContext(ctx, &locked, `SELECT pg_try_advisory_lock($1)`, key.number()); err != nil || locked {
		return err
	}
	ended, err := d.endGhosts(ctx, conn, key)
	if err != nil {
		return err
	}
	if ended > 0 {
		return waitForLock(ctx, conn, key)
	}
	// The holder may have gone while we looked for it.
	if err := conn.GetContext(ctx, &locked, `SELECT pg_try_advisory_lock($1)`, key.number()); err != nil || locked {
		return err
	}
	return ErrLocked
}

// unlock gives back what the session holds, before its connection is closed: the server may take a moment to notice that.
func (postgresDialect) unlock(ctx context.Context, conn *sqlx.Conn) {
	_, _ = conn.ExecContext(ctx, `SELECT pg_advisory_unlock_all()`)
}

//go:embed sql/lock_held_postgres.sql
var lockHeldSQL string

// locked looks the lock up in the server's list: to try it would be to hold it for a moment, and a pass that came just then would go.
func (postgresDialect) locked(ctx context.Context, db *sqlx.DB, key lockKey) (held, known bool, err error) {
	err = db.GetContext(ctx, &held, lockHeldSQL, key.number())
	return held, true, err
}

//go:embed sql/end_ghosts_postgres.sql
var endGhostsSQL string

func (d postgresDialect) endGhosts(ctx context.Context, conn *sqlx.Conn, key lockKey) (ended int, err error) {
	err = conn.GetContext(ctx, &ended, endGhostsSQL, key.number(), d.application)
	return ended, err
}

// ghostTimeout is how long a session that was told to end may take.
const ghostTimeout = "10s"

func waitForLock(ctx context.Context, conn *sqlx.Conn, key lockKey) error {
	if _, err := conn.ExecContext(ctx, `SELECT set_config('lock_timeout', $1, false)`, ghostTimeout); err != nil {
		return err
	}
	_, err := conn.ExecContext(ctx, `SELECT pg_advisory_lock($1)`, key.number())
	if pq.As(err, pqerror.LockNotAvailable) != nil {
		return ErrLocked
	}
	if err != nil {
		return err
	}
	_, err = conn.ExecContext(ctx, `RESET lock_timeout`)
	return err
}

func (d postgresDialect) migrate(ctx context.Context, db *sqlx.DB, work func() error) error {
	conn, err := db.Connx(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }()
	if _, err := conn.ExecContext(ctx, `SELECT pg_advisory_lock($1)`, migrationLock.number()); err != nil {
		return fmt.Errorf("lock migrations: %w", err)
	}
	defer func() {
		_, _ = conn.ExecContext(context.WithoutCancel(ctx), `SELECT pg_advisory_unlock($1)`, migrationLock.number())
	}()
	return work()
}
