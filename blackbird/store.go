package blackbird

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/blackbirdctl/blackbirdctl/internal/model"
)

// Store is one store's rows in a Blackbird database. All keys carry its id, so that many stores may share one database.
type Store struct {
	db      *sqlx.DB
	id      string
	dialect dialect
}

// dialect is where PostgreSQL and SQLite differ.
type dialect interface {
	// batchSize is how many rows a merge does best with.
	batchSize() int
	// load appends rows to a table within the transaction that is open on the connection.
	load(ctx context.Context, conn *sqlx.Conn, into table, gathered *rows) error
	// money is the type of an amount.
	money() string
	// time returns a moment as the driver should bind it.
	time(t time.Time) any
	// upsert runs an INSERT … ON CONFLICT DO UPDATE from a staged table and tells inserted from updated rows.
	upsert(ctx context.Context, tx *sqlx.Tx, into target, args map[string]any) (inserted, updated int64, err error)
	// held visits the rows that a table has of some keys. A database that is no further away than our own memory visits none: it
	// compares as fast itself.
	held(ctx context.Context, tx *sqlx.Tx, query, storeID string, keys []string, visit func(record []byte) error) error
	// duplicate tells whether rows were refused for a key that the table has already.
	duplicate(err error) bool
	// writers is how many merges do best at a time.
	writers() int
	// analyze tells the planner what a table holds, where it would guess.
	analyze(ctx context.Context, db sqlx.ExecerContext, name string) error
	// ledger reads all orders of the customers after one, with their lines, and hands them on some at a time.
	ledger(ctx context.Context, x *Session, after string, some int, visit func(LedgerPage) error) error
	// newcomers hands on the customers who came in a span of passes that is long.
	newcomers(ctx context.Context, x *Session, args map[string]any, visit func(*EnrollmentCandidate) error) error
	// standings hands on what has moved the balance of each customer whom the ledger knows, customer by customer.
	standings(ctx context.Context, x *Session, visit func([]BalanceEvent) error) error
	// balances makes the sums known to the statement that it begins, as stage_balances.
	balances(ctx context.Context, tx *txn, s sums, args map[string]any) (with string, err error)
	// emptied are the temporary tables that a merge has to empty first.
	emptied() []string
	// byKeySQL are statements after which a connection finds rows by key and never by reading whole tables.
	byKeySQL() []string
	// unindex takes off the tables, where they are empty, what is dear to keep while they are being filled.
	unindex(ctx context.Context, conn *sqlx.Conn) error
	// index makes again what unindex took, and tells whether anything was missing: the connection's temporary tables are gone then.
	index(ctx context.Context, conn *sqlx.Conn) (made bool, err error)
	// stageSQL are the statements that make a session's temporary tables.
	stageSQL() string
	// lock takes the database's own lock on a stream, for as long as the connection lives.
	lock(ctx context.Context, conn *sqlx.Conn, key lockKey) error
	// unlock gives back what lock took.
	unlock(ctx context.Context, conn *sqlx.Conn)
	// locked tells whether any session holds the database's own lock on a stream, without taking it; known is false where there is none
	// to be held.
	locked(ctx context.Context, db *sqlx.DB, key lockKey) (held, known bool, err error)
	// migrate runs work alone among all processes that would migrate this database.
	migrate(ctx context.Context, db *sqlx.DB, work func() error) error
	// migrations name the schema's history.
	migrations() migrations
	// hasTable tells whether a table exists.
	hasTable(ctx context.Context, db *sqlx.DB, name string) (bool, error)
	// retryable tells whether a transaction failed only for having met another one.
	retryable(err error) bool
}

// Error says what was being asked of Blackbird when it went wrong; the cause is the driver's or the network's own error.
type Error struct {
	Op  string
	Err error
}

func (e *Error) Error() string { return fmt.Sprintf("%s Blackbird: %s", e.Op, model.ErrorText(e.Err)) }

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

var (
	// ErrLocked says that another session writes the stream.
	ErrLocked = errors.New("another session holds the stream's lock in the Blackbird database")
	// ErrSuperseded says that another session has taken the stream over while this one was away.
	ErrSuperseded = errors.New("pass was declared dead by a newer one")
	// ErrOldServer says that the PostgreSQL server is too old to be a store.
	ErrOldServer = errors.New("server is older than PostgreSQL 14")
	// ErrReadOnly says that the PostgreSQL server takes no writes, as a standby does not.
	ErrReadOnly = errors.New("server allows only read-only transactions")
	// ErrNewerSchema says that a newer blackbirdctl has changed the tables.
	ErrNewerSchema = errors.New("tables were made by a newer blackbirdctl")
	// ErrOlderSchema says that the tables await a migration.
	ErrOlderSchema = errors.New("tables await a migration")
)

// Close ends the store's sessions.
func (s *Store) Close() error { return s.db.Close() }

// BatchSize is how many rows a merge into this store does best with: smaller ones cost time, larger ones memory.
func (s *Store) BatchSize() int { return s.dialect.batchSize() }

// ID returns the store's id.
func (s *Store) ID() string { return s.id }

// wrap makes an Error of a cause, unless there is none or it is one already.
func wrap(op string, err error) error {
	var known *Error
	if err == nil || errors.As(err, &known) {
		return err
	}
	return &Error{Op: op, Err: err}
}

// named puts parameters in the place of a query's :names.
func named(query string, args map[string]any, bind int) (string, []any, error) {
	query, list, err := sqlx.Named(bare(query), args)
	if err != nil {
		// sqlx's own words would quote the values.
		return "", nil, errors.New("a parameter of the statement is missing")
	}
	if query, list, err = sqlx.In(query, list...); err != nil {
		return "", nil, err
	}
	return sqlx.Rebind(bind, query), list, nil
}

// bare drops the lines that are comments: sqlx would look for names in them, and a split at semicolons would cut them.
func bare(query string) string {
	var lines []string
	for line := range strings.Lines(query) {
		if !strings.HasPrefix(strings.TrimSpace(line), "--") {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "")
}
