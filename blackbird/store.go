package blackbird

import (
	"context"
	"database/sql"
	"hash/fnv"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/blackbirdctl/blackbirdctl/internal/model"
)

// Store is one store's rows in a Blackbird database. All keys carry its id, so that many stores may share one database.
type Store struct {
	db         *sqlx.DB
	id         string
	engine     Engine
	traits     *Traits
	statements *statements
	// Now returns the time of the host's clock. Tests replace it.
	Now func() time.Time
}

// New returns the store of an id in a database of an engine. Commands use postgres.Open and sqlite.Open.
func New(db *sqlx.DB, engine Engine, id string) (*Store, error) {
	traits := engine.Traits()
	statements, err := newStatements(traits.Files, db.DriverName())
	if err != nil {
		return nil, err
	}
	return &Store{
		db: db, id: id, engine: engine, traits: traits, statements: statements, Now: time.Now,
	}, nil
}

// Close ends the store's sessions.
func (s *Store) Close() error { return s.db.Close() }

// ID returns the store's id.
func (s *Store) ID() string { return s.id }

// BatchSize is how many rows a merge into this store does best with: smaller ones cost time, larger ones memory.
func (s *Store) BatchSize() int { return s.traits.BatchSize }

// Writers is how many merges of one session the store does best with at a time.
func (s *Store) Writers() int { return s.traits.Writers }

// on runs statements on a connection pool, a connection or a transaction.
func (s *Store) on(q Connection) Queries { return Queries{on: q, store: s} }

// snapshot runs work that only reads. It sees one state of the store, whatever passes write meanwhile; it waits for
// none, nor they for it.
func (s *Store) snapshot(ctx context.Context, work func(Queries) error) error {
	tx, err := s.db.BeginTxx(ctx, &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true})
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	return work(s.on(tx))
}

// Server is the server and the database that a store is in; zero for an embedded store.
type Server struct {
	Database    string
	DatabaseOID int64 `db:"database_oid"`
	// Started is when the server was started, as BioTrack's package has it.
	Started string
}

// Server reads where the store is.
func (s *Store) Server(ctx context.Context) (server Server, err error) {
	err = s.on(s.db).Get(ctx, &server, "server", nil)
	return server, s.wrap("read server", err)
}

// SystemIdentifier reads the identifier of a store's PostgreSQL cluster, empty where the server does not show it.
func (s *Store) SystemIdentifier(ctx context.Context) (id string, err error) {
	err = s.on(s.db).Get(ctx, &id, "system_identifier", nil)
	if s.engine.Classify(err) == model.DBErrorPermission {
		err = nil
	}
	return id, s.wrap("read server", err)
}

// LockKey returns the key of a lock in the database. Its parts say what is locked: a store's id and a stream, and for
// the further writers of a session one part more; or the migrations.
func LockKey(parts ...string) int64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte("blackbirdctl\x00" + strings.Join(parts, "\x00")))
	return int64(h.Sum64())
}

// Locked reports whether a session holds the stream's lock in the database, without taking it. It is not known of a
// database that has no locks of its own.
func (s *Store) Locked(ctx context.Context, stream string) (held, known bool, err error) {
	if !s.traits.Locks {
		return false, false, nil
	}
	err = s.on(s.db).Get(ctx, &held, "lock_held", Args{"key": LockKey(s.id, stream)})
	return held, true, s.wrap("inspect locks", err)
}
