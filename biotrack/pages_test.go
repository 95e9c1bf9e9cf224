package biotrack

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"testing"

	"github.com/blackbirdctl/blackbirdctl/internal/model"
	biotracktest "github.com/blackbirdctl/blackbirdctl/internal/test/biotracktest"
	"github.com/blackbirdctl/blackbirdctl/internal/test/shop"
)

var pageSizes = []int{1, 2, 7, 1000}

// pager reads one page after a key.
type pager func(ctx context.Context, after *string, limit int) (Page, error)

// walk reads page after page as a pass does, and stops one that does not end.
func walk(t *testing.T, limit, rows int, read pager) {
	t.Helper()
	for after, pages := (*string)(nil), 0; ; pages++ {
		if pages > rows+1 {
			t.Fatalf("after %d pages of %d the walk over %d rows has not ended, and is at %q", pages, limit, rows,
				*after)
		}
		page, err := read(t.Context(), after, limit)
		if err != nil {
			t.Fatal(err)
		}
		if page.Rows < limit {
			return
		}
		after = &page.Last
	}
}

// walkRows reads all rows in pages and returns what visit says of each.
func walkRows[R any](
	t *testing.T, table *Table[R], limit, rows int, locations []int64, visit func(*R) string,
) (seen []string) {
	t.Helper()
	walk(t, limit, rows, func(ctx context.Context, after *string, limit int) (Page, error) {
		return table.Page(ctx, after, limit, locations, func(r *R) error {
			seen = append(seen, visit(r))
			return nil
		})
	})
	return seen
}

// walkKeys reads all keys in pages.
func walkKeys[R any](t *testing.T, table *Table[R], limit, rows int, locations []int64) (seen []string) {
	t.Helper()
	walk(t, limit, rows, func(ctx context.Context, after *string, limit int) (Page, error) {
		return table.Keys(ctx, after, limit, locations, func(k model.Key) error {
			seen = append(seen, fmt.Sprintf("%s|%d", k.Name, k.Serial))
			return nil
		})
	})
	return seen
}

func serialOf(r *Ticket) string { return strconv.FormatInt(r.Serial, 10) }

func idOf(r *Customer) string { return string(r.ID) }

// here is the condition that takes the rows of given locations, or of all.
const here = "($1 = '' OR COALESCE(location, 1)::text = ANY (string_to_array($1, ',')))"

// places are lists of locations, as the package takes them and as the tests' own SQL does.
var places = map[string][]int64{"": nil, "1": {1}, "2": {2}, "1,2": {1, 2}, "77": {77}}

func TestTicketPages(t *testing.T) {
	t.Parallel()
	shop.EachLayout(t, func(t *testing.T, layout biotracktest.Layout) {
		s := filledTill(t, layout)
		table := must[*Table[Ticket]](t)(s.open().Tickets())
		for list, locations := range places {
			rows := s.Texts("SELECT ticketserial FROM tickets WHERE "+here+" ORDER BY ticketserial", list)
			keys := s.Texts(`SELECT COALESCE(btrim(id, E' \t\n\r\f\x0b'), '') || '|' || ticketserial
				FROM tickets WHERE `+here+" ORDER BY ticketserial", list)
			for _, limit := range pageSizes {
				if limit == 1 && list != "" {
					continue
				}
				what := fmt.Sprintf("pages of %d at %q", limit, list)
				same(t, what, walkRows(t, table, limit, len(rows), locations, serialOf), rows)
				same(t, "keys, "+what, walkKeys(t, table, limit, len(rows), locations), keys)
			}
		}
	})
}

func TestCustomerPages(t *testing.T) {
	t.Parallel()
	shop.EachLayout(t, func(t *testing.T, layout biotracktest.Layout) {
		s := filledTill(t, layout)
		s.Exec("DELETE FROM customers WHERE customerid::text = ''") // see TestCustomerPagesFromBlankID
		table := must[*Table[Customer]](t)(s.open().Customers())
		for list, locations := range places {
			rows := s.Texts("SELECT btrim(customerid) FROM customers WHERE "+here+" ORDER BY customerid", list)
			keys := s.Texts(`SELECT btrim(customerid) || '|0' FROM customers WHERE `+here+" ORDER BY customerid", list)
			for _, limit := range pageSizes {
				if limit == 1 && list != "" {
					continue
				}
				what := fmt.Sprintf("pages of %d at %q", limit, list)
				same(t, what, walkRows(t, table, limit, len(rows), locations, idOf), rows)
				same(t, "keys, "+what, walkKeys(t, table, limit, len(rows), locations), keys)
			}
		}
	})
}

