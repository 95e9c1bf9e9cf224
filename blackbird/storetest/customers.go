package storetest

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/blackbirdctl/blackbirdctl/blackbird"
	"github.com/blackbirdctl/blackbirdctl/internal/model"
	"github.com/blackbirdctl/blackbirdctl/internal/test/shop"
)

func testMergeCustomers(_ *testing.T, h *fixture) {
	w := h.writer(blackbird.Customers)
	ada := blackbird.Customer{
		ID: []byte("1"), FirstName: []byte("Ada"), LastName: []byte("Example"), Email: []byte("ada@example.com"),
		Phone: []byte("(212) 555-0100"), PhoneE164: []byte("+12125550100"), LocationID: 7, Active: true,
	}
	bob := blackbird.Customer{ID: []byte("2"), LocationID: 1}
	h.assertCounts("new", w.customers(ada, bob), blackbird.Counts{Read: 2, Inserted: 2})
	wantAda := shop.Customer{
		ID: "1", FirstName: "Ada", LastName: "Example", Email: "ada@example.com", Phone: "(212) 555-0100",
		PhoneE164: "+12125550100", Location: "7", Active: true, FirstPassID: 1, PassID: 1,
	}
	wantBob := shop.Customer{ID: "2", Location: "1", FirstPassID: 1, PassID: 1}
	h.Store.WantCustomers(wantAda, wantBob)
	w.restart()
	before := h.dump("customers")
	h.assertCounts("the same", w.customers(ada, bob), blackbird.Counts{Read: 2, Unchanged: 2})
	h.assertRows("the same", h.dump("customers"), before)
	bob.Active = true
	h.assertCounts(
		"one changed",
		w.customers(ada, bob, customer("3", "Cy")),
		blackbird.Counts{Read: 3, Inserted: 1, Updated: 1, Unchanged: 1},
	)
	wantBob.Active, wantBob.PassID = true, 2
	h.Store.WantCustomers(wantAda, wantBob,
		shop.Customer{ID: "3", FirstName: "Cy", Location: "1", Active: true, FirstPassID: 2, PassID: 2})
	h.assertRows("the rest is untouched", h.dump("customers")[:1], before[:1])
}

// testEachColumnCounts changes one column after the other, to and from NULL too, and sees each change written.
func testEachColumnCounts(_ *testing.T, h *fixture) {
	h.comparingOrNot(blackbird.Customers, func(w *writer, id string) {
		c := customer(id, "Ada")
		w.customers(c)
		for i, change := range []func(){
			func() { c.FirstName = nil }, func() { c.FirstName = []byte("") }, func() { c.FirstName = []byte("ada") },
			func() { c.LastName = []byte("x") }, func() { c.Email = []byte("x") }, func() { c.Phone = []byte("x") },
			func() { c.PhoneE164 = []byte("x") }, func() { c.PhoneE164 = nil }, func() { c.LocationID = 2 },
			func() { c.Active = false }, func() { c.MemberSince = noon }, func() { c.MemberSince = time.Time{} },
		} {
			change()
			h.assertCounts(fmt.Sprintf("%s: change %d", id, i), w.customers(c), blackbird.Counts{Read: 1, Updated: 1})
			h.assertCounts(fmt.Sprintf("%s: again %d", id, i), w.customers(c), blackbird.Counts{Read: 1, Unchanged: 1})
		}
	})
}

// awkward are texts that a bulk load could trip over.
var awkward = []string{
	"", " ", "\t", "\n", "\r\n", "a\tb\nc\rd", `\`, `\\`, `\N`, `\\N`, `\.`, "\\.\n", `\t`, `\x41`, `a\`, "'", `"`,
	`''; DROP TABLE customers; --`,
	":store_id", "?", "$1", "{}", "NULL", "null", "é", "日本", "😀👩‍👩‍👧", "O’Brien", "\u00a0", "\ufffd", "\v\f\b\x01\x7f",
	"-- x", "%s", "0", "1e5", "t", "007",
	strings.Repeat("long\t", 20_000),
}

