package blackbird

import (
	"fmt"
	"strings"
	"testing"

	"github.com/blackbirdctl/blackbirdctl/internal/model"
)

const customerRows = `SELECT customer_id, first_name, last_name, email, phone, phone_e164, location_id, active, first_pass_id, pass_id
	FROM customers ORDER BY customer_id`

func TestMergeCustomers(t *testing.T) {
	eachStore(t, func(_ *testing.T, h *house) {
		w := h.work(StreamCustomers)
		ada := Customer{
			ID: []byte("1"), FirstName: []byte("Ada"), LastName: []byte("Example"), Email: []byte("ada@example.com"),
			Phone: []byte("(212) 555-0100"), PhoneE164: []byte("+12125550100"), LocationID: 7, Active: true,
		}
		bob := Customer{ID: []byte("2"), LocationID: 1}
		h.counted("new", w.customers(ada, bob), Counts{Read: 2, Inserted: 2})
		want := []string{
			"1|Ada|Example|ada@example.com|(212) 555-0100|+12125550100|7|1|1|1",
			"2|-|-|-|-|-|1|0|1|1",
		}
		h.same("new", h.rows(customerRows), want)
		w.again()
		before := h.dump("customers")
		h.counted("the same", w.customers(ada, bob), Counts{Read: 2, Unchanged: 2})
		h.same("the same", h.dump("customers"), before)
		bob.Active = true
		h.counted("one changed", w.customers(ada, bob, customer("3", "Cy")), Counts{Read: 3, Inserted: 1, Updated: 1, Unchanged: 1})
		h.same("one changed", h.rows(customerRows), []string{want[0], "2|-|-|-|-|-|1|1|1|2", "3|Cy|-|-|-|-|1|1|2|2"})
		h.same("the rest is untouched", h.dump("customers")[:1], before[:1])
	})
}

// TestEachColumnCounts changes one column after the other, to and from NULL too, and sees each change written.
func TestEachColumnCounts(t *testing.T) {
	eachStore(t, func(_ *testing.T, h *house) {
		w := h.work(StreamCustomers)
		c := customer("1", "Ada")
		w.customers(c)
		for i, change := range []func(){
			func() { c.FirstName = nil }, func() { c.FirstName = []byte("") }, func() { c.FirstName = []byte("ada") },
			func() { c.LastName = []byte("x") }, func() { c.Email = []byte("x") }, func() { c.Phone = []byte("x") },
			func() { c.PhoneE164 = []byte("x") }, func() { c.PhoneE164 = nil }, func() { c.LocationID = 2 }, func() { c.Active = false },
		} {
			change()
			h.counted(fmt.Sprintf("change %d", i), w.customers(c), Counts{Read: 1, Updated: 1})
			for _, w.pass.comparing = range []bool{false, true} {
				h.counted(fmt.Sprintf("change %d again", i), w.customers(c), Counts{Read: 1, Unchanged: 1})
			}
		}
	})
}

// awkward are texts that a bulk load could trip over.
var awkward = []string{
	"", " ", "\t", "\n", "\r\n", "a\tb\nc\rd", `\`, `\\`, `\N`, `\\N`, `\.`, "\\.\n", `\t`, `\x41`, `a\`, "'", `"`, `''; DROP TABLE customers; --`,
	":store_id", "?", "$1", "{}", "NULL", "null", "é", "日本", "😀👩‍👩‍👧", "O’Brien", "\u00a0", "\ufffd", "\v\f\b\x01\x7f", "-- x", "%s", "0", "1e5", "t", "007",
	strings.Repeat("long\t", 20_000),
}

