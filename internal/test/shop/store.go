package shop

import (
	"fmt"
	"net/url"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jmoiron/sqlx"
	_ "modernc.org/sqlite" // the driver of embedded stores

	"github.com/blackbirdctl/blackbirdctl/internal/test/oracle"
	"github.com/blackbirdctl/blackbirdctl/internal/test/pgtest"
)

// Kind is a kind of store.
type Kind string

// The kinds of store.
const (
	PostgreSQL Kind = "PostgreSQL"
	SQLite     Kind = "SQLite"
	Citus      Kind = "Citus"
)

// Kinds returns the kinds of store that there are here: Citus only where CITUS_TEST_URLS names a cluster.
func Kinds() []Kind {
	if pgtest.HasCitus() {
		return []Kind{PostgreSQL, SQLite, Citus}
	}
	return []Kind{PostgreSQL, SQLite}
}

// EachKind runs a test on all kinds of store, side by side.
func EachKind(t *testing.T, test func(t *testing.T, kind Kind)) {
	for _, kind := range Kinds() {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			test(t, kind)
		})
	}
}

// EachKindInTurn is EachKind for tests that change what all share.
func EachKindInTurn(t *testing.T, test func(t *testing.T, kind Kind)) {
	for _, kind := range Kinds() {
		t.Run(string(kind), func(t *testing.T) { test(t, kind) })
	}
}

// storeFile is the embedded store's file in the state folder.
const storeFile = "blackbird.db"

// Store is a Blackbird database. It is empty until the program, or what is tested, makes its tables. Each read and each
// statement has a connection of its own, so that none is in a pass's way; an error ends the test.
type Store struct {
	pgtest.TB
	Kind Kind
	// ID is the store_id of the rows that are read.
	ID string
	// URL is empty for an embedded store, which lies in Folder.
	URL, Folder string
}

// NewStore makes an empty database for a store.
func NewStore(t pgtest.TB, kind Kind) *Store {
	t.Helper()
	s := &Store{TB: t, Kind: kind, ID: "default", Folder: t.TempDir()}
	switch kind {
	case SQLite:
	case PostgreSQL:
		s.URL = pgtest.Database(t)
	case Citus:
		s.URL = pgtest.CitusDatabase(t)
	}
	return s
}

// EmbeddedStore is the store that lies in an existing folder.
func EmbeddedStore(t pgtest.TB, folder string) *Store {
	return &Store{TB: t, Kind: SQLite, ID: "default", Folder: folder}
}

// Distribute does what an operator of Citus does once the tables exist, and nothing for other kinds.
func (s *Store) Distribute() {
	s.Helper()
	if s.Kind != Citus {
		return
	}
	_, file, _, _ := runtime.Caller(0)
	pgtest.Distribute(s, s.URL, filepath.Join(filepath.Dir(file), "..", "..", "..", "deploy", "citus.sql"))
}

// Driver is the driver's name for database/sql, and Address what it opens.
func (s *Store) Driver() string {
	if s.Kind == SQLite {
		return "sqlite"
	}
	return "postgres"
}

// Address is what the driver opens. An embedded store must exist.
func (s *Store) Address() string {
	if s.Kind != SQLite {
		return s.URL
	}
	path, err := filepath.Abs(filepath.Join(s.Folder, storeFile))
	if err != nil {
		s.Fatal(err)
	}
	u := url.URL{Scheme: "file", Path: path, RawQuery: "mode=rw&_pragma=busy_timeout(300000)"}
	return u.String()
}

// Open opens the store for the length of the test.
func (s *Store) Open() *sqlx.DB {
	s.Helper()
	db, err := sqlx.Open(s.Driver(), s.Address())
	if err != nil {
		s.Fatal(err)
	}
	s.Cleanup(func() { _ = db.Close() })
	return db
}

// With calls f with a connection to the store that is closed again at once.
func (s *Store) With(f func(db *sqlx.DB) error) {
	s.Helper()
	db, err := sqlx.Open(s.Driver(), s.Address())
	if err != nil {
		s.Fatal(err)
	}
	defer db.Close()
	if err := f(db); err != nil {
		s.Fatal(err)
	}
}

// Exec runs a statement with ? for its arguments, and returns how many rows it wrote.
func (s *Store) Exec(query string, args ...any) (rows int64) {
	s.Helper()
	s.With(func(db *sqlx.DB) error {
		done, err := db.ExecContext(s.Context(), rebound(db, query, args), args...)
		if err != nil {
			return fmt.Errorf("%s: %w", query, err)
		}
		rows, err = done.RowsAffected()
		return err
	})
	return rows
}

// rebound is a query as the driver takes its arguments. Without any, a ? is none of ours.
func rebound(db *sqlx.DB, query string, args []any) string {
	if len(args) == 0 {
		return query
	}
	return db.Rebind(query)
}

