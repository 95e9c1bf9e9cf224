package sqlite

import (
	"context"
	"database/sql"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
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

	"github.com/blackbirdctl/blackbirdctl/blackbird"
	"github.com/blackbirdctl/blackbirdctl/internal/model"
)

//go:embed sql migrations
var files embed.FS

// FileName is the store's file in the state folder.
const FileName = "blackbird.db"

// Exists reports whether the folder holds a store. An error says that this cannot be known.
func Exists(folder string) (bool, error) {
	_, err := os.Stat(filepath.Join(folder, FileName))
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil, blackbird.WrapError(&engine{}, "look for the embedded store", err)
}

// Open opens the store in a folder, which must exist, and creates its file where there is none.
func Open(ctx context.Context, folder, storeID string) (*blackbird.Store, error) {
	e := &engine{}
	path, err := filepath.Abs(filepath.Join(folder, FileName))
	if err != nil {
		return nil, blackbird.WrapError(e, "open", err)
	}
	e.path = path
	if info, failed := os.Stat(path); failed == nil && !info.Mode().IsRegular() {
		// SQLite would wait for a pipe.
		return nil, blackbird.WrapError(e, "open", &fs.PathError{Op: "open", Path: path, Err: blackbird.ErrNotRegular})
	}
	// The file holds names and phones: it is its owner's only. SQLite gives its other files the same mode.
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err == nil {
		err = f.Close()
	}
	if err != nil {
		return nil, blackbird.WrapError(e, "open", err)
	}
	// The write-ahead log is synced at each commit, so that no committed merge is lost to a power cut: the watermark
	// that follows it is synced too. Temporary tables, such as the keys of a whole source, and what an index sorts take
	// little memory and then files beside the database: a container may have no other folder to write to.
	beside := strings.ReplaceAll(filepath.Dir(path), "'", "''")
	db, err := sql.Open("sqlite", fileURI(filepath.ToSlash(path), url.Values{
		"_pragma": {
			fmt.Sprintf("busy_timeout(%d)", busyTimeout), "journal_mode(WAL)", "synchronous(FULL)",
			"cache_size(-1000)", "temp_store_directory('" + beside + "')", "temp_store(FILE)",
		},
		"_txlock": {"immediate"},
	}))
	if err != nil {
		return nil, blackbird.WrapError(e, "open", err)
	}
	// One connection: SQLite has one writer, and a session's temporary tables belong to its connection.
	db.SetMaxOpenConns(1)
	store, err := blackbird.New(sqlx.NewDb(db, "sqlite3"), e, storeID)
	if err == nil {
		err = e.connect(ctx, db)
	}
	if err != nil {
		_ = db.Close()
		return nil, blackbird.WrapError(e, "open", err)
	}
	return store, nil
}

// fileURI returns SQLite's URI of a file whose absolute path has forward slashes: /var/lib, C:/shop or //server/share
// (https://sqlite.org/uri.html). Without a slash before it, a drive would be taken for a host.
func fileURI(path string, query url.Values) string {
	if !strings.HasPrefix(path, "/") {
		path = "/" + path
	}
	return "file://" + (&url.URL{Path: path}).EscapedPath() + "?" + query.Encode()
}

// connect opens the file. One process at a time does that with a new one: SQLite does not wait for another one that
// switches to the write-ahead log.
func (e *engine) connect(ctx context.Context, db *sql.DB) error {
	if info, err := os.Stat(e.path); err != nil || info.Size() == 0 {
		unlock, err := e.LockMigrations(ctx)
		if err != nil {
			return err
		}
		defer unlock()
	}
	return db.PingContext(ctx)
}

// busyTimeout is how long one stream's transaction waits for others' to end, in milliseconds. Nobody queues for
// SQLite's lock: who waits looks ten times a second, and may find another stream's transaction each time, and for much
// longer than one of them takes.
const busyTimeout = 600_000

// engine is the file of a path.
type engine struct{ path string }

var traits = blackbird.Traits{
	Files:       files,
	Goose:       goose.DialectSQLite3,
	BatchSize:   10_000,
	Writers:     1,
	KeepsStaged: true,
	BindList: func(texts []string) any {
		list, _ := json.Marshal(texts) // texts cannot fail
		return string(list)
	},
}

func (*engine) Traits() *blackbird.Traits { return &traits }

// insertRows is how many rows one INSERT carries: past some hundred there is no gain.
const insertRows = 200

