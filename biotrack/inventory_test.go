package biotrack

import (
	"fmt"
	"strings"
	"testing"

	biotracktest "github.com/blackbirdctl/blackbirdctl/internal/test/biotracktest"
	"github.com/blackbirdctl/blackbirdctl/internal/test/shop"
)

// lotsIn reads the lots that may be sold.
func lotsIn(t *testing.T, source *Source, locations []int64) (lots []Lot) {
	t.Helper()
	_, err := readInventory(t.Context(), source, locations, func(lot Lot) { lots = append(lots, lot) })
	if err != nil {
		t.Fatal(err)
	}
	return lots
}

// lotsOf reads the roomdata of the lots that may be sold.
func lotsOf(t *testing.T, source *Source, locations ...int64) (rooms []string) {
	t.Helper()
	for _, lot := range lotsIn(t, source, locations) {
		rooms = append(rooms, fmt.Sprintf("%s/%s/%d", lot.RoomData, lot.Remaining, lot.CurrentRoom))
	}
	return sorted(rooms)
}

// TestLots has one lot for each reason to sell it or not.
func TestLots(t *testing.T) {
	t.Parallel()
	shop.EachLayout(t, func(t *testing.T, layout biotracktest.Layout) {
		s := emptyTill(t, layout)
		n := 0
		lot := func(column, value string) {
			n++
			s.Exec(fmt.Sprintf("INSERT INTO inventory (id, productid, remainingweight, roomdata, %s) "+
				"VALUES (%d, 1, 99, '0,%d', %s)", column,
				n, n,
				value))
		}
		for column, values := range map[string][2][]string{
			"deleted":        {{"0", "NULL"}, {"1", "2", "-1"}},
			"transferredout": {{"0", "NULL"}, {"1"}},
			"dispensed":      {{"0", "NULL"}, {"1"}},
			"seized":         {{"0", "NULL"}, {"1"}},
			"is_sample":      {{"0", "NULL"}, {"1"}},
			"expiration": {{"0", "NULL", "extract(epoch FROM now())::bigint + 3600", "253402300799",
				"1000 * (extract(epoch FROM now())::bigint + 3600)"},
				{"extract(epoch FROM now())::bigint - 60", "1", "-1",
					"1000 * (extract(epoch FROM now())::bigint - 60)"}},
		} {
			for _, value := range values[0] {
				lot(column, value)
			}
			for _, value := range values[1] {
				s.Exec(fmt.Sprintf("INSERT INTO inventory (id, productid, remainingweight, roomdata, %s) VALUES (%d, "+
					"1, 99, 'unsellable %s', %s)",
					column, 1000+len(s.Texts("SELECT id FROM inventory")), column, value))
			}
		}
		var want []string
		for i := range n {
			want = append(want, fmt.Sprintf("0,%d/99/0", i+1))
		}
		same(t, "lots", lotsOf(t, s.open()), sorted(want))
	})
}

func TestLotAmountsAsStored(t *testing.T) {
	t.Parallel()
	shop.EachLayout(t, func(t *testing.T, layout biotracktest.Layout) {
		s := emptyTill(t, layout)
		s.Exec(`INSERT INTO inventory (id, productid, roomdata, remainingweight, currentroom) VALUES
			(1, 1, ' 0,12:3,5 ', 99.5, 2), (2, 1, NULL, 3.50, 2), (3, 1, ' ', 4, NULL), (4, 1, 'rest', 5, 2),
				(5, 1, 'rest', NULL, 2),
			(6, 1, '0,12', 0, 2), (7, 1, '', NULL, 2), (8, NULL, '0,9', 9, 0), (9, 1, '', -1, 2), (10, 1, '', 'NaN',
				2)`)
		same(t, "lots", lotsOf(t, s.open()),
			[]string{"/-1/2", "/3.50/2", "/4/0", "/NaN/2", "0,12:3,5/99.5/2", "rest//2",
				"rest/5/2"})
	})
}

