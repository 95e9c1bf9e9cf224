package biotrack

import (
	"fmt"
	"testing"

	"github.com/blackbirdctl/blackbirdctl/internal/model"
	biotracktest "github.com/blackbirdctl/blackbirdctl/internal/test/biotracktest"
	"github.com/blackbirdctl/blackbirdctl/internal/test/pgtest"
	"github.com/blackbirdctl/blackbirdctl/internal/test/shop"
)

func TestFindTickets(t *testing.T) {
	t.Parallel()
	shop.EachLayout(t, func(t *testing.T, layout biotracktest.Layout) {
		s := emptyTill(t, layout)
		s.Exec(`INSERT INTO tickets (ticketserial, id) VALUES (1, 'T1'), (2, ' T1'), (3, E'T1 \t\n'), (4, 'T2'),
			(5, NULL),
			(6, ''),
			(7, 'a"b\c{},'''), (8, 't1'), (9, 'NULL')`)
		table := must[*Table[Ticket]](t)(s.open().Tickets())
		for _, tc := range []struct{ names, want []string }{
			{[]string{"T1"}, []string{"1", "2", "3"}},
			{[]string{"T2", "T1", "T2", "nobody"}, []string{"1", "2", "3", "4"}},
			{[]string{`a"b\c{},'`}, []string{"7"}},
			{[]string{"NULL"}, []string{"9"}},
			{[]string{" T1"}, nil},
			{nil, nil},
		} {
			same(t, fmt.Sprintf("tickets %q", tc.names), sorted(must[[]string](t)(table.Find(t.Context(), tc.names))),
				tc.want)
		}
	})
}

// TestFindCustomers checks that what Find returns is what ByKey takes, blanks and all.
func TestFindCustomers(t *testing.T) {
	t.Parallel()
	shop.EachLayout(t, func(t *testing.T, layout biotracktest.Layout) {
		s := emptyTill(t, layout)
		s.Exec(`INSERT INTO customers (customerid) VALUES ('12'), (' 12'), (E'\t12 '), ('13'), ('')`)
		table := must[*Table[Customer]](t)(s.open().Customers())
		keys := must[[]string](t)(table.Find(t.Context(), []string{"12"}))
		if len(keys) != 3 {
			t.Errorf("12 is found as %q, want three rows", keys)
		}
		var seen []string
		must[Page](t)(table.ByKey(t.Context(), keys, func(r *Customer) error {
			seen = append(seen, idOf(r))
			return nil
		}))
		same(t, "customers", seen, []string{"12", "12", "12"})
	})
}

// odd is text that one till wrote, as it lies in the database and as it must leave the package.
var odd = map[string][]struct{ raw, want string }{
	"SQL_ASCII": {
		{`Ren\xe9`, "René"}, {`Ren\xc3\xa9`, "René"}, {`O\x92Brien`, "O’Brien"}, {`\x81`, "\ufffd"},
		{`\xc3\xa9\xe9`, "Ã©é"},
	},
	"LATIN1": {{`Ren\xe9`, "René"}, {`Ren\xc3\xa9`, "RenÃ©"}, {`O\x92Brien`, "O’Brien"}, {`\x81`, "\ufffd"}},
	"UTF8":   {{`Ren\xc3\xa9`, "René"}, {`\xf0\x9f\x98\x80`, "😀"}},
}

// eachEncoding runs a test on databases of every kind of encoding that tills have.
func eachEncoding(t *testing.T, test func(t *testing.T, s *till, encoding string)) {
	for encoding := range odd {
		t.Run(encoding, func(t *testing.T) {
			test(t, emptyTill(t, biotracktest.Layout2015, pgtest.WithEncoding(encoding)), encoding)
		})
	}
}

func TestEncodedContacts(t *testing.T) {
	t.Parallel()
	eachEncoding(t, func(t *testing.T, s *till, encoding string) {
		for i, text := range odd[encoding] {
			s.Exec(fmt.Sprintf(`INSERT INTO customers (customerid, firstname, lastname, email, phone)
				VALUES ('%[1]d', E'%[2]s', E' %[2]s ', E'%[2]s', E'%[2]s');
				INSERT INTO tickets (ticketserial, id, customerid) VALUES (%[1]d, '%[1]d', '%[1]d')`, i+1, text.raw))
		}
		source := s.open()
		check := func(i int, c model.Contact) {
			if want := odd[encoding][i].want; string(c.FirstName) != want || string(c.LastName) != want ||
				string(c.Phone) != want {
				t.Errorf("%s reads as %s, want %s", odd[encoding][i].raw, words(c), want)
			}
		}
		var customers, tickets int
		must[Page](t)(must[*Table[Customer]](t)(source.Customers()).Page(t.Context(), nil, 10, nil,
			func(r *Customer) error {
				check(customers, r.Contact)
				customers++
				return nil
			}))
		must[Page](t)(must[*Table[Ticket]](t)(source.Tickets()).Page(t.Context(), nil, 10, nil, func(r *Ticket) error {
			check(tickets, r.Contact)
			tickets++
			return nil
		}))
		if customers != len(odd[encoding]) || tickets != customers {
			t.Errorf("%d customers and %d tickets", customers, tickets)
		}
	})
}

