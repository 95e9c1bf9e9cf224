package biotrack

import (
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/lib/pq"

	"github.com/blackbirdctl/blackbirdctl/internal/test/biotracktest"
	"github.com/blackbirdctl/blackbirdctl/internal/test/shop"
)

var scannedAgain = regexp.MustCompile(`->  Seq Scan on tickets .*loops=([2-9]|\d\d)`)

var sortedRows = regexp.MustCompile(`(?m)Sort  .*\(actual rows=(\d+)`)

// TestPlans: a page is read in the order of its table's key, by its index, also where only some locations are synced;
// and what refunds are of is found without sorting the table, which the till would do on its disk.
func TestPlans(t *testing.T) {
	t.Parallel()
	s := &till{shop.FilledTill(t, biotracktest.Options{Seed: 11, Customers: 3000, Tickets: 5000, NoSales: true})}
	s.Exec("ANALYZE")
	source := s.open()
	tickets := must[*Table[Ticket]](t)(source.Tickets()).query
	customers := must[*Table[Customer]](t)(source.Customers()).query
	everywhere, here := locationsArg(nil), locationsArg([]int64{1})
	serials := pq.Array([]int64{83, 85, 87, 89})
	for _, statement := range []struct {
		name  string
		query tableQuery
		args  []any
		// most is how many rows may be sorted.
		most int
	}{
		{"tickets.sql", tickets, []any{"10", 100, everywhere}, 100},
		{"tickets.sql", tickets, []any{"10", 100, here}, 100},
		{"keys.sql", tickets, []any{"10", 100, here}, 0},
		{"customers.sql", customers, []any{"C0000010", 100, here}, 100},
		{"originals.sql", tickets, []any{serials}, 100},
		{"originals.sql", tickets, []any{nil}, 1000},
		{"refunds_elsewhere.sql", tickets, []any{here, serials}, 100},
		{"refunds_elsewhere.sql", tickets, []any{here, nil}, 1000},
	} {
		query := must[string](t)(render(queries(), statement.name, statement.query))
		plan := strings.Join(shop.Texts(t, s.DB, "EXPLAIN (ANALYZE, TIMING OFF) "+query, statement.args...), "\n")
		for _, sorted := range sortedRows.FindAllStringSubmatch(plan, -1) {
			if rows := must[int](t)(strconv.Atoi(sorted[1])); rows > statement.most {
				t.Errorf("%s of %v sorts %d rows:\n%s", statement.name, statement.args, rows, plan)
			}
		}
		if scannedAgain.MatchString(plan) {
			t.Errorf("%s of %v scans the table again and again:\n%s", statement.name, statement.args, plan)
		}
		isPage := len(statement.args) == 3
		if isPage && strings.Contains(plan, "Seq Scan on "+statement.query.Table) {
			t.Errorf("%s of %v scans the table:\n%s", statement.name, statement.args, plan)
		}
	}
}
