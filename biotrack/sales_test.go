package biotrack

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/blackbirdctl/blackbirdctl/internal/test/biotracktest"
	"github.com/blackbirdctl/blackbirdctl/internal/test/shop"
)

// TestSales: which lines of sales count, at which locations, and which lots they were of, whatever type lots' ids have.
func TestSales(t *testing.T) {
	t.Parallel()
	for _, layout := range biotracktest.Layouts() {
		s := emptyTill(t, layout)
		s.Exec(`INSERT INTO inventory (id, productid, roomdata, remainingweight, currentroom)
			VALUES (1000000000000001, 1, '0,5:3,1', 6, 0), (1000000000000002, 1, NULL, NULL, 3)`)
		s.Exec(`INSERT INTO sales (id, productid, weight, price, price_post_discount, inventoryid, location, deleted,
				refunded, refticketid)
			VALUES (1, 1, 1, 12, 12, '1000000000000001', 1, 0, 0, NULL), (2, 1, 1.0, 12.00, NULL, ' 1000000000000001 ',
				NULL, NULL, NULL, ''), (3, 1, 2, 24, 24, '1000000000000002', 2, 0, 0, NULL),
			(4, 1, 1, 12, 10, 'poster', 1, 0, 0, NULL), (5, 2, 1, 7, 7, NULL, 1, 0, 0, NULL),
			(6, 1, 1, 12, 12, '1000000000000001', 1, 1, 0, NULL), (7, 1, 1, 12, 12, '1000000000000001', 1, 0, 1, NULL),
			(8, 1, 1, 12, 12, '1000000000000001', 1, 0, 0, '77'), (9, NULL, 1, 9, 9, '1000000000000001', 1, 0, 0, NULL),
			(10, 1, -1, -12, -12, '1000000000000001', 1, 0, 0, NULL), (11, 1, 1, 'NaN', 'NaN',
				'99999999999999999999', 1, 0, 0, NULL)`)
		for _, tt := range []struct {
			locations   []int64
			lines       int
			sales, lots []string
		}{
			{nil, 100, []string{"1: 1 for 12, 2 times in 1 to 2", "1: 2 for 24, 1 times in 3 to 3",
				"2: 1 for 7, 1 times in 5 to 5"},
				[]string{`1 of "1000000000000001" "0,5:3,1" "6" 0: 3`, `1 of "1000000000000002" "" "" 3: 1`,
					`1 of "" "" "" 0: 2`, `2 of "" "" "" 0: 1`}},
			{[]int64{2}, 100, []string{"1: 2 for 24, 1 times in 3 to 3"},
				[]string{`1 of "1000000000000002" "" "" 3: 1`}},
			{[]int64{1}, 7, []string{"2: 1 for 7, 1 times in 5 to 5"},
				[]string{`1 of "1000000000000001" "0,5:3,1" "6" 0: 1`, `1 of "" "" "" 0: 1`, `2 of "" "" "" 0: 1`}},
		} {
			sales, lots := readSales(t, s.open(), tt.locations, tt.lines)
			slices.Sort(tt.lots)
			if diff := cmp.Diff(tt.sales, sales) + cmp.Diff(tt.lots, lots); diff != "" {
				t.Errorf("%s, locations %v, newest %d (-want +got):\n%s", layout, tt.locations, tt.lines, diff)
			}
		}
		s.Exec("ALTER TABLE sales DROP COLUMN inventoryid")
		source := s.open()
		if err := source.SoldLots(t.Context(), nil, 9, nil); !strings.Contains(fmt.Sprint(err), "sales.inventoryid") {
			t.Errorf("without the lots of lines: %v", err)
		}
		if err := source.RecentSales(t.Context(), nil, 9, func(Sold) {}); err != nil {
			t.Error(err)
		}
		for _, change := range []string{
			"ALTER price_post_discount TYPE double precision", "ALTER price TYPE text",
			"DROP price_post_discount", "DROP deleted",
			"DROP refunded", "DROP refticketid", "DROP location",
		} {
			s.Exec("ALTER TABLE sales " + change)
			if err := s.open().RecentSales(t.Context(), []int64{1}, 9, func(Sold) {}); err != nil {
				t.Errorf("after %s: %v", change, err)
			}
		}
	}
}

func readSales(t *testing.T, source *Source, locations []int64, lines int) (sales, lots []string) {
	t.Helper()
	err := source.RecentSales(t.Context(), locations, lines, func(s Sold) {
		sales = append(sales, fmt.Sprintf("%d: %s for %s, %d times in %d to %d", s.ProductID, s.Quantity, s.Price,
			s.Times, s.First, s.Last))
	})
	if err == nil {
		sum := make(map[string]int64)
		err = source.SoldLots(t.Context(), locations, lines, func(l Lot, lines int64) {
			sum[fmt.Sprintf("%d of %q %q %q %d", l.ProductID, l.ID, l.RoomData, l.Remaining, l.CurrentRoom)] += lines
		})
		for lot, lines := range sum {
			lots = append(lots, fmt.Sprintf("%s: %d", lot, lines))
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	return sorted(sales), sorted(lots)
}

// TestSalesPlans: the newest lines are found by the primary key of sales, and their lots by that of the inventory,
// whatever type it has.
func TestSalesPlans(t *testing.T) {
	t.Parallel()
	for _, layout := range biotracktest.Layouts() {
		s := &till{shop.FilledTill(t, biotracktest.Options{
			Layout: layout, Seed: 11, Customers: 20, Tickets: 4000, Products: 40, Lots: 8000,
		})}
		source := s.open()
		for _, statement := range []string{"sold.sql", "sold_lots.sql"} {
			query := must[string](t)(render(queries(), statement, source.layout))
			plan := strings.Join(shop.Texts(t, s.DB, "EXPLAIN "+query, locationsArg([]int64{1}), 1000), "\n")
			if strings.Contains(plan, "Seq Scan") || !strings.Contains(plan, "Index Scan Backward using sales_pkey") {
				t.Errorf("%s, %s:\n%s", layout, statement, plan)
			}
		}
	}
}
