package biotrack

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/lib/pq"
	"github.com/lib/pq/pqerror"

	biotracktest "github.com/blackbirdctl/blackbirdctl/internal/test/biotracktest"
	"github.com/blackbirdctl/blackbirdctl/internal/test/shop"
)

// preparations are the ways to begin to read, with the tables that each needs.
var preparations = []struct {
	tables []string
	begin  func(t *testing.T, s *Source) error
}{
	{[]string{tableCustomers}, func(_ *testing.T, s *Source) error { _, err := s.Customers(); return err }},
	{[]string{tableTickets, tableCustomers}, func(_ *testing.T, s *Source) error { _, err := s.Tickets(); return err }},
	{[]string{tableProducts, tableCategories, tableInventory, tableRooms, tableLevels},
		func(t *testing.T, s *Source) error {
			_, err := readInventory(t.Context(), s, nil, func(Lot) {})
			return err
		}},
}

// checkMissing opens the source anew and checks that whatever needs the table says what is missing, and the rest works.
func checkMissing(t *testing.T, s *till, table, missing string) {
	t.Helper()
	source, err := Open(t.Context(), s.Config(), nil, DefaultTimeouts())
	if err != nil {
		t.Fatal(err)
	}
	defer source.Close()
	for _, p := range preparations {
		needed := false
		for _, name := range p.tables {
			needed = needed || name == table
		}
		err := p.begin(t, source)
		var schema *SchemaError
		switch {
		case !needed && err != nil:
			t.Errorf("without %s, reading %v: %v", missing, p.tables, err)
		case needed && !errors.As(err, &schema):
			t.Errorf("without %s, reading %v: %v, want a SchemaError", missing, p.tables, err)
		case needed:
			same(t, "missing", schema.Missing, []string{missing})
		}
	}
}

func TestMissingColumns(t *testing.T) {
	t.Parallel()
	s := emptyTill(t, biotracktest.Layout2015)
	for _, table := range Tables() {
		for _, column := range table.required() {
			s.Exec("ALTER TABLE " + table.Name + " RENAME " + column + " TO gone")
			checkMissing(t, s, table.Name, "column "+table.Name+"."+column)
			s.Exec("ALTER TABLE " + table.Name + " RENAME gone TO " + column)
		}
	}
}

func TestMissingTables(t *testing.T) {
	t.Parallel()
	s := emptyTill(t, biotracktest.Layout2015)
	for _, table := range Tables() {
		if len(table.Streams) == 0 {
			continue
		}
		s.Exec("ALTER TABLE " + table.Name + " RENAME TO gone")
		checkMissing(t, s, table.Name, "table "+table.Name)
		s.Exec("ALTER TABLE gone RENAME TO " + table.Name)
	}
	s.Exec("CREATE SCHEMA elsewhere; ALTER TABLE customers SET SCHEMA elsewhere")
	checkMissing(t, s, tableCustomers, "table customers")
}

// TestMissingAllAtOnce checks that an operator learns of everything in one go.
func TestMissingAllAtOnce(t *testing.T) {
	t.Parallel()
	s := emptyTill(t, biotracktest.Layout2015)
	s.Exec("DROP TABLE customers; ALTER TABLE tickets DROP totalprice, DROP pif")
	_, err := s.open().Tickets()
	want := "BioTrack: check schema: database has no column tickets.pif, column tickets.totalprice, table customers"
	if err == nil || err.Error() != want {
		t.Errorf("error is %v, want %s", err, want)
	}
}

