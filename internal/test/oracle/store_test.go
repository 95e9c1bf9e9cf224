package oracle

import (
	"database/sql"
	"path/filepath"
	"strings"
	"testing"
	"time"

	_ "modernc.org/sqlite"

	"github.com/blackbirdctl/blackbirdctl/internal/test/pgtest"
)

// storeDDL has the store's tables as PostgreSQL knows them; liteDDL turns it into SQLite's.
const storeDDL = `
CREATE TABLE customers (store_id text, customer_id text, first_name text, last_name text, email text, phone text,
	phone_e164 text, location_id bigint, active boolean, member_since timestamptz, first_pass_id bigint,
	pass_id bigint, updated_at timestamptz);
CREATE TABLE orders (store_id text, order_id text, order_serial bigint, customer_id text, customer_first_name text,
	customer_last_name text, customer_email text, customer_phone text, location_id bigint, status text,
	subtotal numeric(12,2), tax numeric(12,2), total numeric(12,2), own_refund numeric(12,2), refund_of text,
	refund_of_location bigint,
	refunded_total numeric(12,2), ordered_at timestamptz, pass_id bigint, updated_at timestamptz);
CREATE TABLE products (store_id text, product_id bigint, name text, member_level bigint, price numeric(12,2),
	unit_quantity numeric(14,4), unit text, quantity numeric(14,4), price_breaks jsonb, on_menu boolean, pass_id bigint,
	updated_at timestamptz, category text);
CREATE TABLE points_ledger (store_id text, customer_id text, source_id text, location_id bigint,
	revision bigint, kind text, points bigint, basis_amount numeric(12,2), rate numeric(14,4),
	multiplier numeric(14,4), terms jsonb, effective_at timestamptz, pass_id bigint, created_at timestamptz);
CREATE TABLE points_balances (store_id text, customer_id text, balance bigint, lifetime bigint, updated_at timestamptz);
CREATE TABLE passes (store_id text, pass_id bigint, stream text, mode text, status text, started_at timestamptz,
	finished_at timestamptz, read bigint, inserted bigint, updated bigint, unchanged bigint, removed bigint,
	rejected bigint, message text);
CREATE TABLE rejects (store_id text, stream text, row_key text, reason text, detail text, first_seen timestamptz,
	last_seen timestamptz);`

var liteDDL = strings.NewReplacer("numeric(12,2)", "TEXT", "numeric(14,4)", "TEXT", "timestamptz", "TEXT", "jsonb",
	"TEXT",
	"boolean", "INTEGER", "bigint", "INTEGER").Replace(storeDDL)

// storeRows are what both stores can hold as it is written here.
const storeRows = `
INSERT INTO customers VALUES ('s', 'C1', 'Ann', NULL, 'a@b.c', '12', NULL, 1, '1', NULL, 1, 1,
	'2024-05-01T12:00:00.000000Z');
INSERT INTO orders VALUES ('s', 'A', 1, 'C1', 'Ann', NULL, 'a@b.c', '12', 1, 'partially_refunded', '18.50', '0.00',
	'20.46', '0.00', NULL, NULL, '5.10', '2024-04-30T18:00:00.000000Z', 2, '2024-05-01T12:00:00.000000Z');
INSERT INTO orders VALUES ('s', 'B', 2, NULL, NULL, NULL, NULL, NULL, 1, 'refund', '-5.00', '0.00', '-5.10', '0.00',
	'A', NULL, '0.00', '2024-04-30T18:01:00.000000Z', 2, '2024-05-01T12:00:00.000000Z');
INSERT INTO products VALUES ('s', 1, 'Bud', 0, '9.00', '1.0000', 'g', '12.5000', '[{"quantity":"1","price":"9.00"}]',
	'1', 3, '2024-05-01T12:00:00.000000Z', NULL);
INSERT INTO products VALUES ('s', 2, 'Cap', 0, NULL, NULL, 'each', '0.0000', '[]', '0', 3,
	'2024-05-01T12:00:00.000000Z', NULL);
INSERT INTO points_ledger VALUES ('s', 'C1', 'A', 1, 1, 'award', 15, '15.36', '1.0000', '1.0000', '{"basis": "total"}',
	'2024-05-01T12:00:00.000000Z', 4, '2024-05-01T12:00:00.000000Z');
INSERT INTO points_balances VALUES ('s', 'C1', 15, 15, '2024-05-01T12:00:00.000000Z');
INSERT INTO passes VALUES ('s', 1, 'customers', 'first', 'done', '2024-05-01T12:00:00.000000Z',
	'2024-05-01T12:00:01.000000Z', 2, 1, 0, 0, 0, 1, NULL);
INSERT INTO rejects VALUES ('s', 'customers', '', 'no_id', NULL, '2024-05-01T12:00:00.000000Z',
	'2024-05-01T12:00:00.000000Z');
INSERT INTO customers VALUES ('other', 'C9', NULL, NULL, NULL, NULL, NULL, 1, '1', NULL, 1, 1,
	'2024-05-01T12:00:00.000000Z');`