// TestCustomerPagesFromBlankID checks that a blank id, which is the lowest of all keys, does not make a walk in pages
// of one begin again and again.
func TestCustomerPagesFromBlankID(t *testing.T) {
	t.Parallel()
	shop.EachLayout(t, func(t *testing.T, layout biotracktest.Layout) {
		s := emptyTill(t, layout)
		s.Exec("INSERT INTO customers (customerid) VALUES (''), ('A'), ('B')")
		table := must[*Table[Customer]](t)(s.open().Customers())
		for _, limit := range pageSizes {
			same(t, fmt.Sprintf("pages of %d", limit), walkRows(t, table, limit, 3, nil, idOf), []string{"", "A", "B"})
			same(t, fmt.Sprintf("keys in pages of %d", limit), walkKeys(t, table, limit, 3, nil),
				[]string{"|0", "A|0", "B|0"})
		}
	})
}

func TestPagesOfNothing(t *testing.T) {
	t.Parallel()
	shop.EachLayout(t, func(t *testing.T, layout biotracktest.Layout) {
		source := emptyTill(t, layout).open()
		tickets, customers := must[*Table[Ticket]](t)(source.Tickets()), must[*Table[Customer]](t)(source.Customers())
		same(t, "tickets", walkRows(t, tickets, 7, 0, nil, serialOf), nil)
		same(t, "customers", walkRows(t, customers, 7, 0, nil, idOf), nil)
		if keys := must[[]string](t)(tickets.Changed(t.Context(), 3, 10)); len(keys) > 0 {
			t.Errorf("changed tickets %v", keys)
		}
	})
}

// TestTicketPagesFromLowSerials checks that serials of 0 and below, which some import may have left, are read like any
// other.
func TestTicketPagesFromLowSerials(t *testing.T) {
	t.Parallel()
	s := emptyTill(t, biotracktest.Layout2015)
	s.Exec("INSERT INTO tickets (ticketserial, id) VALUES (-2147483648, 'a'), (-1, 'b'), (0, 'c'), (2147483647, 'd')")
	table := must[*Table[Ticket]](t)(s.open().Tickets())
	for _, limit := range pageSizes {
		same(t, fmt.Sprintf("pages of %d", limit), walkRows(t, table, limit, 4, nil, serialOf),
			[]string{"-2147483648", "-1", "0", "2147483647"})
	}
}

func TestByKey(t *testing.T) {
	t.Parallel()
	s := emptyTill(t, biotracktest.Layout2015)
	s.Exec(`INSERT INTO tickets (ticketserial, id) VALUES (1, 'a'), (2, 'b'), (3, 'c');
		INSERT INTO customers (customerid) VALUES ('A'), (' A'), ('B"\,{}'), ('NULL'), ('')`)
	source := s.open()
	var seen []string
	tickets := must[*Table[Ticket]](t)(source.Tickets())
	page := must[Page](t)(tickets.ByKey(t.Context(), []string{"3", "99", "1", "3"}, func(r *Ticket) error {
		seen = append(seen, serialOf(r))
		return nil
	}))
	same(t, "tickets", seen, []string{"1", "3"})
	if page != (Page{Rows: 2, Last: "3"}) {
		t.Errorf("page is %+v", page)
	}
	seen = nil
	customers := must[*Table[Customer]](t)(source.Customers())
	must[Page](t)(customers.ByKey(t.Context(), []string{`B"\,{}`, "A", "NULL", "", "Z"}, func(r *Customer) error {
		seen = append(seen, idOf(r))
		return nil
	}))
	same(t, "customers", seen, []string{"", "A", `B"\,{}`, "NULL"})
	if page := must[Page](t)(customers.ByKey(t.Context(), nil, nil)); page.Rows != 0 {
		t.Errorf("no keys give %d rows", page.Rows)
	}
}

// TestVisitorStopsTheRead checks that a visitor's error comes back as it is, and that the session serves on.
func TestVisitorStopsTheRead(t *testing.T) {
	t.Parallel()
	s := filledTill(t, biotracktest.Layout2015)
	source := s.open()
	tickets := must[*Table[Ticket]](t)(source.Tickets())
	enough := errors.New("enough")
	page, err := tickets.Page(t.Context(), nil, 100, nil, func(r *Ticket) error {
		if r.Serial == 3 {
			return enough
		}
		return nil
	})
	if !errors.Is(err, enough) || page.Last != "3" {
		t.Errorf("page %+v, error %v", page, err)
	}
	_, err = tickets.Keys(t.Context(), nil, 100, nil, func(model.Key) error { return enough })
	if !errors.Is(err, enough) {
		t.Errorf("keys: error %v", err)
	}
	for range 3 {
		must[State](t)(source.State(t.Context(), Former{}))
	}
}