// TestOptionalColumns drops the optional columns one after the other: everything can still be read, with each dropped
// column's default in its place.
func TestOptionalColumns(t *testing.T) {
	t.Parallel()
	shop.EachLayout(t, func(t *testing.T, layout biotracktest.Layout) {
		s := emptyTill(t, layout)
		s.Exec(`INSERT INTO customers (customerid, firstname, cell, phone, location) VALUES ('C', 'Ada', '1', '2', 5);
			INSERT INTO tickets (ticketserial, id, customerid, location, preorder) VALUES (1, 'T', 'C', 5, 1);
			INSERT INTO products (name, location) VALUES ('P', 5);
			INSERT INTO inventoryrooms (roomname, quarantine, deleted) VALUES ('R', 1, 1);
			INSERT INTO memberdiscount (membername, deleted) VALUES ('L', 1);
			INSERT INTO inventory (id, productid, remainingweight, roomdata, dispensed, seized, is_sample, expiration,
				location)
				VALUES (1, 1, 9, '0,5', 1, 1, 1, 5, 5)`)
		for _, table := range Tables() {
			for _, column := range table.Columns {
				if column.Required() {
					continue
				}
				s.Exec("ALTER TABLE " + table.Name + " DROP " + column.Name)
				source, err := Open(t.Context(), s.Config(), nil, DefaultTimeouts())
				if err != nil {
					t.Fatal(err)
				}
				for name, run := range operations {
					if err := run(t.Context(), source); err != nil {
						t.Errorf("without %s.%s, %s: %v", table.Name, column.Name, name, err)
					}
				}
				_ = source.Close()
			}
		}
		checkDefaults(t, s.open())
	})
}

// checkDefaults reads the one row of each table without any of its optional columns.
func checkDefaults(t *testing.T, source *Source) {
	t.Helper()
	here := []int64{1}
	must[Page](t)(must[*Table[Customer]](t)(source.Customers()).Page(t.Context(), nil, 9, here,
		func(r *Customer) error {
			if string(r.Contact.Phone) != "2" || r.Location != 1 {
				t.Errorf("customer has phone %s at %d", r.Contact.Phone, r.Location)
			}
			return nil
		}))
	page := must[Page](t)(must[*Table[Ticket]](t)(source.Tickets()).Page(t.Context(), nil, 9, here,
		func(r *Ticket) error {
			if string(r.Contact.Phone) != "2" || r.Location != 1 || r.Preorder {
				t.Errorf("ticket has phone %s at %d, preorder %t", r.Contact.Phone, r.Location, r.Preorder)
			}
			return nil
		}))
	if page.Rows != 1 {
		t.Errorf("%d tickets", page.Rows)
	}
	lots := 0
	catalog := must[*Catalog](t)(readInventory(t.Context(), source, here, func(Lot) { lots++ }))
	if len(catalog.Levels) != 1 || len(catalog.Rooms) != 1 || len(catalog.Products) != 1 || lots != 1 ||
		catalog.Rooms[0].Quarantine {
		t.Errorf("catalog are %+v", catalog)
	}
}

// TestNoGrant checks that a role that may not read a table is told so by the server's own error.
func TestNoGrant(t *testing.T) {
	t.Parallel()
	s := emptyTill(t, biotracktest.Layout2015)
	cfg := s.Reader()
	s.Exec("REVOKE SELECT ON tickets FROM " + cfg.User)
	source := s.openWith(cfg)
	_, err := must[*Table[Ticket]](t)(source.Tickets()).Changed(t.Context(), 3, 1)
	var e *Error
	if !errors.As(err, &e) || pq.As(err, pqerror.InsufficientPrivilege) == nil {
		t.Errorf("error is %v, want 42501", err)
	}
	must[Page](t)(must[*Table[Customer]](t)(source.Customers()).Page(t.Context(), nil, 1, nil,
		func(*Customer) error { return nil }))
}

