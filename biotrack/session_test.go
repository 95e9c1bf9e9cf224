package biotrack

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

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
	"github.com/lib/pq/pqerror"

	"github.com/blackbirdctl/blackbirdctl/internal/model"
	biotracktest "github.com/blackbirdctl/blackbirdctl/internal/test/biotracktest"
	"github.com/blackbirdctl/blackbirdctl/internal/test/pgtest"
	"github.com/blackbirdctl/blackbirdctl/internal/test/shop"
)

// promised are the settings of every read, in the units of pg_settings. A server need not know all of them.
var promised = map[string]string{
	"application_name":                    "blackbirdctl-test",
	"bytea_output":                        "hex",
	"client_encoding":                     "UTF8",
	"extra_float_digits":                  "3",
	"idle_in_transaction_session_timeout": "60000",
	"jit":                                 "off",
	"lock_timeout":                        "5000",
	"max_parallel_workers_per_gather":     "0",
	"row_security":                        "off",
	"standard_conforming_strings":         "on",
	"statement_timeout":                   "120000",
	"TimeZone":                            "UTC",
	"transaction_read_only":               "on",
	"transaction_timeout":                 "240000",
}

// known are the settings that every server since 9.4 has.
var known = []string{"transaction_read_only", "statement_timeout", "lock_timeout", "client_encoding",
	"application_name"}

// checkSettings compares what a read has with what was promised.
func checkSettings(t *testing.T, session *sqlx.Tx) {
	t.Helper()
	settings := make(map[string]string)
	for _, line := range shop.Texts(t, session, `SELECT name || '=' || setting FROM pg_settings`) {
		name, value, _ := strings.Cut(line, "=")
		settings[name] = value
	}
	for name, want := range promised {
		if got, ok := settings[name]; ok && got != want {
			t.Errorf("%s is %s, want %s", name, got, want)
		}
	}
	for _, name := range known {
		if _, ok := settings[name]; !ok {
			t.Errorf("the server has no setting %s", name)
		}
	}
}

// eachConnection runs a check in reads on two connections of the pool that are open at once.
func eachConnection(t *testing.T, source *Source, check func(t *testing.T, tx *sqlx.Tx)) {
	t.Helper()
	err := source.read(t.Context(), "test", func(first *sqlx.Tx) error {
		check(t, first)
		return source.snapshot(t.Context(), "test", func(second *sqlx.Tx) error {
			check(t, second)
			return nil
		})
	})
	if err != nil {
		t.Fatal(err)
	}
}

// named returns the till's config under the name by which a test knows our sessions.
func (s *till) named() pq.Config {
	cfg := s.Config()
	cfg.ApplicationName = promised["application_name"]
	return cfg
}

func TestSessionSettings(t *testing.T) {
	t.Parallel()
	s := emptyTill(t, biotracktest.Layout2015)
	eachConnection(t, s.openWith(s.named()), checkSettings)
}

