package storetest

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/blackbirdctl/blackbirdctl/blackbird"
	"github.com/blackbirdctl/blackbirdctl/internal/model"
)

// fill writes every table of a store, in every way that there is.
func (h *fixture) fill(store string, dryRun bool) {
	h.Helper()
	h.fillCustomers(h.writerOf(store, blackbird.Customers, dryRun))
	h.fillOrders(h.writerOf(store, blackbird.Orders, dryRun))
	products := h.writerOf(store, blackbird.Products, dryRun)
	products.products([]blackbird.Product{flower(), vape()}, reject("9", "bad_price", "x"))
	products.end()
	points := h.writerOf(store, blackbird.Points, dryRun)
	_, _, err := points.StageDue(h.Context(), blackbird.Due{Span: spanOf(0, 99)})
	h.noError(err)
	revision := map[bool]int64{false: 1, true: 2}[dryRun]
	points.lines(lineOf(store, "A-"+store, revision, 20), lineOf(store, "B-"+store, revision, -5))
	h.noError(points.pass.AddProgram(h.Context(), &blackbird.Program{Version: revision, Rules: "{}"}))
	points.end()
}

func (h *fixture) fillCustomers(w *writer) {
	h.Helper()
	w.customers(customer("1", w.store.ID()), customer("2", w.store.ID()), customer("3", w.store.ID()))
	w.rejected(reject("", "no_id", "x"), reject("7", "duplicate_id", "x"))
	b := w.pass.NewBatch()
	b.Read = 1
	b.MarkOutOfScope(model.Key{Name: "3"})
	w.merge(w.pass.MergeRows, b)
	w.list(model.Key{Name: "1", Serial: 0})
	w.gone()
	w.remove()
	h.noError(w.pass.Forget(h.Context(), "9", nil, "", ""))
	w.finish("7")
	h.noError(w.Close())
}

func (h *fixture) fillOrders(w *writer) {
	h.Helper()
	w.orders(saleTo("A", "1"), saleTo("B", "2"), refund("R", "A", -400), refund("S", "B", -1000), sale("C", 1))
	b := w.pass.NewBatch()
	b.Read = 1
	b.MarkOutOfScope(model.Key{Name: "S", Location: 1, Serial: 1})
	w.merge(w.pass.MergeOrders, b)
	b = w.pass.NewBatch()
	b.AddContact([]byte("1"), &model.Contact{FirstName: []byte(w.store.ID())})
	w.merge(w.pass.MergeContacts, b)
	w.list(model.Key{Name: "A", Serial: 1}, model.Key{Name: "B", Serial: 1}, model.Key{Name: "R", Serial: 1})
	w.remove()
	w.end()
}

// testDryRun does all there is to do in dry runs, on an empty store and on a filled one: nothing at all is written.
func testDryRun(_ *testing.T, h *fixture) {
	before := h.dumpAll()
	h.fill(storeID, true)
	h.assertUnwritten(before)
	h.fill(storeID, false)
	before = h.dumpAll()
	h.fill(storeID, true)
	h.assertUnwritten(before)
}

// testDryRunCounts checks that a dry run counts what a pass would do.
func testDryRunCounts(t *testing.T, h *fixture) {
	w := h.writer(blackbird.Customers)
	w.customers(customer("1", "Ada"), customer("2", "Bob"))
	w.end()
	dry := h.writerOf(storeID, blackbird.Customers, true)
	h.assertCounts(
		"dry run",
		dry.customers(customer("1", "Ada"), customer("2", "Bobby"), customer("3", "Cy")),
		blackbird.Counts{Read: 3, Inserted: 1, Updated: 1, Unchanged: 1},
	)
	dry.list(model.Key{Name: "1", Serial: 0})
	if got := dry.gone(); got != (blackbird.Gone{Gone: 1, Live: 2}) {
		t.Errorf("gone: %+v", got)
	}
	h.assertCounts("removals", dry.remove(), blackbird.Counts{Removed: 1})
}

// testStoresAreApart fills one store and checks that another one's rows are neither written nor read.
func testStoresAreApart(t *testing.T, h *fixture) {
	h.fill("one", false)
	one := h.dumpOf("one")
	for table, lines := range one {
		if len(lines) == 0 {
			t.Errorf("%s is empty", table)
		}
	}
	h.seesNothing("two")
	h.fill("two", false)
	for table, lines := range h.dumpOf("one") {
		h.assertRows("one's "+table, lines, one[table])
	}
	for table, lines := range h.dumpOf("two") {
		if len(lines) != len(one[table]) {
			t.Errorf("two has %d %s, and one has %d", len(lines), table, len(one[table]))
		}
	}
	h.assertBalances()
}

// dumpOf writes down one store's rows.
func (h *fixture) dumpOf(store string) map[string][]string {
	h.Helper()
	all := h.dumpAll()
	for table, lines := range all {
		all[table] = slices.DeleteFunc(lines, func(line string) bool {
			return !strings.HasPrefix(line, store+"|") && !strings.Contains(line, "|"+store+"|")
		})
	}
	return all
}

