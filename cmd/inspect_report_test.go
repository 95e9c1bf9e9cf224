package cmd_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/blackbirdctl/blackbirdctl/internal/test/biotracktest"
	"github.com/blackbirdctl/blackbirdctl/internal/test/shop"
)

// relations returns what a report says of tables, but for their sizes.
func relations(t *testing.T, report string) any {
	t.Helper()
	var r struct{ Relations []map[string]any }
	if err := json.Unmarshal([]byte(report), &r); err != nil {
		t.Fatal(err)
	}
	for _, relation := range r.Relations {
		delete(relation, "estimated_rows")
		delete(relation, "pages")
	}
	return r.Relations
}

// TestReportedTill makes a till from the report of another one: its report is the same, and passes run on it.
func TestReportedTill(t *testing.T) {
	t.Parallel()
	shop.EachLayout(t, func(t *testing.T, layout biotracktest.Layout) {
		s := newShop(t, shop.SQLite, t.TempDir())
		s.generate(biotracktest.Options{Layout: layout, Customers: 20, Tickets: 30, Products: 5})
		report := s.run(0, "inspect", "report", "--out", "-").stdout

		twin := newShop(t, shop.SQLite, t.TempDir())
		if err := biotracktest.CreateReported(t.Context(), twin.till.DB, []byte(report)); err != nil {
			t.Fatal(err)
		}
		twin.till.Grant(reader)
		again := twin.run(0, "inspect", "report", "--out", "-").stdout
		if diff := cmp.Diff(relations(t, report), relations(t, again)); diff != "" {
			t.Errorf("relations (-till +reported):\n%s", diff)
		}
		twin.run(0, "inspect", "schema")
		if layout == biotracktest.LayoutAudited {
			twin.till.Exec(`ALTER TABLE tickets ALTER id_serial DROP NOT NULL`)
		}
		twin.till.Exec(`INSERT INTO tickets (ticketserial, id, totalprice, datetime)
			VALUES (1, 'A', 20.46, 1767225600)`)
		twin.run(0, "sync", "--member-level", "0", "--rooms", "0")
		twin.run(0, "verify", "--member-level", "0", "--rooms", "0")
		if orders := twin.store.Orders(); len(orders) != 1 || orders[0].Total != "20.46" {
			t.Errorf("orders of the reported till: %+v", orders)
		}
	})
}

// TestReportIsAnonymous fills each column with marks, and an index, a view and a default besides: the report has none.
func TestReportIsAnonymous(t *testing.T) {
	t.Parallel()
	s := newShop(t, shop.SQLite, t.TempDir())
	s.generate(biotracktest.Options{Customers: 20, Tickets: 30, Products: 5})
	const word, number = "QxqVw", "64616"
	till := s.till
	for _, column := range till.Texts(`SELECT table_name || ' ' || column_name || ' ' || data_type || ' ' ||
			COALESCE(character_maximum_length, 40) FROM information_schema.columns
		WHERE table_schema = 'public' AND data_type IN ('text', 'character varying', 'smallint', 'integer', 'bigint',
			'numeric')`) {
		var table, name, kind string
		var length int
		if n, err := fmt.Sscanf(strings.NewReplacer("character varying", "varchar").Replace(column), "%s %s %s %d",
			&table, &name, &kind, &length); n != 4 {
			t.Fatalf("%s: %v", column, err)
		}
		value := number + ".27"
		switch {
		case kind == "text" || kind == "varchar":
			value = fmt.Sprintf("left('%s' || (row_number() OVER ()) || '@%[1]s.example %s', %d)", word, number, length)
		case kind == "smallint":
			value = "16461"
		case kind != "numeric":
			value = number + "000 + row_number() OVER ()"
		}
		till.Exec(fmt.Sprintf(`UPDATE %s t SET %s = v.value FROM (SELECT ctid AS row, %s AS value FROM %[1]s) v
			WHERE t.ctid = v.row`, table, name, value))
	}
	till.Exec(`CREATE INDEX secret ON customers (lastname)
		WHERE lastname <> 'QxqVw' AND points <> 64616.5 AND visits <> 64616`)
	till.Exec(`ALTER TABLE memberdiscount RENAME TO levels`)
	till.Exec(`CREATE VIEW memberdiscount AS SELECT * FROM levels
		WHERE membername <> 'it''s QxqVw' AND rate <> 64616.5`)
	till.Exec(`ALTER TABLE customers ALTER lastname SET DEFAULT 'QxqVw'`)
	till.Exec(`ANALYZE`)
	till.Grant(reader)
	file := filepath.Join(t.TempDir(), word+".yaml")
	settings := "title: QxqVw\nrooms: 3, 7\nloyalty:\n  exclude:\n    customers: [QxqVw]\n"
	if err := os.WriteFile(file, []byte(settings), 0o600); err != nil {
		t.Fatal(err)
	}
	report := s.run(0, "inspect", "report", "--out", "-", "--store", word, "--config", file).stdout
	for _, mark := range []string{word, number, "example", till.DatabaseName(), reader, secretMark} {
		if at := strings.Index(strings.ToLower(report), strings.ToLower(mark)); at >= 0 {
			t.Errorf("the report has %q: %s", mark, report[max(0, at-200):min(len(report), at+200)])
		}
	}
	for _, kept := range []string{"membername <> 'a''a a'::text", `"rooms": "3,7"`} {
		if !strings.Contains(report, kept) {
			t.Errorf("the report lacks %s", kept)
		}
	}
}

var tracedStatement = regexp.MustCompile(`"statement":"([a-z_]+\.sql)"`)

// TestReportPlansPasses: the report has a plan of each statement with which passes and verify read the till's tables.
func TestReportPlansPasses(t *testing.T) {
	t.Parallel()
	s := newShop(t, shop.SQLite, t.TempDir())
	s.generate(biotracktest.Options{Customers: 20, Tickets: 30, Products: 5})
	report := s.run(0, "inspect", "report", "--out", "-").stdout
	var r struct {
		Plans []struct {
			Statement, SQLState string
			Plan                any
		}
	}
	if err := json.Unmarshal([]byte(report), &r); err != nil {
		t.Fatal(err)
	}
	// These read the catalog, or the server's state.
	planned := []string{"server.sql", "layout.sql", "state.sql", "relations.sql", "estimate.sql", "types.sql"}
	for _, plan := range r.Plans {
		if planned = append(planned, plan.Statement); plan.Plan == nil || plan.SQLState != "" {
			t.Errorf("no plan: %+v", plan)
		}
	}
	traced := []string{"--log-level", "debug", "--member-level", "0"}
	log := s.run(0, append([]string{"sync"}, traced...)...).stderr
	s.till.Day(biotracktest.Day{})
	log += s.run(0, append([]string{"sync"}, traced...)...).stderr
	log += s.run(0, append([]string{"sync", "--full", "--locations", "1"}, traced...)...).stderr
	log += s.run(0, "sync", "orders", "--id", "1", "--locations", "1", "--log-level", "debug").stderr
	for _, found := range tracedStatement.FindAllStringSubmatch(log, -1) {
		if !slices.Contains(planned, found[1]) {
			t.Errorf("no plan of %s", found[1])
		}
	}
}
