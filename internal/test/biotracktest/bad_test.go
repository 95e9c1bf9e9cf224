package biotracktest

import (
	"testing"

	"github.com/blackbirdctl/blackbirdctl/internal/test/pgtest"
)

// badKinds are what a reader must refuse, each as a table and what its rows fulfil.
var badKinds = []string{
	`customers WHERE btrim(customerid) = ''`,
	`customers a JOIN customers b ON btrim(a.customerid) = btrim(b.customerid) AND a.ctid < b.ctid`,
	`tickets WHERE id IS NULL`, `tickets WHERE btrim(id) = ''`, `tickets WHERE totalprice IS NULL`,
	`tickets WHERE totalprice = 'NaN'`,
	`tickets WHERE totalprice >= 1000000000 AND totalprice <> 'NaN'`, `tickets WHERE totalprice <= -1000000000`,
	`tickets WHERE price = 'NaN'`,
	`tickets WHERE tax >= 1000000000`, `tickets WHERE refundtotalprice = 'NaN'`, `tickets WHERE datetime IS NULL`,
	`tickets WHERE datetime < 946684800`, `tickets WHERE datetime < 0`, `tickets WHERE datetime > 8000000000`,
	`products WHERE pricepoint = 'ask the manager'`, `products WHERE pricepoint LIKE '0,-1,%'`,
	`products WHERE pricepoint LIKE '0,0,%'`,
	`products WHERE pricepoint LIKE '%,-5.00'`, `products WHERE pricepoint LIKE '0,1,12.00:0,1,%'`,
	`products p JOIN productcategories c ON c.id = p.productcategory AND c.pricepoint = 'see poster'
		WHERE p.pricepoint IS NULL`,
	`inventory i JOIN products p ON p.id = i.productid WHERE i.remainingweight = 'NaN'`,
	`inventory i JOIN products p ON p.id = i.productid WHERE i.remainingweight > 1e12`,
	`inventory i JOIN products p ON p.id = i.productid WHERE i.roomdata LIKE '0,9999999999%'`,
}

func TestEveryBadKindIsThereOnlyWhenAskedFor(t *testing.T) {
	eachLayout(t, func(t *testing.T, layout Layout) {
		o := small(layout)
		bad, s := generate(t, o)
		o.BadRows = false
		good, _ := generate(t, o)
		for _, kind := range badKinds {
			if got := value[int](t, bad, `SELECT count(*) FROM `+kind); got == 0 {
				t.Errorf("no row in %s", kind)
			}
			if got := value[int](t, good, `SELECT count(*) FROM `+kind); got != 0 {
				t.Errorf("%d rows in %s, want none", got, kind)
			}
		}
		if s.BadCustomers < 3 || s.BadTickets < len(badTickets) || s.BadProducts < len(badPrices) {
			t.Errorf("summary = %s", s)
		}
	})
}

func TestBytesWithoutAnEncoding(t *testing.T) {
	ascii, _ := generate(t, small(Layout2015), pgtest.WithEncoding("SQL_ASCII"))
	// 0xEB is ë and 0x92 a curly apostrophe in Windows-1252; C3 A9 is é in UTF-8. One database holds them all.
	for name, condition := range map[string]string{
		"Windows-1252 letters": `encode(convert_to(lastname, 'SQL_ASCII'),
			'hex') ~ '^([0-9a-f]{2})*(f1|e9|df|c5|fc)([0-7][0-9a-f])'`,
		"Windows-1252 apostrophe": `encode(convert_to(lastname, 'SQL_ASCII'), 'hex') ~ '^([0-9a-f]{2})*92'`,
		"UTF-8 letters":           `encode(convert_to(lastname, 'SQL_ASCII'), 'hex') ~ '^([0-9a-f]{2})*c3[89ab]'`,
	} {
		if got := value[int](t, ascii, `SELECT count(*) FROM customers WHERE `+condition); got == 0 {
			t.Errorf("no name with %s", name)
		}
	}
	latin, _ := generate(t, small(LayoutAudited), pgtest.WithEncoding("LATIN1"))
	if got := value[int](t, latin, `SELECT count(*) FROM products WHERE name LIKE 'Crème%'`); got == 0 {
		t.Error("the Latin-1 database lost its letters")
	}
}

func TestGrantReader(t *testing.T) {
	db, _ := generate(t, small(Layout2015))
	for range 2 {
		if err := GrantReader(t.Context(), db, "bb reader"); err != nil {
			t.Fatal(err)
		}
	}
	tx, err := db.Begin()
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback()
	if _, err := tx.Exec(`SET LOCAL ROLE "bb reader"`); err != nil {
		t.Fatal(err)
	}
	for _, table := range tableNames {
		if _, err := tx.Exec(`SELECT * FROM ` + table + ` LIMIT 1`); err != nil {
			t.Fatalf("read %s: %v", table, err)
		}
	}
	if _, err := tx.Exec(`UPDATE tickets SET deleted = 1`); err == nil {
		t.Error("the reader may write")
	}
}