func TestAwkwardText(t *testing.T) {
	eachStore(t, func(t *testing.T, h *house) {
		w := h.work(StreamCustomers)
		var rows []Customer
		for i, text := range awkward {
			rows = append(rows, Customer{ID: fmt.Appendf(nil, "%s#%d", text, i), FirstName: []byte(text), Email: []byte(text), LocationID: 1})
		}
		h.counted("new", w.customers(rows...), Counts{Read: int64(len(rows)), Inserted: int64(len(rows))})
		for _, w.pass.comparing = range []bool{false, true} {
			h.counted("again", w.customers(rows...), Counts{Read: int64(len(rows)), Unchanged: int64(len(rows))})
		}
		for i, text := range awkward {
			got := h.rows("SELECT customer_id, first_name, last_name, email FROM customers WHERE customer_id = ?", fmt.Sprintf("%s#%d", text, i))
			if want := fmt.Sprintf("%s#%d|%[1]s|-|%[1]s", text, i); len(got) != 1 || got[0] != want {
				t.Errorf("%.40q became %.80q", text, got)
			}
		}
	})
}

// TestBatchRefusesSecondRow checks that one merge never sees two rows of a name, and that Reset forgets them.
func TestBatchRefusesSecondRow(t *testing.T) {
	eachStore(t, func(t *testing.T, h *house) {
		w := h.work(StreamCustomers)
		b := w.pass.NewBatch()
		ada, bob := customer("1", "Ada"), customer("1", "Bob")
		contact := model.Contact{}
		if !b.Empty() || !b.AddCustomer(&ada) || b.AddCustomer(&bob) || b.AddContact([]byte("1"), &contact) || b.Rows() != 1 {
			t.Errorf("the batch holds %d rows", b.Rows())
		}
		b.Read = 1
		b.Move([]byte("9"), 0)
		b.Reject(Reject{"9", "no_id", ""})
		if b.Empty() || len(b.Rejects()) != 1 {
			t.Error("the batch is empty")
		}
		b.Reset()
		if !b.Empty() || b.Rows() != 0 || len(b.Rejects()) != 0 || !b.AddCustomer(&bob) {
			t.Error("a batch that was reset is not as new")
		}
		b.Read = 1
		h.counted("merge after reset", w.merge(w.pass.MergeCustomers, b), Counts{Read: 1, Inserted: 1})
		h.same("merged", h.rows("SELECT customer_id, first_name FROM customers"), []string{"1|Bob"})
	})
}

// TestBatchOfManySizes loads around the numbers at which a load is split.
func TestBatchOfManySizes(t *testing.T) {
	eachStore(t, func(_ *testing.T, h *house) {
		w := h.work(StreamCustomers)
		b, all := w.pass.NewBatch(), 0
		for _, size := range []int{1, sqliteInsertRows - 1, sqliteInsertRows, sqliteInsertRows + 1, 2 * sqliteInsertRows, 3000} {
			for i := range size {
				c := customer(fmt.Sprintf("%d-%d", size, i), "Ada")
				b.AddCustomer(&c)
				b.Read++
			}
			n := int64(size)
			h.counted(fmt.Sprint(size), w.merge(w.pass.MergeCustomers, b), Counts{Read: n, Inserted: n})
			b.Reset()
			all += size
		}
		h.same("rows", h.rows("SELECT count(*), count(DISTINCT customer_id) FROM customers"), []string{fmt.Sprintf("%d|%[1]d", all)})
	})
}

func TestMovedCustomers(t *testing.T) {
	eachStore(t, func(t *testing.T, h *house) {
		w := h.work(StreamCustomers)
		w.customers(customer("1", "Ada"), customer("2", "Bob"), customer("3", "Cy"))
		w.again()
		before := h.dump("customers")
		b := w.pass.NewBatch()
		b.Read = 3
		b.Move([]byte("2"), 0)
		b.Move([]byte("nobody"), 0)
		h.counted("moved", w.merge(w.pass.MergeCustomers, b), Counts{Read: 3, Removed: 1})
		h.same("moved", h.rows("SELECT customer_id, first_name, active, pass_id FROM customers ORDER BY 1"), []string{"1|Ada|1|1", "2|Bob|0|2", "3|Cy|1|1"})
		h.counted("moved again", w.merge(w.pass.MergeCustomers, b), Counts{Read: 3})
		if after := h.dump("customers"); after[0] != before[0] {
			t.Error("a customer that stayed was written")
		}
	})
}