func testAwkwardText(t *testing.T, h *fixture) {
	w := h.writer(blackbird.Customers)
	var rows []blackbird.Customer
	for i, text := range awkward {
		rows = append(
			rows,
			blackbird.Customer{
				ID:         fmt.Appendf(nil, "%s#%d", text, i),
				FirstName:  []byte(text),
				Email:      []byte(text),
				LocationID: 1,
			},
		)
	}
	h.assertCounts("new", w.customers(rows...), blackbird.Counts{Read: int64(len(rows)), Inserted: int64(len(rows))})
	h.assertCounts("again", w.customers(rows...), blackbird.Counts{Read: int64(len(rows)), Unchanged: int64(len(rows))})
	w.pass.ExpectUnchanged()
	h.assertCounts("compared", w.customers(rows...),
		blackbird.Counts{Read: int64(len(rows)), Unchanged: int64(len(rows))})
	for i, text := range awkward {
		got := h.rows(
			"SELECT customer_id, first_name, last_name, email FROM customers WHERE customer_id = ?",
			fmt.Sprintf("%s#%d", text, i),
		)
		if want := fmt.Sprintf("%s#%d|%[1]s|-|%[1]s", text, i); len(got) != 1 || got[0] != want {
			t.Errorf("%.40q became %.80q", text, got)
		}
	}
}

// testBatchRefusesSecondRow checks that one merge never sees two rows of a name, and that Reset forgets them.
func testBatchRefusesSecondRow(t *testing.T, h *fixture) {
	w := h.writer(blackbird.Customers)
	b := w.pass.NewBatch()
	ada, bob := customer("1", "Ada"), customer("1", "Bob")
	contact := model.Contact{}
	if !b.Empty() || !b.AddCustomer(&ada) || b.AddCustomer(&bob) || b.AddContact([]byte("1"), &contact) ||
		b.Rows() != 1 {
		t.Errorf("the batch holds %d rows", b.Rows())
	}
	b.Read = 1
	b.MarkOutOfScope(model.Key{Name: "9"})
	b.Reject(reject("9", "no_id", ""))
	if b.Empty() || len(b.Rejects()) != 1 {
		t.Error("the batch is empty")
	}
	b.Reset()
	if !b.Empty() || b.Rows() != 0 || len(b.Rejects()) != 0 || !b.AddCustomer(&bob) {
		t.Error("a batch that was reset is not as new")
	}
	b.Read = 1
	h.assertCounts("merge after reset", w.merge(w.pass.MergeRows, b), blackbird.Counts{Read: 1, Inserted: 1})
	h.Store.WantCustomers(shop.Customer{ID: "1", FirstName: "Bob"})
}

// testBatchOfManySizes loads around the numbers at which a load is split.
func testBatchOfManySizes(_ *testing.T, h *fixture) {
	w := h.writer(blackbird.Customers)
	b, all := w.pass.NewBatch(), 0
	for _, size := range []int{1, 199, 200, 201, 400, 3000} {
		for i := range size {
			c := customer(fmt.Sprintf("%d-%d", size, i), "Ada")
			b.AddCustomer(&c)
			b.Read++
		}
		n := int64(size)
		h.assertCounts(fmt.Sprint(size), w.merge(w.pass.MergeRows, b), blackbird.Counts{Read: n, Inserted: n})
		b.Reset()
		all += size
	}
	h.assertRows(
		"rows",
		h.rows("SELECT count(*), count(DISTINCT customer_id) FROM customers"),
		[]string{fmt.Sprintf("%d|%[1]d", all)},
	)
}

func testCustomersOutOfScope(t *testing.T, h *fixture) {
	w := h.writer(blackbird.Customers)
	w.customers(customer("1", "Ada"), customer("2", "Bob"), customer("3", "Cy"))
	w.restart()
	before := h.dump("customers")
	b := w.pass.NewBatch()
	b.Read = 3
	b.MarkOutOfScope(model.Key{Name: "2"})
	b.MarkOutOfScope(model.Key{Name: "nobody"})
	h.assertCounts("out of scope", w.merge(w.pass.MergeRows, b), blackbird.Counts{Read: 3, Removed: 1})
	h.Store.WantCustomers(
		shop.Customer{ID: "1", FirstName: "Ada", Active: true, PassID: 1},
		shop.Customer{ID: "2", FirstName: "Bob", PassID: 2},
		shop.Customer{ID: "3", FirstName: "Cy", Active: true, PassID: 1},
	)
	h.assertCounts("out of scope again", w.merge(w.pass.MergeRows, b), blackbird.Counts{Read: 3})
	if after := h.dump("customers"); after[0] != before[0] {
		t.Error("a customer that stayed was written")
	}
}
