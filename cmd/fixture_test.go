package cmd_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"testing"
	"time"

	_ "modernc.org/sqlite" // the driver that embedded stores are read with

	"github.com/gofrs/flock"

	biotracktest "github.com/blackbirdctl/blackbirdctl/internal/test/biotracktest"
	"github.com/blackbirdctl/blackbirdctl/internal/test/shop"
)

// reader is the role that the program reads BioTrack as: it may select, and nothing else.
const reader = "blackbird_script_reader"

// The passwords in the URLs. The tests' server asks for none; the program must not show them.
const (
	readerPassword = "till-" + secretMark + "7f3a"
	storePassword  = "store-" + secretMark + "91c2"
)

// fixture is what one test works with: a till, a store, and a state folder, which is the store's folder.
type fixture struct {
	tb    testing.TB
	till  *shop.Till
	store *shop.Store
	// readerURL is the till's address for the program.
	readerURL string
	// held are transactions that the test keeps open, and running the runs of the program that have been started.
	tillHeld, storeHeld *held
	running             map[string]*running
	fileLock            *flock.Flock
	memories            map[string]memory
	// branches are the tills of a chain's other shops.
	branches map[string]*fixture
	// web receives metrics and pings.
	web *web
}

// newShop makes an empty till and an empty store; dir is where the state folder will be.
func newShop(tb testing.TB, kind shop.Kind, dir string) *fixture {
	tb.Helper()
	till, store := shop.NewTill(tb), shop.NewStore(tb, kind)
	store.Folder = filepath.Join(dir, "state")
	s := newFixture(tb, till, store)
	if kind == shop.Citus {
		// The tables must be distributed before rows come.
		s.run(0, "migrate", "--state-dir", tb.TempDir())
		store.Distribute()
	}
	return s
}

func newFixture(tb testing.TB, till *shop.Till, store *shop.Store) *fixture {
	tb.Helper()
	s := &fixture{
		tb: tb, till: till, store: store, readerURL: mustUser(tb, till.URL, reader, readerPassword),
		running: map[string]*running{}, memories: map[string]memory{}, branches: map[string]*fixture{},
	}
	// No session of the test's stays: a script may replace the till's database.
	till.DB.SetMaxIdleConns(0)
	if store.Kind != shop.SQLite {
		store.URL = mustUser(tb, store.URL, "", storePassword)
	}
	tb.Cleanup(s.close)
	return s
}

// close ends what the test has left running.
func (s *fixture) close() {
	for _, r := range s.running {
		_ = r.kill()
	}
	_ = s.tillHeld.end("ROLLBACK")
	_ = s.storeHeld.end("ROLLBACK")
	s.web.close()
}

// withUser returns a URL with another user and a password; an empty user leaves the one that it has.
func withUser(address, user, password string) (string, error) {
	u, err := url.Parse(address)
	if err != nil {
		return "", err
	}
	query := u.Query()
	if user == "" {
		if user = query.Get("user"); user == "" {
			user = u.User.Username()
		}
	}
	query.Del("user")
	u.User, u.RawQuery = url.UserPassword(user, password), query.Encode()
	return u.String(), nil
}

// databaseName is the name of the database that a URL is of.
func databaseName(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return path.Base(u.Path)
}

func mustUser(tb testing.TB, address, user, password string) string {
	tb.Helper()
	changed, err := withUser(address, user, password)
	if err != nil {
		tb.Fatal(err)
	}
	return changed
}

// variables are the environment that the shop's owner gives the program.
func (s *fixture) variables() []string {
	return []string{
		"BIOTRACK_URL=" + s.readerURL,
		"BLACKBIRD_URL=" + s.store.URL,
		"BLACKBIRDCTL_STATE_DIR=" + s.store.Folder,
	}
}

// run runs the program to its end in the shop's own environment and requires an exit code.
func (s *fixture) run(want int, args ...string) outcome {
	s.tb.Helper()
	out := s.start(args...).outcome()
	if err := out.check(want); err != nil {
		s.tb.Fatalf("blackbirdctl %q: %v\n%s%s", args, err, out.stdout, out.stderr)
	}
	return out
}

// start starts the program in the shop's own environment.
func (s *fixture) start(args ...string) *running {
	s.tb.Helper()
	r, err := launch("", append(s.variables(), "PATH="+os.Getenv("PATH"), "TMPDIR="+os.TempDir()), nil, args...)
	if err != nil {
		s.tb.Fatal(err)
	}
	return r
}

// generate fills the till, and lets the program's role read it.
func (s *fixture) generate(opts biotracktest.Options) {
	s.tb.Helper()
	s.till.Generate(opts)
	s.till.Grant(reader)
}

// inStore calls f with the store's database, which must be there.
func (s *fixture) inStore(f func(*sql.DB) error) error {
	if s.store.Kind == shop.SQLite {
		if _, err := os.Stat(filepath.Join(s.store.Folder, "blackbird.db")); err != nil {
			return err
		}
	}
	return with(s.store.Driver(), s.store.Address(), f)
}

// with calls f with a database that is closed again at once: nothing of the test's stays in the program's way.
func with(driver, address string, f func(*sql.DB) error) error {
	db, err := sql.Open(driver, address)
	if err != nil {
		return err
	}
	defer db.Close()
	return f(db)
}

// held is a transaction that a test keeps open, with the locks it took.
type held struct {
	db   *sql.DB
	conn *sql.Conn
}

// hold opens a transaction and runs a statement in it.
func hold(ctx context.Context, driver, address, begin, statement string) (*held, error) {
	db, err := sql.Open(driver, address)
	if err != nil {
		return nil, err
	}
	h := &held{db: db}
	if h.conn, err = db.Conn(ctx); err == nil {
		_, err = h.conn.ExecContext(ctx, begin)
	}
	if err == nil && statement != "" {
		_, err = h.conn.ExecContext(ctx, statement)
	}
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return h, nil
}

// end ends the transaction with COMMIT or ROLLBACK, once.
func (h *held) end(how string) error {
	if h == nil || h.conn == nil {
		return nil
	}
	// A test's own context has ended by the time of its clean-up.
	_, err := h.conn.ExecContext(context.Background(), how)
	err = errors.Join(err, h.conn.Close(), h.db.Close())
	h.conn = nil
	return err
}

// patience is how long a test waits for something that the program is about to do, on a machine busy with other tests.
const patience = 5 * time.Minute

// await waits until a condition holds.
func await(what string, condition func() (bool, error)) error {
	for end := time.Now().Add(patience); ; {
		ok, err := condition()
		if ok || err != nil {
			return err
		}
		if time.Now().After(end) {
			return fmt.Errorf("waited in vain until %s", what)
		}
		time.Sleep(time.Millisecond)
	}
}

// awaitBlocked waits until so many of the program's sessions wait for a lock in a PostgreSQL database.
func awaitBlocked(address string, sessions int) error {
	return with("postgres", address, func(db *sql.DB) error {
		return await(fmt.Sprintf("%d sessions wait for a lock", sessions), func() (bool, error) {
			var n int
			err := db.QueryRow(`SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()
				AND application_name LIKE 'blackbirdctl%' AND wait_event_type = 'Lock'`).Scan(&n)
			return n == sessions, err
		})
	})
}
