package postgres

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"embed"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unsafe"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
	"github.com/lib/pq/pqerror"
	"github.com/pressly/goose/v3"

	"github.com/blackbirdctl/blackbirdctl/blackbird"
	"github.com/blackbirdctl/blackbirdctl/internal/model"
)

//go:embed sql migrations
var files embed.FS

// oldestServer is the oldest that the driver supports officially.
const oldestServer = 140000

// maxConnections is for a session's writers, a long read beside them, and what is asked in between.
const maxConnections = 4

// serverCheck is the statement that a store begins with.
//
//go:embed sql/check_server.sql
var serverCheck string

// sessionSetup is the statement that sets a session up.
//
//go:embed sql/session.sql
var sessionSetup string

// Open connects to a store. The configuration's application name should distinguish this installation from any other:
// it is how a killed process's lock is known for ours. The dialer makes the connections, the driver's own where it is
// nil.
func Open(ctx context.Context, cfg pq.Config, dialer pq.Dialer, storeID string) (*blackbird.Store, error) {
	cfg = cfg.Clone()
	cfg.Runtime = maps.Clone(cfg.Runtime)
	if cfg.Runtime == nil {
		cfg.Runtime = make(map[string]string)
	}
	cfg.Runtime["TimeZone"] = "UTC"
	// A statement and its values are one message.
	cfg.BinaryParameters = true
	e := &engine{application: cfg.ApplicationName}
	c, err := pq.NewConnectorConfig(cfg)
	if err != nil {
		return nil, blackbird.WrapError(e, "connect", err)
	}
	if dialer != nil {
		c.Dialer(dialer)
	}
	e.db = sqlx.NewDb(sql.OpenDB(connector{c}), "postgres")
	e.db.SetMaxOpenConns(maxConnections)
	store, err := blackbird.New(e.db, e, storeID)
	if err == nil {
		err = e.checkServer(ctx)
	}
	if err != nil {
		_ = e.db.Close()
		return nil, blackbird.WrapError(e, "connect", err)
	}
	return store, nil
}

// connector sets each session up.
type connector struct{ *pq.Connector }

// Connect opens one connection.
func (c connector) Connect(ctx context.Context) (driver.Conn, error) {
	conn, err := c.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	execer, ok := conn.(driver.ExecerContext)
	if !ok {
		return nil, errDriver
	}
	if _, err = execer.ExecContext(ctx, sessionSetup, nil); err != nil {
		_ = conn.Close()
		return nil, fmt.Errorf("prepare session: %w", err)
	}
	return conn, nil
}

// errDriver says that the driver lacks an interface that lib/pq has.
var errDriver = errors.New("driver is not lib/pq")

// engine is a PostgreSQL server.
type engine struct {
	db *sqlx.DB
	// application is this installation's application name.
	application string
	// dedicated says that no pooler was found to share our sessions of the server.
	dedicated bool
}

// traits are those of any server.
var traits = blackbird.Traits{
	Files: files,
	Goose: goose.DialectPostgres,
	// Two pages of so many rows take some 10 MiB. Smaller ones cost a tenth more processor time.
	BatchSize: 20_000,
	// A merge is the work of one core, and reading keeps another busy half of the time.
	Writers:      2,
	Locks:        true,
	CompareFirst: true,
	StreamReads:  true,
	PlansByCost:  true,
	BindList:     func(texts []string) any { return pq.Array(texts) },
}

func (*engine) Traits() *blackbird.Traits { return &traits }

func (e *engine) checkServer(ctx context.Context) error {
	var server struct {
		Version    int
		ReadOnly   bool `db:"read_only"`
		Encoding   string
		NoSchema   bool `db:"no_schema"`
		IsBioTrack bool `db:"is_biotrack"`
	}
	err := e.db.GetContext(ctx, &server, serverCheck)
	switch {
	case err != nil:
		return err
	case server.IsBioTrack:
		return blackbird.ErrBioTrack
	case server.Version < oldestServer:
		return blackbird.ErrOldServer
	case server.ReadOnly:
		return blackbird.ErrReadOnly
	case server.Encoding != "UTF8" && server.Encoding != "SQL_ASCII":
		return fmt.Errorf("%w (it is %s)", blackbird.ErrEncoding, server.Encoding)
	case server.NoSchema:
		return blackbird.ErrNoSchema
	}
	return nil
}