// TestLotAmountsInOtherTypes reads weights from columns of other types, to the four decimals that the store keeps.
func TestLotAmountsInOtherTypes(t *testing.T) {
	t.Parallel()
	for kind, want := range map[string]string{
		"double precision": "3.1 0.07 0 1500 NaN", "numeric(14,4)": "3.1 0.07 0 1500 NaN",
		"real":    "3.1 0.07 0 1500 NaN",
		"numeric": "3.1 0.07 0 1500 NaN", "bigint": "3 0 0 1500 0",
	} {
		s := emptyTill(t, biotracktest.Layout2015)
		s.Exec("ALTER TABLE inventory ALTER remainingweight TYPE " + kind)
		s.Exec("INSERT INTO inventory (id, productid, remainingweight) VALUES ('1', 1, 3.1), ('2', 1, 0.07), " +
			"('3', 1, 1e-7), ('4', 1, 1.5e3)")
		if kind != "bigint" {
			s.Exec("INSERT INTO inventory (id, productid, remainingweight) VALUES ('5', 1, 'NaN')")
		}
		got := make(map[string]string)
		for _, lot := range lotsIn(t, s.open(), nil) {
			if amount, err := lot.In(map[int64]bool{0: true}); err != nil {
				got["NaN"] = "NaN"
			} else {
				text := amount.Decimal().Round(4).String()
				got[text] = text
			}
		}
		for _, text := range strings.Fields(want) {
			// A lot of which nothing remains in a column of this type is not read.
			if got[text] == "" && text != "0" {
				t.Errorf("%s: no lot of %s: %v", kind, text, got)
			}
		}
	}
}

func TestInventoryByLocation(t *testing.T) {
	t.Parallel()
	s := emptyTill(t, biotracktest.Layout2015)
	s.Exec(`INSERT INTO products (id, name, location) VALUES (1, 'one', 1), (2, 'two', 2), (3, 'unsaid', NULL);
		INSERT INTO inventory (id, productid, remainingweight, roomdata, location) VALUES ('1', 1, 9, '0,1', 1),
			('2', 1, 9, '0,2', 2), ('3', 2, NULL, '0,3', NULL)`)
	source := s.open()
	for _, tc := range []struct {
		locations      []int64
		products, lots []string
	}{
		{nil, []string{"one", "two", "unsaid"}, []string{"0,1/9/0", "0,2/9/0", "0,3//0"}},
		{[]int64{1}, []string{"one", "unsaid"}, []string{"0,1/9/0", "0,3//0"}},
		{[]int64{2, 9}, []string{"two"}, []string{"0,2/9/0"}},
		{[]int64{9}, nil, nil},
	} {
		var products []string
		for _, p := range must[*Catalog](t)(readInventory(t.Context(), source, tc.locations, func(Lot) {})).Products {
			products = append(products, p.Name)
		}
		same(t, fmt.Sprintf("products of %v", tc.locations), products, tc.products)
		same(t, fmt.Sprintf("lots of %v", tc.locations), lotsOf(t, source, tc.locations...), tc.lots)
	}
}

func TestInventoryRoomsAndLevels(t *testing.T) {
	t.Parallel()
	s := emptyTill(t, biotracktest.Layout2015)
	s.Exec(`INSERT INTO inventoryrooms (id, roomname, deleted, quarantine) VALUES
			(3, ' Vault ', 0, 0), (1, NULL, NULL, NULL), (2, 'Quarantine', 0, 1), (4, 'Old', 1, 0);
		INSERT INTO memberdiscount (id, membername, deleted, enabled) VALUES (2, ' Gold', 0, 1),
			(1, 'Non-Member', NULL, 0),
			(3, 'Old', 1, 1)`)
	catalog := must[*Catalog](t)(readInventory(t.Context(), s.open(), nil, func(Lot) {}))
	if got := fmt.Sprint(catalog.Rooms); got != "[{1  false} {2 Quarantine true} {3 Vault false}]" {
		t.Errorf("rooms are %s", got)
	}
	if got := fmt.Sprint(catalog.Levels); got != "[{1 Non-Member} {2 Gold}]" {
		t.Errorf("levels are %s", got)
	}
}

func TestInventoryProducts(t *testing.T) {
	t.Parallel()
	s := emptyTill(t, biotracktest.Layout2015)
	s.Exec(`INSERT INTO productcategories (id, pricepoint, deleted) VALUES (1, ' 0,1,12 ', 0), (2, NULL, 0),
		(3, '0,1,9', 1);
		INSERT INTO products (id, name, pricepoint, productcategory, requiresweighing, deleted) VALUES
			(2, ' Flower ', '0,1,12', 1, 1, 0), (1, 'Vape', ' ', 2, 0, 0), (3, NULL, NULL, NULL, NULL, NULL),
				(4, 'Old', NULL, 3, 0, 1),
			(5, 'Lost', '7', 99, 2, 0)`)
	catalog := must[*Catalog](t)(readInventory(t.Context(), s.open(), nil, func(Lot) {}))
	var seen []string
	for _, p := range catalog.Products {
		seen = append(seen, fmt.Sprintf("%d %s|%s|%s %t %t", p.ID, p.Name, p.PricePoint, p.CategoryPricePoint,
			p.Weighed,
			p.Deleted))
	}
	same(t, "products", seen, []string{
		"1 Vape|| false false", "2 Flower|0,1,12|0,1,12 true false", "3 || false false", "4 Old||0,1,9 false true",
		"5 Lost|7| true false",
	})
}
