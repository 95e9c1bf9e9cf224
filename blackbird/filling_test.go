package blackbird

import (
	"fmt"
	"slices"
	"testing"
)

// indexes are the store's, as they were made.
func (h *house) indexes() []string {
	if h.postgres {
		return h.rows(`SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1`)
	}
	return h.rows(`SELECT sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL ORDER BY 1`)
}

// TestIndexesComeBack checks that a first pass ends with the indexes that the migrations made, whoever ends it, and that a table with rows
// keeps them.
func TestIndexesComeBack(t *testing.T) {
	eachStore(t, func(t *testing.T, h *house) {
		made := h.indexes()
		check := func(what string) {
			t.Helper()
			h.same(what, h.indexes(), made)
		}
		w := h.work(StreamOrders)
		fill := func() {
			t.Helper()
			if err := w.pass.Fill(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		index := func(x *Session) {
			t.Helper()
			if err := x.Index(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		fill()
		if left := h.indexes(); !h.postgres && (len(left) != len(made)-2 || slices.Equal(left, made)) {
			t.Errorf("indexes while an empty store is filled: %q", left)
		}
		var rows []Order
		for i := range 300 {
			rows = append(rows, sale(fmt.Sprint(i), 100))
		}
		h.counted("fill", w.orders(rows...), Counts{Read: 300, Inserted: 300})
		index(w.Session)
		check("after the first pass")
		h.counted("on after it", w.orders(rows...), Counts{Read: 300, Unchanged: 300})
		fill()
		check("while a filled store is filled")
	})
}

// TestIndexesOfAnEndedFirstPass lets another stream make the indexes that a killed pass left.
func TestIndexesOfAnEndedFirstPass(t *testing.T) {
	eachStore(t, func(t *testing.T, h *house) {
		made := h.indexes()
		w := h.work(StreamOrders)
		if err := w.pass.Fill(t.Context()); err != nil {
			t.Fatal(err)
		}
		w.end()
		points := h.work(StreamPoints)
		if err := points.Index(t.Context()); err != nil {
			t.Fatal(err)
		}
		h.same("indexes", h.indexes(), made)
	})
}
