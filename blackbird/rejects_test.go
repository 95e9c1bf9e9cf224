package blackbird

import (
	"fmt"
	"testing"
)

// rejected merges rejects alone.
func (w *work) rejected(rejects ...Reject) {
	w.Helper()
	b := w.pass.NewBatch()
	for _, r := range rejects {
		b.Reject(r)
		b.Read++
	}
	w.merge(w.pass.MergeCustomers, b)
}

func TestRejects(t *testing.T) {
	eachStore(t, func(t *testing.T, h *house) {
		w := h.work(StreamCustomers)
		w.rejected(Reject{"", "no_id", "row has no id"}, Reject{"12", "duplicate_id", "id of another row"}, Reject{"a'b\\", "no_id", ":x ? $1"})
		before := h.dump("rejects")
		w.again()
		w.rejected(Reject{"", "no_id", "row has no id"}, Reject{"12", "duplicate_id", "id of another row"})
		h.same("listed again", h.dump("rejects"), before)
		w.rejected(Reject{"12", "no_id", "id of another row"})
		w.rejected(Reject{"", "no_id", "row has no id at all"})
		h.same("other reasons", h.rows("SELECT row_key, reason, detail, first_seen < last_seen FROM rejects ORDER BY row_key"),
			[]string{"|no_id|row has no id at all|1", "12|no_id|id of another row|1", "a'b\\|no_id|:x ? $1|0"})
		list, err := w.Rejects(t.Context())
		h.check(err)
		if fmt.Sprint(list) != `[{ no_id row has no id at all} {12 no_id id of another row} {a'b\ no_id :x ? $1}]` {
			t.Errorf("rejects are %v", list)
		}
		w.finish("12", "nobody", "a'b\\")
		h.same("after mending", h.rows("SELECT row_key FROM rejects"), []string{""})
	})
}

// TestRejectTwiceInABatch checks that the last word on a row counts.
func TestRejectTwiceInABatch(t *testing.T) {
	eachStore(t, func(t *testing.T, h *house) {
		w := h.work(StreamCustomers)
		w.rejected(Reject{"1", "no_id", "first"}, Reject{"2", "no_id", "x"}, Reject{"1", "duplicate_id", "last"})
		h.same("rejects", h.rows("SELECT row_key, reason, detail FROM rejects ORDER BY 1"), []string{"1|duplicate_id|last", "2|no_id|x"})
		if w.pass.Counts.Rejected != 3 {
			t.Errorf("counts are %+v", w.pass.Counts)
		}
	})
}

// TestRejectsByTheThousand lists and mends more rejects than one statement carries.
func TestRejectsByTheThousand(t *testing.T) {
	eachStore(t, func(_ *testing.T, h *house) {
		w := h.work(StreamCustomers)
		const n = 2*rejectChunk + 1
		var rejects []Reject
		var keys []string
		for i := range n {
			keys = append(keys, fmt.Sprint(i))
			rejects = append(rejects, Reject{keys[i], "no_id", "x"})
		}
		w.rejected(rejects...)
		h.same("rejects", h.rows("SELECT count(*) FROM rejects"), []string{fmt.Sprint(n)})
		w.finish(keys[1:]...)
		h.same("left", h.rows("SELECT row_key FROM rejects"), []string{"0"})
	})
}

// TestRejectKeepsTheRow checks that a row that can be taken no longer keeps what the store holds of it, and that rejects are each
// stream's own.
func TestRejectKeepsTheRow(t *testing.T) {
	eachStore(t, func(t *testing.T, h *house) {
		w := h.work(StreamCustomers)
		w.customers(customer("1", "Ada"))
		before := h.dump("customers")
		w.rejected(Reject{"1", "duplicate_id", "x"})
		h.same("the row", h.dump("customers"), before)
		w.end()
		o := h.work(StreamOrders)
		if list, err := o.Rejects(t.Context()); err != nil || len(list) != 0 {
			t.Errorf("the orders' rejects are %v, %v", list, err)
		}
		o.finish("1")
		h.same("rejects", h.rows("SELECT stream, row_key FROM rejects"), []string{"customers|1"})
	})
}
