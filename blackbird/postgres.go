package blackbird

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"embed"
	_ "embed"
	"errors"
	"fmt"
	"maps"
	"strings"
	"time"
	"unsafe"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
	"github.com/lib/pq/pqerror"
	"github.com/pressly/goose/v3"
)

//go:embed migrations/postgres/*.sql
var postgresMigrations embed.FS

//go:embed sql/stage_postgres.sql
var postgresStageSQL string

// oldestPostgres is the oldest server that the driver supports officially.
const oldestPostgres = 140000

// OpenPostgres connects to a store in PostgreSQL. The configuration's application name should tell this installation from any
// other: it is how a killed process's session is known for ours. The dialer makes the connections, the driver's own where it is
// nil.
func OpenPostgres(ctx context.Context, cfg pq.Config, dialer pq.Dialer, storeID string) (*Store, error) {
	cfg = cfg.Clone()
	settings := maps.Clone(cfg.Runtime)
	if settings == nil {
		settings = make(map[string]string)
	}
	maps.Copy(settings, map[string]string{
		"TimeZone": "UTC",
		// A stopped process must not hold the store's rows forever.
		"idle_in_transaction_session_timeout": "300000",
		"jit":                                 "off",
		// What a pass tells the planner while it fills a table need not be exact: the server does so by itself, later.
		"default_statistics_target": "10",
	})
	cfg.Runtime = settings
	pqConnector, err := pq.NewConnectorConfig(cfg)
	if err != nil {
		return nil, wrap("connect", err)
	}
	if dialer != nil {
		pqConnector.Dialer(dialer)
	}
	db := sqlx.NewDb(sql.OpenDB(durable{pqConnector}), "postgres")
	db.SetMaxOpenConns(4)
	if err := checkPostgres(ctx, db); err != nil {
		_ = db.Close()
		return nil, wrap("connect", err)
	}
	return &Store{db: db, id: storeID, dialect: postgresDialect{application: cfg.ApplicationName}}, nil
}

func checkPostgres(ctx context.Context, db *sqlx.DB) error {
	var server struct {
		Version  int
		ReadOnly bool `db:"read_only"`
	}
	err := db.GetContext(ctx, &server, `SELECT CAST(current_setting('server_version_num') AS integer) AS version,
		current_setting('transaction_read_only') = 'on' AS read_only`)
	switch {
	case err != nil:
		return err
	case server.Version < oldestPostgres:
		return ErrOldServer
	case server.ReadOnly:
		return ErrReadOnly
	}
	return nil
}

// durable makes each session's commits durable: a watermark that is synced to disk must not outlive the merge it speaks of. A server that
// waits for its replicas as well goes on doing so.
type durable struct{ *pq.Connector }

// Connect opens one connection.
func (c durable) Connect(ctx context.Context) (driver.Conn, error) {
	conn, err := c.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	_, err = conn.(driver.ExecerContext).ExecContext(ctx, `SELECT set_config('synchronous_commit', 'on', false)
		WHERE current_setting('synchronous_commit') = 'off'`, nil)
	if err != nil {
		_ = conn.Close()
		return nil, fmt.Errorf("prepare session: %w", err)
	}
	return conn, nil
}

type postgresDialect struct{ application string }

// batchSize is where two pages in memory are small enough, and the cost of a merge itself hardly counts.
func (postgresDialect) batchSize() int { return 4_000 }

// byKeySQL takes from the planner what it would prefer while it knows little of a table that is being filled.
func (postgresDialect) byKeySQL() []string {
	return []string{"SET enable_hashjoin = off", "SET enable_mergejoin = off", "SET enable_seqscan = off", "SET enable_bitmapscan = off",
		"SET enable_material = off"}
}

// unindex leaves the indexes: others may be reading by them.
func (postgresDialect) unindex(context.Context, *sqlx.Conn) error { return nil }

func (postgresDialect) index(context.Context, *sqlx.Conn) (bool, error) { return false, nil }

func (postgresDialect) stageSQL() string { return postgresStageSQL }

// analyze matters for a temporary table of few rows, which would be taken for a thousand, and for a table that has just been filled.
func (postgresDialect) analyze(ctx context.Context, db sqlx.ExecerContext, name string) error {
	_, err := db.ExecContext(ctx, "ANALYZE "+name)
	return err
}

