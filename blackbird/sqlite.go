package blackbird

import (
	"context"
	"database/sql"
	"embed"
	_ "embed"
	"errors"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/gofrs/flock"
	"github.com/jmoiron/sqlx"
	"github.com/pressly/goose/v3"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// FileName is the embedded store's file in the state folder.
const FileName = "blackbird.db"

// busyTimeout is how long one stream's transaction waits for another stream's to end.
const busyTimeout = "60000"

//go:embed migrations/sqlite/*.sql
var sqliteMigrations embed.FS

//go:embed sql/stage_sqlite.sql
var sqliteStageSQL string

// OpenFile opens the embedded store in the given folder, which must exist, and makes its file where there is none.
func OpenFile(ctx context.Context, folder, storeID string) (*Store, error) {
	path, err := filepath.Abs(filepath.Join(folder, FileName))
	if err != nil {
		return nil, wrap("open", err)
	}
	if err := makePrivate(path); err != nil {
		return nil, wrap("open", err)
	}
	db, err := sql.Open("sqlite", sqliteURL(path))
	if err != nil {
		return nil, wrap("open", err)
	}
	// One connection: SQLite has one writer, and a session's temporary tables belong to its connection.
	db.SetMaxOpenConns(1)
	if err := db.PingContext(ctx); err != nil {
		_ = db.Close()
		return nil, wrap("open", err)
	}
	return &Store{db: sqlx.NewDb(db, "sqlite3"), id: storeID, dialect: sqliteDialect{path: path}}, nil
}

// makePrivate makes the file, where there is none, for its owner's eyes only: it holds names and phones. SQLite gives its other files the same mode.
func makePrivate(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	return f.Close()
}

// FileExists tells whether the folder holds an embedded store.
func FileExists(folder string) bool {
	_, err := os.Stat(filepath.Join(folder, FileName))
	return err == nil
}

// sqliteURL asks for a write-ahead log that is synced at each commit, so that no committed merge is lost to a power cut: the
// watermark that follows it is synced too.
func sqliteURL(path string) string {
	u := url.URL{Scheme: "file", Path: path}
	u.RawQuery = url.Values{
		"_pragma": {"busy_timeout(" + busyTimeout + ")", "journal_mode(WAL)", "synchronous(FULL)", "temp_store(MEMORY)"},
		"_txlock": {"immediate"},
	}.Encode()
	return u.String()
}

type sqliteDialect struct{ path string }

func (sqliteDialect) newRows() rowSink { return &valueRows{} }

func (sqliteDialect) stageSQL() string { return sqliteStageSQL }

// analyze has nothing to do: SQLite joins temporary tables by their keys.
func (sqliteDialect) analyze(context.Context, *sqlx.Tx, string) error { return nil }

func (sqliteDialect) emptied() []string {
	return []string{
		"stage_customers", "stage_orders", "stage_contacts", "stage_settled", "stage_moved", "stage_balances",
	}
}

// timeFormat has a fixed width, so that text sorts as time does.
const timeFormat = "2006-01-02T15:04:05.000000Z"

func (sqliteDialect) time(t time.Time) any { return t.UTC().Format(timeFormat) }

// sqliteInsertRows is how many rows one INSERT carries: past some hundred there is no gain.
const sqliteInsertRows = 500

func (sqliteDialect) load(ctx context.Context, conn *sqlx.Conn, into table, rows rowSink) error {
	values := rows.(*valueRows).values
	width := len(into.columns)
	one := "(" + strings.TrimSuffix(strings.Repeat("?,", width), ",") + ")"
	head := "INSERT INTO "
	if into.repeats {
		head = "INSERT OR IGNORE INTO "
	}
	head += into.name + " (" + strings.Join(into.columns, ",") + ") VALUES "
	full := head + strings.Repeat(one+",", sqliteInsertRows-1) + one
	for len(values) > 0 {
		n := min(len(values)/width, sqliteInsertRows)
		query := full
		if n < sqliteInsertRows {
			query = head + strings.Repeat(one+",", n-1) + one
		}
		if _, err := conn.ExecContext(ctx, query, values[:n*width]...); err != nil {
			return err
		}
		values = values[n*width:]
	}
	return nil
}

func (sqliteDialect) upsert(ctx context.Context, tx *sqlx.Tx, u upsert, args map[string]any) (inserted, updated int64, err error) {
	query, list, err := named(u.countNewSQL(), args, sqlx.QUESTION)
	if err != nil {
		return 0, 0, err
	}
	if err := tx.GetContext(ctx, &inserted, query, list...); err != nil {
		return 0, 0, err
	}
	if query, list, err = named(u.sql, args, sqlx.QUESTION); err != nil {
		return 0, 0, err
	}
	res, err := tx.ExecContext(ctx, query, list...)
	if err != nil {
		return 0, 0, err
	}
	written, err := res.RowsAffected()
	return inserted, written - inserted, err
}

// lock has nothing to do: a file store has one host, and the stream's lock file stands beside it.
func (sqliteDialect) lock(context.Context, *sqlx.Conn, lockKey) error { return nil }

func (d sqliteDialect) migrate(ctx context.Context, _ *sqlx.DB, work func() error) error {
	lock := flock.New(d.path + ".migrate.lock")
	if _, err := lock.TryLockContext(ctx, 20*time.Millisecond); err != nil {
		return err
	}
	defer func() { _ = lock.Unlock() }()
	return work()
}

func (sqliteDialect) migrations() migrations {
	return migrations{goose.DialectSQLite3, sqliteMigrations, "migrations/sqlite"}
}

func (sqliteDialect) hasTable(ctx context.Context, db *sqlx.DB, name string) (found bool, err error) {
	err = db.GetContext(ctx, &found, `SELECT EXISTS (SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?)`, name)
	return found, err
}

func (sqliteDialect) retryable(err error) bool {
	var e *sqlite.Error
	return errors.As(err, &e) && e.Code()&0xff == sqlite3.SQLITE_BUSY
}
