package storetest

import (
	"fmt"
	"slices"
	"testing"

	"github.com/blackbirdctl/blackbirdctl/blackbird"
)

// indexes are the store's.
func (h *fixture) indexes() []string {
	if h.postgres() {
		return h.rows(`SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1`)
	}
	return h.rows(`SELECT sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL ORDER BY 1`)
}

// madeIndexes are all that passes make.
func (h *fixture) madeIndexes() []string {
	h.Helper()
	w := h.writer(blackbird.Orders)
	h.noError(w.pass.BuildIndexes(h.Context()))
	w.end()
	return h.indexes()
}

// testIndexesComeBack checks that a first pass ends with all indexes, whichever pass ends it, and that a table with
// rows keeps them.
func testIndexesComeBack(t *testing.T, h *fixture) {
	migrated := h.indexes()
	made := h.madeIndexes()
	if h.postgres() && len(migrated) != len(made)-len(blackbird.LateIndexes) {
		t.Errorf("indexes before a first pass: %q", migrated)
	}
	check := func(what string) {
		t.Helper()
		h.assertRows(what, h.indexes(), made)
	}
	w := h.writer(blackbird.Orders)
	fill := func() {
		t.Helper()
		if err := w.pass.BeginInitialLoad(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	fill()
	if left := h.indexes(); !h.postgres() && (len(left) != len(made)-3 || slices.Equal(left, made)) {
		t.Errorf("indexes while an empty store is filled: %q", left)
	}
	var rows []blackbird.Order
	for i := range 300 {
		rows = append(rows, sale(fmt.Sprint(i), 100))
	}
	h.assertCounts("fill", w.orders(rows...), blackbird.Counts{Read: 300, Inserted: 300})
	h.noError(w.pass.BuildIndexes(t.Context()))
	check("after the first pass")
	h.assertCounts("on after it", w.orders(rows...), blackbird.Counts{Read: 300, Unchanged: 300})
	fill()
	check("while a filled store is filled")
}

// testIndexesOfAnEndedFirstPass lets another stream make the indexes that a killed pass left.
func testIndexesOfAnEndedFirstPass(t *testing.T, h *fixture) {
	made := h.madeIndexes()
	w := h.writer(blackbird.Orders)
	if err := w.pass.BeginInitialLoad(t.Context()); err != nil {
		t.Fatal(err)
	}
	w.end()
	points := h.writer(blackbird.Points)
	h.noError(points.pass.BuildIndexes(t.Context()))
	h.assertRows("indexes", h.indexes(), made)
}
