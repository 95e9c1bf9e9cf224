package biotracktest

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/blackbirdctl/blackbirdctl/internal/test/pgtest"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }

// tableNames are all tables of both layouts.
var tableNames = []string{"customers", "tickets", "sales", "payments", "products", "productcategories", "inventory",
	"inventoryrooms", "memberdiscount", "locations", "orgdata", "replication_history"}

// small is enough for every oddity to be there.
func small(layout Layout) Options {
	return Options{Layout: layout, Seed: 7, Customers: 120, Tickets: 420, Products: 110, BadRows: true}
}

// generate fills a database of the test's own.
func generate(t *testing.T, o Options, opts ...pgtest.Option) (*sql.DB, Summary) {
	t.Helper()
	db := pgtest.Open(t, pgtest.SourceDatabase(t, opts...))
	s, err := Generate(t.Context(), db, o)
	if err != nil {
		t.Fatal(err)
	}
	return db, s
}

// value reads the one value of a query.
func value[T any](t *testing.T, db *sql.DB, query string, args ...any) (v T) {
	t.Helper()
	if err := db.QueryRow(query, args...).Scan(&v); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return v
}

// checksum sums up every byte of a table, in an order that its rows give.
func checksum(t *testing.T, db *sql.DB, table string) string {
	t.Helper()
	query := fmt.Sprintf(`SELECT count(*) || ' ' || coalesce(md5(string_agg(md5(textin(record_out(r))::text),
		'' ORDER BY md5(textin(record_out(r))::text))), '')
		FROM %s r`, table)
	return value[string](t, db, query)
}

// eachLayout runs a test on both.
func eachLayout(t *testing.T, f func(t *testing.T, layout Layout)) {
	for _, layout := range Layouts() {
		t.Run(string(layout), func(t *testing.T) { f(t, layout) })
	}
}

func TestGenerateCounts(t *testing.T) {
	eachLayout(t, func(t *testing.T, layout Layout) {
		db, s := generate(t, small(layout))
		for table, want := range map[string]int{
			"customers": s.Customers, "tickets": s.Tickets, "sales": s.Sales, "payments": s.Payments,
			"products":          s.Products,
			"productcategories": s.Categories, "inventory": s.Lots, "replication_history": 0, "inventoryrooms": 6,
		} {
			if got := value[int](t, db, "SELECT count(*) FROM "+table); got != want {
				t.Errorf("%s holds %d rows, want %d", table, got, want)
			}
		}
		if s.Customers-s.BadCustomers != 120 || s.Tickets-s.BadTickets != 420 || s.Products-s.BadProducts != 110 {
			t.Errorf("summary %s does not tell what was asked for", s)
		}
		if lines := float64(s.Sales) / float64(s.Tickets); lines < 1.5 || lines > 2.5 {
			t.Errorf("%.1f lines a ticket, want about 2", lines)
		}
	})
}

func TestGenerateIsDeterministic(t *testing.T) {
	eachLayout(t, func(t *testing.T, layout Layout) {
		first, _ := generate(t, small(layout))
		again, _ := generate(t, small(layout))
		other := small(layout)
		other.Seed++
		differs, _ := generate(t, other)
		for _, table := range tableNames {
			sum := checksum(t, first, table)
			if got := checksum(t, again, table); got != sum {
				t.Errorf("%s: %s and then %s", table, sum, got)
			}
			if table == "tickets" && checksum(t, differs, table) == sum {
				t.Errorf("%s is the same for another seed", table)
			}
		}
	})
}

func TestOneKindDoesNotChangeAnother(t *testing.T) {
	o := small(Layout2015)
	db, _ := generate(t, o)
	o.Tickets, o.NoSales, o.BadRows = -1, true, false
	fewer, s := generate(t, o)
	if s.Tickets != 0 || s.Sales != 0 || s.BadTickets != 0 {
		t.Errorf("summary = %s, want no tickets", s)
	}
	query := `SELECT md5(string_agg(c::text, '' ORDER BY customerid)) FROM customers c WHERE customerid LIKE 'C%'`
	if value[string](t, db, query) != value[string](t, fewer, query) {
		t.Error("the customers follow from the number of tickets")
	}
}

func TestSequencesGoOnAfterALoad(t *testing.T) {
	db, s := generate(t, small(LayoutAudited))
	if got := value[int](t, db, `INSERT INTO tickets (id) VALUES ('1') RETURNING ticketserial`); got != s.Tickets+1 {
		t.Errorf("next serial = %d, want %d", got, s.Tickets+1)
	}
	got := value[int](t, db, `INSERT INTO customers (customerid) VALUES ('X') RETURNING id_serial`)
	if got != s.Customers+1 {
		t.Errorf("next id_serial = %d, want %d", got, s.Customers+1)
	}
}