// words writes a contact for a comparison; - is NULL.
func words(c model.Contact) string {
	text := func(b []byte) string {
		if b == nil {
			return "-"
		}
		return string(b)
	}
	return fmt.Sprintf("%s|%s|%s|%s", text(c.FirstName), text(c.LastName), text(c.Email), text(c.Phone))
}

// TestEncodedKeys pages over keys whose bytes are not UTF-8: the key of a page goes back to the server as it came.
func TestEncodedKeys(t *testing.T) {
	t.Parallel()
	eachEncoding(t, func(t *testing.T, s *till, encoding string) {
		var names []string
		for _, text := range odd[encoding] {
			s.Exec("INSERT INTO customers (customerid) VALUES (E'" + text.raw + "');" +
				"INSERT INTO tickets (id) VALUES (E'" + text.raw + "')")
			names = append(names, text.want)
		}
		source := s.open()
		customers, tickets := must[*Table[Customer]](t)(source.Customers()), must[*Table[Ticket]](t)(source.Tickets())
		for _, limit := range []int{1, 2, 10} {
			same(t, fmt.Sprintf("customers in pages of %d", limit),
				sorted(walkRows(t, customers, limit, len(names), nil,
					idOf)), sorted(names))
			if got := walkKeys(t, customers, limit, len(names), nil); len(got) != len(names) {
				t.Errorf("keys in pages of %d: %q", limit, got)
			}
		}
		same(t, "tickets", walkRows(t, tickets, 2, len(names), nil, func(r *Ticket) string { return string(r.ID) }),
			names)
		keys := must[[]string](t)(customers.Changed(t.Context(), 3, 100))
		var seen []string
		must[Page](t)(customers.ByKey(t.Context(), keys, func(r *Customer) error {
			seen = append(seen, idOf(r))
			return nil
		}))
		same(t, "customers by the keys that changed", sorted(seen), sorted(names))
	})
}

// TestFindEncodedNames looks rows up by their names in the store, which are UTF-8 whatever the till's bytes are. It is
// how a rejected row is tried again.
func TestFindEncodedNames(t *testing.T) {
	t.Parallel()
	eachEncoding(t, func(t *testing.T, s *till, encoding string) {
		for _, text := range odd[encoding] {
			s.Exec("INSERT INTO customers (customerid) VALUES (E'" + text.raw + "')")
		}
		customers := must[*Table[Customer]](t)(s.open().Customers())
		for _, text := range odd[encoding] {
			if text.want == "\ufffd" {
				continue // nobody can tell which byte that was
			}
			named := 0
			for _, other := range odd[encoding] {
				if other.want == text.want {
					named++
				}
			}
			keys, err := customers.Find(t.Context(), []string{text.want})
			if err != nil || len(keys) != named {
				t.Errorf("%s, named %s, is found as %q, %v, want %d rows", text.raw, text.want, keys, err, named)
			}
		}
	})
}

// TestFindNamesBeyondEncoding asks a LATIN1 database for a name that it cannot hold: it has no such row, and that is no
// error.
func TestFindNamesBeyondEncoding(t *testing.T) {
	t.Parallel()
	eachEncoding(t, func(t *testing.T, s *till, _ string) {
		s.Exec("INSERT INTO customers (customerid) VALUES ('A'); INSERT INTO tickets " +
			"(ticketserial, id) VALUES (1, 'A')")
		source := s.open()
		for _, find := range []func() ([]string, error){
			func() ([]string, error) {
				return must[*Table[Customer]](t)(source.Customers()).Find(t.Context(), []string{"日本", "A"})
			},
			func() ([]string, error) {
				return must[*Table[Ticket]](t)(source.Tickets()).Find(t.Context(), []string{"日本", "A"})
			},
		} {
			if keys, err := find(); err != nil || len(keys) != 1 {
				t.Errorf("found %q, %v, want the one row that there is", keys, err)
			}
		}
	})
}
