package biotrack

import (
	"fmt"
	"testing"

	biotracktest "github.com/blackbirdctl/blackbirdctl/internal/test/biotracktest"
	"github.com/blackbirdctl/blackbirdctl/internal/test/shop"
)

// contacts reads each ticket's contact.
func (s *till) contacts() (all []string) {
	s.Helper()
	source := s.open()
	defer source.Close()
	table := must[*Table[Ticket]](s)(source.Tickets())
	must[Page](s)(table.Page(s.Context(), nil, 100, nil, func(r *Ticket) error {
		all = append(all, words(r.Contact))
		return nil
	}))
	return all
}

func TestTicketContact(t *testing.T) {
	t.Parallel()
	shop.EachLayout(t, func(t *testing.T, layout biotracktest.Layout) {
		s := emptyTill(t, layout)
		s.Exec(`INSERT INTO customers (customerid, firstname, lastname, email, phone, cell) VALUES
				('1', ' Ada ', 'Example', 'Ada@Example.COM', '1', '2'), ('2', '', NULL, ' ', '3', ' '),
					('3', NULL, NULL, NULL, NULL, NULL);
			INSERT INTO tickets (ticketserial, id, customerid) VALUES (1, 'a', '1'), (2, 'b', '2'), (3, 'c', '3'),
				(4, 'd', NULL),
				(5, 'e', ''), (6, 'f', 'gone'), (7, 'g', '  ')`)
		same(t, "contacts", s.contacts(), []string{
			"Ada|Example|ada@example.com|2", "-|-|-|3", "-|-|-|-", "-|-|-|-", "-|-|-|-", "-|-|-|-", "-|-|-|-",
		})
	})
}

// idTypes are the types that the customer's id has been seen with, in customers and in tickets.
var idTypes = [][2]string{
	{"varchar(10)", "varchar(10)"}, {"text", "text"}, {"char(10)", "char(10)"},
	{"char(10)", "varchar(10)"}, {"varchar(10)", "char(10)"}, {"text", "char(10)"},
}

// TestTicketContactOfPaddedIDs joins over the blanks that varchar ids carry on one side or the other.
func TestTicketContactOfPaddedIDs(t *testing.T) {
	t.Parallel()
	s := emptyTill(t, biotracktest.Layout2015)
	s.Exec("INSERT INTO customers (customerid, firstname) VALUES ('', 'Ada');" +
		"INSERT INTO tickets (ticketserial, id) VALUES (1, 'a')")
	for _, types := range idTypes {
		s.Exec(fmt.Sprintf("ALTER TABLE customers ALTER customerid TYPE %s; ALTER TABLE tickets "+
			"ALTER customerid TYPE %s",
			types[0], types[1]))
		for _, id := range []struct{ customer, ticket string }{
			{"12", "12"}, {"12", " 12 "}, {"12", "12 "}, {"12", `\t12`}, {" 12 ", " 12 "}, {"12 ", "12 "},
			{" 12", " 12"},
			{" 12", "12"}, {"12 ", "12"}, {" 12 ", "12"}, {" 12", "12 "}, {"12 ", " 12"}, {`12\t`, "12"},
		} {
			s.Exec(fmt.Sprintf("UPDATE customers SET customerid = E'%s'; UPDATE tickets SET customerid = E'%s'",
				id.customer,
				id.ticket))
			same(t, fmt.Sprintf("%q in %s, %q in %s", id.customer, types[0], id.ticket, types[1]), s.contacts(),
				[]string{"Ada|-|-|-"})
		}
	}
}

// TestTicketContactIsOnePersons checks that where two rows could be meant the one that stands gives the whole contact.
func TestTicketContactIsOnePersons(t *testing.T) {
	t.Parallel()
	s := emptyTill(t, biotracktest.Layout2015)
	s.Exec(`INSERT INTO customers (customerid, firstname, email) VALUES ('12', 'Ada', NULL),
		(' 12', 'Bob', 'bob@example.com');
		INSERT INTO tickets (ticketserial, id, customerid) VALUES (1, 'a', '12'), (2, 'b', ' 12')`)
	same(t, "contacts", s.contacts(), []string{"Ada|-|-|-", "Ada|-|-|-"})
}

func TestCustomerDuplicates(t *testing.T) {
	t.Parallel()
	shop.EachLayout(t, func(t *testing.T, layout biotracktest.Layout) {
		s := emptyTill(t, layout)
		s.Exec(`INSERT INTO customers (customerid) VALUES ('12'), (' 12'), (E'12\t'), (' 13'), ('14'), ('  ')`)
		table := must[*Table[Customer]](t)(s.open().Customers())
		var seen []string
		must[Page](t)(table.Page(t.Context(), nil, 100, nil, func(r *Customer) error {
			seen = append(seen, fmt.Sprintf("%s %t", r.ID, r.Duplicate))
			return nil
		}))
		same(t, "customers", sorted(seen), []string{" false", "12 false", "12 true", "12 true", "13 false", "14 false"})
	})
}

