package shop

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"testing"

	"github.com/lib/pq"

	"github.com/blackbirdctl/blackbirdctl/internal/test/biotracktest"
	"github.com/blackbirdctl/blackbirdctl/internal/test/pgtest"
)

// Till is a BioTrack database. What it runs, it runs as the owner; an error ends the test.
type Till struct {
	pgtest.TB
	URL string
	DB  *sql.DB
}

// NewTill makes a database without tables on the server that plays the point of sale.
func NewTill(t pgtest.TB, opts ...pgtest.Option) *Till {
	t.Helper()
	return TillAt(t, pgtest.SourceDatabase(t, opts...))
}

// TillAt is the till in an existing database.
func TillAt(t pgtest.TB, url string) *Till {
	t.Helper()
	return &Till{TB: t, URL: url, DB: pgtest.Open(t, url)}
}

// EmptyTill makes a database with the empty tables of a layout.
func EmptyTill(t pgtest.TB, layout biotracktest.Layout, opts ...pgtest.Option) *Till {
	t.Helper()
	d := NewTill(t, opts...)
	if err := biotracktest.Create(t.Context(), d.DB, layout); err != nil {
		t.Fatal(err)
	}
	return d
}

// FilledTill makes a database with an invented dispensary in it.
func FilledTill(t pgtest.TB, with biotracktest.Options, opts ...pgtest.Option) *Till {
	t.Helper()
	d := NewTill(t, opts...)
	d.Generate(with)
	return d
}

// Generate makes the tables of a layout, with an invented dispensary in them.
func (d *Till) Generate(with biotracktest.Options) biotracktest.Summary {
	d.Helper()
	made, err := biotracktest.Generate(d.Context(), d.DB, with)
	if err != nil {
		d.Fatalf("fill the till: %v", err)
	}
	return made
}

// Day lets a day of trading pass.
func (d *Till) Day(day biotracktest.Day) biotracktest.DaySummary {
	d.Helper()
	passed, err := biotracktest.TradingDay(d.Context(), d.DB, day)
	if err != nil {
		d.Fatalf("let a day pass: %v", err)
	}
	return passed
}

// EachLayout runs a test on both layouts.
func EachLayout(t *testing.T, test func(t *testing.T, layout biotracktest.Layout)) {
	for _, layout := range biotracktest.Layouts() {
		t.Run(string(layout), func(t *testing.T) { test(t, layout) })
	}
}

// Config is the database's address.
func (d *Till) Config() pq.Config {
	d.Helper()
	cfg, err := pq.NewConfig(d.URL)
	if err != nil {
		d.Fatal(err)
	}
	return cfg
}

// Exec runs statements.
func (d *Till) Exec(query string, args ...any) {
	d.Helper()
	if _, err := d.DB.ExecContext(d.Context(), query, args...); err != nil {
		d.Fatalf("%s: %v", query, err)
	}
}

// Texts reads the one column of a query.
func (d *Till) Texts(query string, args ...any) []string {
	d.Helper()
	return Texts(d, d.DB, query, args...)
}

// Value reads the one value of a query.
func (d *Till) Value(query string, args ...any) string {
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
func Texts(t pgtest.TB, q Querier, query string, args ...any) (all []string) {
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
func (d *Till) Begin() *sql.Tx {
	d.Helper()
	tx, err := d.DB.BeginTx(d.Context(), nil)
	if err != nil {
		d.Fatal(err)
	}
	d.Cleanup(func() { _ = tx.Rollback() })
	return tx
}

// Reader makes a role of this test's own, which may read all tables and do nothing else, and returns its config.
func (d *Till) Reader() pq.Config {
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

// Grant lets a role read all tables and do nothing else, makes it if there is none, and returns the till's URL as that
// role. The role outlives the database: it is for servers that end with the test.
func (d *Till) Grant(role string) string {
	d.Helper()
	if err := biotracktest.GrantReader(d.Context(), d.DB, role); err != nil {
		d.Fatal(err)
	}
	return d.URLAs(role)
}

// URLAs is the database's URL for another user.
func (d *Till) URLAs(role string) string {
	d.Helper()
	u, err := url.Parse(d.URL)
	if err != nil {
		d.Fatal(err)
	}
	query := u.Query()
	query.Set("user", role)
	u.RawQuery = query.Encode()
	return u.String()
}

// Role makes a role of this test's own that may do nothing, and returns its name.
func (d *Till) Role() string {
	d.Helper()
	name := "o" + d.DatabaseName()
	d.Exec("CREATE ROLE " + name)
	d.dropLater(name)
	return name
}

func (d *Till) dropLater(role string) {
	d.Cleanup(func() {
		// The test's own context has ended by now.
		ctx := context.WithoutCancel(d.Context())
		if _, err := d.DB.ExecContext(ctx, "DROP OWNED BY "+role+"; DROP ROLE "+role); err != nil {
			d.Error(err)
		}
	})
}

// DatabaseName returns the database's name.
func (d *Till) DatabaseName() string {
	d.Helper()
	return d.Value("SELECT current_database()")
}

// ServerVersion is the major as PostgreSQL numbers it, 90400 or 150000.
func (d *Till) ServerVersion() (version int) {
	d.Helper()
	if _, err := fmt.Sscan(d.Value("SHOW server_version_num"), &version); err != nil {
		d.Fatal(err)
	}
	return version
}
