package blackbird

import (
	"testing"
	"time"
)

// TestCompareSendsNothing checks that what the store holds is found there, whatever its text, and that PostgreSQL is not even sent it.
func TestCompareSendsNothing(t *testing.T) {
	eachStore(t, func(t *testing.T, h *house) {
		w := h.work(StreamOrders)
		fill := func() *Batch {
			b := w.pass.NewBatch()
			for _, text := range awkward {
				o := sale(text+"#", -12345)
				o.CustomerID, o.Contact.FirstName, o.OwnRefund = nil, []byte(text), 12
				if !b.AddOrder(&o) {
					t.Fatalf("the batch refused %q", text)
				}
				b.Read++
			}
			return b
		}
		rows := int64(len(awkward))
		h.counted("new", w.merge(w.pass.MergeOrders, fill()), Counts{Read: rows, Inserted: rows})
		w.pass.Compare()
		b := fill()
		h.counted("again", w.merge(w.pass.MergeOrders, b), Counts{Read: rows, Unchanged: rows})
		if h.postgres && b.Rows() != 0 {
			t.Errorf("%d rows were sent", b.Rows())
		}
	})
}

func TestSameTime(t *testing.T) {
	t.Parallel()
	ours := appendTime(nil, noon)
	for theirs, want := range map[string]bool{
		"2026-03-01 12:00:00+00": true, "2026-03-01 12:00:01+00": false, "2026-03-02 12:00:00+00": false, "2026-03-01 12:00:00+01": false,
		"2026-03-01 12:00:00.5+00": false, "2026-03-01 12:00:00": false, "": false, "infinity": false,
	} {
		if sameTime(ours, []byte(theirs)) != want {
			t.Errorf("%s and %s: not %t", ours, theirs, want)
		}
	}
	if sameTime(appendTime(nil, noon.Add(time.Microsecond)), []byte("2026-03-01 12:00:00+00")) {
		t.Error("a microsecond does not count")
	}
}
