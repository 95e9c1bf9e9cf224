package biotrack

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/lib/pq"

	biotracktest "github.com/blackbirdctl/blackbirdctl/internal/test/biotracktest"
	"github.com/blackbirdctl/blackbirdctl/internal/test/pgtest"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }

// till is a BioTrack database with its owner's way in; the package's own way in is open.
type till struct {
	testing.TB
	url string
	db  *sql.DB
}

// emptyTill makes a database with the empty tables of a layout.
func emptyTill(t testing.TB, layout biotracktest.Layout, opts ...pgtest.Option) *till {
	t.Helper()
	s := &till{TB: t, url: pgtest.SourceDatabase(t, opts...)}
	s.db = pgtest.Open(t, s.url)
	if err := biotracktest.Create(t.Context(), s.db, layout); err != nil {
		t.Fatal(err)
	}
	return s
}

// filledTill makes a database in which every oddity occurs.
func filledTill(t testing.TB, layout biotracktest.Layout) *till {
	t.Helper()
	s := &till{TB: t, url: pgtest.SourceDatabase(t)}
	s.db = pgtest.Open(t, s.url)
	_, err := biotracktest.Generate(t.Context(), s.db, biotracktest.Options{
		Layout: layout, Seed: 11, Customers: 120, Tickets: 300, Products: 60, NoSales: true, BadRows: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// eachLayout runs a test on both layouts.
func eachLayout(t *testing.T, test func(t *testing.T, layout biotracktest.Layout)) {
	for _, layout := range biotracktest.Layouts() {
		t.Run(string(layout), func(t *testing.T) { test(t, layout) })
	}
}

// config is the till's address as the package takes it.
func (s *till) config() pq.Config {
	s.Helper()
	cfg, err := pq.NewConfig(s.url)
	if err != nil {
		s.Fatal(err)
	}
	return cfg
}

// open opens the package's source for the length of the test.
func (s *till) open() *Source {
	s.Helper()
	return s.openWith(s.config())
}

func (s *till) openWith(cfg pq.Config) *Source {
	s.Helper()
	source, err := Open(s.Context(), cfg, nil, DefaultTimeouts())
	if err != nil {
		s.Fatal(err)
	}
	s.Cleanup(func() { _ = source.Close() })
	return source
}

// exec runs statements as the owner.
func (s *till) exec(query string, args ...any) {
	s.Helper()
	if _, err := s.db.ExecContext(s.Context(), query, args...); err != nil {
		s.Fatalf("%s: %v", query, err)
	}
}

// texts reads the one column of a query as the owner.
func (s *till) texts(query string, args ...any) []string {
	s.Helper()
	return texts(s, s.db, query, args...)
}

// value reads the one value of a query as the owner.
func (s *till) value(query string, args ...any) string {
	s.Helper()
	values := s.texts(query, args...)
	if len(values) != 1 {
		s.Fatalf("%s: %d rows, want 1", query, len(values))
	}
	return values[0]
}

// querier is a pool, a connection or a transaction.
type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

func texts(t testing.TB, q querier, query string, args ...any) (all []string) {
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

// begin opens a transaction of the owner that is taken back when the test ends, unless it has ended before.
func (s *till) begin() *sql.Tx {
	s.Helper()
	tx, err := s.db.BeginTx(s.Context(), nil)
	if err != nil {
		s.Fatal(err)
	}
	s.Cleanup(func() { _ = tx.Rollback() })
	return tx
}

// role makes a role of this test's own, which may read all tables and do nothing else, and returns the reader's config.
func (s *till) role() pq.Config {
	s.Helper()
	name := "r" + s.value("SELECT current_database()")
	if err := biotracktest.GrantReader(s.Context(), s.db, name); err != nil {
		s.Fatal(err)
	}
	s.Cleanup(func() {
		_, err := s.db.ExecContext(context.WithoutCancel(s.Context()), fmt.Sprintf("DROP OWNED BY %[1]s; DROP ROLE %[1]s", name))
		if err != nil {
			s.Error(err)
		}
	})
	cfg := s.config()
	cfg.User = name
	return cfg
}

// serverVersion is the major as PostgreSQL numbers it, 90400 or 150000.
func (s *till) serverVersion() (version int) {
	s.Helper()
	if _, err := fmt.Sscan(s.value("SHOW server_version_num"), &version); err != nil {
		s.Fatal(err)
	}
	return version
}

// must returns a call's value and ends the test on its error.
func must[T any](t testing.TB) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// same compares two lists.
func same(t testing.TB, what string, got, want []string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s:\n got %d %s\nwant %d %s", what, len(got), cut(got), len(want), cut(want))
	}
}

// cut shortens a list for a message.
func cut(list []string) string {
	const most = 40
	if len(list) > most {
		return fmt.Sprintf("%q …", list[:most])
	}
	return "[" + strings.Trim(fmt.Sprintf("%q", list), "[]") + "]"
}

// sorted returns a sorted copy.
func sorted(list []string) []string { return slices.Sorted(slices.Values(list)) }

// readShelves reads the shelves and shows the lots.
func readShelves(ctx context.Context, source *Source, locations []int64, lot LotReader) (shelves *Catalog, err error) {
	err = source.Inventory(ctx, locations, func(read *Catalog) (LotReader, error) {
		shelves = read
		return lot, nil
	})
	return shelves, err
}
