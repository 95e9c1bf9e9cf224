package storetest

import (
	"fmt"
	"testing"

	"github.com/blackbirdctl/blackbirdctl/blackbird"
	"github.com/blackbirdctl/blackbirdctl/internal/test/shop"
)

// rejected merges rejects alone.
func (w *writer) rejected(rejects ...blackbird.Reject) {
	w.Helper()
	b := w.pass.NewBatch()
	for _, r := range rejects {
		b.Reject(r)
		b.Read++
	}
	w.merge(w.pass.MergeRows, b)
}

func testRejects(t *testing.T, h *fixture) {
	w := h.writer(blackbird.Customers)
	w.rejected(
		reject("", "no_id", "row has no id"),
		reject("12", "duplicate_id", "id of another row"),
		reject("a'b\\", "no_id", ":x ? $1"),
	)
	before := h.dump("rejects")
	w.restart()
	w.rejected(reject("", "no_id", "row has no id"), reject("12", "duplicate_id", "id of another row"))
	h.assertRows("listed again", h.dump("rejects"), before)
	w.rejected(reject("12", "no_id", "id of another row"))
	w.rejected(reject("", "no_id", "row has no id at all"))
	h.assertRows(
		"other reasons",
		h.rows("SELECT row_key, reason, detail, first_seen < last_seen FROM rejects ORDER BY row_key"),
		[]string{"|no_id|row has no id at all|1", "12|no_id|id of another row|1", "a'b\\|no_id|:x ? $1|0"},
	)
	counts, err := w.CountRejects(t.Context())
	h.noError(err)
	h.assertSame("counts", counts, map[string]int64{"no_id": 3})
	if list, err := w.Rejects(t.Context(), []string{"duplicate_id"}); err != nil || len(list) > 0 {
		t.Errorf("rejects of a former reason are %v, %v", list, err)
	}
	list, err := w.Rejects(t.Context(), []string{"duplicate_id", "no_id"})
	h.noError(err)
	h.assertSame("list", list, []blackbird.Reject{
		reject("", "no_id", "row has no id at all"), reject("12", "no_id", "id of another row"),
		reject("a'b\\", "no_id", ":x ? $1"),
	})
	w.finish("12", "nobody", "a'b\\")
	h.Store.WantRejects(shop.Reject{Key: "''"})
}

// testRejectTwiceInABatch checks that the last word on a row counts.
func testRejectTwiceInABatch(t *testing.T, h *fixture) {
	w := h.writer(blackbird.Customers)
	w.rejected(reject("1", "no_id", "first"), reject("2", "no_id", "x"), reject("1", "duplicate_id", "last"))
	h.Store.WantRejects(
		shop.Reject{Key: "1", Reason: "duplicate_id", Detail: "last"},
		shop.Reject{Key: "2", Reason: "no_id", Detail: "x"},
	)
	if w.pass.Counts.Rejected != 3 {
		t.Errorf("counts are %+v", w.pass.Counts)
	}
}

// testRejectsByTheThousand lists and resolves more rejects than one statement carries.
func testRejectsByTheThousand(_ *testing.T, h *fixture) {
	w := h.writer(blackbird.Customers)
	const n = 1001
	var rejects []blackbird.Reject
	var keys []string
	for i := range n {
		keys = append(keys, fmt.Sprint(i))
		rejects = append(rejects, reject(keys[i], "no_id", "x"))
	}
	w.rejected(rejects...)
	h.assertRows("rejects", h.rows("SELECT count(*) FROM rejects"), []string{fmt.Sprint(n)})
	w.finish(keys[1:]...)
	h.Store.WantRejects(shop.Reject{Key: "0"})
}

// testRejectKeepsTheRow checks that a row that can be taken no longer keeps what the store holds of it, and that
// rejects are each stream's own.
func testRejectKeepsTheRow(t *testing.T, h *fixture) {
	w := h.writer(blackbird.Customers)
	w.customers(customer("1", "Ada"))
	before := h.dump("customers")
	w.rejected(reject("1", "duplicate_id", "x"))
	h.assertRows("the row", h.dump("customers"), before)
	w.end()
	o := h.writer(blackbird.Orders)
	if counts, err := o.CountRejects(t.Context()); err != nil || len(counts) != 0 {
		t.Errorf("the orders' rejects are %v, %v", counts, err)
	}
	o.finish("1")
	h.Store.WantRejects(shop.Reject{Stream: "customers", Key: "1"})
}
