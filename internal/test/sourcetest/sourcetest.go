// Package sourcetest gives a test a BioTrack database of its own, with its owner's way in.
package sourcetest

import (
	"context"
	"database/sql"
	"fmt"
	"testing"

	"github.com/lib/pq"

	"github.com/blackbirdctl/blackbirdctl/internal/test/biotracktest"
	"github.com/blackbirdctl/blackbirdctl/internal/test/pgtest"
)

// Database is a BioTrack database. What it runs, it runs as the owner; an error ends the test.
type Database struct {
	testing.TB
	URL string
	DB  *sql.DB
}

// New makes a database without tables.
func New(t testing.TB, opts ...pgtest.Option) *Database {
	t.Helper()
	url := pgtest.SourceDatabase(t, opts...)
	return &Database{TB: t, URL: url, DB: pgtest.Open(t, url)}
}

// Empty makes a database with the empty tables of a layout.
func Empty(t testing.TB, layout biotracktest.Layout, opts ...pgtest.Option) *Database {
	t.Helper()
	d := New(t, opts...)
	if err := biotracktest.Create(t.Context(), d.DB, layout); err != nil {
		t.Fatal(err)
	}
	return d
}

// EachLayout runs a test on both layouts.
func EachLayout(t *testing.T, test func(t *testing.T, layout biotracktest.Layout)) {
	for _, layout := range biotracktest.Layouts() {
		t.Run(string(layout), func(t *testing.T) { test(t, layout) })
	}
}

// Config is the database's address.
func (d *Database) Config() pq.Config {
	d.Helper()
	cfg, err := pq.NewConfig(d.URL)
	if err != nil {
		d.Fatal(err)
	}
	return cfg
}

// Exec runs statements.
func (d *Database) Exec(query string, args ...any) {
	d.Helper()
	if _, err := d.DB.ExecContext(d.Context(), query, args...); err != nil {
		d.Fatalf("%s: %v", query, err)
	}
}

// Texts reads the one column of a query.
func (d *Database) Texts(query string, args ...any) []string {
	d.Helper()
	return Texts(d, d.DB, query, args...)
}

// Value reads the one value of a query.
func (d *Database) Value(query string, args ...any) string {
	d.Helper()
	values := d.Texts(query, args...)
	if len(values) != 1 {
		d.Fatalf("%s: %d rows, want 1", query, len(values))
	}
	return values[0]
}

// Querier is a pool, a connection or a transaction.
type Querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// Texts reads the one column of a query, NULL as no text.
func Texts(t testing.TB, q Querier, query string, args ...any) (all []string) {
	t.Helper()
	rows, err := q.QueryContext(t.Context(), query, args...)
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	defer rows.Close()
	for rows.Next() {
		var v sql.NullString
		if err := rows.Scan(&v); err != nil {
			t.Fatalf("%s: %v", query, err)
		}
		all = append(all, v.String)
	}
	if err := rows.Err(); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return all
}

// Begin opens a transaction that is rolled back when the test ends, unless it has ended before.
func (d *Database) Begin() *sql.Tx {
	d.Helper()
	tx, err := d.DB.BeginTx(d.Context(), nil)
	if err != nil {
		d.Fatal(err)
	}
	d.Cleanup(func() { _ = tx.Rollback() })
	return tx
}

// Reader makes a role of this test's own, which may read all tables and do nothing else, and returns its config.
func (d *Database) Reader() pq.Config {
	d.Helper()
	name := "r" + d.DatabaseName()
	if err := biotracktest.GrantReader(d.Context(), d.DB, name); err != nil {
		d.Fatal(err)
	}
	d.dropLater(name)
	cfg := d.Config()
	cfg.User = name
	return cfg
}

// Role makes a role of this test's own that may do nothing, and returns its name.
func (d *Database) Role() string {
	d.Helper()
	name := "o" + d.DatabaseName()
	d.Exec("CREATE ROLE " + name)
	d.dropLater(name)
	return name
}

func (d *Database) dropLater(role string) {
	d.Cleanup(func() {
		// The test's own context has ended by now.
		ctx := context.WithoutCancel(d.Context())
		if _, err := d.DB.ExecContext(ctx, "DROP OWNED BY "+role+"; DROP ROLE "+role); err != nil {
			d.Error(err)
		}
	})
}

// DatabaseName returns the database's name.
func (d *Database) DatabaseName() string {
	d.Helper()
	return d.Value("SELECT current_database()")
}

// ServerVersion is the major as PostgreSQL numbers it, 90400 or 150000.
func (d *Database) ServerVersion() (version int) {
	d.Helper()
	if _, err := fmt.Sscan(d.Value("SHOW server_version_num"), &version); err != nil {
		d.Fatal(err)
	}
	return version
}
