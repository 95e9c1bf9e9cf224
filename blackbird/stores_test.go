package blackbird

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/blackbirdctl/blackbirdctl/internal/model"
)

// fill writes every table of a store, in every way that there is.
func (h *house) fill(store string, dryRun bool) {
	h.Helper()
	h.fillCustomers(h.workIn(store, StreamCustomers, dryRun))
	h.fillOrders(h.workIn(store, StreamOrders, dryRun))
	products := h.workIn(store, StreamProducts, dryRun)
	products.products([]Product{flower(), vape()}, Reject{"9", "bad_price", "x"})
	products.end()
	points := h.workIn(store, StreamPoints, dryRun)
	_, _, err := points.StageDue(h.Context(), Due{Span: Span{0, 99}})
	h.check(err)
	revision := map[bool]int64{false: 1, true: 2}[dryRun]
	points.lines(lineOf(store, "A-"+store, revision, 20), lineOf(store, "B-"+store, revision, -5))
	points.end()
}

func (h *house) fillCustomers(w *work) {
	h.Helper()
	w.customers(customer("1", w.store.id), customer("2", w.store.id), customer("3", w.store.id))
	w.rejected(Reject{"", "no_id", "x"}, Reject{"7", "duplicate_id", "x"})
	b := w.pass.NewBatch()
	b.Read = 1
	b.Move([]byte("3"), 0)
	w.merge(w.pass.MergeCustomers, b)
	w.list(model.Key{Name: "1", Serial: 0})
	w.gone()
	w.remove()
	w.finish("7")
	h.check(w.Close())
}

func (h *house) fillOrders(w *work) {
	h.Helper()
	w.orders(saleTo("A", "1"), saleTo("B", "2"), refund("R", "A", -400), refund("S", "B", -1000), sale("C", 1))
	b := w.pass.NewBatch()
	b.Read = 1
	b.Move([]byte("S"), 1)
	w.merge(w.pass.MergeOrders, b)
	b = w.pass.NewBatch()
	b.AddContact([]byte("1"), &model.Contact{FirstName: []byte(w.store.id)})
	w.merge(w.pass.MergeContacts, b)
	w.list(model.Key{Name: "A", Serial: 1}, model.Key{Name: "B", Serial: 1}, model.Key{Name: "R", Serial: 1})
	w.remove()
	w.end()
}

// TestDryRun does all there is to do in dry runs, on an empty store and on a filled one: nothing at all is written.
func TestDryRun(t *testing.T) {
	eachStore(t, func(_ *testing.T, h *house) {
		before := h.dumpAll()
		h.fill(storeID, true)
		h.unchanged(before)
		h.fill(storeID, false)
		before = h.dumpAll()
		h.fill(storeID, true)
		h.unchanged(before)
	})
}

// TestDryRunCounts checks that a dry run counts what a pass would do.
func TestDryRunCounts(t *testing.T) {
	eachStore(t, func(t *testing.T, h *house) {
		w := h.work(StreamCustomers)
		w.customers(customer("1", "Ada"), customer("2", "Bob"))
		w.end()
		dry := h.workIn(storeID, StreamCustomers, true)
		h.counted("dry run", dry.customers(customer("1", "Ada"), customer("2", "Bobby"), customer("3", "Cy")), Counts{Read: 3, Inserted: 1, Updated: 1, Unchanged: 1})
		dry.list(model.Key{Name: "1", Serial: 0})
		if got := dry.gone(); got != (Gone{Gone: 1, Live: 2}) {
			t.Errorf("gone: %+v", got)
		}
		h.counted("removals", dry.remove(), Counts{Removed: 1})
	})
}

// TestStoresAreApart fills one store and checks that another one's rows are neither written nor read.
func TestStoresAreApart(t *testing.T) {
	eachStore(t, func(t *testing.T, h *house) {
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
			h.same("one's "+table, lines, one[table])
		}
		for table, lines := range h.dumpOf("two") {
			if len(lines) != len(one[table]) {
				t.Errorf("two has %d %s, and one has %d", len(lines), table, len(one[table]))
			}
		}
		h.balanced()
	})
}

// dumpOf writes down one store's rows.
func (h *house) dumpOf(store string) map[string][]string {
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
func (h *house) seesNothing(store string) {
	h.Helper()
	for _, stream := range []string{StreamCustomers, StreamOrders} {
		w := h.workIn(store, stream, true)
		w.list()
		if got := w.gone(); got != (Gone{}) {
			h.Errorf("%s: the other store's rows would be removed: %+v", stream, got)
		}
		h.counted(stream, w.remove(), Counts{})
		if rejects, err := w.Rejects(h.Context()); err != nil || len(rejects) > 0 {
			h.Errorf("%s: the other store's rejects are seen: %v, %v", stream, rejects, err)
		}
		h.check(w.Close())
	}
	w := h.workIn(store, StreamPoints, true)
	if products, err := w.menu(h.Context()); err != nil || len(products) > 0 {
		h.Errorf("the other store's products are seen: %v, %v", products, err)
	}
	if id, err := w.SettledPass(h.Context()); err != nil || id != 0 {
		h.Errorf("the other store's passes are seen: %d, %v", id, err)
	}
	h.same("due", w.due(Span{0, 99}, 9), nil)
	h.same("ledger", idsOf(w.allPages("", 9)), nil)
	h.check(w.Close())
}

// TestNoFloats checks that no cell of the embedded store holds a floating-point number, nor any other but text and whole numbers.
func TestNoFloats(t *testing.T) {
	h := sqliteHouse(t)
	if _, err := h.connect(storeID).Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	h.fill(storeID, false)
	money := []string{"subtotal", "tax", "total", "own_refund", "refunded_total", "price", "basis_amount", "unit_quantity", "quantity", "rate", "multiplier"}
	for _, table := range slices.Sorted(maps.Keys(columns)) {
		for _, column := range columns[table] {
			allowed := []string{"integer", "null", "text"}
			if slices.Contains(money, column) {
				allowed = []string{"null", "text"}
			}
			types := h.rows(fmt.Sprintf("SELECT DISTINCT typeof(%s) FROM %s", column, table))
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