// storeSource is what the rows were synced from.
func storeSource() *Source {
	ann := customer("C1", "Ann")
	ann.Email, ann.Phone = some("A@b.c"), some("12")
	return &Source{
		Customers: []SourceCustomer{ann, customer(" ", "Nobody")},
		Tickets: []SourceTicket{
			ticket("1", "A", "20.46", func(t *SourceTicket) { t.Price = some("18.5") }),
			ticket("2", "B", "-5.10", refundOf("A"), func(t *SourceTicket) {
				t.Price, t.DateTime, t.CustomerID = some("-5"), some("1714500060"), Text{}
			}),
		},
		Products: []SourceProduct{
			{ID: some("1"), Name: some("Bud"), PricePoint: some("9"), RequiresWeighing: some("1")},
			{ID: some("2"), Name: some("Cap ")},
		},
		Lots: []SourceLot{{ProductID: some("1"), RemainingWeight: some("12.5")}},
	}
}

// liteStore is a SQLite store with rows.
func liteStore(t *testing.T, statements ...string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(t.TempDir(), "blackbird.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	for _, statement := range append([]string{liteDDL}, statements...) {
		run(t, db, statement)
	}
	return db
}

func readStore(t *testing.T, db *sql.DB, sqlite bool) *Actual {
	t.Helper()
	actual, err := ReadStore(t.Context(), db, sqlite, "s")
	if err != nil {
		t.Fatal(err)
	}
	return actual
}

func TestReadStoreBothKinds(t *testing.T) {
	expected := Expect(storeSource(), plain())
	lite := readStore(t, liteStore(t, storeRows), true)
	Check(t, expected, lite, Options{Fresh: true})

	db := pgtest.Open(t, pgtest.Database(t))
	run(t, db, storeDDL+storeRows)
	run(t, db, "SET TIME ZONE 'America/Denver'")
	db.SetMaxOpenConns(1)
	full := readStore(t, db, false)
	Check(t, expected, full, Options{Fresh: true})

	Report(t, Stamps(lite, full))
	equal(t, "ledger", full.Ledger[0].CreatedAt, lite.Ledger[0].CreatedAt)
	equal(t, "first pass", full.Customers["C1"].FirstPassID, int64(1))
	equal(t, "stamp", full.Products[1].Stamp, Stamp{PassID: 3, UpdatedAt: now})
	equal(t, "pass", full.Passes[0].FinishedAt.Sub(full.Passes[0].StartedAt), time.Second)
}

func TestReadStoreSpelling(t *testing.T) {
	db := liteStore(t, storeRows,
		"UPDATE orders SET total = '20.460', tax = '-0.00' WHERE order_id = 'A'",
		"UPDATE products SET quantity = '12.5', updated_at = '2024-05-01T12:00:00Z' WHERE product_id = 1")
	expected, actual := Expect(storeSource(), plain()), readStore(t, db, true)
	Check(t, expected, actual, Options{AnySpelling: true})
	var got []string
	for _, d := range Diff(expected, actual, Options{}) {
		got = append(got, d.Problem+" "+d.Key+" "+d.Field)
	}
	equal(t, "differences", got, []string{"spelling A tax", "spelling A total", "spelling 1 quantity",
		"spelling 1 updated_at"})
}

func TestReadStoreErrors(t *testing.T) {
	for name, change := range map[string]string{
		"a real": "ALTER TABLE products DROP COLUMN price; ALTER TABLE products ADD COLUMN price REAL " +
			"DEFAULT 9.5",
		"no number":           "UPDATE orders SET total = 'NaN'",
		"no time":             "UPDATE orders SET ordered_at = 'yesterday'",
		"NULL status":         "UPDATE orders SET status = NULL",
		"a key twice":         "INSERT INTO customers SELECT * FROM customers",
		"no truth value":      "UPDATE customers SET active = 2",
		"breaks of more":      `UPDATE products SET price_breaks = '[{"quantity":"1","price":"9.00","level":"0"}]'`,
		"breaks that are not": `UPDATE products SET price_breaks = 'null'`,
		"no table":            "DROP TABLE rejects",
	} {
		db := liteStore(t, storeRows)
		run(t, db, change)
		if _, err := ReadStore(t.Context(), db, true, "s"); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
