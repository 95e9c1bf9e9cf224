package storetest

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/blackbirdctl/blackbirdctl/blackbird"
	"github.com/blackbirdctl/blackbirdctl/internal/model"
	"github.com/blackbirdctl/blackbirdctl/internal/test/shop"
)

// fixture is a database in a test.
type fixture struct {
	testing.TB
	*Database
}

const storeID = "main"

// open opens the database once more, as another process would, for the store of an id.
func (h *fixture) open(storeID string) *blackbird.Store {
	h.Helper()
	store, err := h.Open(h.Context(), storeID)
	if err != nil {
		h.Fatal(err)
	}
	h.Cleanup(func() { _ = store.Close() })
	return store
}

// migrate creates the tables.
func (h *fixture) migrate() {
	h.Helper()
	store := h.open(storeID)
	_, err := store.Migrate(h.Context())
	h.noError(err)
	h.noError(store.Close())
	h.Store.Distribute()
}

// writer is a session with a pass at work.
type writer struct {
	*fixture
	*blackbird.Session
	// store and stream are what the session writes.
	store  *blackbird.Store
	stream *blackbird.Stream
	pass   *blackbird.Pass
}

// till is the source of all passes.
var till = blackbird.Source{SystemIdentifier: "7", Database: "till", DatabaseOID: 16384, Locations: "all"}

// writer begins a pass of a stream in the store.
func (h *fixture) writer(stream *blackbird.Stream) *writer {
	h.Helper()
	return h.writerOf(storeID, stream, false)
}

func (h *fixture) writerOf(storeID string, stream *blackbird.Stream, dryRun bool) *writer {
	h.Helper()
	store := h.open(storeID)
	x, err := store.Session(h.Context(), stream, dryRun)
	for errors.Is(err, blackbird.ErrLocked) {
		// The server may not have noticed yet that a session is gone which the test has just closed.
		x, err = store.Session(h.Context(), stream, dryRun)
	}
	if err != nil {
		h.Fatal(err)
	}
	h.Cleanup(func() { _ = x.Close() })
	x.SetSource(till, false)
	return &writer{fixture: h, Session: x, store: store, stream: stream, pass: h.begin(x)}
}

func (h *fixture) begin(x *blackbird.Session) *blackbird.Pass {
	h.Helper()
	p, err := x.Begin(h.Context(), "incremental")
	if err != nil {
		h.Fatal(err)
	}
	return p
}

// restart ends the pass and begins the next one.
func (w *writer) restart() {
	w.Helper()
	w.finish()
	w.pass = w.begin(w.Session)
}

func (w *writer) finish(resolved ...string) {
	w.Helper()
	if err := w.pass.Finish(w.Context(), blackbird.StatusDone, "", resolved); err != nil {
		w.Fatal(err)
	}
}

// end finishes the pass and closes the session.
func (w *writer) end() {
	w.Helper()
	w.finish()
	if err := w.Close(); err != nil {
		w.Fatal(err)
	}
}

// Context is the test's own.
func (w *writer) Context() context.Context { return w.fixture.Context() }

// merge runs a merge and returns what it counted.
func (w *writer) merge(merge func(context.Context, *blackbird.Batch) error, b *blackbird.Batch) blackbird.Counts {
	w.Helper()
	before := w.pass.Counts
	if err := merge(w.Context(), b); err != nil {
		w.Fatal(err)
	}
	return less(w.pass.Counts, before)
}

func less(c, o blackbird.Counts) blackbird.Counts {
	return blackbird.Counts{
		Read: c.Read - o.Read, Inserted: c.Inserted - o.Inserted, Updated: c.Updated - o.Updated,
		Unchanged: c.Unchanged - o.Unchanged, Removed: c.Removed - o.Removed, Rejected: c.Rejected - o.Rejected,
	}
}

// customers merges customers as one batch.
func (w *writer) customers(rows ...blackbird.Customer) blackbird.Counts {
	w.Helper()
	b := w.pass.NewBatch()
	for i := range rows {
		if !b.AddCustomer(&rows[i]) {
			w.Fatalf("the batch refused customer %s", rows[i].ID)
		}
		b.Read++
	}
	return w.merge(w.pass.MergeRows, b)
}

