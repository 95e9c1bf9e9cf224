package blackbird

import (
	"context"
	"embed"
	"fmt"
	"io/fs"
	"runtime/debug"

	"github.com/pressly/goose/v3"

	"github.com/blackbirdctl/blackbirdctl/internal/crash"
)

// migrationTable keeps our schema's history apart from that of others in the same database.
const migrationTable = "blackbird_migrations"

// migrations is where a dialect's schema history lies.
type migrations struct {
	dialect goose.Dialect
	files   embed.FS
	folder  string
}

func (s *Store) provider() (*goose.Provider, error) {
	m := s.dialect.migrations()
	files, err := fs.Sub(m.files, m.folder)
	if err != nil {
		return nil, err
	}
	return goose.NewProvider(m.dialect, s.db.DB, files,
		goose.WithTableName(migrationTable), goose.WithDisableGlobalRegistry(true))
}

// Empty tells whether the database holds none of our tables yet.
func (s *Store) Empty(ctx context.Context) (bool, error) {
	found, err := s.dialect.hasTable(ctx, s.db, migrationTable)
	return !found, wrap("inspect", err)
}

// CheckSchema says whether the tables are those of this version: ErrOlderSchema or ErrNewerSchema where they are not.
func (s *Store) CheckSchema(ctx context.Context) error {
	known, err := s.dialect.migrations().newest()
	if err != nil {
		return wrap("inspect", err)
	}
	return wrap("inspect", s.compareVersion(ctx, known))
}

// newest is the version that the last migration leads to. It is read off the files' names: goose reads the files themselves, into
// buffers of some megabytes, which every pass would pay for.
func (m migrations) newest() (version int64, err error) {
	files, err := fs.ReadDir(m.files, m.folder)
	for _, file := range files {
		n, err := goose.NumericComponent(file.Name())
		if err != nil {
			return 0, err
		}
		version = max(version, n)
	}
	return version, err
}

func (s *Store) compareVersion(ctx context.Context, known int64) error {
	if found, err := s.dialect.hasTable(ctx, s.db, migrationTable); err != nil {
		return err
	} else if !found {
		return ErrOlderSchema
	}
	var version int64
	err := s.db.GetContext(ctx, &version, `SELECT COALESCE(max(version_id), 0) FROM `+migrationTable)
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
	err = s.dialect.migrate(ctx, s.db, func() error {
		crash.Here("migration locked")
		p, err := s.provider()
		if err != nil {
			return err
		}
		results, err := p.Up(ctx)
		applied = len(results)
		crash.Here("migrated")
		return err
	})
	// goose's buffers are done with, and a first pass over everything may follow.
	debug.FreeOSMemory()
	return applied, wrap("migrate", err)
}
