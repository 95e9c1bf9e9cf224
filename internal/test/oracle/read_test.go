package oracle

import (
	"database/sql"
	"testing"

	"github.com/blackbirdctl/blackbirdctl/internal/test/pgtest"
)

// oldLayout is a layout of varchar ids and numeric lot ids; newLayout one of padded ids, text lot ids and fewer
// columns.
const oldLayout = `
CREATE TABLE customers (customerid varchar(10) PRIMARY KEY, lastname text, firstname text, email text, cell text,
	phone text, location bigint DEFAULT 1, deleted smallint DEFAULT 0);
CREATE TABLE tickets (ticketserial serial PRIMARY KEY, id varchar(16), price numeric DEFAULT 0, tax numeric DEFAULT 0,
	totalprice numeric DEFAULT 0, refundtotalprice numeric DEFAULT 0, datetime bigint, location bigint DEFAULT 1,
	customerid varchar(10), deleted smallint DEFAULT 0, refticketid varchar(16), pif smallint DEFAULT 1,
	preorder smallint DEFAULT 0);
CREATE TABLE products (id serial PRIMARY KEY, name text, productcategory bigint, pricepoint text,
	location bigint DEFAULT 1, requiresweighing smallint, deleted smallint DEFAULT 0);
CREATE TABLE productcategories (id serial PRIMARY KEY, pricepoint text);
CREATE TABLE inventory (id bigint PRIMARY KEY, productid bigint, location bigint DEFAULT 1, remainingweight numeric,
	currentroom bigint DEFAULT 0, roomdata text, deleted smallint DEFAULT 0, transferredout smallint, seized smallint,
	is_sample smallint, expiration bigint);
CREATE TABLE inventoryrooms (id serial PRIMARY KEY, deleted smallint DEFAULT 0, quarantine smallint);
CREATE TABLE memberdiscount (id serial PRIMARY KEY, membername text, enabled smallint, deleted smallint DEFAULT 0);`

const newLayout = `
CREATE TABLE customers (customerid char(10) PRIMARY KEY, lastname text, firstname text, email text, cell text,
	phone text, location bigint DEFAULT 1, deleted smallint DEFAULT 0);
CREATE TABLE tickets (ticketserial serial PRIMARY KEY, id char(16), price numeric DEFAULT 0, tax numeric DEFAULT 0,
	totalprice numeric DEFAULT 0, refundtotalprice numeric DEFAULT 0, datetime bigint, location bigint DEFAULT 1,
	customerid char(10), deleted smallint DEFAULT 0, refticketid char(16), pif smallint DEFAULT 1);
CREATE TABLE products (id serial PRIMARY KEY, name text, productcategory bigint, pricepoint text,
	location bigint DEFAULT 1, requiresweighing smallint, deleted smallint DEFAULT 0);
CREATE TABLE productcategories (id serial PRIMARY KEY, pricepoint text);
CREATE TABLE inventory (id text PRIMARY KEY, productid bigint, location bigint DEFAULT 1, remainingweight numeric,
	currentroom bigint DEFAULT 0, roomdata text, deleted smallint DEFAULT 0, transferredout smallint,
	expiration bigint);
CREATE TABLE inventoryrooms (id serial PRIMARY KEY, deleted smallint DEFAULT 0, quarantine smallint);
CREATE TABLE memberdiscount (id serial PRIMARY KEY, membername text, enabled smallint, deleted smallint DEFAULT 0);`

// sample fills either layout.
const sample = `
INSERT INTO customers (customerid, firstname, email) VALUES ('C1', 'Ann', 'A@B.C'), ('C2', NULL, '');
INSERT INTO tickets (id, price, totalprice, datetime, customerid, refticketid) VALUES
	('A', 18.5, 20.46, 1714500000, 'C1', NULL), ('B', -5, -5.10, 1714500060, '', 'A');
INSERT INTO productcategories (pricepoint) VALUES ('0,1,9');
INSERT INTO products (name, productcategory, requiresweighing) VALUES ('Bud', 1, 1);
INSERT INTO inventory (id, productid, roomdata, remainingweight) VALUES ('6853296789574115', 1, '0,12:3,5', 17),
	('6853296789574116', 1, NULL, 0.5);
INSERT INTO inventoryrooms (quarantine) VALUES (1);
INSERT INTO memberdiscount (membername, enabled) VALUES ('Non-Member', 1);`

// source makes a database of a layout and fills it.
func source(t *testing.T, layout string, options ...pgtest.Option) *sql.DB {
	t.Helper()
	db := pgtest.Open(t, pgtest.SourceDatabase(t, options...))
	run(t, db, layout+sample)
	return db
}

func run(t *testing.T, db *sql.DB, statement string) {
	t.Helper()
	if _, err := db.ExecContext(t.Context(), statement); err != nil {
		t.Fatal(err)
	}
}

func TestReadBothLayouts(t *testing.T) {
	for name, layout := range map[string]string{"old": oldLayout, "new": newLayout} {
		t.Run(name, func(t *testing.T) {
			src, err := Read(t.Context(), source(t, layout))
			if err != nil {
				t.Fatal(err)
			}
			got := Expect(src, plain())
			equal(t, "customer", got.Customers["C1"].Email, some("a@b.c"))
			equal(t, "customers", len(got.Customers), 2)
			equal(t, "order", got.Orders["A"].Status, "partially_refunded")
			equal(t, "left of it", got.Orders["A"].RefundedTotal.String(), "5.1")
			equal(t, "refund", got.Orders["B"].RefundOf, some("A"))
			equal(t, "no customer", got.Orders["B"].CustomerID, Text{})
			equal(t, "points", got.Balances, map[string]int64{"C1": 15})
			equal(t, "quantity", got.Products[1].Quantity.String(), "12.5")
			equal(t, "on the menu", got.Products[1].OnMenu, true)
			equal(t, "levels", src.Levels[0].MemberName, some("Non-Member"))
		})
	}
}

func TestReadEncodings(t *testing.T) {
	for _, encoding := range []string{"UTF8", "LATIN1", "SQL_ASCII"} {
		t.Run(encoding, func(t *testing.T) {
			db := source(t, oldLayout, pgtest.WithEncoding(encoding))
			if encoding == "SQL_ASCII" {
				run(t, db, `UPDATE customers SET firstname = E'Jos\xe9 \x80' WHERE customerid = 'C1'`)
			} else {
				run(t, db, `UPDATE customers SET firstname = E'Jos\u00e9 \u0080' WHERE customerid = 'C1'`)
			}
			run(t, db, `UPDATE customers SET firstname = 'José' WHERE customerid = 'C2'`)
			db.SetMaxOpenConns(1)
			src, err := Read(t.Context(), db)
			if err != nil {
				t.Fatal(err)
			}
			want := "José €"
			if encoding == "UTF8" {
				want = "José \u0080"
			}
			customers := Expect(src, plain()).Customers
			equal(t, "first name", customers["C1"].FirstName, some(want))
			equal(t, "valid first name", customers["C2"].FirstName, some("José"))
			var client string
			if err := db.QueryRowContext(t.Context(), "SHOW client_encoding").Scan(&client); err != nil {
				t.Fatal(err)
			}
			equal(t, "encoding of the connection afterwards", client, "UTF8")
		})
	}
}

func TestReadFailsWithoutATable(t *testing.T) {
	db := source(t, oldLayout)
	run(t, db, "DROP TABLE inventory")
	if _, err := Read(t.Context(), db); err == nil {
		t.Error("no error")
	}
}