// orders merges orders as one batch.
func (w *writer) orders(rows ...blackbird.Order) blackbird.Counts {
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

func reject(key, reason, detail string) blackbird.Reject {
	return blackbird.Reject{Key: key, Reason: reason, Detail: detail}
}

func spanOf(since, until int64) blackbird.Span { return blackbird.Span{Since: since, Until: until} }

func refOf(id int64, startedAt time.Time, read int64) blackbird.Ref {
	return blackbird.Ref{ID: id, StartedAt: startedAt, Read: read}
}

// customer is a customer with a first name and nothing else.
func customer(id, first string) blackbird.Customer {
	return blackbird.Customer{ID: []byte(id), FirstName: []byte(first), LocationID: 1, Active: true}
}

// noon is when all orders of the tests were made.
var noon = time.Date(2026, time.March, 1, 12, 0, 0, 0, time.UTC)

// sale is a completed order.
func sale(id string, total model.Cents) blackbird.Order {
	return blackbird.Order{
		ID:         []byte(id),
		Serial:     1,
		LocationID: 1,
		Status:     model.OrderCompleted,
		Subtotal:   total,
		Total:      total,
		OrderedAt:  noon,
	}
}

// refund is an order that refunds another.
func refund(id, of string, total model.Cents) blackbird.Order {
	o := sale(id, total)
	o.Status, o.RefundOf = model.OrderRefund, []byte(of)
	return o
}

// postgres reports whether the store is PostgreSQL or Citus, which have catalogs and locks of their own.
func (h *fixture) postgres() bool { return h.Store.Kind != shop.SQLite }

// rows reads a query; each row's values are joined by |, and NULL is -.
func (h *fixture) rows(query string, args ...any) (lines []string) {
	h.Helper()
	for _, row := range h.Store.Rows(query, args...) {
		words := make([]string, len(row))
		for i, value := range row {
			words[i] = spell(value)
		}
		lines = append(lines, strings.Join(words, "|"))
	}
	return lines
}

// spell writes NULL as -.
func spell(value shop.Text) string {
	text, spelled := map[shop.Text]string{"": "-", "''": ""}[value]
	if spelled {
		return text
	}
	return string(value)
}

// exec changes the database behind the package's back.
func (h *fixture) exec(query string, args ...any) {
	h.Helper()
	h.Store.Exec(query, args...)
}

// tables are all that the design knows.
var tables = []string{
	"customers", "orders", "products", "points_ledger", "points_balances", "passes", "rejects", "sources",
	"points_programs", "forgotten_customers",
}

// dump writes down a table, on PostgreSQL with the transaction that wrote each row; Citus shows no shard's.
func (h *fixture) dump(table string) []string {
	h.Helper()
	columns := "*"
	if h.Store.Kind == shop.PostgreSQL {
		columns = "CAST(xmin AS text) AS written_by, *"
	}
	lines := h.rows("SELECT " + columns + " FROM " + table)
	slices.Sort(lines)
	return lines
}

// dumpAll writes down all tables.
func (h *fixture) dumpAll() map[string][]string {
	h.Helper()
	all := make(map[string][]string)
	for _, table := range tables {
		all[table] = h.dump(table)
	}
	return all
}

// assertUnwritten checks that nothing was written since a dump.
func (h *fixture) assertUnwritten(before map[string][]string) {
	h.Helper()
	for table, lines := range h.dumpAll() {
		h.assertRows(table, lines, before[table])
	}
}

// assertSame compares two values; lists without elements are the same.
func (h *fixture) assertSame(what string, got, want any) {
	h.Helper()
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		h.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

// assertRows compares two lists of rows.
func (h *fixture) assertRows(what string, got, want []string) {
	h.Helper()
	h.assertSame(what, got, want)
}

// assertCounts compares counts.
func (h *fixture) assertCounts(what string, got, want blackbird.Counts) {
	h.Helper()
	h.assertSame(what+": counts", got, want)
}

// noError ends the test on an error.
func (h *fixture) noError(err error) {
	h.Helper()
	if err != nil {
		h.Fatal(err)
	}
}

// timeFormat is how the embedded store keeps times.
const timeFormat = "2006-01-02T15:04:05.000000Z"