func TestLayoutsDifferWhereTheyShould(t *testing.T) {
	old, _ := generate(t, small(Layout2015))
	newer, _ := generate(t, small(LayoutAudited))
	for query, want := range map[string][2]string{
		`SELECT octet_length(id)::text FROM tickets WHERE ticketserial = 1`:                      {"10", "16"},
		`SELECT octet_length(refticketid)::text FROM tickets WHERE ticketserial = 24`:            {"10", "16"},
		`SELECT octet_length(customerid)::text FROM customers ORDER BY customerid DESC LIMIT 1`:  {"8", "10"},
		`SELECT DISTINCT octet_length(customerid)::text FROM tickets WHERE customerid LIKE 'C%'`: {"8", "10"},
		`SELECT DISTINCT octet_length(ticketid)::text FROM sales WHERE ticketid NOT LIKE ' %'`:   {"10", "16"},
		`SELECT pg_typeof(id)::text FROM inventory LIMIT 1`: {"text",
			"bigint"},
		`SELECT (count(modified) > 0)::text FROM tickets`: {"true",
			"false"},
		`SELECT (count(*) > 0)::text FROM tickets WHERE refticketid IS NULL AND btrim(customerid) = ''`: {"true",
			"true"},
	} {
		for i, db := range []*sql.DB{old, newer} {
			if got := value[string](t, db, query); got != want[i] {
				t.Errorf("%s: %s = %s, want %s", Layouts()[i], query, got, want[i])
			}
		}
	}
	const audited = `SELECT count(*) FROM information_schema.columns
		WHERE table_schema = 'public' AND column_name = 'id_serial'`
	if got := value[int](t, newer, audited); got != len(tableNames)-1 {
		t.Errorf("%d tables have audit columns, want all but the change log", got)
	}
}

func TestEveryOddityIsThere(t *testing.T) {
	eachLayout(t, func(t *testing.T, layout Layout) {
		db, _ := generate(t, small(layout))
		for _, condition := range oddities {
			if got := value[int](t, db, `SELECT count(*) FROM `+condition); got == 0 {
				t.Errorf("no row in %s", condition)
			}
		}
	})
}

