package blackbird

import (
	"context"
	"io/fs"

	"github.com/jmoiron/sqlx"
	"github.com/pressly/goose/v3"

	"github.com/blackbirdctl/blackbirdctl/internal/model"
)

// Engine is a kind of database that holds a store. Package storetest has the tests that every engine must pass.
type Engine interface {
	// Traits returns what distinguishes the engine from others. It is constant.
	Traits() *Traits
	// Load appends rows to a table within the transaction that is open on the connection.
	Load(ctx context.Context, conn *sqlx.Conn, into Destination, rows *Rows) error
	// Upsert writes the rows of a table's staging table, all of them new or changed, and counts both.
	Upsert(ctx context.Context, q Queries, table *Table) (inserted, updated int64, err error)
	// SuspendIndexes drops the indexes of an empty table of orders that would slow down its initial load. An engine may
	// leave them.
	SuspendIndexes(ctx context.Context, q Queries) error
	// RestoreIndexes creates the indexes that SuspendIndexes dropped, in this process or another.
	RestoreIndexes(ctx context.Context, q Queries) error
	// Lock takes a lock that lives as long as the connection, and takes it over from a process of this installation
	// that was killed. The error is ErrLocked where another session holds it, ErrPooled where a
	// pooler shares sessions. Where Traits.Locks is false there is
	// nothing to do.
	Lock(ctx context.Context, q Queries, key int64) error
	// KeepLock returns ErrPooled where the transaction is not on the session of the server that holds the lock, as
	// behind a pooler.
	KeepLock(ctx context.Context, q Queries, key int64) error
	// Unlock releases a lock.
	Unlock(ctx context.Context, q Queries, key int64) error
	// LockMigrations waits until no other process migrates the database, and returns what lets the next one go on.
	LockMigrations(ctx context.Context) (unlock func(), err error)
	// Classify says what kind of error the driver returned.
	Classify(err error) model.DBErrorKind
}

// LateIndexes are the statements that create the indexes of orders which a first pass does without.
var LateIndexes = []string{"create_orders_customer", "create_orders_pass", "create_orders_serial"}

// Traits are the facts about an engine that the code for all engines goes by.
type Traits struct {
	// Files has the engine's statements in the folder sql. A file there replaces the shared one of the same name. Each
	// engine defines the fragments in, on_commit, timestamp, decimal, insert and records, in dialect.sql. The folder
	// migrations has the schema's history, for goose in the dialect Goose.
	Files fs.FS
	Goose goose.Dialect
	// BatchSize is how many rows a merge does best with.
	BatchSize int
	// Writers is how many merges do best at a time.
	Writers int
	// Locks says that the database has locks of its own.
	Locks bool
	// CompareFirst says that asking for the rows that a batch may repeat is cheaper than sending the batch.
	CompareFirst bool
	// StreamReads says that one statement can be read for as long as it takes, on a connection of its own, while merges
	// are at work.
	StreamReads bool
	// PlansByCost says that the planner goes by statistics: tables that have just been filled are analyzed, and it may
	// have to be kept from reading whole tables.
	PlansByCost bool
	// KeepsStaged says that staged rows outlive a commit, so that each merge has to delete those of the one before it.
	KeepsStaged bool
	// BindList returns a list of texts as one parameter, as the fragment in takes it.
	BindList func([]string) any
}

// Destination is a table, and the columns that a load fills, in order.
type Destination struct {
	Table   string
	Columns []string
	// Repeats says that a row may come twice and counts once.
	Repeats bool
}
