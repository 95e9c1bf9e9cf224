package blackbird

import (
	"context"
	"fmt"
	"io/fs"
	"runtime/debug"

	"github.com/pressly/goose/v3"

	"github.com/blackbirdctl/blackbirdctl/internal/crash"
)

// migrationTable keeps our schema's history apart from that of others in the same database.
const migrationTable = "blackbird_migrations"

// Empty reports whether the database has none of our tables yet.
func (s *Store) Empty(ctx context.Context) (bool, error) {
	found, err := s.hasTables(ctx)
	return !found, s.wrap("inspect tables", err)
}

func (s *Store) hasTables(ctx context.Context) (found bool, err error) {
	err = s.on(s.db).Get(ctx, &found, "table_exists", Args{"name": migrationTable})
	return found, err
}

// CheckSchema returns ErrOlderSchema or ErrNewerSchema where the tables are not those of this version.
func (s *Store) CheckSchema(ctx context.Context) (err error) {
	defer func() { err = s.wrap("inspect tables", err) }()
	// The newest version is read off the files' names: goose reads the files themselves, into buffers of some
	// megabytes, which every pass would pay for.
	files, err := fs.ReadDir(s.traits.Files, "migrations")
	if err != nil {
		return err
	}
	known, err := goose.NumericComponent(files[len(files)-1].Name())
	if err != nil {
		return err
	}
	if found, err := s.hasTables(ctx); err != nil {
		return err
	} else if !found {
		return ErrOlderSchema
	}
	var version int64
	err = s.db.GetContext(ctx, &version, `SELECT COALESCE(max(version_id), 0) FROM `+migrationTable)
	switch {
	case err != nil:
		return err
	case version > known:
		return fmt.Errorf("%w (schema %d, this one knows %d)", ErrNewerSchema, version, known)
	case version < known:
		return ErrOlderSchema
	}
	return nil
}

// Migrate brings the tables up to this version and returns how many migrations that took. Where there is nothing to do
// it writes nothing.
func (s *Store) Migrate(ctx context.Context) (applied int, err error) {
	unlock, err := s.engine.LockMigrations(ctx)
	if err != nil {
		return 0, s.wrap("migrate", err)
	}
	defer unlock()
	crash.Here("migration locked")
	history, err := fs.Sub(s.traits.Files, "migrations")
	if err != nil {
		return 0, s.wrap("migrate", err)
	}
	p, err := goose.NewProvider(s.traits.Goose, s.db.DB, history,
		goose.WithTableName(migrationTable), goose.WithDisableGlobalRegistry(true))
	if err != nil {
		return 0, s.wrap("migrate", err)
	}
	results, err := p.Up(ctx)
	crash.Here("migrated")
	// goose's buffers are done with, and a first pass over everything may follow.
	debug.FreeOSMemory()
	return len(results), s.wrap("migrate", err)
}
