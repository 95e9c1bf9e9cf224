package pgtest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"time"

	"github.com/lib/pq"
	"github.com/lib/pq/pqerror"
)

// DatabaseOptions say what a database is created as; the zero value is an empty UTF8 database.
type DatabaseOptions struct {
	// Encoding is a PostgreSQL encoding such as SQL_ASCII or LATIN1; empty is the server's, UTF8. Another encoding is a
	// copy of template0 in the C locale, which every encoding agrees with.
	Encoding string
	// Template is the database to copy; it must have no sessions.
	Template string
}

// objectInUse is what the server says of a database that others still use.
const objectInUse = pqerror.Code("55006")

// CreateDatabase creates a database on this server.
func (s *Server) CreateDatabase(ctx context.Context, name string, opts DatabaseOptions) error {
	return createDatabase(ctx, s.URL(superuser), name, opts)
}

// DropDatabase drops a database of this server, sessions or not. One that does not exist is no error.
func (s *Server) DropDatabase(ctx context.Context, name string) error {
	return dropDatabase(ctx, s.URL(superuser), name)
}

// createDatabase creates a database on the server that the URL of any of its databases names.
func createDatabase(ctx context.Context, server, name string, opts DatabaseOptions) error {
	statement := "CREATE DATABASE " + pq.QuoteIdentifier(name)
	if opts.Encoding != "" && opts.Template == "" {
		opts.Template = "template0"
	}
	if opts.Template != "" {
		statement += " TEMPLATE " + pq.QuoteIdentifier(opts.Template)
	}
	if opts.Encoding != "" {
		statement += " ENCODING " + pq.QuoteLiteral(opts.Encoding) + " LC_COLLATE 'C' LC_CTYPE 'C'"
	}
	err := withDB(server, func(db *sql.DB) error {
		return whileInUse(ctx, func() error { return exec1(ctx, db, statement) })
	})
	if err != nil {
		return fmt.Errorf("create database %s: %w", name, err)
	}
	return nil
}

// dropDatabase ends what uses a database and drops it. DROP DATABASE … FORCE would be one statement, but is of major
// 13.
func dropDatabase(ctx context.Context, server, name string) error {
	own, err := withDatabase(server, name)
	if err != nil {
		return err
	}
	if err := withDB(own, func(db *sql.DB) error { return rollbackPrepared(ctx, db) }); err != nil && !isMissing(err) {
		return fmt.Errorf("roll back what is prepared in database %s: %w", name, err)
	}
	err = withDB(server, func(db *sql.DB) error {
		return whileInUse(ctx, func() error {
			const end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1"
			if err := exec1(ctx, db, end, name); err != nil {
				return err
			}
			return exec1(ctx, db, "DROP DATABASE IF EXISTS "+pq.QuoteIdentifier(name))
		})
	})
	if err != nil {
		return fmt.Errorf("drop database %s: %w", name, err)
	}
	return nil
}

// rollbackPrepared ends the prepared transactions of the database that db is connected to: they outlive their session,
// and would keep the database from being dropped.
func rollbackPrepared(ctx context.Context, db *sql.DB) error {
	rows, err := db.QueryContext(ctx, "SELECT gid FROM pg_prepared_xacts WHERE database = current_database()")
	if err != nil {
		return err
	}
	defer rows.Close()
	var ids []string
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			return err
		}
		ids = append(ids, id)
	}
	if err := rows.Err(); err != nil {
		return err
	}
	for _, id := range ids {
		if err := exec1(ctx, db, "ROLLBACK PREPARED "+pq.QuoteLiteral(id)); err != nil {
			return err
		}
	}
	return nil
}

// whileInUse tries again while the server says that others use the database: a session that has closed, or was ended,
// takes a moment to be gone.
func whileInUse(ctx context.Context, f func() error) error {
	const tries = 50
	for try := 1; ; try++ {
		err := f()
		var refused *pq.Error
		if !errors.As(err, &refused) || refused.Code != objectInUse || try == tries {
			return err
		}
		select {
		case <-ctx.Done():
			return errors.Join(err, ctx.Err())
		case <-time.After(time.Duration(try) * 5 * time.Millisecond):
		}
	}
}

// isMissing reports whether an error is that the database does not exist.
func isMissing(err error) bool {
	var refused *pq.Error
	return errors.As(err, &refused) && refused.Code == "3D000"
}

// withDB calls f with a connection pool that is closed afterwards.
func withDB(url string, f func(*sql.DB) error) error {
	db, err := sql.Open("postgres", url)
	if err != nil {
		return err
	}
	return errors.Join(f(db), db.Close())
}

// exec1 runs one statement and drops its result.
func exec1(ctx context.Context, db *sql.DB, statement string, args ...any) error {
	_, err := db.ExecContext(ctx, statement, args...)
	return err
}

// withDatabase returns a server's URL with another database in it.
func withDatabase(server, name string) (string, error) {
	u, err := url.Parse(server)
	if err != nil || u.Scheme != "postgres" && u.Scheme != "postgresql" {
		return "", errors.New("read the server's address: it must be a postgres:// URL")
	}
	u.Path = "/" + name
	return u.String(), nil
}