// TestNumbersOfAnyType reads every number from columns of other numeric types: what they hold counts, not its spelling.
func TestNumbersOfAnyType(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"double precision", "numeric(30,2)", "bigint"} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			s := emptyTill(t, biotracktest.Layout2015)
			s.Exec(`INSERT INTO customers (customerid, firstname, location, deleted) VALUES ('C', 'Ada', 5, 0);
				INSERT INTO tickets (ticketserial, id, customerid, location, datetime, totalprice, deleted, pif,
					preorder)
					VALUES (1, 'T', 'C', 5, 1700000000, 12, 0, 1, 0);
				INSERT INTO products (id, name, productcategory, location) VALUES (16777217, 'P', 3, 5);
				INSERT INTO productcategories (id, pricepoint) VALUES (3, '12');
				INSERT INTO inventoryrooms (id, roomname) VALUES (2, 'R');
				INSERT INTO memberdiscount (id, membername) VALUES (7, 'L');
				INSERT INTO inventory (id, productid, remainingweight, currentroom, location, expiration)
					VALUES (1, 16777217, 9, 2, 5, 9999999999999)`)
			for _, table := range Tables() {
				for _, c := range table.Columns {
					if c.Use == UseWhole && c.Name != "ticketserial" {
						s.Exec(fmt.Sprintf("ALTER TABLE %s ALTER %s DROP DEFAULT, ALTER %[2]s TYPE %[3]s", table.Name,
							c.Name,
							kind))
					}
				}
			}
			source, here := s.open(), []int64{5}
			must[Page](t)(must[*Table[Customer]](t)(source.Customers()).Page(t.Context(), nil, 9, here,
				func(c *Customer) error {
					if c.Location != 5 || c.Deleted {
						t.Errorf("customer %+v", c)
					}
					return nil
				}))
			page := must[Page](t)(must[*Table[Ticket]](t)(source.Tickets()).Page(t.Context(), nil, 9, here,
				func(r *Ticket) error {
					if r.OrderedAt.Seconds != 1700000000 || r.Location != 5 || r.Voided || !r.Paid || r.Preorder {
						t.Errorf("ticket %+v", r)
					}
					return nil
				}))
			var lots []Lot
			catalog := must[*Catalog](t)(readInventory(t.Context(), source, here, func(l Lot) {
				lots = append(lots, l)
			}))
			equal(t, "levels", catalog.Levels, []Level{{ID: 7, Name: "L"}})
			equal(t, "rooms", catalog.Rooms, []Room{{ID: 2, Name: "R"}})
			equal(t, "products", catalog.Products, []Product{{ID: 16777217, Name: "P", CategoryPricePoint: "12"}})
			equal(t, "lots", lots, []Lot{{ProductID: 16777217, Remaining: "9", CurrentRoom: 2}})
			if page.Rows != 1 {
				t.Errorf("%d tickets", page.Rows)
			}
		})
	}
}

// TestUnreadableTypes: a column of a type that cannot be read stops a stream before its first row, with a cast that
// makes it readable; the same SELECT without the cast is refused.
func TestUnreadableTypes(t *testing.T) {
	t.Parallel()
	s := emptyTill(t, biotracktest.Layout2015)
	s.Exec(`ALTER TABLE tickets ALTER datetime DROP DEFAULT,
			ALTER datetime TYPE timestamptz USING to_timestamp(datetime), ALTER deleted DROP DEFAULT,
			ALTER deleted TYPE boolean USING deleted <> 0, ALTER totalprice DROP DEFAULT, ALTER totalprice TYPE money;
		INSERT INTO tickets (id, datetime, totalprice, deleted) VALUES ('T', '2023-11-14 22:13:20Z', 12.34, true)`)
	source := s.open()
	_, err := source.Tickets()
	want := "BioTrack: check schema: table tickets has totalprice of type money, which cannot be read; " +
		"table tickets has datetime of type timestamptz, which cannot be read; " +
		"table tickets has deleted of type bool, which cannot be read"
	var schema *SchemaError
	if err == nil || err.Error() != want || !errors.As(err, &schema) || !IsConfiguration(err) {
		t.Fatalf("error is %v, want %s", err, want)
	}
	columns := "xmin, ticketserial, id, customerid, refticketid, price, tax, refundtotalprice, pif"
	err = source.Override(t.Context(), tableTickets, "SELECT "+columns+", totalprice, datetime, deleted FROM tickets")
	var refused *OverrideError
	if !errors.As(err, &refused) || refused.Problem != schema.Unreadable[0].Problem() {
		t.Errorf("the SELECT without casts: %v", err)
	}
	cut := "=FILE, with "
	_, casts, _ := strings.Cut(schema.Hint(), cut)
	if _, again, _ := strings.Cut(refused.Hint(), cut); casts == "" || again != casts {
		t.Fatalf("hints %q and %q", schema.Hint(), refused.Hint())
	}
	columns += ", " + casts
	if err := source.Override(t.Context(), tableTickets, "SELECT "+columns+" FROM tickets"); err != nil {
		t.Fatal(err)
	}
	must[Page](t)(must[*Table[Ticket]](t)(source.Tickets()).Page(t.Context(), nil, 9, nil, func(r *Ticket) error {
		if r.OrderedAt.Seconds != 1700000000 || r.Total.Cents != 1234 || !r.Voided {
			t.Errorf("ticket %+v", r)
		}
		return nil
	}))
}

func equal[T any](t *testing.T, what string, got, want []T) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}
