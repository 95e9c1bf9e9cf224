package storetest

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/blackbirdctl/blackbirdctl/blackbird"
)

// testPrune: what began long ago leaves the log of passes, but for the last one that was done, those after it, those of
// other streams and stores, and every pass that a row refers to.
func testPrune(t *testing.T, h *fixture) {
	streams := []*blackbird.Stream{blackbird.Customers, blackbird.Orders, blackbird.Products, blackbird.Points}
	h.fill("other", false)
	h.fill(storeID, false)
	for _, stream := range streams {
		w := h.writer(stream)
		w.restart()
		h.noError(w.pass.Finish(t.Context(), blackbird.StatusFailed, "x", nil))
		w.pass = h.begin(w.Session)
		w.restart()
		h.noError(w.pass.Finish(t.Context(), blackbird.StatusFailed, "x", nil))
		h.noError(w.Close())
	}
	const passes = "SELECT store_id, stream, count(*), count(CASE WHEN status = 'failed' THEN 1 END) FROM passes " +
		"GROUP BY store_id, stream ORDER BY 1, 2"
	h.assertRows("before", h.rows(passes), []string{
		"main|customers|5|2", "main|orders|5|2", "main|points|5|2", "main|products|5|2",
		"other|customers|1|0", "other|orders|1|0", "other|points|1|0", "other|products|1|0",
	})
	future := time.Now().Add(time.Hour)
	for i, stream := range streams {
		w := h.writer(stream)
		if removed, err := w.pass.Prune(t.Context(), time.Now().Add(-time.Hour)); removed != 0 || err != nil {
			t.Errorf("%s: %d young passes were removed, %v", stream.Name, removed, err)
		}
		removed, err := w.pass.Prune(t.Context(), future)
		if removed != 2 || err != nil {
			t.Errorf("%s: %d passes were removed, %v", stream.Name, removed, err)
		}
		w.end()
		h.assertRows("passes left", h.rows("SELECT count(*) FROM passes"), []string{fmt.Sprint(23 - i)})
	}
	for _, table := range tables {
		for _, column := range h.catalog(table) {
			if table == "passes" || !strings.HasSuffix(column, "pass_id") {
				continue
			}
			dangling := h.rows("SELECT t." + column + " FROM " + table + " t LEFT JOIN passes p " +
				"ON p.store_id = t.store_id AND p.pass_id = t." + column + " WHERE t." + column +
				" IS NOT NULL AND p.pass_id IS NULL")
			h.assertRows(table+"."+column+" without its pass", dangling, nil)
		}
	}
}
