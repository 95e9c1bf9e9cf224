package blackbird

import (
	"context"
	"database/sql"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"github.com/blackbirdctl/blackbirdctl/internal/model"
	"github.com/blackbirdctl/blackbirdctl/internal/test/pgtest"
)

func TestMain(m *testing.M) {
	// Each check of a property is some hundred statements; a flag on the command line still prevails.
	_ = flag.Set("rapid.checks", "30")
	_ = flag.Set("rapid.shrinktime", "5s")
	os.Exit(pgtest.Main(m))
}

// house is a Blackbird database, of either kind, and a way in beside the package's own.
type house struct {
	testing.TB
	postgres bool
	// citus says that the PostgreSQL is a Citus coordinator.
	citus bool
	// raw looks at what the package wrote.
	raw *sqlx.DB
	// connect opens the database once more, as another process would, for the store of an id.
	connect func(storeID string) *Store
	// folder is where a file store lies, url where a server's does.
	folder, url string
}

const storeID = "main"

// citusScript is what an operator runs on a coordinator.
const citusScript = "../deploy/citus.sql"

// eachStore runs a test on all kinds of store; connect gives it one more connection to the same migrated store.
func eachStore(t *testing.T, test func(t *testing.T, h *house)) {
	t.Helper()
	eachEmptyStore(t, func(t *testing.T, h *house) {
		store := h.connect(storeID)
		if _, err := store.Migrate(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := store.Close(); err != nil {
			t.Fatal(err)
		}
		if h.citus {
			pgtest.Distribute(t, h.url, citusScript)
		}
		test(t, h)
	})
}

// eachEmptyStore runs a test on all kinds of database before any table is made.
func eachEmptyStore(t *testing.T, test func(t *testing.T, h *house)) {
	t.Helper()
	t.Parallel()
	t.Run("PostgreSQL", func(t *testing.T) { t.Parallel(); test(t, postgresHouse(t)) })
	t.Run("SQLite", func(t *testing.T) { t.Parallel(); test(t, sqliteHouse(t)) })
	if pgtest.HasCitus() {
		t.Run("Citus", func(t *testing.T) { t.Parallel(); test(t, citusHouse(t)) })
	}
}

func postgresHouse(t *testing.T) *house {
	t.Helper()
	return serverHouse(t, pgtest.Database(t))
}

func citusHouse(t *testing.T) *house {
	t.Helper()
	h := serverHouse(t, pgtest.CitusDatabase(t))
	h.citus = true
	return h
}

func serverHouse(t *testing.T, url string) *house {
	t.Helper()
	h := &house{TB: t, postgres: true, url: url, raw: sqlx.NewDb(pgtest.Open(t, url), "postgres")}
	h.connect = func(storeID string) *Store { return h.connectAs(url, storeID, "blackbirdctl/test") }
	return h
}

// connectAs opens a PostgreSQL store as the installation of a name.
func (h *house) connectAs(url, storeID, application string) *Store {
	h.Helper()
	cfg, err := pq.NewConfig(url)
	if err != nil {
		h.Fatal(err)
	}
	cfg.ApplicationName = application
	return h.opened(OpenPostgres(h.Context(), cfg, nil, storeID))
}

func sqliteHouse(t *testing.T) *house {
	t.Helper()
	h := &house{TB: t, folder: t.TempDir()}
	h.connect = func(storeID string) *Store {
		h.Helper()
		return h.opened(OpenFile(h.Context(), h.folder, storeID))
	}
	raw, err := sql.Open("sqlite", sqliteURL(filepath.Join(h.folder, FileName)))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = raw.Close() })
	h.raw = sqlx.NewDb(raw, "sqlite3")
	return h
}

func (h *house) opened(store *Store, err error) *Store {
	h.Helper()
	if err != nil {
		h.Fatal(err)
	}
	h.Cleanup(func() { _ = store.Close() })
	return store
}

// work is a session with a pass at work.
type work struct {
	*house
	*Session
	pass *Pass
}

// work begins a pass of a stream in the store.
func (h *house) work(stream string) *work {
	h.Helper()
	return h.workIn(storeID, stream, false)
}

func (h *house) workIn(storeID, stream string, dryRun bool) *work {
	h.Helper()
	store := h.connect(storeID)
	x, err := store.Session(h.Context(), stream, dryRun)
	for errors.Is(err, ErrLocked) {
		// The session that a test has just closed may not be gone yet; TestLockAgainAndAgain is about that.
		x, err = store.Session(h.Context(), stream, dryRun)
	}
	if err != nil {
		h.Fatal(err)
	}
	h.Cleanup(func() { _ = x.Close() })
	return &work{house: h, Session: x, pass: h.begin(x)}
}

func (h *house) begin(x *Session) *Pass {
	h.Helper()
	p, err := x.Begin(h.Context(), "incremental")
	if err != nil {
		h.Fatal(err)
	}
	return p
}

// again ends the pass and begins the next one.
func (w *work) again() {
	w.Helper()
	w.finish()
	w.pass = w.begin(w.Session)
}

func (w *work) finish(mended ...string) {
	w.Helper()
	if err := w.pass.Finish(w.Context(), StatusDone, "", mended); err != nil {
		w.Fatal(err)
	}
}

