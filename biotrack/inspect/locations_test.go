package inspect

import (
	"fmt"
	"testing"

	"github.com/lib/pq"

	biotracktest "github.com/blackbirdctl/blackbirdctl/internal/test/biotracktest"
	"github.com/blackbirdctl/blackbirdctl/internal/test/pgtest"
	"github.com/blackbirdctl/blackbirdctl/internal/test/shop"
)

// shown writes locations in one line each.
func shown(found *LocationsFound) (lines []string) {
	count := func(n *int64) string {
		if n == nil {
			return "?"
		}
		return fmt.Sprint(*n)
	}
	for _, l := range found.Locations {
		lines = append(lines, fmt.Sprintf("%d %s %t %t: %s %s %s %s", l.ID, l.Name, l.Listed, l.Deleted,
			count(l.Customers), count(l.Tickets), count(l.Products), count(l.Lots)))
	}
	return lines
}

// stockLocations gives the till rows of locations that are listed, deleted, and unheard of.
func stockLocations(s *shop.Till) {
	s.Exec(`INSERT INTO locations (id, name, phone, deleted) VALUES (1, ' Main Street ', '212-555-0100', 0),
		(2, NULL, NULL, NULL), (3, 'Old Mill', NULL, 1);
		INSERT INTO orgdata (id, orgname) VALUES (2, 'Somebody Else'), (1, ' Example Dispensary ');
		INSERT INTO customers (customerid, location, deleted) VALUES ('A', 1, 0), ('B', NULL, 1), ('C', 9, 0);
		INSERT INTO tickets (id, location) VALUES ('T', 2), ('U', 2);
		INSERT INTO products (name, location) VALUES ('P', 1);
		INSERT INTO inventory (id, location) VALUES (1, 7)`)
}

// locations looks for them in a new session of a role.
func locations(t *testing.T, cfg pq.Config) *LocationsFound {
	t.Helper()
	found, err := Locations(t.Context(), open(t, cfg))
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestLocations(t *testing.T) {
	t.Parallel()
	shop.EachLayout(t, func(t *testing.T, layout biotracktest.Layout) {
		s := shop.EmptyTill(t, layout)
		stockLocations(s)
		found := locations(t, s.Config())
		if found.Organisation != "Example Dispensary" || len(found.Warnings) > 0 {
			t.Errorf("found %+v", found)
		}
		same(t, "locations", shown(found), []string{
			"1 Main Street true false: 2 0 1 0", "2  true false: 0 2 0 0", "3 Old Mill true true: 0 0 0 0",
			"7  false false: 0 0 0 1",
			"9  false false: 1 0 0 0",
		})

		// Without the tables that only people read, and without columns, the rest is told.
		s.Exec("DROP TABLE orgdata, locations; ALTER TABLE tickets DROP location")
		found = locations(t, s.Config())
		same(t, "warnings", found.Warnings,
			[]string{"database has no table locations: only the ids that rows name are known"})
		same(t, "locations", shown(found), []string{"1  false false: 2 2 1 0", "7  false false: 0 0 0 1",
			"9  false false: 1 0 0 0"})
	})
}

// TestLocationsOfOtherRoles: a table that is gone, or that the role may not read, leaves its counts open, and no zeros.
func TestLocationsOfOtherRoles(t *testing.T) {
	t.Parallel()
	s := shop.EmptyTill(t, biotracktest.Layout2015)
	stockLocations(s)
	cfg := s.Reader()
	s.Exec("REVOKE SELECT ON tickets, orgdata FROM " + cfg.User + "; DROP TABLE products")
	found := locations(t, cfg)
	same(t, "warnings", found.Warnings, []string{"the role may not read table orgdata",
		"the role may not read table tickets", "database has no table products"})
	same(t, "locations", shown(found)[:1], []string{"1 Main Street true false: 2 ? ? 0"})
	s.Exec("REVOKE SELECT ON ALL TABLES IN SCHEMA public FROM " + cfg.User)
	found = locations(t, cfg)
	if found.Locations == nil || len(found.Locations) > 0 || len(found.Warnings) != 6 {
		t.Errorf("found %+v", found)
	}
}

func TestLocationsWithoutEncoding(t *testing.T) {
	t.Parallel()
	s := shop.EmptyTill(t, biotracktest.Layout2015, pgtest.WithEncoding("SQL_ASCII"))
	s.Exec(`INSERT INTO locations (id, name) VALUES (1, E'Caf\xe9'), (2, 'Café')`)
	found := locations(t, s.Config())
	same(t, "locations", shown(found), []string{"1 Café true false: 0 0 0 0", "2 Café true false: 0 0 0 0"})
}