// copyIn is lib/pq's COPY statement: it takes whole lines, and appends the newline of the last itself.
type copyIn interface {
	driver.Stmt
	CopyData(ctx context.Context, lines string) (driver.Result, error)
}

// Load streams the rows' blocks through COPY.
//
// The raw connection is used within a transaction. If the function returned that the connection is bad, Raw would close
// it and wait for the end of the transaction, which waits for the function: for ever. So the function returns no error;
// the transaction finds out when it is rolled back.
func (*engine) Load(
	ctx context.Context, conn *sqlx.Conn, into blackbird.Destination, rows *blackbird.Rows,
) (err error) {
	query := "COPY " + into.Table + " (" + strings.Join(into.Columns, ", ") + ") FROM STDIN"
	rawErr := conn.Raw(func(driverConn any) error {
		preparer, ok := driverConn.(driver.ConnPrepareContext)
		if !ok {
			err = errDriver
			return nil
		}
		var prepared driver.Stmt
		if prepared, err = preparer.PrepareContext(ctx, query); err != nil {
			return nil
		}
		defer func() { err = errors.Join(err, prepared.Close()) }()
		stmt, ok := prepared.(copyIn)
		if !ok {
			err = errDriver
			return nil
		}
		for _, block := range rows.Blocks() {
			// The driver copies the bytes into its own buffer: they need not be copied into a string before.
			lines := unsafe.String(unsafe.SliceData(block), len(block)-1)
			if _, err = stmt.CopyData(ctx, lines); err != nil {
				return nil
			}
		}
		// The server's verdict on all the rows comes with the last, empty call.
		_, err = stmt.Exec(nil)
		return nil
	})
	return errors.Join(err, rawErr)
}

func (*engine) Upsert(
	ctx context.Context, q blackbird.Queries, table *blackbird.Table,
) (inserted, updated int64, err error) {
	var counts struct{ Inserted, Updated int64 }
	err = q.Get(ctx, &counts, table.Statement("upsert"), nil)
	return counts.Inserted, counts.Updated, err
}

// SuspendIndexes leaves the indexes: others may be reading by them.
func (*engine) SuspendIndexes(context.Context, blackbird.Queries) error { return nil }

// RestoreIndexes creates the indexes that no migration makes: a first pass is faster without them. Each statement is a
// transaction, so that a crash leaves nothing. Two that create an index of one name at once would fail: where another
// process is at it, or migrates, the indexes are left to it, or to the next pass.
func (e *engine) RestoreIndexes(ctx context.Context, q blackbird.Queries) error {
	var missing, locked bool
	if err := q.Get(ctx, &missing, "indexes_missing", nil); err != nil || !missing {
		return err
	}
	key := blackbird.LockKey("migrate")
	err := sqlx.GetContext(ctx, q.Conn(), &locked, `SELECT pg_try_advisory_lock($1)`, key)
	if err != nil || !locked {
		return err
	}
	for _, statement := range blackbird.LateIndexes {
		if _, err = q.Exec(ctx, statement, nil); err != nil {
			break
		}
	}
	_, unlockErr := q.Conn().ExecContext(context.WithoutCancel(ctx), `SELECT pg_advisory_unlock($1)`, key)
	return errors.Join(err, unlockErr)
}

// workerFailures are what a Citus coordinator says, without a code of its own, where a worker does not answer or dies.
var workerFailures = []string{
	"failure on connection marked as essential", "server closed the connection unexpectedly",
	"could not commit transaction for shard", "connection to the remote node", "could not establish any connections to",
	"failed to execute task",
}

func (*engine) Classify(err error) model.DBErrorKind {
	switch e := pq.As(err, pqerror.InternalError); {
	case e != nil && slices.ContainsFunc(workerFailures, func(text string) bool {
		return strings.Contains(e.Message+e.Detail, text)
	}):
		return model.DBErrorUnavailable
	case pq.As(err, pqerror.UniqueViolation) != nil:
		return model.DBErrorDuplicate
	case pq.As(err, pqerror.TRDeadlockDetected, pqerror.TRSerializationFailure) != nil:
		return model.DBErrorConflict
	}
	return model.ClassifyDBError(err)
}
