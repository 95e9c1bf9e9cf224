package pgtest

import (
	"context"
	"database/sql"
	"errors"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/gofrs/flock"
)

func TestMain(m *testing.M) { os.Exit(Main(m)) }

func TestStartAndStop(t *testing.T) {
	NeedServer(t)
	ctx := context.Background()
	s, err := Start(ctx, Options{Settings: map[string]string{"work_mem": "7MB"}})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Stop()
	for name, want := range map[string]string{
		"listen_addresses": "", "fsync": "off", "server_encoding": "UTF8", "max_connections": "200", "work_mem": "7MB",
		"max_prepared_transactions": "10", "lc_messages": "C",
	} {
		if got := queryText(t, s.URL("postgres"), "SELECT current_setting('"+name+"')"); got != want {
			t.Errorf("%s = %q, want %q", name, got, want)
		}
	}
	if err := s.CreateDatabase(ctx, "odd Name", DatabaseOptions{}); err != nil {
		t.Fatal(err)
	}
	if got := queryText(t, s.URL("odd Name"), "SELECT current_database()"); got != "odd Name" {
		t.Errorf("database = %q", got)
	}
	if err := s.DropDatabase(ctx, "odd Name"); err != nil {
		t.Error(err)
	}
	if err := s.DropDatabase(ctx, "odd Name"); err != nil {
		t.Errorf("drop what is not there: %v", err)
	}
	for range 2 {
		if err := s.Stop(); err != nil {
			t.Errorf("stop: %v", err)
		}
	}
	if _, err := os.Stat(s.dir.path); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the folder is still there: %v", err)
	}
}

func TestStartReportsTheServersReason(t *testing.T) {
	NeedServer(t)
	_, err := Start(context.Background(), Options{Settings: map[string]string{"work_mem": "none"}})
	if err == nil || !strings.Contains(err.Error(), "work_mem") {
		t.Errorf("error = %v, want the log's line on work_mem", err)
	}
}

func TestFindBinDirTakesOrRefusesTheNamedFolder(t *testing.T) {
	NeedServer(t)
	if _, err := FindBinDir(context.Background(), t.TempDir()); !errors.Is(err, ErrNoBinaries) {
		t.Errorf("error = %v, want ErrNoBinaries", err)
	}
	dir := t.TempDir()
	for _, name := range []string{"postgres", "initdb"} {
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv(EnvBinDir, dir)
	if got, err := FindBinDir(context.Background(), ""); got != dir || err != nil {
		t.Errorf("FindBinDir = %q, %v, want %q", got, err, dir)
	}
}

func TestMajorIn(t *testing.T) {
	for dir, want := range map[string]int{
		"/usr/lib/postgresql/9.6/bin": 9, "/usr/lib/postgresql/18/bin": 18, "/usr/pgsql-16/bin": 16,
		"/opt/homebrew/opt/postgresql@17/bin": 17, "/usr/local/pgsql/bin": 0,
	} {
		if got := majorIn(dir); got != want {
			t.Errorf("majorIn(%s) = %d, want %d", dir, got, want)
		}
	}
}

func TestDatabaseIsOfTheTestAlone(t *testing.T) {
	var name string
	t.Run("use", func(t *testing.T) {
		address := Database(t)
		name = databaseIn(t, address)
		if other := databaseIn(t, Database(t)); other == name {
			t.Errorf("two databases of one name %s", name)
		}
		db := Open(t, address)
		// Left open, and left prepared: neither may keep the database from being dropped.
		if _, err := db.Exec("BEGIN; CREATE TABLE late (id int); PREPARE TRANSACTION 'late'"); err != nil {
			t.Fatal(err)
		}
		stays, err := sql.Open("postgres", address)
		if err != nil {
			t.Fatal(err)
		}
		if err := stays.Ping(); err != nil {
			t.Fatal(err)
		}
	})
	query := "SELECT count(*)::text FROM pg_database WHERE datname = '" + name + "'"
	if got := queryText(t, storeServer(t), query); got != "0" {
		t.Errorf("database %s was not dropped", name)
	}
}

func TestDatabaseOptions(t *testing.T) {
	for _, encoding := range []string{"SQL_ASCII", "LATIN1"} {
		address := SourceDatabase(t, WithEncoding(encoding))
		if got := queryText(t, address, "SELECT current_setting('server_encoding')"); got != encoding {
			t.Errorf("encoding = %s, want %s", got, encoding)
		}
	}
	template := Database(t)
	withDBOrFail(t, template, "CREATE TABLE copied AS SELECT 'yes'::text AS word")
	if got := queryText(t, Database(t, WithTemplate(databaseIn(t, template))),
		"SELECT word FROM copied"); got != "yes" {
		t.Errorf("the copy holds %q", got)
	}
}

func TestSweepRemovesWhatKilledRunsLeft(t *testing.T) {
	base := t.TempDir()
	old := time.Now().Add(-time.Hour)
	folder := func(name string, age time.Time) string {
		dir := filepath.Join(base, dirPrefix+name)
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(dir, age, age); err != nil {
			t.Fatal(err)
		}
		return dir
	}
	left, fresh, owned := folder("left", old), folder("fresh", time.Now()), folder("owned", old)
	lock := flock.New(filepath.Join(owned, lockName))
	if ok, err := lock.TryLock(); !ok || err != nil {
		t.Fatal(ok, err)
	}
	defer lock.Close()
	if err := os.Chtimes(owned, old, old); err != nil {
		t.Fatal(err)
	}
	sweep(base)
	for dir, want := range map[string]bool{left: false, fresh: true, owned: true} {
		if _, err := os.Stat(dir); (err == nil) != want {
			t.Errorf("%s kept = %t, want %t", filepath.Base(dir), err == nil, want)
		}
	}
}

func TestWithDatabaseWantsAURL(t *testing.T) {
	got, err := withDatabase("postgres://u:p@h:1/a?sslmode=disable", "b")
	if want := "postgres://u:p@h:1/b?sslmode=disable"; got != want || err != nil {
		t.Errorf("withDatabase = %q, %v, want %q", got, err, want)
	}
	if _, err := withDatabase("host=h password=secret", "b"); err == nil || strings.Contains(err.Error(), "secret") {
		t.Errorf("error = %v, want one that does not repeat the address", err)
	}
}

// databaseIn reads the database's name out of a URL.
func databaseIn(t *testing.T, address string) string {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimPrefix(u.Path, "/")
}

// queryText returns the one value of a query.
func queryText(t *testing.T, address, query string) (text string) {
	t.Helper()
	err := withDB(address, func(db *sql.DB) error { return db.QueryRow(query).Scan(&text) })
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// withDBOrFail runs one statement over a connection of its own, so that none stays open.
func withDBOrFail(t *testing.T, address, statement string) {
	t.Helper()
	err := withDB(address, func(db *sql.DB) error { return exec1(t.Context(), db, statement) })
	if err != nil {
		t.Fatal(err)
	}
}