func TestCustomerFields(t *testing.T) {
	t.Parallel()
	shop.EachLayout(t, func(t *testing.T, layout biotracktest.Layout) {
		s := emptyTill(t, layout)
		s.Exec(`INSERT INTO customers (customerid, firstname, lastname, email, phone, cell, location, deleted) VALUES
			('1', ' Ada', E'Example\n', ' ADA@EXAMPLE.COM', '1', '2', 7, 0),
			('2', NULL, NULL, NULL, '1', NULL, NULL, NULL),
			('3', '', '', '', '', '', 0, 1), ('4', NULL, NULL, NULL, NULL, NULL, 1, 2)`)
		table := must[*Table[Customer]](t)(s.open().Customers())
		var seen []string
		must[Page](t)(table.Page(t.Context(), nil, 100, nil, func(r *Customer) error {
			seen = append(seen, fmt.Sprintf("%s %s %d %t", r.ID, words(r.Contact), r.Location, r.Deleted))
			return nil
		}))
		same(t, "customers", seen, []string{
			"1 Ada|Example|ada@example.com|2 7 false", "2 -|-|-|1 1 false", "3 -|-|-|- 0 true", "4 -|-|-|- 1 true",
		})
	})
}

func TestTicketFields(t *testing.T) {
	t.Parallel()
	shop.EachLayout(t, func(t *testing.T, layout biotracktest.Layout) {
		s := emptyTill(t, layout)
		s.Exec(`INSERT INTO tickets (ticketserial, id, customerid, refticketid, location, deleted, pif, preorder, price,
			tax, totalprice,
				refundtotalprice, datetime) VALUES
			(1, ' T1 ', ' C1', ' T0 ', 7, 1, 0, 1, 10, 1.305, 11.305, -2, 946684800),
			(2, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
			(3, ' ', '', ' ', 0, 0, 1, 0, 'NaN', 1e12, -0.005, 1e9, -1)`)
		table := must[*Table[Ticket]](t)(s.open().Tickets())
		var seen []string
		must[Page](t)(table.Page(t.Context(), nil, 100, nil, func(r *Ticket) error {
			seen = append(seen, fmt.Sprintf("%d %q %q %q %d %t %t %t %v %v %v %v %v", r.Serial, r.ID, r.CustomerID,
				r.RefundOf,
				r.Location,
				r.Voided, r.Paid, r.Preorder, r.Subtotal, r.Tax, r.Total, r.Refunded, r.OrderedAt))
			return nil
		}))
		same(t, "tickets", seen, []string{
			`1 "T1" "C1" "T0" 7 true false true ` +
				`{10.00 1 usable} {1.31 1 usable} {11.31 1 usable} {-2.00 -1 usable} {946684800 usable}`,
			`2 "" "" "" 1 false true false {0.00 0 NULL} {0.00 0 NULL} {0.00 0 NULL} {0.00 0 NULL} {0 NULL}`,
			`3 "" "" "" 0 false true false ` +
				`{0.00 0 not a number} {0.00 0 out of range} {-0.01 -1 usable} {0.00 0 out of range} {-1 usable}`,
		})
	})
}

// TestAmountsInOtherTypes reads money from columns that some servers keep in other types, without a float on the way.
func TestAmountsInOtherTypes(t *testing.T) {
	t.Parallel()
	s := emptyTill(t, biotracktest.Layout2015)
	s.Exec(`ALTER TABLE tickets ALTER totalprice DROP DEFAULT;
		INSERT INTO tickets (ticketserial, id, totalprice) VALUES (1, 'a', 20), (2, 'b', NULL), (3, 'c', -3),
			(4, 'd', 20.46), (5, 'e', 0.07)`)
	for _, kind := range []string{"double precision", "real", "text", "varchar(20)", "numeric(12,2)"} {
		s.Exec("ALTER TABLE tickets ALTER totalprice TYPE " + kind + " USING totalprice::text::" + kind)
		source := s.open()
		var seen []string
		must[Page](t)(must[*Table[Ticket]](t)(source.Tickets()).Page(t.Context(), nil, 100, nil, func(r *Ticket) error {
			seen = append(seen, fmt.Sprint(r.Total))
			return nil
		}))
		_ = source.Close()
		same(t, kind, seen, []string{"{20.00 1 usable}", "{0.00 0 NULL}", "{-3.00 -1 usable}", "{20.46 1 usable}",
			"{0.07 1 usable}"})
	}
}

// TestPhone: the phone is the cell unless that is a placeholder and the phone is a number.
func TestPhone(t *testing.T) {
	t.Parallel()
	s := emptyTill(t, biotracktest.LayoutAudited)
	for _, tc := range []struct{ cell, phone, want string }{
		{"303-555-0123", "303-555-0199", "303-555-0123"}, {"", "303-555-0199", "303-555-0199"},
		{"000", "303-555-0199", "303-555-0199"}, {"n/a", "303-555-0199", "303-555-0199"},
		{"none", "5550199", "5550199"}, {"000-000-0000", "303-555-0199", "303-555-0199"},
		{"9999999", "303-555-0199", "303-555-0199"}, {"12", "303-555-0199", "303-555-0199"},
		{"303-555-0123", "none", "303-555-0123"}, {"5550123", "303-555-0199", "5550123"},
		{"٣٠٣٥٥٥٠١٢٣", "303-555-0199", "٣٠٣٥٥٥٠١٢٣"}, {"n/a", "none", "n/a"}, {"", "none", "none"}, {"n/a", "",
			"n/a"},
		{"", "", "-"},
	} {
		s.Exec(`DELETE FROM tickets; DELETE FROM customers`)
		s.Exec(`INSERT INTO customers (customerid, cell, phone) VALUES ('1', $1, $2)`, tc.cell, tc.phone)
		s.Exec(`INSERT INTO tickets (ticketserial, id, customerid) VALUES (1, 'a', '1')`)
		same(t, fmt.Sprintf("cell %q, phone %q", tc.cell, tc.phone), s.contacts(), []string{"-|-|-|" + tc.want})
	}
}