// Load inserts the rows some hundred at a time. All values are bound as text; the columns' affinity makes numbers of
// digits.
func (*engine) Load(ctx context.Context, conn *sqlx.Conn, into blackbird.Destination, rows *blackbird.Rows) error {
	// Any error of ours undoes the whole transaction: this spares SQLite the memory to undo the statement alone.
	verb := "INSERT OR ROLLBACK INTO "
	if into.Repeats {
		verb = "INSERT OR IGNORE INTO "
	}
	placeholders := "(?" + strings.Repeat(",?", len(into.Columns)-1) + ")"
	insert := verb + into.Table + " (" + strings.Join(into.Columns, ",") + ") VALUES " + placeholders
	// full is the statement for a full number of rows, prepared once.
	var full *sql.Stmt
	defer func() {
		if full != nil {
			_ = full.Close()
		}
	}()
	var values []any
	err := rows.Each(func(row []any) (err error) {
		values = append(values, row...)
		if len(values) < insertRows*len(into.Columns) {
			return nil
		}
		if full == nil {
			//nolint:sqlclosecheck // closed above
			if full, err = conn.PrepareContext(ctx, insert+strings.Repeat(","+placeholders, insertRows-1)); err != nil {
				return err
			}
		}
		_, err = full.ExecContext(ctx, values...)
		values = values[:0]
		return err
	})
	if err != nil || len(values) == 0 {
		return err
	}
	_, err = conn.ExecContext(ctx, insert+strings.Repeat(","+placeholders, len(values)/len(into.Columns)-1), values...)
	return err
}

func (*engine) Upsert(
	ctx context.Context, q blackbird.Queries, table *blackbird.Table,
) (inserted, updated int64, err error) {
	if err := q.Get(ctx, &inserted, table.Statement("count_new"), nil); err != nil {
		return 0, 0, err
	}
	written, err := q.Exec(ctx, table.Statement("upsert"), nil)
	return inserted, written - inserted, err
}

// SuspendIndexes drops the indexes that a first pass would write all over, page by page, for each batch: to build them
// at its end takes a tenth of that.
func (*engine) SuspendIndexes(ctx context.Context, q blackbird.Queries) error {
	var filled bool
	if err := q.Get(ctx, &filled, "orders_exist", nil); err != nil || filled {
		return err
	}
	for _, statement := range []string{"drop_orders_customer", "drop_orders_pass", "drop_orders_serial"} {
		if _, err := q.Exec(ctx, statement, nil); err != nil {
			return err
		}
	}
	return nil
}

// RestoreIndexes builds what is missing.
func (*engine) RestoreIndexes(ctx context.Context, q blackbird.Queries) error {
	var missing bool
	if err := q.Get(ctx, &missing, "indexes_missing", nil); err != nil || !missing {
		return err
	}
	for _, statement := range blackbird.LateIndexes {
		if _, err := q.Exec(ctx, statement, nil); err != nil {
			return err
		}
	}
	return nil
}

// Lock has nothing to do.
func (*engine) Lock(context.Context, blackbird.Queries, int64) error { return nil }

// KeepLock has nothing to do.
func (*engine) KeepLock(context.Context, blackbird.Queries, int64) error { return nil }

// Unlock has nothing to do.
func (*engine) Unlock(context.Context, blackbird.Queries, int64) error { return nil }

// migrationPoll is how often LockMigrations looks whether another process has ended.
const migrationPoll = 20 * time.Millisecond

// LockMigrations takes a lock file beside the database.
func (e *engine) LockMigrations(ctx context.Context) (unlock func(), err error) {
	lock := flock.New(e.path + ".migrate.lock")
	if _, err := lock.TryLockContext(ctx, migrationPoll); err != nil {
		return nil, err
	}
	return func() { _ = lock.Unlock() }, nil
}

func (*engine) Classify(err error) model.DBErrorKind {
	e, ok := errors.AsType[*sqlite.Error](err)
	if !ok {
		if _, file := errors.AsType[*fs.PathError](err); file {
			return model.DBErrorFile
		}
		return model.ClassifyDBError(err)
	}
	const primary = 0xff
	switch e.Code() {
	case sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY, sqlite3.SQLITE_CONSTRAINT_UNIQUE:
		return model.DBErrorDuplicate
	}
	switch e.Code() & primary {
	case sqlite3.SQLITE_BUSY:
		return model.DBErrorConflict
	case sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR:
		return model.DBErrorDisk
	case sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM:
		return model.DBErrorFile
	case sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB:
		return model.DBErrorCorrupt
	}
	if strings.Contains(e.Error(), "not a writable directory") {
		// The pragma that names the folder of temporary files has no code of its own.
		return model.DBErrorFile
	}
	return model.DBErrorOther
}
