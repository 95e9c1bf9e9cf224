package storetest

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/blackbirdctl/blackbirdctl/blackbird"
)

// copyTo copies the store to another id of the same database.
func (h *fixture) copyTo(storeID, id string, dryRun bool) (blackbird.Copied, error) {
	h.Helper()
	from, to := h.open(storeID), h.open(id)
	defer func() { h.noError(errors.Join(from.Close(), to.Close())) }()
	return blackbird.Copy(h.Context(), from, to, dryRun, nil, func() error { return nil })
}

// testCopy copies a store with rows in every table, some of them many pages long, and compares every cell.
func testCopy(t *testing.T, h *fixture) {
	h.fill("one", false)
	w := h.writerOf("one", blackbird.Customers, false)
	for page := range 3 {
		var rows []blackbird.Customer
		for i := range 3_000 {
			rows = append(rows, customer(fmt.Sprintf("x%d", page*3_000+i), "tab\tback\\slash\nline é \\N"))
		}
		w.customers(rows...)
	}
	w.end()
	before := h.dumpAll()
	if _, err := h.copyTo("one", "two", true); err != nil {
		t.Error(err)
	}
	h.assertUnwritten(before)
	copied, err := h.copyTo("one", "two", false)
	h.noError(err)
	var names []string
	for _, table := range copied.Tables {
		names = append(names, table.Table)
	}
	slices.Sort(names)
	h.assertRows("copied tables", names, slices.Sorted(slices.Values(tables)))
	for _, table := range tables {
		names := strings.Join(h.catalog(table)[1:], ", ")
		rows := func(store, and string) []string {
			lines := h.rows("SELECT "+names+" FROM "+table+" WHERE store_id = ?"+and, store)
			slices.Sort(lines)
			return lines
		}
		and := map[string]string{"passes": " AND stream <> 'copy'"}[table]
		h.assertRows("two's "+table, rows("two", and), rows("one", ""))
		if len(rows("one", "")) == 0 {
			t.Errorf("%s is empty", table)
		}
	}
	h.assertRows("the copy's own pass", h.rows("SELECT mode, status, message FROM passes WHERE stream = 'copy'"),
		[]string{"copy|done|copied from store one"})
	h.writerOf("two", blackbird.Orders, false).end()
	h.assertBalances()
}

// testCopyRefused: nothing is overwritten.
func testCopyRefused(t *testing.T, h *fixture) {
	if _, err := h.copyTo("one", "two", false); !errors.Is(err, blackbird.ErrNothingToCopy) {
		t.Errorf("copy of an empty store: %v, want ErrNothingToCopy", err)
	}
	h.fill("one", false)
	h.fill("two", false)
	before := h.dumpAll()
	for from, to := range map[string]string{"one": "two", "two": "two"} {
		if _, err := h.copyTo(from, to, false); !errors.Is(err, blackbird.ErrOccupied) {
			t.Errorf("copy of %s to %s: %v, want ErrOccupied", from, to, err)
		}
	}
	h.assertUnwritten(before)
}