// seesNothing asks an empty store for all that there is to ask.
func (h *fixture) seesNothing(store string) {
	h.Helper()
	for _, stream := range []*blackbird.Stream{blackbird.Customers, blackbird.Orders} {
		w := h.writerOf(store, stream, true)
		w.list()
		if got := w.gone(); got != (blackbird.Gone{}) {
			h.Errorf("%s: the other store's rows would be removed: %+v", stream.Name, got)
		}
		h.assertCounts(stream.Name, w.remove(), blackbird.Counts{})
		if rejects, err := w.CountRejects(h.Context()); err != nil || len(rejects) > 0 {
			h.Errorf("%s: the other store's rejects are seen: %v, %v", stream.Name, rejects, err)
		}
		rejects, err := w.Rejects(h.Context(), []string{"duplicate_id", "no_id"})
		if err != nil || len(rejects) > 0 {
			h.Errorf("%s: the other store's rejects are seen: %v, %v", stream.Name, rejects, err)
		}
		h.noError(w.Close())
	}
	w := h.writerOf(store, blackbird.Points, true)
	if products, err := w.menu(h.Context()); err != nil || len(products) > 0 {
		h.Errorf("the other store's products are seen: %v, %v", products, err)
	}
	if id, err := w.SettledPass(h.Context()); err != nil || id != 0 {
		h.Errorf("the other store's passes are seen: %d, %v", id, err)
	}
	if programs, err := w.Programs(h.Context()); err != nil || len(programs) > 0 {
		h.Errorf("the other store's programs are seen: %v, %v", programs, err)
	}
	h.assertRows("due", w.due(spanOf(0, 99), 9), nil)
	h.assertRows("ledger", idsOf(w.allPages("", 9)), nil)
	h.noError(w.Close())
}

// testNoFloats checks that no engine keeps an amount or a quantity as a floating-point number.
func testNoFloats(t *testing.T, h *fixture) {
	h.fill(storeID, false)
	exact := []string{
		"subtotal", "tax", "total", "own_refund", "refunded_total", "price", "basis_amount", "unit_quantity",
		"quantity",
		"rate", "multiplier",
	}
	for _, table := range slices.Sorted(maps.Keys(columns)) {
		for _, column := range columns[table] {
			query, allowed := "SELECT DISTINCT typeof(%s) FROM %s", []string{"integer", "null", "text"}
			switch isExact := slices.Contains(exact, column); {
			case h.postgres() && isExact:
				query, allowed = "SELECT DISTINCT pg_typeof(%s) FROM %s", []string{"numeric"}
			case h.postgres():
				continue
			case isExact:
				allowed = []string{"null", "text"}
			}
			types := h.rows(fmt.Sprintf(query, column, table))
			for _, found := range types {
				if !slices.Contains(allowed, found) {
					t.Errorf("%s.%s holds a %s", table, column, found)
				}
			}
			if len(types) == 0 {
				t.Errorf("%s is empty", table)
			}
		}
	}
}

// testSources: each stream's source is recorded as its pass begins, and another one replaces all.
func testSources(_ *testing.T, h *fixture) {
	recorded := func(what string, want ...string) {
		h.Helper()
		h.assertRows(what, h.rows(`SELECT stream, system_identifier, locations, first_pass_id, last_pass_id
			FROM sources WHERE store_id = ? ORDER BY 1`, storeID), want)
	}
	w := h.writer(blackbird.Orders)
	h.writer(blackbird.Customers).end()
	recorded("two streams", "customers|7|all|2|2", "orders|7|all|1|1")
	present := func(what string, want time.Time) {
		h.Helper()
		if got, err := w.Present(h.Context()); err != nil || !got.Equal(want) {
			h.Errorf("%s: the present is %s, %v; want %s", what, got, err, want)
		}
	}
	present("no pass has ended", time.Time{})
	begun := w.pass.StartedAt
	moved := till
	moved.Locations = "1"
	w.SetSource(moved, false)
	w.restart()
	recorded("other locations", "customers|7|all|2|2", "orders|7|1|1|3")
	present("no clock is recorded", begun)
	w.pass.Clock = time.Date(2026, 5, 1, 12, 0, 0, 5000, time.UTC)
	h.noError(w.pass.Finish(h.Context(), blackbird.StatusFailed, "", nil))
	w.pass = h.begin(w.Session)
	present("the pass has failed", begun)
	w.pass.Clock = time.Date(2026, 5, 1, 12, 0, 0, 5000, time.UTC)
	w.restart()
	present("a clock is recorded", time.Date(2026, 5, 1, 12, 0, 0, 5000, time.UTC))
	moved.SystemIdentifier = "8"
	w.SetSource(moved, true)
	w.restart()
	recorded("another server", "orders|8|1|6|6")
}