// end finishes the pass and closes the session.
func (w *work) end() {
	w.Helper()
	w.finish()
	if err := w.Close(); err != nil {
		w.Fatal(err)
	}
}

// Context is the test's own.
func (w *work) Context() context.Context { return w.house.Context() }

// merge runs a merge and returns what it counted.
func (w *work) merge(merge func(context.Context, *Batch) error, b *Batch) Counts {
	w.Helper()
	before := w.pass.Counts
	if err := merge(w.Context(), b); err != nil {
		w.Fatal(err)
	}
	return less(w.pass.Counts, before)
}

func less(c, o Counts) Counts {
	return Counts{
		Read: c.Read - o.Read, Inserted: c.Inserted - o.Inserted, Updated: c.Updated - o.Updated,
		Unchanged: c.Unchanged - o.Unchanged, Removed: c.Removed - o.Removed, Rejected: c.Rejected - o.Rejected,
	}
}

// customers merges customers as one batch.
func (w *work) customers(rows ...Customer) Counts {
	w.Helper()
	b := w.pass.NewBatch()
	for i := range rows {
		if !b.AddCustomer(&rows[i]) {
			w.Fatalf("the batch refused customer %s", rows[i].ID)
		}
		b.Read++
	}
	return w.merge(w.pass.MergeCustomers, b)
}

// orders merges orders as one batch.
func (w *work) orders(rows ...Order) Counts {
	w.Helper()
	b := w.pass.NewBatch()
	for i := range rows {
		if !b.AddOrder(&rows[i]) {
			w.Fatalf("the batch refused order %s", rows[i].ID)
		}
		b.Read++
	}
	return w.merge(w.pass.MergeOrders, b)
}

// customer is a customer with a first name and nothing else.
func customer(id, first string) Customer {
	return Customer{ID: []byte(id), FirstName: []byte(first), LocationID: 1, Active: true}
}

// noon is when all orders of the tests were made.
var noon = time.Date(2026, time.March, 1, 12, 0, 0, 0, time.UTC)

// sale is a completed order.
func sale(id string, total model.Cents) Order {
	return Order{ID: []byte(id), Serial: 1, LocationID: 1, Status: model.OrderCompleted, Subtotal: total, Total: total, OrderedAt: noon}
}

// refund is an order that refunds another.
func refund(id, of string, total model.Cents) Order {
	o := sale(id, total)
	o.Status, o.RefundOf = model.OrderRefund, []byte(of)
	return o
}

// rows reads a query; each row's values are joined by |, NULL is -, and both databases spell all values alike.
func (h *house) rows(query string, args ...any) (lines []string) {
	h.Helper()
	rows, err := h.raw.QueryxContext(h.Context(), h.raw.Rebind(query), args...)
	if err != nil {
		h.Fatalf("%s: %v", query, err)
	}
	defer rows.Close()
	for rows.Next() {
		values, err := rows.SliceScan()
		if err != nil {
			h.Fatalf("%s: %v", query, err)
		}
		words := make([]string, len(values))
		for i, v := range values {
			words[i] = spell(v)
		}
		lines = append(lines, strings.Join(words, "|"))
	}
	if err := rows.Err(); err != nil {
		h.Fatalf("%s: %v", query, err)
	}
	return lines
}

func spell(v any) string {
	switch v := v.(type) {
	case nil:
		return "-"
	case []byte:
		return string(v)
	case bool:
		return map[bool]string{true: "1", false: "0"}[v]
	case time.Time:
		return v.UTC().Format(timeFormat)
	}
	return fmt.Sprint(v)
}

// exec changes the database behind the package's back.
func (h *house) exec(query string, args ...any) {
	h.Helper()
	if _, err := h.raw.ExecContext(h.Context(), h.raw.Rebind(query), args...); err != nil {
		h.Fatalf("%s: %v", query, err)
	}
}

// tables are all that the design knows.
var tables = []string{"customers", "orders", "products", "points_ledger", "points_balances", "passes", "rejects"}

// dump writes down a table, on PostgreSQL with the transaction that wrote each row; Citus shows no shard's.
func (h *house) dump(table string) []string {
	h.Helper()
	columns := "*"
	if h.postgres && !h.citus {
		columns = "CAST(xmin AS text) AS written_by, *"
	}
	lines := h.rows("SELECT " + columns + " FROM " + table)
	slices.Sort(lines)
	return lines
}

// dumpAll writes down all tables.
func (h *house) dumpAll() map[string][]string {
	h.Helper()
	all := make(map[string][]string)
	for _, table := range tables {
		all[table] = h.dump(table)
	}
	return all
}

// unchanged checks that nothing was written since a dump.
func (h *house) unchanged(before map[string][]string) {
	h.Helper()
	for table, lines := range h.dumpAll() {
		h.same(table, lines, before[table])
	}
}

// same compares two lists.
func (h *house) same(what string, got, want []string) {
	h.Helper()
	if !slices.Equal(got, want) {
		h.Errorf("%s:\n got %q\nwant %q", what, got, want)
	}
}

// counted compares counts.
func (h *house) counted(what string, got, want Counts) {
	h.Helper()
	if got != want {
		h.Errorf("%s: counts are %+v, want %+v", what, got, want)
	}
}

// check ends the test on an error.
func (h *house) check(err error) {
	h.Helper()
	if err != nil {
		h.Fatal(err)
	}
}