// TestSessionSettingsPrevail checks that neither the database, the role nor the URL loosens what a session promises.
func TestSessionSettingsPrevail(t *testing.T) {
	t.Parallel()
	s := emptyTill(t, biotracktest.Layout2015)
	database := s.DatabaseName()
	cfg := s.Reader()
	s.Exec("GRANT ALL ON ALL TABLES IN SCHEMA public TO " + cfg.User + ";" +
		"GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO " + cfg.User)
	for _, setting := range []string{
		"default_transaction_read_only = off", "statement_timeout = 0", "lock_timeout = 0",
		"client_encoding = 'LATIN1'",
		"bytea_output = 'escape'", "standard_conforming_strings = off", "TimeZone = 'America/New_York'",
		"extra_float_digits = 0",
		"application_name = 'someone else'",
	} {
		s.Exec("ALTER DATABASE " + database + " SET " + setting)
		s.Exec("ALTER ROLE " + cfg.User + " SET " + setting)
		s.Exec("ALTER ROLE " + cfg.User + " IN DATABASE " + database + " SET " + setting)
	}
	u, err := url.Parse(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	query := u.Query()
	query.Set("user", cfg.User)
	query.Set("application_name", promised["application_name"])
	query.Set("options",
		"-c default_transaction_read_only=off -c statement_timeout=0 -c lock_timeout=0 -c TimeZone=Asia/Tokyo")
	query.Set("default_transaction_read_only", "off")
	query.Set("statement_timeout", "0")
	query.Set("extra_float_digits", "0")
	u.RawQuery = query.Encode()
	s.URL = u.String()
	source := s.open()
	eachConnection(t, source, checkSettings)
	eachConnection(t, source, checkNoWrites)
}

// TestSessionSettingsAfterReconnect ends our sessions, as a restarted server does: the pool's next ones are no less
// guarded.
func TestSessionSettingsAfterReconnect(t *testing.T) {
	t.Parallel()
	s := emptyTill(t, biotracktest.Layout2015)
	source := s.openWith(s.named())
	for range 2 {
		const ours = " FROM pg_stat_activity WHERE datname = current_database() AND application_name = $1"
		if len(s.Texts("SELECT pg_terminate_backend(pid)"+ours, promised["application_name"])) == 0 {
			t.Fatal("there was no session of ours")
		}
		for s.Value("SELECT count(*)"+ours, promised["application_name"]) != "0" {
			// A session takes a moment to be gone.
		}
		eachConnection(t, source, checkSettings)
	}
	eachConnection(t, source, checkNoWrites)
}

func TestSessionTimeouts(t *testing.T) {
	t.Parallel()
	s := emptyTill(t, biotracktest.Layout2015)
	source, err := Open(t.Context(), s.Config(), nil, Timeouts{Statement: time.Hour, Lock: 2_500_000, Idle: 0})
	if err != nil {
		t.Fatal(err)
	}
	defer source.Close()
	eachConnection(t, source, func(t *testing.T, tx *sqlx.Tx) {
		if got := shop.Texts(t, tx, "SHOW lock_timeout"); got[0] != "2ms" {
			t.Errorf("lock_timeout is %s, want 2ms", got[0])
		}
	})
}

// writes are ways to change the database; each must be refused.
var writes = []string{
	"INSERT INTO customers (customerid) VALUES ('X')",
	"UPDATE tickets SET totalprice = 0",
	"DELETE FROM tickets",
	"CREATE TABLE ours (id int)",
	"SELECT nextval('tickets_ticketserial_seq')",
	"SELECT customerid FROM customers FOR UPDATE",
	"TRUNCATE customers",
	"COMMENT ON TABLE customers IS 'ours'",
}

// checkNoWrites tries each of the writes; a savepoint is what the next one starts from.
func checkNoWrites(t *testing.T, tx *sqlx.Tx) {
	t.Helper()
	for _, query := range writes {
		must[sql.Result](t)(tx.ExecContext(t.Context(), "SAVEPOINT before"))
		if _, err := tx.ExecContext(t.Context(), query); pq.As(err, pqerror.ReadOnlySQLTransaction) == nil {
			t.Errorf("%s: %v, want 25006", query, err)
		}
		must[sql.Result](t)(tx.ExecContext(t.Context(), "ROLLBACK TO before"))
	}
}

func TestSessionRefusesToWrite(t *testing.T) {
	t.Parallel()
	s := emptyTill(t, biotracktest.Layout2015)
	s.Exec("INSERT INTO customers (customerid) VALUES ('A')")
	eachConnection(t, s.open(), checkNoWrites)
}

// operations are all that the package asks of a server, as its callers do.
var operations = map[string]func(ctx context.Context, s *Source) error{
	"state": func(ctx context.Context, s *Source) error {
		_, err := s.State(ctx, Former{}, tableTickets, tableCustomers)
		return err
	},
	"inventory": func(ctx context.Context, s *Source) error {
		_, err := readInventory(ctx, s, nil, func(Lot) {})
		return err
	},
	"inventory of a location": func(ctx context.Context, s *Source) error {
		_, err := readInventory(ctx, s, []int64{1}, func(Lot) {})
		return err
	},
	"catalog": func(ctx context.Context, s *Source) error { _, err := s.Catalog(ctx, []int64{1}); return err },
	"unsellable lots": func(ctx context.Context, s *Source) error {
		_, err := s.UnsellableLots(ctx,
			[]int64{1})
		return err
	},
	"tickets": tableOperations(func(_ context.Context, s *Source) (*Table[Ticket], error) { return s.Tickets() },
		[]string{"1", "2", "3"}),
	"customers": tableOperations(func(_ context.Context, s *Source) (*Table[Customer], error) { return s.Customers() },
		[]string{"C0000001", "C0000002"}),
}

// tableOperations runs every way to read a table.
func tableOperations[R any](
	prepare func(context.Context, *Source) (*Table[R], error), keys []string,
) func(context.Context, *Source) error {
	return func(ctx context.Context, s *Source) error {
		table, err := prepare(ctx, s)
		if err != nil {
			return err
		}
		row, key := func(*R) error { return nil }, func(model.Key) error { return nil }
		for _, read := range []func() error{
			func() error { _, err := table.Page(ctx, nil, 100, nil, row); return err },
			func() error { _, err := table.Page(ctx, &keys[0], 100, []int64{1, 2}, row); return err },
			func() error { _, err := table.ByKey(ctx, keys, row); return err },
			func() error { _, err := table.Changed(ctx, 3, 100); return err },
			func() error { _, err := table.Find(ctx, keys); return err },
			func() error { _, err := table.Keys(ctx, nil, 100, nil, key); return err },
		} {
			if err := read(); err != nil {
				return err
			}
		}
		return nil
	}
}

// TestNoTransactionIDs reads all there is and checks that the server gave no transaction id out for it. The server is
// the test's own and rests, so that nobody else takes one.
func TestNoTransactionIDs(t *testing.T) {
	t.Parallel()
	server := pgtest.OwnServer(t, pgtest.Options{Settings: map[string]string{"autovacuum": "off"}})
	s := &till{shop.TillAt(t, server.URL("postgres"))}
	opts := biotracktest.Options{Customers: 60, Tickets: 200, Products: 40, NoSales: true}
	if _, err := biotracktest.Generate(t.Context(), s.DB, opts); err != nil {
		t.Fatal(err)
	}
	next := func() string { return s.Value("SELECT txid_snapshot_xmax(txid_current_snapshot())") }
	before := next()
	if again := next(); again != before {
		t.Fatalf("the server is not at rest: %s, then %s", before, again)
	}
	source := s.open()
	for name, run := range operations {
		if err := run(t.Context(), source); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if after := next(); after != before {
			t.Fatalf("%s: the next transaction id was %s and is %s", name, before, after)
		}
	}
	s.Exec("SELECT txid_current()")
	if next() == before {
		t.Error("this test would not notice a transaction id")
	}
}

func TestOpenSaysWhatWentWrong(t *testing.T) {
	t.Parallel()
	s := emptyTill(t, biotracktest.Layout2015)
	cfg := s.Config()
	cfg.Database = "nowhere"
	_, err := Open(t.Context(), cfg, nil, DefaultTimeouts())
	var e *Error
	if !errors.As(err, &e) || e.Op != "connect" || pq.As(err, pqerror.InvalidCatalogName) == nil {
		t.Errorf("error is %v, want connect with 3D000", err)
	}
	cfg = s.Config()
	cfg.Host = filepath.Join(t.TempDir(), "nobody")
	_, err = Open(t.Context(), cfg, nil, DefaultTimeouts())
	if !errors.As(err, &e) || e.Op != "connect" || !errors.Is(err, os.ErrNotExist) {
		t.Errorf("error is %v, want connect and the network's own", err)
	}
}

// TestOpenLeavesConfigAlone checks that a caller's own settings are not written to.
func TestOpenLeavesConfigAlone(t *testing.T) {
	t.Parallel()
	s := emptyTill(t, biotracktest.Layout2015)
	cfg := s.Config()
	cfg.Runtime = map[string]string{"statement_timeout": "7000000"}
	s.openWith(cfg)
	if len(cfg.Runtime) != 1 || cfg.Runtime["statement_timeout"] != "7000000" {
		t.Errorf("the caller's settings are now %v", cfg.Runtime)
	}
}