// emptied is nothing: the tables are declared ON COMMIT DELETE ROWS.
func (postgresDialect) emptied() []string { return nil }

func (postgresDialect) money() string { return "numeric(12, 2)" }

func (postgresDialect) time(t time.Time) any { return t }

// load streams the rows' blocks through COPY.
func (postgresDialect) load(ctx context.Context, conn *sqlx.Conn, into table, gathered *rows) error {
	query := "COPY " + into.name + " (" + strings.Join(into.columns, ", ") + ") FROM STDIN"
	return withinRaw(conn, func(driverConn any) error {
		stmt, err := driverConn.(driver.ConnPrepareContext).PrepareContext(ctx, query)
		if err != nil {
			return err
		}
		err = copyBlocks(ctx, stmt, gathered.finished())
		return errors.Join(err, stmt.Close())
	})
}

// withinRaw is Raw within a transaction. Where the function says that the connection is bad, Raw would close it and wait for the transaction's end,
// which waits for the function: for ever. So Raw is not told; the transaction finds out when it is taken back.
func withinRaw(conn *sqlx.Conn, do func(driverConn any) error) (err error) {
	rawErr := conn.Raw(func(driverConn any) error {
		err = do(driverConn)
		return nil
	})
	return errors.Join(err, rawErr)
}

// copyIn is lib/pq's COPY statement: it takes whole lines, and appends the newline of the last itself.
type copyIn interface {
	CopyData(ctx context.Context, lines string) (driver.Result, error)
}

func copyBlocks(ctx context.Context, stmt driver.Stmt, blocks [][]byte) error {
	for _, block := range blocks {
		// The bytes are copied into the driver's own buffer: they need not be copied into a string before.
		lines := unsafe.String(unsafe.SliceData(block), len(block)-1)
		if _, err := stmt.(copyIn).CopyData(ctx, lines); err != nil {
			return err
		}
	}
	// The server's verdict on all the rows comes with the last, empty call.
	_, err := stmt.Exec(nil) //nolint:staticcheck // lib/pq's COPY statement has no ExecContext
	return err
}

func (postgresDialect) upsert(ctx context.Context, tx *sqlx.Tx, into target, args map[string]any) (inserted, updated int64, err error) {
	// A row that was inserted has no xmax; one that was updated carries its own lock there.
	counting := `WITH merged AS (` + into.upsert + ` RETURNING (xmax = 0) AS inserted)
		SELECT count(*) FILTER (WHERE inserted), count(*) FILTER (WHERE NOT inserted) FROM merged`
	query, list, err := named(counting, args, sqlx.DOLLAR)
	if err != nil {
		return 0, 0, err
	}
	err = tx.QueryRowxContext(ctx, query, list...).Scan(&inserted, &updated)
	return inserted, updated, err
}

func (postgresDialect) held(ctx context.Context, tx *sqlx.Tx, query, storeID string, keys []string, visit func(record []byte) error) error {
	rows, err := tx.QueryContext(ctx, query, storeID, pq.Array(keys))
	if err != nil {
		return err
	}
	defer rows.Close()
	var record sql.RawBytes
	target := []any{&record}
	for rows.Next() {
		if err := rows.Scan(target...); err != nil {
			return err
		}
		if err := visit(record); err != nil {
			return err
		}
	}
	return rows.Err()
}

func (postgresDialect) duplicate(err error) bool { return pq.As(err, pqerror.UniqueViolation) != nil }

// writers are two: a merge is the work of one core, and reading keeps another busy half of the time.
func (postgresDialect) writers() int { return 2 }

func (postgresDialect) migrations() migrations {
	return migrations{goose.DialectPostgres, postgresMigrations, "migrations/postgres"}
}

func (postgresDialect) hasTable(ctx context.Context, db *sqlx.DB, name string) (found bool, err error) {
	err = db.GetContext(ctx, &found, `SELECT to_regclass($1) IS NOT NULL`, name)
	return found, err
}

func (postgresDialect) retryable(err error) bool {
	return pq.As(err, pqerror.TRDeadlockDetected, pqerror.TRSerializationFailure) != nil
}
