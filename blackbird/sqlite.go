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
		"_pragma": {"busy_timeout(" + busyTimeout + ")", "journal_mode(WAL)", "synchronous(FULL)", "temp_store(MEMORY)", "cache_size(-1000)"},
		"_txlock": {"immediate"},
	}.Encode()
	return u.String()
}

type sqliteDialect struct{ path string }

// batchSize keeps what a merge stages, which SQLite holds in this process's memory, small.
func (sqliteDialect) batchSize() int { return 4_000 }

// byKeySQL has nothing to do: SQLite joins in no other way.
func (sqliteDialect) byKeySQL() []string { return nil }

func (sqliteDialect) stageSQL() string { return sqliteStageSQL }

// analyze has nothing to do: SQLite goes by the keys without statistics.
func (sqliteDialect) analyze(context.Context, sqlx.ExecerContext, string) error { return nil }

func (sqliteDialect) emptied() []string {
	return []string{
		"stage_customers", "stage_orders", "stage_contacts", "stage_moved", "stage_balances",
	}
}

// timeFormat has a fixed width, so that text sorts as time does.
const timeFormat = "2006-01-02T15:04:05.000000Z"

func (sqliteDialect) money() string { return "text" }

func (sqliteDialect) time(t time.Time) any { return t.UTC().Format(timeFormat) }

// sqliteInsertRows is how many rows one INSERT carries: past some hundred there is no gain.
const sqliteInsertRows = 200

// load inserts the rows some hundred at a time. All values are bound as text; the columns' affinity makes numbers of digits.
func (sqliteDialect) load(ctx context.Context, conn *sqlx.Conn, into table, gathered *rows) error {
	l := sqliteLoad{conn: conn, into: into}
	defer l.close()
	err := gathered.each(func(values []any) error {
		l.values = append(l.values, values...)
		if len(l.values) < sqliteInsertRows*len(into.columns) {
			return nil
		}
		return l.insert(ctx)
	})
	if err != nil || len(l.values) == 0 {
		return err
	}
	return l.insert(ctx)
}

// insertOrRollback spares SQLite the memory to undo one statement of a transaction: any error of ours undoes the whole of it.
const insertOrRollback = "INSERT OR ROLLBACK INTO"

// sqliteLoad is one load at work.
type sqliteLoad struct {
	conn   *sqlx.Conn
	into   table
	values []any
	// full is the statement for a full number of rows, prepared once.
	full *sql.Stmt
}

// insert writes the values gathered so far.
func (l *sqliteLoad) insert(ctx context.Context) (err error) {
	n := len(l.values) / len(l.into.columns)
	defer func() { l.values = l.values[:0] }()
	if n < sqliteInsertRows {
		_, err = l.conn.ExecContext(ctx, l.statement(n), l.values...)
		return err
	}
	if l.full == nil {
		if l.full, err = l.conn.PrepareContext(ctx, l.statement(n)); err != nil {
			return err
		}
	}
	_, err = l.full.ExecContext(ctx, l.values...)
	return err
}

// statement inserts n rows.
func (l *sqliteLoad) statement(n int) string {
	verb := insertOrRollback + " "
	if l.into.repeats {
		verb = "INSERT OR IGNORE INTO "
	}
	row := "(?" + strings.Repeat(",?", len(l.into.columns)-1) + ")"
	return verb + l.into.name + " (" + strings.Join(l.into.columns, ",") + ") VALUES " + row + strings.Repeat(","+row, n-1)
}

func (l *sqliteLoad) close() {
	if l.full != nil {
		_ = l.full.Close()
	}
}

func (sqliteDialect) upsert(ctx context.Context, tx *sqlx.Tx, into target, args map[string]any) (inserted, updated int64, err error) {
	query, list, err := named(into.countNewSQL(), args, sqlx.QUESTION)
	if err != nil {
		return 0, 0, err
	}
	if err := tx.GetContext(ctx, &inserted, query, list...); err != nil {
		return 0, 0, err
	}
	if query, list, err = named(strings.Replace(into.upsert, "INSERT INTO", insertOrRollback, 1), args, sqlx.QUESTION); err != nil {
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

func (sqliteDialect) unlock(context.Context, *sqlx.Conn) {}

func (sqliteDialect) locked(context.Context, *sqlx.DB, lockKey) (held, known bool, err error) {
	return false, false, nil
}

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

func (sqliteDialect) held(context.Context, *sqlx.Tx, string, string, []string, func([]byte) error) error {
	return nil
}

func (sqliteDialect) duplicate(err error) bool {
	var e *sqlite.Error
	return errors.As(err, &e) && (e.Code() == sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY || e.Code() == sqlite3.SQLITE_CONSTRAINT_UNIQUE)
}

// writers is one: so it is with SQLite.
func (sqliteDialect) writers() int { return 1 }

func (sqliteDialect) retryable(err error) bool {
	var e *sqlite.Error
	return errors.As(err, &e) && e.Code()&0xff == sqlite3.SQLITE_BUSY
}