// Rows reads a query. All kinds of store spell all values alike; see [Text].
func (s *Store) Rows(query string, args ...any) (lines [][]Text) {
	s.Helper()
	s.With(func(db *sqlx.DB) error {
		rows, err := db.QueryxContext(s.Context(), rebound(db, query, args), args...)
		if err != nil {
			return fmt.Errorf("%s: %w", query, err)
		}
		defer rows.Close()
		for rows.Next() {
			values, err := rows.SliceScan()
			if err != nil {
				return err
			}
			line := make([]Text, len(values))
			for i, v := range values {
				if err := line[i].Scan(v); err != nil {
					return err
				}
			}
			lines = append(lines, line)
		}
		return rows.Err()
	})
	return lines
}

// Value reads the one value of a query.
func (s *Store) Value(query string, args ...any) string {
	s.Helper()
	lines := s.Rows(query, args...)
	if len(lines) != 1 || len(lines[0]) != 1 {
		s.Fatalf("%s: %v, want one value", query, lines)
	}
	return string(lines[0][0])
}

// Tables are those of the store that hold what the streams bring. The log of passes is not among them.
var Tables = []string{"customers", "orders", "products", "points_ledger", "points_balances", "points_programs",
	"rejects"}

// Dump is every row of the store, apart from the log of passes. On PostgreSQL it has the transaction that wrote the
// row.
type Dump map[string][][]Text

// Dump reads all rows, for WantUnwritten.
func (s *Store) Dump() Dump {
	s.Helper()
	columns := "CAST(xmin AS text) AS written_by, *"
	if s.Kind == SQLite {
		columns = "*"
	}
	all := make(Dump)
	for _, table := range Tables {
		lines := s.Rows("SELECT "+columns+" FROM "+table+" WHERE store_id = ?", s.ID)
		slices.SortFunc(lines, slices.Compare)
		all[table] = lines
	}
	return all
}

// WantUnwritten checks that no row was written since a dump.
func (s *Store) WantUnwritten(before Dump) {
	s.Helper()
	if diff := cmp.Diff(before, s.Dump()); diff != "" {
		s.Errorf("the store was written (-before +now):\n%s", diff)
	}
}

// Actual reads the whole store for the oracle.
func (s *Store) Actual() (actual *oracle.Actual) {
	s.Helper()
	s.With(func(db *sqlx.DB) (err error) {
		actual, err = oracle.ReadStore(s.Context(), db.DB, s.Kind == SQLite, s.ID)
		return err
	})
	return actual
}

// read reads the rows of a table, in order of their keys.
func read[R any](s *Store, table, key string) (rows []R) {
	s.Helper()
	var columns []string
	for field := range reflect.TypeFor[R]().Fields() {
		columns = append(columns, field.Tag.Get("db"))
	}
	s.With(func(db *sqlx.DB) error {
		query := "SELECT " + strings.Join(columns, ", ") + " FROM " + table + " WHERE store_id = ?"
		if err := db.SelectContext(s.Context(), &rows, db.Rebind(query), s.ID); err != nil {
			return fmt.Errorf("read %s: %w", table, err)
		}
		return nil
	})
	keys := strings.Split(key, ", ")
	slices.SortFunc(rows, func(a, b R) int {
		return slices.Compare(keyOf(a, columns, keys), keyOf(b, columns, keys))
	})
	return rows
}

// keyOf spells a row's key so that it sorts; the collations of the databases differ.
func keyOf(row any, columns, keys []string) (key []string) {
	value := reflect.ValueOf(row)
	for _, column := range keys {
		field := value.Field(slices.Index(columns, column))
		if field.CanInt() {
			key = append(key, fmt.Sprintf("%020d", field.Int()))
		} else {
			key = append(key, field.String())
		}
	}
	return key
}

// want compares rows. A column that no wanted row sets is not compared; Null sets it.
func want[R any](s *Store, what string, got, wanted []R) {
	s.Helper()
	unset := make([]bool, reflect.TypeFor[R]().NumField())
	for i := range unset {
		unset[i] = !slices.ContainsFunc(wanted, func(r R) bool { return !reflect.ValueOf(r).Field(i).IsZero() })
	}
	for i := range got {
		row := reflect.ValueOf(&got[i]).Elem()
		for field := range unset {
			if len(wanted) > 0 && unset[field] {
				row.Field(field).SetZero()
			}
		}
	}
	for i := range wanted {
		row := reflect.ValueOf(&wanted[i]).Elem()
		for field := range row.NumField() {
			if row.Field(field).Interface() == Null {
				row.Field(field).SetZero()
			}
		}
	}
	if diff := cmp.Diff(wanted, got); diff != "" && len(wanted)+len(got) > 0 {
		s.Errorf("%s (-want +got):\n%s", what, diff)
	}
}