// oddities are what a reader has to cope with, each as a table and what its rows fulfil.
var oddities = []string{
	`customers WHERE deleted = 1`, `customers WHERE deleted IS NULL`, `customers WHERE location IS NULL`,
	`customers WHERE phone IS NULL AND cell IS NULL AND email IS NULL`,
	`customers WHERE cell IS NULL AND phone IS NOT NULL`,
	`customers WHERE cell IS NOT NULL AND phone IS NULL`, `customers WHERE email = upper(email)`,
	`customers WHERE email LIKE ' %'`,
	`customers WHERE lastname LIKE '%''%'`, `customers WHERE octet_length(lastname) > length(lastname)`,
	`customers WHERE lastname IS NULL`,
	`customers WHERE firstname LIKE E'%\t%'`, `customers WHERE lastname LIKE '%\\'`,
	`customers WHERE btrim(firstname) = ''`,
	`tickets WHERE deleted = 1 AND refticketid IS NULL`, `tickets WHERE deleted = 1 AND refticketid IS NOT NULL`,
	`tickets WHERE refticketid IS NOT NULL AND refundtotalprice > 0 AND totalprice = 0`,
	`tickets WHERE refticketid IS NOT NULL AND refundtotalprice = 0 AND totalprice < 0`,
	`tickets WHERE refticketid IS NOT NULL AND refundtotalprice > 0 AND totalprice < 0`,
	`tickets WHERE refticketid IS NOT NULL AND totalprice > 0`, `tickets WHERE refticketid IS NULL AND totalprice < 0`,
	`tickets WHERE refticketid IS NOT NULL AND totalprice > 0 AND refundtotalprice > 0`,
	`tickets r JOIN tickets s ON s.transactionid = r.transactionid_original
		WHERE r.refticketid IS NULL AND r.totalprice < 0`,
	`tickets WHERE transactionid_original = transactionid`,
	`tickets WHERE refticketid IS NULL AND refundtotalprice > 0 AND refundtotalprice < totalprice`,
	`tickets WHERE refticketid IS NULL AND refundtotalprice = totalprice AND totalprice > 0`,
	`tickets WHERE preorder = 1 AND pif = 0`, `tickets WHERE preorder = 1 AND pif = 1`,
	`tickets WHERE preorder = 0 AND pif = 0`,
	`tickets WHERE deleted IS NULL AND pif IS NULL AND preorder IS NULL`, `tickets WHERE location IS NULL`,
	`tickets WHERE location = 2`,
	`tickets WHERE customerid IS NULL`, `tickets WHERE btrim(customerid) = ''`,
	`tickets WHERE totalprice <> round(totalprice, 2)`,
	`tickets WHERE id LIKE ' 1%'`, `tickets WHERE customerid = 'C9999999'`,
	`tickets a JOIN tickets b ON a.id = b.id AND a.ticketserial < b.ticketserial`,
	`tickets r LEFT JOIN tickets s ON btrim(s.id) = btrim(r.refticketid)
		WHERE r.refticketid IS NOT NULL AND s.id IS NULL`,
	`(SELECT s.totalprice FROM tickets r JOIN tickets s ON s.id = r.refticketid WHERE r.deleted = 0
		GROUP BY s.ticketserial
		HAVING count(*) > 1
		AND sum(CASE WHEN r.refundtotalprice > 0 THEN r.refundtotalprice ELSE -r.totalprice END) = s.totalprice) two`,
	`products WHERE deleted = 1`, `products WHERE deleted IS NULL`, `products WHERE name IS NULL`,
	`products WHERE name LIKE 'Crème%'`,
	`products WHERE pricepoint IS NULL`, `products WHERE btrim(pricepoint) = ''`,
	`products WHERE pricepoint ~ '^[0-9.]+$'`,
	`products WHERE pricepoint ~ '^[0-9]+,[0-9.]+:'`, `products WHERE requiresweighing = 1`,
	`products WHERE requiresweighing = 0`,
	`products WHERE requiresweighing IS NULL`, `products WHERE productcategory IS NULL`,
	`products p JOIN productcategories c ON c.id = p.productcategory AND c.pricepoint IS NULL
		WHERE p.pricepoint IS NULL`,
	`products p JOIN productcategories c ON c.id = p.productcategory AND c.deleted = 1 WHERE p.pricepoint IS NULL`,
	`inventory WHERE roomdata IS NULL AND remainingweight > 0`, `inventory WHERE roomdata = '' AND currentroom = 3`,
	`inventory WHERE roomdata LIKE ' %,%'`,
	`inventory WHERE roomdata LIKE '%:4,%'`,
	`inventory WHERE currentroom = 4`, `inventory WHERE expiration BETWEEN 1 AND 1767636000`,
	`inventory WHERE expiration = 0`,
	`inventory WHERE expiration > 2000000000`, `inventory WHERE transferredout = 1`, `inventory WHERE seized = 1`,
	`inventory WHERE is_sample = 1`, `inventory WHERE deleted = 1`, `inventory WHERE remainingweight = 0`,
	`inventory WHERE remainingweight < 0`,
	`inventory WHERE deleted IS NULL AND seized IS NULL`,
	`inventory WHERE remainingweight IS NULL AND currentroom IS NULL`,
	`inventoryrooms WHERE quarantine = 1`, `inventoryrooms WHERE quarantine IS NULL`,
	`inventoryrooms WHERE deleted = 1`,
	`memberdiscount WHERE membername = 'Non-Member' AND id = 1`, `memberdiscount WHERE enabled = 0`, `orgdata`,
	`locations WHERE id = 2`,
}

func TestRefundedAmountsAddUpToWholeSales(t *testing.T) {
	// The two refunds of one sale must give back all of it, to the cent, for every seed.
	for seed := range uint64(200) {
		g := &generator{Options: Options{Seed: seed, Tickets: 400}.withDefaults()}
		sale, one, other := g.ticketAt(40), g.ticketAt(41), g.ticketAt(42)
		if one.refunds != sale.id || other.refunds != sale.id || one.ownRefund-other.total != sale.total {
			t.Fatalf("seed %d: %d and %d do not make %d", seed, one.ownRefund, other.total, sale.total)
		}
	}
}

func TestGenerateStopsWithItsContext(t *testing.T) {
	db := pgtest.Open(t, pgtest.SourceDatabase(t))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Generate(ctx, db, Options{}); err == nil {
		t.Error("generated after its context had ended")
	}
}

func TestGenerateRefusesAnUnknownLayout(t *testing.T) {
	db := pgtest.Open(t, pgtest.SourceDatabase(t))
	if _, err := Generate(t.Context(), db, Options{Layout: "1999"}); err == nil ||
		!strings.Contains(err.Error(), "1999") {
		t.Errorf("error = %v, want one that names the layout", err)
	}
}
